//! Renders the message of a policy for a subject.

use preauth_metadata::{Fact, Value};

use crate::{
    evaluate::culprits::Culprit,
    language::{
        path::AttributePath,
        policy::{MessagePart, MessageTemplate},
        test::FactSource,
    },
};

/// The number of culprits that a message names.
const MAX_NAMED_CULPRITS: usize = 3;

/// Renders a message. `decisive` is the fact that makes the requirement fail, `label` the label of the subject.
pub(crate) fn render(
    message: &MessageTemplate,
    facts: &dyn FactSource,
    label: &str,
    decisive: Option<&Fact>,
    culprits: &[Culprit],
) -> String {
    let part = |part: &MessagePart| match part {
        MessagePart::Text(text) => text.clone(),
        MessagePart::Value(path) => match facts.fact(path).value() {
            None => unknown_value(path, label),
            Some(Value::List(items)) => {
                let items = items.iter().filter_map(Fact::value).map(|item| path.show(item));
                items.collect::<Vec<_>>().join(", ")
            }
            Some(value) => path.in_setup(value).map_or_else(|| path.show(value), str::to_owned),
        },
        MessagePart::Culprit => culprit_names(culprits),
        MessagePart::Counterexample => {
            culprits.iter().find_map(|culprit| culprit.counterexample.clone()).unwrap_or_default()
        }
        MessagePart::Count => {
            let items = decisive.and_then(Fact::value).and_then(Value::as_list);
            items.map_or_else(String::new, |items| items.len().to_string())
        }
    };
    message.0.iter().map(part).collect()
}

/// Lists the first culprits by name, and counts the others.
fn culprit_names(culprits: &[Culprit]) -> String {
    let names = culprits.iter().take(MAX_NAMED_CULPRITS).map(|culprit| format!("`{}`", culprit.name));
    let names = names.collect::<Vec<_>>().join(", ");
    match culprits.len().saturating_sub(MAX_NAMED_CULPRITS) {
        0 => names,
        more => format!("{names} and {more} more"),
    }
}

/// Returns the text for a value that is not known. In place of a label it is the label of the subject.
fn unknown_value(path: &AttributePath, label: &str) -> String {
    let is_label = matches!(path.text.as_str(), "label" | "app.label");
    if is_label { label.to_owned() } else { format!("(unknown {path})") }
}
