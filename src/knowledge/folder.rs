//! The folder of the index in this process: held by one process at a time, and with room for what is written next.

use std::fs::{DirBuilder, File, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use super::IndexError;
use super::fault::io;

/// Name of the file whose lock says who holds the directory.
pub(super) const LOCK: &str = "lock";

/// Bytes that must be free before a write: the log grows in steps of 32 MiB, and the optimizer writes a second copy.
const MUST_BE_FREE: u64 = 128 * 1024 * 1024;

/// Makes the folder, which only its user can enter.
pub(super) fn make(directory: &Path) -> Result<(), IndexError> {
    DirBuilder::new().recursive(true).mode(0o700).create(directory).map_err(|error| io(directory, error))
}

/// Holds the folder for this process, until it is dropped.
#[derive(Debug)]
pub(super) struct FolderLock(File);

impl Drop for FolderLock {
    /// Closing the file would do, but for a child process that is just being started and has not closed its copy yet.
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::debug!(%error, "the lock on the folder of the index could not be let go of");
        }
    }
}

/// Takes the folder for this process.
pub(super) fn lock(directory: &Path) -> Result<FolderLock, IndexError> {
    let path = directory.join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = file.map_err(|error| io(&path, error))?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock(file)),
        Err(TryLockError::WouldBlock) => Err(IndexError::Unavailable(format!(
            "The search index in {} is in use by another success-agent; stop that one or choose another data directory.",
            directory.display()
        ))),
        Err(TryLockError::Error(error)) => Err(io(&path, error)),
    }
}

/// Refuses when too little is free for a write.
pub(super) fn enough_room(directory: &Path) -> Result<(), IndexError> {
    let free = fs4::available_space(directory).map_err(|error| io(directory, error))?;
    if free >= MUST_BE_FREE {
        return Ok(());
    }
    Err(IndexError::DiskFull(format!(
        "Only {} MiB are free where the search index is kept ({}); make room for at least {} MiB and try again.",
        free / 1024 / 1024,
        directory.display(),
        MUST_BE_FREE / 1024 / 1024
    )))
}
