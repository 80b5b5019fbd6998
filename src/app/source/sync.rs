//! One sync of a connection: what webhooks said has changed, what waited and can be settled now, then every stream from
//! where it was left. It is done in short stretches, each of which a crash may end anywhere: the cursor moves with the page.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::settle::{Counted, Settler};
use crate::app::{App, AppError};
use crate::domain::connection::Connection;
use crate::domain::id::ConnectionId;
use crate::domain::task::Task;
use crate::sources::{ChangedItem, Deletions, Item, Next, Page, Source, SourceError, Stream};
use crate::store::StreamCursor;

/// How long a stretch takes before others have their turn.
const STRETCH: Duration = Duration::from_secs(20);
/// Deliveries, kept items and items that are gone looked at in one go.
const BATCH: u32 = 200;
/// The longest wait after failures in a row, in minutes.
const LONGEST_WAIT: i64 = 60;

/// What a stretch of a sync came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// What became of the items.
    pub counted: Counted,
    /// Pages fetched.
    pub pages: u64,
    /// Whether there is more to fetch at once.
    pub more: bool,
}

/// Why a stretch ended early.
enum Stop {
    /// The system.
    Source(SourceError),
    /// We ourselves.
    App(AppError),
}

impl From<SourceError> for Stop {
    fn from(error: SourceError) -> Self {
        Self::Source(error)
    }
}

impl<E: Into<AppError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::App(error.into())
    }
}

impl App {
    /// Fetches what is new from a connection, for a while. What goes wrong on the other side is kept with the connection.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn sync(&self, id: ConnectionId, stop: &CancellationToken) -> Result<Synced, AppError> {
        let (store, workspace) = (&self.intake.store, self.workspace);
        let Some(connection) = store.connection(workspace, id).await?.filter(|connection| !connection.paused) else {
            return Ok(Synced::default());
        };
        let round = store.note_try(workspace, id, self.now()).await?;
        let mut synced = Synced::default();
        let ended = match self.source_of(&connection).await {
            Ok(source) => {
                let settler = Settler {
                    intake: &self.intake,
                    connection: &connection,
                    source: &*source,
                    makes: super::settings::makes_accounts(&connection),
                };
                let ended = Box::pin(self.stretch(&settler, round, stop, &mut synced)).await;
                match ended {
                    // A token that was revoked or expired early is renewed once.
                    Err(Stop::Source(SourceError::Unauthorized(_))) if self.renew(&connection, true).await? => {
                        synced.more = true;
                        Ok(())
                    }
                    ended => ended,
                }
            }
            Err(error) => Err(error),
        };
        if synced.counted != Counted::default() {
            self.intake.enqueue_again().await?;
        }
        match ended {
            Ok(()) if synced.more => {
                let task = Task::SyncSource { workspace, connection: id };
                store.enqueue_in(&task, Duration::ZERO).await?;
            }
            Ok(()) => {
                let due = self.now() + chrono::Duration::minutes(self.sources.every_minutes.into());
                if store.note_success(workspace, id, self.now(), due).await? {
                    tracing::info!(connection = connection.prefix, "a source that failed is fetched from again");
                }
            }
            Err(Stop::App(error)) => return Err(error),
            Err(Stop::Source(SourceError::RateLimited { after })) => {
                let due = self.now() + chrono::Duration::from_std(after).unwrap_or(chrono::Duration::hours(1));
                store.put_off(workspace, id, due).await?;
                store.enqueue_in(&Task::SyncSource { workspace, connection: id }, after).await?;
            }
            Err(Stop::Source(error)) => self.failed(&connection, &error).await?,
        }
        Ok(synced)
    }

    async fn source_of(&self, connection: &Connection) -> Result<Box<dyn Source>, Stop> {
        self.renew(connection, false).await.map_err(Stop::App)?;
        let access = self.access(connection).await.map_err(|error| match error {
            // The key of this program is another one: nothing that trying again mends.
            AppError::Conflict(reason) => Stop::Source(SourceError::Unauthorized(reason)),
            other => Stop::App(other),
        })?;
        crate::sources::open(connection.vendor, access, self.sources.client.clone())
            .map_err(|reason| Stop::Source(SourceError::Refused(reason)))
    }

    async fn stretch(
        &self,
        settler: &Settler<'_>,
        round: i64,
        stop: &CancellationToken,
        synced: &mut Synced,
    ) -> Result<(), Stop> {
        let began = Instant::now();
        let over = || stop.is_cancelled() || began.elapsed() > STRETCH;
        let (store, workspace, id) = (&self.intake.store, self.workspace, settler.connection.id);
        let mut cursors = store.stream_cursors(workspace, id).await?;
        let pass_of = |cursors: &std::collections::BTreeMap<String, StreamCursor>, stream: &str| {
            cursors.get(stream).map_or(1, |cursor| cursor.pass)
        };
        loop {
            let deliveries = store.open_deliveries(workspace, id, BATCH).await?;
            for (delivery, changed) in &deliveries {
                let changed: Vec<ChangedItem> = serde_json::from_value(changed.clone()).unwrap_or_default();
                for item in changed {
                    let Some(stream) = stream_called(settler, &item.stream) else { continue };
                    let page = match settler.source.item(stream, &item.id).await? {
                        Some(item) => Page { items: vec![item], ..Page::default() },
                        None => Page { gone: vec![item.id], ..Page::default() },
                    };
                    synced.counted += settler.page(stream, pass_of(&cursors, stream.name), page, None).await?;
                }
                store.close_deliveries(workspace, id, &[delivery]).await?;
                if over() {
                    synced.more = true;
                    return Ok(());
                }
            }
            if deliveries.len() < BATCH as usize {
                break;
            }
        }
        self.settle_due(settler, &cursors).await?;
        let mut forbidden = None;
        for stream in settler.source.streams() {
            let mut at = cursors.remove(stream.name).unwrap_or(StreamCursor { pass: 1, ..StreamCursor::default() });
            if !at.begun && at.round == round {
                continue;
            }
            loop {
                let cursor = at.cursor.as_ref().filter(|cursor| !cursor.is_null());
                let page = match settler.source.page(stream, cursor, self.now()).await {
                    // The other streams are worth having all the same.
                    Err(SourceError::Forbidden(reason)) => {
                        forbidden = Some(SourceError::Forbidden(reason));
                        break;
                    }
                    page => page?,
                };
                synced.pages += 1;
                let (next, done, whole) = match page.next.clone() {
                    Next::More(cursor) => (cursor, false, false),
                    Next::Done { cursor, whole } => (cursor, true, whole),
                };
                synced.counted += settler.page(stream, at.pass, page, Some((next.clone(), done, round))).await?;
                if done {
                    if whole && stream.deletions == Deletions::Unmet {
                        self.sweep(settler, stream, at.pass, synced).await?;
                    }
                    break;
                }
                at.cursor = Some(next);
                if over() {
                    synced.more = true;
                    return Ok(());
                }
            }
        }
        // Companies that came with this sync may be what its records waited for.
        let cursors = store.stream_cursors(workspace, id).await?;
        self.settle_due(settler, &cursors).await?;
        forbidden.map_or(Ok(()), |error| Err(Stop::Source(error)))
    }

    /// Settles what waited for something that has come.
    async fn settle_due(
        &self,
        settler: &Settler<'_>,
        cursors: &std::collections::BTreeMap<String, StreamCursor>,
    ) -> Result<(), AppError> {
        let (store, workspace, id) = (&self.intake.store, self.workspace, settler.connection.id);
        loop {
            let mut due = store.due_items(workspace, id, BATCH).await?;
            let Some(first) = due.first().map(|item| item.stream.clone()) else { return Ok(()) };
            due.retain(|item| item.stream == first);
            let items: Vec<Item> = due.into_iter().map(|item| Item { id: item.id, raw: item.raw }).collect();
            let Some(stream) = stream_called(settler, &first) else {
                // An earlier version had a stream that is no more.
                let ids: Vec<&str> = items.iter().map(|item| item.id.as_str()).collect();
                store.forget_items(workspace, id, &first, &ids).await?;
                continue;
            };
            settler.again(stream, cursors.get(&first).map_or(1, |cursor| cursor.pass), items).await?;
        }
    }

    /// Takes away what a pass over all of a stream did not meet, twice in a row.
    async fn sweep(
        &self,
        settler: &Settler<'_>,
        stream: &Stream,
        pass: i64,
        synced: &mut Synced,
    ) -> Result<(), AppError> {
        let (store, workspace, id) = (&self.intake.store, self.workspace, settler.connection.id);
        loop {
            let gone = store.unmet_items(workspace, id, (stream.name, pass), BATCH).await?;
            if gone.is_empty() {
                return Ok(());
            }
            synced.counted.gone += settler.gone(stream, &gone).await?;
        }
    }

    /// Keeps what went wrong, with what to do, and when it is tried again.
    async fn failed(&self, connection: &Connection, error: &SourceError) -> Result<(), AppError> {
        let times = connection.failure.as_ref().map_or(0, |failure| failure.times);
        let minutes = 1_i64.checked_shl(times).map_or(LONGEST_WAIT, |minutes| minutes.min(LONGEST_WAIT));
        let (now, prefix) = (self.now(), &connection.prefix);
        let reason = format!("{}.", error.to_string().trim_end_matches('.'));
        let remedy = match error {
            SourceError::Unauthorized(_) => {
                format!(
                    "Make a new key there if that one is no longer good, then `success-agent connect {} --again {prefix}`.",
                    connection.vendor
                )
            }
            SourceError::Forbidden(_) => {
                format!("Give the key the permission it lacks, then `success-agent sources sync {prefix}`.")
            }
            SourceError::Unavailable(_) | SourceError::RateLimited { .. } => {
                "Nothing is to be done here; it is tried again by itself.".to_owned()
            }
            SourceError::NotFound(_) | SourceError::Refused(_) => {
                format!("Check its settings with `success-agent sources {prefix}`, and connect it again with others.")
            }
            SourceError::Malformed(_) => {
                "Its interface may have changed: look for a newer version of this program.".to_owned()
            }
        };
        tracing::warn!(connection = prefix, times = times + 1, %error, "a source cannot be fetched from");
        let due = now + chrono::Duration::minutes(minutes);
        Ok(self.intake.store.note_failure(self.workspace, connection.id, now, due, (&reason, &remedy)).await?)
    }

    /// Settles everything a connection gave in the last weeks once more, from what is kept of it.
    ///
    /// # Errors
    /// When there is no such connection, or the database is out of reach.
    pub async fn remap(&self, prefix: &str) -> Result<u64, AppError> {
        let connection = self.connection_called(prefix).await?;
        let source =
            crate::sources::open(connection.vendor, self.access(&connection).await?, self.sources.client.clone())
                .map_err(AppError::Invalid)?;
        let makes = super::settings::makes_accounts(&connection);
        let settler = Settler { intake: &self.intake, connection: &connection, source: &*source, makes };
        let (store, workspace) = (&self.intake.store, self.workspace);
        let cursors = store.stream_cursors(workspace, connection.id).await?;
        let mut settled = 0;
        for stream in source.streams() {
            let mut after = String::new();
            loop {
                let kept = store.kept_items(workspace, connection.id, (stream.name, &after), BATCH).await?;
                let Some(last) = kept.last() else { break };
                after = last.id.clone();
                settled += kept.len() as u64;
                let items = kept.into_iter().map(|item| Item { id: item.id, raw: item.raw }).collect();
                settler.again(stream, cursors.get(stream.name).map_or(1, |cursor| cursor.pass), items).await?;
            }
        }
        self.intake.enqueue_again().await?;
        Ok(settled)
    }
}

fn stream_called(settler: &Settler<'_>, name: &str) -> Option<&'static Stream> {
    settler.source.streams().iter().find(|stream| stream.name == name)
}
