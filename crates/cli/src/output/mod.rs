//! Standard output, for what the user asked for, and standard error, for everything else. Clippy rejects the use of
//! either elsewhere in the crate.

pub(crate) mod diff;
pub(crate) mod table;
pub(crate) mod visible;
pub(crate) mod write_file;

use std::io::{self, BufWriter, IsTerminal, StderrLock, Stdout, StdoutLock, Write};

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    args::Color,
    output::visible::{VisibleWriter, visible},
    tree::file_system::current_folder,
};

/// The output of one run.
#[derive(Debug)]
pub(crate) struct Output {
    /// True if standard output gets colours.
    pub(crate) colored: bool,
    /// True if progress may be shown.
    pub(crate) progress: bool,
    current_folder: Utf8PathBuf,
}

impl Output {
    /// Chooses colours and progress by the option, the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
    #[allow(clippy::disallowed_methods, reason = "colours depend on the environment")]
    pub(crate) fn new(color: Color) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let colored = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => set("CLICOLOR_FORCE") || (stdout().is_terminal() && !set("NO_COLOR")),
        };
        let current_folder = current_folder().unwrap_or_default();
        Self { colored, progress: stderr().is_terminal(), current_folder }
    }

    /// Returns standard output, for text: hidden characters are escaped.
    pub(crate) fn stdout(&self) -> VisibleWriter<BufWriter<StdoutLock<'static>>> {
        VisibleWriter::new(self.stdout_bytes())
    }

    /// Returns standard output, for bytes that must stay as they are.
    #[allow(clippy::unused_self, reason = "all output goes through this type")]
    pub(crate) fn stdout_bytes(&self) -> BufWriter<StdoutLock<'static>> {
        BufWriter::new(stdout().lock())
    }

    /// Writes a line to standard error. An error there is ignored: nobody reads it.
    pub(crate) fn message(&self, line: &str) {
        let _ = writeln!(self.stderr_bytes(), "{}", visible(line));
    }

    /// Returns standard error, for bytes that must stay as they are.
    #[allow(clippy::unused_self, reason = "all output goes through this type")]
    pub(crate) fn stderr_bytes(&self) -> StderrLock<'static> {
        stderr()
    }

    /// Returns the path from the current folder to a file or folder.
    pub(crate) fn relative_path(&self, path: &Utf8Path) -> String {
        let common = self.current_folder.ancestors().find(|folder| path.starts_with(folder));
        let Some((common, rest)) = common.and_then(|common| Some((common, path.strip_prefix(common).ok()?)))
        else {
            return path.to_string();
        };
        let up = self.current_folder.components().count() - common.components().count();
        let steps = std::iter::repeat_n("..", up).chain(rest.components().map(|part| part.as_str()));
        steps.collect::<Vec<_>>().join("/")
    }

    /// Returns the path from the current folder to a folder; `.` for the current folder itself.
    pub(crate) fn relative_folder(&self, path: &Utf8Path) -> String {
        Some(self.relative_path(path)).filter(|path| !path.is_empty()).unwrap_or_else(|| ".".into())
    }

    /// Returns a prefix for the paths of each tree: the path of its root from the current folder, if that holds all trees.
    /// Otherwise it is the path from the folder that holds them, which for one tree is empty.
    pub(crate) fn tree_prefixes(&self, roots: &[&Utf8Path]) -> Vec<String> {
        let Some(first) = roots.first() else { return Vec::new() };
        let holds_all = |folder: &&Utf8Path| roots.iter().all(|root| root.starts_with(folder));
        let current = Some(self.current_folder.as_path()).filter(holds_all);
        let base = current.or_else(|| first.ancestors().find(holds_all)).unwrap_or(first);
        roots.iter().map(|root| root.strip_prefix(base).unwrap_or(root).to_string()).collect()
    }

    /// Returns what a diff writes before the paths of a tree. Inside of the tree that is empty: `git apply` takes paths
    /// from the root there too.
    pub(crate) fn diff_prefix(&self, root: &Utf8Path) -> String {
        if self.current_folder.starts_with(root) { String::new() } else { self.relative_path(root) }
    }
}

/// Returns standard output, unbuffered and not locked.
#[allow(clippy::disallowed_methods, reason = "this module is the one that prints")]
pub(crate) fn stdout() -> Stdout {
    io::stdout()
}

#[allow(clippy::disallowed_methods, reason = "this module is the one that prints")]
fn stderr() -> StderrLock<'static> {
    io::stderr().lock()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_current_folder() {
        let output = Output { colored: false, progress: false, current_folder: "/a/b".into() };
        assert_eq!(output.relative_path(Utf8Path::new("/a/b/c.xml")), "c.xml");
        assert_eq!(output.relative_path(Utf8Path::new("/a/d/c.xml")), "../d/c.xml");
        assert_eq!(output.diff_prefix(Utf8Path::new("/a")), "");
        assert_eq!(output.diff_prefix(Utf8Path::new("/a/b/c")), "c");
    }

    #[test]
    fn several_trees_have_different_prefixes() {
        let output = |folder: &str| Output { colored: false, progress: false, current_folder: folder.into() };
        let prefixes = |folder: &str, roots: &[&str]| {
            output(folder).tree_prefixes(&roots.iter().map(|root| Utf8Path::new(*root)).collect::<Vec<_>>())
        };
        for folder in ["/a/b", "/a/b/deep", "/elsewhere"] {
            assert_eq!(prefixes(folder, &["/a/b"]), [""]);
            assert_eq!(prefixes(folder, &["/a/b", "/a/c/d"]), ["b", "c/d"]);
        }
        assert_eq!(
            prefixes("/a", &["/a/b"]),
            ["b"],
            "a file has the path that it has from the current folder"
        );
        assert_eq!(prefixes("/a", &["/a/b", "/a/b/c"]), ["b", "b/c"]);
    }
}
