//! Where the cluster of a data directory lies: inside it, or elsewhere when the user PostgreSQL runs as cannot get there.

use std::fmt::Write;
use std::fs::{DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::failed;
use super::owner::Owner;
use crate::store::{Result, StoreError};

/// The longest folder a Unix socket fits in: an address has 104 bytes on the strictest system, `/.s.PGSQL.5432` and
/// the closing NUL take 15.
const LONGEST_SOCKET_FOLDER: usize = 88;

/// The folders of a cluster.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The folder all is in.
    pub root: PathBuf,
    /// PostgreSQL's data directory.
    pub data: PathBuf,
    /// The folder of the socket, which only its user can enter.
    pub socket: PathBuf,
    /// The server's log.
    pub log: PathBuf,
}

impl Place {
    /// The place of the cluster that belongs to `data_dir`, with its folders made, and who runs it.
    pub fn of(data_dir: &Path) -> Result<(Self, Owner)> {
        let inside = data_dir.join("postgres");
        let note = data_dir.join("postgres.location");
        let recorded = std::fs::read_to_string(&note).ok().map(|text| PathBuf::from(text.trim()));
        let root = if is_cluster(&inside) { inside.clone() } else { recorded.unwrap_or_else(|| inside.clone()) };
        let mut owner = Owner::of(&root.join("data"))?;
        if is_cluster(&root) {
            if !owner.reaches(parent(&root)) {
                return Err(StoreError::Unavailable(format!(
                    "The user `{}`, who runs the database, cannot enter {}: allow it (chmod a+x on the folders above), or choose another place with --data-dir.",
                    owner.name,
                    parent(&root).display()
                )));
            }
            return Ok((Self::at(root, data_dir, &owner)?, owner));
        }
        let root =
            if owner.reaches(data_dir) { inside } else { Path::new("/var/lib/success-agent").join(hash(data_dir)) };
        owner = Owner::of(&root.join("data"))?;
        if !root.starts_with(data_dir) {
            folder(parent(&root), 0o755)?;
            std::fs::write(&note, format!("{}\n", root.display()))
                .map_err(|error| failed(&format!("{} cannot be written", note.display()), &error))?;
        }
        Ok((Self::at(root, data_dir, &owner)?, owner))
    }

    fn at(root: PathBuf, data_dir: &Path, owner: &Owner) -> Result<Self> {
        private(&root, owner)?;
        let inside = root.join("run");
        let socket = if inside.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
            inside
        } else {
            Path::new("/tmp").join(format!("success-agent-{}", hash(data_dir)))
        };
        private(&socket, owner)?;
        Ok(Self { data: root.join("data"), log: root.join("server.log"), root, socket })
    }

    /// The major version of PostgreSQL that made the cluster; none when there is none yet.
    pub fn version(&self) -> Option<u32> {
        std::fs::read_to_string(self.data.join("PG_VERSION")).ok()?.trim().split('.').next()?.parse().ok()
    }
}

fn is_cluster(root: &Path) -> bool {
    root.join("data/PG_VERSION").is_file()
}

fn parent(path: &Path) -> &Path {
    path.parent().unwrap_or(path)
}

/// Sixteen letters that stand for a path.
fn hash(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(8).fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn folder(path: &Path, mode: u32) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new()
        .recursive(true)
        .mode(mode)
        .create(path)
        .map_err(|error| failed(&format!("The folder {} cannot be made", path.display()), &error))
}

/// Makes a folder only `owner` can enter, or makes sure that it is one.
fn private(path: &Path, owner: &Owner) -> Result<()> {
    if std::fs::symlink_metadata(path).is_err() {
        folder(path, 0o700)?;
        owner.give(path)?;
    }
    if !owner.owns(path) {
        return Err(StoreError::Unavailable(format!(
            "The folder {} is not a folder of the user `{}`, who runs the database: remove it, or choose another place with --data-dir.",
            path.display(),
            owner.name
        )));
    }
    std::fs::set_permissions(path, Permissions::from_mode(0o700))
        .map_err(|error| failed(&format!("The folder {} cannot be closed to others", path.display()), &error))
}
