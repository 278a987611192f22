//! Where things are said: standard output for what was asked for, standard error for everything else.

pub(crate) mod diff;
pub(crate) mod table;
pub(crate) mod visible;
pub(crate) mod write_file;

use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    args::Color,
    output::visible::{Visible, visible},
    tree::file_system::current_folder,
};

/// How this run speaks.
#[derive(Debug)]
pub(crate) struct Output {
    /// Whether standard output gets colours.
    pub(crate) colored: bool,
    /// Whether progress may be shown.
    pub(crate) progress: bool,
    current: Utf8PathBuf,
}

impl Output {
    /// Chooses colours and progress by the option, the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
    #[allow(clippy::disallowed_methods, reason = "colours depend on the environment")]
    pub(crate) fn new(color: Color) -> Self {
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty() && value != "0");
        let colored = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => set("CLICOLOR_FORCE") || (io::stdout().is_terminal() && !set("NO_COLOR")),
        };
        let current = current_folder().unwrap_or_default();
        Self { colored, progress: io::stderr().is_terminal(), current }
    }

    /// Standard output, for what people read.
    pub(crate) fn stdout(&self) -> Visible<BufWriter<StdoutLock<'static>>> {
        Visible::new(self.stdout_bytes())
    }

    /// Standard output, for what has to come out byte for byte.
    #[allow(clippy::unused_self, reason = "what is said goes through here")]
    pub(crate) fn stdout_bytes(&self) -> BufWriter<StdoutLock<'static>> {
        BufWriter::new(io::stdout().lock())
    }

    /// Says something on standard error. That nobody listens there changes nothing.
    #[allow(clippy::unused_self, reason = "what is said goes through here")]
    pub(crate) fn message(&self, line: &str) {
        let _ = writeln!(io::stderr().lock(), "{}", visible(line));
    }

    /// What leads from the current folder to a file or folder.
    pub(crate) fn relative_path(&self, path: &Utf8Path) -> String {
        let common = self.current.ancestors().find(|folder| path.starts_with(folder));
        let Some((common, rest)) = common.and_then(|common| Some((common, path.strip_prefix(common).ok()?)))
        else {
            return path.to_string();
        };
        let up = self.current.components().count() - common.components().count();
        let steps = std::iter::repeat_n("..", up).chain(rest.components().map(|part| part.as_str()));
        steps.collect::<Vec<_>>().join("/")
    }

    /// What leads from the current folder to a tree below it. Nothing where the current folder is inside the tree:
    /// `git apply` takes paths from the root there too.
    pub(crate) fn diff_prefix(&self, root: &Utf8Path) -> String {
        if self.current.starts_with(root) { String::new() } else { self.relative_path(root) }
    }
}

/// What tells several roots apart: each told from the folder that holds them all. One root needs nothing.
pub(crate) fn tree_prefixes(roots: &[&Utf8Path]) -> Vec<String> {
    let Some(first) = roots.first() else { return Vec::new() };
    let common =
        first.ancestors().find(|folder| roots.iter().all(|root| root.starts_with(folder))).unwrap_or(first);
    roots.iter().map(|root| root.strip_prefix(common).unwrap_or(root).to_string()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_told_from_the_current_folder() {
        let output = Output { colored: false, progress: false, current: "/a/b".into() };
        assert_eq!(output.relative_path(Utf8Path::new("/a/b/c.xml")), "c.xml");
        assert_eq!(output.relative_path(Utf8Path::new("/a/d/c.xml")), "../d/c.xml");
        assert_eq!(output.diff_prefix(Utf8Path::new("/a")), "");
        assert_eq!(output.diff_prefix(Utf8Path::new("/a/b/c")), "c");
    }

    #[test]
    fn roots_are_told_apart_by_what_they_do_not_share() {
        let of = |roots: &[&str]| {
            tree_prefixes(&roots.iter().map(|root| Utf8Path::new(*root)).collect::<Vec<_>>())
        };
        assert_eq!(of(&["/a/b"]), [""]);
        assert_eq!(of(&["/a/b", "/a/c/d"]), ["b", "c/d"]);
    }
}
