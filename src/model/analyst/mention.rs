//! Who a question names: accounts and people, settled by the pinned account and the conversation where words are not
//! enough.

use super::question::{self, Ask};
use super::resolve::Target;
use crate::domain::activity::Side;
use crate::domain::tool::account::{AccountBrief, AccountMention, FoundAccounts, Person};
use crate::language;
use crate::model::chat::{PastTurn, TurnContext};

/// The accounts a question names.
pub(super) enum Mentioned {
    /// None.
    None,
    /// These.
    Several(Vec<AccountBrief>),
    /// Words that could mean any of these.
    Unclear { words: String, candidates: Vec<AccountBrief> },
}

/// The accounts a question names. Words that could mean several are settled by the pinned account or the conversation.
pub(super) fn accounts(found: &FoundAccounts, context: &TurnContext) -> Mentioned {
    let mut accounts: Vec<AccountBrief> = Vec::new();
    let recent = context.meant().first();
    for AccountMention { words, candidates, .. } in &found.accounts {
        let settled = match candidates.as_slice() {
            [] => continue,
            [only] => only,
            several => {
                let near = |account: &&AccountBrief| {
                    context.pinned.as_ref().is_some_and(|pinned| pinned.domain == account.domain)
                        || recent.is_some_and(|recent| recent.domain == account.domain)
                };
                match several.iter().find(near) {
                    Some(account) => account,
                    None => return Mentioned::Unclear { words: words.clone(), candidates: several.to_vec() },
                }
            }
        };
        if !accounts.iter().any(|account| account.domain == settled.domain) {
            accounts.push(settled.clone());
        }
    }
    if accounts.is_empty() { Mentioned::None } else { Mentioned::Several(accounts) }
}

/// A name that may be another company's than the account's it was read as: nothing is changed and nobody written to on
/// such a guess.
pub(super) fn guessed(found: &FoundAccounts) -> Option<(String, Vec<AccountBrief>)> {
    found.accounts.iter().find_map(|mention| {
        let typed = mention.other_name.as_ref().or((!mention.exact).then_some(&mention.words))?;
        Some((typed.clone(), mention.candidates.clone()))
    })
}

/// A name that goes on as no account's does: what is asked of "Northgate Insurance" is not for Northgate Bank. Words that are
/// no part of a company's name (a month, a quarter, an abbreviation) and slips of the keyboard make no other name.
pub(super) fn another(found: &FoundAccounts) -> Option<(String, Vec<AccountBrief>)> {
    const SLIPS: usize = 2;
    let of_a_name = |word: &str| {
        let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
        let lower = word.to_lowercase();
        capitals == 1
            && !word.contains(|letter: char| letter.is_ascii_digit())
            && language::month(&lower).is_none()
            && !question::is_everyday_word(&lower)
            && !lower.ends_with("day")
    };
    found.accounts.iter().find_map(|mention| {
        let typed = mention.other_name.as_ref()?;
        let rest = typed.strip_prefix(mention.words.as_str()).unwrap_or(typed);
        let goes_on = language::words(rest).iter().any(|word| of_a_name(word.text));
        let slip =
            |account: &AccountBrief| strsim::osa_distance(&typed.to_lowercase(), &account.name.to_lowercase()) <= SLIPS;
        (goes_on && !mention.candidates.iter().any(slip)).then(|| (typed.clone(), mention.candidates.clone()))
    })
}

/// The accounts of the conversation, for "them" and for questions that name none.
pub(super) fn conversation_accounts(context: &TurnContext) -> Option<Vec<AccountBrief>> {
    let accounts = context.meant();
    (!accounts.is_empty()).then(|| accounts.iter().take(4).cloned().collect())
}

/// The accounts of people who share the name a question gives.
pub(super) fn namesakes(found: &FoundAccounts) -> Vec<AccountBrief> {
    let mut accounts: Vec<AccountBrief> = found
        .people
        .iter()
        .flat_map(|mention| &mention.people)
        .filter(|person| person.side == Side::Customer)
        .flat_map(|person| person.accounts.clone())
        .collect();
    accounts.sort_by(|left, right| left.domain.cmp(&right.domain));
    accounts.dedup_by(|left, right| left.domain == right.domain);
    accounts
}

/// People of both sides who share the name a question gives, with what was typed; none where the name is one person's, or
/// theirs alone who are at customers: those are told apart by their accounts.
pub(super) fn of_both_sides(found: &FoundAccounts) -> Option<(String, Vec<Person>)> {
    found.people.iter().find_map(|mention| {
        let mut people = mention.people.clone();
        people.sort_by_key(|person| person.name.to_lowercase());
        people.dedup_by(|left, right| left.name.eq_ignore_ascii_case(&right.name));
        let side = |side| people.iter().any(|person| person.side == side);
        let several = people.len() > 1 && side(Side::Team) && side(Side::Customer);
        several.then(|| (mention.words.clone(), people))
    })
}

/// The account of the contact a question names, when that contact is not one of the conversation's accounts.
pub(super) fn person_elsewhere(found: &FoundAccounts, context: &TurnContext) -> Option<Vec<AccountBrief>> {
    let accounts = person_accounts(found)?;
    let here = context.meant().iter().any(|account| account.domain == accounts[0].domain);
    (!here).then_some(accounts)
}

/// The account of the contact a question names, when there is only one such account.
pub(super) fn person_accounts(found: &FoundAccounts) -> Option<Vec<AccountBrief>> {
    let mut accounts: Vec<&AccountBrief> = found
        .people
        .iter()
        .flat_map(|mention| &mention.people)
        .filter(|person| person.side == Side::Customer)
        .flat_map(|person| &person.accounts)
        .collect();
    accounts.sort_by(|left, right| left.domain.cmp(&right.domain));
    accounts.dedup_by(|left, right| left.domain == right.domain);
    match accounts.as_slice() {
        [only] => Some(vec![(*only).clone()]),
        _ => None,
    }
}

/// The person a question speaks of: one it names (of the target account if it can be), or "she" of the last answer.
pub(super) fn person(found: &FoundAccounts, last: Option<&PastTurn>, ask: &Ask, target: &Target) -> Option<Person> {
    let here = match target {
        Target::Account(account) => Some(account.domain.as_str()),
        _ => None,
    };
    let named = found.people.iter().find_map(|mention| {
        let fits = |person: &&Person| {
            here.is_none_or(|domain| {
                person.owner
                    || person.side == Side::Team
                    || person.accounts.iter().any(|account| account.domain == domain)
            })
        };
        mention.people.iter().find(fits)
    });
    if named.is_some() {
        return named.cloned();
    }
    let name = last?.focus.person.clone()?;
    ask.he_or_she.then(|| Person {
        name,
        email: None,
        title: None,
        side: Side::Customer,
        accounts: Vec::new(),
        owner: false,
    })
}

/// A word that looks like the name of a company nobody here knows.
pub(super) fn unknown_name(question: &str, names: &[(usize, usize)]) -> Option<String> {
    let words = language::words(question);
    words
        .iter()
        .enumerate()
        .filter(|(_, word)| !names.iter().any(|(start, end)| word.start < *end && word.end > *start))
        .find(|(index, word)| {
            let capital = word.text.chars().next().is_some_and(char::is_uppercase);
            let shouted = word.text.chars().filter(|letter| letter.is_uppercase()).count() > 1;
            (*index > 0
                && capital
                && !shouted
                && word.text.chars().count() > 2
                && !question::is_everyday_word(&word.lower)
                && !language::MONTHS.contains(&word.lower.as_ref()))
                || word.text.contains('.') && word.text.chars().any(char::is_alphabetic)
        })
        .map(|(_, word)| word.text.to_owned())
}
