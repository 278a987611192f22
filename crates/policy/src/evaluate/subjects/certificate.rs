//! Certificates: those in the files of an app.

use std::borrow::Cow;

use preauth_metadata::{App, AttributeDef, CERTIFICATE, Certificate, Fact, FactState, Type, Value};
use preauth_source::{Location, SubjectId};

use super::app::{app_attributes, app_fact};
use crate::{
    config::justification_type,
    evaluate::{
        context::AppCase,
        subject::{Select, Subject, SubjectData, SubjectKind, SubjectSource, prefixed},
    },
};

pub(super) static KIND: SubjectKind = SubjectKind {
    name: "Certificate",
    nouns: ["certificate", "certificates"],
    attributes: || [prefixed("", CERTIFICATE.iter().chain(DAYS_LEFT)), app_attributes("app.")].concat(),
    open_attribute: |name| justification_type(name.strip_prefix("app.")?),
    source: SubjectSource::App(subjects),
    note: Some("A certificate also has every attribute of its app as `app.…`."),
    ..SubjectKind::DEFAULT
};

/// The attribute that depends on the day of the check.
static DAYS_LEFT: &[AttributeDef] = &[AttributeDef::new(
    "daysLeft",
    Type::Number,
    "The number of days until the certificate expires; negative if it has expired.",
)];

fn subjects(app: AppCase<'_>) -> Vec<Subject<'_>> {
    let certificates = app.app.certificates.iter();
    certificates
        .map(|certificate| Subject::of_app(Select(&KIND), app, CertificateSubject { certificate, app }))
        .collect()
}

struct CertificateSubject<'c> {
    certificate: &'c Certificate,
    app: AppCase<'c>,
}

impl SubjectData for CertificateSubject<'_> {
    fn identity(&self) -> SubjectId {
        let name = format!("{}/{}", self.app.app.name, self.certificate.r#use);
        SubjectId { kind: "Certificate", name: name.as_str().into() }
    }

    fn label(&self) -> Cow<'_, str> {
        self.app.app.label().into()
    }

    fn home(&self) -> Location {
        self.certificate.place().unwrap_or(&self.app.app.home).clone()
    }

    fn fact(&self, name: &str) -> Option<Cow<'_, Fact>> {
        match name.strip_prefix("app.") {
            Some(name) => Some(app_fact(self.app, name)),
            None if name == "daysLeft" => Some(Cow::Owned(self.days_left())),
            None => self.certificate.facts.get(name).map(Cow::Borrowed),
        }
    }

    fn belongs_to(&self, app: &App) -> bool {
        self.app.app.home == app.home
    }
}

impl CertificateSubject<'_> {
    /// Counts the days from the day of the check to the day of expiry.
    fn days_left(&self) -> Fact {
        let expires = self.certificate.facts.get("expires");
        let mut fact = expires.expect("invariant: a certificate has every fact").clone();
        if let FactState::Present(Value::Date(expires)) = fact.state {
            let days = self.app.case.given.as_of.duration_until(expires).as_hours() / 24;
            fact.state = FactState::Present(Value::Number(days));
        }
        fact
    }
}
