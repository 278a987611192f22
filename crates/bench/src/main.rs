//! `preauth-bench`: writes trees and shapes, compares programs, and holds the gate.
#![allow(clippy::disallowed_methods, reason = "a benchmark is a host: it reads, writes and prints")]

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use preauth_bench::{
    comparison::Comparison,
    gate::{Gate, Ruling, figures_of_the_repository},
    shapes,
    tree::{self, Size},
};

/// Measures what reading and checking source costs, and compares the findings with the planted flaws.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Compare `preauth check` with other programs, in Markdown
    Compare {
        /// How large the trees are
        #[arg(default_values = ["S", "M", "L"], value_parser = sizes())]
        sizes: Vec<String>,
        /// How often each program runs
        #[arg(long, default_value_t = 7)]
        turns: usize,
        /// The program `preauth`
        #[arg(long, default_value = "target/dist/preauth")]
        preauth: PathBuf,
    },
    /// Tell whether a run takes more user instructions than it did (needs valgrind)
    Gate {
        /// The program `preauth`
        #[arg(long, default_value = "target/release/preauth")]
        preauth: PathBuf,
        /// Write the figures as those that hold
        #[arg(long)]
        bless: bool,
    },
    /// Write a tree, and print what is wrong with it
    Tree {
        /// How large it is
        #[arg(value_parser = sizes())]
        size: String,
        /// The folder to write it into
        folder: PathBuf,
        #[arg(long, default_value_t = tree::SEED)]
        seed: u64,
        /// How many profiles and permission sets are not well-formed
        #[arg(long, default_value_t = 0)]
        broken: usize,
    },
    /// Write a tree for each shape of profile, with `N` elements and with twice as many
    Shapes {
        /// The folder to write them into
        folder: PathBuf,
        #[arg(long, default_value_t = 25_000, value_name = "N")]
        elements: usize,
    },
}

fn sizes() -> clap::builder::PossibleValuesParser {
    Size::NAMED.map(|(name, _)| name).into()
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("preauth-bench: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> io::Result<ExitCode> {
    let folder = PathBuf::from("target/bench");
    let mut out = io::stdout().lock();
    match command {
        Command::Compare { sizes, turns, preauth } => {
            let comparison = Comparison { preauth, folder, turns };
            let mut right = true;
            for size in sizes {
                right &= comparison.print(&size, &mut out)?;
                // What is broken in a large tree is broken in a smaller one.
                if size != "L" {
                    right &= comparison.print_broken(&size, &mut out)?;
                }
            }
            Ok(if right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
        Command::Gate { preauth, bless } => {
            let gate = Gate { preauth, folder, figures: figures_of_the_repository() };
            if bless {
                gate.bless()?;
                return Ok(ExitCode::SUCCESS);
            }
            Ok(match gate.judge(&mut out)? {
                Ruling::Passed | Ruling::NotComparable => ExitCode::SUCCESS,
                Ruling::Failed => ExitCode::FAILURE,
            })
        }
        Command::Tree { size, folder, seed, broken } => {
            let size = Size::named(&size).expect("invariant: the parser knows the sizes");
            let truth = tree::write(size, seed, broken, &folder)?;
            writeln!(out, "{}", serde_json::to_string_pretty(&truth)?)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Shapes { folder, elements } => {
            write_shapes(&folder, elements)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn write_shapes(folder: &Path, elements: usize) -> io::Result<()> {
    for count in [elements, 2 * elements] {
        for shape in shapes::SHAPES {
            shape.write(count, &folder.join(count.to_string()).join(shape.name))?;
        }
    }
    Ok(())
}
