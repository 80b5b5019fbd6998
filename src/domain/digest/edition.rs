//! What one digest says on one day.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::standing::RowState;
use crate::domain::activity::Side;
use crate::domain::health::Level;
use crate::domain::id::DigestId;
use crate::domain::money::Money;
use crate::domain::time::Moment;

/// What one digest says on one day. Everything a surface shows of it stands in here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Edition {
    /// The digest.
    pub digest: DigestId,
    /// What the digest is called.
    pub name: String,
    /// Which accounts it is about, in words.
    pub about: String,
    /// The time of the schedule it is for.
    pub period: Moment,
    /// When it was made.
    pub made_at: Moment,
    /// When the one before was made.
    pub since: Option<Moment>,
    /// What there is to know, in at most three sentences.
    pub summary: Vec<String>,
    /// Accounts that are new or worse, the most urgent first.
    pub rows: Vec<EditionRow>,
    /// How many more are new or worse.
    pub more: u64,
    /// Accounts that are as they were.
    pub unchanged: Watched,
    /// Accounts somebody sees to.
    pub acknowledged: Watched,
    /// Accounts put aside.
    pub snoozed: Watched,
    /// Accounts that are better now.
    pub recovered: Watched,
    /// Promises past their day.
    pub overdue: Owed,
    /// What renews or ends soon.
    pub renewals: Renewals,
    /// Accounts that did not pay.
    pub unpaid: Watched,
    /// Customers nobody has spoken or written to for three weeks.
    pub silent: Watched,
    /// Accounts whose score and money say different things.
    pub disagreements: Vec<Disagreement>,
    /// What was looked at.
    pub sources: Sources,
}

/// An account that is new or worse.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditionRow {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// New or worse.
    pub state: RowState,
    /// 0 to 100.
    pub score: u32,
    /// The colour.
    pub level: Level,
    /// The score it is compared with, where it was in the digest before.
    pub before: Option<u32>,
    /// Annual recurring revenue, one entry per currency.
    pub arr: Vec<Money>,
    /// When it renews, or ended.
    pub renews_on: Option<NaiveDate>,
    /// The one reason that moved it most, in words with its figures.
    pub reason: String,
    /// What to do next.
    pub next_step: String,
    /// Who is to do it: the owner's e-mail address.
    pub owner: Option<String>,
}

impl EditionRow {
    /// What there is to know of its renewal: `renews July 15`, `ended October 13`.
    #[must_use]
    pub fn renewal(&self, today: NaiveDate) -> Option<String> {
        let day = self.renews_on?;
        Some(format!("{} {}", if day < today { "ended" } else { "renews" }, day.format("%B %-d")))
    }
}

/// Accounts of which little is said: how many, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Watched {
    /// How many.
    pub count: u64,
    /// The first of them.
    pub first: Vec<NamedAccount>,
}

/// An account with a word about it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedAccount {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// What there is to say: `last contact November 3`; may be empty.
    pub note: String,
}

/// Promises past their day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Owed {
    /// How many of ours.
    pub ours: u64,
    /// How many of theirs.
    pub theirs: u64,
    /// The first of them, ours first.
    pub first: Vec<Overdue>,
}

/// A promise past its day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Overdue {
    /// Whose it is.
    pub side: Side,
    /// Domain of the account.
    pub domain: String,
    /// Name of the account.
    pub account: String,
    /// Who promised.
    pub who: String,
    /// What.
    pub what: String,
    /// The day it was promised for.
    pub due: Option<NaiveDate>,
}

/// What renews within so many days.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Renewals {
    /// Within 30 days.
    pub in_30: u64,
    /// Within 60.
    pub in_60: u64,
    /// Within 90.
    pub in_90: u64,
    /// What those within 90 days are worth, one entry per currency.
    pub worth: Vec<Money>,
    /// The nearest of them.
    pub first: Vec<NamedAccount>,
}

/// An account whose score and money say different things.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Disagreement {
    /// Domain.
    pub domain: String,
    /// Name.
    pub name: String,
    /// What disagrees: `Score 82, but the contract ends on January 3, 2027.`
    pub text: String,
}

/// What was looked at for an edition.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sources {
    /// How many accounts the digest looks after, whatever their level.
    pub accounts: u64,
    /// What supplies data.
    pub supplies: Vec<Supply>,
    /// Kinds of records of which there are none.
    #[serde(default)]
    pub missing: Vec<String>,
    /// What is stale or out of reach, and what that hides, a sentence each.
    pub problems: Vec<String>,
}

/// A kind of record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Supply {
    /// What it is called: `Calls`.
    pub name: String,
    /// How many are on record.
    pub records: u64,
    /// The day of the newest.
    pub newest: Option<NaiveDate>,
}
