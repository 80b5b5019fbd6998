//! What a proposal is called, and what it would change from what to what.

use chrono::NaiveDate;

use super::super::ToolError;
use super::target::{contract, promise};
use crate::domain::action::{Action, Outcome, Row};
use crate::domain::activity::CommitmentStatus;
use crate::domain::money::{Money, joined};
use crate::domain::revenue::arr;
use crate::domain::text::clipped;
use crate::domain::time::day_text;
use crate::store::AccountData;

/// The title of a proposal, and its rows.
///
/// # Errors
/// [`ToolError::NotFound`] when the record it is about is not there.
pub fn rows(data: &AccountData, action: &Action, today: NaiveDate) -> Result<(String, Vec<Row>), ToolError> {
    let record = &data.account.record;
    let name = &record.name;
    let tracked = |tracked: bool| if tracked { "tracked" } else { "untracked" };
    Ok(match action {
        Action::RouteAccount { section, .. } => (
            format!("Route {name} to {}", section.label()),
            vec![row("Section", data.account.section.label(), section.label())],
        ),
        Action::UntrackAccount { .. } => {
            (format!("Untrack {name}"), vec![row("Health monitoring", tracked(true), tracked(false))])
        }
        Action::RetrackAccount { .. } => {
            (format!("Track {name} again"), vec![row("Health monitoring", tracked(false), tracked(true))])
        }
        Action::AddNote { text } => {
            (format!("Add a note to {name}"), vec![row("Note", "none", &format!("“{}”", clipped(text, 300)))])
        }
        Action::SnoozeAccount { until, .. } => {
            let day = |day: NaiveDate| format!("not before {}", day_text(day, today));
            let now = data.account.decided.snoozed_until(today).map_or_else(|| "yes".to_owned(), day);
            (format!("Snooze {name} until {}", day_text(*until, today)), vec![row("In digests", &now, &day(*until))])
        }
        Action::SetOwner { owner, .. } => (
            format!("Give {name} to {owner}"),
            vec![row("Owner", record.owner_email.as_deref().unwrap_or("nobody"), owner)],
        ),
        Action::IgnoreRevenueSource { source, ignored, .. } => {
            let contract = contract(data, source)?;
            let (title, before, after) = if *ignored {
                (format!("Leave {} of {name} out of ARR", contract.product), "counts", "left out")
            } else {
                (format!("Count {} of {name} again", contract.product), "left out", "counts")
            };
            let mut rows = vec![row(&contract.product, before, after)];
            let (now, then) = (arr(&data.revenue), arr(&with(data, source, *ignored).revenue));
            if now != then {
                rows.push(row(&format!("ARR of {name}"), &amounts(&now), &amounts(&then)));
            }
            (title, rows)
        }
        Action::MarkCommitment { commitment, outcome, .. } => {
            let promise = promise(data, commitment)?;
            let stands = match promise.status(today) {
                CommitmentStatus::Open => "open".to_owned(),
                CommitmentStatus::Overdue => promise
                    .due
                    .map_or_else(|| "overdue".to_owned(), |due| format!("overdue since {}", day_text(due, today))),
                CommitmentStatus::Kept => "kept".to_owned(),
                CommitmentStatus::Dropped => "dropped".to_owned(),
                CommitmentStatus::Unclear => "perhaps kept".to_owned(),
            };
            let what = match outcome {
                Outcome::Kept => "Mark a promise to",
                Outcome::Dropped => "Drop a promise to",
            };
            let said = format!("{}: “{}”", promise.who, clipped(&promise.quote, 160));
            (
                format!("{what} {name}{}", if *outcome == Outcome::Kept { " as kept" } else { "" }),
                vec![row(&said, &stands, outcome.wire())],
            )
        }
    })
}

/// The account as it would be with a contract left out of recurring revenue, or counted.
pub fn with(data: &AccountData, source: &str, ignored: bool) -> AccountData {
    let mut changed = data.clone();
    if ignored {
        changed.revenue.retain(|contract| contract.id != source);
    } else if let Some(at) = changed.ignored.iter().position(|(contract, _)| contract.id == source) {
        let (contract, _) = changed.ignored.remove(at);
        changed.revenue.push(contract);
    }
    changed
}

/// Amounts of several currencies, as people write them.
pub fn amounts(amounts: &[Money]) -> String {
    if amounts.is_empty() { "none".to_owned() } else { joined(amounts) }
}

fn row(label: &str, before: &str, after: &str) -> Row {
    Row { label: label.to_owned(), before: before.to_owned(), after: after.to_owned() }
}
