//! Taking away all that was made in and for a data directory, wherever it lies.

use std::io;
use std::path::{Path, PathBuf};

use super::place::Place;
use super::private::OURS;
use super::{DataDirLock, blocking, failed, leftover};
use crate::store::{Result, StoreError};

/// What belongs to a data directory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Belongings {
    /// What the program made in it.
    pub inside: Vec<PathBuf>,
    /// Folders of its private PostgreSQL elsewhere on the machine.
    pub elsewhere: Vec<PathBuf>,
    /// What else is in it, such as settings people wrote; it stays.
    pub kept: Vec<PathBuf>,
}

/// What belongs to `directory`, also where that was deleted already: the private PostgreSQL of root may lie elsewhere.
///
/// # Errors
/// [`StoreError::Unavailable`] when it cannot be looked at.
pub fn belongings(directory: &Path) -> Result<Belongings> {
    let directory = absolute(directory)?;
    let mut found = Belongings::default();
    for root in Place::roots(&directory) {
        if !root.starts_with(&directory) {
            found.elsewhere.push(root);
        }
    }
    let cannot = |error: io::Error| failed(&format!("{} cannot be looked at", directory.display()), &error);
    let entries = match std::fs::read_dir(&directory) {
        Ok(entries) => entries.collect::<io::Result<Vec<_>>>().map_err(cannot)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(cannot(error)),
    };
    for entry in entries {
        let name = entry.file_name();
        let unfinished = name.to_string_lossy().starts_with(".server.json.");
        let ours = unfinished || OURS.iter().any(|ours| name == *ours);
        if ours { &mut found.inside } else { &mut found.kept }.push(entry.path());
    }
    found.inside.sort();
    found.kept.sort();
    Ok(found)
}

/// Stops what runs on the data directory `lock` is for, and takes away what belongs to it; the directory too, when
/// nothing else is in it. The databases and the index on servers elsewhere are not touched.
///
/// # Errors
/// [`StoreError::Unavailable`] naming what could not be removed; what was removed until then is gone.
pub async fn purge(lock: DataDirLock) -> Result<()> {
    let directory = lock.directory().to_owned();
    for root in Place::roots(&directory) {
        leftover::clear(&root.join("data")).await?;
    }
    blocking(move || {
        let Belongings { inside, elsewhere, .. } = belongings(&directory)?;
        let mut gone: Vec<PathBuf> = elsewhere.into_iter().chain(inside).collect();
        // A socket whose path is short enough is in the cluster.
        let sockets: Vec<PathBuf> = gone.iter().map(|root| Place::socket(root, &directory)).collect();
        gone.extend(sockets.into_iter().filter(|socket| socket.starts_with("/tmp")));
        for path in gone {
            remove(&path)?;
        }
        // It is not empty where people keep their settings in it.
        drop(std::fs::remove_dir(&directory));
        drop(lock);
        Ok(())
    })
    .await
}

fn remove(path: &Path) -> Result<()> {
    let removed = match std::fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => std::fs::remove_dir_all(path),
        Ok(_) => std::fs::remove_file(path),
        Err(error) => Err(error),
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            let what = format!("{} cannot be removed ({error})", path.display());
            Err(StoreError::Unavailable(format!("{what}. Remove it by hand, or try again as the user it belongs to.")))
        }
        _ => Ok(()),
    }
}

/// The path as [`DataDirLock`] knows it, also when it is not there any more.
fn absolute(directory: &Path) -> Result<PathBuf> {
    let cannot = |error| failed(&format!("{} cannot be looked at", directory.display()), &error);
    if let Ok(found) = directory.canonicalize() {
        return Ok(found);
    }
    let whole = std::path::absolute(directory).map_err(cannot)?;
    let parent = whole.parent().and_then(|parent| parent.canonicalize().ok());
    Ok(match (parent, whole.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => whole,
    })
}
