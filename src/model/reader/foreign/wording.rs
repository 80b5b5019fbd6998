//! How what was said in another language is told apart and shown: in its own words.

use super::super::due::Due;
use super::super::tongue::{Kind, Sentence};

/// Words shown of a sentence, at most.
const LONGEST: usize = 24;

/// The words of a sentence that carry what it is about, without those every sentence has and without its day: two promises
/// are told apart by them.
pub(super) fn carried(sentence: &Sentence<'_>, due: Option<&Due>) -> String {
    let language = sentence.lexicon.language;
    let of_day = |start: usize| due.is_some_and(|due| (due.start..due.end).contains(&start));
    let carries = |at: &usize| {
        let token = &sentence.tokens[*at];
        token.lower.chars().count() > 2
            && !language.has_function_word(&token.lower)
            && !of_day(token.start)
            && sentence.at(*at, Kind::Soon).is_none_or(|words| words > 1)
            && sentence.at(*at, Kind::Filler).is_none_or(|words| words > 1)
    };
    // The deed comes first, wherever its language puts it.
    let is_deed =
        |at: &usize| [Kind::Deed, Kind::Does, Kind::They].iter().any(|kind| sentence.at(*at, *kind).is_some());
    let (deeds, things): (Vec<usize>, Vec<usize>) = (0..sentence.len()).filter(carries).partition(is_deed);
    let words = deeds.iter().chain(&things).map(|at| sentence.tokens[*at].lower.as_str());
    words.collect::<Vec<_>>().join(" ")
}

/// A sentence as it is shown where a deed would stand: whole, so that nothing is put together that nobody said.
pub(super) fn shown(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let cut = if words.len() > LONGEST { "…" } else { "" };
    let mut shown = words[..words.len().min(LONGEST)].join(" ");
    if let Some(first) = shown.chars().next() {
        shown.replace_range(..first.len_utf8(), &first.to_uppercase().collect::<String>());
    }
    shown.trim_end_matches('.').to_owned() + cut
}

/// What stands between two words, verbatim; the words at its ends that tell nothing are left out.
pub(super) fn rest(sentence: &Sentence<'_>, from: usize, to: usize) -> String {
    let skipped = [Kind::Me, Kind::Please, Kind::If, Kind::That, Kind::Filler];
    let from = sentence.past(from, &skipped).min(to);
    let to = to.min(from + LONGEST);
    let (Some(first), Some(last)) =
        (sentence.tokens.get(from), to.checked_sub(1).and_then(|at| sentence.tokens.get(at)))
    else {
        return String::new();
    };
    let text = sentence.text.get(first.start..last.end.max(first.start)).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
