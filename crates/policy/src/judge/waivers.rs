//! Applies waivers: suppresses the findings that they cover, and reports waivers that cover nothing or should not.

use std::collections::BTreeSet;

use preauth_metadata::{App, AppKind, Kind};
use preauth_source::{ArcStr, Diagnostic, Label, Location, Severity, SubjectId, Suppression};

use crate::{
    NamePattern, PolicySet,
    config::{WaivedValue, Waiver, WaiverTarget, Waivers},
    evaluate::{context::Case, owner},
    form::{
        checks::form_check,
        codes::{WAIVER_EXPIRED, WAIVER_TOO_LONG, WAIVER_UNMATCHED, WAIVER_WIDENED},
    },
    judge::judgement::Undecided,
};

/// A match of a waiver with a finding: the rule and the app or file are the same.
#[derive(Debug)]
pub(crate) struct WaiverMatch {
    /// The index of the waiver.
    pub(crate) waiver: usize,
    /// The place of the finding.
    place: Location,
    /// `None` if the values are the same too, so that the waiver covers the finding, or covered it before it expired.
    pub(crate) other_value: Option<OtherValue>,
}

/// A finding whose value is not that of the waiver, and that no other waiver covers.
#[derive(Debug)]
pub(crate) struct OtherValue {
    /// The index of the finding.
    finding: usize,
    /// The value in the source.
    observed: Option<ArcStr>,
}

/// Suppresses the findings that waivers cover. Returns all matches.
pub(crate) fn waive(case: Case<'_>, policies: &PolicySet, findings: &mut [Diagnostic]) -> Vec<WaiverMatch> {
    let waivers = &case.given.waivers.waivers;
    let mut matches = Vec::new();
    for (index, finding) in findings.iter_mut().enumerate() {
        let same_rule = |index: &usize| *waivers[*index].rule.0 == *finding.code;
        let mut candidates = (0..waivers.len()).filter(same_rule).peekable();
        if candidates.peek().is_none() || !policies.is_waivable(&finding.code) {
            continue;
        }
        let app = owner::of_diagnostic(case.org, finding);
        let same_target =
            candidates.filter(|index| waivers[*index].is_about(app, &finding.primary.location.file));
        let (covering, other): (Vec<usize>, Vec<usize>) =
            same_target.partition(|index| waivers[*index].covers(finding));
        let place = &finding.primary.location;
        let matched = |waiver: usize, other_value| WaiverMatch { waiver, place: place.clone(), other_value };
        matches.extend(covering.iter().map(|waiver| matched(*waiver, None)));
        let valid = covering
            .iter()
            .map(|index| &waivers[*index])
            .filter(|waiver| waiver.expires.0 >= case.given.as_of)
            .max_by_key(|waiver| waiver.expires.0);
        if let Some(waiver) = valid {
            finding.suppressed = Some(Suppression {
                reason: waiver.reason.as_str().into(),
                owner: waiver.owner.as_deref().map(ArcStr::from),
                expires: waiver.expires.0.to_string().into(),
                location: waiver.location.clone(),
            });
        } else if covering.is_empty() {
            let observed = finding.observed.as_ref().and_then(|observed| observed.value.clone());
            let other_value = || Some(OtherValue { finding: index, observed: observed.clone() });
            matches.extend(other.into_iter().map(|waiver| matched(waiver, other_value())));
        }
    }
    matches
}

/// Adds to findings the waivers that would cover them if the value were the same.
pub(crate) fn relate_widened(
    waivers: &Waivers,
    matches: &[WaiverMatch],
    widened: &BTreeSet<usize>,
    findings: &mut [Diagnostic],
) {
    for matched in matches.iter().filter(|matched| widened.contains(&matched.waiver)) {
        if let Some(other) = &matched.other_value {
            let waiver = &waivers.waivers[matched.waiver];
            let message = match &waiver.value {
                WaivedValue::Nothing => {
                    "this waiver has no `value`; add the value of this finding to cover it".to_owned()
                }
                value => format!("this waiver covers {}, not the present value", value.in_words()),
            };
            findings[other.finding].related.push(Label::new(waiver.location.clone(), message));
        }
    }
}

/// The waivers of a configuration, each with its matches in the whole tree.
pub(crate) struct WaiverOutcomes<'m> {
    each: Vec<(&'m Waiver, WaiverOutcome<'m>)>,
}

/// The matches of one waiver.
#[derive(Default)]
struct WaiverOutcome<'m> {
    /// The places of the findings that it covers, or covered before it expired.
    covered: Vec<&'m Location>,
    /// The places of the findings with another value, and these values.
    other_values: Vec<(&'m Location, Option<&'m str>)>,
}

impl WaiverOutcome<'_> {
    /// True if the waiver is bound to a value that is no longer in the source.
    fn is_widened(&self) -> bool {
        self.covered.is_empty() && !self.other_values.is_empty()
    }
}

/// Returns true if any undecided result satisfies a predicate.
pub(crate) type AnyUndecided<'a> = dyn Fn(&dyn Fn(&Undecided) -> bool) -> bool + 'a;

impl<'m> WaiverOutcomes<'m> {
    /// Collects the matches of each waiver.
    pub(crate) fn new(waivers: &'m Waivers, matches: impl Iterator<Item = &'m WaiverMatch>) -> Self {
        let mut each: Vec<_> =
            waivers.waivers.iter().map(|waiver| (waiver, WaiverOutcome::default())).collect();
        for matched in matches {
            let outcome = &mut each[matched.waiver].1;
            match &matched.other_value {
                None => outcome.covered.push(&matched.place),
                Some(other) => outcome.other_values.push((&matched.place, other.observed.as_deref())),
            }
        }
        Self { each }
    }

    /// Returns the indices of the waivers that are bound to a value that is no longer in the source.
    pub(crate) fn widened(&self) -> BTreeSet<usize> {
        let each = self.each.iter().enumerate();
        each.filter(|(_, (_, outcome))| outcome.is_widened()).map(|(index, _)| index).collect()
    }

    /// Returns the findings about waivers: those that have expired, expire too late, are bound to another value than the
    /// present one, or cover nothing.
    pub(crate) fn findings(
        &self,
        case: Case<'_>,
        policies: &PolicySet,
        undecided: &AnyUndecided<'_>,
    ) -> Vec<Diagnostic> {
        let findings = self.each.iter().flat_map(|(waiver, outcome)| {
            let about_use = about_use(case, policies, undecided, waiver, outcome);
            too_long(case, waiver).into_iter().chain(about_use)
        });
        findings.filter(|finding| !policies.is_off(&finding.code, None)).collect()
    }
}

/// Returns the finding about a waiver that has expired, or covers nothing.
fn about_use(
    case: Case<'_>,
    policies: &PolicySet,
    undecided: &AnyUndecided<'_>,
    waiver: &Waiver,
    outcome: &WaiverOutcome<'_>,
) -> Option<Diagnostic> {
    if waiver.expires.0 < case.given.as_of {
        return Some(expired(waiver, outcome));
    }
    if !outcome.covered.is_empty() {
        return None;
    }
    if outcome.is_widened() {
        Some(widened(waiver, outcome))
    } else {
        unmatched(case, policies, undecided, waiver)
    }
}

fn expired(waiver: &Waiver, outcome: &WaiverOutcome<'_>) -> Diagnostic {
    let message =
        format!("the waiver of `{}` for `{}` expired on {}", waiver.rule.0, waiver.about(), waiver.expires.0);
    let label = Label::new(waiver.expires.1.clone(), "it covers nothing after this day");
    let mut finding = finding(WAIVER_EXPIRED, waiver, message, label);
    let reported = outcome.covered.iter().map(|place| Label::new((*place).clone(), "this is reported again"));
    finding.related.extend(reported);
    finding.help.push(match outcome.covered.is_empty() {
        true => "remove the waiver: it has nothing left to cover".into(),
        false => "fix what it covers, or review the reason and give the waiver a new date".into(),
    });
    finding
}

fn widened(waiver: &Waiver, outcome: &WaiverOutcome<'_>) -> Diagnostic {
    let message = format!(
        "the waiver of `{}` for `{}` is for another value than the present one",
        waiver.rule.0,
        waiver.about()
    );
    let label = Label::new(waiver.location.clone(), format!("it covers {}", waiver.value.in_words()));
    let mut finding = finding(WAIVER_WIDENED, waiver, message, label);
    let present = outcome.other_values.iter().map(|(place, observed)| {
        let value = observed.map_or(WaivedValue::Nothing, |observed| WaivedValue::Value(observed.to_owned()));
        Label::new((*place).clone(), format!("the present value is {}", value.in_words()))
    });
    finding.related.extend(present);
    finding.help.push("fix what has changed; or, if the new value is waived too, change `value`".into());
    finding
}

/// Returns the finding about a waiver that covers nothing; `None` if it may cover something that is not known.
fn unmatched(
    case: Case<'_>,
    policies: &PolicySet,
    undecided: &AnyUndecided<'_>,
    waiver: &Waiver,
) -> Option<Diagnostic> {
    let (rule, about) = (&waiver.rule.0, waiver.about());
    let is_policy_off = !policies.is_off(rule, None)
        && form_check(rule).is_none()
        && policies.on().all(|on| *on.id != **rule)
        && !policies.get(rule).is_some_and(|policy| policies.is_overridden(policy));
    if !is_policy_off && may_cover_unknown(case, undecided, waiver) {
        return None;
    }
    let message = format!("the waiver of `{rule}` for `{about}` covers nothing");
    let names = || case.org.apps.iter().flat_map(|app| [&*app.name, app.label()]);
    let has_target = match &waiver.target.0 {
        WaiverTarget::Apps(pattern) => case.org.apps.iter().any(|app| pattern.is_app(app)),
        WaiverTarget::Files(_) => true,
    };
    let remove = || "remove the waiver".to_owned();
    let (place, why, help) = match (is_policy_off, has_target) {
        (true, _) => (&waiver.location, "this policy is switched off".to_owned(), remove()),
        (false, false) => (
            &waiver.target.1,
            "no app has this name".to_owned(),
            preauth_source::nearest(about, names())
                .map_or_else(remove, |near| format!("did you mean `{near}`?")),
        ),
        (false, true) => (
            &waiver.location,
            format!("there is no finding of this rule with {}", waiver.value.in_words()),
            remove(),
        ),
    };
    Some(finding(WAIVER_UNMATCHED, waiver, message, Label::new(place.clone(), why)).with_help(help))
}

/// True if a waiver that covers nothing may cover something after all, because its target is not known well enough.
fn may_cover_unknown(case: Case<'_>, undecided: &AnyUndecided<'_>, waiver: &Waiver) -> bool {
    let is_undecided = undecided(&|undecided| {
        let app = || owner::of(case.org, Some(&undecided.subject), &undecided.location.file);
        *undecided.policy == *waiver.rule.0 && waiver.is_about(app(), &undecided.location.file)
    });
    let is_unread = match &waiver.target.0 {
        WaiverTarget::Files(pattern) => case
            .workspace
            .files()
            .any(|file| pattern.is_file(&file.path) && !(file.judged && file.is_well_formed())),
        WaiverTarget::Apps(pattern) => {
            let mut apps = case.org.apps.iter().filter(|app| pattern.is_app(app)).peekable();
            match apps.peek() {
                None => may_be_elsewhere(case, pattern, waiver.is_own),
                Some(_) => apps.any(|app| has_unread_file(case, app)),
            }
        }
    };
    is_undecided || is_unread
}

/// True if an app that is not among the judged ones may exist: in a file that could not be read or is not judged, or in
/// another project that shares the configuration.
pub(crate) fn may_be_elsewhere(case: Case<'_>, pattern: &NamePattern, own: bool) -> bool {
    let mut files = case.org.others.iter().filter(|file| file.kind.role().is_app());
    !own || case.workspace.project().has_projects_below
        || files.any(|file| !file.is_well_formed())
        || case.org.ignored_apps.iter().any(|app| pattern.is_app(app))
}

/// True if a file that may belong to an app could not be read.
fn has_unread_file(case: Case<'_>, app: &App) -> bool {
    let mut files =
        case.org.others.iter().filter(|file| file.kind.role().is_app() && file.kind != Kind::ConnectedApp);
    app.kind == AppKind::ExternalClientApp && files.any(|file| !file.is_well_formed())
}

/// Returns the finding about a waiver that expires later than the configuration allows.
fn too_long(case: Case<'_>, waiver: &Waiver) -> Option<Diagnostic> {
    let (limit, place) = case.given.waivers.expire_within.as_ref()?;
    let last = limit.after(case.given.as_of);
    (waiver.expires.0 > last).then(|| {
        let message = format!(
            "the waiver of `{}` for `{}` expires on {}, later than {last}, the last day allowed",
            waiver.rule.0,
            waiver.about(),
            waiver.expires.0
        );
        let label = Label::new(waiver.expires.1.clone(), "this day is too far away");
        finding(WAIVER_TOO_LONG, waiver, message, label).with_related(Label::new(
            place.clone(),
            format!("waivers must expire within {}", limit.in_words()),
        ))
    })
}

fn finding(code: &'static str, waiver: &Waiver, message: String, label: Label) -> Diagnostic {
    let severity = form_check(code).map_or(Severity::Warning, |check| check.severity);
    let mut finding = Diagnostic::new(code, severity, message, label);
    let name = format!("{} of {} ({})", waiver.rule.0, waiver.about(), waiver.value);
    finding.subject = Some(SubjectId { kind: "Waiver", name: name.into() });
    finding
}
