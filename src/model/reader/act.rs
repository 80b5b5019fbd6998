//! Whether one sentence of an e-mail asks its reader to do something.
//!
//! A small logistic model over readable cues. Each cue is a phrase table or a property of the sentence; its weight was
//! learned by cross-validation from sentences people labelled (`evals/public/email_intent.rs` trains and measures it).

use super::lexicon::{DEEDS, IN_CONVERSATION, VAGUE_DEEDS};
use super::phrase::Phrase;
use crate::language::is_stop_word;

/// Something a sentence has or has not.
#[derive(Clone, Copy, Debug)]
pub struct ActCue {
    /// Its name.
    pub name: &'static str,
    /// What it adds to the log odds.
    pub weight: f64,
    /// When it holds.
    when: When,
}

#[derive(Clone, Copy, Debug)]
enum When {
    /// The sentence begins with one of these, a greeting or "please" left out.
    Starts(&'static [&'static str]),
    /// One of these stands anywhere.
    Has(&'static [&'static str]),
    /// It ends with a question mark.
    Question,
    /// It begins with a verb in its plain form.
    Imperative,
    /// "please" before a verb in its plain form.
    PleaseDo,
    /// At most so many words.
    AtMost(usize),
    /// More than so many words.
    MoreThan(usize),
    /// It holds a figure of these characters.
    Sign(&'static [&'static str]),
}

/// What the sum of weights starts from.
const BIAS: f64 = 0.0;
/// A probability at or above this asks for something.
const ASKS_FROM: f64 = 0.4;

/// All cues.
pub const fn act_cues() -> &'static [ActCue] {
    &CUES
}

/// The probability, 0 to 1, that `sentence` asks its reader to do something.
#[must_use]
pub fn act_score(sentence: &str) -> f64 {
    let phrase = Phrase::new(sentence);
    let sum = BIAS + CUES.iter().filter(|cue| cue.holds(&phrase)).map(|cue| cue.weight).sum::<f64>();
    1.0 / (1.0 + (-sum).exp())
}

/// Whether `sentence` asks its reader to do something.
#[must_use]
pub fn asks_to_act(sentence: &str) -> bool {
    act_score(sentence) >= ASKS_FROM
}

impl ActCue {
    /// Whether `sentence` has it.
    #[must_use]
    pub fn is_in(&self, sentence: &str) -> bool {
        self.holds(&Phrase::new(sentence))
    }

    fn holds(&self, phrase: &Phrase<'_>) -> bool {
        let count = phrase.words.len();
        match self.when {
            When::Starts(table) => phrase.any_at(opening(phrase), table).is_some(),
            When::Has(table) => phrase.has(table),
            When::Question => phrase.text.trim_end().ends_with('?'),
            When::Imperative => begins_with_verb(phrase),
            When::PleaseDo => {
                (0..count).any(|at| phrase.word(at) == "please" && !is_stop_word(phrase.word(at + 1)) && at + 1 < count)
            }
            When::AtMost(limit) => count <= limit,
            When::MoreThan(limit) => count > limit,
            When::Sign(signs) => signs.iter().any(|sign| phrase.text.contains(sign)),
        }
    }
}

/// The first word past a greeting or a word of transition.
fn opening(phrase: &Phrase<'_>) -> usize {
    let mut at = 0;
    while at + 1 < phrase.words.len()
        && matches!(phrase.word(at), "hi" | "hello" | "dear" | "also" | "and" | "so" | "but" | "then" | "again" | "thanks")
    {
        at += 1;
    }
    at
}

fn begins_with_verb(phrase: &Phrase<'_>) -> bool {
    const PLAIN_VERBS: [&str; 64] = [
        "go", "click", "visit", "see", "use", "contact", "reply", "respond", "feel", "advise", "remember", "stop", "meet",
        "consider", "join", "sign", "register", "enter", "choose", "select", "save", "buy", "enjoy", "learn", "try",
        "discover", "download", "view", "attach", "include", "delete", "make", "change", "create", "plan", "think", "help",
        "wait", "hold", "watch", "listen", "don't", "do", "be", "let", "speak", "note", "remind", "pass", "leave", "buzz",
        "shop", "order", "explore", "answer", "fill", "complete", "type", "pick", "stay", "sit", "assume", "imagine", "attend",
    ];
    let verb = phrase.word(opening(phrase));
    DEEDS.contains(&verb) || VAGUE_DEEDS.contains(&verb) || IN_CONVERSATION.contains(&verb) || PLAIN_VERBS.contains(&verb)
}

const fn cue(name: &'static str, weight: f64, when: When) -> ActCue {
    ActCue { name, weight, when }
}

use When::{AtMost, Has, Imperative, MoreThan, PleaseDo, Question, Sign, Starts};

#[rustfmt::skip]
static CUES: [ActCue; 12] = [
    cue("ends with a question mark", 1.2, Question),
    cue("begins with a verb", 0.6, Imperative),
    cue("please", 1.5, Has(&["please"])),
    cue("please do", 0.7, PleaseDo),
    cue("let me know", 1.5, Has(&["let me know", "let us know"])),
    cue("can you", 1.5, Has(&["can you", "could you", "would you", "will you"])),
    cue("we need", 0.9, Has(&["i need", "we need", "need to", "need you"])),
    cue("link", -1.0, Sign(&["$LINK", "http", "www."])),
    cue("short", -0.2, AtMost(4)),
    cue("long", -0.2, MoreThan(30)),
    cue("you", 0.3, Has(&["you", "your"])),
    cue("if at the start", -0.5, Starts(&["if"])),
];
