//! The units of a tree, which are judged one by one.

use std::sync::Arc;

use preauth_metadata::{App, Component, FileFacts, Org};

/// A unit of a tree. No two units have findings on the same subject.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Unit<'c> {
    /// The apps of one name.
    Apps(&'c [Arc<App>]),
    /// A profile, a permission set or a group.
    Component(&'c Arc<Component>),
    /// A file that belongs to neither.
    File(&'c Arc<FileFacts>),
    /// The org itself and the register: what depends on several of the others.
    Org,
}

impl<'c> Unit<'c> {
    /// Returns the units of a tree in their order, without the org itself.
    pub(crate) fn all(org: &'c Org) -> impl Iterator<Item = Self> {
        let by_name = |apps: &'c [Arc<App>]| apps.chunk_by(|a, b| a.name == b.name).map(Self::Apps);
        let apps = by_name(&org.apps).chain(by_name(&org.ignored_apps));
        let components = org.components.all().iter().map(Self::Component);
        apps.chain(components).chain(org.others.iter().map(Self::File))
    }

    /// Returns the apps of the unit.
    pub(crate) fn apps(self) -> &'c [Arc<App>] {
        match self {
            Self::Apps(apps) => apps,
            _ => &[],
        }
    }

    /// Returns the files of the unit.
    pub(crate) fn files(self) -> impl Iterator<Item = &'c Arc<FileFacts>> {
        let files = match self {
            Self::Component(component) => component.files.as_slice(),
            Self::File(file) => std::slice::from_ref(file),
            Self::Apps(_) | Self::Org => &[],
        };
        self.apps().iter().flat_map(|app| &app.files).chain(files)
    }
}
