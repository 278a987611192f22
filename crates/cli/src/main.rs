//! The program `preauth`.

use std::process::ExitCode;

fn main() -> ExitCode {
    preauth_cli::main()
}
