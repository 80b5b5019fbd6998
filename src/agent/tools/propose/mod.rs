//! What the tools that would change an account share: they check what is wanted, tell what it would change, and put a
//! proposal before the person who asks. Nothing here changes an account.

mod consequence;
mod preview;
mod target;

use std::sync::Arc;

use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::domain::action::{Action, Preview, Proposal, State};
use crate::domain::card::Card;
use crate::domain::id::ProposalId;
use crate::domain::tool::action::{Proposed, Proposing};
use crate::store::{AccountData, digest};

/// Proposes what is wanted.
///
/// # Errors
/// [`ToolError::Refused`] unless a person asked for a change in this very question: what stands in a call or an e-mail
/// proposes nothing.
pub async fn propose<T: Proposing>(bench: &mut Bench<'_>, arguments: T) -> Result<Proposed, ToolError> {
    let (account, action) = arguments.wanted();
    if !bench.scope.wants_change {
        return Err(ToolError::Refused(
            "The person did not ask for a change in this question, so nothing was proposed.".to_owned(),
        ));
    }
    let proposal = make(bench, &account, action).await?;
    let data = bench.records().account_data(&proposal.account).await?;
    let facts: Vec<String> = proposal
        .preview
        .rows
        .iter()
        .map(|row| format!("{}: {}", row.label, row.before))
        .chain(proposal.preview.consequences.iter().cloned())
        .collect();
    let proposed = Proposed {
        cite: bench.ledger.cite(evidence::account(&data.account.record, &facts)),
        proposal: proposal.id,
        account: proposal.account.clone(),
        account_name: proposal.account_name.clone(),
        title: proposal.preview.title.clone(),
        reason: proposal.action.reason().map(str::to_owned),
        rows: proposal.preview.rows.clone(),
        consequences: proposal.preview.consequences.clone(),
        approvals_needed: proposal.approvals_needed,
        minutes: bench.tools.actions.minutes_to_approve,
        status: "Proposed. Nothing is changed until a person approves it.".to_owned(),
    };
    bench.ledger.put(Card::Proposal(Box::new(proposal)));
    Ok(proposed)
}

/// The action with a colleague who is named in its place: `monica` is the one colleague of that name.
async fn addressed(bench: &Bench<'_>, action: Action) -> Result<Action, ToolError> {
    let Action::SetOwner { owner, reason } = action else { return Ok(action) };
    if owner.contains('@') || owner.trim().is_empty() {
        return Ok(Action::SetOwner { owner, reason });
    }
    let known = bench.tools.store.colleagues_called(bench.records().workspace(), &owner).await?;
    match known.as_slice() {
        [only] => Ok(Action::SetOwner { owner: only.clone(), reason }),
        [] => Err(ToolError::NotFound(format!("Nobody called {owner} is on record; write their e-mail address."))),
        several => Err(ToolError::Invalid(format!("Which {owner}? Write one of {}.", several.join(", ")))),
    }
}

/// An action on an account as it is now, with what it would change.
struct Weighed {
    domain: String,
    data: Arc<AccountData>,
    action: Action,
    preview: Preview,
    approvals_needed: u8,
}

/// Checks an action and tells what it would change.
async fn weighed(bench: &Bench<'_>, account: &str, action: Action) -> Result<Weighed, ToolError> {
    let domain = bench.scope.account(account)?;
    let data = bench.records().account_data(&domain).await?;
    let today = bench.today();
    let action = addressed(bench, action).await?.checked(today).map_err(ToolError::Invalid)?;
    let action = target::found(&data, action, today)?;
    let (title, rows) = preview::rows(&data, &action, today)?;
    let consequences = consequence::of(bench, &data, &action).await?;
    // What somebody left out of recurring revenue is no smaller for it: else one person could decide for two.
    let ignored = data.ignored.iter().map(|(source, _)| source);
    let paid: Vec<_> = data.revenue.iter().chain(ignored).cloned().collect();
    let approvals_needed = bench.tools.actions.approvals_needed(&action, &crate::domain::revenue::arr(&paid));
    Ok(Weighed { domain, data, action, preview: Preview { title, rows, consequences }, approvals_needed })
}

/// What an action would change, and how many people it takes. Nothing is proposed.
///
/// # Errors
/// [`ToolError::Invalid`] when it cannot be or is so already, saying what to do.
pub async fn preview(bench: &Bench<'_>, account: &str, action: Action) -> Result<(Preview, u8), ToolError> {
    let weighed = weighed(bench, account, action).await?;
    Ok((weighed.preview, weighed.approvals_needed))
}

/// A proposal of `action` on the account as it is now.
///
/// # Errors
/// [`ToolError::Invalid`] when it cannot be or is so already, saying what to do.
pub async fn make(bench: &mut Bench<'_>, account: &str, action: Action) -> Result<Proposal, ToolError> {
    let asker = bench.scope.acting()?;
    let Weighed { domain, data, action, preview, approvals_needed } = weighed(bench, account, action).await?;
    let now = bench.now();
    Ok(Proposal {
        id: ProposalId::new(),
        account_name: data.account.record.name.clone(),
        digest: digest(&domain, &action),
        version: data.version,
        preview,
        typed: bench.scope.typed.clone(),
        proposed_by: asker,
        proposed_at: now,
        expires_at: now + bench.tools.actions.to_approve(),
        approvals_needed,
        approvals: Vec::new(),
        state: State::Pending,
        account: domain,
        action,
    })
}
