//! The rules of a run: all policies, with what the configuration overrides.

pub(crate) mod contradictions;
pub(crate) mod for_app;
pub(crate) mod overrides;
pub(crate) mod set;
