//! Closing a data directory: what is in it is for the user it belongs to and for nobody else.
//!
//! Done at each start, so that what an earlier version, a copy or a careless umask left open is closed too. A folder that
//! others keep things in stays as it is, and only what is ours in it is closed.

use std::fs::{DirBuilder, Metadata, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// The folder of a cluster inside a data directory. It belongs to the user PostgreSQL runs as, who keeps it closed.
pub(super) const CLUSTER: &str = "postgres";
/// The file that says where a cluster is that is not inside.
pub(super) const LOCATION: &str = "postgres.location";
/// What the program makes in a data directory.
pub(super) const OURS: [&str; 8] =
    ["lock", "server.json", "secret.key", LOCATION, CLUSTER, "index", "meaning", "models"];

/// Only its user.
const ALONE: u32 = 0o700;
/// Others may pass through, and see nothing: the user PostgreSQL runs as has to.
const PASSED: u32 = 0o711;
/// What says that everybody may put things there, as in `/tmp`.
const STICKY: u32 = 0o1000;

/// Makes a folder that only we can enter, with the folders above it; one that is there stays as it is.
pub(super) fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(ALONE).create(path)
}

/// Writes a file that only we can read.
pub(super) fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600).open(path)?.write_all(text.as_bytes())
}

/// Closes a data directory to everybody but its user.
///
/// # Errors
/// When it cannot be looked at. That something cannot be closed, because it is somebody else's, goes to the log.
pub(super) fn close(directory: &Path) -> io::Result<()> {
    let folder = std::fs::metadata(directory)?;
    let cluster = std::fs::metadata(directory.join(CLUSTER)).ok();
    let entries: Vec<_> = std::fs::read_dir(directory)?.collect::<io::Result<_>>()?;
    let mut shared = folder.mode() & STICKY != 0 || directory.parent().is_none();
    for entry in &entries {
        shared |= entry.file_name() != CLUSTER && entry.metadata().is_ok_and(|entry| entry.uid() != folder.uid());
    }
    if shared {
        tracing::warn!(directory = %directory.display(), "others keep things in the data directory too; it stays open");
    } else {
        let passed = cluster.is_some_and(|cluster| cluster.uid() != folder.uid());
        set(directory, &folder, if passed { PASSED } else { ALONE });
    }
    for entry in entries {
        let name = entry.file_name();
        if name != CLUSTER && (!shared || OURS.iter().any(|ours| name == *ours)) {
            tighten(&entry.path());
        }
    }
    Ok(())
}

/// Takes from everybody else what they may do with `path` and all below it. Follows no link.
fn tighten(path: &Path) {
    let Ok(metadata) = std::fs::symlink_metadata(path) else { return };
    if metadata.is_symlink() {
        return;
    }
    set(path, &metadata, metadata.mode() & ALONE);
    if metadata.is_dir() {
        for entry in std::fs::read_dir(path).into_iter().flatten().flatten() {
            tighten(&entry.path());
        }
    }
}

fn set(path: &Path, metadata: &Metadata, mode: u32) {
    if metadata.mode() & 0o777 != mode
        && let Err(error) = std::fs::set_permissions(path, Permissions::from_mode(mode))
    {
        tracing::warn!(path = %path.display(), %error, "this is open to other users of the machine, and cannot be closed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().mode() & 0o7777
    }

    fn open(path: &Path, mode: u32) {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn what_lies_open_is_closed_down_to_the_last_file() {
        let directory = tempfile::tempdir().unwrap();
        let segment = directory.path().join("index/segments/one");
        std::fs::create_dir_all(&segment).unwrap();
        for file in ["lock", "success-agent.toml", "index/layout", "index/segments/one/words"] {
            std::fs::write(directory.path().join(file), "x").unwrap();
            open(&directory.path().join(file), 0o644);
        }
        for folder in ["", "index", "index/segments", "index/segments/one"] {
            open(&directory.path().join(folder), 0o755);
        }
        close(directory.path()).unwrap();
        for folder in ["", "index", "index/segments", "index/segments/one"] {
            assert_eq!(mode(&directory.path().join(folder)), 0o700, "{folder}");
        }
        for file in ["lock", "success-agent.toml", "index/layout", "index/segments/one/words"] {
            assert_eq!(mode(&directory.path().join(file)), 0o600, "{file}");
        }
    }

    #[test]
    fn a_folder_everybody_uses_stays_open_and_only_what_is_ours_is_closed() {
        let directory = tempfile::tempdir().unwrap();
        for file in ["lock", "theirs"] {
            std::fs::write(directory.path().join(file), "x").unwrap();
            open(&directory.path().join(file), 0o644);
        }
        open(directory.path(), 0o1777);
        close(directory.path()).unwrap();
        assert_eq!(mode(directory.path()), 0o1777);
        assert_eq!(mode(&directory.path().join("lock")), 0o600);
        assert_eq!(mode(&directory.path().join("theirs")), 0o644);
    }

    #[test]
    fn a_link_is_not_followed() {
        let (directory, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let target = elsewhere.path().join("open");
        std::fs::write(&target, "x").unwrap();
        open(&target, 0o644);
        std::os::unix::fs::symlink(&target, directory.path().join("models")).unwrap();
        close(directory.path()).unwrap();
        assert_eq!(mode(&target), 0o644);
    }
}
