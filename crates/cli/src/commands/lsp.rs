//! `preauth lsp`: the language server on standard input and output. What it knows of files, the configuration and the
//! day it knows from here.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::Path,
    time::Instant,
};

use camino::{Utf8Path, Utf8PathBuf};
use jiff::civil::Date;
use preauth_lsp::{AtHand, Ending, Host, Loaded, Log, Open, Source};
use preauth_metadata::Kind;
use preauth_source::FilePath;

use crate::{
    Failure, Outcome,
    args::Lsp,
    commands::check::today,
    output::Output,
    tree::{
        discover::{Found, Standing, Tree, discover, relative},
        file_system::{Disk, Entry, Files},
        load::{self, ConfigChoice},
    },
};

/// Runs the command.
pub(crate) fn run(args: &Lsp, output: &Output) -> Result<Outcome, Failure> {
    let log = match &args.log {
        Some(path) => {
            let file = File::options().create(true).append(true).open(path);
            let file =
                file.map_err(|error| Failure::Said(format!("cannot write the log `{path}`: {error}")))?;
            Log::to(Timed { file, begun: Instant::now() })
        }
        None => Log::default(),
    };
    let editor = Editor { choice: args.config.choice(), as_of: args.as_of };
    match preauth_lsp::serve(&editor, io::stdin(), io::stdout(), log) {
        Ending::Orderly => Ok(Outcome::Clean),
        Ending::Abrupt => {
            output.say("preauth: the editor went away without saying so");
            Ok(Outcome::Findings)
        }
    }
}

/// A log with how many milliseconds have passed before each line.
struct Timed {
    file: File,
    begun: Instant,
}

impl io::Write for Timed {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if line != b"\n" {
            write!(self.file, "{:>8} ", self.begun.elapsed().as_millis())?;
        }
        self.file.write_all(line).map(|()| line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Where the editor's files are, and the configuration that was asked for.
struct Editor<'c> {
    choice: ConfigChoice<'c>,
    as_of: Option<Date>,
}

impl Host for Editor<'_> {
    fn load(&self, path: &Utf8Path, at_hand: &AtHand<'_>) -> Result<Loaded, String> {
        let named = |error: io::Error| format!("{path}: {error}");
        let start = path.ancestors().find(|above| above.exists()).unwrap_or(path);
        let whole = start.canonicalize_utf8().map_err(named)?;
        let folder = if whole.is_dir() { whole } else { folder_of(start).map_err(named)? };
        let trees = discover(&[start.to_owned()], false).map_err(|error| error.to_string())?;
        let projects =
            trees.into_iter().map(|tree| self.read_tree(tree, at_hand)).collect::<Result<_, _>>()?;
        Ok(Loaded { folder, projects })
    }

    fn rules(&self, root: &Utf8Path, open: &Open) -> Result<preauth_lsp::Rules, String> {
        let rules = load::rules_among(&Opened(open), root, self.choice).map_err(|error| error.to_string())?;
        let load::Rules { file, config, policies, texts, mistakes } = rules;
        Ok(preauth_lsp::Rules { file, config, policies, texts, mistakes })
    }

    fn read(&self, path: &Utf8Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn today(&self) -> Date {
        self.as_of.unwrap_or_else(today)
    }
}

impl Editor<'_> {
    fn read_tree(&self, mut tree: Tree, at_hand: &AtHand<'_>) -> Result<Source, String> {
        tree.given = given(&mut tree.files, &tree.root, at_hand.open, |path| tree.project.holds(path));
        let rules = self.rules(&tree.root, at_hand.open)?;
        let demand = rules.policies.demand();
        let known = |found: &Found| {
            let judged = found.standing == Standing::Judged;
            (at_hand.facts)(&tree.root, &found.path, &demand).filter(|facts| facts.judged == judged)
        };
        let workspace = load::workspace_beside(&tree, demand.clone(), false, known);
        Ok(Source { root: tree.root, workspace, rules, diagnostics: tree.diagnostics })
    }
}

/// The files on disk, with the texts that are open in their place.
struct Opened<'o>(&'o Open);

impl Files for Opened<'_> {
    fn entries(&self, folder: &Path) -> io::Result<Vec<io::Result<Entry>>> {
        Disk.entries(folder)
    }

    fn read(&self, file: &Path) -> io::Result<Vec<u8>> {
        let open = Utf8Path::from_path(file).and_then(|file| self.0.get(file));
        open.map_or_else(|| Disk.read(file), |text| Ok(text.as_bytes().to_vec()))
    }

    fn is_file(&self, path: &Path) -> bool {
        Disk.is_file(path)
    }

    fn is_folder(&self, path: &Path) -> bool {
        Disk.is_folder(path)
    }

    fn canonical(&self, path: &Utf8Path) -> io::Result<Utf8PathBuf> {
        Disk.canonical(path)
    }
}

/// The folder of a file that may be a link itself: absolute, without symbolic links on the way.
fn folder_of(file: &Utf8Path) -> io::Result<Utf8PathBuf> {
    let absolute = camino::absolute_utf8(file)?;
    absolute.parent().unwrap_or(&absolute).canonicalize_utf8()
}

/// The texts that are open of the files of a tree. A file that is open and was never saved belongs to it like the
/// others.
fn given(
    files: &mut Vec<Found>,
    root: &Utf8Path,
    open: &Open,
    holds: impl Fn(&FilePath) -> bool,
) -> BTreeMap<FilePath, Vec<u8>> {
    let mut given = BTreeMap::new();
    for (path, text) in open.iter().filter(|(path, _)| path.starts_with(root)) {
        let file = FilePath::new(relative(root, path));
        match files.binary_search_by(|found| found.path.cmp(&file)) {
            Ok(_) => {}
            Err(at) if !path.exists() && holds(&file) => {
                let Some((kind, _)) = Kind::of_name(file.name()) else { continue };
                files.insert(at, Found { path: file.clone(), kind, standing: Standing::Judged });
            }
            Err(_) => continue,
        }
        given.insert(file, text.as_bytes().to_vec());
    }
    given
}
