//! Grants: what an app names, and what that name stands for in the tree.

use std::{collections::BTreeMap, sync::Arc};

use preauth_source::{FilePath, Location};

use crate::{
    Component, Described, Fact, Facts, FileFacts, Kind, State, Type, Value, Word, placeholder::is_placeholder,
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

/// What policies see of a grant.
pub const GRANT: &[Described] = &[
    Described::new("kind", Type::Word(KINDS), "Whether it names a profile or a permission set."),
    Described::new("name", Type::Text, "The name as the app writes it."),
    Described::new("resolution", Type::Word(RESOLUTIONS), "How many components of the tree it names."),
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
    by_label: BTreeMap<Arc<str>, Vec<Arc<Component>>>,
    /// Why a name of this kind that nothing carries may stand for something all the same.
    incomplete: BTreeMap<Kind, Arc<str>>,
}

impl Components {
    pub(crate) fn new(components: Vec<Component>) -> Self {
        let mut index = Self::default();
        for component in components.into_iter().map(Arc::new) {
            index.by_name.insert((component.kind, component.name.clone()), component.clone());
            for label in component.labels() {
                let labelled = index.by_label.entry(label.clone()).or_default();
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
            if !index.all.iter().any(|component| component.kind == kind) {
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
    /// name is taken where no label fits.
    pub fn resolve(&self, kind: Kind, name: &str) -> Resolution {
        if is_id(name) {
            return Resolution::Unknown("it is an id".into());
        }
        if is_placeholder(name) {
            return Resolution::Unknown("it is a placeholder that is replaced on deployment".into());
        }
        if kind == Kind::PermissionSet
            && let Some(labelled) = self.by_label.get(name)
        {
            return match labelled.as_slice() {
                [one] => Resolution::One(one.clone()),
                several => Resolution::Several(several.to_vec()),
            };
        }
        let standard = STANDARD_PROFILES.iter().find(|(setup, _)| kind == Kind::Profile && *setup == name);
        let named = self.named(kind, name).or_else(|| self.named(kind, standard?.1));
        match (named, self.incomplete.get(&kind)) {
            (Some(component), _) => Resolution::One(component.clone()),
            (None, Some(why)) => Resolution::Unknown(why.clone()),
            (None, None) => Resolution::Nothing,
        }
    }
}

/// Whether a text is a Salesforce id of a profile or permission set: 15 or 18 characters, `00e…` or `0PS…`.
fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18)
        && (text.starts_with("00e") || text.starts_with("0PS"))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
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
        Self { kind, name, resolution, facts }
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
