//! What is said of a sentence that does not hold: what is wrong with it, and what the cited items do say, so that it can be
//! corrected and need not be left out.

use super::item::Item;
use crate::domain::text::clipped;

/// Items that are quoted, at most.
const QUOTED: usize = 2;

/// Letters of a sentence and of an item that are shown.
const SHOWN: (usize, usize) = (100, 220);

/// A complaint: the sentence, what is wrong with it, and what its items say.
pub(super) fn complaint(sentence: &str, wrong: &str, items: &[&Item<'_>]) -> String {
    let mut text = format!("“{}” {wrong}.", clipped(sentence.trim(), SHOWN.0));
    for item in items.iter().take(QUOTED) {
        text.push_str(&format!(" {}", says(item)));
    }
    text
}

fn says(item: &Item<'_>) -> String {
    let evidence = item.evidence;
    let day = evidence.occurred_at.map(|at| format!(", {}", at.day())).unwrap_or_default();
    let speaker = item.speaker().map(|name| format!(", {name}")).unwrap_or_default();
    format!("[{}] ({}{day}{speaker}) says: “{}”", item.cite, evidence.title, clipped(&evidence.quote, SHOWN.1))
}
