//! Who has left an account, put into words with the record that says so.

use chrono::NaiveDate;

use super::evidence;
use crate::domain::departure::{Departure, Gone};
use crate::domain::evidence::Evidence;
use crate::domain::record::RecordKind;
use crate::domain::text::clipped;
use crate::domain::time::day_text;
use crate::language::naming::plain_name;
use crate::reading::people::same_person;
use crate::store::AccountData;

/// Letters of a quote that is repeated in a sentence.
const QUOTED: usize = 120;

/// The words that say it, with their record.
pub fn evidence_of(data: &AccountData, departure: &Departure) -> Evidence {
    let Departure { source, occurred_at, quote, said_by, at_seconds, .. } = departure;
    Evidence { at_seconds: *at_seconds, ..evidence::heard_in(data, source, *occurred_at, quote, said_by) }
}

/// What became of somebody, as the predicate of a sentence: `has left Hooli`.
pub fn became(departure: &Departure, account: &str, today: NaiveDate) -> String {
    let day = departure.since.map(|since| day_text(since, today));
    match (departure.gone, departure.holds_on(today)) {
        (Gone::Left, true) => format!("has left {account}"),
        (Gone::Left, false) => match day {
            Some(day) => format!("leaves {account} on {day}"),
            None => format!("is leaving {account}"),
        },
        (Gone::Unreachable, _) => "can no longer be reached: mail to their address comes back".to_owned(),
        (Gone::Away, _) => match departure.back.map(|back| day_text(back, today)) {
            Some(back) => format!("is away until {back}"),
            None => "is away".to_owned(),
        },
    }
}

/// Who says so, and in which words: `Pat Moss wrote on May 4: “…”`.
pub fn by_whom(departure: &Departure, today: NaiveDate) -> String {
    let day = day_text(departure.occurred_at.day(), today);
    let own = same_person(&departure.said_by, &departure.who);
    let who = plain_name(&departure.said_by);
    let said = match (departure.source.kind, who.is_empty()) {
        (RecordKind::Email, _) if departure.gone == Gone::Unreachable && who.is_empty() => {
            format!("a mail came back on {day}")
        }
        (RecordKind::Email, _) if own => format!("they wrote themselves on {day}"),
        (RecordKind::Email, false) => format!("{who} wrote on {day}"),
        (RecordKind::Call, false) => format!("{who} said on {day}"),
        (RecordKind::Note, false) => format!("{who} noted on {day}"),
        (kind, _) => format!("{} {} of {day} says", if kind == RecordKind::Email { "an" } else { "a" }, kind.label()),
    };
    format!("{said}: “{}”", clipped(departure.quote.trim(), QUOTED))
}
