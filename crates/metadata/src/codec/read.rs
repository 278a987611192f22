//! Reading an attribute from the files of one component.

use std::{ops::Range, sync::Arc};

use preauth_source::{ArcStr, Location, TextRange, literal};

use crate::{
    CapturedElement, Column, ElementRef, Fact, FactState, FileFacts, Kind, Project, Type,
    codec::element::Occurrence,
};

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
            if let Some(file) = column.elements.iter().find_map(|element| self.contradiction(element)) {
                let why = literal!(
                    "several files of that name have different content, and it is unknown which of them counts"
                );
                return Fact::new(FactState::Unknown(why), file.home());
            }
            elements.iter_mut().for_each(|found| found.retain(|occurrence| !self.is_copy(occurrence.file)));
        }
        column.read(elements).unwrap_or_else(|| self.absence(ty, column, anchor))
    }

    /// A file whose content under an element differs from that of another file of its kind.
    fn contradiction(&self, element: &ElementRef) -> Option<&'a FileFacts> {
        let files: &'a [Arc<FileFacts>] = self.files;
        let mut of_kind = files.iter().filter(|file| file.kind == element.kind && file.is_well_formed());
        let first = of_kind.next().filter(|file| has_copies(file.kind))?;
        let content = |file: &'a FileFacts| -> Vec<_> {
            let texts = |found: &'a CapturedElement| {
                let inside = found.children().map(|(name, text, _)| (name, &**text));
                (&**found.text(), inside.collect::<Vec<_>>())
            };
            file.found(element.path).iter().map(texts).collect()
        };
        of_kind.find(|file| content(file) != content(first)).map(|file| &**file)
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
        let broken = self.files.iter().find(|file| file.kind == kind && !file.is_well_formed());
        FactState::Unknown(match broken {
            Some(file) => format!("`{}` could not be read", file.path).into(),
            None => format!("its {} file is not in the source", kind.name()).into(),
        })
    }
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
