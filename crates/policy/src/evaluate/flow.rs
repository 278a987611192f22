//! The state of a flow on the day of the check: the platform ends flows on days of the timeline.

use preauth_metadata::{AppKind, FLOW_STATES, Fact, FactState, TIMELINE, Value};

use crate::evaluate::context::AppCase;

/// The flows that end, each with the change of the timeline that ends it.
const ENDING_FLOWS: &[(&str, &str)] = &[
    ("device", "platform.device-flow-local-only"),
    ("user-agent", "platform.user-agent-flow-ends"),
    ("username-password", "platform.username-password-flow-ends"),
];

impl AppCase<'_> {
    /// Returns the state of a flow of the register: what the source says, unless the platform has ended the flow.
    pub(crate) fn flow_state(self, flow: &str) -> Fact {
        let name =
            FLOW_STATES.iter().map(|def| def.name).find(|name| name.strip_prefix("flows.") == Some(flow));
        let state = name.and_then(|name| self.app.fact(name));
        let mut state = state.expect("invariant: an app has the state of every flow").clone();
        let ending = ENDING_FLOWS.iter().find(|(name, _)| *name == flow);
        let change = ending.and_then(|(_, id)| TIMELINE.iter().find(|change| change.def.name == *id));
        let has_ended = change.is_some_and(|change| change.day <= self.case.given.as_of);
        if has_ended && !(flow == "device" && self.may_use_device_flow()) {
            state.state = FactState::Present(Value::Text("no".into()));
        }
        state
    }

    /// False if the app is known not to be a local external client app with a callback URL on localhost.
    fn may_use_device_flow(self) -> bool {
        let value = |name: &str| self.app.fact(name).and_then(Fact::value);
        let is_packaged = value("distribution").and_then(Value::as_text) == Some("Packaged");
        let urls = value("callbackUrls").and_then(Value::as_list);
        let is_local = |url: &Fact| url.value().and_then(Value::as_text).is_some_and(is_localhost);
        self.app.kind == AppKind::ExternalClientApp
            && !is_packaged
            && urls.is_none_or(|urls| urls.iter().any(is_local))
    }
}

/// True for a URL whose host is `localhost`.
fn is_localhost(url: &str) -> bool {
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', '?', '#', ':']).next().unwrap_or_default();
    host.eq_ignore_ascii_case("localhost")
}
