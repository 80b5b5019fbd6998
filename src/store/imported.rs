//! What an import would decide about an account that is known: who owns it, where it was routed, whether it is tracked.
//! People decide that with approval, so a line that untracks a known account is refused, and everything else of the kind
//! goes into the audit.

use std::collections::HashMap;

use serde_json::json;
use sqlx::Row;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::{Result, audit, row};
use crate::domain::account::{AccountRecord, Section};
use crate::domain::action::{AuditEntry, Deed};
use crate::domain::actor::{Actor, Surface};
use crate::domain::id::WorkspaceId;
use crate::domain::record::Record;
use crate::domain::time::Moment;

/// Who did it, and what it is told under, in the audit.
const IMPORT: &str = "import";

/// What a line says that people decide otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Told {
    tracked: bool,
    section: Option<Section>,
    owner: Option<String>,
}

impl Told {
    /// Of an account; none of other records.
    pub(super) fn of(record: &Record) -> Option<Self> {
        match record {
            Record::Account(account) => Some(Self::of_account(account)),
            _ => None,
        }
    }

    fn of_account(account: &AccountRecord) -> Self {
        let owner = account.owner_email.as_deref().map(|owner| owner.trim().to_lowercase());
        Self { tracked: account.tracked(), section: account.assigned_section(), owner }
    }
}

/// An account as it is before a line.
struct Before {
    told: Told,
    /// Whether people decided that it is tracked, or is not.
    decided: Option<bool>,
}

/// The accounts of a batch as they are known, and what the audit will say of them.
pub(super) struct Watch {
    at: Moment,
    known: HashMap<String, Before>,
    entries: Vec<AuditEntry>,
}

impl Watch {
    /// Over the accounts with these domains; `at` is when they are imported.
    pub(super) async fn begin(
        connection: &mut PgConnection,
        workspace: WorkspaceId,
        domains: &[&str],
        at: Moment,
    ) -> Result<Self> {
        let rows = sqlx::query(
            "select a.domain, a.attributes, a.owner_email, (d.decision -> 'value' ->> 'tracked')::boolean as decided
             from accounts a
             left join decisions d on d.workspace_id = a.workspace_id and d.account = a.domain and d.key = 'tracked'
             where a.workspace_id = $1 and a.domain = any($2)",
        )
        .bind(workspace.uuid())
        .bind(domains)
        .fetch_all(connection)
        .await?;
        let mut known = HashMap::with_capacity(rows.len());
        for row in rows {
            let record = AccountRecord {
                attributes: row::json(&row, "attributes")?,
                owner_email: row.try_get("owner_email")?,
                ..AccountRecord::default()
            };
            let before = Before { told: Told::of_account(&record), decided: row.try_get("decided")? };
            known.insert(row.try_get("domain")?, before);
        }
        Ok(Self { at, known, entries: Vec::new() })
    }

    /// Takes in what a line says of `domain`.
    ///
    /// # Errors
    /// Why the line cannot be stored, and what to do.
    pub(super) fn see(&mut self, domain: &str, told: &Told) -> std::result::Result<(), String> {
        let Some(before) = self.known.get_mut(domain) else {
            self.known.insert(domain.to_owned(), Before { told: told.clone(), decided: None });
            return Ok(());
        };
        if before.told == *told {
            return Ok(());
        }
        if before.told.tracked && !told.tracked && before.decided != Some(false) {
            let reason = format!(
                "`attributes.tracked` is false, but {domain} is known and tracked, and people decide to leave an \
                 account out; untrack it (`success-agent untrack {domain}`), or import the line without it"
            );
            self.note(domain, Deed::Refused, "untrack_account", json!({ "tracked": false }), Some(reason.clone()));
            return Err(reason);
        }
        let before = std::mem::replace(&mut before.told, told.clone());
        if before.tracked != told.tracked {
            let action = if told.tracked { "retrack_account" } else { "untrack_account" };
            let arguments = json!({ "from": { "tracked": before.tracked }, "tracked": told.tracked });
            self.note(domain, Deed::Done, action, arguments, None);
        }
        if before.section != told.section {
            let arguments = json!({ "from": { "section": before.section }, "section": told.section });
            self.note(domain, Deed::Done, "route_account", arguments, None);
        }
        if before.owner != told.owner {
            let arguments = json!({ "from": { "owner": before.owner }, "owner": told.owner });
            self.note(domain, Deed::Done, "set_owner", arguments, None);
        }
        Ok(())
    }

    fn note(&mut self, domain: &str, deed: Deed, action: &str, arguments: serde_json::Value, detail: Option<String>) {
        self.entries.push(AuditEntry {
            number: 0,
            at: self.at,
            actor: Actor::new(IMPORT, Surface::Api),
            deed,
            account: domain.to_owned(),
            subject: format!("{IMPORT}/{}", Uuid::now_v7()),
            action: action.to_owned(),
            arguments,
            typed: None,
            before: None,
            after: None,
            detail,
            request: None,
        });
    }

    /// Writes down what the lines decided.
    pub(super) async fn end(self, connection: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
        for entry in &self.entries {
            audit::append(connection, workspace, entry).await?;
        }
        Ok(())
    }
}
