//! What a mail is for: as asked, where the records allow it, else as the state of the account suggests.

use chrono::NaiveDate;

use crate::agent::noticed;
use crate::agent::tools::{Bench, ToolError};
use crate::domain::draft::Goal;
use crate::domain::health::{Level, assess};
use crate::domain::revenue::{BillingStatus, DealStatus, PaymentState, RevenueSource, decided, ends_on};
use crate::domain::time::{Moment, day_text};
use crate::store::AccountData;

/// A renewal is near this many days before it.
const NEAR: i64 = 45;

/// Usage is low below this share of the seats, in percent, or after such a fall within thirty days.
const LOW: (u32, i32) = (40, -30);

/// The goal that was asked for, or the one the state of the account suggests with the reason.
///
/// # Errors
/// [`ToolError::Invalid`] when the account is closed to mails, or what was asked for has nothing to be about.
pub fn goal(
    bench: &Bench<'_>,
    data: &AccountData,
    asked: Option<Goal>,
    about_a_release: bool,
) -> Result<(Goal, Option<String>), ToolError> {
    let (account, today) = (&data.account.record, bench.today());
    if !account.tracked() {
        return Err(ToolError::Invalid(format!(
            "{} is untracked, so no mail is drafted to it; re-track it first if it should be written to.",
            account.name
        )));
    }
    match asked {
        Some(goal) => has_a_matter(data, goal, bench.now()).map(|()| (goal, None)),
        None if about_a_release => Ok((Goal::CloseTheLoop, None)),
        None => {
            let (goal, reason) = suggested(bench, data, today);
            Ok((goal, Some(reason)))
        }
    }
}

fn suggested(bench: &Bench<'_>, data: &AccountData, today: NaiveDate) -> (Goal, String) {
    if owes(data, bench.now()) {
        return (Goal::PaymentRecovery, "a payment is open".to_owned());
    }
    if let Some(day) = ends_on(&data.revenue, today) {
        return (Goal::SaveAtRisk, format!("they canceled and the contract ends on {}", day_text(day, today)));
    }
    if let Some((_, given)) = noticed::given(data, bench.now()) {
        return (Goal::SaveAtRisk, given);
    }
    if let Some(trial) = trial(data, today) {
        let until = trial.renews_on.map(|day| format!(" until {}", day_text(day, today))).unwrap_or_default();
        return (Goal::TrialConversion, format!("they are on a trial{until}"));
    }
    if let Some(day) = renewal(data, today).and_then(|contract| contract.renews_on)
        && (day - today).num_days() <= NEAR
    {
        return (Goal::Renewal, format!("the contract renews on {}", day_text(day, today)));
    }
    if let Some(day) = to_sign(data).and_then(|ended| ended.renews_on) {
        return (
            Goal::Renewal,
            format!("the contract ended on {} and the next one is not signed", day_text(day, today)),
        );
    }
    let usage = super::figures::usage(data, today);
    let active = data.revenue.iter().any(RevenueSource::recurring);
    if let Some(day) = usage.as_ref().and_then(|usage| usage.said.idle_since).filter(|_| active) {
        return (Goal::Adoption, format!("nobody has been active since {}", day_text(day, today)));
    }
    if is_lost(data) {
        return (Goal::Reengage, "they are lost as a customer".to_owned());
    }
    if assess(&data.health_input(), bench.now(), bench.rules()).level == Level::Critical {
        return (Goal::SaveAtRisk, "the account is critical".to_owned());
    }
    let low = usage.as_ref().is_some_and(|usage| {
        usage.percent.is_some_and(|percent| percent < LOW.0) || usage.change.is_some_and(|change| change <= LOW.1)
    });
    if low && active {
        return (Goal::Adoption, "few of their seats are in use".to_owned());
    }
    (Goal::CheckIn, "no payment, trial, renewal or drop in usage comes first".to_owned())
}

/// Whether the records have something for such a mail to be about.
fn has_a_matter(data: &AccountData, goal: Goal, now: Moment) -> Result<(), ToolError> {
    let today = now.day();
    let name = &data.account.record.name;
    let refused = |sentence: String| Err(ToolError::Invalid(sentence));
    match goal {
        Goal::PaymentRecovery if !owes(data, now) => refused(format!(
            "Nothing is unpaid at {name} as far as the records go; name another goal, like a check-in."
        )),
        Goal::TrialConversion if trial(data, today).is_none() => {
            refused(format!("{name} is on no trial; name another goal, like a check-in or a renewal."))
        }
        Goal::Renewal if renewal(data, today).is_none() && to_sign(data).is_none() => {
            refused(format!("No contract of {name} with a renewal ahead is on record; name another goal."))
        }
        Goal::Renewal | Goal::TrialConversion if let Some((_, given)) = noticed::given(data, now) => refused(format!(
            "Of {name} it is on record that {given}, so a mail that asks to go on as though nothing had happened is not \
             drafted; name another goal, like save_at_risk."
        )),
        Goal::Reengage if !is_lost(data) => refused(format!(
            "{name} is not lost: a contract, trial or deal is under way. Name another goal, like a check-in."
        )),
        Goal::Adoption if data.usage.is_empty() => refused(format!(
            "No usage of {name} is on record, so a mail about it has nothing to stand on; name another goal."
        )),
        _ => Ok(()),
    }
}

/// Whether a payment is open.
fn owes(data: &AccountData, now: Moment) -> bool {
    PaymentState::of(&data.revenue, &data.payments, now).is_unpaid()
}

/// The trial that runs.
pub fn trial(data: &AccountData, today: NaiveDate) -> Option<&RevenueSource> {
    let running = |source: &&RevenueSource| {
        source.status == BillingStatus::Trialing && source.renews_on.is_none_or(|day| day >= today)
    };
    data.revenue.iter().find(running)
}

/// The contract whose renewal is next; one that was canceled has none.
pub fn renewal(data: &AccountData, today: NaiveDate) -> Option<&RevenueSource> {
    let running = data.revenue.iter().filter(|source| source.recurring() && !source.runs_out()).collect();
    decided(running)
        .into_iter()
        .filter(|source| source.renews_on.is_some_and(|day| day >= today))
        .min_by_key(|source| source.renews_on)
}

/// A contract that lapsed while the next one waits for a signature.
pub fn to_sign(data: &AccountData) -> Option<&RevenueSource> {
    let billed = |status: BillingStatus| data.revenue.iter().find(move |source| source.status == status);
    billed(BillingStatus::Expired).filter(|_| billed(BillingStatus::Pending).is_some())
}

/// Whether nothing is under way any more.
pub fn is_lost(data: &AccountData) -> bool {
    let under_way = data.revenue.iter().any(|source| {
        matches!(
            source.status,
            BillingStatus::Active
                | BillingStatus::PastDue
                | BillingStatus::Trialing
                | BillingStatus::Pending
                | BillingStatus::Draft
        )
    });
    let lost = data.deals.iter().any(|deal| deal.status == DealStatus::Lost)
        || data.revenue.iter().any(|source| matches!(source.status, BillingStatus::Canceled | BillingStatus::Expired));
    lost && !under_way && !data.deals.iter().any(|deal| deal.status == DealStatus::Open)
}
