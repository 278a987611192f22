//! A run for tests of all formats: a finding that has everything that a finding can have, and the same one waived.

use std::{collections::BTreeMap, io, io::Write};

use jiff::civil::Date;
use preauth_policy::{Config, PolicySet};
use preauth_source::{
    Applicability, Diagnostic, Edit, FilePath, Fix, Label, Location, Observed, Severity, SubjectId,
    Suppression, TextRange, fingerprints,
};

use super::Run;
use crate::report::{
    source_text::{PathDisplay, SourceTexts},
    summary::Coverage,
};

const FILE: &str = "force-app/Sync, 50%.xml";
const TEXT: &str = "<a>\n<éb>Full</éb>\n</a>\n";
pub(super) const MESSAGE: &str = "full access is too much: 100%";
const CONFIG: &str = "waivers:\n  - rule: scope-full\n";

fn diagnostics(message: &str) -> Vec<Diagnostic> {
    let at = u32::try_from(TEXT.find("Full").unwrap()).unwrap();
    let place = Location::new(FILE.into(), TextRange::new(at.into(), (at + 4).into()));
    let label = Label::new(place.clone(), "`scopes` is `[Full]`");
    let mut live = Diagnostic::new("scope-full", Severity::Error, message, label).with_help("choose less");
    live.subject = Some(SubjectId { kind: "App", name: "Sync".into() });
    live.observed = Some(Observed { attribute: "scopes".into(), value: Some("[Full]".into()) });
    live.related.push(Label::new(Location::start_of("preauth.yaml".into()), "declared here"));
    live.fix = Some(Fix {
        title: "set `scopes` to `Api`".into(),
        applicability: Applicability::Safe,
        edits: vec![Edit { location: place, expected: "Full".into(), insert: "Api".into() }],
    });
    let mut waived = live.clone();
    waived.observed = Some(Observed { attribute: "scopes".into(), value: Some("[Web]".into()) });
    waived.suppressed = Some(Suppression {
        reason: "vendor fix due".into(),
        owner: Some("security@example.com".into()),
        expires: "2027-01-31".into(),
        location: Location::start_of("preauth.yaml".into()),
    });
    vec![live, waived]
}

/// Returns the report of the run, in which the finding has this message.
pub(super) fn reported(
    message: &str,
    write: impl FnOnce(&[Run<'_>], &mut dyn Write) -> io::Result<()>,
) -> String {
    let (policies, _) = PolicySet::load(&[], &Config::default());
    let given = [(FILE, TEXT), ("preauth.yaml", CONFIG)];
    let given: BTreeMap<FilePath, _> = given.map(|(path, text)| (path.into(), text.into())).into();
    let texts = SourceTexts::new("/".into(), PathDisplay::WithPrefix(String::new()), &policies, given);
    let diagnostics = diagnostics(message);
    let prints = || fingerprints(&diagnostics);
    let run = Run {
        texts: &texts,
        policies: &policies,
        config: &Config::default(),
        as_of: Date::constant(2026, 1, 1),
        org: None,
        change: None,
        diagnostics: diagnostics.iter().collect(),
        fingerprints: &prints,
        results: &Vec::new,
        undecided: &[],
        coverage: &Coverage::default(),
        place: None,
        show: &[],
    };
    let mut out = Vec::new();
    write(&[run], &mut out).unwrap();
    String::from_utf8(out).unwrap()
}
