use std::{
    ffi::{OsStr, OsString},
    io,
    path::Path,
    process::{Command, Stdio},
};

use preauth_metadata::Kind;

use super::check;
use crate::{
    Findings, Truth,
    measure::{Invocation, beside_this_program},
    tree::Flaw,
};

/// A program that is compared.
pub(super) struct Program {
    pub(super) name: &'static str,
    pub(super) invocation: Invocation,
    prints: Prints,
}

/// The output of a program.
enum Prints {
    /// Nothing that anybody looked for.
    Nothing,
    /// A line for each of something.
    Lines(&'static str),
    /// A line for each finding of `preauth`; what is in them was told by a report in JSON.
    Findings(Findings),
    /// Findings, each with its source.
    Drawn(Findings),
    /// A line for each finding of the scripts.
    Assignments,
}

/// The programs that are compared on a tree.
pub(super) struct Programs {
    /// The programs that run; the first is what the others are compared with.
    pub(super) run: Vec<Program>,
    /// The names of those that are not installed.
    pub(super) missing: Vec<&'static str>,
}

/// The flaws that the scripts look for.
const ASSIGNMENTS: [Flaw; 3] = [Flaw::Unassigned, Flaw::UnknownGrant, Flaw::WithoutRanges];

/// The folder of the scripts.
const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/peers");

impl Programs {
    /// The programs that are installed.
    pub(super) fn new(preauth: &Path, tree: &Path) -> io::Result<Self> {
        let report = check(preauth, tree, "json").run()?.printed;
        let findings = Findings::of_report(&report)?;
        let concise = check(preauth, tree, "concise");
        let drawn = check(preauth, tree, "text");
        let alone = Invocation { environment: vec![("RAYON_NUM_THREADS", "1")], ..concise.clone() };
        let own = |name| Ok::<_, io::Error>(beside_this_program(name)?.into_os_string());
        let tree = || tree.as_os_str().to_owned();
        let mut all = Self {
            run: vec![
                Program::new("`preauth check`", concise, Prints::Findings(findings.clone())),
                Program::new("`preauth check`, one thread", alone, Prints::Findings(findings.clone())),
                Program::new("`preauth check`, each finding with its source", drawn, Prints::Drawn(findings)),
                Program::new(
                    "read every byte, do nothing (yardstick)",
                    Invocation::new([own("yardstick")?, tree()]),
                    Prints::Nothing,
                ),
                Program::new("hello world", Invocation::new([own("hello")?]), Prints::Nothing),
            ],
            missing: Vec::new(),
        };

        let rg = answers("rg", &["--version"]).is_some();
        let only = suffixes().flat_map(|suffix| ["--glob".into(), format!("*{suffix}").into()]);
        let count = ["rg", "--count", "userPermissions"].map(OsString::from).into_iter().chain(only);
        all.peer("`rg --count userPermissions`", rg, count.chain([tree()]), Prints::Lines("files"));

        // As `find` knows no other way to say it: -name A -o -name B.
        let named: Vec<String> = suffixes().map(|suffix| format!("-name '*{suffix}'")).collect();
        let line = format!("find \"$0\" {} | tr '\\n' '\\0' | xargs -0 xmllint --noout", named.join(" -o "));
        let xmllint = answers("xmllint", &["--version"]).is_some();
        let command = ["sh".into(), "-c".into(), line.into(), tree()];
        all.peer("`xmllint --noout`", xmllint, command, Prints::Nothing);

        let script = |name: &str| OsString::from(format!("{PEERS}/{name}"));
        all.peer("script with ripgrep", rg, [script("assignments.sh"), tree()], Prints::Assignments);

        // What is in the PATH may be a script that looks for the interpreter.
        let python = answers("python3", &["-c", "import lxml, sys; print(sys.executable, end='')"]);
        let command = [python.clone().unwrap_or_default().into(), script("assignments.py"), tree()];
        all.peer("script with lxml", python.is_some(), command, Prints::Assignments);
        Ok(all)
    }

    fn peer(
        &mut self,
        name: &'static str,
        installed: bool,
        command: impl IntoIterator<Item = OsString>,
        prints: Prints,
    ) {
        if installed {
            self.run.push(Program::new(name, Invocation::new(command), prints));
        } else {
            self.missing.push(name);
        }
    }
}

impl Program {
    fn new(name: &'static str, invocation: Invocation, prints: Prints) -> Self {
        Self { name, invocation, prints }
    }

    /// The output in a few words; an error if it is not the expected result.
    pub(super) fn judged(&self, printed: &[u8], truth: &Truth) -> Result<String, String> {
        let printed = String::from_utf8_lossy(printed);
        let lines = match &self.prints {
            Prints::Drawn(_) => printed.lines().filter(|line| is_headline(line)).count(),
            _ => printed.lines().count(),
        };
        match &self.prints {
            Prints::Nothing => Ok("nothing".to_owned()),
            Prints::Lines(what) => Ok(format!("{lines} {what}")),
            Prints::Findings(findings) | Prints::Drawn(findings) if findings.count != lines => {
                Err(format!("{lines} findings, and {} in JSON", findings.count))
            }
            Prints::Findings(findings) | Prints::Drawn(findings) => told(findings, truth, &Flaw::ALL),
            Prints::Assignments => told(&Findings::of_lines(&printed), truth, &ASSIGNMENTS),
        }
    }
}

/// True if a line is the first of a finding in the text report: a sign, then `error[callback-http]: ...`.
fn is_headline(line: &str) -> bool {
    let said = line.trim_start().split_once(' ').map_or("", |(_, said)| said);
    ["error[", "warning[", "info["].iter().any(|severity| said.starts_with(severity))
}

fn told(findings: &Findings, truth: &Truth, flaws: &[Flaw]) -> Result<String, String> {
    let planted = truth.flaws(flaws);
    match &findings.differences(truth, flaws)[..] {
        [] => Ok(format!("all {planted} flaws of {} kinds", flaws.len())),
        wrong => Err(format!("wrong: {}", wrong.join("; "))),
    }
}

/// The endings of the names of files that must be read.
fn suffixes() -> impl Iterator<Item = String> {
    Kind::all().map(|kind| format!(".{}-meta.xml", kind.suffix()))
}

/// Returns the output of a program, if it is installed and succeeds.
fn answers(program: &str, arguments: &[&str]) -> Option<String> {
    let arguments = arguments.iter().map(OsStr::new);
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
