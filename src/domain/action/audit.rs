//! The audit: what was proposed, approved, refused, done and undone, by whom and where. Entries are added, never changed.

use serde::{Deserialize, Serialize};

use crate::domain::actor::Actor;
use crate::domain::time::Moment;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Its place in the order of happening; later ones are larger.
    pub number: i64,
    /// When.
    pub at: Moment,
    /// Who, and where.
    #[serde(flatten)]
    pub actor: Actor,
    /// What happened.
    pub deed: Deed,
    /// Domain of the account.
    pub account: String,
    /// What it happened to: the proposal or the draft, as it is named everywhere.
    pub subject: String,
    /// Name of the action: `route_account`, `draft_email`…
    pub action: String,
    /// The action as it was asked for.
    pub arguments: serde_json::Value,
    /// The words it was asked for with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
    /// What was decided before, where something changed.
    pub before: Option<serde_json::Value>,
    /// What is decided now, where something changed.
    pub after: Option<serde_json::Value>,
    /// Why it was refused or declined.
    pub detail: Option<String>,
    /// The HTTP request it came with.
    pub request: Option<String>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Something was proposed.
    Proposed,
    /// A person approved it.
    Approved,
    /// A person did not want it.
    Declined,
    /// A person wanted it, and it could not be.
    Refused,
    /// Other arguments took its place.
    Edited,
    /// It was done.
    Done,
    /// It was undone.
    Undone,
    /// An e-mail was sent.
    Sent,
}

impl Deed {
    /// The name people read, on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Refused => "refused",
            Self::Edited => "edited",
            Self::Done => "done",
            Self::Undone => "undone",
            Self::Sent => "sent",
        }
    }
}

/// Which entries are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Domain of the account.
    pub account: Option<String>,
    /// Who did it.
    pub who: Option<String>,
    /// The proposal or draft.
    pub subject: Option<String>,
    /// Name of the action.
    pub action: Option<String>,
    /// Not before.
    pub since: Option<Moment>,
    /// At most this many, the newest.
    pub limit: u32,
}
