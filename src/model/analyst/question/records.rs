//! Conditions on the records of accounts: "canceled contracts", "open deals", "failed payments this year", "no usage".

use super::cues::Cues;
use super::when::Stretch;
use crate::domain::revenue::{BillingStatus, DealStatus, PaymentKind};
use crate::domain::tool::portfolio::{Holding, Portfolio};

/// What the records of an account can be said to lack, by the words for it.
const HOLDINGS: [(&str, Holding); 9] = [
    ("usage|telemetry", Holding::Usage),
    ("calls|call|meetings|recordings|transcripts", Holding::Calls),
    ("emails|e-mails", Holding::Emails),
    ("signals|feedback", Holding::Signals),
    ("nps", Holding::Nps),
    ("contract|contracts|subscription", Holding::Contracts),
    ("payments", Holding::Payments),
    ("contacts", Holding::Contacts),
    ("owner|csm", Holding::Owner),
];

/// Reads them into `filter`.
pub(super) fn read(cues: &Cues<'_>, stretch: Option<&Stretch>, filter: &mut Portfolio) {
    let past = stretch.filter(|stretch| !stretch.ahead);
    filter.contracts = contracts(cues);
    filter.deals = deals(cues);
    filter.payments = payments(cues, past.is_some());
    if !(filter.contracts.is_empty() && filter.deals.is_empty() && filter.payments.is_empty()) {
        filter.happened = past.map(|stretch| stretch.window).unwrap_or_default();
    }
    // What happened in a stretch is told by the payments made in it, not by how the account stands today.
    if !filter.payments.is_empty() {
        filter.payment_states.clear();
    }
    filter.without = without(cues, stretch);
}

/// Whether any condition on records is set.
#[must_use]
pub fn any(filter: &Portfolio) -> bool {
    !(filter.contracts.is_empty() && filter.deals.is_empty() && filter.payments.is_empty() && filter.without.is_empty())
}

fn contracts(cues: &Cues<'_>) -> Vec<BillingStatus> {
    let mut states = Vec::new();
    if cues.any("call calls meeting meetings deal deals") {
        return states;
    }
    // To want to cancel is another thing.
    let done = cues.words().iter().any(|word| {
        matches!(*word, "canceled" | "cancelled" | "cancellation" | "cancellations" | "terminated" | "churned")
    });
    if done || cues.phrase(&["did|has|have", "*", "cancel|terminate"]) {
        states.push(BillingStatus::Canceled);
    }
    let ended = cues.any("expired lapsed") || cues.phrase(&["contracts|contract|subscriptions|trials", "*", "ended"]);
    if ended || cues.any("churned") && done {
        states.push(BillingStatus::Expired);
    }
    if cues.any("unsigned")
        || cues.phrase(&["pending|draft|drafted", "*", "contract|contracts|order|orders|subscription|subscriptions"])
    {
        states.extend([BillingStatus::Pending, BillingStatus::Draft]);
    }
    states
}

fn deals(cues: &Cues<'_>) -> Vec<DealStatus> {
    let named = cues.any("deals opportunities")
        || cues.any("deal opportunity") && cues.any("who any anyone which open lost won lose win list total all")
        || cues.any("pipeline") && cues.any("total value worth sum amount much big deals")
        || cues.phrase(&["closed", "won|lost"]);
    if !named {
        return Vec::new();
    }
    let mut states = Vec::new();
    if cues.any("open pipeline running current ongoing live outstanding progress") {
        states.push(DealStatus::Open);
    }
    if cues.any("lost lose losing closed-lost") {
        states.push(DealStatus::Lost);
    }
    if cues.any("won win winning closed-won") {
        states.push(DealStatus::Won);
    }
    if states.is_empty() { vec![DealStatus::Open, DealStatus::Won, DealStatus::Lost] } else { states }
}

fn payments(cues: &Cues<'_>, of_a_time: bool) -> Vec<PaymentKind> {
    if cues.any("refund refunds refunded") {
        return vec![PaymentKind::Refunded];
    }
    let paying = cues.any("payment payments invoice invoices paying pay paid bill bills billing charge charges card");
    let failed = paying && cues.any("failed failing fail failure failures bounced declined rejected problems issues");
    let late = cues.phrase(&["past", "due"])
        || cues.any("past-due delinquent arrears unpaid")
        || paying && cues.any("overdue late behind missed");
    match (failed, late) {
        _ if !of_a_time => Vec::new(),
        (true, _) | (_, true) => vec![PaymentKind::Failed, PaymentKind::PastDue],
        _ => Vec::new(),
    }
}

/// "accounts without usage data", "who has no contract": what is missing.
fn without(cues: &Cues<'_>, stretch: Option<&Stretch>) -> Vec<Holding> {
    const NOT: &str =
        "no|without|missing|lack|lacks|lacking|don't|doesn't|didn't|not|never|haven't|hasn't|isn't|aren't";
    let mut found: Vec<Holding> = HOLDINGS
        .iter()
        .filter(|(words, _)| cues.phrase(&[NOT, "*", words]) || cues.phrase(&[words, "*", "missing"]))
        // "No call in 60 days" and "hasn't had a call" are for silence, not for what is missing altogether.
        .filter(|(_, holding)| {
            !matches!(holding, Holding::Calls | Holding::Emails)
                || stretch.is_none() && cues.any("no without never missing")
        })
        .map(|(_, holding)| *holding)
        .collect();
    let never = stretch.is_none() && cues.phrase(&["never", "*", "called|spoken|talked|met|spoke"]);
    if never && !found.contains(&Holding::Calls) {
        found.push(Holding::Calls);
    }
    // "Not using the product" is low usage; "usage is not dropping" is no lack of it either.
    let moves = cues.any("dropping dropped falling growing rising declining up down flat");
    found.retain(|holding| !(*holding == Holding::Usage && moves));
    found
}
