use std::sync::OnceLock;

use regex_automata::meta::{self, Regex};

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
        let regex = compiled(text).map_err(|error| {
            let text = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
            text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
        })?;
        Ok(Self { text: text.to_owned(), compiled: regex.into() })
    }

    /// Whether it is found in a text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let regex = self.compiled.get_or_init(|| compiled(&self.text).expect("invariant: a known pattern"));
        regex.is_match(text)
    }

    /// As the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Compiles for texts that are short and few, such as URLs: what only pays off over long ones is left out, for to make
/// it takes longer than all that is searched for.
fn compiled(text: &str) -> Result<Regex, Box<meta::BuildError>> {
    let config = meta::Config::new().auto_prefilter(false).hybrid(false).dfa(false).onepass(false);
    Regex::builder().configure(config).build(text).map_err(Box::new)
}
