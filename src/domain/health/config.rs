//! Weights and thresholds of the health score. All of them are configuration and are shown where a score is explained.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{AlertRules, Level};

/// Weights and thresholds. Points are subtracted for risks and added for strengths; days count backwards from the day
/// the score is told for. The score is `base` plus all factors, kept between 0 and 100.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HealthConfig {
    /// What an account starts from before anything is known about it.
    pub base: u32,
    /// At or above this score an account is healthy.
    pub healthy_from: u32,
    /// Below this score an account is critical.
    pub critical_below: u32,
    /// Share of paid seats in use, and where it is going.
    pub usage: UsageWeights,
    /// Payments and contracts.
    pub money: MoneyWeights,
    /// What people said, promised and left unsaid.
    pub voice: VoiceWeights,
    /// What is sharp enough for a word between digests.
    pub alerts: AlertRules,
    /// How likely an account is to convert or to come back.
    pub likelihood: LikelihoodWeights,
}

impl Default for HealthConfig {
    fn default() -> Self {
        Self {
            base: 75,
            healthy_from: 70,
            critical_below: 40,
            usage: UsageWeights::default(),
            money: MoneyWeights::default(),
            voice: VoiceWeights::default(),
            alerts: AlertRules::default(),
            likelihood: LikelihoodWeights::default(),
        }
    }
}

impl HealthConfig {
    /// What contradicts itself in this configuration, as a sentence that says what to change.
    ///
    /// # Errors
    /// The first contradiction found.
    pub fn check(&self) -> Result<(), String> {
        if self.base > 100 || self.healthy_from > 100 {
            return Err("health: `base` and `healthy_from` are scores; set them between 0 and 100".to_owned());
        }
        if self.critical_below >= self.healthy_from {
            return Err(format!(
                "health: `critical_below` ({}) must be below `healthy_from` ({})",
                self.critical_below, self.healthy_from
            ));
        }
        if self.alerts.drop_points == 0 || self.alerts.drop_days == 0 {
            return Err("health: `alerts.drop_points` and `alerts.drop_days` must be 1 or more".to_owned());
        }
        if self.likelihood.low_below >= self.likelihood.high_from {
            return Err("health: `likelihood.low_below` must be below `likelihood.high_from`".to_owned());
        }
        if self.usage.low_below >= self.usage.good_from {
            return Err("health: `usage.low_below` must be below `usage.good_from`".to_owned());
        }
        Ok(())
    }

    /// The level a score stands for.
    #[must_use]
    pub fn level(&self, score: u32) -> Level {
        if score >= self.healthy_from {
            Level::Healthy
        } else if score < self.critical_below {
            Level::Critical
        } else {
            Level::AtRisk
        }
    }
}

/// Usage: averages over seven days, so that a weekend never looks like a decline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UsageWeights {
    /// Newest usage older than this many days counts as unknown.
    pub stale_after_days: u32,
    /// Adoption (0 to 1) at or above which seats are well used.
    pub good_from: f64,
    /// Points for well used seats.
    pub good: u32,
    /// Adoption (0 to 1) below which points are taken.
    pub low_below: f64,
    /// Points taken when no seat is in use; proportionally fewer up to `low_below`.
    pub none: u32,
    /// Decline in percent from which points are taken.
    pub decline_from: u32,
    /// Decline in percent at which all of the points are taken.
    pub decline_full: u32,
    /// Points taken for a full decline against 30 days earlier.
    pub decline_month: u32,
    /// Points taken for a full decline against 80 days earlier: the quiet kind. The heavier of the two counts.
    pub decline_quarter: u32,
    /// Growth in percent against 30 days earlier from which points are given.
    pub growth_from: u32,
    /// Points for growth.
    pub growth: u32,
}

impl Default for UsageWeights {
    fn default() -> Self {
        Self {
            stale_after_days: 10,
            good_from: 0.5,
            good: 8,
            low_below: 0.35,
            none: 20,
            decline_from: 15,
            decline_full: 60,
            decline_month: 22,
            decline_quarter: 18,
            growth_from: 8,
            growth: 3,
        }
    }
}

/// Payments, renewal and the end of contracts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MoneyWeights {
    /// Points for a failed payment that no later payment cleared.
    pub failed: u32,
    /// Points for each further failure in a row.
    pub failed_again: u32,
    /// Points for a contract or invoice that is past due, instead of `failed`.
    pub past_due: u32,
    /// One more point for every so many days without payment.
    pub unpaid_days_per_point: u32,
    /// Most points payments can take.
    pub payment_cap: u32,
    /// A renewal (or the end of a trial) weighs from this many days before it.
    pub renewal_within_days: u32,
    /// Points for a renewal on its day when the account has other trouble; proportionally fewer before.
    pub renewal: u32,
    /// Points of other risks from which an account has trouble.
    pub trouble_from: u32,
    /// An account without trouble is reminded of its renewal from this many days before it …
    pub calm_renewal_within_days: u32,
    /// … with this many points.
    pub calm_renewal: u32,
    /// Points for a contract that ended with nothing in its place.
    pub expired: u32,
    /// Points for the same while a new order is pending.
    pub expired_pending: u32,
    /// Points for a trial that ended without a contract, or a contract that was canceled.
    pub lost: u32,
}

impl Default for MoneyWeights {
    fn default() -> Self {
        Self {
            failed: 16,
            failed_again: 6,
            past_due: 20,
            unpaid_days_per_point: 4,
            payment_cap: 34,
            renewal_within_days: 90,
            renewal: 14,
            trouble_from: 5,
            calm_renewal_within_days: 30,
            calm_renewal: 3,
            expired: 20,
            expired_pending: 14,
            lost: 30,
        }
    }
}

/// Signals, promises and silence. A signal counts in full for `fresh_days`, then less and less, and not at all after
/// `window_days`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct VoiceWeights {
    /// Signals count in full up to this age.
    pub fresh_days: u32,
    /// Signals older than this do not count.
    pub window_days: u32,
    /// The newest NPS answer counts up to this age.
    pub nps_window_days: u32,
    /// Points for a promoter (9 or 10).
    pub promoter: u32,
    /// Points taken for a detractor (0 to 6).
    pub detractor: u32,
    /// Further points taken for 0 to 3.
    pub strong_detractor: u32,
    /// Points taken for an escalation; half once praise or a good NPS answer came after it.
    pub escalation: u32,
    /// Most points escalations can take.
    pub escalation_cap: u32,
    /// Points taken for words of leaving.
    pub churn_risk: u32,
    /// Most points words of leaving can take.
    pub churn_risk_cap: u32,
    /// Points taken for a complaint.
    pub complaint: u32,
    /// Most points complaints can take.
    pub complaint_cap: u32,
    /// Points for praise.
    pub praise: u32,
    /// Most points praise can give.
    pub praise_cap: u32,
    /// Points taken for each promise of ours that is past its day.
    pub broken_promise: u32,
    /// Most points broken promises can take.
    pub broken_promise_cap: u32,
    /// A promise this many days past its day is history.
    pub broken_promise_days: u32,
    /// Days without a call or an e-mail from which silence counts.
    pub silence_days: u32,
    /// Points taken for silence; twice as many after twice the days.
    pub silence: u32,
}

impl Default for VoiceWeights {
    fn default() -> Self {
        Self {
            fresh_days: 30,
            window_days: 90,
            nps_window_days: 120,
            promoter: 5,
            detractor: 7,
            strong_detractor: 4,
            escalation: 14,
            escalation_cap: 20,
            churn_risk: 9,
            churn_risk_cap: 16,
            complaint: 3,
            complaint_cap: 8,
            praise: 2,
            praise_cap: 5,
            broken_promise: 4,
            broken_promise_cap: 12,
            broken_promise_days: 120,
            silence_days: 45,
            silence: 4,
        }
    }
}

/// How likely an account is to convert or to come back. What people said counts as it does in the score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LikelihoodWeights {
    /// At or above, it is likely.
    pub high_from: u32,
    /// Below, it is unlikely.
    pub low_below: u32,
    /// What the likelihood to convert starts from.
    pub convert_base: u32,
    /// Points for a trial whose seats are well used.
    pub used: u32,
    /// Points taken for a trial nobody uses; proportionally fewer up to `usage.low_below`.
    pub not_used: u32,
    /// Contact this many days ago or less is fresh …
    pub fresh_days: u32,
    /// … and gives these points.
    pub contact: u32,
    /// Without contact for more days than this …
    pub quiet_days: u32,
    /// … these points are taken.
    pub quiet: u32,
    /// Points taken for a trial that ends within a week with nothing signed.
    pub trial_ends: u32,
    /// Points taken for a trial that has ended with nothing signed.
    pub trial_over: u32,
    /// Points for an open deal.
    pub open_deal: u32,
    /// What the likelihood to come back starts from.
    pub reengage_base: u32,
    /// Points taken where the loss is less than 30 days old.
    pub lost_lately: u32,
    /// Points where it is 60 days to a year old.
    pub ripe: u32,
    /// Points taken where it is more than two years old.
    pub long_over: u32,
    /// Points for contact since the loss.
    pub spoke_again: u32,
    /// Points for something shipped since that they asked for; half as many again for more than one.
    pub shipped: u32,
}

impl Default for LikelihoodWeights {
    fn default() -> Self {
        Self {
            high_from: 65,
            low_below: 35,
            convert_base: 40,
            used: 20,
            not_used: 30,
            fresh_days: 7,
            contact: 8,
            quiet_days: 14,
            quiet: 12,
            trial_ends: 4,
            trial_over: 20,
            open_deal: 10,
            reengage_base: 30,
            lost_lately: 15,
            ripe: 10,
            long_over: 10,
            spoke_again: 15,
            shipped: 20,
        }
    }
}
