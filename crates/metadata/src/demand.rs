use std::{collections::BTreeMap, sync::Arc};

use preauth_xml::{Path, Paths};

use crate::{
    Kind,
    attributes::ATTRIBUTES,
    certificate::HELD,
    component::{GROUP, MUTING, PERMISSION_SET, PROFILE, USER_PERMISSION},
    elements,
    settings::SETTINGS,
};

/// What is asked of the files of each kind: everything else in them is checked for well-formedness and let go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    paths: BTreeMap<Kind, Arc<Paths>>,
}

/// Paths that the facts themselves need, beside the tables of attributes.
const STRUCTURE: &[(Kind, &[&str])] = &[
    (
        Kind::ConnectedApp,
        &[
            "label",
            "developerName",
            "version",
            "oauthConfig",
            "samlConfig",
            "canvasConfig",
            "oauthConfig/assetTokenConfig",
        ],
    ),
    (Kind::ExternalClientApplication, &["label"]),
];

/// The element by which the parts of an external client app name their header.
pub(crate) const LINK: &str = "externalClientApplication";

impl Default for Demand {
    /// What the tables of attributes ask for.
    fn default() -> Self {
        let mut demand = Self { paths: BTreeMap::new() };
        for row in ATTRIBUTES {
            for column in [&row.connected_app, &row.external_client_app].into_iter().flatten() {
                for element in column.elements {
                    demand.add_known(element.kind, element.path);
                }
            }
        }
        HELD.iter().for_each(|(_, element)| demand.add_known(element.kind, element.path));
        for (kind, paths) in STRUCTURE {
            paths.iter().for_each(|path| demand.add_known(*kind, path));
        }
        for kind in Kind::all().filter(|kind| kind.role() == crate::Role::Part) {
            demand.add_known(kind, LINK);
        }
        let components = [PROFILE, PERMISSION_SET, USER_PERMISSION, GROUP, MUTING];
        for element in components.into_iter().flatten().flat_map(|row| row.column.elements) {
            demand.add_known(element.kind, element.path);
        }
        for row in SETTINGS {
            row.column.elements.iter().for_each(|element| demand.add_known(element.kind, element.path));
        }
        demand
    }
}

impl Demand {
    fn add_known(&mut self, kind: Kind, path: &str) {
        self.add(kind, &Path::parse(path).expect("invariant: the tables hold paths"));
    }

    /// Asks for one more path of a kind of file.
    pub fn add(&mut self, kind: Kind, path: &Path) {
        Arc::make_mut(self.paths.entry(kind).or_default()).add(path);
    }

    /// The paths asked of a kind of file.
    pub(crate) fn paths(&self, kind: Kind) -> Arc<Paths> {
        self.paths.get(&kind).cloned().unwrap_or_default()
    }

    /// Whether elements of this name below the root are looked at when a file is read: those that are asked for, and
    /// those that the kind does not have.
    pub(crate) fn keeps(&self, kind: Kind, name: &str) -> bool {
        let is_known = || {
            let known = elements::known(kind);
            known.is_some_and(|known| known.iter().any(|element| element.name == name))
        };
        kind.role().is_app() || self.wants(kind, name) || !is_known()
    }

    /// Whether anything asks for elements of this name below the root.
    pub fn wants(&self, kind: Kind, name: &str) -> bool {
        self.paths.get(&kind).is_some_and(|paths| paths.may_enter(name))
    }
}
