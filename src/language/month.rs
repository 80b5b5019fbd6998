//! The months by name.

/// In lower case, the first is January.
pub const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The number, from 1, of the month that a lower-case word names, in full or by three letters.
#[must_use]
pub fn month(lower: &str) -> Option<u32> {
    if lower == "sept" {
        return Some(9);
    }
    let named = |month: &&str| **month == *lower || lower.len() == 3 && month.starts_with(lower);
    MONTHS.iter().position(named).map(|index| index as u32 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_is_named_in_full_or_in_short() {
        assert_eq!(["january", "sep", "sept", "dec"].map(month), [Some(1), Some(9), Some(9), Some(12)]);
        assert_eq!(["ma", "marching", "week"].map(month), [None, None, None]);
    }
}
