//! What two accounts are compared by: "who renews first", "compare the NPS", "which pays more a month".

use super::question::{Ask, Intent};
use crate::language;

/// Something accounts can be told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// The day of renewal.
    Renewal,
    /// Annual recurring revenue.
    Year,
    /// Monthly recurring revenue.
    Month,
    /// The latest NPS.
    Nps,
    /// Active users and where they are going.
    Usage,
    /// Seats paid for.
    Seats,
    /// How payments stand.
    Payments,
    /// The score.
    Health,
    /// Promises of ours that are open.
    Promises,
    /// What was asked for.
    Requests,
    /// The last call or e-mail.
    Contact,
    /// Open deals.
    Deals,
}

/// Each with the stems that name it.
const NAMED: [(Attribute, &str); 12] = [
    (Attribute::Renewal, "renew renewal expir end term contract run"),
    (
        Attribute::Year,
        "arr revenu worth valu annual year big bigger biggest larg larger largest size spend pay money price cost amount much more",
    ),
    (Attribute::Month, "mrr month"),
    (Attribute::Nps, "nps"),
    (Attribute::Usage, "usag use user adopt activ login"),
    (Attribute::Seats, "seat licens licenc"),
    (Attribute::Payments, "payment late overdu invoic paid unpaid bill behind"),
    (
        Attribute::Health,
        "health healthi healthier score risk riski riskier level wors worst better happier happi trouble danger critic",
    ),
    (Attribute::Promises, "promis commit owe owed outstand open"),
    (Attribute::Requests, "request ask wish featur"),
    (Attribute::Contact, "contact touch spoken heard quiet last"),
    (Attribute::Deals, "deal opportun pipelin"),
];

/// Words that compare and name nothing.
const COMPARING: &str = "compar comparison versus vs vs. v differ between against first sooner earlier later or which who side \
    higher lower most least than account custom client both each other date day when now current state statu look doing";

/// The attributes a question names, in the order of its words.
pub fn attributes(words: &str) -> Vec<Attribute> {
    let mut found: Vec<Attribute> = Vec::new();
    for word in language::words(words) {
        let stem = language::stem(&word.lower);
        let named = |names: &str| names.split_whitespace().any(|name| name == stem || name == word.lower);
        for (attribute, _) in NAMED.iter().filter(|(_, names)| named(names)) {
            if !found.contains(attribute) {
                found.push(*attribute);
            }
        }
    }
    // "What do they pay a month" is for one amount; "open deals" is not for promises; "more seats" not for money.
    if found.contains(&Attribute::Month) {
        found.retain(|attribute| *attribute != Attribute::Year);
    }
    let has = |attribute: Attribute| found.contains(&attribute);
    let narrower = has(Attribute::Nps)
        || has(Attribute::Promises)
        || has(Attribute::Usage)
        || has(Attribute::Seats)
        || has(Attribute::Deals)
        || has(Attribute::Payments)
        || has(Attribute::Requests);
    if narrower {
        let lower = words.to_lowercase();
        let year = ["arr", "revenue", "worth", "annual", "bigger", "larger", "pay ", "pays", "price"]
            .iter()
            .any(|word| lower.contains(word));
        let promises = ["promis", "owe", "commit"].iter().any(|word| lower.contains(word));
        found.retain(|attribute| match attribute {
            Attribute::Year => year,
            Attribute::Promises => promises,
            Attribute::Health => !lower.contains("nps"),
            _ => true,
        });
    }
    found
}

/// The words of a comparison that name no attribute the records have: "margin".
pub fn beyond(ask: &Ask) -> Option<String> {
    let known = |word: &String| {
        let lower = word.to_lowercase();
        let stem = language::stem(&lower);
        COMPARING
            .split_whitespace()
            .chain(NAMED.iter().flat_map(|(_, names)| names.split_whitespace()))
            .any(|name| name == stem || name == lower)
    };
    let left: Vec<String> = ask.subject.iter().filter(|word| !known(word)).cloned().collect();
    (!left.is_empty()).then(|| left.join(" "))
}

/// Whether a question that names several accounts is for how they compare, rather than for the same fact of each.
pub fn wanted(whole: &Ask, words: &str) -> bool {
    let lower = format!(" {} ", words.to_lowercase());
    let compares = whole.intent == Intent::Compare
        || [" vs ", " vs. ", " versus ", " compare ", " compared ", " or ", " than ", " which "]
            .iter()
            .any(|cue| lower.contains(cue));
    compares
        || !attributes(words).is_empty()
            && beyond(whole).is_none()
            && !matches!(
                whole.intent,
                Intent::Commitments | Intent::Requests | Intent::Calls | Intent::Emails | Intent::Contact(_)
            )
}
