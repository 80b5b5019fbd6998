//! What a language model's answer is about, and what can be asked next: seen from what it did and cited, because it is
//! asked for prose only.

use std::collections::BTreeSet;

use super::directory::Directory;
use super::driver::Asked;
use super::ledger::Ledger;
use super::turn::Turn;
use crate::domain::answer::Offer;
use crate::domain::evidence::Citation;
use crate::domain::tool::account::AccountBrief;
use crate::store::StoreError;

/// Accounts offered, at most.
const OFFERED: usize = 6;

/// The accounts an answer is about, the main one first: those it cites; where it cites none, those that were looked at;
/// and where none was, those the conversation was about before.
pub(super) async fn accounts(citations: &[Citation], turn: &Turn, asked: &Asked) -> Result<Vec<String>, StoreError> {
    let mut accounts: Vec<String> = Vec::new();
    for account in citations.iter().filter_map(|citation| citation.account.as_ref()) {
        if !accounts.contains(account) {
            accounts.push(account.clone());
        }
    }
    if accounts.is_empty() {
        accounts = turn.accounts();
        let known = asked.known.directory.accounts(&accounts).await?;
        accounts.retain(|domain| known.contains_key(domain));
    }
    if accounts.is_empty()
        && let Some(last) = asked.history.last()
    {
        accounts.clone_from(&last.focus.accounts);
    }
    Ok(accounts)
}

/// What the accounts are called that a turn can be about, by name and by domain: the one the chat is open on or belongs
/// to, those its evidence is of, those that were looked at, and those of the answer before.
pub(super) async fn names(asked: &Asked, turn: &Turn, ledger: &Ledger) -> Result<Vec<String>, StoreError> {
    let own = asked.scope.pinned.iter().chain(&asked.place).map(String::as_str);
    let cited = ledger.entries().iter().filter_map(|evidence| evidence.account.as_deref());
    let before = asked.history.last().into_iter().flat_map(|last| last.focus.accounts.iter().map(String::as_str));
    let looked_at = turn.accounts();
    let domains: BTreeSet<&str> = own.chain(cited).chain(before).chain(looked_at.iter().map(String::as_str)).collect();
    let domains: Vec<String> = domains.into_iter().map(str::to_owned).collect();
    let mut known: Vec<AccountBrief> = asked.known.directory.accounts(&domains).await?.into_values().collect();
    known.sort_by(|left, right| left.domain.cmp(&right.domain));
    Ok(known.into_iter().flat_map(|account| [account.name, account.domain]).collect())
}

/// The account that people who talked to each other plainly meant: the only one they named, by its name.
pub(super) async fn talked_about(talk: &str, directory: &Directory) -> Result<Option<AccountBrief>, StoreError> {
    Ok(match directory.mentions(talk).await?.accounts.as_slice() {
        [only] if only.exact && only.other_name.is_none() => match only.candidates.as_slice() {
            [account] => Some(account.clone()),
            _ => None,
        },
        _ => None,
    })
}

/// Questions the reader can send next: the same one about the accounts an answer that asks back names, or about another
/// account than the one the chat is open on, when the question names one.
pub(super) async fn offers(text: &str, citations: &[Citation], asked: &Asked) -> Result<Vec<Offer>, StoreError> {
    let offer = |label: String, account: &AccountBrief| Offer {
        label,
        question: asked.question.clone(),
        account: Some(account.domain.clone()),
    };
    let named = async |text: &str| -> Result<Vec<AccountBrief>, StoreError> {
        let mentions = asked.known.directory.mentions(text).await?.accounts.into_iter();
        let mentions = mentions.filter(|mention| mention.exact);
        let mut named: Vec<AccountBrief> = Vec::new();
        for account in mentions.flat_map(|mention| mention.candidates) {
            if !named.contains(&account) {
                named.push(account);
            }
        }
        named.truncate(OFFERED);
        Ok(named)
    };
    Ok(match &asked.scope.pinned {
        Some(pinned) => {
            let others = named(&asked.question).await?.into_iter().filter(|account| account.domain != *pinned);
            others.map(|account| offer(format!("Ask about {}", account.name), &account)).collect()
        }
        None if citations.is_empty() && text.trim_end().ends_with('?') => {
            let named = named(text).await?.into_iter();
            named.map(|account| offer(format!("{} ({})", account.name, account.domain), &account)).collect()
        }
        None => Vec::new(),
    })
}
