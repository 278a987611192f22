//! Reading files through a window, one after another.

use std::{
    collections::BTreeMap,
    io::{self, Read},
};

use preauth_source::{FilePath, SourceFile};
use preauth_xml::Skimmer;

use crate::{Demand, FileFacts, Kind, file::capture::StoredCapture, schema::elements};

/// How many elements of one file are enough to remember. Profiles have fewer; where there are more, hardly any will stand
/// in another file, too.
const MAX_NEW_ELEMENTS: usize = 512;

/// Reads the facts of one file after another, piece by piece: what nobody asks for is checked and let go at once, so
/// that a file takes no more memory than what is asked of it; and an element that was read before, byte for byte, is
/// not read again.
///
/// **Invariant**: the facts are those of [`FileFacts::read`].
pub struct Reader<'d> {
    demand: &'d Demand,
    skimmers: BTreeMap<Kind, Skimmer<'d, StoredCapture>>,
    window: Vec<u8>,
}

impl<'d> Reader<'d> {
    /// A reader of what `demand` asks for.
    pub fn new(demand: &'d Demand) -> Self {
        Self { demand, skimmers: BTreeMap::new(), window: Vec::new() }
    }

    /// Returns the paths that are needed of the files.
    pub fn demand(&self) -> &'d Demand {
        self.demand
    }

    /// True if files of this kind are read through a window and their texts are not stored.
    pub fn reads(kind: Kind) -> bool {
        !kind.role().is_app()
    }

    /// Reads a file. `None` if it must be looked at as a whole ([`FileFacts::read`]): because it is not read piece by
    /// piece, or because something in it is wrong, which is told of the whole text alone.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn read(
        &mut self,
        path: &FilePath,
        kind: Kind,
        stem: &str,
        judged: bool,
        file: impl Read,
    ) -> io::Result<Option<FileFacts>> {
        if !Self::reads(kind) {
            return Ok(None);
        }
        let demand = self.demand;
        let skimmer = self
            .skimmers
            .entry(kind)
            .or_insert_with(|| Skimmer::new(move |name: &str| demand.keeps(kind, name)));
        let skimmed = skimmer.skim(&mut self.window, file)?;
        let Some(text) = skimmed.text() else { return Ok(None) };
        let source = SourceFile::new(path.clone(), text);
        let mut elements =
            skimmed.elements().filter(|element| may_stand_again(kind, element.name)).peekable();
        let mut new = Vec::new();
        let facts = FileFacts::read_by_piece(&source, kind, stem, judged, demand, &mut |child, piece| {
            if new.len() == MAX_NEW_ELEMENTS {
                return;
            }
            while elements.next_if(|element| element.range.end() <= child.start()).is_some() {}
            if let Some(element) = elements.next_if(|element| element.range.contains_range(child)) {
                new.push((element, piece.told_from(element.range.start())));
            }
        });
        drop(elements);
        if !facts.is_well_formed() {
            return Ok(skimmed.is_whole().then_some(facts));
        }
        let wrong = facts.wrong_places();
        new.retain(|(element, _)| {
            let first = wrong.partition_point(|place| *place < element.range.start());
            wrong.get(first).is_none_or(|place| *place >= element.range.end())
        });
        let mut facts = facts.moved(|range| skimmed.range(range));
        if let Some(facts) = &mut facts {
            facts.add(skimmed.repeated().map(|echo| (echo.what, echo.at)));
        }
        let new: Vec<_> = new.into_iter().map(|(element, piece)| (element.range, piece)).collect();
        for (element, piece) in new {
            skimmer.remember(element, piece);
        }
        Ok(facts)
    }
}

/// True if an element of this name may occur more than once.
fn may_stand_again(kind: Kind, name: &str) -> bool {
    let element = elements::known(kind).and_then(|known| elements::named(known, name));
    element.is_none_or(|element| element.is_list)
}
