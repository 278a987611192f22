//! Runs a program, and writes to a file what it took: `measured FILE PROGRAM [ARGUMENT]…`.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads its arguments")]

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(file) = arguments.next() else { return ExitCode::from(2) };
    match preauth_bench::measure::usage(file, arguments) {
        Ok(code) => ExitCode::from(u8::try_from(code).unwrap_or(2)),
        Err(error) => {
            eprintln!("measured: {error}");
            ExitCode::from(2)
        }
    }
}
