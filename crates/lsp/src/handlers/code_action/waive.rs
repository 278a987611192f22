//! Waivers, written into `preauth.yaml` between what stands there.

use jiff::{ToSpan, civil::Date};
use lsp_types::{CodeAction, Command, Diagnostic as Shown, WorkspaceEdit};
use preauth_policy::{Config, app_name};
use preauth_source::{Diagnostic, SourceFile};
use serde_json::json;

use super::action;
use crate::{
    handlers::command,
    protocol::edits,
    session::{project::Project, state::State},
};

/// Waiving a finding. The reason is left empty, which is a mistake in the configuration until somebody writes one: a
/// client that asks for reasons by itself gets a command to hand it over with.
pub(super) fn of(
    state: &State<'_>,
    project: &Project,
    found: &Diagnostic,
    shown: &Shown,
) -> Option<CodeAction> {
    let edit = edit(state, project, found, "")?;
    let title = format!("Waive `{}` here, with a reason", found.code);
    if !state.client.asks_reasons {
        return Some(CodeAction { edit: Some(edit), ..action(title) });
    }
    let file = state.uri(&project.absolute(&found.primary.location.file));
    let arguments = vec![json!({ "uri": file, "code": *found.code, "range": shown.range })];
    let command = Command {
        title: title.clone(),
        tooltip: None,
        command: command::ASK_REASON.into(),
        arguments: Some(arguments),
    };
    Some(CodeAction { command: Some(command), ..action(title) })
}

/// The edit that waives a finding; `None` if it cannot be waived, or the configuration is not written in a way that a
/// waiver can be added to.
pub(in crate::handlers) fn edit(
    state: &State<'_>,
    project: &Project,
    found: &Diagnostic,
    reason: &str,
) -> Option<WorkspaceEdit> {
    let rules = &project.rules;
    if found.suppressed.is_some() || !rules.policies.is_waivable(&found.code) {
        return None;
    }
    let today = state.host.today();
    let lines = waiver(found, reason, expiry(&rules.config, today)?);
    let Some(file) = &rules.file else {
        let path = project.root.join("preauth.yaml");
        let text = format!("waivers:\n{}", block(&lines, "  ", "\n"));
        return edits::of_new_file(state, &path, text);
    };
    let path = project.absolute(file);
    let text = state.text(&path)?;
    let new = with_waiver(&text.text, &lines)?;
    // The configuration must read as it did, with one waiver more.
    let read = |text: &str| Config::read(&SourceFile::new(file.clone(), text)).0.waivers.waivers.len();
    (read(&new) == read(&text.text) + 1).then_some(())?;
    let edit = edits::difference(&text.lines, &text.text, &new);
    Some(edits::of_files(state, [(path, vec![edit])].into()))
}

/// The last day of a new waiver: in 90 days, or as far away as the configuration allows.
fn expiry(config: &Config, today: Date) -> Option<Date> {
    const DAYS: i64 = 90;
    let allowed = config.waivers.expire_within.as_ref().map(|(within, _)| within.hours() / 24);
    let allowed = allowed.and_then(|days| i64::try_from(days).ok()).unwrap_or(DAYS);
    today.checked_add(DAYS.min(allowed).days()).ok()
}

/// The lines of a waiver.
fn waiver(found: &Diagnostic, reason: &str, expires: Date) -> Vec<String> {
    let about = match found.subject.as_ref().and_then(app_name) {
        Some(app) => format!("app: {}", scalar(app)),
        None => format!("file: {}", scalar(found.primary.location.file.as_str())),
    };
    let value = found.observed.as_ref().and_then(|seen| seen.value.as_deref());
    let mut lines = vec![format!("rule: {}", found.code), about];
    lines.extend(value.map(|value| format!("value: {}", scalar(value))));
    lines.push(format!("reason: {}", if reason.is_empty() { "\"\"".into() } else { scalar(reason) }));
    lines.push(format!("expires: {expires}"));
    lines
}

/// A text as YAML: as it is, where it cannot be taken for anything else.
fn scalar(text: &str) -> String {
    let starts_plain = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '/' | '(' | ')');
    let word = text.to_ascii_lowercase();
    let another =
        matches!(word.as_str(), "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n");
    if starts_plain && text.chars().all(is_plain) && text.trim() == text && !another {
        return text.to_owned();
    }
    serde_json::to_string(text).unwrap_or_default()
}

fn block(lines: &[String], indent: &str, end: &str) -> String {
    let start = |index: usize| if index == 0 { "- " } else { "  " };
    lines.iter().enumerate().map(|(index, line)| format!("{indent}{}{line}{end}", start(index))).collect()
}

/// The text of a configuration with one waiver more: behind the last one, or at the end. `None` if the waivers are
/// written in one line.
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
        return Some(format!("{text}{gap}{empty}waivers:{end}{}", block(lines, "  ", end)));
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
            block(lines, "  ", end)
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
    Some(format!("{}{gap}{}{}", &text[..split], block(lines, indent.unwrap_or("  "), end), &text[split..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(text: &str) -> Option<String> {
        with_waiver(text, &["rule: a".into(), "app: B".into()])
    }

    #[test]
    fn a_waiver_comes_behind_the_last_one() {
        let text = "# top\nwaivers:\n- rule: x\n  app: Y # why\n\n# about rules\nrules:\n  a: off\n";
        let wanted = "# top\nwaivers:\n- rule: x\n  app: Y # why\n- rule: a\n  app: B\n\n# about rules\nrules:\n  a: off\n";
        assert_eq!(added(text).unwrap(), wanted);
    }

    #[test]
    fn a_configuration_without_waivers_gets_some() {
        assert_eq!(added("rules: {}").unwrap(), "rules: {}\n\nwaivers:\n  - rule: a\n    app: B\n");
        assert_eq!(added("").unwrap(), "waivers:\n  - rule: a\n    app: B\n");
        assert_eq!(
            added("waivers: [] # none\nrules: {}\n").unwrap(),
            "waivers: # none\n  - rule: a\n    app: B\nrules: {}\n"
        );
    }

    #[test]
    fn line_ends_stay_what_they_are() {
        assert_eq!(
            added("waivers:\r\n    - rule: x\r\n").unwrap(),
            "waivers:\r\n    - rule: x\r\n    - rule: a\r\n      app: B\r\n"
        );
    }

    #[test]
    fn what_stands_in_one_line_is_left_alone() {
        assert_eq!(added("waivers: [{ rule: x }]\n"), None);
    }

    #[test]
    fn what_could_be_taken_for_something_else_is_quoted() {
        assert_eq!(scalar("Order Sync (EU)"), "Order Sync (EU)");
        for text in ["true", "[Full, Api]", "90 DAYS", "a: b", "", " x", "#1", "*"] {
            assert_eq!(scalar(text), serde_json::to_string(text).unwrap());
        }
    }
}
