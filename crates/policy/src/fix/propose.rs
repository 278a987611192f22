//! Proposes a fix: turns a requirement that does not hold into edits, and decides how far they are trusted.

use preauth_metadata::{Assignment, Attribute, Effect, Value, attribute, same, write};
use preauth_source::{Applicability, Diagnostic, Fix};

use crate::{
    evaluate::{
        expectations::expected_of_subject,
        subject::{Select, Subject},
    },
    language::{
        policy::{Policy, RepairSetting},
        test::Test,
    },
};

/// Adds to a finding the fix that its policy makes, or the reason why there is none.
pub(crate) fn propose(policy: &Policy, subject: &Subject<'_>, test: &Test, finding: &mut Diagnostic) {
    let Some(app) = subject.app().filter(|_| subject.select == Select::APP) else { return };
    let Some(assignments) = assignments(policy, subject, test) else { return };
    if assignments.is_empty() {
        return;
    }
    let expected = expected_of_subject(subject);
    let mut declared = true;
    let mut applicability = policy.fix;
    let mut title = Vec::new();
    for (row, value) in &assignments {
        let name = row.def.name;
        let path = policy.select.path(name).expect("invariant: a row's name is a path");
        title.push(match value {
            Some(value) => format!("set `{name}` to `{}`", path.show(value)),
            None => format!("remove `{name}`"),
        });
        match expected.iter().find(|expected| expected.attribute == name) {
            Some(expected) => {
                if !same(expected.value.as_ref(), value.as_ref()) {
                    finding
                        .help
                        .push(format!("not fixed: `expect` in `preauth.yaml` has another value of `{name}`"));
                    return;
                }
            }
            None => {
                declared = false;
                applicability = applicability.min(undeclared_applicability(row));
            }
        }
    }
    let title = title.join(", ");
    let applicability = if declared { Applicability::Safe } else { applicability };
    match write(app, &assignments) {
        Ok(edits) if edits.is_empty() => {}
        Ok(edits) => finding.fix = Some(Fix { title, applicability, edits }),
        Err(refusal) => finding.help.push(format!("not fixed ({title}): {refusal}")),
    }
}

/// Returns the most that a change of an attribute is trusted where the register does not declare the value.
pub(crate) fn undeclared_applicability(row: &Attribute) -> Applicability {
    match row.effect {
        Effect::Admission => Applicability::DisplayOnly,
        Effect::Reach => Applicability::Unsafe,
        Effect::Neutral => Applicability::Safe,
    }
}

/// Returns the values to write: those of the policy's `repair`, or those that the requirement asks for.
fn assignments(policy: &Policy, subject: &Subject<'_>, test: &Test) -> Option<Vec<Assignment>> {
    if !policy.repair.is_empty() {
        let value = |setting: &RepairSetting| -> Option<Option<Value>> {
            match &setting.value {
                None => Some(None),
                Some(operand) => operand.value(subject).ok().flatten().map(|value| Some(value.into_owned())),
            }
        };
        return policy.repair.iter().map(|setting| Some((setting.attribute, value(setting)?))).collect();
    }
    let repairs = test.repair(subject)?;
    repairs.into_iter().map(|(path, value)| Some((attribute(&path.text)?, value))).collect()
}
