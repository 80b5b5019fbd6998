//! The passage: the unit that is indexed and searched.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::activity::Side;
use super::id::WorkspaceId;
use super::record::{Record, RecordKind, RecordRef};
use super::time::Window;
use crate::domain::time::Moment;

/// A stretch of one record small enough to be read at a glance, large enough to be understood alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passage {
    /// The record it is part of.
    pub source: RecordRef,
    /// Domain of the account; none for releases.
    pub account: Option<String>,
    /// Its place in the record, from 0.
    pub ordinal: u32,
    /// Title of the record.
    pub title: String,
    /// When it happened.
    pub occurred_at: Moment,
    /// Who speaks or writes; several speakers are joined with `, `.
    pub speaker: Option<String>,
    /// The side of the speaker, when there is one speaker with a known side.
    pub side: Option<Side>,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
    /// For calls: index of the first transcript turn in the passage.
    pub first_turn: Option<u32>,
    /// For calls: index of the last transcript turn in the passage (included).
    pub last_turn: Option<u32>,
    /// The words. For calls of several speakers, one `Speaker: text` line a turn.
    pub text: String,
    /// Where the record can be opened.
    pub url: Option<String>,
    /// What its words count for: 1, less for what is not its writer's own.
    #[serde(default = "full", skip_serializing_if = "is_full")]
    pub weight: f32,
}

fn full() -> f32 {
    1.0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes what it asks about by reference")]
fn is_full(weight: &f32) -> bool {
    *weight >= 1.0
}

/// Which passages a search may see. There is no search without one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scope {
    /// The tenant; always present.
    pub workspace: WorkspaceId,
    /// Which accounts of it.
    pub accounts: AccountScope,
}

/// Which accounts of a workspace a search may see.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum AccountScope {
    /// These accounts (by domain), and nothing that belongs to no account.
    Only(Vec<String>),
    /// What belongs to the workspace and to no account: releases.
    Shared,
    /// Everything in the workspace: portfolio questions.
    All,
}

impl AccountScope {
    /// Whether a passage of this account (of none, for what belongs to the workspace) may be seen.
    #[must_use]
    pub fn sees(&self, account: Option<&str>) -> bool {
        match self {
            Self::Only(accounts) => account.is_some_and(|account| accounts.iter().any(|only| only == account)),
            Self::Shared => account.is_none(),
            Self::All => true,
        }
    }
}

/// A search inside a [`Scope`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PassageQuery {
    /// The words to look for.
    pub text: String,
    /// What they are to mean, in a sentence; the words themselves when absent.
    pub meaning: Option<String>,
    /// Only these kinds; all when empty.
    pub kinds: Vec<RecordKind>,
    /// Only this window of time.
    pub window: Window,
    /// Only this record.
    pub source: Option<RecordRef>,
    /// At most this many passages.
    pub limit: usize,
}

/// One passage found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PassageHit {
    /// The passage.
    pub passage: Passage,
    /// The score the results are ordered by; only comparable within one search.
    pub score: f32,
    /// BM25 score, when the passage was found by its words.
    pub lexical: Option<f32>,
    /// How near its nearest stretch lies to the query in meaning, at most 1; none where that is not known.
    pub dense: Option<f32>,
    /// The words of that stretch.
    pub nearest: Option<String>,
}

/// The notes among what was found. People can take a note back, and the index may not have heard of that yet.
#[must_use]
pub fn notes_among(hits: &[PassageHit]) -> Vec<RecordRef> {
    let sources = hits.iter().map(|hit| &hit.passage.source).filter(|source| source.kind == RecordKind::Note);
    sources.collect::<BTreeSet<_>>().into_iter().cloned().collect()
}

/// Leaves out the notes that are not among the `known` records.
pub fn keep_known(hits: &mut Vec<PassageHit>, known: &[Record]) {
    let known: BTreeSet<RecordRef> = known.iter().map(Record::reference).collect();
    hits.retain(|hit| hit.passage.source.kind != RecordKind::Note || known.contains(&hit.passage.source));
}
