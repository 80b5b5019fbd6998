//! The lists of an account's page: contracts, promises, requests, people, drafts and the audit.

use serde::Serialize;

use super::address;
use super::words::{Link, When, clipped, kind, money};
use crate::app::{Hub, HubContract, HubPerson};
use crate::domain::action::AuditEntry;
use crate::domain::activity::{CommitmentStatus, Side};
use crate::domain::money::Money;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::revenue::BillingStatus;
use crate::domain::text::capital;
use crate::domain::tool::records::{CommitmentView, RequestGroup};

/// Requests shown, at most.
const REQUESTS: usize = 15;

/// Times something was asked for that are shown one by one, at most.
const ASKS: usize = 2;

/// Promises of a side that are shown of those that are over, at most.
const OVER: usize = 8;

/// Promises of a side that are shown of those to be kept, at most.
const DUE: usize = 15;

/// Drafts shown, at most.
const DRAFTS: usize = 8;

/// Letters of somebody's words, at most.
const WORDS: usize = 200;

/// A contract or subscription.
#[derive(Debug, Serialize)]
pub(super) struct Contract {
    id: String,
    left_out: bool,
    product: String,
    href: String,
    source_url: Option<String>,
    system: &'static str,
    status: String,
    unpaid: bool,
    interval: String,
    amount: String,
    mrr: String,
    arr: String,
    ends: Option<When>,
    ending: &'static str,
    note: Option<String>,
}

impl Contract {
    fn of(hub: &Hub, contract: &HubContract) -> Self {
        let HubContract { source, mrr, arr, left_out_by } = contract;
        let record = RecordRef { kind: RecordKind::RevenueSource, id: source.id.clone() };
        let amount = |money: &Option<Money>| money.as_ref().map_or_else(|| "–".to_owned(), Money::to_string);
        let note = match left_out_by {
            Some(by) => Some(format!("Left out of ARR by {by}")),
            None if source.uncounted() => Some("Not in ARR: its interval is not understood".to_owned()),
            None if !source.recurring() => Some("Not in ARR".to_owned()),
            None => None,
        };
        Self {
            id: source.id.clone(),
            left_out: left_out_by.is_some(),
            product: source.product.clone(),
            href: address::record(&record),
            source_url: address::elsewhere(source.url.as_deref()),
            system: source.system.label(),
            status: capital(source.status.label()),
            unpaid: source.status == BillingStatus::PastDue,
            interval: source.interval.clone(),
            amount: source.price().to_string(),
            mrr: amount(mrr),
            arr: amount(arr),
            ends: source.renews_on.map(|day| When::of(day, hub.now.day())),
            ending: source.on_last_day(),
            note,
        }
    }
}

/// The contracts of an account.
pub(super) fn contracts(hub: &Hub) -> Vec<Contract> {
    hub.contracts.iter().map(|contract| Contract::of(hub, contract)).collect()
}

/// An opportunity.
#[derive(Debug, Serialize)]
pub(super) struct Deal {
    link: Option<Link>,
    name: String,
    stage: String,
    status: String,
    value: String,
    lost_reason: Option<String>,
    closed: Option<When>,
}

/// The deals of an account, open ones first.
pub(super) fn deals(hub: &Hub) -> Vec<Deal> {
    let deals = hub.overview.revenue.deals.iter().map(|deal| Deal {
        link: Link::cited(hub, deal.cite),
        name: deal.name.clone(),
        stage: deal.stage.clone(),
        status: capital(&deal.status),
        value: deal.value.to_string(),
        lost_reason: deal.lost_reason.clone(),
        closed: deal.closed_at.map(|at| When::at(at, hub.now.day())),
    });
    deals.collect()
}

/// The promises of one side.
#[derive(Debug, Serialize)]
pub(super) struct Promises {
    /// What the list is called.
    title: &'static str,
    /// Those still to be kept, the ones past their day first.
    due: Vec<Promise>,
    /// Those that were kept or dropped.
    over: Vec<Promise>,
    /// How many are not shown.
    more: usize,
}

#[derive(Debug, Serialize)]
struct Promise {
    id: String,
    quote: String,
    state: &'static str,
    state_name: &'static str,
    what: String,
    who: String,
    due: Option<When>,
    due_text: Option<String>,
    made: When,
    link: Option<Link>,
    kept: Option<Link>,
    latest: Option<String>,
    latest_link: Option<Link>,
    marked_by: Option<String>,
}

impl Promise {
    fn of(hub: &Hub, view: &CommitmentView) -> Self {
        let today = hub.now.day();
        let (state, state_name) = match view.status {
            CommitmentStatus::Overdue => ("overdue", "Overdue"),
            CommitmentStatus::Unclear => ("unclear", "Perhaps kept"),
            CommitmentStatus::Open => ("open", "Open"),
            CommitmentStatus::Kept => ("kept", "Kept"),
            CommitmentStatus::Dropped => ("dropped", "Dropped"),
        };
        let cited = |cite| Link::cited(hub, cite);
        Self {
            id: view.id.clone(),
            quote: view.quote.clone(),
            state,
            state_name,
            what: capital(view.what.trim_end_matches('.')),
            who: view.who.clone(),
            due: view.due.map(|day| When::of(day, today)),
            due_text: view.due_text.clone().filter(|_| view.due.is_none()),
            made: When::at(view.occurred_at, today),
            // Where only the words tell what was promised, they are not said twice.
            link: cited(view.cite)
                .map(|link| Link { quote: link.quote.filter(|_| !view.what.starts_with('“')), ..link }),
            kept: view.kept_cite.and_then(cited),
            latest: view.latest.as_ref().map(|words| clipped(&words.quote, WORDS)),
            latest_link: view.latest.as_ref().and_then(|words| cited(words.cite)),
            marked_by: view.marked_by.clone(),
        }
    }
}

/// Promises both ways.
pub(super) fn promises(hub: &Hub) -> [Promises; 2] {
    let of = |side, title| {
        let own = || hub.promises.items.iter().filter(move |item| item.side == side);
        let shown = |open: bool, most: usize| -> Vec<Promise> {
            let fit = own().filter(|item| item.status.is_open() == open).take(most);
            fit.map(|item| Promise::of(hub, item)).collect()
        };
        let (due, over) = (shown(true, DUE), shown(false, OVER));
        let more = own().count() - due.len() - over.len();
        Promises { title, due, over, more }
    };
    [of(Side::Team, "We promised"), of(Side::Customer, "They promised")]
}

/// Something an account asked for.
#[derive(Debug, Serialize)]
pub(super) struct Request {
    what: String,
    times: usize,
    asks: Vec<Ask>,
    answer: Option<Answer>,
    taken_back: Option<String>,
}

#[derive(Debug, Serialize)]
struct Ask {
    who: Option<String>,
    when: When,
    link: Option<Link>,
}

#[derive(Debug, Serialize)]
struct Answer {
    release: String,
    line: String,
    when: When,
    partly: Option<String>,
    before: bool,
    link: Option<Link>,
}

impl Request {
    fn of(hub: &Hub, group: &RequestGroup) -> Self {
        let today = hub.now.day();
        let asks = group.asks.iter().take(ASKS).map(|ask| Ask {
            who: ask.who.clone(),
            when: When::at(ask.occurred_at, today),
            link: Link::cited(hub, ask.cite),
        });
        let answer = group.shipped.as_ref().map(|shipped| Answer {
            release: shipped.version.clone().unwrap_or_else(|| shipped.title.clone()),
            line: shipped.line.clone(),
            when: When::at(shipped.shipped_at, today),
            partly: shipped.partly.clone(),
            before: !shipped.after_request,
            link: Link::cited(hub, shipped.cite),
        });
        let taken_back = group.taken_back.as_ref().map(|back| {
            let day = When::at(back.taken_back_at, today).day;
            format!("Shipped in {}, taken back in {} on {day}", back.shipped_in, back.taken_back_in)
        });
        Self { what: capital(&group.what), times: group.asks.len(), asks: asks.collect(), answer, taken_back }
    }
}

/// Requests, the most asked first, and how many are not shown.
pub(super) fn requests(hub: &Hub) -> (Vec<Request>, usize) {
    let groups = &hub.requests.groups;
    let shown: Vec<Request> = groups.iter().take(REQUESTS).map(|group| Request::of(hub, group)).collect();
    let more = groups.len() - shown.len();
    (shown, more)
}

/// Somebody at the customer.
#[derive(Debug, Serialize)]
pub(super) struct Person {
    name: String,
    title: Option<String>,
    email: Option<String>,
    primary: bool,
    contact: bool,
    left: bool,
    last: Option<When>,
    last_link: Option<Link>,
    became: Option<String>,
    became_link: Option<Link>,
}

/// People, the main contact first.
pub(super) fn people(hub: &Hub) -> Vec<Person> {
    let person = |person: &HubPerson| Person {
        name: person.name.clone(),
        title: person.title.clone(),
        email: person.email.clone(),
        primary: person.primary,
        contact: person.contact,
        left: person.left,
        last: person.last.as_ref().map(|seen| When::at(seen.at, hub.now.day())),
        last_link: person.last.as_ref().map(|seen| Link::to(&seen.record, &kind(seen.record.kind))),
        became: person.became.as_deref().map(capital),
        became_link: person.became_cite.and_then(|cite| Link::cited(hub, cite)),
    };
    hub.people.iter().map(person).collect()
}

/// Something that is not settled.
#[derive(Debug, Serialize)]
pub(super) struct Matter {
    what: &'static str,
    text: String,
    when: Option<When>,
    link: Option<Link>,
}

/// What is not settled: notice given, what they are upset about, what is owed.
pub(super) fn matters(hub: &Hub) -> Vec<Matter> {
    let today = hub.now.day();
    let mut found = Vec::new();
    if let Some(notice) = hub.overview.revenue.notice.as_ref().filter(|notice| !notice.withdrawn) {
        found.push(Matter {
            what: "Notice given",
            text: notice.text.clone(),
            when: Some(When::of(notice.day, today)),
            link: Link::cited(hub, notice.cite),
        });
    }
    if let Some(signal) = &hub.trouble {
        let record = RecordRef { kind: RecordKind::Signal, id: signal.id.clone() };
        found.push(Matter {
            what: "Latest word: unhappy",
            text: signal.quote.clone().unwrap_or_else(|| signal.text.clone()),
            when: Some(When::at(signal.occurred_at, today)),
            link: Some(Link::to(&record, &capital(signal.kind.label()))),
        });
    }
    let revenue = &hub.overview.revenue;
    if !revenue.owed.is_empty() {
        let debts = if revenue.debts == 1 { "1 payment".to_owned() } else { format!("{} payments", revenue.debts) };
        let text = format!("{} owed, {debts} not made", money(&revenue.owed));
        found.push(Matter { what: "Money owed", text, when: None, link: None });
    }
    for meeting in hub.overview.meetings.iter().filter(|meeting| meeting.ahead && !meeting.canceled) {
        found.push(Matter {
            what: "Meeting ahead",
            text: meeting.text.clone(),
            when: meeting.day.map(|day| When::of(day, today)),
            link: Link::cited(hub, meeting.cite),
        });
    }
    found
}

/// A drafted e-mail.
#[derive(Debug, Serialize)]
pub(super) struct DraftRow {
    id: String,
    subject: String,
    to: String,
    goal: &'static str,
    state: String,
    by: String,
    when: When,
    chat: Option<String>,
    body: String,
}

/// Drafts, the newest first.
pub(super) fn drafts(hub: &Hub) -> Vec<DraftRow> {
    let drafts = hub.drafts.iter().take(DRAFTS).map(|draft| {
        let (version, letter) = (draft.current(), draft.letter());
        DraftRow {
            id: draft.id.to_string(),
            subject: letter.subject.clone(),
            to: format!("{} <{}>", letter.recipient.name, letter.recipient.email),
            goal: letter.goal.label(),
            state: capital(draft.state.wire()),
            by: version.by.who.clone(),
            when: When::at(version.at, hub.now.day()),
            chat: draft.conversation.map(|id| format!("/c/{id}?account={}", address::escaped(&draft.account))),
            body: clipped(&letter.body, WORDS),
        }
    });
    drafts.collect()
}

/// An entry of the audit.
#[derive(Debug, Serialize)]
pub(super) struct AuditRow {
    when: When,
    time: String,
    who: String,
    surface: &'static str,
    deed: &'static str,
    action: String,
    detail: Option<String>,
}

/// Why it was wanted, or the words it was asked for with.
fn reason(entry: &AuditEntry) -> Option<&str> {
    entry
        .arguments
        .get("reason")
        .and_then(|reason| reason.as_str())
        .or_else(|| entry.typed.as_deref().filter(|typed| *typed != entry.account))
}

/// The audit, the newest first.
pub(super) fn audit(hub: &Hub) -> Vec<AuditRow> {
    let entries = hub.audit.iter().map(|entry| AuditRow {
        when: When::at(entry.at, hub.now.day()),
        time: entry.at.format("%H:%M").to_string(),
        who: entry.actor.who.clone(),
        surface: entry.actor.surface.wire(),
        deed: entry.deed.wire(),
        action: capital(&entry.action.replace('_', " ")),
        detail: entry.detail.as_deref().or_else(|| reason(entry)).map(|detail| clipped(detail, WORDS)),
    });
    entries.collect()
}
