//! Names that were mistyped.

use preauth_source::ArcStr;

/// The spelling of a name.
#[derive(Debug)]
pub(crate) struct Spelling {
    pub(crate) name: ArcStr,
    /// Its letters and digits, in lower case.
    letters: Box<str>,
    /// The number of letters and digits.
    count: u32,
}

impl Spelling {
    pub(crate) fn of(name: &ArcStr) -> Self {
        let mut letters = name.to_lowercase();
        letters.retain(char::is_alphanumeric);
        let count = u32::try_from(letters.chars().count()).unwrap_or(u32::MAX);
        Self { name: name.clone(), count, letters: letters.into() }
    }

    /// True if both are the same but for upper and lower case, white space and punctuation.
    pub(crate) fn is_alike(&self, other: &Self) -> bool {
        self.letters == other.letters
    }

    /// True if it is another name that was mistyped: the same but for upper and lower case, white space and
    /// punctuation, or one letter off. Names that differ in a digit are different names.
    pub(crate) fn is_slip_of(&self, known: &Self) -> bool {
        let one_off = || {
            self.count >= 8
                && self.count.abs_diff(known.count) <= 1
                && self.digits().eq(known.digits())
                && preauth_source::typing_errors(&self.letters, &known.letters) == 1
        };
        self.count > 0 && (self.is_alike(known) || one_off())
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.letters.bytes().filter(u8::is_ascii_digit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_not_another_name() {
        let is_slip =
            |name: &str, known: &str| Spelling::of(&name.into()).is_slip_of(&Spelling::of(&known.into()));
        assert!(is_slip("Integration User", "integration_user"));
        assert!(is_slip("Integration Usr", "Integration User"));
        assert!(!is_slip("Sales Team 1", "Sales Team 2"));
        assert!(!is_slip("Clerk", "Clerks"));
        assert!(!is_slip("Service Agents", "Service Owners"));
    }
}
