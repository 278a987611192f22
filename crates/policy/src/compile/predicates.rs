//! Compiles predicates: the words of a test.

use preauth_metadata::{Kind, Type, Value};
use preauth_source::TextRange;

use crate::{
    compile::{
        compiler::{Compiler, PathRoot},
        raw::{RawCount, RawTest},
    },
    language::{
        path::AttributePath,
        predicate::{Operand, Predicate},
        test::Test,
    },
    yaml::{Placed, YamlNode},
};

/// Returns the names of the predicates and combinations in a test, with their places. A valid test has one.
pub(crate) fn predicates_in(raw: &RawTest) -> Vec<(&'static str, TextRange)> {
    let node = |name, node: &Option<YamlNode>| node.as_ref().map(|node| (name, node.range));
    fn placed<T>(name: &'static str, placed: &Option<Placed<T>>) -> Option<(&'static str, TextRange)> {
        placed.as_ref().map(|placed| (name, placed.range))
    }
    [
        placed("present", &raw.present),
        placed("absent", &raw.absent),
        node("equals", &raw.equals),
        placed("one_of", &raw.one_of),
        placed("none_of", &raw.none_of),
        placed("matches", &raw.matches),
        placed("not_matches", &raw.not_matches),
        node("at_least", &raw.at_least),
        node("at_most", &raw.at_most),
        node("subset_of", &raw.subset_of),
        node("contains", &raw.contains),
        placed("unique", &raw.unique),
        placed("count", &raw.count),
        placed("some", &raw.some),
        placed("every", &raw.every),
        node("within", &raw.within),
        node("covers", &raw.covers),
        placed("names", &raw.names),
        placed("all", &raw.all),
        placed("any", &raw.any),
        placed("not", &raw.not),
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Compiler<'_, '_> {
    /// Compiles the predicate of a test on `path`. The test has exactly one.
    pub(crate) fn predicate(
        &mut self,
        root: PathRoot,
        path: &AttributePath,
        raw: &RawTest,
        range: TextRange,
    ) -> Option<Predicate> {
        let ty = path.ty;
        let list = if matches!(ty, Type::List(_)) { ty } else { Type::Any };
        if let Some(flag) = raw.present.as_ref() {
            return Some(if flag.value { Predicate::Present } else { Predicate::Absent });
        }
        if let Some(flag) = raw.absent.as_ref() {
            return Some(if flag.value { Predicate::Absent } else { Predicate::Present });
        }
        if let Some(node) = &raw.equals {
            return Some(Predicate::Equals(self.operand(root, ty, node)?));
        }
        if let Some(nodes) = &raw.one_of {
            return Some(Predicate::OneOf(self.operands(root, ty, nodes)?));
        }
        if let Some(nodes) = &raw.none_of {
            return Some(Predicate::NoneOf(self.operands(root, ty, nodes)?));
        }
        if let Some(pattern) = &raw.matches {
            return Some(Predicate::Matches(self.pattern(pattern)?));
        }
        if let Some(pattern) = &raw.not_matches {
            return Some(Predicate::NotMatches(self.pattern(pattern)?));
        }
        if let Some(node) = &raw.at_least {
            return Some(Predicate::AtLeast(self.operand(root, ty, node)?));
        }
        if let Some(node) = &raw.at_most {
            return Some(Predicate::AtMost(self.operand(root, ty, node)?));
        }
        if let Some(node) = &raw.subset_of {
            return Some(Predicate::SubsetOf(self.operand(root, list, node)?));
        }
        if let Some(node) = &raw.contains {
            return Some(Predicate::Contains(self.operand(root, list, node)?));
        }
        if let Some(flag) = &raw.unique {
            if !flag.value {
                self.error(flag.range, "`unique` can only be `true`: remove it".into(), None);
                return None;
            }
            return Some(Predicate::Unique);
        }
        if let Some(count) = &raw.count {
            return self.count(root, count, range);
        }
        if let Some(test) = &raw.some {
            return Some(Predicate::Some(self.member_test(root, ty, test)?));
        }
        if let Some(test) = &raw.every {
            return Some(Predicate::Every(self.member_test(root, ty, test)?));
        }
        if let Some(node) = &raw.within {
            return Some(Predicate::Within(self.networks(root, node)?));
        }
        if let Some(node) = &raw.covers {
            return Some(Predicate::Covers(self.networks(root, node)?));
        }
        let kind =
            raw.names.as_ref().expect("invariant: a test with one predicate has it in one of these fields");
        let component = Kind::named(kind).filter(|kind| matches!(kind, Kind::Profile | Kind::PermissionSet));
        if component.is_none() {
            let message = format!("`{}` is neither `Profile` nor `PermissionSet`", kind.value);
            self.error(kind.range, message, None);
        }
        component.map(Predicate::Names)
    }

    /// Compiles a test of the members of a list.
    fn member_test(&mut self, root: PathRoot, list: Type, raw: &Placed<Box<RawTest>>) -> Option<Box<Test>> {
        let member = match list {
            Type::List(item) => *item,
            other => other,
        };
        self.test(PathRoot::Member(root.select(), member), raw, raw.range).map(Box::new)
    }

    fn count(&mut self, root: PathRoot, raw: &RawCount, range: TextRange) -> Option<Predicate> {
        let mut bound = |node: Option<&YamlNode>| -> Option<Option<i64>> {
            let Some(node) = node else { return Some(None) };
            match self.operand(root, Type::Number, node)? {
                Operand::Literal(Value::Number(number)) => Some(Some(number)),
                _ => {
                    self.error(node.range, "a count is a number or a parameter".into(), None);
                    None
                }
            }
        };
        let exactly = bound(raw.equals.as_ref())?;
        let (least, most) = (bound(raw.at_least.as_ref())?, bound(raw.at_most.as_ref())?);
        if exactly.is_none() && least.is_none() && most.is_none() {
            self.error(range, "`count` needs `at_least`, `at_most` or `equals`".into(), None);
            return None;
        }
        let (least, most) = (exactly.or(least), exactly.or(most));
        if least.zip(most).is_some_and(|(least, most)| least > most) || most.is_some_and(|most| most < 0) {
            self.error(range, "no list can have this number of members".into(), None);
            return None;
        }
        Some(Predicate::Count(least, most))
    }
}
