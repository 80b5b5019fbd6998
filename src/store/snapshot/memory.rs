//! What is remembered of a workspace's records, and for whom it is good.
//!
//! Whatever was read depends on a few scopes: an account, the names, the releases. It is good for a snapshot when none of
//! them changed after what was read, nor after the snapshot. What changed is learned from the database with each snapshot,
//! so that another process's change counts like one's own.

use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use crate::domain::id::WorkspaceId;

/// Bytes remembered of a workspace, about; what was asked for least goes first.
const REMEMBERED_BYTES: u64 = 48 * 1024 * 1024;

/// Answers to be remembered, about.
const REMEMBERED: usize = 2_000;

/// Parts the memory is kept in, each with a lock of its own. What is larger than a part is never kept, and by default there
/// are as many as four a core, of less than a megabyte on a large machine; of four, each takes an answer of 11 MB.
const PARTS: usize = 4;

/// Accounts known to have changed, at most; of more, everything is forgotten.
pub(super) const CHANGES: u32 = 4_096;

/// Bytes of a row that holds no long text, about.
pub(super) const ROW: usize = 256;

/// Something that changes as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// The account of this domain, and its records.
    Account(String),
    /// What accounts and people are found by, and shown as in a line.
    Names,
    /// The releases.
    Releases,
    /// Which kinds of record there are at all.
    Kinds,
    /// All of it.
    Workspace,
}

/// When a snapshot was taken: the version of the workspace, and what tells whether something of no account changed since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stamp {
    pub(super) version: i64,
    pub(super) names: i64,
    pub(super) releases: i64,
    /// A bit for each kind of record there is.
    pub(super) kinds: u16,
}

/// Something that was read.
#[derive(Clone, Debug)]
pub(super) struct Remembered {
    pub(super) answer: Arc<dyn Any + Send + Sync>,
    pub(super) bytes: usize,
    /// Of the snapshot it was read for: it is of that version or later.
    pub(super) stamp: Stamp,
    /// What it depends on.
    pub(super) scopes: Arc<[Scope]>,
}

#[derive(Clone, Debug)]
struct Weigh;

impl Weighter<String, Remembered> for Weigh {
    fn weight(&self, asked: &String, remembered: &Remembered) -> u64 {
        (asked.len() + remembered.bytes + (1 + remembered.scopes.len()) * ROW) as u64
    }
}

/// What was read of a workspace's records since some version, by what was asked for.
#[derive(Debug)]
pub(super) struct Memory {
    /// The version from which on all changes are known.
    since: i64,
    learned: RwLock<Learned>,
    answers: Cache<String, Remembered, Weigh>,
}

/// What changed since then.
#[derive(Debug)]
struct Learned {
    /// The version up to which all changes are known.
    version: i64,
    /// A version by which an account had changed for the last time, where it did.
    accounts: HashMap<String, i64>,
}

impl Memory {
    /// An empty one.
    pub(super) fn new(version: i64) -> Self {
        let mut options = OptionsBuilder::new();
        options.shards(PARTS).estimated_items_capacity(REMEMBERED).weight_capacity(REMEMBERED_BYTES);
        let answers = options.build().map_or_else(
            |_| Cache::with_weighter(REMEMBERED, REMEMBERED_BYTES, Weigh),
            |options| Cache::with_options(options, Weigh, DefaultHashBuilder::default(), DefaultLifecycle::default()),
        );
        Self { since: version, learned: RwLock::new(Learned { version, accounts: HashMap::new() }), answers }
    }

    /// The version up to which all changes are known.
    fn version(&self) -> i64 {
        self.learned.read().unwrap_or_else(PoisonError::into_inner).version
    }

    /// What is remembered under a name, where it is good for a snapshot with this stamp.
    pub(super) fn find(&self, name: &str, stamp: &Stamp) -> Option<Remembered> {
        if stamp.version < self.since {
            return None;
        }
        let found = self.answers.get(name)?;
        let learned = self.learned.read().unwrap_or_else(PoisonError::into_inner);
        let both = found.stamp.version.min(stamp.version);
        let good = |scope: &Scope| match scope {
            Scope::Account(domain) => learned.accounts.get(domain).is_none_or(|changed| *changed <= both),
            Scope::Names => found.stamp.names == stamp.names,
            Scope::Releases => found.stamp.releases == stamp.releases,
            Scope::Kinds => found.stamp.kinds == stamp.kinds,
            Scope::Workspace => found.stamp.version == stamp.version,
        };
        found.scopes.iter().all(good).then_some(found)
    }

    /// Remembers something, unless it was read for a later snapshot too.
    pub(super) fn keep(&self, name: String, read: Remembered) {
        let later = self.answers.peek(&name).is_some_and(|known| known.stamp.version > read.stamp.version);
        if read.stamp.version >= self.since && !later {
            self.answers.insert(name, read);
        }
    }

    /// Takes in what changed up to a version. Whether it is too much to keep in mind.
    fn learn(&self, version: i64, changed: Vec<String>) -> bool {
        let mut learned = self.learned.write().unwrap_or_else(PoisonError::into_inner);
        for account in changed {
            let known = learned.accounts.entry(account).or_insert(version);
            *known = version.max(*known);
        }
        learned.version = version.max(learned.version);
        learned.accounts.len() > CHANGES as usize
    }
}

/// The latest memory of each workspace.
#[derive(Debug, Default)]
pub(in crate::store) struct Memories(Mutex<HashMap<WorkspaceId, Arc<Memory>>>);

/// What a snapshot learned of changes.
#[derive(Debug)]
pub(super) struct Learn {
    /// The version of the snapshot.
    pub(super) version: i64,
    /// The version after which it asked for changes; none where nothing was remembered.
    pub(super) after: Option<i64>,
    /// The accounts that changed since.
    pub(super) changed: Vec<String>,
    /// The latest version at which everything may have changed.
    pub(super) everything: i64,
}

impl Memories {
    /// The version up to which all changes of a workspace are known.
    pub(in crate::store) fn version(&self, workspace: WorkspaceId) -> Option<i64> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&workspace).map(|memory| memory.version())
    }

    /// The memory for a snapshot that learned this: the one there is, or a new one where more changed than is known.
    pub(super) fn learn(&self, workspace: WorkspaceId, learn: Learn) -> Arc<Memory> {
        let Learn { version, after, changed, everything } = learn;
        let mut memories = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(memory) = memories.get(&workspace) {
            let known = memory.version();
            if version <= known && version < memory.since {
                return Arc::clone(memory);
            }
            let all_known = after.map_or(version <= known, |after| after <= known) && changed.len() <= CHANGES as usize;
            if all_known && everything <= memory.since && !memory.learn(version, changed) {
                return Arc::clone(memory);
            }
        }
        let memory = Arc::new(Memory::new(version));
        memories.insert(workspace, Arc::clone(&memory));
        memory
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: usize, stamp: Stamp, scopes: &[Scope]) -> Remembered {
        Remembered { answer: Arc::new(bytes), bytes, stamp, scopes: scopes.into() }
    }

    const STAMP: Stamp = Stamp { version: 7, names: 1, releases: 2, kinds: 3 };

    #[test]
    fn a_large_account_is_remembered_on_any_machine() {
        let memory = Memory::new(STAMP.version);
        for name in 0..4 {
            let name = format!("activity {name}");
            memory.keep(name.clone(), read(8 * 1024 * 1024, STAMP, &[]));
            assert!(memory.find(&name, &STAMP).is_some());
        }
        assert!(memory.answers.shard_capacity() > 11 * 1024 * 1024);
    }

    #[test]
    fn what_depends_on_several_things_is_good_until_one_of_them_changes() {
        let workspace = WorkspaceId::new();
        let memories = Memories::default();
        let first = Learn { version: 7, after: None, changed: Vec::new(), everything: 0 };
        let memory = memories.learn(workspace, first);
        let scopes = [Scope::Account("a.com".to_owned()), Scope::Releases, Scope::Kinds, Scope::Names];
        memory.keep("it".to_owned(), read(1, STAMP, &scopes));
        memory.keep("all".to_owned(), read(1, STAMP, &[Scope::Workspace]));
        let later = Learn { version: 9, after: Some(7), changed: vec!["b.com".to_owned()], everything: 7 };
        assert!(Arc::ptr_eq(&memory, &memories.learn(workspace, later)));
        let now = Stamp { version: 9, ..STAMP };
        assert!(memory.find("it", &now).is_some());
        assert!(memory.find("all", &now).is_none());
        for other in [Stamp { names: 0, ..now }, Stamp { releases: 0, ..now }, Stamp { kinds: 0, ..now }] {
            assert!(memory.find("it", &other).is_none(), "{other:?}");
        }
        let changed = Learn { version: 10, after: Some(9), changed: vec!["a.com".to_owned()], everything: 7 };
        memories.learn(workspace, changed);
        assert!(memory.find("it", &Stamp { version: 10, ..now }).is_none());
        assert!(memory.find("it", &now).is_none(), "of two that began before, none is told what the other is not");
        memory.keep("it".to_owned(), read(1, Stamp { version: 10, ..now }, &scopes));
        memory.keep("it".to_owned(), read(2, now, &scopes));
        assert!(memory.find("it", &Stamp { version: 10, ..now }).is_some_and(|found| found.bytes == 1));
        assert!(memory.find("it", &now).is_none(), "what is newer is not for who began before");
    }

    #[test]
    fn what_nobody_can_tell_the_changes_since_is_forgotten() {
        let workspace = WorkspaceId::new();
        let memories = Memories::default();
        let learn = |version, after, changed: u32, everything| {
            let changed = (0..changed).map(|account| format!("{account}.com")).collect();
            memories.learn(workspace, Learn { version, after, changed, everything })
        };
        let first = learn(7, None, 0, 0);
        assert!(Arc::ptr_eq(&first, &learn(7, None, 0, 0)), "two began at once");
        let gap = learn(8, None, 0, 0);
        assert!(!Arc::ptr_eq(&first, &gap), "nobody asked what changed in between");
        let all = learn(9, Some(8), 0, 9);
        assert!(!Arc::ptr_eq(&gap, &all), "everything changed");
        assert!(Arc::ptr_eq(&all, &learn(8, Some(7), 0, 0)), "who asked before and hears later");
        all.keep("old".to_owned(), read(1, Stamp { version: 8, ..STAMP }, &[]));
        assert!(all.find("old", &Stamp { version: 9, ..STAMP }).is_none(), "read before everything changed");
        assert!(Arc::ptr_eq(&all, &learn(10, Some(9), CHANGES, 9)));
        assert!(!Arc::ptr_eq(&all, &learn(11, Some(10), CHANGES + 1, 9)), "too many");
    }
}
