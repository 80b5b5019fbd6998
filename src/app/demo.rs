//! Loading the demo workspace: once a day, because its dates are offsets from today.

use std::collections::{BTreeSet, HashSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::intake::Intake;
use super::{AppError, ProgressSink};
use crate::demo;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::knowledge::chunk;
use crate::sources::import::read_line;

/// Key of what is kept about the demo data, and the name of the turn to load it.
const META: &str = "demo";

/// What is kept about the demo data that is loaded.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Loaded {
    /// The day its dates are told from; none while loading.
    today: Option<NaiveDate>,
    /// Which data it is.
    fingerprint: String,
    /// Its accounts.
    accounts: BTreeSet<String>,
    /// Its releases.
    releases: BTreeSet<String>,
    /// Its records that have passages.
    searched: BTreeSet<RecordRef>,
}

impl Intake {
    /// Loads the demo workspace, dated from today; on a new day, or when the data changed, in place of the one loaded
    /// before. Accounts and releases that are not the demo's stay as they are, also under a name the demo would use.
    /// Gives whether anything was loaded; when not, takes a few milliseconds.
    ///
    /// # Errors
    /// When the store or the index is out of reach; the next start loads it again.
    pub async fn load_demo(&self, progress: &ProgressSink) -> Result<bool, AppError> {
        let today = self.clock.today();
        let fingerprint = demo::fingerprint();
        let is_loaded = |loaded: &Option<Loaded>| matches!(loaded, Some(loaded) if loaded.today == Some(today) && loaded.fingerprint == fingerprint);
        if is_loaded(&self.store.meta(self.workspace, META).await?) {
            return Ok(false);
        }
        let _turn = self.store.lease(self.workspace, META).await?;
        let before: Option<Loaded> = self.store.meta(self.workspace, META).await?;
        if is_loaded(&before) {
            return Ok(false);
        }
        let before = before.unwrap_or_default();
        let records = self.without_others(demo::demo_jsonl(today), &before).await?;
        let mut loading = Loaded { fingerprint, ..named(&records) };
        self.replace(&before, &mut loading).await?;

        let lines: Vec<u8> =
            records.into_iter().flat_map(|(line, _)| line.into_bytes().into_iter().chain([b'\n'])).collect();
        let summary = self.import(None, lines.as_slice(), progress).await?;
        if let Some(rejected) = summary.rejected.first() {
            tracing::warn!(line = rejected.line, total = summary.rejected_total, "demo records did not land");
        }
        loading.today = Some(today);
        self.store.put_meta(self.workspace, META, &loading).await?;
        Ok(true)
    }

    /// The demo's records but those of accounts and releases somebody else brought.
    async fn without_others(&self, text: String, before: &Loaded) -> Result<Vec<(String, Record)>, AppError> {
        let loaded: BTreeSet<String> = text
            .lines()
            .filter_map(|line| read_line(line.as_bytes()).ok()?.record.account().map(str::to_owned))
            .collect();
        let loaded: Vec<String> = loaded.into_iter().collect();
        let accounts: HashSet<String> = self.store.briefs(self.workspace, &loaded).await?.into_keys().collect();
        let releases = self.store.releases(self.workspace, &crate::domain::time::Window::ALWAYS).await?;
        let releases: HashSet<String> = releases.into_iter().map(|release| release.id).collect();
        let records = text.lines().filter_map(|line| Some((line.to_owned(), read_line(line.as_bytes()).ok()?.record)));
        Ok(records
            .filter(|(_, record)| match (record, record.account()) {
                (Record::Release(release), _) => {
                    !releases.contains(&release.id) || before.releases.contains(&release.id)
                }
                (_, Some(domain)) => !accounts.contains(domain) || before.accounts.contains(domain),
                (_, None) => true,
            })
            .collect())
    }

    /// Takes away what was loaded before, and notes what is going to be, so that a crash from here on is cleared up by
    /// the next load.
    async fn replace(&self, before: &Loaded, loading: &mut Loaded) -> Result<(), AppError> {
        let both = |left: &BTreeSet<String>, right: &BTreeSet<String>| left.union(right).cloned().collect();
        let noted = Loaded {
            today: None,
            fingerprint: loading.fingerprint.clone(),
            accounts: both(&before.accounts, &loading.accounts),
            releases: both(&before.releases, &loading.releases),
            searched: before.searched.union(&loading.searched).cloned().collect(),
        };
        self.store.put_meta(self.workspace, META, &noted).await?;
        let accounts: Vec<&str> = before.accounts.iter().map(String::as_str).collect();
        let releases: Vec<&str> = before.releases.iter().map(String::as_str).collect();
        if !accounts.is_empty() {
            self.store.delete_accounts(self.workspace, &accounts).await?;
        }
        if !releases.is_empty() {
            self.store.delete_releases(self.workspace, &releases).await?;
        }
        // The others are replaced when they are indexed again.
        let gone: Vec<RecordRef> = before.searched.difference(&loading.searched).cloned().collect();
        if !gone.is_empty()
            && let Err(error) = self.forget(&gone).await
        {
            // The records are gone, whatever the index says; the next load has it forget them.
            tracing::warn!(error = &error as &dyn std::error::Error, "the index could not forget the demo of before");
            loading.searched.extend(gone);
        }
        Ok(())
    }
}

/// What the records are known by.
fn named(records: &[(String, Record)]) -> Loaded {
    let mut loaded = Loaded::default();
    for (_, record) in records {
        let reference = record.reference();
        match reference.kind {
            RecordKind::Account => {
                loaded.accounts.insert(reference.id);
            }
            RecordKind::Release => {
                loaded.releases.insert(reference.id);
            }
            _ => {}
        }
        loaded.searched.extend(chunk::source(record));
    }
    loaded
}
