//! Running git, and what it says.

use std::{
    io::Write,
    process::{Child, Command, Stdio},
};

use camino::Utf8Path;

use super::{GitError, Repository, current_top};

/// Variables that tie git to one repository. They are the caller's, and hold only for the repository it is in.
const OWN: &[&str] =
    &["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"];

/// What git was asked and is about to answer. What is asked together is worked on together.
#[derive(Debug)]
pub(super) struct Asked {
    child: Child,
    command: String,
}

impl Asked {
    /// What git prints.
    pub(super) fn answer(self) -> Result<Vec<u8>, GitError> {
        let output = self.child.wait_with_output()?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(GitError::Failed { command: self.command, message })
    }
}

impl Repository {
    #[allow(clippy::disallowed_methods, reason = "this is where git is run")]
    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        // Without this variable, git may write the index anew while it only looks.
        command
            .env("GIT_OPTIONAL_LOCKS", "0")
            .arg("-C")
            .arg(without_limits(&self.top))
            .args(args)
            .stdin(Stdio::null());
        if current_top().as_ref() != Some(&self.top) {
            OWN.iter().for_each(|name| {
                command.env_remove(name);
            });
        }
        command
    }

    /// Asks git, and does not wait for the answer.
    pub(super) fn ask(&self, args: &[&str]) -> Result<Asked, GitError> {
        asked(self.command(args), args)
    }

    /// What git prints when it is told something on standard input.
    pub(super) fn answer(&self, args: &[&str], input: String) -> Result<Vec<u8>, GitError> {
        let mut git = self.command(args);
        git.stdin(Stdio::piped());
        let mut asked = asked(git, args)?;
        let mut told = asked.child.stdin.take().expect("invariant: standard input is piped");
        // It answers while it is still told; whether it wants to hear all of it shows in how it ends.
        let telling = std::thread::spawn(move || drop(told.write_all(input.as_bytes())));
        let answer = asked.answer();
        let _ = telling.join();
        answer
    }

    /// The first line that git prints; none when it says no by ending with 1 and saying nothing.
    pub(super) fn line(&self, args: &[&str]) -> Result<Option<String>, GitError> {
        let output = self.command(args).output().map_err(GitError::NoGit)?;
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        match output.status.code() {
            Some(0) => Ok(String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)),
            Some(1) if said.is_empty() => Ok(None),
            _ => Err(GitError::Failed { command: args.join(" "), message: said }),
        }
    }
}

fn asked(mut git: Command, args: &[&str]) -> Result<Asked, GitError> {
    let child = git.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(GitError::NoGit)?;
    Ok(Asked { child, command: args.join(" ") })
}

/// A path as git takes it: on Windows not with what a path without limits begins with.
fn without_limits(path: &Utf8Path) -> &str {
    path.as_str().strip_prefix(r"\\?\").unwrap_or(path.as_str())
}
