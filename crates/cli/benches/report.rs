//! What writing a report costs, in each format, when everything is judged: 300 findings in 500 apps.

use divan::{Bencher, counter::ItemsCount};
use preauth_bench::tree::{self, Size};
use preauth_cli::Reportable;

fn main() {
    divan::main();
}

const FORMATS: [&str; 12] = [
    "text",
    "concise",
    "json",
    "sarif",
    "github",
    "gitlab",
    "junit",
    "checkstyle",
    "rdjson",
    "azure",
    "markdown",
    "html",
];

const SIZE: Size = Size {
    connected_apps: 500,
    external_client_apps: 0,
    profiles: 20,
    profile_bytes: 40_000,
    permission_sets: 100,
    permission_set_bytes: 4_000,
    others: 0,
    node_modules: 0,
};

#[divan::bench(args = FORMATS)]
fn report(bencher: Bencher<'_, '_>, format: &str) {
    let folder = tempfile::tempdir().expect("invariant: there is room for a small tree");
    let truth =
        tree::write(SIZE, tree::SEED, 0, folder.path()).expect("invariant: there is room for a small tree");
    let options = ["--no-config".as_ref(), "--no-progress".as_ref(), "--as-of=2026-01-01".as_ref()];
    let arguments = [folder.path().as_os_str()].into_iter().chain(options);
    let found = Reportable::new(arguments).expect("invariant: a tree without configuration can be judged");
    bencher.counter(ItemsCount::new(truth.flaws(&tree::Flaw::ALL))).bench_local(|| {
        let mut out = Vec::new();
        found.write(format, &mut out).expect("invariant: memory takes every report");
        out
    });
}
