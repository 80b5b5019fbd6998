//! What is read of the records, each thing once until something it depends on changes.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use super::Snapshot;
use super::depends::{Titles, account_scope, letters, of, rows, shown, size_of_data, these};
use super::memory::{ROW, Scope};
use crate::domain::activity::{Call, Commitment, Email, Noticed, Release, Request, Signal, SignalKind};
use crate::domain::id::AccountId;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::time::{Moment, Window};
use crate::domain::tool::account::{AccountBrief, Person};
use crate::domain::unheard::Unheard;
use crate::store::count::Span;
use crate::store::{AccountData, Called, KindSpan, Promises, PromisesWanted, Result, StoreError};

impl Snapshot {
    /// See [`Store::called`](crate::store::Store::called).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn called(&self, names: &[String], persons: &[String]) -> Result<Arc<Called>> {
        let read = self.store.called(self.workspace, names, persons);
        let scopes = |found: &Called| {
            let accounts = found.accounts.iter().map(|account| &account.brief);
            shown(accounts.chain(found.people.iter().flat_map(|person| &person.accounts)))
        };
        let size = |found: &Called| rows(&found.accounts) + 2 * rows(&found.people);
        self.remember(format!("called {} of people {}", names.join("/"), persons.join("/")), scopes, size, read).await
    }

    /// See [`Store::words_alike`](crate::store::Store::words_alike).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn words_alike(&self, remains: &[String]) -> Result<Arc<Vec<String>>> {
        let read = self.store.words_alike(self.workspace, remains);
        self.remember(format!("alike {}", remains.join("/")), |_| vec![Scope::Names], |found| rows(found), read).await
    }

    /// See [`Store::briefs`](crate::store::Store::briefs).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn briefs(&self, domains: &[String]) -> Result<Arc<HashMap<String, AccountBrief>>> {
        let read = self.store.briefs(self.workspace, domains);
        let scopes = |_: &HashMap<_, _>| {
            let accounts = domains.iter().cloned().map(Scope::Account);
            accounts.chain([Scope::Names]).collect()
        };
        self.remember(briefs_of(domains), scopes, |found| found.len() * ROW, read).await
    }

    /// Gives the account with this domain, if there is one, as it was read with the snapshot.
    pub(in crate::store) fn know_brief(&self, domain: String, account: Option<AccountBrief>) {
        let briefs: HashMap<_, _> = account.map(|account| (domain.clone(), account)).into_iter().collect();
        self.hold(briefs_of(&[domain]), Arc::new(briefs));
    }

    /// How many accounts there are.
    #[must_use]
    pub fn known_accounts(&self) -> u64 {
        self.accounts
    }

    /// See [`Store::example_account`](crate::store::Store::example_account).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn example_account(&self) -> Result<Option<AccountBrief>> {
        let read = self.store.example_account(self.workspace);
        let example = self.remember(
            "example account".to_owned(),
            |found: &Option<AccountBrief>| {
                found.as_ref().map_or_else(|| vec![Scope::Workspace], |found| shown([found]))
            },
            |_| ROW,
            read,
        );
        let example = example.await?;
        Ok(example.as_ref().clone())
    }

    /// See [`Store::accounts_beginning`](crate::store::Store::accounts_beginning).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn accounts_beginning(&self, typed: &str, most: u32) -> Result<Vec<AccountBrief>> {
        self.store.accounts_beginning(self.workspace, typed, most).await
    }

    /// See [`Store::people_at`](crate::store::Store::people_at).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn people_at(&self, email: &str) -> Result<Vec<Person>> {
        self.store.people_at(self.workspace, email).await
    }

    /// See [`Store::customers_of`](crate::store::Store::customers_of).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn customers_of(&self, domain: &str) -> Result<Vec<Person>> {
        self.store.customers_of(self.workspace, domain).await
    }

    /// See [`Store::account_data`](crate::store::Store::account_data).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn account_data(&self, account: &str) -> Result<Arc<AccountData>> {
        let read = self.store.account_data(self.workspace, account);
        self.remember(format!("data {account}"), of(account), size_of_data, read).await
    }

    /// See [`Store::account_data_of`](crate::store::Store::account_data_of).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn account_data_of(&self, accounts: &[AccountId], as_of: NaiveDate) -> Result<Arc<Vec<AccountData>>> {
        let size = |all: &Vec<AccountData>| all.iter().map(size_of_data).sum();
        let scopes = |all: &Vec<AccountData>| {
            let found = all.iter().map(|data| data.account.record.domain.as_str());
            these(found, all.len() < accounts.len())
        };
        let read = self.store.account_data_of(self.workspace, accounts, as_of);
        self.remember(format!("data {as_of} {accounts:?}"), scopes, size, read).await
    }

    /// How many records of each kind an account has, with the dates of the oldest and the newest; kinds without a record
    /// are there with a count of 0.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn counts(&self, account: &str) -> Result<Arc<Vec<KindSpan>>> {
        let scopes = |_: &Vec<KindSpan>| vec![account_scope(account), Scope::Releases, Scope::Kinds];
        let read = async {
            let data = self.account_data(account).await?;
            let releases = self.store.release_span(self.workspace);
            let releases =
                self.remember("releases counted".to_owned(), |_| vec![Scope::Releases], |_| ROW, releases).await?;
            let spans = data.spans().into_iter().chain([*releases]);
            let connected = |span: Span| span.where_connected(self.counts.contains_key(span.kind.wire()));
            Ok::<_, StoreError>(spans.map(connected).collect())
        };
        self.remember(format!("counts {account}"), scopes, |found| rows(found), read).await
    }

    /// See [`Store::workspace_counts`](crate::store::Store::workspace_counts).
    #[must_use]
    pub fn workspace_counts(&self, kinds: &[RecordKind]) -> Vec<(RecordKind, u64)> {
        let count = |kind: RecordKind| match kind {
            RecordKind::Account => self.accounts,
            kind => self.counts.get(kind.wire()).copied().unwrap_or_default().unsigned_abs(),
        };
        kinds.iter().map(|kind| (*kind, count(*kind))).collect()
    }

    /// The calls and e-mails of the workspace that promises and requests were not read in, for their language.
    #[must_use]
    pub fn workspace_unheard(&self) -> Vec<Unheard> {
        let of = |(name, records): (&String, &i64)| {
            let (kind, language) = name.strip_prefix("unheard/")?.split_once('/')?;
            let kind = RecordKind::ALL.into_iter().find(|known| known.wire() == kind)?;
            Some(Unheard { kind, language: language.to_owned(), records: records.unsigned_abs() })
        };
        self.counts.iter().filter_map(of).collect()
    }

    /// See [`Store::activity`](crate::store::Store::activity).
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
    ) -> Result<Arc<Vec<(Moment, Record)>>> {
        let name = format!("activity {account} {kinds:?} {window:?} {person:?} {limit}");
        let size = |found: &Vec<(Moment, Record)>| found.iter().map(|(_, record)| ROW + record.text_bytes()).sum();
        let read = self.store.activity(self.workspace, account, kinds, window, person, limit);
        self.remember(name, of(account), size, read).await
    }

    /// See [`Store::calls`](crate::store::Store::calls).
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
        self.remember(name, of(account), size, self.store.calls(self.workspace, account, window, person, limit)).await
    }

    /// See [`Store::emails`](crate::store::Store::emails).
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
        let read = self.store.emails(self.workspace, account, window, person, limit);
        self.remember(name, of(account), |found| letters(found), read).await
    }

    /// See [`Store::thread`](crate::store::Store::thread).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn thread(&self, account: &str, thread_id: &str) -> Result<Arc<Vec<Email>>> {
        let read = self.store.thread(self.workspace, account, thread_id);
        self.remember(format!("thread {account} {thread_id}"), of(account), |found| letters(found), read).await
    }

    /// See [`Store::signals`](crate::store::Store::signals).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn signals(&self, account: &str, kinds: &[SignalKind], window: &Window) -> Result<Arc<Vec<Signal>>> {
        let name = format!("signals {account} {kinds:?} {window:?}");
        let read = self.store.signals(self.workspace, account, kinds, window);
        self.remember(name, of(account), |found| rows(found), read).await
    }

    /// See [`Store::latest_signals`](crate::store::Store::latest_signals).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn latest_signals(&self, kind: SignalKind, window: &Window, most: u32) -> Result<Arc<Vec<Signal>>> {
        let name = format!("latest signals {kind:?} {window:?} {most}");
        let read = self.store.latest_signals(self.workspace, kind, window, most);
        self.remember(name, |_| vec![Scope::Workspace], |found| rows(found), read).await
    }

    /// See [`Store::noticed`](crate::store::Store::noticed).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn noticed(&self, account: &str, kinds: &[SignalKind], window: &Window) -> Result<Arc<Vec<Noticed>>> {
        let name = format!("noticed {account} {kinds:?} {window:?}");
        let read = self.store.noticed(self.workspace, account, kinds, window);
        self.remember(name, of(account), |found| rows(found), read).await
    }

    /// See [`Store::summaries`](crate::store::Store::summaries); the calls are of `account`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn summaries(&self, account: &str, calls: &[String]) -> Result<Arc<HashMap<String, (String, String)>>> {
        let size = |found: &HashMap<String, (String, String)>| found.len() * 2 * ROW;
        let read = self.store.summaries(self.workspace, calls);
        self.remember(format!("summaries {account} {calls:?}"), of(account), size, read).await
    }

    /// See [`Store::commitments`](crate::store::Store::commitments).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn commitments(&self, account: &str, window: &Window) -> Result<Arc<Vec<Commitment>>> {
        let read = self.store.commitments(self.workspace, account, window);
        self.remember(format!("commitments {account} {window:?}"), of(account), |found| rows(found), read).await
    }

    /// See [`Store::promises`](crate::store::Store::promises).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn promises(&self, wanted: &PromisesWanted, today: NaiveDate, most: u32) -> Result<Arc<Promises>> {
        let read = self.store.promises(self.workspace, wanted, today, most);
        let size = |found: &Promises| rows(&found.items);
        self.remember(format!("promises {wanted:?} {today} {most}"), |_| vec![Scope::Workspace], size, read).await
    }

    /// See [`Store::requests`](crate::store::Store::requests).
    ///
    /// # Errors
    /// [`StoreError::NotFound`] naming the account.
    pub async fn requests(&self, account: &str, window: &Window) -> Result<Arc<Vec<Request>>> {
        let read = self.store.requests(self.workspace, account, window);
        self.remember(format!("requests {account} {window:?}"), of(account), |found| rows(found), read).await
    }

    /// See [`Store::latest_requests`](crate::store::Store::latest_requests).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn latest_requests(&self, window: &Window, stems: &[String], most: u32) -> Result<Arc<Vec<Request>>> {
        let name = format!("latest requests {window:?} {stems:?} {most}");
        let read = self.store.latest_requests(self.workspace, window, stems, most);
        self.remember(name, |_| vec![Scope::Workspace], |found| rows(found), read).await
    }

    /// See [`Store::releases`](crate::store::Store::releases).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn releases(&self, window: &Window) -> Result<Arc<Vec<Release>>> {
        let size = |releases: &Vec<Release>| releases.iter().map(|release| ROW + release.body.len()).sum();
        let read = self.store.releases(self.workspace, window);
        self.remember(format!("releases {window:?}"), |_| vec![Scope::Releases], size, read).await
    }

    /// See [`Store::titles`](crate::store::Store::titles).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn titles(&self, records: &[RecordRef]) -> Result<Arc<HashMap<RecordRef, (String, Option<String>)>>> {
        let names: Vec<String> = records.iter().map(|record| format!("{}/{}", record.kind, record.id)).collect();
        let scopes =
            |found: &Titles| these(found.accounts.iter().map(String::as_str), found.titles.len() < records.len());
        let titles = Box::pin(async {
            let found = self.store.titles_and_accounts(self.workspace, records).await?;
            let accounts = found.iter().map(|found| found.account.clone()).collect();
            let titles = found.into_iter().map(|found| (found.record, (found.title, found.url))).collect();
            Ok::<_, StoreError>(Titles { titles: Arc::new(titles), accounts })
        });
        let size = |found: &Titles| found.titles.len() * ROW;
        let found = self.remember(format!("titles {}", names.join(" ")), scopes, size, titles).await?;
        Ok(Arc::clone(&found.titles))
    }

    /// See [`Store::records`](crate::store::Store::records).
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when the database cannot be reached.
    pub async fn records(&self, records: &[RecordRef]) -> Result<Arc<Vec<Record>>> {
        let names: Vec<String> = records.iter().map(|record| format!("{}/{}", record.kind, record.id)).collect();
        let size = |found: &Vec<Record>| found.iter().map(|record| ROW + record.text_bytes()).sum();
        let scopes = |found: &Vec<Record>| {
            let releases = found.iter().any(|record| matches!(record, Record::Release(_)));
            let all = these(found.iter().filter_map(Record::account), found.len() < records.len());
            all.into_iter().chain(releases.then_some(Scope::Releases)).collect()
        };
        let read = self.store.records(self.workspace, records);
        self.remember(format!("records {}", names.join(" ")), scopes, size, read).await
    }
}
fn briefs_of(domains: &[String]) -> String {
    format!("briefs {}", domains.join("/"))
}
