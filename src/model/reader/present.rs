//! Promises in the present tense, as speakers of many languages put them: "I send you the list tomorrow", "you get it
//! from me until Friday", "I'm bringing the handouts".

use super::deed::deed_points;
use super::deeds::{DEEDS, HANDING_OVER};
use super::due::find_due;
use super::promise::{CERTAIN, Candidate, Context, LIKELY, points};
use crate::language::is_stop_word;

/// Words that name a day, at most, with the one before them.
const LONGEST_DAY: usize = 20;

/// How sure a promise in the present tense must sound when it names no day.
const SURE_WITHOUT_DAY: f64 = 0.7;

impl Context<'_> {
    pub(super) fn in_the_present(&self, at: usize) -> Option<Candidate> {
        const HABITS: [&str; 18] = [
            "every",
            "each",
            "always",
            "usually",
            "normally",
            "often",
            "sometimes",
            "never",
            "mostly",
            "per month",
            "a month",
            "a week",
            "a year",
            "a day",
            "twice",
            "anyway",
            "at the moment",
            "whenever",
        ];
        if !matches!(self.phrase.word(at), "i" | "we" | "you")
            || !self.opens_clause(at)
            || self.phrase.has(&HABITS)
            || self.phrase.has(&["yesterday", "ago", "last"])
        {
            return None;
        }
        self.i_send(at).or_else(|| self.you_get(at))
    }

    /// "I send you the page tomorrow", "In July we give you the beta".
    fn i_send(&self, at: usize) -> Option<Candidate> {
        if !matches!(self.phrase.word(at), "i" | "we") {
            return None;
        }
        let verb = self.past_adverbs(at + 1);
        let makes = matches!(self.phrase.word(verb), "make" | "pick" | "change" | "translate" | "inform" | "choose");
        let known = deed_points(self.phrase, verb).or(makes.then_some(points::VAGUE_DEED))?;
        let sound = self.statement.sound().promise;
        let hands_over = HANDING_OVER.contains(&self.phrase.word(verb))
            || matches!(self.phrase.word(verb), "give" | "bring" | "make" | "call" | "write" | "forward" | "tell");
        let firm = self.names_day() && sound >= 0.3 || hands_over && sound >= SURE_WITHOUT_DAY;
        let points = known - 0.2 + if hands_over { points::HANDS_OVER } else { 0.0 };
        firm.then_some(Candidate { subject: at, verb, who: None, points, to_have: false })
    }

    /// "You get the full report from me until Friday."
    fn you_get(&self, at: usize) -> Option<Candidate> {
        let verb = at + 1;
        let gets = self.phrase.word(at) == "you" && matches!(self.phrase.word(verb), "get" | "have" | "receive");
        if !gets || matches!(self.phrase.word(verb + 1), "to" | "been" | "used") {
            return None;
        }
        let due = self.script.due_in(self.statement).filter(|due| due.day.is_some())?;
        let by = ["by ", "until ", "till ", "latest"].iter().any(|word| due.text.contains(word));
        let ours = self.phrase.has(&["from me", "from us", "from our", "from my"]);
        (by || ours && self.phrase.word(verb) != "have").then_some(Candidate {
            subject: at,
            verb,
            who: None,
            points: points::YOU_WILL_HAVE,
            to_have: true,
        })
    }

    /// "I'm sending it tomorrow", "We're bringing the samples".
    pub(super) fn under_way(&self, at: usize) -> Option<Candidate> {
        let length = self.phrase.any_at(at, &["i'm", "we're", "i am", "we are", "i'll be", "we'll be"])?;
        let verb = self.past_adverbs(at + length);
        let base = self.phrase.word(verb).strip_suffix("ing")?;
        let is = |deeds: &[&str]| deeds.iter().any(|deed| *deed == base || deed.strip_suffix('e') == Some(base));
        let sound = self.statement.sound().promise;
        let hands = matches!(base, "bring" | "giv" | "hand" | "show");
        let likely = sound >= CERTAIN && !is_stop_word(base) || sound >= LIKELY && hands;
        let points = if sound >= CERTAIN { points::NAMED_DEED - 0.2 } else { points::VAGUE_DEED };
        (is(&DEEDS) || likely).then_some(Candidate { subject: at, verb, who: None, points, to_have: false })
    }

    /// Whether a main clause begins at `at`: the sentence, a part after a comma, or words after a day or a "then".
    fn opens_clause(&self, at: usize) -> bool {
        const BEFORE: [&str; 14] = [
            "then", "so", "and", "okay", "ok", "yes", "well", "good", "now", "perfect", "super", "but", "sure", "later",
        ];
        let Some(before) = at.checked_sub(1) else { return true };
        let asks_back = matches!(self.phrase.word(0), "when" | "if" | "because" | "what" | "how" | "which" | "where");
        if asks_back {
            return false;
        }
        let word = &self.phrase.words[before];
        let after_day = || {
            // A day of so many words is none.
            before < LONGEST_DAY
                && find_due(&self.statement.text[..word.end], self.script.said_on())
                    .is_some_and(|due| due.end == word.end && due.start <= self.phrase.words[before.min(1)].start)
        };
        self.phrase.gap(at).contains([',', ';', ':', '—', '–'])
            || BEFORE.contains(&self.phrase.word(before))
            || after_day()
    }

    fn names_day(&self) -> bool {
        self.script.due_in(self.statement).is_some()
    }
}
