//! Stretches of time: sixty days are not the year somebody asked for.

use crate::language::words;

const UNITS: [(&str, u32); 5] = [("hour", 1), ("day", 24), ("week", 168), ("month", 730), ("year", 8_760)];

const NUMBERS: [(&str, u32); 14] = [
    ("a", 1),
    ("an", 1),
    ("one", 1),
    ("two", 2),
    ("three", 3),
    ("four", 4),
    ("five", 5),
    ("six", 6),
    ("seven", 7),
    ("ten", 10),
    ("twelve", 12),
    ("thirty", 30),
    ("sixty", 60),
    ("ninety", 90),
];

/// The stretch a line gives, as written, where the wish names a longer one and both speak of how long something is kept
/// or may last.
pub fn falls_short(wish: &str, line: &str) -> Option<String> {
    const KEPT: [&str; 12] = [
        "keep",
        "kept",
        "retain",
        "retention",
        "retained",
        "store",
        "stored",
        "history",
        "archive",
        "archived",
        "logs",
        "last",
    ];
    let lasts = |text: &str| words(text).iter().any(|word| KEPT.contains(&word.lower.as_ref()));
    if !(lasts(wish) && lasts(line)) {
        return None;
    }
    let wanted = stretches(wish).into_iter().map(|(hours, _)| hours).max()?;
    let (given, text) = stretches(line).into_iter().max()?;
    (given < wanted).then_some(text)
}

/// The stretches of time a text names, in hours, as written.
fn stretches(text: &str) -> Vec<(u32, String)> {
    let found = words(text);
    let pairs = found.windows(2).filter_map(|pair| {
        let number: u32 = pair[0]
            .lower
            .replace(',', "")
            .parse()
            .ok()
            .or_else(|| NUMBERS.iter().find(|(word, _)| *word == pair[0].lower).map(|(_, number)| *number))?;
        let unit = pair[1].lower.trim_end_matches('s');
        let (_, hours) = UNITS.iter().find(|(name, _)| *name == unit)?;
        Some((number.saturating_mul(*hours), text[pair[0].start..pair[1].end].to_owned()))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn less_time_than_asked_for_falls_short() {
        let wish = "Thirty days of logs isn't enough, we need to keep them for a year";
        assert_eq!(falls_short(wish, "Logs can be kept for 60 days."), Some("60 days".to_owned()));
        assert_eq!(falls_short(wish, "Logs can be kept for up to 400 days."), None);
        assert_eq!(falls_short("text them the day before", "Patients get an SMS 24 hours before."), None);
    }

    proptest! {
        #[test]
        fn what_is_at_least_as_long_never_falls_short(wanted in 1_u32..500, more in 0_u32..500) {
            let wish = format!("keep the logs for {wanted} days");
            prop_assert_eq!(falls_short(&wish, &format!("Logs are kept for {} days.", wanted + more)), None);
            let short = falls_short(&wish, &format!("Logs are kept for {} days.", wanted - 1));
            prop_assert!(short.is_some() || wanted == 1 && short.is_some());
        }
    }
}
