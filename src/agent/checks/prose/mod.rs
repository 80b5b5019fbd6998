//! Checks of what a language model wrote: sentence by sentence, against the records it cites.
//!
//! A sentence is read once ([`reading`]) and compared with the items it cites ([`item`]): their words, their fields, the day
//! they are of and who speaks in them. Days and figures have to stand there, or follow ([`days`], [`figures`], [`sums`]); names
//! have to, and what is said of somebody has to be said of them ([`people`]); how things stand must not be otherwise there
//! ([`state`], [`denial`]). Counts and claims that there is nothing are compared with all that was looked up ([`counts`],
//! [`absence`]). A sentence without a citation may say what the records do not say, ask, offer, or sum up what the others
//! cite ([`aside`]). Everything else is a problem: told to the model once ([`complaint`]), then taken out.

mod absence;
mod amount;
mod aside;
mod calendar;
mod compare;
mod complaint;
mod counts;
mod days;
mod denial;
mod facts;
mod fault;
mod figures;
mod item;
mod labels;
mod number;
mod people;
mod place;
mod reading;
mod series;
mod speech;
mod spelled;
mod state;
mod sums;
mod support;
mod swapped;

use self::fault::{Cited, problem};
use self::support::Support;
use super::wording::{cited_sentences, split_bullet};
use super::{Against, marks, without_marks};
use crate::language::words;

/// What survived, and what did not.
pub struct Doubted {
    /// The text without what does not hold.
    pub text: String,
    /// What does not hold, a sentence each.
    pub problems: Vec<String>,
    /// How many figures were compared.
    pub figures: u32,
}

/// What holds of a text that was written freely, and what does not: first what cites, because the rest has to sum that up.
#[must_use]
pub fn doubt(text: &str, against: Against<'_>) -> Doubted {
    let support = Support::new(against);
    let mut doubted = Doubted { text: String::new(), problems: Vec::new(), figures: 0 };
    let items = marks(text).into_iter().filter_map(|cite| support.item(cite)).collect();
    let mut cited = Cited { items, borne_out: None };
    let mut lines = Vec::new();
    let rulers: Vec<bool> = text.lines().skip(1).map(is_ruler).collect();
    for (at, line) in text.lines().enumerate() {
        // The head of a table says what stands in it, and nothing of it.
        let heads = is_ruler(line) || rulers.get(at) == Some(&true) && line.trim_start().starts_with('|');
        let (bullet, rest) = split_bullet(line);
        let sentences = if heads { Vec::new() } else { cited_sentences(rest) };
        let sentences = sentences.iter().map(|sentence| support.addresses.only_known(sentence));
        let sentences: Vec<String> = sentences.filter(|sentence| !words(&without_marks(sentence)).is_empty()).collect();
        lines.push((line, heads, bullet, sentences));
    }
    let mut borne_out = None;
    let citing = lines.iter().flat_map(|(.., sentences)| sentences).filter(|sentence| !marks(sentence).is_empty());
    for sentence in citing.filter(|sentence| problem(&support, sentence, &cited, &mut 0).is_none()) {
        let items = marks(sentence).into_iter().filter_map(|cite| support.item(cite));
        rustc_hash::FxHashSet::extend(
            borne_out.get_or_insert_default(),
            items.flat_map(|item| &item.facts.stems).cloned(),
        );
    }
    cited.borne_out = borne_out;
    for (line, heads, bullet, sentences) in &lines {
        let mut kept = Vec::new();
        for sentence in sentences {
            match problem(&support, sentence, &cited, &mut doubted.figures) {
                None => kept.push(sentence.as_str()),
                Some(problem) => doubted.problems.push(problem),
            }
        }
        if *heads {
            doubted.text.push_str(line);
        } else if line[..].trim().is_empty() || !kept.is_empty() {
            doubted.text.push_str(bullet);
            doubted.text.push_str(&kept.join(" "));
        } else {
            continue;
        }
        doubted.text.push('\n');
    }
    doubted.text = doubted.text.trim().to_owned();
    doubted
}

/// The line below the head of a table.
fn is_ruler(line: &str) -> bool {
    let line = line.trim();
    line.starts_with('|') && line.chars().all(|letter| matches!(letter, '|' | '-' | ':' | ' '))
}

#[cfg(test)]
mod tests;
