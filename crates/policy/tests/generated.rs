//! Coverage of the attributes by policies: every attribute of an app of each kind is set to many values, for apps that are
//! declared for different flows, and the findings before and after are compared. The result is
//! `docs/policies/coverage.md`; `PREAUTH_BLESS=1` rewrites it. An attribute without an effect on findings needs a reason.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail by panicking")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
    sync::Arc,
};

use preauth_metadata::{
    ATTRIBUTES, App, AppKind, Attribute, Demand, Fact, Facts, FileFacts, Kind, Project, Role, Type, Value,
    Workspace, attribute, write,
};
use preauth_policy::{CheckInput, Config, PolicySet, check};
use preauth_source::{FilePath, Location, SourceFile, apply};

/// Attributes without an effect on findings, and why that is right.
const REASONS: &[(&str, &str)] = &[
    ("customScopes", "The org decides what a custom scope gives access to; the app does not show it."),
    (
        "codeCredentialsPostOnly",
        "It concerns the form of requests in the headless flow; secure clients use either form.",
    ),
    (
        "guestCodeCredentials",
        "The site and the guest user's profile decide what a guest may do, not the app.",
    ),
    (
        "secretRequiredForRefreshToken",
        "`secret-not-required-for-refresh` checks it for clients whose secret is required, and these apps do not say so.",
    ),
    (
        "secretRequiredForTokenExchange",
        "The default of the platform is unknown, and the token exchange handler decides which tokens it accepts.",
    ),
    (
        "namedUserJwt",
        "Hosted MCP servers and the Agent API need it: `mcp-without-jwt` and `agent-api-without-jwt` check apps with their scopes, which these apps do not have.",
    ),
    ("idToken.audiences", "The client and its partners agree on the audiences of ID tokens."),
    ("idToken.attributes", "The client and its partners agree on the content of ID tokens."),
    ("idToken.customPermissions", "The client and its partners agree on the content of ID tokens."),
    ("idToken.standardClaims", "The client and its partners agree on the content of ID tokens."),
    ("idToken.validity", "An ID token gives no access to the org."),
    ("assetToken.attributes", "The device and its partners agree on the content of asset tokens."),
    ("assetToken.customPermissions", "The device and its partners agree on the content of asset tokens."),
    ("namedUserJwtTimeoutType", "Each org has its own rule for the lifetime of these tokens."),
    ("namedUserJwtTimeout", "Each org has its own rule for the lifetime of these tokens."),
    ("guestJwtTimeoutType", "Each org has its own rule for the lifetime of these tokens."),
    ("guestJwtTimeout", "Each org has its own rule for the lifetime of these tokens."),
    (
        "tlsClientAuthParameter",
        "It selects the name in the client's certificate that is compared; each choice may be right.",
    ),
    ("tlsClientAuthValue", "It is the expected name in the client's certificate; each name may be right."),
    ("samlPluginEnabled", "Off, it makes the SAML flow impossible; these apps have no SAML settings."),
    ("canvasPluginEnabled", "Off, it makes a canvas app impossible; these apps are none."),
    ("samlSigningAlgorithm", "`saml-weak-algorithm` checks apps with SAML, and these have none."),
    ("samlEncryptionType", "`saml-weak-algorithm` checks apps with SAML, and these have none."),
    ("mobilePluginEnabled", "Nobody's access depends on it."),
    ("pushPluginEnabled", "Nobody's access depends on it."),
    ("notificationPluginEnabled", "Nobody's access depends on it."),
    ("attestPluginEnabled", "Nobody's access depends on it."),
    ("startPage", "Nobody's access depends on it."),
    ("startUrl", "It opens a page for a user who is already logged in."),
    ("mobileStartUrl", "It opens a page for a user who is already logged in."),
    ("singleLogoutUrl", "It receives a message when a session ends; it gives no access."),
    ("plugin", "Its Apex class decides what a handler does, and Apex classes are not read."),
    ("pluginUser", "Its Apex class decides what a handler does, and Apex classes are not read."),
    ("customAttributes", "The client and its partners agree on the content of tokens."),
    ("firstParty", "It marks apps of Salesforce."),
    ("rotateConsumerKey", "It is a command for the next deployment, not a setting."),
    ("rotateConsumerSecret", "It is a command for the next deployment, not a setting."),
    ("distribution", "The publisher of a package decides whether the app is included."),
    ("protected", "The publisher of a package decides whether the app is hidden."),
    ("managedType", "It is internal to Salesforce."),
    ("contactPhone", "It is information for people."),
    ("description", "It is information for people."),
    ("infoUrl", "It is information for people."),
    ("iconUrl", "It is a picture."),
    ("logoUrl", "It is a picture."),
];

type Files = BTreeMap<FilePath, String>;

/// The codes of findings by attribute.
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

/// Files around the app.
const SURROUNDINGS: &[(&str, &str)] = &[
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

/// The settings of an app that is open in every way. Findings that depend on other settings show in this app or in the
/// one that is in order.
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

/// The configurations that each app is checked with: what the register declares of it.
const DECLARED: [&str; 8] = [
    "",
    "apps: [{ match: Order_Sync, flow: web-server, owner: a@example.com, environment: production, networks: [198.51.100.0/24], profile: System Administrator }]",
    "apps: [{ match: Order_Sync, flow: jwt-bearer, owner: a@example.com }]",
    "apps: [{ match: Order_Sync, flow: client-credentials, owner: a@example.com }]",
    "apps: [{ match: Order_Sync, flow: device }]",
    "apps: [{ match: Order_Sync, flow: token-exchange }]",
    "apps: [{ match: Order_Sync, flow: code-credentials }]",
    "apps: [{ match: Order_Sync, flow: asset-token }]",
];

/// Texts of different forms.
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

/// How many values of an attribute a check tries.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    /// Only those of Boolean attributes.
    Switches,
    /// A few texts and scopes, and all other values.
    Some,
    /// All values.
    All,
}

/// Returns the depth for a declaration, by its index in [`DECLARED`], and a file.
fn depth(declared: usize, open: bool) -> Depth {
    match declared {
        0 => Depth::All,
        1 if !open => Depth::All,
        1..=3 => Depth::Some,
        // The last declaration is about asset tokens, which have texts and numbers.
        7 if !open => Depth::Some,
        _ => Depth::Switches,
    }
}

/// Returns the values to try for an attribute, each with the smallest depth that includes it. `None` removes the
/// attribute.
fn values(row: &Attribute) -> Vec<(Option<Value>, Depth)> {
    let place = || Location::start_of(FilePath::from(""));
    let fact = |value| Fact::present(value, place());
    let list = |values: Vec<Value>| Value::List(values.into_iter().map(fact).collect());
    let texts = || TEXTS.iter().enumerate().map(|(index, text)| (Value::text(*text), index > 0));
    let range = |start: &str, end: &str| {
        let facts: Facts = [("start", start), ("end", end)]
            .into_iter()
            .map(|(name, text)| (name, fact(Value::text(text))))
            .collect();
        Value::Record(facts)
    };
    let always = |values: Vec<Value>| values.into_iter().map(|value| (value, false)).collect::<Vec<_>>();
    // Each value, and true if only `Depth::All` includes it.
    let values: Vec<(Value, bool)> = match row.def.ty {
        Type::Bool => always(vec![Value::Bool(true), Value::Bool(false)]),
        Type::Number => always([1, 15, 60, 1_440, 100_000].map(Value::Number).to_vec()),
        Type::Text => texts().collect(),
        Type::Enum(literals) => always(literals.iter().map(|literal| Value::text(literal.name)).collect()),
        Type::RefreshToken => {
            let texts = [
                "untilRevoked",
                "expireImmediately",
                "afterInactivity 1 HOURS",
                "afterInactivity 24 MONTHS",
                "afterLifetime 24 MONTHS",
            ];
            always(texts.map(|text| Value::read(row.def.ty, text).unwrap()).to_vec())
        }
        Type::List(Type::Text) => {
            let many = (0..20).map(|number| Value::text(format!("Set {number}"))).collect();
            let twice = vec![
                Value::text("https://client.example.com/a"),
                Value::text("https://client.example.com/a"),
            ];
            let lists = always(vec![list(Vec::new()), list(many), list(twice)]);
            texts().map(|(text, rare)| (list(vec![text]), rare)).chain(lists).collect()
        }
        Type::List(item @ Type::Enum(_)) => {
            let is_rare = |name: &str| !matches!(name, "Full" | "RefreshToken" | "Api");
            let literals = item.literals().iter();
            let literals =
                literals.map(|literal| (list(vec![Value::text(literal.name)]), is_rare(literal.name)));
            literals.chain(always(vec![list(Vec::new())])).collect()
        }
        Type::List(Type::Record(fields)) if fields.iter().any(|field| field.name == "start") => always(vec![
            list(Vec::new()),
            list(vec![range("0.0.0.0", "255.255.255.255")]),
            list(vec![range("203.0.113.9", "203.0.113.1")]),
            list(vec![range("203.0.113.1", "203.0.113.9"), range("203.0.113.5", "203.0.113.6")]),
        ]),
        Type::List(Type::Record(_)) => {
            let facts: Facts = [("key", fact(Value::text("a"))), ("formula", fact(Value::text("$User.Id")))]
                .into_iter()
                .collect();
            always(vec![list(Vec::new()), list(vec![Value::Record(facts)])])
        }
        other => panic!("no values for {}", other.describe()),
    };
    let smallest = if row.def.ty == Type::Bool { Depth::Switches } else { Depth::Some };
    let values =
        values.into_iter().map(|(value, rare)| (Some(value), if rare { Depth::All } else { smallest }));
    values.chain([(None, smallest)]).collect()
}

/// Returns the files of an app, including one of each kind that its attributes are written in.
fn app(kind: AppKind) -> Files {
    let template = match kind {
        AppKind::ConnectedApp => CONNECTED_APP,
        AppKind::ExternalClientApp => EXTERNAL_CLIENT_APP,
    };
    let mut files: Files = template.iter().map(|(path, text)| ((*path).into(), (*text).to_owned())).collect();
    let written = ATTRIBUTES.iter().filter_map(|row| row.column(kind)).flat_map(|column| column.elements);
    for part in written.map(|element| element.kind).filter(|part| part.role() == Role::Part) {
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

fn read(path: &FilePath, text: &str, demand: &Demand) -> Arc<FileFacts> {
    let (kind, stem) = Kind::of_path(path).unwrap();
    Arc::new(FileFacts::read(&SourceFile::new(path.clone(), text), kind, &stem, true, demand))
}

/// Reads a file without keeping its text, unless it may have a private key. Without the text no fix is verified, which would
/// take half of the time and does not change the codes of findings.
fn read_for_codes(path: &FilePath, text: &str, demand: &Demand) -> Arc<FileFacts> {
    let mut facts = FileFacts::clone(&read(path, text, demand));
    facts.text.take_if(|text| !text.contains("-----BEGIN"));
    Arc::new(facts)
}

/// Returns the files with an attribute changed, or `None` if it cannot be written or nothing would change.
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

/// Returns how often each code was found.
fn findings(workspace: &Workspace, policies: &PolicySet, input: &CheckInput) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let judgement = check(workspace, policies, input);
    for finding in &judgement.diagnostics {
        *found.entry(finding.code.to_string()).or_default() += 1;
    }
    found
}

fn config(declared: &str) -> Config {
    let text = format!("extends: [strict]\n{declared}\n");
    let (config, errors) = Config::read(&SourceFile::new("preauth.yaml".into(), &text));
    assert_eq!(errors, []);
    config
}

/// Returns the codes of the findings that change with each attribute.
fn noticed() -> Noticed {
    let (policies, errors) = PolicySet::load(&[], &config(""));
    assert_eq!(errors, []);
    let inputs = DECLARED.map(|declared| CheckInput::new(&config(declared), jiff::civil::date(2026, 1, 1)));
    let (policies, inputs) = (&policies, &inputs);
    let of_kind = |kind| [false, true].map(|open| noticed_in_app(policies, inputs, kind, open));
    let by_kind = std::thread::scope(|scope| {
        let other = scope.spawn(|| of_kind(AppKind::ExternalClientApp));
        [of_kind(AppKind::ConnectedApp), other.join().unwrap()]
    });
    let mut noticed = Noticed::new();
    for (name, codes) in by_kind.into_iter().flatten().flatten() {
        noticed.entry(name).or_default().extend(codes);
    }
    noticed
}

/// Returns the codes of the findings that change with each attribute of one app. Each changed file is read once, and
/// checked with every declaration.
fn noticed_in_app(policies: &PolicySet, inputs: &[CheckInput], kind: AppKind, open: bool) -> Noticed {
    let demand = policies.demand();
    let mut workspace =
        Workspace::new(Project::default(), demand.clone(), Location::start_of("sfdx-project.json".into()));
    let mut files = app(kind);
    for (path, text) in &files {
        workspace.set(read(path, text, &demand));
    }
    for (path, text) in SURROUNDINGS {
        workspace.set(read(&(*path).into(), text, &demand));
    }
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
        let edited = changed(&workspace.org().apps[0], &files, row, Some(value)).unwrap_or_default();
        for (path, text) in edited {
            workspace.set(read(&path, &text, &demand));
            files.insert(path, text);
        }
    }
    let org = workspace.org().clone();
    assert_eq!(org.apps.len(), 1);
    for (path, text) in &files {
        workspace.set(read_for_codes(path, text, &demand));
    }
    let before: Vec<_> = inputs.iter().map(|input| findings(&workspace, policies, input)).collect();
    let mut noticed = Noticed::new();
    for row in ATTRIBUTES.iter().filter(|row| row.column(kind).is_some()) {
        let codes = noticed.entry(row.def.name).or_default();
        for (value, at_depth) in values(row) {
            let declared: Vec<usize> =
                (0..inputs.len()).filter(|index| at_depth <= depth(*index, open)).collect();
            let Some(edited) = changed(&org.apps[0], &files, row, value) else { continue };
            let original: Vec<_> = edited.keys().map(|path| workspace.file(path).unwrap().clone()).collect();
            for (path, text) in &edited {
                workspace.set(read_for_codes(path, text, &demand));
            }
            for index in declared {
                let after = findings(&workspace, policies, &inputs[index]);
                let before = &before[index];
                let all = before.keys().chain(after.keys());
                codes.extend(all.filter(|code| before.get(*code) != after.get(*code)).cloned());
            }
            for facts in original {
                workspace.set(facts);
            }
        }
    }
    noticed
}

#[test]
fn every_attribute_affects_findings_or_has_a_reason() {
    let noticed = noticed();
    let of = |row: &Attribute| noticed.get(row.def.name).filter(|codes| !codes.is_empty());
    let reason =
        |row: &Attribute| REASONS.iter().find(|(name, _)| *name == row.def.name).map(|(_, reason)| *reason);
    let mut wrong = Vec::new();
    let mut page = String::from(
        "# Coverage of attributes\n\n\
         This table lists the policies and file checks whose findings change with the value of each attribute.\n\
         Every attribute was set to many values, in apps of both kinds: one with secure settings and one that is open in every \
         way, each declared for different flows and for none.\n\
         An element also shows the API version of its file, which decides what a missing element means.\n\
         So findings of a policy may change with an attribute that the policy does not use.\n\
         In addition, `differs-from-register` covers every attribute with an expected value in the register.\n\n\
         | attribute | findings that change |\n|---|---|\n",
    );
    for row in ATTRIBUTES {
        let name = row.def.name;
        match (of(row), reason(row)) {
            (Some(_), Some(_)) => wrong.push(format!("`{name}` affects findings, so remove its reason")),
            (None, None) => {
                wrong.push(format!("`{name}` affects no finding and has no reason in `REASONS`"));
            }
            _ => {}
        }
        if let Some(codes) = of(row) {
            let links: Vec<_> = codes.iter().map(|code| format!("[`{code}`]({code}.md)")).collect();
            let _ = writeln!(page, "| [`{name}`](../attributes/{name}.md) | {} |", links.join(", "));
        }
    }
    page.push_str("\n## Attributes without an effect on findings\n\n| attribute | why |\n|---|---|\n");
    for row in ATTRIBUTES.iter().filter(|row| of(row).is_none()) {
        let name = row.def.name;
        let _ =
            writeln!(page, "| [`{name}`](../attributes/{name}.md) | {} |", reason(row).unwrap_or_default());
    }
    let exists = |name: &str| ATTRIBUTES.iter().any(|row| row.def.name == name);
    wrong.extend(
        REASONS
            .iter()
            .filter(|(name, _)| !exists(name))
            .map(|(name, _)| format!("`REASONS` has an unknown attribute `{name}`")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policies/coverage.md");
    if std::env::var_os("PREAUTH_BLESS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap_or_default() == page,
        "docs/policies/coverage.md is stale. Run `just bless`."
    );
}
