//! Promises and requests in German, French and Spanish, beside the rules for English.
//!
//! Each sentence is read in its own language (`crate::language::Language`), told by its words or by those around it, and by
//! the lists of `super::tongue`: `forms` finds who acts, `promise` and `request` judge. What they find is of the same types as what is found in
//! English, so that all that follows is one. It is shown in the words it was said in.

mod forms;
mod promise;
mod request;
mod wording;

#[cfg(test)]
mod tests;

use super::people::People;
use super::phrase::Phrase;
use super::promise::{Promise, promises};
use super::request::{request as asked_in, requests, to_colleague};
use super::statement::Script;
use super::tongue::{Sentence, is_known};
use crate::domain::activity::{Request, Side};
use crate::language::Language;

/// Promises and requests of one record, at most, as in English.
const MOST: usize = 100;

/// Whether promises and requests are read in a language.
pub(super) fn is_read(language: Language) -> bool {
    language == Language::English || is_known(language)
}

/// The promises and requests of one call or e-mail, each sentence read in its language.
pub(super) fn heard(script: &Script<'_>, people: &People, account: &str) -> (Vec<Promise>, Vec<Request>) {
    let (mut promised, mut asked) = (promises(script, people), requests(script, people, account));
    let english = asked.len();
    for index in 0..script.statements.len() {
        let Some(sentence) = sentence_at(script, index) else { continue };
        let statement = &script.statements[index];
        if promised.len() < MOST {
            promised.extend(promise::promises(script, index, &sentence, people));
            let asked_at = |at: usize| sentence_at(script, at).as_ref().and_then(request::requested);
            if promised.last().is_none_or(|last| last.turn != index) {
                promised.extend(promise::accepted(script, index, &sentence, asked_at));
            }
        }
        let customer = statement.side == Some(Side::Customer);
        if !customer || asked.len() >= MOST || to_colleague(script, people, index, &Phrase::new(statement.text)) {
            continue;
        }
        let Some(what) = request::requested(&sentence) else { continue };
        let known = |request: &Request| request.quote == statement.text || request.what == what;
        if asked[english..].iter().any(known) {
            continue;
        }
        asked.push(asked_in(script, statement, account, what, asked.len()));
    }
    promised.sort_by_key(|promise| promise.turn);
    (promised, asked)
}

fn sentence_at<'a>(script: &Script<'a>, index: usize) -> Option<Sentence<'a>> {
    let mut sentence = Sentence::new(script.language_of(index)?, script.statements[index].text)?;
    sentence.month_first = script.shown_day_first() == Some(false);
    Some(sentence)
}
