use std::collections::BTreeMap;

use preauth_source::{FilePath, SourceFile};
use preauth_xml::Skimmer;

use crate::{Demand, FileFacts, Kind, file::Words};

/// Reads the facts of one file after another, piece by piece: what nobody asks for is checked and let go at once, so
/// that a file takes no more memory than what is asked of it.
///
/// **Invariant**: the facts are those of [`FileFacts::read`], and know the lines they stand on besides.
pub struct Reader<'d> {
    demand: &'d Demand,
    skimmers: BTreeMap<Kind, Skimmer<'d>>,
    words: Words,
}

impl<'d> Reader<'d> {
    /// A reader of what `demand` asks for.
    pub fn new(demand: &'d Demand) -> Self {
        Self { demand, skimmers: BTreeMap::new(), words: Words::default() }
    }

    /// What is asked of the files.
    pub fn demand(&self) -> &'d Demand {
        self.demand
    }

    /// Reads a file that `next` gives piece by piece: it fills a part of the slice from its start, and says how much;
    /// nothing at the end of the file. `None` if the file must be looked at as a whole ([`FileFacts::read`]): because
    /// its text is kept, or because something in it is wrong, which is told of the whole text alone.
    ///
    /// # Errors
    /// Those of `next`.
    pub fn read<E>(
        &mut self,
        path: &FilePath,
        kind: Kind,
        stem: &str,
        judged: bool,
        next: impl FnMut(&mut [u8]) -> Result<usize, E>,
    ) -> Result<Option<FileFacts>, E> {
        if kind.role().is_app() {
            return Ok(None);
        }
        let demand = self.demand;
        let skimmer = self
            .skimmers
            .entry(kind)
            .or_insert_with(|| Skimmer::new(move |name: &str| demand.keeps(kind, name)));
        let skimmed = skimmer.skim(next)?;
        let Some(text) = skimmed.text() else { return Ok(None) };
        let source = SourceFile::new(path.clone(), text);
        let mut facts = FileFacts::read_sharing(&source, kind, stem, judged, demand, &mut self.words);
        if !facts.is_well_formed() {
            return Ok(skimmed.is_whole().then_some(facts));
        }
        let places: Vec<_> = facts.ranges_mut().flat_map(|range| [range.start(), range.end()]).collect();
        facts.know_lines(skimmed.lines(places));
        Ok(facts.moved(|range| skimmed.range(range)))
    }
}
