//! What an answer puts before a person to act on, besides its text.

use serde::{Deserialize, Serialize};

use super::action::Proposal;
use super::draft::Draft;

/// Something to approve, to decline or to edit. Every surface shows it in its own way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "card", rename_all = "snake_case")]
pub enum Card {
    /// A change of an account.
    Proposal(Box<Proposal>),
    /// An e-mail to a customer.
    Draft(Box<Draft>),
}
