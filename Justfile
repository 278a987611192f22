# What a pull request must pass.
ci:
    .ci/run

# All tests.
test:
    cargo test --locked --workspace

# Formatting and lints.
lint:
    cargo fmt --all --check
    cargo clippy --locked --workspace --all-targets -- -D warnings

# Format the source.
fmt:
    cargo fmt --all

# Rewrite what is generated: schemas, the pages of policies and attributes.
bless:
    PREAUTH_BLESS=1 cargo test --workspace --test generated

# Licences, sources and security advisories of the dependencies (needs cargo-deny).
deny:
    cargo deny --locked check

# What a run costs beside other programs, on trees of 1 MB to 1 GB that it makes first; `just bench S` takes the small one.
bench *sizes:
    cargo build --locked --profile dist --package preauth
    cargo build --locked --release --package preauth-bench
    target/release/preauth-bench compare {{sizes}}

# What reading, judging, correcting and reporting cost in one process; `just bench-in-process check` takes some of it.
bench-in-process *filter:
    cargo bench --locked --package preauth-bench --package preauth --bench in_process --bench held --bench shapes --bench report -- {{filter}}

# Whether a run takes more user instructions than it did (needs valgrind); `just bench-gate --bless` writes what holds.
bench-gate *options:
    cargo build --locked --release --package preauth --package preauth-bench
    target/release/preauth-bench gate {{options}}
