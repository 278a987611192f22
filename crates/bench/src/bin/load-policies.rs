//! Loads the built-in policies so many times, and does nothing with them: `load-policies TIMES`. The difference between
//! once and not at all is what loading takes.

#![allow(clippy::disallowed_methods, reason = "a benchmark is a host: it reads its arguments")]

use std::hint::black_box;

use preauth_policy::{Config, PolicySet};

fn main() {
    let times = std::env::args().nth(1).and_then(|times| times.parse().ok()).unwrap_or(1);
    for _ in 0..times {
        black_box(PolicySet::load(&[], &Config::default()));
    }
}
