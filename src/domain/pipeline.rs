//! The pipeline: deals, by the stage they are in.

use serde::{Deserialize, Serialize};

use super::health::Level;
use super::money::Money;
use super::revenue::{Deal, DealStatus};

/// Letters of a stage's name that tell it from others.
pub const STAGE_LETTERS: usize = 100;

/// Which deals are listed, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DealsWanted {
    /// Open, won or lost; open ones when absent.
    pub status: Option<DealStatus>,
    /// Only in this stage.
    pub stage: Option<String>,
    /// Only those whose name, or whose account's name, domain or owner, contains this.
    pub text: Option<String>,
    /// The order.
    pub order: DealOrder,
}

/// The order of deals.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DealOrder {
    /// Those worth most first. Currencies are not compared: the amount in minor units stands for the deal.
    #[default]
    Value,
    /// By stage, and in each those worth most first.
    Stage,
    /// The name of the account.
    Account,
}

impl DealOrder {
    /// The name on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Value => "value",
            Self::Stage => "stage",
            Self::Account => "account",
        }
    }

    /// The order of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Value, Self::Stage, Self::Account].into_iter().find(|order| order.wire() == name)
    }
}

/// A deal with its account.
#[derive(Clone, Debug, PartialEq)]
pub struct DealRow {
    /// The deal.
    pub deal: Deal,
    /// Name of the account.
    pub account_name: String,
    /// Whoever owns the account.
    pub owner_email: Option<String>,
    /// Where the account stands in the CRM.
    pub crm_url: Option<String>,
    /// Whether the account is tracked.
    pub tracked: bool,
    /// The account's score and level.
    pub health: Option<(u32, Level)>,
}

/// A page of deals.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DealPage {
    /// The deals, in the order asked for.
    pub rows: Vec<DealRow>,
    /// The deal after which the next page begins; none on the last.
    pub next: Option<String>,
}

/// The open deals of a stage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stage {
    /// What it is called; empty where none is on record.
    pub name: String,
    /// How many deals it has.
    pub deals: u64,
    /// What they are worth together, one entry per currency.
    pub value: Vec<Money>,
}

/// How many deals ended one way lately, and what they were worth.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// How many.
    pub deals: u64,
    /// Their worth, one entry per currency.
    pub value: Vec<Money>,
}
