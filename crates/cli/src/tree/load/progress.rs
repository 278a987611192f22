//! The progress bar.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A progress bar that appears only if reading takes long.
pub(super) struct Progress {
    /// `None` if no bar is wanted.
    bar: Option<ProgressBar>,
    begun: Instant,
}

impl Progress {
    /// The time after which the bar appears.
    const DELAY: Duration = Duration::from_millis(500);

    #[allow(clippy::disallowed_methods, reason = "the bar depends on the time that passes")]
    pub(super) fn new(files: usize, wanted: bool) -> Self {
        let bar = || {
            let style =
                ProgressStyle::with_template("{bar:30} {pos}/{len} files").expect("invariant: a template");
            ProgressBar::with_draw_target(u64::try_from(files).ok(), ProgressDrawTarget::hidden())
                .with_style(style)
        };
        Self { bar: wanted.then(bar), begun: Instant::now() }
    }

    pub(super) fn advance(&self) {
        let Some(bar) = &self.bar else { return };
        bar.inc(1);
        if bar.is_hidden() && self.begun.elapsed() > Self::DELAY {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    pub(super) fn finish(&self) {
        self.bar.iter().for_each(ProgressBar::finish_and_clear);
    }
}
