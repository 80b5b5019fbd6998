//! What answering took on a language model, and how often something stepped in: read from the answers alone.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::client::Answer;

/// What answers of a language model took. Adds up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Tokens read and written.
    pub tokens: Tokens,
    /// Millionths of a US dollar, where prices are configured.
    pub cost_micros: Option<u64>,
    /// How often the checks stepped in.
    pub checks: Checks,
    /// Answers the built-in analyst had to give.
    pub taken_over: u32,
    /// The same by reason.
    pub why: BTreeMap<String, u32>,
}

/// Tokens read and written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tokens {
    /// By the model.
    pub read: u64,
    /// By the model.
    pub written: u64,
}

/// How often the checks stepped in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checks {
    /// Answers sent back to be written again.
    pub sent_back: u32,
    /// Sentences left out of what was shown.
    pub left_out: u32,
    /// Citations taken out of it.
    pub citations_taken_out: u32,
}

impl Tally {
    /// Of one answer.
    pub fn of(answer: &Answer) -> Self {
        let mut tally = Self {
            tokens: Tokens { read: answer.usage.prompt_tokens, written: answer.usage.completion_tokens },
            cost_micros: answer.usage.cost_micros,
            checks: Checks { sent_back: answer.usage.repairs, ..Checks::default() },
            ..Self::default()
        };
        if let Some(reason) = answer.notice.as_deref().map(reason) {
            tally.taken_over = 1;
            tally.why.insert(reason, 1);
        }
        for correction in &answer.checks.corrections {
            if correction.contains("citation") {
                tally.checks.citations_taken_out += 1;
            } else {
                tally.checks.left_out += how_many(correction);
            }
        }
        tally
    }

    /// Adds another tally to this one.
    pub fn add(&mut self, other: &Self) {
        self.tokens.read += other.tokens.read;
        self.tokens.written += other.tokens.written;
        self.cost_micros = match (self.cost_micros, other.cost_micros) {
            (None, None) => None,
            (left, right) => Some(left.unwrap_or_default() + right.unwrap_or_default()),
        };
        self.checks.sent_back += other.checks.sent_back;
        self.checks.left_out += other.checks.left_out;
        self.checks.citations_taken_out += other.checks.citations_taken_out;
        self.taken_over += other.taken_over;
        for (reason, count) in &other.why {
            *self.why.entry(reason.clone()).or_default() += count;
        }
    }
}

/// "3 sentences were left out…": the number a correction begins with, else one.
fn how_many(correction: &str) -> u32 {
    correction.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(1)
}

/// Why the built-in analyst took over, without what differs from one run to the next: names and addresses.
fn reason(notice: &str) -> String {
    let told = notice.split_once("could not answer: ").map_or(notice, |(_, rest)| rest);
    let told = told.rsplit_once(". The ").map_or(told, |(reason, _)| reason);
    let words = told.split(' ').map(|word| if word.contains("://") { "the endpoint" } else { word });
    words.collect::<Vec<_>>().join(" ")
}
