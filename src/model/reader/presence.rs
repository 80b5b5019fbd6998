//! Who is gone and what notice was given by all that is on record: what was heard of departures, without those whose own words came later.

use super::departure::{of_note, of_signal, same};
use super::statement::own_words;
use super::{Heard, Setting, Talk, Work, notice};
use crate::domain::activity::Signal;
use crate::domain::departure::{Departure, Gone};
use crate::domain::notice::Notice;
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
    let mut all: Vec<Departure> = heard.iter().flat_map(|(_, heard)| heard.departures.iter().cloned()).collect();
    for work in works {
        if let Work::Note(note) = work {
            all.extend(of_note(note, setting));
        }
    }
    all.extend(signals.iter().flat_map(|signal| of_signal(signal, setting)));
    all.sort_by(|left, right| (right.occurred_at, &right.source.id).cmp(&(left.occurred_at, &left.source.id)));
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
    let mut all: Vec<Notice> = heard.iter().flat_map(|(_, heard)| heard.notices.iter().cloned()).collect();
    for work in works {
        if let Work::Note(note) = work {
            all.extend(notice::of_note(note, setting));
        }
    }
    all.extend(signals.iter().flat_map(|signal| notice::of_signal(signal, setting)));
    all.sort_by(|left, right| (right.occurred_at, &right.source.id).cmp(&(left.occurred_at, &left.source.id)));
    all
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
