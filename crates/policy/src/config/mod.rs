//! The configuration, `preauth.yaml`: rules for policies, the register of apps, and waivers.

mod chain;
mod configuration;
mod file;
mod pattern;
mod reader;
mod register;
mod rule;
mod waiver;

pub use self::{
    chain::NamedFile,
    configuration::Config,
    pattern::NamePattern,
    register::{ExpectedAttribute, Register, RegisterEntry},
    rule::{Override, Rule},
    waiver::{WaivedValue, Waiver, WaiverTarget, Waivers},
};
pub(crate) use self::{
    file::shape,
    register::{DECLARED, DECLARED_IN_ENTRY, justification_type, undeclared},
};
