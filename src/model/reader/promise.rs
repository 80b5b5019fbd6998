//! Promises: who says that they will do what. Each way to promise yields a candidate with a score; cues add and take.

use chrono::{DateTime, Utc};

use super::cue::{is_hedged, is_not_meant, opens_recap};
use super::deed::{NAMED_DEED, VAGUE_DEED, asked_deed, deed_points};
use super::due::{Due, find_due};
use super::lexicon::{
    ACCEPTANCES, ADVERBS, DEEDS, FIRST_PERSON, HANDING_OVER, NOT_ACCEPTING, NOT_MEANT, OFFER, TAKEN_UP, YOU_WILL_HAVE,
};
use super::phrase::Phrase;
use super::statement::{People, Script, Statement};
use super::wording::{self, What};
use crate::domain::activity::Side;
use crate::domain::record::RecordRef;

/// A promise as it was read, before repetitions are joined.
#[derive(Clone, Debug)]
pub(super) struct Promise {
    pub who: String,
    pub side: Side,
    pub what: String,
    /// Whether `what` still leans on a pronoun nothing was found for.
    pub vague: bool,
    /// Whether it was said in a summing-up.
    pub recap: bool,
    pub due: Option<Due>,
    pub quote: String,
    pub occurred_at: DateTime<Utc>,
    pub source: RecordRef,
    pub turn: usize,
    pub at_seconds: Option<f64>,
}

/// Points a candidate needs. A named deed in the first person has them by itself; everything else needs a day, a
/// summing-up or somebody it is done for.
const THRESHOLD: f64 = 0.85;

/// The points of the ways to promise.
mod points {
    pub const YOU_WILL_HAVE: f64 = 0.5;
    pub const LET_ME: f64 = 0.75;
    pub const OFFER: f64 = 0.45;
    pub const IN_RECAP: f64 = 0.6;
    pub const ON_BEHALF: f64 = 0.6;
    pub const ACCEPTED: f64 = 0.9;
    /// A day is named.
    pub const DUE: f64 = 0.4;
    /// It is part of a summing-up, or of the last minutes.
    pub const CLOSING: f64 = 0.25;
    /// It is done for the listener.
    pub const FOR_YOU: f64 = 0.1;
    /// The deed hands something over.
    pub const HANDS_OVER: f64 = 0.1;
    /// "maybe", "try to".
    pub const HEDGED: f64 = -0.6;
    /// Nothing says what "it" is.
    pub const NOTHING_NAMED: f64 = -0.4;
}

/// The part of a call that counts as its last minutes.
const LAST_MINUTES: f64 = 0.85;

/// All promises of one call or e-mail, in order; the same promise may come several times.
pub(super) fn promises(script: &Script<'_>, people: &People) -> Vec<Promise> {
    let mut found = Vec::new();
    let mut recap_turn = None;
    for index in 0..script.statements.len() {
        let phrase = Phrase::new(script.statements[index].text);
        let statement = &script.statements[index];
        if opens_recap(&phrase) && (statement.position > 0.5 || script.is_email()) {
            recap_turn = Some(statement.turn);
        }
        let recap = recap_turn == Some(statement.turn);
        let context = Context { script, people, index, statement, phrase: &phrase, recap };
        found.extend(context.promises());
        found.extend(context.accepted());
    }
    found.sort_by_key(|promise: &Promise| promise.turn);
    found
}

/// How firmly a candidate is put, and what it promises.
struct Candidate {
    /// Index of the subject's first word.
    subject: usize,
    /// Index of the verb.
    verb: usize,
    /// Who promises; the speaker when absent.
    who: Option<(String, Side)>,
    /// Points before cues.
    points: f64,
    /// Whether the sentence names what the listener will have instead of a deed.
    to_have: bool,
}

struct Context<'s> {
    script: &'s Script<'s>,
    people: &'s People,
    index: usize,
    statement: &'s Statement<'s>,
    phrase: &'s Phrase<'s>,
    recap: bool,
}

impl Context<'_> {
    /// What this statement promises.
    fn promises(&self) -> Vec<Promise> {
        if asks(self.phrase) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut taken_to = 0;
        for at in 0..self.phrase.words.len() {
            if at < taken_to {
                continue;
            }
            let Some(candidate) = self.candidate(at) else { continue };
            let is_name = |word: &str| self.people.named(word).is_some();
            let end = match candidate.verb {
                0 if candidate.to_have => self.phrase.words.len(),
                verb => self.phrase.verb_phrase_end(verb, &is_name),
            };
            if let Some(promise) = self.weigh(&candidate, end) {
                taken_to = end;
                found.push(promise);
            }
        }
        found
    }

    fn candidate(&self, at: usize) -> Option<Candidate> {
        self.in_first_person(at)
            .or_else(|| self.you_will_have(at))
            .or_else(|| self.on_behalf(at))
            .or_else(|| self.let_me(at))
            .or_else(|| self.short_form(at))
            .or_else(|| self.offer(at))
            .or_else(|| self.without_verb(at))
    }

    /// The first word past adverbs.
    fn past_adverbs(&self, mut at: usize) -> usize {
        while let Some(length) = self.phrase.any_at(at, &ADVERBS) {
            at += length;
        }
        at
    }

    fn in_first_person(&self, at: usize) -> Option<Candidate> {
        let length = self.phrase.any_at(at, &FIRST_PERSON)?;
        let verb = self.past_adverbs(at + length);
        let to_have = self.phrase.word(verb) == "have" && self.handed_over(verb);
        let points = if to_have { NAMED_DEED } else { deed_points(self.phrase, verb)? };
        Some(Candidate { subject: at, verb, who: None, points, to_have })
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
        let due = find_due(self.statement.text, self.script.day()).is_some();
        let colleague = self.people.named(self.phrase.words.get(verb + 1).map_or("", |word| word.text)).is_some();
        due || colleague || (verb + 1..self.phrase.words.len()).any(|at| self.phrase.any_at(at, &ENDS).is_some())
    }

    fn you_will_have(&self, at: usize) -> Option<Candidate> {
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
    fn on_behalf(&self, at: usize) -> Option<Candidate> {
        let word = self.phrase.words.get(at)?;
        if matches!(word.lower.as_str(), "my" | "our") {
            let will = (at + 2..at + 4).find(|at| self.phrase.word(*at) == "will")?;
            let verb = self.past_adverbs(will + 1);
            deed_points(self.phrase, verb)?;
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
            deed_points(self.phrase, verb)?;
            return Some(Candidate { subject: at, verb, who, points: points::ON_BEHALF, to_have: false });
        }
        let present = self.phrase.word(verb).strip_suffix('s')?;
        let deed = DEEDS.contains(&present) || DEEDS.contains(&present.strip_suffix('e').unwrap_or(present));
        (deed && (self.recap || self.script.is_email())).then_some(Candidate {
            subject: at,
            verb,
            who,
            points: points::IN_RECAP,
            to_have: false,
        })
    }

    fn let_me(&self, at: usize) -> Option<Candidate> {
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
        self.phrase.any_at(verb, &FOR_LATER)?;
        let immediate = self.phrase.any_at(verb, &["share my", "get this", "get it straight", "get a pen"]).is_some();
        (!immediate).then_some(Candidate { subject: at, verb, who: None, points: points::LET_ME, to_have: false })
    }

    /// "Will send it Friday", "I send the invoice" in a summing-up, "I'm sending it tomorrow".
    fn short_form(&self, at: usize) -> Option<Candidate> {
        let recap_subject = self.recap && matches!(self.phrase.word(at), "i" | "we");
        let elliptic = at == 0 && self.phrase.word(0) == "will";
        if recap_subject || elliptic {
            let verb = self.past_adverbs(at + 1);
            deed_points(self.phrase, verb)?;
            let points = if elliptic { NAMED_DEED } else { points::IN_RECAP };
            return Some(Candidate { subject: at, verb, who: None, points, to_have: false });
        }
        let length = self.phrase.any_at(at, &["i'm", "we're", "i am", "we are", "i'll be", "we'll be"])?;
        let verb = self.past_adverbs(at + length);
        let base = self.phrase.word(verb).strip_suffix("ing")?;
        let deed = DEEDS.iter().any(|deed| *deed == base || deed.strip_suffix('e') == Some(base));
        deed.then_some(Candidate { subject: at, verb, who: None, points: VAGUE_DEED, to_have: false })
    }

    /// "I can send it": a promise once a day is named or the other side takes it up.
    fn offer(&self, at: usize) -> Option<Candidate> {
        let length = self.phrase.any_at(at, &OFFER)?;
        let verb = self.past_adverbs(at + length);
        deed_points(self.phrase, verb)
            .filter(|points| *points >= NAMED_DEED)
            .or_else(|| (self.phrase.word(verb) == "have" && self.handed_over(verb)).then_some(NAMED_DEED))?;
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
    fn without_verb(&self, at: usize) -> Option<Candidate> {
        const VERBS: [&str; 24] = [
            "i", "you", "we", "it", "he", "she", "they", "is", "are", "was", "were", "be", "has", "have", "had",
            "will", "would", "can", "could", "do", "did", "not", "no", "that's",
        ];
        let ours = self.statement.side == Some(Side::Team) && !self.script.is_email();
        let determined = matches!(self.phrase.word(0), "the" | "all" | "a" | "an" | "your" | "two" | "both");
        if at != 0 || !ours || !determined || self.phrase.words.len() < 5 {
            return None;
        }
        let due = find_due(self.statement.text, self.script.day())?;
        let sentence_has_verb = self.phrase.words.iter().any(|word| VERBS.contains(&word.lower.as_str()));
        let promised = due.text.starts_with("by ") && due.day.is_some() && !sentence_has_verb;
        promised.then_some(Candidate { subject: 0, verb: 0, who: None, points: points::YOU_WILL_HAVE, to_have: true })
    }

    /// Whether the next turn, of the other side, takes up what this one offers.
    fn taken_up(&self) -> bool {
        let turn = self.statement.turn;
        let last_of_turn =
            self.script.statements[self.index + 1..].iter().take_while(|next| next.turn == turn).count() < 2;
        let answer = self.script.statements[self.index + 1..].iter().find(|next| next.turn != turn);
        last_of_turn
            && answer.is_some_and(|answer| {
                let phrase = Phrase::new(answer.text);
                answer.turn == turn + 1
                    && answer.side != self.statement.side
                    && phrase.any_at(0, &TAKEN_UP).is_some()
                    && !asks(&phrase)
            })
    }

    fn weigh(&self, candidate: &Candidate, end: usize) -> Option<Promise> {
        if is_not_meant(self.phrase, candidate.subject) || self.laughed_off() {
            return None;
        }
        let due = self.due(candidate.verb, end);
        let What { text, vague, for_you } = wording::what(
            self.script,
            self.index,
            self.phrase,
            candidate.verb..end,
            due.as_ref().map(|due| (due.start, due.end)),
            candidate.to_have,
        )?;
        let mut score = candidate.points;
        let mut add = |holds: bool, points: f64| score += if holds { points } else { 0.0 };
        add(due.is_some(), points::DUE);
        add(self.recap || (self.statement.position > LAST_MINUTES && !self.script.is_email()), points::CLOSING);
        add(for_you, points::FOR_YOU);
        add(HANDING_OVER.contains(&self.phrase.word(candidate.verb)), points::HANDS_OVER);
        add(is_hedged(self.phrase, candidate.subject), points::HEDGED);
        add(vague || !text.contains(' '), points::NOTHING_NAMED);
        if score + 1e-9 < THRESHOLD || text.contains(" nothing") {
            return None;
        }
        let due = due.or_else(|| self.due_said_next());
        let (who, side) = match &candidate.who {
            Some((name, side)) => (name.clone(), *side),
            None => (self.statement.speaker.clone(), self.statement.side?),
        };
        Some(self.promise(who, side, text, vague, due))
    }

    /// The day named in the verb phrase, else at the beginning of the sentence ("By Friday I'll send it").
    fn due(&self, verb: usize, end: usize) -> Option<Due> {
        let from = self.phrase.words.get(verb)?.start;
        let to = self.phrase.words.get(end.checked_sub(1)?)?.end;
        let text = self.statement.text;
        let shifted = |part: &str, by: usize| {
            find_due(part, self.script.day()).map(|due| Due { start: due.start + by, end: due.end + by, ..due })
        };
        let inside = shifted(&text[from..to], from);
        // What follows a comma still belongs to it when nothing else is promised there: "send it, by Friday".
        let rest = &text[to..];
        let tail = rest.split([';', '.', '—']).next().unwrap_or_default();
        let alone =
            !Phrase::new(tail).words.iter().any(|word| matches!(word.lower.as_str(), "i" | "you" | "we" | "and"));
        inside
            .or_else(|| if alone { shifted(tail, to) } else { None })
            .or_else(|| shifted(&text[..from], 0).filter(|due| due.start < 12))
    }

    /// A day said by itself right after: "Within a week.", "Friday."
    fn due_said_next(&self) -> Option<Due> {
        let near = self.script.statements[self.index + 1..]
            .iter()
            .take_while(|next| next.turn <= self.statement.turn + 3 && !self.script.is_email())
            .take(5);
        near.filter(|next| next.text.len() < 40 && !next.text.ends_with('?')).find_map(|next| {
            let due = find_due(next.text, self.script.day())?;
            let others = Phrase::new(next.text).words.len() - Phrase::new(&due.text).words.len();
            (others <= 2).then_some(due)
        })
    }

    /// The next turn shows that it was a joke.
    fn laughed_off(&self) -> bool {
        let turn = self.statement.turn;
        self.script.statements[self.index + 1..].iter().find(|next| next.turn == turn + 1).is_some_and(|next| {
            let phrase = Phrase::new(next.text);
            phrase.has(&["that's a no", "very funny", "i take it that's"])
                || phrase.any_at(0, &["ha", "haha"]).is_some()
        })
    }

    /// A yes to what the turn before asked for.
    fn accepted(&self) -> Option<Promise> {
        let statements = &self.script.statements;
        let turn = self.statement.turn;
        let first_of_turn = self.index.checked_sub(1).is_some_and(|before| statements[before].turn + 1 == turn);
        if !first_of_turn || self.phrase.is_question() {
            return None;
        }
        let length = self.phrase.any_at(0, &ACCEPTANCES)?;
        let turned_down = (length..length + 3).any(|at| NOT_ACCEPTING.contains(&self.phrase.word(at)))
            || statements[self.index..].iter().take_while(|next| next.turn == turn).any(|next| {
                let phrase = Phrase::new(next.text);
                phrase.has(&NOT_MEANT) || phrase.has(&["i'm afraid", "not yet", "can't", "won't", "not today"])
            });
        // A promise in the same turn says it better.
        let own = statements[self.index..]
            .iter()
            .take_while(|next| next.turn == turn)
            .any(|next| Phrase::new(next.text).has(&FIRST_PERSON) || Phrase::new(next.text).has(&YOU_WILL_HAVE));
        if turned_down || own {
            return None;
        }
        let asked = statements[..self.index].iter().rev().take_while(|before| before.turn + 1 == turn).take(2);
        for ask in asked {
            if ask.side == self.statement.side || ask.side.is_none() {
                continue;
            }
            let phrase = Phrase::new(ask.text);
            let Some(verb) = asked_deed(&phrase) else { continue };
            let ask_index = statements.iter().position(|other| std::ptr::eq(other, ask))?;
            let end = phrase.verb_phrase_end(verb, &|word| self.people.named(word).is_some());
            let due = find_due(ask.text, self.script.day());
            let span = due.as_ref().map(|due| (due.start, due.end));
            let What { text, vague, .. } = wording::what(self.script, ask_index, &phrase, verb..end, span, false)?;
            if vague || !text.contains(' ') {
                return None;
            }
            let due = due.or_else(|| find_due(self.statement.text, self.script.day())).or_else(|| self.due_said_next());
            return Some(self.promise(self.statement.speaker.clone(), self.statement.side?, text, false, due));
        }
        None
    }

    fn promise(&self, who: String, side: Side, what: String, vague: bool, due: Option<Due>) -> Promise {
        Promise {
            who,
            side,
            what,
            vague,
            recap: self.recap,
            due,
            quote: self.statement.text.to_owned(),
            occurred_at: self.script.at,
            source: self.script.source.clone(),
            turn: self.index,
            at_seconds: self.statement.at_seconds,
        }
    }
}

/// Whether the sentence asks instead of telling; "…, okay?" still tells.
fn asks(phrase: &Phrase<'_>) -> bool {
    const TAGS: [&str; 6] = ["okay?", "ok?", "right?", "yes?", "all right?", "alright?"];
    phrase.is_question() && !TAGS.iter().any(|tag| phrase.text.to_lowercase().ends_with(tag))
}
