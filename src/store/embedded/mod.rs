//! The private PostgreSQL in the data directory, used when no server is configured.
//!
//! | file | what it does |
//! |---|---|
//! | `lock.rs` | one process at a time works in a data directory |
//! | `binaries.rs` | finds PostgreSQL's programs |
//! | `owner.rs` | the user it runs as |
//! | `place.rs` | its folders |
//! | `private.rs` | nobody but its user reads what is in a data directory |
//! | `leftover.rs` | what an earlier run left running, or lying about |
//! | `purge.rs` | takes all of it away |
//! | `server.rs` | one run of the server: start, wait until it is ready, signal |
//!
//! The server listens on a Unix socket only, in a folder nobody else can enter, and lets in two users of the system: the
//! one it runs as and ours. It ends with us: a small watcher holds a pipe from this process and shuts the server down when
//! the pipe closes, whichever way we go. What outlives even that is stopped by the next start. When the server itself is
//! killed it is started again, and recovers.

mod binaries;
mod leftover;
mod lock;
mod owner;
mod place;
mod private;
mod purge;
mod server;

use std::io;
use std::path::Path;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

pub use lock::DataDirLock;
pub use purge::{Belongings, belongings, purge};
use server::{Running, Server};

use super::error::disk_full;
use super::{Result, StoreError};

/// How safely the cluster keeps what it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// What was stored survives a crash of the machine.
    Full,
    /// It may not; for throw-away databases of tests.
    Relaxed,
}

/// A running private PostgreSQL. Dropped, it is told to stop; [`Cluster::stop`] waits for it.
#[derive(Debug)]
pub struct Cluster {
    url: String,
    log: std::path::PathBuf,
    stop: Option<oneshot::Sender<()>>,
    keeper: Option<JoinHandle<()>>,
}

impl Cluster {
    /// Starts the PostgreSQL of the data directory that `lock` is for; makes it on the first start.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] with one sentence that says what to do: PostgreSQL is not installed or of another
    /// version, the disk is full, a folder cannot be used.
    pub async fn start(lock: &DataDirLock, durability: Durability) -> Result<Self> {
        let directory = lock.directory().to_owned();
        let server = blocking(move || Server::prepare(&directory, durability)).await?;
        let running = server.start().await?;
        let (stop, stopped) = oneshot::channel();
        let (url, log) = (server.url(), server.log().to_owned());
        let keeper = tokio::spawn(keep(server, running, stopped));
        Ok(Self { url, log, stop: Some(stop), keeper: Some(keeper) })
    }

    /// The address for [`Store::connect`](super::Store::connect).
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The server's log.
    #[must_use]
    pub fn log(&self) -> &Path {
        &self.log
    }

    /// Stops the server, writing everything down, and waits until it is gone.
    pub async fn stop(mut self) {
        drop(self.stop.take());
        if let Some(keeper) = self.keeper.take()
            && let Err(error) = keeper.await
        {
            tracing::warn!(%error, "the keeper of the private PostgreSQL ended badly");
        }
    }
}

/// Keeps the server running until it is told to stop, or until nobody is left to tell.
async fn keep(server: Server, mut running: Running, mut stopped: oneshot::Receiver<()>) {
    let mut pause = Duration::from_millis(50);
    loop {
        tokio::select! {
            _ = &mut stopped => {
                running.stop().await;
                return;
            }
            status = running.ended() => tracing::warn!(?status, "the private PostgreSQL ended; starting it again"),
        }
        running = loop {
            match server.start().await {
                Ok(running) => break running,
                Err(error) => tracing::error!(%error, "the private PostgreSQL does not start"),
            }
            tokio::select! {
                _ = &mut stopped => return,
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(Duration::from_secs(5)),
            }
        };
    }
}

/// Runs what blocks (short commands, files) beside the runtime.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| StoreError::Internal(error.into()))?
}

/// What happened on the file system, as a sentence. `what` is its beginning: `The folder x cannot be made`.
fn failed(what: &str, error: &io::Error) -> StoreError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => disk_full(),
        io::ErrorKind::PermissionDenied => StoreError::Unavailable(format!(
            "{what}: this user may not. Allow it, or choose another place with --data-dir."
        )),
        io::ErrorKind::ReadOnlyFilesystem => {
            StoreError::Unavailable(format!("{what}: the disk is read-only. Choose another place with --data-dir."))
        }
        _ => StoreError::Unavailable(format!("{what}: {error}. Choose another place with --data-dir.")),
    }
}
