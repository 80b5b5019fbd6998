//! `draft_email`: an e-mail written from the records, put before the asker. Nothing is sent and no account is changed.

use super::{Bench, ToolError};
use crate::agent::evidence;
use crate::agent::letters::{self, Wanted};
use crate::domain::card::Card;
use crate::domain::draft::Draft;
use crate::domain::tool::draft::{DraftEmail, DraftedEmail, DraftedFact};

/// Runs the tool.
pub async fn run(bench: &mut Bench<'_>, arguments: DraftEmail) -> Result<DraftedEmail, ToolError> {
    let before = match (&bench.known.draft, arguments.revise) {
        (Some(draft), true) => Some(Draft::clone(draft)),
        (None, true) => {
            return Err(ToolError::NotFound(
                "There is no draft in this conversation to change; say who should be written to and what for."
                    .to_owned(),
            ));
        }
        (_, false) => None,
    };
    if let Some(before) = &before {
        before.may_change().map_err(ToolError::Refused)?;
    }
    let draft = letters::draft(bench, Wanted { asked: arguments, answered: Vec::new() }, before).await?;
    let drafted = drafted(bench, &draft).await?;
    bench.ledger.put(Card::Draft(Box::new(draft)));
    Ok(drafted)
}

async fn drafted(bench: &mut Bench<'_>, draft: &Draft) -> Result<DraftedEmail, ToolError> {
    let data = bench.records().account_data(&draft.account).await?;
    let letter = draft.letter();
    let cite = bench.ledger.cite(evidence::account(&data.account.record, &[]));
    let facts = letter
        .facts
        .iter()
        .map(|fact| DraftedFact { cite: bench.ledger.cite(fact.citation.clone().into()), text: fact.text.clone() })
        .collect();
    Ok(DraftedEmail {
        cite,
        draft: draft.id,
        version: draft.current().number,
        account_name: draft.account_name.clone(),
        goal: letter.goal,
        goal_reason: letter.goal_reason.clone(),
        recipient: letter.recipient.name.clone(),
        title: letter.recipient.title.clone(),
        recipient_reason: letter.recipient_reason.clone(),
        subject: letter.subject.clone(),
        body: letter.body.clone(),
        facts,
        notices: letter.notices.clone(),
    })
}
