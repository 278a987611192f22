//! What the files of an SFDX tree are and what facts they state.
//!
//! Facts of one file depend on that file alone ([`FileFacts`]); what takes several files is a fold over them
//! ([`Workspace::org`]). Apps are read and written by one table ([`ATTRIBUTES`]). This crate knows no policies.

mod app;
mod attribute;
mod attributes;
mod capture;
mod certificate;
mod component;
mod components;
mod cores;
mod credential;
mod demand;
mod difference;
mod duplicate;
mod elements;
mod encoded;
mod file;
mod flow;
mod grant;
mod ignore_rules;
mod ip;
mod ip_list;
mod kind;
mod org;
mod placeholder;
mod project;
mod read;
mod reader;
mod secret;
mod settings;
mod setup;
mod spelling;
mod structure;
mod value;
mod workspace;
mod write;

pub use app::{App, AppKind, COMPUTED, Shape};
pub use attribute::{Absence, Attribute, Codec, Column, Described, Effect, ElementRef, Item, Type, Word};
pub use attributes::{ATTRIBUTES, RANGES, attribute};
pub use capture::{Capture, Found};
pub use certificate::{CERTIFICATE, Certificate};
pub use component::{COMPONENT, Component, ComponentAttribute, GROUP, MUTING, PERMISSION_SET, PROFILE};
pub use components::Components;
pub use demand::Demand;
pub use difference::{Change, Difference, Direction, What, differences};
pub use elements::{Children, Element, invented, kinds_with, known, places_of};
pub use file::{FileFacts, Form, not_utf8};
pub use flow::{FLOW_STATES, FLOWS};
pub use grant::{GRANT, Grant, Resolution};
pub use ignore_rules::ForceIgnore;
pub use ip::{IpProblem, IpRange, IpSet, NETWORK_FORMS};
pub use ip_list::{IP_RANGES, IpList, as_ip_range};
pub use kind::{Kind, Role, percent_decoded};
pub use org::Org;
pub use project::{Project, Replacement, SourceFolder, api_version_of_manifest};
pub use reader::Reader;
pub use secret::{Secret, masked, private_keys, secrets};
pub use settings::{SETTINGS, SOURCE, Setting};
pub use setup::in_setup;
pub use structure::check_elements;
pub use value::{Duration, Fact, Facts, Places, RefreshToken, State, Unit, Value, same};
pub use workspace::Workspace;
pub use write::{Assignment, Refusal, write};
