//! What reading, judging and correcting cost in one process, as an editor does it.

use std::{io::Read, sync::LazyLock};

use divan::{Bencher, black_box, counter::BytesCount};
use preauth_bench::tree::{self, Company, Profile, Size};
use preauth_metadata::{Demand, FileFacts, Kind, Project, Reader, Workspace};
use preauth_policy::{Config, Given, PolicySet, check, fix};
use preauth_source::{Applicability, FilePath, Location, SourceFile};

fn main() {
    divan::main();
}

static POLICIES: LazyLock<PolicySet> = LazyLock::new(|| PolicySet::load(&[], &Config::default()).0);
static DEMAND: LazyLock<Demand> = LazyLock::new(|| POLICIES.demand());

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
    files.retain(|(path, _)| Kind::of(path).is_some());
    files
}

fn facts(path: &FilePath, text: &str) -> FileFacts {
    let (kind, stem) = Kind::of(path).expect("invariant: only such files are kept");
    FileFacts::read(&SourceFile::new(path.clone(), text), kind, &stem, true, &DEMAND)
}

fn workspace(files: &[(FilePath, String)]) -> Workspace {
    let home = Location::start_of(Project::FILE.into());
    let mut workspace = Workspace::new(Project::default(), DEMAND.clone(), home);
    for (path, text) in files {
        workspace.set(facts(path, text));
    }
    workspace
}

fn given() -> Given {
    Given::new(&Config::default(), jiff::civil::date(2026, 1, 1))
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

/// What nobody asks for is left out while reading.
#[divan::bench(args = [1, 4])]
fn read_a_profile(bencher: Bencher<'_, '_>, megabytes: usize) {
    let text = profile(megabytes);
    let mut reader = Reader::new(&DEMAND);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| read(&mut reader, black_box(&text)).is_some());
}

#[divan::bench(args = [10, 100, 500])]
fn check_apps(bencher: Bencher<'_, '_>, apps: usize) {
    let (files, given) = (project(apps), given());
    bencher
        .with_inputs(|| workspace(&files))
        .bench_values(|workspace| check(&workspace, &POLICIES, &given).diagnostics.len());
}

/// As an editor does it: an app is typed in, and everything is judged again.
#[divan::bench(args = [10, 100, 500])]
fn check_again_after_an_app_is_edited(bencher: Bencher<'_, '_>, apps: usize) {
    let (files, given) = (project(apps), given());
    let mut workspace = workspace(&files);
    check(&workspace, &POLICIES, &given);
    let (path, text) = files
        .iter()
        .find(|(path, _)| path.as_str().ends_with(".connectedApp-meta.xml"))
        .expect("invariant: the project has apps");
    let text = text.replace("ENFORCE", "BYPASS");
    bencher.bench_local(|| {
        workspace.set(facts(path, &text));
        check(&workspace, &POLICIES, &given).diagnostics.len()
    });
}

#[divan::bench]
fn check_again_after_a_profile_of_4_mb_is_edited(bencher: Bencher<'_, '_>) {
    let (text, given) = (profile(4), given());
    let mut workspace = workspace(&project(100));
    let mut reader = Reader::new(&DEMAND);
    bencher.bench_local(|| {
        workspace.set(read(&mut reader, &text).expect("invariant: the profile is well-formed"));
        check(&workspace, &POLICIES, &given).diagnostics.len()
    });
}

#[divan::bench(args = [10, 100])]
fn correct_apps(bencher: Bencher<'_, '_>, apps: usize) {
    let (files, given) = (project(apps), given());
    bencher.with_inputs(|| workspace(&files)).bench_values(|mut workspace| {
        fix(&mut workspace, &POLICIES, &given, Applicability::Unsafe, &|_, _| true).corrected.len()
    });
}

fn read(reader: &mut Reader<'_>, text: &str) -> Option<FileFacts> {
    let path = FilePath::from("profiles/Quay Desk.profile-meta.xml");
    let mut rest = text.as_bytes();
    let facts = reader.read(&path, Kind::Profile, "Quay Desk", true, |piece| rest.read(piece));
    facts.expect("invariant: memory can be read")
}
