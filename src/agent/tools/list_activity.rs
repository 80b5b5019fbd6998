//! `list_activity`: the timeline, newest first.

use super::{Bench, Known, ToolError, Toolbox};
use crate::agent::evidence;
use crate::agent::ledger::Ledger;
use crate::agent::scope::TurnScope;
use crate::domain::activity::{Email, Side, mailbox};
use crate::domain::record::{Record, RecordKind};
use crate::domain::time::{Moment, Window};
use crate::domain::tool::account::KindCount;
use crate::domain::tool::activity::{ActivityItem, ActivityList, ActivityPage, ListActivity, Place};
use crate::reading::people::Sides;

/// Items counted at most; beyond it the counts say "at least".
const COUNTED: u32 = 2_000;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: ListActivity) -> Result<ActivityList, ToolError> {
    let account = bench.scope.account(&arguments.account)?;
    let data = bench.records().account_data(&account).await?;
    let sides = data.sides();
    let limit = arguments.limit.unwrap_or(20).clamp(1, 200) as usize;
    let person = arguments.person.as_deref();
    // What lies ahead (a contract that begins next month) has not happened.
    let today = bench.today();
    let window = Window {
        since: arguments.window.since,
        until: Some(arguments.window.until.map_or(today, |until| until.min(today))),
    };
    let found = bench.records().activity(&account, &arguments.kinds, &window, person, COUNTED).await?;
    let mut counts: Vec<KindCount> = Vec::new();
    for (_, record) in found.iter() {
        let kind = record.reference().kind;
        match counts.iter_mut().find(|count| count.kind == kind) {
            Some(count) => count.count += 1,
            None => counts.push(KindCount { kind, count: 1 }),
        }
    }
    let latest_outside = if found.is_empty() && window.since.is_some() {
        let before = Window { since: None, until: window.since.and_then(|since| since.pred_opt()) };
        bench.records().activity(&account, &arguments.kinds, &before, person, 1).await?.first().cloned()
    } else {
        None
    };
    let total = found.len() as u64;
    let mut items = Vec::new();
    for (at, record) in found.iter().take(limit) {
        let answered = answered(bench, &account, record, &sides).await?;
        items.push(item(bench, *at, record, &sides, answered));
    }
    let latest_outside = latest_outside.map(|(at, record)| item(bench, at, &record, &sides, None));
    Ok(ActivityList { items, counts, total, latest_outside })
}

impl Toolbox {
    /// A page of an account's timeline, from a place on: what happened by then, newest first.
    ///
    /// # Errors
    /// [`ToolError::NotFound`] when there is no such account.
    pub async fn activity_page(
        &self,
        scope: &TurnScope,
        known: &Known,
        account: &str,
        kinds: &[RecordKind],
        after: &Place,
        most: usize,
    ) -> Result<ActivityPage, ToolError> {
        let account = scope.account(account)?;
        let limit = u32::try_from(most + 1).unwrap_or(u32::MAX);
        let mut found = self.store.activity_after(scope.workspace, &account, kinds, after, limit).await?;
        let more = found.len() > most;
        found.truncate(most);
        let last = found.last().filter(|_| more);
        let older = last.map(|(at, record)| Place { at: *at, record: Some(record.reference()) });
        let mut bench = Bench { tools: self, scope, ledger: &mut Ledger::default(), known };
        let data = bench.records().account_data(&account).await?;
        let sides = data.sides();
        let calls: Vec<String> = found
            .iter()
            .filter_map(|(_, record)| match record {
                Record::Call(call) if call.summary.is_none() => Some(call.id.clone()),
                _ => None,
            })
            .collect();
        let written = if calls.is_empty() { None } else { Some(bench.records().summaries(&account, &calls).await?) };
        let mut items = Vec::with_capacity(found.len());
        for (at, record) in &found {
            let mut item = item(&mut bench, *at, record, &sides, None);
            if let Some((text, by)) = written.as_ref().and_then(|written| written.get(&item.id)) {
                item.gist = format!("{text} (summary by {by})");
            }
            items.push(item);
        }
        Ok(ActivityPage { items, older })
    }
}

/// For an e-mail: whether the other side wrote in the same thread afterwards.
async fn answered(bench: &Bench<'_>, account: &str, record: &Record, sides: &Sides) -> Result<Option<bool>, ToolError> {
    let Record::Email(email) = record else { return Ok(None) };
    let side = sides.of(&email.from);
    let thread: Vec<Email> = match &email.thread_id {
        Some(thread) => bench.records().thread(account, thread).await?.to_vec(),
        None => {
            let window = Window::since(email.sent_at.day());
            let later = bench.records().emails(account, &window, None, 50).await?;
            later.iter().filter(|other| subject(&other.subject) == subject(&email.subject)).cloned().collect()
        }
    };
    // What an outsider writes in between is nobody's answer.
    let other = |other: &Email| sides.of(&other.from).is_some_and(|other| Some(other) != side);
    Ok(Some(thread.iter().any(|later| later.sent_at > email.sent_at && other(later))))
}

fn subject(text: &str) -> String {
    let mut text = text.trim().to_lowercase();
    while let Some(rest) = ["re:", "fwd:", "fw:", "aw:"].iter().find_map(|prefix| text.strip_prefix(prefix)) {
        text = rest.trim().to_owned();
    }
    text
}

/// A record as an item of the timeline.
pub fn item(bench: &mut Bench<'_>, at: Moment, record: &Record, sides: &Sides, answered: Option<bool>) -> ActivityItem {
    let kind = record.reference().kind;
    let piece = evidence::record(record);
    let mut item = ActivityItem {
        cite: bench.ledger.cite(piece.clone()),
        kind,
        id: piece.record.id.clone(),
        title: piece.title.clone(),
        occurred_at: at,
        gist: piece.quote.clone(),
        from: None,
        side: None,
        people: Vec::new(),
        minutes: None,
        answered,
    };
    match record {
        Record::Call(call) => {
            item.title.clone_from(&call.title);
            item.gist = call.summary.clone().unwrap_or_default();
            item.people = call.participants.iter().map(|person| person.name.clone()).collect();
            item.minutes = Some(call.duration_seconds.div_ceil(60));
        }
        Record::Email(email) => {
            item.title.clone_from(&email.subject);
            item.from = Some(sides.writer(&email.from));
            item.side = sides.of(&email.from);
            item.people = email.to.iter().map(|to| mailbox(to).0).collect();
        }
        Record::Note(note) => {
            item.from = (!note.author.is_empty()).then(|| mailbox(&note.author).0);
            item.side = Some(Side::Team);
        }
        Record::Project(project) => {
            item.title.clone_from(&project.title);
            item.gist.clone_from(&project.status);
        }
        Record::Signal(signal) => {
            item.title = signal.kind.label().to_owned();
            item.gist = match signal.score {
                Some(score) => format!("{} ({score})", signal.text),
                None => signal.text.clone(),
            };
        }
        Record::PaymentEvent(payment) => item.gist = format!("{} {}", payment.amount(), payment.kind.label()),
        Record::RevenueSource(source) => {
            item.title.clone_from(&source.product);
        }
        Record::Deal(deal) => item.title.clone_from(&deal.name),
        _ => {}
    }
    item
}
