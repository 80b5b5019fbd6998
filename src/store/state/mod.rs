//! The state of each account, kept so that lists cost the same among many accounts. Truth is not that it was written but
//! what it is stamped with: the version of the account's data, the instants it holds between, and the rules it was
//! computed by. Whatever is missing or stamped otherwise is stale and computed anew, by whoever finds it.

pub(super) mod alert;
mod count;
mod history;
mod settings;
mod written;

use sha2::{Digest, Sha256};
use sqlx::types::Json;
use uuid::Uuid;

use super::put::storable;
use super::{Result, Store, names};
use crate::domain::health::{HealthConfig, assess};
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::state::{AccountState, STATE_VERSION};
use crate::domain::time::{Moment, Zone};
pub use count::Among;
pub(super) use count::amount;
pub use history::NewRefresh;
pub use settings::HealthSetting;
use written::{StateRow, UPSERT};
pub(super) use written::{bit, chance_of, health, key, level, level_of, words};

/// States computed at once.
const BATCH: usize = 200;

/// From this many on half of them are computed while the database works on the other half.
const WORTH_HALVING: usize = 50;

/// What became of states that were out of date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// How many were computed.
    pub computed: usize,
    /// Whether some are still out of date.
    pub left: bool,
}

/// Each part stops at the wanted number, so that finding some costs the same however many there are.
const STALE: &str = "
    (select id from accounts where workspace_id = $1 and state_version < data_version order by id limit $4)
    union
    (select account_id from account_state where workspace_id = $1 and valid_until <= $2 limit $4)
    union
    (select account_id from account_state where workspace_id = $1 and rules = $3 and computed_at > $2 limit $4)
    union
    (select account_id from account_state where workspace_id = $1 and rules < $3 limit $4)
    union
    (select account_id from account_state where workspace_id = $1 and rules > $3 limit $4)
    limit $4";

/// What tells one set of rules from another, and the days of one zone from those of another.
fn hash(zone: Zone, rules: &HealthConfig) -> Result<i64> {
    let days = if zone == Zone::UTC { String::new() } else { format!(" in {}", zone.name()) };
    let text = format!("{STATE_VERSION} {}{days}", serde_json::to_string(rules)?);
    let digest = Sha256::digest(text.as_bytes());
    Ok(digest.iter().take(8).fold(0, |hash, byte| (hash << 8) | i64::from(*byte)))
}

impl Store {
    /// Accounts whose state is missing or out of date at `now` by these rules, at most `most` of them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn stale_states(
        &self,
        workspace: WorkspaceId,
        now: Moment,
        rules: &HealthConfig,
        most: usize,
    ) -> Result<Vec<AccountId>> {
        let mut lent = self.warm.lend().await?;
        let stale: Vec<Uuid> = sqlx::query_scalar(STALE)
            .bind(workspace.uuid())
            .bind(now)
            .bind(hash(self.zone, rules)?)
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_all(&mut *lent)
            .await?;
        lent.give_back();
        Ok(stale.into_iter().map(AccountId::from).collect())
    }

    /// Tracked accounts in the order of their identifiers, `most` of those after one. Plan: the primary key.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn tracked_after(
        &self,
        workspace: WorkspaceId,
        after: Option<AccountId>,
        most: u32,
    ) -> Result<Vec<AccountId>> {
        let found: Vec<Uuid> = sqlx::query_scalar(
            "select account_id from account_state where workspace_id = $1 and tracked and account_id > $2
             order by account_id limit $3",
        )
        .bind(workspace.uuid())
        .bind(after.map_or(Uuid::nil(), AccountId::uuid))
        .bind(i64::from(most))
        .fetch_all(&self.pool)
        .await?;
        Ok(found.into_iter().map(AccountId::from).collect())
    }

    /// Keeps states computed at `now` by these rules, each with the [`AccountData::version`](super::AccountData::version)
    /// it was computed from, and the refreshes that gave another health than before; gives how many states are kept. Accounts that were deleted, or that are being changed at this
    /// moment, are left out; so is what is known of newer data already.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn put_states(
        &self,
        workspace: WorkspaceId,
        now: Moment,
        rules: &HealthConfig,
        states: &[(AccountId, i64, AccountState)],
        refreshes: &[NewRefresh],
    ) -> Result<usize> {
        if states.is_empty() {
            return Ok(0);
        }
        let mut transaction = self.begin().await?;
        // It waits for no account: an import holds several, and this one must never hold what that waits for.
        let held: Vec<Uuid> = sqlx::query_scalar(
            "select id from accounts where workspace_id = $1 and id = any($2) order by id for no key update skip locked",
        )
        .bind(workspace.uuid())
        .bind(states.iter().map(|(account, ..)| account.uuid()).collect::<Vec<_>>())
        .fetch_all(&mut *transaction)
        .await?;
        let kept: Vec<&(AccountId, i64, AccountState)> =
            states.iter().filter(|(account, ..)| held.binary_search(&account.uuid()).is_ok()).collect();
        let (ids, versions): (Vec<Uuid>, Vec<i64>) =
            kept.iter().map(|(account, version, _)| (account.uuid(), *version)).unzip();
        let levels: Vec<i16> = kept.iter().map(|(.., state)| level_of(state.level)).collect();
        let other_level: bool = sqlx::query_scalar(
            "select exists (select from unnest($2::uuid[], $3::smallint[]) as t (account_id, level)
             left join account_state s on s.workspace_id = $1 and s.account_id = t.account_id
             where s.level is distinct from t.level)",
        )
        .bind(workspace.uuid())
        .bind(&ids)
        .bind(levels)
        .fetch_one(&mut *transaction)
        .await?;
        let hash = hash(self.zone, rules)?;
        let rows = kept.iter().map(|(account, version, state)| storable(&StateRow::of(*account, *version, state)));
        sqlx::query(UPSERT)
            .bind(workspace.uuid())
            .bind(Json(rows.collect::<Result<Vec<_>>>()?))
            .bind(now)
            .bind(hash)
            .execute(&mut *transaction)
            .await?;
        let refreshes: Vec<&NewRefresh> =
            refreshes.iter().filter(|new| held.binary_search(&new.account.uuid()).is_ok()).collect();
        history::keep(&mut transaction, workspace, now, (hash, rules), &refreshes).await?;
        sqlx::query(
            "update accounts a set state_version = t.version
             from unnest($2::uuid[], $3::bigint[]) as t (account_id, version)
             where a.workspace_id = $1 and a.id = t.account_id and a.state_version < t.version",
        )
        .bind(workspace.uuid())
        .bind(&ids)
        .bind(versions)
        .execute(&mut *transaction)
        .await?;
        if other_level {
            // Accounts that were looked up show their level.
            names::move_on(&mut transaction, workspace).await?;
        }
        transaction.commit().await?;
        Ok(kept.len())
    }

    /// Computes states that are out of date at `now` by these rules, at most `most` of them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`](super::StoreError::Unavailable) when the database cannot be reached.
    pub async fn refresh_states(
        &self,
        workspace: WorkspaceId,
        now: Moment,
        rules: &HealthConfig,
        most: usize,
    ) -> Result<Refreshed> {
        let mut refreshed = Refreshed::default();
        while refreshed.computed < most {
            let stale = self.stale_states(workspace, now, rules, (2 * BATCH).min(most - refreshed.computed)).await?;
            if stale.is_empty() {
                return Ok(refreshed);
            }
            let kept = if stale.len() < WORTH_HALVING {
                self.compute_states(workspace, now, rules, &stale).await?
            } else {
                let (some, others) = stale.split_at(stale.len() / 2);
                let (some, others) = tokio::try_join!(
                    self.compute_states(workspace, now, rules, some),
                    self.compute_states(workspace, now, rules, others)
                )?;
                some + others
            };
            if kept == 0 {
                // All of them are being changed; whoever changes them sees to it.
                break;
            }
            refreshed.computed += kept;
        }
        refreshed.left = !self.stale_states(workspace, now, rules, 1).await?.is_empty();
        Ok(refreshed)
    }

    /// Computes the states of these accounts; gives how many are kept.
    async fn compute_states(
        &self,
        workspace: WorkspaceId,
        now: Moment,
        rules: &HealthConfig,
        accounts: &[AccountId],
    ) -> Result<usize> {
        let data = self.account_data_of(workspace, accounts, now.day()).await?;
        let newest =
            self.newest_refreshes(workspace, accounts, hash(self.zone, rules)?, history::lately(now, rules)).await?;
        let (mut states, mut refreshes) = (Vec::new(), Vec::new());
        for data in &data {
            let health = assess(&data.health_input(), now, rules);
            states.push((data.account.id, data.version, AccountState::with(&health, &data.state_input(), now, rules)));
            refreshes.extend(history::refreshed(data, &health, newest.get(&data.account.id), now, rules));
        }
        self.put_states(workspace, now, rules, &states, &refreshes).await
    }
}
