//! Departures: who has left the customer, leaves, is away or can no longer be reached, as people and servers say it.
//!
//! Sentence by sentence, by the patterns of `words.tsv`. A pattern tells what became of somebody; `who` finds whom it is said
//! of, `successor` whom to turn to instead, and `bounce` reads what servers say.
//! Only the customer's people depart. A question, a condition, a guess or a way out of a meeting is no departure.

mod bounce;
mod successor;
mod who;

#[cfg(test)]
mod tests;

use chrono::{Days, NaiveDate};

use self::successor::successor;
use self::who::{Cast, Who};
use super::Talk;
use super::heard::Setting;
use super::numeric::said_on;
use super::pattern::lexicon::Kind;
use super::pattern::sentence::{Firms, Found, Sentence};
use super::pattern::{day, sentences};
use crate::domain::activity::{Call, Email, Note, Side, Signal, SpokenTurn};
use crate::domain::departure::{Departure, Gone, Successor};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Moment;
use crate::reading::people::{Name, Speakers};
use crate::reading::zone::Zone;
use crate::reading::{earlier, zones_of};

/// Sentences after a departure, and before it, that may say whom to turn to.
const NEAR: (usize, usize) = (4, 1);

/// The same in what a program sent, which has few sentences.
const LONGEST_AUTOMATIC: usize = 30;

/// Departures of one record, at most.
const MOST: usize = 20;

/// Words of one person in a row.
struct Passage<'t> {
    text: &'t str,
    /// Who they are of, where they are the customer's.
    writer: Option<Who>,
    /// Who says them, as they are shown.
    said_by: String,
    at_seconds: Option<f64>,
    /// Whether they are spoken.
    spoken: bool,
    /// Whether a program sent them for their writer.
    automatic: bool,
}

/// Where and when something was said.
struct Place {
    at: Moment,
    source: RecordRef,
}

/// What is heard of departures in a call or an e-mail.
pub(super) fn departures(talk: Talk<'_>, setting: &Setting<'_>) -> Vec<Departure> {
    match talk {
        Talk::Call(call) => of_call(call, setting),
        Talk::Email(email) => of_email(email, setting),
    }
}

/// What is heard of departures in a note.
pub(super) fn of_note(note: &Note, setting: &Setting<'_>) -> Vec<Departure> {
    let place = Place { at: note.written_at, source: RecordRef { kind: RecordKind::Note, id: note.id.clone() } };
    of_text(&note.text, &note.author, &place, setting)
}

/// What is heard of departures in a signal.
pub(super) fn of_signal(signal: &Signal, setting: &Setting<'_>) -> Vec<Departure> {
    let place = Place { at: signal.occurred_at, source: RecordRef { kind: RecordKind::Signal, id: signal.id.clone() } };
    let mut found = of_text(&signal.text, "", &place, setting);
    if let Some(quote) = &signal.quote {
        found.extend(of_text(quote, "", &place, setting));
    }
    once(found)
}

fn of_text(text: &str, said_by: &str, place: &Place, setting: &Setting<'_>) -> Vec<Departure> {
    let passage =
        Passage { text, writer: None, said_by: said_by.to_owned(), at_seconds: None, spoken: false, automatic: false };
    Hearing::new(setting).of(&[passage], place)
}

fn of_call(call: &Call, setting: &Setting<'_>) -> Vec<Departure> {
    let speakers = Speakers::of(call, Some(&setting.sides));
    let said_by = |turn: &SpokenTurn| {
        let speaker = speakers.get(&turn.speaker)?;
        let theirs = speaker.side == Some(Side::Customer) && !speaker.nameless;
        let email = setting.people.meant(&Name::read(&speaker.name)).and_then(|(_, _, email)| email);
        let writer = || Who { name: speaker.name.clone(), email: email.map(str::to_owned), known: true };
        Some((theirs.then(writer), speaker.name.clone()))
    };
    let passages: Vec<Passage<'_>> = call
        .transcript
        .iter()
        .filter_map(|turn| {
            let (writer, said_by) = said_by(turn)?;
            let at_seconds = turn.at_seconds;
            Some(Passage { text: &turn.text, writer, said_by, at_seconds, spoken: true, automatic: false })
        })
        .collect();
    let place = Place { at: call.started_at, source: RecordRef { kind: RecordKind::Call, id: call.id.clone() } };
    Hearing::new(setting).of(&passages, &place)
}

fn of_email(email: &Email, setting: &Setting<'_>) -> Vec<Departure> {
    let hearing = Hearing::new(setting);
    let source = RecordRef { kind: RecordKind::Email, id: email.id.clone() };
    let place = Place { at: email.sent_at, source: source.clone() };
    let cut = zones_of(email);
    let automatic = cut.text(&email.body, Zone::Automatic);
    if !automatic.trim().is_empty() && bounce::is_of_server(email, &hearing.firms) {
        let gone = bounce::unreachable(&hearing.cast, email, &hearing.firms);
        return once(gone.into_iter().map(|(who, line)| departure(who, Gone::Unreachable, line, &place)).collect());
    }
    let own = cut.text(&email.body, Zone::Own);
    let mut found = hearing.of(&[hearing.passage(&own, email, false)], &place);
    found.extend(hearing.of(&[hearing.passage(&automatic, email, true)], &place));
    let passed_on = earlier(email, &cut, &setting.account.contacts).into_iter();
    for earlier in passed_on.filter(|earlier| earlier.zone == Zone::Forwarded && earlier.known) {
        let place = Place { at: earlier.mail.sent_at, source: source.clone() };
        found.extend(hearing.of(&[hearing.passage(&earlier.mail.body, &earlier.mail, false)], &place));
    }
    once(found)
}

/// One departure for each person and kind of a record; what a later one adds is kept.
fn once(all: Vec<Departure>) -> Vec<Departure> {
    let mut kept: Vec<Departure> = Vec::new();
    for departure in all {
        let full = kept.len() >= MOST;
        match kept.iter_mut().find(|known| known.gone == departure.gone && same(known, &departure)) {
            Some(known) => {
                known.since = known.since.or(departure.since);
                known.back = known.back.or(departure.back);
                known.successor = known.successor.take().or(departure.successor);
            }
            None if full => {}
            None => kept.push(departure),
        }
    }
    kept
}

/// Whether two departures are of one person.
pub(super) fn same(left: &Departure, right: &Departure) -> bool {
    let who = |one: &Departure| Who { name: one.who.clone(), email: one.email.clone(), known: true };
    who(left).is(&who(right))
}

/// What is listened with.
struct Hearing<'s> {
    cast: Cast<'s>,
    firms: Firms,
    day_first: bool,
}

impl<'s> Hearing<'s> {
    fn new(setting: &'s Setting<'_>) -> Self {
        let cast = Cast { account: setting.account, people: &setting.people, sides: &setting.sides };
        Self { cast, firms: Firms::of(setting.account), day_first: setting.day_first }
    }

    /// Words of the writer of a mail.
    fn passage<'t>(&self, text: &'t str, mail: &Email, automatic: bool) -> Passage<'t> {
        Passage {
            text,
            writer: self.cast.writer(&mail.from),
            said_by: self.cast.sides.writer(&mail.from),
            at_seconds: None,
            spoken: false,
            automatic,
        }
    }

    /// What is heard in passages that follow each other.
    fn of(&self, passages: &[Passage<'_>], place: &Place) -> Vec<Departure> {
        let day = place.at.day();
        let said_on = said_on(passages.iter().map(|passage| passage.text), day, self.day_first);
        let said: Vec<(usize, Sentence<'_>)> = passages
            .iter()
            .enumerate()
            .flat_map(|(number, passage)| {
                let parts = sentences(passage.text, &self.firms, said_on);
                parts.into_iter().map(move |text| (number, Sentence::new(text, &self.firms, said_on)))
            })
            .collect();
        let mut found = Vec::new();
        for at in 0..said.len() {
            if found.len() >= 4 * MOST {
                found = once(found);
                if found.len() >= MOST {
                    break;
                }
            }
            let passage = &passages[said[at].0];
            for heard in self.heard(&said, at, passage, day) {
                let Heard { who, gone, ahead, since, back } = heard;
                let gone_now: Vec<Who> = std::iter::once(who.clone()).collect();
                let successor = if gone == Gone::Away && !passage.automatic {
                    None
                } else {
                    self.successor(&said, at, passages, &gone_now)
                };
                found.push(Departure {
                    ahead,
                    since,
                    back,
                    successor,
                    said_by: passage.said_by.clone(),
                    at_seconds: passage.at_seconds,
                    ..departure(who, gone, said[at].1.text, place)
                });
            }
        }
        once(found)
    }

    /// Whom the sentences around one name to turn to.
    fn successor(
        &self,
        said: &[(usize, Sentence<'_>)],
        at: usize,
        passages: &[Passage<'_>],
        gone: &[Who],
    ) -> Option<Successor> {
        let (after, before) = NEAR;
        let whole = passages[said[at].0].automatic;
        let (after, before) = if whole { (LONGEST_AUTOMATIC, LONGEST_AUTOMATIC) } else { (after, before) };
        let (last, first) = (said.len().min(at + 1 + after), at.saturating_sub(before));
        (at..last).chain(first..at).find_map(|near| {
            let (number, sentence) = &said[near];
            successor(&self.cast, sentence, passages[*number].writer.as_ref(), gone)
        })
    }

    /// What one sentence says.
    fn heard(&self, said: &[(usize, Sentence<'_>)], at: usize, passage: &Passage<'_>, day: NaiveDate) -> Vec<Heard> {
        let sentence = &said[at].1;
        if sentence.asks() {
            return Vec::new();
        }
        let mut found = Vec::new();
        if !sentence.has(Kind::NoDeparture) {
            for (kind, ahead) in [(Kind::Left, false), (Kind::Leaving, true)] {
                for stands in sentence.find(kind).filter(|stands| sure(sentence, stands)) {
                    let who = self.subjects(said, at, &stands);
                    found.extend(who.into_iter().map(|who| left(sentence, who, ahead, day, &stands)));
                }
            }
            if !passage.spoken && sentence.words.len() <= 10 {
                for stands in sentence.find(Kind::LeftBare).filter(|stands| sure(sentence, stands)) {
                    let who = self.subjects(said, at, &stands).into_iter().filter(|who| who.known);
                    found.extend(who.map(|who| left(sentence, who, false, day, &stands)));
                }
            }
            for (kind, ahead) in [(Kind::LeftName, false), (Kind::LeavingName, true)] {
                for stands in sentence.find(kind).filter(|stands| sure(sentence, stands)) {
                    let named = stands.name.clone().and_then(|name| self.cast.named(sentence.written(&name), true));
                    found.extend(named.map(|who| left(sentence, who, ahead, day, &stands)));
                }
            }
            if let Some(writer) = &passage.writer {
                let kinds = [(Kind::ILeft, false), (Kind::ILeaving, true), (Kind::DeadAddress, false)];
                for (kind, ahead) in kinds {
                    let mut stands = sentence.find(kind).filter(|stands| sure(sentence, stands));
                    if let Some(stands) = stands.next().filter(|_| kind != Kind::DeadAddress || passage.automatic) {
                        let heard = left(sentence, writer.clone(), ahead, day, &stands);
                        let gone = if kind == Kind::DeadAddress { Gone::Unreachable } else { Gone::Left };
                        found.push(Heard { gone, ..heard });
                    }
                }
            }
        }
        if sentence.has(Kind::Bounced) && !sentence.has(Kind::LaterMailbox) {
            let mut named = self.cast.all_before(sentence, sentence.words.len());
            named.extend(bounce::addresses(sentence.text).filter_map(|address| bounce::customer(&self.cast, &address)));
            let gone = |who| Heard { who, gone: Gone::Unreachable, ahead: false, since: None, back: None };
            found.extend(named.into_iter().take(1).map(gone));
        }
        if found.is_empty() {
            found.extend(self.away(said, at, passage, day));
        }
        found
    }

    /// Who is away.
    fn away(&self, said: &[(usize, Sentence<'_>)], at: usize, passage: &Passage<'_>, day: NaiveDate) -> Option<Heard> {
        let sentence = &said[at].1;
        let own = |_: &&Who| sentence.has(Kind::IAway) || passage.automatic && sentence.has(Kind::AutoAway);
        let who = if let Some(writer) = passage.writer.as_ref().filter(own) {
            Some(writer.clone())
        } else {
            let stands = sentence.find(Kind::Away).find(|stands| sure(sentence, stands))?;
            self.subjects(said, at, &stands).into_iter().find(|who| who.known)
        }?;
        let near = said[at..].iter().take(if passage.automatic { 4 } else { 2 });
        let back = near.filter(|(number, _)| *number == said[at].0).find_map(|(_, sentence)| back(sentence, day));
        Some(Heard { who, gone: Gone::Away, ahead: false, since: None, back })
    }

    /// Of whom a verb is said; a pronoun stands for the only one named just before.
    fn subjects(&self, said: &[(usize, Sentence<'_>)], at: usize, stands: &Found) -> Vec<Who> {
        let sentence = &said[at].1;
        let pronoun = stands
            .at
            .checked_sub(1)
            .is_some_and(|before| sentence.at(Kind::Pronoun, before).is_some_and(|found| found.end == stands.at));
        if !pronoun && stands.at > 0 {
            return self.cast.subjects(sentence, stands.at);
        }
        let here = self.cast.all_before(sentence, stands.at);
        let before =
            said[..at].iter().rev().take(2).map(|(_, before)| self.cast.all_before(before, before.words.len()));
        let mut named = std::iter::once(here).chain(before).find(|named| !named.is_empty()).unwrap_or_default();
        named.truncate(usize::from(named.len() == 1));
        named
    }
}

/// What a sentence says of somebody.
struct Heard {
    who: Who,
    gone: Gone,
    ahead: bool,
    since: Option<NaiveDate>,
    back: Option<NaiveDate>,
}

/// Whether nothing before the words makes a guess or a condition of them, and nobody denies them.
fn sure(sentence: &Sentence<'_>, stands: &Found) -> bool {
    let mut clause = sentence.clause_start(stands.at);
    let subject = (clause..stands.at).any(|at| sentence.words[at].capital);
    if clause > 0 && !subject {
        // `Whether Dana, our buyer, has left`
        clause = sentence.clause_start(clause - 1);
        clause = sentence.clause_start(clause.saturating_sub(1));
    }
    let denied =
        stands.at > 0 && matches!(sentence.word(stands.at - 1), "not" | "never" | "t" | "nicht" | "pas" | "no");
    !denied && !sentence.has_in(Kind::Unsure, clause..stands.at)
}

fn left(sentence: &Sentence<'_>, who: Who, ahead: bool, said: NaiveDate, stands: &Found) -> Heard {
    let after = day::day_in(sentence, stands.at..sentence.words.len(), said, ahead);
    let since = after.or_else(|| day::day_in(sentence, 0..stands.at, said, ahead));
    // "Her last day was planned as": what lies ahead has not happened.
    let ahead = ahead && since.is_none_or(|since| since > said);
    Heard { who, gone: Gone::Left, ahead, since, back: None }
}

/// The first day somebody is back.
fn back(sentence: &Sentence<'_>, said: NaiveDate) -> Option<NaiveDate> {
    let named = |kind: Kind| {
        sentence.find(kind).find_map(|found| {
            let to = sentence.words.len().min(found.end + 4);
            day::day_in(sentence, found.end..to, said, true)
        })
    };
    let last = || named(Kind::LastAway).and_then(|day| day.checked_add_days(Days::new(1)));
    named(Kind::Back).or_else(last).filter(|day| *day > said)
}

/// A departure of which nothing more is known.
fn departure(who: Who, gone: Gone, quote: &str, place: &Place) -> Departure {
    Departure {
        who: who.name,
        email: who.email,
        gone,
        ahead: false,
        since: None,
        back: None,
        successor: None,
        quote: quote.to_owned(),
        said_by: String::new(),
        occurred_at: place.at,
        source: place.source.clone(),
        at_seconds: None,
    }
}
