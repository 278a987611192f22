//! Measures the memory that a tree takes while it is in use.

mod trees;

use divan::{AllocProfiler, Bencher};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// The facts of a tree, and what they say together: what is deallocated is what they held.
#[divan::bench(args = ["S", "M", "L"], sample_count = 1, sample_size = 1)]
fn let_a_tree_go(bencher: Bencher<'_, '_>, size: &str) {
    let folded = || {
        let tree = trees::tree(size);
        tree.org();
        tree
    };
    bencher.with_inputs(folded).bench_local_values(drop);
}
