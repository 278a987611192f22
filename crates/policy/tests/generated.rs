//! Which policies notice which attribute: every attribute of an app of each kind is given every other value, for apps
//! that are declared for different flows, and the findings are compared. `docs/policies/coverage.md` tells the result;
//! `PREAUTH_BLESS=1` rewrites it. An attribute that no policy notices needs a reason.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use preauth_metadata::{
    ATTRIBUTES, App, AppKind, Attribute, Fact, Facts, FileFacts, Kind, Project, Role, Type, Value, Workspace,
    attribute, write,
};
use preauth_policy::{CheckInput, Config, PolicySet, check};
use preauth_source::{Diagnostic, FilePath, Location, SourceFile, apply};

/// Attributes that no policy notices, and why.
const REASONS: &[(&str, &str)] = &[
    (
        "customScopes",
        "A scope of the org's own opens what the org has tied to it, and that is not in the app.",
    ),
    (
        "codeCredentialsPostOnly",
        "It is about the form of a request of the headless flow, and clients that work send either.",
    ),
    (
        "guestCodeCredentials",
        "What a guest may do is decided by the site and by the guest's profile, not by the app.",
    ),
    (
        "secretRequiredForRefreshToken",
        "A public client has no secret that it could be asked for; `refresh-token-rotation` judges what protects it instead.",
    ),
    (
        "secretRequiredForTokenExchange",
        "The platform's default is not known, and what is exchanged is decided by the handler of the exchange.",
    ),
    (
        "introspectAllTokens",
        "A gateway needs it and others do not: which one an app is, its purpose says, in words.",
    ),
    ("namedUserJwt", "It is the form of access tokens, and no access depends on it."),
    ("idToken.audiences", "Who an ID token is for is between the client and its partners."),
    ("idToken.attributes", "What an ID token tells is between the client and its partners."),
    ("idToken.customPermissions", "What an ID token tells is between the client and its partners."),
    ("idToken.standardClaims", "What an ID token tells is between the client and its partners."),
    ("idToken.validity", "An ID token opens nothing in the org."),
    ("assetToken.attributes", "What an asset token tells is between the device and its partners."),
    ("assetToken.customPermissions", "What an asset token tells is between the device and its partners."),
    (
        "sessionTimeout",
        "How long a session may be idle is a rule of each org, and its general setting bounds it; see [Writing policies](../writing-policies.md).",
    ),
    ("namedUserJwtTimeoutType", "How long such a token lives is a rule of each org."),
    ("namedUserJwtTimeout", "How long such a token lives is a rule of each org."),
    ("guestJwtTimeoutType", "How long such a token lives is a rule of each org."),
    ("guestJwtTimeout", "How long such a token lives is a rule of each org."),
    (
        "tlsClientAuthParameter",
        "It says which name in the client's certificate is compared; any may be right.",
    ),
    ("tlsClientAuthValue", "It says what that name is; any may be right."),
    (
        "oauthPluginEnabled",
        "What is switched off can be switched on in Setup at any time: the app is judged as if it were on.",
    ),
    (
        "samlPluginEnabled",
        "What is switched off can be switched on in Setup at any time: the app is judged as if it were on.",
    ),
    (
        "canvasPluginEnabled",
        "What is switched off can be switched on in Setup at any time: the app is judged as if it were on.",
    ),
    ("mobilePluginEnabled", "Nobody's access depends on it."),
    ("pushPluginEnabled", "Nobody's access depends on it."),
    ("notificationPluginEnabled", "Nobody's access depends on it."),
    ("attestPluginEnabled", "Nobody's access depends on it."),
    ("startPage", "Nobody's access depends on it."),
    ("startUrl", "It opens a page for somebody who is logged in already."),
    ("mobileStartUrl", "It opens a page for somebody who is logged in already."),
    ("singleLogoutUrl", "A notice goes there that a session has ended; it opens nothing."),
    ("plugin", "What a handler does is in its Apex class, which is not read."),
    ("pluginUser", "What a handler does is in its Apex class, which is not read."),
    ("customAttributes", "What tokens tell about a user is between the client and its partners."),
    ("oauthLink", "It ties the file to one org, and a deployment elsewhere says so itself."),
    ("firstParty", "It is Salesforce's own mark."),
    (
        "rotateConsumerKey",
        "It is an order for the next deployment, not a state that could be right or wrong.",
    ),
    (
        "rotateConsumerSecret",
        "It is an order for the next deployment, not a state that could be right or wrong.",
    ),
    ("distribution", "Whether an app goes into a package is a matter of its publisher."),
    ("protected", "Whether a package hides an app is a matter of its publisher."),
    ("managedType", "It is internal to Salesforce."),
    ("orgScopedApp", "It is a name that Salesforce gives."),
    ("contactPhone", "It is information for people."),
    ("description", "It is information for people."),
    ("infoUrl", "It is information for people."),
    ("iconUrl", "It is a picture."),
    ("logoUrl", "It is a picture."),
];

type Files = BTreeMap<FilePath, String>;

/// Codes by attribute.
type Noticed = BTreeMap<&'static str, BTreeSet<String>>;

const CONNECTED_APP: &[(&str, &str)] = &[(
    "connectedApps/Order_Sync.connectedApp-meta.xml",
    include_str!("../src/explain/examples/connected_app.xml"),
)];

const EXTERNAL_CLIENT_APP: &[(&str, &str)] = &[
    ("eca/Order_Sync.eca-meta.xml", include_str!("../src/explain/examples/header.xml")),
    ("eca/Order_Sync_oauth.ecaOauth-meta.xml", include_str!("../src/explain/examples/oauth_settings.xml")),
    (
        "eca/Order_Sync_glbloauth.ecaGlblOauth-meta.xml",
        include_str!("../src/explain/examples/global_settings.xml"),
    ),
    (
        "eca/Order_Sync_oauthPlcy.ecaOauthPlcy-meta.xml",
        include_str!("../src/explain/examples/oauth_policies.xml"),
    ),
    ("eca/Order_Sync_plcy.ecaPlcy-meta.xml", include_str!("../src/explain/examples/policies.xml")),
];

const AROUND: &[(&str, &str)] = &[
    (
        "permissionsets/Order_Sync_User.permissionset-meta.xml",
        include_str!("../src/explain/examples/permission_set.xml"),
    ),
    ("profiles/Order Desk.profile-meta.xml", include_str!("../src/explain/examples/profile.xml")),
    (
        "profiles/Admin.profile-meta.xml",
        "<Profile xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    <loginIpRanges>\n        \
         <endAddress>203.0.113.9</endAddress>\n        <startAddress>203.0.113.1</startAddress>\n    \
         </loginIpRanges>\n    <userPermissions>\n        <enabled>true</enabled>\n        \
         <name>ModifyAllData</name>\n    </userPermissions>\n</Profile>\n",
    ),
    (
        "settings/OauthOidc.settings-meta.xml",
        "<OauthOidcSettings xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    \
         <blockOAuthUnPwFlow>true</blockOAuthUnPwFlow>\n    <isPkceRequired>false</isPkceRequired>\n\
         </OauthOidcSettings>\n",
    ),
];

/// An app that is open in every way, over the one that is in order: what is noticed only together with other settings
/// shows in one of the two.
const OPEN: &[(&str, &str)] = &[
    ("permittedUsers", "selfAuthorize"),
    ("ipRelaxation", "relax"),
    ("refreshToken", "untilRevoked"),
    ("scopes", "Full RefreshToken"),
    ("clientCredentials", "true"),
    ("consumerSecretOptional", "true"),
    ("pkceRequired", "false"),
    ("refreshTokenRotation", "false"),
];

/// What the register says of the app in one round each.
const DECLARED: &[&str] = &[
    "",
    "apps: [{ match: Order_Sync, flow: web-server, owner: a@example.com, environment: production, networks: [198.51.100.0/24], profile: System Administrator }]",
    "apps: [{ match: Order_Sync, flow: jwt-bearer, owner: a@example.com }]",
    "apps: [{ match: Order_Sync, flow: client-credentials, owner: a@example.com }]",
    "apps: [{ match: Order_Sync, flow: device }]",
    "apps: [{ match: Order_Sync, flow: token-exchange }]",
    "apps: [{ match: Order_Sync, flow: code-credentials }]",
    "apps: [{ match: Order_Sync, flow: asset-token }]",
];

/// Texts of all sorts.
const TEXTS: &[&str] = &[
    "Order Sync User",
    "Order_Sync_User",
    "Order Sync Usre",
    "System Administrator",
    "Nobody at all",
    "http://client.example.com/callback",
    "http://localhost:8080/callback",
    "https://*.example.com/callback",
    "client@example.com",
    "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----",
    "A1B2C3D4E5F6A7B8C9D0A1B2C3D4E5F6A7B8C9D0A1B2C3D4E5F6A7B8C9D0A1B2",
];

/// How many values an attribute is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    /// Every one.
    All,
    /// Of texts and scopes only a few.
    Some,
    /// Only switches are flipped.
    Switches,
}

/// The values that an attribute is given; `None` takes it away.
fn values(row: &Attribute, depth: Depth) -> Vec<Option<Value>> {
    if depth == Depth::Switches && row.def.ty != Type::Bool {
        return Vec::new();
    }
    let few = |count: usize| if depth == Depth::All { usize::MAX } else { count };
    let place = || Location::start_of(FilePath::from(""));
    let fact = |value| Fact::present(value, place());
    let list = |values: Vec<Value>| Value::List(values.into_iter().map(fact).collect());
    let texts = || TEXTS.iter().take(few(1)).map(|text| Value::text(*text));
    let range = |start: &str, end: &str| {
        let facts: Facts = [("start", start), ("end", end)]
            .into_iter()
            .map(|(name, text)| (name, fact(Value::text(text))))
            .collect();
        Value::Record(facts)
    };
    let read = |texts: &[&str]| -> Vec<Value> {
        texts.iter().map(|text| Value::read(row.def.ty, text).unwrap()).collect()
    };
    let values: Vec<Value> = match row.def.ty {
        Type::Bool => vec![Value::Bool(true), Value::Bool(false)],
        Type::Number => [1, 15, 60, 1_440, 100_000].map(Value::Number).to_vec(),
        Type::Text => texts().collect(),
        Type::Enum(words) => words.iter().map(|word| Value::text(word.name)).collect(),
        Type::RefreshToken => read(&[
            "untilRevoked",
            "expireImmediately",
            "afterInactivity 1 HOURS",
            "afterInactivity 24 MONTHS",
            "afterLifetime 24 MONTHS",
        ]),
        Type::List(Type::Text) => {
            let many = (0..20).map(|number| Value::text(format!("Set {number}"))).collect();
            let twice = vec![
                Value::text("https://client.example.com/a"),
                Value::text("https://client.example.com/a"),
            ];
            texts().map(|text| list(vec![text])).chain([list(Vec::new()), list(many), list(twice)]).collect()
        }
        Type::List(item @ Type::Enum(_)) => {
            let telling = |name: &str| matches!(name, "Full" | "RefreshToken" | "Api");
            let words = item.literals().iter().filter(|word| depth == Depth::All || telling(word.name));
            let words = words.map(|word| list(vec![Value::text(word.name)]));
            words.chain([list(Vec::new())]).collect()
        }
        Type::List(Type::Record(fields)) if fields.iter().any(|field| field.name == "start") => vec![
            list(Vec::new()),
            list(vec![range("0.0.0.0", "255.255.255.255")]),
            list(vec![range("203.0.113.9", "203.0.113.1")]),
            list(vec![range("203.0.113.1", "203.0.113.9"), range("203.0.113.5", "203.0.113.6")]),
        ],
        Type::List(Type::Record(_)) => {
            let facts: Facts = [("key", fact(Value::text("a"))), ("formula", fact(Value::text("$User.Id")))]
                .into_iter()
                .collect();
            vec![list(Vec::new()), list(vec![Value::Record(facts)])]
        }
        other => panic!("no values for {}", other.describe()),
    };
    values.into_iter().map(Some).chain([None]).collect()
}

/// The files of an app of a kind, with a part for everything that its attributes are kept in.
fn app(kind: AppKind) -> Files {
    let template = match kind {
        AppKind::ConnectedApp => CONNECTED_APP,
        AppKind::ExternalClientApp => EXTERNAL_CLIENT_APP,
    };
    let mut files: Files = template.iter().map(|(path, text)| ((*path).into(), (*text).to_owned())).collect();
    let kept = ATTRIBUTES.iter().filter_map(|row| row.column(kind)).flat_map(|column| column.elements);
    for part in kept.map(|element| element.kind).filter(|part| part.role() == Role::Part) {
        if files.keys().any(|path| Kind::of_path(path).is_some_and(|(kind, _)| kind == part)) {
            continue;
        }
        let name = part.name();
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{name} xmlns=\"http://soap.sforce.com/2006/04/metadata\">\n    \
             <externalClientApplication>Order_Sync</externalClientApplication>\n    <label>Order Sync</label>\n</{name}>\n"
        );
        files.insert(format!("eca/Order_Sync.{}-meta.xml", part.suffix()).as_str().into(), text);
    }
    files
}

fn read(path: &FilePath, text: &str, workspace: &Workspace) -> FileFacts {
    let (kind, stem) = Kind::of_path(path).unwrap();
    FileFacts::read(&SourceFile::new(path.clone(), text), kind, &stem, true, workspace.demand())
}

fn workspace(policies: &PolicySet, files: &Files) -> Workspace {
    let home = Location::start_of("sfdx-project.json".into());
    let mut workspace = Workspace::new(Project::default(), policies.demand(), home);
    let around: Vec<(FilePath, String)> =
        AROUND.iter().map(|(path, text)| ((*path).into(), (*text).to_owned())).collect();
    for (path, text) in files.iter().map(|(path, text)| (path.clone(), text.clone())).chain(around) {
        let facts = read(&path, &text, &workspace);
        workspace.set(facts);
    }
    workspace
}

/// The files with an attribute changed; `None` when it cannot be written there, or nothing would change.
fn changed(app: &App, files: &Files, row: &'static Attribute, value: Option<Value>) -> Option<Files> {
    let edits = write(app, &[(row, value)]).ok().filter(|edits| !edits.is_empty())?;
    let mut changed = Files::new();
    for (path, text) in files {
        let own: Vec<_> = edits.iter().filter(|edit| edit.location.file == *path).collect();
        if !own.is_empty() {
            changed.insert(path.clone(), apply(text, own).ok()?);
        }
    }
    Some(changed)
}

/// What is found: each code with how often.
fn findings(workspace: &Workspace, policies: &PolicySet, given: &CheckInput) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let judgement = check(workspace, policies, given);
    for finding in judgement.diagnostics.iter().flat_map(Diagnostic::with_subsumed) {
        *found.entry(finding.code.to_string()).or_default() += 1;
    }
    found
}

/// The policies whose findings change with each attribute.
fn noticed() -> Noticed {
    let rounds = |(index, declared): (usize, &&'static str)| {
        let declared = *declared;
        let depth = move |open: bool| match index {
            0 if open => Depth::All,
            1 if !open => Depth::All,
            0..=3 => Depth::Some,
            // The last is about asset tokens, which have texts and numbers.
            7 if !open => Depth::Some,
            _ => Depth::Switches,
        };
        let kinds = [AppKind::ConnectedApp, AppKind::ExternalClientApp];
        kinds.into_iter().flat_map(move |kind| [false, true].map(|open| (declared, kind, open, depth(open))))
    };
    let rounds: Vec<_> = DECLARED.iter().enumerate().flat_map(rounds).collect();
    let mut noticed = Noticed::new();
    // Two at a time: the rounds have nothing to do with each other.
    let (some, others) = rounds.split_at(rounds.len() / 2);
    let all = |rounds: &[(&'static str, AppKind, bool, Depth)]| -> Vec<Noticed> {
        rounds.iter().map(|(declared, kind, open, depth)| flip(declared, *kind, *open, *depth)).collect()
    };
    let halves = std::thread::scope(|scope| {
        let other = scope.spawn(|| all(others));
        [all(some), other.join().unwrap()]
    });
    for (name, codes) in halves.into_iter().flatten().flatten() {
        noticed.entry(name).or_default().extend(codes);
    }
    noticed
}

/// The policies that notice each attribute of an app of one kind, declared in one way.
fn flip(declared: &str, kind: AppKind, open: bool, depth: Depth) -> Noticed {
    let text = format!("extends: [strict]\n{declared}\n");
    let (config, mistakes) = Config::read(&SourceFile::new("preauth.yaml".into(), &text));
    assert_eq!(mistakes, []);
    let (policies, mistakes) = PolicySet::load(&[], &config);
    assert_eq!(mistakes, []);
    let (policies, given) = (&policies, &CheckInput::new(&config, jiff::civil::date(2026, 1, 1)));
    let mut noticed = Noticed::new();
    let mut files = app(kind);
    let mut tree = workspace(policies, &files);
    for (name, text) in OPEN.iter().filter(|_| open) {
        let row = attribute(name).unwrap();
        let value = match row.def.ty {
            Type::List(_) => Value::List(
                text.split(' ')
                    .map(|word| Fact::present(Value::text(word), Location::start_of("".into())))
                    .collect(),
            ),
            ty => Value::read(ty, text).unwrap(),
        };
        let org = tree.org();
        let edited = changed(&org.apps[0], &files, row, Some(value)).unwrap_or_default();
        for (path, text) in edited {
            tree.set(read(&path, &text, &tree));
            files.insert(path, text);
        }
    }
    let org = tree.org().clone();
    assert_eq!(org.apps.len(), 1);
    let before = findings(&tree, policies, given);
    for row in ATTRIBUTES.iter().filter(|row| row.column(kind).is_some()) {
        for value in values(row, depth) {
            let Some(edited) = changed(&org.apps[0], &files, row, value) else { continue };
            for (path, text) in &edited {
                tree.set(read(path, text, &tree));
            }
            let after = findings(&tree, policies, given);
            let codes = before.keys().chain(after.keys());
            let changed = codes.filter(|code| before.get(*code) != after.get(*code)).cloned();
            noticed.entry(row.def.name).or_default().extend(changed);
            for path in edited.keys() {
                tree.set(read(path, &files[path], &tree));
            }
        }
    }
    noticed
}

#[test]
fn every_attribute_is_noticed_or_there_is_a_reason() {
    let noticed = noticed();
    let of = |row: &Attribute| noticed.get(row.def.name).filter(|codes| !codes.is_empty());
    let reason =
        |row: &Attribute| REASONS.iter().find(|(name, _)| *name == row.def.name).map(|(_, reason)| *reason);
    let mut wrong = Vec::new();
    let mut page = String::from(
        "# What is noticed\n\n\
         Every attribute of an app was given every other value, in an app that is in order and in one that is open in every \
         way, of both kinds, declared for different flows and for none.\n\
         Here is which policies and checks of form then found something else than before.\n\
         An element also gives away the API version of its file, by which it is known what a missing one means: so a policy \
         may notice an attribute that it does not look at.\n\
         Besides, `differs-from-register` notices each attribute of which the register expects a value.\n\n\
         | attribute | noticed by |\n|---|---|\n",
    );
    for row in ATTRIBUTES {
        let name = row.def.name;
        match (of(row), reason(row)) {
            (Some(_), Some(_)) => wrong.push(format!("`{name}` is noticed: it needs no reason")),
            (None, None) => {
                wrong.push(format!("`{name}` is noticed by no policy, and there is no reason why"));
            }
            _ => {}
        }
        if let Some(codes) = of(row) {
            let links: Vec<_> = codes.iter().map(|code| format!("[`{code}`]({code}.md)")).collect();
            let _ = writeln!(page, "| [`{name}`](../attributes/{name}.md) | {} |", links.join(", "));
        }
    }
    page.push_str("\n## What no policy notices\n\n| attribute | why |\n|---|---|\n");
    for row in ATTRIBUTES.iter().filter(|row| of(row).is_none()) {
        let name = row.def.name;
        let _ =
            writeln!(page, "| [`{name}`](../attributes/{name}.md) | {} |", reason(row).unwrap_or_default());
    }
    let known = |name: &str| ATTRIBUTES.iter().any(|row| row.def.name == name);
    wrong.extend(
        REASONS.iter().filter(|(name, _)| !known(name)).map(|(name, _)| format!("`{name}` is no attribute")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policies/coverage.md");
    if std::env::var_os("PREAUTH_BLESS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap_or_default() == page,
        "docs/policies/coverage.md is stale: `just bless`"
    );
}
