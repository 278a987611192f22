//! Running git and reading its output.

use std::{
    io::Write,
    process::{Child, Command, Stdio},
};

use camino::Utf8Path;

use super::{GitError, Repository, current_top};

/// Environment variables that bind git to one repository. They are set by the caller, and apply only to the repository
/// of the current folder.
const REPOSITORY_VARIABLES: &[&str] =
    &["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"];

/// A running git process. Several processes started before their output is read run at the same time.
#[derive(Debug)]
pub(super) struct RunningGit {
    child: Child,
    command: String,
}

impl RunningGit {
    /// Waits for the end of the process and returns what it printed.
    pub(super) fn output(self) -> Result<Vec<u8>, GitError> {
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
        // Without this variable, git may write the index even for commands that only read.
        command
            .env("GIT_OPTIONAL_LOCKS", "0")
            .arg("-C")
            .arg(without_extended_prefix(&self.top))
            .args(args)
            .stdin(Stdio::null());
        if current_top().as_ref() != Some(&self.top) {
            REPOSITORY_VARIABLES.iter().for_each(|name| {
                command.env_remove(name);
            });
        }
        command
    }

    /// Starts git, and does not wait for its output.
    pub(super) fn start(&self, args: &[&str]) -> Result<RunningGit, GitError> {
        spawn(self.command(args), args)
    }

    /// Runs git with text on standard input and returns what it printed.
    pub(super) fn run_with_input(&self, args: &[&str], input: String) -> Result<Vec<u8>, GitError> {
        let mut git = self.command(args);
        git.stdin(Stdio::piped());
        let mut running = spawn(git, args)?;
        let mut stdin = running.child.stdin.take().expect("invariant: standard input is piped");
        // Git prints while it still reads. An error of writing is ignored: the exit code says whether git read enough.
        let writer = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
        let output = running.output();
        let _ = writer.join();
        output
    }

    /// Runs git and returns the first line that it printed; `None` if it exits with 1 and prints no error.
    pub(super) fn first_line(&self, args: &[&str]) -> Result<Option<String>, GitError> {
        let output = self.command(args).output().map_err(GitError::NoGit)?;
        let errors = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        match output.status.code() {
            Some(0) => Ok(String::from_utf8_lossy(&output.stdout).lines().next().map(str::to_owned)),
            Some(1) if errors.is_empty() => Ok(None),
            _ => Err(GitError::Failed { command: args.join(" "), message: errors }),
        }
    }
}

fn spawn(mut git: Command, args: &[&str]) -> Result<RunningGit, GitError> {
    let child = git.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(GitError::NoGit)?;
    Ok(RunningGit { child, command: args.join(" ") })
}

/// Returns a path in the form that git accepts: on Windows without the prefix of extended-length paths.
fn without_extended_prefix(path: &Utf8Path) -> &str {
    path.as_str().strip_prefix(r"\\?\").unwrap_or(path.as_str())
}
