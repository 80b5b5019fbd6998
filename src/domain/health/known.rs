//! What was known of an account by an instant: its records without those that are dated later.

use super::HealthInput;
use crate::domain::account::AccountRecord;
use crate::domain::activity::{Commitment, Signal};
use crate::domain::notice::Notice;
use crate::domain::record::RecordRef;
use crate::domain::revenue::{Deal, PaymentEvent, RevenueSource, UsageDay};
use crate::domain::time::Moment;

/// Records up to an instant. Contracts and deals carry no date of their own change; they are as they stand now.
#[derive(Debug)]
pub struct KnownBy<'a> {
    account: &'a AccountRecord,
    revenue: &'a [RevenueSource],
    deals: &'a [Deal],
    payments: Vec<PaymentEvent>,
    usage: Vec<UsageDay>,
    signals: Vec<Signal>,
    commitments: Vec<Commitment>,
    contacts: Vec<(Moment, RecordRef)>,
    notices: Vec<Notice>,
}

impl<'a> HealthInput<'a> {
    /// The same without what happened after `moment`.
    #[must_use]
    pub fn known_by(&self, moment: Moment) -> KnownBy<'a> {
        fn until<T: Clone>(items: &[T], moment: Moment, at: impl Fn(&T) -> Moment) -> Vec<T> {
            items.iter().filter(|item| at(item) <= moment).cloned().collect()
        }
        let commitments =
            until(self.commitments, moment, |promise| promise.occurred_at).into_iter().map(|mut promise| {
                promise.kept_by = promise.kept_by.filter(|words| words.occurred_at <= moment);
                promise.unclear_by = promise.unclear_by.filter(|words| words.occurred_at <= moment);
                promise.marked = promise.marked.filter(|decision| decision.at <= moment);
                promise
            });
        KnownBy {
            account: self.account,
            revenue: self.revenue,
            deals: self.deals,
            payments: until(self.payments, moment, |payment| payment.occurred_at),
            usage: self.usage.iter().filter(|usage| usage.day <= moment.day()).cloned().collect(),
            signals: until(self.signals, moment, |signal| signal.occurred_at),
            commitments: commitments.collect(),
            contacts: until(self.contacts, moment, |(at, _)| *at),
            notices: until(self.notices, moment, |notice| notice.occurred_at),
        }
    }
}

impl KnownBy<'_> {
    /// What the score is computed from.
    #[must_use]
    pub fn input(&self) -> HealthInput<'_> {
        HealthInput {
            account: self.account,
            revenue: self.revenue,
            payments: &self.payments,
            usage: &self.usage,
            signals: &self.signals,
            deals: self.deals,
            commitments: &self.commitments,
            contacts: &self.contacts,
            notices: &self.notices,
        }
    }
}
