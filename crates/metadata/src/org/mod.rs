//! The fold of all files: apps, grants, components and settings.

pub(crate) mod app;
pub(crate) mod certificate;
pub(crate) mod component;
pub(crate) mod components;
pub(crate) mod duplicate;
pub(crate) mod flow;
pub(crate) mod fold;
pub(crate) mod grant;
pub(crate) mod settings;
pub(crate) mod spelling;
pub(crate) mod workspace;
