//! What differs between two states of a tree in who may use which app for what.

use std::sync::Arc;

use crate::{
    ATTRIBUTES, App, AttributeDef, Component, Fact, FactState, Facts, IpSet, Kind, Org, PERMISSION_SET,
    PROFILE, SETTINGS, Value, as_ip_range, in_setup, same,
};

/// An attribute that is not what it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The attribute.
    pub def: &'static AttributeDef,
    /// What is another.
    pub what: ChangedThing,
    /// What that does.
    pub direction: Direction,
}

/// What is another, in Setup's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedThing {
    /// The value.
    Value {
        /// What it was.
        before: String,
        /// What it is.
        after: String,
    },
    /// Some of the values of a list.
    Items {
        /// Those that have come.
        added: Vec<String>,
        /// Those that have gone.
        removed: Vec<String>,
    },
}

/// What a difference does to those who use an app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// Somebody may do more than before, may do it for longer, or from more places.
    More,
    /// Somebody may do less.
    Less,
    /// Neither is known.
    Other,
}

/// Something that is not what it was.
#[derive(Clone, Debug)]
pub enum Change {
    /// An app is new.
    NewApp(Arc<App>),
    /// An app is gone.
    GoneApp(Arc<App>),
    /// An app is another.
    App {
        /// As it is.
        app: Arc<App>,
        /// What of it differs.
        differences: Vec<Difference>,
    },
    /// A profile or permission set is another.
    Component {
        /// As it is.
        component: Arc<Component>,
        /// The apps that are assigned to it.
        apps: Vec<Arc<App>>,
        /// What of it differs.
        differences: Vec<Difference>,
    },
    /// Settings of the org are others.
    Org {
        /// What of them differs.
        differences: Vec<Difference>,
    },
}

/// What differs between two states: apps by name, then what they are assigned to, then the org.
pub fn differences(before: &Org, after: &Org) -> Vec<Change> {
    let same_app = |a: &App, b: &App| a.kind == b.kind && a.name == b.name;
    let mut changes = Vec::new();
    for app in &after.apps {
        let Some(was) = before.apps.iter().find(|was| same_app(was, app)) else {
            changes.push(Change::NewApp(app.clone()));
            continue;
        };
        let rows = ATTRIBUTES.iter().map(|row| &row.def);
        let differences = between(rows, &was.facts, &app.facts);
        if !differences.is_empty() {
            changes.push(Change::App { app: app.clone(), differences });
        }
    }
    let gone = before.apps.iter().filter(|was| !after.apps.iter().any(|app| same_app(was, app)));
    changes.extend(gone.cloned().map(Change::GoneApp));
    for component in after.components.all() {
        let Some(was) = before.components.named(component.kind, &component.name) else { continue };
        let is_assigned = |app: &&Arc<App>| {
            let granted = app.grants.iter().filter_map(|grant| grant.resolution.component());
            granted.into_iter().any(|granted| Arc::ptr_eq(granted, component))
        };
        let apps: Vec<Arc<App>> = after.apps.iter().filter(is_assigned).cloned().collect();
        let (name, rows) = match component.kind {
            Kind::Profile => ("loginIpRanges", PROFILE),
            _ => ("permissions", PERMISSION_SET),
        };
        // Where a profile lets in from concerns every app; what may be done concerns those that are assigned to it.
        let of_interest =
            |def: &&AttributeDef| def.name == name || (def.name == "permissions" && !apps.is_empty());
        let rows = rows.iter().map(|row| &row.def).filter(of_interest);
        let differences = between(rows, &was.facts, &component.facts);
        if !differences.is_empty() && (component.kind == Kind::Profile || !apps.is_empty()) {
            changes.push(Change::Component { component: component.clone(), apps, differences });
        }
    }
    let settings = SETTINGS.iter().map(|row| &row.def);
    let differences = between(settings, &before.settings, &after.settings);
    if !differences.is_empty() {
        changes.push(Change::Org { differences });
    }
    changes
}

fn between(
    rows: impl Iterator<Item = &'static AttributeDef>,
    before: &Facts,
    after: &Facts,
) -> Vec<Difference> {
    rows.filter_map(|def| of(def, before.get(def.name), after.get(def.name))).collect()
}

/// The difference between two facts; none when they say the same, or neither says anything.
fn of(def: &'static AttributeDef, before: Option<&Fact>, after: Option<&Fact>) -> Option<Difference> {
    let value = |fact: Option<&Fact>| fact.and_then(Fact::value).cloned();
    let (was, is) = (value(before), value(after));
    let known = |fact: Option<&Fact>| {
        matches!(
            fact.map(|fact| &fact.state),
            Some(FactState::Present(_) | FactState::Default(_) | FactState::None)
        )
    };
    if same(was.as_ref(), is.as_ref()) || !(known(before) || known(after)) {
        return None;
    }
    let shown = |fact: Option<&Fact>| match fact.map(|fact| &fact.state) {
        Some(FactState::Present(value)) => in_setup(def, value),
        Some(FactState::Default(value)) => in_setup(def, value),
        Some(FactState::None) => "none".into(),
        Some(FactState::NotApplicable(_)) | None => "does not apply".into(),
        Some(FactState::Unreadable(_)) => "a value that Salesforce does not know".into(),
        Some(FactState::Unknown(_)) => "not in the source".into(),
    };
    let direction = if known(before) && known(after) {
        direction(def, was.as_ref(), is.as_ref())
    } else {
        Direction::Other
    };
    let what = match (&was, &is) {
        (Some(Value::List(was)), Some(Value::List(is))) if !(was.is_empty() || is.is_empty()) => {
            let items = |items: &[Fact]| -> Vec<String> {
                let of_list = |value: &Value| in_setup(def, &Value::List([fact_of(value)].into()));
                items.iter().filter_map(Fact::value).map(of_list).collect()
            };
            let (was, is) = (items(was), items(is));
            let without = |a: &[String], b: &[String]| -> Vec<String> {
                a.iter().filter(|item| !b.contains(item)).cloned().collect()
            };
            ChangedThing::Items { added: without(&is, &was), removed: without(&was, &is) }
        }
        _ => ChangedThing::Value { before: shown(before), after: shown(after) },
    };
    Some(Difference { def, what, direction })
}

/// A fact that is nowhere: only its value counts.
fn fact_of(value: &Value) -> Fact {
    Fact { state: FactState::Present(value.clone()), places: Vec::new().into() }
}

/// Switches that, when they are on, demand more of a client.
const DEMANDS: &[&str] = &[
    "codeCredentialsPostOnly",
    "pkceRequired",
    "secretRequiredForRefreshToken",
    "secretRequiredForTokenExchange",
    "refreshTokenRotation",
    "refreshTokenTtlEnforced",
    "dpop",
    "mtls",
    "ipBinding",
];

/// Switches that, when they are on, let somebody do something.
const ALLOWS: &[&str] = &[
    "clientCredentials",
    "codeCredentials",
    "guestCodeCredentials",
    "deviceFlow",
    "tokenExchange",
    "consumerSecretOptional",
    "introspectAllTokens",
];

/// Lists outside of which nothing is allowed, but all of which is allowed when there is none.
const FENCES: &[&str] = &["tokenIpRanges", "loginIpRanges"];

/// Lists of what is allowed.
const LISTS: &[&str] = &[
    "grants.profiles",
    "grants.permissionSets",
    "scopes",
    "customScopes",
    "callbackUrls",
    "ipRanges",
    "permissions",
];

fn direction(def: &AttributeDef, was: Option<&Value>, is: Option<&Value>) -> Direction {
    let name = def.name;
    let more_if = |more: bool| if more { Direction::More } else { Direction::Less };
    match (name, was, is) {
        ("permittedUsers", _, Some(is)) => more_if(is.as_text() == Some("selfAuthorize")),
        ("ipRelaxation", Some(was), Some(is)) => {
            let rank =
                |value: &Value| def.ty.literals().iter().position(|word| Some(word.name) == value.as_text());
            more_if(rank(is) > rank(was))
        }
        ("refreshToken", Some(Value::RefreshToken(was)), Some(Value::RefreshToken(is))) => {
            match (lifetime(*was), lifetime(*is)) {
                (was, is) if was == is => Direction::Other,
                (was, is) => more_if(is > was),
            }
        }
        (name, _, Some(Value::Bool(on))) if DEMANDS.contains(&name) => more_if(!on),
        (name, _, Some(Value::Bool(on))) if ALLOWS.contains(&name) => more_if(*on),
        (name, was, is) if FENCES.contains(&name) => more_if(opens(was, is)),
        (name, was, is) if LISTS.contains(&name) => {
            let items = |value: Option<&Value>| -> Vec<String> {
                let items = value.and_then(Value::as_list).unwrap_or_default();
                items.iter().filter_map(Fact::value).map(ToString::to_string).collect()
            };
            let was = items(was);
            more_if(items(is).iter().any(|item| !was.contains(item)))
        }
        _ => Direction::Other,
    }
}

/// How long a refresh token lives at most, in hours, if it is used all the time; and then, if it is not.
fn lifetime(policy: crate::RefreshToken) -> (u64, u64) {
    use crate::RefreshToken as Policy;
    match policy {
        Policy::ExpireImmediately => (0, 0),
        Policy::AfterLifetime(period) => (period.hours(), period.hours()),
        Policy::AfterInactivity(period) => (u64::MAX, period.hours()),
        Policy::UntilRevoked => (u64::MAX, u64::MAX),
    }
}

/// Whether ranges let in an address that others did not.
fn opens(was: Option<&Value>, is: Option<&Value>) -> bool {
    let ranges = |value: Option<&Value>| -> Vec<crate::IpRange> {
        let items = value.and_then(Value::as_list).unwrap_or_default();
        items.iter().filter_map(Fact::value).filter_map(as_ip_range).collect()
    };
    let (was, is) = (ranges(was), ranges(is));
    if was.is_empty() || is.is_empty() {
        return is.is_empty();
    }
    let was: IpSet = was.into_iter().collect();
    is.into_iter().any(|range| was.first_missing(range).is_some())
}

#[cfg(test)]
mod tests {
    use preauth_source::Location;

    use super::*;
    use crate::{Type, attribute};

    fn fact(value: Value) -> Fact {
        Fact::present(value, Location::start_of("a".into()))
    }

    fn judged(name: &str, was: Value, is: Value) -> Option<Direction> {
        let def = &attribute(name).unwrap().def;
        of(def, Some(&fact(was)), Some(&fact(is))).map(|difference| difference.direction)
    }

    #[test]
    fn lists_name_attributes_that_there_are() {
        let all = DEMANDS.iter().chain(ALLOWS).chain(LISTS).chain(FENCES);
        for name in all.filter(|name| !["permissions", "loginIpRanges"].contains(name)) {
            assert!(attribute(name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_switch_of_an_app_that_matters_is_known_to_allow_or_to_demand() {
        let told = ["idToken.", "assetToken.", "namedUserJwt", "rotate"];
        for row in ATTRIBUTES.iter().filter(|row| row.def.ty == Type::Bool) {
            let name = row.def.name;
            let known = DEMANDS.contains(&name) || ALLOWS.contains(&name);
            let does_neither = told.iter().any(|prefix| name.starts_with(prefix));
            let neutral = row.effect != crate::Effect::Reach;
            assert!(known || does_neither || neutral, "`{name}` neither allows nor demands");
        }
    }

    #[test]
    fn who_is_let_in_by_more_is_told() {
        let text = |word: &str| Value::text(word);
        assert_eq!(
            judged("permittedUsers", text("adminApproved"), text("selfAuthorize")),
            Some(Direction::More)
        );
        assert_eq!(judged("ipRelaxation", text("relax"), text("enforce")), Some(Direction::Less));
        assert_eq!(judged("ipRelaxation", text("enforce"), text("relaxActivated")), Some(Direction::More));
        assert_eq!(judged("pkceRequired", Value::Bool(true), Value::Bool(false)), Some(Direction::More));
        assert_eq!(judged("pkceRequired", Value::Bool(true), Value::Bool(true)), None);
    }

    #[test]
    fn tokens_that_live_longer_are_more() {
        let policy = |text: &str| Value::RefreshToken(text.parse().unwrap());
        let more = |was, is| judged("refreshToken", policy(was), policy(is)) == Some(Direction::More);
        assert!(more("afterLifetime 30 DAYS", "afterLifetime 2 MONTHS"));
        assert!(more("afterInactivity 30 DAYS", "untilRevoked"));
        assert!(more("afterLifetime 90 DAYS", "afterInactivity 1 DAYS"), "it lives for ever if it is used");
        assert!(!more("untilRevoked", "expireImmediately"));
    }

    #[test]
    fn a_fence_that_is_taken_down_is_more() {
        let ranges =
            |ranges: &[&str]| Value::List(ranges.iter().map(|range| fact(Value::text(*range))).collect());
        let between = |was: &[&str], is: &[&str]| judged("tokenIpRanges", ranges(was), ranges(is));
        assert_eq!(between(&["203.0.113.0/24"], &[]), Some(Direction::More));
        assert_eq!(between(&[], &["203.0.113.0/24"]), Some(Direction::Less));
        assert_eq!(between(&["203.0.113.0/24"], &["203.0.113.0/25"]), Some(Direction::Less));
        assert_eq!(between(&["203.0.113.0/25"], &["203.0.113.0/24"]), Some(Direction::More));
    }
}
