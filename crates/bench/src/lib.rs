//! Benchmarks of what happens in one process, as an editor needs it: `cargo bench -p preauth-bench`.
