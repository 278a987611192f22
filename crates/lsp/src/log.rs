use std::{
    io::Write,
    sync::{Arc, Mutex},
};

/// The log of the server. The default discards every line.
#[derive(Clone, Default)]
pub struct Log(Option<Arc<Mutex<dyn Write + Send>>>);

impl Log {
    /// Returns a log that writes its lines to `target`.
    pub fn to(target: impl Write + Send + 'static) -> Self {
        Self(Some(Arc::new(Mutex::new(target))))
    }

    /// Writes a line. Write errors are ignored, because there is nowhere to report them.
    pub(crate) fn write_line(&self, line: &str) {
        if let Some(Ok(mut target)) = self.0.as_ref().map(|target| target.lock()) {
            let _ = writeln!(target, "{line}").and_then(|()| target.flush());
        }
    }
}
