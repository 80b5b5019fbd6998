//! The ways to promise: each looks for its own form at a word and gives a candidate.

use super::deed::{deed_points, third_person_deed};
use super::goods::SMALL_TALK;
use super::lexicon::{ADVERBS, FIRST_PERSON, OFFER, YOU_WILL_HAVE};
use super::promise::{CERTAIN, Candidate, Context, points};
use crate::domain::activity::Side;

impl Context<'_> {
    /// The first word past adverbs.
    pub(super) fn past_adverbs(&self, mut at: usize) -> usize {
        while let Some(length) = self.phrase.any_at(at, &ADVERBS) {
            at += length;
        }
        at
    }

    pub(super) fn in_first_person(&self, at: usize) -> Option<Candidate> {
        let length = self.phrase.any_at(at, &FIRST_PERSON)?;
        let verb = self.past_adverbs(at + length);
        let to_have = self.phrase.word(verb) == "have" && self.handed_over(verb);
        let points = if to_have { points::NAMED_DEED } else { self.deed(verb)? };
        // "We're going to test it" tells a plan; a day or a listener makes it a promise.
        let plan = (at..at + length).any(|at| matches!(self.phrase.word(at), "going" | "gonna"));
        let points = if plan { points - 0.2 } else { points };
        Some(Candidate { subject: at, verb, who: None, points, to_have })
    }

    /// "Priya approves the ticket and introduces us": the second deed is hers too.
    pub(super) fn shared_subject(&self, at: usize) -> Option<Candidate> {
        if self.phrase.word(at) != "and" || !third_person_deed(self.phrase.word(at + 1)) || !self.recap {
            return None;
        }
        let subject = (self.phrase.clause_start(at)..at).find(|at| {
            self.people.named(self.phrase.words[*at].text).is_some() && third_person_deed(self.phrase.word(at + 1))
        })?;
        let (name, side) = self.people.named(self.phrase.words[subject].text)?;
        let who = Some((name.to_owned(), side));
        Some(Candidate { subject: at, verb: at + 1, who, points: points::IN_RECAP, to_have: false })
    }

    /// "have the plan in your inbox", "have it ready".
    fn handed_over(&self, verb: usize) -> bool {
        const ENDS: [&str; 10] = [
            "in your inbox",
            "in your",
            "ready",
            "for you",
            "to you",
            "over to",
            "with you",
            "done",
            "fixed",
            "on your desk",
        ];
        let due = self.script.due_in(self.statement).is_some();
        let colleague = self.people.named(self.phrase.words.get(verb + 1).map_or("", |word| word.text)).is_some();
        due || colleague || (verb + 1..self.phrase.words.len()).any(|at| self.phrase.any_at(at, &ENDS).is_some())
    }

    pub(super) fn you_will_have(&self, at: usize) -> Option<Candidate> {
        let length = self.phrase.any_at(at, &YOU_WILL_HAVE)?;
        let verb = at + length - 1;
        let next = self.phrase.word(verb + 1);
        let obliged = matches!(next, "to" | "been" | "seen" | "noticed" | "heard");
        let product = self.phrase.has(&["when", "whenever", "every time", "each", "automatically"]);
        (!obliged && !product).then_some(Candidate {
            subject: at,
            verb,
            who: None,
            points: points::YOU_WILL_HAVE,
            to_have: true,
        })
    }

    /// "Gilfoyle will send it", and in a summing-up "Gilfoyle sends it"; "our finance team will send it".
    pub(super) fn on_behalf(&self, at: usize) -> Option<Candidate> {
        const DEPARTMENTS: [&str; 26] = [
            "accounts",
            "billing",
            "compliance",
            "delivery",
            "design",
            "dispatch",
            "engineering",
            "facilities",
            "finance",
            "hr",
            "it",
            "legal",
            "logistics",
            "maintenance",
            "marketing",
            "operations",
            "ops",
            "payroll",
            "procurement",
            "product",
            "purchasing",
            "sales",
            "security",
            "support",
            "treasury",
            "warehouse",
        ];
        let word = self.phrase.words.get(at)?;
        let names_department = word.lower != "it" || word.text == "IT";
        if names_department && DEPARTMENTS.contains(&word.lower.as_ref()) && self.phrase.word(at + 1) == "will" {
            let verb = self.past_adverbs(at + 2);
            self.deed(verb)?;
            return Some(Candidate { subject: at, verb, who: None, points: points::ON_BEHALF, to_have: false });
        }
        if matches!(word.lower.as_ref(), "my" | "our") {
            let will = (at + 2..at + 4).find(|at| self.phrase.word(*at) == "will")?;
            let verb = self.past_adverbs(will + 1);
            self.deed(verb)?;
            return Some(Candidate { subject: at, verb, who: None, points: points::ON_BEHALF, to_have: false });
        }
        let (name, side) = self.people.named(word.text)?;
        let who = Some((name.to_owned(), side));
        let adjacent = |at: usize| self.phrase.gap(at).trim().is_empty();
        let (verb, will) = if word.lower.ends_with("'ll") {
            (self.past_adverbs(at + 1), true)
        } else if self.phrase.word(at + 1) == "will" && adjacent(at + 1) {
            (self.past_adverbs(at + 2), true)
        } else {
            (at + 1, false)
        };
        if !adjacent(at + 1) || (at > 0 && self.phrase.word(at - 1) == "if") {
            return None;
        }
        if will {
            self.deed(verb)?;
            return Some(Candidate { subject: at, verb, who, points: points::ON_BEHALF, to_have: false });
        }
        let deed = third_person_deed(self.phrase.word(verb));
        (deed && (self.recap || self.script.is_email())).then_some(Candidate {
            subject: at,
            verb,
            who,
            points: points::IN_RECAP,
            to_have: false,
        })
    }

    pub(super) fn let_me(&self, at: usize) -> Option<Candidate> {
        const FOR_LATER: [&str; 16] = [
            "get that over",
            "get it over",
            "get you",
            "get back",
            "find out",
            "dig",
            "come back",
            "follow up",
            "share",
            "put together",
            "look into",
            "check with",
            "check and",
            "send",
            "talk to",
            "get",
        ];
        let length = self.phrase.at(at, "let me")?;
        let verb = self.past_adverbs(at + length);
        let likely = self.statement.sound().promise >= CERTAIN && self.deed(verb).is_some();
        // "Let me have our team make a template": somebody of ours does it.
        let delegates = matches!(self.phrase.word(verb), "have" | "get")
            && (matches!(self.phrase.word(verb + 1), "our" | "my" | "someone" | "somebody")
                || self.people.named(self.phrase.words.get(verb + 1).map_or("", |word| word.text)).is_some())
            && (verb + 2..verb + 5)
                .any(|at| matches!(self.phrase.word(at), "make" | "to") || deed_points(self.phrase, at).is_some());
        if self.phrase.any_at(verb, &FOR_LATER).is_none() && !likely && !delegates {
            return None;
        }
        let immediate = self.phrase.any_at(verb, &["share my", "get this", "get it straight", "get a pen"]).is_some();
        (!immediate).then_some(Candidate { subject: at, verb, who: None, points: points::LET_ME, to_have: false })
    }

    /// "Will send it Friday", "I send the invoice" in a summing-up, "I'm sending it tomorrow".
    pub(super) fn short_form(&self, at: usize) -> Option<Candidate> {
        let recap_subject = self.recap && matches!(self.phrase.word(at), "i" | "we");
        // "Will do." says yes, or goodbye.
        let elliptic = at == 0 && self.phrase.word(0) == "will" && self.phrase.word(1) != "do";
        if recap_subject || elliptic {
            let verb = self.past_adverbs(at + 1);
            self.deed(verb)?;
            let points = if elliptic { points::NAMED_DEED } else { points::IN_RECAP };
            return Some(Candidate { subject: at, verb, who: None, points, to_have: false });
        }
        self.under_way(at)
    }

    /// "Leave it with me", "Expect the draft by Thursday": the sentence as a whole, when it sounds like nothing else.
    pub(super) fn as_a_whole(&self) -> Option<Candidate> {
        const AHEAD: [&str; 15] = [
            "will",
            "leave",
            "expect",
            "consider",
            "coming",
            "goes",
            "going",
            "follows",
            "owe",
            "action",
            "note to",
            "i can",
            "we can",
            "on me",
            "on my list",
        ];
        let certain = self.phrase.words.len() >= 4
            && self.statement.sound().promise >= CERTAIN.max(self.statement.sound().request);
        // "I owe you the names" owns up to a promise; a day makes it one.
        let owes = self.phrase.has(&["owe"]) && self.script.due_in(self.statement).is_none();
        let ahead = self.phrase.has(&AHEAD) && !owes
            || self.phrase.words.iter().any(|word| word.lower.ends_with("'ll"))
            || self.phrase.word(0).ends_with("ing");
        let trifle = SMALL_TALK.contains(&self.phrase.word(self.phrase.words.len().saturating_sub(1)));
        let verb = self.phrase.find(&FIRST_PERSON).map_or(0, |(at, length)| self.past_adverbs(at + length));
        (certain && ahead && !trifle).then_some(Candidate {
            subject: 0,
            verb,
            who: None,
            points: points::SOUNDS,
            to_have: false,
        })
    }

    /// "I can send it": a promise once a day is named or the other side takes it up.
    pub(super) fn offer(&self, at: usize) -> Option<Candidate> {
        let length = self.phrase.any_at(at, &OFFER)?;
        let verb = self.past_adverbs(at + length);
        let firm = self.phrase.word(at) == "what";
        self.deed(verb)
            .filter(|points| *points >= points::NAMED_DEED || firm || self.statement.sound().promise >= CERTAIN)
            .or_else(|| (self.phrase.word(verb) == "have" && self.handed_over(verb)).then_some(points::NAMED_DEED))?;
        if self.taken_up() {
            return Some(Candidate { subject: at, verb, who: None, points: points::ACCEPTED, to_have: false });
        }
        let to_have = self.phrase.word(verb) == "have";
        (self.phrase.word(at) != "i'd").then_some(Candidate {
            subject: at,
            verb,
            who: None,
            points: points::OFFER,
            to_have,
        })
    }

    /// "The full report, all fourteen funds, by October 12.": our side names a thing and a day, and no verb.
    pub(super) fn without_verb(&self, at: usize) -> Option<Candidate> {
        const VERBS: [&str; 24] = [
            "i", "you", "we", "it", "he", "she", "they", "is", "are", "was", "were", "be", "has", "have", "had",
            "will", "would", "can", "could", "do", "did", "not", "no", "that's",
        ];
        let ours = self.statement.side == Some(Side::Team) && !self.script.is_email();
        let determined = matches!(self.phrase.word(0), "the" | "all" | "a" | "an" | "your" | "two" | "both");
        if at != 0 || !ours || !determined || self.phrase.words.len() < 5 {
            return None;
        }
        let due = self.script.due_in(self.statement)?;
        let sentence_has_verb = self.phrase.words.iter().any(|word| VERBS.contains(&word.lower.as_ref()));
        let promised = due.text.starts_with("by ") && due.day.is_some() && !sentence_has_verb;
        promised.then_some(Candidate { subject: 0, verb: 0, who: None, points: points::YOU_WILL_HAVE, to_have: true })
    }
}
