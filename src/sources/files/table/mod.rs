//! Tables (CSV) of accounts, contacts, contracts, payments, usage, deals, notes and signals.
//!
//! A [`Mapping`] says which column holds which field. It is proposed from the headings ([`propose`]), can be kept and edited,
//! and is applied to the rows. How a column writes its dates and amounts is seen from the whole column first ([`survey`]);
//! what can be read in two ways is refused with a question, never guessed.

mod cell;
mod date;
mod fields;
mod figure;
mod lines;
mod propose;
mod read;
mod row;
mod survey;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Piece;

pub use fields::{FieldInfo, fields_of};
pub use propose::{Proposal, propose, propose_kind};
pub use read::{Table, headings};
pub use survey::{Survey, survey};

/// What the rows of a table are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum RowKind {
    Accounts,
    Contacts,
    Contracts,
    Payments,
    Usage,
    Deals,
    Notes,
    Signals,
}

impl RowKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Accounts,
        Self::Contacts,
        Self::Contracts,
        Self::Payments,
        Self::Usage,
        Self::Deals,
        Self::Notes,
        Self::Signals,
    ];

    /// The name on the wire, which is the name people read too.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Contacts => "contacts",
            Self::Contracts => "contracts",
            Self::Payments => "payments",
            Self::Usage => "usage",
            Self::Deals => "deals",
            Self::Notes => "notes",
            Self::Signals => "signals",
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.wire() == text)
    }
}

impl fmt::Display for RowKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire())
    }
}

/// Which column of a table holds which field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// What the rows are.
    pub kind: RowKind,
    /// Fields by the headings of their columns, as [`headings`] gives them.
    pub columns: BTreeMap<String, String>,
    /// Fields that no column holds, with what they are in every row: `currency` is `EUR`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fixed: BTreeMap<String, String>,
    /// Whether `3/4/2026` is the third of April, where the columns do not show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day_first: Option<bool>,
    /// Whether a comma stands before cents, where the columns do not show it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decimal_comma: Option<bool>,
}

impl Mapping {
    /// The heading of the column that holds a field.
    #[must_use]
    pub fn column(&self, field: &str) -> Option<&str> {
        self.columns.iter().find(|(_, held)| *held == field).map(|(column, _)| column.as_str())
    }

    /// What is wrong with it for a table with these headings; empty where it can be applied.
    #[must_use]
    pub fn problems(&self, headings: &[String]) -> Vec<String> {
        let mut problems = Vec::new();
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        for (column, field) in &self.columns {
            if !headings.contains(column) {
                problems.push(format!("the table has no column `{column}`"));
            }
            if !fields::is_known(self.kind, field) {
                problems.push(format!("{} have no field `{field}`", self.kind));
            }
            if let Some(other) = seen.insert(field, column) {
                problems.push(format!("`{other}` and `{column}` are both read as `{field}`; choose one"));
            }
        }
        for field in self.fixed.keys().filter(|field| !fields::is_known(self.kind, field)) {
            problems.push(format!("{} have no field `{field}`", self.kind));
        }
        let missing = self.missing();
        if !missing.is_empty() {
            problems.push(format!("no column is read as `{}`", missing.join("`, `")));
        }
        problems
    }

    /// Fields that are needed and neither in a column nor fixed.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let has = |field: &str| self.fixed.contains_key(field) || self.column(field).is_some();
        fields::missing(self.kind, has)
    }
}

/// What a mapping makes of the first rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preview {
    /// The first rows.
    pub pieces: Vec<Piece>,
    /// Columns that are not read.
    pub unread: Vec<String>,
}
