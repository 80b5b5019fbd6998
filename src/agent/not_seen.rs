//! What an answer could not see: sources that hold nothing for the account, or nothing new, and what that hides.

use crate::domain::connection::LateSource;
use crate::domain::readiness::Source;
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

/// A sentence for each connected system that brings nothing at present and matters to the tools used.
#[must_use]
pub fn late(sources: &[LateSource], tools_used: &[String], now: Moment) -> Vec<String> {
    let leans = |source: &&LateSource| {
        let kinds = source.vendor.brings().iter().flat_map(|brings| kinds_of(*brings));
        kinds.flat_map(|kind| leaning(*kind)).any(|tool| tools_used.iter().any(|used| used == tool))
    };
    let note = |source: &LateSource| {
        let name = source.vendor.label();
        let what: Vec<String> = source.vendor.brings().iter().map(|brings| brings.label().to_lowercase()).collect();
        let since = source.succeeded_at.map(|at| relative_text(at.day(), now.day()));
        match (&source.reason, since) {
            (Some(reason), Some(since)) => {
                format!("{name} was last fetched from {since}: {reason} Newer {} can't be seen.", joined(&what))
            }
            (Some(reason), None) => {
                format!("{name} was never fetched from: {reason} Its {} can't be seen.", joined(&what))
            }
            (None, Some(since)) if source.paused => {
                format!("{name} is halted and was last fetched from {since}: newer {} can't be seen.", joined(&what))
            }
            (None, _) => format!("{name} is not fetched to its end yet: some of its {} may be missing.", joined(&what)),
        }
    };
    sources.iter().filter(leans).map(note).collect()
}

/// The kinds of records that hold what a system brings.
fn kinds_of(brings: Source) -> &'static [RecordKind] {
    match brings {
        Source::Contracts | Source::Subscriptions => &[RecordKind::RevenueSource],
        Source::Payments => &[RecordKind::PaymentEvent],
        Source::Usage => &[RecordKind::Usage],
        Source::Calls => &[RecordKind::Call],
        Source::Emails => &[RecordKind::Email],
        Source::Signals => &[RecordKind::Signal],
        Source::Accounts | Source::Deals | Source::Releases | Source::Enrichment => &[],
    }
}

fn joined(what: &[String]) -> String {
    match what {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        _ => what.concat(),
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::connection::Vendor;

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

    #[test]
    fn a_system_that_brings_nothing_is_named_when_the_answer_leans_on_it() {
        let now = crate::domain::time::parse_instant("2026-11-21", crate::domain::time::Zone::UTC).unwrap();
        let source = |reason: Option<&str>, succeeded: bool, paused| LateSource {
            vendor: Vendor::Stripe,
            name: "stripe".to_owned(),
            succeeded_at: succeeded.then(|| now - chrono::Duration::days(2)),
            reason: reason.map(str::to_owned),
            paused,
        };
        let used = ["revenue".to_owned()];
        let of = |source: LateSource| late(&[source], &used, now).concat();
        let failing = of(source(Some("Stripe does not take the key."), true, false));
        assert!(failing.contains("2 days ago") && failing.contains("does not take the key"), "{failing}");
        assert!(failing.contains("subscriptions and payments"), "{failing}");
        assert!(of(source(None, true, true)).contains("halted"));
        assert!(of(source(None, false, false)).contains("not fetched to its end"));
        assert!(late(&[source(None, true, true)], &["list_signals".to_owned()], now).is_empty());
    }
}
