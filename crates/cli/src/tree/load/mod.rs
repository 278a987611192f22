//! Loading the configuration, the policies and the files of a tree.

mod policies;
mod progress;
mod workspace;

pub(crate) use self::{
    policies::{
        CONFIG_FILE, ConfigChoice, LoadError, LoadedPolicies, policies, policies_from, policy_files_in,
    },
    workspace::{reusable_facts, workspace, workspace_reusing},
};
