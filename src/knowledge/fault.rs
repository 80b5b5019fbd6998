//! What the faults of the engine in this process and of the disk under it ask of the caller.

use std::path::Path;

use qdrant_edge::OperationError;

use super::IndexError;

pub(super) fn rebuild(directory: &Path, why: &str) -> String {
    format!("The search index in {} {why}; run `success-agent reindex` to build it anew.", directory.display())
}

pub(super) fn damaged(directory: &Path, error: &OperationError) -> IndexError {
    tracing::error!(%error, "the search index could not be read");
    IndexError::NeedsRebuild(rebuild(directory, "is damaged"))
}

pub(super) fn failed(error: OperationError) -> IndexError {
    match error {
        OperationError::InconsistentStorage { .. } => {
            IndexError::NeedsRebuild("The search index is damaged; run `success-agent reindex`.".to_owned())
        }
        OperationError::OutOfMemory { .. } | OperationError::Timeout { .. } | OperationError::Cancelled { .. } => {
            IndexError::Unavailable("The search index is overloaded; try again in a moment.".to_owned())
        }
        other => IndexError::Internal(other.into()),
    }
}

pub(super) fn io(path: &Path, error: std::io::Error) -> IndexError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            IndexError::DiskFull(format!("No room is left on the disk of {}; make room and try again.", path.display()))
        }
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => IndexError::Invalid(format!(
            "{} cannot be written; fix its permissions or choose another data directory.",
            path.display()
        )),
        _ => IndexError::Internal(anyhow::Error::new(error).context(path.display().to_string())),
    }
}
