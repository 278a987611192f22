//! Reading values from the texts of elements, and writing them back.

pub(crate) mod read;
pub(crate) mod write;
