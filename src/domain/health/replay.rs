//! A score told again for instants long past: what dated records say of each, and the receipt between one and the next.

use super::{Change, HealthConfig, HealthInput, Receipt, Refresh, assess};
use crate::domain::state::STATE_VERSION;
use crate::domain::time::Moment;

/// The refreshes there would have been at these instants, the oldest first, by the rules of today. Contracts and deals carry
/// no date of their own change, so they count as they stand now.
#[must_use]
pub fn replay(input: &HealthInput<'_>, instants: &[Moment], rules: &HealthConfig) -> Vec<Refresh> {
    let mut path: Vec<Refresh> = Vec::with_capacity(instants.len());
    for at in instants.iter().copied() {
        let health = assess(input, at, rules);
        let receipt = path.last().map(|before| {
            let change =
                Change { before, earlier_rules: rules, input, now: &health, at, rules, program: STATE_VERSION };
            Receipt::of(&change)
        });
        path.push(Refresh { at, health, data_version: 0, program: STATE_VERSION, receipt });
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::account::AccountRecord;
    use crate::domain::activity::{Signal, SignalKind};

    #[test]
    fn a_replayed_move_is_explained_by_the_record_that_came_between() {
        let signal = Signal {
            id: "s1".to_owned(),
            account: "mill.example".to_owned(),
            kind: SignalKind::Escalation,
            occurred_at: "2026-06-03T09:00:00Z".parse().unwrap(),
            text: "The import is down again.".to_owned(),
            quote: None,
            score: None,
            sentiment: None,
            call_id: None,
            url: None,
        };
        let (account, signals) = (AccountRecord::default(), [signal]);
        let input = HealthInput {
            account: &account,
            revenue: &[],
            payments: &[],
            usage: &[],
            signals: &signals,
            deals: &[],
            commitments: &[],
            contacts: &[],
            notices: &[],
        };
        let instants = ["2026-06-01T23:59:59Z", "2026-06-08T23:59:59Z"].map(|at| at.parse().unwrap());
        let path = replay(&input, &instants, &HealthConfig::default());
        let receipt = path[1].receipt.as_ref().unwrap();
        assert!(path[0].receipt.is_none() && receipt.points() < 0, "{receipt:?}");
        assert_eq!(receipt.moves[0].records[0].id, "s1");
        let moved: i32 = receipt.moves.iter().map(|moved| moved.points).sum();
        assert_eq!(receipt.points(), moved + receipt.bounds);
    }
}
