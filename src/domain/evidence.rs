//! Evidence: the piece of a record that carries a statement, and the numbered citation a reader opens.

use serde::{Deserialize, Serialize};

use super::record::RecordRef;
use crate::domain::time::Moment;

/// A piece of one record, as a tool returned it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evidence {
    /// The record it is part of.
    pub record: RecordRef,
    /// Domain of the account it belongs to; none for releases, which belong to the workspace.
    pub account: Option<String>,
    /// What a reader sees as the source: `Call "Renewal prep"`.
    pub title: String,
    /// When it happened or was said.
    pub occurred_at: Option<Moment>,
    /// The exact words, or the record's facts in a line.
    pub quote: String,
    /// Who said it, where somebody did.
    pub speaker: Option<String>,
    /// Seconds from the start of a call.
    pub at_seconds: Option<f64>,
    /// Where the source can be opened.
    pub url: Option<String>,
}

/// One numbered citation of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Citation {
    /// The number in the text, `[n]`.
    pub n: u32,
    /// The id the record was imported with.
    pub id: String,
    /// What kind of record.
    pub kind: super::record::RecordKind,
    /// Domain of the account.
    pub account: Option<String>,
    /// What a reader sees as the source.
    pub title: String,
    /// When it happened or was said.
    pub occurred_at: Option<Moment>,
    /// The exact words, or the record's facts in a line.
    pub quote: String,
    /// Who said it.
    pub speaker: Option<String>,
    /// Seconds from the start of a call.
    pub at_seconds: Option<f64>,
    /// Where the source can be opened.
    pub url: Option<String>,
}

impl Citation {
    /// Gives `evidence` the number `n`.
    #[must_use]
    pub fn new(n: u32, evidence: Evidence) -> Self {
        Self {
            n,
            id: evidence.record.id,
            kind: evidence.record.kind,
            account: evidence.account,
            title: evidence.title,
            occurred_at: evidence.occurred_at,
            quote: evidence.quote,
            speaker: evidence.speaker,
            at_seconds: evidence.at_seconds,
            url: evidence.url,
        }
    }
}

/// The evidence a citation was made of.
impl From<Citation> for Evidence {
    fn from(citation: Citation) -> Self {
        Self {
            record: RecordRef { kind: citation.kind, id: citation.id },
            account: citation.account,
            title: citation.title,
            occurred_at: citation.occurred_at,
            quote: citation.quote,
            speaker: citation.speaker,
            at_seconds: citation.at_seconds,
            url: citation.url,
        }
    }
}
