//! Measures the time and memory of running a program.

use std::{
    ffi::OsString,
    fs, io,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use wait4::Wait4;

/// A program to run.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The program and its arguments.
    pub command: Vec<OsString>,
    /// Variables that are added to its environment.
    pub environment: Vec<(&'static str, &'static str)>,
}

/// The result of a run.
#[derive(Debug)]
pub struct Outcome {
    /// From the start to the end.
    pub wall: Duration,
    /// User and system, of the program and of what it started and waited for.
    pub cpu: Duration,
    /// The most memory that any one process held, in bytes. What the program that starts it holds is the least that can
    /// be told, about 2 MB.
    pub peak: u64,
    /// Its standard output.
    pub printed: Vec<u8>,
}

impl Invocation {
    /// A program with arguments.
    pub fn new<I: Into<OsString>>(command: impl IntoIterator<Item = I>) -> Self {
        let command = command.into_iter().map(Into::into).collect();
        Self { command, environment: Vec::new() }
    }

    /// The program as messages name it.
    fn name(&self) -> String {
        self.command.first().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Runs it, through the small program [`usage`] is made for: a new process counts as its own peak what the process
    /// that started it held, so a large one must not start it.
    ///
    /// # Errors
    /// It cannot be started, or fails: its exit code is neither 0, nor 1, which is how those that look for something
    /// say that they found something, or nothing.
    pub fn run(&self) -> io::Result<Outcome> {
        let figures = std::env::temp_dir().join(format!("preauth-bench-{}", std::process::id()));
        let output = Command::new(beside_this_program("measured")?)
            .arg(&figures)
            .args(&self.command)
            .envs(self.environment.iter().copied())
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .output()?;
        if !matches!(output.status.code(), Some(0 | 1)) {
            return Err(io::Error::other(format!("`{}` failed: {}", self.name(), output.status)));
        }
        let figures = fs::read_to_string(figures)?;
        let figures: Vec<u64> = figures.split_whitespace().filter_map(|figure| figure.parse().ok()).collect();
        let [wall, cpu, peak] = figures[..] else {
            return Err(io::Error::other("invariant: `measured` writes three numbers"));
        };
        Ok(Outcome {
            wall: Duration::from_nanos(wall),
            cpu: Duration::from_nanos(cpu),
            peak,
            printed: output.stdout,
        })
    }
}

/// Runs a program, with this one's standard input and output, and writes to a file what it took: nanoseconds from start
/// to end, nanoseconds of CPU time, bytes of memory. Gives its exit code.
///
/// # Errors
/// It cannot be started, or the file not be written.
pub fn usage(file: OsString, mut command: impl Iterator<Item = OsString>) -> io::Result<i32> {
    let program = command.next().ok_or_else(|| io::Error::other("there is no program to run"))?;
    let begun = Instant::now();
    let ended = Command::new(program).args(command).spawn()?.wait4()?;
    let wall = begun.elapsed().as_nanos();
    let cpu = (ended.rusage.utime + ended.rusage.stime).as_nanos();
    fs::write(file, format!("{wall} {cpu} {}\n", ended.rusage.maxrss))?;
    Ok(ended.status.code().unwrap_or(2))
}

/// A program that was built together with this one.
pub(crate) fn beside_this_program(name: &str) -> io::Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(name).with_extension(std::env::consts::EXE_EXTENSION);
    if path.is_file() {
        Ok(path)
    } else {
        Err(io::Error::other(format!("`{}` was not built", path.display())))
    }
}
