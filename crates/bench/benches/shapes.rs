//! What profiles cost that are well-formed in unusual ways: read as they are read, at two sizes, which must have the same
//! throughput; and read and looked at as a whole, which must not be faster. Each time it is the first that is read:
//! elements that were read before would cost less.

use std::{io::Read, sync::LazyLock};

use divan::{Bencher, counter::BytesCount};
use preauth_bench::shapes::{SHAPES, Shape};
use preauth_metadata::{Demand, FileFacts, Kind, Reader};
use preauth_policy::{Config, PolicySet};
use preauth_source::{FilePath, SourceFile};

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    divan::main();
}

const ELEMENTS: usize = 5_000;
const NAME: &str = "Quay Desk";

static DEMAND: LazyLock<Demand> = LazyLock::new(|| PolicySet::load(&[], &Config::default()).0.demand());

fn path() -> FilePath {
    FilePath::from("profiles/Quay Desk.profile-meta.xml")
}

fn names() -> impl Iterator<Item = &'static str> {
    SHAPES.iter().map(|shape| shape.name)
}

fn profile(name: &str, elements: usize) -> String {
    let shape = SHAPES.iter().find(|shape| shape.name == name);
    shape.map(|shape: &Shape| shape.profile(elements)).expect("invariant: the names are those of the shapes")
}

fn read(bencher: Bencher<'_, '_>, text: &str) {
    bencher.counter(BytesCount::of_str(text)).bench_local(|| {
        let facts = Reader::new(&DEMAND).read(&path(), Kind::Profile, NAME, true, text.as_bytes());
        facts.expect("invariant: memory can be read").is_some()
    });
}

#[divan::bench(args = names(), sample_count = 20)]
fn read_n(bencher: Bencher<'_, '_>, name: &str) {
    read(bencher, &profile(name, ELEMENTS));
}

#[divan::bench(args = names(), sample_count = 20)]
fn read_2_n(bencher: Bencher<'_, '_>, name: &str) {
    read(bencher, &profile(name, 2 * ELEMENTS));
}

#[divan::bench(args = names(), sample_count = 20)]
fn as_a_whole_n(bencher: Bencher<'_, '_>, name: &str) {
    let text = profile(name, ELEMENTS);
    bencher.counter(BytesCount::of_str(&text)).bench_local(|| {
        let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
        rest.read_to_end(&mut bytes).expect("invariant: memory can be read");
        let text = std::str::from_utf8(&bytes).expect("invariant: it was text before");
        FileFacts::read(&SourceFile::new(path(), text), Kind::Profile, NAME, true, &DEMAND).is_well_formed()
    });
}
