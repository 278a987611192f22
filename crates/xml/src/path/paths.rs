use std::collections::HashMap;

use preauth_source::ArcStr;
use rustc_hash::FxBuildHasher;

use crate::{Node, XmlPath, path::PathStep};

/// Paths that are followed together: an element that several lead through is looked at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct XmlPaths {
    /// The paths by their texts, each with its number.
    numbers: HashMap<ArcStr, u32, FxBuildHasher>,
    /// By the number of the path, the place that it ends at; `None` for one that may start anywhere.
    ends: Vec<Option<u32>>,
    /// The places below the root, then below each of them.
    places: Vec<PathPlace>,
    /// The first places on the way of all paths, by the names of their steps.
    first: Vec<u32>,
    /// Steps of paths that may start anywhere, with the number of the path.
    anywhere: Vec<(PathStep, u32)>,
}

/// The steps that some paths have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
struct PathPlace {
    step: PathStep,
    above: Option<u32>,
    /// By the names of their steps.
    below: Vec<u32>,
    /// The path that ends here.
    path: Option<u32>,
}

/// An element that some path leads to or through.
#[derive(Clone, Copy, Debug)]
pub struct ReachedElement<'a, 't> {
    /// The element.
    pub node: Node<'a, 't>,
    /// The place on the way there; `None` if it was not looked for step by step.
    pub place: Option<u32>,
    /// The path that ends there.
    pub path: Option<u32>,
}

impl XmlPaths {
    /// Adds a path, if it is not among them.
    pub fn add(&mut self, path: &XmlPath) {
        let text: ArcStr = path.to_string().into();
        if self.numbers.contains_key(&text) {
            return;
        }
        let number = as_number(self.ends.len());
        self.numbers.insert(text, number);
        if path.is_anywhere() {
            self.anywhere.push((path.steps()[0].clone(), number));
            self.ends.push(None);
            return;
        }
        let mut end = None;
        for step in path.steps() {
            end = Some(self.place(end, step));
        }
        if let Some(place) = end {
            self.places[place as usize].path = Some(number);
        }
        self.ends.push(end);
    }

    /// The place of a step that is taken from another.
    fn place(&mut self, above: Option<u32>, step: &PathStep) -> u32 {
        let known = self.named(above, step.name()).find(|(_, place)| place.step == *step);
        if let Some((known, _)) = known {
            return known;
        }
        let place = as_number(self.places.len());
        let at = self.below(above).partition_point(|place| self.step(*place).name() < step.name());
        self.places.push(PathPlace { step: step.clone(), above, below: Vec::new(), path: None });
        match above {
            Some(above) => self.places[above as usize].below.insert(at, place),
            None => self.first.insert(at, place),
        }
        place
    }

    fn below(&self, place: Option<u32>) -> &[u32] {
        place.map_or(&self.first, |place| &self.places[place as usize].below)
    }

    fn step(&self, place: u32) -> &PathStep {
        &self.places[place as usize].step
    }

    /// The places below another that a step to an element of this name leads to.
    fn named(&self, above: Option<u32>, name: &str) -> impl Iterator<Item = (u32, &PathPlace)> {
        let below = self.below(above);
        let start = below.partition_point(|place| self.step(*place).name() < name);
        let places = below[start..].iter().map(|place| (*place, &self.places[*place as usize]));
        places.take_while(move |(_, place)| place.step.name() == name)
    }

    /// The number of the path of this text.
    pub fn number(&self, path: &str) -> Option<u32> {
        self.numbers.get(path).copied()
    }

    /// The places on the way of a path, the last one first; none for a path that may start anywhere.
    pub fn way(&self, path: u32) -> impl Iterator<Item = u32> {
        let above = |place: &u32| self.places[*place as usize].above;
        std::iter::successors(self.ends[path as usize], above)
    }

    /// True if a path leads to or through children of the root of this name.
    pub fn may_enter(&self, name: &str) -> bool {
        !self.anywhere.is_empty() || self.named(None, name).next().is_some()
    }

    /// Follows all paths from the root to a child of it and into that. Each place tells what it leads to in the order
    /// of the document.
    pub fn follow<'a, 't>(&self, child: Node<'a, 't>, reach: &mut dyn FnMut(ReachedElement<'a, 't>)) {
        self.step_to(child, None, reach);
        if !self.anywhere.is_empty() {
            std::iter::once(child).chain(child.descendants()).for_each(|node| self.come_upon(node, reach));
        }
    }

    /// Tells which paths lead to the element whatever is above it.
    pub fn come_upon<'a, 't>(&self, node: Node<'a, 't>, reach: &mut dyn FnMut(ReachedElement<'a, 't>)) {
        for (step, path) in &self.anywhere {
            if step.is(node) {
                reach(ReachedElement { node, place: None, path: Some(*path) });
            }
        }
    }

    fn step_to<'a, 't>(
        &self,
        node: Node<'a, 't>,
        above: Option<u32>,
        reach: &mut dyn FnMut(ReachedElement<'a, 't>),
    ) {
        for (number, place) in self.named(above, node.name()) {
            if place.step.is(node) {
                reach(ReachedElement { node, place: Some(number), path: place.path });
                if !place.below.is_empty() {
                    node.children().for_each(|child| self.step_to(child, Some(number), reach));
                }
            }
        }
    }
}

fn as_number(count: usize) -> u32 {
    u32::try_from(count).expect("invariant: paths are written by people")
}

#[cfg(test)]
mod tests {
    use preauth_source::SourceFile;
    use proptest::prelude::*;

    use super::*;

    /// A document of few names, so that paths meet many of its elements.
    fn document() -> impl Strategy<Value = String> {
        let leaf = (name(), "[xy]").prop_map(|(name, text)| format!("<{name}>{text}</{name}>"));
        let element = leaf.prop_recursive(4, 40, 4, |inner| {
            (name(), prop::collection::vec(inner, 0..4))
                .prop_map(|(name, inside)| format!("<{name}>{}</{name}>", inside.concat()))
        });
        prop::collection::vec(element, 0..5).prop_map(|inside| format!("<a>{}</a>", inside.concat()))
    }

    fn name() -> impl Strategy<Value = &'static str> {
        prop::sample::select(vec!["a", "b", "c"])
    }

    fn path() -> impl Strategy<Value = String> {
        let step = (name(), prop::option::weighted(0.3, (name(), "[xy]"))).prop_map(|(name, predicate)| {
            predicate.map_or(name.to_owned(), |(child, text)| format!("{name}[{child}='{text}']"))
        });
        let steps = prop::collection::vec(step, 1..4).prop_map(|steps| steps.join("/"));
        prop_oneof![4 => steps, 1 => name().prop_map(|name| format!("//{name}"))]
    }

    proptest! {
        #[test]
        fn together_they_lead_where_each_leads(text in document(), paths in prop::collection::vec(path(), 1..6)) {
            let (tree, _) = crate::parse(&SourceFile::new("p".into(), &text), &|_| true);
            let root = tree.root().unwrap();
            let mut together = XmlPaths::default();
            paths.iter().for_each(|path| together.add(&XmlPath::parse(path).unwrap()));
            let mut reached: Vec<ReachedElement<'_, '_>> = Vec::new();
            together.come_upon(root, &mut |found| reached.push(found));
            root.children().for_each(|child| together.follow(child, &mut |found| reached.push(found)));
            for text in &paths {
                let number = together.number(text).unwrap();
                let found: Vec<_> = reached.iter().filter(|found| found.path == Some(number)).collect();
                let alone = XmlPath::parse(text).unwrap().select(root);
                prop_assert_eq!(found.iter().map(|found| found.node).collect::<Vec<_>>(), alone);
                // On the way there is what a shorter path leads to.
                let ends = text.match_indices('/').map(|(at, _)| at).rev();
                for (place, end) in together.way(number).skip(1).zip(ends) {
                    let there: Vec<_> = reached.iter().filter(|found| found.place == Some(place)).collect();
                    let alone = XmlPath::parse(&text[..end]).unwrap().select(root);
                    prop_assert_eq!(there.iter().map(|found| found.node).collect::<Vec<_>>(), alone);
                }
            }
        }
    }
}
