//! `account_overview`: the state of an account in one look.

use super::{Bench, ToolError, likelihood, list_activity, portfolio, revenue, score_explanation, usage};
use crate::agent::{departed, evidence, met};
use crate::domain::activity::{Commitment, CommitmentStatus, Side};
use crate::domain::departure::{Departure, Gone};
use crate::domain::health::assess;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::state::AccountState;
use crate::domain::time::Window;
use crate::domain::tool::account::{AccountOverview, DepartureView, KindCount, Overview, SourceFreshness};
use crate::domain::tool::portfolio::RoutedFrom;
use crate::domain::unheard::Unheard;
use crate::language::naming::plain_name;
use crate::store::AccountData;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: AccountOverview) -> Result<Overview, ToolError> {
    let domain = bench.scope.account(&arguments.account)?;
    let data = bench.records().account_data(&domain).await?;
    let spans = bench.records().counts(&domain).await?;
    let today = bench.today();
    let window = Window { since: None, until: Some(today) };
    let met: Vec<_> = data.contacts.iter().filter(|(at, _)| window.contains(at.day())).collect();
    let last = met.first().copied();
    let last_call = met.into_iter().find(|(_, record)| record.kind == RecordKind::Call);
    let mut met: Vec<_> = last.into_iter().chain(last_call).cloned().collect();
    met.dedup();
    let wanted: Vec<RecordRef> = met.iter().map(|(_, record)| record.clone()).collect();
    let records = bench.records().records(&wanted).await?;
    let now = bench.now();
    let assessed = assess(&data.health_input(), now, bench.rules());
    let state = AccountState::with(&assessed, &data.state_input(), now, bench.rules());
    let health = score_explanation::view_of(bench, &data, &assessed);
    let likelihood = likelihood::view(bench, &data, &assessed).await?;
    let revenue = revenue::view(bench, &data, Window::ALWAYS);
    let mut days = data.usage.clone();
    days.retain(|day| day.day <= today);
    let usage = usage::view(bench, &days, data.account.record.licensed_seats);
    let sides = data.sides();
    let mut latest = Vec::new();
    for (at, wanted) in &met {
        if let Some(record) = records.iter().find(|record| record.reference() == *wanted) {
            latest.push(list_activity::item(bench, *at, record, &sides, None));
        }
    }
    let ours = |status: CommitmentStatus| {
        data.commitments.iter().filter(|item| item.side == Side::Team && item.status(today) == status).count() as u64
    };
    let (open, overdue) = (ours(CommitmentStatus::Open), ours(CommitmentStatus::Overdue));
    let mut owed: Vec<&Commitment> =
        data.commitments.iter().filter(|item| item.side == Side::Team && item.status(today).is_open()).collect();
    owed.sort_by_key(|item| item.status(today) != CommitmentStatus::Overdue);
    let owed_cites =
        owed.into_iter().take(2).map(|item| bench.ledger.cite(score_explanation::promise(&data, item))).collect();
    let departures = departures(bench, &data);
    let meetings = met::with_calendar(bench, &data).await?;
    let record = data.account.record.clone();
    let facts = [
        format!("section {}", data.account.section.label()),
        format!("health {} ({})", health.score, health.level.label()),
        format!("we owe {} promises, {overdue} overdue", open + overdue),
    ]
    .into_iter()
    .chain(RoutedFrom::of(&data.account).as_ref().map(portfolio::routed))
    .chain(data.account.decided.snoozed_until(today).map(|day| format!("snoozed until {day}")))
    .chain(data.rating.as_ref().map(|rating| format!("{} rates it {} of 5", rating.by, rating.rating)))
    .chain(Unheard::told(&data.unheard, "promises and requests"))
    .collect::<Vec<_>>();
    Ok(Overview {
        cite: bench.ledger.cite(evidence::account(&record, &facts)),
        domain: record.domain,
        name: record.name,
        owner_email: record.owner_email,
        segment: record.segment,
        section: data.account.section,
        routed: RoutedFrom::of(&data.account),
        snoozed_until: data.account.decided.snoozed_until(today),
        tracked: data.account.record.tracked(),
        contacts: record.contacts,
        crm_url: record.crm_url,
        attributes: record.attributes,
        health,
        rating: data.rating.clone(),
        disagreement: state.disagreement(today),
        likelihood,
        revenue,
        usage,
        latest,
        counts: spans.iter().map(|span| KindCount { kind: span.kind, count: span.count }).collect(),
        open_commitments: open + overdue,
        overdue_commitments: overdue,
        owed_cites,
        requests: spans.iter().find(|span| span.kind == RecordKind::Request).map_or(0, |span| span.count),
        sources: spans
            .iter()
            .map(|span| SourceFreshness {
                kind: span.kind,
                newest: span.newest,
                count: span.count,
                connected: span.connected,
            })
            .collect(),
        departures,
        meetings,
    })
}

/// Who has left, leaves, is away or cannot be reached; absences that are over are left out.
fn departures(bench: &mut Bench<'_>, data: &AccountData) -> Vec<DepartureView> {
    let (today, account) = (bench.today(), &data.account.record.name);
    let told = data.departures.iter().filter(|heard| heard.occurred_at <= bench.now());
    let told: Vec<&Departure> = told.filter(|heard| heard.gone != Gone::Away || heard.holds_on(today)).collect();
    let view = |heard: &Departure| DepartureView {
        cite: bench.ledger.cite(departed::evidence_of(data, heard)),
        who: plain_name(&heard.who),
        email: heard.email.clone(),
        gone: heard.gone,
        became: departed::became(heard, account, today),
        by_whom: departed::by_whom(heard, today),
        ended: heard.ends_on(today),
        successor: heard.successor.as_ref().map(|next| plain_name(&next.name)),
        successor_email: heard.successor.as_ref().and_then(|next| next.email.clone()),
        occurred_at: heard.occurred_at,
    };
    told.into_iter().map(view).collect()
}
