//! Invoices, charges, refunds and credit notes, as far as they are read here.

use serde::Deserialize;

use super::{Linked, Metadata, Named, nullable};

#[derive(Debug, Deserialize)]
pub(in crate::sources::stripe) struct Invoice {
    pub id: String,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub customer: Option<Linked<Named>>,
    #[serde(default)]
    pub currency: Option<String>,
    #[serde(default)]
    pub amount_due: Option<i64>,
    #[serde(default)]
    pub amount_paid: Option<i64>,
    #[serde(default)]
    pub amount_remaining: Option<i64>,
    #[serde(default)]
    pub attempted: Option<bool>,
    #[serde(default)]
    pub attempt_count: Option<i64>,
    #[serde(default)]
    pub created: Option<i64>,
    #[serde(default)]
    pub due_date: Option<i64>,
    #[serde(default, deserialize_with = "nullable")]
    pub status_transitions: Transitions,
    #[serde(default, deserialize_with = "nullable")]
    pub metadata: Metadata,
    #[serde(default)]
    pub livemode: Option<bool>,
    /// The attempts to charge it that failed, put in when it was fetched.
    #[serde(default)]
    pub failed_charges: Option<Vec<Charge>>,
    /// Whether its due date had passed unpaid when it was fetched.
    #[serde(default)]
    pub overdue: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(in crate::sources::stripe) struct Transitions {
    #[serde(default)]
    pub finalized_at: Option<i64>,
    #[serde(default)]
    pub paid_at: Option<i64>,
    #[serde(default)]
    pub marked_uncollectible_at: Option<i64>,
}

#[derive(Debug, Deserialize)]
pub(in crate::sources::stripe) struct Charge {
    pub id: String,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub amount: Option<i64>,
    #[serde(default)]
    pub currency: Option<String>,
    #[serde(default)]
    pub created: Option<i64>,
    #[serde(default)]
    pub customer: Option<Linked<Named>>,
    /// Where it stood until 2025.
    #[serde(default)]
    pub invoice: Option<Linked<Named>>,
    #[serde(default, deserialize_with = "nullable")]
    pub metadata: Metadata,
}

#[derive(Debug, Deserialize)]
pub(in crate::sources::stripe) struct Refund {
    pub id: String,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub amount: Option<i64>,
    #[serde(default)]
    pub currency: Option<String>,
    #[serde(default)]
    pub created: Option<i64>,
    #[serde(default)]
    pub charge: Option<Linked<Charge>>,
    #[serde(default, deserialize_with = "nullable")]
    pub metadata: Metadata,
}

#[derive(Debug, Deserialize)]
pub(in crate::sources::stripe) struct CreditNote {
    pub id: String,
    #[serde(default)]
    pub status: Option<String>,
    #[serde(default)]
    pub customer: Option<Linked<Named>>,
    #[serde(default)]
    pub invoice: Option<Linked<Named>>,
    #[serde(default)]
    pub currency: Option<String>,
    #[serde(default)]
    pub amount: Option<i64>,
    #[serde(default)]
    pub post_payment_amount: Option<i64>,
    /// `pre_payment` lowers what is due; `post_payment` gives back what was paid. Named so until 2025.
    #[serde(default, rename = "type")]
    pub kind: Option<String>,
    #[serde(default)]
    pub created: Option<i64>,
    /// The refund that paid it out, until 2025.
    #[serde(default)]
    pub refund: Option<Linked<Named>>,
    #[serde(default, deserialize_with = "nullable")]
    pub refunds: Vec<RefundOfNote>,
    #[serde(default, deserialize_with = "nullable")]
    pub metadata: Metadata,
    #[serde(default)]
    pub livemode: Option<bool>,
}

#[derive(Debug, Deserialize)]
pub(in crate::sources::stripe) struct RefundOfNote {
    #[serde(default)]
    pub amount_refunded: Option<i64>,
}
