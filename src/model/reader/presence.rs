//! Who is gone and what notice was given by all that is on record: what was heard of departures, without those whose own
//! words came later.

use super::departure::same;
use super::statement::own_words;
use super::{Heard, Setting, Talk, Work, departure, notice};
use crate::domain::activity::{Note, Signal};
use crate::domain::departure::{Departure, Gone};
use crate::domain::notice::Notice;
use crate::domain::record::RecordRef;
use crate::domain::time::{Moment, midnight};
use crate::reading::people::{Name, Speakers};

/// What is known of departures, the latest news first and one of a kind for each person. Who spoke or wrote after they
/// were said to be gone is still there.
pub(super) fn departures(
    setting: &Setting<'_>,
    heard: &[(Talk<'_>, &Heard)],
    works: &[Work<'_>],
    signals: &[Signal],
) -> Vec<Departure> {
    let in_talks = heard.iter().flat_map(|(_, heard)| heard.departures.iter().cloned());
    let in_notes = notes(works).flat_map(|note| departure::of_note(note, setting));
    let in_signals = signals.iter().flat_map(|signal| departure::of_signal(signal, setting));
    let mut all: Vec<Departure> = in_talks.chain(in_notes).chain(in_signals).collect();
    latest_first(&mut all, |departure| (departure.occurred_at, &departure.source));
    let mut kept: Vec<Departure> = Vec::new();
    for departure in all {
        match kept.iter_mut().find(|known| known.gone == departure.gone && same(known, &departure)) {
            // What an earlier record says of an absence is of another one.
            Some(later) if later.gone != Gone::Away => {
                later.since = later.since.or(departure.since);
                later.successor = later.successor.take().or(departure.successor);
                later.email = later.email.take().or(departure.email);
            }
            Some(_) => {}
            None => kept.push(departure),
        }
    }
    kept.retain(|departure| departure.gone == Gone::Away || !spoke_later(setting, heard, departure));
    kept
}

/// What is known of notices, the latest first: one of a kind for each record.
pub(super) fn notices(
    setting: &Setting<'_>,
    heard: &[(Talk<'_>, &Heard)],
    works: &[Work<'_>],
    signals: &[Signal],
) -> Vec<Notice> {
    let in_talks = heard.iter().flat_map(|(_, heard)| heard.notices.iter().cloned());
    let in_notes = notes(works).flat_map(|note| notice::of_note(note, setting));
    let in_signals = signals.iter().flat_map(|signal| notice::of_signal(signal, setting));
    let mut all: Vec<Notice> = in_talks.chain(in_notes).chain(in_signals).collect();
    latest_first(&mut all, |notice| (notice.occurred_at, &notice.source));
    all
}

fn notes<'w>(works: &'w [Work<'w>]) -> impl Iterator<Item = &'w Note> {
    works.iter().filter_map(|work| if let Work::Note(note) = work { Some(*note) } else { None })
}

/// Sorts by when it was said, the latest first, in the same order each time.
pub(super) fn latest_first<T>(all: &mut [T], said: impl Fn(&T) -> (Moment, &RecordRef)) {
    all.sort_by(|left, right| {
        let ((before, one), (after, other)) = (said(left), said(right));
        (after, &other.id).cmp(&(before, &one.id))
    });
}

/// Whether somebody spoke or wrote themselves after they were said to be gone.
fn spoke_later(setting: &Setting<'_>, heard: &[(Talk<'_>, &Heard)], departure: &Departure) -> bool {
    let gone: Moment = departure.since.map_or(departure.occurred_at, |since| {
        // The last day is one of theirs.
        departure.occurred_at.max(midnight(since) + chrono::Duration::days(1))
    });
    let name = Name::read(&departure.who).at(departure.email.as_deref());
    let talks = heard.iter().map(|(talk, _)| *talk).filter(|talk| talk.at() > gone);
    let mut own = talks.filter(|talk| match talk {
        Talk::Call(call) => {
            let speakers = Speakers::of(call, Some(&setting.sides));
            speakers.all().any(|speaker| !speaker.nameless && Name::read(&speaker.name).is(&name))
        }
        Talk::Email(email) => {
            let writer = Name::read(&setting.sides.writer(&email.from)).at(Some(&email.from));
            writer.is(&name) && own_words(email).iter().any(|text| text.chars().any(char::is_alphabetic))
        }
    });
    own.next().is_some()
}
