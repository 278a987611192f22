/// Opens a policy, or the web page of a built-in policy. Arguments: the URI of the project's folder, the policy's id.
pub(crate) const OPEN_POLICY: &str = "preauth.openPolicy";
/// Applies all safe fixes of all projects.
pub(crate) const FIX_ALL: &str = "preauth.fixAll";
/// Reads everything from disk again and checks it.
pub(crate) const CHECK: &str = "preauth.checkWorkspace";
/// Waives a finding. Argument: its file, code and range, and the reason.
pub(crate) const WAIVE: &str = "preauth.waive";
/// A command of the client: it prompts for the reason of a waiver and sends [`WAIVE`].
pub(crate) const ASK_REASON: &str = "preauth.askReason";

/// The commands of the server.
pub(crate) const COMMANDS: [&str; 4] = [OPEN_POLICY, FIX_ALL, CHECK, WAIVE];
