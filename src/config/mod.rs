//! Configuration: one small documented struct per concern, read once at start. Nothing else reads the environment.

use std::path::PathBuf;

use crate::domain::time::Clock;

/// Everything the program can be told.
#[derive(Clone, Debug)]
pub struct Config {
    /// Folder for everything the program keeps: database, index, locks.
    pub data_dir: PathBuf,
    /// Where "now" comes from.
    pub clock: Clock,
    /// Name of the workspace that commands and pages work in.
    pub workspace: String,
    /// PostgreSQL.
    pub database: DatabaseConfig,
    /// The vector index.
    pub index: IndexConfig,
}

/// Which PostgreSQL to use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// A server to use (`postgres://…`). None: a private cluster in the data directory.
    pub url: Option<String>,
}

/// Which vector index to use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IndexConfig {
    /// A Qdrant server (gRPC, `http://host:6334`). None: Qdrant Edge in this process, in the data directory.
    pub url: Option<String>,
    /// API key for the server.
    pub api_key: Option<String>,
}
