//! Cuts an order into the clause that orders and those that say why: "they signed, so route them to Pipeline".

/// A stretch of the text between two breaks, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

impl Clause {
    /// Its words as typed, without blanks around them.
    pub fn of(self, text: &str) -> &str {
        text[self.start..self.end].trim()
    }

    /// Whether a question mark ends it.
    pub fn asks(self, text: &str) -> bool {
        text[self.end..].trim_start().starts_with('?')
    }

    /// Its words in lower case, without punctuation around them.
    pub fn words(self, text: &str) -> Vec<String> {
        words(self.of(text))
    }
}

/// The words of a text in lower case, without punctuation around them.
pub fn words(text: &str) -> Vec<String> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|letter: char| !letter.is_alphanumeric()).to_lowercase().replace('’', "'"))
        .filter(|word| !word.is_empty())
        .collect()
}

/// Whether a word is one of a list.
pub fn among(word: &str, list: &str) -> bool {
    list.split_ascii_whitespace().any(|known| known == word)
}

/// Words that begin a reason, where something is said of somebody behind them.
const REASONS: [&str; 5] = ["since", "as", "so", "given", "and"];

/// Whom a reason speaks of.
const OF_WHOM: [&str; 13] =
    ["they", "they're", "they've", "it", "it's", "he", "she", "we", "we've", "the", "their", "our", "there"];

/// The clauses of `text`, in order.
pub fn clauses(text: &str) -> Vec<Clause> {
    let mut breaks: Vec<(usize, usize)> = Vec::new();
    let letters: Vec<(usize, char)> = text.char_indices().collect();
    for (place, (at, letter)) in letters.iter().enumerate() {
        let blank_follows = letters.get(place + 1).is_none_or(|(_, next)| next.is_whitespace());
        let blank_leads = place.checked_sub(1).is_some_and(|before| letters[before].1.is_whitespace());
        let breaks_here = match letter {
            ',' | ';' | ':' | '.' | '!' | '?' => blank_follows,
            '–' | '—' | '-' => blank_follows && blank_leads,
            '\n' | '(' | ')' => true,
            _ => false,
        };
        if breaks_here {
            breaks.push((*at, at + letter.len_utf8()));
        }
    }
    let spans: Vec<(usize, usize)> = spans(text);
    for (place, (start, end)) in spans.iter().enumerate() {
        let word = text[*start..*end].to_lowercase();
        let next = spans.get(place + 1).map(|(from, to)| text[*from..*to].to_lowercase().replace('’', "'"));
        let of_somebody = next.is_some_and(|next| OF_WHOM.contains(&next.trim_matches(',')));
        let so_then = word == "so" && place > 0;
        if matches!(word.as_str(), "because" | "cause" | "cos" | "bc" | "therefore")
            || so_then
            || REASONS.contains(&word.as_str()) && of_somebody && word != "and"
        {
            breaks.push((*start, *end));
        }
    }
    breaks.sort_unstable();
    let mut clauses = Vec::new();
    let mut from = 0;
    for (at, after) in breaks.into_iter().chain([(text.len(), text.len())]) {
        if at > from && text[from..at].chars().any(char::is_alphanumeric) {
            clauses.push(Clause { start: from, end: at });
        }
        from = from.max(after);
    }
    clauses
}

fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (letter.is_whitespace(), start) {
            (false, None) => start = Some(at),
            (true, Some(from)) => {
                found.push((from, at));
                start = None;
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_cut_from_orders_and_names_are_not_cut() {
        let cut = |text: &'static str| -> Vec<&str> { clauses(text).iter().map(|clause| clause.of(text)).collect() };
        assert_eq!(cut("route them to Pipeline, they signed"), ["route them to Pipeline", "they signed"]);
        assert_eq!(cut("they signed so move hooli.com on"), ["they signed", "move hooli.com on"]);
        assert_eq!(cut("untrack Hooli as they shut down."), ["untrack Hooli", "they shut down"]);
        assert_eq!(cut("mark the guide as delivered"), ["mark the guide as delivered"]);
        assert_eq!(cut("re-track Hooli - $1,200 paid"), ["re-track Hooli", "$1,200 paid"]);
    }
}
