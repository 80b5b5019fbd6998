//! Whether an account meets the conditions, and which of its records do.

use chrono::NaiveDate;

use success_agent::agent::tools::Bench;

use super::{Candidate, Mood};
use success_agent::domain::account::Contact;
use success_agent::domain::activity::{Signal, SignalKind};
use success_agent::domain::health::Level;
use success_agent::domain::money::Money;
use success_agent::domain::record::RecordKind;
use success_agent::domain::revenue::{BillingStatus, Deal, PaymentEvent, PaymentState, RevenueSource};
use success_agent::domain::time::{Moment, Window};
use success_agent::domain::tool::portfolio::{Holding, Portfolio, PortfolioRow};
use success_agent::store::AccountData;

/// Whether the score says one thing and the money another.
fn at_odds(row: &PortfolioRow, ends: Option<NaiveDate>, payment: PaymentState) -> bool {
    let unpaid = [PaymentState::Failed, PaymentState::PastDue].contains(&payment);
    if row.level == Level::Healthy {
        unpaid || ends.is_some()
    } else {
        !unpaid && row.usage_change_percent.is_some_and(|percent| percent >= 20)
    }
}

/// Whether all conditions hold.
pub(super) fn matches(bench: &Bench<'_>, candidate: &Candidate, wanted: &Portfolio) -> bool {
    let row = &candidate.row;
    let live = candidate.data.revenue.iter().any(|source| {
        matches!(source.status, BillingStatus::Active | BillingStatus::PastDue)
            || wanted.trialing && source.status == BillingStatus::Trialing
    });
    let major = |amount: &Money| amount.major();
    let days = row.days_to_renewal;
    let today = bench.today();
    let canceled = candidate.data.revenue.iter().filter(|source| source.runs_out() && source.recurring());
    let ends = canceled.filter_map(|source| source.renews_on).filter(|day| *day >= today).min();
    let renewals = !wanted.trialing && (wanted.renewing_within_days.is_some() || wanted.renews != Window::ALWAYS);
    (wanted.levels.is_empty() || wanted.levels.contains(&row.level))
        && !(renewals && ends.is_some() && ends == row.renews_on)
        && (wanted.ends == Window::ALWAYS || ends.is_some_and(|day| wanted.ends.contains(day)))
        && wanted.adoption_below.is_none_or(|below| row.adoption_percent.is_some_and(|percent| percent < below))
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
        && wanted.owner.as_deref().is_none_or(|owner| owned_by(row, owner))
        && (wanted.sections.is_empty() || wanted.sections.contains(&row.section))
        && wanted
            .segment
            .as_deref()
            .is_none_or(|segment| row.segment.as_deref().is_some_and(|known| known.eq_ignore_ascii_case(segment)))
        && (!wanted.unhappy || !matches!(candidate.mood, Mood::Content))
        && (!wanted.disagrees || at_odds(row, ends, row.payment_state))
        && wanted.silent_for_days.is_none_or(|least| candidate.silent_days.is_none_or(|days| days >= i64::from(least)))
        && wanted.usage_fell_percent.is_none_or(|least| {
            row.usage_change_percent.is_some_and(|change| change <= -(i32::try_from(least).unwrap_or(i32::MAX)))
        })
        && wanted.usage_rose_percent.is_none_or(|least| {
            row.usage_change_percent.is_some_and(|change| change >= i32::try_from(least).unwrap_or(i32::MAX))
        })
        && (!wanted.trialing || row.trialing)
        && (wanted.among.is_empty() || wanted.among.contains(&row.domain))
        && wanted.currency.as_ref().is_none_or(|currency| row.arr.iter().any(|amount| amount.currency == *currency))
        && wanted.billed.is_none_or(|billed| {
            let paid = candidate.data.revenue.iter().filter(|source| source.recurring());
            paid.map(RevenueSource::every).any(|every| billed.is(every))
        })
        && (wanted.contracts.is_empty() || contracts(candidate.data, wanted, bench.today()).next().is_some())
        && (wanted.deals.is_empty() || deals(candidate.data, wanted).next().is_some())
        && (wanted.payments.is_empty() || payments(candidate.data, wanted, bench.now()).next().is_some())
        && wanted.without.iter().all(|holding| lacks(candidate.data, *holding))
        && wanted.contact.as_deref().is_none_or(|name| contacts(candidate.data, name).next().is_some())
        && (wanted.signals.is_empty() || !signals(candidate.data, wanted).is_empty())
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

fn owned_by(row: &PortfolioRow, owner: &str) -> bool {
    let Some(email) = &row.owner_email else { return false };
    let owner = owner.trim().to_lowercase();
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    email.eq_ignore_ascii_case(&owner)
        || owner.split_whitespace().any(|word| local.split(['.', '_', '-']).any(|part| part == word))
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

/// Whether the records of an account hold none of this.
fn lacks(data: &AccountData, holding: Holding) -> bool {
    let talks = |kind: RecordKind| data.contacts.iter().any(|(_, record)| record.kind == kind);
    match holding {
        Holding::Usage => data.usage.is_empty(),
        Holding::Calls => !talks(RecordKind::Call),
        Holding::Emails => !talks(RecordKind::Email),
        Holding::Signals => data.signals.is_empty(),
        Holding::Nps => !data.signals.iter().any(|signal| signal.kind == SignalKind::Nps),
        // A draft or an order form that nobody signed binds nobody.
        Holding::Contracts => data.revenue.iter().all(|source| {
            !matches!(source.status, BillingStatus::Active | BillingStatus::PastDue | BillingStatus::Trialing)
        }),
        Holding::Payments => data.payments.is_empty(),
        Holding::Deals => data.deals.is_empty(),
        Holding::Contacts => data.account.record.contacts.is_empty(),
        Holding::Owner => data.account.record.owner_email.is_none(),
    }
}

/// Whether two ways of writing a name mean one person.
fn same_person(known: &str, asked: &str) -> bool {
    let words = |name: &str| name.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (known, asked) = (words(known), words(asked));
    !asked.is_empty()
        && !known.is_empty()
        && (asked.iter().all(|word| known.contains(word)) || known.iter().all(|word| asked.contains(word)))
}
