//! Permission sets. They also have XML paths.

use preauth_metadata::Kind;

use super::component::{component_attributes, component_subjects};
use crate::evaluate::{
    context::Case,
    subject::{Paths, Select, Subject, SubjectKind, SubjectSource},
    unit::Unit,
};

pub(super) static KIND: SubjectKind = SubjectKind {
    name: "PermissionSet",
    nouns: ["permission set", "permission sets"],
    attributes: component_attributes,
    paths: Paths::AttributesAndXml(Kind::PermissionSet),
    source: SubjectSource::Unit(subjects),
    ..SubjectKind::DEFAULT
};

fn subjects<'c>(select: Select, case: Case<'c>, unit: Unit<'c>) -> Vec<Subject<'c>> {
    component_subjects(select, case, unit, |kind| kind == Kind::PermissionSet)
}
