//! What promises and requests were not read in, because of the language it is in.

use serde::{Deserialize, Serialize};

use super::record::RecordKind;

/// Calls or e-mails in a language that promises and requests are not read in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unheard {
    /// Calls or e-mails.
    pub kind: RecordKind,
    /// The English name of the language.
    pub language: String,
    /// How many.
    pub records: u64,
}

impl Unheard {
    /// How many they are in all.
    #[must_use]
    pub fn total(all: &[Self]) -> u64 {
        all.iter().map(|unheard| unheard.records).sum()
    }

    /// Says it in a sentence; `of` is what was not read: "3 calls in Polish were not read for promises". None where all was
    /// read.
    #[must_use]
    pub fn told(all: &[Self], of: &str) -> Option<String> {
        let counted = |unheard: &Self| {
            let noun = if unheard.kind == RecordKind::Email { "e-mail" } else { "call" };
            let ending = if unheard.records == 1 { "" } else { "s" };
            format!("{} {noun}{ending} in {}", super::money::grouped(unheard.records), unheard.language)
        };
        let mut counted: Vec<String> = all.iter().filter(|unheard| unheard.records > 0).map(counted).collect();
        let last = counted.pop()?;
        let these = if counted.is_empty() { last } else { format!("{} and {last}", counted.join(", ")) };
        let verb = if Self::total(all) == 1 { "was" } else { "were" };
        Some(format!("{these} {verb} not read for {of}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_read_is_told_in_a_sentence() {
        let unheard = |kind, language: &str, records| Unheard { kind, language: language.to_owned(), records };
        let calls = unheard(RecordKind::Call, "Polish", 3);
        let mail = unheard(RecordKind::Email, "Hebrew", 1);
        let told = |all: &[Unheard]| Unheard::told(all, "promises").unwrap_or_default();
        assert_eq!(told(std::slice::from_ref(&calls)), "3 calls in Polish were not read for promises");
        assert_eq!(told(std::slice::from_ref(&mail)), "1 e-mail in Hebrew was not read for promises");
        assert_eq!(told(&[calls, mail]), "3 calls in Polish and 1 e-mail in Hebrew were not read for promises");
        assert_eq!(told(&[]), "");
    }
}
