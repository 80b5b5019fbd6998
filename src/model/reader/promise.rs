//! Promises: who says that they will do what. Each way to promise yields a candidate with a score; cues add and take.

use serde::{Deserialize, Serialize};

use super::clean::{clause, deed_stands_alone};
use super::cue::{is_hedged, is_not_meant, opens_recap};
use super::deed::{asked_deed, asks, third_person_deed};
use super::deeds::{ARRANGING, HANDING_OVER};
use super::due::{Due, find_due};
use super::lexicon::{ACCEPTANCES, FIRST_PERSON, NOT_ACCEPTING, NOT_MEANT, TAKEN_UP, YOU_WILL_HAVE};
use super::people::People;
use super::phrase::Phrase;
use super::statement::{Script, Statement};
use super::wording::{self, What};
use crate::domain::activity::Side;
use crate::domain::record::RecordRef;
use crate::domain::time::Moment;

/// A promise as it was read, before repetitions are joined.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Promise {
    pub who: String,
    pub side: Side,
    /// What was promised, with what its pronouns most likely stand for: two promises are told apart by it.
    pub what: String,
    /// The same as it is shown, without guesses.
    pub shown: String,
    /// Whether `what` still leans on a pronoun nothing was found for.
    pub vague: bool,
    /// Whether `what` names something a pronoun stood for.
    pub leaned: bool,
    /// Whether it was said in a summing-up.
    pub recap: bool,
    pub due: Option<Due>,
    pub quote: String,
    pub occurred_at: Moment,
    pub source: RecordRef,
    pub turn: usize,
    pub at_seconds: Option<f64>,
    /// Whether it stands in a mail that another one quotes or passes on.
    #[serde(default)]
    pub quoted: bool,
    /// Whether only a language model noted it.
    #[serde(default)]
    pub noted: bool,
    /// Whether nobody can tell who made it; the side means nothing then.
    #[serde(default)]
    pub nameless: bool,
}

/// Points a candidate needs. A named deed in the first person has them by itself; everything else needs a day, a
/// summing-up or somebody it is done for.
const THRESHOLD: f64 = 0.85;

/// The points of the ways to promise.
pub(super) mod points {
    pub const NAMED_DEED: f64 = 0.75;
    pub const VAGUE_DEED: f64 = 0.45;
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
    /// A deed no table has, in a sentence that sounds like a promise.
    pub const UNKNOWN_DEED: f64 = 0.35;
    /// The whole sentence sounds like a promise and has none of the forms.
    pub const SOUNDS: f64 = 0.4;
    /// How much the sound of the sentence adds at most, and takes at most.
    pub const SOUND: f64 = 0.6;
    /// "maybe", "try to".
    pub const HEDGED: f64 = -0.6;
    /// Nothing says what "it" is.
    pub const NOTHING_NAMED: f64 = -0.4;
}

/// Below this no form makes a promise of a sentence.
const UNTHINKABLE: f64 = 0.02;

/// From here on a sentence is taken to sound like a promise.
pub(super) const LIKELY: f64 = 0.6;

/// From here on it is one without any of the known forms.
pub(super) const CERTAIN: f64 = 0.85;

/// Words of a promise that is told by its whole sentence.
const LONGEST_WHOLE: usize = 16;

/// The part of a call that counts as its last minutes.
const LAST_MINUTES: f64 = 0.85;

/// Promises of one record, at most: nobody makes more in a call, and all of an account's are compared with each other.
const MOST: usize = 200;

/// The promises of one call or e-mail, in order, the first [`MOST`] of them; the same promise may come several times.
pub(super) fn promises(script: &Script<'_>, people: &People) -> Vec<Promise> {
    let mut found = Vec::new();
    let mut recap_turn = None;
    for index in 0..script.statements.len() {
        if found.len() >= MOST {
            break;
        }
        if script.is_foreign(index) {
            continue;
        }
        let phrase = Phrase::new(script.statements[index].text);
        let statement = &script.statements[index];
        if opens_recap(&phrase) && (statement.position > 0.5 || script.is_email()) {
            recap_turn = Some(statement.turn);
        }
        let recap = recap_turn == Some(statement.turn);
        let context = Context { script, people, index, statement, phrase: &phrase, recap };
        if statement.sound().promise >= UNTHINKABLE {
            found.extend(context.promises());
        }
        found.extend(context.accepted());
    }
    found.sort_by_key(|promise: &Promise| promise.turn);
    found
}

/// How firmly a candidate is put, and what it promises.
pub(super) struct Candidate {
    /// Index of the subject's first word.
    pub(super) subject: usize,
    /// Index of the verb.
    pub(super) verb: usize,
    /// Who promises; the speaker when absent.
    pub(super) who: Option<(String, Side)>,
    /// Points before cues.
    pub(super) points: f64,
    /// Whether the sentence names what the listener will have instead of a deed.
    pub(super) to_have: bool,
}

pub(super) struct Context<'s> {
    pub(super) script: &'s Script<'s>,
    pub(super) people: &'s People,
    pub(super) index: usize,
    pub(super) statement: &'s Statement<'s>,
    pub(super) phrase: &'s Phrase<'s>,
    pub(super) recap: bool,
}

/// Deeds that close another: what was asked or looked up is told.
const RETURNING: [&str; 7] = [
    "and come back",
    "and get back",
    "and tell you",
    "and let you know",
    "and write to you",
    "and report back",
    "and confirm",
];

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
                verb => {
                    let end = self.phrase.verb_phrase_end(verb, &is_name);
                    let next = (verb + 1..end).find(|at| {
                        self.phrase.word(*at) == "and" && third_person_deed(self.phrase.word(at + 1)) && self.recap
                    });
                    next.unwrap_or(end)
                }
            };
            if let Some(promise) = self.weigh(&candidate, end) {
                taken_to = end;
                found.push(promise);
            }
        }
        if found.is_empty() {
            found.extend(self.whole());
        }
        found
    }

    /// A promise of none of the known forms.
    fn whole(&self) -> Option<Promise> {
        let candidate = self.as_a_whole()?;
        let end = self.phrase.words.len().min(candidate.verb + LONGEST_WHOLE);
        let promise = if candidate.verb < end { self.weigh(&candidate, end) } else { None }?;
        Some(Promise { shown: clause(self.phrase, candidate.verb, self.phrase.words.len()), ..promise })
    }

    fn candidate(&self, at: usize) -> Option<Candidate> {
        self.in_first_person(at)
            .or_else(|| self.shared_subject(at))
            .or_else(|| self.you_will_have(at))
            .or_else(|| self.on_behalf(at))
            .or_else(|| self.let_me(at))
            .or_else(|| self.short_form(at))
            .or_else(|| self.offer(at))
            .or_else(|| self.in_the_present(at))
            .or_else(|| self.without_verb(at))
    }

    /// Whether the next turn, of the other side, takes up what this one offers.
    pub(super) fn taken_up(&self) -> bool {
        let turn = self.statement.turn;
        let this_turn = self.script.turn(turn);
        let last_of_turn = this_turn.end - self.index <= 2;
        let answer = self.script.statements.get(this_turn.end);
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
        let small = |at: usize| super::goods::SMALL_TALK.contains(&self.phrase.word(at));
        let trifle =
            end == candidate.verb + 3 && small(end - 1) && matches!(self.phrase.word(end - 2), "the" | "a" | "my");
        if trifle || is_not_meant(self.phrase, candidate.subject) || self.laughed_off() {
            return None;
        }
        let due = self.due(candidate.verb, end);
        let firm = candidate.points > 0.7 || self.phrase.word(candidate.subject) == "what";
        let next_due = if due.is_none() && firm { self.due_said_next() } else { None };
        let What { text, shown, vague, leaned, for_you } = wording::what(
            self.script,
            self.index,
            self.phrase,
            candidate.verb..end,
            due.as_ref().map(|due| (due.start, due.end)),
            candidate.to_have,
        )?;
        let mut score = candidate.points;
        let verb = candidate.verb;
        let sound = (self.statement.sound().promise - 0.5) * 2.0 * points::SOUND;
        // A thing with a day and no verb sounds like nothing; its form says it all.
        score += if candidate.to_have && candidate.verb == 0 { sound.max(0.0) } else { sound };
        let mut add = |holds: bool, points: f64| score += if holds { points } else { 0.0 };
        add(due.is_some(), points::DUE);
        add(next_due.is_some(), if candidate.to_have || self.phrase.word(verb) == "note" { 0.0 } else { points::DUE });
        add(self.recap || (self.statement.position > LAST_MINUTES && !self.script.is_email()), points::CLOSING);
        add(for_you, points::FOR_YOU);
        let asks_colleague = self.phrase.word(verb) == "ask"
            && self.phrase.words.get(verb + 1).is_some_and(|word| self.people.named(word.text).is_some());
        let arranges = self.phrase.any_at(verb, &ARRANGING).is_some();
        let hands_over = HANDING_OVER.contains(&self.phrase.word(verb));
        add(hands_over || arranges || asks_colleague, points::HANDS_OVER);
        add(is_hedged(self.phrase, candidate.subject), points::HEDGED);
        add(vague || !text.contains(' '), points::NOTHING_NAMED);
        if score + 1e-9 < THRESHOLD || text.contains(" nothing") {
            return None;
        }
        // Nobody promises for a day that has passed, and "the same day" is that of what it waits for.
        let upon = self.phrase.has(&["as soon as", "once", "the moment", "when"]);
        let due = due
            .or(next_due)
            .filter(|due| due.day.is_none_or(|day| day >= self.script.day()))
            .filter(|due| !(upon && due.text.to_lowercase().contains("same day")));
        let (who, side) = match &candidate.who {
            Some((name, side)) => (name.clone(), Some(*side)),
            None => (self.statement.speaker.clone(), self.statement.side),
        };
        let nameless = side.is_none() && self.statement.nameless;
        let side = side.or(nameless.then_some(Side::Team))?;
        let promise = self.promise(who, side, text, vague, due);
        Some(Promise { leaned, shown, nameless, ..promise })
    }

    /// The day named in the verb phrase, else at the beginning of the sentence ("By Friday I'll send it").
    fn due(&self, verb: usize, end: usize) -> Option<Due> {
        let from = self.phrase.words.get(verb)?.start;
        let to = self.phrase.words.get(end.checked_sub(1)?)?.end;
        let text = self.statement.text;
        let shifted = |part: &str, by: usize| {
            find_due(part, self.script.said_on()).map(|due| Due { start: due.start + by, end: due.end + by, ..due })
        };
        let inside = shifted(&text[from..to], from);
        // What follows a comma still belongs to it when nothing else is promised there: "send it, by Friday".
        let rest = &text[to..];
        let tail = rest.split([';', '.', '—']).next().unwrap_or_default();
        let near = tail.match_indices(',').nth(2).map_or(tail.len(), |(at, _)| at);
        let tail = &tail[..near];
        let alone = tail.split_whitespace().count() <= 7
            && !Phrase::new(tail).words.iter().any(|word| matches!(word.lower.as_ref(), "i" | "you" | "we" | "and"));
        let told = inside.as_ref().is_some_and(|due| due.day.is_some());
        // "I'll ask Kwame, and come back to you by Friday": the day of the answer is the day of the whole.
        let returns = Phrase::new(tail).has(&RETURNING);
        let after = if (alone || returns) && !told { shifted(tail, to) } else { None };
        // "before the summer, by the tenth of July": the day says more.
        let inside = inside.filter(|_| told || after.as_ref().is_none_or(|due| due.day.is_none()));
        inside.or(after).or_else(|| shifted(&text[..from], 0).filter(|due| due.start < 12))
    }

    /// A day said by itself right after: "Within a week.", "Friday."; after another turn only as the answer to "By
    /// when?".
    pub(super) fn due_said_next(&self) -> Option<Due> {
        let turn = self.statement.turn;
        // No more than these are near; none of a mail is.
        let later = if self.script.is_email() { &[][..] } else { &self.script.statements[self.index + 1..] };
        let later = || later.iter().take(5);
        let asked_when = later().take_while(|next| next.turn <= turn + 1).any(|next| {
            let phrase = Phrase::new(next.text);
            next.turn == turn + 1
                && phrase.is_question()
                && phrase.has(&["when", "how soon", "how long", "what day", "by"])
        });
        let last = if asked_when { turn + 2 } else { turn + 1 };
        let mut near = later().take_while(|next| next.turn <= last).peekable();
        if let Some(due) = near.peek().and_then(|next| self.time_asked_for(next)) {
            return Some(due);
        }
        // "I can dig one out. Friday okay?" names the day, although it asks.
        let tells = |next: &&Statement<'_>| !next.text.ends_with('?') || next.turn == turn;
        near.filter(|next| next.text.len() < 40 && tells(next)).find_map(|next| {
            let due = self.script.due_in(next)?;
            let others = Phrase::new(next.text).words.len() - Phrase::new(&due.text).words.len();
            (others <= 2).then(|| due.clone())
        })
    }

    /// "Give me two weeks."
    fn time_asked_for(&self, next: &Statement<'_>) -> Option<Due> {
        let phrase = Phrase::new(next.text);
        let length = phrase.any_at(0, &["give me", "give us"]).filter(|_| next.turn == self.statement.turn)?;
        let words = phrase.words.get(length..)?;
        let span = next.text.get(words.first()?.start..)?.split([',', '.', ';']).next()?;
        let day = find_due(&format!("in {span}"), self.script.said_on())?.day?;
        Some(Due { text: span.trim().to_owned(), start: 0, end: 0, day: Some(day) })
    }

    /// The next turn shows that it was a joke.
    fn laughed_off(&self) -> bool {
        let next_turn = self.script.turn(self.statement.turn + 1);
        self.script.statements[next_turn].first().is_some_and(|next| {
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
        let before = statements[..self.index].iter().enumerate().rev();
        for (ask_index, ask) in before.take_while(|(_, before)| before.turn + 1 == turn).take(2) {
            if ask.side == self.statement.side || ask.side.is_none() {
                continue;
            }
            let phrase = Phrase::new(ask.text);
            if phrase.has(&["regards", "my best", "my love", "say hello", "say hi", "hello to", "hi to", "hug"]) {
                continue;
            }
            let Some(verb) = asked_deed(&phrase) else { continue };
            let end = phrase.verb_phrase_end(verb, &|word| self.people.named(word).is_some());
            let due = self.script.due_in(ask).cloned();
            let span = due.as_ref().map(|due| (due.start, due.end));
            let What { text, vague, .. } = wording::what(self.script, ask_index, &phrase, verb..end, span, false)?;
            if vague || !deed_stands_alone(&text) {
                return None;
            }
            let due = due.or_else(|| self.script.due_in(self.statement).cloned()).or_else(|| self.due_said_next());
            return Some(self.promise(self.statement.speaker.clone(), self.statement.side?, text, false, due));
        }
        None
    }

    pub(super) fn promise(&self, who: String, side: Side, what: String, vague: bool, due: Option<Due>) -> Promise {
        Promise {
            who,
            side,
            shown: what.clone(),
            what,
            vague,
            leaned: false,
            recap: self.recap,
            due,
            quote: self.statement.text.to_owned(),
            occurred_at: self.script.at,
            source: self.script.source.clone(),
            turn: self.index,
            at_seconds: self.statement.at_seconds,
            quoted: false,
            noted: false,
            nameless: false,
        }
    }
}
