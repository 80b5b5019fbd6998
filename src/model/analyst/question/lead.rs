//! Words that only lead up to a question ("remind me"), and whether it asks to be prepared for a talk.

use super::{Ask, lexicon};
use crate::language::{self, Word};

/// The question without words that only lead up to it. What is left out is replaced by blanks, so that places in the question
/// stay where they are.
#[must_use]
pub fn without(question: &str) -> String {
    let words = language::words(question);
    let lead = lead_in(&words);
    let mut rest = question.to_owned();
    if lead > 0 {
        let (start, end) = (words[0].start, words[lead - 1].end);
        rest.replace_range(start..end, &" ".repeat(end - start));
    }
    rest
}

/// Whether it asks what to know before talking to somebody: "prepare me for the call", "what do I need for my call with them".
#[must_use]
pub fn prepares(question: &str) -> bool {
    let words = language::words(question);
    let said: Vec<&str> = words.iter().map(|word| word.lower.as_ref()).collect();
    let any = |list: &str| said.iter().any(|word| list.split(' ').any(|known| known == *word));
    let pair = |first: &str, second: &str| said.windows(2).any(|two| two[0] == first && two[1] == second);
    let talk = said.iter().any(|word| is_talk(word) || matches!(*word, "speak" | "talk" | "meet" | "phone"));
    let readies = any("prep brief briefing") || any("prepare ready") && any("me i my");
    let needs =
        any("need know have") && any("what anything") && (any("before minutes min mins") || any("20min 10min 5min"));
    let mails = any("mail email e-mail draft write message note deck slides");
    (readies && (talk || pair("prep", "for") || said.len() <= 4) || talk && needs && any("i me")) && !mails
}

/// Whether a word names a meeting.
fn is_talk(word: &str) -> bool {
    matches!(
        word,
        "call"
            | "calls"
            | "meeting"
            | "meetings"
            | "chat"
            | "demo"
            | "sync"
            | "qbr"
            | "ebr"
            | "review"
            | "check-in"
            | "checkin"
            | "kickoff"
            | "visit"
            | "appointment"
            | "session"
    )
}

/// Whether it is for the next meeting of whoever asks, whomever that is with: "prep me for my next call".
#[must_use]
pub fn next_of_theirs(question: &str, ask: &Ask) -> bool {
    let words = language::words(question);
    let next = words.windows(2).any(|two| {
        let (first, second) = (two[0].lower.as_ref(), two[1].lower.as_ref());
        first == "my" && (second == "next" || is_talk(second)) || first == "next" && is_talk(second)
    });
    next && !ask.pronoun
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
    let said =
        |lead: &&[&str]| words.len() > lead.len() && lead.iter().zip(words).all(|(wanted, word)| word.lower == *wanted);
    let lead = LEADS.iter().filter(|lead| said(lead)).map(|lead| lead.len()).max().unwrap_or(0);
    let asks = words.get(lead).is_some_and(|word| lexicon::asks(&word.lower) || word.lower == "whether");
    if lead > 0 && (asks || words[0].lower == "quick") { lead } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_about_to_talk_to_somebody_wants_to_be_prepared() {
        for question in [
            "Prepare me for my call with Acme",
            "prep for the acme meeting",
            "I talk to Kim in ten minutes, what do I need to know?",
            "what should I have ready before I meet them",
            "brief me before Friday's session",
            "prepare me for the QBR",
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
            assert_eq!(without(question).trim(), rest);
        }
    }
}
