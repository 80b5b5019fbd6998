//! Requests in another language: what the customer asks us for.

use super::super::tongue::{Kind, Sentence};
use super::forms::act;
use super::wording::{rest, shown};
use crate::language::Language;

/// What a sentence asks for, in its own words; none where it asks for nothing.
pub(super) fn requested(sentence: &Sentence<'_>) -> Option<String> {
    if sentence.says(Kind::Small) {
        return None;
    }
    // "Bitte schicken Sie uns …" has the words of a question and is none.
    let told = sentence.says(Kind::Please) && !sentence.is_question();
    let found = if told { bidden(sentence) } else { None };
    let found = found.or_else(|| asked(sentence)).or_else(|| wished(sentence));
    let found = found.or_else(|| bidden(sentence)).or_else(|| welcome(sentence))?;
    let carries = found.split(' ').any(|word| word.chars().count() > 3);
    Some(if carries { found } else { shown(sentence.text) })
}

/// Words of a question that asks for something, at least one more.
const FEWEST: usize = 3;

/// "Könnten Sie uns … schicken?", "Pourriez-vous …", "¿Podrían …?"
fn asked(sentence: &Sentence<'_>) -> Option<String> {
    let asks = sentence.is_question() || sentence.says(Kind::Please) || sentence.says(Kind::Me);
    let all = 0..sentence.len();
    let may = || sentence.find(all.clone(), Kind::MayAsk).filter(|_| sentence.is_question());
    let direct = || directly(sentence).map(|at| (at, 1));
    let (at, words) = sentence.find(all.clone(), Kind::Ask).filter(|_| asks).or_else(may).or_else(direct)?;
    let clause = sentence.clause(at);
    // "Quand recevrons-nous …" opens with a word of time and is none.
    let condition = at > clause.start && (sentence.opens(&clause, Kind::When) || sentence.opens(&clause, Kind::If));
    // A question that has more than its opening.
    let (end, from) = (sentence.len(), if at + words < sentence.len() { at + words } else { at });
    (!condition && end > FEWEST).then(|| rest(sentence, from, end))
}

/// "Schickt ihr uns die Liste?", "Vous m'envoyez la liste ?", "¿Nos mandáis la lista?": the verb with whom it is for.
fn directly(sentence: &Sentence<'_>) -> Option<usize> {
    const OPENING: usize = 4;
    if !sentence.is_question() {
        return None;
    }
    let deed = |at: usize| [Kind::They, Kind::Order, Kind::Deed].iter().any(|kind| sentence.at(at, *kind).is_some());
    let for_us = |at: usize| sentence.at(at, Kind::Me).is_some();
    (0..OPENING.min(sentence.len())).find(|at| match sentence.lexicon.language {
        Language::German => deed(*at) && sentence.at(at + 1, Kind::You).is_some() && (at + 2..at + 6).any(for_us),
        Language::French => sentence.at(*at, Kind::You).is_some() && for_us(at + 1) && deed(at + 2),
        _ => for_us(*at) && deed(at + 1),
    })
}

/// "Wir brauchen …", "il nous faudrait …", "nos gustaría …".
fn wished(sentence: &Sentence<'_>) -> Option<String> {
    let (at, words) = [Kind::Want, Kind::Missing].iter().find_map(|kind| sentence.find(0..sentence.len(), *kind))?;
    let clause = sentence.clause(at);
    let from = at + words;
    let end = sentence.len();
    let denied = sentence.has(clause.clone(), Kind::Not);
    let courtesy = sentence.has(from..end, Kind::Courtesy);
    let condition = sentence.opens(&clause, Kind::If) || sentence.opens(&clause, Kind::When);
    let told = sentence.has(clause.start..at, Kind::Said);
    // "Was wir unbedingt brauchen, ist …" has what is wished for behind it, "Das brauchen wir" before.
    let from = if from < end { from } else { clause.start };
    (!denied && !courtesy && !condition && !told && end > 2).then(|| rest(sentence, from, end))
}

/// "Bitte schicken Sie …", "Merci de nous envoyer …", "Envíenos …".
fn bidden(sentence: &Sentence<'_>) -> Option<String> {
    let end = sentence.len();
    let please = sentence.find(0..end, Kind::Please);
    if let Some((at, words)) = please {
        let clause = sentence.clause(at);
        let deed = (0..end).any(|at| {
            [Kind::Order, Kind::Deed].iter().any(|kind| sentence.at(at, *kind).is_some()) || is_infinitive(sentence, at)
        });
        // "Ruft mich bitte an", "Bitte Rückmeldung bis Freitag".
        let german = sentence.lexicon.language == Language::German;
        let called = german && sentence.at(0, Kind::They).is_some();
        let next = sentence.tokens.get(at + words);
        let noun = german && next.is_some_and(|next| next.text.starts_with(char::is_uppercase) && next.text.len() > 4);
        let deed = deed || called || noun;
        let denied = sentence.has(clause, Kind::Not) && !sentence.says(Kind::NotOnly);
        let from = if at + words < end { at + words } else { 0 };
        return (deed && !denied && end > FEWEST && !sentence.says(Kind::Excuse)).then(|| rest(sentence, from, end));
    }
    let first = sentence.past(0, &[Kind::Filler]);
    // "Envíenos la lista": what is joined to the command says for whom.
    let ordered = [0, first].into_iter().find(|at| sentence.at(*at, Kind::Order).is_some())?;
    let joined = sentence.value(ordered, Kind::Order).is_some_and(|(_, value)| value == 1);
    // "Ergänzen Sie …", "Ajoutez …": no other form of the verb opens a sentence so.
    let plain = match sentence.lexicon.language {
        Language::German => sentence.at(ordered, Kind::Order).is_some_and(|words| words > 1),
        Language::French => sentence.lower(ordered).ends_with("ez"),
        _ => false,
    };
    let for_us = joined || plain || sentence.has(ordered..(ordered + 4).min(end), Kind::Me);
    let acts = (0..end).any(|at| act(sentence, at).is_some());
    let denied = sentence.has(sentence.clause(ordered), Kind::Not);
    let told = sentence.is_question() || acts || denied || sentence.says(Kind::Excuse);
    (for_us && !told && end > 2).then(|| rest(sentence, ordered, end))
}

/// Whether a word is an infinitive by its ending, as far as a language has one.
fn is_infinitive(sentence: &Sentence<'_>, at: usize) -> bool {
    let word = sentence.lower(at);
    let language = sentence.lexicon.language;
    if word.len() < 5 || language.has_function_word(word) {
        return false;
    }
    let plain = sentence.tokens[at].text.starts_with(char::is_lowercase);
    match language {
        // At the end of its clause, or before "Sie".
        Language::German => {
            let ends = sentence.clause(at).end == at + 1 && plain;
            word.ends_with("en") && (ends || sentence.tokens.get(at + 1).is_some_and(|next| next.text == "Sie"))
        }
        Language::French => plain && ["er", "ir", "re"].iter().any(|ending| word.ends_with(ending)) && at < 5,
        _ => plain && (word.ends_with("nos") || word.ends_with("me") || word.ends_with("en")) && at < 5,
    }
}

/// "Ein Export nach Excel wäre toll", "ce serait bien si …", "estaría bien poder …".
fn welcome(sentence: &Sentence<'_>) -> Option<String> {
    let (at, words) = sentence.find(0..sentence.len(), Kind::Welcome)?;
    let denied = sentence.has(sentence.clause(at), Kind::Not);
    let from = at + words;
    let what = if from < sentence.len() { rest(sentence, from, sentence.len()) } else { rest(sentence, 0, at) };
    (!denied && !what.is_empty()).then_some(what)
}
