//! Notices: that a customer ends a contract, or takes that back, in their own words or as a colleague notes it.
//!
//! Sentence by sentence, by the patterns of `words.tsv`. A question, a condition, a threat and what is said of another
//! contract (a job, a lease, another vendor's) is none. What a notice does to a contract is not decided here: nothing.

#[cfg(test)]
mod tests;

use std::ops::Range;

use chrono::NaiveDate;

use super::Talk;
use super::heard::Setting;
use super::numeric::said_on;
use super::pattern::lexicon::Kind;
use super::pattern::sentence::{Firms, Found, Sentence};
use super::pattern::{day, sentences};
use crate::domain::activity::{Call, Email, Note, Side, Signal};
use crate::domain::notice::Notice;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Moment;
use crate::reading::people::Speakers;
use crate::reading::zone::Zone;
use crate::reading::{earlier, zones_of};

/// Notices of one record, at most.
const MOST: usize = 4;

/// Sentences after a notice that may say for which day.
const NEAR: usize = 2;

/// Whose words they are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Voice {
    /// The customer's own.
    Own,
    /// Of somebody who tells of it.
    Told,
}

/// Where, when and by whom something was said.
struct Place<'p> {
    said_by: &'p str,
    at: Moment,
    source: &'p RecordRef,
    at_seconds: Option<f64>,
}

/// What is listened with.
struct Ear {
    firms: Firms,
    day_first: bool,
}

impl Ear {
    fn of(setting: &Setting<'_>) -> Self {
        Self { firms: Firms::of(setting.account), day_first: setting.day_first }
    }
}

/// What is heard of notices in a call or an e-mail.
pub(super) fn notices(talk: Talk<'_>, setting: &Setting<'_>) -> Vec<Notice> {
    let ear = Ear::of(setting);
    match talk {
        Talk::Call(call) => of_call(call, setting, &ear),
        Talk::Email(email) => of_email(email, setting, &ear),
    }
}

/// What is heard of notices in a note.
pub(super) fn of_note(note: &Note, setting: &Setting<'_>) -> Vec<Notice> {
    let source = RecordRef { kind: RecordKind::Note, id: note.id.clone() };
    let place = Place { said_by: &note.author, at: note.written_at, source: &source, at_seconds: None };
    once(of_text(&note.text, Voice::Told, &place, &Ear::of(setting)))
}

/// What is heard of notices in a signal.
pub(super) fn of_signal(signal: &Signal, setting: &Setting<'_>) -> Vec<Notice> {
    let source = RecordRef { kind: RecordKind::Signal, id: signal.id.clone() };
    let place = Place { said_by: "", at: signal.occurred_at, source: &source, at_seconds: None };
    let ear = Ear::of(setting);
    let quote = signal.quote.iter().flat_map(|quote| of_text(quote, Voice::Own, &place, &ear));
    once(of_text(&signal.text, Voice::Told, &place, &ear).into_iter().chain(quote).collect())
}

fn of_call(call: &Call, setting: &Setting<'_>, ear: &Ear) -> Vec<Notice> {
    let speakers = Speakers::of(call, Some(&setting.sides));
    let source = RecordRef { kind: RecordKind::Call, id: call.id.clone() };
    let heard = call.transcript.iter().flat_map(|turn| {
        let theirs = speakers.get(&turn.speaker).filter(|speaker| speaker.side == Some(Side::Customer));
        let heard = theirs.map(|speaker| {
            let said_by = if speaker.nameless { "" } else { &speaker.name };
            let place = Place { said_by, at: call.started_at, source: &source, at_seconds: turn.at_seconds };
            of_text(&turn.text, Voice::Own, &place, ear)
        });
        heard.unwrap_or_default()
    });
    once(heard.collect())
}

fn of_email(email: &Email, setting: &Setting<'_>, ear: &Ear) -> Vec<Notice> {
    let source = RecordRef { kind: RecordKind::Email, id: email.id.clone() };
    let cut = zones_of(email);
    let theirs = |mail: &Email| setting.sides.of(&mail.from) == Some(Side::Customer);
    let of = |mail: &Email, text: &str| {
        let said_by = setting.sides.writer(&mail.from);
        let place = Place { said_by: &said_by, at: mail.sent_at, source: &source, at_seconds: None };
        of_text(text, Voice::Own, &place, ear)
    };
    let mut heard = Vec::new();
    if theirs(email) {
        heard.extend(of(email, &cut.text(&email.body, Zone::Own)));
    }
    let passed_on = earlier(email, &cut, &setting.account.contacts).into_iter();
    for earlier in passed_on.filter(|earlier| earlier.zone == Zone::Forwarded && earlier.known) {
        if theirs(&earlier.mail) {
            heard.extend(of(&earlier.mail, &earlier.mail.body));
        }
    }
    once(heard)
}

/// One notice and one that takes it back for each record, the first of each; a day that a later sentence names is kept.
fn once(all: Vec<Notice>) -> Vec<Notice> {
    let mut kept: Vec<Notice> = Vec::new();
    for notice in all {
        let full = kept.len() >= MOST;
        match kept.iter_mut().find(|known| known.withdrawn == notice.withdrawn && known.said_by == notice.said_by) {
            Some(known) => known.ends_on = known.ends_on.or(notice.ends_on),
            None if full => {}
            None => kept.push(notice),
        }
    }
    kept
}

fn of_text(text: &str, voice: Voice, place: &Place<'_>, ear: &Ear) -> Vec<Notice> {
    let day = place.at.day();
    let said_on = said_on([text], day, ear.day_first);
    let said: Vec<Sentence<'_>> =
        sentences(text, &ear.firms, said_on).into_iter().map(|text| Sentence::new(text, &ear.firms, said_on)).collect();
    let heard = said.iter().enumerate().filter_map(|(at, sentence)| {
        let back = takes_back(sentence);
        let stands = if back { None } else { Some(gives(sentence, voice)?) };
        let near = || said[at + 1..].iter().take(NEAR).find_map(|next| end_told(next, day));
        Some(Notice {
            withdrawn: back,
            ends_on: stands.and_then(|stands| end(sentence, &stands, day).or_else(near)),
            quote: sentence.text.to_owned(),
            said_by: place.said_by.to_owned(),
            occurred_at: place.at,
            source: place.source.clone(),
            at_seconds: place.at_seconds,
        })
    });
    heard.collect()
}

/// Whether a sentence takes a notice back.
fn takes_back(sentence: &Sentence<'_>) -> bool {
    !sentence.asks() && sentence.find(Kind::NoticeBack).any(|stands| sure_of_all(sentence, &stands))
}

/// Where the words of a sentence stand that give notice.
fn gives(sentence: &Sentence<'_>, voice: Voice) -> Option<Found> {
    if sentence.has(Kind::NoNotice) {
        return None;
    }
    if voice == Voice::Own && sentence.asks() {
        return sentence.find(Kind::NoticeAsked).find(|stands| sure_before(sentence, stands));
    }
    if sentence.asks() {
        return None;
    }
    if voice == Voice::Told {
        let by = |stands: &Found| given_by(sentence, stands.at) || sentence.has(Kind::Contract);
        let told = sentence.find(Kind::NoticeTold).chain(sentence.find(Kind::NoticeToldBy).filter(by));
        return told.into_iter().find(|stands| sure_of_all(sentence, stands));
    }
    let act = sentence.find(Kind::NoticeAct).chain(sentence.find(Kind::NoticeAsked));
    let act = act.into_iter().find(|stands| sure_before(sentence, stands));
    act.or_else(|| sentence.find(Kind::NoticePlan).find(|stands| sure_of_all(sentence, stands)))
}

/// Whether the word before another names who gave notice.
fn given_by(sentence: &Sentence<'_>, at: usize) -> bool {
    let Some(before) = at.checked_sub(1) else { return false };
    sentence.at(Kind::NoticeGiver, before).is_some_and(|found| found.end == at) || sentence.firm_ends(at)
}

/// Whether nothing makes a guess or a condition of words that give notice by saying so, and nobody denies them.
fn sure_before(sentence: &Sentence<'_>, stands: &Found) -> bool {
    let denied = stands.at.checked_sub(1).is_some_and(|before| sentence.at(Kind::NoticeDenied, before).is_some());
    let after = stands.end..clause_end(sentence, stands.end);
    !denied
        && !sentence.has_in(Kind::NoticeDeniedAfter, after)
        && !unsure(sentence, sentence.clause_start(stands.at)..stands.at)
}

/// The same of a decision, which a condition anywhere in the sentence leaves open.
fn sure_of_all(sentence: &Sentence<'_>, stands: &Found) -> bool {
    sure_before(sentence, stands) && !unsure(sentence, 0..sentence.words.len())
}

/// Whether words leave open what is said; the month of May does not.
fn unsure(sentence: &Sentence<'_>, mut words: Range<usize>) -> bool {
    let month = |at: usize| at > 0 && sentence.word(at) == "may" && sentence.words[at].capital;
    words.any(|at| sentence.at(Kind::NoticeUnsure, at).is_some() && !month(at))
}

/// The word where the clause of a word ends.
fn clause_end(sentence: &Sentence<'_>, at: usize) -> usize {
    let parts = |at: &usize| sentence.gap(*at).contains([',', ';', ':', '—', '–', '(', '\n']);
    (at..sentence.words.len()).find(parts).unwrap_or(sentence.words.len())
}

/// The day a notice is for: behind its words, else before them.
fn end(sentence: &Sentence<'_>, stands: &Found, said: NaiveDate) -> Option<NaiveDate> {
    let ahead = |words| day::days_in(sentence, words, said, true).into_iter().find(|day| *day >= said);
    ahead(stands.at..sentence.words.len()).or_else(|| ahead(0..stands.at))
}

/// The day another sentence names as the last one.
fn end_told(sentence: &Sentence<'_>, said: NaiveDate) -> Option<NaiveDate> {
    let led = sentence.find(Kind::NoticeEnd).next()?;
    day::days_in(sentence, led.at..sentence.words.len(), said, true).into_iter().find(|day| *day >= said)
}
