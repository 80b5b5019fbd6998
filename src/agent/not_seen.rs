//! What an answer could not see: sources that hold nothing for the account, or nothing new, and what that hides.

use crate::domain::record::RecordKind;
use crate::domain::time::{Moment, day_text, relative_text};
use crate::store::KindSpan;

/// Days without news after which a source counts as stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreshnessLimits {
    /// Calls.
    pub call_days: i64,
    /// E-mails.
    pub email_days: i64,
    /// Usage, which comes daily.
    pub usage_days: i64,
    /// Payments.
    pub payment_days: i64,
}

/// The tools whose answers lean on a source.
fn leaning(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Usage => &["account_overview", "score_explanation", "score_history", "usage", "prepare_meeting"],
        RecordKind::PaymentEvent | RecordKind::RevenueSource => {
            &["account_overview", "score_explanation", "revenue", "prepare_meeting"]
        }
        RecordKind::Call | RecordKind::Email => &[
            "account_overview",
            "get_call",
            "list_activity",
            "search_evidence",
            "list_requests",
            "close_loop",
            "list_commitments",
            "score_explanation",
            "prepare_meeting",
        ],
        RecordKind::Signal => &["list_signals", "prepare_meeting"],
        _ => &[],
    }
}

/// A sentence for each source that matters to the tools used and holds nothing, or nothing new, for the account.
#[must_use]
pub fn notes(spans: &[KindSpan], tools_used: &[String], now: Moment, limits: FreshnessLimits) -> Vec<String> {
    let today = now.day();
    let mut notes = Vec::new();
    for span in spans {
        if !leaning(span.kind).iter().any(|tool| tools_used.iter().any(|used| used == tool)) {
            continue;
        }
        let (what, hides) = match span.kind {
            RecordKind::Usage => ("usage", "adoption and its trend"),
            RecordKind::PaymentEvent => ("payments", "whether invoices are paid"),
            RecordKind::RevenueSource => ("contracts", "ARR and renewal"),
            RecordKind::Call => ("calls", "what was said on the phone"),
            RecordKind::Email => ("e-mails", "what was written"),
            _ => ("signals", "complaints, praise and NPS"),
        };
        if span.count == 0 {
            let scope = if span.connected { "for this account" } else { "in this workspace" };
            notes.push(format!("No {what} on record {scope}: {hides} can't be seen."));
            continue;
        }
        let limit = match span.kind {
            RecordKind::Usage => limits.usage_days,
            RecordKind::Call => limits.call_days,
            RecordKind::Email => limits.email_days,
            RecordKind::PaymentEvent => limits.payment_days,
            _ => continue,
        };
        if let Some(newest) = span.newest.map(|newest| newest.day())
            && (today - newest).num_days() > limit
        {
            notes.push(format!(
                "The newest {what} on record are of {} ({}).",
                day_text(newest, today),
                relative_text(newest, today)
            ));
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(kind: RecordKind, count: u64, newest: Option<&str>, connected: bool) -> KindSpan {
        let newest = newest.map(|day| crate::domain::time::parse_instant(day, crate::domain::time::Zone::UTC).unwrap());
        KindSpan { kind, count, oldest: newest, newest, connected }
    }

    #[test]
    fn missing_and_stale_sources_are_named_when_the_answer_leans_on_them() {
        let now = crate::domain::time::parse_instant("2026-11-21", crate::domain::time::Zone::UTC).unwrap();
        let spans = [
            span(RecordKind::Usage, 0, None, true),
            span(RecordKind::Call, 3, Some("2026-06-01"), true),
            span(RecordKind::PaymentEvent, 0, None, false),
        ];
        let used = ["usage".to_owned(), "get_call".to_owned()];
        let notes = notes(
            &spans,
            &used,
            now,
            FreshnessLimits { call_days: 60, email_days: 45, usage_days: 7, payment_days: 400 },
        );
        assert_eq!(notes.len(), 2);
        assert!(notes[0].contains("No usage on record for this account"));
        assert!(notes[1].contains("June 1"));
    }
}
