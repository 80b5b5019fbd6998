//! An edition of a digest: three sentences, a row with buttons for each account that is new or worse, and the rest in lines.

use chrono::NaiveDate;

use super::Message;
use super::action_id::{
    ACCOUNT_ASK, ACCOUNT_DRAFT, ACCOUNT_ROUTE, AccountValue, DIGEST_ACKNOWLEDGE, DIGEST_FIRST, DIGEST_SNOOZE,
    DigestOffer, DigestValue, numbered,
};
use super::block::{Button, actions, context, divider, header, section};
use super::escape::{bold, line};
use super::note::{dot, plain};
use crate::domain::activity::Side;
use crate::domain::digest::{AlertPost, Edition, EditionRow, NamedAccount, RowState, Watched};
use crate::domain::money::joined;
use crate::domain::text::{capital, clipped};

/// Rows with buttons: two blocks each, of the fifty a message can have.
const ROWS: usize = 15;

/// What became of a row after it was posted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutAside {
    /// Domain of the account.
    pub account: String,
    /// What is said instead of the buttons: `Jared sees to it`.
    pub told: String,
}

/// What is said to somebody who gets no digest yet: an offer they take with a button.
#[must_use]
pub fn first(offer: &str) -> Message {
    let take =
        Button::new(DIGEST_FIRST, "Have it come here", &DigestOffer {}).spoken("Have my critical accounts come here");
    let Message { text, mut blocks } = plain(offer);
    blocks.push(actions(vec![take]));
    Message::new(&text, blocks)
}

/// The message of an edition, with what became of its rows since.
#[must_use]
pub fn edition(edition: &Edition, aside: &[PutAside]) -> Message {
    let mut blocks = vec![header(&capital(&edition.name))];
    if !edition.sources.problems.is_empty() {
        let problems =
            edition.sources.problems.iter().take(5).map(|problem| format!("⚠️ {}", line(&clipped(problem, 300))));
        blocks.push(section(problems.collect::<Vec<_>>().join("\n")));
    }
    blocks.push(section(line(&edition.summary.join(" "))));
    for (index, row) in edition.rows.iter().take(ROWS).enumerate() {
        blocks.push(section(told(row, edition.made_at.day())));
        blocks.push(match aside.iter().find(|aside| aside.account == row.domain) {
            Some(aside) => context(&[line(&aside.told)]),
            None => actions(buttons(edition, row, index + 1)),
        });
    }
    let mut small = Vec::new();
    small.extend((edition.more > 0).then(|| format!("And {} more that are new or worse.", edition.more)));
    for (group, word) in [
        (&edition.unchanged, "Unchanged"),
        (&edition.acknowledged, "Seen to"),
        (&edition.snoozed, "Snoozed"),
        (&edition.recovered, "Recovered"),
    ] {
        small.extend(group_line(word, group));
    }
    if !small.is_empty() {
        blocks.push(context(&small));
    }
    let due = due(edition);
    if !due.is_empty() {
        blocks.push(divider());
        blocks.push(section(due.join("\n")));
    }
    blocks.push(context(&[looked_at(edition)]));
    Message::new(&format!("{}: {}", capital(&edition.name), edition.summary.join(" ")), blocks)
}

fn told(row: &EditionRow, today: NaiveDate) -> String {
    let state = if row.state == RowState::New { "NEW" } else { "WORSE" };
    let before = row.before.map(|before| format!(" (was {before})")).unwrap_or_default();
    let mut facts = Vec::new();
    facts.extend((!row.arr.is_empty()).then(|| format!("{} ARR", joined(&row.arr))));
    facts.extend(row.renewal(today));
    facts.push(row.owner.as_deref().map_or_else(|| "nobody owns it".to_owned(), |owner| clipped(owner, 60)));
    format!(
        "{} {}  *{}*{before}  {state}\n{}\n*Next:* {}\n{}",
        dot(row.level),
        bold(&clipped(&row.name, 80)),
        row.score,
        line(&clipped(&row.reason, 200)),
        line(&clipped(&row.next_step, 200)),
        line(&facts.join(" · "))
    )
}

fn buttons(edition: &Edition, row: &EditionRow, n: usize) -> Vec<Button> {
    let value = DigestValue { digest: edition.digest, period: edition.period.timestamp(), account: row.domain.clone() };
    let account = AccountValue { account: row.domain.clone() };
    let name = clipped(&row.name, 60);
    vec![
        Button::new(&numbered(ACCOUNT_ASK, n), "Ask", &account).spoken(&format!("Ask about {name}")),
        Button::new(&numbered(ACCOUNT_DRAFT, n), "Draft", &account).spoken(&format!("Draft an e-mail to {name}")),
        Button::new(&numbered(ACCOUNT_ROUTE, n), "Route", &account).spoken(&format!("Route {name}")),
        Button::new(&numbered(DIGEST_ACKNOWLEDGE, n), "I see to it", &value).spoken(&format!("I see to {name}")),
        Button::new(&numbered(DIGEST_SNOOZE, n), "Snooze a week", &value).spoken(&format!("Snooze {name} for a week")),
    ]
}

fn group_line(word: &str, group: &Watched) -> Option<String> {
    let left = group.count.saturating_sub(group.first.len() as u64);
    let more = if left > 0 { format!(" and {left} more") } else { String::new() };
    (group.count > 0).then(|| format!("{word} ({}): {}{more}", group.count, names(&group.first)))
}

fn names(accounts: &[NamedAccount]) -> String {
    let told = accounts.iter().map(|account| {
        let note = if account.note.is_empty() { String::new() } else { format!(" ({})", account.note) };
        line(&format!("{}{note}", clipped(&account.name, 60)))
    });
    told.collect::<Vec<_>>().join(", ")
}

/// What is due, a line each.
fn due(edition: &Edition) -> Vec<String> {
    let mut lines = Vec::new();
    let overdue = &edition.overdue;
    if overdue.ours + overdue.theirs > 0 {
        lines.push(format!("*Promises past their day*: {} of ours, {} of theirs", overdue.ours, overdue.theirs));
        lines.extend(overdue.first.iter().take(5).map(|promise| {
            let side = if promise.side == Side::Team { "We" } else { "They" };
            let due = promise.due.map(|day| format!(", due {}", day.format("%B %-d"))).unwrap_or_default();
            let what = clipped(&promise.what, 100);
            line(&format!("• {side}, {}: {what} ({}{due})", clipped(&promise.account, 60), clipped(&promise.who, 60)))
        }));
    }
    let renewals = &edition.renewals;
    if renewals.in_90 > 0 {
        let worth =
            if renewals.worth.is_empty() { String::new() } else { format!(", {} ARR", joined(&renewals.worth)) };
        lines.push(format!(
            "*Renewals*: {} in 30 days, {} in 60, {} in 90{}: {}",
            renewals.in_30,
            renewals.in_60,
            renewals.in_90,
            line(&worth),
            names(&renewals.first)
        ));
    }
    for (group, word) in [(&edition.unpaid, "*Did not pay*"), (&edition.silent, "*Silent for three weeks*")] {
        lines.extend(group_line(word, group));
    }
    lines.extend(
        edition
            .disagreements
            .iter()
            .map(|one| format!("*Score and money disagree*: {} – {}", line(&one.name), line(&one.text))),
    );
    lines
}

fn looked_at(edition: &Edition) -> String {
    let supplies = edition.sources.supplies.iter().map(|supply| {
        let newest = supply.newest.map(|day| format!(" (newest {})", day.format("%B %-d"))).unwrap_or_default();
        format!("{}{newest}", supply.name)
    });
    let at = edition.made_at.format("%a, %B %-d, %H:%M");
    let supplies: Vec<String> = supplies.collect();
    let accounts = if edition.sources.accounts == 1 { "account" } else { "accounts" };
    let missing = &edition.sources.missing;
    let missing =
        if missing.is_empty() { String::new() } else { format!(" Nothing on record: {}.", missing.join(", ")) };
    line(&format!(
        "Looked at {at}: {} {accounts}; {}.{missing} Reply here to ask.",
        edition.sources.accounts,
        supplies.join(", ")
    ))
}

/// The message of alerts: a row with buttons for each.
#[must_use]
pub fn alerts(post: &AlertPost) -> Message {
    let mut blocks = Vec::new();
    for (index, alert) in post.alerts.iter().take(ROWS).enumerate() {
        let account = AccountValue { account: alert.domain.clone() };
        let (name, n) = (clipped(&alert.name, 60), index + 1);
        blocks.push(section(format!("⚠️ {}  {}", bold(&clipped(&alert.name, 80)), line(&clipped(&alert.text, 400)))));
        blocks.push(actions(vec![
            Button::new(&numbered(ACCOUNT_ASK, n), "Ask", &account).spoken(&format!("Ask about {name}")),
            Button::new(&numbered(ACCOUNT_DRAFT, n), "Draft", &account).spoken(&format!("Draft an e-mail to {name}")),
            Button::new(&numbered(ACCOUNT_ROUTE, n), "Route", &account).spoken(&format!("Route {name}")),
        ]));
    }
    Message::new(&format!("Alert: {}", post.about()), blocks)
}

/// Under which key an edition is posted: the same however often it is tried.
#[must_use]
pub fn key(edition: &Edition) -> String {
    format!("{}/{}", edition.digest, edition.period.timestamp())
}
