//! When somebody at an account was last heard: in a call they took part in, or by a mail they wrote.

use sqlx::FromRow;

use super::{Result, Store, row};
use crate::domain::activity::Side;
use crate::domain::id::WorkspaceId;
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Moment;

/// The last time somebody was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastSeen {
    /// Who, as the record writes it: a name, an address, or both.
    pub who: String,
    /// The side a call lists them on; none of a mail, which lists nobody.
    pub side: Option<Side>,
    /// When.
    pub at: Moment,
    /// The call or e-mail.
    pub record: RecordRef,
}

#[derive(FromRow)]
struct SeenRow {
    who: String,
    side: Option<String>,
    at: Moment,
    kind: String,
    id: String,
}

/// ($1 workspace, $2 domain, $3 until, $4 limit). Plan: the calls and e-mails of the account by their index; each spelling of a
/// person once, with the newest record.
const SEEN: &str = "
    select t.who, t.side, told(t.at, t.own) as at, t.kind, t.id from (
        select distinct on (t.who) t.who, t.side, t.at, t.own, t.kind, t.id from (
            select p.value ->> 'name' || coalesce(' <' || (p.value ->> 'email') || '>', '') as who, p.value ->> 'side' as side,
                   c.started_at as at, c.utc_offset as own, 'call' as kind, c.id
            from accounts a
            join calls c on c.workspace_id = a.workspace_id and c.account_id = a.id
            cross join lateral jsonb_array_elements(c.participants) p
            where a.workspace_id = $1 and a.domain = $2 and c.started_at <= $3
            union all
            select e.sender, null, e.sent_at, e.utc_offset, 'email', e.id
            from accounts a
            join emails e on e.workspace_id = a.workspace_id and e.account_id = a.id
            where a.workspace_id = $1 and a.domain = $2 and e.sent_at <= $3
        ) t
        where t.who is not null
        order by t.who, t.at desc, t.kind, t.id
    ) t
    order by t.at desc, t.who limit $4";

impl Store {
    /// Everybody who took part in a call of an account or wrote an e-mail of it by `until`, as the records write them, each
    /// with the newest such record; who was heard last comes first. One person may be there in several spellings.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn last_seen(
        &self,
        workspace: WorkspaceId,
        account: &str,
        until: Moment,
        limit: u32,
    ) -> Result<Vec<LastSeen>> {
        let rows: Vec<SeenRow> = sqlx::query_as(SEEN)
            .bind(workspace.uuid())
            .bind(row::key(account))
            .bind(until)
            .bind(i64::from(limit))
            .fetch_all(&mut *self.read().await?)
            .await?;
        let seen = |SeenRow { who, side, at, kind, id }: SeenRow| {
            let side = [Side::Customer, Side::Team].into_iter().find(|known| side.as_deref() == Some(known.wire()));
            Some(LastSeen { who, side, at, record: RecordRef { kind: RecordKind::parse(&kind)?, id } })
        };
        Ok(rows.into_iter().filter_map(seen).collect())
    }
}
