//! Questions worth asking about an account: what its state puts first, in the words a person would use.

use super::AccountState;
use crate::domain::health::Level;
use crate::domain::time::{Moment, day_text};
use crate::domain::tool::portfolio::Holding;

/// A contract that renews within so many days is worth a question.
const RENEWS_WITHIN: i64 = 60;

/// So is a trial that ends within so many days.
const TRIAL_ENDS_WITHIN: i64 = 30;

/// Days without a call or an e-mail after which the silence is.
const SILENT_DAYS: i64 = 30;

/// A change of usage in 30 days, in percent, from which it is.
const USAGE_PERCENT: u32 = 20;

/// An NPS answer up to this is one of a detractor.
const DETRACTOR: f64 = 6.0;

impl AccountState {
    /// Questions worth asking about the account at `now`, the most pressing first, at most `most`: money that is owed, a bad
    /// score, an end, promises and moods come before what can be asked of any account. Each is there once.
    #[must_use]
    pub fn worth_asking(&self, now: Moment, most: usize) -> Vec<String> {
        let mut questions = self.of_money_and_score(now);
        questions.extend(self.of_people_and_use(now));
        questions.extend(self.of_any_account());
        questions.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        questions.into_iter().map(|(_, question)| question).take(most).collect()
    }

    fn of_money_and_score(&self, now: Moment) -> Vec<(u8, String)> {
        let today = now.day();
        let ahead = |day: &chrono::NaiveDate, most: i64| (0..=most).contains(&(*day - today).num_days());
        let mut found = Vec::new();
        if self.payment_state.is_unpaid() {
            found.push((100, "Which payments failed or are past due?".to_owned()));
        }
        match self.level {
            Level::Critical => found.push((95, "Why is this account critical?".to_owned())),
            Level::AtRisk => found.push((80, "Why is this account at risk?".to_owned())),
            Level::Healthy => {}
        }
        if let Some(day) = self.ends_on.filter(|day| *day >= today) {
            found.push((90, format!("Why does their contract end on {}?", day_text(day, today))));
        }
        if self.trialing && self.trial_ends_on.is_some_and(|day| ahead(&day, TRIAL_ENDS_WITHIN)) {
            found.push((78, "What stands in the way of this trial?".to_owned()));
        }
        let renews = self.renews_on.filter(|day| self.live && self.ends_on.is_none() && ahead(day, RENEWS_WITHIN));
        if let Some(day) = renews {
            found.push((70, format!("Do they renew on {}, and what are the risks?", day_text(day, today))));
        }
        found
    }

    fn of_people_and_use(&self, now: Moment) -> Vec<(u8, String)> {
        let mut found = Vec::new();
        if self.ours.overdue > 0 {
            found.push((85, "Which promises of ours are overdue?".to_owned()));
        } else if self.ours.open > 0 {
            found.push((55, "Are there any open commitments to this account?".to_owned()));
        }
        if self.theirs.overdue + self.theirs.open > 0 {
            found.push((45, "What did they promise us?".to_owned()));
        }
        if self.trouble {
            found.push((82, "What are they unhappy about?".to_owned()));
        } else if self.nps.is_some_and(|nps| nps <= DETRACTOR) {
            found.push((60, "Why is their NPS so low?".to_owned()));
        }
        if let Some(percent) = self.usage_change_percent.filter(|percent| percent.unsigned_abs() >= USAGE_PERCENT) {
            found.push(if percent < 0 {
                (75, "Is their usage falling, and why?".to_owned())
            } else {
                (50, "How has their usage grown?".to_owned())
            });
        }
        if self.last_contact.is_some_and(|at| (now.day() - at.day()).num_days() >= SILENT_DAYS) {
            found.push((65, "When did we last speak, and about what?".to_owned()));
        }
        found
    }

    fn of_any_account(&self) -> Vec<(u8, String)> {
        let mut found = Vec::new();
        if self.holds.contains(&Holding::Calls) {
            found.push((20, "Summarize the last three calls with this customer.".to_owned()));
        }
        found.push((15, "What changed since last week?".to_owned()));
        found.push((10, "What requests has this account made?".to_owned()));
        found.push((5, "How is this account doing?".to_owned()));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::{Account, AccountRecord, Decided, Section};
    use crate::domain::health::{HealthConfig, HealthInput};
    use crate::domain::id::AccountId;
    use crate::domain::revenue::PaymentState;
    use crate::domain::state::StateInput;

    fn now() -> Moment {
        "2026-06-15T12:00:00Z".parse().unwrap()
    }

    /// An account of which nothing is on record.
    fn bare() -> AccountState {
        let record = AccountRecord { domain: "mill.example".to_owned(), ..AccountRecord::default() };
        let section = Section::Health;
        let account = Account { id: AccountId::new(), record, section, decided: Decided::default() };
        let records = HealthInput {
            account: &account.record,
            revenue: &[],
            payments: &[],
            usage: &[],
            signals: &[],
            deals: &[],
            commitments: &[],
            contacts: &[],
            notices: &[],
        };
        let input = StateInput { account: &account, records };
        AccountState { level: Level::Healthy, ..AccountState::computed(&input, now(), &HealthConfig::default()) }
    }

    #[test]
    fn an_account_without_news_is_asked_what_any_account_is() {
        let asked = bare().worth_asking(now(), 3);
        assert_eq!(
            asked,
            ["What changed since last week?", "What requests has this account made?", "How is this account doing?"]
        );
    }

    #[test]
    fn what_is_owed_and_what_ends_comes_before_what_is_usual() {
        let ends_on = Some("2026-07-01".parse().unwrap());
        let state = AccountState {
            level: Level::Critical,
            payment_state: PaymentState::PastDue,
            ends_on,
            holds: vec![Holding::Calls],
            ..bare()
        };
        assert_eq!(
            state.worth_asking(now(), 4),
            [
                "Which payments failed or are past due?",
                "Why is this account critical?",
                "Why does their contract end on July 1?",
                "Summarize the last three calls with this customer.",
            ]
        );
    }

    #[test]
    fn a_renewal_is_asked_about_when_it_comes_near_and_a_silence_when_it_is_long() {
        let state = AccountState {
            live: true,
            renews_on: Some("2026-08-01".parse().unwrap()),
            usage_change_percent: Some(-24),
            last_contact: Some("2026-05-01T09:00:00Z".parse().unwrap()),
            ..bare()
        };
        assert_eq!(
            state.worth_asking(now(), 3),
            [
                "Is their usage falling, and why?",
                "Do they renew on August 1, and what are the risks?",
                "When did we last speak, and about what?",
            ]
        );
        let later = AccountState { renews_on: Some("2027-08-01".parse().unwrap()), ..state };
        assert!(!later.worth_asking(now(), 9).iter().any(|asked| asked.contains("renew")));
    }
}
