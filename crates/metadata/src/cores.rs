use rayon::prelude::*;

/// How many files, folders, apps or findings take less time than to wake the threads that would share them.
const FEW: usize = 16;

/// What comes of each item, in order; on all cores unless they are few.
pub fn on_all_cores<T: Send, R: Send>(items: Vec<T>, make: impl Fn(T) -> R + Send + Sync) -> Vec<R> {
    match items.len() < FEW {
        true => items.into_iter().map(make).collect(),
        false => items.into_par_iter().map(make).collect(),
    }
}

/// What each of those that share so many items comes to: one for each core, or one alone if they are few.
pub fn on_each_core<R: Send>(items: usize, work: impl Fn() -> R + Sync) -> Vec<R> {
    match items < FEW {
        true => vec![work()],
        false => rayon::broadcast(|_| work()),
    }
}
