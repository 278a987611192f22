//! Compiles tests.

use preauth_source::TextRange;

use crate::{
    compile::{
        compiler::{Compiler, PathRoot},
        predicates::predicates_in,
        raw::{RawIfUnknown, RawTest},
    },
    evaluate::subject::Select,
    language::{
        path::AttributePath,
        test::{PredicateTest, Test},
    },
    yaml::Placed,
};

impl Compiler<'_, '_> {
    /// Compiles tests of a subject.
    pub(crate) fn tests(&mut self, select: Select, raw: &[RawTest]) -> Vec<Test> {
        raw.iter()
            .filter_map(|test| self.test(PathRoot::Subject(select), test, TextRange::default()))
            .collect()
    }

    /// Compiles a test. `around` is its place if it has none of its own.
    pub(crate) fn test(&mut self, root: PathRoot, raw: &RawTest, around: TextRange) -> Option<Test> {
        let predicates = predicates_in(raw);
        let around = predicates.first().map_or(around, |(_, range)| *range);
        let around = raw
            .path
            .as_ref()
            .map_or(around, |path| if path.value == "*" { around } else { path.range.cover(around) });
        let [(name, range)] = predicates.as_slice() else {
            let second = predicates.get(1).map(|(_, range)| *range);
            let range = second.or(raw.path.as_ref().map(|path| path.range)).unwrap_or(around);
            let message = if predicates.is_empty() {
                "the test does not say what must be true: add `equals`, `present` or another word".to_owned()
            } else {
                let names: Vec<_> = predicates.iter().map(|(name, _)| format!("`{name}`")).collect();
                format!("the test has {}: put each into a test of its own under `all`", names.join(" and "))
            };
            self.error(range, message, None);
            return None;
        };
        let (name, range) = (*name, *range);
        if let Some(tests) = raw.all.as_ref().or(raw.any.as_ref()) {
            if let Some(path) = &raw.path {
                let message = format!("`{name}` cannot have a `path`: write it in the tests inside");
                self.error(path.range, message, None);
                return None;
            }
            if tests.is_empty() {
                self.error(range, format!("`{name}` needs at least one test"), None);
                return None;
            }
            let compiled: Vec<Test> =
                tests.iter().filter_map(|test| self.test(root, test, tests.range)).collect();
            let is_complete = compiled.len() == tests.len();
            return is_complete
                .then(|| if raw.all.is_some() { Test::All(compiled) } else { Test::Any(compiled) });
        }
        if let Some(test) = &raw.not {
            return Some(Test::Not(Box::new(self.test(root, test, test.range)?)));
        }
        if raw.path.as_ref().is_some_and(|path| path.value == "*") {
            let is_expected =
                raw.equals.as_ref().and_then(|node| node.as_text()) == Some("$declared.expect.*");
            if is_expected && matches!(root, PathRoot::Subject(select) if select == Select::APP) {
                return Some(Test::AsExpected(range));
            }
            let message = "the path `*` can only be used with `select: App` and `equals: $declared.expect.*`";
            self.error(range, message.into(), None);
            return None;
        }
        let path = self.path(root, raw.path.as_ref(), around)?;
        let predicate = self.predicate(root, &path, raw, range)?;
        if !predicate.suits(path.ty) {
            let message =
                format!("`{name}` cannot be used on `{}`, which is {}", path.text, path.ty.describe());
            self.error(range, message, None);
            return None;
        }
        let if_unknown = raw.if_unknown.as_ref().map(|word| word.value == RawIfUnknown::Pass);
        Some(Test::Predicate(Box::new(PredicateTest { path, predicate, range: around, if_unknown })))
    }

    fn path(
        &mut self,
        root: PathRoot,
        raw: Option<&Placed<String>>,
        around: TextRange,
    ) -> Option<AttributePath> {
        let resolved = match (root, raw) {
            (PathRoot::Subject(select), Some(path)) => select.path(path),
            (PathRoot::Member(_, ty), path) => AttributePath::within(ty, path.map_or("", |path| path)),
            (PathRoot::Subject(_), None) => {
                self.error(around, "the test needs a `path`".into(), None);
                return None;
            }
        };
        resolved.map_err(|error| self.no_such_path(raw.map_or(around, |path| path.range), error)).ok()
    }
}
