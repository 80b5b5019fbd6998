//! Makes one reading of what was heard all over an account.

use std::collections::BTreeMap;
use std::ops::Range;

use chrono::NaiveDate;
use serde::Serialize;

use super::foreign::is_read;
use super::mark::{Mark, Outlook, judge};
use super::merge::{self, Told};
use super::promise::Promise;
use super::said::Said;
use super::statement::{self, Script};
use super::{Heard, Setting, Talk, Work, meeting, presence, within};
use crate::domain::activity::{Commitment, Noticed, Request, Signal};
use crate::domain::commitment::Unattributed;
use crate::domain::departure::Departure;
use crate::domain::meeting::MeetingNews;
use crate::domain::notice::Notice;
use crate::domain::record::RecordKind;
use crate::domain::time::Moment;
use crate::domain::unheard::Unheard;
use crate::reading::people::Sides;

/// Changes with what [`join`] makes of what was heard.
pub const JOIN_VERSION: u32 = 9;

/// A call or an e-mail, and what was heard in it.
#[derive(Clone, Debug)]
pub struct HeardIn<'a> {
    /// The call or e-mail.
    pub talk: Talk<'a>,
    /// What [`super::Setting::key`] says of it.
    pub key: Vec<u8>,
    /// What was heard.
    pub heard: Heard,
}

/// What was read from an account's calls and e-mails.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Promises to and from the account, the earliest first.
    pub commitments: Vec<Marked>,
    /// What the customer asked for, the earliest first.
    pub requests: Vec<Request>,
    /// What a language model saw in the customer's words, the earliest first.
    pub noticed: Vec<Noticed>,
    /// What promises and requests were not read in, for its language.
    pub unheard: Vec<Unheard>,
    /// Who left, is away or cannot be reached, the latest news first.
    pub departures: Vec<Departure>,
    /// Promises of which nobody can tell whose they are, the latest first.
    pub unattributed: Vec<Unattributed>,
    /// Notices that a contract ends, and words that take them back, the latest first.
    pub notices: Vec<Notice>,
    /// What the mails of calendars say of meetings, the latest first.
    pub meetings: Vec<MeetingNews>,
}

/// A promise with what became of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Marked {
    /// The promise.
    #[serde(flatten)]
    pub commitment: Commitment,
    /// Changes with everything that what became of it depends on.
    pub mark_key: String,
}

/// Makes one reading of what was heard in all talks of the account of a setting, in any order. `works` are what else is on
/// record, `signals` may tell who left and that notice was given, and `marks` what became of promises by their
/// [`Marked::mark_key`], as far as it is known: only the others are judged.
///
/// # Errors
/// When a record cannot be written as JSON.
pub fn join(
    setting: &Setting<'_>,
    heard: Vec<HeardIn<'_>>,
    works: &[Work<'_>],
    signals: &[Signal],
    marks: &BTreeMap<String, Mark>,
) -> Result<Reading, serde_json::Error> {
    let on_record = OnRecord::new(setting, &heard, works)?;
    let in_talks: Vec<(Talk<'_>, &Heard)> = heard.iter().map(|heard| (heard.talk, &heard.heard)).collect();
    let departures = presence::departures(setting, &in_talks, works, signals);
    let notices = presence::notices(setting, &in_talks, works, signals);
    let (mut promises, mut noted) = (Vec::new(), Vec::new());
    let (mut requests, mut noticed) = (Vec::new(), Vec::new());
    let unheard = unheard(&heard);
    let meetings = meeting::known(heard.iter().flat_map(|heard| heard.heard.meetings.iter().cloned()).collect());
    let mut unattributed: Vec<Unattributed> = Vec::new();
    for HeardIn { heard, .. } in heard {
        promises.extend(heard.promises);
        requests.extend(heard.requests);
        unattributed.extend(heard.unattributed.into_iter().map(of_nobody));
        noted.extend(heard.added.promises);
        requests.extend(heard.added.requests);
        noticed.extend(heard.added.signals);
    }
    // Stable: within one record they stay in the order they were said in.
    for promises in [&mut promises, &mut noted] {
        promises.sort_by(|left, right| (left.occurred_at, &left.source.id).cmp(&(right.occurred_at, &right.source.id)));
    }
    within::promised_once(&mut promises);
    noticed.sort_by(|left: &Noticed, right| (left.occurred_at, &left.id).cmp(&(right.occurred_at, &right.id)));
    requests.sort_by(|left: &Request, right| {
        (left.occurred_at, &left.source.id).cmp(&(right.occurred_at, &right.source.id))
    });
    within::asked_once(&mut requests);
    presence::latest_first(&mut unattributed, |promise| (promise.occurred_at, &promise.source));
    let told = merge::commitments(promises, noted, &setting.account.domain);
    let commitments = on_record.mark(told, marks)?;
    Ok(Reading { commitments, requests, noticed, unheard, departures, unattributed, notices, meetings })
}

/// How many talks are in which language that promises and requests are not read in.
fn unheard(heard: &[HeardIn<'_>]) -> Vec<Unheard> {
    let mut counts: BTreeMap<(RecordKind, &str), u64> = BTreeMap::new();
    for HeardIn { talk, heard, .. } in heard {
        if let Some(language) = heard.language.filter(|language| !is_read(*language)) {
            *counts.entry((talk.reference().kind, language.name())).or_default() += 1;
        }
    }
    let unheard = |((kind, language), records): ((RecordKind, &str), u64)| Unheard {
        kind,
        language: language.to_owned(),
        records,
    };
    counts.into_iter().map(unheard).collect()
}

/// A promise whose maker the record does not name.
fn of_nobody(promise: Promise) -> Unattributed {
    Unattributed {
        who: promise.who,
        what: promise.shown,
        due: promise.due.and_then(|due| due.day),
        quote: promise.quote,
        occurred_at: promise.occurred_at,
        source: promise.source,
        at_seconds: promise.at_seconds,
    }
}

/// All that is on record around an account.
struct OnRecord<'a> {
    sides: &'a Sides,
    talks: Timeline<Talk<'a>>,
    works: Timeline<Work<'a>>,
}

impl<'a> OnRecord<'a> {
    fn new(setting: &'a Setting<'_>, heard: &[HeardIn<'a>], works: &[Work<'a>]) -> Result<Self, serde_json::Error> {
        let talks = heard.iter().map(|heard| (heard.talk.at(), fingerprint(&heard.key), heard.talk));
        let work = |work: &Work<'a>| Ok((work.at(), fingerprint(&work.key()?), *work));
        let works = works.iter().map(work).collect::<Result<Vec<_>, serde_json::Error>>()?;
        Ok(Self { sides: &setting.sides, talks: Timeline::new(talks.collect()), works: Timeline::new(works) })
    }

    /// What became of each promise.
    fn mark(&self, told: Vec<Told>, marks: &BTreeMap<String, Mark>) -> Result<Vec<Marked>, serde_json::Error> {
        let latest = self.talks.latest().map_or(NaiveDate::MIN, |at| at.day());
        let mut keys = Vec::with_capacity(told.len());
        for told in &told {
            let outlook = Outlook::of(told);
            let on_record = (self.talks.fingerprint(outlook), self.works.fingerprint(outlook));
            keys.push((outlook, outlook.key(told, latest, &on_record)?));
        }
        let unknown = keys.iter().filter(|(_, key)| !marks.contains_key(key)).map(|(outlook, _)| *outlook);
        // Cutting into statements is most of the work, so only what is needed is cut.
        let needed = unknown.reduce(Outlook::and);
        let talks = needed.map(|outlook| self.talks.during(outlook)).unwrap_or_default();
        let said = Said::new(talks.iter().map(|talk| statement::script(*talk, self.sides)).collect());
        let works = needed.map(|outlook| self.works.during(outlook)).unwrap_or_default();
        let works: Vec<Script<'a>> = works.iter().map(|work| statement::script_of_work(*work)).collect();
        let marked = told.into_iter().zip(keys).map(|(told, (outlook, mark_key))| {
            let mark = marks.get(&mark_key).cloned().unwrap_or_else(|| {
                let place = |at| works.partition_point(|work| work.at < at);
                let works = &works[place(outlook.from)..place(outlook.before)];
                judge(&told, &said.between(outlook.from, outlook.before), works, outlook.latest(latest))
            });
            let Mark { due, kept_by, unclear_by } = mark;
            let commitment = Commitment { due, kept_by, unclear_by, ..told.commitment };
            Marked { commitment, mark_key }
        });
        Ok(marked.collect())
    }
}

/// Records in the order of when they happened.
struct Timeline<T> {
    records: Vec<T>,
    at: Vec<Moment>,
    /// The sums of the fingerprints of the records before each place, and of all: what is in a stretch of time is told
    /// apart by a difference of two, without a look at every record in it.
    sums: Vec<u128>,
}

impl<T> Timeline<T> {
    fn new(mut records: Vec<(Moment, u128, T)>) -> Self {
        records.sort_by_key(|(at, fingerprint, _)| (*at, *fingerprint));
        let mut timeline = Self { records: Vec::new(), at: Vec::new(), sums: vec![0] };
        let mut sum = 0_u128;
        for (at, fingerprint, record) in records {
            sum = sum.wrapping_add(fingerprint);
            timeline.sums.push(sum);
            timeline.at.push(at);
            timeline.records.push(record);
        }
        timeline
    }

    fn latest(&self) -> Option<Moment> {
        self.at.last().copied()
    }

    fn places(&self, outlook: Outlook) -> Range<usize> {
        let place = |at| self.at.partition_point(|other| *other < at);
        place(outlook.from)..place(outlook.before)
    }

    fn during(&self, outlook: Outlook) -> &[T] {
        &self.records[self.places(outlook)]
    }

    /// Tells what is in an outlook from anything else.
    fn fingerprint(&self, outlook: Outlook) -> (usize, String) {
        let places = self.places(outlook);
        let sum = self.sums[places.end].wrapping_sub(self.sums[places.start]);
        (places.len(), format!("{sum:x}"))
    }
}

/// The first bytes of a digest.
fn fingerprint(digest: &[u8]) -> u128 {
    digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}
