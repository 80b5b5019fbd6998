//! The state of an account: the figures lists are chosen, ordered and counted by. A pure function of the account's
//! records, an instant and the rules of the score, and good until the next instant at which a figure can change.

mod disagreement;
mod promises;
mod prospect;
mod suggestions;

#[cfg(test)]
mod tests;

pub use disagreement::{GROWTH_PERCENT, disagreement};
pub use promises::PromiseCounts;
pub use prospect::Prospect;

use chrono::{Duration, NaiveDate, NaiveTime};

use super::account::{Account, Section};
use super::activity::{Side, Signal, SignalKind};
use super::health::{Health, HealthConfig, HealthInput, Level, assess, usage_change};
use super::money::Money;
use super::record::RecordKind;
use super::revenue::{
    BillingStatus, PaymentState, Reconciled, RevenueSource, UsageDay, arr, ends_on, reconcile, renewal, trial_end,
    week_average,
};
use super::time::Moment;
use super::tool::portfolio::{Holding, RoutedFrom};

/// Moves on when the same records give another state than before, so that what is kept is computed anew.
pub const STATE_VERSION: u32 = 5;

/// Days a sign of unhappiness counts.
const RECENT_DAYS: i64 = 60;

/// From this NPS answer on a customer counts as content.
const CONTENT_SCORE: f64 = 7.0;

/// What the state of an account is computed from.
#[derive(Clone, Copy, Debug)]
pub struct StateInput<'a> {
    /// The account, with what people decided laid over what was imported.
    pub account: &'a Account,
    /// Its records, contracts that are left out of recurring revenue not among them.
    pub records: HealthInput<'a>,
}

/// The figures of an account as of an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct AccountState {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// Owner's e-mail address.
    pub owner_email: Option<String>,
    /// Segment.
    pub segment: Option<String>,
    /// Names of its contacts.
    pub contacts: Vec<String>,
    /// Where its next action belongs.
    pub section: Section,
    /// When people put it there; none where its contracts and deals did.
    pub routed_at: Option<Moment>,
    /// The first day it is in digests again; may be past.
    pub snoozed_until: Option<NaiveDate>,
    /// Whether it takes part in health monitoring.
    pub tracked: bool,
    /// 0 to 100.
    pub score: u32,
    /// The colour of the score.
    pub level: Level,
    /// Whether something serious was said lately that no good news came after, whatever the score says.
    pub trouble: bool,
    /// Annual recurring revenue, one entry per currency.
    pub arr: Vec<Money>,
    /// Whether a contract is paid for or past due.
    pub live: bool,
    /// Whether a contract is in trial.
    pub trialing: bool,
    /// How it stands with its payments.
    pub payment_state: PaymentState,
    /// Next renewal, or the last one if it passed.
    pub renews_on: Option<NaiveDate>,
    /// The next day a canceled contract ends.
    pub ends_on: Option<NaiveDate>,
    /// How many contracts recurring revenue leaves out because their interval is not understood.
    pub uncounted: u32,
    /// How many contracts bind somebody now, those that are left out of revenue not among them.
    pub contracts: u32,
    /// Next end of a trial, or the last one if it passed.
    pub trial_ends_on: Option<NaiveDate>,
    /// Weekly average of active users as a share of seats, in percent.
    pub adoption_percent: Option<u32>,
    /// Change of usage in 30 days, in percent.
    pub usage_change_percent: Option<i32>,
    /// Active users on average over the last seven days on record.
    pub active_users: Option<u32>,
    /// Seats paid for.
    pub seats: Option<u32>,
    /// The latest NPS.
    pub nps: Option<f64>,
    /// The newest NPS signal on record, whatever its day.
    pub nps_signal: Option<String>,
    /// The last call or e-mail.
    pub last_contact: Option<Moment>,
    /// What its records hold.
    pub holds: Vec<Holding>,
    /// Promises of ours.
    pub ours: PromiseCounts,
    /// Promises of theirs.
    pub theirs: PromiseCounts,
    /// What may come of it; none for an account that pays.
    pub prospect: Option<Prospect>,
    /// Its running contracts that several systems hold, with equal amounts.
    pub agreeing: Vec<String>,
    /// Those that several systems hold with different amounts.
    pub differing: Vec<String>,
    /// The first instant at which some of this may be different, though no record changes.
    pub valid_until: Moment,
}

impl AccountState {
    /// The state of an account at `now`, by these rules.
    #[must_use]
    pub fn computed(input: &StateInput<'_>, now: Moment, rules: &HealthConfig) -> Self {
        Self::with(&assess(&input.records, now, rules), input, now, rules)
    }

    /// The state of an account at `now` whose score was assessed before.
    #[must_use]
    pub fn with(health: &Health, input: &StateInput<'_>, now: Moment, rules: &HealthConfig) -> Self {
        let StateInput { account, records } = input;
        let (record, revenue, today) = (&account.record, records.revenue, now.day());
        let usage = UsageFigures::of(records.usage, record.licensed_seats, today, rules.usage.stale_after_days);
        let has = |status: &[BillingStatus]| revenue.iter().any(|source| status.contains(&source.status));
        let systems = reconcile(revenue);
        let held = |wanted| -> Vec<String> {
            let found = systems.iter().filter(|held| held.reconciled == wanted);
            found.flat_map(|held| held.contracts.iter().cloned()).collect()
        };
        let promises = |side| PromiseCounts::of(records.commitments, side, today);
        Self {
            domain: record.domain.clone(),
            name: record.name.clone(),
            owner_email: record.owner_email.clone(),
            segment: record.segment.clone(),
            contacts: record.contacts.iter().map(|contact| contact.name.clone()).collect(),
            section: account.section,
            routed_at: RoutedFrom::of(account).map(|routed| routed.at),
            snoozed_until: account.decided.snoozed_until(NaiveDate::MIN),
            tracked: record.tracked(),
            score: health.score,
            level: health.level,
            trouble: trouble_unanswered(records.signals, now).is_some(),
            arr: arr(revenue),
            live: has(&[BillingStatus::Active, BillingStatus::PastDue]),
            trialing: has(&[BillingStatus::Trialing]),
            payment_state: PaymentState::of(revenue, records.payments, now),
            renews_on: renewal(revenue, today),
            ends_on: ends_on(revenue, today),
            uncounted: count(revenue.iter().filter(|source| source.uncounted())),
            contracts: count(revenue.iter().filter(|source| source.runs())),
            trial_ends_on: trial_end(revenue, today),
            adoption_percent: usage.adoption_percent(),
            usage_change_percent: usage.change_percent,
            active_users: usage.average,
            seats: usage.seats,
            nps: latest_nps(records.signals, Some(now)).and_then(|signal| signal.score),
            nps_signal: latest_nps(records.signals, None).map(|signal| signal.id.clone()),
            last_contact: records.contacts.iter().map(|(at, _)| *at).filter(|at| *at <= now).max(),
            holds: Holding::ALL.into_iter().filter(|holding| holds(input, *holding)).collect(),
            ours: promises(Side::Team),
            theirs: promises(Side::Customer),
            prospect: Prospect::of(records, now, rules),
            agreeing: held(Reconciled::Agrees),
            differing: held(Reconciled::Differs),
            valid_until: valid_until(records, now),
        }
    }

    /// The largest single amount of recurring revenue in minor units. Currencies are not compared: it stands for the
    /// account in an order.
    #[must_use]
    pub fn worth(&self) -> i64 {
        self.arr.iter().map(|amount| amount.minor).max().unwrap_or_default()
    }

    /// What is said of it where its score and its money do not fit, on a day.
    #[must_use]
    pub fn disagreement(&self, today: NaiveDate) -> Option<String> {
        let scored = (self.score, self.level);
        disagreement(scored, self.payment_state, self.ends_on, self.usage_change_percent, today)
    }

    /// Whether it shows unhappiness.
    #[must_use]
    pub fn unhappy(&self) -> bool {
        self.level != Level::Healthy || self.trouble
    }
}

fn count(items: impl Iterator) -> u32 {
    u32::try_from(items.count()).unwrap_or(u32::MAX)
}

/// What is read from the newest usage. Figures that stopped coming say nothing of today: days without any are a gap, and
/// not days on which nobody was there.
struct UsageFigures {
    average: Option<u32>,
    change_percent: Option<i32>,
    seats: Option<u32>,
}

impl UsageFigures {
    fn of(usage: &[UsageDay], licensed_seats: Option<u32>, today: NaiveDate, stale_after: u32) -> Self {
        let mut days: Vec<_> = usage.iter().filter(|day| day.day <= today).cloned().collect();
        days.sort_by_key(|day| day.day);
        let fresh = |day: &NaiveDate| (today - *day).num_days() <= i64::from(stale_after);
        let latest = days.last().map(|day| day.day).filter(fresh);
        Self {
            average: latest.and_then(|day| week_average(&days, day)),
            change_percent: latest.and_then(|day| usage_change(&days, day, 30)).and_then(|month| month.percent),
            seats: days.last().and_then(|day| day.licensed_seats).or(licensed_seats),
        }
    }

    fn adoption_percent(&self) -> Option<u32> {
        let (average, seats) = self.average.zip(self.seats.filter(|seats| *seats > 0))?;
        Some((f64::from(average) / f64::from(seats) * 100.0).round() as u32)
    }
}

/// Whether the records of an account hold any of this.
#[must_use]
pub fn holds(input: &StateInput<'_>, holding: Holding) -> bool {
    let records = &input.records;
    let talks = |kind: RecordKind| records.contacts.iter().any(|(_, record)| record.kind == kind);
    match holding {
        Holding::Usage => !records.usage.is_empty(),
        Holding::Calls => talks(RecordKind::Call),
        Holding::Emails => talks(RecordKind::Email),
        Holding::Signals => !records.signals.is_empty(),
        Holding::Nps => records.signals.iter().any(|signal| signal.kind == SignalKind::Nps),
        // A draft or an order form that nobody signed binds nobody.
        Holding::Contracts => records.revenue.iter().any(RevenueSource::runs),
        Holding::Payments => !records.payments.is_empty(),
        Holding::Deals => !records.deals.is_empty(),
        Holding::Contacts => !input.account.record.contacts.is_empty(),
        Holding::Owner => input.account.record.owner_email.is_some(),
    }
}

/// The newest NPS answer, given by `until` where that matters.
fn latest_nps(signals: &[Signal], until: Option<Moment>) -> Option<&Signal> {
    let answers = signals.iter().filter(|signal| signal.kind == SignalKind::Nps);
    answers
        .filter(|signal| until.is_none_or(|until| signal.occurred_at <= until))
        .max_by_key(|signal| signal.occurred_at)
}

/// The newest recent signal of serious discontent that no good news came after. A single complaint is none: every
/// customer has some.
#[must_use]
pub fn trouble_unanswered(signals: &[Signal], as_of: Moment) -> Option<&Signal> {
    let recent =
        |signal: &&Signal| signal.occurred_at <= as_of && (as_of - signal.occurred_at).num_days() <= RECENT_DAYS;
    let good = |signal: &Signal| match signal.kind {
        SignalKind::Praise => true,
        SignalKind::Nps => signal.score.is_some_and(|score| score >= CONTENT_SCORE),
        _ => false,
    };
    let complaints = signals.iter().filter(recent).filter(|signal| signal.kind == SignalKind::Complaint).count();
    let bad = |signal: &&Signal| match signal.kind {
        SignalKind::Escalation | SignalKind::ChurnRisk => true,
        SignalKind::Nps => signal.score.is_some_and(|score| score <= 6.0),
        SignalKind::Complaint => complaints > 1,
        _ => false,
    };
    let newest = signals.iter().filter(recent).filter(bad).max_by_key(|signal| signal.occurred_at)?;
    let better = signals.iter().filter(recent).any(|signal| good(signal) && signal.occurred_at > newest.occurred_at);
    (!better).then_some(newest)
}

/// When the day after `now` may begin: by the clocks as they stand, or an hour before where they may be put forward until
/// then.
fn next_day(now: Moment, next: NaiveDate) -> Moment {
    let begins = Moment::from(next.and_time(NaiveTime::MIN).and_utc())
        - Duration::seconds(now.offset().local_minus_utc().into());
    let forward = begins - Duration::hours(1);
    if forward > now && now.offset().local_minus_utc() != 0 { forward } else { begins }
}

/// The first instant after `now` at which the state may be another one: a day decides nearly everything, an instant
/// whether a record has happened yet, and a signal ceases to be recent at its own time of day.
fn valid_until(records: &HealthInput<'_>, now: Moment) -> Moment {
    let tomorrow = now.day().succ_opt().map_or(Moment::last(), |next| next_day(now, next));
    let signals = records.signals.iter().map(|signal| signal.occurred_at);
    let forgotten = signals.clone().filter_map(|at| at.checked_add_signed(Duration::days(RECENT_DAYS + 1)));
    let promises = records.commitments.iter().flat_map(|promise| {
        let said = [&promise.kept_by, &promise.unclear_by];
        let said = said.into_iter().flatten().map(|words| words.occurred_at);
        let marked = promise.marked.as_ref().map(|decision| decision.at);
        said.chain([promise.occurred_at]).chain(marked)
    });
    let happens = signals
        .chain(forgotten)
        .chain(records.payments.iter().map(|payment| payment.occurred_at))
        .chain(records.contacts.iter().map(|(at, _)| *at))
        .chain(records.notices.iter().map(|notice| notice.occurred_at))
        .chain(promises);
    happens.filter(|at| *at > now).fold(tomorrow, Moment::min)
}
