//! The three sentences an edition begins with: where to start, what changed, what is due.

use chrono::NaiveDate;

use crate::domain::digest::{Edition, EditionRow, RowState};
use crate::domain::money::joined;
use crate::domain::text::capital;

/// The summary of an edition.
pub(super) fn of(edition: &Edition) -> Vec<String> {
    let mut sentences = Vec::new();
    match edition.rows.first() {
        Some(first) => {
            sentences.push(start(first, edition.made_at.day()));
            sentences.push(changes(edition));
        }
        None => sentences.push(nothing_changed(edition)),
    }
    sentences.extend(due(edition));
    sentences
}

/// `Start with Hooli ($240,000 ARR, renews 15 Jul): a payment failed (−12).`
fn start(row: &EditionRow, today: NaiveDate) -> String {
    let mut facts = Vec::new();
    facts.extend((!row.arr.is_empty()).then(|| format!("{} ARR", joined(&row.arr))));
    facts.extend(row.renewal(today));
    let facts = if facts.is_empty() { String::new() } else { format!(" ({})", facts.join(", ")) };
    format!("Start with {}{facts}: {}.", row.name, row.reason)
}

fn changes(edition: &Edition) -> String {
    let shown = |state| edition.rows.iter().filter(|row| row.state == state).count() as u64;
    let (new, worse) = (shown(RowState::New), shown(RowState::Worse));
    let mut parts = Vec::new();
    for (count, word) in [(new, "new"), (worse, "worse"), (edition.more, "more new or worse")] {
        parts.extend((count > 0).then(|| format!("{count} {word}")));
    }
    parts.extend(quiet(edition));
    format!("Of {} looked at: {}.", accounts(edition.sources.accounts), parts.join(", "))
}

/// What is as it was, in parts of a sentence.
fn quiet(edition: &Edition) -> Vec<String> {
    let groups = [
        (edition.unchanged.count, "unchanged"),
        (edition.acknowledged.count, "seen to"),
        (edition.snoozed.count, "snoozed"),
        (edition.recovered.count, "recovered"),
    ];
    groups.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect()
}

fn nothing_changed(edition: &Edition) -> String {
    let since = edition.since.map(|at| format!(" since {}", at.format("%B %-d"))).unwrap_or_default();
    let looked = accounts(edition.sources.accounts);
    if edition.sources.accounts == 0 {
        return format!("No account fits this digest ({}); check its conditions.", edition.about);
    }
    let quiet = quiet(edition);
    if quiet.is_empty() {
        return format!("Nothing needs you: {looked} looked at, none fits “{}”.", edition.about);
    }
    format!("Nothing got worse{since}: {looked} looked at, {}.", quiet.join(", "))
}

fn due(edition: &Edition) -> Option<String> {
    let mut parts = Vec::new();
    if edition.overdue.ours > 0 {
        parts.push(format!("we owe {}", many(edition.overdue.ours, "overdue promise", "overdue promises")));
    }
    if edition.renewals.in_30 > 0 {
        parts.push(format!("{} in the next 30 days", many(edition.renewals.in_30, "renewal", "renewals")));
    }
    if edition.unpaid.count > 0 {
        parts.push(format!("{} did not pay", accounts(edition.unpaid.count)));
    }
    (!parts.is_empty()).then(|| format!("{}.", capital(&parts.join("; "))))
}

fn accounts(count: u64) -> String {
    many(count, "account", "accounts")
}

/// `1 renewal`, `3 renewals`.
pub(super) fn many(count: u64, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
