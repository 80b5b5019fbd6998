//! The dialog that changes a proposal: a field for whatever of the action can be changed.

use super::field::{Field, day};
use super::{dialog, sections};
use crate::domain::action::{Action, Proposal};
use crate::domain::text::clipped;
use crate::slack::render::View;
use crate::slack::render::action_id::{IN_DAY, IN_NOTE, IN_OWNER, IN_REASON, MODAL_PROPOSAL_EDIT, ModalMeta};
use crate::slack::render::block::{context, section};
use crate::slack::render::escape::bold;

/// What is proposed, to be changed. What comes of it is another proposal.
#[must_use]
pub fn proposal_edit(proposal: &Proposal, opened: &ModalMeta) -> View {
    let mut blocks = vec![section(bold(&clipped(&proposal.preview.title, 200)))];
    match &proposal.action {
        Action::RouteAccount { section, .. } => blocks.push(sections(Some(*section))),
        Action::SnoozeAccount { until, .. } => blocks.push(day(IN_DAY, "Until", *until)),
        Action::SetOwner { owner, .. } => {
            blocks
                .push(Field::new(IN_OWNER, "New owner").filled(owner).hint("E-mail address of the colleague").block());
        }
        Action::AddNote { text } => {
            blocks.push(Field::new(IN_NOTE, "Note").long().most(2_000).filled(text).block());
        }
        Action::UntrackAccount { .. }
        | Action::RetrackAccount { .. }
        | Action::IgnoreRevenueSource { .. }
        | Action::MarkCommitment { .. } => {}
    }
    if !matches!(proposal.action, Action::AddNote { .. }) {
        let label = if matches!(proposal.action, Action::MarkCommitment { .. }) { "What shows it" } else { "Reason" };
        let reason = proposal.action.reason().unwrap_or_default();
        blocks.push(Field::new(IN_REASON, label).filled(reason).optional().block());
    }
    blocks.push(context(&["A new proposal takes the place of this one and waits for approval.".to_owned()]));
    let meta = ModalMeta { proposal: Some(proposal.id), account: Some(proposal.account.clone()), ..opened.clone() };
    dialog(MODAL_PROPOSAL_EDIT, "Change the proposal", Some("Propose this"), &meta, blocks)
}
