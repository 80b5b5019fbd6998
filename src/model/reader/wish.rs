//! A request that has none of the known forms: its whole sentence tells it.

use super::clean::clause;
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

/// The words wishes and complaints are put in.
const WISHES: [&str; 74] = [
    "what i want",
    "what we want",
    "what i need",
    "what we need",
    "what we're needing",
    "what i'm asking",
    "what we're asking",
    "what we're after",
    "what i'm after",
    "what i'd like",
    "what we'd like",
    "what would help",
    "i want",
    "we want",
    "i'd want",
    "we'd want",
    "i would want",
    "we would want",
    "i need",
    "we need",
    "i'd need",
    "we'd need",
    "i'd like",
    "we'd like",
    "i would like",
    "we would like",
    "we expect",
    "i expect",
    "we'd expect",
    "i'd expect",
    "we would expect",
    "they need",
    "it needs to",
    "it has to",
    "it should",
    "it must",
    "it ought to",
    "could we",
    "can we",
    "could i",
    "can i",
    "could you",
    "can you",
    "would you",
    "can it",
    "could it",
    "can they",
    "could they",
    "can the",
    "could the",
    "any chance",
    "any way",
    "is there a way",
    "when do i get",
    "when do we get",
    "when will",
    "let me have",
    "let us have",
    "please",
    "kindly",
    "make sure",
    "see to it",
    "don't give me",
    "give me",
    "get me",
    "get us",
    "give us",
    "show me",
    "would be good",
    "would be great",
    "would help",
    "we could do with",
    "i could do with",
    "needs to be",
];

/// Whether it has the words of a wish.
pub(super) fn is_put_as_wish(phrase: &Phrase<'_>) -> bool {
    // What their own people are to do, nobody asks of us.
    const OWN: [&str; 10] = [
        "by our",
        "by my",
        "past our",
        "past my",
        "with my",
        "with our",
        "on our side",
        "on our end",
        "our own",
        "from my",
    ];
    phrase.has(&WISHES)
        && !phrase.has(&OWN)
        && !phrase.has(&["can i say", "can i ask", "can i tell", "can i be", "do i want"])
}

/// "Any chance of getting it this week?": asks whatever it sounds like.
pub(super) fn asks_anew(phrase: &Phrase<'_>) -> bool {
    const ANEW: [&str; 4] =
        ["any chance of getting", "any chance of having", "any chance you could", "any chance we could"];
    phrase.is_question() && phrase.has(&ANEW)
}

/// Beginnings of questions that want to know something, not to have it.
const INFORMATION: [&str; 35] = [
    "where",
    "where's",
    "where is",
    "where are",
    "who",
    "who's",
    "why",
    "what's",
    "what is",
    "what are",
    "what does",
    "what do you",
    "what happens",
    "what happened",
    "what time",
    "which",
    "how does",
    "how do",
    "how is",
    "how's",
    "how are",
    "how many",
    "how long",
    "how was",
    "does",
    "do you",
    "do i",
    "did",
    "is it",
    "is that",
    "is this",
    "are you",
    "was",
    "were",
    "have you",
];

/// Words of somebody else's wish that is only told.
const REPORTED: [&str; 24] = [
    "he said",
    "she said",
    "they said",
    "he says",
    "she says",
    "they say",
    "he asked",
    "she asked",
    "they asked",
    "he wanted",
    "she wanted",
    "they wanted",
    "told me",
    "told us",
    "told them",
    "told him",
    "told her",
    "asked me",
    "asked us",
    "he thinks",
    "she thinks",
    "used to ask",
    "was asking",
    "were asking",
];

/// Words by which a question for information asks for a thing after all.
const ASKS_ANYWAY: [&str; 26] = [
    "can we",
    "could we",
    "can you",
    "could you",
    "can i",
    "could i",
    "can it",
    "could it",
    "do we get",
    "do i get",
    "get us",
    "get me",
    "roadmap",
    "discount",
    "any chance",
    "would it",
    "on the price",
    "why can't",
    "why is there no",
    "why does it not",
    "why doesn't",
    "how come",
    "planning",
    "possible",
    "going to support",
    "status of",
];

/// What is asked for: the end of the sentence, from where the asking is over.
pub(super) fn as_a_whole(phrase: &Phrase<'_>) -> Option<String> {
    let wants_to_know = (0..3).any(|at| phrase.any_at(at, &INFORMATION).is_some() && (at == 0 || opens(phrase, at)));
    let asks_anyway = phrase.has(&ASKS_ANYWAY) || phrase.has(&["plan to", "plans for", "wish", "like", "need"]);
    if phrase.has(&SETTLED) || phrase.has(&REPORTED) || phrase.is_question() && wants_to_know && !asks_anyway {
        return None;
    }
    let mut from = 0;
    while let Some((at, length)) = (from..phrase.words.len()).find_map(|at| Some((at, phrase.any_at(at, &ASKING)?)))
        && at + length + 1 < phrase.words.len()
    {
        from = at + length;
    }
    let wishes = from > 0 || phrase.is_question() || phrase.has(&WISHING) || is_put_as_wish(phrase);
    // What is too long for a phrase is told by its clause.
    let what = if from == 0 || phrase.words.len() - from > LONGEST_WHOLE {
        clause(phrase, 0, phrase.words.len())
    } else {
        phrase.cut(from, phrase.words.len(), None)
    };
    (wishes && what.split(' ').count() >= 2).then_some(what)
}

/// Whether only "and", "so" and the like stand before `at`.
fn opens(phrase: &Phrase<'_>, at: usize) -> bool {
    (0..at).all(|at| matches!(phrase.word(at), "and" | "so" | "but" | "okay" | "oh" | "well" | "also" | "then"))
}
