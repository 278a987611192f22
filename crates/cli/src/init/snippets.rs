//! What runs `preauth` for a team: a CI job, and a hook before each commit.

use camino::Utf8Path;

use super::{Proposed, told_from};

/// The command that every snippet runs, in the folder of the repository.
fn command(folder: &str, options: &str) -> String {
    let words = ["preauth check", options, folder];
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A CI job: for GitLab where the repository uses it, otherwise for GitHub.
pub(super) fn ci(repository: Option<&Utf8Path>, root: &Utf8Path) -> Proposed {
    let base = repository.unwrap_or(root);
    let folder = told_from(base, root);
    let gitlab = base.join(".gitlab-ci.yml");
    if gitlab.exists() && !base.join(".github").exists() {
        let check = command(&folder, "--format text --format gitlab=gl-code-quality-report.json");
        return Proposed {
            path: gitlab,
            text: format!(
                "preauth:\n  \
                   script:\n    \
                     # Before this, put the program `preauth` on the PATH, as you install other tools.\n    \
                     - {check}\n  \
                   artifacts:\n    \
                     when: always\n    \
                     reports:\n      \
                       codequality: gl-code-quality-report.json\n"
            ),
            about: "a job".into(),
            instead: Some("add this job".into()),
        };
    }
    let check = command(&folder, "--format github");
    Proposed {
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
                   - uses: actions/checkout@v4\n      \
                   # Put the program `preauth` on the PATH here, as you install other tools.\n      \
                   - run: {check}\n"
        ),
        about: "a check of each pull request; install `preauth` in it first".into(),
        instead: repository
            .is_none()
            .then(|| "this folder is in no repository: in one, this is a job".into()),
    }
}

/// A hook: for pre-commit, lefthook or husky where the repository uses one of them, otherwise for git itself.
pub(super) fn hook(repository: Option<&Utf8Path>, root: &Utf8Path) -> Proposed {
    let base = repository.unwrap_or(root);
    let check = command(&told_from(base, root), "--staged");
    let of = |path: &str, text: String, instead: &str| Proposed {
        path: base.join(path),
        text,
        about: "a hook before each commit".into(),
        instead: Some(instead.into()),
    };
    let there = |names: &[&'static str]| names.iter().copied().find(|name| base.join(name).exists());
    if let Some(file) = there(&[".pre-commit-config.yaml", ".pre-commit-config.yml"]) {
        let text = format!(
            "- repo: local\n  \
               hooks:\n    \
                 - id: preauth\n      \
                   name: preauth\n      \
                   entry: {check}\n      \
                   language: system\n      \
                   # What a commit changes or deletes may break an app in another file: the whole project is read.\n      \
                   pass_filenames: false\n      \
                   always_run: true\n"
        );
        return of(file, text, "add under `repos`");
    }
    if let Some(file) = there(&["lefthook.yml", "lefthook.yaml", ".lefthook.yml", ".lefthook.yaml"]) {
        let text = format!("pre-commit:\n  commands:\n    preauth:\n      run: {check}\n");
        return of(file, text, "add this command");
    }
    if there(&[".husky"]).is_some() {
        let file = ".husky/pre-commit";
        let proposed = of(file, format!("{check}\n"), "add this line");
        return if base.join(file).exists() { proposed } else { Proposed { instead: None, ..proposed } };
    }
    let text = format!("#!/bin/sh\nexec {check}\n");
    of(
        ".git/hooks/pre-commit",
        text,
        "a hook that runs before each commit, if you want one; make it executable",
    )
}
