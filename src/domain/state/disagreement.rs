//! Accounts whose score and money say different things.

use chrono::NaiveDate;

use crate::domain::health::Level;
use crate::domain::revenue::PaymentState;

/// Usage that rose by so many percent in 30 days speaks against a bad score.
pub const GROWTH_PERCENT: i32 = 20;

/// What is said of an account whose score and money do not fit: a good score and a contract that is unpaid or ends, or a
/// bad score and growth.
#[must_use]
pub fn disagreement(
    (score, level): (u32, Level),
    payment: PaymentState,
    ends_on: Option<NaiveDate>,
    usage_change_percent: Option<i32>,
    today: NaiveDate,
) -> Option<String> {
    match level {
        Level::Healthy if payment == PaymentState::PastDue => {
            Some(format!("Score {score}, but a payment is past due."))
        }
        Level::Healthy if payment == PaymentState::Failed => Some(format!("Score {score}, but a payment failed.")),
        Level::Healthy => {
            let ends = ends_on.filter(|day| *day >= today)?;
            Some(format!("Score {score}, but the contract ends on {}.", ends.format("%B %-d, %Y")))
        }
        Level::Critical | Level::AtRisk => {
            let grew = usage_change_percent.filter(|percent| *percent >= GROWTH_PERCENT && !payment.is_unpaid())?;
            Some(format!("Score {score}, but usage grew {grew}% in 30 days."))
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Days;

    use super::*;
    use crate::domain::health::HealthConfig;
    use crate::domain::revenue::PaymentState::{Current, Failed};

    #[test]
    fn score_and_money_disagree_where_they_do() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
        let soon = today.checked_add_days(Days::new(34));
        let told = |score, payment, ends, usage| {
            disagreement((score, HealthConfig::default().level(score)), payment, ends, usage, today)
        };
        assert_eq!(told(82, Failed, None, None).as_deref(), Some("Score 82, but a payment failed."));
        assert_eq!(
            told(82, Current, soon, None).as_deref(),
            Some("Score 82, but the contract ends on January 3, 2027.")
        );
        assert_eq!(told(30, Current, None, Some(25)).as_deref(), Some("Score 30, but usage grew 25% in 30 days."));
        assert_eq!(told(82, Current, None, Some(25)), None);
        assert_eq!(told(30, Failed, soon, Some(25)), None);
    }
}
