use rayon::prelude::*;

/// Below this many items, one thread is faster than waking the others.
const FEW: usize = 16;

/// Maps each item, in order; on all cores unless the items are few.
pub fn on_all_cores<T: Send, R: Send>(items: Vec<T>, make: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    match items.len() < FEW {
        true => items.into_iter().map(make).collect(),
        false => items.into_par_iter().map(make).collect(),
    }
}

/// Runs `work` once on each core, or once alone if the items are few.
pub fn on_each_core<R: Send>(items: usize, work: impl Fn() -> R + Sync) -> Vec<R> {
    match items < FEW {
        true => vec![work()],
        false => rayon::broadcast(|_| work()),
    }
}
