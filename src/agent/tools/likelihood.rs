//! How likely an account is to convert or to come back, with evidence of each factor.

use super::score_explanation::{cites, factor_view};
use super::{Bench, ToolError, list_requests};
use crate::domain::health::{FactorKind, Health, Likelihood, LikelihoodKind, Shipped};
use crate::domain::tool::Cite;
use crate::domain::tool::records::ListRequests;
use crate::domain::tool::score::LikelihoodView;
use crate::store::AccountData;

/// The likelihood of an account; none for a paying customer.
pub async fn view(
    bench: &mut Bench<'_>,
    data: &AccountData,
    health: &Health,
) -> Result<Option<LikelihoodView>, ToolError> {
    let (input, now) = (data.health_input(), bench.now());
    let Some(mut likelihood) = Likelihood::of(&input, &[], now, bench.rules()) else { return Ok(None) };
    let mut releases = Vec::new();
    if likelihood.kind == LikelihoodKind::Reengage {
        let (shipped, found) = shipped(bench, data).await?;
        releases = found;
        likelihood = Likelihood::of(&input, &shipped, now, bench.rules()).unwrap_or(likelihood);
    }
    let factors = likelihood.factors.iter().map(|factor| {
        let shipped = factor.kind == FactorKind::Shipped;
        factor_view(factor, if shipped { releases.clone() } else { cites(bench, data, health, factor) })
    });
    Ok(Some(LikelihoodView {
        factors: factors.collect(),
        kind: likelihood.kind,
        score: likelihood.score,
        chance: likelihood.chance,
        base: likelihood.base,
    }))
}

/// What was shipped of what they asked for, the newest first, with evidence of the first two.
async fn shipped(bench: &mut Bench<'_>, data: &AccountData) -> Result<(Vec<Shipped>, Vec<Cite>), ToolError> {
    let account = Some(data.account.record.domain.clone());
    let asked = Box::pin(list_requests::run(bench, ListRequests { account, ..ListRequests::default() })).await?;
    let answered = asked.groups.into_iter().filter(|group| group.taken_back.is_none());
    let mut answered: Vec<_> = answered.filter_map(|group| Some((group.what, group.shipped?))).collect();
    answered.sort_by_key(|(_, shipped)| std::cmp::Reverse(shipped.shipped_at));
    let cites = answered.iter().take(2).map(|(_, shipped)| shipped.cite).collect();
    let shipped = answered.into_iter().map(|(what, shipped)| Shipped {
        what,
        title: shipped.title,
        on: shipped.shipped_at.day(),
    });
    Ok((shipped.collect(), cites))
}
