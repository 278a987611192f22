//! The profiles and permission sets that an app is assigned to.

use preauth_metadata::{
    App, AttributeDef, Fact, FactState, Facts, Grant, Kind, Resolution, Type, Value, in_setup,
};

use crate::report::{Run, summary::counted};

/// A profile or permission set that an app is assigned to.
#[derive(Debug)]
pub(super) struct HtmlGrant {
    pub(super) name: String,
    pub(super) kind: &'static str,
    /// The file, or why there is none.
    pub(super) file: String,
    /// The permissions and login restrictions of its users.
    pub(super) adds: String,
}

/// Returns the numbers of profiles and permission sets that an app is assigned to.
pub(super) fn assigned(app: &App) -> String {
    let count = |kind: Kind| app.grants.iter().filter(|grant| grant.kind == kind).count();
    let parts = [
        (count(Kind::Profile), "profile", "profiles"),
        (count(Kind::PermissionSet), "permission set", "permission sets"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, several)| counted(count, one, several))
        .collect();
    if !parts.is_empty() {
        return parts.join(", ");
    }
    let known = app.fact("grants").is_some_and(|fact| fact.value().is_some());
    if known { "nobody".into() } else { "not in the source".into() }
}

pub(super) fn granted(run: &Run<'_>, app: &App, grant: &Grant) -> HtmlGrant {
    let file = match &grant.resolution {
        Resolution::One(_) => grant
            .resolved(app.main_file())
            .map_or_else(|| "in the source".into(), |path| run.texts.display_path(&path)),
        Resolution::Several(several) => {
            format!("{} have this name", counted(several.len(), "component", "components"))
        }
        Resolution::Nothing => "not in the source".into(),
        Resolution::Unknown(why) => format!("not determined: {why}"),
    };
    HtmlGrant {
        name: grant.name.to_string(),
        kind: if grant.kind == Kind::Profile { "profile" } else { "permission set" },
        file,
        adds: grant
            .resolution
            .component()
            .map_or_else(String::new, |component| adds(&component.facts, grant.kind)),
    }
}

/// Permissions with which an app can do more than the record access of its user allows.
const POWERFUL_PERMISSIONS: &[&str] =
    &["ModifyAllData", "ViewAllData", "ManageUsers", "AuthorApex", "CustomizeApplication", "ApiEnabled"];

fn adds(facts: &Facts, kind: Kind) -> String {
    let mut parts = Vec::new();
    match facts.get("permissions").and_then(Fact::value).and_then(Value::as_list) {
        Some(items) => {
            let names: Vec<&str> = items.iter().filter_map(Fact::value).filter_map(Value::as_text).collect();
            let powerful: Vec<&str> =
                POWERFUL_PERMISSIONS.iter().copied().filter(|name| names.contains(name)).collect();
            let including = if powerful.is_empty() {
                String::new()
            } else {
                format!(", including {}", powerful.join(", "))
            };
            parts.push(format!("{}{including}", counted(names.len(), "user permission", "user permissions")));
        }
        None => parts.push("user permissions are not in the source".into()),
    }
    if kind == Kind::Profile {
        let ranges = facts.get("loginIpRanges");
        parts.push(match (ranges.and_then(Fact::value), ranges.map(|fact| &fact.state)) {
            (Some(value), _) => {
                let def = AttributeDef::new("", Type::Any, "");
                format!("login from {}", in_setup(&def, value))
            }
            (None, Some(FactState::None)) => "login from any address".into(),
            _ => "login ranges are not in the source".into(),
        });
    }
    parts.join("; ")
}
