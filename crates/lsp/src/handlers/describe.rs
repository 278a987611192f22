//! Facts as sentences, in the words of Setup.

use preauth_metadata::{App, Component, Fact, FactState, Grant, Kind, RefreshToken, Resolution, Value};
use preauth_policy::Select;

/// Returns the value of an attribute of an app, in the words of Setup where it has any. Secrets are masked.
pub(super) fn describe_value(attribute: &str, fact: &Fact) -> String {
    let Ok(path) = Select::APP.path(attribute) else { return String::new() };
    let shown = |value: &Value| match (value, path.in_setup(value)) {
        (Value::List(items), _) if items.is_empty() => "none".to_owned(),
        (_, Some(words)) => format!("*{words}* (`{}`)", path.show(value)),
        _ => format!("`{}`", path.show(value)),
    };
    match &fact.state {
        FactState::Present(value) => shown(value),
        FactState::Default(value) => format!("not set, which is {}", shown(value)),
        FactState::None => "not set".into(),
        FactState::Unknown(why) => format!("unknown: {why}"),
        FactState::NotApplicable(why) => format!("does not apply: {why}"),
        FactState::Unreadable(_) => "a value unknown to Salesforce".into(),
    }
}

/// Returns who may log in to an app.
pub(super) fn describe_admission(app: &App) -> String {
    let text = |name: &str| app.fact(name).and_then(Fact::value).and_then(Value::as_text);
    if app.fact("active").and_then(Fact::value).and_then(Value::as_bool) == Some(false) {
        return "nobody may log in: the app is off".into();
    }
    match text("permittedUsers") {
        Some("selfAuthorize") => "every user may log in".into(),
        Some("adminApproved") if app.admits_nobody() => "nobody may log in".into(),
        Some("adminApproved") => {
            let of = |kind: Kind| app.grants.iter().filter(|grant| grant.kind == kind).count();
            let profiles = counted(of(Kind::Profile), "profile", "profiles");
            let sets = counted(of(Kind::PermissionSet), "permission set", "permission sets");
            let grants: Vec<String> = [profiles, sets].into_iter().flatten().collect();
            match grants.is_empty() {
                true => "who may log in is not in the source".into(),
                false => format!("users of {} may log in", grants.join(" and ")),
            }
        }
        _ => "who may log in is not in the source".into(),
    }
}

/// Returns a count with its noun, or `None` for zero.
fn counted(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        count => Some(format!("{count} {many}")),
    }
}

/// Returns how an app restricts IP addresses.
pub(super) fn describe_ip_restrictions(app: &App) -> &'static str {
    match app.fact("ipRelaxation").and_then(Fact::value).and_then(Value::as_text) {
        Some("enforce") => "login IP ranges enforced",
        Some("enforceRelaxRefresh") => "login IP ranges enforced, but not for refresh tokens",
        Some("relaxActivated") => "any IP from activated devices",
        Some("relax") => "any IP",
        _ => "IP restrictions unknown",
    }
}

/// Returns how long refresh tokens of an app are valid.
pub(super) fn describe_lifetime(app: &App) -> String {
    match app.fact("refreshToken").and_then(Fact::value).and_then(Value::as_refresh_token) {
        Some(RefreshToken::UntilRevoked) => "never expires".into(),
        Some(RefreshToken::ExpireImmediately) => "expires immediately".into(),
        Some(policy) => format!("expires {}", policy.in_words()),
        None => "expiry unknown".into(),
    }
}

/// Returns what a grant names.
pub(super) fn describe_grant(grant: &Grant) -> String {
    match &grant.resolution {
        Resolution::One(component) => describe_component(component),
        Resolution::Several(several) => {
            let files = several.iter().map(|one| format!("`{}`", one.home.file)).collect::<Vec<_>>();
            format!("may be any of these: {}", files.join(", "))
        }
        Resolution::Nothing => {
            let near = grant.facts.get("near").and_then(Fact::value).and_then(Value::as_text);
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            format!("names nothing in the source{hint}")
        }
        Resolution::Unknown(why) => format!("unknown component: {why}"),
    }
}

/// Returns the name, label, permissions and login IP ranges of a profile, permission set or group.
fn describe_component(component: &Component) -> String {
    let kind = match component.kind {
        Kind::Profile => "profile",
        Kind::PermissionSetGroup => "permission set group",
        _ => "permission set",
    };
    let list = |name: &str| component.facts.get(name).and_then(Fact::value).and_then(Value::as_list);
    let mut lines = vec![format!("the {kind} `{}`, in `{}`", component.name, component.home.file)];
    if let Some(label) = component.label().filter(|label| **label != component.name) {
        lines.push(format!("label: {label}"));
    }
    if let Some(permissions) = list("permissions") {
        const MAX_SHOWN: usize = 12;
        let names: Vec<String> =
            permissions.iter().filter_map(Fact::value).map(|name| format!("`{name}`")).collect();
        let rest = names.len().saturating_sub(MAX_SHOWN);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        let shown = names.into_iter().take(MAX_SHOWN).collect::<Vec<_>>().join(", ");
        lines.push(if shown.is_empty() {
            "no user permissions".into()
        } else {
            format!("user permissions: {shown}{more}")
        });
    }
    if let Some(ranges) = list("loginIpRanges").filter(|_| component.kind == Kind::Profile) {
        lines.push(match ranges.len() {
            0 => "users may log in from any IP address".into(),
            1 => "users may log in from 1 IP range".into(),
            count => format!("users may log in from {count} IP ranges"),
        });
    }
    lines.join("\n\n")
}
