//! The same product of an account in two systems: whether they say the same of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::contract::{BillingSystem, RevenueSource};
use crate::domain::money::{Money, totals};

/// What two systems say of a contract that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reconciled {
    /// Several systems hold it, with the same amount a year. Each counts towards revenue until one is left out.
    Agrees,
    /// Only its own system holds it.
    OnlyHere,
    /// Several systems hold it, with different amounts.
    Differs,
}

impl Reconciled {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Agrees, Self::OnlyHere, Self::Differs];

    /// The name on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Agrees => "agrees",
            Self::OnlyHere => "only_here",
            Self::Differs => "differs",
        }
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Agrees => "in two systems, same amount",
            Self::OnlyHere => "in one system only",
            Self::Differs => "in two systems, amounts differ",
        }
    }

    /// That of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.wire() == name)
    }
}

/// A product of an account as the systems hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What the systems say of each other.
    pub reconciled: Reconciled,
    /// What each system says it comes to in a year, one entry per currency; nothing where its interval is not understood.
    pub amounts: Vec<(BillingSystem, Vec<Money>)>,
    /// The contracts.
    pub contracts: Vec<String>,
}

/// How a product is compared: as it is written, but for capitals and blanks around it.
fn product(source: &RevenueSource) -> String {
    source.product.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The running contracts of one account, product by product. Those that are left out of revenue are not to be among them:
/// leaving one of two out is how people settle that both hold the same.
#[must_use]
pub fn reconcile<'a>(sources: impl IntoIterator<Item = &'a RevenueSource>) -> Vec<Held> {
    let mut products: BTreeMap<String, Vec<&RevenueSource>> = BTreeMap::new();
    for source in sources.into_iter().filter(|source| source.runs()) {
        products.entry(product(source)).or_default().push(source);
    }
    products.into_values().map(|contracts| held(&contracts)).collect()
}

fn held(contracts: &[&RevenueSource]) -> Held {
    let mut systems: Vec<BillingSystem> = Vec::new();
    for contract in contracts {
        if !systems.contains(&contract.system) {
            systems.push(contract.system);
        }
    }
    systems.sort_by_key(|system| *system as u8);
    let of = |system: BillingSystem| contracts.iter().filter(move |contract| contract.system == system);
    let amounts: Vec<_> =
        systems.iter().map(|system| (*system, totals(of(*system).filter_map(|contract| contract.arr())))).collect();
    let reconciled = match amounts.as_slice() {
        [] | [_] => Reconciled::OnlyHere,
        [(_, first), others @ ..] if others.iter().all(|(_, other)| other == first) => Reconciled::Agrees,
        _ => Reconciled::Differs,
    };
    Held { reconciled, amounts, contracts: contracts.iter().map(|contract| contract.id.clone()).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::revenue::BillingStatus;

    fn contract(id: &str, system: BillingSystem, product: &str, interval: &str, minor: i64) -> RevenueSource {
        RevenueSource {
            id: id.to_owned(),
            account: "mill.example".to_owned(),
            system,
            product: product.to_owned(),
            status: BillingStatus::Active,
            interval: interval.to_owned(),
            amount_minor: minor,
            currency: "EUR".to_owned(),
            mrr_minor: None,
            discount_percent: None,
            discount_minor: None,
            discount_until: None,
            quantity: None,
            starts_on: None,
            renews_on: None,
            cancel_at_period_end: false,
            url: None,
        }
    }

    #[test]
    fn two_systems_agree_when_a_year_comes_to_the_same() {
        use BillingSystem::{Salesbricks, Stripe};
        let ended =
            RevenueSource { status: BillingStatus::Expired, ..contract("6", Salesbricks, "Lifts", "year", 1_200) };
        let sources = [
            contract("1", Salesbricks, "Cranes", "year", 1_200),
            contract("2", Stripe, " cranes ", "month", 100),
            contract("3", Salesbricks, "Belts", "year", 1_200),
            contract("4", Stripe, "Belts", "month", 90),
            contract("5", Stripe, "Lifts", "month", 90),
            ended,
        ];
        let found = reconcile(&sources);
        let told: Vec<_> = found.iter().map(|held| (held.reconciled, held.contracts.join(" "))).collect();
        assert_eq!(
            told,
            [
                (Reconciled::Differs, "3 4".to_owned()),
                (Reconciled::Agrees, "1 2".to_owned()),
                (Reconciled::OnlyHere, "5".to_owned()),
            ]
        );
        assert_eq!(found[0].amounts[1], (Stripe, vec![Money::new(1_080, "EUR")]));
    }
}
