//! What began sharply, kept with the refresh it began with; and the task that says so.

use serde::Serialize;
use sqlx::postgres::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::NewRefresh;
use crate::domain::health::AlertKind;
use crate::domain::id::WorkspaceId;
use crate::domain::task::Task;
use crate::domain::time::Moment;
use crate::store::put::storable;
use crate::store::{Result, task};

#[derive(Serialize)]
struct Begun<'a> {
    id: Uuid,
    account_id: Uuid,
    kind: &'static str,
    subject: &'a str,
    text: &'a str,
}

#[derive(Serialize)]
struct Standing {
    account_id: Uuid,
    kinds: Vec<&'static str>,
}

/// ($1 workspace, $2 rows, $3 when). Plan: `account_alerts_account_idx`.
const CLEAR: &str = "
    update account_alerts a set cleared_at = $3
    from jsonb_to_recordset($2) as r (account_id uuid, kinds text[])
    where a.workspace_id = $1 and a.account_id = r.account_id and a.cleared_at is null and not a.kind = any(r.kinds)";

/// ($1 workspace, $2 rows, $3 when, $4 since when a fall is still the same one). Plan: `account_alerts_account_idx`.
const BEGIN: &str = "
    insert into account_alerts (workspace_id, id, account_id, at, kind, subject, text)
    select $1, r.id, r.account_id, $3, r.kind, r.subject, r.text
    from jsonb_to_recordset($2) as r (id uuid, account_id uuid, kind text, subject text, text text)
    where not exists (select from account_alerts a where a.workspace_id = $1 and a.account_id = r.account_id
                      and a.kind = r.kind and a.subject = r.subject and (a.subject <> '' or a.at > $4))";

/// Keeps what began with these refreshes, and what is over by them.
pub(super) async fn keep(
    connection: &mut PgConnection,
    workspace: WorkspaceId,
    (now, lately): (Moment, Moment),
    refreshes: &[&NewRefresh],
) -> Result<()> {
    let standing = refreshes.iter().map(|new| Standing {
        account_id: new.account.uuid(),
        kinds: new.standing.iter().map(|kind| kind.wire()).collect(),
    });
    sqlx::query(CLEAR)
        .bind(workspace.uuid())
        .bind(Json(standing.collect::<Vec<_>>()))
        .bind(now)
        .execute(&mut *connection)
        .await?;
    let begun = refreshes.iter().flat_map(|new| {
        new.begun.iter().map(|alert| Begun {
            id: Uuid::now_v7(),
            account_id: new.account.uuid(),
            kind: AlertKind::wire(alert.kind),
            subject: &alert.subject,
            text: &alert.text,
        })
    });
    let rows: Vec<serde_json::Value> = begun.map(|row| storable(&row)).collect::<Result<_>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    let kept = sqlx::query(BEGIN)
        .bind(workspace.uuid())
        .bind(Json(rows))
        .bind(now)
        .bind(lately)
        .execute(&mut *connection)
        .await?;
    if kept.rows_affected() > 0 {
        task::enqueue(connection, &Task::SendAlerts { workspace }, None).await?;
    }
    Ok(())
}
