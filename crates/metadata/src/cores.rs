use rayon::prelude::*;

/// How many apps or components take longer to put together than it takes to start threads.
const WORTH_THREADS: usize = 32;

/// What comes of each item, in order; on all cores if they are many.
pub(crate) fn on_all_cores<T: Send, R: Send>(items: Vec<T>, make: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    match items.len() < WORTH_THREADS {
        true => items.into_iter().map(make).collect(),
        false => items.into_par_iter().map(make).collect(),
    }
}
