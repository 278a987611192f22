//! The parts of a tree that are judged each for itself.

use std::{cmp::Ordering, sync::Arc};

use preauth_metadata::{App, Component, FileFacts, Org};

/// A part of a tree. Nothing that is said of one has the subject of what is said of another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit<'c> {
    /// The apps of one name.
    Apps(&'c [Arc<App>]),
    /// A profile, a permission set or a group.
    Component(&'c Arc<Component>),
    /// A file that is a part of neither.
    File(&'c Arc<FileFacts>),
    /// The org itself, and what the configuration says of it: what takes more than one of the others.
    Org,
}

impl<'c> Unit<'c> {
    /// The parts of a tree in their order, but for the org itself.
    pub(crate) fn all(org: &'c Org) -> impl Iterator<Item = Self> {
        let apps = org.apps.chunk_by(|a, b| a.name == b.name).map(Self::Apps);
        let components = org.components.all().iter().map(Self::Component);
        apps.chain(components).chain(org.others.iter().map(Self::File))
    }

    /// The apps that it is.
    pub(crate) fn apps(self) -> &'c [Arc<App>] {
        match self {
            Self::Apps(apps) => apps,
            _ => &[],
        }
    }

    /// The files that are a part of it.
    pub(crate) fn files(self) -> impl Iterator<Item = &'c Arc<FileFacts>> {
        let files = match self {
            Self::Component(component) => component.files.as_slice(),
            Self::File(file) => std::slice::from_ref(file),
            Self::Apps(_) | Self::Org => &[],
        };
        self.apps().iter().flat_map(|app| &app.files).chain(files)
    }

    /// Whether it is the same value as another.
    pub(crate) fn is(self, other: Unit<'_>) -> bool {
        match (self, other) {
            (Self::Apps(a), Unit::Apps(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
            }
            (Self::Component(a), Unit::Component(b)) => Arc::ptr_eq(a, b),
            (Self::File(a), Unit::File(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    /// In the order of the parts.
    pub(crate) fn order(self, other: Unit<'_>) -> Ordering {
        match (self, other) {
            (Self::Apps(a), Unit::Apps(b)) => a[0].name.cmp(&b[0].name),
            (Self::Component(a), Unit::Component(b)) => (a.kind, &a.name).cmp(&(b.kind, &b.name)),
            (Self::File(a), Unit::File(b)) => a.path.cmp(&b.path),
            (a, b) => a.rank().cmp(&b.rank()),
        }
    }

    fn rank(self) -> u8 {
        match self {
            Self::Apps(_) => 0,
            Self::Component(_) => 1,
            Self::File(_) => 2,
            Self::Org => 3,
        }
    }
}

/// A part as it was when it was judged.
#[derive(Debug)]
pub(crate) enum OwnedUnit {
    Apps(Vec<Arc<App>>),
    Component(Arc<Component>),
    File(Arc<FileFacts>),
    Org,
}

impl OwnedUnit {
    pub(crate) fn of(part: Unit<'_>) -> Self {
        match part {
            Unit::Apps(apps) => Self::Apps(apps.to_vec()),
            Unit::Component(component) => Self::Component(component.clone()),
            Unit::File(file) => Self::File(file.clone()),
            Unit::Org => Self::Org,
        }
    }

    pub(crate) fn unit(&self) -> Unit<'_> {
        match self {
            Self::Apps(apps) => Unit::Apps(apps),
            Self::Component(component) => Unit::Component(component),
            Self::File(file) => Unit::File(file),
            Self::Org => Unit::Org,
        }
    }
}
