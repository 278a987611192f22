//! What is known of an app only together with the register, with the profiles of the tree, or with what was there
//! before a change; and what follows from it for the org.

use std::{collections::BTreeSet, sync::Arc};

use preauth_metadata::{
    App, AppKind, Component, Fact, FactState, Facts, Kind, Org, Places, Resolution, Value,
};
use preauth_source::ArcStr;

use crate::{
    config::{RegisterEntry, undeclared},
    evaluate::subject::Case,
};

/// The apps that the tree held before the change that is judged.
#[derive(Clone, Debug, Default)]
pub struct BaseState {
    apps: BTreeSet<(AppKind, ArcStr)>,
}

impl BaseState {
    /// The apps of a tree as it was.
    pub fn of(org: &Org) -> Self {
        Self { apps: org.apps.iter().map(|app| (app.kind, app.name.clone())).collect() }
    }
}

/// An app under the circumstances that it is judged in.
#[derive(Clone, Copy)]
pub(crate) struct Circumstances<'c> {
    pub(crate) case: Case<'c>,
    pub(crate) app: &'c App,
    pub(crate) entry: Option<&'c RegisterEntry>,
}

impl Circumstances<'_> {
    /// The fact of this name, if it is one of [`CIRCUMSTANCES`](crate::language::path::CIRCUMSTANCES).
    pub(crate) fn fact(self, name: &str) -> Option<Fact> {
        Some(match name {
            "flows.declared" => self.declared_flow_state(),
            "loginProfiles" => self.login_profiles(),
            "ipEnforced" => self.ip_enforced(),
            "isNew" => self.is_new(),
            _ => return None,
        })
    }

    fn declared(self, name: &str) -> Fact {
        self.entry.map_or_else(|| undeclared(self.app), |entry| entry.fact(name))
    }

    fn declares_flow(self, flows: &[&str]) -> bool {
        let declared = self.declared("declared.flow");
        declared.value().and_then(Value::as_text).is_some_and(|flow| flows.contains(&flow))
    }

    fn declared_flow_state(self) -> Fact {
        let flow = self.declared("declared.flow");
        let name = flow.value().and_then(Value::as_text);
        match name.and_then(|flow| self.app.fact(&format!("flows.{flow}"))) {
            Some(state) => state.clone(),
            None => {
                Fact { state: FactState::NotApplicable("no flow is declared".into()), places: flow.places }
            }
        }
    }

    fn login_profiles(self) -> Fact {
        let named = self.declared("declared.profile");
        if let Some(name) = named.value().and_then(Value::as_text) {
            let profile = login_profile(&named, &self.case.resolve(Kind::Profile, name));
            return Fact {
                places: named.places.clone(),
                state: FactState::Present(Value::List([profile].into())),
            };
        }
        let unknown = |why: &str| Fact::new(FactState::Unknown(why.into()), self.app.home.clone());
        if self.declares_flow(&["client-credentials"]) {
            return unknown("the flow runs as a user of its own: the register can name their `profile`");
        }
        let profiles = self.app.grants.iter().filter(|grant| grant.kind == Kind::Profile);
        let mut items: Vec<Fact> = profiles
            .filter_map(|grant| Some(login_profile(grant.facts.get("name")?, &grant.resolution)))
            .collect();
        let permitted = self.app.fact("permittedUsers").and_then(Fact::value).and_then(Value::as_text);
        let through_sets = self.app.grants.iter().any(|grant| grant.kind == Kind::PermissionSet);
        let others = if permitted != Some("adminApproved") {
            Some("any user may have the app: the register can name their `profile`")
        } else if through_sets {
            Some("users have the app through a permission set: the register can name their `profile`")
        } else {
            None
        };
        if let Some(why) = others {
            if items.is_empty() {
                return unknown(why);
            }
            items.push(unknown(why));
        }
        let home = self.app.home.clone();
        let places = items.first().map_or_else(|| home.into(), |item| item.places.clone());
        Fact { state: FactState::Present(Value::List(items.into())), places }
    }

    fn ip_enforced(self) -> Fact {
        let relaxation = self.app.fact("ipRelaxation").cloned().unwrap_or_else(|| undeclared(self.app));
        let always = self.declares_flow(&["jwt-bearer", "saml-bearer"]);
        let state = match (&relaxation.state, relaxation.value().and_then(Value::as_text)) {
            (FactState::NotApplicable(_), _) => relaxation.state,
            _ if always => FactState::Present(Value::Bool(true)),
            (_, Some("enforce" | "enforceRelaxRefresh")) => FactState::Present(Value::Bool(true)),
            (_, Some("relax")) => FactState::Present(Value::Bool(false)),
            (_, Some(_)) => FactState::Unknown("it depends on the device that is used".into()),
            _ => relaxation.state,
        };
        Fact { state, places: relaxation.places }
    }

    fn is_new(self) -> Fact {
        let state = match &self.case.given.base {
            None => FactState::NotApplicable("no change is judged".into()),
            Some(base) => {
                let known = base.apps.contains(&(self.app.kind, self.app.name.clone()));
                FactState::Present(Value::Bool(!known))
            }
        };
        Fact::new(state, self.app.home.clone())
    }
}

/// A profile that users of an app have, named at the place of `name`.
fn login_profile(name: &Fact, resolution: &Resolution) -> Fact {
    let state = match resolution.component() {
        Some(profile) => {
            let ranges = profile.facts.get("loginIpRanges").cloned();
            let facts = [("name", Some(name.clone())), ("loginIpRanges", ranges)];
            FactState::Present(Value::Record(
                facts.into_iter().filter_map(|(field, fact)| Some((field, fact?))).collect::<Facts>(),
            ))
        }
        None => {
            let name = name.value().map(ToString::to_string).unwrap_or_default();
            FactState::Unknown(format!("the profile `{name}` is not in the source").into())
        }
    };
    Fact { state, places: name.places.clone() }
}

/// Whether something has login IP ranges; `None` where that is not known.
fn has_ranges(ranges: Option<&Fact>) -> Option<bool> {
    ranges?.value()?.as_list().map(|ranges| !ranges.is_empty())
}

/// An app that enforces IP restrictions, and whom that may concern.
#[derive(Clone, Debug)]
pub(crate) struct Enforcing {
    /// Where it does.
    places: Places,
    /// Whether any profile that its users have has login IP ranges; `None` where that is not known.
    of_users: Option<bool>,
}

impl Circumstances<'_> {
    /// `None` for an app that enforces none, or that nobody can use.
    pub(crate) fn enforcing(self) -> Option<Enforcing> {
        let active = self.app.fact("active").and_then(Fact::value) == Some(&Value::Bool(true));
        let enforced = self.ip_enforced();
        if !active || enforced.value() != Some(&Value::Bool(true)) || self.app.admits_nobody() {
            return None;
        }
        let profiles = self.login_profiles();
        let items_of = profiles.value().and_then(Value::as_list).unwrap_or_default();
        let of_users = any_has_ranges(items_of.iter().map(|profile| match profile.value() {
            Some(Value::Record(facts)) => has_ranges(facts.get("loginIpRanges")),
            _ => None,
        }));
        Some(Enforcing { places: enforced.places, of_users })
    }
}

/// The apps that enforce IP restrictions to no effect: no profile that their users have has login IP ranges. An app
/// whose users may have any profile is one of them when no profile of the tree has any.
pub(crate) fn apps_without_login_ip_ranges(case: Case<'_>) -> Fact {
    let in_tree = any_has_ranges(
        case.org
            .components_of(Kind::Profile)
            .map(|profile: &Arc<Component>| has_ranges(profile.facts.get("loginIpRanges"))),
    );
    let (mut items, mut unknown) = (Vec::new(), None);
    for app in &case.org.apps {
        let Some(enforcing) = (Circumstances { case, app, entry: case.entry(app) }).enforcing() else {
            continue;
        };
        match enforcing.of_users.or(in_tree.filter(|any| !any)) {
            Some(true) => {}
            Some(false) => {
                items.push(Fact {
                    state: FactState::Present(Value::Text(app.name.clone())),
                    places: enforcing.places,
                });
            }
            None => {
                unknown.get_or_insert_with(|| {
                    format!("which profiles the users of `{}` have is not known", app.label())
                });
            }
        }
    }
    let mut places: Vec<_> = items.iter().filter_map(|item| item.place().cloned()).collect();
    let state = match unknown {
        Some(why) if items.is_empty() => FactState::Unknown(why.into()),
        _ => FactState::Present(Value::List(items.into())),
    };
    if places.is_empty() {
        places.push(case.org.home.clone());
    }
    Fact { state, places: places.into() }
}

/// Whether any of several has login IP ranges; `None` where that is not known, as of none at all.
fn any_has_ranges(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let (mut some, mut all_known) = (false, true);
    for ranges in each {
        match ranges {
            Some(true) => return Some(true),
            Some(false) => some = true,
            None => all_known = false,
        }
    }
    (some && all_known).then_some(false)
}
