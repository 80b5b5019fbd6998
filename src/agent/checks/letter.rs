//! Checks of a mail that a language model wrote: everything in it that a customer could hold us to must stand in what it
//! was written from.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::figure::Known;
use crate::domain::text::clipped;
use crate::language::{MONTHS, content_stems, sentences, words};

/// What a mail may lean on.
#[derive(Clone, Copy, Debug)]
pub struct Borne<'a> {
    /// Everything it was written from.
    pub texts: &'a [String],
    /// First name of whom it is to.
    pub recipient: &'a str,
    /// First name of who signs it.
    pub sender: &'a str,
    /// Most words of its text.
    pub most_words: usize,
    /// Whether it is in English: only then its names and promises can be read.
    pub english: bool,
    /// The day distances are told from.
    pub today: NaiveDate,
}

/// Concessions nobody may make but in the records.
const CONCESSIONS: [&str; 19] = [
    "discount",
    "discounted",
    "rebate",
    "refund",
    "credit",
    "credits",
    "free",
    "waive",
    "waived",
    "guarantee",
    "guaranteed",
    "complimentary",
    "upgrade",
    "upgraded",
    "extend",
    "extended",
    "extension",
    "compensate",
    "compensation",
];

/// What customers are not told.
const INTERNAL: [&str; 8] =
    ["health score", "at risk", "churn", "internal note", "internally", "nps", "our records show", "crm"];

/// What a person would not write.
const HOLLOW: [&str; 6] = [
    "hope this finds you",
    "hope this email finds",
    "hope you are doing well",
    "hope you're doing well",
    "just checking in",
    "touching base",
];

/// Words that begin a promise.
const PROMISES: [&str; 14] = [
    "i'll",
    "i will",
    "we'll",
    "we will",
    "i promise",
    "we promise",
    "we're going to",
    "i'm going to",
    "you'll have",
    "you will have",
    "you'll get",
    "you will get",
    "will be ready",
    "will be available",
];

/// What may be promised: to speak with each other.
const TALKING: &str = "call ring talk speak show send invite invitation reach hear listen minutes calendar time suit meet \
    meeting conversation walk through happy answer join free tomorrow day slot half hour prepare bring come write back \
    make adapt pick";

/// Words that say something exists now.
const SHIPPED: [&str; 9] =
    ["shipped", "released", "launched", "available", "live", "supports", "fixed", "rolled", "introduced"];

/// The share of the words of a promise or of news that must be known.
const KNOWN: f64 = 0.6;

/// Words a mail has at least.
const FEWEST: usize = 20;

/// What is wrong with a mail, a sentence each.
#[must_use]
pub fn letter_problems(subject: &str, body: &str, borne: &Borne<'_>) -> Vec<String> {
    let mut problems = Vec::new();
    let count = body.split_whitespace().count();
    if subject.is_empty() || subject.chars().count() > 150 {
        problems.push("The subject is empty or too long.".to_owned());
    }
    if count < FEWEST || count > borne.most_words + 20 {
        problems.push(format!("The body has {count} words; write {} at most.", borne.most_words));
    }
    let opening = body.lines().next().unwrap_or_default();
    if !opening.contains(borne.recipient) {
        problems.push(format!("The body does not begin with a greeting to {}.", borne.recipient));
    }
    if !body.lines().rev().take(2).any(|line| line.contains(borne.sender)) {
        problems.push(format!("The body does not end with the name {}.", borne.sender));
    }
    let lower = format!("{subject}\n{body}").to_lowercase();
    for mark in ["[", "]", "{", "}", "<", ">", "http", "www.", "@", "**"] {
        if lower.contains(mark) {
            problems
                .push(format!("`{mark}` does not belong into the mail: no placeholders, links, addresses or markup."));
        }
    }
    if lower.contains('!') {
        problems.push("There is an exclamation mark.".to_owned());
    }
    for phrase in INTERNAL.iter().chain(&HOLLOW).filter(|phrase| lower.contains(**phrase)) {
        problems.push(format!("“{phrase}” must not be in the mail."));
    }
    // Lengths of conversations are no facts.
    let texts = || borne.texts.iter().map(String::as_str).chain(["15 20 30 two"]);
    let known = Known::exactly([], texts(), borne.today);
    let said: BTreeSet<String> = texts().flat_map(words).map(|word| bare(&word.lower).to_owned()).collect();
    let stems: BTreeSet<String> = texts().flat_map(content_stems).chain(content_stems(TALKING)).collect();
    for line in std::iter::once(subject).chain(body.lines()) {
        if let (_, Some(figure)) = known.unsupported(line, &[]) {
            problems.push(format!("The figure or date {figure} is not in the facts."));
        }
        if borne.english {
            problems.extend(sentences(line).into_iter().filter_map(|sentence| problem(sentence, &said, &stems)));
        }
    }
    problems
}

/// What is wrong with one sentence.
fn problem(sentence: &str, said: &BTreeSet<String>, stems: &BTreeSet<String>) -> Option<String> {
    let shown = clipped(sentence, 80);
    let found = words(sentence);
    for (place, word) in found.iter().enumerate() {
        let lower = bare(&word.lower);
        let begins = place == 0 || sentence[..word.start].trim_end().ends_with([':', '“', '"', '(', ',', '—', '-']);
        let name = word.text.starts_with(char::is_uppercase) && !begins || DAYS.contains(&lower) || is_month(word.text);
        if name && !said.contains(lower) && !matches!(lower, "i" | "i'm" | "i'll" | "i've" | "i'd") {
            return Some(format!("“{shown}” names {}, which the facts do not.", word.text));
        }
        if CONCESSIONS.contains(&lower) && !said.contains(lower) {
            return Some(format!("“{shown}” speaks of “{}”, which nobody granted.", word.text));
        }
    }
    let lower = sentence.to_lowercase().replace('’', "'");
    let promises = PROMISES.iter().any(|words| lower.contains(words));
    let news = found.iter().any(|word| SHIPPED.contains(&word.lower.as_ref()));
    if promises || news {
        let told = content_stems(sentence);
        let known = told.iter().filter(|stem| stems.contains(*stem)).count() as f64;
        if known < told.len() as f64 * KNOWN {
            let what = if promises { "promises" } else { "tells of" };
            return Some(format!("“{shown}” {what} something that is not in the facts."));
        }
    }
    None
}

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn is_month(word: &str) -> bool {
    let lower = word.to_lowercase();
    // "may" is more often no month.
    lower != "may" && lower != "march" && MONTHS.contains(&lower.as_str())
}

fn bare(lower: &str) -> &str {
    lower.trim_end_matches("'s").trim_end_matches("’s")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(body: &str) -> Vec<String> {
        let texts = [
            "The contract renews on December 21".to_owned(),
            "Overdue promise of Jared Dunn: “I'll have the adoption plan in your inbox in ten days.”".to_owned(),
            "SAML single sign-on shipped on November 14 Dana Whitfield Hooli Wednesday the 25th Thursday the 26th"
                .to_owned(),
        ];
        let borne = Borne {
            texts: &texts,
            recipient: "Dana",
            sender: "Jared",
            most_words: 140,
            english: true,
            today: "2026-11-23".parse().unwrap(),
        };
        let body = format!(
            "Hi Dana,\n\n{body} Your contract renews on December 21, and I would like to hear what you need before that day comes.\n\nBest,\nJared"
        );
        letter_problems("Your renewal", &body, &borne)
    }

    #[test]
    fn what_stands_in_the_facts_holds() {
        for body in [
            "You still do not have the adoption plan, and I am sorry.",
            "SAML single sign-on shipped on November 14.",
            "Could we talk for 20 minutes on Wednesday the 25th? I'll send you an invitation.",
        ] {
            assert_eq!(problems(body), Vec::<String>::new(), "{body}");
        }
    }

    #[test]
    fn what_a_customer_could_hold_us_to_must_stand_in_the_facts() {
        for body in [
            "We can offer a discount on the next term.",
            "You get it 15% cheaper, that is $199.",
            "We will build a data centre in Frankfurt for your images.",
            "Mobile offline editing is available to all teams now.",
            "Gavin Belson asked me to write.",
            "The plan comes on Friday.",
            "It will be with you by January 5.",
            "Log in at https://evil.example to accept.",
            "Your health score worries us.",
            "I hope this finds you well.",
            "What a great year!",
        ] {
            assert!(!problems(body).is_empty(), "{body}");
        }
    }
}
