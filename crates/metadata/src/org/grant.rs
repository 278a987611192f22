//! Grants: what an app names, and what that name stands for in the tree.

use std::sync::Arc;

use preauth_source::{ArcStr, FilePath, Location, literal};

use crate::{
    AppKind, AttributeDef, COMPONENT, Component, Components, EnumLiteral, Fact, FactState, Facts, FileFacts,
    Kind, Type, Value, schema::standard_profiles::StandardProfile, secret::placeholder::is_placeholder,
};

/// Whom an app is assigned to: a name on the app, and what it resolves to.
#[derive(Clone, Debug)]
pub struct Grant {
    /// [`Kind::Profile`] or [`Kind::PermissionSet`].
    pub kind: Kind,
    /// The name as it is written.
    pub name: ArcStr,
    /// The components that the name resolves to.
    pub resolution: Resolution,
    /// Its facts.
    pub facts: Facts,
}

/// The result of resolving a name.
#[derive(Clone, Debug)]
pub enum Resolution {
    /// One component of the tree.
    One(Arc<Component>),
    /// Several components carry that name.
    Several(Vec<Arc<Component>>),
    /// The tree has components of the kind, and none is called that.
    Nothing,
    /// It cannot be told: an id, no component of the kind in the source, or one that could not be read.
    Unknown(ArcStr),
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

    /// The components that it may be.
    pub fn components(&self) -> &[Arc<Component>] {
        match self {
            Self::One(component) => std::slice::from_ref(component),
            Self::Several(components) => components,
            Self::Nothing | Self::Unknown(_) => &[],
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

const KINDS: &[EnumLiteral] = &[
    EnumLiteral { name: "profile", setup: "profile" },
    EnumLiteral { name: "permissionSet", setup: "permission set" },
];

const RESOLUTIONS: &[EnumLiteral] = &[
    EnumLiteral { name: "one", setup: "" },
    EnumLiteral { name: "several", setup: "" },
    EnumLiteral { name: "none", setup: "" },
];

const NAMED_BY: &[EnumLiteral] = &[
    EnumLiteral { name: "label", setup: "its label" },
    EnumLiteral { name: "apiName", setup: "its API name" },
];

/// The attributes of a grant.
pub const GRANT: &[AttributeDef] = &[
    AttributeDef::new("kind", Type::Enum(KINDS), "Whether it names a profile or a permission set."),
    AttributeDef::new("name", Type::Text, "The name as the app writes it."),
    AttributeDef::new("resolution", Type::Enum(RESOLUTIONS), "How many components of the tree it names."),
    AttributeDef::new(
        "namedBy",
        Type::Enum(NAMED_BY),
        "Whether it names a permission set by its label or by its API name; where both are the same, by its label.",
    ),
    AttributeDef::new(
        "near",
        Type::Text,
        "What it almost names, where it names nothing: by its label in a connected app, and by its API name in an \
         external client app, if it is a permission set.",
    ),
    AttributeDef::new(
        "standardProfile",
        Type::Text,
        "The file name of the standard profile that it names in any language, such as `Admin`.",
    ),
    AttributeDef::new(
        "resembles",
        Type::Text,
        "The English name of the standard profile that it probably names in another language, where it names nothing.",
    ),
    AttributeDef::new(
        "component",
        Type::Record(COMPONENT),
        "The profile, permission set or group that it names.",
    ),
];

/// The word for a kind in the facts of a grant.
pub(crate) fn kind_word(kind: Kind) -> &'static str {
    if kind == Kind::Profile { "profile" } else { "permissionSet" }
}

/// True if a text is a Salesforce id of a profile or permission set: 15 or 18 characters, `00e…` or `0PS…`.
pub(crate) fn is_id(text: &str) -> bool {
    matches!(text.len(), 15 | 18)
        && (text.starts_with("00e") || text.starts_with("0PS"))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

impl Grant {
    /// Resolves a name that stands at the places of `fact`, in a file of this kind of app.
    pub(crate) fn new(app: AppKind, kind: Kind, fact: &Fact, name: ArcStr, components: &Components) -> Self {
        let resolution = components.resolve(kind, &name);
        let like = |state: FactState| Fact { state, places: fact.places.clone() };
        let mut facts = Facts::with_capacity(GRANT.len());
        facts.insert("kind", like(FactState::Present(Value::word(kind_word(kind)))));
        facts.insert("name", fact.clone());
        facts.insert(
            "resolution",
            like(match &resolution {
                Resolution::Unknown(why) => FactState::Unknown(why.clone()),
                known => FactState::Present(Value::word(known.as_str())),
            }),
        );
        facts.insert(
            "namedBy",
            like(match &resolution {
                Resolution::One(component) if kind == Kind::PermissionSet && component.label().is_none() => {
                    FactState::Unknown(literal!("the label of what it names is not in the source"))
                }
                Resolution::One(component) if kind == Kind::PermissionSet => {
                    let by_label = component.labels().any(|label| *label == name);
                    FactState::Present(Value::word(if by_label { "label" } else { "apiName" }))
                }
                Resolution::Several(_) => FactState::Present(Value::Text(literal!("label"))),
                _ => FactState::NotApplicable(literal!("it names no permission set of the tree")),
            }),
        );
        let is_nothing = matches!(resolution, Resolution::Nothing);
        let by_api_name = app == AppKind::ExternalClientApp && kind == Kind::PermissionSet;
        let near = is_nothing.then(|| components.near(kind, &name)).flatten();
        let near = near.map(|(component, near)| if by_api_name { &component.name } else { near });
        let text = |text: Option<&str>| {
            like(text.map_or(FactState::None, |text| FactState::Present(Value::text(text))))
        };
        facts.insert("near", text(near.map(ArcStr::as_str)));
        let names = |component: &Component, profile: &StandardProfile| component.name == profile.file;
        let standard = StandardProfile::called(&name).or_else(|| StandardProfile::of_file(&name));
        let standard = standard.filter(|profile| {
            kind == Kind::Profile && resolution.components().iter().all(|component| names(component, profile))
        });
        facts.insert("standardProfile", text(standard.map(|profile| profile.file)));
        let probable =
            StandardProfile::probably_called(&name).filter(|_| kind == Kind::Profile && is_nothing);
        facts.insert("resembles", text(probable.map(|profile| profile.english)));
        facts.insert(
            "component",
            like(match &resolution {
                Resolution::One(component) => FactState::Present(Value::Record(component.facts.clone())),
                _ => FactState::Unknown(literal!("it does not name one component of the tree")),
            }),
        );
        Self { kind, name, resolution, facts }
    }

    /// True if a name does not say what it names: an id, or a placeholder.
    pub fn is_opaque(name: &str) -> bool {
        is_id(name) || is_placeholder(name)
    }

    /// Returns the place of the grant.
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
