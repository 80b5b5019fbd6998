//! `prepare_meeting`: what to know before a meeting, on one page.
//!
//! Everything in it is what the other tools say, told since the last talk; what is asked and what is to be settled is
//! chosen here.

mod found;
mod people;
mod questions;

use chrono::{Days, NaiveDate};

use super::{Bench, ToolError, list_commitments, list_requests, list_signals, revenue, score_explanation, usage};
use crate::agent::evidence;
use crate::domain::activity::{CommitmentStatus, Side};
use crate::domain::health::{Health, assess};
use crate::domain::record::RecordKind;
use crate::domain::revenue::UsageDay;
use crate::domain::time::{Moment, Window, midnight};
use crate::domain::tool::meeting::{DatedFinding, LastTalk, MeetingBrief, PrepareMeeting, StandingThen, UsageSince};
use crate::domain::tool::records::{ListCommitments, ListRequests, ListSignals, RequestGroup};
use crate::domain::tool::revenue::RevenueView;
use crate::reading::people::same_person;
use crate::store::AccountData;

use found::found;

/// Days that are looked back over where nobody ever talked.
const UNTALKED: u64 = 30;

/// Promises of each side, requests, signals and movements of money that are told at most.
const TOLD: usize = 6;

/// Days for which it is news that what somebody asked for has shipped.
const NEWS: u64 = 60;

/// Words of a short phrase.
const SHORT: usize = 9;

/// Days a window needs for a week at each of its ends.
const TWO_WEEKS: i64 = 14;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: PrepareMeeting) -> Result<MeetingBrief, ToolError> {
    let found = found(bench, &arguments).await?;
    let domain = bench.scope.account(&found.account)?;
    let data = bench.records().account_data(&domain).await?;
    let data = data.as_ref();
    let (today, now) = (bench.today(), bench.now());
    let since = last_talk(bench, data);
    let window = Window { since: Some(since.day), until: Some(today) };
    let mut missing = found.missing;
    let meeting = found.meeting;
    let people = people::to_meet(bench, data, &found.invited, arguments.person.as_deref()).await?;
    let health = assess(&data.health_input(), now, bench.rules());
    let standing = standing(bench, data, &health, since.day);
    let factors = score_explanation::view_of(bench, data, &health).factors;
    let risks: Vec<_> = factors.into_iter().filter(|factor| factor.magnitude < 0).collect();

    let signals = ListSignals { account: domain.clone(), kinds: Vec::new(), window };
    let mut signals = list_signals::run(bench, signals).await?.items;
    signals.retain(|signal| signal.occurred_at <= now && after_talk(data, signal.occurred_at, since.day));
    signals.truncate(TOLD);
    let revenue = revenue::view(bench, data, window);
    let money_moves = money_moves(&revenue, since.day, today);
    let usage = usage_since(bench, data, since.day);

    let open = vec![CommitmentStatus::Overdue, CommitmentStatus::Unclear, CommitmentStatus::Open];
    let wanted = ListCommitments { account: Some(domain.clone()), statuses: open, ..ListCommitments::default() };
    let promises = Box::pin(list_commitments::run(bench, wanted)).await?;
    let (mut ours, mut theirs): (Vec<_>, Vec<_>) =
        promises.items.into_iter().partition(|promise| promise.side == Side::Team);
    let met = |who: &str| people.iter().any(|person| same_person(&person.name, who));
    // What somebody who is met promised can be asked about there.
    theirs.sort_by_key(|promise| (promise.status != CommitmentStatus::Overdue, !met(&promise.who)));
    let (ours_total, theirs_total) = (ours.len() as u64, theirs.len() as u64);
    ours.truncate(TOLD);
    theirs.truncate(TOLD);

    let wanted = ListRequests { account: Some(domain.clone()), ..ListRequests::default() };
    let groups = Box::pin(list_requests::run(bench, wanted)).await?.groups;
    let mut groups: Vec<RequestGroup> = groups.into_iter().map(told_in_short).collect();
    let asked_by_met = |group: &RequestGroup| group.asks.iter().any(|ask| ask.who.as_deref().is_some_and(met));
    // Of those who are met first, and what is told in a few words before words torn out of a talk.
    groups.sort_by_key(|group| (group.told_by_quote, !asked_by_met(group)));
    let news_from = since.day.min(today.checked_sub_days(Days::new(NEWS)).unwrap_or(today));
    let answered_since = |group: &RequestGroup| {
        group.shipped.as_ref().is_some_and(|shipped| shipped.after_request && shipped.shipped_at.day() >= news_from)
    };
    let mut shipped: Vec<RequestGroup> = groups.iter().filter(|group| answered_since(group)).cloned().collect();
    shipped.truncate(TOLD);
    let mut requests: Vec<RequestGroup> = groups.into_iter().filter(|group| group.shipped.is_none()).collect();
    let requests_total = requests.len() as u64;
    requests.truncate(TOLD);

    if since.kind.is_none() {
        missing.push("No call and no e-mail is on record, so the changes are those of the last 30 days".to_owned());
    } else if since.kind == Some(RecordKind::Email) {
        missing.push("No call is on record, so the changes are told since the last e-mail".to_owned());
    }
    let record = &data.account.record;
    let mut brief = MeetingBrief {
        cite: bench.ledger.cite(evidence::account(record, &[])),
        domain: record.domain.clone(),
        name: record.name.clone(),
        meeting,
        people,
        since,
        standing,
        settle: None,
        signals,
        money_moves,
        usage,
        ours,
        ours_total,
        theirs,
        theirs_total,
        shipped,
        requests,
        requests_total,
        risks,
        revenue,
        questions: Vec::new(),
        missing,
    };
    brief.settle = questions::settle(&brief, arguments.person.is_some(), today);
    brief.questions = questions::worth_asking(bench, &brief).await?;
    Ok(brief)
}

/// The same, where what it asks for is no short phrase, told by the words it was asked in.
fn told_in_short(group: RequestGroup) -> RequestGroup {
    let short = group.what.split_whitespace().count() <= SHORT;
    RequestGroup { told_by_quote: group.told_by_quote || !short, ..group }
}

/// The last call, else the last e-mail, else so many days ago.
fn last_talk(bench: &mut Bench<'_>, data: &AccountData) -> LastTalk {
    let (now, today) = (bench.now(), bench.today());
    let met = |kind: RecordKind| data.contacts.iter().find(|(at, record)| *at <= now && record.kind == kind);
    let Some((at, record)) = met(RecordKind::Call).or_else(|| met(RecordKind::Email)) else {
        let day = today.checked_sub_days(Days::new(UNTALKED)).unwrap_or(today);
        return LastTalk { cite: None, kind: None, title: String::new(), day };
    };
    let title = data.sources.get(record).map_or_else(String::new, |source| source.title.clone());
    let url = data.sources.get(record).and_then(|source| source.url.as_ref());
    let evidence = evidence::talk(record, &data.account.record.domain, *at, &title, url);
    LastTalk { cite: Some(bench.ledger.cite(evidence)), kind: Some(record.kind), title, day: at.day() }
}

/// Whether something was not heard in the last talk itself.
fn after_talk(data: &AccountData, at: Moment, day: NaiveDate) -> bool {
    let talk = data.contacts.iter().map(|(talked, _)| *talked).filter(|talked| talked.day() == day).max();
    // What a source heard in a call it may date by the day alone.
    if talk.is_some() { at.day() > day } else { at >= midnight(day) }
}

/// The score now and on a day.
fn standing(bench: &mut Bench<'_>, data: &AccountData, health: &Health, day: NaiveDate) -> StandingThen {
    let then = assess(&data.health_input(), bench.end_of(day), bench.rules());
    let told = format!(
        "health {} of 100 ({}); on {day} it was {} ({})",
        health.score,
        health.level.label(),
        then.score,
        then.level.label()
    );
    let cite = bench.ledger.cite(evidence::account(&data.account.record, &[told]));
    StandingThen { cite, score: health.score, level: health.level, then: then.score }
}

/// Payments and contracts that began or ended, newest first.
fn money_moves(revenue: &RevenueView, since: NaiveDate, today: NaiveDate) -> Vec<DatedFinding> {
    let payments = revenue.payments.iter().map(|payment| DatedFinding {
        cite: payment.cite,
        day: payment.occurred_at.day(),
        text: format!("{} {}", payment.amount, payment.kind),
    });
    let within = |day: &NaiveDate| *day > since && *day <= today;
    let began = revenue.contracts.iter().filter_map(|contract| {
        let day = contract.starts_on.filter(within)?;
        Some(DatedFinding { cite: contract.cite, day, text: format!("{} began", contract.product) })
    });
    let ended = revenue.contracts.iter().filter_map(|contract| {
        let day = contract.renews_on.filter(within)?;
        Some(DatedFinding { cite: contract.cite, day, text: format!("the term of {} ended", contract.product) })
    });
    let mut moves: Vec<DatedFinding> = payments.chain(began).chain(ended).filter(|moved| within(&moved.day)).collect();
    moves.sort_by_key(|moved| std::cmp::Reverse(moved.day));
    moves.truncate(TOLD);
    moves
}

/// Users a day now, and in the week after the last talk; for a shorter time, in the week before this one.
fn usage_since(bench: &mut Bench<'_>, data: &AccountData, since: NaiveDate) -> Option<UsageSince> {
    let today = bench.today();
    let seats = data.account.record.licensed_seats;
    let long = (today - since).num_days() >= TWO_WEEKS;
    let counted = |day: &&UsageDay| day.day <= today && (!long || day.day >= since);
    let days: Vec<UsageDay> = data.usage.iter().filter(counted).cloned().collect();
    let view = usage::view(bench, &days, seats);
    let then = if long { view.average_first } else { view.average_previous_7d };
    let cites = if long { [view.first_cite, view.cite] } else { [view.cite, None] };
    Some(UsageSince { cites: cites.into_iter().flatten().collect(), now: view.average_7d?, then: then? })
}
