//! The portfolio as it was made of all data of all accounts: what lists made of kept states must say too.

mod factors;
mod fits;
mod found;

use std::cmp::Reverse;

use chrono::NaiveDate;

use self::fits::matches;
use self::found::told;
use success_agent::agent::evidence;
use success_agent::agent::tools::Bench;
use success_agent::domain::activity::{Signal, SignalKind};
use success_agent::domain::health::{FactorKind, Health, Level, RiskFactor, assess, usage_change};
use success_agent::domain::money::{joined, totals};
use success_agent::domain::revenue::{
    BillingStatus, DealStatus, PaymentState, RevenueSource, arr, debts, renewal, total_owed, week_average,
};
use success_agent::domain::time::{Moment, Window};
use success_agent::domain::tool::portfolio::{
    EndingContract, Portfolio, PortfolioOrder, PortfolioRow, PortfolioView, RoutedFrom,
};
use success_agent::store::AccountData;

/// Days a sign of unhappiness counts.
const RECENT_DAYS: i64 = 60;

/// From this NPS answer on a customer counts as content.
const CONTENT_SCORE: f64 = 7.0;

/// Whether an account shows unhappiness.
enum Mood {
    /// It does not.
    Content,
    /// By its score.
    Poor,
    /// By this signal, though its score is fine.
    Says(Signal),
}

/// An account with everything the conditions look at.
struct Candidate<'a> {
    data: &'a AccountData,
    health: Health,
    row: PortfolioRow,
    mood: Mood,
    silent_days: Option<i64>,
}

/// What the tool gives over `all` accounts, in the order of their names.
pub fn run(bench: &mut Bench<'_>, all: &[AccountData], arguments: &Portfolio) -> PortfolioView {
    let total = all.len() as u64;
    let as_of = bench.end_of(arguments.as_of.unwrap_or(bench.today()));
    let candidates: Vec<Candidate<'_>> = all.iter().map(|data| candidate(bench, data, as_of, arguments)).collect();
    let without_usage: Vec<String> = candidates
        .iter()
        .filter(|candidate| asks_of_usage(arguments) && candidate.row.tracked && candidate.row.active_users.is_none())
        .map(|candidate| candidate.row.name.clone())
        .collect();
    let fits: Vec<Candidate<'_>> =
        candidates.into_iter().filter(|candidate| matches(bench, candidate, arguments)).collect();
    let wants_untracked = arguments.tracked == Some(false);
    let (mut found, left_out): (Vec<_>, Vec<_>) =
        fits.into_iter().partition(|candidate| candidate.row.tracked != wants_untracked);
    order(&mut found, arguments.order);
    if !arguments.sections.is_empty() {
        // Whoever looks after a section looks at what was sent there first.
        found.sort_by_key(|candidate| Reverse(candidate.row.routed.as_ref().map(|routed| routed.at)));
    }
    let level = |level: Level| found.iter().filter(|candidate| candidate.row.level == level).count() as u64;
    let mut view = PortfolioView {
        matched: found.len() as u64,
        total,
        arr: totals(
            found
                .iter()
                .flat_map(|candidate| candidate.row.arr.iter().cloned())
                .filter(|amount| arguments.currency.as_ref().is_none_or(|currency| amount.currency == *currency)),
        ),
        critical: level(Level::Critical),
        at_risk: level(Level::AtRisk),
        healthy: level(Level::Healthy),
        untracked_left_out: if wants_untracked { 0 } else { left_out.len() as u64 },
        without_usage,
        uncounted: found.iter().filter(|found| found.data.revenue.iter().any(RevenueSource::uncounted)).count() as u64,
        bounds: arguments.arr_at_least.into_iter().chain(arguments.arr_at_most).collect(),
        ..PortfolioView::default()
    };
    if let Some(window) = arguments.renewals(bench.today()).filter(|_| arguments.as_of.is_none()) {
        view.ending = ending(bench, all, arguments, window);
    }
    let pieces: Vec<_> =
        found.iter().flat_map(|candidate| found::pieces(candidate.data, arguments, bench.now())).collect();
    view.found = pieces.len() as u64;
    view.found_worth = totals(pieces.iter().filter_map(found::Piece::worth).filter(|worth| worth.minor != 0));
    let sums = format!(
        "of {total} accounts {} match: {} critical, {} at risk, {} healthy{}",
        view.matched,
        view.critical,
        view.at_risk,
        view.healthy,
        if view.arr.is_empty() { String::new() } else { format!(", {} ARR in all", joined(&view.arr)) }
    );
    for (index, candidate) in found.into_iter().take(arguments.limit.unwrap_or(20).clamp(1, 500) as usize).enumerate() {
        view.rows.push(cited(bench, candidate, arguments, (index == 0).then_some(sums.as_str())));
    }
    view
}

/// Canceled contracts that end in the time renewals are asked for, of ten accounts.
fn ending(bench: &mut Bench<'_>, all: &[AccountData], wanted: &Portfolio, window: Window) -> Vec<EndingContract> {
    const SHOWN: usize = 10;
    let today = bench.today();
    let window = Window { since: window.since.max(Some(today)), ..window };
    let wanted = Portfolio { ends: window, renews: Window::ALWAYS, renewing_within_days: None, ..wanted.clone() };
    let as_of = bench.end_of(today);
    let mut found: Vec<(Option<NaiveDate>, &AccountData)> = all
        .iter()
        .map(|data| candidate(bench, data, as_of, &wanted))
        .filter(|candidate| matches(bench, candidate, &wanted))
        .filter(|candidate| candidate.row.tracked == (wanted.tracked != Some(false)))
        .map(|candidate| (candidate.row.renews_on, candidate.data))
        .collect();
    let name = |data: &AccountData| (data.account.record.name.clone(), data.account.record.domain.clone());
    found.sort_by_key(|(day, data)| (day.is_none(), *day, name(data)));
    found.truncate(SHOWN);
    let shown: Vec<&str> = found.iter().map(|(_, data)| data.account.record.domain.as_str()).collect();
    let mut ending = Vec::new();
    for data in all.iter().filter(|data| shown.contains(&data.account.record.domain.as_str())) {
        for source in data.revenue.iter().filter(|source| source.runs_out() && source.recurring()) {
            let Some(on) = source.renews_on.filter(|day| window.contains(*day)) else { continue };
            ending.push(EndingContract {
                cite: bench.ledger.cite(evidence::contract(source)),
                name: data.account.record.name.clone(),
                text: format!("{} ({})", source.product, source.terms()),
                on,
            });
        }
    }
    ending.sort_by_key(|contract| contract.on);
    ending
}

fn candidate<'a>(bench: &Bench<'_>, data: &'a AccountData, as_of: Moment, wanted: &Portfolio) -> Candidate<'a> {
    let (now, today) = (bench.now(), bench.today());
    let health = assess(&data.health_input(), as_of, bench.rules());
    let renews_on = if wanted.trialing { trial_end(&data.revenue, today) } else { renewal(&data.revenue, today) };
    let mut days: Vec<_> = data.usage.iter().filter(|day| day.day <= today).cloned().collect();
    days.sort_by_key(|day| day.day);
    // Figures that stopped coming say nothing of today.
    let stale_after = i64::from(bench.rules().usage.stale_after_days);
    let latest = days.last().map(|day| day.day).filter(|day| (today - *day).num_days() <= stale_after);
    let average = latest.and_then(|day| week_average(&days, day));
    let month = latest.and_then(|day| usage_change(&days, day, 30));
    let seats = days.last().and_then(|day| day.licensed_seats).or(data.account.record.licensed_seats);
    let last_contact = data.contacts.iter().map(|(at, _)| *at).filter(|at| *at <= now).max();
    let record = &data.account.record;
    let row = PortfolioRow {
        cite: 0,
        domain: record.domain.clone(),
        name: record.name.clone(),
        owner_email: record.owner_email.clone(),
        segment: record.segment.clone(),
        section: data.account.section,
        routed: RoutedFrom::of(&data.account),
        snoozed_until: data.account.decided.snoozed_until(today),
        tracked: record.tracked(),
        score: health.score,
        level: health.level,
        reasons: Vec::new(),
        reason_cites: Vec::new(),
        arr: arr(&data.revenue),
        owed: total_owed(&debts(&data.payments, now)),
        payment_state: PaymentState::of(&data.revenue, &data.payments, now),
        renews_on,
        days_to_renewal: renews_on.map(|day| (day - today).num_days()),
        on_that_day: renews_on.map(|day| on_that_day(&data.revenue, day, today, wanted).to_owned()).unwrap_or_default(),
        adoption_percent: match (average, seats) {
            (Some(average), Some(seats)) if seats > 0 => {
                Some((f64::from(average) / f64::from(seats) * 100.0).round() as u32)
            }
            _ => None,
        },
        usage_change_percent: month.and_then(|month| month.percent),
        last_contact,
        trialing: data.revenue.iter().any(|source| source.status == BillingStatus::Trialing),
        seats,
        active_users: average,
        nps: latest_nps(data, now),
        found: Vec::new(),
    };
    let silent_days = last_contact.map(|at| (now - at).num_days());
    let mood = match health.level {
        Level::Healthy => trouble_unanswered(&data.signals, as_of).cloned().map_or(Mood::Content, Mood::Says),
        Level::Critical | Level::AtRisk => Mood::Poor,
    };
    Candidate { mood, silent_days, row, health, data }
}

/// How an account came into its section, in a fact.
pub fn routed(routed: &RoutedFrom) -> String {
    let reason = routed.reason.as_deref().map(|reason| format!(": “{reason}”")).unwrap_or_default();
    format!("routed from {} by {} on {}{reason}", routed.from, routed.by, routed.at.day())
}

/// Whether the conditions or the order are told from usage.
fn asks_of_usage(wanted: &Portfolio) -> bool {
    wanted.usage_fell_percent.is_some()
        || wanted.usage_rose_percent.is_some()
        || wanted.adoption_below.is_some()
        || matches!(wanted.order, PortfolioOrder::ActiveUsers)
}

/// The next end of a trial, else the last one.
fn trial_end(sources: &[RevenueSource], today: NaiveDate) -> Option<NaiveDate> {
    let trials = sources.iter().filter(|source| source.status == BillingStatus::Trialing);
    let ends: Vec<NaiveDate> = trials.filter_map(|source| source.renews_on).collect();
    ends.iter().copied().filter(|day| *day >= today).min().or_else(|| ends.into_iter().max())
}

/// What a day of renewal is: a paid contract that renews tells more than a trial beside it.
fn on_that_day(sources: &[RevenueSource], day: NaiveDate, today: NaiveDate, wanted: &Portfolio) -> &'static str {
    if day < today {
        return "ended";
    }
    let on_it = sources.iter().filter(|source| source.renews_on == Some(day));
    let telling = on_it.min_by_key(|source| {
        (wanted.trialing != (source.status == BillingStatus::Trialing), !source.recurring(), source.status as u8)
    });
    telling.map_or("renews", |source| source.on_last_day())
}

/// The newest NPS of an account.
fn latest_nps(data: &AccountData, now: Moment) -> Option<f64> {
    let answers = data.signals.iter().filter(|signal| signal.kind == SignalKind::Nps && signal.occurred_at <= now);
    answers.max_by_key(|signal| signal.occurred_at)?.score
}

/// The newest recent signal of serious discontent that no good news came after. A single complaint is none: every
/// customer has some.
fn trouble_unanswered(signals: &[Signal], as_of: Moment) -> Option<&Signal> {
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

fn order(found: &mut [Candidate], by: PortfolioOrder) {
    // Currencies are not compared: the largest single amount in minor units stands for the account.
    let worth = |candidate: &Candidate| candidate.row.arr.iter().map(|amount| amount.minor).max().unwrap_or_default();
    let name = |candidate: &Candidate| candidate.row.name.clone();
    match by {
        PortfolioOrder::Score => {
            found.sort_by_key(|candidate| (candidate.row.score, Reverse(worth(candidate)), name(candidate)));
        }
        PortfolioOrder::Healthiest => {
            found.sort_by_key(|candidate| (Reverse(candidate.row.score), Reverse(worth(candidate)), name(candidate)));
        }
        PortfolioOrder::Arr => found.sort_by_key(|candidate| (Reverse(worth(candidate)), name(candidate))),
        PortfolioOrder::SmallestArr => {
            found.sort_by_key(|candidate| (candidate.row.arr.is_empty(), worth(candidate), name(candidate)));
        }
        PortfolioOrder::Renewal => {
            found
                .sort_by_key(|candidate| (candidate.row.renews_on.is_none(), candidate.row.renews_on, name(candidate)));
        }
        PortfolioOrder::Name => found.sort_by_key(name),
        PortfolioOrder::Usage => {
            found.sort_by_key(|candidate| (candidate.row.usage_change_percent.unwrap_or(i32::MAX), name(candidate)));
        }
        PortfolioOrder::UsageRise => {
            found.sort_by_key(|candidate| (Reverse(candidate.row.usage_change_percent), name(candidate)));
        }
        PortfolioOrder::ActiveUsers => {
            found.sort_by_key(|candidate| (Reverse(candidate.row.active_users), name(candidate)));
        }
        PortfolioOrder::Seats => found.sort_by_key(|candidate| (Reverse(candidate.row.seats), name(candidate))),
        PortfolioOrder::LowestAdoption => {
            found.sort_by_key(|candidate| (candidate.row.adoption_percent.unwrap_or(u32::MAX), name(candidate)));
        }
        PortfolioOrder::LowestNps | PortfolioOrder::HighestNps => {
            let sign = if by == PortfolioOrder::LowestNps { 1.0 } else { -1.0 };
            // An answer is from 0 to 10; accounts without one come last.
            let key = |candidate: &Candidate| candidate.row.nps.map_or(i64::MAX, |nps| (nps * sign * 10.0) as i64);
            found.sort_by_key(|candidate| (key(candidate), name(candidate)));
        }
        PortfolioOrder::Silence => {
            found.sort_by_key(|candidate| (Reverse(candidate.silent_days.unwrap_or(i64::MAX)), name(candidate)));
        }
    }
}

/// The row with its evidence: the account with the figures the row shows, and the sums over all rows on the first.
fn cited(bench: &mut Bench<'_>, candidate: Candidate, wanted: &Portfolio, sums: Option<&str>) -> PortfolioRow {
    let Candidate { data, health, mut row, mood, .. } = candidate;
    let mut cites = Vec::new();
    let mut risks: Vec<&RiskFactor> = health.factors.iter().filter(|factor| factor.magnitude < 0).collect();
    if wanted.unhappy {
        // A renewal that comes near makes nobody unhappy.
        risks.sort_by_key(|factor| factor.kind == FactorKind::Renewal);
    }
    row.reasons = risks.iter().take(3).map(|factor| factor.reason.clone()).collect();
    if let (true, Mood::Says(signal)) = (wanted.unhappy, mood) {
        row.reasons.insert(0, told(&signal));
        cites.push(bench.ledger.cite(evidence::signal(&signal)));
    }
    if wanted.disagrees {
        let text = match row.level {
            Level::Healthy if row.payment_state == PaymentState::Failed => "but a payment failed".to_owned(),
            Level::Healthy if row.payment_state == PaymentState::PastDue => "but a payment is past due".to_owned(),
            Level::Healthy => {
                let ends = data.revenue.iter().filter(|source| source.runs_out() && source.recurring());
                let ends = ends.filter_map(|source| source.renews_on).filter(|day| *day >= bench.today()).min();
                format!("but the contract ends on {}", ends.unwrap().format("%B %-d, %Y"))
            }
            _ => format!("but usage grew {}% in 30 days", row.usage_change_percent.unwrap()),
        };
        row.reasons.insert(0, format!("Score {}, {text}", row.score));
    }
    row.found = found::cited(bench, data, wanted);
    if wanted.sections.contains(&success_agent::domain::account::Section::Reengage)
        && let Some(deal) =
            data.deals.iter().filter(|deal| deal.status == DealStatus::Lost).max_by_key(|deal| deal.closed_at)
    {
        let reason =
            deal.lost_reason.as_deref().map(|reason| format!(": {}", reason.trim_end_matches('.'))).unwrap_or_default();
        row.reasons.insert(0, format!("{} lost{reason}", deal.value()));
        cites.push(bench.ledger.cite(evidence::deal(deal)));
    }
    if matches!(wanted.order, PortfolioOrder::Arr | PortfolioOrder::SmallestArr)
        && let Some(source) = data
            .revenue
            .iter()
            .filter(|source| source.recurring())
            .max_by_key(|source| source.arr().map(|arr| arr.minor))
    {
        cites.push(bench.ledger.cite(evidence::contract(source)));
    }
    let of_renewals = wanted.renewing_within_days.is_some() || wanted.order == PortfolioOrder::Renewal;
    if (wanted.renews != Window::ALWAYS || of_renewals || wanted.trialing)
        && let Some(source) = data
            .revenue
            .iter()
            .filter(|source| source.renews_on.is_some() && source.renews_on == row.renews_on)
            .min_by_key(|source| (wanted.trialing != (source.status == BillingStatus::Trialing), !source.recurring()))
    {
        cites.push(bench.ledger.cite(evidence::contract(source)));
    }
    let told_for = wanted.as_of.map(|day| format!(" on {day}")).unwrap_or_default();
    let mut facts = vec![format!("health {} ({}){told_for}", row.score, row.level.label())];
    facts.extend((!row.arr.is_empty()).then(|| format!("{} ARR", joined(&row.arr))));
    facts.extend(row.renews_on.map(|day| format!("{} {day}", row.on_that_day)));
    facts.push(row.payment_state.label().to_owned());
    facts.extend((!row.owed.is_empty()).then(|| format!("{} owed", joined(&row.owed))));
    facts.push(format!("section {}", row.section.label()));
    facts.extend(row.routed.as_ref().map(routed));
    facts.extend(row.snoozed_until.map(|day| format!("snoozed until {day}")));
    facts.extend(row.adoption_percent.map(|percent| format!("{percent}% of seats active")));
    facts.extend(row.usage_change_percent.map(|percent| format!("usage {percent:+}% in 30 days")));
    facts.extend(row.last_contact.map(|at| format!("last contact {}", at.day())));
    facts.extend(row.reasons.iter().chain(row.found.iter().map(|found| &found.text)).cloned());
    facts.extend(sums.map(str::to_owned));
    row.cite = bench.ledger.cite(evidence::account(&data.account.record, &facts));
    if let Some(factor) = risks.first() {
        cites.extend(factors::cites(bench, data, &health, factor));
    }
    cites.truncate(2);
    row.reason_cites = cites;
    row
}
