//! What passes the checks and what does not.

use super::*;
use crate::domain::evidence::Evidence;
use crate::domain::id::WorkspaceId;
use crate::domain::record::{RecordKind, RecordRef};

fn ledger() -> Ledger {
    let mut ledger = Ledger::default();
    for (account, quote) in [("hooli.com", "Platform · $240,000 per year"), ("aviato.com", "paid")] {
        ledger.cite(Evidence {
            record: RecordRef { kind: RecordKind::RevenueSource, id: account.to_owned() },
            account: Some(account.to_owned()),
            title: "Contract".to_owned(),
            occurred_at: None,
            quote: quote.to_owned(),
            speaker: None,
            at_seconds: None,
            url: None,
        });
    }
    ledger
}

fn checked(text: &str) -> Checked {
    let scope = TurnScope {
        workspace: WorkspaceId::new(),
        pinned: Some("hooli.com".to_owned()),
        asker: None,
        wants_change: false,
        typed: None,
    };
    let outputs =
        [serde_json::json!({ "arr": [{ "minor": 24_000_000, "currency": "USD" }], "renews_on": "2026-12-19" })];
    let (ledger, today) = (ledger(), "2026-11-21".parse().unwrap());
    let question = "what do they pay";
    let (outputs, ledger, names) = (&outputs.each_ref(), &ledger, &["Level 9 Optics".to_owned(), "9x7".to_owned()]);
    check(text, Against { question, outputs, windows: &[], ledger, names, scope: &scope, today })
}

#[test]
fn figures_and_dates_of_the_records_pass() {
    let passed = checked("Hooli pays $240,000 a year, renews December 19 (in 4 weeks).[1]");
    assert_eq!(passed.text, "Hooli pays $240,000 a year, renews December 19 (in 4 weeks).[1]");
    assert!(passed.checks.corrections.is_empty());
    assert_eq!(passed.citations.len(), 1);
}

#[test]
fn a_digit_in_a_name_is_no_figure_and_bears_none_out() {
    for line in
        ["**Level 9 Optics's renewal is near.**[1]", "**No promise of 9x7 is on record.**", "**Level 9 Optics.**"]
    {
        let passed = checked(line);
        assert_eq!(passed.text, line);
        assert_eq!(passed.checks.figures, 0, "{line}");
    }
    let caught = checked("Level 9 Optics has 9 seats.[1]");
    assert_eq!(caught.text, "");
}

#[test]
fn a_made_up_figure_is_taken_out_and_said_so() {
    let caught = checked("Hooli pays $240,000 a year.[1]\n- It used to pay $310,000.[1]");
    assert_eq!(caught.text, "Hooli pays $240,000 a year.[1]");
    assert_eq!(caught.checks.corrections.len(), 1);
}

#[test]
fn a_citation_that_does_not_exist_or_belongs_to_another_account_is_taken_out() {
    let caught = checked("Hooli renews.[9]\n- Aviato paid.[2]\nAll well.[1]");
    assert_eq!(caught.text, "Hooli renews.\nAll well.[1]");
    assert_eq!(caught.citations.iter().map(|citation| citation.id.as_str()).collect::<Vec<_>>(), ["hooli.com"]);
}
