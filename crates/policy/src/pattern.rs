use std::sync::OnceLock;

use regex::Regex;

/// A regular expression that is compiled when a text is first held to it: most runs need few of those there are.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// A pattern that is known to be one.
    pub(crate) fn known(text: &str) -> Self {
        Self { text: text.to_owned(), compiled: OnceLock::new() }
    }

    /// A pattern that may be none.
    ///
    /// # Errors
    /// Why it is none, in one line.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let regex = Regex::new(text).map_err(|error| {
            let text = error.to_string();
            text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
        })?;
        Ok(Self { text: text.to_owned(), compiled: regex.into() })
    }

    /// Whether it is found in a text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let regex = self.compiled.get_or_init(|| Regex::new(&self.text).expect("invariant: a known pattern"));
        regex.is_match(text)
    }

    /// As the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}
