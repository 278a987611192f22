//! Reading an attribute from the files of one component.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use preauth_source::{ArcStr, Location, TextRange, literal};

use crate::{
    CapturedElement, Column, ElementRef, Fact, FactState, FileFacts, Kind, Project, Type, Value,
    codec::element::Occurrence,
};

/// The reason why a value that several files state differently is unknown.
pub static CONTRADICTED: ArcStr =
    literal!("several files of that name have different content, and it is unknown which of them counts");

/// The files of one component, and the place of the whole component.
pub(crate) struct ComponentFiles<'a> {
    pub(crate) files: &'a [Arc<FileFacts>],
    pub(crate) home: &'a Location,
    pub(crate) project: &'a Project,
}

/// An element of a file.
struct FileElement<'a> {
    file: &'a FileFacts,
    found: &'a CapturedElement,
    project: &'a Project,
}

/// The place of a missing element: the first file that could have it, and the tag after which it would be inserted.
type Anchor<'a> = (&'a FileFacts, TextRange);

impl<'a> ComponentFiles<'a> {
    /// Reads the value of a column, of type `ty`.
    pub(crate) fn read(&self, ty: Type, column: &Column) -> Fact {
        let (first, anchor) = self.occurrences(&column.elements[0]);
        match &column.elements[1..] {
            // Nearly all columns have one element, which needs no list.
            [] => self.fact(ty, column, &mut [first], anchor),
            others => {
                let others = others.iter().map(|element| self.occurrences(element).0);
                let mut elements: Vec<_> = std::iter::once(first).chain(others).collect();
                self.fact(ty, column, &mut elements, anchor)
            }
        }
    }

    fn occurrences(&self, element: &ElementRef) -> (Vec<FileElement<'a>>, Option<Anchor<'a>>) {
        let files: &'a [Arc<FileFacts>] = self.files;
        let project = self.project;
        let mut occurrences = Vec::new();
        let mut anchor = None;
        for file in files.iter().filter(|file| file.kind == element.kind && file.is_well_formed()) {
            let Some(capture) = file.get(element.path) else { continue };
            let found = capture.found.iter().filter(|found| !found.is_nil());
            occurrences.extend(found.map(|found| FileElement { file, found, project }));
            anchor.get_or_insert((&**file, capture.anchor));
        }
        (occurrences, anchor)
    }

    fn fact(
        &self,
        ty: Type,
        column: &Column,
        elements: &mut [Vec<FileElement<'a>>],
        anchor: Option<Anchor<'a>>,
    ) -> Fact {
        if column.codec.is_list() {
            let contradiction = column.elements.iter().find_map(|element| self.contradiction(element));
            let is_unread = |element: &ElementRef| self.unread(element.kind).next().is_some();
            let is_incomplete = contradiction.is_some() || column.elements.iter().any(is_unread);
            if is_incomplete && column.elements.iter().any(adds_up) {
                let fact = column.read(elements).unwrap_or_else(|| self.absence(ty, column, anchor));
                return self.added_up(column, fact);
            }
            if let Some(file) = contradiction {
                return Fact::new(FactState::Unknown(CONTRADICTED.clone()), file.home());
            }
            elements.iter_mut().for_each(|found| found.retain(|occurrence| !self.is_copy(occurrence.file)));
        }
        column.read(elements).unwrap_or_else(|| self.absence(ty, column, anchor))
    }

    /// Completes the list that several files state together: an item that several of them have is one with several places,
    /// and the items of a file that could not be read are unknown.
    fn added_up(&self, column: &Column, fact: Fact) -> Fact {
        let Some(items) = fact.value().and_then(Value::as_list) else { return fact };
        let mut distinct: Vec<Fact> = Vec::with_capacity(items.len());
        let mut by_value: BTreeMap<String, usize> = BTreeMap::new();
        for item in items {
            let known = item.value().map(|value| by_value.entry(value.to_string()).or_insert(distinct.len()));
            match known.and_then(|index| distinct.get_mut(*index)) {
                Some(known) => {
                    known.places = known.places.iter().chain(item.places.iter()).cloned().collect();
                }
                None => distinct.push(item.clone()),
            }
        }
        let kind = column.elements[0].kind;
        distinct.extend(self.unread(kind).map(|file| Fact::new(self.not_in_source(kind), file.home())));
        Fact { state: FactState::Present(Value::List(distinct.into())), places: fact.places }
    }

    /// The files of a kind that could not be read.
    fn unread(&self, kind: Kind) -> impl Iterator<Item = &'a Arc<FileFacts>> {
        self.files.iter().filter(move |file| file.kind == kind && !file.is_well_formed())
    }

    /// A file whose content under an element differs from that of another file of its kind.
    fn contradiction(&self, element: &ElementRef) -> Option<&'a FileFacts> {
        let files: &'a [Arc<FileFacts>] = self.files;
        let mut of_kind = files.iter().filter(|file| file.kind == element.kind && file.is_well_formed());
        let first = of_kind.next().filter(|file| has_copies(file.kind))?;
        of_kind.find(|file| content(file, element) != content(first, element)).map(|file| &**file)
    }

    /// True if several files have an element with different content. Files without the element do not count.
    pub(crate) fn state_differently(&self, element: &ElementRef) -> bool {
        let all = self.files.iter().filter(|file| file.kind == element.kind && file.is_well_formed());
        let mut contents = all.map(|file| content(file, element)).filter(|content| !content.is_empty());
        contents.next().is_some_and(|first| contents.any(|other| other != first))
    }

    /// True if an earlier file has the same content.
    fn is_copy(&self, file: &FileFacts) -> bool {
        has_copies(file.kind)
            && self
                .files
                .iter()
                .any(|first| first.kind == file.kind && first.path < file.path && first.is_well_formed())
    }

    /// The meaning of the absence of all elements, which depends on the file of the decisive one.
    fn absence(&self, ty: Type, column: &Column, anchor: Option<Anchor<'a>>) -> Fact {
        let Some((file, anchor)) = anchor else {
            return Fact::new(self.not_in_source(column.elements[0].kind), self.home.clone());
        };
        let state = if file.version < column.since {
            let since = column.since;
            let why = format!(
                "the file does not have it and seems older than API version {since}; retrieve it again with a \
                 newer version"
            );
            FactState::Unknown(why.into())
        } else {
            column.absent(ty)
        };
        Fact::new(state, file.at(anchor))
    }

    fn not_in_source(&self, kind: Kind) -> FactState {
        FactState::Unknown(match self.unread(kind).next() {
            Some(file) => format!("`{}` could not be read", file.path).into(),
            None => format!("its {} file is not in the source", kind.name()).into(),
        })
    }
}

/// The texts of the elements of a file under a path, each with those of its children.
fn content<'f>(file: &'f FileFacts, element: &ElementRef) -> Vec<(&'f str, Vec<(&'f str, &'f str)>)> {
    let texts = |found: &'f CapturedElement| {
        let inside = found.children().map(|(name, text, _)| (name, &**text));
        (&**found.text(), inside.collect())
    };
    file.found(element.path).iter().map(texts).collect()
}

/// True if the items of several files of one component add up. A deployment adds the files of a profile to each other; of
/// a permission set and of a group the last one counts, but what an earlier one has is a risk as well.
fn adds_up(element: &ElementRef) -> bool {
    matches!(element.kind, Kind::Profile | Kind::PermissionSet) || element.path == "permissionSets"
}

/// True if a second file of a kind is a copy of the first, and not a further part of the component.
fn has_copies(kind: Kind) -> bool {
    kind != Kind::PermissionSetUserPermission
}

impl FileElement<'_> {
    fn source(&self, range: TextRange) -> Option<&str> {
        self.file.text.as_deref().and_then(|text| text.get(Range::<usize>::from(range)))
    }
}

impl Occurrence for FileElement<'_> {
    fn text(&self) -> &ArcStr {
        self.found.text()
    }

    fn child(&self, name: &str) -> Option<&ArcStr> {
        self.found.child(name).map(|(text, _)| text)
    }

    fn place_of_child(&self, name: &str) -> Option<Location> {
        self.found.child(name).map(|(_, range)| self.file.at(range))
    }

    fn place(&self) -> Option<Location> {
        Some(self.file.at(self.found.range()))
    }

    fn places_of_parts(&self) -> impl Fn(Range<usize>) -> Option<Location> {
        let whole = self.found.range();
        // Places inside the element are exact only where the source has the text as it is.
        let is_exact = self.source(whole).is_some_and(|source| source == &**self.found.text());
        move |part| Some(self.file.at(if is_exact { part_of(whole, part) } else { whole }))
    }

    fn is_replaced(&self, text: &str) -> bool {
        self.project.replaced(&self.file.path, text)
    }

    fn is_element_replaced(&self) -> bool {
        self.source(self.found.element()).is_some_and(|element| self.is_replaced(element))
    }
}

fn part_of(whole: TextRange, part: Range<usize>) -> TextRange {
    let size = |n: usize| u32::try_from(n).expect("invariant: a part is no longer than its file").into();
    TextRange::at(whole.start() + size(part.start), size(part.len()))
}
