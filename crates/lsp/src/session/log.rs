use std::{
    io::Write,
    sync::{Arc, Mutex},
};

/// Where the server says what it does; nowhere, if nobody asked.
#[derive(Clone, Default)]
pub struct Log(Option<Arc<Mutex<dyn Write + Send>>>);

impl Log {
    /// Into `target`, a line each.
    pub fn to(target: impl Write + Send + 'static) -> Self {
        Self(Some(Arc::new(Mutex::new(target))))
    }

    /// Says something. What cannot be written is lost: there is nobody to tell.
    pub(crate) fn say(&self, line: &str) {
        if let Some(Ok(mut target)) = self.0.as_ref().map(|target| target.lock()) {
            let _ = writeln!(target, "{line}").and_then(|()| target.flush());
        }
    }
}
