//! A question over a set of accounts: those of an owner, those of the answer before, those that conditions leave.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::compose::Desk;
use super::condition;
use super::question::{self, Ask, Calculation, Facet, Intent, Measure, Operation, Shape};
use crate::domain::activity::Side;
use crate::domain::time::Window;
use crate::domain::tool::account::{AccountBrief, AccountMention, FoundAccounts, Person};
use crate::domain::tool::portfolio::{Grouping, Portfolio, PortfolioOrder, PortfolioRow};
use crate::language;
use crate::model::chat::PastTurn;

/// Rows of a list when nothing is said.
const ROWS: u32 = 15;

/// What a question over several accounts stands on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Set {
    /// The set of the answer before, where the question goes on from it.
    pub upon: Option<Remembered>,
    /// The accounts whose share is asked for.
    pub part: Vec<AccountBrief>,
}

/// The set an answer was over, as the next question finds it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Remembered {
    /// Its conditions.
    pub set: Portfolio,
    /// How many accounts that was.
    pub accounts: u64,
}

/// The set a question is over; none where it is over no set of accounts. What the question wants is settled with it.
pub(super) fn read(ask: &mut Ask, words: &str, found: &FoundAccounts, last: Option<&PastTurn>) -> Option<Set> {
    let said = language::lower_words(words);
    let before = last.and_then(remembered);
    let owner = owner(found);
    let points = points_back(&said);
    let share = ask.calculation.is_some_and(|asked| asked.operation == Operation::Share);
    let meant: Vec<&AccountMention> = found.accounts.iter().filter(|mention| is_name(mention)).collect();
    // "Mina's accounts, Acorn included": the set has it anyway.
    let included =
        owner.is_some() && said.iter().any(|word| matches!(word.as_str(), "incl" | "including" | "included"));
    let named: Vec<AccountBrief> = meant.iter().filter_map(|mention| mention.candidates.first().cloned()).collect();
    let several = meant.iter().any(|mention| mention.candidates.len() > 1);
    let named = if included && !share { Vec::new() } else { named };
    if !named.is_empty() {
        let of_figures = matches!(ask.intent, Intent::Accounts | Intent::Revenue | Intent::Topic | Intent::Overview);
        let of_what = ask.filter.currency.is_some()
            || owner.is_some()
            || said.iter().any(|word| matches!(word.as_str(), "our" | "all" | "total" | "overall" | "arr" | "whole"));
        if !share || several || !of_figures || !(of_what || points && before.is_some()) {
            return None;
        }
        over_accounts(ask);
        return Some(Set { upon: before.filter(|_| points), part: named });
    }
    let figures = matches!(ask.facet, Facet::Amount | Facet::HowMany | Facet::What);
    if let (Some(_), None, Some(measure), true) = (owner, ask.calculation, ask.measure, figures)
        && matches!(ask.intent, Intent::Accounts | Intent::Revenue | Intent::Usage | Intent::Topic)
        && measure != Measure::Accounts
    {
        ask.calculation = Some(Calculation { operation: Operation::Sum, measure });
    }
    if let Some(before) = before.filter(|_| goes_on(ask, &said, points, owner.is_some())) {
        if ask.facet == Facet::Renewal && ask.filter.order == PortfolioOrder::default() {
            ask.filter.order = PortfolioOrder::Renewal;
        }
        over_accounts(ask);
        return Some(Set { upon: Some(before), part: Vec::new() });
    }
    let of_owner = owner.is_some() && (ask.calculation.is_some() || ask.intent == Intent::Accounts || lists(&said));
    let of_all = ask.portfolio && ask.calculation.is_some();
    if of_owner && !matches!(ask.intent, Intent::Commitments | Intent::Requests) || of_all {
        over_accounts(ask);
        return Some(Set::default());
    }
    None
}

/// The question is for accounts by their figures, and its words for conditions are no topic.
fn over_accounts(ask: &mut Ask) {
    ask.intent = Intent::Accounts;
    ask.fact = None;
    ask.topic = condition::beyond(&ask.topic);
}

/// The owner a question names: one of ours who shares that name with no customer.
fn owner(found: &FoundAccounts) -> Option<&Person> {
    let [mention] = found.people.as_slice() else { return None };
    let ours = mention.people.iter().all(|person| person.side == Side::Team);
    mention.people.iter().find(|person| ours && person.owner)
}

/// Whether words are the name of an account, and no common word that is spelled nearly like one.
fn is_name(mention: &AccountMention) -> bool {
    mention.exact
        || !mention
            .words
            .split_whitespace()
            .all(|word| !question::tells_much(word) || question::is_everyday_word(&word.to_lowercase()))
}

/// "Who is on Mina's book", "what sits with Mina", "Mina's ones": the accounts of an owner, however it is put.
fn lists(said: &[String]) -> bool {
    const BELONGING: [&str; 12] = [
        "belong",
        "belongs",
        "sits",
        "sit",
        "book",
        "books",
        "portfolio",
        "handles",
        "owns",
        "manages",
        "ones",
        "under",
    ];
    let looks_after = said.windows(2).any(|pair| pair[0].starts_with("look") && pair[1] == "after");
    let asks = said.first().is_some_and(|first| matches!(first.as_str(), "which" | "who" | "what" | "list" | "show"));
    asks && (looks_after || said.iter().any(|word| BELONGING.contains(&word.as_str())))
}

/// Whether words stand for the accounts of the answer before.
fn points_back(said: &[String]) -> bool {
    said.iter().enumerate().any(|(at, word)| match word.as_str() {
        "those" | "these" | "them" | "ones" | "they" => true,
        "that" | "it" | "this" => {
            let before = at.checked_sub(1).map_or("", |before| said[before].as_str());
            let after = said.get(at + 1).map_or("", String::as_str);
            matches!(before, "of" | "is" | "from" | "in") || matches!(after, "is" | "renews" | "comes")
        }
        _ => false,
    })
}

/// Whether a question narrows, sorts or reckons with the accounts of the answer before.
fn goes_on(ask: &Ask, said: &[String], points: bool, owner: bool) -> bool {
    const LEADS: [&str; 9] = ["and", "ok", "only", "just", "now", "sort", "order", "rank", "so"];
    let leads = said.first().is_some_and(|first| LEADS.contains(&first.as_str()));
    let anew = said.iter().any(|word| matches!(word.as_str(), "accounts" | "customers" | "clients" | "we" | "our"));
    let conditions = ask.filter != Portfolio { order: ask.filter.order, ..Portfolio::default() };
    let ordered = ask.filter.order != PortfolioOrder::default();
    let renewals = ask.facet == Facet::Renewal;
    let asks = owner || conditions || ordered || renewals || ask.calculation.is_some() || ask.shape != Shape::Usual;
    let of_other = matches!(
        ask.intent,
        Intent::Askers | Intent::CloseLoop | Intent::Commitments | Intent::Requests | Intent::Calls | Intent::Emails
    );
    let short = said.len() <= 4;
    // A word that no condition is read from is for something else.
    let understood = condition::beyond(&ask.topic).len() <= usize::from(points || leads);
    asks && understood && !of_other && (points || !anew && (leads || short && !ask.pronoun))
}

/// The set of the last answer.
fn remembered(last: &PastTurn) -> Option<Remembered> {
    serde_json::from_value(last.focus.intent.as_ref()?.get("set")?.clone()).ok()
}

/// What to ask the portfolio for.
pub fn wanted(desk: &Desk<'_>) -> Portfolio {
    let (ask, set) = (&desk.part.ask, desk.part.set.as_ref());
    let narrower = Portfolio { owner: desk.owner(), as_of: desk.as_of(), ..ask.filter.clone() };
    let upon = set.and_then(|set| set.upon.as_ref());
    let mut wanted = upon.map_or_else(|| narrower.clone(), |upon| narrowed(&upon.set, &narrower));
    if set.is_some() && wanted.order == PortfolioOrder::default() && ask.calculation.is_some() {
        wanted.order = PortfolioOrder::Arr;
    }
    wanted.limit = ask.count.or(Some(ROWS));
    let Some(calculation) = ask.calculation else { return wanted };
    match calculation.operation {
        Operation::Sum | Operation::Mean => wanted.sum = Some(Grouping::Together),
        Operation::Groups(grouping) => wanted.sum = Some(grouping),
        Operation::Share => {
            let part = set.map(|set| set.part.as_slice()).unwrap_or_default();
            let larger = larger(upon, &narrower, !part.is_empty());
            if !part.is_empty() {
                wanted.among = part.iter().map(|account| account.domain.clone()).collect();
            }
            wanted.of = Some(Box::new(Portfolio { order: PortfolioOrder::default(), ..larger }));
        }
    }
    wanted
}

/// The larger set a share is of: where accounts are named, all that the conditions leave; else that of the answer before,
/// the owner or the currency, whichever something else narrows.
fn larger(upon: Option<&Remembered>, narrower: &Portfolio, named: bool) -> Portfolio {
    let plain = Portfolio { order: narrower.order, limit: narrower.limit, ..Portfolio::default() };
    let narrows = *narrower != plain;
    match upon {
        Some(upon) if named => narrowed(&upon.set, narrower),
        Some(upon) if narrows => upon.set.clone(),
        _ if named => narrower.clone(),
        _ => {
            let of_owner = Portfolio { owner: narrower.owner.clone(), ..plain.clone() };
            let of_currency = Portfolio { currency: narrower.currency.clone(), ..plain.clone() };
            let only = |set: &Portfolio| *narrower == *set;
            Portfolio {
                owner: narrower.owner.clone().filter(|_| !only(&of_owner)),
                currency: narrower.currency.clone().filter(|_| !only(&of_currency)),
                ..Portfolio::default()
            }
        }
    }
}

/// The conditions of a set with more conditions on top; what both speak of is as the later one says.
fn narrowed(set: &Portfolio, more: &Portfolio) -> Portfolio {
    let fields = |set: &Portfolio| serde_json::to_value(set).ok().and_then(|value| value.as_object().cloned());
    let (Some(mut all), Some(more), Some(plain)) = (fields(set), fields(more), fields(&Portfolio::default())) else {
        return more.clone();
    };
    all.extend(more.into_iter().filter(|(name, value)| plain.get(name) != Some(value)));
    serde_json::from_value(Value::Object(all)).unwrap_or_else(|_| set.clone())
}

/// What the next question may stand on: the conditions that were `wanted`, or the few accounts that were picked.
pub fn to_remember(desk: &Desk<'_>, wanted: Portfolio, rows: &[PortfolioRow], matched: u64) -> Remembered {
    if desk.part.ask.count.is_some() {
        let among = rows.iter().map(|row| row.domain.clone()).collect();
        let picked = Portfolio { among, order: wanted.order, ..Portfolio::default() };
        return Remembered { set: picked, accounts: rows.len() as u64 };
    }
    Remembered { set: Portfolio { limit: None, sum: None, of: None, ..wanted }, accounts: matched }
}

/// Whether a list is for days of renewal.
pub fn of_renewals(wanted: &Portfolio) -> bool {
    wanted.renews != Window::ALWAYS
        || wanted.renewing_within_days.is_some()
        || wanted.trialing
        || wanted.order == PortfolioOrder::Renewal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_condition_goes_before_an_earlier_one_and_the_rest_stays() {
        let set = Portfolio { owner: Some("mina".to_owned()), segment: Some("smb".to_owned()), ..Portfolio::default() };
        let more = Portfolio { owner: Some("otto".to_owned()), trialing: true, ..Portfolio::default() };
        let both = narrowed(&set, &more);
        assert_eq!((both.owner.as_deref(), both.segment.as_deref(), both.trialing), (Some("otto"), Some("smb"), true));
    }

    #[test]
    fn a_share_is_of_what_something_else_narrows() {
        let owned = Portfolio { owner: Some("mina".to_owned()), ..Portfolio::default() };
        assert_eq!(larger(None, &owned, false), Portfolio::default());
        let on_trial = Portfolio { trialing: true, ..owned.clone() };
        assert_eq!(larger(None, &on_trial, false), owned);
        let before = Remembered { set: owned.clone(), accounts: 4 };
        assert_eq!(larger(Some(&before), &Portfolio { trialing: true, ..Portfolio::default() }, false), owned);
    }
}
