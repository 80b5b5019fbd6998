//! What can go wrong in the store, sorted by what the caller should do. Told from error codes, never from message text.

use graphile_worker::DbError;
use sqlx::error::ErrorKind;

use crate::domain::id::WorkspaceId;

/// Why the store could not do what was asked. The text of every variant but [`StoreError::Internal`] is safe to show.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What was named does not exist.
    #[error("{0}")]
    NotFound(String),
    /// Somebody else holds what is needed, or changed it meanwhile.
    #[error("{0}")]
    Conflict(String),
    /// The request itself is wrong; it will fail again unless changed.
    #[error("{0}")]
    Invalid(String),
    /// The database is out of reach, starting or full; trying again later may help, the text says what to do.
    #[error("{0}")]
    Unavailable(String),
    /// A fault of ours; the source is for the log.
    #[error("The database did something unexpected.")]
    Internal(#[source] anyhow::Error),
}

impl StoreError {
    /// The account `domain` does not exist.
    pub(super) fn no_account(domain: &str) -> Self {
        Self::NotFound(format!("There is no account `{domain}` in this workspace."))
    }

    /// The workspace does not exist.
    pub(super) fn no_workspace(workspace: WorkspaceId) -> Self {
        Self::NotFound(format!("There is no workspace {workspace}."))
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(database) => {
                let code = database.code().unwrap_or_default().into_owned();
                let kind = database.kind();
                classify(&code, &kind).unwrap_or_else(|| Self::Internal(error.into()))
            }
            sqlx::Error::PoolTimedOut => no_connection(),
            sqlx::Error::Io(io) if io.kind() == std::io::ErrorKind::StorageFull => disk_full(),
            sqlx::Error::Io(_) | sqlx::Error::PoolClosed | sqlx::Error::WorkerCrashed | sqlx::Error::Protocol(_) => {
                lost()
            }
            sqlx::Error::Tls(_) => Self::Unavailable(
                "The database refused the encrypted connection. Check `sslmode` in DATABASE_URL.".to_owned(),
            ),
            sqlx::Error::Configuration(_) => Self::Invalid(
                "DATABASE_URL is not an address of a database; write postgres://user:password@host:5432/name."
                    .to_owned(),
            ),
            _ => Self::Internal(error.into()),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            MigrateError::VersionMissing(version) => Self::Unavailable(format!(
                "The database was made by a newer version of success-agent (it has migration {version}). Upgrade this program, or give it another database."
            )),
            MigrateError::VersionMismatch(version) => Self::Unavailable(format!(
                "The database was made by a different build of success-agent (migration {version} differs). Use the build that made it, or give this one another database."
            )),
            MigrateError::Dirty(version) => Self::Unavailable(format!(
                "An earlier upgrade of the database stopped half way (migration {version}). Restore it from a backup."
            )),
            other => Self::Internal(other.into()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(error.into())
    }
}

/// A connection could not be had in time, which says nothing of those that are open.
fn no_connection() -> StoreError {
    StoreError::Unavailable(
        "The database gave no connection in time: it or the machine is busy, or it is down. Try again in a moment."
            .to_owned(),
    )
}

/// What a failure of the queue's library means. It keeps the code of a statement that PostgreSQL refused, and none where
/// there was no connection to send it over.
pub(super) fn of_queue(error: impl std::error::Error + Send + Sync + 'static) -> StoreError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(found) = cause {
        if let Some(database) = found.downcast_ref::<DbError>() {
            let meant = database.code().map_or_else(|| Some(no_connection()), |code| classify(code, &ErrorKind::Other));
            return meant.unwrap_or_else(|| StoreError::Internal(error.into()));
        }
        cause = found.source();
    }
    StoreError::Internal(error.into())
}

fn lost() -> StoreError {
    StoreError::Unavailable("The connection to the database was lost. Try again in a moment.".to_owned())
}

/// The sentence for a full disk, wherever it shows.
pub(super) fn disk_full() -> StoreError {
    StoreError::Unavailable(
        "The disk the database is on is full. Free some space and try again; nothing that was stored is lost."
            .to_owned(),
    )
}

/// Sorts an error code of PostgreSQL (SQLSTATE); none when it is a fault of ours.
fn classify(code: &str, kind: &ErrorKind) -> Option<StoreError> {
    Some(match code {
        "53100" => disk_full(),
        "53200" => StoreError::Unavailable("The database ran out of memory. Try again in a moment.".to_owned()),
        "53300" => StoreError::Unavailable(
            "The database has no free connection. Try again in a moment, or raise its max_connections.".to_owned(),
        ),
        "57P03" => StoreError::Unavailable("The database is starting. Try again in a moment.".to_owned()),
        "57P01" | "57P02" | "57P05" => lost(),
        "57014" => StoreError::Unavailable("The database took too long and the query was stopped.".to_owned()),
        "28000" | "28P01" => StoreError::Unavailable(
            "The database refused the login. Check the user and password in DATABASE_URL.".to_owned(),
        ),
        "3D000" => {
            StoreError::Unavailable("The database named in DATABASE_URL does not exist. Create it first.".to_owned())
        }
        "42501" => StoreError::Unavailable(
            "The database user may not do this. Make it the owner of the database named in DATABASE_URL.".to_owned(),
        ),
        "25006" => StoreError::Unavailable(
            "The database only takes reads. Point DATABASE_URL at the primary server.".to_owned(),
        ),
        "40001" | "40P01" | "55P03" => {
            StoreError::Conflict("Somebody else changed the same records at the same time. Try again.".to_owned())
        }
        "22021" | "22P05" => {
            StoreError::Invalid("The text holds characters that cannot be stored (NUL). Remove them.".to_owned())
        }
        "22008" => StoreError::Invalid("A date is outside of what can be stored; use years 1 to 9999.".to_owned()),
        _ if code.starts_with("08") => lost(),
        _ if *kind == ErrorKind::UniqueViolation => {
            StoreError::Conflict("A record with this id is there already.".to_owned())
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_of_failure_says_what_to_do() {
        let sorted = |code: &str| classify(code, &ErrorKind::Other);
        assert!(matches!(sorted("57P03"), Some(StoreError::Unavailable(text)) if text.contains("starting")));
        assert!(matches!(sorted("53100"), Some(StoreError::Unavailable(text)) if text.contains("Free some space")));
        assert!(matches!(sorted("08006"), Some(StoreError::Unavailable(text)) if text.contains("lost")));
        assert!(matches!(sorted("28P01"), Some(StoreError::Unavailable(text)) if text.contains("DATABASE_URL")));
        assert!(matches!(sorted("40P01"), Some(StoreError::Conflict(_))));
        assert!(sorted("42601").is_none(), "a fault in our SQL is not excused");
    }

    #[test]
    fn a_connection_that_is_not_had_in_time_is_none_that_was_lost() {
        let (pool, queue) = (sqlx::Error::PoolTimedOut.into(), of_queue(DbError::new("pool timed out")));
        for error in [pool, queue] {
            assert!(matches!(&error, StoreError::Unavailable(text) if text.contains("busy")), "{error:?}");
        }
        let refused = of_queue(DbError::with_code("starting", "57P03"));
        assert!(matches!(refused, StoreError::Unavailable(text) if text.contains("starting")));
        assert!(matches!(of_queue(DbError::with_code("syntax", "42601")), StoreError::Internal(_)));
    }
}
