//! Which fact a question wants, and whose words it asks for.

use super::cues::Cues;
use super::intent::Facet;
use crate::domain::activity::Side;

/// Whose words or deeds are asked for.
#[must_use]
pub fn side(cues: &Cues<'_>) -> Option<Side> {
    if cues.phrase(&["did|have|had|has|do|are|were|what|that|which|can|should|must", "we|i|us|our|you"])
        || cues.phrase(&["we|we've|i", "promised|promise|owe|committed|agreed|said|made|have"])
        || cues.phrase(&["our", "*", "promises|commitments|side"])
        || cues.phrase(&["to", "this|the", "account|customer|client"])
        || cues.phrase(&["to", "them"])
    {
        return Some(Side::Team);
    }
    let theirs = cues.phrase(&["they|he|she|customer|customer's|their|client", "*", "promised|promise|owe|owes|committed|agreed|said|say|want|ask|asked|think|feel|mention|mentioned|complain|write|wrote|made"])
        || cues.phrase(&["from", "them|the|this", "customer|account|side"])
        || cues.phrase(&["from", "them"])
        || cues.phrase(&["owe|owes", "us"]);
    theirs.then_some(Side::Customer)
}

/// Whether the question is for what somebody said or wants, rather than for what is said of them.
#[must_use]
pub fn by_person(cues: &Cues<'_>) -> bool {
    cues.any("say said says mention mentioned think thinks thought promise promised want wants wanted ask asked asks tell told write wrote complain complained feel feels raise raised request requested offer offered commit committed agree agreed propose proposed suggest suggested worry worried opinion view view comment commented reply replied owe owes send sent")
}

/// The fact wanted.
#[must_use]
pub fn facet(cues: &Cues<'_>) -> Facet {
    if cues.any("renew renews renewal renewing renewals expire expires expired expiration")
        || cues.phrase(&["contract|trial", "end|ends|ending|run|over"])
        || cues.phrase(&["trial", "*", "end|ends"])
    {
        return Facet::Renewal;
    }
    if cues.any("pay paid pays paying payment payments invoice invoices unpaid overdue owe failed refund refunded refunds billing") && !cues.phrase(&["how", "much"]) {
        return Facet::Payment;
    }
    if cues.phrase(&["how", "much"]) || cues.any("arr mrr worth value amount") {
        return Facet::Amount;
    }
    if cues.phrase(&["how", "many|often|long|fast|big|large|far"]) {
        return Facet::HowMany;
    }
    if cues.opens(&["when"])
        || cues.phrase(&["what", "date|day|time"])
        || cues.phrase(&["by", "when"])
        || cues.phrase(&["since", "when"])
    {
        return Facet::When;
    }
    if cues.opens(&["who|whose|who's"]) || cues.phrase(&["and", "who"]) {
        return Facet::Who;
    }
    if cues.any("why reason reasons") {
        return Facet::Why;
    }
    let opener = cues.question.split_whitespace().next().unwrap_or_default().to_lowercase();
    if matches!(
        opener.as_str(),
        "did" | "do" | "does" | "is" | "are" | "was" | "were" | "has" | "have" | "will" | "can" | "could" | "any"
    ) || cues.opens(&["and|so|but", "did|do|does|is|are|was|has|have"])
    {
        return Facet::YesNo;
    }
    Facet::What
}
