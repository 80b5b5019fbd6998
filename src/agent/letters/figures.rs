//! What the records say in figures: usage, the contract, what is not paid, and working days to propose.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::aim;
use super::grounds::{Contract, Day, Given, Grounds, Unpaid, Use};
use crate::agent::{evidence, noticed};
use crate::domain::draft::Goal;
use crate::domain::health::usage_change;
use crate::domain::money::joined;
use crate::domain::notice::Standing;
use crate::domain::revenue::{
    BillingStatus, PaymentKind, RevenueSource, UsageDay, debts, total_owed, tries, week_average,
};
use crate::domain::time::{Moment, day_text};
use crate::store::AccountData;

/// A fall of usage worth telling, in percent.
const FELL: i32 = -20;

/// A nearer figure is no fall.
const DAYS_OLD: i64 = 14;

/// Usage as it stands.
pub struct Usage<'a> {
    /// What may be said.
    pub said: Use,
    /// Average as a share of the seats, in percent.
    pub percent: Option<u32>,
    /// Change against thirty days before, in percent.
    pub change: Option<i32>,
    last: &'a UsageDay,
}

/// Usage on a typical day of the last week; none where the figures are old.
pub fn usage(data: &AccountData, today: NaiveDate) -> Option<Usage<'_>> {
    let days: Vec<UsageDay> = data.usage.iter().filter(|day| day.day <= today).cloned().collect();
    let last = data.usage.iter().rfind(|day| day.day <= today)?;
    if (today - last.day).num_days() > DAYS_OLD {
        return None;
    }
    let active = week_average(&days, last.day)?;
    let seats = last.licensed_seats.or(data.account.record.licensed_seats).filter(|seats| *seats > 0);
    let month = usage_change(&days, last.day, 30);
    let change = month.as_ref().and_then(|month| month.percent);
    let before = month.map(|month| month.before).filter(|_| change.is_some_and(|change| change <= FELL));
    let idle_since = days.iter().rev().take_while(|day| day.active_users == 0).last().map(|day| day.day);
    let percent = seats.map(|seats| (f64::from(active) / f64::from(seats) * 100.0).round() as u32);
    Some(Usage { said: Use { active, seats, before, idle_since }, percent, change, last })
}

/// Tells how much they use the product.
pub fn tell_usage(grounds: &mut Grounds, data: &AccountData, today: NaiveDate) {
    let Some(usage) = usage(data, today) else { return };
    let Use { active, seats, before, idle_since } = usage.said;
    let mut text = format!("{active} people active on a typical day of the last week");
    if let Some(seats) = seats {
        text = format!("{text}, of {seats} seats");
    }
    if let Some(before) = before {
        text = format!("{text}; {before} thirty days before");
    }
    if let Some(day) = idle_since {
        text = format!("{text}; nobody since {}", day_text(day, today));
    }
    grounds.lean_on(text, evidence::usage(usage.last, &format!("{active} on average in the last 7 days")));
    grounds.usage = Some(usage.said);
}

/// Tells that they gave notice, where they did.
pub fn tell_notice(grounds: &mut Grounds, data: &AccountData, now: Moment) {
    let Some(Standing::Given(notice, ends_on)) = data.notice(now) else { return };
    let today = now.day();
    let day = notice.occurred_at.day();
    let end = ends_on.map(|day| format!(" for {}", day_text(day, today))).unwrap_or_default();
    let says = noticed::contract_says(data, today).map(|says| format!("; {says}")).unwrap_or_default();
    grounds.lean_on(
        format!("They gave notice on {}{end}{says}", day_text(day, today)),
        noticed::evidence_of(data, notice),
    );
    grounds.notice = Some(Given { day, ends_on });
}

/// Tells which contract renews, which trial ends or what waits for a signature.
pub fn tell_contract(grounds: &mut Grounds, data: &AccountData, today: NaiveDate) {
    let source = match grounds.goal {
        Goal::TrialConversion => aim::trial(data, today),
        _ => aim::renewal(data, today),
    };
    let Some((source, day)) = source.and_then(|source| Some((source, source.renews_on?))) else {
        if let Some(expired) = aim::to_sign(data) {
            let pending = data.revenue.iter().find(|source| source.status == BillingStatus::Pending);
            if let Some((pending, day)) = pending.zip(expired.renews_on) {
                grounds.lean_on(
                    format!("The contract ended on {}; the renewal order form is not signed", day_text(day, today)),
                    evidence::contract(pending),
                );
                grounds.contract = Some(contract(expired, day, today));
            }
        }
        return;
    };
    let what = if grounds.goal == Goal::TrialConversion { "The trial ends" } else { "The contract renews" };
    grounds.lean_on(format!("{what} on {}", day_text(day, today)), evidence::contract(source));
    grounds.contract = Some(contract(source, day, today));
}

fn contract(source: &RevenueSource, day: NaiveDate, today: NaiveDate) -> Contract {
    Contract {
        product: plain_product(&source.product),
        seats: source.quantity,
        day,
        in_days: (day - today).num_days(),
        automatic: source.product.to_lowercase().contains("auto-renew") || source.rolls_monthly(),
    }
}

/// `Pied Piper Platform Team, auto-renew` → `Pied Piper Platform Team`.
fn plain_product(product: &str) -> String {
    let end = product.find(['(', ',', ':']).unwrap_or(product.len());
    product[..end].trim().trim_end_matches(" trial").trim_end_matches(" pilot").trim().to_owned()
}

/// Tells what is not paid: every try of what is still owed, and the contract that is past due.
pub fn tell_unpaid(grounds: &mut Grounds, data: &AccountData, now: Moment) {
    let today = now.day();
    let due = data.revenue.iter().find(|source| source.status == BillingStatus::PastDue);
    let owed = debts(&data.payments, now);
    let open = tries(&owed);
    let mut failed: Vec<NaiveDate> = Vec::new();
    for payment in &open {
        let day = payment.occurred_at.day();
        if payment.kind == PaymentKind::Failed && !failed.contains(&day) {
            failed.push(day);
        }
        let what = if payment.kind == PaymentKind::Failed { "failed" } else { "was past due" };
        grounds.lean_on(
            format!("A payment of {} {what} on {}", payment.amount(), day_text(day, today)),
            evidence::payment(payment),
        );
    }
    let amounts = total_owed(&owed);
    if let Some(due) = due {
        grounds.lean_on("The contract is past due", evidence::contract(due));
    }
    grounds.unpaid = Some(Unpaid {
        product: due
            .or_else(|| data.revenue.iter().find(|source| source.recurring()))
            .map(|source| plain_product(&source.product)),
        amount: (!amounts.is_empty()).then(|| joined(&amounts)),
        since: open.first().map(|payment| payment.occurred_at.day()),
        failed,
    });
}

/// Two working days to propose, the day after tomorrow at the earliest.
pub fn days(today: NaiveDate) -> [Day; 2] {
    let first = working_day(today + Days::new(2));
    let second = working_day(first + Days::new(1));
    [first, second].map(|day| Day { day, text: spoken(day, today) })
}

fn working_day(day: NaiveDate) -> NaiveDate {
    match day.weekday() {
        Weekday::Sat => day + Days::new(2),
        Weekday::Sun => day + Days::new(1),
        _ => day,
    }
}

/// `Thursday the 26th`; with the month where it is another one.
fn spoken(day: NaiveDate, today: NaiveDate) -> String {
    if day.month() != today.month() {
        return day.format("%A, %B %-d").to_string();
    }
    let ending = match day.day() {
        1 | 21 | 31 => "st",
        2 | 22 => "nd",
        3 | 23 => "rd",
        _ => "th",
    };
    format!("{} the {}{ending}", day.format("%A"), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proposed_days_are_working_days_ahead() {
        let proposed = |today: &str| days(today.parse().unwrap()).map(|day| day.text);
        assert_eq!(proposed("2026-11-23"), ["Wednesday the 25th", "Thursday the 26th"]);
        assert_eq!(
            proposed("2026-11-26"),
            ["Monday, November 30".replace(", November 30", " the 30th"), "Tuesday, December 1".to_owned()]
        );
        assert_eq!(proposed("2026-11-20"), ["Monday the 23rd", "Tuesday the 24th"]);
    }

    #[test]
    fn a_product_is_named_without_what_stands_in_brackets() {
        assert_eq!(plain_product("Pied Piper Platform Team, auto-renew"), "Pied Piper Platform Team");
        assert_eq!(plain_product("Pied Piper Platform: Core and Vault"), "Pied Piper Platform");
        assert_eq!(plain_product("Pied Piper Platform trial (25 seats)"), "Pied Piper Platform");
    }
}
