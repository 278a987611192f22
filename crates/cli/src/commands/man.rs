//! `preauth man`: manual pages, generated from the options.

use std::io::Write;

use camino::Utf8PathBuf;
use clap::Args;
use clap_mangen::Man;

use crate::{
    Failure, Outcome,
    output::{Output, write_file::create_folder},
};

#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The folder for the pages of all commands. Without it, the main page is printed.
    #[arg(value_name = "FOLDER")]
    folder: Option<Utf8PathBuf>,
}

/// Prints the manual page of `program`, or writes the pages of all its commands into a folder.
pub(crate) fn run(args: &ManArgs, program: clap::Command, output: &Output) -> Result<Outcome, Failure> {
    match &args.folder {
        Some(folder) => {
            create_folder(folder)?;
            clap_mangen::generate_to(program, folder)?;
        }
        None => {
            let mut page = Vec::new();
            Man::new(program).render(&mut page)?;
            let mut out = output.stdout_bytes();
            out.write_all(&page)?;
            out.flush()?;
        }
    }
    Ok(Outcome::Clean)
}
