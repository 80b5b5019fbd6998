//! The point: how a passage is named, described and filtered, whichever engine keeps it.

use uuid::Uuid;

use super::TermQuery;
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{AccountScope, Passage, Scope};
use crate::domain::record::RecordRef;

/// Payload field: the workspace (indexed keyword).
pub(super) const WORKSPACE: &str = "workspace";
/// Payload field: domain of the account, or [`SHARED`] (indexed keyword).
pub(super) const ACCOUNT: &str = "account";
/// Payload field: kind of the record (indexed keyword).
pub(super) const KIND: &str = "kind";
/// Payload field: `kind/id` of the record (indexed keyword).
pub(super) const SOURCE: &str = "source";
/// Payload field: when it happened, in seconds since 1970 (indexed integer).
pub(super) const AT: &str = "at";
/// Payload field: the passage itself, JSON in a string (not indexed).
pub(super) const PASSAGE: &str = "passage";

/// The fields with a keyword index.
pub(super) const KEYWORDS: [&str; 4] = [WORKSPACE, ACCOUNT, KIND, SOURCE];

/// Stands for the account of what belongs to none. No domain looks like it.
const SHARED: &str = "*";

/// The layout of points and payload; raised when it changes, so that an older index asks to be rebuilt.
pub(super) const LAYOUT: u32 = 1;

/// The identifier of a passage: the same each time the record is imported.
pub(super) fn id(workspace: WorkspaceId, passage: &Passage) -> Uuid {
    let name = format!("{}/{}", source(&passage.source), passage.ordinal);
    Uuid::new_v5(&workspace.uuid(), name.as_bytes())
}

/// What is stored beside the terms.
pub(super) fn payload(workspace: WorkspaceId, passage: &Passage) -> Result<serde_json::Value, serde_json::Error> {
    let mut payload = serde_json::Map::new();
    payload.insert(WORKSPACE.to_owned(), workspace.to_string().into());
    payload.insert(ACCOUNT.to_owned(), passage.account.as_deref().unwrap_or(SHARED).into());
    payload.insert(KIND.to_owned(), passage.source.kind.wire().into());
    payload.insert(SOURCE.to_owned(), source(&passage.source).into());
    payload.insert(AT.to_owned(), passage.occurred_at.timestamp().into());
    payload.insert(PASSAGE.to_owned(), serde_json::to_string(passage)?.into());
    Ok(payload.into())
}

fn source(record: &RecordRef) -> String {
    format!("{}/{}", record.kind.wire(), record.id)
}

/// One condition a point must meet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Clause {
    /// The field has one of these values.
    AnyOf(&'static str, Vec<String>),
    /// The field lies from the first (included) to the second (excluded).
    Between(&'static str, Option<i64>, Option<i64>),
}

impl Clause {
    fn is(field: &'static str, value: String) -> Self {
        Self::AnyOf(field, vec![value])
    }
}

/// The conditions for everything in `scope`; none when nothing can be. The one place where a scope becomes a filter.
pub(super) fn clauses(scope: &Scope) -> Option<Vec<Clause>> {
    let mut clauses = of_workspace(scope.workspace);
    match &scope.accounts {
        AccountScope::All => {}
        AccountScope::Shared => clauses.push(Clause::is(ACCOUNT, SHARED.to_owned())),
        AccountScope::Only(accounts) => {
            let accounts: Vec<String> = accounts.iter().filter(|account| *account != SHARED).cloned().collect();
            if accounts.is_empty() {
                return None;
            }
            clauses.push(Clause::AnyOf(ACCOUNT, accounts));
        }
    }
    Some(clauses)
}

/// The conditions of a query inside `scope`; none when nothing can meet them.
pub(super) fn narrowed(scope: &Scope, query: &TermQuery) -> Option<Vec<Clause>> {
    let mut clauses = clauses(scope)?;
    if !query.kinds.is_empty() {
        clauses.push(Clause::AnyOf(KIND, query.kinds.iter().map(|kind| kind.wire().to_owned()).collect()));
    }
    if let Some(record) = &query.source {
        clauses.push(Clause::is(SOURCE, source(record)));
    }
    let (from, before) = (query.window.start(), query.window.end());
    if from.is_some() || before.is_some() {
        let seconds = |instant: chrono::DateTime<chrono::Utc>| instant.timestamp();
        clauses.push(Clause::Between(AT, from.map(seconds), before.map(seconds)));
    }
    Some(clauses)
}

/// Everything of a workspace: for deleting it.
pub(super) fn of_workspace(workspace: WorkspaceId) -> Vec<Clause> {
    vec![Clause::is(WORKSPACE, workspace.to_string())]
}

/// Everything read from these records: for replacing it.
pub(super) fn of_sources(workspace: WorkspaceId, sources: &[RecordRef]) -> Vec<Clause> {
    let mut clauses = of_workspace(workspace);
    clauses.push(Clause::AnyOf(SOURCE, sources.iter().map(source).collect()));
    clauses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_of_no_accounts_sees_nothing_and_not_everything() {
        let scope = |accounts| Scope { workspace: WorkspaceId::new(), accounts };
        assert_eq!(clauses(&scope(AccountScope::Only(Vec::new()))), None);
        assert_eq!(clauses(&scope(AccountScope::Only(vec![SHARED.to_owned()]))), None);
        for accounts in [AccountScope::All, AccountScope::Shared, AccountScope::Only(vec!["hooli.com".to_owned()])] {
            let scope = scope(accounts);
            let clauses = clauses(&scope).unwrap();
            assert_eq!(clauses[0], Clause::is(WORKSPACE, scope.workspace.to_string()));
        }
    }
}
