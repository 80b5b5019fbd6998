//! Reading: promises and requests from the conversations of the accounts in which something was said.
//!
//! Only what is new or has changed is heard; what was heard before is kept in the store, and so is what became of the
//! promises, which are judged again when something new may show that they were kept. What a language model noted in them
//! meanwhile is added as far as the words bear it out.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use futures::{StreamExt as _, stream};

use super::intake::{Intake, report};
use super::{AppError, ProgressSink};
use crate::domain::account::AccountRecord;
use crate::domain::activity::Release;
use crate::domain::record::RecordRef;
use crate::domain::time::Window;
use crate::model::reader::{HeardIn, Mark, Reader, ReaderError, Reading, Setting, Talk, Work, join};
use crate::store::{Hearing, NotesOf, ToRead};

/// Accounts read at once, at most; the store's connections are shared with those who ask.
const MOST_READERS: usize = 4;

/// What came of reading an account.
struct Outcome {
    /// What it comes to, unless the reader failed on the way.
    reading: Result<Reading, AppError>,
    /// What was heard for the first time. Kept even when the reader failed: hearing may have cost money.
    new: Vec<Hearing>,
}

impl Intake {
    /// Reads the accounts whose conversations, or what shows that promises were kept, changed.
    ///
    /// # Errors
    /// When the store or the reader is out of reach.
    pub async fn read_accounts(&self, progress: &ProgressSink) -> Result<(), AppError> {
        let accounts = self.store.accounts_to_read(self.workspace).await?;
        if accounts.is_empty() {
            return Ok(());
        }
        let releases = Arc::new(self.store.releases(self.workspace, &Window::ALWAYS).await?);
        let total = accounts.len() as u64;
        // Reading is all computing, so as many at once as there are cores; each holds one account's conversations.
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_READERS);
        let read = |account: ToRead| {
            let releases = &releases;
            async move { Box::pin(self.read_account(&account, releases)).await }
        };
        let mut readings = stream::iter(accounts).map(read).buffer_unordered(cores);
        let mut done = 0;
        report(progress, "Reading conversations", done, Some(total));
        while let Some(read) = readings.next().await {
            match read {
                // Deleted meanwhile.
                Ok(()) | Err(AppError::NotFound(_)) => done += 1,
                Err(error) => return Err(error),
            }
            report(progress, "Reading conversations", done, Some(total));
        }
        Ok(())
    }

    async fn read_account(&self, to_read: &ToRead, releases: &Arc<Vec<Release>>) -> Result<(), AppError> {
        let domain = &to_read.domain;
        let always = Window::ALWAYS;
        let noted = async {
            if self.with_notes { self.store.notes_on(self.workspace, domain).await } else { Ok(HashMap::new()) }
        };
        let (account, calls, emails, kept, noted, notes, projects, marks) = tokio::try_join!(
            self.store.account(self.workspace, domain),
            self.store.calls(self.workspace, domain, &always, None, i32::MAX as u32),
            self.store.emails(self.workspace, domain, &always, None, i32::MAX as u32),
            self.store.heard(self.workspace, domain),
            noted,
            self.store.notes(self.workspace, domain, &always),
            self.store.projects(self.workspace, domain, &always),
            self.store.marks(self.workspace, domain),
        )?;
        let (reader, shipped) = (Arc::clone(&self.reader), Arc::clone(releases));
        let runtime = tokio::runtime::Handle::current();
        // Reading is long work without waiting; it must not hold up what else runs here.
        let outcome = tokio::task::spawn_blocking(move || {
            let (talks, works) = (Talk::all(&calls, &emails), Work::all(&notes, &projects, &shipped));
            let kept = Kept { heard: kept, noted, marks };
            runtime.block_on(read(reader.as_ref(), &account.record, &talks, &works, &kept))
        });
        let Outcome { reading, new } = outcome.await.map_err(|error| AppError::Internal {
            public: format!("The conversations of {domain} could not be read; the log of the service says more."),
            source: error.into(),
        })?;
        self.store.put_heard(self.workspace, domain, &new).await?;
        self.store.replace_reading(self.workspace, domain, &reading?, to_read.version).await?;
        Ok(())
    }
}

/// What is known from reading an account before.
struct Kept {
    heard: HashMap<RecordRef, Hearing>,
    noted: HashMap<RecordRef, NotesOf>,
    marks: BTreeMap<String, Mark>,
}

/// Hears what was not heard before, and makes one reading of all.
async fn read(
    reader: &dyn Reader,
    account: &AccountRecord,
    talks: &[Talk<'_>],
    works: &[Work<'_>],
    kept: &Kept,
) -> Outcome {
    let setting = Setting::new(account, talks);
    let (mut all, mut new) = (Vec::with_capacity(talks.len()), Vec::new());
    for talk in talks {
        match hear(reader, *talk, &setting, &kept.heard).await {
            Ok((mut heard, hearing)) => {
                if let Some(notes) = kept.noted.get(&talk.reference()) {
                    heard.heard.add(&notes.noted, &notes.model, *talk, &setting);
                }
                all.push(heard);
                new.extend(hearing);
            }
            Err(error) => return Outcome { reading: Err(error), new },
        }
    }
    Outcome { reading: join(account, all, works, &kept.marks).map_err(unreadable), new }
}

/// What was heard in a talk, and the same to keep when it was not kept.
async fn hear<'a>(
    reader: &dyn Reader,
    talk: Talk<'a>,
    setting: &Setting<'_>,
    kept: &HashMap<RecordRef, Hearing>,
) -> Result<(HeardIn<'a>, Option<Hearing>), AppError> {
    let source = talk.reference();
    let key = setting.key(talk, reader.version()).map_err(unreadable)?;
    let known = kept.get(&source).filter(|hearing| hearing.key == key);
    if let Some(heard) = known.and_then(|hearing| serde_json::from_str(&hearing.content).ok()) {
        return Ok((HeardIn { talk, key, heard }, None));
    }
    let heard = reader.hear(talk, setting).await.map_err(|error| match error {
        ReaderError::Unavailable(_) => AppError::Unavailable(error.to_string()),
        ReaderError::Unusable(_) => AppError::Internal { public: error.to_string(), source: anyhow::Error::new(error) },
    })?;
    let content = serde_json::to_string(&heard).map_err(unreadable)?;
    Ok((HeardIn { talk, key: key.clone(), heard }, Some(Hearing { source, key, content })))
}

fn unreadable(error: serde_json::Error) -> AppError {
    AppError::Internal {
        public: "What was read could not be written down; the log of the service says more.".to_owned(),
        source: error.into(),
    }
}
