//! Whether an account meets the conditions, and which of its records do.

use chrono::NaiveDate;

use super::super::Bench;
use super::{Candidate, Mood};
use crate::domain::account::Contact;
use crate::domain::activity::{Signal, SignalKind};
use crate::domain::money::Money;
use crate::domain::person::owned_by;
use crate::domain::revenue::{BillingStatus, Deal, PaymentEvent, RevenueSource, ends_on};
use crate::domain::state::holds;
use crate::domain::time::{Moment, Window};
use crate::domain::tool::portfolio::{Portfolio, PortfolioRow};
use crate::reading::people::same_person;
use crate::store::AccountData;

/// Whether all conditions hold.
pub(super) fn matches(bench: &Bench<'_>, candidate: &Candidate, wanted: &Portfolio) -> bool {
    let row = &candidate.row;
    let live = candidate.live || wanted.trialing && row.trialing;
    let major = |amount: &Money| amount.major();
    let days = row.days_to_renewal;
    let today = bench.today();
    let ends = ends_on(&candidate.data.revenue, today);
    let goes_on = ends.is_none() || ends != row.renews_on;
    (wanted.levels.is_empty() || wanted.levels.contains(&row.level))
        && (goes_on || !wanted.asks_of_renewals())
        && (wanted.ends == Window::ALWAYS || ends.is_some_and(|day| wanted.ends.contains(day)))
        && wanted
            .renewing_within_days
            .is_none_or(|within| live && days.is_some_and(|days| (0..=i64::from(within)).contains(&days)))
        && (wanted.renews == Window::ALWAYS
            || row.renews_on.is_some_and(|day| wanted.renews.contains(day))
                && (live || row.renews_on.is_some_and(|day| day < bench.today())))
        && wanted
            .lapsed_within_days
            .is_none_or(|within| !live && days.is_some_and(|days| (-i64::from(within)..0).contains(&days)))
        && wanted.arr_at_least.is_none_or(|least| row.arr.iter().any(|amount| major(amount) >= least.into()))
        && wanted
            .arr_at_most
            .is_none_or(|most| !row.arr.is_empty() && row.arr.iter().all(|amount| major(amount) <= most.into()))
        && (wanted.payment_states.is_empty() || wanted.payment_states.contains(&row.payment_state))
        && wanted
            .owner
            .as_deref()
            .is_none_or(|owner| row.owner_email.as_deref().is_some_and(|email| owned_by(email, owner)))
        && (wanted.sections.is_empty() || wanted.sections.contains(&row.section))
        && wanted
            .segment
            .as_deref()
            .is_none_or(|segment| row.segment.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(segment)))
        && (!wanted.unhappy || !matches!(candidate.mood, Mood::Content))
        && (!wanted.disagrees || candidate.disagreement.is_some())
        && wanted.silent_for_days.is_none_or(|least| candidate.silent_days.is_none_or(|days| days >= i64::from(least)))
        && wanted.usage_fell_percent.is_none_or(|least| {
            row.usage_change_percent.is_some_and(|change| change <= -(i32::try_from(least).unwrap_or(i32::MAX)))
        })
        && wanted.usage_rose_percent.is_none_or(|least| {
            row.usage_change_percent.is_some_and(|change| change >= i32::try_from(least).unwrap_or(i32::MAX))
        })
        && wanted.adoption_below.is_none_or(|below| row.adoption_percent.is_some_and(|percent| percent < below))
        && (!wanted.trialing || row.trialing)
        && (wanted.contracts.is_empty() || contracts(candidate.data, wanted, bench.today()).next().is_some())
        && (wanted.deals.is_empty() || deals(candidate.data, wanted).next().is_some())
        && (wanted.payments.is_empty() || payments(candidate.data, wanted, bench.now()).next().is_some())
        && wanted.without.iter().all(|holding| !holds(&candidate.data.state_input(), *holding))
        && wanted.contact.as_deref().is_none_or(|name| contacts(candidate.data, name).next().is_some())
        && (wanted.among.is_empty() || wanted.among.contains(&row.domain))
        && wanted
            .currency
            .as_deref()
            .is_none_or(|currency| row.arr.iter().any(|amount| amount.currency.eq_ignore_ascii_case(currency)))
        && wanted.billed.is_none_or(|billed| {
            candidate.data.revenue.iter().any(|source| source.recurring() && billed.is(source.every()))
        })
        && wanted.text.as_deref().is_none_or(|text| says(row, text))
        && (wanted.signals.is_empty() || !signals(candidate.data, wanted).is_empty())
}

/// Whether the name, the domain or the owner has the text in it.
fn says(row: &PortfolioRow, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let said = [Some(&row.name), Some(&row.domain), row.owner_email.as_ref()];
    text.is_empty() || said.into_iter().flatten().any(|said| said.to_lowercase().contains(&text))
}

/// The signals that meet the conditions on signals, newest first; for NPS only the newest score of the account counts.
pub(super) fn signals<'a>(data: &'a AccountData, wanted: &Portfolio) -> Vec<&'a Signal> {
    let newest = |kind: SignalKind| {
        data.signals.iter().filter(move |signal| signal.kind == kind).max_by_key(|signal| signal.occurred_at)
    };
    let fits = |signal: &&Signal| {
        wanted.signals_window.contains(signal.occurred_at.day())
            && (signal.kind != SignalKind::Nps
                || newest(SignalKind::Nps).is_some_and(|latest| latest.id == signal.id)
                    && wanted.nps_at_most.is_none_or(|most| signal.score.is_some_and(|score| score <= f64::from(most)))
                    && wanted
                        .nps_at_least
                        .is_none_or(|least| signal.score.is_some_and(|score| score >= f64::from(least))))
    };
    let mut found: Vec<&Signal> =
        data.signals.iter().filter(|signal| wanted.signals.contains(&signal.kind)).filter(fits).collect();
    found.sort_by_key(|signal| std::cmp::Reverse(signal.occurred_at));
    found
}

/// The contracts in one of the wanted states. One that ran past its day without a word counts as expired.
pub(super) fn contracts<'a>(
    data: &'a AccountData,
    wanted: &'a Portfolio,
    today: NaiveDate,
) -> impl Iterator<Item = &'a RevenueSource> {
    let state = move |source: &&RevenueSource| {
        let ran_out = source.recurring() && source.renews_on.is_some_and(|day| day < today);
        wanted.contracts.contains(&source.status) || ran_out && wanted.contracts.contains(&BillingStatus::Expired)
    };
    let then = |source: &&RevenueSource| {
        wanted.happened == Window::ALWAYS || source.renews_on.is_some_and(|day| wanted.happened.contains(day))
    };
    data.revenue.iter().filter(state).filter(then)
}

/// The deals in one of the wanted states.
pub(super) fn deals<'a>(data: &'a AccountData, wanted: &'a Portfolio) -> impl Iterator<Item = &'a Deal> {
    data.deals.iter().filter(|deal| wanted.deals.contains(&deal.status)).filter(|deal| {
        // An open deal has no day yet.
        wanted.happened == Window::ALWAYS || deal.closed_at.is_none_or(|at| wanted.happened.contains(at.day()))
    })
}

/// The payments of the wanted kinds, newest first.
pub(super) fn payments<'a>(
    data: &'a AccountData,
    wanted: &'a Portfolio,
    now: Moment,
) -> impl Iterator<Item = &'a PaymentEvent> {
    data.payments.iter().filter(move |payment| {
        payment.occurred_at <= now
            && wanted.payments.contains(&payment.kind)
            && wanted.happened.contains(payment.occurred_at.day())
    })
}

/// The contacts of this name, or of this role.
pub(super) fn contacts<'a>(data: &'a AccountData, name: &'a str) -> impl Iterator<Item = &'a Contact> {
    data.account.record.contacts.iter().filter(move |contact| same_person(&contact.name, name))
}
