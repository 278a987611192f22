//! Waivers applied: what they silence, and what is to be said of those that silence nothing, or should not.

use std::collections::BTreeSet;

use preauth_metadata::{App, Kind};
use preauth_source::{ArcStr, Diagnostic, Label, Location, Severity, Subject, Suppression};

use crate::{
    PolicySet,
    config::{WaivedValue, Waiver, WaiverTarget, Waivers},
    evaluate::{owner, subject::Case},
    form::checks::form_check,
    judge::tree::Undecided,
};

/// What a finding is to a waiver of its rule that is about the same.
#[derive(Debug)]
pub(crate) struct Use {
    /// The index of the waiver.
    pub(crate) waiver: usize,
    /// Where the finding is.
    place: Location,
    /// `None` if the waiver covers it, or covered it before it expired.
    pub(crate) beside: Option<Beside>,
}

/// A finding with another value than the one of the waiver, that no other waiver covers.
#[derive(Debug)]
pub(crate) struct Beside {
    /// The index of the finding.
    finding: usize,
    /// What was seen.
    seen: Option<ArcStr>,
}

/// Marks the findings that waivers silence. Gives what they are to all waivers.
pub(crate) fn waive(case: Case<'_>, policies: &PolicySet, findings: &mut [Diagnostic]) -> Vec<Use> {
    let waivers = &case.given.waivers.waivers;
    let mut uses = Vec::new();
    for (index, finding) in findings.iter_mut().enumerate() {
        let of_rule = |index: &usize| *waivers[*index].rule.0 == *finding.code;
        let mut of_rule = (0..waivers.len()).filter(of_rule).peekable();
        if of_rule.peek().is_none() || !policies.is_waivable(&finding.code) {
            continue;
        }
        let app = owner::of_diagnostic(case.org, finding);
        let about = of_rule.filter(|index| waivers[*index].is_about(app, &finding.primary.location.file));
        let (covering, other): (Vec<usize>, Vec<usize>) =
            about.partition(|index| waivers[*index].covers(finding));
        let place = &finding.primary.location;
        let used = |waiver: usize, beside| Use { waiver, place: place.clone(), beside };
        uses.extend(covering.iter().map(|waiver| used(*waiver, None)));
        let live = covering.iter().map(|index| &waivers[*index]);
        let live =
            live.filter(|waiver| waiver.expires.0 >= case.given.as_of).max_by_key(|waiver| waiver.expires.0);
        if let Some(waiver) = live {
            finding.suppressed = Some(Suppression {
                reason: waiver.reason.as_str().into(),
                owner: waiver.owner.as_deref().map(ArcStr::from),
                expires: waiver.expires.0.to_string().into(),
                location: waiver.location.clone(),
            });
        } else if covering.is_empty() {
            let seen = finding.observed.as_ref().and_then(|observed| observed.value.clone());
            let beside = || Some(Beside { finding: index, seen: seen.clone() });
            uses.extend(other.into_iter().map(|waiver| used(waiver, beside())));
        }
    }
    uses
}

/// Names the waivers that are for another value than the one that is there, in the findings that have that.
pub(crate) fn name_widened(
    waivers: &Waivers,
    uses: &[Use],
    widened: &BTreeSet<usize>,
    findings: &mut [Diagnostic],
) {
    for r#use in uses.iter().filter(|r#use| widened.contains(&r#use.waiver)) {
        if let Some(beside) = &r#use.beside {
            let waiver = &waivers.waivers[r#use.waiver];
            let words = format!("this waiver covers {}, not what is seen now", waiver.value);
            findings[beside.finding].related.push(Label::new(waiver.location.clone(), words));
        }
    }
}

/// What became of all waivers.
pub(crate) struct Uses<'u> {
    each: Vec<(&'u Waiver, Used<'u>)>,
}

/// What became of one.
#[derive(Default)]
struct Used<'u> {
    /// Where findings are that it covers, or covered before it expired.
    covered: Vec<&'u Location>,
    /// Where there are findings beside it, and what is seen there.
    beside: Vec<(&'u Location, Option<&'u str>)>,
}

impl Used<'_> {
    fn is_widened(&self) -> bool {
        self.covered.is_empty() && !self.beside.is_empty()
    }
}

/// Whether there is something undecided of which this holds.
pub(crate) type AnyUndecided<'a> = dyn Fn(&dyn Fn(&Undecided) -> bool) -> bool + 'a;

impl<'u> Uses<'u> {
    pub(crate) fn of(waivers: &'u Waivers, uses: impl Iterator<Item = &'u Use>) -> Self {
        let mut each: Vec<_> = waivers.waivers.iter().map(|waiver| (waiver, Used::default())).collect();
        for r#use in uses {
            let used = &mut each[r#use.waiver].1;
            match &r#use.beside {
                None => used.covered.push(&r#use.place),
                Some(beside) => used.beside.push((&r#use.place, beside.seen.as_deref())),
            }
        }
        Self { each }
    }

    /// The waivers that are for another value than the one that is there.
    pub(crate) fn widened(&self) -> BTreeSet<usize> {
        let each = self.each.iter().enumerate();
        each.filter(|(_, (_, used))| used.is_widened()).map(|(index, _)| index).collect()
    }

    /// What is to be said: which waivers have expired, expire too late, are bound to another value than the one that is
    /// seen, or have nothing left to silence.
    pub(crate) fn said(
        &self,
        case: Case<'_>,
        policies: &PolicySet,
        undecided: &AnyUndecided<'_>,
    ) -> Vec<Diagnostic> {
        let said = self.each.iter().flat_map(|(waiver, used)| {
            let of_use = of_use(case, policies, undecided, waiver, used);
            too_late(case, waiver).into_iter().chain(of_use)
        });
        said.filter(|said| !policies.is_off(&said.code, None)).collect()
    }
}

/// What is to be said of a waiver for what became of it.
fn of_use(
    case: Case<'_>,
    policies: &PolicySet,
    undecided: &AnyUndecided<'_>,
    waiver: &Waiver,
    used: &Used<'_>,
) -> Option<Diagnostic> {
    let (rule, about) = (&waiver.rule.0, waiver.about());
    if waiver.expires.0 < case.given.as_of {
        let message = format!("the waiver of `{rule}` for `{about}` has expired on {}", waiver.expires.0);
        let label = Label::new(waiver.expires.1.clone(), "it covers nothing since");
        let mut said = diagnostic("waiver-expired", waiver, message, label);
        let again = used.covered.iter().map(|place| Label::new((*place).clone(), "this is reported again"));
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
        let seen = used.beside.iter().map(|(place, seen)| {
            let bound = seen.map_or(WaivedValue::Nothing, |seen| WaivedValue::Value(seen.to_owned()));
            Label::new((*place).clone(), format!("there is {bound}"))
        });
        said.related.extend(seen);
        said.help.push("correct what has changed; or, if that is waived too, write its `value`".into());
        return Some(said);
    }
    let off = !policies.is_off(rule, None)
        && form_check(rule).is_none()
        && policies.on().all(|on| *on.id != **rule)
        && !policies.get(rule).is_some_and(|policy| policies.is_overridden(policy));
    if !off && cannot_tell(case, undecided, waiver) {
        return None;
    }
    let message = format!("the waiver of `{rule}` for `{about}` covers nothing");
    let names = || case.org.apps.iter().flat_map(|app| [&*app.name, app.label()]);
    let apps = match &waiver.target.0 {
        WaiverTarget::Apps(pattern) => case.org.apps.iter().any(|app| pattern.is_app(app)),
        WaiverTarget::Files(_) => true,
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
fn cannot_tell(case: Case<'_>, undecided: &AnyUndecided<'_>, waiver: &Waiver) -> bool {
    let undecided = undecided(&|undecided| {
        let app = || owner::of(case.org, Some(&undecided.subject), &undecided.location.file);
        *undecided.policy == *waiver.rule.0 && waiver.is_about(app(), &undecided.location.file)
    });
    let unread = match &waiver.target.0 {
        WaiverTarget::Files(pattern) => case
            .workspace
            .files()
            .any(|file| pattern.is_file(&file.path) && !(file.judged && file.is_well_formed())),
        WaiverTarget::Apps(pattern) => {
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
    let mut files = case.org.others.iter().filter(|file| file.kind.role().is_app());
    !own || files.any(|file| !file.is_well_formed() || !file.judged && pattern.is(&file.stem))
}

/// Whether a file that may be a part of an app could not be read.
fn has_unread_part(case: Case<'_>, app: &App) -> bool {
    let mut files =
        case.org.others.iter().filter(|file| file.kind.role().is_app() && file.kind != Kind::ConnectedApp);
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
