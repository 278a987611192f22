//! Elements of the plainest form: tags without attributes, text in the innermost elements alone, and white space
//! between the others. They are checked in two ways that come to the same: by reading them, or by finding that they
//! are, but for the texts, byte for byte like one that was read before.

use std::{mem, ops::Range};

use fearless_simd::{Level, Simd, dispatch};

use super::{
    MAX_ELEMENT_BYTES,
    bytes::{Literal, behind_plain},
};
use crate::{
    attributes,
    chars::{self, plain_name},
    tree::local,
};

/// The number of shapes that are remembered.
const MAX_SHAPES: usize = 32;

/// The maximum depth of plain elements.
const MAX_PLAIN_DEPTH: usize = 8;

/// Shapes that are learned without a hit before learning pauses.
const MAX_MISSES: usize = 8;

/// The longest pause, in elements.
const MAX_PAUSE_ELEMENTS: usize = 1024;

/// The start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ElementPrefix {
    /// White space, if there is any, and a plain element; so many bytes together.
    Element {
        length: usize,
        /// True if it is demanded.
        kept: bool,
    },
    /// Something else, or something that is not well-formed.
    No,
    /// The text ends before that can be told.
    Cut,
}

/// The shapes that elements had so far.
#[derive(Debug)]
pub(super) struct ShapeCache {
    /// The SIMD instructions that the processor has.
    level: Level,
    shapes: Vec<ElementShape>,
    /// The one that the last element had.
    last: usize,
    /// The one to forget for a new one, when there are enough.
    oldest: usize,
    /// Shapes learned since the last hit.
    misses: usize,
    /// Elements left in the current pause.
    pause: usize,
    longest_pause: usize,
}

/// An element and the white space before it, without the texts in it.
#[derive(Debug)]
struct ElementShape {
    parts: Vec<ShapePart>,
    kept: bool,
    /// The shape that came after it the last time.
    then: usize,
}

/// Markup before, between or after the texts of an element.
#[derive(Debug)]
struct ShapePart {
    /// True if a text stands before it.
    behind_text: bool,
    literal: Literal,
}

impl ShapeCache {
    pub(super) fn new() -> Self {
        Self {
            level: Level::new(),
            shapes: Vec::new(),
            last: 0,
            oldest: 0,
            misses: 0,
            pause: 0,
            longest_pause: 0,
        }
    }

    /// How many bytes there are in the elements that `bytes` begin with, as long as nobody asks for them and they come
    /// in the order in which they came before.
    pub(super) fn usual(&mut self, bytes: &[u8]) -> usize {
        dispatch!(self.level, simd => self.usual_with(simd, bytes))
    }

    #[inline(always)]
    fn usual_with<S: Simd>(&mut self, simd: S, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while let Some(last) = self.shapes.get(self.last)
            && let Some(shape) = self.shapes.get(last.then).filter(|shape| !shape.kept)
            && let Some(behind) = shape.behind(simd, rest)
        {
            self.last = last.then;
            rest = behind;
        }
        bytes.len() - rest.len()
    }

    /// Which shape the element has that `bytes` begin with, and what stands behind it. First it is asked whether it has
    /// the one that came next the last time.
    #[inline(always)]
    fn met<'b, S: Simd>(&self, simd: S, bytes: &'b [u8]) -> Option<(usize, &'b [u8])> {
        let expected = self.shapes.get(self.last).map_or(0, |shape| shape.then);
        // What is called here must become a part of this function, which a closure for an iterator need not.
        if let Some(behind) = self.shapes.get(expected)?.behind(simd, bytes) {
            return Some((expected, behind));
        }
        for (index, shape) in self.shapes.iter().enumerate() {
            if index != expected
                && let Some(behind) = shape.behind(simd, bytes)
            {
                return Some((index, behind));
            }
        }
        None
    }

    /// Classifies the start of `bytes`. `keep` is asked the name of an element whose shape is new.
    pub(super) fn next(&mut self, bytes: &[u8], keep: &dyn Fn(&str) -> bool) -> ElementPrefix {
        if let Some((index, behind)) = dispatch!(self.level, simd => self.met(simd, bytes)) {
            self.follow(index);
            self.misses = 0;
            self.longest_pause = 0;
            let kept = self.shapes[index].kept;
            return ElementPrefix::Element { length: bytes.len() - behind.len(), kept };
        }
        // What is longer is not learned.
        let near = &bytes[..bytes.len().min(MAX_ELEMENT_BYTES)];
        let mut reader = PlainReader { bytes: near, at: 0, texts: Vec::new() };
        match reader.element_after_space() {
            Ok(name) => {
                let kept = keep(local(name));
                let length = reader.at;
                if self.may_learn() {
                    self.learn(&bytes[..length], &reader.texts, kept);
                }
                ElementPrefix::Element { length, kept }
            }
            Err(NotPlain::Odd) => ElementPrefix::No,
            Err(NotPlain::Cut) => ElementPrefix::Cut,
        }
    }

    fn follow(&mut self, index: usize) {
        if let Some(last) = self.shapes.get_mut(self.last) {
            last.then = index;
        }
        self.last = index;
    }

    /// Learning what never comes again takes time: after some shapes in vain it pauses, each time for longer.
    fn may_learn(&mut self) -> bool {
        if self.pause > 0 {
            self.pause -= 1;
            return false;
        }
        self.misses += 1;
        if self.misses > MAX_MISSES {
            self.longest_pause = (self.longest_pause * 2).clamp(MAX_MISSES, MAX_PAUSE_ELEMENTS);
            self.pause = self.longest_pause;
            self.misses = 0;
        }
        true
    }

    fn learn(&mut self, element: &[u8], texts: &[Range<usize>], kept: bool) {
        let starts = std::iter::once(0).chain(texts.iter().map(|text| text.end));
        let ends = texts.iter().map(|text| text.start).chain([element.len()]);
        let parts = starts.zip(ends).flat_map(|(start, end)| {
            let mut behind_text = start > 0;
            Literal::all(&element[start..end])
                .map(move |literal| ShapePart { behind_text: mem::take(&mut behind_text), literal })
        });
        let parts = parts.collect();
        let index = if self.shapes.len() < MAX_SHAPES {
            self.shapes.push(ElementShape { parts, kept, then: self.shapes.len() });
            self.shapes.len() - 1
        } else {
            self.oldest = (self.oldest + 1) % MAX_SHAPES;
            self.shapes[self.oldest] = ElementShape { parts, kept, then: self.oldest };
            self.oldest
        };
        self.follow(index);
    }
}

impl ElementShape {
    /// Returns the bytes after the element that `bytes` begin with, if it has this shape.
    #[inline(always)]
    fn behind<'b, S: Simd>(&self, simd: S, bytes: &'b [u8]) -> Option<&'b [u8]> {
        let mut rest = bytes;
        for part in &self.parts {
            if part.behind_text {
                let text = rest;
                rest = behind_plain(simd, text)?;
                if rest.first() != Some(&b'<') {
                    rest = &text[checked_text(text).ok()?..];
                }
            }
            rest = part.literal.behind(simd, rest)?;
        }
        Some(rest)
    }
}

/// The reason why reading stops.
enum NotPlain {
    Odd,
    Cut,
}

/// Reads a plain element.
struct PlainReader<'b> {
    bytes: &'b [u8],
    at: usize,
    /// The ranges of its texts.
    texts: Vec<Range<usize>>,
}

impl<'b> PlainReader<'b> {
    fn element_after_space(&mut self) -> Result<&'b str, NotPlain> {
        self.space();
        self.element(0)
    }

    /// Reads an element, and says its name.
    fn element(&mut self, depth: usize) -> Result<&'b str, NotPlain> {
        self.expect(b"<")?;
        let name = self.name()?;
        if self.peek()? == b'/' {
            self.expect(b"/>")?;
            return Ok(name);
        }
        self.expect(b">")?;
        let start = self.at;
        self.space();
        if self.peek()? == b'<' && self.bytes.get(self.at + 1).ok_or(NotPlain::Cut)? != &b'/' {
            if depth + 1 == MAX_PLAIN_DEPTH {
                return Err(NotPlain::Odd);
            }
            while self.bytes.get(self.at + 1).ok_or(NotPlain::Cut)? != &b'/' {
                self.element(depth + 1)?;
                self.space();
                if self.peek()? != b'<' {
                    return Err(NotPlain::Odd);
                }
            }
        } else {
            self.at = start + checked_text(&self.bytes[start..])?;
            self.texts.push(start..self.at);
        }
        self.expect(b"</")?;
        self.expect(name.as_bytes())?;
        self.expect(b">")?;
        Ok(name)
    }

    fn name(&mut self) -> Result<&'b str, NotPlain> {
        let rest = &self.bytes[self.at..];
        let Some(length) = plain_name(rest) else {
            return Err(if rest.is_empty() { NotPlain::Cut } else { NotPlain::Odd });
        };
        if length == rest.len() {
            return Err(NotPlain::Cut);
        }
        self.at += length;
        std::str::from_utf8(&rest[..length]).map_err(|_| NotPlain::Odd)
    }

    fn space(&mut self) {
        let is_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        self.at += self.bytes[self.at..].iter().take_while(|byte| is_space(byte)).count();
    }

    fn peek(&self) -> Result<u8, NotPlain> {
        self.bytes.get(self.at).copied().ok_or(NotPlain::Cut)
    }

    fn expect(&mut self, literal: &[u8]) -> Result<(), NotPlain> {
        let rest = &self.bytes[self.at..];
        if rest.starts_with(literal) {
            self.at += literal.len();
            return Ok(());
        }
        Err(if literal.starts_with(rest) { NotPlain::Cut } else { NotPlain::Odd })
    }
}

/// The length of the text up to the next `<`, if it is what XML allows as text.
fn checked_text(bytes: &[u8]) -> Result<usize, NotPlain> {
    let length = memchr::memchr(b'<', bytes).ok_or(NotPlain::Cut)?;
    // Nearly all texts are of nothing but such characters.
    if bytes[..length].iter().all(|byte| matches!(byte, b' '..=b'%' | b'\''..=b';' | b'=' | b'?'..=b'~')) {
        return Ok(length);
    }
    let text = std::str::from_utf8(&bytes[..length]).map_err(|_| NotPlain::Odd)?;
    let fine = chars::illegal(text).is_none()
        && !text.contains("]]>")
        && attributes::references(text, 0..text.len()).is_ok();
    if fine { Ok(length) } else { Err(NotPlain::Odd) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(shapes: &mut ShapeCache, text: &str) -> ElementPrefix {
        shapes.next(text.as_bytes(), &|name| name == "kept")
    }

    #[test]
    fn plain_elements_are_read_and_then_known() {
        let mut shapes = ShapeCache::new();
        for text in
            ["\n <a><b>1</b> <c/></a>", "\n <a><b>longer &amp; longer</b> <c/></a>", "<m:kept>é</m:kept>"]
        {
            let kept = text.contains("kept");
            let found = next(&mut shapes, &format!("{text} <rest"));
            assert_eq!(found, ElementPrefix::Element { length: text.len(), kept }, "{text}");
        }
        assert_eq!(shapes.shapes.len(), 2);
    }

    #[test]
    fn what_is_not_plain_is_left_to_the_parser() {
        for text in [
            "<a b='1'>1</a>",
            "<a><!-- --></a>",
            "<a>1<b/></a>",
            "<a><b/>1</a>",
            "<a>&b;</a>",
            "<a>]]></a>",
            "<a></b>",
            "<a>\u{1}</a>",
            "<a>\u{FFFF}</a>",
            "<a >1</a>",
            "<1>1</1>",
            "text",
            "</a>",
            "<?a?>",
            "<a>1</a >",
        ] {
            assert_eq!(next(&mut ShapeCache::new(), text), ElementPrefix::No, "{text}");
        }
    }

    #[test]
    fn a_text_that_breaks_its_rules_does_not_have_the_shape() {
        let mut shapes = ShapeCache::new();
        assert!(matches!(next(&mut shapes, "<a>1</a>"), ElementPrefix::Element { .. }));
        for text in ["]]>", "&b;", "\u{1}", "\u{FFFE}", "<b>", "&"] {
            assert_eq!(next(&mut shapes, &format!("<a>{text}</a>")), ElementPrefix::No, "{text}");
        }
    }

    #[test]
    fn what_is_cut_off_may_still_be_plain() {
        let text = "\n  <ab>\n<c>1</c>\n<d>é</d><e/></ab>";
        for end in 0..text.len() {
            assert_eq!(
                ShapeCache::new().next(&text.as_bytes()[..end], &|_| true),
                ElementPrefix::Cut,
                "{end}"
            );
        }
    }
}
