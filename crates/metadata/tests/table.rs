//! The table of attributes, by row and column: written values are read back.

mod tree;

use preauth_metadata::{
    ATTRIBUTES, Absence, App, AppKind, Attribute, AttributeDef, Codec, Column, Duration, ElementText, Fact,
    FactState, Facts, Kind, NoLiteral, RefreshToken, Refusal, Type, Unit, Value, attribute, write,
};
use preauth_source::Location;
use tree::{Files, bare, edited, only_app, org};

const KINDS: [AppKind; 2] = [AppKind::ConnectedApp, AppKind::ExternalClientApp];

/// Returns the attributes of a kind of app, each with its column.
fn rows(kind: AppKind) -> impl Iterator<Item = (&'static Attribute, &'static Column)> {
    ATTRIBUTES.iter().filter_map(move |row| Some((row, row.column(kind)?)))
}

fn present(value: Value) -> Fact {
    Fact::present(value, Location::start_of("wanted".into()))
}

/// Returns lists of three, none and one of the items.
fn lists(items: &[Value]) -> Vec<Value> {
    let first = |count: usize| Value::List(items.iter().take(count).cloned().map(present).collect());
    vec![first(3), first(0), first(1)]
}

fn record(fields: &[AttributeDef], number: usize) -> Value {
    // Not every range has a description.
    let fields = fields.iter().filter(|field| field.name != "description" || number == 2);
    let value = |name: &str| match name {
        "start" => format!("192.0.2.{number}"),
        "end" => format!("192.0.2.{}", 10 * number),
        name => format!("R&D <{name}> {number}"),
    };
    let facts: Facts = fields.map(|field| (field.name, present(Value::text(value(field.name))))).collect();
    Value::Record(facts)
}

/// Returns the values that this column has a literal for.
fn literals(ty: Type, column: &Column) -> Vec<Value> {
    column.codec.spellings(ty).into_iter().map(|spelling| Value::text(spelling.value)).collect()
}

/// Returns values to write into a column.
fn values(ty: Type, column: &Column) -> Vec<Value> {
    let period = |amount, unit| Duration { amount, unit };
    match ty {
        Type::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Type::Number => vec![Value::Number(30), Value::Number(5)],
        Type::Text => vec![Value::text("R&D <Team> \"'é漢"), Value::text("https://example.com/?a=1&b=2")],
        Type::Enum(_) => literals(ty, column),
        Type::RefreshToken => vec![
            Value::RefreshToken(RefreshToken::AfterInactivity(period(30, Unit::Days))),
            Value::RefreshToken(RefreshToken::UntilRevoked),
            Value::RefreshToken(RefreshToken::AfterLifetime(period(12, Unit::Hours))),
            Value::RefreshToken(RefreshToken::ExpireImmediately),
            Value::RefreshToken(RefreshToken::AfterLifetime(period(6, Unit::Months))),
        ],
        Type::List(Type::Text) => lists(&["R&D <Team>", "Custom: Sales", "é漢"].map(Value::text)),
        Type::List(Type::Enum(_)) => lists(&literals(ty, column)),
        Type::List(Type::Record(fields)) => lists(&[1, 2, 3].map(|number| record(fields, number))),
        other => panic!("no attribute is {}", other.describe()),
    }
}

/// Returns the files after writing. They must be well-formed and have one app.
fn written(files: &Files, assignments: &[(&'static Attribute, Option<Value>)]) -> Files {
    let org = org(files);
    let names = || assignments.iter().map(|(row, _)| row.def.name).collect::<Vec<_>>();
    let edits = write(only_app(&org), assignments).unwrap_or_else(|why| panic!("{:?}: {why}", names()));
    edited(files, &edits)
}

/// Returns an app with the first value of every attribute.
fn complete(kind: AppKind) -> Files {
    let assignments: Vec<_> =
        rows(kind).map(|(row, column)| (row, values(row.def.ty, column).into_iter().next())).collect();
    written(&bare(kind), &assignments)
}

fn same(a: &FactState, b: &FactState) -> bool {
    match (a, b) {
        (FactState::Present(a), FactState::Present(b)) => a.same(b),
        (FactState::Default(a), FactState::Default(b)) => a.same(b),
        _ => a == b,
    }
}

/// True if the app has this value. An empty list need not be written in a file.
fn has_value(app: &App, row: &Attribute, value: &Value) -> bool {
    let fact = app.fact(row.def.name).expect("every attribute is read");
    let stated = if value.as_list().is_some_and(<[Fact]>::is_empty) { fact.value() } else { fact.stated() };
    stated.is_some_and(|stated| stated.same(value))
}

/// Returns the attributes other than `row` with different values in the two apps.
fn others_changed(before: &App, after: &App, row: &Attribute) -> Vec<&'static str> {
    let others = ATTRIBUTES.iter().map(|row| row.def.name).filter(|name| *name != row.def.name);
    others.filter(|name| !same(tree::state(before, name), tree::state(after, name))).collect()
}

/// Writes every value of every attribute into a tree, reads it back, and writes it a second time.
fn assert_written_values_are_read(kind: AppKind, files: &Files, only: impl Fn(&Column) -> bool) {
    let before = org(files);
    let mut errors = Vec::new();
    for (row, column) in rows(kind).filter(|(_, column)| only(column)) {
        for value in values(row.def.ty, column) {
            let after = org(&written(files, &[(row, Some(value.clone()))]));
            let (before, after) = (only_app(&before), only_app(&after));
            if !has_value(after, row, &value) {
                let fact = after.fact(row.def.name).expect("every attribute is read");
                let read = fact.value().map_or_else(|| format!("{:?}", fact.state), Value::to_string);
                errors.push(format!("{}: wrote {value}, read {read}", row.def.name));
            }
            if write(after, &[(row, Some(value.clone()))]) != Ok(vec![]) {
                errors.push(format!("{} {value}: a second write makes edits", row.def.name));
            }
            for other in others_changed(before, after, row) {
                errors.push(format!("{} {value}: changed {other}", row.def.name));
            }
        }
    }
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn inserted_values_are_read_and_need_no_second_edit() {
    KINDS.iter().for_each(|kind| assert_written_values_are_read(*kind, &bare(*kind), |_| true));
}

#[test]
fn replaced_values_are_read_and_need_no_second_edit() {
    KINDS.iter().for_each(|kind| assert_written_values_are_read(*kind, &complete(*kind), |_| true));
}

#[test]
fn all_attributes_can_be_written_at_once() {
    for kind in KINDS {
        let org = org(&complete(kind));
        for (row, column) in rows(kind) {
            let value = values(row.def.ty, column).remove(0);
            assert!(has_value(only_app(&org), row, &value), "{}", row.def.name);
        }
    }
}

#[test]
fn removed_values_are_not_read() {
    for kind in KINDS {
        let files = complete(kind);
        let before = org(&files);
        for (row, _) in rows(kind) {
            let after = org(&written(&files, &[(row, None)]));
            let (before, after) = (only_app(&before), only_app(&after));
            let name = row.def.name;
            assert!(!matches!(tree::state(after, name), FactState::Present(_)), "{name}");
            assert_eq!(others_changed(before, after, row), [""; 0], "{name}");
            assert_eq!(write(after, &[(row, None)]), Ok(vec![]), "{name}");
        }
    }
}

/// Returns an element with a value that no test writes.
fn outdated_element(row: &Attribute, element: &str) -> String {
    let inside = match row.def.ty {
        Type::List(Type::Record(_)) => "<formula>'stale'</formula><key>stale</key>".to_owned(),
        Type::Bool => "true".to_owned(),
        // Its elements are parts of one value.
        Type::RefreshToken => return String::new(),
        _ => "Stale".to_owned(),
    };
    format!("    <{element}>{inside}</{element}>\n")
}

#[test]
fn value_in_several_elements_is_written_to_all_of_them() {
    let kind = AppKind::ExternalClientApp;
    let mut files = bare(kind);
    for (row, column) in rows(kind).filter(|(_, column)| column.elements.len() > 1) {
        for element in column.elements {
            let close = format!("</{}>", element.kind.name());
            let text = files.values_mut().find(|text| text.contains(&close)).expect("a file of each kind");
            *text = text.replace(&close, &format!("{}{close}", outdated_element(row, element.path)));
        }
    }
    assert_written_values_are_read(kind, &files, |column| column.elements.len() > 1);
}

#[test]
fn duplicate_elements_are_replaced_by_one_value() {
    let mut files = bare(AppKind::ConnectedApp);
    let twice = "<isAdminApproved>false</isAdminApproved><isAdminApproved>true</isAdminApproved>";
    for text in files.values_mut() {
        *text = text.replace("</oauthConfig>", &format!("{twice}</oauthConfig>"));
    }
    let row = attribute("permittedUsers").unwrap();
    let files = written(&files, &[(row, Some(Value::text("adminApproved")))]);
    assert_eq!(tree::state(only_app(&org(&files)), "permittedUsers"), &tree::present("adminApproved"));
}

#[test]
fn attribute_of_another_kind_of_app_is_refused() {
    for kind in KINDS {
        let org = org(&bare(kind));
        for row in ATTRIBUTES.iter().filter(|row| row.column(kind).is_none()) {
            assert_eq!(write(only_app(&org), &[(row, None)]), Err(Refusal::NoSuchAttribute));
        }
    }
}

#[test]
fn value_of_another_kind_of_app_is_refused() {
    let org = org(&bare(AppKind::ConnectedApp));
    let row = attribute("policyAction").unwrap();
    let refused = write(only_app(&org), &[(row, Some(Value::text("stepUpMfa")))]);
    assert_eq!(refused, Err(Refusal::NoLiteral("stepUpMfa".into())));
}

#[test]
fn missing_file_is_not_created() {
    let mut files = bare(AppKind::ExternalClientApp);
    files.retain(|path, _| !path.ends_with(".ecaOauthPlcy-meta.xml"));
    let org = org(&files);
    let row = attribute("permittedUsers").unwrap();
    let refused = write(only_app(&org), &[(row, Some(Value::text("adminApproved")))]);
    assert_eq!(refused, Err(Refusal::NoFile(Kind::ExtlClntAppOauthConfigurablePolicies)));
}

#[test]
fn no_value_is_written_if_one_of_several_is_refused() {
    let mut files = bare(AppKind::ConnectedApp);
    files.values_mut().for_each(|text| *text = text.replace("    <oauthPolicy></oauthPolicy>\n", ""));
    let org = org(&files);
    let set = |name: &str, value| (attribute(name).unwrap(), Some(value));
    let both = [set("description", Value::text("x")), set("ipRelaxation", Value::text("enforce"))];
    assert_eq!(write(only_app(&org), &both), Err(Refusal::NoParent("oauthPolicy".into())));
}

#[test]
fn missing_session_policy_element_is_created() {
    let mut files = bare(AppKind::ConnectedApp);
    files.values_mut().for_each(|text| *text = text.replace("    <sessionPolicy/>\n", ""));
    let org = org(&files);
    let set = |name: &str, value| (attribute(name).unwrap(), Some(value));
    let both = [set("sessionTimeout", Value::Number(15)), set("policyAction", Value::text("block"))];
    let edits = write(only_app(&org), &both).unwrap();
    let text = preauth_source::apply(files.values().next().unwrap(), &edits).unwrap();
    let created = "    <sessionPolicy>\n        <policyAction>Block</policyAction>\n        <sessionTimeout>15</sessionTimeout>\n    </sessionPolicy>\n";
    assert!(text.contains(created), "{text}");
}

#[test]
fn new_names_in_a_comma_list_are_sorted() {
    let mut files = bare(AppKind::ExternalClientApp);
    let text = files.iter_mut().find(|(path, _)| path.ends_with(".ecaOauthPlcy-meta.xml")).unwrap().1;
    let given = "    <commaSeparatedPermissionSet>Beta, Delta, Gone</commaSeparatedPermissionSet>\n    <externalClientApplication>";
    *text = text.replace("    <externalClientApplication>", given);
    let text = text.clone();
    let org = org(&files);
    let names = ["Delta", "Epsilon", "Alpha", "Beta", "Gamma"];
    let place = preauth_source::Location::start_of("preauth.yaml".into());
    let names = names.map(|name| Fact::present(Value::text(name), place.clone()));
    let row = attribute("grants.permissionSets").unwrap();
    let edits = write(only_app(&org), &[(row, Some(Value::List(names.into())))]).unwrap();
    let text = preauth_source::apply(&text, &edits).unwrap();
    assert!(text.contains(">Alpha, Beta, Delta, Epsilon, Gamma<"), "{text}");
}

/// The texts of a column's elements, read back as a value.
fn read_back(ty: Type, column: &Column, value: &Value) -> FactState {
    let texts = column.encode(value).unwrap_or_else(|why| panic!("{value}: {why}"));
    assert_eq!(texts.len(), column.elements.len(), "{value}");
    column.decode(ty, &texts)
}

/// Values that one kind of app cannot express: `stepUpMfa` came with external client apps.
const ONLY_IN_ONE_KIND: [(&str, AppKind, &str); 1] =
    [("policyAction", AppKind::ExternalClientApp, "stepUpMfa")];

#[test]
fn value_survives_the_way_through_the_column_of_the_other_kind() {
    let mut refused = Vec::new();
    for row in ATTRIBUTES {
        let (Some(connected_app), Some(external_client_app)) = (&row.connected_app, &row.external_client_app)
        else {
            continue;
        };
        let ways = [
            (AppKind::ConnectedApp, connected_app, external_client_app),
            (AppKind::ExternalClientApp, external_client_app, connected_app),
        ];
        for (kind, from, to) in ways {
            for value in values(row.def.ty, from) {
                let name = row.def.name;
                let read = read_back(row.def.ty, from, &value);
                let Some(value_read) = stated(&read, &value) else {
                    panic!("{name}: {value} is read as {read:?}");
                };
                if let Err(NoLiteral(literal)) = to.encode(value_read) {
                    refused.push((name, kind, literal));
                    continue;
                }
                let read_again = read_back(row.def.ty, to, value_read);
                assert!(stated(&read_again, &value).is_some(), "{name}: {value} became {read_again:?}");
            }
        }
    }
    let expected = ONLY_IN_ONE_KIND.map(|(name, kind, literal)| (name, kind, literal.to_owned()));
    assert_eq!(refused, expected);
}

/// The value, if it is the expected one and stated. An empty list may also be a default.
fn stated<'f>(state: &'f FactState, expected: &Value) -> Option<&'f Value> {
    let is_empty = expected.as_list().is_some_and(<[Fact]>::is_empty);
    let value = match state {
        FactState::Present(value) => value,
        FactState::Default(value) if is_empty => value,
        _ => return None,
    };
    value.same(expected).then_some(value)
}

#[test]
fn absent_elements_are_decoded_as_the_absence_of_the_row() {
    for kind in KINDS {
        for (row, column) in rows(kind) {
            let state = column.decode(row.def.ty, &vec![Vec::new(); column.elements.len()]);
            let fits = match column.absence {
                Absence::Default(text) => {
                    matches!(state, FactState::Default(value) if Some(value) == Value::read(row.def.ty, text).as_ref())
                }
                Absence::None => matches!(state, FactState::None | FactState::Default(Value::List(_))),
                Absence::Unknown => matches!(state, FactState::Unknown(_)),
            };
            assert!(fits, "{}: {state:?}", row.def.name);
        }
    }
}

#[test]
fn switching_on_takes_both_switches() {
    let on = vec![ElementText::Text("true".into())];
    for kind in KINDS {
        for (row, column) in rows(kind).filter(|(_, column)| column.codec == Codec::TwoSwitches) {
            assert_eq!(
                column.encode(&Value::Bool(true)),
                Ok(vec![on.clone(), on.clone()]),
                "{}",
                row.def.name
            );
            let mixed = [on.clone(), vec![ElementText::Text("false".into())]];
            assert_eq!(column.decode(row.def.ty, &mixed), FactState::Present(Value::Bool(false)));
        }
    }
}
