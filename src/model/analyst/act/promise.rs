//! Which promise an order means: "mark the migration guide as delivered".

use crate::domain::action::Outcome;
use crate::domain::activity::CommitmentStatus;
use crate::domain::tool::records::{CommitmentList, CommitmentView};
use crate::language::Topic;

/// What was found.
pub enum Meant {
    /// This one.
    One(Box<CommitmentView>),
    /// One of these.
    Several(Vec<CommitmentView>),
    /// None that could be meant.
    None,
}

/// Promises offered at most.
const OFFERED: usize = 5;

/// The share of the words a promise must have to be meant, and by how much more than the next.
const SAID: f32 = 0.5;
const AHEAD: f32 = 0.2;

/// The promise that `words` name; those that stand as `outcome` already are left out.
pub fn meant(list: &CommitmentList, words: &str, outcome: Outcome) -> Meant {
    let open = |item: &&CommitmentView| match item.status {
        CommitmentStatus::Open | CommitmentStatus::Overdue | CommitmentStatus::Unclear => true,
        CommitmentStatus::Kept => outcome == Outcome::Dropped,
        CommitmentStatus::Dropped => outcome == Outcome::Kept,
    };
    let candidates: Vec<&CommitmentView> = list.items.iter().filter(open).collect();
    // An offer repeats the exact words.
    if let Some(exact) = candidates.iter().find(|item| words.contains(item.quote.as_str())) {
        return Meant::One(Box::new((*exact).clone()));
    }
    let topic = Topic::new(words);
    if topic.is_empty() {
        return match candidates.as_slice() {
            [] => Meant::None,
            [only] => Meant::One(Box::new((*only).clone())),
            several => Meant::Several(several.iter().take(OFFERED).map(|item| (*item).clone()).collect()),
        };
    }
    let mut fits: Vec<(f32, &CommitmentView)> = candidates
        .iter()
        .map(|item| (topic.share(&format!("{} {} {}", item.what, item.quote, item.title)), *item))
        .collect();
    fits.sort_by(|left, right| right.0.total_cmp(&left.0));
    match fits.as_slice() {
        [] => Meant::None,
        [(best, only)] if *best >= SAID => Meant::One(Box::new((*only).clone())),
        [(best, first), (next, _), ..] if *best >= SAID && best - next >= AHEAD => {
            Meant::One(Box::new((*first).clone()))
        }
        // None is meant for certain: the likeliest are offered.
        several => Meant::Several(several.iter().take(OFFERED).map(|(_, item)| (*item).clone()).collect()),
    }
}
