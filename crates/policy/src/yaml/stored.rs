//! Stores [`YamlNode`]s as bytes. The build script stores the built-in policies, so that no YAML is parsed at start.
//!
//! A node is its place (start and length), a letter for its variant, and the value. Numbers are in LEB128, texts and
//! lists begin with their length.

use preauth_source::{TextRange, TextSize};

use super::node::{Placed, YamlData, YamlNode};

/// Writes a node.
#[allow(dead_code, reason = "the build script writes, the program reads")]
pub(crate) fn store(node: &YamlNode, out: &mut Vec<u8>) {
    store_range(node.range, out);
    match &node.value {
        YamlData::Null => out.push(b'n'),
        YamlData::Bool(value) => out.push(if *value { b't' } else { b'f' }),
        YamlData::Integer(value) => {
            out.push(b'i');
            out.extend(value.to_le_bytes());
        }
        YamlData::Float(value) => {
            out.push(b'd');
            out.extend(value.to_le_bytes());
        }
        YamlData::Text(text) => {
            out.push(b's');
            store_text(text, out);
        }
        YamlData::List(items) => {
            out.push(b'l');
            store_number(items.len(), out);
            items.iter().for_each(|item| store(item, out));
        }
        YamlData::Map(entries) => {
            out.push(b'm');
            store_number(entries.len(), out);
            for (key, value) in entries {
                store_range(key.range, out);
                store_text(&key.value, out);
                store(value, out);
            }
        }
    }
}

fn store_range(range: TextRange, out: &mut Vec<u8>) {
    store_number(range.start().into(), out);
    store_number(range.len().into(), out);
}

fn store_text(text: &str, out: &mut Vec<u8>) {
    store_number(text.len(), out);
    out.extend(text.bytes());
}

fn store_number(mut number: usize, out: &mut Vec<u8>) {
    while number > 0x7f {
        out.push(u8::try_from(number & 0x7f).expect("invariant: seven bits") | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).expect("invariant: seven bits"));
}

/// Reads a node that [`store`] has written. `None` if the bytes are not valid.
#[allow(dead_code, reason = "the build script writes, the program reads")]
pub(crate) fn stored(bytes: &[u8]) -> Option<YamlNode> {
    Stored { bytes }.node()
}

struct Stored<'b> {
    bytes: &'b [u8],
}

impl<'b> Stored<'b> {
    fn node(&mut self) -> Option<YamlNode> {
        let range = self.range()?;
        let value = match self.take(1)?[0] {
            b'n' => YamlData::Null,
            b't' => YamlData::Bool(true),
            b'f' => YamlData::Bool(false),
            b'i' => YamlData::Integer(i64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            b'd' => YamlData::Float(f64::from_le_bytes(self.take(8)?.try_into().ok()?)),
            b's' => YamlData::Text(self.text()?),
            b'l' => YamlData::List(self.many(Self::node)?),
            b'm' => YamlData::Map(self.many(|stored| {
                let range = stored.range()?;
                Some((Placed::new(stored.text()?, range), stored.node()?))
            })?),
            _ => return None,
        };
        Some(Placed::new(value, range))
    }

    fn many<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let length = self.number()?;
        let mut all = Vec::with_capacity(length);
        for _ in 0..length {
            all.push(one(self)?);
        }
        Some(all)
    }

    fn range(&mut self) -> Option<TextRange> {
        let mut size = || self.number().and_then(|number| TextSize::try_from(number).ok());
        Some(TextRange::at(size()?, size()?))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()?;
        std::str::from_utf8(self.take(length)?).ok().map(str::to_owned)
    }

    fn number(&mut self) -> Option<usize> {
        let mut number = 0;
        for shift in (0..usize::BITS).step_by(7) {
            let byte = self.take(1)?[0];
            number |= usize::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn take(&mut self, length: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse::parse;

    #[test]
    fn stored_node_is_read_unchanged() {
        let text = "a: [1, -2.5, true, false, ~]\nb:\n  ü: |\n    long\n    text\n";
        let node = parse(text).unwrap();
        let mut bytes = Vec::new();
        store(&node, &mut bytes);
        assert_eq!(format!("{:?}", stored(&bytes)), format!("{:?}", Some(node)));
    }

    #[test]
    fn truncated_bytes_are_rejected() {
        let mut bytes = Vec::new();
        store(&parse("a: [b, 1]").unwrap(), &mut bytes);
        for length in 0..bytes.len() {
            assert!(stored(&bytes[..length]).is_none(), "{length}");
        }
    }
}
