use std::sync::OnceLock;

use regex_automata::{
    meta::{self, Regex},
    util::syntax,
};

/// A regular expression that is compiled when a text is first held to it: most runs need few of those there are.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Regex>,
    /// The same for texts of ASCII, as nearly all are: what Unicode adds takes most of the time and half a megabyte to
    /// compile. `None` where a pattern asks for characters that are not ASCII.
    ascii: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern that is known to be one.
    pub(crate) fn known(text: &str) -> Self {
        Self { text: text.to_owned(), compiled: OnceLock::new(), ascii: OnceLock::new() }
    }

    /// A pattern that may be none.
    ///
    /// # Errors
    /// Why it is none, in one line.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let regex = compiled(text, syntax::Config::new()).map_err(|error| {
            let text = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
            text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()
        })?;
        Ok(Self { compiled: regex.into(), ..Self::known(text) })
    }

    /// Whether it is found in a text.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let ascii = || text.is_ascii().then(|| self.ascii()).flatten();
        self.compiled.get().or_else(ascii).unwrap_or_else(|| self.compiled()).is_match(text)
    }

    fn compiled(&self) -> &Regex {
        let compiled = || compiled(&self.text, syntax::Config::new()).expect("invariant: a known pattern");
        self.compiled.get_or_init(compiled)
    }

    /// Without Unicode, a class that leaves something out has bytes in it that are no character. ASCII has none. But some
    /// letters of ASCII are another case of letters that are not.
    fn ascii(&self) -> Option<&Regex> {
        let is_of_ascii =
            || self.text.is_ascii() && ![r"\x", r"\u", r"\U"].iter().any(|by| self.text.contains(by));
        let syntax = syntax::Config::new().unicode(false).utf8(false);
        let plain = || is_of_ascii().then(|| compiled(&self.text, syntax).ok()).flatten();
        self.ascii.get_or_init(plain).as_ref()
    }

    /// As the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Compiles for texts that are short and few, such as URLs: what only pays off over long ones is left out, for to make
/// it takes longer than all that is searched for.
fn compiled(text: &str, syntax: syntax::Config) -> Result<Regex, Box<meta::BuildError>> {
    let config = meta::Config::new().auto_prefilter(false).hybrid(false).dfa(false).onepass(false);
    Regex::builder().configure(config).syntax(syntax).build(text).map_err(Box::new)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Patterns of what may mean something else with Unicode than without.
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
        fn ascii_is_held_to_the_same_pattern(pattern in pattern(), text in "[kKsSa1_ \\t\\x0B\\x1C\\x7F]{0,4}") {
            let found = Pattern::known(&pattern).is_in(&text);
            prop_assert_eq!(found, Pattern::parse(&pattern).unwrap().is_in(&text));
        }
    }

    #[test]
    fn letters_that_are_not_ascii_have_cases_too() {
        let pattern = Pattern::known("(?i)^[^a]ß?É$");
        assert!(pattern.is_in("xé") && !pattern.is_in("xe"));
    }
}
