//! Requests in another language: what the customer asks us for.

use super::super::tongue::{Kind, Sentence};
use super::wording::{rest, shown};

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
    let (at, words) = sentence.find(all.clone(), Kind::Ask).filter(|_| asks).or_else(may)?;
    let clause = sentence.clause(at);
    // "Quand recevrons-nous …" opens with a word of time and is none.
    let condition = at > clause.start && (sentence.opens(&clause, Kind::When) || sentence.opens(&clause, Kind::If));
    // A question that has more than its opening.
    let (end, from) = (sentence.len(), if at + words < sentence.len() { at + words } else { at });
    (!condition && end > FEWEST).then(|| rest(sentence, from, end))
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
    (!denied && !courtesy && !condition && !told && end > words).then(|| rest(sentence, from, end))
}

/// "Bitte schicken Sie …", "Merci de nous envoyer …", "Envíenos …".
fn bidden(sentence: &Sentence<'_>) -> Option<String> {
    let end = sentence.len();
    let please = sentence.find(0..end, Kind::Please);
    if let Some((at, words)) = please {
        let clause = sentence.clause(at);
        let deed = (0..end).any(|at| sentence.at(at, Kind::Order).is_some() || sentence.at(at, Kind::Deed).is_some());
        let denied = sentence.has(clause, Kind::Not);
        let from = if at + words < end { at + words } else { 0 };
        return (deed && !denied && !sentence.has(0..end, Kind::Courtesy)).then(|| rest(sentence, from, end));
    }
    let first = sentence.past(0, &[Kind::Filler]);
    // "Envíenos la lista": what is joined to the command says for whom.
    let ordered = [0, first].into_iter().find(|at| sentence.at(*at, Kind::Order).is_some())?;
    let joined = sentence.value(ordered, Kind::Order).is_some_and(|(_, value)| value == 1);
    let for_us = joined || sentence.has(ordered..(ordered + 4).min(end), Kind::Me);
    (for_us && !sentence.is_question() && !sentence.has(0..end, Kind::First)).then(|| rest(sentence, ordered, end))
}

/// "Ein Export nach Excel wäre toll", "ce serait bien si …", "estaría bien poder …".
fn welcome(sentence: &Sentence<'_>) -> Option<String> {
    let (at, words) = sentence.find(0..sentence.len(), Kind::Welcome)?;
    let denied = sentence.has(sentence.clause(at), Kind::Not);
    let from = at + words;
    let what = if from < sentence.len() { rest(sentence, from, sentence.len()) } else { rest(sentence, 0, at) };
    (!denied && !what.is_empty()).then_some(what)
}
