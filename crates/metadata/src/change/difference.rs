//! The differences between two states of a tree in who may use which app for what.

use std::sync::Arc;

use crate::{
    ATTRIBUTES, App, AttributeDef, Component, Fact, FactState, Facts, Kind, Org, PERMISSION_SET, PROFILE,
    Polarity, SETTINGS, Value,
    change::direction::Direction,
    in_setup, same,
    schema::components::{LOGIN_IP_RANGES, PERMISSIONS},
};

/// An attribute with a different value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The attribute.
    pub def: &'static AttributeDef,
    /// The difference.
    pub what: ChangedThing,
    /// Its effect.
    pub direction: Direction,
}

/// The part of a value that is different, in Setup's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangedThing {
    /// All of it.
    Value {
        /// The old value.
        before: String,
        /// The new value.
        after: String,
    },
    /// Some members of a list.
    Items {
        /// New members.
        added: Vec<String>,
        /// Former members.
        removed: Vec<String>,
    },
}

/// One change of a tree.
#[derive(Clone, Debug)]
pub enum Change {
    /// A new app.
    NewApp(Arc<App>),
    /// An app that was removed.
    GoneApp(Arc<App>),
    /// An app with different settings.
    App {
        /// The app after the change.
        app: Arc<App>,
        /// Its differences.
        differences: Vec<Difference>,
    },
    /// A profile or permission set with different access.
    Component {
        /// The component after the change.
        component: Arc<Component>,
        /// The apps that are assigned to it.
        apps: Vec<Arc<App>>,
        /// Its differences.
        differences: Vec<Difference>,
    },
    /// Different settings of the org.
    Org {
        /// The differences.
        differences: Vec<Difference>,
    },
}

/// Compares two states: apps by name, then the components that they are assigned to, then the org.
pub fn differences(before: &Org, after: &Org) -> Vec<Change> {
    let same_app = |a: &App, b: &App| a.kind == b.kind && a.name == b.name;
    let mut changes = Vec::new();
    for app in &after.apps {
        let Some(app_before) = before.apps.iter().find(|other| same_app(other, app)) else {
            changes.push(Change::NewApp(app.clone()));
            continue;
        };
        let differences = app_differences(app_before, app);
        if !differences.is_empty() {
            changes.push(Change::App { app: app.clone(), differences });
        }
    }
    let removed = before.apps.iter().filter(|app| !after.apps.iter().any(|other| same_app(app, other)));
    changes.extend(removed.cloned().map(Change::GoneApp));
    for component in after.components.all() {
        changes.extend(component_change(before, after, component));
    }
    let settings = SETTINGS.iter().map(|row| (&row.def, row.polarity));
    let differences = between(settings, &before.settings, &after.settings);
    if !differences.is_empty() {
        changes.push(Change::Org { differences });
    }
    changes
}

/// Compares the settings of an app in two states.
pub fn app_differences(before: &App, after: &App) -> Vec<Difference> {
    let rows = ATTRIBUTES.iter().map(|row| (&row.def, row.polarity));
    between(rows, &before.facts, &after.facts)
}

/// The change of one component, if it concerns access. The login IP ranges of a profile concern every app; permissions
/// concern the apps that are assigned to the component.
fn component_change(before: &Org, after: &Org, component: &Arc<Component>) -> Option<Change> {
    let component_before = before.components.named(component.kind, &component.name)?;
    let is_assigned = |app: &&Arc<App>| {
        let granted = app.grants.iter().filter_map(|grant| grant.resolution.component());
        granted.into_iter().any(|granted| Arc::ptr_eq(granted, component))
    };
    let apps: Vec<Arc<App>> = after.apps.iter().filter(is_assigned).cloned().collect();
    let is_profile = component.kind == Kind::Profile;
    let concerns_access = |def: &AttributeDef| {
        (is_profile && def.name == LOGIN_IP_RANGES.name) || (def.name == PERMISSIONS.name && !apps.is_empty())
    };
    let rows = if is_profile { PROFILE } else { PERMISSION_SET };
    let rows = rows.iter().filter(|row| concerns_access(&row.def)).map(|row| (&row.def, row.polarity));
    let differences = between(rows, &component_before.facts, &component.facts);
    let concerns_anyone = !differences.is_empty() && (is_profile || !apps.is_empty());
    concerns_anyone.then(|| Change::Component { component: component.clone(), apps, differences })
}

fn between(
    rows: impl Iterator<Item = (&'static AttributeDef, Polarity)>,
    before: &Facts,
    after: &Facts,
) -> Vec<Difference> {
    rows.filter_map(|(def, polarity)| difference(def, polarity, before.get(def.name), after.get(def.name)))
        .collect()
}

/// The difference between two facts; `None` when they have the same value, or neither is known.
fn difference(
    def: &'static AttributeDef,
    polarity: Polarity,
    before: Option<&Fact>,
    after: Option<&Fact>,
) -> Option<Difference> {
    let value_before = before.and_then(Fact::value);
    let value_after = after.and_then(Fact::value);
    if same(value_before, value_after) || !(is_known(before) || is_known(after)) {
        return None;
    }
    let direction = if is_known(before) && is_known(after) {
        polarity.direction(value_before, value_after)
    } else {
        Direction::Other
    };
    let what = match (value_before, value_after) {
        (Some(Value::List(before)), Some(Value::List(after))) if !(before.is_empty() || after.is_empty()) => {
            let (before, after) = (shown_items(def, before), shown_items(def, after));
            let without = |items: &[String], others: &[String]| -> Vec<String> {
                items.iter().filter(|item| !others.contains(item)).cloned().collect()
            };
            ChangedThing::Items { added: without(&after, &before), removed: without(&before, &after) }
        }
        _ => ChangedThing::Value { before: shown(def, before), after: shown(def, after) },
    };
    Some(Difference { def, what, direction })
}

fn is_known(fact: Option<&Fact>) -> bool {
    matches!(
        fact.map(|fact| &fact.state),
        Some(FactState::Present(_) | FactState::Default(_) | FactState::None)
    )
}

fn shown(def: &AttributeDef, fact: Option<&Fact>) -> String {
    match fact.map(|fact| &fact.state) {
        Some(FactState::Present(value)) => in_setup(def, value),
        Some(FactState::Default(value)) => in_setup(def, value),
        Some(FactState::None) => "none".into(),
        Some(FactState::NotApplicable(_)) | None => "does not apply".into(),
        Some(FactState::Unreadable(_)) => "a value that Salesforce does not know".into(),
        Some(FactState::Unknown(_)) => "not in the source".into(),
    }
}

fn shown_items(def: &AttributeDef, items: &[Fact]) -> Vec<String> {
    let item = |value: &Value| {
        let fact = Fact { state: FactState::Present(value.clone()), places: Vec::new().into() };
        in_setup(def, &Value::List([fact].into()))
    };
    items.iter().filter_map(Fact::value).map(item).collect()
}
