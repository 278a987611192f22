#![allow(clippy::disallowed_methods, reason = "tests write the files that they read")]

use std::{fs, process::Command, sync::LazyLock};

use proptest::{collection::vec, option, prelude::*, sample::select};
use tempfile::TempDir;

use super::*;
use crate::tree::file_system::Disk;

#[test]
fn link_target_is_relative_to_its_folder() {
    assert_eq!(normalized("/a/b/../../c/./d.xml".into()), "/c/d.xml");
}

const FOLDERS: &[&str] = &[
    "",
    "app/",
    "app/main/",
    "app/out/",
    "lib/",
    "lib/a b/",
    ".hidden/",
    "node_modules/x/",
    "crm/",
    "crm/app/",
];

const NAMES: &[&str] = &[
    "A.profile",
    "B.connectedApp-meta.xml",
    ".C.profile",
    "package.xml",
    "notes.md",
    "D.ecaPolicy-meta.xml",
];

/// Rules of `.gitignore` and of `.forceignore` files.
const RULES: &[&str] =
    &["out/\n", "*.profile\n!A.profile\n", "/app\n", "\u{FEFF}/lib\r\n", "!.hidden\n", "# none\n"];

const PROJECTS: &[&str] = &[
    r#"{"packageDirectories": [{"path": "app"}]}"#,
    r#"{"packageDirectories": [{"path": "lib"}, {"path": "missing"}, {"path": ".hidden"}]}"#,
    r#"{"packageDirectories": 1}"#,
];

const TEXTS: &[&str] = &["<a/>", "<Package><version>61.0</version></Package>", "\n\n", ""];

type Content = BTreeMap<String, &'static str>;

static FILES: LazyLock<Vec<(String, &'static str)>> = LazyLock::new(|| {
    let each =
        |names: &[&'static str], texts: &'static [&'static str]| -> Vec<(&'static str, &'static str)> {
            names.iter().flat_map(|name| texts.iter().map(|text| (*name, *text))).collect()
        };
    let project_files =
        [each(&[".gitignore", ".forceignore"], RULES), each(&[Project::FILE], PROJECTS)].concat();
    let files = [each(NAMES, TEXTS), project_files].concat();
    FOLDERS
        .iter()
        .flat_map(|folder| files.iter().map(move |(name, text)| (format!("{folder}{name}"), *text)))
        .collect()
});

fn content() -> impl Strategy<Value = Content> {
    vec(select(&FILES[..]), 0..24).prop_map(|files| files.into_iter().collect())
}

/// A repository in a temporary folder.
struct Folder {
    folder: TempDir,
    root: &'static str,
}

impl Folder {
    fn new(root: &'static str) -> Self {
        let folder = Self { folder: TempDir::new().unwrap(), root };
        folder.git(&["init", "-q"]);
        folder
    }

    fn top(&self) -> Utf8PathBuf {
        Utf8Path::from_path(self.folder.path()).unwrap().canonicalize_utf8().unwrap()
    }

    fn git(&self, args: &[&str]) {
        let who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-c", "core.autocrlf=false"];
        let mut git = Command::new("git");
        git.env("GIT_CONFIG_GLOBAL", "/dev/null").current_dir(self.folder.path()).args(who).args(args);
        assert!(git.status().unwrap().success());
    }

    /// Replaces the files of the work tree by these.
    fn put(&self, content: &Content) {
        let top = self.top();
        for entry in
            top.read_dir_utf8().unwrap().map(Result::unwrap).filter(|entry| entry.file_name() != ".git")
        {
            match entry.file_type().unwrap().is_dir() {
                true => fs::remove_dir_all(entry.path()).unwrap(),
                false => fs::remove_file(entry.path()).unwrap(),
            }
        }
        fs::create_dir_all(top.join(self.root)).unwrap();
        for (path, text) in content {
            fs::create_dir_all(top.join(path).parent().unwrap()).unwrap();
            fs::write(top.join(path), text).unwrap();
        }
    }

    /// Replaces the files of the work tree by these and stages them.
    fn stage(&self, content: &Content) {
        self.put(content);
        self.git(&["add", "--force", "--all"]);
    }

    fn root(&self) -> Utf8PathBuf {
        self.top().join(self.root).canonicalize_utf8().unwrap()
    }

    /// Reads the work tree.
    fn on_disk(&self) -> ReadTree {
        read(&discover::tree(&Disk, self.root(), BTreeSet::new(), false).unwrap())
    }
}

/// The files of a tree and its problems.
#[derive(Debug, PartialEq)]
struct ReadTree {
    files: Vec<(discover::FoundFile, Vec<u8>)>,
    outside: usize,
    api_version: Option<u32>,
    problems: String,
}

fn read(tree: &ProjectTree) -> ReadTree {
    let files = tree.files.iter().map(|found| {
        let mut text = Vec::new();
        tree.read(&found.path, &mut text).unwrap();
        (found.clone(), text)
    });
    ReadTree {
        files: files.collect(),
        outside: tree.outside.count,
        api_version: tree.api_version,
        problems: format!("{:?} {:?} {:?}", tree.diagnostics, tree.misnamed, tree.ignored_by),
    }
}

fn read_snapshot(snapshot: &Snapshot) -> ReadTree {
    read(&snapshot.tree(BTreeSet::new(), false).unwrap())
}

/// Reads a snapshot whose tree is reused from another.
fn read_reusing(snapshot: &Snapshot, other: &Snapshot) -> ReadTree {
    let known = other.tree(BTreeSet::new(), false).unwrap();
    read(&snapshot.tree_reusing(other, &known, false).unwrap())
}

#[test]
fn commit_snapshot_does_not_depend_on_the_index() {
    let folder = Folder::new("");
    for text in ["<a/>", "\n\n", ""] {
        folder.stage(&[("A.profile".to_owned(), text), ("app/B.profile".to_owned(), "<a/>")].into());
        folder.git(&["commit", "-q", "-m", "one"]);
    }
    let was = folder.on_disk();
    fs::write(folder.top().join("C.profile"), "<a/>").unwrap();
    let repository = Repository::around(&folder.root()).unwrap();
    let head = repository.head().unwrap().unwrap();
    for staged in [
        &["rm", "-q", "--cached", "A.profile"][..],
        &["add", "C.profile"],
        &["add", "--intent-to-add", "C.profile"],
        &["read-tree", "-i", "-m", "HEAD~2", "HEAD", "HEAD~1"],
    ] {
        folder.git(&["read-tree", "HEAD"]);
        folder.git(staged);
        assert_eq!(
            read_snapshot(&Snapshot::of_commit(&repository, &folder.root(), &head).unwrap()),
            was,
            "{staged:?}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn snapshots_equal_the_files_on_disk_at_that_time(
        committed in content(),
        staged in content(),
        now in content(),
        root in select(&["", "crm"][..]),
    ) {
        let folder = Folder::new(root);
        folder.stage(&committed);
        folder.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
        let was = folder.on_disk();
        folder.stage(&staged);
        let to_be = folder.on_disk();
        folder.put(&now);

        let repository = Repository::around(&folder.root()).unwrap();
        let snapshot = Snapshot::of_index(&repository, &folder.root()).unwrap();
        prop_assert_eq!(read_snapshot(&snapshot), to_be);
        let before = snapshot.head_snapshot().unwrap();
        prop_assert_eq!(&read_snapshot(&before), &was);
        prop_assert_eq!(&read_reusing(&before, &snapshot), &was);
        let at_head = Snapshot::of_commit(&repository, &folder.root(), snapshot.head().unwrap()).unwrap();
        prop_assert_eq!(&read_snapshot(&at_head), &was);
    }

    #[test]
    fn snapshot_that_differs_only_in_texts_equals_the_files_on_disk(
        committed in content(),
        texts in vec(option::weighted(0.3, select(TEXTS)), 24),
    ) {
        let folder = Folder::new("");
        folder.stage(&committed);
        folder.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
        let was = folder.on_disk();
        let staged = committed.into_iter().zip(texts).map(|((path, text), new)| (path, new.unwrap_or(text)));
        folder.stage(&staged.collect());

        let repository = Repository::around(&folder.root()).unwrap();
        let snapshot = Snapshot::of_index(&repository, &folder.root()).unwrap();
        prop_assert_eq!(&read_reusing(&snapshot.head_snapshot().unwrap(), &snapshot), &was);
    }
}
