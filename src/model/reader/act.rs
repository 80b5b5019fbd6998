//! Whether one sentence of an e-mail asks its reader to do something.
//!
//! A small logistic model over readable cues. Each cue is a phrase table or a property of the sentence; its weight was
//! learned from sentences people labelled (`evals/public/email_intent.rs` trains and, by cross-validation, measures it:
//! precision .77, recall .79, F1 .78).

use super::deeds::{DEEDS, IN_CONVERSATION, VAGUE_DEEDS};
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
const BIAS: f64 = -1.53;
/// A probability at or above this asks for something.
const ASKS_FROM: f64 = 0.42;

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
        && matches!(
            phrase.word(at),
            "hi" | "hello" | "dear" | "also" | "and" | "so" | "but" | "then" | "again" | "thanks"
        )
    {
        at += 1;
    }
    at
}

fn begins_with_verb(phrase: &Phrase<'_>) -> bool {
    const PLAIN_VERBS: [&str; 64] = [
        "go", "click", "visit", "see", "use", "contact", "reply", "respond", "feel", "advise", "remember", "stop",
        "meet", "consider", "join", "sign", "register", "enter", "choose", "select", "save", "buy", "enjoy", "learn",
        "try", "discover", "download", "view", "attach", "include", "delete", "make", "change", "create", "plan",
        "think", "help", "wait", "hold", "watch", "listen", "don't", "do", "be", "let", "speak", "note", "remind",
        "pass", "leave", "buzz", "shop", "order", "explore", "answer", "fill", "complete", "type", "pick", "stay",
        "sit", "assume", "imagine", "attend",
    ];
    let verb = phrase.word(opening(phrase));
    DEEDS.contains(&verb)
        || VAGUE_DEEDS.contains(&verb)
        || IN_CONVERSATION.contains(&verb)
        || PLAIN_VERBS.contains(&verb)
}

const fn cue(name: &'static str, weight: f64, when: When) -> ActCue {
    ActCue { name, weight, when }
}

use When::{AtMost, Has, Imperative, MoreThan, PleaseDo, Question, Sign, Starts};

#[rustfmt::skip]
static CUES: [ActCue; 55] = [
    cue("ends with a question mark", 1.74, Question),
    cue("begins with a verb", 1.18, Imperative),
    cue("please before a verb", 0.69, PleaseDo),
    cue("please", 2.00, Has(&["please", "pls", "plz"])),
    cue("kindly", 0.67, Has(&["kindly", "appreciate", "grateful"])),
    cue("let me know", 1.71, Has(&["let me know", "let us know", "keep me posted", "keep me informed"])),
    cue("can you", 1.86, Has(&["can you", "could you", "would you", "will you", "can u", "are you able", "would you mind"])),
    cue("do you", 0.33, Has(&["do you", "did you", "have you", "are you", "were you", "is your", "how are you"])),
    cue("you should", 0.43, Has(&["you should", "you need to", "you must", "you have to", "you may want to", "you might want to", "make sure"])),
    cue("you can", 0.77, Has(&["you can", "you may", "you could", "you will", "you'll", "you are"])),
    cue("I need", 1.09, Has(&["i need", "we need", "need you", "need your", "need to", "needs to", "we'll need", "will need"])),
    cue("I want", 0.24, Has(&["i want", "i would like", "i'd like", "we would like", "we'd like", "would like to", "want to"])),
    cue("should we", 0.67, Has(&["should we", "should i", "can we", "could we", "can i", "could i", "may i", "shall we", "shall i"])),
    cue("how about", 1.72, Has(&["how about", "what about", "why don't", "let's", "lets", "perhaps we", "maybe we", "suggest", "recommend"])),
    cue("question word first", -0.29, Starts(&["what", "when", "where", "who", "which", "how", "why"])),
    cue("yes or no question", 0.39, Starts(&["is", "are", "does", "do", "did", "has", "have", "was", "were", "should", "shall", "may"])),
    cue("asks to speak", 2.07, Has(&["call me", "give me", "call you", "talk to you", "a call", "discuss", "get together", "meet", "meeting"])),
    cue("asks to send", 0.14, Has(&["send", "send me", "forward", "e-mail me", "email me", "fax", "provide", "reply", "respond", "get back"])),
    cue("asks to look", 0.66, Has(&["review", "check", "look at", "comments", "feedback", "thoughts", "advise", "confirm", "find attached", "see attached"])),
    cue("attached", -0.29, Has(&["attached", "attachment", "enclosed"])),
    cue("hopes", -0.02, Has(&["hope", "hoping", "look forward", "looking forward", "wondering", "wanted to", "would be great", "would be good"])),
    cue("offers help", -0.57, Has(&["questions", "feel free", "do not hesitate", "don't hesitate", "any questions", "if you have any"])),
    cue("if", -0.11, Starts(&["if"])),
    cue("to", 0.11, Starts(&["to"])),
    cue("we or I first", 0.11, Starts(&["we", "i", "i'm", "i've", "we're", "we've", "i'll", "we'll", "my", "our"])),
    cue("you first", -0.17, Starts(&["you", "your", "you're"])),
    cue("this or that first", -1.32, Starts(&["this", "that", "it", "there", "these", "he", "she", "they", "the", "a"])),
    cue("thanks first", -0.52, Starts(&["thank", "thanks", "sorry", "congratulations"])),
    cue("no or not", -0.42, Has(&["not", "don't", "didn't", "can't", "won't", "no", "never", "isn't"])),
    cue("past", -0.40, Has(&["was", "were", "had", "did", "went", "said", "told", "got", "sent", "received", "came"])),
    cue("future", 0.17, Has(&["will", "i'll", "we'll", "going to", "shall"])),
    cue("asks to know", -0.36, Has(&["if you", "whether", "know if", "know when", "know what", "know how"])),
    cue("by a day", 0.40, Has(&["by", "asap", "as soon as possible", "today", "tomorrow", "this week", "next week", "monday", "tuesday", "wednesday", "thursday", "friday"])),
    cue("me or us", 0.62, Has(&["me", "us"])),
    cue("you", 0.41, Has(&["you", "your", "u"])),
    cue("I", 0.10, Has(&["i", "i'm", "i've", "i'd", "i'll"])),
    cue("link", -0.59, Sign(&["$LINK", "http", "www.", "mailto", ".com"])),
    cue("click", -0.05, Has(&["click", "visit", "log in", "login", "sign in", "sign up", "subscribe", "unsubscribe", "register", "download"])),
    cue("mailing", -0.71, Has(&["to ensure", "address book", "safe", "white list", "whitelist", "spam", "opt out", "email preferences", "this message", "this email", "this e-mail"])),
    cue("selling", -0.30, Has(&["save", "free", "offer", "deal", "deals", "buy", "shop", "order", "discount", "now", "today's", "sale", "win", "enjoy", "gift"])),
    cue("exclaims", -0.26, Sign(&["!"])),
    cue("colon at the end", -0.11, Sign(&[":"])),
    cue("money", -0.10, Sign(&["$"])),
    cue("very short", -0.40, AtMost(4)),
    cue("short", 0.13, AtMost(9)),
    cue("long", -0.23, MoreThan(20)),
    cue("very long", -0.46, MoreThan(32)),
    cue("job", -0.20, Has(&["job", "jobs", "career", "resume", "interview", "candidate"])),
    cue("verify", 0.47, Has(&["verify", "complete", "fill", "sign", "update", "submit", "follow", "use", "enter"])),
    cue("note", -0.05, Has(&["please note", "note that", "be advised", "be aware", "remember", "keep in mind"])),
    cue("put and add", -0.25, Has(&["add", "put", "include", "remove", "change", "set", "make", "print", "schedule", "book", "arrange"])),
    cue("help", -0.10, Has(&["help", "assist", "assistance", "support", "contact"])),
    cue("time works", 0.55, Has(&["available", "works for you", "work for you", "time", "schedule", "convenient"])),
    cue("forward to", 0.36, Has(&["pass", "share", "tell", "ask", "remind", "give"])),
    cue("love and small talk", 0.14, Has(&["love", "fun", "happy", "great", "nice", "lol", "haha", "good luck", "wish"])),
];
