//! Promises of all accounts: those that fit, as many as are looked at, the most pressing first. Each status is a part of its
//! own that stops at a limit, read in its order from an index: `commitments_open_idx` for what is overdue or has no day,
//! `commitments_due_idx` for what is due, `commitments_unclear_idx` for what is unclear, `decisions_dropped_idx` for what
//! was dropped, `commitments_occurred_idx` for the
//! others; of an owner's accounts,
//! `commitments_account_occurred_idx`; of a name or a matter, `commitments_who_idx` and `commitments_words_idx`.

use chrono::NaiveDate;
use sqlx::{Postgres, QueryBuilder};

use super::{Result, Store};
use crate::domain::activity::{Commitment, CommitmentStatus, Side};
use crate::domain::id::WorkspaceId;
use crate::domain::time::Window;

/// Which promises are wanted of all accounts. Who and what about are told roughly: whoever asks judges what comes back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromisesWanted {
    /// Of this side.
    pub side: Option<Side>,
    /// Only with these statuses; all when empty.
    pub statuses: Vec<CommitmentStatus>,
    /// Only made in this window.
    pub window: Window,
    /// Only due in this window.
    pub due: Window,
    /// Only of tracked accounts of this owner, by e-mail address or name.
    pub owner: Option<String>,
    /// Only by somebody whose name has one of the words of this.
    pub person: Option<String>,
    /// Only with one of these stems in their words; any when empty.
    pub stems: Vec<String>,
}

/// Promises that fit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Promises {
    /// The overdue ones first, then those still open by their day, kept ones, dropped ones; newest first among equals.
    pub items: Vec<Commitment>,
    /// The statuses of which there may be more than were looked at.
    pub cut: Vec<CommitmentStatus>,
}

type Query = QueryBuilder<Postgres>;

/// All statuses, the most pressing first.
const STATUSES: [CommitmentStatus; 5] = [
    CommitmentStatus::Overdue,
    CommitmentStatus::Unclear,
    CommitmentStatus::Open,
    CommitmentStatus::Kept,
    CommitmentStatus::Dropped,
];

const NEWEST: &str = "t.occurred_at desc, t.at_seconds desc nulls last, t.id";

/// Of a promise that nothing on record settles.
macro_rules! unsettled {
    () => {
        "t.kept_by is null and d.decision is null"
    };
}

/// What a status is told by, and the order it is read in. What is open is of two parts: with a day, and without.
fn parts(status: CommitmentStatus) -> &'static [(&'static str, bool, &'static str)] {
    match status {
        CommitmentStatus::Overdue => &[(concat!(unsettled!(), " and t.unclear_by is null and t.due < "), true, "")],
        CommitmentStatus::Open => &[
            (concat!(unsettled!(), " and t.due >= "), true, "t.due, "),
            (concat!(unsettled!(), " and t.due is null"), false, ""),
        ],
        CommitmentStatus::Unclear => &[(concat!(unsettled!(), " and t.unclear_by is not null and t.due < "), true, "")],
        CommitmentStatus::Kept => &[(
            "(t.kept_by is not null or d.decision is not null)
             and coalesce(d.decision -> 'value' -> 'marked' ->> 'outcome', 'kept') = 'kept'",
            false,
            "",
        )],
        CommitmentStatus::Dropped => &[(
            "d.decision -> 'value' -> 'marked' ->> 'outcome' = 'dropped'
             and t.id in (select substr(o.key, 12) from decisions o where o.workspace_id = t.workspace_id
                          and o.decision -> 'value' -> 'marked' ->> 'outcome' = 'dropped')",
            false,
            "",
        )],
    }
}

/// `select` of the promises of a part that fit.
fn select(
    query: &mut Query,
    select: &str,
    workspace: WorkspaceId,
    wanted: &PromisesWanted,
    owners: Option<&[String]>,
    (told_by, of_the_day, today): (&str, bool, NaiveDate),
) {
    query.push(select);
    query.push(
        " from commitments t
          join accounts a on a.workspace_id = t.workspace_id and a.id = t.account_id
          left join decisions d on d.workspace_id = t.workspace_id and d.account = a.domain
               and d.key = 'commitment/' || t.id and d.decision -> 'value' -> 'marked' ->> 'quote' = t.quote
          where t.workspace_id = ",
    );
    query.push_bind(workspace.uuid()).push(" and ").push(told_by);
    if of_the_day {
        query.push_bind(today);
    }
    if let Some(side) = wanted.side {
        query.push(" and t.side = ").push_bind(super::row::wire(&side));
    }
    told_in(query, "t.occurred_at", "t.utc_offset", wanted.window);
    if let Some(since) = wanted.due.since {
        query.push(" and t.due >= ").push_bind(since);
    }
    if let Some(until) = wanted.due.until {
        query.push(" and t.due <= ").push_bind(until);
    }
    if let Some(owners) = owners {
        query.push(" and t.account_id in (select s.account_id from account_state s where s.workspace_id = ");
        query.push_bind(workspace.uuid()).push(" and s.tracked and s.owner_key = any(").push_bind(owners.to_vec());
        query.push("))");
    }
    if let Some(person) = &wanted.person {
        query.push(" and string_to_array(lower(t.who), ' ') && ").push_bind(spellings(person));
    }
    if let Some(stems) = any_of(&wanted.stems) {
        query.push(" and to_tsvector('english', t.what || ' ' || t.quote || ' ' || t.who) @@ to_tsquery('simple', ");
        query.push_bind(stems).push(")");
    }
}

/// The instant in a column is told on a day of the window; the day before and the one after bound what an index gives.
pub(super) fn told_in(query: &mut Query, column: &str, own: &str, window: Window) {
    if let Some(since) = window.since {
        query.push(format_args!(" and {column} >= ")).push_bind(since).push(" - 1 and told_day(");
        query.push(format_args!("{column}, {own}) >= ")).push_bind(since);
    }
    if let Some(end) = window.end() {
        query.push(format_args!(" and {column} < ")).push_bind(end).push(" + 1 and told_day(");
        query.push(format_args!("{column}, {own}) < ")).push_bind(end);
    }
}

/// The words of a name, as a database that knows only ASCII letters may have them.
fn spellings(name: &str) -> Vec<String> {
    let words = name.split_whitespace();
    words.flat_map(|word| [word.to_lowercase(), word.to_ascii_lowercase(), word.to_uppercase()]).collect()
}

/// What finds a text with one of these stems; none where the database may cut one of them otherwise.
pub(super) fn any_of(stems: &[String]) -> Option<String> {
    let plain = |stem: &String| !stem.is_empty() && stem.chars().all(char::is_alphanumeric);
    let quoted: Vec<String> = stems.iter().map(|stem| format!("'{stem}'")).collect();
    (!stems.is_empty() && stems.iter().all(plain)).then(|| quoted.join(" | "))
}

impl Store {
    /// The promises of all accounts that fit on a day, at most so many of each status.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn promises(
        &self,
        workspace: WorkspaceId,
        wanted: &PromisesWanted,
        today: NaiveDate,
        most: u32,
    ) -> Result<Promises> {
        const COLUMNS: &str = "(select a.domain as account, t.id, t.who, t.side, t.what, t.due, t.due_text, t.quote,
            told(t.occurred_at, t.utc_offset) as occurred_at, t.source_kind, t.source_id, t.at_seconds, t.kept_by,
            t.unclear_by, d.decision as marked";
        let owners = self.owners_wanted(workspace, wanted).await?;
        let mut promises = Promises::default();
        for status in STATUSES {
            if !wanted.statuses.is_empty() && !wanted.statuses.contains(&status) {
                continue;
            }
            let mut found: Vec<Commitment> = Vec::new();
            for (told_by, of_the_day, first) in parts(status) {
                let mut query = Query::new("");
                select(&mut query, COLUMNS, workspace, wanted, owners.as_deref(), (told_by, *of_the_day, today));
                query.push(" order by ").push(*first).push(NEWEST).push(" limit ").push_bind(i64::from(most)).push(")");
                found.extend(query.build_query_as::<Commitment>().fetch_all(&self.pool).await?);
            }
            if found.len() >= most as usize {
                found.truncate(most as usize);
                promises.cut.push(status);
            }
            promises.items.extend(found);
        }
        Ok(promises)
    }

    /// How many promises of a status fit on a day, each of an account's words counted once. Where nothing but side and
    /// owner is asked for, what is kept of each account is added up.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn count_promises(
        &self,
        workspace: WorkspaceId,
        wanted: &PromisesWanted,
        today: NaiveDate,
        status: CommitmentStatus,
    ) -> Result<u64> {
        let owners = self.owners_wanted(workspace, wanted).await?;
        let of_all = wanted.window == Window::ALWAYS
            && wanted.due == Window::ALWAYS
            && wanted.person.is_none()
            && wanted.stems.is_empty();
        let mut count = 0;
        if of_all {
            let kept = match status {
                CommitmentStatus::Overdue => "overdue",
                CommitmentStatus::Open => "open",
                CommitmentStatus::Kept => "kept",
                CommitmentStatus::Dropped => "dropped",
                CommitmentStatus::Unclear => "unclear",
            };
            let sum = match wanted.side {
                Some(Side::Team) => format!("ours_{kept}"),
                Some(Side::Customer) => format!("theirs_{kept}"),
                None => format!("ours_{kept} + theirs_{kept}"),
            };
            let mut query =
                Query::new(format!("select coalesce(sum({sum}), 0)::bigint from account_state where workspace_id = "));
            query.push_bind(workspace.uuid());
            if let Some(owners) = owners {
                query.push(" and tracked and owner_key = any(").push_bind(owners).push(")");
            }
            count += query.build_query_scalar::<i64>().fetch_one(&self.pool).await?;
        } else {
            for (told_by, of_the_day, _) in parts(status) {
                let mut query = Query::new("select count(*) from (");
                let distinct = "select distinct t.account_id, t.quote";
                select(&mut query, distinct, workspace, wanted, owners.as_deref(), (told_by, *of_the_day, today));
                query.push(") t");
                count += query.build_query_scalar::<i64>().fetch_one(&self.pool).await?;
            }
        }
        Ok(count.unsigned_abs())
    }

    /// How many promises were made in a window: a range of `commitments_occurred_idx`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn count_promises_made(&self, workspace: WorkspaceId, window: &Window) -> Result<u64> {
        let count: i64 = sqlx::query_scalar(
            "select count(*) from commitments where workspace_id = $1
             and occurred_at >= coalesce($2 - 1, '-infinity') and occurred_at < coalesce($3 + 1, 'infinity')
             and told_day(occurred_at, utc_offset) >= coalesce($2, '-infinity')
             and told_day(occurred_at, utc_offset) < coalesce($3, 'infinity')",
        )
        .bind(workspace.uuid())
        .bind(window.since)
        .bind(window.end())
        .fetch_one(&self.pool)
        .await?;
        Ok(count.unsigned_abs())
    }

    async fn owners_wanted(&self, workspace: WorkspaceId, wanted: &PromisesWanted) -> Result<Option<Vec<String>>> {
        match wanted.owner.as_deref() {
            Some(owner) => Ok(Some(self.owners_called(workspace, owner).await?)),
            None => Ok(None),
        }
    }
}
