//! The lines that facts stand on. There are as many as facts, and few of them are ever asked for.

use preauth_source::{TextRange, TextSize};
use preauth_xml::Line;

/// Lines of a file in order, each written as what it has more than the one before, in as few bytes as that takes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lines {
    /// Every so many lines, one as it is, and where those that follow it are written.
    marks: Box<[(Line, u32)]>,
    written: Box<[u8]>,
}

/// How many lines are read at most to find one.
const APART: usize = 32;
/// How many bytes a line takes, as a rule.
const ROOM: usize = 4;

impl Lines {
    /// `lines` are in order.
    pub(crate) fn new(lines: &[Line]) -> Self {
        let mut written = Vec::with_capacity(lines.len() * ROOM);
        let mark = |lines: &[Line]| {
            let at = u32::try_from(written.len())
                .expect("invariant: what is on a line is longer than what is written of it");
            for pair in lines.windows(2) {
                let [before, line] = pair else { continue };
                write(&mut written, (line.known.start() - before.known.start()).into());
                write(&mut written, line.known.len().into());
                write(&mut written, line.number - before.number);
            }
            (lines[0], at)
        };
        let marks = lines.chunks(APART).map(mark).collect();
        Self { marks, written: written.into() }
    }

    /// The last line that begins at a place or before.
    pub(crate) fn at(&self, place: TextSize) -> Option<Line> {
        let after = self.marks.partition_point(|(line, _)| line.known.start() <= place);
        let (mut line, at) = self.marks[after.checked_sub(1)?];
        let end = self.marks.get(after).map_or(self.written.len(), |(_, at)| *at as usize);
        let mut rest = &self.written[at as usize..end];
        while !rest.is_empty() {
            let start = line.known.start() + TextSize::new(read(&mut rest));
            if start > place {
                break;
            }
            let known = TextRange::at(start, read(&mut rest).into());
            line = Line { known, number: line.number + read(&mut rest) };
        }
        Some(line)
    }
}

/// Seven bits to a byte, the lowest first; the eighth says whether more follow.
fn write(to: &mut Vec<u8>, mut number: u32) {
    while number > 0x7F {
        to.push(0x80 | number.to_le_bytes()[0]);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

fn read(from: &mut &[u8]) -> u32 {
    let mut number = 0;
    for bits in (0..).step_by(7) {
        let Some((byte, rest)) = from.split_first() else { break };
        *from = rest;
        number |= u32::from(byte & 0x7F) << bits;
        if *byte <= 0x7F {
            break;
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_line_is_found_again(steps in prop::collection::vec((0_u32..3, 0_u32..90_000, 0_u32..400), 0..200)) {
            let (mut lines, mut start, mut number) = (Vec::new(), 0, 0);
            for (more, apart, length) in steps {
                (start, number) = (start + apart, number + more);
                lines.push(Line { known: TextRange::at(start.into(), length.into()), number });
                start += length + 1;
            }
            let packed = Lines::new(&lines);
            for place in lines.iter().flat_map(|line| [line.known.start(), line.known.end()]) {
                let last = lines.iter().rfind(|line| line.known.start() <= place);
                prop_assert_eq!(packed.at(place), last.copied());
            }
        }
    }

    #[test]
    fn before_the_first_line_there_is_none() {
        let line = Line { known: TextRange::new(5.into(), 9.into()), number: 1 };
        assert_eq!(Lines::new(&[line]).at(4.into()), None);
        assert_eq!(Lines::default().at(4.into()), None);
    }
}
