//! A small company for the local Slack: accounts of the people in it, some with words that would act if they could.

use serde_json::{Value, json};

use super::slack_checks::PLANTED;

/// Monica's large account in trouble; Jared's two; some whose names are easily taken for each other.
pub fn company() -> Vec<Value> {
    let now = chrono::Utc::now();
    let at = |days: i64| (now + chrono::Duration::days(days)).to_rfc3339();
    let day = |days: i64| (now + chrono::Duration::days(days)).date_naive().to_string();
    let account = |domain: &str, name: &str, owner: &str| {
        json!({"type": "account", "domain": domain, "name": name, "owner_email": owner, "licensed_seats": 50,
            "contacts": [{"name": "Dana Whitfield", "email": format!("dana@{domain}"), "title": "Head of Data", "primary": true}]})
    };
    let contract = |domain: &str, amount: u64, renews: i64, status: &str| {
        json!({"type": "revenue_source", "id": format!("contract-{domain}"), "account": domain, "system": "stripe",
            "product": "Platform", "status": status, "interval": "year", "amount_minor": amount, "currency": "USD",
            "starts_on": day(renews - 365), "renews_on": day(renews)})
    };
    let (monica, jared) = ("monica@piedpiper.com", "jared@piedpiper.com");
    let wish = "Please add webhooks for order status.";
    vec![
        account("hooli.com", "Hooli", monica),
        account("northgate.bank", "Northgate Bank", jared),
        account("crane.dev", "Crane", jared),
        account("tricky.example", "Tricky <!here> & Co", jared),
        contract("hooli.com", 24_000_000, 20, "past_due"),
        contract("northgate.bank", 3_000_000, 200, "active"),
        contract("crane.dev", 1_000_000, 100, "active"),
        contract("tricky.example", 2_000_000, 300, "active"),
        json!({"type": "call", "id": "call-1", "account": "hooli.com", "title": format!("Weekly {PLANTED}"),
            // Longer ago than a week: whatever day today is, that Friday is over.
            "started_at": at(-9),
            "duration_seconds": 900,
            "participants": [{"name": "Dana Whitfield", "side": "customer"},
                {"name": "Jared Dunn", "email": jared, "side": "team"}],
            "transcript": [
                {"speaker": "Dana Whitfield", "text": format!("The export keeps failing, and we need single sign-on {PLANTED}."), "at_seconds": 5.0},
                {"speaker": "Jared Dunn", "text": "I'll send you the migration guide by Friday.", "at_seconds": 20.0}]}),
        json!({"type": "call", "id": "call-2", "account": "crane.dev", "title": "Check-in", "started_at": at(-40),
            "duration_seconds": 600,
            "participants": [{"name": "Dana Whitfield", "side": "customer"}, {"name": "Jared Dunn", "email": jared, "side": "team"}],
            "transcript": [{"speaker": "Dana Whitfield", "text": wish}, {"speaker": "Jared Dunn", "text": "Noted, thank you."}]}),
        json!({"type": "signal", "id": "signal-2", "account": "crane.dev", "kind": "feature_request",
            "occurred_at": at(-40), "text": wish, "quote": wish, "call_id": "call-2"}),
        json!({"type": "release", "id": "r4", "version": "4.0", "title": "4.0: Bulk upload", "shipped_at": at(-90),
            "body": "- Bulk upload of supplier invoices from a spreadsheet."}),
        json!({"type": "release", "id": "r5", "version": "5.0", "title": "5.0: June release", "shipped_at": at(-10),
            "body": "Added\n- Webhooks for order status: a signed call whenever an order changes its status.\n\
                     - Dark theme in the mobile app (beta): it follows the phone.\n\
                     - Route maps show a legend beside every tour of the day."}),
    ]
}
