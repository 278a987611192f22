use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use preauth_xml::{XmlPath, XmlPaths};

use crate::{
    ElementRef, Kind,
    schema::{
        attributes::ATTRIBUTES,
        certificates::CERTIFICATE_ELEMENTS,
        components::{GROUP, MUTING, PERMISSION_SET, PROFILE, USER_PERMISSION},
        elements,
        settings::SETTINGS,
    },
};

/// The paths that are needed of the files of each kind. Everything else in them is only checked for well-formedness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Demand {
    kinds: BTreeMap<Kind, Arc<DemandedPaths>>,
}

/// The paths that are needed of the files of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct DemandedPaths {
    pub(crate) paths: XmlPaths,
    /// The numbers of the paths that values stand under: there the texts of the children are asked for as well. Of the
    /// other elements it is enough to know that they are there.
    values: BTreeSet<u32>,
}

impl DemandedPaths {
    /// True if the texts of the children are asked for, under the path of this number.
    pub(crate) fn is_value(&self, path: u32) -> bool {
        self.values.contains(&path)
    }
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
    (Kind::ProfileSessionSetting, &["profile", "requiredSessionLevel"]),
    (Kind::Profile, LOGIN_HOURS),
];

/// The elements with the minutes of each day between which the users of a profile may log in.
pub(crate) const LOGIN_HOURS: &[&str] = &[
    "loginHours/mondayStart",
    "loginHours/mondayEnd",
    "loginHours/tuesdayStart",
    "loginHours/tuesdayEnd",
    "loginHours/wednesdayStart",
    "loginHours/wednesdayEnd",
    "loginHours/thursdayStart",
    "loginHours/thursdayEnd",
    "loginHours/fridayStart",
    "loginHours/fridayEnd",
    "loginHours/saturdayStart",
    "loginHours/saturdayEnd",
    "loginHours/sundayStart",
    "loginHours/sundayEnd",
];

/// The element by which the parts of an external client app name their header.
pub(crate) const LINK: &str = "externalClientApplication";

impl Default for Demand {
    /// Returns the paths of the attribute tables.
    fn default() -> Self {
        let mut demand = Self { kinds: BTreeMap::new() };
        for row in ATTRIBUTES {
            for column in [&row.connected_app, &row.external_client_app].into_iter().flatten() {
                demand.add_values(column.elements);
            }
        }
        CERTIFICATE_ELEMENTS.iter().for_each(|(_, element)| demand.add_known(element.kind, element.path));
        for (kind, paths) in STRUCTURE {
            paths.iter().for_each(|path| demand.add_known(*kind, path));
        }
        for kind in Kind::all().filter(|kind| kind.role() == crate::Role::Part) {
            demand.add_known(kind, LINK);
        }
        let components = [PROFILE, PERMISSION_SET, USER_PERMISSION, GROUP, MUTING];
        components.into_iter().flatten().for_each(|row| demand.add_values(row.column.elements));
        SETTINGS.iter().for_each(|row| demand.add_values(row.column.elements));
        demand
    }
}

impl Demand {
    fn add_known(&mut self, kind: Kind, path: &str) {
        self.add(kind, &XmlPath::parse(path).expect("invariant: the tables hold paths"));
    }

    fn add_values(&mut self, elements: &[ElementRef]) {
        for element in elements {
            self.add_known(element.kind, element.path);
            let asked = Arc::make_mut(self.kinds.entry(element.kind).or_default());
            asked.values.extend(asked.paths.number(element.path));
        }
    }

    /// Asks for one more path of a kind of file.
    pub fn add(&mut self, kind: Kind, path: &XmlPath) {
        Arc::make_mut(self.kinds.entry(kind).or_default()).paths.add(path);
    }

    /// Returns the paths that are needed of a kind of file.
    pub(crate) fn of(&self, kind: Kind) -> Arc<DemandedPaths> {
        self.kinds.get(&kind).cloned().unwrap_or_default()
    }

    /// True if elements of this name below the root are looked at when a file is read: those that are asked for, and
    /// those that the kind, or a version of it, does not have.
    pub(crate) fn keeps(&self, kind: Kind, name: &str) -> bool {
        let is_known = || elements::known(kind).is_some_and(|known| elements::named(known, name).is_some());
        kind.role().is_app() || self.wants(kind, name) || elements::versions::has(kind, name) || !is_known()
    }

    /// True if any path leads to elements of this name below the root.
    pub fn wants(&self, kind: Kind, name: &str) -> bool {
        self.kinds.get(&kind).is_some_and(|asked| asked.paths.may_enter(name))
    }
}
