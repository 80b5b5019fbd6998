//! `portfolio`: accounts by their state, with counts and sums over all that match.

mod ending;
mod fits;
mod found;
mod order;
mod past;
mod sums;

use chrono::NaiveDate;

use self::fits::matches;
use self::found::told;
use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::activity::Signal;
use crate::domain::health::{FactorKind, Health, Level, RiskFactor, assess};
use crate::domain::money::joined;
use crate::domain::revenue::{BillingStatus, DealStatus, debts, total_owed};
use crate::domain::state::{AccountState, trouble_unanswered};
use crate::domain::time::{Moment, Window};
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder, PortfolioRow, PortfolioView, RoutedFrom};
use crate::store::{AccountData, PortfolioTotals};

/// Accounts read together.
const READ_AT_ONCE: usize = 100;

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
    disagreement: Option<String>,
    live: bool,
}

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: Portfolio) -> Result<PortfolioView, ToolError> {
    bench.scope.all()?;
    bench.fresh_states().await?;
    let (store, workspace, today) = (&bench.tools.store, bench.records().workspace(), bench.today());
    let chosen = match arguments.as_of.filter(|day| *day < today) {
        Some(day) => past::choose(bench, &arguments, day).await?,
        None => store.portfolio(workspace, &arguments, bench.now()).await?,
    };
    let total = bench.records().known_accounts();
    let PortfolioTotals { matched, critical, at_risk, healthy, arr, left_out, found, found_worth, uncounted } =
        chosen.totals;
    let mut view = PortfolioView {
        matched,
        total,
        critical,
        at_risk,
        healthy,
        untracked_left_out: left_out,
        bounds: arguments.arr_at_least.into_iter().chain(arguments.arr_at_most).collect(),
        found,
        found_worth,
        ending: Vec::new(),
        uncounted,
        sums: sums::sums(bench, &arguments).await?,
        share: sums::share(bench, &arguments).await?,
        without_usage: Vec::new(),
        rows: Vec::new(),
        arr,
    };
    if let Some(window) = arguments.renewals(today).filter(|_| arguments.as_of.is_none()) {
        view.ending = ending::ending(bench, &arguments, window).await?;
    }
    if arguments.asks_of_usage() {
        view.without_usage = store.tracked_without_usage(workspace).await?;
    }
    let sums = format!(
        "of {total} accounts {} match: {} critical, {} at risk, {} healthy{}",
        view.matched,
        view.critical,
        view.at_risk,
        view.healthy,
        if view.arr.is_empty() { String::new() } else { format!(", {} ARR in all", joined(&view.arr)) }
    ) + &sums::told(&view);
    let as_of = bench.end_of(arguments.as_of.unwrap_or(today));
    for accounts in chosen.accounts.chunks(READ_AT_ONCE) {
        let data = bench.records().account_data_of(accounts, as_of.day()).await?;
        for account in accounts {
            let Some(data) = data.iter().find(|data| data.account.id == *account) else { continue };
            let candidate = candidate(bench, data, as_of, &arguments);
            // It was chosen by its state; what changed since is not shown as what it is no more.
            let fits = matches(bench, &candidate, &arguments);
            if fits && candidate.row.tracked != (arguments.tracked == Some(false)) {
                let sums = view.rows.is_empty().then_some(sums.as_str());
                view.rows.push(cited(bench, candidate, &arguments, sums));
            }
        }
    }
    Ok(view)
}

/// The row of one account, tracked or not.
pub fn row_of(bench: &mut Bench<'_>, data: &AccountData) -> PortfolioRow {
    let wanted = Portfolio::default();
    let candidate = candidate(bench, data, bench.end_of(bench.today()), &wanted);
    cited(bench, candidate, &wanted, None)
}

fn candidate<'a>(bench: &Bench<'_>, data: &'a AccountData, as_of: Moment, wanted: &Portfolio) -> Candidate<'a> {
    let (now, today) = (bench.now(), bench.today());
    let health = assess(&data.health_input(), as_of, bench.rules());
    let state = AccountState::with(&health, &data.state_input(), now, bench.rules());
    let renews_on = if wanted.trialing { state.trial_ends_on } else { state.renews_on };
    let silent_days = state.last_contact.map(|at| (now - at).num_days());
    let disagreement = state.disagreement(today);
    let mood = match health.level {
        Level::Healthy => trouble_unanswered(&data.signals, as_of).cloned().map_or(Mood::Content, Mood::Says),
        Level::Critical | Level::AtRisk => Mood::Poor,
    };
    let row = PortfolioRow {
        cite: 0,
        routed: RoutedFrom::of(&data.account),
        snoozed_until: state.snoozed_until.filter(|day| *day > today),
        days_to_renewal: renews_on.map(|day| (day - today).num_days()),
        on_that_day: renews_on.map(|day| on_that_day(data, day, now, wanted).to_owned()).unwrap_or_default(),
        renews_on,
        domain: state.domain,
        name: state.name,
        owner_email: state.owner_email,
        segment: state.segment,
        section: state.section,
        tracked: state.tracked,
        score: state.score,
        level: state.level,
        reasons: Vec::new(),
        reason_cites: Vec::new(),
        arr: state.arr,
        owed: total_owed(&debts(&data.payments, now)),
        payment_state: state.payment_state,
        adoption_percent: state.adoption_percent,
        usage_change_percent: state.usage_change_percent,
        last_contact: state.last_contact,
        trialing: state.trialing,
        seats: state.seats,
        active_users: state.active_users,
        nps: state.nps,
        found: Vec::new(),
    };
    Candidate { mood, silent_days, disagreement, row, health, data, live: state.live }
}

/// How an account came into its section, in a fact.
pub fn routed(routed: &RoutedFrom) -> String {
    let reason = routed.reason.as_deref().map(|reason| format!(": “{reason}”")).unwrap_or_default();
    format!("routed from {} by {} on {}{reason}", routed.from, routed.by, routed.at.day())
}

/// What a day of renewal is: a paid contract that renews tells more than a trial beside it.
fn on_that_day(data: &AccountData, day: NaiveDate, now: Moment, wanted: &Portfolio) -> &'static str {
    if day < now.day() {
        return "ended";
    }
    let on_it = data.revenue.iter().filter(|source| source.renews_on == Some(day));
    let telling = on_it.min_by_key(|source| {
        (wanted.trialing != (source.status == BillingStatus::Trialing), !source.recurring(), source.status as u8)
    });
    match telling.map_or("renews", |source| source.on_last_day()) {
        "renews" if data.notice(now).is_some_and(|standing| standing.given().is_some()) => {
            "notice given, by the contract renews"
        }
        told => told,
    }
}

/// The row with its evidence: the account with the figures the row shows, and the sums over all rows on the first.
fn cited(bench: &mut Bench<'_>, candidate: Candidate, wanted: &Portfolio, sums: Option<&str>) -> PortfolioRow {
    let Candidate { data, health, mut row, mood, disagreement, .. } = candidate;
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
    row.found = found::cited(bench, data, wanted);
    if wanted.sections.contains(&crate::domain::account::Section::Reengage)
        && let Some(deal) =
            data.deals.iter().filter(|deal| deal.status == DealStatus::Lost).max_by_key(|deal| deal.closed_at)
    {
        let reason =
            deal.lost_reason.as_deref().map(|reason| format!(": {}", reason.trim_end_matches('.'))).unwrap_or_default();
        row.reasons.insert(0, format!("{} lost{reason}", deal.value()));
        cites.push(bench.ledger.cite(evidence::deal(deal)));
    }
    if wanted.disagrees
        && let Some(disagreement) = disagreement
    {
        row.reasons.insert(0, disagreement.trim_end_matches('.').to_owned());
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
        cites.extend(super::score_explanation::cites(bench, data, &health, factor));
    }
    cites.truncate(2);
    row.reason_cites = cites;
    row
}
