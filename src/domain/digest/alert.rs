//! Alerts as they are said to whoever gets a digest.

use serde::{Deserialize, Serialize};

use crate::domain::id::DigestId;
use crate::domain::time::Moment;

/// Something sharp about an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountAlert {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// `drop`, `payment` or `escalation`.
    pub kind: String,
    /// What happened.
    pub text: String,
    /// When it was noticed.
    pub at: Moment,
    /// When it was over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cleared_at: Option<Moment>,
}

/// Alerts that go to one place at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertPost {
    /// Its identifier.
    pub id: uuid::Uuid,
    /// The digest whose conditions they meet.
    pub digest: DigestId,
    /// The alerts.
    pub alerts: Vec<AccountAlert>,
    /// Whether somebody tried to say them before, and nobody knows what came of it.
    pub tried: bool,
}

impl AlertPost {
    /// As plain text, a line an alert.
    #[must_use]
    pub fn text(&self) -> String {
        let line = |alert: &AccountAlert| format!("{} ({}): {}", alert.name, alert.domain, alert.text);
        self.alerts.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// What it is about in a few words: `Hooli`, `Hooli and 2 more`.
    #[must_use]
    pub fn about(&self) -> String {
        let first = self.alerts.first().map_or("", |alert| alert.name.as_str());
        match self.alerts.len() {
            0 | 1 => first.to_owned(),
            more => format!("{first} and {} more", more - 1),
        }
    }
}
