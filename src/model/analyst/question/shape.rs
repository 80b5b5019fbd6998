//! The shape an answer is asked for in: "just the number", "only names", "in one line", "as a table".

use super::token::Token;
use super::when;

/// The shape of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// The finding, and the few facts that carry it.
    #[default]
    Usual,
    /// A number and nothing else.
    Number,
    /// Names and nothing else.
    Names,
    /// At most so many lines.
    Lines(u32),
    /// A table.
    Table,
}

const JUST: [&str; 5] = ["just", "only", "simply", "merely", "nothing"];

/// Takes the words that ask for a shape out of a question.
pub fn take(tokens: &mut Vec<Token>) -> Shape {
    let words: Vec<&str> = tokens.iter().map(|token| token.fixed.as_str()).collect();
    let Some((shape, first, after)) = (0..words.len()).find_map(|at| at_place(&words, at)) else {
        return Shape::Usual;
    };
    tokens.drain(first..after.min(tokens.len()));
    shape
}

/// The shape asked for from a place on, and the words that ask for it.
fn at_place(words: &[&str], at: usize) -> Option<(Shape, usize, usize)> {
    let word = |place: usize| words.get(place).copied().unwrap_or_default();
    let kind = |word: &str| match word {
        "number" | "numbers" | "figure" | "figures" => Some(Shape::Number),
        "name" | "names" => Some(Shape::Names),
        _ => None,
    };
    let article = |place: usize| usize::from(matches!(word(place), "the" | "a" | "one" | "their"));
    if matches!(word(at), "tldr" | "one-liner" | "nutshell") {
        return Some((Shape::Lines(2), at, at + 1));
    }
    // "Just the number", "only names".
    if JUST.contains(&word(at)) {
        let noun = at + 1 + article(at + 1);
        if let Some(shape) = kind(word(noun)) {
            return Some((shape, at, noun + 1));
        }
        // "Just that", at the end.
        if word(at) == "just" && matches!(word(at + 1), "that" | "it") && at + 2 == words.len() && at > 2 {
            return Some((Shape::Number, at, at + 2));
        }
    }
    // "Number only", "a number, nothing else", "names pls".
    if let Some(shape) = kind(word(at)) {
        let first = if at > 0 && matches!(words[at - 1], "the" | "a" | "one") { at - 1 } else { at };
        let closes = match word(at + 1) {
            "only" | "alone" | "please" | "pls" => 2,
            "nothing" | "and" if words.iter().skip(at + 1).any(|word| *word == "else") => words.len() - at,
            _ => 0,
        };
        let ends = at > 1 && at + closes.max(1) >= words.len();
        if closes > 0 && ends {
            return Some((shape, first, at + closes));
        }
    }
    let unit = |word: &str| matches!(word, "line" | "lines" | "sentence" | "sentences" | "liner" | "liners");
    let count = match word(at) {
        "single" => Some(1),
        other => when::number(other).and_then(|count| u32::try_from(count).ok()),
    };
    if let Some(count) = count.filter(|count| (1..=9).contains(count) && unit(word(at + 1)) && word(at + 2) != "of") {
        let mut first = at;
        while first > 0
            && matches!(words[first - 1], "in" | "a" | "me" | "give" | "with" | "within" | "at" | "most" | "single")
        {
            first -= 1;
        }
        let after =
            at + 2 + usize::from(matches!(word(at + 2), "max" | "please" | "pls" | "only" | "tops" | "go" | "on"));
        return Some((Shape::Lines(count), first, after));
    }
    if word(at) == "table" && at > 0 && matches!(words[at - 1], "a" | "as" | "in") {
        let first = (0..at)
            .rev()
            .take_while(|place| matches!(words[*place], "a" | "as" | "in" | "me" | "make" | "give"))
            .last();
        return Some((Shape::Table, first.unwrap_or(at), at + 1));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::token;
    use super::*;

    #[test]
    fn a_shape_is_read_and_its_words_are_no_topic() {
        for (question, shape, rest) in [
            ("how many invoices are open, just the number", Shape::Number, "how many invoices are open"),
            ("which accounts are critical? only names", Shape::Names, "which accounts are critical"),
            ("seats in use, number only", Shape::Number, "seats in use"),
            ("tell us of Acorn in two lines", Shape::Lines(2), "tell us of acorn"),
            ("renewals of May as a table", Shape::Table, "renewals of may"),
            ("what number did they call", Shape::Usual, "what number did they call"),
        ] {
            let mut tokens = token::tokens(question, &[]);
            assert_eq!(take(&mut tokens), shape, "{question}");
            let left: Vec<String> = tokens.into_iter().map(|token| token.fixed).collect();
            assert_eq!(left.join(" "), rest, "{question}");
        }
    }
}
