//! The ledger of a turn: every piece of evidence the tools handed out, under the number a model cites it by.

use crate::domain::evidence::Evidence;
use crate::domain::tool::Cite;

/// Evidence by number, from 1.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: Vec<Evidence>,
}

impl Ledger {
    /// The number of `evidence`; the same piece keeps its number.
    pub fn cite(&mut self, evidence: Evidence) -> Cite {
        let known =
            self.entries.iter().position(|entry| entry.record == evidence.record && entry.quote == evidence.quote);
        let index = known.unwrap_or_else(|| {
            self.entries.push(evidence);
            self.entries.len() - 1
        });
        index as Cite + 1
    }

    /// All evidence, in the order of its numbers.
    pub fn entries(&self) -> &[Evidence] {
        &self.entries
    }

    /// The evidence with this number.
    #[must_use]
    pub fn get(&self, cite: Cite) -> Option<&Evidence> {
        self.entries.get((cite as usize).checked_sub(1)?)
    }
}
