//! Derived attributes: facts that follow from an app together with the register, with profiles, or with the state before
//! a change; and those of the org that follow from all of its apps.

use std::sync::Arc;

use preauth_metadata::{
    ATTRIBUTES, App, AppKind, Attribute, AttributeDef, CONTRADICTED, Component, Direction, Effect,
    FLOW_STATES, Fact, FactState, Facts, FileFacts, Grant, Kind, Org, Places, Polarity, RANGES, Resolution,
    Type, Value, app_differences, attribute,
};
use preauth_source::{ArcStr, Location};

use crate::{
    config::undeclared,
    evaluate::{
        context::{AppCase, Case},
        flow::flow_state,
    },
};

/// The derived attributes of an app.
pub(crate) static DERIVED: &[AttributeDef] = &[
    AttributeDef::new(
        "flows.declared",
        FLOW_STATES[0].ty,
        "Whether the flow that the register declares is possible.",
    ),
    AttributeDef::new(
        "loginProfiles",
        Type::List(&Type::Record(LOGIN_PROFILE)),
        "The profiles of the users of the app: the one that the register declares, or else those that it is assigned \
         to. Unknown if it is not limited to those, or users get it through permission sets.",
    ),
    AttributeDef::new(
        "ipEnforced",
        Type::Bool,
        "Whether the login IP ranges of a user's profile are enforced for the app. For the JWT bearer and SAML bearer \
         flows they are always enforced, whatever the IP relaxation of the app is.",
    ),
    AttributeDef::new(
        "clientProfiles",
        Type::List(&Type::Record(CLIENT_PROFILE)),
        "The profiles that the client's user may have: the one that the register declares, or else those that the app is \
         assigned to.",
    ),
    AttributeDef::new(
        "clientPermissions",
        Type::List(&Type::Text),
        "The user permissions of the profile that the register declares for the client's user, and of the permission sets \
         that the app is assigned to.",
    ),
    AttributeDef::new(
        "parts",
        Type::List(&Type::Text),
        "The metadata types of the files of the app that are in the source, also those that a `.forceignore` leaves out.",
    ),
    AttributeDef::new(
        "package",
        Type::Text,
        "The package that the main file of the app is a part of, from `packageDirectories` in `sfdx-project.json`.",
    ),
    AttributeDef::new(
        "unpackageable",
        Type::List(&Type::Text),
        "The files of an external client app in package directories that a package cannot contain: its policies and its \
         global OAuth settings.",
    ),
    AttributeDef::new(
        "migratedTo",
        Type::Text,
        "The file of the external client app that a connected app became, so that the connected app is a read-only copy: \
         one of the same name with `orgScopedExternalApp`, or any of the same name if the register says `migrated`.",
    ),
    AttributeDef::new(
        "weakerThanSuccessor",
        Type::List(&Type::Text),
        "The settings of a connected app that give more access than those of the external client app that it became.",
    ),
    AttributeDef::new(
        "isNew",
        Type::Bool,
        "Whether the change that is checked adds the app; not applicable if no change is checked.",
    ),
    AttributeDef::new(
        "lostGrants",
        Type::List(&Type::Text),
        "The profiles and permission sets through which users had the app before the change that is checked, if the \
         change deletes, renames or unassigns all of them and no other is assigned. Empty otherwise; not applicable if \
         no change is checked. Standard profiles cannot be deleted.",
    ),
    AttributeDef::new(
        "untestedChanges",
        Type::List(&Type::Text),
        "The attributes of the app that the change that is checked alters, if the register has the same `tested.on` as \
         before the change. Empty otherwise; not applicable if no change is checked. Attributes on which no access depends \
         do not count.",
    ),
    AttributeDef::new(
        "anyApiClientHolders",
        Type::List(&Type::Text),
        "The profiles and permission sets in the source that have the permission `UseAnyApiClient`. Their users can use \
         apps that API Access Control or Permitted Users close to others.",
    ),
];

/// The attributes of a profile in `loginProfiles`.
const LOGIN_PROFILE: &[AttributeDef] = &[
    AttributeDef::new("name", Type::Text, "The profile's name, as Setup shows it."),
    AttributeDef::new(
        "loginIpRanges",
        RANGES,
        "The addresses from which its users may log in; none means any.",
    ),
];

/// The attributes of a profile in `clientProfiles`.
const CLIENT_PROFILE: &[AttributeDef] = &[
    AttributeDef::new("name", Type::Text, "The profile's name, as it is written."),
    AttributeDef::new(
        "sessionLevel",
        Type::Text,
        "The session security level that it requires at login, from its `.profileSessionSetting` file: `LOW`, `STANDARD` or \
         `HIGH_ASSURANCE`.",
    ),
    AttributeDef::new(
        "closesHours",
        Type::Bool,
        "Whether its login hours close some hours of a day; unknown if it is not in the source.",
    ),
];

/// The derived attributes of the org.
pub(crate) static DERIVED_OF_ORG: &[AttributeDef] = &[
    AttributeDef::new(
        "appsWithoutLoginIpRanges",
        Type::List(&Type::Text),
        "The active apps that enforce IP restrictions without effect, because the profiles of their users are in the \
         source, and none has login IP ranges.",
    ),
    AttributeDef::new(
        "connectedApps",
        Type::List(&Type::Text),
        "The active connected apps that the source contains in full, not only as parts of packages.",
    ),
];

impl<'c> AppCase<'c> {
    /// Returns an attribute of [`DERIVED`]; `None` if it is not one of them.
    pub(crate) fn derived(self, name: &str) -> Option<Fact> {
        Some(match name {
            "flows.declared" => self.declared_flow_state(),
            "loginProfiles" => self.login_profiles(),
            "ipEnforced" => self.ip_enforced(),
            "active" if self.successor().is_some() => {
                Fact::new(FactState::Present(Value::Bool(false)), self.app.home.clone())
            }
            "clientProfiles" => self.client_profiles(),
            "clientPermissions" => self.client_permissions(),
            "parts" => self.parts(),
            "package" => {
                let package = self.case.workspace.project().package_of(self.app.main_file());
                let state = package.filter(|_| self.app.has_main_file());
                let state = state.map_or(FactState::None, |name| FactState::Present(Value::text(name)));
                Fact::new(state, self.app.home.clone())
            }
            "unpackageable" => self.unpackageable(),
            "migratedTo" => self.migrated_to(),
            "weakerThanSuccessor" => self.weaker_than_successor(),
            "isNew" => self.is_new(),
            "lostGrants" => self.lost_grants(),
            "untestedChanges" => self.untested_changes(),
            "anyApiClientHolders" => any_api_client_holders(self.case.org),
            _ => return None,
        })
    }

    /// Returns an attribute that the register declares.
    pub(crate) fn declared(self, name: &str) -> Fact {
        self.entry.map_or_else(|| undeclared(self.app), |entry| entry.fact(name))
    }

    fn declares_flow(self, flows: &[&str]) -> bool {
        let declared = self.declared("declared.flow");
        declared.value().and_then(Value::as_text).is_some_and(|flow| flows.contains(&flow))
    }

    fn declared_flow_state(self) -> Fact {
        let flow = self.declared("declared.flow");
        let name = flow.value().and_then(Value::as_text);
        match name {
            Some(name) => self.state_of_declared(name),
            None => Fact {
                state: FactState::NotApplicable("preauth.yaml declares no flow".into()),
                places: flow.places,
            },
        }
    }

    /// Returns the state of the flow that the app is for. Unlike the state of another flow, it takes into account what an
    /// admin can change at any time.
    fn state_of_declared(self, flow: &str) -> Fact {
        let value = |name: &str| self.app.fact(name).and_then(Fact::value);
        let plugin = match flow {
            "saml" => "samlPluginEnabled",
            "canvas" => "canvasPluginEnabled",
            _ => "oauthPluginEnabled",
        };
        let off = ["enabled", plugin].into_iter().find(|name| value(name) == Some(&Value::Bool(false)));
        let state = flow_state(self.app, flow, self.case.given.as_of);
        let is_scope_missing = || {
            let is_refresh = |scope: &Fact| {
                let scope = scope.value().and_then(Value::as_text);
                scope.is_none_or(|scope| ["RefreshToken", "OfflineAccess"].contains(&scope))
            };
            let scopes = value("scopes").and_then(Value::as_list);
            flow == "jwt-bearer"
                && value("permittedUsers").and_then(Value::as_text) == Some("adminApproved")
                && (scopes.is_some_and(|scopes| !scopes.iter().any(is_refresh))
                    || self.app.fact("scopes").is_some_and(|scopes| matches!(scopes.state, FactState::None)))
        };
        let is_possible = state.value().and_then(Value::as_text) != Some("no");
        let cause = off.or_else(|| (is_possible && is_scope_missing()).then_some("scopes"));
        let no = |cause: &Fact| Fact {
            state: FactState::Present(Value::text("no")),
            places: cause.places.clone(),
        };
        cause.and_then(|name| self.app.fact(name)).map_or(state, no)
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
            return unknown(
                "the flow runs as its own user: declare the `profile` of the user in preauth.yaml",
            );
        }
        let profiles = self.app.grants.iter().filter(|grant| grant.kind == Kind::Profile);
        let mut items: Vec<Fact> = profiles
            .filter_map(|grant| Some(login_profile(grant.facts.get("name")?, &grant.resolution)))
            .collect();
        let permitted = self.app.fact("permittedUsers").and_then(Fact::value).and_then(Value::as_text);
        let sets = self.app.fact("grants.permissionSets").map(|sets| &sets.state);
        let through_sets = self.app.grants.iter().any(|grant| grant.kind == Kind::PermissionSet)
            || matches!(sets, Some(FactState::Unknown(_)));
        let others = if permitted != Some("adminApproved") {
            Some(
                "the app is not limited to assigned profiles: declare the `profile` of its users in preauth.yaml",
            )
        } else if through_sets {
            Some("users may get the app through a permission set: declare their `profile` in preauth.yaml")
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
            (_, Some(_)) => FactState::Unknown("it depends on the device".into()),
            _ => relaxation.state,
        };
        Fact { state, places: relaxation.places }
    }

    /// Returns the names of the profiles that the client's user may have, with what they resolve to.
    fn profiles_of_client(self) -> Vec<(Fact, Resolution)> {
        let named = self.declared("declared.profile");
        if let Some(name) = named.value().and_then(Value::as_text) {
            let resolution = self.case.resolve(Kind::Profile, name);
            return vec![(named, resolution)];
        }
        let grants = self.app.grants.iter().filter(|grant| grant.kind == Kind::Profile);
        grants
            .filter_map(|grant| Some((grant.facts.get("name")?.clone(), grant.resolution.clone())))
            .collect()
    }

    fn client_profiles(self) -> Fact {
        let item = |(name, resolution): (Fact, Resolution)| {
            let profile = resolution.component();
            let file_name = profile.map_or_else(
                || name.value().map(ToString::to_string).unwrap_or_default(),
                |profile| profile.name.to_string(),
            );
            let level = self.session_level(&file_name);
            let closed = profile.map(|profile| profile.closed_hours());
            let hours = match &closed {
                Some(places) => FactState::Present(Value::Bool(!places.is_empty())),
                None => FactState::Unknown(format!("the profile `{file_name}` is not in the source").into()),
            };
            let mut places: Vec<Location> = Vec::new();
            places.extend(level.as_ref().and_then(|level| level.place().cloned()));
            places.extend(closed.into_iter().flatten().next());
            places.extend(name.places.iter().cloned());
            let places: Places = places.into();
            let facts = [
                ("name", name.clone()),
                ("sessionLevel", level.unwrap_or_else(|| Fact::new(FactState::None, self.app.home.clone()))),
                ("closesHours", Fact { state: hours, places: places.clone() }),
            ];
            Fact { state: FactState::Present(Value::Record(facts.into_iter().collect::<Facts>())), places }
        };
        let items: Vec<Fact> = self.profiles_of_client().into_iter().map(item).collect();
        let places = items.first().map_or_else(|| self.app.home.clone().into(), |item| item.places.clone());
        Fact { state: FactState::Present(Value::List(items.into())), places }
    }

    /// Returns the session level that a profile requires. Its settings name it in lower case.
    fn session_level(self, profile: &str) -> Option<Fact> {
        let is_of = |file: &&Arc<FileFacts>| {
            file.kind == Kind::ProfileSessionSetting
                && file.judged
                && file.text_of("profile").is_some_and(|name| name.to_lowercase() == profile.to_lowercase())
        };
        let file = self.case.org.others.iter().find(is_of)?;
        let level = file.found("requiredSessionLevel").first()?;
        Some(Fact::new(FactState::Present(Value::Text(level.text().clone())), file.at(level.range())))
    }

    fn client_permissions(self) -> Fact {
        let named = self.declared("declared.profile");
        let mut items = Vec::new();
        let mut add = |name: &Fact, resolution: &Resolution| {
            let component = resolution.component();
            let permissions = component.and_then(|component| component.facts.get("permissions"));
            match permissions.and_then(Fact::value).and_then(Value::as_list) {
                Some(permissions) => items.extend(permissions.iter().cloned()),
                None => {
                    let why = "the permissions of the client's user are not all in the source".into();
                    items.push(Fact { state: FactState::Unknown(why), places: name.places.clone() });
                }
            }
        };
        if let Some(name) = named.value().and_then(Value::as_text) {
            add(&named, &self.case.resolve(Kind::Profile, name));
        }
        let sets = self.app.grants.iter().filter(|grant| grant.kind == Kind::PermissionSet);
        let sets = sets.filter_map(|grant| Some((grant.facts.get("name")?, &grant.resolution)));
        sets.for_each(|(name, resolution)| add(name, resolution));
        let grants = self.app.fact("grants").map(|grants| grants.places.clone());
        Fact {
            state: FactState::Present(Value::List(items.into())),
            places: grants.unwrap_or_else(|| self.app.home.clone().into()),
        }
    }

    fn parts(self) -> Fact {
        let is_same = |app: &&Arc<App>| app.kind == self.app.kind && app.name == self.app.name;
        let ignored = self.case.org.ignored_apps.iter().filter(is_same).flat_map(|app| &app.files);
        let mut files: Vec<_> = self.app.files.iter().chain(ignored).collect();
        files.sort_by_key(|file| file.kind);
        files.dedup_by_key(|file| file.kind);
        let item = |file: &&Arc<FileFacts>| {
            Fact::new(FactState::Present(Value::text(file.kind.name())), file.home())
        };
        let items: Vec<Fact> = files.iter().map(item).collect();
        Fact::new(FactState::Present(Value::List(items.into())), self.app.home.clone())
    }

    fn unpackageable(self) -> Fact {
        let is_packageable = |kind: Kind| {
            !matches!(
                kind,
                Kind::ExtlClntAppGlobalOauthSettings
                    | Kind::ExtlClntAppOauthConfigurablePolicies
                    | Kind::ExtlClntAppConfigurablePolicies
            )
        };
        let project = self.case.workspace.project();
        let is_wrong =
            |file: &&Arc<FileFacts>| !is_packageable(file.kind) && project.package_of(&file.path).is_some();
        let item = |file: &Arc<FileFacts>| {
            Fact::new(FactState::Present(Value::text(file.path.as_str())), file.home())
        };
        let items: Vec<Fact> = self.app.files.iter().filter(is_wrong).map(item).collect();
        let places = items.iter().flat_map(|item| item.places.iter().cloned()).collect::<Places>();
        let places = if items.is_empty() { self.app.home.clone().into() } else { places };
        Fact { state: FactState::Present(Value::List(items.into())), places }
    }

    /// True if the app is known to be in use.
    fn is_active(self) -> bool {
        let active = self.app.fact("active").and_then(Fact::value);
        active == Some(&Value::Bool(true)) && self.successor().is_none()
    }

    /// Returns the external client app that a connected app is known to have become.
    fn successor(self) -> Option<AppCase<'c>> {
        let is_declared = self.declared("declared.migrated").value() == Some(&Value::Bool(true));
        let is_marked = |app: &App| app.fact("orgScopedApp").and_then(Fact::stated).is_some() || is_declared;
        let mut same = self.case.org.apps_named(&self.app.name).iter();
        let successor = same.find(|app| app.kind == AppKind::ExternalClientApp && is_marked(app));
        successor.filter(|_| self.app.kind == AppKind::ConnectedApp).map(|app| self.case.with_app(app))
    }

    fn migrated_to(self) -> Fact {
        let state = self.successor().map_or(FactState::None, |successor| {
            FactState::Present(Value::text(successor.app.main_file().as_str()))
        });
        Fact::new(state, self.app.home.clone())
    }

    fn weaker_than_successor(self) -> Fact {
        let weaker = |row: &&Attribute| {
            // The lists of assignments use different names.
            let is_comparable =
                !matches!(row.polarity, Polarity::AllowList | Polarity::Fence) || row.def.name == "scopes";
            let successor = self.successor();
            let value = |app: &App| app.fact(row.def.name).and_then(Fact::value).cloned();
            let before = successor.and_then(|successor| value(successor.app));
            let after = value(self.app);
            is_comparable
                && before.is_some()
                && after.is_some()
                && before != after
                && row.polarity.direction(before.as_ref(), after.as_ref()) == Direction::More
        };
        let item = |row: &Attribute| {
            let state = FactState::Present(Value::text(row.def.name));
            Some(Fact { state, places: self.app.fact(row.def.name)?.places.clone() })
        };
        let items: Vec<Fact> = ATTRIBUTES.iter().filter(weaker).filter_map(item).collect();
        Fact::new(FactState::Present(Value::List(items.into())), self.app.home.clone())
    }

    fn is_new(self) -> Fact {
        let state = match &self.case.given.base {
            None => FactState::NotApplicable("no change is checked".into()),
            Some(base) => FactState::Present(Value::Bool(base.app(self.app).is_none())),
        };
        Fact::new(state, self.app.home.clone())
    }
}

impl AppCase<'_> {
    fn lost_grants(self) -> Fact {
        let places =
            self.app.fact("grants").map_or_else(|| self.app.home.clone().into(), |fact| fact.places.clone());
        let Some(base) = &self.case.given.base else {
            return Fact { state: FactState::NotApplicable("no change is checked".into()), places };
        };
        let named = |grant: &Grant| base.components(grant);
        let is_deleted = |grant: &Grant| {
            matches!(grant.resolution, Resolution::Nothing)
                && !named(grant).is_empty()
                && !named(grant).iter().any(|component| component.is_standard_profile())
        };
        let mut lost = Vec::new();
        if self.app.grants.iter().all(is_deleted) {
            let before = base.app(self.app).map(|app| app.grants.as_slice()).unwrap_or_default();
            lost.extend(before);
            let is_new = |grant: &&Grant| {
                !before.iter().any(|other| (other.kind, &other.name) == (grant.kind, &grant.name))
            };
            lost.extend(self.app.grants.iter().filter(is_new));
        }
        let item = |grant: &&Grant| grant.facts.get("name").cloned();
        Fact { state: FactState::Present(Value::List(lost.iter().filter_map(item).collect())), places }
    }
}

impl AppCase<'_> {
    fn untested_changes(self) -> Fact {
        let home = || self.app.home.clone();
        let Some(base) = &self.case.given.base else {
            return Fact::new(FactState::NotApplicable("no change is checked".into()), home());
        };
        let Some(register) = &base.register else {
            let why = "the configuration before the change has errors";
            return Fact::new(FactState::Unknown(why.into()), home());
        };
        let before = base.app(self.app);
        let tested_before = before
            .and_then(|app| register.of(app).ok().flatten())
            .map(|entry| entry.fact("declared.tested.on"));
        let is_same =
            tested_before.is_some_and(|day| day.value() == self.declared("declared.tested.on").value());
        let differences = before.filter(|_| is_same).map(|before| app_differences(before, self.app));
        let is_neutral = |name: &str| attribute(name).is_some_and(|row| row.effect == Effect::Neutral);
        let items = differences.into_iter().flatten().map(|difference| difference.def.name);
        let items = items.filter(|name| !is_neutral(name)).map(|name| {
            let place = self.app.fact(name).and_then(Fact::place).cloned().unwrap_or_else(home);
            Fact::present(Value::text(name), place)
        });
        let items: Vec<Fact> = items.collect();
        let places = items.first().map_or_else(|| home().into(), |item| item.places.clone());
        Fact { state: FactState::Present(Value::List(items.into())), places }
    }
}

/// Returns the profiles and permission sets with the permission `UseAnyApiClient`, each at the place of the permission.
fn any_api_client_holders(org: &Org) -> Fact {
    let holder = |component: &Arc<Component>| {
        let permissions = component.facts.get("permissions")?.value()?.as_list()?;
        let is_it = |item: &&Fact| item.value().and_then(Value::as_text) == Some("UseAnyApiClient");
        let name = component.label().unwrap_or(&component.name);
        let place = permissions.iter().find(is_it)?.place().unwrap_or(&component.home);
        Some(Fact::present(Value::Text(name.clone()), place.clone()))
    };
    let is_given = |component: &&Arc<Component>| component.kind != Kind::MutingPermissionSet;
    let items: Vec<Fact> = org.components.all().iter().filter(is_given).filter_map(holder).collect();
    let places = items.first().map_or_else(|| org.home.clone().into(), |item| item.places.clone());
    Fact { state: FactState::Present(Value::List(items.into())), places }
}

/// Makes the record of a profile in `loginProfiles`. Its place is that of `name`.
fn login_profile(name: &Fact, resolution: &Resolution) -> Fact {
    let state = match resolution.component() {
        Some(profile) => {
            let ranges = match profile.login_ranges_differ {
                true => Some(Fact::new(FactState::Unknown(CONTRADICTED.clone()), profile.home.clone())),
                false => profile.facts.get("loginIpRanges").cloned(),
            };
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

/// The IP restrictions of an app that enforces them.
struct Enforcing {
    /// The places of the setting.
    places: Places,
    /// True if a profile of its users has login IP ranges; the reason if that is not known.
    any_ranges: Result<bool, ArcStr>,
}

impl AppCase<'_> {
    /// Returns the IP restrictions; `None` if the app enforces none, or nobody can use it.
    fn enforcing(self) -> Option<Enforcing> {
        let active = self.is_active();
        let enforced = self.ip_enforced();
        if !active || enforced.value() != Some(&Value::Bool(true)) || self.app.admits_nobody() {
            return None;
        }
        let profiles = self.login_profiles();
        let each = profiles.value().and_then(Value::as_list).unwrap_or(std::slice::from_ref(&profiles));
        Some(Enforcing { places: enforced.places, any_ranges: any_has_ranges(each) })
    }
}

/// Returns the apps that enforce IP restrictions without effect, because no profile of their users has login IP ranges.
pub(crate) fn apps_without_login_ip_ranges(case: Case<'_>) -> Fact {
    let (mut items, mut unknown) = (Vec::new(), None);
    for app in &case.org.apps {
        let Some(enforcing) = case.with_app(app).enforcing() else {
            continue;
        };
        match enforcing.any_ranges {
            Ok(true) => {}
            Ok(false) => {
                items.push(Fact {
                    state: FactState::Present(Value::Text(app.name.clone())),
                    places: enforcing.places,
                });
            }
            Err(why) => {
                unknown.get_or_insert_with(|| format!("`{}`: {why}", app.label()));
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

/// True if any of an app's profiles has login IP ranges.
///
/// # Errors
/// The reason why that is not known: a profile whose ranges are not in the source.
fn any_has_ranges(profiles: &[Fact]) -> Result<bool, ArcStr> {
    let not_known = || Some("its profiles are not known".into());
    let mut unknown = if profiles.is_empty() { not_known() } else { None };
    for profile in profiles {
        let ranges = match profile.value() {
            Some(Value::Record(facts)) => facts.get("loginIpRanges").unwrap_or(profile),
            _ => profile,
        };
        match (ranges.value().and_then(Value::as_list), &ranges.state) {
            (Some(ranges), _) if !ranges.is_empty() => return Ok(true),
            (Some(_), _) => {}
            (None, FactState::Unknown(why)) => unknown = unknown.or(Some(why.clone())),
            (None, _) => unknown = unknown.or_else(not_known),
        }
    }
    unknown.map_or(Ok(false), Err)
}

/// Returns the active connected apps that the source contains in full.
pub(crate) fn connected_apps(case: Case<'_>) -> Fact {
    let text = |app: &App, name: &str| app.fact(name).and_then(Fact::value).map(ToString::to_string);
    let is_live = |app: &&Arc<App>| {
        app.kind == AppKind::ConnectedApp
            && text(app, "shape").as_deref() == Some("full")
            && case.with_app(app).is_active()
    };
    let item =
        |app: &Arc<App>| Fact::new(FactState::Present(Value::Text(app.name.clone())), app.home.clone());
    let items: Vec<Fact> = case.org.apps.iter().filter(is_live).map(item).collect();
    let places = items.first().map_or_else(|| case.org.home.clone().into(), |item| item.places.clone());
    Fact { state: FactState::Present(Value::List(items.into())), places }
}
