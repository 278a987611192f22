//! What must hold: YAML policies compiled, evaluated, repaired and documented.
//!
//! A policy is data. Nothing about a single policy is written in Rust: what it looks at are facts of
//! `preauth-metadata`, what it says are the words of [`Predicate`]. This crate does no I/O and knows no output format.

mod compile;
mod config;
mod evaluate;
mod explain;
mod fix;
mod form;
mod judge;
mod language;
mod rules;
mod yaml;

pub use compile::shape::of as schema_of;
pub use config::{
    Config, ExpectedAttribute, NamePattern, NamedFile, Override, Register, RegisterEntry, Rule, WaivedValue,
    Waiver, WaiverTarget, Waivers,
};
pub use evaluate::context::{BaseState, CheckInput};
pub use evaluate::evaluate::PolicyOutcome;
pub use evaluate::flow::flow_state;
pub use evaluate::owner::app_name;
pub use evaluate::subject::Select;
pub use explain::attributes::attribute_pages;
pub use explain::catalogue::{Catalogued, catalogue};
pub use explain::editor_schema::{config_schema, policy_schema};
pub use explain::examples::{ExampleReport, run_examples};
pub use explain::page::{explain, page, policy_index};
pub use explain::tally::{ReportedSubjects, Tally, reported_subjects, tally, tally_all, tally_form};
pub use explain::trace::{Conclusion, Step, Trace, trace};
pub use fix::apply::{Fixed, fix};
pub use form::checks::{FORM_CHECKS, FormCheck, diagnostic_codes};
pub use form::codes;
pub use form::retired::{RetiredId, successor};
pub use judge::deadlines::{Deadline, DeadlineCause, deadlines};
pub use judge::judgement::{Judgement, Undecided};
pub use judge::subsume::{fold, fold_all};
pub use judge::tree::check;
pub use language::param::Param;
pub use language::path::{AttributePath, NoSuchPath};
pub use language::pattern::Pattern;
pub use language::policy::{MessageTemplate, Policy, RepairSetting};
pub use language::predicate::{Operand, Predicate};
pub use language::rule_set::RuleSet;
pub use language::test::{PredicateTest, Test, Verdict};
pub use rules::set::PolicySet;
