//! The words promises, requests and days are put in, in German, French and Spanish: lists (`german.tsv`, `french.tsv`,
//! `spanish.tsv`), sentences with the phrases of the lists marked in them, the days they name, and what they tell of
//! promises made before.

mod calendar;
mod due;
mod kind;
mod lexicon;
mod sentence;
mod telling;
mod verb;

pub(super) use due::find_due;
pub(super) use kind::Kind;
pub(super) use sentence::{Sentence, bare};
pub(super) use telling::telling;

use crate::language::Language;

/// Whether the words of a language are known.
pub(super) fn is_known(language: Language) -> bool {
    lexicon::lexicon(language).is_some()
}
