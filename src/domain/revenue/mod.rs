//! What the account pays, owes, may buy, and how much it uses.

mod contract;
mod deal;
mod payment;
mod reconcile;
pub mod recurring;
mod usage;

#[cfg(test)]
mod tests;

pub use contract::{BillingStatus, BillingSystem, RevenueSource, arr, decided, ends_on, renewal, trial_end};
pub use deal::{Deal, DealStatus};
pub use payment::{Debt, PaymentEvent, PaymentKind, PaymentState, debts, net_paid, total_owed, tries};
pub use reconcile::{Held, Reconciled, reconcile};
pub use usage::{UsageDay, at_weekend, moved, rests_at_weekends, week, week_average};
