//! The one account a question is for, or the order it wants: "our biggest account", "most at risk", "top 5 by seats".

use super::cues::Cues;
use super::when::number;
use crate::domain::tool::portfolio::{Portfolio, PortfolioOrder};

const MOST: &str = "biggest largest highest smallest lowest worst riskiest unhealthiest healthiest happiest unhappiest \
    best top most least heaviest weakest strongest";

/// Puts the order into `filter`.
pub(super) fn order(cues: &Cues<'_>, filter: &mut Portfolio) {
    if filter.usage_fell_percent.is_some() || filter.usage_rose_percent.is_some() {
        return;
    }
    let most = any(cues);
    let few = cues.any("smallest lowest least fewest");
    let risk =
        cues.any("risk risky riskiest at-risk critical worst unhealthiest unhappiest score weakest trouble unhappy");
    if cues.any("nps") {
        let high = cues.any("highest best happiest top most promoters");
        filter.order = if high { PortfolioOrder::HighestNps } else { PortfolioOrder::LowestNps };
        if most {
            // The lowest is asked for, whatever it is.
            (filter.nps_at_most, filter.nps_at_least) = (None, None);
        }
    } else if most && cues.any("seats seat licenses licences license") {
        filter.order = PortfolioOrder::Seats;
    } else if most && cues.any("users usage adoption active logins uses use using") && !few && !risk {
        filter.order = PortfolioOrder::ActiveUsers;
    } else if pays_most(cues) {
        filter.order = PortfolioOrder::Arr;
    } else if cues.any("biggest largest highest smallest top arr revenue value valuable")
        && cues.any("arr revenue accounts customers account customer biggest largest smallest value valuable contract contracts")
        && !risk
        && !cues.any("healthiest happiest")
    {
        filter.order = if few { PortfolioOrder::SmallestArr } else { PortfolioOrder::Arr };
    } else if cues.any("healthiest best happiest strongest") || cues.phrase(&["most", "healthy|happy|satisfied"]) {
        filter.order = PortfolioOrder::Healthiest;
    } else if next_renewal(cues) {
        filter.order = PortfolioOrder::Renewal;
        filter.renewing_within_days = Some(filter.renewing_within_days.map_or(400, |days| days.max(400)));
    } else if filter.order == PortfolioOrder::Score
        && (filter.renews.since.is_some() || filter.renewing_within_days.is_some())
        && !filter.unhappy
        && !risk
    {
        filter.order = PortfolioOrder::Renewal;
    }
    if filter.order == PortfolioOrder::Score && (filter.currency.is_some() || filter.billed.is_some()) {
        filter.order = PortfolioOrder::Arr;
    }
    if most && risk && one(cues, filter).is_some() {
        // The one most at risk is whoever stands worst, at whatever level.
        filter.levels.clear();
        filter.unhappy = false;
    }
}

/// Whether it has a word for a first of many.
pub(super) fn any(cues: &Cues<'_>) -> bool {
    MOST.split_whitespace().any(|word| cues.any(word))
}

/// "Who pays us the most": for money, whatever else the question is like.
fn pays_most(cues: &Cues<'_>) -> bool {
    cues.phrase(&["pay|pays|paying|spend|spends|spending", "*", "most"])
        || cues.phrase(&["sort|sorted|order|ordered|rank|ranked", "*", "by", "arr|revenue|size|value|money"])
}

/// Whether those are meant that renew first.
pub(super) fn next_renewal(cues: &Cues<'_>) -> bool {
    cues.phrase(&["come|comes|coming", "up", "first|next|soonest"])
        || cues.phrase(&["renew|renews|renewing|renewal|up", "*", "first|next|soonest"])
        || cues.phrase(&["sort|sorted|order|ordered", "*", "by", "*", "renewal|renew|date"])
        || cues.phrase(&["renews|renew|renewing|expires|ends", "next|first"])
        || cues.phrase(&["next|first|soonest", "*", "renew|renewal|expire"])
}

/// What the first account is called, where the question is for one.
pub(super) fn one(cues: &Cues<'_>, filter: &Portfolio) -> Option<&'static str> {
    const PLURAL: &str = "accounts|customers|clients|companies|renewals|deals|trials|ones|scores";
    let many = cues.phrase(&[
        "top|biggest|largest|worst|riskiest|best|smallest|healthiest|happiest|most|lowest|highest",
        "*",
        PLURAL,
    ]) && !cues.phrase(&["of", "*", PLURAL, "is|has"])
        || cues.phrase(&["accounts|customers|clients|who|which", "are|have"])
        || cues.phrase(&["by", "*"]) && cues.opens(&["top"])
        || cues.words().iter().any(|word| number(word).is_some_and(|count| count != 1));
    let next = next_renewal(cues) && filter.order == PortfolioOrder::Renewal && !cues.any("renewals");
    if many || !(any(cues) || next) {
        return None;
    }
    Some(match filter.order {
        PortfolioOrder::Arr => "biggest",
        PortfolioOrder::SmallestArr => "smallest",
        PortfolioOrder::Healthiest => "healthiest",
        PortfolioOrder::Score if filter.signals.is_empty() => "worst",
        PortfolioOrder::Renewal if next => "next",
        PortfolioOrder::Seats => "seats",
        PortfolioOrder::ActiveUsers => "users",
        PortfolioOrder::LowestNps => "lowest_nps",
        PortfolioOrder::HighestNps => "highest_nps",
        PortfolioOrder::Usage => "falling",
        PortfolioOrder::UsageRise => "rising",
        PortfolioOrder::Silence => "silent",
        _ => return None,
    })
}
