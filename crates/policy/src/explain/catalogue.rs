//! The list of all policies and checks of form, as the configuration has them.

use preauth_metadata::{Attribute, attribute};
use preauth_source::{Applicability, Severity};

use crate::{
    Param, PolicySet,
    compile::raw::RuleSet,
    fix::repair::trust,
    form::checks::FORM_CHECKS,
    language::{policy::Policy, predicate::Predicate, test::Test},
};

/// A policy or a check of form, in a line.
#[derive(Clone, Debug)]
pub struct Catalogued<'p> {
    /// Its id.
    pub id: &'p str,
    /// What it is about: the folder that its file is in.
    pub area: &'p str,
    /// How much a violation matters.
    pub severity: Severity,
    /// The smallest set that it belongs to.
    pub set: RuleSet,
    /// Whether it is asked.
    pub on: bool,
    /// What it judges.
    pub judges: &'static str,
    /// How far its correction is trusted where the register declares nothing; `None` where it makes none.
    pub correction: Option<Applicability>,
    /// Whether a waiver can silence it.
    pub waivable: bool,
    /// What it demands.
    pub title: &'p str,
    /// Controls of security baselines that it checks.
    pub controls: &'p [String],
    /// What the configuration may change, and the value that counts.
    pub params: &'p [Param],
}

impl Catalogued<'_> {
    /// What corrects a finding, in a word; whatever the register declares is safe.
    pub fn correction_word(&self) -> &'static str {
        match self.correction {
            None => "-",
            Some(Applicability::DisplayOnly) => "register",
            Some(Applicability::Unsafe) => "unsafe",
            Some(Applicability::Safe) => "safe",
        }
    }
}

/// The area of the checks of form.
const FORM: &str = "structure";

/// All policies and checks of form, by area and then by id.
pub fn catalogue(policies: &PolicySet) -> Vec<Catalogued<'_>> {
    let of_policies = policies.all().iter().map(|policy| Catalogued {
        id: &policy.id,
        area: policy.location.file.folder().rsplit('/').next().unwrap_or_default(),
        severity: policy.severity,
        set: policy.set,
        on: !policy.off,
        judges: policy.select.as_str(),
        correction: correction(policy),
        waivable: policy.waivable,
        title: &policy.title,
        controls: &policy.controls,
        params: &policy.params,
    });
    let of_form = FORM_CHECKS.iter().map(|check| Catalogued {
        id: check.id,
        area: FORM,
        severity: policies.severity_of_form(check),
        set: RuleSet::Recommended,
        on: !policies.is_off(check.id, None),
        judges: check.judges,
        correction: None,
        waivable: check.waivable,
        title: check.title,
        controls: &[],
        params: &[],
    });
    let mut rows: Vec<_> = of_policies.chain(of_form).collect();
    rows.sort_by_key(|row| (row.area, row.id));
    rows
}

/// How far the correction of a policy is trusted where the register declares nothing: as its most trusted requirement.
pub(crate) fn correction(policy: &Policy) -> Option<Applicability> {
    if policy.select != crate::Select::App {
        return None;
    }
    let bounded = |rows: &[&Attribute]| rows.iter().map(|row| trust(row)).fold(policy.fix, Ord::min);
    if !policy.repair.is_empty() {
        let rows: Vec<&Attribute> = policy.repair.iter().map(|setting| setting.attribute).collect();
        return Some(bounded(&rows));
    }
    let of_test = |test: &Test| match test {
        // Only what the register declares is written.
        Test::AsExpected(_) => Some(policy.fix),
        other => written(other).map(|rows| bounded(&rows)),
    };
    policy.require.iter().filter_map(of_test).max()
}

/// The attributes that a test says how to write; `None` where it does not say that of all.
fn written(test: &Test) -> Option<Vec<&'static Attribute>> {
    match test {
        Test::Predicate(test) => {
            let says = matches!(
                test.predicate,
                Predicate::Equals(_)
                    | Predicate::Absent
                    | Predicate::SubsetOf(_)
                    | Predicate::Contains(_)
                    | Predicate::Unique
            );
            let row = attribute(&test.path.text).filter(|_| says)?;
            Some(vec![row])
        }
        Test::All(tests) => tests.iter().map(written).collect::<Option<Vec<_>>>().map(|rows| rows.concat()),
        Test::Any(_) | Test::Not(_) | Test::AsExpected(_) => None,
    }
}
