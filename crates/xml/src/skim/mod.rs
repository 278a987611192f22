//! Leaving out what nobody asks for, before anything is parsed.
//!
//! Nearly all of a profile is the same few elements, thousands of times, and nobody asks for them. [`Skimmer`] reads a
//! document through a window, leaves out the children of the root that are not asked for and that it is sure are
//! well-formed, and keeps everything else byte for byte. What is kept is a document again, a small one.
//!
//! What is asked for repeats itself, too: an element that the skimmer was told to [`remember`](Skimmer::remember) is left
//! out wherever the same bytes stand again, and [`Skimmed::repeated`] tells of each.
//!
//! **Invariant**: [`parse`](crate::parse) finds in what is kept the same elements that are asked for, with the same
//! names and texts, and with [`Skimmed::range`] at the same places, as in the whole document, but for the echoes, which
//! are in the document byte for byte where they are told to be; and it finds a mistake in the one if and only if it
//! finds one in the other. Mistakes are therefore looked for in the whole document, and never come from here.
//!
//! Why it holds: up to the first mistake in the document, what is left out is whole children of the root, with the
//! white space before them, that [`plain`] has checked against a part of the grammar; so the parser comes to the
//! mistake in the same state. The first child of the root stays, for where text may stand depends on whether there is
//! one.

mod bytes;
mod memo;
mod plain;

use std::{
    io::{self, Read},
    mem,
    ops::Range,
};

use preauth_source::{TextRange, TextSize};

use crate::{
    chars::plain_name,
    text::{self, ContentPiece},
    tree::{local, size},
};
use memo::ElementMemo;
use plain::{ElementPrefix, ShapeCache};

/// The number of bytes that are read at a time.
const WINDOW_BYTES: usize = 128 * 1024;

/// The longest element that is learned. What is longer is kept, and all behind it: that takes less than to look at it
/// again when more of it is read.
const MAX_ELEMENT_BYTES: usize = WINDOW_BYTES / 2;

/// How much more may be kept of elements that are not plain than is left out, before the rest is kept unseen.
const MAX_EXTRA_ODD_BYTES: usize = 4096;

/// Skims documents that are alike: it learns what their elements look like, and of those that are asked for it leaves
/// out what it was told to [`remember`](Self::remember).
pub struct Skimmer<'k, T> {
    keep: Box<dyn Fn(&str) -> bool + Send + 'k>,
    shapes: ShapeCache,
    memo: ElementMemo<T>,
    size: usize,
    kept: Vec<u8>,
    gaps: Vec<SkimGap>,
    elements: Vec<ElementPosition>,
    repeated: Vec<ElementPosition>,
}

/// The parts of a document that were kept.
#[derive(Debug)]
pub struct Skimmed<'s, T> {
    kept: &'s [u8],
    gaps: &'s [SkimGap],
    elements: &'s [ElementPosition],
    repeated: &'s [ElementPosition],
    memo: &'s ElementMemo<T>,
    /// The length of the document, in bytes.
    length: usize,
}

/// An element in what is kept that can be remembered: a plain one.
#[derive(Clone, Copy, Debug)]
pub struct SkimmedElement<'s> {
    /// Its name, without the prefix.
    pub name: &'s str,
    /// Its range in the kept text, with the white space before it.
    pub range: TextRange,
}

/// An element that was left out because it is remembered.
#[derive(Clone, Copy, Debug)]
pub struct RepeatedElement<'s, T> {
    /// The remembered value.
    pub what: &'s T,
    /// The offset in the document of the white space before it.
    pub at: TextSize,
}

/// A plain element that is asked for.
#[derive(Clone, Copy, Debug)]
struct ElementPosition {
    /// Its offset: in the kept text if it is kept, and otherwise in the document.
    at: usize,
    /// Its length if it is kept, and otherwise the place of what is remembered of it.
    of: usize,
}

/// Something that was left out.
#[derive(Clone, Copy, Debug, Default)]
struct SkimGap {
    /// The offset in the kept text where it is missing.
    at: usize,
    /// The number of bytes of the document that are missing up to there.
    before: usize,
}

impl<'k, T> Skimmer<'k, T> {
    /// `keep` is asked the name of each child of the root, as in [`parse`](crate::parse).
    pub fn new(keep: impl Fn(&str) -> bool + Send + 'k) -> Self {
        Self::with_window(keep, WINDOW_BYTES)
    }

    /// A skimmer that reads so many bytes at a time, or more where an element is longer.
    pub fn with_window(keep: impl Fn(&str) -> bool + Send + 'k, size: usize) -> Self {
        let keep = Box::new(keep);
        Self {
            keep,
            shapes: ShapeCache::new(),
            memo: ElementMemo::default(),
            size: size.max(1),
            kept: Vec::new(),
            gaps: Vec::new(),
            elements: Vec::new(),
            repeated: Vec::new(),
        }
    }

    /// Skims a document piece by piece. What is in `window` does not matter: it is there to be used again.
    ///
    /// # Errors
    /// The document cannot be read.
    pub fn skim(&mut self, window: &mut Vec<u8>, mut document: impl Read) -> io::Result<Skimmed<'_, T>> {
        self.kept.clear();
        self.gaps.clear();
        self.elements.clear();
        self.repeated.clear();
        if window.len() != self.size {
            // As new memory it is not touched before something is read into it, and most files are small.
            *window = vec![0; self.size];
        }
        let mut place = SkimPosition::BeforeRoot;
        // The window holds the document from `copied` to `filled`; up to `at` it is known what becomes of it.
        let (mut copied, mut at, mut filled) = (0, 0, 0);
        // The document up to `filled`; what is left out of it; and what is odd in it.
        let (mut length, mut missing, mut odd) = (0_usize, 0, 0_usize);
        // How many bytes the elements have that can be remembered.
        let mut memo_bytes = 0;
        let mut ended = false;
        loop {
            let step = match place {
                SkimPosition::BeforeRoot => before_root(&window[at..filled]),
                SkimPosition::BelowRoot { first } => {
                    self.below_root(&window[at..filled], length - filled + at, first)
                }
            };
            match step {
                SkimStep::Root(count) => {
                    at += count;
                    place = SkimPosition::BelowRoot { first: true };
                }
                SkimStep::Keep(count) => at += count,
                SkimStep::Element(count) => {
                    if self.memo.has_room_beside(memo_bytes) {
                        let here = self.kept.len() + at - copied;
                        self.elements.push(ElementPosition { at: here, of: count });
                        memo_bytes += count;
                    }
                    at += count;
                    place = SkimPosition::BelowRoot { first: false };
                }
                SkimStep::Odd(count) => {
                    at += count;
                    odd += count;
                    if odd > missing + MAX_EXTRA_ODD_BYTES {
                        break;
                    }
                }
                SkimStep::LeaveOut(count) => {
                    self.kept.extend_from_slice(&window[copied..at]);
                    missing += count;
                    let gap = SkimGap { at: self.kept.len(), before: missing };
                    match self.gaps.last_mut().filter(|last| last.at == gap.at) {
                        Some(last) => *last = gap,
                        None => self.gaps.push(gap),
                    }
                    at += count;
                    copied = at;
                }
                SkimStep::Rest => break,
                SkimStep::More if ended || filled - at >= MAX_ELEMENT_BYTES => break,
                SkimStep::More => {
                    self.kept.extend_from_slice(&window[copied..at]);
                    window.copy_within(at..filled, 0);
                    filled -= at;
                    (copied, at) = (0, 0);
                    if filled == window.len() {
                        window.resize(filled * 2, 0);
                    }
                    let count = read(&mut document, &mut window[filled..])?;
                    filled += count;
                    length += count;
                    ended = count == 0;
                }
            }
        }
        // Most often nothing follows, which the window has room to find out.
        if !ended && filled < window.len() {
            let count = read(&mut document, &mut window[filled..])?;
            filled += count;
            length += count;
            ended = count == 0;
        }
        if !ended && self.kept.is_empty() && copied == 0 {
            window.truncate(filled);
            mem::swap(&mut self.kept, window);
        } else {
            self.kept.extend_from_slice(&window[copied..filled]);
        }
        if !ended {
            length += document.read_to_end(&mut self.kept)?;
        }
        let Self { kept, gaps, elements, repeated, memo, .. } = self;
        Ok(Skimmed { kept, gaps, elements, repeated, memo, length })
    }

    /// Remembers something of an [`SkimmedElement`] of the document that was skimmed last, by its range in what was kept:
    /// where the same bytes stand as a child of a root again, they are left out, and [`Skimmed::repeated`] tells of them.
    pub fn remember(&mut self, element: TextRange, what: T) {
        self.memo.insert(&self.kept[Range::<usize>::from(element)], what);
    }

    /// Skims a document that is in memory.
    pub fn skim_text(&mut self, text: &[u8]) -> Skimmed<'_, T> {
        self.skim(&mut Vec::new(), text).expect("invariant: memory can be read")
    }

    /// What becomes of what stands between two children of the root, and of the child behind it; `here` is where in
    /// the document that begins.
    fn below_root(&mut self, bytes: &[u8], here: usize, first: bool) -> SkimStep {
        let mut left_out = 0;
        loop {
            if !first {
                left_out += self.shapes.usual(&bytes[left_out..]);
            }
            let rest = &bytes[left_out..];
            let plain = self.shapes.next(rest, &*self.keep);
            let remembered = match plain {
                ElementPrefix::Element { length, kept: true, .. } if !first => {
                    self.memo.find(&rest[..length])
                }
                _ => None,
            };
            if let Some(of) = remembered {
                self.repeated.push(ElementPosition { at: here + left_out, of });
            }
            match plain {
                ElementPrefix::Element { length, kept } if !first && (!kept || remembered.is_some()) => {
                    left_out += length;
                }
                _ if left_out > 0 => return SkimStep::LeaveOut(left_out),
                ElementPrefix::Element { length, .. } => return SkimStep::Element(length),
                ElementPrefix::Cut => return SkimStep::More,
                ElementPrefix::No => return odd(bytes),
            }
        }
    }
}

/// The position in a document.
#[derive(Clone, Copy)]
enum SkimPosition {
    BeforeRoot,
    /// Between the children of the root; `first` before the first of them.
    BelowRoot {
        first: bool,
    },
}

/// The decision about the next bytes.
enum SkimStep {
    /// They are kept, and the root has begun.
    Root(usize),
    /// They are kept, and change nothing.
    Keep(usize),
    /// They are an element that is kept.
    Element(usize),
    /// They are kept because they are not plain.
    Odd(usize),
    /// They are left out.
    LeaveOut(usize),
    /// They and all that follows are kept, whatever they are.
    Rest,
    /// More must be read before that can be decided.
    More,
}

/// Reads a piece, and says how much it is: nothing at the end of the document.
fn read(document: &mut impl Read, piece: &mut [u8]) -> io::Result<usize> {
    loop {
        match document.read(piece) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}

fn before_root(bytes: &[u8]) -> SkimStep {
    let Some((piece, range)) = text::pieces(bytes).next() else { return SkimStep::More };
    match piece {
        ContentPiece::Text => SkimStep::Keep(range.end),
        _ if range.end == bytes.len() => SkimStep::More,
        ContentPiece::Aside => SkimStep::Keep(range.end),
        ContentPiece::Begin if bytes[1] != b'!' => SkimStep::Root(range.end),
        _ => SkimStep::Rest,
    }
}

/// What is not plain: the text before a tag, or what begins with it, up to where the next child of the root may begin.
fn odd(bytes: &[u8]) -> SkimStep {
    let mut depth = 0_usize;
    for (piece, range) in text::pieces(bytes) {
        match piece {
            ContentPiece::Text if depth == 0 => return SkimStep::Odd(range.end),
            _ if range.end == bytes.len() => return SkimStep::More,
            ContentPiece::Begin if bytes[range.start + 1] == b'!' => return SkimStep::Rest,
            ContentPiece::Begin => depth += 1,
            ContentPiece::End if depth == 0 => return SkimStep::Rest,
            ContentPiece::End => depth -= 1,
            ContentPiece::Text | ContentPiece::CData | ContentPiece::Aside | ContentPiece::Empty => {}
        }
        if depth == 0 {
            return SkimStep::Odd(range.end);
        }
    }
    SkimStep::More
}

impl<'s, T> Skimmed<'s, T> {
    /// What is kept, which is a document again. `None` if it is not UTF-8, or the document is too large for its
    /// places to be told: then the whole document must be looked at.
    pub fn text(&self) -> Option<&'s str> {
        u32::try_from(self.length).ok().and_then(|_| std::str::from_utf8(self.kept).ok())
    }

    /// The plain elements below the root in what is kept, as many as there is room to remember, in the order of the
    /// document.
    pub fn elements(&self) -> impl Iterator<Item = SkimmedElement<'s>> {
        let kept = self.kept;
        self.elements.iter().filter_map(move |element| {
            let range = element.at..element.at + element.of;
            let behind = &kept[range.start + memchr::memchr(b'<', &kept[range.clone()])? + 1..range.end];
            let name = std::str::from_utf8(&behind[..plain_name(behind)?]).ok()?;
            Some(SkimmedElement {
                name: local(name),
                range: TextRange::new(size(range.start), size(range.end)),
            })
        })
    }

    /// What was left out and is remembered, in the order of the document. Only of a document that has a
    /// [`text`](Self::text).
    pub fn repeated(&self) -> impl Iterator<Item = RepeatedElement<'s, T>> {
        let memo = self.memo;
        self.repeated.iter().filter_map(move |echo| {
            let at = u32::try_from(echo.at).ok()?;
            Some(RepeatedElement { what: memo.get(echo.of), at: at.into() })
        })
    }

    /// True if the whole document was kept.
    pub fn is_whole(&self) -> bool {
        self.gaps.is_empty()
    }

    /// The range in the document of a range in what is kept. `None` if something was left out within it.
    pub fn range(&self, range: TextRange) -> Option<TextRange> {
        let (start, end) = (usize::from(range.start()), usize::from(range.end()));
        let missing = |gaps: usize| self.gaps[..gaps].last().map_or(0, |gap| gap.before);
        let behind = missing(self.gaps.partition_point(|gap| gap.at <= start));
        let before = missing(self.gaps.partition_point(|gap| gap.at < end));
        let shift = TextSize::try_from(behind).ok()?;
        (behind == before).then(|| range + shift)
    }
}
