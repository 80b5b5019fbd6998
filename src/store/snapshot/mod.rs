//! A workspace's records as of one version of them. What was read once is remembered until something it depends on
//! changes, so that the second question about an account costs one row, whatever comes in about others.

mod depends;
mod memory;
mod read;

use std::any::Any;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use sqlx::FromRow;
use sqlx::types::Json;

pub(super) use memory::Memories;
use memory::{CHANGES, Learn, Memory, Remembered, Scope, Stamp};

use super::opening::Opening;
use super::{Result, Store};
use crate::domain::health::HealthConfig;
use crate::domain::id::WorkspaceId;
use crate::domain::record::RecordKind;

/// What a workspace's records say. Cheap to clone; it goes on saying the same of what was read before, whatever changes.
#[derive(Clone, Debug)]
pub struct Snapshot {
    store: Store,
    workspace: WorkspaceId,
    stamp: Stamp,
    counts: Arc<BTreeMap<String, i64>>,
    accounts: u64,
    names_known: bool,
    rules: Option<Arc<HealthConfig>>,
    memory: Arc<Memory>,
    /// What was read already.
    read: Arc<Mutex<HashMap<String, Arc<dyn Any + Send + Sync>>>>,
}

/// What a snapshot is taken by ($2 the version after which changes are to be told, $3 how many of them at most). Plan: the
/// workspace by its key, `account_changes_version_idx` from that version on, a row for each kind of record.
pub(super) const TAKE: &str = "
    w.version, w.releases_version, w.accounts,
    case when w.told_version < w.version then w.version else w.everything_version end as everything,
    coalesce((select n.version from name_versions n where n.workspace_id = w.id), 0) as names,
    not exists (select from accounts a where a.workspace_id = w.id and a.names_due) as names_known,
    (select s.rules from health_settings s where s.workspace_id = w.id order by s.version desc limit 1) as health_rules,
    array(select c.account from account_changes c where c.workspace_id = w.id and c.version > $2 limit $3) as changed,
    (select coalesce(jsonb_object_agg(r.kind, r.records), '{}') from record_counts r
     where r.workspace_id = w.id and r.records > 0) as counts";

/// What a snapshot was taken as.
#[derive(FromRow)]
pub(super) struct Taken {
    version: i64,
    releases_version: i64,
    accounts: i64,
    everything: i64,
    names: i64,
    names_known: bool,
    health_rules: Option<Json<HealthConfig>>,
    changed: Vec<String>,
    counts: Json<BTreeMap<String, i64>>,
}

impl Taken {
    /// Changes that are told, at most.
    pub(super) const MOST_CHANGES: i64 = CHANGES as i64 + 1;
}

impl Store {
    /// What the records of a workspace say now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`](super::StoreError::NotFound) when there is no such workspace.
    pub async fn snapshot(&self, workspace: WorkspaceId) -> Result<Snapshot> {
        Ok(self.open_turn(workspace, Opening::default()).await?.records)
    }

    /// The snapshot that was taken, where changes after a version were asked for.
    pub(super) fn snapshot_of(&self, workspace: WorkspaceId, after: Option<i64>, taken: Taken) -> Snapshot {
        let Taken { version, everything, changed, counts: Json(counts), .. } = taken;
        let kinds = RecordKind::ALL.iter().enumerate().filter(|(_, kind)| counts.contains_key(kind.wire()));
        Snapshot {
            store: self.clone(),
            workspace,
            stamp: Stamp {
                version,
                names: taken.names,
                releases: taken.releases_version,
                kinds: kinds.fold(0, |all, (place, _)| all | 1 << place),
            },
            counts: Arc::new(counts),
            accounts: taken.accounts.unsigned_abs(),
            names_known: taken.names_known,
            rules: taken.health_rules.map(|rules| Arc::new(rules.0)),
            memory: self.memories.learn(workspace, Learn { version, after, changed, everything }),
            read: Arc::default(),
        }
    }
}

impl Snapshot {
    /// The workspace.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// What `make` gives, remembered under `name` until something of what it depends on changes. `bytes` is how much memory
    /// it takes, about. What this snapshot, or a clone of it, was given once it is given again.
    async fn remember<T: Send + Sync + 'static, E>(
        &self,
        name: String,
        scopes: impl FnOnce(&T) -> Vec<Scope>,
        bytes: impl FnOnce(&T) -> usize,
        make: impl Future<Output = std::result::Result<T, E>>,
    ) -> std::result::Result<Arc<T>, E> {
        let read = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&name).cloned();
        if let Some(read) = read.and_then(|read| read.downcast::<T>().ok()) {
            return Ok(read);
        }
        let known = self.memory.find(&name, &self.stamp).and_then(|known| known.answer.downcast::<T>().ok());
        if let Some(known) = known {
            return Ok(self.hold(name, known));
        }
        let made = Arc::new(make.await?);
        let remembered = Remembered {
            answer: Arc::<T>::clone(&made),
            bytes: bytes(&made),
            stamp: self.stamp,
            scopes: scopes(&made).into(),
        };
        self.memory.keep(name.clone(), remembered);
        Ok(self.hold(name, made))
    }

    /// What is given from here on under `name`: this, or what somebody else was given meanwhile.
    fn hold<T: Send + Sync + 'static>(&self, name: String, new: Arc<T>) -> Arc<T> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let held = read.entry(name).or_insert_with(|| Arc::<T>::clone(&new));
        Arc::clone(held).downcast::<T>().unwrap_or(new)
    }

    /// The weights and thresholds people set for the workspace; none where the configuration's hold.
    #[must_use]
    pub fn health_rules(&self) -> Option<Arc<HealthConfig>> {
        self.rules.clone()
    }

    /// Whether what accounts and people are called is written down as of this version.
    #[must_use]
    pub fn names_are_known(&self) -> bool {
        self.names_known
    }
}
