//! The files of an SFDX tree and the facts they state.
//!
//! Facts of one file depend on that file alone ([`FileFacts`]); what takes several files is a fold over them
//! ([`Workspace::org`]). Apps are read and written by one table ([`ATTRIBUTES`]). This crate knows no policies.

mod change;
mod codec;
pub mod codes;
mod cores;
mod file;
mod org;
mod project;
mod schema;
mod secret;
mod value;

pub use change::difference::{Change, ChangedThing, Difference, app_differences, differences};
pub use change::direction::Direction;
pub use codec::read::CONTRADICTED;
pub use codec::write::{Assignment, Refusal, write};
pub use codec::{Codec, ElementText, Item, NewContent, NoLiteral, Spelling};
pub use cores::{on_all_cores, on_each_core};
pub use file::capture::{Capture, CapturedElement};
pub use file::demand::Demand;
pub use file::facts::{FileFacts, Form, not_utf8};
pub use file::reader::Reader;
pub use file::structure::check_elements;
pub use org::app::{App, AppShape, COMPUTED};
pub use org::certificate::Certificate;
pub use org::component::Component;
pub use org::components::Components;
pub use org::flow::{FLOW_STATES, FLOWS};
pub use org::fold::Org;
pub use org::grant::{GRANT, Grant, Resolution};
pub use org::workspace::Workspace;
pub use project::forceignore::{ForceIgnore, IgnoreRule};
pub use project::{Project, Replacement, SourceFolder, api_version_of_manifest};
pub use schema::app_kind::AppKind;
pub use schema::attribute::{
    Absence, Attribute, AttributeDef, Column, Effect, ElementRef, EnumLiteral, Type,
};
pub use schema::attributes::{ATTRIBUTES, RANGES, attribute};
pub use schema::certificates::CERTIFICATE;
pub use schema::components::{COMPONENT, ComponentAttribute, GROUP, MUTING, PERMISSION_SET, PROFILE};
pub use schema::elements::{Children, ElementDef, invented, kinds_with, known, places_of};
pub use schema::kind::{Kind, Role, percent_decoded};
pub use schema::polarity::Polarity;
pub use schema::sensitivity::Sensitivity;
pub use schema::settings::{SETTINGS, SOURCE, SettingDef};
pub use schema::setup::in_setup;
pub use schema::timeline::{PlatformChange, Sureness, TIMELINE};
pub use secret::placeholder::unreplaced_secret;
pub use secret::{Secret, masked, private_keys, secrets};
pub use value::duration::{Duration, Unit};
pub use value::facts::{Facts, List};
pub use value::ip::{IpProblem, IpRange, IpSet, NETWORK_FORMS};
pub use value::ip_list::{IP_RANGES, IpList, as_ip_range};
pub use value::places::Places;
pub use value::refresh_token::{RefreshToken, RefreshTokenPolicy};
pub use value::{Fact, FactState, Value, same};
