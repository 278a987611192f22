//! Walks a tree, reads every byte that must be read, and does nothing with it: what no program that looks at all of it
//! can do without. `yardstick TREE [THREADS]` prints how many files and bytes there were.
#![allow(clippy::disallowed_methods, reason = "a benchmark is a host: it walks folders and reads files")]

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Condvar, Mutex, MutexGuard},
    thread,
};

use preauth_metadata::Kind;

/// The queue that all threads share.
#[derive(Default)]
struct Work {
    open: Mutex<Open>,
    more: Condvar,
}

/// The folders left to walk, and the bytes read so far.
#[derive(Default)]
struct Open {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
    /// Folders that somebody is listing: there may be more to come.
    listing: usize,
    read: Total,
}

/// The amount that was read.
#[derive(Clone, Copy, Default)]
struct Total {
    files: u64,
    bytes: u64,
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let Some(tree) = arguments.next() else {
        eprintln!("yardstick: of which tree?");
        return ExitCode::from(2);
    };
    let threads = arguments.next().and_then(|threads| threads.to_str()?.parse().ok()).unwrap_or(2);
    match read(tree.into(), threads) {
        Ok(Total { files, bytes }) => {
            println!("{files} files, {bytes} bytes");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("yardstick: {error}");
            ExitCode::from(2)
        }
    }
}

/// Reads what is below a folder, on so many threads.
fn read(tree: PathBuf, threads: usize) -> io::Result<Total> {
    let work = Work::default();
    work.lock().folders.push(tree);
    thread::scope(|scope| {
        let others: Vec<_> = (1..threads).map(|_| scope.spawn(|| work.take_part())).collect();
        work.take_part()?;
        others.into_iter().try_for_each(|other| other.join().expect("invariant: reading does not panic"))
    })?;
    Ok(work.lock().read)
}

impl Work {
    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().expect("invariant: nobody panics while they hold it")
    }

    /// Lists folders and reads files until there are none: folders first, so that the others have something to do.
    fn take_part(&self) -> io::Result<()> {
        let mut buffer = vec![0; 128 * 1024];
        let mut open = self.lock();
        loop {
            if let Some(folder) = open.folders.pop() {
                open.listing += 1;
                drop(open);
                let listed = list(&folder);
                open = self.lock();
                open.listing -= 1;
                self.more.notify_all();
                let (folders, files) = listed?;
                open.folders.extend(folders);
                open.files.extend(files);
            } else if let Some(file) = open.files.pop() {
                drop(open);
                let bytes = read_file(&file, &mut buffer)?;
                open = self.lock();
                open.read.files += 1;
                open.read.bytes += bytes;
            } else if open.listing > 0 {
                open = self.more.wait(open).expect("invariant: nobody panics while they hold it");
            } else {
                return Ok(());
            }
        }
    }
}

/// The folders in a folder that source is in, and the files that must be read.
fn list(folder: &Path) -> io::Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (mut folders, mut files) = (Vec::new(), Vec::new());
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let Some(known) = name.to_str() else { continue };
        if entry.file_type()?.is_dir() {
            if !known.starts_with('.') && name != OsStr::new("node_modules") {
                folders.push(entry.path());
            }
        } else if Kind::of_name(known).is_some() {
            files.push(entry.path());
        }
    }
    Ok((folders, files))
}

fn read_file(path: &Path, buffer: &mut [u8]) -> io::Result<u64> {
    let mut file = File::open(path)?;
    let mut bytes = 0;
    loop {
        match file.read(buffer)? {
            0 => return Ok(bytes),
            some => bytes += some as u64,
        }
    }
}
