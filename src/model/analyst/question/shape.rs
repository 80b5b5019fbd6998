//! How long an answer is asked for, and words that only lead up to the question: "in two lines", "remind me".

use super::when::number;
use crate::language::{self, Word};

/// How long an answer is asked for: at most this many lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines(pub u32);

/// The question without the words that are about its answer or lead up to it, and how long the answer may be. What is left
/// out is replaced by blanks, so that places in the question stay where they are.
#[must_use]
pub fn read(question: &str) -> (String, Option<Lines>) {
    let words = language::words(question);
    let lead = lead_in(&words);
    let asked = (lead..words.len()).find_map(|at| length(&words[at..]).map(|(used, lines)| (at, used, lines)));
    let mut rest = question.to_owned();
    if lead > 0 {
        blank(&mut rest, words[0].start, words[lead - 1].end);
    }
    if let Some((at, used, _)) = asked {
        blank(&mut rest, words[at].start, words[at + used - 1].end);
    }
    // A message that is all about the form asks for something all the same.
    if asked.is_some() && lead == 0 && words.len() == asked.map_or(0, |(_, used, _)| used) {
        return (question.to_owned(), asked.map(|(.., lines)| lines));
    }
    (rest, asked.map(|(.., lines)| lines))
}

/// Whether it asks what to know before talking to somebody: "prepare me for the call", "what do I need for my call with them".
#[must_use]
pub fn prepares(question: &str) -> bool {
    let words = language::words(question);
    let said: Vec<&str> = words.iter().map(|word| word.lower.as_ref()).collect();
    let any = |list: &str| said.iter().any(|word| list.split(' ').any(|known| known == *word));
    let pair = |first: &str, second: &str| said.windows(2).any(|two| two[0] == first && two[1] == second);
    let talk = any("call meeting phone chat demo sync speak talk meet");
    let readies = any("prep brief briefing") || any("prepare ready") && any("me i my");
    let needs =
        any("need know have") && any("what anything") && (any("before minutes min mins") || any("20min 10min 5min"));
    let mails = any("mail email e-mail draft write message note deck slides");
    (readies && (talk || pair("prep", "for") || said.len() <= 4) || talk && needs && any("i me")) && !mails
}

fn blank(text: &mut String, start: usize, end: usize) {
    text.replace_range(start..end, &" ".repeat(end - start));
}

/// How many words only lead up to the question: "can you remind me who …", "quick question: …".
fn lead_in(words: &[Word<'_>]) -> usize {
    const LEADS: [&[&str]; 8] = [
        &["remind", "me"],
        &["can", "you", "remind", "me"],
        &["could", "you", "remind", "me"],
        &["quick", "question"],
        &["quick", "one"],
        &["someone", "asked", "me"],
        &["i", "was", "asked"],
        &["do", "you", "know"],
    ];
    const ASKS: [&str; 9] = ["who", "what", "when", "where", "why", "which", "how", "whose", "whether"];
    let said =
        |lead: &&[&str]| words.len() > lead.len() && lead.iter().zip(words).all(|(wanted, word)| word.lower == *wanted);
    let lead = LEADS.iter().filter(|lead| said(lead)).map(|lead| lead.len()).max().unwrap_or(0);
    let asks = words.get(lead).is_some_and(|word| ASKS.contains(&word.lower.as_ref()));
    if lead > 0 && (asks || words[0].lower == "quick") { lead } else { 0 }
}

/// A length at the beginning of `words`: how many words name it, and how many lines it is.
fn length(words: &[Word<'_>]) -> Option<(usize, Lines)> {
    let said: Vec<&str> = words.iter().map(|word| word.lower.as_ref()).collect();
    match said.as_slice() {
        ["tldr" | "tl;dr" | "one-liner" | "nutshell", ..] => return Some((1, Lines(2))),
        ["in", "a", "nutshell", ..] => return Some((3, Lines(2))),
        ["in", "short" | "brief", ..] | ["one", "liner", ..] => return Some((2, Lines(2))),
        _ => {}
    }
    const BEFORE: [&str; 6] = ["in", "with", "a", "just", "only", "single"];
    let before = said.iter().take_while(|word| BEFORE.contains(*word)).count();
    let singled = said[..before].contains(&"single");
    let (count, counted) = match said.get(before).and_then(|word| number(word)) {
        Some(count) => (count, 1),
        None if singled => (1, 0),
        None => return None,
    };
    let unit = before + counted;
    let line = matches!(*said.get(unit)?, "line" | "lines" | "sentence" | "sentences" | "liner" | "liners");
    if !line || count == 0 || count > 6 {
        return None;
    }
    const AFTER: [&str; 7] = ["max", "maximum", "tops", "only", "please", "pls", "on"];
    let after = said[unit + 1..].iter().take_while(|word| AFTER.contains(*word)).count();
    Some((unit + 1 + after, Lines(count as u32)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_asked_for_is_no_part_of_the_question() {
        for (question, rest, lines) in [
            ("Acme in two lines", "Acme", Some(2)),
            ("give me acme, 3 lines max", "give me acme,", Some(3)),
            ("One sentence: what is up with them?", ": what is up with them?", Some(1)),
            ("sum them up for me in a single sentence please", "sum them up for me", Some(1)),
            ("tldr on acme", "on acme", Some(2)),
            ("how many lines of code do they have", "how many lines of code do they have", None),
            ("which production lines stopped", "which production lines stopped", None),
        ] {
            let (left, found) = read(question);
            assert_eq!(left.split_whitespace().collect::<Vec<_>>().join(" "), rest, "{question}");
            assert_eq!(found, lines.map(Lines), "{question}");
            assert_eq!(left.len(), question.len());
        }
    }

    #[test]
    fn whoever_is_about_to_talk_to_somebody_wants_to_be_prepared() {
        for question in [
            "Prepare me for my call with Acme",
            "prep for the acme meeting",
            "I talk to Kim in ten minutes, what do I need to know?",
            "what should I have ready before I meet them",
        ] {
            assert!(prepares(question), "{question}");
        }
        for question in ["prepare an e-mail before the call", "when is the next call", "what do they need from us"] {
            assert!(!prepares(question), "{question}");
        }
    }

    #[test]
    fn words_that_lead_up_to_a_question_are_left_out() {
        for (question, rest) in [
            ("remind me who signs there", "who signs there"),
            ("Can you remind me when it renews?", "when it renews?"),
            ("remind me on Friday", "remind me on Friday"),
            ("do you know the plan", "do you know the plan"),
        ] {
            assert_eq!(read(question).0.trim(), rest);
        }
    }
}
