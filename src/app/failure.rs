//! What a failure below means to a caller of the application.

use super::AppError;
use crate::knowledge::IndexError;
use crate::store::StoreError;

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound(text) => Self::NotFound(text),
            StoreError::Conflict(text) => Self::Conflict(text),
            StoreError::Invalid(text) => Self::Invalid(text),
            StoreError::Unavailable(text) => Self::Unavailable(text),
            StoreError::Internal(source) => Self::Internal {
                public: "The database did something unexpected; the log of the service says more.".to_owned(),
                source,
            },
        }
    }
}

impl From<IndexError> for AppError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Invalid(text) => Self::Invalid(text),
            IndexError::Unavailable(text) | IndexError::DiskFull(text) | IndexError::NeedsRebuild(text) => {
                Self::Unavailable(text)
            }
            IndexError::Internal(source) => Self::Internal {
                public: "The search index failed; see the log, and run `success-agent reindex` if it keeps failing."
                    .to_owned(),
                source,
            },
        }
    }
}
