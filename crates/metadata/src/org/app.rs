use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, LazyLock},
};

use preauth_source::{ArcStr, Diagnostic, FilePath, Label, Location, Observed, Severity, SubjectId, literal};
use rustc_hash::FxBuildHasher;

use crate::{
    AppKind, Attribute, AttributeDef, CapturedElement, Certificate, Components, EnumLiteral, Fact, FactState,
    Facts, FileFacts, Grant, Kind, List, Project, Role, Type, Value,
    codec::read::ComponentFiles,
    file::demand::LINK,
    org::{
        certificate,
        flow::{FLOW_STATES, NO, Signals, YES, word},
        grant::nearness,
        spelling::Spellings,
    },
    schema::{attributes::ATTRIBUTES, elements::invented_value},
    secret::masked,
    value::defaults,
};

/// The part of a ConnectedApp that its file contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppShape {
    /// All of it.
    Full,
    /// Name, label and version, written by hand: the file of a second-generation package project.
    Stub,
    /// Descriptions without settings: the retrieved file of an app that a package owns.
    Shell,
}

impl AppShape {
    /// In the policies' words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Stub => "stub",
            Self::Shell => "shell",
        }
    }
}

/// One connected app, or one external client app however many files it is spread over.
#[derive(Clone, Debug)]
pub struct App {
    /// Its developer name.
    pub name: ArcStr,
    /// Its kind.
    pub kind: AppKind,
    /// The part of it that is in the source.
    pub shape: AppShape,
    /// The place that stands for it: the root element of its main file.
    pub home: Location,
    /// Its files, by path.
    pub files: Vec<Arc<FileFacts>>,
    /// True if its files are never deployed, because a `.forceignore` or their suffix leaves them out, so that it is judged only for what matters without a deployment.
    pub ignored: bool,
    /// Its facts: every attribute of the table, and the computed ones.
    pub facts: Facts,
    /// Whom it is assigned to, in the order of the source.
    pub grants: Vec<Grant>,
    /// The certificates that its files hold.
    pub certificates: Vec<Certificate>,
}

const SHAPES: &[EnumLiteral] = &[
    EnumLiteral { name: "full", setup: "" },
    EnumLiteral { name: "stub", setup: "" },
    EnumLiteral { name: "shell", setup: "" },
];

const KINDS: &[EnumLiteral] =
    &[AppKind::ConnectedApp.enum_literal(), AppKind::ExternalClientApp.enum_literal()];

/// The computed attributes of an app, beside the attribute table and the states of its flows.
pub static COMPUTED: &[AttributeDef] = &[
    AttributeDef::new("name", Type::Text, "The developer name, as the file name gives it."),
    AttributeDef::new("label", Type::Text, "The name that Setup and users see."),
    AttributeDef::new("kind", Type::Enum(KINDS), "Which kind of app it is."),
    AttributeDef::new(
        "shape",
        Type::Enum(SHAPES),
        "How much of the app the source holds: all of it, the stub that a second-generation package keeps, or the \
         shell that a retrieve gives of an app that a package owns.",
    ),
    AttributeDef::new(
        "active",
        Type::Bool,
        "Whether anybody can use the app at all: it is not when it is switched off or blocked, or when it is the \
         read-only copy that the migration to an external client app leaves behind.",
    ),
    AttributeDef::new(
        "grants",
        Type::List(&Type::Record(crate::org::grant::GRANT)),
        "Whom the app is assigned to: profiles and permission sets, with what their names stand for.",
    ),
    AttributeDef::new(
        "duplicates",
        Type::List(&Type::Text),
        "The files of the app, when the tree holds it in several places that say different things. Told of the first of \
         them; empty otherwise.",
    ),
];

/// The names of an app's facts, in their order: what takes several apps to tell comes last.
static NAMES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let computed = COMPUTED.iter().map(|def| def.name);
    let (last, of_one): (Vec<_>, Vec<_>) = computed.partition(|name| *name == "duplicates");
    let attributes = ATTRIBUTES.iter().map(|row| row.def.name);
    attributes.chain(of_one).chain(FLOW_STATES.iter().map(|flow| flow.name)).chain(last).collect()
});

/// The places of the names among them.
static PLACES: LazyLock<HashMap<&str, usize, FxBuildHasher>> =
    LazyLock::new(|| NAMES.iter().enumerate().map(|(place, name)| (*name, place)).collect());

/// The inputs of an app beside its own files.
pub(crate) struct Surroundings<'a> {
    pub(crate) components: &'a Components,
    pub(crate) settings: &'a Facts,
    pub(crate) project: &'a Project,
    /// The developer names of the external client apps that connected apps became.
    pub(crate) migrated: &'a [ArcStr],
}

impl App {
    pub(crate) fn new(
        name: ArcStr,
        kind: AppKind,
        mut files: Vec<Arc<FileFacts>>,
        around: &Surroundings<'_>,
    ) -> Self {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        let header = files.iter().find(|file| file.kind.role().is_main_of_app());
        let main = header.unwrap_or(&files[0]);
        let home = main.home();
        let label = main.text_of("label").map_or_else(
            || {
                Fact::new(
                    FactState::Unknown(literal!("no file of the app that holds its label is in the source")),
                    home.clone(),
                )
            },
            |text| Fact::present(Value::Text(text.clone()), main.at(main.found("label")[0].range())),
        );
        let shape = shape_of(main);
        let component_files = ComponentFiles { files: &files, home: &home, project: around.project };
        let mut facts = Facts::with_capacity(NAMES.len());
        for row in ATTRIBUTES {
            facts.insert(row.def.name, read_attribute(row, kind, shape, main, &component_files));
        }
        let grants = grants_of(kind, &facts, around.components);
        facts.insert("name", Fact::present(Value::Text(name.clone()), home.clone()));
        facts.insert("label", label);
        facts.insert("kind", Fact::present(Value::word(kind.as_str()), home.clone()));
        facts.insert("shape", Fact::present(Value::word(shape.as_str()), home.clone()));
        facts.insert("active", active(&name, kind, &facts, &home, around));
        facts.insert("grants", grants_fact(&facts, &grants));
        let here = |path: &str| -> Fact {
            let capture = main.get(path);
            let found = capture.and_then(|capture| capture.found.first());
            let place = found.map(CapturedElement::range).or(capture.map(|capture| capture.anchor));
            let state = match (kind, shape, found) {
                (_, AppShape::Full, found) => {
                    FactState::Present(Value::Text(if found.is_some() { YES } else { NO }))
                }
                _ => FactState::Unknown(literal!("the file does not hold the app's settings")),
            };
            Fact::new(state, place.map_or_else(|| home.clone(), |range| main.at(range)))
        };
        let file_of = |wanted: Kind| -> Fact {
            let there = files.iter().find(|file| file.kind == wanted && file.is_well_formed());
            let place = there.map_or_else(|| home.clone(), |file| file.home());
            Fact::present(Value::Text(if there.is_some() { YES } else { NO }), place)
        };
        let signals = match kind {
            AppKind::ConnectedApp => Signals {
                facts: &facts,
                settings: around.settings,
                external_client_app: false,
                asset_token: here("oauthConfig/assetTokenConfig"),
                saml: here("samlConfig"),
                canvas: here("canvasConfig"),
            },
            AppKind::ExternalClientApp => Signals {
                facts: &facts,
                settings: around.settings,
                external_client_app: true,
                asset_token: asset_token(&facts),
                saml: file_of(Kind::ExtlClntAppSamlConfigurablePolicies),
                canvas: file_of(Kind::ExtlClntAppCanvasSettings),
            },
        };
        let states = signals.states();
        states.iter().for_each(|(name, fact)| facts.insert(name, fact.clone()));
        let certificates = certificate::held(&files, around.project);
        let ignored = files.iter().all(|file| !file.judged);
        Self { name, kind, shape, home, files, ignored, facts, grants, certificates }
    }

    /// Returns its label, or else its developer name.
    pub fn label(&self) -> &str {
        self.facts.get("label").and_then(Fact::value).and_then(Value::as_text).unwrap_or(&self.name)
    }

    /// Returns the fact of an attribute.
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        let (known, fact) = self.facts.at(*PLACES.get(name)?)?;
        debug_assert_eq!(known, name, "invariant: an app has all its facts, in their order");
        Some(fact)
    }

    /// The main file: the ConnectedApp, the header, or else the first of the parts.
    pub fn main_file(&self) -> &FilePath {
        &self.home.file
    }

    /// True if the header of an external client app, or the file of a connected app, is among its files.
    pub fn has_main_file(&self) -> bool {
        self.files.iter().any(|file| file.kind.role().is_main_of_app())
    }

    /// True if it is known that no user can authorize it: it is pre-authorized, and assigned to nobody.
    pub fn admits_nobody(&self) -> bool {
        let value = |name: &str| self.fact(name).and_then(Fact::value);
        let pre_authorized = value("permittedUsers") == Some(&Value::Text(literal!("adminApproved")));
        pre_authorized && value("grants").and_then(Value::as_list).is_some_and(<[Fact]>::is_empty)
    }

    /// The app as the subject of a diagnostic.
    pub fn subject(&self) -> SubjectId {
        SubjectId { kind: "App", name: self.name.clone() }
    }

    /// True if any of an attribute's elements holds text, whatever can be made of it.
    pub fn has_element(&self, attribute: &Attribute) -> bool {
        attribute.column(self.kind).is_some_and(|column| {
            column.elements.iter().any(|element| {
                self.files
                    .iter()
                    .filter(|file| file.kind == element.kind)
                    .any(|file| file.found(element.path).iter().any(|found| !found.text().is_empty()))
            })
        })
    }

    /// The values that no row can read: each is a diagnostic of code `value-unknown`.
    pub fn unknown_values(&self) -> Vec<Diagnostic> {
        let rows = ATTRIBUTES.iter().filter_map(|row| Some((row, self.fact(row.def.name)?)));
        let each = rows.flat_map(|(row, fact)| {
            let items = match &fact.state {
                FactState::Present(Value::List(items)) => items,
                _ => std::slice::from_ref(fact),
            };
            items.iter().filter_map(move |item| match &item.state {
                FactState::Unreadable(text) => Some((row, text, item.place()?)),
                _ => None,
            })
        });
        each.map(|(row, text, place)| self.unknown_value(row, text, place)).collect()
    }

    fn unknown_value(&self, row: &'static Attribute, text: &ArcStr, place: &Location) -> Diagnostic {
        let literals = row.column(self.kind).map(|column| column.codec.literals()).unwrap_or_default();
        let message = match &**text {
            "" => format!("`{}` of `{}` is empty", row.def.name, self.label()),
            text => {
                let shown = masked(text);
                let shown: String = shown.lines().next().unwrap_or_default().chars().take(60).collect();
                format!("`{shown}` is no value that Salesforce knows for `{}`", row.def.name)
            }
        };
        let label = Label::new(place.clone(), "unknown value");
        let mut diagnostic = Diagnostic::new(crate::codes::VALUE_UNKNOWN, Severity::Error, message, label);
        if let Some(instead) = invented_value(self.kind, text) {
            diagnostic = diagnostic.with_help(instead);
        } else if let Some(near) = preauth_source::nearest(text, literals.iter().map(String::as_str)) {
            diagnostic = diagnostic.with_help(format!("did you mean `{near}`?"));
        }
        if !literals.is_empty() {
            diagnostic = diagnostic.with_help(format!("write one of {}", quoted(&literals)));
        }
        if let Some(setup) = row.setup(self.kind) {
            diagnostic = diagnostic.with_help(format!("in Setup: {setup}"));
        }
        diagnostic.subject = Some(self.subject());
        diagnostic.observed =
            Some(Observed { attribute: row.def.name.into(), value: Some(masked(text).into()) });
        diagnostic
    }
}

fn quoted(words: &[String]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn shape_of(main: &FileFacts) -> AppShape {
    if main.kind != Kind::ConnectedApp {
        return AppShape::Full;
    }
    let has = |path: &str| !main.found(path).is_empty();
    if has("oauthConfig") || has("samlConfig") || has("canvasConfig") {
        AppShape::Full
    } else if has("developerName") && has("version") {
        AppShape::Stub
    } else {
        AppShape::Shell
    }
}

/// Reads one attribute; what the shape of the file does not hold is unknown, what the app has no use for does not
/// apply.
fn read_attribute(
    row: &'static Attribute,
    kind: AppKind,
    shape: AppShape,
    main: &FileFacts,
    files: &ComponentFiles<'_>,
) -> Fact {
    let Some(column) = row.column(kind) else {
        let why = match kind {
            AppKind::ConnectedApp => literal!("a connected app has no such setting"),
            AppKind::ExternalClientApp => literal!("an external client app has no such setting"),
        };
        return Fact::new(FactState::NotApplicable(why), files.home.clone());
    };
    let fact = files.read(row.def.ty, column);
    let stated = matches!(fact.state, FactState::Present(_) | FactState::Unreadable(_));
    if kind == AppKind::ExternalClientApp || stated {
        return fact;
    }
    let of_oauth = column.elements[0].path.starts_with("oauth") || column.elements[0].path.starts_with("//");
    match shape {
        AppShape::Full if of_oauth && main.found("oauthConfig").is_empty() => {
            Fact { state: FactState::NotApplicable(literal!("the app does not use OAuth")), ..fact }
        }
        AppShape::Full => fact,
        AppShape::Stub => {
            Fact { state: FactState::Unknown(literal!("the file is the stub of a packaged app")), ..fact }
        }
        AppShape::Shell => Fact {
            state: FactState::Unknown(literal!("the file holds no settings: a package may own the app")),
            ..fact
        },
    }
}

fn grants_of(app: AppKind, facts: &Facts, components: &Components) -> Vec<Grant> {
    let of = |attribute: &str, kind: Kind| -> Vec<Grant> {
        let items = facts.get(attribute).and_then(Fact::value).and_then(Value::as_list).unwrap_or_default();
        items
            .iter()
            .filter_map(|item| Some(Grant::new(app, kind, item, item.value()?.as_text()?.into(), components)))
            .collect()
    };
    let mut grants = of("grants.profiles", Kind::Profile);
    grants.extend(of("grants.permissionSets", Kind::PermissionSet));
    grants.sort_by(|a, b| a.place().cmp(&b.place()));
    grants
}

/// The two lists of names as one: known to be empty only when both are.
fn grants_fact(facts: &Facts, grants: &[Grant]) -> Fact {
    let lists = ["grants.profiles", "grants.permissionSets"].map(|name| facts.get(name));
    let unknown = lists.iter().flatten().find(|fact| fact.value().is_none());
    if let (true, Some(fact)) = (grants.is_empty(), unknown) {
        return (*fact).clone();
    }
    let items = grants.iter().map(|grant| Fact {
        state: FactState::Present(Value::Record(grant.facts.clone())),
        places: grant.place().cloned().into_iter().collect(),
    });
    let items: List = items.collect();
    let mut places: Vec<Location> = grants.iter().filter_map(|grant| grant.place().cloned()).collect();
    if places.is_empty() {
        places = lists.iter().flatten().flat_map(|fact| fact.places.iter().cloned()).collect();
        places.dedup();
    }
    let state = if items.is_empty() {
        FactState::Default(defaults::empty_list())
    } else {
        FactState::Present(Value::List(items))
    };
    Fact { state, places: places.into() }
}

fn active(name: &str, kind: AppKind, facts: &Facts, home: &Location, around: &Surroundings<'_>) -> Fact {
    let off =
        |attribute: &str, value: &Value| facts.get(attribute).filter(|fact| fact.value() == Some(value));
    let off =
        off("enabled", &Value::Bool(false)).or_else(|| off("policyAction", &Value::Text(literal!("block"))));
    let migrated = kind == AppKind::ConnectedApp && around.migrated.iter().any(|other| &**other == name);
    let places = off.map_or_else(|| home.clone().into(), |fact| fact.places.clone());
    Fact { state: FactState::Present(Value::Bool(off.is_none() && !migrated)), places }
}

fn asset_token(facts: &Facts) -> Fact {
    let attributes = ["assetToken.audiences", "assetToken.signingCertificate", "assetToken.validity"];
    let facts = attributes.map(|name| facts.get(name).expect("invariant: every attribute is read"));
    match facts.iter().find(|fact| fact.value().is_some()) {
        Some(fact) => word(YES, fact),
        None if matches!(facts[0].state, FactState::None) => word(NO, facts[0]),
        None => facts[0].clone(),
    }
}

/// True if a file is a part of an app. Files that could not be read are none.
pub(crate) fn is_of_app(file: &FileFacts) -> bool {
    let is_part = || match file.kind.role() {
        Role::ConnectedApp | Role::Header => true,
        Role::Part => file.text_of(LINK).is_some(),
        Role::Access | Role::Org => false,
    };
    file.is_well_formed() && is_part()
}

/// The apps that files of apps make: each ConnectedApp one, and each external client app one. A part whose parent
/// is misspelt belongs to the app that is meant; `others` are the names of external client apps that are known, also if
/// they are not among the files.
pub(crate) fn families(
    files: &[Arc<FileFacts>],
    others: &BTreeSet<ArcStr>,
) -> Vec<(ArcStr, AppKind, Vec<Arc<FileFacts>>)> {
    let mut families: Vec<(ArcStr, AppKind, Vec<Arc<FileFacts>>)> = Vec::new();
    let mut external: BTreeMap<ArcStr, Vec<usize>> = BTreeMap::new();
    for file in files {
        match file.kind.role() {
            Role::ConnectedApp => {
                families.push((file.stem.clone(), AppKind::ConnectedApp, vec![file.clone()]));
            }
            Role::Header => {
                external.entry(file.stem.clone()).or_default().push(families.len());
                families.push((file.stem.clone(), AppKind::ExternalClientApp, vec![file.clone()]));
            }
            _ => {}
        }
    }
    let headers = families.len();
    let parts = || files.iter().filter(|file| file.kind.role() == Role::Part);
    let misspelt = misspelt_parents(parts(), &external, others);
    for file in parts() {
        let Some(link) = file.text_of(LINK) else { continue };
        let link = misspelt.get(link).unwrap_or(link);
        let named = [&**link, without_namespace(link)].into_iter().filter_map(|name| external.get(name));
        let nearest = named.flatten().copied().max_by_key(|index| {
            let (name, _, files) = &families[*index];
            let near = nearness(&files[0].path, &file.path);
            (name == link, *index < headers, near, std::cmp::Reverse(*index))
        });
        match nearest {
            Some(index) => families[index].2.push(file.clone()),
            None => {
                external.entry(link.clone()).or_default().push(families.len());
                families.push((link.clone(), AppKind::ExternalClientApp, vec![file.clone()]));
            }
        }
    }
    families
}

/// The names of parents that no header has, each with the name of the header that is meant: the only one of which it is a
/// typing error. A header that has a part of the same kind already is not meant, for that part is one of another app
/// whose header is not in the source. Nor is one that several names with parts of the same kind could mean.
fn misspelt_parents<'f>(
    parts: impl Iterator<Item = &'f Arc<FileFacts>>,
    headers: &BTreeMap<ArcStr, Vec<usize>>,
    others: &BTreeSet<ArcStr>,
) -> BTreeMap<ArcStr, ArcStr> {
    let mut kinds: BTreeMap<&ArcStr, BTreeSet<Kind>> = BTreeMap::new();
    for (link, file) in parts.filter_map(|file| Some((file.text_of(LINK)?, file))) {
        kinds.entry(link).or_default().insert(file.kind);
    }
    let is_known = |link: &str| {
        let is = |name: &str| headers.contains_key(name) || others.contains(name);
        is(link) || is(without_namespace(link))
    };
    let (known, unknown): (Vec<_>, Vec<_>) = kinds.into_iter().partition(|(link, _)| is_known(link));
    if unknown.is_empty() {
        return BTreeMap::new();
    }
    let mut taken: BTreeMap<&str, BTreeSet<Kind>> = BTreeMap::new();
    for (link, kinds) in &known {
        for name in BTreeSet::from([&***link, without_namespace(link)]) {
            taken.entry(name).or_default().extend(kinds);
        }
    }
    let spellings = Spellings::of(headers.keys());
    let mut meant: BTreeMap<&ArcStr, Vec<(&ArcStr, BTreeSet<Kind>)>> = BTreeMap::new();
    for (link, kinds) in unknown {
        if let Some(name) = spellings.only_one_meant_by(link) {
            meant.entry(name).or_default().push((link, kinds));
        }
    }
    meant.retain(|name, links| {
        let mut taken = taken.remove(&***name).unwrap_or_default();
        links.iter().flat_map(|(_, kinds)| kinds).all(|kind| taken.insert(*kind))
    });
    let pairs =
        meant.into_iter().flat_map(|(name, links)| links.into_iter().map(move |(link, _)| (link, name)));
    pairs.map(|(link, name)| (link.clone(), name.clone())).collect()
}

/// The name without the namespace that a package puts before it.
pub(crate) fn without_namespace(name: &str) -> &str {
    name.split_once("__").map_or(name, |(_, name)| name)
}
