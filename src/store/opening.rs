//! What a turn begins with, read in one statement: what the records say now, the account it is opened on, and who asks.

use std::sync::LazyLock;

use sqlx::{AssertSqlSafe, FromRow, Row};
use uuid::Uuid;

use super::named::{BRIEF, JOINED, brief};
use super::person::owns_accounts;
use super::snapshot::{TAKE, Taken};
use super::{Result, Snapshot, Store, StoreError, row};
use crate::domain::connection::LateSource;
use crate::domain::id::WorkspaceId;
use crate::domain::person::Person;

/// What is known of a turn before anything is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Opening<'a> {
    /// What may be the domain of the account it is opened on.
    pub account: Option<&'a str>,
    /// The address or the name of whoever asks, where it is to be told who that is.
    pub asker: Option<&'a str>,
}

/// What a turn begins with.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What the records say.
    pub records: Snapshot,
    /// The person who asks: the one with that address or, where only one has it, that name.
    pub asker: Option<Person>,
    /// Whether accounts belong to that address, where nobody known has it.
    pub asker_owns: bool,
    /// Connections that bring nothing at present.
    pub late: Vec<LateSource>,
}

/// ($1 to $3 see [`TAKE`], $4 the domain of the account, $5 the asker, $6 the same in small letters where it is an address).
/// Plan: as there, and the account, the
/// person and what they own by their indexes, and the few connections there are.
static STATEMENT: LazyLock<String> = LazyLock::new(|| {
    format!(
        "select {TAKE}, p.*, b.*,
                p.id is null and $6 is not null and {} as owns,
                (select coalesce(jsonb_agg(jsonb_build_object('vendor', c.vendor, 'name', c.prefix,
                     'succeeded_at', c.succeeded_at, 'reason', c.failure ->> 0, 'paused', c.paused) order by c.prefix), '[]')
                 from connections c where c.workspace_id = w.id
                 and (c.failing_since is not null or c.paused or c.succeeded_at is null)) as late
         from workspaces w
         left join lateral (
             select id, name, email, role, slack_team, slack_user from (
                 select *, count(*) over () as of_that_name from people
                 where workspace_id = w.id and (email = $6 or $6 is null and lower(name) = lower($5)) limit 2
             ) called where of_that_name = 1
         ) p on true
         left join lateral (select {BRIEF} from accounts a {JOINED} where a.workspace_id = w.id and a.domain = $4) b on true
         where w.id = $1",
        owns_accounts!("$1", "$6")
    )
});

impl Store {
    /// What a turn begins with.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such workspace.
    pub async fn open_turn(&self, workspace: WorkspaceId, opening: Opening<'_>) -> Result<Opened> {
        let asker = opening.asker.map(str::trim);
        let owner = asker.filter(|who| who.contains('@')).map(str::to_lowercase);
        let domain = opening.account.map(row::key);
        let after = self.memories.version(workspace);
        let mut lent = self.warm.lend().await?;
        let found = sqlx::query(AssertSqlSafe(STATEMENT.as_str()))
            .bind(workspace.uuid())
            .bind(after)
            .bind(Taken::MOST_CHANGES)
            .bind(&domain)
            .bind(asker)
            .bind(owner)
            .fetch_optional(&mut *lent)
            .await?;
        lent.give_back();
        let found = found.ok_or_else(|| StoreError::no_workspace(workspace))?;
        let records = self.snapshot_of(workspace, after, Taken::from_row(&found)?);
        if let Some(domain) = domain {
            let account = found.try_get::<Option<&str>, _>("domain")?.is_some().then(|| brief(&found)).transpose()?;
            records.know_brief(domain, account);
        }
        let known = found.try_get::<Option<Uuid>, _>("id")?.is_some();
        let asker = known.then(|| Person::from_row(&found)).transpose()?;
        Ok(Opened { records, asker, asker_owns: found.try_get("owns")?, late: row::json(&found, "late")? })
    }
}
