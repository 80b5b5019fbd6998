//! How a page writes days, people, amounts and links.

use chrono::NaiveDate;
use serde::Serialize;

use super::address;
use crate::app::Hub;
use crate::domain::evidence::Evidence;
use crate::domain::health::Level;
use crate::domain::money::{Money, grouped, joined};
use crate::domain::person::name_in;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::text::{capital, signed};
use crate::domain::time::{Moment, day_text, relative_text};
use crate::domain::tool::Cite;

/// A day on a page.
#[derive(Clone, Debug, Serialize)]
pub(in crate::web) struct When {
    /// For programs: `2026-06-01`.
    pub iso: String,
    /// For people: `June 1`.
    pub day: String,
    /// How far away: `3 days ago`.
    pub ago: String,
}

impl When {
    pub(in crate::web) fn of(day: NaiveDate, today: NaiveDate) -> Self {
        Self { iso: day.to_string(), day: day_text(day, today), ago: relative_text(day, today) }
    }

    pub(in crate::web) fn at(at: Moment, today: NaiveDate) -> Self {
        Self::of(at.day(), today)
    }
}

/// A link to a record.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Link {
    /// Where it leads.
    pub href: String,
    /// What it is called.
    pub text: String,
    /// The words it is cited for.
    pub quote: Option<String>,
    /// When it happened.
    pub when: Option<When>,
}

/// Letters of a quote that a page shows beside a statement, at most.
const QUOTE: usize = 220;

impl Link {
    /// To a record that is only named.
    pub(super) fn to(record: &RecordRef, text: &str) -> Self {
        Self { href: address::record(record), text: text.to_owned(), quote: None, when: None }
    }

    /// To the record behind a statement; in a call, to the words.
    pub(super) fn evidence(evidence: &Evidence, today: NaiveDate) -> Self {
        let place = evidence.at_seconds.map(|at| format!("#{}", line_id(at))).unwrap_or_default();
        // A day of usage says again what the statement does.
        let quote = Some(evidence.quote.trim()).filter(|_| evidence.record.kind != RecordKind::Usage);
        Self {
            href: format!("{}{place}", address::record(&evidence.record)),
            text: evidence.title.clone(),
            quote: quote.filter(|quote| !quote.is_empty()).map(|quote| clipped(quote, QUOTE)),
            when: evidence.occurred_at.map(|at| When::at(at, today)),
        }
    }

    /// To the record a list cites by number.
    pub(super) fn cited(hub: &Hub, cite: Cite) -> Option<Self> {
        hub.evidence(cite).map(|evidence| Self::evidence(evidence, hub.now.day()))
    }

    /// The same of several.
    pub(super) fn all(hub: &Hub, cites: &[Cite]) -> Vec<Self> {
        cites.iter().filter_map(|cite| Self::cited(hub, *cite)).collect()
    }
}

/// What a line of a call is named by: the second it begins at.
pub(super) fn line_id(at_seconds: f64) -> String {
    format!("t{}", at_seconds.max(0.0).floor() as u64)
}

/// Seconds as `12:05`.
pub(super) fn clock(at_seconds: f64) -> String {
    let whole = at_seconds.max(0.0).floor() as u64;
    let (hours, minutes, seconds) = (whole / 3_600, whole % 3_600 / 60, whole % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes:02}:{seconds:02}") }
}

/// The first letters of a text, cut between words.
pub(in crate::web) fn clipped(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most).collect();
    let whole = cut.rsplit_once(char::is_whitespace).map_or(cut.as_str(), |(whole, _)| whole);
    format!("{} …", whole.trim_end())
}

/// A change in percent with its sign.
pub(in crate::web) fn percent(percent: i32) -> String {
    match percent {
        0 => "±0%".to_owned(),
        other => format!("{}%", signed(other)),
    }
}

/// Amounts of several currencies; a dash where there are none.
pub(in crate::web) fn money(amounts: &[Money]) -> String {
    if amounts.is_empty() { "–".to_owned() } else { joined(amounts) }
}

/// A level, as a badge writes it.
pub(in crate::web) fn level(level: Level) -> String {
    capital(level.label())
}

/// A kind of record, as a heading writes it.
pub(super) fn kind(kind: RecordKind) -> String {
    capital(kind.label())
}

/// Several records of a kind, as a filter writes them.
pub(super) fn kinds(kind: RecordKind) -> String {
    format!("{}s", capital(kind.label()))
}

/// So many records of a kind: `1 call`, `90 days of usage`.
pub(super) fn counted(count: u64, kind: RecordKind) -> String {
    match (count, kind) {
        (1, RecordKind::Usage) => "1 day of usage".to_owned(),
        (_, RecordKind::Usage) => format!("{} days of usage", grouped(count)),
        (1, kind) => format!("1 {}", kind.label()),
        (_, kind) => format!("{} {}s", grouped(count), kind.label()),
    }
}

/// What an address calls somebody, with the address.
#[derive(Clone, Debug, Serialize)]
pub(in crate::web) struct Owner {
    /// `Jared Dunn`.
    pub name: String,
    /// Their address.
    pub email: String,
}

impl Owner {
    pub(in crate::web) fn of(email: &str) -> Self {
        Self { name: name_in(email), email: email.to_owned() }
    }
}

/// Up to two letters that stand for a name.
pub(super) fn monogram(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter_map(|word| word.chars().next()).take(2).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_monogram_whatever_it_is_written_in() {
        for (name, letters) in [("Hooli", "H"), ("Grey Heron Tools", "GH"), ("émile & söhne", "ÉS"), ("…", "")] {
            assert_eq!(monogram(name), letters, "{name}");
        }
    }

    #[test]
    fn signs_and_cuts_are_as_people_write_them() {
        assert_eq!(
            (signed(-8), signed(5), percent(0), percent(-4)),
            ("−8".into(), "+5".into(), "±0%".into(), "−4%".into())
        );
        assert_eq!(clipped("one two three", 9), "one two …");
        assert_eq!((clock(65.9), clock(3_725.0)), ("01:05".to_owned(), "1:02:05".to_owned()));
    }
}
