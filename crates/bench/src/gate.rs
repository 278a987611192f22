//! The instruction gate: fails if a run takes more user instructions than the stored figures allow.
//!
//! Instructions, counted by valgrind's callgrind on one thread, do not depend on what else a machine does. They depend
//! on the compiler and on the machine's kind, and a little on its C library; so the figures say which toolchain and
//! target they are of, and on another there is no verdict.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde::{Deserialize, Serialize};

use crate::{
    comparison::check,
    measure::{Invocation, beside_this_program},
    prepared::Prepared,
};

/// The factor by which a figure may grow. The C library and random hashes change it by less.
const MARGIN: f64 = 1.05;

/// The gate, with what it needs.
#[derive(Debug)]
pub struct Gate {
    /// The program `preauth`, built with the profile `release`.
    pub preauth: PathBuf,
    /// The folder that the tree is written to, if it is not there yet.
    pub folder: PathBuf,
    /// The file of the figures that hold.
    pub figures: PathBuf,
}

/// The verdict of the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ruling {
    /// Nothing takes more than it did.
    Passed,
    /// Something does.
    Failed,
    /// The figures are of another toolchain or kind of machine, and say nothing about this one.
    NotComparable,
}

/// User instructions, and what they were counted on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Figures {
    /// The compiler, its target, and whether the processor has AVX2, which `memchr` uses where it is there.
    machine: Machine,
    /// `preauth --version`.
    version: u64,
    /// Loading the built-in policies, once.
    loading_policies: u64,
    /// `preauth check` of the tree `S`: mostly judging.
    check_small: u64,
    /// The additional cost of the report for people, which shows each finding with its source.
    report_small: u64,
    /// `preauth check` of the tree `gate`, for each byte that must be read: mostly reading.
    check_per_byte: f64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Machine {
    rustc: String,
    host: String,
    avx2: bool,
}

impl Gate {
    /// Counts, and prints each figure beside the one that holds.
    ///
    /// # Errors
    /// valgrind is not installed, a program fails, or the figures cannot be read.
    pub fn judge(&self, out: &mut dyn Write) -> io::Result<Ruling> {
        let known: Figures = serde_json::from_slice(&fs::read(&self.figures)?)?;
        let here = Machine::here()?;
        if here != known.machine {
            writeln!(
                out,
                "no verdict: the figures are of {}, and this is {}",
                known.machine.told(),
                here.told()
            )?;
            return Ok(Ruling::NotComparable);
        }
        known.held_against(&self.count(here)?, out)
    }

    /// Counts, and writes the figures as those that hold.
    ///
    /// # Errors
    /// valgrind is not installed, a program fails, or the figures cannot be written.
    pub fn bless(&self) -> io::Result<()> {
        let figures = self.count(Machine::here()?)?;
        fs::write(&self.figures, serde_json::to_string_pretty(&figures)? + "\n")
    }

    fn count(&self, machine: Machine) -> io::Result<Figures> {
        let checking = |size, format| {
            let Prepared { folder, truth } = Prepared::new(&self.folder, size, 0)?;
            Ok::<_, io::Error>((instructions(&check(&self.preauth, &folder, format))?, truth))
        };
        let version = Invocation::new([self.preauth.as_os_str(), "--version".as_ref()]);
        let loading = |times: &str| {
            let program = beside_this_program("load-policies")?;
            instructions(&Invocation::new([program.as_os_str(), times.as_ref()]))
        };
        let (reading, read) = checking("gate", "concise")?;
        let (small, _) = checking("S", "concise")?;
        Ok(Figures {
            machine,
            version: instructions(&version)?,
            loading_policies: loading("1")? - loading("0")?,
            check_small: small,
            report_small: checking("S", "text")?.0.saturating_sub(small),
            check_per_byte: rounded(reading as f64 / read.relevant_bytes as f64),
        })
    }
}

impl Figures {
    /// Prints each figure of now beside the one that holds.
    fn held_against(&self, now: &Self, out: &mut dyn Write) -> io::Result<Ruling> {
        let mut ruling = Ruling::Passed;
        for ((name, was), (_, is)) in self.rows().into_iter().zip(now.rows()) {
            let verdict = if is > was * MARGIN {
                ruling = Ruling::Failed;
                ": too many; if they are worth it, write them down with `just bench-gate --bless`"
            } else if is * MARGIN < was {
                ": fewer; so that they stay, write them down with `just bench-gate --bless`"
            } else {
                ""
            };
            let change = (is / was - 1.0) * 100.0;
            writeln!(out, "{name}: {is:.2} user instructions, {was:.2} before ({change:+.1} %){verdict}")?;
        }
        Ok(ruling)
    }

    fn rows(&self) -> [(&'static str, f64); 5] {
        [
            ("`preauth --version`, in millions", self.version as f64 / 1e6),
            ("loading the built-in policies, in millions", self.loading_policies as f64 / 1e6),
            ("`preauth check` of 25 apps, in millions", self.check_small as f64 / 1e6),
            ("the report for people on them, in millions", self.report_small as f64 / 1e6),
            ("`preauth check` of large profiles, for each byte", self.check_per_byte),
        ]
    }
}

impl Machine {
    fn here() -> io::Result<Self> {
        let output = Command::new("rustc").arg("-vV").output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let field = |name: &str| {
            let value = text.lines().find_map(|line| line.strip_prefix(name));
            value
                .map(str::to_owned)
                .ok_or_else(|| io::Error::other(format!("`rustc -vV` does not tell {name}")))
        };
        Ok(Self { rustc: field("release: ")?, host: field("host: ")?, avx2: has_avx2() })
    }

    fn told(&self) -> String {
        let Self { rustc, host, avx2 } = self;
        format!("rustc {rustc}, {host}, {} AVX2", if *avx2 { "with" } else { "without" })
    }
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_avx2() -> bool {
    false
}

/// User instructions of a program, on one thread and with nothing in its environment that could change what it does.
fn instructions(program: &Invocation) -> io::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .args(&program.command)
        .env_clear()
        .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
        .env("RAYON_NUM_THREADS", "1")
        .stdin(Stdio::null())
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let collected =
        said.lines().find_map(|line| line.split_once("Collected : ")).map(|(_, count)| count.trim());
    let count = collected
        .filter(|_| matches!(output.status.code(), Some(0 | 1)))
        .and_then(|count| count.parse().ok());
    count.ok_or_else(|| io::Error::other(format!("valgrind failed:\n{said}")))
}

/// With three digits behind the point.
fn rounded(figure: f64) -> f64 {
    (figure * 1e3).round() / 1e3
}

/// The figures of the repository.
pub fn figures_of_the_repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../bench/instructions.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruling(version: u64) -> (Ruling, String) {
        let machine = Machine { rustc: "1.95.0".into(), host: "x86_64-unknown-linux-gnu".into(), avx2: true };
        let known = Figures {
            machine,
            version: 1_000_000,
            loading_policies: 5_000_000,
            check_small: 70_000_000,
            report_small: 5_000_000,
            check_per_byte: 5.0,
        };
        let mut out = Vec::new();
        let ruling = known.held_against(&Figures { version, ..known.clone() }, &mut out).unwrap();
        (ruling, String::from_utf8(out).unwrap())
    }

    #[test]
    fn what_takes_five_percent_more_fails_and_says_so() {
        assert_eq!(ruling(1_050_000).0, Ruling::Passed);
        let (failed, said) = ruling(1_050_001);
        assert_eq!(failed, Ruling::Failed);
        assert!(said.starts_with(
            "`preauth --version`, in millions: 1.05 user instructions, 1.00 before (+5.0 %): too many"
        ));
        assert_eq!(said.matches("too many").count(), 1);
    }

    #[test]
    fn what_was_saved_is_to_be_kept() {
        let (passed, said) = ruling(900_000);
        assert_eq!(passed, Ruling::Passed);
        assert_eq!(said.matches("fewer").count(), 1);
    }
}
