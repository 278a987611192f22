//! `preauth completions` and `preauth man`: what a shell completes, and the manual pages, from the options themselves.

use std::io::Write;

use clap::CommandFactory;
use clap_mangen::Man;

use crate::{
    Failure, Outcome,
    args::{Cli, Completions, Manual},
    output::{Output, write_file::create_folder},
};

/// Prints a script that makes a shell complete commands and options.
pub(crate) fn completions(args: &Completions, output: &Output) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "preauth", &mut script);
    let mut out = output.stdout_bytes();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Outcome::Clean)
}

/// Prints the manual page, or writes those of all commands into a folder.
pub(crate) fn manual(args: &Manual, output: &Output) -> Result<Outcome, Failure> {
    match &args.folder {
        Some(folder) => {
            create_folder(folder)?;
            clap_mangen::generate_to(Cli::command(), folder)?;
        }
        None => {
            let mut page = Vec::new();
            Man::new(Cli::command()).render(&mut page)?;
            let mut out = output.stdout_bytes();
            out.write_all(&page)?;
            out.flush()?;
        }
    }
    Ok(Outcome::Clean)
}
