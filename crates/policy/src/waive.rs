//! Waivers applied: what they silence, and what is to be said of those that silence nothing, or should not.

use std::sync::Arc;

use preauth_metadata::{App, Kind};
use preauth_source::{Diagnostic, Label, Location, Severity, Subject, Suppression};

use crate::{
    PolicySet,
    config::{Bound, Target, Waiver},
    form::form_check,
    judge::Judgement,
    owner::Owners,
    subject::Case,
};

/// Marks the findings that waivers silence, and says which waivers have expired, expire too late, are bound to another
/// value than the one that is seen, or have nothing left to silence.
pub(crate) fn waive(case: Case<'_>, policies: &PolicySet, owners: &Owners<'_>, judgement: &mut Judgement) {
    let waivers = &case.given.waivers;
    let mut uses: Vec<Use> = waivers.waivers.iter().map(|_| Use::default()).collect();
    for finding in &mut judgement.diagnostics {
        let app = owners.of_diagnostic(finding);
        let about: Vec<usize> = (0..uses.len())
            .filter(|index| {
                let waiver = &waivers.waivers[*index];
                *waiver.rule.0 == *finding.code && waiver.is_about(app, &finding.primary.location.file)
            })
            .filter(|_| policies.is_waivable(&finding.code))
            .collect();
        let (covering, other): (Vec<usize>, Vec<usize>) =
            about.into_iter().partition(|index| waivers.waivers[*index].covers(finding));
        let place = finding.primary.location.clone();
        covering.iter().for_each(|index| uses[*index].covered.push(place.clone()));
        let live = covering.iter().map(|index| &waivers.waivers[*index]);
        let live =
            live.filter(|waiver| waiver.expires.0 >= case.given.as_of).max_by_key(|waiver| waiver.expires.0);
        if let Some(waiver) = live {
            finding.suppressed = Some(Suppression {
                reason: waiver.reason.as_str().into(),
                owner: waiver.owner.as_deref().map(Arc::from),
                expires: waiver.expires.0.to_string().into(),
                location: waiver.location.clone(),
            });
        } else if covering.is_empty() {
            other.iter().for_each(|index| uses[*index].beside.push(finding.clone()));
        }
    }
    let mut said = Vec::new();
    for (waiver, used) in waivers.waivers.iter().zip(&uses) {
        said.extend(too_late(case, waiver));
        said.extend(of_use(case, policies, judgement, owners, waiver, used));
    }
    for (waiver, used) in waivers.waivers.iter().zip(&uses).filter(|(_, used)| used.is_widened()) {
        let other = |finding: &&mut Diagnostic| used.beside.iter().any(|other| other == *finding);
        for finding in judgement.diagnostics.iter_mut().filter(other) {
            let words = format!("this waiver covers {}, not what is seen now", waiver.value);
            finding.related.push(Label::new(waiver.location.clone(), words));
        }
    }
    judgement.diagnostics.extend(said.into_iter().filter(|said| !policies.is_off(&said.code, None)));
}

/// What became of a waiver.
#[derive(Default)]
struct Use {
    /// Where findings are that it covers, or covered before it expired.
    covered: Vec<Location>,
    /// Findings of its rule on what it is about, with another value, that no waiver covers.
    beside: Vec<Diagnostic>,
}

impl Use {
    fn is_widened(&self) -> bool {
        self.covered.is_empty() && !self.beside.is_empty()
    }
}

/// What is to be said of a waiver for what became of it.
fn of_use(
    case: Case<'_>,
    policies: &PolicySet,
    judgement: &Judgement,
    owners: &Owners<'_>,
    waiver: &Waiver,
    used: &Use,
) -> Option<Diagnostic> {
    let (rule, about) = (&waiver.rule.0, waiver.about());
    if waiver.expires.0 < case.given.as_of {
        let message = format!("the waiver of `{rule}` for `{about}` has expired on {}", waiver.expires.0);
        let label = Label::new(waiver.expires.1.clone(), "it covers nothing since");
        let mut said = diagnostic("waiver-expired", waiver, message, label);
        let again = used.covered.iter().map(|place| Label::new(place.clone(), "this is reported again"));
        said.related.extend(again);
        said.help.push(match used.covered.is_empty() {
            true => "there is nothing left for it to cover: remove it".into(),
            false => {
                "correct what it covers; or have the reason looked at again, and give it a new date".into()
            }
        });
        return Some(said);
    }
    if !used.covered.is_empty() {
        return None;
    }
    if used.is_widened() {
        let message =
            format!("the waiver of `{rule}` for `{about}` is for another value than the one that is there");
        let label = Label::new(waiver.location.clone(), format!("it covers {}", waiver.value));
        let mut said = diagnostic("waiver-widened", waiver, message, label);
        let seen = used.beside.iter().map(|other| {
            let seen = other.observed.as_ref().and_then(|observed| observed.value.as_deref());
            let bound = seen.map_or(Bound::Nothing, |seen| Bound::Value(seen.to_owned()));
            Label::new(other.primary.location.clone(), format!("there is {bound}"))
        });
        said.related.extend(seen);
        said.help.push("correct what has changed; or, if that is waived too, write its `value`".into());
        return Some(said);
    }
    let off = !policies.is_off(rule, None)
        && form_check(rule).is_none()
        && policies.on().all(|on| *on.id != **rule)
        && !policies.get(rule).is_some_and(|policy| policies.is_overridden(policy));
    if !off && cannot_tell(case, judgement, owners, waiver) {
        return None;
    }
    let message = format!("the waiver of `{rule}` for `{about}` covers nothing");
    let names = || case.org.apps.iter().flat_map(|app| [&*app.name, app.label()]);
    let apps = match &waiver.target.0 {
        Target::Apps(pattern) => case.org.apps.iter().any(|app| pattern.is_app(app)),
        Target::Files(_) => true,
    };
    let remove = || "remove the waiver".to_owned();
    let (place, why, help) = match (off, apps) {
        (true, _) => (&waiver.location, "this policy is switched off".to_owned(), remove()),
        (false, false) => (
            &waiver.target.1,
            "no app is called so".to_owned(),
            preauth_source::nearest(about, names())
                .map_or_else(remove, |near| format!("did you mean `{near}`?")),
        ),
        (false, true) => {
            (&waiver.location, format!("there is no such finding with {}", waiver.value), remove())
        }
    };
    Some(diagnostic("waiver-unmatched", waiver, message, Label::new(place.clone(), why)).with_help(help))
}

/// Whether a waiver that covers nothing may cover something all the same: what it is about is not known well enough.
fn cannot_tell(case: Case<'_>, judgement: &Judgement, owners: &Owners<'_>, waiver: &Waiver) -> bool {
    let undecided = judgement.undecided.iter().any(|undecided| {
        let app = owners.of(Some(&undecided.subject), &undecided.location.file);
        *undecided.policy == *waiver.rule.0 && waiver.is_about(app, &undecided.location.file)
    });
    let unread = match &waiver.target.0 {
        Target::Files(pattern) => case
            .workspace
            .files()
            .any(|file| pattern.is_file(&file.path) && !(file.judged && file.is_well_formed())),
        Target::Apps(pattern) => {
            let mut apps = case.org.apps.iter().filter(|app| pattern.is_app(app)).peekable();
            match apps.peek() {
                None => is_elsewhere(case, pattern, waiver.own),
                Some(_) => apps.any(|app| has_unread_part(case, app)),
            }
        }
    };
    undecided || unread
}

/// Whether an app that is not among those that are judged may be there all the same: in a file that could not be read
/// or is not judged, or in another project that shares the configuration.
pub(crate) fn is_elsewhere(case: Case<'_>, pattern: &crate::NamePattern, own: bool) -> bool {
    let mut files = case.workspace.files().filter(|file| file.kind.role().is_app());
    !own || files.any(|file| !file.is_well_formed() || !file.judged && pattern.is(&file.stem))
}

/// Whether a file that may be a part of an app could not be read.
fn has_unread_part(case: Case<'_>, app: &App) -> bool {
    let mut files =
        case.workspace.files().filter(|file| file.kind.role().is_app() && file.kind != Kind::ConnectedApp);
    app.kind == preauth_metadata::AppKind::ExternalClientApp && files.any(|file| !file.is_well_formed())
}

/// That a waiver expires later than the configuration allows.
fn too_late(case: Case<'_>, waiver: &Waiver) -> Option<Diagnostic> {
    let (within, place) = case.given.waivers.expire_within.as_ref()?;
    let last = within.after(case.given.as_of);
    (waiver.expires.0 > last).then(|| {
        let message = format!(
            "the waiver of `{}` for `{}` expires on {}, later than {last}, the last day allowed",
            waiver.rule.0,
            waiver.about(),
            waiver.expires.0
        );
        let label = Label::new(waiver.expires.1.clone(), "this is too far away");
        let said = diagnostic("waiver-too-long", waiver, message, label);
        said.with_related(Label::new(place.clone(), format!("a waiver expires within {within}")))
    })
}

fn diagnostic(code: &'static str, waiver: &Waiver, message: String, label: Label) -> Diagnostic {
    let severity = form_check(code).map_or(Severity::Warning, |check| check.severity);
    let mut said = Diagnostic::new(code, severity, message, label);
    let name = format!("{} of {} ({})", waiver.rule.0, waiver.about(), waiver.value);
    said.subject = Some(Subject { kind: "Waiver", name: name.into() });
    said
}
