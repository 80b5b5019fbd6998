//! The lock on a data directory: one process at a time works in it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::{failed, private};
use crate::store::{Result, StoreError};

/// Held by the process that works in a data directory; let go of when dropped, also by kill −9.
#[derive(Debug)]
pub struct DataDirLock {
    directory: PathBuf,
    file: File,
}

impl DataDirLock {
    /// Takes the lock on `directory`, which is made when it is not there, and closed to other users. `role` tells others what holds it: `serve`,
    /// `import`.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] saying who holds it; [`StoreError::Unavailable`] when the directory cannot be used.
    pub fn acquire(directory: &Path, role: &str) -> Result<Self> {
        Self::attempt(directory, role)?.ok_or_else(|| held(directory))
    }

    /// Like [`DataDirLock::acquire`], waiting up to `patience` for another holder to let go.
    ///
    /// # Errors
    /// As [`DataDirLock::acquire`].
    pub async fn wait(directory: &Path, role: &str, patience: Duration) -> Result<Self> {
        let since = Instant::now();
        loop {
            if let Some(lock) = Self::attempt(directory, role)? {
                return Ok(lock);
            }
            if since.elapsed() >= patience {
                return Err(held(directory));
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Process id and role of who holds the lock on `directory`; none when nobody does.
    #[must_use]
    pub fn holder(directory: &Path) -> Option<(u32, String)> {
        let file = File::open(directory.join("lock")).ok()?;
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {}
            Ok(()) => {
                let_go(&file);
                return None;
            }
            Err(TryLockError::Error(_)) => return None,
        }
        let text = std::fs::read_to_string(directory.join("lock")).ok()?;
        let (pid, role) = text.trim().split_once(' ')?;
        Some((pid.parse().ok()?, role.to_owned()))
    }

    /// The directory it is for, as an absolute path.
    #[must_use]
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    fn attempt(directory: &Path, role: &str) -> Result<Option<Self>> {
        let cannot = |error| failed(&format!("The data directory {} cannot be used", directory.display()), &error);
        private::make(directory).map_err(cannot)?;
        let directory = directory.canonicalize().map_err(cannot)?;
        // Whoever can open the file can hold its lock.
        private::close(&directory).map_err(cannot)?;
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(directory.join("lock"))
            .map_err(cannot)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        let mut before = String::new();
        let written = file
            .read_to_string(&mut before)
            .and_then(|_| file.rewind())
            .and_then(|()| file.set_len(0))
            .and_then(|()| writeln!(file, "{} {role}", std::process::id()));
        written.map_err(cannot)?;
        Ok(Some(Self { directory, file }))
    }
}

impl Drop for DataDirLock {
    fn drop(&mut self) {
        let_go(&self.file);
    }
}

/// Closing the file would do, but for a child process that is just being started and has not closed its copy yet.
fn let_go(file: &File) {
    if let Err(error) = file.unlock() {
        tracing::debug!(%error, "the lock on the data directory could not be let go of");
    }
}

fn held(directory: &Path) -> StoreError {
    let who = DataDirLock::holder(directory)
        .map_or_else(|| "another process".to_owned(), |(pid, role)| format!("`success-agent {role}` (process {pid})"));
    StoreError::Conflict(format!(
        "The data directory {} is in use by {who}. Stop it first, or choose another with --data-dir.",
        directory.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_told_who_has_the_directory() {
        let directory = tempfile::tempdir().unwrap();
        let lock = DataDirLock::acquire(directory.path(), "serve").unwrap();
        let refused = DataDirLock::acquire(directory.path(), "import").unwrap_err().to_string();
        assert!(refused.contains("`success-agent serve`"), "{refused}");
        assert!(refused.contains(&std::process::id().to_string()), "{refused}");
        drop(lock);
        assert_eq!(DataDirLock::holder(directory.path()), None);
        DataDirLock::acquire(directory.path(), "import").unwrap();
    }

    #[tokio::test]
    async fn waiting_ends_when_the_holder_lets_go_or_patience_runs_out() {
        let directory = tempfile::tempdir().unwrap();
        let lock = DataDirLock::acquire(directory.path(), "serve").unwrap();
        let refused = DataDirLock::wait(directory.path(), "ask", Duration::ZERO).await;
        assert!(matches!(refused, Err(StoreError::Conflict(_))));
        let path = directory.path().to_owned();
        let waiting = tokio::spawn(async move { DataDirLock::wait(&path, "ask", Duration::from_secs(10)).await });
        tokio::task::yield_now().await;
        drop(lock);
        assert!(waiting.await.unwrap().is_ok());
    }

    #[test]
    fn a_data_directory_that_is_a_file_is_refused_with_its_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = DataDirLock::acquire(file.path(), "serve").unwrap_err();
        assert!(matches!(&refused, StoreError::Unavailable(text) if text.contains(&file.path().display().to_string())));
    }
}
