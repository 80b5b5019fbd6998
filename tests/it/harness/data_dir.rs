//! A data directory of a test's own. What is made for it elsewhere on the machine goes with it.

use std::path::{Path, PathBuf};

/// A data directory; gone with all that belongs to it when dropped.
pub struct DataDir {
    folder: tempfile::TempDir,
}

impl DataDir {
    /// An empty one.
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where its private PostgreSQL is: elsewhere when the user who runs that cannot enter the directory.
    pub fn cluster(&self) -> PathBuf {
        self.elsewhere().unwrap_or_else(|| self.path().join("postgres"))
    }

    /// Where it is said to be elsewhere.
    fn elsewhere(&self) -> Option<PathBuf> {
        let noted = std::fs::read_to_string(self.path().join("postgres.location")).ok()?;
        Some(PathBuf::from(noted.trim()))
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        if let Some(elsewhere) = self.elsewhere().filter(|folder| folder.starts_with("/var/lib/success-agent")) {
            drop(std::fs::remove_dir_all(elsewhere));
        }
    }
}
