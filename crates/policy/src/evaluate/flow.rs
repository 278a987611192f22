//! The state of a flow on the day of the check: the platform ends flows on days of the timeline.

use jiff::civil::Date;
use preauth_metadata::{App, AppKind, FLOW_STATES, Fact, FactState, TIMELINE, Value};

/// Returns the state of a flow of the register on a day: what the source says, unless the platform has ended the flow.
pub fn flow_state(app: &App, flow: &str, as_of: Date) -> Fact {
    let name = FLOW_STATES.iter().map(|def| def.name).find(|name| name.strip_prefix("flows.") == Some(flow));
    let state = name.and_then(|name| app.fact(name));
    let mut state = state.expect("invariant: an app has the state of every flow").clone();
    let has_ended = TIMELINE.iter().any(|change| change.ends_flow == Some(flow) && change.day <= as_of);
    if has_ended && !(flow == "device" && may_use_device_flow(app)) {
        state.state = FactState::Present(Value::Text("no".into()));
    }
    state
}

/// False if the app is known not to be a local external client app with a callback URL on localhost.
fn may_use_device_flow(app: &App) -> bool {
    let value = |name: &str| app.fact(name).and_then(Fact::value);
    let is_packaged = value("distribution").and_then(Value::as_text) == Some("Packaged");
    let urls = value("callbackUrls").and_then(Value::as_list);
    let is_local = |url: &Fact| url.value().and_then(Value::as_text).is_some_and(is_localhost);
    app.kind == AppKind::ExternalClientApp
        && !is_packaged
        && urls.is_none_or(|urls| urls.iter().any(is_local))
}

/// True for a URL whose host is `localhost`.
fn is_localhost(url: &str) -> bool {
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.eq_ignore_ascii_case("localhost")
}
