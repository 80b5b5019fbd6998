//! Whether words deny something.

/// Words and beginnings of words that deny.
const NO: &[&str] = &[
    "no",
    "not",
    "never",
    "nobody",
    "nothing",
    "none",
    "neither",
    "nor",
    "cannot",
    "declined",
    "declines",
    "refused",
    "refuses",
    "rejected",
    "postponed",
    "cancelled",
    "canceled",
    "withdrawn",
    "dropped",
];

/// Phrases that do.
const PHRASES: &[&str] = &[
    "on hold",
    "turned down",
    "turned us down",
    "called off",
    "take back",
    "takes back",
    "took that back",
    "still open",
    "still missing",
    "still waiting",
    "rather than",
    "instead of",
];

/// Whether a part of a sentence denies what it is about. A request not to worry denies nothing.
#[must_use]
pub fn denies(text: &str) -> bool {
    const HARMLESS: &[&str] =
        &["no problem", "no worries", "don't worry", "not only", "why not", "no doubt", "not just"];
    let lower = text.to_lowercase().replace('’', "'");
    let lower = HARMLESS.iter().fold(lower, |text, phrase| text.replace(phrase, " "));
    PHRASES.iter().any(|phrase| lower.contains(phrase))
        || lower
            .split(|letter: char| !(letter.is_alphanumeric() || letter == '\''))
            .any(|word| NO.contains(&word) || word.ends_with("n't"))
}

/// The parts of a text between its breaks: what is said in one of them is not said of the next.
pub fn clauses(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', ':', '.', '?', '!', '–', '—'])
        .flat_map(|part| part.split(" but "))
        .filter(|part| !part.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_sentence_denies_what_it_is_about() {
        for text in
            ["we haven't had the box", "Nobody signed it", "the move is on hold", "they turned us down on Friday"]
        {
            assert!(denies(text), "{text}");
        }
        for text in ["no problem, it is signed", "the box came in", "not only the box but the lid came"] {
            assert!(!denies(text), "{text}");
        }
        let parts: Vec<&str> = clauses("The lid is here, the box isn't. But we wait").collect();
        assert_eq!(parts.len(), 3);
        assert!(!denies(parts[0]) && denies(parts[1]));
    }
}
