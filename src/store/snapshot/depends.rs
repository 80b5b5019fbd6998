//! What something that is read depends on, and how much memory it takes, about.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::memory::{ROW, Scope};
use crate::domain::activity::Email;
use crate::domain::record::RecordRef;
use crate::domain::tool::account::AccountBrief;
use crate::store::{AccountData, row};

/// Titles by record, and the accounts these are of.
pub(super) struct Titles {
    pub(super) titles: Arc<HashMap<RecordRef, (String, Option<String>)>>,
    pub(super) accounts: BTreeSet<String>,
}

pub(super) fn account_scope(account: &str) -> Scope {
    Scope::Account(row::key(account))
}

/// What something about one account depends on.
pub(super) fn of<T>(account: &str) -> impl FnOnce(&T) -> Vec<Scope> {
    let scope = account_scope(account);
    |_| vec![scope]
}

/// What accounts shown in a line depend on: that they are found, and what each is.
pub(super) fn shown<'a>(accounts: impl IntoIterator<Item = &'a AccountBrief>) -> Vec<Scope> {
    let mut scopes = these(accounts.into_iter().map(|account| account.domain.as_str()), false);
    scopes.push(Scope::Names);
    scopes
}

/// What things of these accounts depend on; something that was not found may come in for any account.
pub(super) fn these<'a>(accounts: impl IntoIterator<Item = &'a str>, some_missing: bool) -> Vec<Scope> {
    let accounts: BTreeSet<&str> = accounts.into_iter().collect();
    let accounts = accounts.into_iter().map(account_scope);
    accounts.chain(some_missing.then_some(Scope::Workspace)).collect()
}

pub(super) fn rows<T>(rows: &[T]) -> usize {
    rows.len() * ROW
}

pub(super) fn letters(emails: &[Email]) -> usize {
    emails.iter().map(|email| ROW + email.body.len()).sum()
}

pub(super) fn size_of_data(data: &AccountData) -> usize {
    let AccountData { revenue, payments, usage, signals, deals, commitments, contacts, sources, .. } = data;
    let short = revenue.len() + payments.len() + usage.len() + deals.len();
    ROW * (1 + short + 2 * (signals.len() + commitments.len() + contacts.len() + sources.len()))
}
