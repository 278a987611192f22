//! Certificates that apps hold: the text of an element, read as X.509 (RFC 5280).

use std::sync::Arc;

use jiff::civil::Date;
use preauth_source::literal;
use x509_cert::{
    certificate::{CertificateInner, Raw},
    der::{
        Decode, Reader, SliceReader,
        asn1::{AnyRef, ObjectIdentifier, UintRef},
    },
    spki::{AlgorithmIdentifierOwned, AlgorithmIdentifierRef, SubjectPublicKeyInfoOwned},
};

use crate::{
    CapturedElement, Fact, FactState, Facts, FileFacts, Project, Value,
    codec::{replaced_later, unreplaced_placeholder},
    schema::certificates::{CERTIFICATE, CERTIFICATE_ELEMENTS},
    secret::{
        encoded::{EncodedContent, armoured, from_base64, stated_length, text_file},
        placeholder::is_placeholder,
    },
};

/// A certificate that an app holds, or what stands in its place.
#[derive(Clone, Debug)]
pub struct Certificate {
    /// Its use: one of the literals of `use`.
    pub r#use: &'static str,
    /// Its facts.
    pub facts: Facts,
}

/// The certificates that the files of one app hold, in the order of [`CERTIFICATE_ELEMENTS`].
pub(crate) fn held(files: &[Arc<FileFacts>], project: &Project) -> Vec<Certificate> {
    let mut certificates = Vec::new();
    for (r#use, element) in CERTIFICATE_ELEMENTS {
        for file in files.iter().filter(|file| file.kind == element.kind && file.is_well_formed()) {
            let texts = file.found(element.path).iter().filter(|found| !found.text().is_empty());
            certificates
                .extend(texts.map(|found| Certificate { r#use, facts: facts(r#use, file, found, project) }));
        }
    }
    certificates
}

impl Certificate {
    /// The place of its text.
    pub fn place(&self) -> Option<&preauth_source::Location> {
        self.facts.get("use").and_then(Fact::place)
    }
}

fn facts(r#use: &'static str, file: &FileFacts, found: &CapturedElement, project: &Project) -> Facts {
    let text = found.text();
    let read = if file.is_replaced(found, project) {
        Err(replaced_later())
    } else if is_placeholder(text) {
        Err(unreplaced_placeholder())
    } else if is_name(text) {
        Err(FactState::Unknown(literal!("the app names a certificate, and does not hold it")))
    } else {
        Ok(read(text))
    };
    let states: Vec<FactState> = match read {
        Ok(Ok(x509)) => [FactState::None].into_iter().chain(x509.states()).collect(),
        Ok(Err(problem)) => {
            let mut states =
                vec![FactState::NotApplicable(literal!("it cannot be read as a certificate")); 7];
            states[0] = FactState::Present(Value::text(problem));
            states
        }
        Err(unknown) => vec![unknown; 7],
    };
    let place = || file.at(found.range());
    let r#use = ("use", Fact::present(Value::text(r#use), place()));
    let rest = CERTIFICATE[1..].iter().zip(states).map(|(row, state)| (row.name, Fact::new(state, place())));
    [r#use].into_iter().chain(rest).collect()
}

/// True if the text is the unique name of a certificate in Setup, or an id, rather than a certificate.
fn is_name(text: &str) -> bool {
    let begins_like_der = text.starts_with("MI");
    text.len() <= 80 && !begins_like_der && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The parsed certificate.
struct X509(CertificateInner<Raw>);

/// Reads the first certificate of a text; the error says what the text is instead. An org returns a PEM file that was
/// uploaded in base64 once more.
fn read(text: &str) -> Result<X509, String> {
    let blocks = armoured(text);
    let body = match blocks.first() {
        Some(block) => &text[block.body.clone()],
        None => text,
    };
    if blocks.first().is_some_and(|block| block.label.contains("PRIVATE KEY")) {
        return Err(instead(EncodedContent::PrivateKey));
    }
    let nothing = "nothing in it is encoded like one";
    let bytes = from_base64(body).ok_or(nothing)?;
    match EncodedContent::recognise(&bytes) {
        Some(EncodedContent::Certificate) => {}
        Some(other) => return Err(instead(other)),
        // The file is shorter than the text, so this ends.
        None => return text_file(&bytes).map_or_else(|| Err(nothing.into()), |file| read(&file)),
    }
    if let Some(whole) = stated_length(&bytes).filter(|whole| *whole > bytes.len()) {
        return Err(format!("it is cut off: {} of its {whole} bytes are there", bytes.len()));
    }
    CertificateInner::from_der_partial(&bytes)
        .map(|(certificate, _)| X509(certificate))
        .map_err(|error| format!("it is damaged: {}", error.kind()))
}

fn instead(content: EncodedContent) -> String {
    format!("it is {}", content.describe())
}

impl X509 {
    /// The states of the facts, from `subject` on.
    fn states(&self) -> [FactState; 6] {
        let signed = self.0.tbs_certificate();
        let (validity, key) = (signed.validity(), signed.subject_public_key_info());
        let day = |time: x509_cert::time::Time| {
            let day = time.to_date_time();
            let number = |n: u8| i8::try_from(n).ok();
            let date = i16::try_from(day.year())
                .ok()
                .zip(number(day.month()).zip(number(day.day())))
                .and_then(|(year, (month, day))| Date::new(year, month, day).ok());
            date.map_or_else(unlisted, |date| FactState::Present(Value::Date(date)))
        };
        let subject = signed.subject().common_name().ok().flatten();
        [
            subject.map_or(FactState::None, |name| FactState::Present(Value::text(name.value()))),
            day(validity.not_before),
            day(validity.not_after),
            key_algorithm(key.algorithm.oid)
                .map_or_else(unlisted, |name| FactState::Present(Value::text(name))),
            key_bits(key).map_or_else(unlisted, |bits| FactState::Present(Value::Number(bits))),
            signature_hash(self.0.signature_algorithm()),
        ]
    }
}

fn unlisted() -> FactState {
    FactState::Unknown(literal!("the certificate has an algorithm that is not listed"))
}

/// Source: RFC 3279, RFC 5480, RFC 8410.
fn key_algorithm(oid: ObjectIdentifier) -> Option<&'static str> {
    Some(match oid.to_string().as_str() {
        "1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10" => "RSA",
        "1.2.840.10045.2.1" => "EC",
        "1.2.840.10040.4.1" => "DSA",
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        _ => return None,
    })
}

fn key_bits(key: &SubjectPublicKeyInfoOwned) -> Option<i64> {
    let first_number = |bytes: &[u8]| {
        let mut reader = SliceReader::new(bytes).ok()?;
        let number = reader.sequence(|inner| {
            let number = UintRef::decode(inner)?;
            inner.read_slice(inner.remaining_len())?;
            Ok::<_, x509_cert::der::Error>(number)
        });
        bits(number.ok()?.as_bytes())
    };
    match key_algorithm(key.algorithm.oid)? {
        "RSA" => first_number(key.subject_public_key.raw_bytes()),
        "DSA" => {
            let parameters = key.algorithm.parameters.as_ref()?;
            let sequence = AnyRef::from(parameters);
            let mut reader = SliceReader::new(sequence.value()).ok()?;
            bits(UintRef::decode(&mut reader).ok()?.as_bytes())
        }
        "EC" => {
            let curve = key.algorithm.parameters.as_ref()?.decode_as::<ObjectIdentifier>().ok()?;
            Some(match curve.to_string().as_str() {
                "1.2.840.10045.3.1.1" => 192,
                "1.3.132.0.33" => 224,
                "1.2.840.10045.3.1.7" | "1.3.132.0.10" | "1.3.36.3.3.2.8.1.1.7" => 256,
                "1.3.132.0.34" | "1.3.36.3.3.2.8.1.1.11" => 384,
                "1.3.36.3.3.2.8.1.1.13" => 512,
                "1.3.132.0.35" => 521,
                _ => return None,
            })
        }
        "Ed25519" => Some(256),
        _ => Some(456),
    }
}

/// The bits of an unsigned number, without leading zeros.
fn bits(bytes: &[u8]) -> Option<i64> {
    let first = bytes.first()?;
    i64::try_from(bytes.len() * 8).ok().map(|all| all - i64::from(first.leading_zeros()))
}

/// Source: RFC 3279, RFC 4055, RFC 5758, RFC 8410.
fn signature_hash(algorithm: &AlgorithmIdentifierOwned) -> FactState {
    let hash = match algorithm.oid.to_string().as_str() {
        "1.2.840.113549.1.1.4" => "md5",
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" | "1.2.840.10045.4.1" | "1.2.840.10040.4.3" => "sha1",
        "1.2.840.113549.1.1.14" | "1.2.840.10045.4.3.1" | "2.16.840.1.101.3.4.3.1" => "sha224",
        "1.2.840.113549.1.1.11" | "1.2.840.10045.4.3.2" | "2.16.840.1.101.3.4.3.2" => "sha256",
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" => "sha384",
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" => "sha512",
        "1.2.840.113549.1.1.10" => match pss_hash(algorithm) {
            Some(hash) => hash,
            None => return unlisted(),
        },
        "1.3.101.112" | "1.3.101.113" => {
            return FactState::NotApplicable(literal!("the signature has a hash function of its own"));
        }
        _ => return unlisted(),
    };
    FactState::Present(Value::text(hash))
}

/// The hash function of an RSASSA-PSS signature (RFC 4055, 3.1): SHA-1 unless its parameters name another.
fn pss_hash(algorithm: &AlgorithmIdentifierOwned) -> Option<&'static str> {
    let parameters = AnyRef::from(algorithm.parameters.as_ref()?);
    let mut reader = SliceReader::new(parameters.value()).ok()?;
    let Ok(named) = AnyRef::decode(&mut reader) else { return Some("sha1") };
    if named.header().tag().number().value() != 0 {
        return Some("sha1");
    }
    let hash = AlgorithmIdentifierRef::from_der(named.value()).ok()?;
    Some(match hash.oid.to_string().as_str() {
        "1.3.14.3.2.26" => "sha1",
        "2.16.840.1.101.3.4.2.4" => "sha224",
        "2.16.840.1.101.3.4.2.1" => "sha256",
        "2.16.840.1.101.3.4.2.2" => "sha384",
        "2.16.840.1.101.3.4.2.3" => "sha512",
        _ => return None,
    })
}
