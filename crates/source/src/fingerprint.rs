use std::{collections::HashMap, fmt};

use sha2::{Digest, Sha256};

use crate::{Diagnostic, Observed, SubjectId};

/// What a finding is known by from one state of the source to another: a digest of its code, its subject, what was
/// seen, and how many equal ones come before it. Neither a path nor a line is part of it, so it survives that text
/// moves inside a file, and that files move.
///
/// Shown as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint([u8; 16]);

impl Fingerprint {
    /// The name of the way in which fingerprints are made. Another way gets another name.
    pub const SCHEME: &str = "preauth/v1";

    fn of(diagnostic: &Diagnostic, ordinal: u32) -> Self {
        let mut digest = Sha256::new();
        // Each part with its length, so that no two lists of parts read alike.
        let mut part = |text: &str| {
            digest.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_le_bytes());
            digest.update(text);
        };
        part(&diagnostic.code);
        match &diagnostic.subject {
            // A file is known by its name, wherever it is.
            Some(SubjectId { kind: "File", name }) => part(name.rsplit('/').next().unwrap_or(name)),
            Some(subject) => [subject.kind, &subject.name].into_iter().for_each(&mut part),
            None => part(diagnostic.primary.location.file.name()),
        }
        match &diagnostic.observed {
            Some(Observed { attribute, value }) => {
                part(attribute);
                part(if value.is_some() { "present" } else { "absent" });
                part(value.as_deref().unwrap_or_default());
            }
            // What has no value to be told by is told by what is said of it.
            None => part(&diagnostic.message),
        }
        part(&ordinal.to_string());
        let digest = digest.finalize();
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        Self(half)
    }
}

/// Returns the fingerprint of each diagnostic, in their order. They must be all diagnostics of a check, none included in
/// another, because equal ones are numbered.
pub fn fingerprints<'d>(diagnostics: impl IntoIterator<Item = &'d Diagnostic>) -> Vec<Fingerprint> {
    let mut seen: HashMap<Fingerprint, u32> = HashMap::new();
    let next = |diagnostic: &Diagnostic| {
        let first = Fingerprint::of(diagnostic, 0);
        let ordinal = seen.entry(first).or_default();
        let fingerprint = if *ordinal == 0 { first } else { Fingerprint::of(diagnostic, *ordinal) };
        *ordinal += 1;
        fingerprint
    };
    diagnostics.into_iter().map(next).collect()
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = ();

    /// Reads 32 hexadecimal digits.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut bytes = [0; 16];
        if text.len() != 32 || !text.is_ascii() {
            return Err(());
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * index..2 * index + 2], 16).map_err(|_| ())?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests {
    use text_size::TextRange;

    use super::*;
    use crate::{Label, Location, Severity};

    fn finding(file: &str, at: u32, value: Option<&str>) -> Diagnostic {
        let range = TextRange::empty(at.into());
        let label = Label::new(Location::new(file.into(), range), "here");
        let mut finding = Diagnostic::new("scope-full", Severity::Warning, "full access", label);
        finding.subject = Some(SubjectId { kind: "App", name: "Order_Sync".into() });
        finding.observed = Some(Observed { attribute: "scopes".into(), value: value.map(Into::into) });
        finding
    }

    fn alone(finding: &Diagnostic) -> Fingerprint {
        fingerprints([finding])[0]
    }

    #[test]
    fn neither_place_nor_words_nor_severity_matter() {
        let mut moved = finding("b/c.xml", 90, Some("Full"));
        moved.message = "other words".into();
        moved.severity = Severity::Error;
        assert_eq!(alone(&finding("a.xml", 1, Some("Full"))), alone(&moved));
    }

    #[test]
    fn what_was_seen_matters() {
        let seen = |value| alone(&finding("a.xml", 1, value));
        assert_ne!(seen(Some("Full")), seen(Some("Api")));
        assert_ne!(seen(Some("")), seen(None));
    }

    #[test]
    fn equal_ones_are_told_apart_by_their_order_alone() {
        let (one, two) = (finding("a.xml", 1, Some("Full")), finding("z.xml", 2, Some("Full")));
        let both = fingerprints([&one, &two]);
        assert_ne!(both[0], both[1]);
        assert_eq!(both, fingerprints([&two, &one]));
    }

    #[test]
    fn the_file_of_what_is_no_component_counts_by_its_name() {
        let of = |file: &str| {
            let mut diagnostic = finding(file, 1, None);
            (diagnostic.subject, diagnostic.observed) = (None, None);
            alone(&diagnostic)
        };
        assert_eq!(of("a/x.json"), of("b/x.json"));
        assert_ne!(of("a/x.json"), of("a/y.json"));
    }

    #[test]
    fn a_fingerprint_reads_back_and_stays_what_it_was() {
        let fingerprint = alone(&finding("a.xml", 1, Some("Full")));
        assert_eq!(fingerprint.to_string().parse(), Ok(fingerprint));
        assert_eq!(fingerprint.to_string(), "6a2702b250551559daf1caa6ef99af3a");
        assert!("xyz".parse::<Fingerprint>().is_err());
    }
}
