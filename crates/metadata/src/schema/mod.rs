//! The tables: kinds of files, attributes of apps, settings of the org, elements of each type.

pub(crate) mod app_kind;
pub(crate) mod attribute;
pub(crate) mod attributes;
pub(crate) mod certificates;
pub(crate) mod components;
pub(crate) mod elements;
pub(crate) mod kind;
pub(crate) mod literals;
pub(crate) mod polarity;
pub(crate) mod sensitivity;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod standard_profiles;
pub(crate) mod timeline;
