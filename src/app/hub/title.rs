//! What a record of an account is called where a link leads to it.

use super::RecordTitle;
use crate::agent::evidence::source_title;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::day_text;
use crate::store::AccountData;

/// The title of a record that the data of an account holds; its kind where the data does not hold it.
pub(super) fn of(data: &AccountData, record: &RecordRef, today: chrono::NaiveDate) -> RecordTitle {
    let id = record.id.as_str();
    let found =
        match record.kind {
            RecordKind::Call | RecordKind::Email => {
                data.sources.get(record).map(|source| source_title(record.kind, &source.title))
            }
            RecordKind::Signal => data.signals.iter().find(|signal| signal.id == id).map(|signal| {
                format!("Signal: {}, {}", signal.kind.label(), day_text(signal.occurred_at.day(), today))
            }),
            RecordKind::PaymentEvent => data.payments.iter().find(|payment| payment.id == id).map(|payment| {
                let day = day_text(payment.occurred_at.day(), today);
                format!("Payment of {}, {}, {day}", payment.amount(), payment.kind.label())
            }),
            RecordKind::RevenueSource => data
                .revenue
                .iter()
                .chain(data.ignored.iter().map(|(source, _)| source))
                .find(|source| source.id == id)
                .map(|source| format!("Contract: {}", source.product)),
            RecordKind::Usage => {
                let day = id.rsplit('/').next().and_then(|day| day.parse().ok());
                day.map(|day| format!("Usage of {}", day_text(day, today)))
            }
            RecordKind::Deal => data.deals.iter().find(|deal| deal.id == id).map(|deal| format!("Deal: {}", deal.name)),
            RecordKind::Commitment => data
                .commitments
                .iter()
                .find(|promise| promise.id == id)
                .map(|promise| format!("Promise by {}", promise.who)),
            _ => None,
        };
    RecordTitle { record: record.clone(), title: found.unwrap_or_else(|| record.kind.label().to_owned()) }
}
