//! Snippets that run `preauth` for a team: a CI job, and a hook before each commit.

use camino::Utf8Path;

use super::{SuggestedFile, path_in_repository, register::scalar};
use crate::tree::file_system::exists;

/// The version that every snippet runs: that of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Returns the command of a hook, to run in the folder of the repository. With npm, `npx` downloads the program;
/// otherwise it must be installed.
fn staged(base: &Utf8Path, root: &Utf8Path, has_npm: bool) -> String {
    let program = if has_npm { format!("npx --yes preauth@{VERSION}") } else { "preauth".into() };
    check(&program, "--no-progress --staged", &path_in_repository(base, root))
}

fn check(program: &str, options: &str, folder: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-');
    let quoted = if folder.chars().all(is_plain) {
        folder.to_owned()
    } else {
        format!("'{}'", folder.replace('\'', r"'\''"))
    };
    let words = [program, "check", options, &quoted];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Returns a CI job: for GitLab if the repository uses it, otherwise for GitHub.
pub(super) fn ci(repository: Option<&Utf8Path>, root: &Utf8Path) -> SuggestedFile {
    let base = repository.unwrap_or(root);
    let folder = path_in_repository(base, root);
    let gitlab = base.join(".gitlab-ci.yml");
    if exists(&gitlab) && !exists(&base.join(".github")) {
        let formats = "--format text --format gitlab=preauth.gitlab.json --format junit=preauth.junit.xml";
        let since = "${CI_MERGE_REQUEST_DIFF_BASE_SHA:+--since \"$CI_MERGE_REQUEST_DIFF_BASE_SHA\"}";
        let check = check("preauth", &format!("--no-progress {since}\n      {formats}"), &folder);
        return SuggestedFile {
            path: gitlab,
            text: format!(
                "preauth:\n  \
                   image: python:3.13-slim\n  \
                   variables:\n    \
                     # The whole history: `--since` needs the commit where the change began.\n    \
                     GIT_DEPTH: \"0\"\n  \
                   before_script:\n    \
                     - apt-get update -qq && apt-get install -y -qq git\n    \
                     - pip install --quiet preauth=={VERSION}\n  \
                   script:\n    \
                     - {check}\n  \
                   artifacts:\n    \
                     when: always\n    \
                     reports:\n      \
                       codequality: preauth.gitlab.json\n      \
                       junit: preauth.junit.xml\n  \
                   rules:\n    \
                     - if: $CI_PIPELINE_SOURCE == \"merge_request_event\"\n    \
                     - if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH\n"
            ),
            about: "a job".into(),
            instruction: Some("add this job".into()),
        };
    }
    let action = env!("CARGO_PKG_REPOSITORY").trim_start_matches("https://github.com/");
    let within = match folder.as_str() {
        "" => String::new(),
        folder => format!("          working-directory: {}\n", scalar(folder)),
    };
    SuggestedFile {
        path: base.join(".github/workflows/preauth.yml"),
        text: format!(
            "name: preauth\n\
             on: [pull_request]\n\
             permissions:\n  \
               contents: read\n\
             jobs:\n  \
               preauth:\n    \
                 runs-on: ubuntu-latest\n    \
                 steps:\n      \
                   - uses: actions/checkout@v4\n        \
                     with:\n          \
                       # The whole history: the check needs the commit where the request began.\n          \
                       fetch-depth: 0\n      \
                   - uses: {action}@v{VERSION}\n        \
                     with:\n          \
                       version: {VERSION}\n\
             {within}"
        ),
        about: "a check of each pull request".into(),
        instruction: repository
            .is_none()
            .then(|| "this folder is not in a git repository; in one, use this workflow".into()),
    }
}

/// Returns a hook: for pre-commit, lefthook or husky if the repository uses one of them, otherwise for git itself.
pub(super) fn hook(repository: Option<&Utf8Path>, root: &Utf8Path) -> SuggestedFile {
    let base = repository.unwrap_or(root);
    let existing = |names: &[&'static str]| names.iter().copied().find(|name| exists(&base.join(name)));
    let check = staged(base, root, existing(&["package.json", ".husky"]).is_some());
    let of = |path: &str, text: String, instruction: &str| SuggestedFile {
        path: base.join(path),
        text,
        about: "a hook before each commit".into(),
        instruction: Some(instruction.into()),
    };
    if let Some(file) = existing(&[".pre-commit-config.yaml", ".pre-commit-config.yml"]) {
        let check = staged(base, root, false);
        let text = format!(
            "- repo: local\n  \
               hooks:\n    \
                 - id: preauth\n      \
                   name: preauth\n      \
                   entry: {check}\n      \
                   language: python\n      \
                   additional_dependencies: [\"preauth=={VERSION}\"]\n      \
                   # A change may break an app in another file, so the whole project is read.\n      \
                   pass_filenames: false\n      \
                   always_run: true\n"
        );
        return of(file, text, "add under `repos`");
    }
    if let Some(file) = existing(&["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml"]) {
        let text = format!("pre-commit:\n  commands:\n    preauth:\n      run: {check}\n");
        return of(file, text, "add this command");
    }
    if existing(&[".husky"]).is_some() {
        let file = ".husky/pre-commit";
        let suggested = of(file, format!("{check}\n"), "add this line");
        return if exists(&base.join(file)) {
            suggested
        } else {
            SuggestedFile { instruction: None, ..suggested }
        };
    }
    let text = format!("#!/bin/sh\nexec {check}\n");
    of(".git/hooks/pre-commit", text, "optional hook that runs before each commit; make it executable")
}
