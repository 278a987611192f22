//! The formats of a report. A format is one file here, which defines its `FORMAT`, and one line in the table.

mod azure;
mod checkstyle;
mod concise;
mod github;
mod gitlab;
mod html;
pub(crate) mod json;
mod junit;
mod markdown;
mod rdjson;
mod sarif;
mod text;
mod xml;

use std::io::{self, Write};

use clap::ValueEnum;

use crate::report::Run;

/// Defines the formats by their modules, in the order of the help. The comment is the help.
macro_rules! formats {
    ($($(#[doc = $help:literal])* $variant:ident = $module:ident,)*) => {
        /// A format of a report.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
        pub(crate) enum Format {
            $($(#[doc = $help])* $variant,)*
        }

        impl Format {
            /// Returns how the format is written.
            pub(crate) fn definition(self) -> &'static FormatDef {
                match self {
                    $(Self::$variant => &$module::FORMAT,)*
                }
            }
        }
    };
}

formats! {
    /// For people, with source excerpts.
    Text = text,
    /// One line for each finding.
    Concise = concise,
    /// JSON; see `preauth schema report`.
    Json = json,
    /// SARIF 2.1.0, for code scanning.
    Sarif = sarif,
    /// Annotations of GitHub Actions.
    Github = github,
    /// A code quality report of GitLab.
    Gitlab = gitlab,
    /// A JUnit report.
    Junit = junit,
    /// A Checkstyle report.
    Checkstyle = checkstyle,
    /// For reviewdog.
    Rdjson = rdjson,
    /// Issues of Azure Pipelines.
    Azure = azure,
    /// A comment on a pull request.
    Markdown = markdown,
    /// A report for auditors: one page to archive or print.
    Html = html,
}

/// Writes the report of all trees.
type WriteReport = fn(&[Run<'_>], &mut dyn Write) -> io::Result<()>;

/// The writer of a format.
pub(crate) struct FormatDef {
    pub(crate) paths: PathBase,
    pub(super) write: WriteReport,
    /// Writes the report with colours, if the format has colours. It escapes hidden characters itself.
    pub(super) write_colored: Option<WriteReport>,
}

impl FormatDef {
    /// A format without colours.
    const fn new(paths: PathBase, write: WriteReport) -> Self {
        Self { paths, write, write_colored: None }
    }
}

/// The folder that the paths of a format start at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathBase {
    /// The current folder.
    CurrentFolder,
    /// The current folder if it holds the trees; otherwise the root of the tree or, for several, the folder that holds
    /// them all.
    Tree,
    /// The root of the repository.
    Repository,
}
