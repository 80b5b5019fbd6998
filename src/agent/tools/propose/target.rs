//! Finds what an action is about in the account's records, and refuses what is so already.

use chrono::NaiveDate;

use super::super::ToolError;
use crate::domain::action::{Action, Decision, Outcome, Value};
use crate::domain::activity::Commitment;
use crate::domain::revenue::RevenueSource;
use crate::domain::time::day_text;
use crate::language::Topic;
use crate::store::AccountData;

/// The action with the ids and the words of the records it is about.
///
/// # Errors
/// [`ToolError::NotFound`] when there is no such record; [`ToolError::Invalid`] when it is so already.
pub fn found(data: &AccountData, action: Action, today: NaiveDate) -> Result<Action, ToolError> {
    let name = &data.account.record.name;
    let decided = &data.account.decided;
    let since = |decision: Option<&Decision>| {
        decision
            .map(|decision| format!(" ({} decided so on {})", decision.by, day_text(decision.at.day(), today)))
            .unwrap_or_default()
    };
    let already =
        |what: String, by: Option<&Decision>| Err(ToolError::Invalid(format!("{name} {what} already{}.", since(by))));
    match action {
        Action::RouteAccount { section, .. } if data.account.section == section => {
            already(format!("is in {}", section.label()), decided.routed.as_ref())
        }
        Action::UntrackAccount { .. } if !data.account.record.tracked() => {
            already("is untracked".to_owned(), decided.tracked.as_ref())
        }
        Action::RetrackAccount { .. } if data.account.record.tracked() => {
            already("is tracked".to_owned(), decided.tracked.as_ref())
        }
        Action::SnoozeAccount { until, .. } if decided.snoozed_until(today) == Some(until) => {
            already(format!("is snoozed until {}", day_text(until, today)), decided.snoozed.as_ref())
        }
        Action::SetOwner { ref owner, .. }
            if data.account.record.owner_email.as_deref().is_some_and(|now| now.eq_ignore_ascii_case(owner)) =>
        {
            already(format!("is owned by {owner}"), decided.owner.as_ref())
        }
        Action::IgnoreRevenueSource { source, ignored, reason } => {
            let contract = contract(data, &source)?;
            let left_out = data.ignored.iter().find(|(known, _)| known.id == contract.id).map(|(_, decision)| decision);
            if left_out.is_some() == ignored {
                let what = if ignored { "is left out" } else { "counts" };
                return Err(ToolError::Invalid(format!("{} {what} already{}.", contract.product, since(left_out))));
            }
            Ok(Action::IgnoreRevenueSource { source: contract.id.clone(), ignored, reason })
        }
        Action::MarkCommitment { commitment, outcome, evidence, .. } => {
            let promise = promise(data, &commitment)?;
            if promise.outcome() == Some(outcome) || outcome == Outcome::Kept && promise.kept_by.is_some() {
                let marked = promise.marked.as_ref().filter(|marked| matches!(marked.value, Value::Marked { .. }));
                return Err(ToolError::Invalid(format!(
                    "That promise is {} already{}.",
                    outcome.wire(),
                    since(marked)
                )));
            }
            Ok(Action::MarkCommitment {
                commitment: promise.id.clone(),
                quote: promise.quote.clone(),
                outcome,
                evidence,
            })
        }
        other => Ok(other),
    }
}

/// The share of the words a contract must have to be meant: all of them. What is nearly its name may be another one's.
const SAID: f32 = 0.999;

/// Words that say no more than that a contract is meant.
const FRAME: &str = "contract contracts subscription subscriptions plan order agreement";

/// The contract named by its id or by what is sold in it.
pub fn contract<'a>(data: &'a AccountData, named: &str) -> Result<&'a RevenueSource, ToolError> {
    let all: Vec<&RevenueSource> = data.revenue.iter().chain(data.ignored.iter().map(|(source, _)| source)).collect();
    if let Some(source) = all.iter().find(|source| source.id == named) {
        return Ok(source);
    }
    let words = Topic::new(named);
    let share = |source: &RevenueSource| {
        let of = &data.account.record;
        let (system, status) = (source.system.label(), source.status.label());
        words.share(&format!("{} {system} {status} {} {} {FRAME}", source.product, of.name, of.domain))
    };
    // The account's own name tells no contract from another.
    let best = all.iter().map(|source| share(source)).fold(0.0, f32::max);
    let own = words.share(&format!("{} {} {FRAME}", data.account.record.name, data.account.record.domain));
    let said = !words.is_empty() && best >= SAID && best > own;
    let fits: Vec<&&RevenueSource> = all.iter().filter(|source| said && share(source) >= best).collect();
    let products = |sources: &[&RevenueSource]| {
        sources.iter().map(|source| format!("{} (`{}`)", source.product, source.id)).collect::<Vec<_>>().join(", ")
    };
    match (fits.as_slice(), all.as_slice()) {
        ([only], _) => Ok(only),
        ([], [only]) if words.is_empty() => Ok(only),
        (_, []) => Err(ToolError::NotFound(format!("{} has no contract on record.", data.account.record.name))),
        _ => {
            Err(ToolError::NotFound(format!("Say which contract of {}: {}.", data.account.record.name, products(&all))))
        }
    }
}

/// The promise with this id.
pub fn promise<'a>(data: &'a AccountData, id: &str) -> Result<&'a Commitment, ToolError> {
    data.commitments
        .iter()
        .find(|promise| promise.id == id)
        .ok_or_else(|| ToolError::NotFound(format!("{} has no promise `{id}` on record.", data.account.record.name)))
}
