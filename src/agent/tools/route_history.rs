//! `route_history`: what people decided about accounts, told from the audit.

use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::account::AccountRecord;
use crate::domain::action::{AuditEntry, AuditQuery, Decision, Deed};
use crate::domain::tool::action::{DecisionList, DecisionView, RouteHistory};

/// Decisions shown at most.
const SHOWN: usize = 40;

/// Entries of the audit that are looked through.
const READ: u32 = 2_000;

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: RouteHistory) -> Result<DecisionList, ToolError> {
    let account = bench.scope.account_or_all(arguments.account.as_deref())?;
    let wanted = AuditQuery { account, limit: READ, ..AuditQuery::default() };
    let entries = bench.tools.store.audit(bench.scope.workspace, &wanted).await?;
    let undone: Vec<&str> =
        entries.iter().filter(|entry| entry.deed == Deed::Undone).map(|entry| entry.subject.as_str()).collect();
    let done: Vec<(&AuditEntry, Decision)> = entries
        .iter()
        .filter(|entry| entry.deed == Deed::Done)
        .filter_map(|entry| Some((entry, serde_json::from_value(entry.after.clone()?).ok()?)))
        .collect();
    let total = done.len() as u64;
    let names = bench.names(done.iter().take(SHOWN).map(|(entry, _)| entry.account.as_str())).await?;
    let mut items = Vec::new();
    for (entry, decision) in done.into_iter().take(SHOWN) {
        let today = bench.today();
        let name = names.get(&entry.account).cloned().unwrap_or_default();
        let what = decision.value.told(today);
        let taken_back = undone.contains(&entry.subject.as_str());
        let fact = format!(
            "{what} by {} on {}{}{}",
            entry.actor.who,
            entry.at.day(),
            decision.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default(),
            if taken_back { " (undone)" } else { "" }
        );
        let record = AccountRecord { domain: entry.account.clone(), name: name.clone(), ..AccountRecord::default() };
        items.push(DecisionView {
            cite: bench.ledger.cite(evidence::account(&record, &[fact])),
            account: entry.account.clone(),
            account_name: name,
            what,
            reason: decision.reason,
            by: entry.actor.who.clone(),
            at: entry.at,
            undone: taken_back,
            proposal: entry.subject.clone(),
        });
    }
    Ok(DecisionList { items, total })
}
