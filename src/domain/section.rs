//! The list of a section: which accounts it shows in which order, and the figures above it.

use super::account::Section;
use super::health::{Chance, Level, LikelihoodKind};
use super::money::{Money, totals};
use super::tool::portfolio::{Portfolio, PortfolioOrder};

/// Days within which a renewal counts as near.
pub const RENEWING_DAYS: u32 = 30;

/// Days within which the end of a trial counts as near.
pub const TRIAL_DAYS: u32 = 7;

/// What the accounts of a section may do, other than pay.
#[must_use]
pub fn hoped_for(section: Option<Section>) -> LikelihoodKind {
    match section {
        Some(Section::Reengage) => LikelihoodKind::Reengage,
        _ => LikelihoodKind::Convert,
    }
}

/// Which accounts a list shows, and in which order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SectionWanted {
    /// The conditions that all lists of accounts have; its order is not looked at.
    pub accounts: Portfolio,
    /// Only accounts that may do this with this chance.
    pub chance: Option<(LikelihoodKind, Chance)>,
    /// The order, behind those that were routed there.
    pub order: SectionOrder,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionOrder {
    /// As other lists of accounts.
    Accounts(PortfolioOrder),
    /// Most likely to convert, or to come back, first.
    Likelihood,
    /// Highest value first: what it is offered, or what was lost.
    Value,
    /// Nearest end of a trial first.
    TrialEnd,
}

impl Default for SectionOrder {
    fn default() -> Self {
        Self::Accounts(PortfolioOrder::default())
    }
}

impl SectionOrder {
    /// Its name in an address and in the API.
    #[must_use]
    pub fn wire(self) -> String {
        match self {
            Self::Likelihood => "likelihood".to_owned(),
            Self::Value => "value".to_owned(),
            Self::TrialEnd => "trial_end".to_owned(),
            Self::Accounts(order) => {
                let name = serde_json::to_value(order).ok();
                name.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default().to_owned()
            }
        }
    }

    /// The order of that name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "likelihood" => Some(Self::Likelihood),
            "value" => Some(Self::Value),
            "trial_end" => Some(Self::TrialEnd),
            other => serde_json::from_value(other.into()).ok().map(Self::Accounts),
        }
    }

    /// The usual order of a section's list.
    #[must_use]
    pub fn of(section: Option<Section>) -> Self {
        match section {
            Some(Section::Convert | Section::Reengage) => Self::Likelihood,
            _ => Self::default(),
        }
    }
}

/// What the tracked accounts of a section come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SectionFigures {
    /// Critical, at risk and healthy, in this order.
    pub levels: [LevelFigure; 3],
    /// How many renew within [`RENEWING_DAYS`].
    pub renewing: u64,
    /// How many may convert; of the lost, how many may come back.
    pub candidates: u64,
    /// How many of those are likely to.
    pub likely: u64,
    /// How many are in a trial that ends within [`TRIAL_DAYS`].
    pub trials_ending: u64,
    /// What those are offered, or what was lost with them, one entry per currency.
    pub offered: Vec<Money>,
    /// The same, each account's times its likelihood.
    pub expected: Vec<Money>,
}

/// The accounts of a level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LevelFigure {
    /// How many.
    pub accounts: u64,
    /// Their annual recurring revenue, one entry per currency.
    pub arr: Vec<Money>,
}

impl SectionFigures {
    /// Those of a level.
    #[must_use]
    pub fn level(&self, level: Level) -> &LevelFigure {
        let [critical, at_risk, healthy] = &self.levels;
        match level {
            Level::Critical => critical,
            Level::AtRisk => at_risk,
            Level::Healthy => healthy,
        }
    }

    /// How many accounts there are.
    #[must_use]
    pub fn accounts(&self) -> u64 {
        self.levels.iter().map(|level| level.accounts).sum()
    }

    /// Their annual recurring revenue, one entry per currency.
    #[must_use]
    pub fn arr(&self) -> Vec<Money> {
        totals(self.levels.iter().flat_map(|level| level.arr.iter().cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_order_is_found_by_its_name() {
        let orders = [SectionOrder::Likelihood, SectionOrder::Value, SectionOrder::TrialEnd, SectionOrder::default()];
        for order in orders {
            assert_eq!(SectionOrder::parse(&order.wire()), Some(order));
        }
        assert_eq!(SectionOrder::parse("colour"), None);
    }

    #[test]
    fn currencies_are_never_summed_together() {
        let of = |minor, currency: &str| LevelFigure { accounts: 1, arr: vec![Money::new(minor, currency)] };
        let figures =
            SectionFigures { levels: [of(5, "EUR"), of(7, "USD"), of(6, "EUR")], ..SectionFigures::default() };
        assert_eq!(figures.arr(), [Money::new(11, "EUR"), Money::new(7, "USD")]);
        assert_eq!((figures.accounts(), figures.level(Level::AtRisk).arr[0].minor), (3, 7));
    }
}
