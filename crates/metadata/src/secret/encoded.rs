//! Encoded certificates, and what is pasted instead of them: base64 in PEM armour (RFC 7468) or bare.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use data_encoding::{Encoding, Specification};
use memchr::memmem;
use x509_cert::der::{Decode, Header, Reader, SliceReader, Tag, TagNumber};

use crate::secret::placeholder::is_placeholder;

/// The kind of content that encoded bytes have, recognised by the outline of their DER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EncodedContent {
    Certificate,
    CertificateRequest,
    PublicKey,
    Pkcs7,
    Pkcs12,
    JavaKeyStore,
    PrivateKey,
    EncryptedPrivateKey,
}

impl EncodedContent {
    /// Recognises the content, also by its beginning alone.
    pub(crate) fn recognise(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0xFE, 0xED, 0xFE, 0xED, ..] => return Some(Self::JavaKeyStore),
            // Older tools write BER with indefinite lengths.
            [0x30, 0x80, 0x02, 0x01, 0x03, 0x30, ..] => return Some(Self::Pkcs12),
            [0x30, 0x80, 0x06, ..] => return Some(Self::Pkcs7),
            _ => {}
        }
        let [(Tag::Sequence, outer), ..] = parts(bytes)[..] else { return None };
        let outer = parts(outer);
        let tags: Vec<Tag> = outer.iter().map(|(tag, _)| *tag).collect();
        let number = || outer[0].1;
        match tags[..] {
            [Tag::Integer, Tag::Sequence, ..] if matches!(number(), [3]) => Some(Self::Pkcs12),
            [Tag::Integer, Tag::Sequence, Tag::OctetString, ..] if matches!(number(), [0 | 1]) => {
                Some(Self::PrivateKey)
            }
            [Tag::Integer, Tag::OctetString, ..] if matches!(number(), [1]) => Some(Self::PrivateKey),
            [Tag::Integer, Tag::Integer, Tag::Integer, ..] if matches!(number(), [0 | 1]) => {
                Some(Self::PrivateKey)
            }
            [Tag::Integer, Tag::Integer] => Some(Self::PublicKey),
            [Tag::ObjectIdentifier, Tag::ContextSpecific { .. }, ..] => Some(Self::Pkcs7),
            [Tag::Sequence, Tag::BitString] if starts_with_oid(outer[0].1) => Some(Self::PublicKey),
            [Tag::Sequence, Tag::OctetString] if starts_with_oid(outer[0].1) => {
                Some(Self::EncryptedPrivateKey)
            }
            [Tag::Sequence, ..] => to_be_signed(outer[0].1),
            _ => None,
        }
    }

    /// Describes the content, with an article. The texts are values of attributes, so they are part of fingerprints: do not
    /// reword them.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Self::Certificate => "a certificate",
            Self::CertificateRequest => "a certificate signing request, not the certificate that came of it",
            Self::PublicKey => "a public key without a certificate",
            Self::Pkcs7 => "a PKCS#7 bundle (.p7b) of certificates",
            Self::Pkcs12 => "a PKCS#12 store (.p12, .pfx), which holds a private key",
            Self::JavaKeyStore => "a Java key store (.jks), which holds private keys",
            Self::PrivateKey => "a private key",
            Self::EncryptedPrivateKey => "an encrypted private key",
        }
    }

    /// True if it is or contains a private key.
    pub(crate) fn is_secret(self) -> bool {
        matches!(self, Self::Pkcs12 | Self::JavaKeyStore | Self::PrivateKey | Self::EncryptedPrivateKey)
    }
}

/// Distinguishes a certificate (RFC 5280, 4.1) from a request for one (RFC 2986, 4) by the signed content.
fn to_be_signed(signed: &[u8]) -> Option<EncodedContent> {
    let fields = parts(signed);
    let fields = match fields.first()? {
        (Tag::ContextSpecific { number: TagNumber(0), .. }, _) => &fields[1..],
        _ => &fields[..],
    };
    let [(Tag::Integer, _), (Tag::Sequence, second), ..] = fields else { return None };
    Some(if starts_with_oid(second) {
        EncodedContent::Certificate
    } else {
        EncodedContent::CertificateRequest
    })
}

fn starts_with_oid(bytes: &[u8]) -> bool {
    matches!(parts(bytes).first(), Some((Tag::ObjectIdentifier, _)))
}

/// Returns the tags and contents of consecutive elements; the last may be incomplete.
fn parts(bytes: &[u8]) -> Vec<(Tag, &[u8])> {
    let mut found = Vec::new();
    let Ok(mut reader) = SliceReader::new(bytes) else { return found };
    while let Ok(header) = Header::decode(&mut reader) {
        let there = header.length().min(reader.remaining_len());
        let Ok(content) = reader.read_slice(there) else { break };
        found.push((header.tag(), content));
    }
    found
}

/// Returns the length in bytes that the outermost element states, with its header.
pub(crate) fn stated_length(bytes: &[u8]) -> Option<usize> {
    let mut reader = SliceReader::new(bytes).ok()?;
    let header = Header::decode(&mut reader).ok()?;
    let total = (reader.position() + header.length()).ok()?;
    usize::try_from(total).ok()
}

static BASE64: LazyLock<Encoding> = LazyLock::new(|| {
    let mut base64 = Specification::new();
    base64.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
    base64.check_trailing_bits = false;
    base64.encoding().expect("invariant: the alphabet of RFC 4648 is an alphabet")
});

/// Decodes base64 text with white space anywhere, without an incomplete last group; `None` when it has other characters.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    let mut packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    while packed.last() == Some(&b'=') {
        packed.pop();
    }
    if packed.len() % 4 == 1 {
        packed.pop();
    }
    BASE64.decode(&packed).ok().filter(|bytes| !bytes.is_empty())
}

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END";
const DASHES: &str = "-----";

/// A block in PEM armour: its label (`CERTIFICATE`) and the range of its body.
pub(crate) struct Armoured<'t> {
    pub(crate) label: &'t str,
    pub(crate) body: Range<usize>,
}

/// Finds the blocks in PEM armour, also on one line, and also an incomplete last one.
pub(crate) fn armoured(text: &str) -> Vec<Armoured<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(label) =
        memmem::find(&text.as_bytes()[from..], BEGIN.as_bytes()).map(|at| from + at + BEGIN.len())
    {
        let end = text[label..].find(DASHES).map_or(text.len(), |end| label + end);
        let body = (end + DASHES.len()).min(text.len());
        let close = text[body..].find(END).map_or(text.len(), |close| body + close);
        found.push(Armoured { label: &text[label..end], body: body..close });
        from = close;
    }
    found
}

/// The most layers of base64 in which a private key is looked for. An org adds one to an uploaded PEM file.
const MAX_LAYERS: u8 = 3;

/// Returns the text that decoded bytes are, such as a PEM file.
pub(crate) fn text_file(bytes: &[u8]) -> Option<Cow<'_, str>> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Some(text.into()),
        // The attributes before a block may be in another encoding.
        Err(_) => memmem::find(bytes, BEGIN.as_bytes()).map(|_| String::from_utf8_lossy(bytes)),
    }
}

/// Finds private keys and key stores in base64 without armour, also in a file that is encoded once more.
pub(crate) fn bare_private_keys(text: &str) -> Vec<(Range<usize>, EncodedContent)> {
    bare_keys(text, MAX_LAYERS - 1)
}

fn bare_keys(text: &str, layers: u8) -> Vec<(Range<usize>, EncodedContent)> {
    // A `SEQUENCE` of DER and a Java key store begin with these. Any file has a line of the usual length.
    let [der, store] = ["M", "/u3+7"].map(|known| memmem::find_iter(text.as_bytes(), known).collect());
    let mut found: Vec<(Range<usize>, EncodedContent)> = Vec::new();
    for starts in [long_words(text), der, store] {
        let mut at = 0;
        for start in starts {
            let inside = start > 0 && is_symbol(&text.as_bytes()[start - 1]);
            if start < at || inside || found.iter().any(|(range, _)| range.contains(&start)) {
                continue;
            }
            let end = run_end(text, start);
            at = end;
            let run = &text[start..end];
            if run.len() < MIN_LINE_BYTES {
                continue;
            }
            let bytes = from_base64(&run.replace("&#13;", "").replace("&#xD;", "").replace("&#10;", ""));
            let content = bytes.and_then(|bytes| private_key_in(&bytes, layers));
            found.extend(content.map(|content| (start..end, content)));
        }
    }
    found
}

/// Returns the private key or key store that decoded bytes are, or that the file has that they are.
fn private_key_in(bytes: &[u8], layers: u8) -> Option<EncodedContent> {
    if let Some(content) = EncodedContent::recognise(bytes) {
        return Some(content).filter(|content| content.is_secret());
    }
    let file = text_file(bytes)?;
    let armoured = armoured_private_keys(&file).map(|(_, content)| content).next();
    let bare = || bare_keys(&file, layers.checked_sub(1)?).into_iter().map(|(_, content)| content).next();
    armoured.or_else(bare)
}

/// Finds the private keys in PEM armour. Armour around a placeholder is not a key.
pub(crate) fn armoured_private_keys(text: &str) -> impl Iterator<Item = (Range<usize>, EncodedContent)> {
    let blocks = armoured(text).into_iter().filter(|block| block.label.contains("PRIVATE KEY"));
    let keys = blocks.filter(|block| {
        let body = &text[block.body.clone()];
        !is_placeholder(body) && body.split_whitespace().any(is_key_material)
    });
    keys.map(|block| {
        let encrypted = block.label.contains("ENCRYPTED");
        let content =
            if encrypted { EncodedContent::EncryptedPrivateKey } else { EncodedContent::PrivateKey };
        let body = &text[block.body.clone()];
        let start = block.body.end - body.trim_start().len();
        (start..start + body.trim().len(), content)
    })
}

/// True if a word may be a line of a key: it is long and has all kinds of characters.
fn is_key_material(word: &str) -> bool {
    let has = |is: fn(&u8) -> bool| word.bytes().any(|byte| is(&byte));
    word.len() >= 40
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=&#;".contains(&byte))
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
}

/// Returns the offsets of the words that are at least as long as a line of base64.
fn long_words(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let mut starts = Vec::new();
    // Each of these words has a byte whose offset is a multiple of that length.
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        if !is_symbol(byte) {
            at += MIN_LINE_BYTES;
            continue;
        }
        let start = at - bytes[..at].iter().rev().take_while(|byte| is_symbol(byte)).count();
        let end = at + bytes[at..].iter().take_while(|byte| is_symbol(byte)).count();
        if end - start >= MIN_LINE_BYTES {
            starts.push(start);
        }
        at = (end / MIN_LINE_BYTES + 1) * MIN_LINE_BYTES;
    }
    starts
}

fn is_symbol(byte: &u8) -> bool {
    const SYMBOLS: [bool; 256] = {
        let mut symbols = [false; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            symbols[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
            byte += 1;
        }
        symbols
    };
    SYMBOLS[usize::from(*byte)]
}

/// The shortest line of base64 that tools write, in bytes.
pub(crate) const MIN_LINE_BYTES: usize = 60;

/// Returns the end of a run of base64. Line breaks (also as references) and indentation belong to the run.
fn run_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut rest = &text[start..];
    loop {
        let symbols = rest.bytes().take_while(is_symbol).count();
        if symbols == 0 {
            return end;
        }
        end = text.len() - rest.len() + symbols;
        rest = &rest[symbols..];
        let padded = rest.trim_start_matches('=');
        if padded.len() < rest.len() {
            return text.len() - padded.len();
        }
        // Where line breaks have become spaces, only its length distinguishes a line from a word.
        let mut broken = symbols >= MIN_LINE_BYTES;
        loop {
            let trimmed = rest.trim_start();
            let reference = ["&#13;", "&#xD;", "&#10;"].iter().find_map(|known| trimmed.strip_prefix(known));
            broken |= reference.is_some() || rest[..rest.len() - trimmed.len()].contains(['\n', '\r']);
            rest = reference.unwrap_or(trimmed);
            if reference.is_none() {
                break;
            }
        }
        if !broken {
            return end;
        }
    }
}
