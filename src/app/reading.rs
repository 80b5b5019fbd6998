//! Reading: promises and requests from the conversations of the accounts in which something was said.
//!
//! Only what is new or has changed is heard; what was heard before is kept in the store, and so is what became of the
//! promises, which are judged again when something new may show that they were kept. What a language model noted in them
//! meanwhile is added as far as the words bear it out.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt as _, stream};

use super::intake::{Intake, report};
use super::{AppError, ProgressSink};
use crate::domain::activity::{Release, Signal};
use crate::domain::record::RecordRef;
use crate::domain::team::Team;
use crate::domain::time::Window;
use crate::model::reader::{HeardIn, Mark, Reader, ReaderError, Reading, Setting, Talk, Work, join};
use crate::store::{Hearing, NotesOf, ToRead};

/// Accounts read at once, at most; the store's connections are shared with those who ask.
const MOST_READERS: usize = 4;

/// Accounts listed at once to be read.
const LISTED: u32 = 500;

/// What was heard for the first time is kept whenever it is so many talks, or their words have about so many bytes: a crash
/// loses no more, and an account of short talks is not kept one by one.
const KEPT_AT_ONCE: (usize, usize) = (50, 256 * 1024);

/// How long an account's reading under way may still take when the program ends. What was heard until then is kept.
const LAST_WORDS: Duration = Duration::from_secs(3);

impl Intake {
    /// Reads the accounts whose conversations, or what shows that promises were kept, changed. Stops between two talks
    /// when the program ends; what was heard until then is kept.
    ///
    /// # Errors
    /// When the store or the reader is out of reach. What one account cannot be read for keeps no other from being read.
    pub async fn read_accounts(&self, progress: &ProgressSink) -> Result<(), AppError> {
        let total = self.store.count_to_read(self.workspace).await?;
        if total == 0 {
            return Ok(());
        }
        let releases = Arc::new(self.store.releases(self.workspace, &Window::ALWAYS).await?);
        let team = Arc::new(self.store.team(self.workspace).await?);
        // Reading is all computing, so as many at once as there are cores; each holds one account's conversations.
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_READERS);
        let read = |account: ToRead| {
            let (releases, team) = (&releases, &team);
            async move {
                tokio::select! {
                    biased;
                    () = self.given_up() => Ok(()),
                    read = Box::pin(self.read_account(&account, releases, team)) => read,
                }
            }
        };
        let (mut done, mut unreadable, mut after) = (0, None, None);
        report(progress, "Reading conversations", done, Some(total));
        loop {
            // By domain, so that one that cannot be read is met once.
            let accounts = self.store.accounts_to_read(self.workspace, after.as_deref(), LISTED).await?;
            let Some(last) = accounts.last() else { break };
            after = Some(last.domain.clone());
            let to_read = stream::iter(accounts).take_while(|_| std::future::ready(!self.stop.is_cancelled()));
            let mut readings = to_read.map(read).buffer_unordered(cores);
            while let Some(read) = readings.next().await {
                match read {
                    // Deleted meanwhile.
                    Ok(()) | Err(AppError::NotFound(_)) => done += 1,
                    Err(error @ AppError::Internal { .. }) => unreadable = unreadable.or(Some(error)),
                    Err(error) => return Err(error),
                }
                report(progress, "Reading conversations", done, Some(total.max(done)));
            }
            if self.stop.is_cancelled() {
                break;
            }
        }
        unreadable.map_or(Ok(()), Err)
    }

    /// Returns when the program ends and what is under way has had its time.
    async fn given_up(&self) {
        self.stop.cancelled().await;
        tokio::time::sleep(LAST_WORDS).await;
    }

    async fn read_account(
        &self,
        to_read: &ToRead,
        releases: &Arc<Vec<Release>>,
        team: &Arc<Team>,
    ) -> Result<(), AppError> {
        let domain = &to_read.domain;
        let always = Window::ALWAYS;
        let noted = async {
            if self.with_notes { self.store.notes_on(self.workspace, domain).await } else { Ok(HashMap::new()) }
        };
        let (account, calls, emails, kept, noted, notes, projects, signals, marks) = tokio::try_join!(
            self.store.account(self.workspace, domain),
            self.store.calls(self.workspace, domain, &always, None, i32::MAX as u32),
            self.store.emails(self.workspace, domain, &always, None, i32::MAX as u32),
            self.store.heard(self.workspace, domain),
            noted,
            self.store.notes(self.workspace, domain, &always),
            self.store.projects(self.workspace, domain, &always),
            self.store.signals(self.workspace, domain, &[], &always),
            self.store.marks(self.workspace, domain),
        )?;
        let (intake, shipped, runtime) = (self.clone(), Arc::clone(releases), tokio::runtime::Handle::current());
        let team = Arc::clone(team);
        // Reading is long work without waiting; it must not hold up what else runs here.
        let reading = tokio::task::spawn_blocking(move || {
            let (talks, works) = (Talk::all(&calls, &emails), Work::all(&notes, &projects, &shipped));
            let kept = Kept { heard: kept, noted, marks };
            let setting = Setting::with(&account.record, &team, &talks).with_dates(intake.day_first);
            runtime.block_on(intake.read(&setting, &talks, (&works, &signals), &kept))
        });
        let reading = reading.await.map_err(|error| AppError::Internal {
            public: format!("The conversations of {domain} could not be read; the log of the service says more."),
            source: error.into(),
        })?;
        if let Some(reading) = reading? {
            self.store.replace_reading(self.workspace, domain, &reading, to_read.version).await?;
        }
        Ok(())
    }

    /// Hears what was not heard before, keeps it as it comes, and makes one reading of all; none when the program ended
    /// meanwhile.
    async fn read(
        &self,
        setting: &Setting<'_>,
        talks: &[Talk<'_>],
        (works, signals): (&[Work<'_>], &[Signal]),
        kept: &Kept,
    ) -> Result<Option<Reading>, AppError> {
        let (mut all, mut new, mut bytes) = (Vec::with_capacity(talks.len()), Vec::new(), 0);
        let (most_talks, most_bytes) = KEPT_AT_ONCE;
        let keep = async |new: &mut Vec<Hearing>| {
            self.store.put_heard(self.workspace, setting.domain(), new).await?;
            new.clear();
            Ok::<_, AppError>(())
        };
        for talk in talks {
            if self.stop.is_cancelled() {
                keep(&mut new).await?;
                return Ok(None);
            }
            match hear(self.reader.as_ref(), *talk, setting, &kept.heard).await {
                Ok((mut heard, hearing)) => {
                    if let Some(notes) = kept.noted.get(&talk.reference()) {
                        heard.heard.add(&notes.noted, &notes.model, *talk, setting);
                    }
                    all.push(heard);
                    bytes += if hearing.is_some() { talk.bytes() } else { 0 };
                    new.extend(hearing);
                }
                // Hearing may have cost money.
                Err(error) => return keep(&mut new).await.and(Err(error)),
            }
            if new.len() >= most_talks || bytes >= most_bytes {
                keep(&mut new).await?;
                bytes = 0;
            }
        }
        keep(&mut new).await?;
        join(setting, all, works, signals, &kept.marks).map(Some).map_err(unreadable)
    }
}

/// What is known from reading an account before.
struct Kept {
    heard: HashMap<RecordRef, Hearing>,
    noted: HashMap<RecordRef, NotesOf>,
    marks: BTreeMap<String, Mark>,
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
