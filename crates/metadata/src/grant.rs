//! Grants: what an app names, and what that name stands for in the tree.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use preauth_source::{FilePath, Location};

use crate::{
    COMPONENT, Component, Described, Fact, Facts, FileFacts, Kind, State, Type, Value, Word,
    placeholder::is_placeholder,
};

/// Whom an app is assigned to: a name on the app, and what it resolves to.
#[derive(Clone, Debug)]
pub struct Grant {
    /// [`Kind::Profile`] or [`Kind::PermissionSet`].
    pub kind: Kind,
    /// The name as it is written.
    pub name: Arc<str>,
    /// What it names.
    pub resolution: Resolution,
    /// What policies see.
    pub facts: Facts,
}

/// What a name stands for.
#[derive(Clone, Debug)]
pub enum Resolution {
    /// One component of the tree.
    One(Arc<Component>),
    /// Several components carry that name.
    Several(Vec<Arc<Component>>),
    /// The tree has components of the kind, and none is called that.
    Nothing,
    /// It cannot be told: an id, no component of the kind in the source, or one that could not be read.
    Unknown(Arc<str>),
}

impl Resolution {
    /// In the policies' words.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::One(_) => "one",
            Self::Several(_) => "several",
            Self::Nothing => "none",
            Self::Unknown(_) => "unknown",
        }
    }

    /// The component, if it is one.
    pub fn component(&self) -> Option<&Arc<Component>> {
        match self {
            Self::One(component) => Some(component),
            _ => None,
        }
    }
}

const KINDS: &[Word] =
    &[Word { name: "profile", setup: "profile" }, Word { name: "permissionSet", setup: "permission set" }];

const RESOLUTIONS: &[Word] =
    &[Word { name: "one", setup: "" }, Word { name: "several", setup: "" }, Word { name: "none", setup: "" }];

const NAMED_BY: &[Word] =
    &[Word { name: "label", setup: "its label" }, Word { name: "apiName", setup: "its API name" }];

/// What policies see of a grant.
pub const GRANT: &[Described] = &[
    Described::new("kind", Type::Word(KINDS), "Whether it names a profile or a permission set."),
    Described::new("name", Type::Text, "The name as the app writes it."),
    Described::new("resolution", Type::Word(RESOLUTIONS), "How many components of the tree it names."),
    Described::new(
        "namedBy",
        Type::Word(NAMED_BY),
        "Whether it names a permission set by its label or by its API name; where both are the same, by its label.",
    ),
    Described::new("near", Type::Text, "What it almost names, where it names nothing."),
    Described::new(
        "component",
        Type::Record(COMPONENT),
        "The profile, permission set or group that it names.",
    ),
];

/// The word for a kind in the facts of a grant.
pub(crate) fn kind_word(kind: Kind) -> &'static str {
    if kind == Kind::Profile { "profile" } else { "permissionSet" }
}

/// The names of profiles in Setup that differ from their file names.
const STANDARD_PROFILES: &[(&str, &str)] = &[
    ("System Administrator", "Admin"),
    ("Standard User", "Standard"),
    ("Read Only", "ReadOnly"),
    ("Solution Manager", "SolutionManager"),
    ("Marketing User", "MarketingProfile"),
    ("Contract Manager", "ContractManager"),
    ("Standard Platform User", "StandardAul"),
    ("High Volume Customer Portal", "HighVolumePortal"),
];

/// All components of the tree, to be found by the names that grants use.
#[derive(Debug, Default)]
pub struct Components {
    all: Vec<Arc<Component>>,
    by_name: BTreeMap<(Kind, Arc<str>), Arc<Component>>,
    by_label: BTreeMap<(Kind, Arc<str>), Vec<Arc<Component>>>,
    /// Why a name of this kind that nothing carries may stand for something all the same.
    incomplete: BTreeMap<Kind, Arc<str>>,
    /// How the names are spelt, by kind, once somebody has asked for one that is almost right.
    spellings: OnceLock<Vec<(Kind, Spelling)>>,
}

impl Components {
    /// `emptied` are the kinds that the source holds although there is none of them.
    pub(crate) fn new(mut components: Vec<Component>, emptied: &BTreeSet<Kind>) -> Self {
        crate::component::add_group_permissions(&mut components);
        let mut index = Self::default();
        for component in components.into_iter().map(Arc::new) {
            index.by_name.insert((component.kind, component.name.clone()), component.clone());
            for label in component.labels() {
                let labelled = index.by_label.entry((component.kind, label.clone())).or_default();
                if !labelled.iter().any(|known: &Arc<Component>| Arc::ptr_eq(known, &component)) {
                    labelled.push(component.clone());
                }
            }
            if component.kind == Kind::PermissionSet && !component.is_readable() {
                let path = component.files.first().map_or("", |file| file.path.as_str());
                index
                    .incomplete
                    .entry(component.kind)
                    .or_insert_with(|| format!("the label in `{path}` could not be read").into());
            }
            index.all.push(component);
        }
        for kind in [Kind::Profile, Kind::PermissionSet] {
            if !emptied.contains(&kind) && !index.all.iter().any(|component| component.kind == kind) {
                index.incomplete.insert(kind, format!("no {} is in the source", kind.name()).into());
            }
        }
        index
    }

    /// All of them, by kind and name.
    pub fn all(&self) -> &[Arc<Component>] {
        &self.all
    }

    /// The component of this kind and API name.
    pub fn named(&self, kind: Kind, name: &str) -> Option<&Arc<Component>> {
        self.by_name.get(&(kind, Arc::from(name)))
    }

    /// What a grant's name stands for. A profile is named as Setup names it, a permission set by its label; an API
    /// name is taken where no label fits, and a permission set group where no permission set does.
    pub fn resolve(&self, kind: Kind, name: &str) -> Resolution {
        if is_id(name) {
            return Resolution::Unknown("it is an id".into());
        }
        if is_placeholder(name) {
            return Resolution::Unknown("it is a placeholder that is replaced on deployment".into());
        }
        let kinds: &[Kind] = match kind {
            Kind::PermissionSet => &[Kind::PermissionSet, Kind::PermissionSetGroup],
            _ => std::slice::from_ref(&kind),
        };
        for kind in kinds {
            match self.by_label.get(&(*kind, Arc::from(name))).map(Vec::as_slice) {
                Some([one]) => return Resolution::One(one.clone()),
                Some(several) => return Resolution::Several(several.to_vec()),
                None => {}
            }
            let standard =
                || STANDARD_PROFILES.iter().find(|(setup, _)| *setup == name).map(|(_, file)| *file);
            let named = self.named(*kind, name).or_else(|| self.named(Kind::Profile, standard()?));
            if let Some(component) = named.filter(|component| component.kind == *kind) {
                return Resolution::One(component.clone());
            }
        }
        match self.incomplete.get(&kind) {
            Some(why) => Resolution::Unknown(why.clone()),
            None => Resolution::Nothing,
        }
    }

    /// What a name of this kind that stands for nothing was probably meant to be. Not a standard profile's: their
    /// names are translated, and in some languages by a letter or a space.
    fn near(&self, kind: Kind, name: &str) -> Option<&str> {
        let spellings = self.spellings.get_or_init(|| {
            let names = |component: &Arc<Component>| {
                let names: Vec<_> = component.label().into_iter().chain([&*component.name]).collect();
                names.into_iter().map(|name| (component.kind, Spelling::of(name))).collect::<Vec<_>>()
            };
            self.all.iter().flat_map(names).collect()
        });
        let name = Spelling::of(name);
        let mut known = spellings.iter().filter(|(of, _)| *of == kind).map(|(_, known)| known);
        known.find(|known| name.is_slip_of(known)).map(|known| &*known.name)
    }
}

/// Whether a text is a Salesforce id of a profile or permission set: 15 or 18 characters, `00e…` or `0PS…`.
fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18)
        && (text.starts_with("00e") || text.starts_with("0PS"))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// How a name is spelt.
#[derive(Debug)]
struct Spelling {
    name: Arc<str>,
    /// Its letters and digits, in lower case.
    letters: String,
    /// How many they are.
    count: usize,
    digits: String,
}

impl Spelling {
    fn of(name: &str) -> Self {
        let letters: String =
            name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let digits = letters.chars().filter(char::is_ascii_digit).collect();
        Self { name: name.into(), count: letters.chars().count(), letters, digits }
    }

    /// Whether it is another name that was mistyped: the same but for upper and lower case, white space and
    /// punctuation, or one letter off. Names that differ in a digit are different names.
    fn is_slip_of(&self, known: &Self) -> bool {
        let one_off = || {
            self.count >= 8
                && self.count.abs_diff(known.count) <= 1
                && self.digits == known.digits
                && preauth_source::slips(&self.letters, &known.letters) == 1
        };
        self.count > 0 && (self.letters == known.letters || one_off())
    }
}

impl Grant {
    /// Resolves a name that stands at the places of `fact`.
    pub(crate) fn new(kind: Kind, fact: &Fact, name: Arc<str>, components: &Components) -> Self {
        let resolution = components.resolve(kind, &name);
        let like = |state: State| Fact { state, places: fact.places.clone() };
        let mut facts = Facts::default();
        facts.insert("kind", like(State::Present(Value::text(kind_word(kind)))));
        facts.insert("name", fact.clone());
        facts.insert(
            "resolution",
            like(match &resolution {
                Resolution::Unknown(why) => State::Unknown(why.clone()),
                known => State::Present(Value::text(known.as_str())),
            }),
        );
        facts.insert(
            "namedBy",
            like(match &resolution {
                Resolution::One(component) if kind == Kind::PermissionSet && component.label().is_none() => {
                    State::Unknown("the label of what it names is not in the source".into())
                }
                Resolution::One(component) if kind == Kind::PermissionSet => {
                    let by_label = component.labels().any(|label| *label == name);
                    State::Present(Value::text(if by_label { "label" } else { "apiName" }))
                }
                Resolution::Several(_) => State::Present(Value::text("label")),
                _ => State::NotApplicable("it names no permission set of the tree".into()),
            }),
        );
        let near = match &resolution {
            Resolution::Nothing => components.near(kind, &name),
            _ => None,
        };
        facts.insert("near", like(near.map_or(State::None, |near| State::Present(Value::text(near)))));
        facts.insert(
            "component",
            like(match &resolution {
                Resolution::One(component) => State::Present(Value::Record(component.facts.clone())),
                _ => State::Unknown("it does not name one component of the tree".into()),
            }),
        );
        Self { kind, name, resolution, facts }
    }

    /// Whether a name does not say what it names: an id, or a placeholder that is replaced on deployment.
    pub fn is_opaque(name: &str) -> bool {
        is_id(name) || is_placeholder(name)
    }

    /// Where it is written.
    pub fn place(&self) -> Option<&Location> {
        self.facts.get("name").and_then(Fact::place)
    }

    /// The main file of what it names. Of several files of one API name it is the one with that label, and of those
    /// the one nearest to `near`.
    pub fn resolved(&self, near: &FilePath) -> Option<FilePath> {
        let component = self.resolution.component()?;
        let main = component.files.first()?.kind;
        let files = component.files.iter().filter(|file| file.kind == main);
        let labelled = |file: &FileFacts| file.text_of("label").is_some_and(|label| *label == self.name);
        let nearest = files
            .max_by_key(|file| (labelled(file), nearness(&file.path, near), std::cmp::Reverse(&file.path)));
        nearest.map(|file| file.path.clone())
    }
}

/// How near a file is to another: the more folders they share the nearer, and then the fewer there are below those.
pub(crate) fn nearness(file: &FilePath, to: &FilePath) -> (usize, std::cmp::Reverse<usize>) {
    let folders = |path: &'_ FilePath| path.folder().split('/').filter(|folder| !folder.is_empty()).count();
    let shared =
        file.folder().split('/').zip(to.folder().split('/')).take_while(|(a, b)| a == b && !a.is_empty());
    let shared = shared.count();
    (shared, std::cmp::Reverse(folders(file) - shared))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_recognised() {
        assert!(is_id("0PS5g000000AbCd"));
        assert!(is_id("00e5g000000AbCdEFG"));
        assert!(!is_id("Integration_User"));
        assert!(!is_id("0PS Order Sync "));
    }

    #[test]
    fn a_slip_is_not_another_name() {
        let is_slip = |name: &str, known: &str| Spelling::of(name).is_slip_of(&Spelling::of(known));
        assert!(is_slip("Integration User", "integration_user"));
        assert!(is_slip("Integration Usr", "Integration User"));
        assert!(!is_slip("Sales Team 1", "Sales Team 2"));
        assert!(!is_slip("Clerk", "Clerks"));
        assert!(!is_slip("Service Agents", "Service Owners"));
    }

    #[test]
    fn what_shares_more_folders_is_nearer() {
        let near = FilePath::from("a/b/c/x.xml");
        let of = |path: &str| nearness(&path.into(), &near);
        assert!(of("a/b/d/y.xml") > of("a/y.xml"));
        assert!(of("a/b/d/y.xml") > of("a/b/d/e/y.xml"));
        assert!(of("a/b/c/y.xml") > of("a/b/y.xml"));
        assert!(of("a/y.xml") > of("e/y.xml"));
        assert_eq!(nearness(&"y.xml".into(), &"x.xml".into()), nearness(&"z.xml".into(), &"x.xml".into()));
    }
}
