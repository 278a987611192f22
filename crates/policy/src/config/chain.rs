//! Configurations that extend others.

use preauth_metadata::masked;
use preauth_source::{ArcStr, Diagnostic, FilePath, Label, Location, Severity, SourceFile};

use super::{configuration::Config, file::read_file};
use crate::{form::codes::CONFIG_INVALID, language::rule_set::RuleSet};

/// A function that finds a file that another one extends. It gets the extending file and the path that is written there, and
/// returns the unique path of the file and its text, or the reason why it cannot be read.
pub type NamedFile<'n> = dyn FnMut(&FilePath, &str) -> Result<(FilePath, ArcStr), String> + 'n;

impl Config {
    /// Reads a configuration file that extends no other. Every error is a diagnostic of code `config-invalid` at its place;
    /// the rest of the file is used.
    pub fn read(source: &SourceFile<'_>) -> (Self, Vec<Diagnostic>) {
        Self::load(source, &mut |_, _| Err("other files are not available here".into()))
    }

    /// Reads a configuration file and all that it extends. Every error is a diagnostic of code `config-invalid` at its
    /// place, with the places that extend the file; the rest is used.
    pub fn load(source: &SourceFile<'_>, named: &mut NamedFile<'_>) -> (Self, Vec<Diagnostic>) {
        let mut chain =
            ExtendsChain { named, read: Vec::new(), extending: Vec::new(), diagnostics: Vec::new() };
        let config = chain.config(source);
        (config, chain.diagnostics)
    }
}

struct ExtendsChain<'c, 'n> {
    named: &'c mut NamedFile<'n>,
    /// Every file that has been read. A file that is extended twice counts where it is named first.
    read: Vec<FilePath>,
    /// The places that extend one file after the other, from the first file to the current one.
    extending: Vec<Location>,
    diagnostics: Vec<Diagnostic>,
}

impl ExtendsChain<'_, '_> {
    fn config(&mut self, source: &SourceFile<'_>) -> Config {
        self.read.push(source.path.clone());
        let mut errors = Vec::new();
        // A file outside of the project, or one that is extended, may be shared by other projects.
        let is_own = self.extending.is_empty() && !std::path::Path::new(source.path.as_str()).is_absolute();
        let (own, extends) = read_file(source, is_own, &mut errors);
        for mut error in errors {
            // The message may quote a value.
            error.message = masked(&error.message);
            error.related.extend(self.extending_places());
            self.diagnostics.push(error);
        }
        let mut config = Config::empty();
        let Some(extends) = extends else {
            config.set = Some(RuleSet::Recommended);
            return config.merged_with(own);
        };
        for named in extends {
            let place = source.at(named.range);
            match RuleSet::named(&named) {
                Some(set) => config.set = config.set.max(Some(set)),
                None => {
                    if let Some(extended) = self.extended(&source.path, &named, place) {
                        config = config.merged_with(extended);
                    }
                }
            }
        }
        config.merged_with(own)
    }

    /// Reads a file that is extended.
    fn extended(&mut self, from: &FilePath, named: &str, place: Location) -> Option<Config> {
        let (path, text) = match (self.named)(from, named) {
            Ok(found) => found,
            Err(why) => {
                let near = preauth_source::nearest(named, RuleSet::ALL.map(RuleSet::as_str));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                self.error(place, format!("cannot read `{named}`: {why}"), help);
                return None;
            }
        };
        if path == *from || self.extending.iter().any(|place| place.file == path) {
            self.error(place, format!("`{path}` extends itself"), None);
            return None;
        }
        if self.read.contains(&path) {
            return None;
        }
        self.extending.push(place);
        let config = self.config(&SourceFile::new(path, &text));
        self.extending.pop();
        Some(config)
    }

    fn error(&mut self, place: Location, message: String, help: Option<String>) {
        let mut diagnostic =
            Diagnostic::new(CONFIG_INVALID, Severity::Error, message, Label::new(place, "named here"));
        diagnostic.help.extend(help);
        diagnostic.related.extend(self.extending_places());
        self.diagnostics.push(diagnostic);
    }

    /// Returns the places that extend the current file, the nearest first.
    fn extending_places(&self) -> impl Iterator<Item = Label> + use<'_> {
        self.extending.iter().rev().map(|place| Label::new(place.clone(), "extended here"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loads the first of some files.
    fn load(files: &[(&str, &str)]) -> (Config, Vec<Diagnostic>) {
        let mut named = |_: &FilePath, path: &str| {
            let found = files.iter().find(|(known, _)| *known == path);
            found.map(|(path, text)| ((*path).into(), (*text).into())).ok_or("it does not exist".to_owned())
        };
        Config::load(&SourceFile::new(files[0].0.into(), files[0].1), &mut named)
    }

    fn clean(files: &[(&str, &str)]) -> Config {
        let (config, diagnostics) = load(files);
        assert_eq!(diagnostics, []);
        config
    }

    #[test]
    fn missing_extends_is_recommended_and_empty_extends_is_nothing() {
        assert_eq!(clean(&[("a", "")]).set, Some(RuleSet::Recommended));
        assert_eq!(clean(&[("a", "policies: []")]).set, Some(RuleSet::Recommended));
        assert_eq!(clean(&[("a", "extends: []")]).set, None);
        assert_eq!(clean(&[("a", "extends: [recommended, strict]")]).set, Some(RuleSet::Strict));
        assert_eq!(clean(&[("a", "extends: [b]"), ("b", "extends: [strict]")]).set, Some(RuleSet::Strict));
    }

    #[test]
    fn extending_file_takes_precedence_and_later_over_earlier() {
        let config = clean(&[
            ("a", "extends: [b, c]\nrules: { x: error }"),
            ("b", "rules: { x: off, y: off, z: { severity: info, days: 3, longest: 9 } }"),
            ("c", "rules: { y: info, z: { days: 4 } }"),
        ]);
        let rule = |id: &str| config.rules.iter().find(|rule| rule.id == id).unwrap();
        assert_eq!((rule("x").off, rule("x").severity), (false, Some(Severity::Error)));
        assert_eq!((rule("y").off, rule("y").severity), (false, Some(Severity::Info)));
        let given: Vec<_> =
            rule("z").params.iter().map(|given| (&*given.name.value, given.file.as_str())).collect();
        assert_eq!(
            (rule("z").severity, given),
            (Some(Severity::Info), vec![("longest", "b"), ("days", "c")])
        );
    }

    #[test]
    fn entry_of_the_register_is_replaced_as_a_whole() {
        let config = clean(&[
            ("a", "extends: [b]\napps: [{ match: A, owner: new }]"),
            ("b", "apps: [{ match: A, owner: old, purpose: old }, { match: B }]"),
        ]);
        let entries: Vec<_> =
            config.register.entries.iter().map(|entry| entry.pattern.text.as_str()).collect();
        assert_eq!(entries, ["B", "A"]);
        assert!(config.register.entries[1].fact("declared.purpose").value().is_none());
    }

    #[test]
    fn file_that_is_extended_twice_is_read_once() {
        let config = clean(&[
            ("a", "extends: [b, c]"),
            ("b", "extends: [d]\nrules: { x: error }"),
            ("c", "extends: [d]"),
            ("d", "rules: { x: off }\noverrides: [{ apps: [A], rules: { x: info } }]"),
        ]);
        assert_eq!((config.rules[0].off, config.overrides.len()), (false, 1));
    }

    #[test]
    fn circle_is_an_error_with_every_place_on_it() {
        let (_, diagnostics) = load(&[("a", "extends: [b]"), ("b", "extends: [c]"), ("c", "extends: [a]")]);
        let [circle] = diagnostics.as_slice() else { panic!("{diagnostics:?}") };
        let places: Vec<_> = circle.related.iter().map(|label| label.location.file.as_str()).collect();
        assert_eq!((circle.primary.location.file.as_str(), places), ("c", vec!["b", "a"]));
        let (_, diagnostics) = load(&[("a", "extends: [a]")]);
        assert_eq!(diagnostics.len(), 1);
    }

    #[test]
    fn misspelt_set_suggests_the_right_one() {
        let (_, diagnostics) = load(&[("a", "extends: [recomended]")]);
        assert_eq!(diagnostics[0].help, ["did you mean `recommended`?"]);
    }
}
