//! The point: how a passage is named, described and filtered, whichever engine keeps it.

use chrono::NaiveDate;
use uuid::{Builder, Uuid};

use super::Within;
use crate::domain::id::WorkspaceId;
use crate::domain::passage::{AccountScope, Passage, Scope};
use crate::domain::record::RecordRef;
use crate::domain::time::midnight;

/// Payload field: the workspace (indexed keyword).
pub(super) const WORKSPACE: &str = "workspace";
/// Payload field: domain of the account, or [`SHARED`] (indexed keyword).
pub(super) const ACCOUNT: &str = "account";
/// Payload field: kind of the record (indexed keyword).
pub(super) const KIND: &str = "kind";
/// Payload field: `kind/id` of the record (indexed keyword).
pub(super) const SOURCE: &str = "source";
/// Payload field: when it happened by the clock it is told in, in seconds since 1970 began there (indexed integer).
pub(super) const AT: &str = "at";
/// Payload field: the passage itself, JSON in a string (not indexed).
pub(super) const PASSAGE: &str = "passage";

/// Payload field of windows: the hash of the words (not indexed).
pub(super) const DIGEST: &str = "digest";

/// The fields with a keyword index.
pub(super) const KEYWORDS: [&str; 4] = [WORKSPACE, ACCOUNT, KIND, SOURCE];

/// Stands for the account of what belongs to none. No domain looks like it.
const SHARED: &str = "*";

/// The layout of points and payload; raised when it changes, so that an older index asks to be rebuilt. 1: an identifier
/// tells nothing. 2: it tells the record and the place in it. 3:
/// passages have a weight, and mails have more of them. 4: words have the stems of their own language.
pub(super) const LAYOUT: u32 = 4;

/// The bits of an identifier that hold the place in the record: the last four bytes, most significant first.
const PLACE: u128 = u32::MAX as u128;

/// The identifier of a passage: the same each time the record is imported. Twelve bytes are a hash of workspace and
/// record, four are the place in the record, so that ranking knows what stands next to what without reading a passage.
pub(super) fn id(workspace: WorkspaceId, passage: &Passage) -> Uuid {
    let record = Uuid::new_v5(&workspace.uuid(), source(&passage.source).as_bytes());
    // Version and variant are bits of the twelve bytes; the place stays as it is.
    at(Builder::from_custom_bytes(record.into_bytes()).into_uuid(), passage.ordinal)
}

/// The identifier of the passage `step` places after (before, when negative) another of the same record; none before
/// the first. Whether there is such a passage it does not know.
pub(super) fn beside(id: Uuid, step: i32) -> Option<Uuid> {
    let place = (id.as_u128() & PLACE) as u32;
    Some(at(id, place.checked_add_signed(step)?))
}

/// The identifier of the passage at a place of the same record.
fn at(id: Uuid, place: u32) -> Uuid {
    Uuid::from_u128(id.as_u128() & !PLACE | u128::from(place))
}

/// Windows a passage has at most.
pub(super) const WINDOWS: u32 = 256;

/// The identifier of a window of a passage: that of the passage, with the number of the window in the last byte and the
/// place of the passage in the three before. None beyond what these hold.
pub(super) fn window(passage: Uuid, number: u32) -> Option<Uuid> {
    let place = (passage.as_u128() & PLACE) as u32;
    (number < WINDOWS && place < u32::MAX / WINDOWS).then(|| at(passage, place * WINDOWS + number))
}

/// The passage a window is of, and the number of the window.
pub(super) fn of_window(window: Uuid) -> (Uuid, u32) {
    let place = (window.as_u128() & PLACE) as u32;
    (at(window, place / WINDOWS), place % WINDOWS)
}

/// What is stored beside the terms.
pub(super) fn payload(workspace: WorkspaceId, passage: &Passage) -> Result<serde_json::Value, serde_json::Error> {
    let mut payload = labels(workspace, passage);
    payload.insert(PASSAGE.to_owned(), serde_json::to_string(passage)?.into());
    Ok(payload.into())
}

/// What a point is found and filtered by.
pub(super) fn labels(workspace: WorkspaceId, passage: &Passage) -> serde_json::Map<String, serde_json::Value> {
    let mut payload = serde_json::Map::new();
    payload.insert(WORKSPACE.to_owned(), workspace.to_string().into());
    payload.insert(ACCOUNT.to_owned(), passage.account.as_deref().unwrap_or(SHARED).into());
    payload.insert(KIND.to_owned(), passage.source.kind.wire().into());
    payload.insert(SOURCE.to_owned(), source(&passage.source).into());
    payload.insert(AT.to_owned(), passage.occurred_at.naive_local().and_utc().timestamp().into());
    payload
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
pub(super) fn narrowed(scope: &Scope, query: &Within) -> Option<Vec<Clause>> {
    let mut clauses = clauses(scope)?;
    if !query.kinds.is_empty() {
        clauses.push(Clause::AnyOf(KIND, query.kinds.iter().map(|kind| kind.wire().to_owned()).collect()));
    }
    if let Some(record) = &query.source {
        clauses.push(Clause::is(SOURCE, source(record)));
    }
    let (from, before) = (query.window.since, query.window.end());
    if from.is_some() || before.is_some() {
        let seconds = |day: NaiveDate| midnight(day).timestamp();
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
    use proptest::prelude::*;

    use super::*;
    use crate::domain::record::RecordKind;
    use crate::knowledge::chunk;

    fn passage(source: &str, ordinal: u32) -> Passage {
        let at = midnight("2026-03-04".parse().unwrap());
        Passage { ordinal, ..chunk::template(RecordKind::Call, source, String::new(), at) }
    }

    proptest! {
        #[test]
        fn an_identifier_tells_what_stands_beside_it(
            workspace in any::<u128>(),
            source in ".{0,40}",
            ordinal in prop_oneof![0u32..9, any::<u32>(), u32::MAX - 9..=u32::MAX],
            step in prop_oneof![-3i32..=3, any::<i32>()],
        ) {
            let workspace = WorkspaceId::from(Uuid::from_u128(workspace));
            let this = id(workspace, &passage(&source, ordinal));
            if let Some(window) = window(this, step.unsigned_abs()) {
                prop_assert_eq!(of_window(window), (this, step.unsigned_abs()));
            }
            let there = ordinal.checked_add_signed(step).map(|ordinal| id(workspace, &passage(&source, ordinal)));
            prop_assert_eq!(beside(this, step), there);
            prop_assert_eq!(there == Some(this), step == 0);
            prop_assert_eq!(&this.as_bytes()[12..], &ordinal.to_be_bytes());
            prop_assert_eq!((this.get_version_num(), this.get_variant()), (8, uuid::Variant::RFC4122));
        }

        #[test]
        fn passages_of_different_records_or_workspaces_are_never_beside_each_other(
            workspaces in (any::<u128>(), any::<u128>()),
            sources in (".{0,12}", ".{0,12}"),
            ordinal in any::<u32>(),
        ) {
            prop_assume!(workspaces.0 != workspaces.1 && sources.0 != sources.1);
            let of = |workspace, source: &str| {
                let point = id(WorkspaceId::from(Uuid::from_u128(workspace)), &passage(source, ordinal));
                point.as_u128() & !PLACE
            };
            let this = of(workspaces.0, &sources.0);
            prop_assert!(this != of(workspaces.0, &sources.1) && this != of(workspaces.1, &sources.0));
        }
    }

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
