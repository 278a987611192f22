//! Components: profiles, permission sets and permission set groups.

use std::borrow::Cow;

use preauth_metadata::{App, COMPONENT, Component, Fact, Kind};
use preauth_source::{Label, Location, SubjectId};

use super::metadata_type::captured_fact;
use crate::evaluate::{
    context::Case,
    subject::{PrefixedAttribute, Select, Subject, SubjectData, SubjectKind, SubjectSource, prefixed},
    unit::Unit,
};

pub(super) static KIND: SubjectKind = SubjectKind {
    name: "Component",
    nouns: ["component", "components"],
    attributes: component_attributes,
    source: SubjectSource::Unit(subjects),
    ..SubjectKind::DEFAULT
};

pub(super) fn component_attributes() -> Vec<PrefixedAttribute> {
    prefixed("", COMPONENT)
}

fn subjects<'c>(select: Select, case: Case<'c>, unit: Unit<'c>) -> Vec<Subject<'c>> {
    component_subjects(select, case, unit, |kind| kind != Kind::MutingPermissionSet)
}

/// Returns the component of a unit, if it is of the right kind and not only known by name.
pub(super) fn component_subjects<'c>(
    select: Select,
    case: Case<'c>,
    unit: Unit<'c>,
    is_selected: impl Fn(Kind) -> bool,
) -> Vec<Subject<'c>> {
    match unit {
        Unit::Component(component) if is_selected(component.kind) && is_readable(component) => {
            vec![Subject::new(select, case, ComponentSubject(component))]
        }
        _ => Vec::new(),
    }
}

/// True if anything of a component can be judged.
pub(super) fn is_readable(component: &Component) -> bool {
    component.files.iter().any(|file| file.is_well_formed())
}

/// True if a `.forceignore` leaves out all of a component that can be judged.
pub(super) fn is_ignored(component: &Component) -> bool {
    !component.files.iter().any(|file| file.judged && file.is_well_formed())
}

/// Returns a note that a file of a permission set does not count, because another one is deployed later.
pub(super) fn replaced_by_later_file(component: &Component, place: &Location) -> Option<Label> {
    let last = component.deployed_last.as_ref().filter(|last| last.file != place.file)?;
    let is_part = component.files.iter().any(|file| file.kind == component.kind && file.path == place.file);
    let text = format!(
        "`{}` is deployed first; this file of the same name is deployed last, and replaces it",
        place.file
    );
    is_part.then(|| Label::new(last.clone(), text))
}

struct ComponentSubject<'c>(&'c Component);

impl SubjectData for ComponentSubject<'_> {
    fn identity(&self) -> SubjectId {
        SubjectId { kind: self.0.kind.name(), name: self.0.name.as_str().into() }
    }

    fn label(&self) -> Cow<'_, str> {
        self.0.label().unwrap_or(&self.0.name).as_str().into()
    }

    fn home(&self) -> Location {
        self.0.home.clone()
    }

    fn fact(&self, name: &str) -> Option<Cow<'_, Fact>> {
        let in_file = || {
            let file = self.0.files.iter().find(|file| file.get(name).is_some())?;
            Some(Cow::Owned(captured_fact(file, name)))
        };
        self.0.facts.get(name).map(Cow::Borrowed).or_else(in_file)
    }

    fn is_ignored(&self) -> bool {
        is_ignored(self.0)
    }

    fn note(&self, place: &Location) -> Option<Label> {
        replaced_by_later_file(self.0, place)
    }

    fn belongs_to(&self, app: &App) -> bool {
        let granted = app.grants.iter().filter_map(|grant| grant.resolution.component());
        granted.into_iter().any(|granted| granted.kind == self.0.kind && granted.name == self.0.name)
    }
}
