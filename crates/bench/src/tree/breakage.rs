use crate::Malformed;

/// The kinds of damage, each in the middle of elements that no policy needs.
const KINDS: [(&str, Break); 4] = [
    ("conflict marker", |text, at| {
        let line = start_of_line(text, at);
        (line, format!("{}<<<<<<< HEAD\n{}", &text[..line], &text[line..]))
    }),
    ("wrong end tag", |text, at| {
        let end = after(text, at, "</readable>") - "</readable>".len();
        (end, format!("{}</readble>{}", &text[..end], &text[end + "</readable>".len()..]))
    }),
    ("cut off", |text, at| {
        let end = after(text, at, "<field>") + 2;
        (end, text[..end].to_owned())
    }),
    ("bare ampersand", |text, at| {
        let field = after(text, at, "<field>");
        (field, format!("{}R&D.{}", &text[..field], &text[field..]))
    }),
];

/// The text with one thing wrong behind a place in it, and where exactly.
type Break = fn(&str, usize) -> (usize, String);

/// Breaks some of the files that it is shown, evenly spread.
pub(super) struct Breakage {
    broken: usize,
    of: usize,
    seen: usize,
    /// The files that were broken so far.
    pub(super) done: Vec<Malformed>,
}

impl Breakage {
    /// So many of so many files, but not more than all.
    pub(super) fn new(broken: usize, of: usize) -> Self {
        Self { broken: broken.min(of), of, seen: 0, done: Vec::new() }
    }

    /// The text of the next file, broken if it is its turn.
    pub(super) fn next(&mut self, path: &str, text: String) -> String {
        let before = self.seen * self.broken / self.of;
        self.seen += 1;
        if self.seen * self.broken / self.of == before {
            return text;
        }
        let (kind, make) = KINDS[self.done.len() % KINDS.len()];
        let (at, text) = make(&text, after(&text, text.len() / 2, "<fieldPermissions>"));
        let line = text[..at].matches('\n').count() + 1;
        self.done.push(Malformed { file: path.to_owned(), line, kind: kind.to_owned() });
        text
    }
}

fn start_of_line(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |line| line + 1)
}

/// The end of the first `wanted` behind a place; of the last before it, where there is none behind.
fn after(text: &str, at: usize, wanted: &str) -> usize {
    let behind = text[at..].find(wanted).map(|found| at + found);
    let found = behind.or_else(|| text[..at].rfind(wanted));
    found.expect("invariant: every profile and permission set has field permissions") + wanted.len()
}
