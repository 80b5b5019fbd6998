//! What a section's list says of its accounts besides the figures every list has.

use std::collections::BTreeMap;

use crate::app::{App, AppError};
use crate::domain::health::{Likelihood, LikelihoodKind};
use crate::domain::revenue::{Deal, DealStatus};
use crate::domain::tool::portfolio::Portfolio;

/// What is to be known of an account in its section.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InSection {
    /// How likely it is to convert, where it is in trial or has an open deal.
    pub converts: Option<Likelihood>,
    /// The deal that is open and worth most, and how many are open.
    pub open: Option<(Deal, usize)>,
    /// The deal that was lost last.
    pub lost: Option<Deal>,
}

impl App {
    /// What is to be known of the accounts of a page of a list, by domain. It reads those accounts and no others.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn in_section(&self, wanted: &Portfolio) -> Result<BTreeMap<String, InSection>, AppError> {
        let (store, now) = (&self.intake.store, self.now());
        let known = self.agent.tools.known(self.workspace).await?;
        let ids = store.portfolio_first(self.workspace, wanted, now).await?;
        let data = known.records.account_data_of(&ids, now.day()).await?;
        let of = |status| move |deal: &&Deal| deal.status == status;
        let found = data.iter().map(|data| {
            let likelihood = Likelihood::of(&data.health_input(), &[], now, &known.rules);
            let open: Vec<&Deal> = data.deals.iter().filter(of(DealStatus::Open)).collect();
            let first = open.iter().max_by_key(|deal| (deal.value_minor, &deal.id)).map(|deal| (*deal).clone());
            let lost = data.deals.iter().filter(of(DealStatus::Lost)).max_by_key(|deal| (deal.closed_at, &deal.id));
            let facts = InSection {
                // What was shipped since counts for who may come back, and is told on the account's page.
                converts: likelihood.filter(|likelihood| likelihood.kind == LikelihoodKind::Convert),
                open: first.map(|deal| (deal, open.len())),
                lost: lost.cloned(),
            };
            (data.account.record.domain.clone(), facts)
        });
        Ok(found.collect())
    }
}
