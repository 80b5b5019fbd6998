//! What a sentence tells of promises made before it: that something was done, received, put off, or never came.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::phrase::Phrase;

/// Words of somebody who has done what they said.
const DONE: [&str; 90] = [
    "is in",
    "are in",
    "said yes",
    "say yes",
    "says yes",
    "is running",
    "are running",
    "up and running",
    "attached",
    "is attached",
    "please find",
    "enclosed",
    "here is",
    "here are",
    "here's",
    "as promised",
    "as i said",
    "as said",
    "as agreed",
    "as discussed",
    "i promised",
    "i said",
    "i've sent",
    "i sent",
    "we sent",
    "we've sent",
    "sent you",
    "sent over",
    "have sent",
    "i've added",
    "i added",
    "we added",
    "i've put",
    "i've written",
    "is live",
    "are live",
    "now live",
    "is done",
    "are done",
    "it's done",
    "done",
    "is fixed",
    "is out",
    "is in place",
    "has been",
    "have been",
    "now runs",
    "now go",
    "is ready",
    "is now",
    "has approved",
    "link below",
    "here it is",
    "here they are",
    "here you go",
    "here you are",
    "as told",
    "as written",
    "herewith",
    "went out",
    "came off",
    "is up",
    "are up",
    "are out",
    "are out of",
    "are off",
    "is gone",
    "are gone",
    "as of today",
    "as of now",
    "as of this morning",
    "since yesterday",
    "since last night",
    "since this morning",
    "now works",
    "works now",
    "now shows",
    "now has",
    "can now",
    "all set",
    "is set up",
    "are set up",
    "are in now",
    "is sorted",
    "are sorted",
    "rolled out",
    "resolved",
    "solved",
    "took me",
    "worked",
];

/// Of these, the words that hand something over: what it is may stand in the subject or the sentence beside.
const HANDED_OVER: [&str; 24] = [
    "attached",
    "enclosed",
    "please find",
    "here is",
    "here are",
    "here's",
    "as promised",
    "as i said",
    "as said",
    "as agreed",
    "as discussed",
    "i promised",
    "i said",
    "now runs",
    "thanks for",
    "thank you for",
    "received",
    "link below",
    "here it is",
    "here they are",
    "here you go",
    "here you are",
    "as told",
    "herewith",
];

/// Words of somebody who has received it.
const RECEIVED: [&str; 30] = [
    "came through",
    "came in",
    "has come",
    "have come",
    "turned up",
    "landed",
    "has landed",
    "have landed",
    "reached us",
    "reached me",
    "got ya",
    "got it",
    "thanks for",
    "thank you for",
    "received",
    "got your",
    "got the",
    "we got",
    "i got",
    "has arrived",
    "arrived",
    "it came",
    "came on",
    "i read",
    "i've read",
    "have read",
    "sent us",
    "sent me",
    "you sent",
    "thanks again for",
];

/// Words that say it is not done.
const NOT_DONE: [&str; 34] = [
    "haven't",
    "hasn't",
    "have not",
    "has not",
    "not yet",
    "still waiting",
    "still no",
    "still missing",
    "still haven't",
    "still hasn't",
    "never",
    "didn't",
    "did not",
    "nothing",
    "is not ready",
    "isn't ready",
    "not ready",
    "overdue",
    "late",
    "slipped",
    "no sign",
    "where is",
    "there is no",
    "there's no",
    "waiting for",
    "when will",
    "any news",
    "any update",
    "will be",
    "i'll",
    "we'll",
    "not done",
    "no longer",
    "once it",
];

/// Words that settle a matter without handing anything over.
const SETTLED: [&str; 21] = [
    "approved",
    "yes",
    "no,",
    "confirmed",
    "says",
    "say yes",
    "is no",
    "went back",
    "is out",
    "shipped",
    "signed",
    "is raised",
    "on its way",
    "sorted",
    "switched on",
    "switched off",
    "i said",
    "i have dropped",
    "is on",
    "agreed",
    "got it",
];

/// Words that put it off once more.
const PENDING: [&str; 10] = [
    "still working",
    "not ready",
    "need more time",
    "a bit longer",
    "will take longer",
    "is late",
    "running late",
    "i'll wait",
    "reminder",
    "looking forward to",
];

/// Words of somebody who has not received it.
const DENIALS: [&str; 18] = [
    "haven't received",
    "hasn't arrived",
    "have not received",
    "not received",
    "still no",
    "still waiting",
    "still missing",
    "still haven't",
    "still hasn't",
    "never got",
    "never received",
    "never arrived",
    "didn't get",
    "didn't arrive",
    "is not ready",
    "isn't ready",
    "there is no",
    "didn't deliver",
];

/// What a sentence tells, whatever it is about.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Telling {
    /// It ends like a question.
    pub asks: bool,
    /// Its speaker has done something.
    pub done: bool,
    /// Its speaker did, or has done, something it names: "I filed it", "the invoice is corrected".
    pub did: bool,
    /// It is said of what is to come: "I'll", "will".
    pub ahead: bool,
    /// It hands something over.
    pub handed_over: bool,
    /// Its speaker has received something.
    pub received: bool,
    /// Something is not done, or not yet.
    pub not_done: bool,
    /// A matter is settled.
    pub settled: bool,
    /// It is put off once more.
    pub pending: bool,
    /// Something that was due has not come.
    pub denied: bool,
}

/// Notes one of the things a sentence can tell.
type Mark = fn(&mut Telling);

/// The patterns of all tables by their first word: every sentence of an account is asked for all of them.
static PATTERNS: LazyLock<FxHashMap<&str, Vec<(&str, Mark)>>> = LazyLock::new(|| {
    let tables: [(&[&'static str], Mark); 7] = [
        (&DONE, |telling| telling.done = true),
        (&HANDED_OVER, |telling| telling.handed_over = true),
        (&RECEIVED, |telling| telling.received = true),
        (&NOT_DONE, |telling| telling.not_done = true),
        (&SETTLED, |telling| telling.settled = true),
        (&PENDING, |telling| telling.pending = true),
        (&DENIALS, |telling| telling.denied = true),
    ];
    let mut patterns: FxHashMap<&str, Vec<(&str, Mark)>> = FxHashMap::default();
    for (table, mark) in tables {
        for pattern in table {
            let first = pattern.split(' ').next().unwrap_or_default();
            patterns.entry(first).or_default().push((pattern, mark));
        }
    }
    patterns
});

impl Telling {
    /// Of a sentence.
    pub fn of(phrase: &Phrase<'_>) -> Self {
        let mut telling = Self { asks: phrase.is_question(), ..Self::default() };
        for at in 0..phrase.words.len() {
            let patterns = PATTERNS.get(phrase.word(at)).into_iter().flatten();
            patterns.filter(|(pattern, _)| phrase.at(at, pattern).is_some()).for_each(|(_, mark)| mark(&mut telling));
        }
        // "Here it is, three weeks late" came all the same.
        if telling.handed_over && telling.not_done {
            telling.not_done = NOT_DONE.iter().any(|pattern| *pattern != "late" && phrase.has(&[pattern]));
        }
        telling.did = did(phrase);
        telling.ahead = phrase.has(&["i'll", "we'll", "will", "going to", "gonna", "you'll", "shall", "tomorrow"]);
        telling.received = telling.received && is_thanks(phrase);
        telling
    }
}

/// "I have received only the pro forma again" is no thanks.
fn is_thanks(phrase: &Phrase<'_>) -> bool {
    let complains = phrase.has(&["only", "wrong", "still", "but", "instead", "except", "not", "without", "again"]);
    let thanks = phrase.has(&["thanks", "thank you", "many thanks", "cheers", "ta"]);
    !complains || thanks && !phrase.has(&["wrong", "still", "not"])
}

/// Whether something is told as done: "I filed it in October", "we've paid", "the labels are printed".
fn did(phrase: &Phrase<'_>) -> bool {
    const BEFORE: [&str; 14] =
        ["i", "we", "i've", "we've", "has", "have", "was", "were", "is", "are", "been", "just", "already", "now"];
    (1..phrase.words.len()).any(|at| {
        let pushed_it =
            phrase.gap(at).contains([',', ';', '.']) && matches!(phrase.word(at + 1), "it" | "them" | "that");
        is_past_deed(phrase, at) && (BEFORE.contains(&phrase.word(at - 1)) || pushed_it)
    })
}

/// Whether a line of a note tells something as done, whoever did it: "Sent the contract", "Laurie signed the order".
pub(super) fn tells_a_deed(phrase: &Phrase<'_>) -> bool {
    const UNDONE: [&str; 9] = ["to", "be", "being", "get", "getting", "not", "never", "if", "until"];
    (0..phrase.words.len()).any(|at| {
        let undone = at.checked_sub(1).is_some_and(|before| UNDONE.contains(&phrase.word(before)));
        is_past_deed(phrase, at) && !undone
    })
}

/// Whether a word is the past of something that is done once and then is done.
fn is_past_deed(phrase: &Phrase<'_>, at: usize) -> bool {
    const IRREGULAR: [&str; 30] = [
        "sent", "paid", "put", "wrote", "written", "gave", "given", "made", "did", "done", "brought", "built", "took",
        "taken", "went", "gone", "told", "spoke", "spoken", "ran", "found", "got", "set", "had", "held", "let", "came",
        "switched", "rang", "met",
    ];
    const NO_DEEDS: [&str; 36] = [
        "needed",
        "interested",
        "delayed",
        "supposed",
        "planned",
        "scheduled",
        "concerned",
        "worried",
        "expected",
        "promised",
        "asked",
        "wanted",
        "liked",
        "used",
        "tried",
        "started",
        "agreed",
        "hoped",
        "based",
        "stuck",
        "missed",
        "failed",
        "tired",
        "pleased",
        "delighted",
        "annoyed",
        "confused",
        "requested",
        "required",
        "discussed",
        "mentioned",
        "noticed",
        "decided",
        "forced",
        "allowed",
        "called",
    ];
    let word = phrase.word(at);
    let past = word.len() > 4 && word.ends_with("ed") && !NO_DEEDS.contains(&word) || IRREGULAR.contains(&word);
    past && !matches!(phrase.word(at + 1), "to" | "if")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_may_tell_several_things_at_once() {
        let telling = Telling::of(&Phrase::new("Attached is the plan; the report is not ready yet?"));
        assert!(telling.asks && telling.done && telling.handed_over && telling.not_done && telling.pending);
        assert!(telling.denied && !telling.received && !telling.settled);
    }

    #[test]
    fn a_complaint_is_no_thanks() {
        assert!(Telling::of(&Phrase::new("Thanks, we received the certificates.")).received);
        assert!(Telling::of(&Phrase::new("Thanks again for the certificates.")).received);
        assert!(!Telling::of(&Phrase::new("I have received only the old certificates again.")).received);
    }

    #[test]
    fn what_was_done_is_told_from_what_is_to_be_done() {
        for text in ["I filed it in October.", "We've paid the invoice.", "The labels are printed."] {
            assert!(Telling::of(&Phrase::new(text)).did, "{text}");
        }
        for text in ["The labels are needed.", "We are supposed to pay.", "I print the labels."] {
            assert!(!Telling::of(&Phrase::new(text)).did, "{text}");
        }
    }
}
