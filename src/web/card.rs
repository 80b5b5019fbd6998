//! What an answer puts before its reader to act on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::drafts::DraftResponse;
use super::proposals::ProposalResponse;
use crate::domain::card::Card;

/// Something to approve, to decline or to edit.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(tag = "card", rename_all = "snake_case")]
pub enum CardResponse {
    /// A change of an account.
    Proposal(Box<ProposalResponse>),
    /// An e-mail to a customer. Whether it can be sent from here, `GET /api/drafts/{id}` tells.
    Draft(Box<DraftResponse>),
}

impl From<Card> for CardResponse {
    fn from(card: Card) -> Self {
        match card {
            Card::Proposal(proposal) => Self::Proposal(Box::new((*proposal).into())),
            Card::Draft(draft) => Self::Draft(Box::new(DraftResponse::new(*draft, false))),
        }
    }
}
