//! A workspace's records as of one version of them. What was read once is remembered until a record changes, so that
//! the second question about an account costs one row.

use std::any::Any;
use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::{AccountData, CalledAccount, KindSpan, Result, Store, StoreError};
use crate::domain::activity::{Call, Commitment, Email, Noticed, Release, Request, Signal, SignalKind};
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::time::Window;
use crate::domain::tool::account::{AccountBrief, Person};

/// Bytes remembered of a workspace, about; what was asked for least goes first.
const REMEMBERED_BYTES: u64 = 48 * 1024 * 1024;
/// Answers to be remembered, about.
const REMEMBERED: usize = 2_000;
/// Bytes of a row that holds no long text, about.
const ROW: usize = 256;

/// What a workspace's records say. Cheap to clone; it goes on saying the same of what was read before, whatever changes.
#[derive(Clone, Debug)]
pub struct Snapshot {
    store: Store,
    workspace: WorkspaceId,
    memory: Arc<Memory>,
    names_known: bool,
}

/// What was read of one version of a workspace's records, by what was asked for.
#[derive(Debug)]
struct Memory {
    version: i64,
    answers: Cache<String, Remembered, Weigh>,
}

#[derive(Clone, Debug)]
struct Remembered {
    answer: Arc<dyn Any + Send + Sync>,
    bytes: usize,
}

#[derive(Clone, Debug)]
struct Weigh;

impl Weighter<String, Remembered> for Weigh {
    fn weight(&self, asked: &String, remembered: &Remembered) -> u64 {
        (asked.len() + remembered.bytes + ROW) as u64
    }
}

/// The latest memory of each workspace.
#[derive(Debug, Default)]
pub(super) struct Memories(Mutex<HashMap<WorkspaceId, Arc<Memory>>>);

impl Memories {
    fn of(&self, workspace: WorkspaceId, version: i64) -> Arc<Memory> {
        let mut memories = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match memories.get(&workspace) {
            Some(memory) if memory.version == version => Arc::clone(memory),
            _ => {
                let answers = Cache::with_weighter(REMEMBERED, REMEMBERED_BYTES, Weigh);
                let memory = Arc::new(Memory { version, answers });
                memories.insert(workspace, Arc::clone(&memory));
                memory
            }
        }
    }
}

impl Store {
    /// What the records of a workspace say now.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] when there is no such workspace.
    pub async fn snapshot(&self, workspace: WorkspaceId) -> Result<Snapshot> {
        let (version, names_known) = sqlx::query_as(
            "select version, not exists (select from accounts a where a.workspace_id = $1 and a.names_due)
             from workspaces where id = $1",
        )
        .bind(workspace.uuid())
        .fetch_optional(&self.pool)
        .await?
        .ok_or_else(|| StoreError::no_workspace(workspace))?;
        Ok(Snapshot { store: self.clone(), workspace, memory: self.memories.of(workspace, version), names_known })
    }
}

impl Snapshot {
    /// The workspace.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.workspace
    }

    /// What `make` gives, remembered under `name` until a record changes. `bytes` is how much memory it takes, about.
    ///
    /// # Errors
    /// What `make` answers; that is not remembered.
    pub async fn remember<T: Send + Sync + 'static, E>(
        &self,
        name: String,
        bytes: impl FnOnce(&T) -> usize,
        make: impl Future<Output = std::result::Result<T, E>>,
    ) -> std::result::Result<Arc<T>, E> {
        let known = self.memory.answers.get(&name).and_then(|known| known.answer.downcast::<T>().ok());
        if let Some(known) = known {
            return Ok(known);
        }
        let made = Arc::new(make.await?);
        let remembered = Remembered { bytes: bytes(&made), answer: Arc::<T>::clone(&made) };
        self.memory.answers.insert(name, remembered);
        Ok(made)
    }

    /// Whether what accounts and people are called is written down as of this version.
    #[must_use]
    pub fn names_are_known(&self) -> bool {
        self.names_known
    }

    /// What `make` looks up by name, remembered where names are known.
    async fn named<T: Send + Sync + 'static>(
        &self,
        name: String,
        bytes: impl FnOnce(&T) -> usize,
        make: impl Future<Output = Result<T>>,
    ) -> Result<Arc<T>> {
        if self.names_known { self.remember(name, bytes, make).await } else { make.await.map(Arc::new) }
    }

    /// See [`Store::accounts_called`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn accounts_called(&self, names: &[String]) -> Result<Arc<Vec<CalledAccount>>> {
        let read = self.store.accounts_called(self.workspace, names);
        self.named(format!("called {}", names.join("/")), |found| rows(found), read).await
    }

    /// See [`Store::people_called`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn people_called(&self, names: &[String]) -> Result<Arc<Vec<Person>>> {
        let read = self.store.people_called(self.workspace, names);
        self.named(format!("people {}", names.join("/")), |found| 2 * rows(found), read).await
    }

    /// See [`Store::words_alike`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn words_alike(&self, remains: &[String]) -> Result<Arc<Vec<String>>> {
        let read = self.store.words_alike(self.workspace, remains);
        self.named(format!("alike {}", remains.join("/")), |found| rows(found), read).await
    }

    /// See [`Store::briefs`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn briefs(&self, domains: &[String]) -> Result<Arc<HashMap<String, AccountBrief>>> {
        let read = self.store.briefs(self.workspace, domains);
        self.remember(format!("briefs {}", domains.join("/")), |found| found.len() * ROW, read).await
    }

    /// See [`Store::known_accounts`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn known_accounts(&self) -> Result<u64> {
        let read = self.store.known_accounts(self.workspace);
        Ok(*self.remember("known accounts".to_owned(), |_| ROW, read).await?)
    }

    /// See [`Store::example_account`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn example_account(&self) -> Result<Option<AccountBrief>> {
        let read = self.store.example_account(self.workspace);
        let example = self.remember("example account".to_owned(), |_| ROW, read).await?;
        Ok(example.as_ref().clone())
    }

    /// See [`Store::accounts_beginning`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn accounts_beginning(&self, typed: &str, most: u32) -> Result<Vec<AccountBrief>> {
        self.store.accounts_beginning(self.workspace, typed, most).await
    }

    /// See [`Store::people_at`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn people_at(&self, email: &str) -> Result<Vec<Person>> {
        self.store.people_at(self.workspace, email).await
    }

    /// See [`Store::customers_of`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn customers_of(&self, domain: &str) -> Result<Vec<Person>> {
        self.store.customers_of(self.workspace, domain).await
    }

    /// See [`Store::account_data`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn account_data(&self, account: &str) -> Result<Arc<AccountData>> {
        let read = self.store.account_data(self.workspace, account);
        self.remember(format!("data {account}"), size_of_data, read).await
    }

    /// See [`Store::account_data_of`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn account_data_of(&self, accounts: &[AccountId], as_of: NaiveDate) -> Result<Arc<Vec<AccountData>>> {
        let size = |all: &Vec<AccountData>| all.iter().map(size_of_data).sum();
        let read = self.store.account_data_of(self.workspace, accounts, as_of);
        self.remember(format!("data {as_of} {accounts:?}"), size, read).await
    }

    /// See [`Store::counts`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn counts(&self, account: &str) -> Result<Arc<Vec<KindSpan>>> {
        self.remember(format!("counts {account}"), |found| rows(found), self.store.counts(self.workspace, account))
            .await
    }

    /// See [`Store::workspace_counts`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn workspace_counts(&self, kinds: &[RecordKind]) -> Result<Arc<Vec<(RecordKind, u64)>>> {
        let read = self.store.workspace_counts(self.workspace, kinds);
        self.remember(format!("counts {kinds:?}"), |found| rows(found), read).await
    }

    /// See [`Store::activity`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn activity(
        &self,
        account: &str,
        kinds: &[RecordKind],
        window: &Window,
        person: Option<&str>,
        limit: u32,
    ) -> Result<Arc<Vec<(DateTime<Utc>, Record)>>> {
        let name = format!("activity {account} {kinds:?} {window:?} {person:?} {limit}");
        let size =
            |found: &Vec<(DateTime<Utc>, Record)>| found.iter().map(|(_, record)| ROW + record.text_bytes()).sum();
        self.remember(name, size, self.store.activity(self.workspace, account, kinds, window, person, limit)).await
    }

    /// See [`Store::calls`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn calls(
        &self,
        account: &str,
        window: &Window,
        person: Option<&str>,
        limit: u32,
    ) -> Result<Arc<Vec<Call>>> {
        let name = format!("calls {account} {window:?} {person:?} {limit}");
        let size = |calls: &Vec<Call>| calls.iter().map(|call| ROW + call.text_bytes()).sum();
        self.remember(name, size, self.store.calls(self.workspace, account, window, person, limit)).await
    }

    /// See [`Store::emails`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn emails(
        &self,
        account: &str,
        window: &Window,
        person: Option<&str>,
        limit: u32,
    ) -> Result<Arc<Vec<Email>>> {
        let name = format!("emails {account} {window:?} {person:?} {limit}");
        self.remember(name, |found| letters(found), self.store.emails(self.workspace, account, window, person, limit))
            .await
    }

    /// See [`Store::thread`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn thread(&self, account: &str, thread_id: &str) -> Result<Arc<Vec<Email>>> {
        let read = self.store.thread(self.workspace, account, thread_id);
        self.remember(format!("thread {account} {thread_id}"), |found| letters(found), read).await
    }

    /// See [`Store::signals`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn signals(
        &self,
        account: Option<&str>,
        kinds: &[SignalKind],
        window: &Window,
    ) -> Result<Arc<Vec<Signal>>> {
        let name = format!("signals {account:?} {kinds:?} {window:?}");
        self.remember(name, |found| rows(found), self.store.signals(self.workspace, account, kinds, window)).await
    }

    /// See [`Store::noticed`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn noticed(&self, account: &str, kinds: &[SignalKind], window: &Window) -> Result<Arc<Vec<Noticed>>> {
        let name = format!("noticed {account} {kinds:?} {window:?}");
        self.remember(name, |found| rows(found), self.store.noticed(self.workspace, account, kinds, window)).await
    }

    /// See [`Store::summaries`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn summaries(&self, calls: &[String]) -> Result<Arc<HashMap<String, (String, String)>>> {
        let size = |found: &HashMap<String, (String, String)>| found.len() * 2 * ROW;
        self.remember(format!("summaries {calls:?}"), size, self.store.summaries(self.workspace, calls)).await
    }

    /// See [`Store::commitments`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn commitments(&self, account: Option<&str>, window: &Window) -> Result<Arc<Vec<Commitment>>> {
        let name = format!("commitments {account:?} {window:?}");
        self.remember(name, |found| rows(found), self.store.commitments(self.workspace, account, window)).await
    }

    /// See [`Store::requests`].
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn requests(&self, account: Option<&str>, window: &Window) -> Result<Arc<Vec<Request>>> {
        let name = format!("requests {account:?} {window:?}");
        self.remember(name, |found| rows(found), self.store.requests(self.workspace, account, window)).await
    }

    /// See [`Store::releases`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn releases(&self, window: &Window) -> Result<Arc<Vec<Release>>> {
        let size = |releases: &Vec<Release>| releases.iter().map(|release| ROW + release.body.len()).sum();
        self.remember(format!("releases {window:?}"), size, self.store.releases(self.workspace, window)).await
    }

    /// See [`Store::titles`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn titles(&self, records: &[RecordRef]) -> Result<Arc<HashMap<RecordRef, (String, Option<String>)>>> {
        let names: Vec<String> = records.iter().map(|record| format!("{}/{}", record.kind, record.id)).collect();
        let size = |found: &HashMap<_, _>| found.len() * ROW;
        let titles = Box::pin(self.store.titles(self.workspace, records));
        self.remember(format!("titles {}", names.join(" ")), size, titles).await
    }

    /// See [`Store::records`].
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn records(&self, records: &[RecordRef]) -> Result<Arc<Vec<Record>>> {
        let names: Vec<String> = records.iter().map(|record| format!("{}/{}", record.kind, record.id)).collect();
        let size = |found: &Vec<Record>| found.iter().map(|record| ROW + record.text_bytes()).sum();
        self.remember(format!("records {}", names.join(" ")), size, self.store.records(self.workspace, records)).await
    }
}

fn rows<T>(rows: &[T]) -> usize {
    rows.len() * ROW
}

fn letters(emails: &[Email]) -> usize {
    emails.iter().map(|email| ROW + email.body.len()).sum()
}

fn size_of_data(data: &AccountData) -> usize {
    let AccountData { revenue, payments, usage, signals, deals, commitments, contacts, sources, .. } = data;
    let short = revenue.len() + payments.len() + usage.len() + deals.len();
    ROW * (1 + short + 2 * (signals.len() + commitments.len() + contacts.len() + sources.len()))
}
