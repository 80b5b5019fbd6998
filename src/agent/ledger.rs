//! The ledger of a turn: every piece of evidence the tools handed out, under the number a model cites it by, and every
//! card they want put before the reader.

use serde_json::Value;

use crate::domain::card::Card;
use crate::domain::evidence::Evidence;
use crate::domain::tool::Cite;

/// Evidence by number, from 1; cards in the order they came.
#[derive(Debug, Default)]
pub struct Ledger {
    entries: Vec<Evidence>,
    cards: Vec<Card>,
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

    /// Puts a card before the reader, once the turn is over.
    pub fn put(&mut self, card: Card) {
        self.cards.push(card);
    }

    /// Whether a change is proposed: then none of it is on record yet.
    #[must_use]
    pub fn proposes(&self) -> bool {
        self.cards.iter().any(|card| matches!(card, Card::Proposal(_)))
    }

    /// The cards.
    #[must_use]
    pub fn into_cards(self) -> Vec<Card> {
        self.cards
    }

    /// Takes in the evidence and the cards of another ledger, and gives its numbers in `output` as they are here.
    pub fn take_in(&mut self, other: Self, output: &mut Value) {
        self.cards.extend(other.cards);
        let numbers: Vec<Cite> = other.entries.into_iter().map(|evidence| self.cite(evidence)).collect();
        renumber(output, &numbers);
    }
}

/// Replaces the number of a citation, from 1, by the one in its place in `numbers`.
fn renumber(output: &mut Value, numbers: &[Cite]) {
    match output {
        Value::Array(items) => items.iter_mut().for_each(|item| renumber(item, numbers)),
        Value::Object(fields) => {
            for (name, field) in fields {
                if name == "cite" || name.ends_with("_cite") {
                    replace(field, numbers);
                } else if name == "cites" || name.ends_with("_cites") {
                    field.as_array_mut().into_iter().flatten().for_each(|cite| replace(cite, numbers));
                } else if name != "attributes" {
                    // What others wrote there may be called anything.
                    renumber(field, numbers);
                }
            }
        }
        _ => {}
    }
}

fn replace(cite: &mut Value, numbers: &[Cite]) {
    let place = cite.as_u64().and_then(|cite| usize::try_from(cite).ok()?.checked_sub(1));
    if let Some(number) = place.and_then(|place| numbers.get(place)) {
        *cite = Value::from(*number);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::record::{RecordKind, RecordRef};

    fn evidence(id: &str) -> Evidence {
        Evidence {
            record: RecordRef { kind: RecordKind::Note, id: id.to_owned() },
            account: None,
            title: "Note".to_owned(),
            occurred_at: None,
            quote: "All is well.".to_owned(),
            speaker: None,
            at_seconds: None,
            url: None,
        }
    }

    #[test]
    fn a_ledger_taken_in_is_numbered_as_if_it_had_been_one_all_along() {
        let (mut ledger, mut other) = (Ledger::default(), Ledger::default());
        assert_eq!(["a", "b"].map(|id| ledger.cite(evidence(id))), [1, 2]);
        assert_eq!(["c", "b", "d"].map(|id| other.cite(evidence(id))), [1, 2, 3]);
        let mut output = json!({ "items": [{ "cite": 1, "count": 1 }, { "kept_cite": null, "first_cite": 2 }],
            "cites": [3, 2], "attributes": { "cite": 1 } });
        ledger.take_in(other, &mut output);
        let expected = json!({ "items": [{ "cite": 3, "count": 1 }, { "kept_cite": null, "first_cite": 2 }],
            "cites": [4, 2], "attributes": { "cite": 1 } });
        assert_eq!(output, expected);
        assert_eq!(ledger.entries().len(), 4);
    }
}
