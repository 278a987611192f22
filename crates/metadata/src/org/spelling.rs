//! Names that were mistyped.

use std::collections::HashMap;

use preauth_source::ArcStr;
use rustc_hash::FxBuildHasher;

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
    /// punctuation, or one letter off. Names that differ in a digit or in a short word, such as a region, are different
    /// names.
    pub(crate) fn is_slip_of(&self, known: &Self) -> bool {
        let one_off = || {
            self.count >= 8
                && self.count.abs_diff(known.count) <= 1
                && self.digits().eq(known.digits())
                && preauth_source::typing_errors(&self.letters, &known.letters) == 1
                && !self.differs_in_short_word(known)
        };
        self.count > 0 && (self.is_alike(known) || one_off())
    }

    fn digits(&self) -> impl Iterator<Item = u8> {
        self.letters.bytes().filter(u8::is_ascii_digit)
    }

    /// True if the first difference is in words that are too short to recognize a typing error, such as `US` and `UK`.
    fn differs_in_short_word(&self, other: &Self) -> bool {
        let equal = self.letters.chars().zip(other.letters.chars()).take_while(|(a, b)| a == b).count();
        let lengths = [self, other].map(|one| one.length_of_word_at(equal));
        lengths.iter().any(|length| *length <= 2) || lengths.iter().all(|length| *length <= 3)
    }

    /// Returns the length of the word that has the letter with this index, or else of the last word. A word ends before
    /// white space and punctuation, and before an upper-case letter that follows a lower-case one.
    fn length_of_word_at(&self, index: usize) -> usize {
        let (mut letters, mut length) = (0, 0);
        let mut is_new_word = true;
        let mut was_lower = false;
        for letter in self.name.chars() {
            is_new_word |= !letter.is_alphanumeric() || (was_lower && letter.is_uppercase());
            was_lower = letter.is_lowercase();
            if !letter.is_alphanumeric() {
                continue;
            }
            if std::mem::take(&mut is_new_word) {
                if letters > index {
                    break;
                }
                length = 0;
            }
            letters += 1;
            length += 1;
        }
        length
    }

    /// Returns the letters, and the letters without each one of them. Two names of which one is a slip of the other have
    /// one of these texts in common.
    fn keys(&self) -> impl Iterator<Item = String> {
        let without = |(at, letter): (usize, char)| {
            format!("{}{}", &self.letters[..at], &self.letters[at + letter.len_utf8()..])
        };
        std::iter::once(self.letters.to_string()).chain(self.letters.char_indices().map(without))
    }
}

/// Names in which mistyped ones can be found.
pub(crate) struct Spellings<'n> {
    names: Vec<(&'n ArcStr, Spelling)>,
    /// The indices of the names, by the keys of their spellings.
    by_key: HashMap<String, Vec<usize>, FxBuildHasher>,
}

impl<'n> Spellings<'n> {
    pub(crate) fn of(names: impl Iterator<Item = &'n ArcStr>) -> Self {
        let names: Vec<_> = names.map(|name| (name, Spelling::of(name))).collect();
        let mut by_key: HashMap<String, Vec<usize>, _> = HashMap::default();
        for (index, (_, spelling)) in names.iter().enumerate() {
            spelling.keys().for_each(|key| by_key.entry(key).or_default().push(index));
        }
        Self { names, by_key }
    }

    /// Returns the name of which this one is a slip. `None` if there are several: of those that differ in more than upper
    /// and lower case, white space and punctuation, if none differs in only these.
    pub(crate) fn only_one_meant_by(&self, name: &ArcStr) -> Option<&'n ArcStr> {
        let name = Spelling::of(name);
        let mut near: Vec<usize> =
            name.keys().filter_map(|key| self.by_key.get(&key)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        near.retain(|index| name.is_slip_of(&self.names[*index].1));
        let is_alike = |index: &&usize| name.is_alike(&self.names[**index].1);
        let alike: Vec<usize> = near.iter().filter(is_alike).copied().collect();
        match if alike.is_empty() { &near } else { &alike }[..] {
            [index] => Some(self.names[index].0),
            _ => None,
        }
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

    #[test]
    fn another_region_is_another_name() {
        let is_slip =
            |name: &str, known: &str| Spelling::of(&name.into()).is_slip_of(&Spelling::of(&known.into()));
        assert!(!is_slip("Billing_UK", "Billing_US"));
        assert!(!is_slip("UK_Billing", "US_Billing"));
        assert!(!is_slip("BillingUk", "BillingUs"));
        assert!(!is_slip("Billing_UK_Sync", "Billing_US_Sync"));
        assert!(!is_slip("Billing_USA", "Billing_US"));
        assert!(!is_slip("Order_Sync_B", "Order_Sync"));
        assert!(is_slip("Biling_US", "Billing_US"));
        assert!(is_slip("BillingUS", "Billing_US"));
        assert!(is_slip("Billing_Service", "Billing_Services"));
    }

    #[test]
    fn name_that_could_mean_several_means_none() {
        let meant = |name: &str, known: &[&str]| {
            let known: Vec<ArcStr> = known.iter().map(|name| (*name).into()).collect();
            Spellings::of(known.iter()).only_one_meant_by(&name.into()).cloned()
        };
        assert_eq!(meant("Billing_Sync", &["Biling_Sync", "Other"]).as_deref(), Some("Biling_Sync"));
        assert_eq!(meant("Billing_Sycn", &["Billing_Sync"]).as_deref(), Some("Billing_Sync"));
        assert_eq!(meant("Billing_Synk", &["Billing_Sync", "Billing_Sink"]), None);
        assert_eq!(meant("Billing Sync", &["Billing_Sync", "Billing_Synk"]).as_deref(), Some("Billing_Sync"));
        assert_eq!(meant("Billing Sync", &["Billing_Sync", "BillingSync"]), None);
    }
}
