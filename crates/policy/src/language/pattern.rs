//! Regular expressions.

use std::sync::OnceLock;

use regex_automata::{
    meta::{self, Regex},
    util::syntax,
};

/// A regular expression, compiled on first use: most runs need only a few.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Regex>,
    /// A regular expression without Unicode, for ASCII texts, which nearly all are: Unicode takes most of the time and half a
    /// megabyte to compile. `None` if the pattern has characters that are not ASCII.
    ascii: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// Makes a pattern that is known to be valid.
    pub(crate) fn known(text: &str) -> Self {
        Self { text: text.to_owned(), compiled: OnceLock::new(), ascii: OnceLock::new() }
    }

    /// Parses a pattern.
    ///
    /// # Errors
    /// The reason why it is not valid, in one line.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let regex = compiled(text, syntax::Config::new()).map_err(|error| {
            let text = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
            text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
        })?;
        Ok(Self { compiled: regex.into(), ..Self::known(text) })
    }

    /// True if a text has a match.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let ascii = || text.is_ascii().then(|| self.ascii()).flatten();
        self.compiled.get().or_else(ascii).unwrap_or_else(|| self.compiled()).is_match(text)
    }

    fn compiled(&self) -> &Regex {
        let compiled = || compiled(&self.text, syntax::Config::new()).expect("invariant: a known pattern");
        self.compiled.get_or_init(compiled)
    }

    /// Returns the regular expression without Unicode. On ASCII texts it has the same matches, except where an ASCII letter
    /// is the other case of one that is not ASCII.
    fn ascii(&self) -> Option<&Regex> {
        let is_of_ascii =
            || self.text.is_ascii() && ![r"\x", r"\u", r"\U"].iter().any(|by| self.text.contains(by));
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        let plain = || is_of_ascii().then(|| compiled(&self.text, syntax).ok()).flatten();
        self.ascii.get_or_init(plain).as_ref()
    }

    /// Returns the text in the policy.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Compiles for few and short texts, such as URLs. Optimizations for long texts are off: they would take longer to build
/// than all searches.
fn compiled(text: &str, syntax: syntax::Config) -> Result<Regex, Box<meta::BuildError>> {
    let config = meta::Config::new().auto_prefilter(false).hybrid(false).dfa(false).onepass(false);
    Regex::builder().configure(config).syntax(syntax).build(text).map_err(Box::new)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Returns patterns that may have other matches with Unicode than without.
    fn pattern() -> impl Strategy<Value = String> {
        let atoms = r"k S . \w \W \d \D \s \S \b \B [^k] [^a-z] [[:alpha:]] é ſ \u{212A} \x{E9} \xE9 \pL [é-ü] (?u:\w)";
        let atoms: Vec<_> = atoms.split(' ').collect();
        let one = (prop::sample::select(atoms), prop::sample::select(vec!["", "", "*", "|"]));
        let joined =
            |parts: Vec<(&str, &str)>| -> String { parts.into_iter().flat_map(|(a, b)| [a, b]).collect() };
        let parts = prop::collection::vec(one, 1..4).prop_map(joined);
        (prop::sample::select(vec!["", "(?i)"]), parts).prop_map(|(case, parts)| format!("{case}{parts}"))
    }

    proptest! {
        #[test]
        fn pattern_without_unicode_has_the_same_matches(pattern in pattern(), text in "[kKsSa1_ \\t\\x0B\\x1C\\x7F]{0,4}") {
            let found = Pattern::known(&pattern).is_in(&text);
            prop_assert_eq!(found, Pattern::parse(&pattern).unwrap().is_in(&text));
        }
    }

    #[test]
    fn letters_outside_ascii_have_cases() {
        let pattern = Pattern::known("(?i)^[^a]ß?É$");
        assert!(pattern.is_in("xé") && !pattern.is_in("xe"));
    }
}
