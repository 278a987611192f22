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
