//! The formats of a report, one file each.

pub(crate) mod azure;
pub(crate) mod checkstyle;
pub(crate) mod concise;
pub(crate) mod github;
pub(crate) mod gitlab;
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod markdown;
pub(crate) mod rdjson;
pub(crate) mod sarif;
pub(crate) mod text;
pub(crate) mod xml;
