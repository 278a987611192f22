# Run everything that a pull request must pass.
ci:
    .ci/run

# Run all tests.
test:
    cargo test --locked --workspace

# Check formatting and lints.
lint:
    cargo fmt --all --check
    cargo clippy --locked --workspace --all-targets -- -D warnings

# Format the source.
fmt:
    cargo fmt --all

# Rewrite generated files: schemas, and the pages of policies, attributes and the command line.
bless:
    PREAUTH_BLESS=1 cargo test --workspace --test generated --test formats

# Check licenses, sources and security advisories of dependencies (needs cargo-deny).
deny:
    cargo deny --locked check

# Compare the cost of a run with other programs, on generated trees of 1 MB to 1 GB; `just bench S` uses the small one.
bench *sizes:
    cargo build --locked --profile dist --package preauth
    cargo build --locked --release --package preauth-bench
    target/release/preauth-bench compare {{sizes}}

# Measure reading, evaluating, fixing and reporting in one process; `just bench-in-process check` runs a part of it.
bench-in-process *filter:
    cargo bench --locked --package preauth-bench --package preauth --bench in_process --bench held --bench shapes --bench report -- {{filter}}

# Compare user instructions with the recorded counts (needs valgrind); `just bench-gate --bless` records new counts.
bench-gate *options:
    cargo build --locked --release --package preauth --package preauth-bench
    target/release/preauth-bench gate {{options}}
