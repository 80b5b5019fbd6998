//! A customer's notice that a contract ends, as it was heard. It changes no contract: what the contract says stands beside it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::record::RecordRef;
use super::revenue::RevenueSource;
use super::time::{Moment, day_text};

/// Days within which notices are one: who wrote it also says it.
const SAME_DAYS: i64 = 120;

/// Words that give notice, or take it back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Whether they take it back.
    #[serde(default)]
    pub withdrawn: bool,
    /// The day they name for the end.
    #[serde(default)]
    pub ends_on: Option<NaiveDate>,
    /// The exact words.
    pub quote: String,
    /// Who said so; empty where nobody is named.
    #[serde(default)]
    pub said_by: String,
    /// When it was said.
    pub occurred_at: Moment,
    /// Where.
    pub source: RecordRef,
    /// Seconds from the start of the call.
    #[serde(default)]
    pub at_seconds: Option<f64>,
}

/// How it stands with the notices of an account.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Standing<'n> {
    /// Notice was given: by these words first, for this day where one was named.
    Given(&'n Notice, Option<NaiveDate>),
    /// It was given and taken back.
    Withdrawn(&'n Notice),
}

impl<'n> Standing<'n> {
    /// How it stands at `now`. What a contract that began later goes on from is over; one that was given again and again is
    /// told by its first words.
    #[must_use]
    pub fn of(notices: &'n [Notice], contracts: &[RevenueSource], now: Moment) -> Option<Self> {
        let mut said: Vec<&Notice> = notices.iter().filter(|notice| notice.occurred_at <= now).collect();
        said.sort_by_key(|notice| std::cmp::Reverse(notice.occurred_at));
        let last = *said.first()?;
        let begun_since = |contract: &RevenueSource| {
            contract.recurring()
                && contract.starts_on.is_some_and(|day| day > last.occurred_at.day() && day <= now.day())
        };
        if contracts.iter().any(begun_since) {
            return None;
        }
        if last.withdrawn {
            let given = said.iter().any(|notice| !notice.withdrawn);
            return given.then_some(Self::Withdrawn(last));
        }
        let (mut first, mut ends_on) = (last, last.ends_on);
        for notice in said.into_iter().skip(1) {
            if notice.withdrawn || (first.occurred_at - notice.occurred_at).num_days() > SAME_DAYS {
                break;
            }
            first = notice;
            ends_on = ends_on.or(notice.ends_on);
        }
        Some(Self::Given(first, ends_on))
    }

    /// The words that give notice, where it stands.
    #[must_use]
    pub fn given(self) -> Option<&'n Notice> {
        if let Self::Given(notice, _) = self { Some(notice) } else { None }
    }
}

/// The contract a notice is of that says nothing of it: the next to renew of those that go on.
#[must_use]
pub fn still_renews(contracts: &[RevenueSource], today: NaiveDate) -> Option<&RevenueSource> {
    let going_on = contracts.iter().filter(|contract| contract.recurring() && !contract.runs_out());
    going_on.min_by_key(|contract| {
        let day = contract.renews_on.filter(|day| *day >= today);
        (day.is_none(), day)
    })
}

/// What a contract says beside a notice: `the contract still says it renews on May 1`.
#[must_use]
pub fn says_beside(contract: &RevenueSource, today: NaiveDate) -> String {
    match contract.renews_on.filter(|day| *day >= today) {
        Some(day) => format!("the contract still says it renews on {}", day_text(day, today)),
        None => "the contract does not say so yet".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::RecordKind;
    use crate::domain::revenue::{BillingStatus, BillingSystem};

    fn notice(day: &str, withdrawn: bool) -> Notice {
        Notice {
            withdrawn,
            ends_on: None,
            quote: String::new(),
            said_by: String::new(),
            occurred_at: format!("{day}T09:00:00Z").parse().unwrap(),
            source: RecordRef { kind: RecordKind::Email, id: day.to_owned() },
            at_seconds: None,
        }
    }

    fn contract(starts_on: &str) -> RevenueSource {
        RevenueSource {
            id: "r".to_owned(),
            account: "a".to_owned(),
            system: BillingSystem::Manual,
            product: "Seats".to_owned(),
            status: BillingStatus::Active,
            interval: "year".to_owned(),
            amount_minor: 100,
            currency: "EUR".to_owned(),
            mrr_minor: None,
            discount_percent: None,
            discount_minor: None,
            discount_until: None,
            quantity: None,
            starts_on: Some(starts_on.parse().unwrap()),
            renews_on: None,
            cancel_at_period_end: false,
            url: None,
        }
    }

    fn standing(notices: &[Notice], contracts: &[RevenueSource]) -> Option<(bool, String)> {
        Standing::of(notices, contracts, "2027-06-01T00:00:00Z".parse().unwrap()).map(|standing| match standing {
            Standing::Given(notice, _) => (true, notice.source.id.clone()),
            Standing::Withdrawn(notice) => (false, notice.source.id.clone()),
        })
    }

    #[test]
    fn a_notice_stands_until_it_is_taken_back_or_a_new_contract_begins() {
        let given = [notice("2027-03-01", false), notice("2027-03-04", false)];
        assert_eq!(standing(&given, &[]), Some((true, "2027-03-01".to_owned())));
        assert_eq!(standing(&given, &[contract("2026-01-01")]), Some((true, "2027-03-01".to_owned())));
        assert_eq!(standing(&given, &[contract("2027-05-01")]), None);
        let back = [notice("2027-03-01", false), notice("2027-03-20", true)];
        assert_eq!(standing(&back, &[]), Some((false, "2027-03-20".to_owned())));
        let again = [back[0].clone(), back[1].clone(), notice("2027-04-30", false)];
        assert_eq!(standing(&again, &[]), Some((true, "2027-04-30".to_owned())));
    }

    #[test]
    fn a_notice_that_lies_ahead_or_was_never_given_is_none() {
        assert_eq!(standing(&[notice("2027-06-02", false)], &[]), None);
        assert_eq!(standing(&[notice("2027-03-02", true)], &[]), None);
        let long_ago = [notice("2025-02-01", false), notice("2027-03-01", false)];
        assert_eq!(standing(&long_ago, &[]), Some((true, "2027-03-01".to_owned())));
    }
}
