//! Waivers, added to `preauth.yaml` without changes of other lines.

use jiff::{ToSpan, civil::Date};
use lsp_types::{CodeAction, Command, Diagnostic as Shown, WorkspaceEdit};
use preauth_policy::{Config, app_name};
use preauth_source::{Diagnostic, SourceFile};
use serde_json::json;

use crate::{
    handlers::code_action::quick_fix::quick_fix,
    protocol::commands,
    session::{edits, project::OpenProject, state::SessionState},
};

/// Returns the action that waives a finding. It leaves the reason empty, which is an error in the configuration until
/// somebody writes one. A client that prompts for reasons gets a command instead.
pub(super) fn waive_action(
    state: &SessionState<'_>,
    project: &OpenProject,
    found: &Diagnostic,
    shown: &Shown,
) -> Option<CodeAction> {
    let edit = waiver_edit(state, project, found, "")?;
    let title = format!("Waive `{}` here, with a reason", found.code);
    if !state.client.asks_reasons {
        return Some(CodeAction { edit: Some(edit), ..quick_fix(title) });
    }
    let file = state.uri(&project.absolute(&found.primary.location.file));
    let arguments = vec![json!({ "uri": file, "code": *found.code, "range": shown.range })];
    let command = Command {
        title: title.clone(),
        tooltip: None,
        command: commands::ASK_REASON.into(),
        arguments: Some(arguments),
    };
    Some(CodeAction { command: Some(command), ..quick_fix(title) })
}

/// Returns the edit that waives a finding, or `None` if it cannot be waived or the form of the configuration does not allow
/// the addition of a waiver.
pub(in crate::handlers) fn waiver_edit(
    state: &SessionState<'_>,
    project: &OpenProject,
    found: &Diagnostic,
    reason: &str,
) -> Option<WorkspaceEdit> {
    let policies = &project.policies;
    if found.suppressed.is_some() || !policies.policies.is_waivable(&found.code) {
        return None;
    }
    let today = state.host.today();
    let lines = waiver_lines(found, reason, expiry(&policies.config, today)?);
    let Some(file) = &policies.file else {
        let path = project.root.join("preauth.yaml");
        let text = format!("waivers:\n{}", list_item(&lines, "  ", "\n"));
        return edits::of_new_file(state, &path, text);
    };
    let path = project.absolute(file);
    let document = state.text(&path)?;
    let new = with_waiver(&document.text, &lines)?;
    // The new text must be read with exactly one more waiver.
    let count = |text: &str| Config::read(&SourceFile::new(file.clone(), text)).0.waivers.waivers.len();
    (count(&new) == count(&document.text) + 1).then_some(())?;
    let edit = edits::difference(&document.positions, &document.text, &new);
    Some(edits::of_files(state, [(path, vec![edit])].into()))
}

/// Returns the last day of a new waiver: in 90 days, or earlier if the configuration says so.
fn expiry(config: &Config, today: Date) -> Option<Date> {
    const DEFAULT_DAYS: i64 = 90;
    let allowed = config.waivers.expire_within.as_ref().map(|(within, _)| within.hours() / 24);
    let allowed = allowed.and_then(|days| i64::try_from(days).ok()).unwrap_or(DEFAULT_DAYS);
    today.checked_add(DEFAULT_DAYS.min(allowed).days()).ok()
}

/// Returns the lines of a waiver.
fn waiver_lines(found: &Diagnostic, reason: &str, expires: Date) -> Vec<String> {
    let target = match found.subject.as_ref().and_then(app_name) {
        Some(app) => format!("app: {}", scalar(app)),
        None => format!("file: {}", scalar(found.primary.location.file.as_str())),
    };
    let value = found.observed.as_ref().and_then(|observed| observed.value.as_deref());
    let mut lines = vec![format!("rule: {}", found.code), target];
    lines.extend(value.map(|value| format!("value: {}", scalar(value))));
    lines.push(format!("reason: {}", if reason.is_empty() { "\"\"".into() } else { scalar(reason) }));
    lines.push(format!("expires: {expires}"));
    lines
}

/// Returns a text as a YAML scalar, quoted only where necessary.
fn scalar(text: &str) -> String {
    let starts_plain = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | '(' | ')');
    let word = text.to_ascii_lowercase();
    let is_keyword =
        matches!(word.as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if starts_plain && text.chars().all(is_plain) && text.trim() == text && !is_keyword {
        return text.to_owned();
    }
    serde_json::to_string(text).unwrap_or_default()
}

fn list_item(lines: &[String], indent: &str, end: &str) -> String {
    let start = |index: usize| if index == 0 { "- " } else { "  " };
    lines.iter().enumerate().map(|(index, line)| format!("{indent}{}{line}{end}", start(index))).collect()
}

/// Returns the text of a configuration with a waiver added after the last one, or at the end. Returns `None` if the waivers
/// are written in one line.
fn with_waiver(text: &str, lines: &[String]) -> Option<String> {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut at = 0;
    let placed: Vec<(usize, &str)> = text
        .split_inclusive('\n')
        .map(|line| {
            at += line.len();
            (at - line.len(), line)
        })
        .collect();
    let key = placed.iter().position(|(_, line)| line.trim_end().starts_with("waivers:"));
    let Some(key) = key else {
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { end };
        let empty = if text.trim().is_empty() { "" } else { end };
        return Some(format!("{text}{gap}{empty}waivers:{end}{}", list_item(lines, "  ", end)));
    };
    let (start, line) = placed[key];
    let rest = line.trim_end()["waivers:".len()..].split(" #").next().unwrap_or_default().trim();
    if rest == "[]" {
        let open = start + line.find("[]").unwrap_or_default();
        let tail = &text[open + 2..];
        let (same_line, after) = tail.split_at(tail.find('\n').map_or(tail.len(), |at| at + 1));
        let gap = if same_line.ends_with('\n') { "" } else { end };
        return Some(format!(
            "{}{same_line}{gap}{}{after}",
            &text[..open].trim_end_matches(' '),
            list_item(lines, "  ", end)
        ));
    }
    if !rest.is_empty() {
        return None;
    }
    let is_content = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let mut last = key;
    let mut indent = None;
    for (index, (_, line)) in
        placed.iter().enumerate().skip(key + 1).filter(|(_, (_, line))| is_content(line))
    {
        let inside = line.starts_with([' ', '-']) && !line.starts_with("---");
        if !inside {
            break;
        }
        if indent.is_none() && line.trim_start().starts_with("- ") {
            indent = Some(&line[..line.len() - line.trim_start().len()]);
        }
        last = index;
    }
    let (start, line) = placed[last];
    let split = start + line.len();
    let gap = if line.ends_with('\n') { "" } else { end };
    Some(format!(
        "{}{gap}{}{}",
        &text[..split],
        list_item(lines, indent.unwrap_or("  "), end),
        &text[split..]
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str) -> Option<String> {
        with_waiver(text, &["rule: a".into(), "app: B".into()])
    }

    #[test]
    fn waiver_is_added_after_the_last_one() {
        let text = "# top\nwaivers:\n- rule: x\n  app: Y # why\n\n# about rules\nrules:\n  a: off\n";
        let wanted = "# top\nwaivers:\n- rule: x\n  app: Y # why\n- rule: a\n  app: B\n\n# about rules\nrules:\n  a: off\n";
        assert_eq!(added(text).unwrap(), wanted);
    }

    #[test]
    fn waivers_are_added_to_a_configuration_without_any() {
        assert_eq!(added("rules: {}").unwrap(), "rules: {}\n\nwaivers:\n  - rule: a\n    app: B\n");
        assert_eq!(added("").unwrap(), "waivers:\n  - rule: a\n    app: B\n");
        assert_eq!(
            added("waivers: [] # none\nrules: {}\n").unwrap(),
            "waivers: # none\n  - rule: a\n    app: B\nrules: {}\n"
        );
    }

    #[test]
    fn newlines_are_kept() {
        assert_eq!(
            added("waivers:\r\n    - rule: x\r\n").unwrap(),
            "waivers:\r\n    - rule: x\r\n    - rule: a\r\n      app: B\r\n"
        );
    }

    #[test]
    fn waivers_in_one_line_are_not_changed() {
        assert_eq!(added("waivers: [{ rule: x }]\n"), None);
    }

    #[test]
    fn ambiguous_scalars_are_quoted() {
        assert_eq!(scalar("Order Sync (EU)"), "Order Sync (EU)");
        for text in ["true", "[Full, Api]", "90 DAYS", "a: b", "", " x", "#1", "*"] {
            assert_eq!(scalar(text), serde_json::to_string(text).unwrap());
        }
    }
}
