//! `preauth check` beside other programs that read such trees.
//!
//! The programs run in turn, A B C A B C …, and what is told is the median of the ratios within one turn: a machine that
//! is slow for a while is slow for all of them. Beside each time is what the program found, held against what is there,
//! because fast and wrong is no result.

mod program;
mod table;

use std::{
    io::{self, Write},
    path::PathBuf,
};

use crate::{
    Findings,
    measure::{Invocation, Outcome},
    prepared::Prepared,
    tree::Flaw,
};
use program::Programs;

/// A comparison of programs on trees.
#[derive(Debug)]
pub struct Comparison {
    /// The program `preauth`.
    pub preauth: PathBuf,
    /// The folder that the trees are written to, if they are not there yet.
    pub folder: PathBuf,
    /// How often each program runs, after once that does not count.
    pub turns: usize,
}

/// Number of malformed files in a tree for broken files.
const BROKEN: usize = 16;

impl Comparison {
    /// Prints, in Markdown, what the programs take for the tree of a named size, and what they find in it. Gives
    /// whether all of them find what they look for, and nothing else.
    ///
    /// # Errors
    /// The tree cannot be made, or a program fails.
    pub fn print(&self, size: &str, out: &mut dyn Write) -> io::Result<bool> {
        let Prepared { folder, truth } = Prepared::new(&self.folder, size, 0)?;
        let megabytes = truth.relevant_bytes as f64 / 1e6;
        writeln!(out, "## {size}: {megabytes:.1} MB in {} files of {}\n", truth.relevant_files, truth.files)?;
        let Programs { run, missing } = Programs::new(&self.preauth, &folder)?;
        let mut turns: Vec<Vec<Outcome>> = Vec::new();
        for turn in 0..=self.turns {
            let outcomes = run.iter().map(|program| program.invocation.run()).collect::<io::Result<_>>()?;
            if turn > 0 {
                turns.push(outcomes);
            }
        }
        let judged = run.iter().enumerate().map(|(index, program)| {
            let printed = turns.first().map(|turn| turn[index].printed.as_slice()).unwrap_or_default();
            program.judged(printed, &truth)
        });
        let judged: Vec<Result<String, String>> = judged.collect();
        table::write(&run, &turns, &judged, out)?;
        if !missing.is_empty() {
            writeln!(out, "\nNot installed here, and left out: {}.", missing.join(", "))?;
        }
        writeln!(out)?;
        Ok(judged.iter().all(Result::is_ok))
    }

    /// Prints what `preauth` finds in a tree of a named size in which files are not well-formed. Gives whether it finds
    /// each, at the line that is broken, and nothing else.
    ///
    /// # Errors
    /// The tree cannot be made, or `preauth` fails.
    pub fn print_broken(&self, size: &str, out: &mut dyn Write) -> io::Result<bool> {
        let Prepared { folder, truth } = Prepared::new(&self.folder, size, BROKEN)?;
        let report = check(&self.preauth, &folder, "json").run()?.printed;
        let differences = Findings::of_report(&report)?.differences(&truth, &Flaw::ALL);
        writeln!(out, "## {size}, with {BROKEN} files that are not well-formed\n")?;
        match &differences[..] {
            [] => writeln!(out, "`preauth check` finds each of them, at the line that is broken.\n")?,
            some => writeln!(out, "**`preauth check` is wrong**: {}.\n", some.join("; "))?,
        }
        Ok(differences.is_empty())
    }
}

/// `preauth check` of a tree, alike on every machine and on every day.
pub(crate) fn check(preauth: &std::path::Path, tree: &std::path::Path, format: &str) -> Invocation {
    let options = ["--no-config", "--no-progress", "--as-of", "2026-01-01", "--format", format];
    let words = [preauth.as_os_str(), "check".as_ref(), tree.as_os_str()];
    Invocation::new(words.into_iter().chain(options.map(AsRef::as_ref)))
}
