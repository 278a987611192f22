//! The components of a tree, and what the names stand for that grants use.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, OnceLock},
};

use preauth_source::ArcStr;

use crate::{
    Component, Kind, Resolution,
    org::{grant::is_id, spelling::Spelling},
    schema::standard_profiles::StandardProfile,
    secret::placeholder::is_placeholder,
};

/// True for the file name of a profile that every org has. It cannot be deleted.
pub(super) fn is_standard_profile(name: &str) -> bool {
    StandardProfile::of_file(name).is_some()
}

/// All components of the tree, to be found by the names that grants use.
#[derive(Debug, Default)]
pub struct Components {
    /// By kind and name.
    all: Vec<Arc<Component>>,
    names: Names,
}

/// The names of components; each is told by its index.
#[derive(Debug, Default)]
struct Names {
    /// In order; a label that several carry is there for each.
    by_label: Vec<(Kind, ArcStr, u32)>,
    /// Why a name of this kind that nothing carries may stand for something all the same.
    incomplete: BTreeMap<Kind, ArcStr>,
    /// Spellings of the names, each with its component, once somebody has asked for one that is almost right.
    spellings: OnceLock<Vec<(Arc<Component>, Spelling)>>,
}

impl Names {
    fn of(all: &[Arc<Component>], emptied: &BTreeSet<Kind>) -> Self {
        let mut names = Self::default();
        for (index, component) in all.iter().enumerate() {
            let index = u32::try_from(index).expect("invariant: there are fewer components than files");
            names.by_label.extend(component.labels().map(|label| (component.kind, label.clone(), index)));
            if component.kind == Kind::PermissionSet && !component.is_readable() {
                let path = component.files.first().map_or("", |file| file.path.as_str());
                names
                    .incomplete
                    .entry(component.kind)
                    .or_insert_with(|| format!("the label in `{path}` could not be read").into());
            }
        }
        names.by_label.sort_unstable();
        names.by_label.dedup();
        for kind in [Kind::Profile, Kind::PermissionSet] {
            if !emptied.contains(&kind) && !all.iter().any(|component| component.kind == kind) {
                names.incomplete.insert(kind, format!("no {} is in the source", kind.name()).into());
            }
        }
        names
    }

    /// Returns the indices of the components with this label.
    fn labelled(&self, kind: Kind, label: &str) -> impl ExactSizeIterator<Item = usize> {
        let start = self.by_label.partition_point(|(of, known, _)| (*of, known.as_str()) < (kind, label));
        let those = &self.by_label[start..];
        let count = those.partition_point(|(of, known, _)| (*of, known.as_str()) == (kind, label));
        those[..count].iter().map(|(.., index)| *index as usize)
    }
}

impl Components {
    /// `components` are in the order of kind and name; `emptied` are the kinds that the source holds although there is
    /// none of them.
    pub(crate) fn new(mut components: Vec<Component>, emptied: &BTreeSet<Kind>) -> Self {
        for index in 0..components.len() {
            if components[index].kind == Kind::PermissionSetGroup {
                let set = |kind, name: &str| Some(&components[position(&components, kind, name)?]);
                let permissions = components[index].of_members(set);
                components[index].give(permissions);
            }
        }
        let mut all: Vec<_> = components.into_iter().map(Arc::new).collect();
        // It was collected in the room that the components took themselves.
        all.shrink_to_fit();
        let names = Names::of(&all, emptied);
        Self { all, names }
    }

    /// All of them, by kind and name.
    pub fn all(&self) -> &[Arc<Component>] {
        &self.all
    }

    /// The component of this kind and API name.
    pub fn named(&self, kind: Kind, name: &str) -> Option<&Arc<Component>> {
        Some(&self.all[position(&self.all, kind, name)?])
    }

    /// What a grant's name stands for. A profile is named as Setup names it, a permission set by its label; an API
    /// name is taken where no label fits, and a permission set group where no permission set does.
    pub fn resolve(&self, kind: Kind, name: &str) -> Resolution {
        if is_id(name) {
            return Resolution::Unknown("it is an id".into());
        }
        if is_placeholder(name) {
            return Resolution::Unknown("it is a placeholder".into());
        }
        let kinds: &[Kind] = match kind {
            Kind::PermissionSet => &[Kind::PermissionSet, Kind::PermissionSetGroup],
            _ => std::slice::from_ref(&kind),
        };
        for kind in kinds {
            let mut labelled = self.names.labelled(*kind, name).map(|index| self.all[index].clone());
            match (labelled.len(), labelled.next()) {
                (_, None) => {}
                (1, Some(one)) => return Resolution::One(one),
                (_, Some(first)) => {
                    return Resolution::Several(std::iter::once(first).chain(labelled).collect());
                }
            }
            let standard = || StandardProfile::called(name).map(|profile| profile.file);
            let named = self.named(*kind, name).or_else(|| self.named(Kind::Profile, standard()?));
            if let Some(component) = named.filter(|component| component.kind == *kind) {
                return Resolution::One(component.clone());
            }
        }
        match self.names.incomplete.get(&kind) {
            Some(why) => Resolution::Unknown(why.clone()),
            None => Resolution::Nothing,
        }
    }

    /// The component that a name of this kind, which stands for nothing, was probably meant to name, and the name that it
    /// nearly is: a label or an API name. Not a standard profile's in Setup: those are translated, and in some
    /// languages by a letter or a space.
    pub(crate) fn near(&self, kind: Kind, name: &ArcStr) -> Option<(&Arc<Component>, &ArcStr)> {
        let spellings = self.names.spellings.get_or_init(|| {
            let mut spellings = Vec::with_capacity(self.all.len());
            for component in &self.all {
                let label = component.label().map(Spelling::of);
                let name = Spelling::of(&component.name);
                // Most often the name is the label with `_` for each space.
                let name =
                    Some(name).filter(|name| !label.as_ref().is_some_and(|label| label.is_alike(name)));
                let both = label.into_iter().chain(name);
                spellings.extend(both.map(|spelling| (component.clone(), spelling)));
            }
            spellings.shrink_to_fit();
            spellings
        });
        let name = Spelling::of(name);
        let mut known = spellings.iter().filter(|(component, _)| component.kind == kind);
        let (component, spelling) = known.find(|(_, known)| name.is_slip_of(known))?;
        Some((component, &spelling.name))
    }
}

/// Returns the index of a component in a list sorted by kind and name.
fn position<C: std::borrow::Borrow<Component>>(all: &[C], kind: Kind, name: &str) -> Option<usize> {
    all.binary_search_by(|component| {
        let component = component.borrow();
        (component.kind, &*component.name).cmp(&(kind, name))
    })
    .ok()
}
