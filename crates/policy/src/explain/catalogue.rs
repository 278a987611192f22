//! Lists all policies and checks of form, as they are configured.

use std::collections::BTreeSet;

use preauth_metadata::{Attribute, attribute};
use preauth_source::{Applicability, Severity};

use crate::{
    Param, PolicySet,
    fix::propose::undeclared_applicability,
    form::checks::FORM_CHECKS,
    language::{policy::Policy, predicate::Predicate, rule_set::RuleSet, test::Test},
};

/// One line of the list: a policy or a check of form.
#[derive(Clone, Debug)]
pub struct Catalogued<'p> {
    /// Its id.
    pub id: &'p str,
    /// Its area: the folder of its file.
    pub area: &'p str,
    /// The severity of its findings.
    pub severity: Severity,
    /// The severities that its findings have in some cases.
    pub severities: BTreeSet<Severity>,
    /// The smallest set that it belongs to.
    pub set: RuleSet,
    /// True if it is switched on.
    pub on: bool,
    /// The kind of its subjects.
    pub judges: &'static str,
    /// The applicability of its fix where the register declares nothing; `None` if it makes none.
    pub fix: Option<Applicability>,
    /// True if its findings can be waived.
    pub waivable: bool,
    /// Its requirement, in one line.
    pub title: &'p str,
    /// The controls of security baselines that it checks.
    pub controls: &'p [String],
    /// Its parameters, with their present values.
    pub params: &'p [Param],
}

impl Catalogued<'_> {
    /// Returns the applicability of its fix as one word; values that the register declares are always safe.
    pub fn fix_word(&self) -> &'static str {
        match self.fix {
            None => "-",
            Some(Applicability::DisplayOnly) => "register",
            Some(Applicability::Unsafe) => "unsafe",
            Some(Applicability::Safe) => "safe",
        }
    }
}

/// The area of the checks of form.
const FORM: &str = "structure";

/// Returns all policies and checks of form, by area and then by id.
pub fn catalogue(policies: &PolicySet) -> Vec<Catalogued<'_>> {
    let of_policies = policies.all().iter().map(|policy| Catalogued {
        id: &policy.id,
        area: policy.location.file.folder().rsplit('/').next().unwrap_or_default(),
        severity: policy.severity,
        severities: policy.severities.iter().map(|case| case.severity).collect(),
        set: policy.set,
        on: !policy.off,
        judges: policy.select.as_str(),
        fix: applicability(policy),
        waivable: policy.waivable,
        title: &policy.title,
        controls: &policy.controls,
        params: &policy.params,
    });
    let of_form = FORM_CHECKS.iter().map(|check| Catalogued {
        id: check.id,
        area: FORM,
        severity: policies.severity_of_form(check),
        severities: BTreeSet::new(),
        set: RuleSet::Recommended,
        on: !policies.is_off(check.id, None),
        judges: check.judges,
        fix: None,
        waivable: check.waivable,
        title: check.title,
        controls: &[],
        params: &[],
    });
    let mut rows: Vec<_> = of_policies.chain(of_form).collect();
    rows.sort_by_key(|row| (row.area, row.id));
    rows
}

/// Returns the applicability of the fix of a policy where the register declares nothing: that of its most trusted
/// requirement.
pub(crate) fn applicability(policy: &Policy) -> Option<Applicability> {
    if policy.select != crate::Select::APP {
        return None;
    }
    let bounded =
        |rows: &[&Attribute]| rows.iter().map(|row| undeclared_applicability(row)).fold(policy.fix, Ord::min);
    if !policy.repair.is_empty() {
        let rows: Vec<&Attribute> = policy.repair.iter().map(|setting| setting.attribute).collect();
        return Some(bounded(&rows));
    }
    let of_test = |test: &Test| match test {
        // It writes only values that the register declares.
        Test::AsExpected(_) => Some(policy.fix),
        other => written(other).map(|rows| bounded(&rows)),
    };
    policy.require.iter().filter_map(of_test).max()
}

/// Returns the attributes that a test can fix; `None` if it cannot fix all of them.
fn written(test: &Test) -> Option<Vec<&'static Attribute>> {
    match test {
        Test::Predicate(test) => {
            let has_repair = matches!(
                test.predicate,
                Predicate::Equals(_)
                    | Predicate::Absent
                    | Predicate::SubsetOf(_)
                    | Predicate::Contains(_)
                    | Predicate::Unique
            );
            let row = attribute(&test.path.text).filter(|_| has_repair)?;
            Some(vec![row])
        }
        Test::All(tests) => tests.iter().map(written).collect::<Option<Vec<_>>>().map(|rows| rows.concat()),
        Test::Any(_) | Test::Not(_) | Test::AsExpected(_) => None,
    }
}
