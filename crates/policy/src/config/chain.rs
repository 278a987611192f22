//! Configurations that begin with others.

use preauth_metadata::masked;
use preauth_source::{ArcStr, Diagnostic, FilePath, Label, Location, Severity, SourceFile};

use super::{CODE, Config, read};
use crate::language::rule_set::RuleSet;

/// Gives a file that another names: from the file that names it and the path as it is written to the path that tells
/// it from all others, and its text; or why there is none.
pub type NamedFile<'n> = dyn FnMut(&FilePath, &str) -> Result<(FilePath, ArcStr), String> + 'n;

impl Config {
    /// Reads a configuration file and all that it extends. What could be read is used, and every mistake is a
    /// diagnostic of code `config-invalid` at its place, with the places that lead there.
    pub fn load(source: &SourceFile<'_>, named: &mut NamedFile<'_>) -> (Self, Vec<Diagnostic>) {
        let mut chain = Chain { named, read: Vec::new(), way: Vec::new(), diagnostics: Vec::new() };
        let config = chain.config(source);
        (config, chain.diagnostics)
    }
}

struct Chain<'c, 'n> {
    named: &'c mut NamedFile<'n>,
    /// Every file that has been read: what is extended twice counts where it is named first.
    read: Vec<FilePath>,
    /// From the first file to the one that is being read: where each names the next.
    way: Vec<Location>,
    diagnostics: Vec<Diagnostic>,
}

impl Chain<'_, '_> {
    fn config(&mut self, source: &SourceFile<'_>) -> Config {
        self.read.push(source.path.clone());
        let mut mistakes = Vec::new();
        // What lies outside the project, or is extended, may serve other projects too.
        let of_project = self.way.is_empty() && !std::path::Path::new(source.path.as_str()).is_absolute();
        let (own, extends) = read(source, of_project, &mut mistakes);
        for mut mistake in mistakes {
            // It may quote what it found.
            mistake.message = masked(&mistake.message);
            mistake.related.extend(self.way_here());
            self.diagnostics.push(mistake);
        }
        let mut config = Config::nothing();
        let Some(extends) = extends else {
            config.set = Some(RuleSet::Recommended);
            return config.under(own);
        };
        for named in extends {
            let place = source.at(named.range);
            match RuleSet::named(&named) {
                Some(set) => config.set = config.set.max(Some(set)),
                None => {
                    if let Some(extended) = self.extended(&source.path, &named, place) {
                        config = config.under(extended);
                    }
                }
            }
        }
        config.under(own)
    }

    /// Reads a file that another extends.
    fn extended(&mut self, from: &FilePath, named: &str, place: Location) -> Option<Config> {
        let (path, text) = match (self.named)(from, named) {
            Ok(found) => found,
            Err(why) => {
                let near = preauth_source::nearest(named, RuleSet::ALL.map(RuleSet::as_str));
                let help = near.map(|near| format!("did you mean `{near}`?"));
                self.mistake(place, format!("cannot read `{named}`: {why}"), help);
                return None;
            }
        };
        if path == *from || self.way.iter().any(|place| place.file == path) {
            self.mistake(place, format!("`{path}` extends itself"), None);
            return None;
        }
        if self.read.contains(&path) {
            return None;
        }
        self.way.push(place);
        let config = self.config(&SourceFile::new(path, &text));
        self.way.pop();
        Some(config)
    }

    fn mistake(&mut self, place: Location, message: String, help: Option<String>) {
        let mut diagnostic = Diagnostic::new(CODE, Severity::Error, message, Label::new(place, "named here"));
        diagnostic.help.extend(help);
        diagnostic.related.extend(self.way_here());
        self.diagnostics.push(diagnostic);
    }

    /// The places that lead to the file that is being read, the nearest first.
    fn way_here(&self) -> impl Iterator<Item = Label> + use<'_> {
        self.way.iter().rev().map(|place| Label::new(place.clone(), "which is extended here"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Loads the first of some files.
    fn load(files: &[(&str, &str)]) -> (Config, Vec<Diagnostic>) {
        let mut named = |_: &FilePath, path: &str| {
            let found = files.iter().find(|(known, _)| *known == path);
            found.map(|(path, text)| ((*path).into(), (*text).into())).ok_or("there is none".to_owned())
        };
        Config::load(&SourceFile::new(files[0].0.into(), files[0].1), &mut named)
    }

    fn clean(files: &[(&str, &str)]) -> Config {
        let (config, diagnostics) = load(files);
        assert_eq!(diagnostics, []);
        config
    }

    #[test]
    fn without_extends_it_is_recommended_and_with_an_empty_one_nothing() {
        assert_eq!(clean(&[("a", "")]).set, Some(RuleSet::Recommended));
        assert_eq!(clean(&[("a", "policies: []")]).set, Some(RuleSet::Recommended));
        assert_eq!(clean(&[("a", "extends: []")]).set, None);
        assert_eq!(clean(&[("a", "extends: [recommended, strict]")]).set, Some(RuleSet::Strict));
        assert_eq!(clean(&[("a", "extends: [b]"), ("b", "extends: [strict]")]).set, Some(RuleSet::Strict));
    }

    #[test]
    fn what_extends_beats_what_it_extends_and_later_beats_earlier() {
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
    fn an_entry_of_the_register_is_replaced_as_a_whole() {
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
    fn a_file_that_two_extend_counts_once() {
        let config = clean(&[
            ("a", "extends: [b, c]"),
            ("b", "extends: [d]\nrules: { x: error }"),
            ("c", "extends: [d]"),
            ("d", "rules: { x: off }\noverrides: [{ apps: [A], rules: { x: info } }]"),
        ]);
        assert_eq!((config.rules[0].off, config.overrides.len()), (false, 1));
    }

    #[test]
    fn a_circle_is_a_mistake_with_the_way_there() {
        let (_, diagnostics) = load(&[("a", "extends: [b]"), ("b", "extends: [c]"), ("c", "extends: [a]")]);
        let [circle] = diagnostics.as_slice() else { panic!("{diagnostics:?}") };
        let places: Vec<_> = circle.related.iter().map(|label| label.location.file.as_str()).collect();
        assert_eq!((circle.primary.location.file.as_str(), places), ("c", vec!["b", "a"]));
        let (_, diagnostics) = load(&[("a", "extends: [a]")]);
        assert_eq!(diagnostics.len(), 1);
    }

    #[test]
    fn a_set_that_is_misspelt_is_recognised() {
        let (_, diagnostics) = load(&[("a", "extends: [recomended]")]);
        assert_eq!(diagnostics[0].help, ["did you mean `recommended`?"]);
    }
}
