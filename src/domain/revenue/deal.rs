//! What an account may buy.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::domain::money::Money;
use crate::domain::time::{Moment, optional_instant};

/// Where a sales opportunity ended, or that it has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum DealStatus {
    Open,
    Won,
    Lost,
}

impl DealStatus {
    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }
}

/// A sales opportunity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Deal {
    /// Its id in the workspace.
    pub id: String,
    /// Domain of the account.
    pub account: String,
    /// What it is called.
    pub name: String,
    /// The pipeline stage, in the workspace's own words.
    #[serde(default)]
    pub stage: String,
    /// Open, won or lost.
    pub status: DealStatus,
    /// Worth, in minor units.
    #[serde(default)]
    pub value_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// Why it was lost.
    #[serde(default)]
    pub lost_reason: Option<String>,
    /// When it was won or lost.
    #[serde(default, deserialize_with = "optional_instant")]
    pub closed_at: Option<Moment>,
    /// Where it can be opened.
    #[serde(default)]
    pub url: Option<String>,
}

impl Deal {
    /// Its worth with the currency.
    #[must_use]
    pub fn value(&self) -> Money {
        Money::new(self.value_minor, &self.currency)
    }
}
