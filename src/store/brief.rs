//! Briefs of meetings that come by themselves: what each said, and what became of it.
//!
//! Plans: `calendar_meetings_starts_idx` for what is due, the primary keys for everything else.

use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::postgres::PgRow;
use sqlx::types::Json;

use super::put::storable;
use super::{Result, Store, row};
use crate::domain::answer::Answer;
use crate::domain::digest::Destination;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Moment;

/// Briefs that are found due at once, at most; the others are found the next time.
const MOST: i64 = 200;

/// What became of a brief.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BriefState {
    /// It is to be delivered.
    Made,
    /// It was handed over, and nobody knows yet what came of it.
    Sending,
    /// It arrived.
    Sent,
    /// The meeting began before it could be delivered.
    Missed,
    /// It could not be delivered.
    Failed,
}

/// The brief of a meeting, for the time it was set for.
#[derive(Clone, Debug, PartialEq)]
pub struct BriefRecord {
    /// The id of the meeting.
    pub meeting: String,
    /// When the meeting was to begin.
    pub starts_at: Moment,
    /// Where it goes.
    pub to: Destination,
    /// What became of it.
    pub state: BriefState,
    /// What it says.
    pub answer: Answer,
    /// When it was made.
    pub made_at: Moment,
    /// When it arrived.
    pub sent_at: Option<Moment>,
    /// Why it did not arrive, or not yet.
    pub note: Option<String>,
}

const SELECT: &str =
    "select meeting_id, starts_at::text, destination, state, answer, made_at::text, sent_at::text, note
    from meeting_briefs where workspace_id = $1";

fn record(row: &PgRow) -> sqlx::Result<BriefRecord> {
    let wrong = |reason: String| sqlx::Error::ColumnDecode { index: "destination".to_owned(), source: reason.into() };
    let Json(answer) = row.try_get("answer")?;
    Ok(BriefRecord {
        meeting: row.try_get("meeting_id")?,
        starts_at: row.try_get("starts_at")?,
        to: Destination::read(row.try_get("destination")?).map_err(wrong)?,
        state: row::word(row, "state")?,
        answer,
        made_at: row.try_get("made_at")?,
        sent_at: row.try_get("sent_at")?,
        note: row.try_get("note")?,
    })
}

impl Store {
    /// The meetings whose brief is to be seen to: those that begin after `now` and until `until` and have none, and those
    /// of the last day whose brief is on its way.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn due_briefs(&self, workspace: WorkspaceId, now: Moment, until: Moment) -> Result<Vec<String>> {
        let due = sqlx::query_scalar(
            "select m.id from calendar_meetings m
             left join meeting_briefs b
                 on b.workspace_id = m.workspace_id and b.meeting_id = m.id and b.starts_at = m.starts_at
             where m.workspace_id = $1 and m.starts_at > $2::timestamptz - interval '1 day' and m.starts_at <= $3
               and (b.state is null and not m.canceled and m.starts_at > $2 or b.state in ('made', 'sending'))
             order by m.starts_at, m.id limit $4",
        )
        .bind(workspace.uuid())
        .bind(now)
        .bind(until)
        .bind(MOST)
        .fetch_all(&self.pool)
        .await?;
        Ok(due)
    }

    /// The brief of a meeting for the time it was set for.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn brief(&self, workspace: WorkspaceId, meeting: &str, starts_at: Moment) -> Result<Option<BriefRecord>> {
        let row = sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} and meeting_id = $2 and starts_at = $3")))
            .bind(workspace.uuid())
            .bind(meeting)
            .bind(starts_at)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(record).transpose()?)
    }

    /// The briefs of these meetings, for all times they were set for, the latest time first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn briefs_of(&self, workspace: WorkspaceId, meetings: &[String]) -> Result<Vec<BriefRecord>> {
        let rows =
            sqlx::query(sqlx::AssertSqlSafe(format!("{SELECT} and meeting_id = any($2) order by starts_at desc")))
                .bind(workspace.uuid())
                .bind(meetings)
                .fetch_all(&self.pool)
                .await?;
        Ok(rows.iter().map(record).collect::<sqlx::Result<_>>()?)
    }

    /// Keeps a brief that is to be delivered, unless the meeting has one for its time already; gives what is kept. None
    /// where the meeting is gone.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn keep_brief(&self, workspace: WorkspaceId, brief: &BriefRecord) -> Result<Option<BriefRecord>> {
        sqlx::query(
            "insert into meeting_briefs (workspace_id, meeting_id, starts_at, destination, state, answer, made_at)
             select workspace_id, id, $3, $4, 'made', $5, $6 from calendar_meetings where workspace_id = $1 and id = $2
             on conflict on constraint meeting_briefs_pkey do nothing",
        )
        .bind(workspace.uuid())
        .bind(&brief.meeting)
        .bind(brief.starts_at)
        .bind(brief.to.to_string())
        .bind(Json(storable(&brief.answer)?))
        .bind(brief.made_at)
        .execute(&self.pool)
        .await?;
        self.brief(workspace, &brief.meeting, brief.starts_at).await
    }

    /// Says what became of a brief, and why. One that arrived has arrived.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn settle_brief(
        &self,
        workspace: WorkspaceId,
        (meeting, starts_at): (&str, Moment),
        (state, note): (BriefState, Option<&str>),
        at: Moment,
    ) -> Result<()> {
        let sent_at = (state == BriefState::Sent).then_some(at);
        sqlx::query(
            "update meeting_briefs set state = $4, note = $5, sent_at = $6
             where workspace_id = $1 and meeting_id = $2 and starts_at = $3 and state <> 'sent'",
        )
        .bind(workspace.uuid())
        .bind(meeting)
        .bind(starts_at)
        .bind(row::wire(&state))
        .bind(note)
        .bind(sent_at)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
