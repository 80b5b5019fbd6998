//! Arithmetic over accounts: "add up", "on average", "what share of", "per segment", and what it is done to.

use super::cues::Cues;
use crate::domain::tool::portfolio::Grouping;

/// What is done to the figures of a set of accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// They are added up.
    Sum,
    /// They are averaged.
    Mean,
    /// They are told as a share of a larger set.
    Share,
    /// They are added up group by group.
    Groups(Grouping),
}

/// What is added up, averaged or shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How many accounts there are.
    Accounts,
    /// What they bring in a year.
    Arr,
    /// What they bring in a month.
    Mrr,
    /// Seats they pay for.
    Seats,
    /// Active users.
    ActiveUsers,
    /// What the records found are worth: deals, payments.
    Records,
}

/// Arithmetic a question asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calculation {
    /// What is done.
    pub operation: Operation,
    /// To what.
    pub measure: Measure,
}

/// What accounts can be grouped by, with the words for it.
const GROUPS: [(&str, Grouping); 6] = [
    ("owner|owners|csm|csms|manager|managers|rep|reps|colleague|colleagues|person", Grouping::Owner),
    ("segment|segments|size|tier|tiers", Grouping::Segment),
    ("level|levels|colour|color|health", Grouping::Level),
    ("section|sections", Grouping::Section),
    ("currency|currencies", Grouping::Currency),
    ("month|months", Grouping::Month),
];

/// The arithmetic a question asks for, if any.
#[must_use]
pub fn read(cues: &Cues<'_>) -> Option<Calculation> {
    let measure = measure(cues);
    let operation = if let Some(grouping) = grouping(cues) {
        Operation::Groups(grouping)
    } else if share(cues) {
        Operation::Share
    } else if mean(cues) {
        Operation::Mean
    } else if adds(cues) || totals(cues) && measure.is_some() {
        Operation::Sum
    } else {
        return None;
    };
    let usual = if matches!(operation, Operation::Groups(_)) { Measure::Accounts } else { Measure::Arr };
    Some(Calculation { operation, measure: measure.unwrap_or(usual) })
}

/// "Add up", "sum", "tot up": a verb of arithmetic, and no order to change something.
#[must_use]
pub fn adds(cues: &Cues<'_>) -> bool {
    cues.phrase(&["add|adds|adding|added|tot|sum|summing", "*", "up|together"])
        || cues.phrase(&["sum", "of"])
        || cues.opens(&["sum"])
}

fn totals(cues: &Cues<'_>) -> bool {
    cues.any("total totals sum combined altogether together overall collectively")
}

fn mean(cues: &Cues<'_>) -> bool {
    cues.any("average avg averages averaged")
        || cues.phrase(&["mean", "arr|mrr|revenue|size|number|contract|seats|value"])
}

fn share(cues: &Cues<'_>) -> bool {
    let words = cues.words();
    let number_before = |at: usize| at > 0 && words[at - 1].parse::<f64>().is_ok();
    let percent = words
        .iter()
        .enumerate()
        .any(|(at, word)| matches!(*word, "percent" | "percentage" | "pct") && !number_before(at));
    let sign = cues
        .question
        .match_indices('%')
        .any(|(at, _)| !cues.question[..at].trim_end().ends_with(|letter: char| letter.is_ascii_digit()));
    percent
        || sign
        || cues.phrase(&["share|slice|part|portion|proportion|fraction|chunk|piece", "of"])
        || cues.phrase(&["what|which|whose|the|how", "*", "share|portion|proportion|fraction"])
        || cues.phrase(&["how", "much", "of", "that|it|those|these|our|the|all"])
}

fn grouping(cues: &Cues<'_>) -> Option<Grouping> {
    let leads = "per|by|each|every|across";
    let mut found = GROUPS.iter().filter(|(words, _)| {
        cues.phrase(&[leads, words])
            || cues.phrase(&["for|in|of|at", "each|every", words])
            || cues.phrase(&["split|breakdown|break|broken|grouped|group|sorted|divided", "*", words])
    });
    let grouping = found.next().map(|(_, grouping)| *grouping);
    let apart = cues.any("separately seperately separate apart mix mixing")
        && (cues.any("currency currencies") || currencies(cues).count() > 1);
    let asked = grouping.or_else(|| (apart || currencies(cues).count() > 1).then_some(Grouping::Currency));
    let segments = ["enterprise", "mid-market|midmarket", "startup|startups", "smb|smbs"];
    let several = segments.iter().filter(|words| cues.phrase(&[words])).count() > 1;
    let split = cues.any("split breakdown distribution count counts numbers many");
    asked
        .or_else(|| (several && split).then_some(Grouping::Segment))
        // "MRR by month" is no day of renewal.
        .filter(|grouping| *grouping != Grouping::Month || cues.any("renew renews renewal renewals renewing"))
}

/// What figures a question is for.
pub(super) fn measure(cues: &Cues<'_>) -> Option<Measure> {
    if cues.any("mrr") || cues.phrase(&["monthly", "recurring|revenue|income"]) {
        Some(Measure::Mrr)
    } else if cues.any("deal deals opportunity opportunities pipeline payment payments invoice invoices refunds paid") {
        Some(Measure::Records)
    } else if cues.any("contracts") && adds(cues)
        || cues.any("arr revenue recurring worth spend income turnover")
        || cues.phrase(&["contract", "value|size"])
    {
        Some(Measure::Arr)
    } else if cues.any("seats seat licences licenses license licence") {
        Some(Measure::Seats)
    } else if cues.phrase(&["active|daily", "users|people"]) || cues.any("users usage") {
        Some(Measure::ActiveUsers)
    } else if cues.any("accounts customers clients companies account customer client") {
        Some(Measure::Accounts)
    } else {
        None
    }
}

/// The currencies a question names, each by its code.
pub fn currencies(cues: &Cues<'_>) -> impl Iterator<Item = &'static str> {
    const NAMED: [(&str, &str); 9] = [
        ("USD", "usd dollar dollars"),
        ("EUR", "eur euro euros"),
        ("GBP", "gbp sterling pound pounds quid"),
        ("CHF", "chf francs"),
        ("JPY", "jpy yen"),
        ("CAD", "cad"),
        ("AUD", "aud"),
        ("SEK", "sek"),
        ("NOK", "nok"),
    ];
    let words: Vec<String> = cues.words().into_iter().map(str::to_owned).collect();
    // "390 dollars" is an amount and names no set.
    let named = move |spelled: &str| {
        words.iter().enumerate().any(|(at, word)| {
            spelled.split(' ').any(|name| name == word)
                && !at
                    .checked_sub(1)
                    .is_some_and(|before| words[before].starts_with(|letter: char| letter.is_ascii_digit()))
        })
    };
    NAMED.into_iter().filter(move |(_, spelled)| named(spelled)).map(|(code, _)| code)
}
