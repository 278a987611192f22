//! Measures reading, checking and fixing in one process, as an editor does it.

mod trees;

use std::sync::Arc;

use divan::{Bencher, black_box, counter::BytesCount};
use preauth_bench::tree::{self, Company, Profile, Size};
use preauth_metadata::{FileFacts, Kind, Reader, Workspace};
use preauth_policy::{CheckInput, Config, PolicySet, check, fix};
use preauth_source::{Applicability, FilePath, SourceFile};
use trees::{DEMAND, POLICIES, empty, facts, read, tree};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

/// A profile of so many megabytes.
fn profile(megabytes: usize) -> String {
    let mut rng = fastrand::Rng::with_seed(tree::SEED);
    let company = Company::new(&mut rng, megabytes * 1_000_000);
    tree::profile(&mut rng, &company, &Profile::named("Quay Desk"), megabytes * 1_000_000)
}

/// A project with so many connected apps, twenty profiles and twenty permission sets.
fn project(apps: usize) -> Vec<(FilePath, String)> {
    let size = Size {
        connected_apps: apps,
        external_client_apps: 0,
        profiles: 20,
        profile_bytes: 40_000,
        permission_sets: 20,
        permission_set_bytes: 4_000,
        others: 0,
        node_modules: 0,
    };
    let mut files = Vec::new();
    tree::files(size, tree::SEED, 0, &mut |path, text| {
        files.push((FilePath::from(path), text.to_owned()));
        Ok(())
    })
    .expect("invariant: memory takes every file");
    files.retain(|(path, _)| Kind::of_path(path).is_some());
    files
}

fn workspace(files: &[(FilePath, String)]) -> Workspace {
    let mut workspace = empty();
    for (path, text) in files {
        workspace.set(facts(path, text));
    }
    workspace
}

fn given() -> CheckInput {
    CheckInput::new(&Config::default(), jiff::civil::date(2026, 1, 1))
}

#[divan::bench]
fn load_the_built_in_policies() -> PolicySet {
    PolicySet::load(&[], &Config::default()).0
}

/// The parser alone.
#[divan::bench]
fn parse_a_profile_of_1_mb(bencher: Bencher<'_, '_>) {
    let text = profile(1);
    bencher.counter(BytesCount::of_str(&text)).bench(|| {
        preauth_xml::parse(&SourceFile::new("Quay Desk.profile".into(), black_box(&text)), &|_| false).1.len()
    });
}

/// Elements that no policy needs are left out while reading.
#[divan::bench(args = [1, 4])]
fn read_a_profile(bencher: Bencher<'_, '_>, megabytes: usize) {
    let text = profile(megabytes);
    let mut reader = Reader::new(&DEMAND);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let path = FilePath::from("profiles/Quay Desk.profile-meta.xml");
        read(&mut reader, &path, Kind::Profile, "Quay Desk", black_box(&text).as_bytes()).is_some()
    });
}

#[divan::bench(args = [10, 100, 500])]
fn check_apps(bencher: Bencher<'_, '_>, apps: usize) {
    let (files, given) = (project(apps), given());
    bencher
        .with_inputs(|| workspace(&files))
        .bench_values(|workspace| check(&workspace, &POLICIES, &given).diagnostics.len());
}

/// Folds and checks everything, without reading files.
#[divan::bench(args = ["S", "M", "L"], sample_count = 20)]
fn check_a_tree(bencher: Bencher<'_, '_>, size: &str) {
    let (tree, given) = (tree(size), given());
    let anew = || {
        let mut workspace = empty();
        tree.files().for_each(|file| workspace.set(file.clone()));
        workspace
    };
    bencher
        .with_inputs(anew)
        .bench_local_values(|workspace| check(&workspace, &POLICIES, &given).diagnostics.len());
}

/// As an editor does it: an app is edited, and the whole tree is checked again.
#[divan::bench(args = ["S", "M", "L"])]
fn check_a_tree_again_after_an_app_is_edited(bencher: Bencher<'_, '_>, size: &str) {
    let (mut workspace, given) = (tree(size), given());
    let edited = |file: &&Arc<FileFacts>| file.kind == Kind::ConnectedApp && file.text.is_some();
    let app = workspace.files().find(edited).expect("invariant: the tree has apps").clone();
    let text = app.text.as_deref().unwrap_or_default();
    let texts = [text.to_owned(), text.replace("<label>", "<!-- typed -->\n    <label>")];
    check(&workspace, &POLICIES, &given);
    let mut typed = texts.iter().cycle();
    bencher.bench_local(|| {
        workspace.set(facts(&app.path, typed.next().expect("invariant: a cycle has no end")));
        check(&workspace, &POLICIES, &given).diagnostics.len()
    });
}

/// A profile of 50 kB, 1 MB or 4 MB is edited, and the whole tree is checked again.
#[divan::bench(args = ["S", "M", "L"])]
fn check_a_tree_again_after_a_profile_is_edited(bencher: Bencher<'_, '_>, size: &str) {
    let (mut workspace, given) = (tree(size), given());
    let edited = |file: &&Arc<FileFacts>| file.kind == Kind::Profile && &*file.stem == "Admin";
    let path = workspace.files().find(edited).expect("invariant: every tree has this profile").path.clone();
    let mut text = String::new();
    let size = Size::named(size).expect("invariant: the size has a name");
    tree::files(size, tree::SEED, 0, &mut |found, found_text| {
        if found == path.as_str() {
            text = found_text.to_owned();
        }
        Ok(())
    })
    .expect("invariant: memory takes every file");
    let texts = [text.replacen("<custom>", "<!-- typed -->\n    <custom>", 1), text];
    check(&workspace, &POLICIES, &given);
    let mut typed = texts.iter().cycle();
    bencher.bench_local(|| {
        let text = typed.next().expect("invariant: a cycle has no end");
        let read = read(&mut Reader::new(&DEMAND), &path, Kind::Profile, "Admin", text.as_bytes());
        workspace.set(read.expect("invariant: the profile is well-formed"));
        check(&workspace, &POLICIES, &given).diagnostics.len()
    });
}

#[divan::bench(args = [10, 100])]
fn correct_apps(bencher: Bencher<'_, '_>, apps: usize) {
    let (files, given) = (project(apps), given());
    bencher.with_inputs(|| workspace(&files)).bench_values(|mut workspace| {
        fix(&mut workspace, &POLICIES, &given, Applicability::Unsafe, &|_, _| true).findings.len()
    });
}
