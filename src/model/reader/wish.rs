//! A request that has none of the known forms: its whole sentence tells it.

use super::phrase::Phrase;

/// Words of a request that is told by its whole sentence.
const LONGEST_WHOLE: usize = 12;

/// Where asking ends and what is asked for begins.
const ASKING: [&str; 40] = [
    "is there any chance",
    "is there any way",
    "is there a way",
    "any chance",
    "any way",
    "any plans for",
    "plans for",
    "plan for",
    "could you lot",
    "could you guys",
    "could you",
    "can you",
    "would you",
    "could we",
    "can we",
    "are you able to",
    "be able to",
    "kill for",
    "missing is",
    "change is",
    "list is",
    "wish is",
    "want is",
    "need is",
    "great if",
    "good if",
    "nice if",
    "magic if",
    "brilliant if",
    "lovely if",
    "helpful if",
    "help if",
    "handy if",
    "love it if",
    "wondering if",
    "wonder if",
    "waiting for",
    "waiting on",
    "hoping for",
    "looking for",
];

/// What was wished for once and is not any more.
const SETTLED: [&str; 8] =
    ["dropped", "withdraw", "withdrawn", "no longer", "used to", "anymore", "any more", "not anymore"];

/// Words without which a sentence tells rather than asks.
const WISHING: [&str; 26] = [
    "could",
    "would",
    "need",
    "needs",
    "want",
    "wants",
    "wish",
    "please",
    "must",
    "should",
    "missing",
    "waiting",
    "hope",
    "hoping",
    "love",
    "requesting",
    "request",
    "prefer",
    "expect",
    "without",
    "can't",
    "cannot",
    "if you",
    "get us",
    "give us",
    "let us",
];

/// What is asked for: the end of the sentence, from where the asking is over.
pub(super) fn as_a_whole(phrase: &Phrase<'_>) -> Option<String> {
    if phrase.has(&SETTLED) {
        return None;
    }
    let mut from = 0;
    while let Some((at, length)) = (from..phrase.words.len()).find_map(|at| Some((at, phrase.any_at(at, &ASKING)?)))
        && at + length + 1 < phrase.words.len()
    {
        from = at + length;
    }
    let wishes = from > 0 || phrase.is_question() || phrase.has(&WISHING);
    let what = phrase.cut(from, (from + LONGEST_WHOLE).min(phrase.words.len()), None);
    (wishes && what.split(' ').count() >= 2).then_some(what)
}
