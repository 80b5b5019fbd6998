//! Where the cluster of a data directory lies: inside it, or elsewhere when the user PostgreSQL runs as cannot get there.

use std::fmt::Write;
use std::fs::{DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::owner::Owner;
use super::private::{CLUSTER, LOCATION};
use super::{failed, private};
use crate::store::{Result, StoreError};

/// The longest folder a Unix socket fits in: an address has 104 bytes on the strictest system, `/.s.PGSQL.5432` and
/// the closing NUL take 15.
const LONGEST_SOCKET_FOLDER: usize = 88;

/// Where the clusters of root are whose data directories PostgreSQL's user cannot enter, each under a name of its own.
const ELSEWHERE: &str = "/var/lib/success-agent";

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
        let inside = data_dir.join(CLUSTER);
        let note = data_dir.join(LOCATION);
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
        let root = if owner.reaches(data_dir) { inside } else { Path::new(ELSEWHERE).join(hash(data_dir)) };
        owner = Owner::of(&root.join("data"))?;
        if !root.starts_with(data_dir) {
            passable(parent(&root))?;
            private::write(&note, &format!("{}\n", root.display()))
                .map_err(|error| failed(&format!("{} cannot be written", note.display()), &error))?;
        }
        Ok((Self::at(root, data_dir, &owner)?, owner))
    }

    fn at(root: PathBuf, data_dir: &Path, owner: &Owner) -> Result<Self> {
        own(&root, owner)?;
        let socket = Self::socket(&root, data_dir);
        own(&socket, owner)?;
        Ok(Self { data: root.join("data"), log: root.join("server.log"), root, socket })
    }

    /// Every folder that holds a cluster of `data_dir`, which need not be there any more: inside it, where its note says,
    /// and where the next start would look.
    pub fn roots(data_dir: &Path) -> Vec<PathBuf> {
        let noted = std::fs::read_to_string(data_dir.join(LOCATION)).ok().map(|text| PathBuf::from(text.trim()));
        // A note leads nowhere else, whoever wrote it.
        let noted = noted.filter(|noted| noted.parent() == Some(Path::new(ELSEWHERE)) && noted.file_name().is_some());
        let mut roots = vec![data_dir.join(CLUSTER), Path::new(ELSEWHERE).join(hash(data_dir))];
        roots.extend(noted.filter(|noted| !roots.contains(noted)));
        roots.retain(|root| std::fs::symlink_metadata(root).is_ok_and(|root| root.is_dir()));
        roots
    }

    /// The folder of the socket of a cluster in `root`.
    pub fn socket(root: &Path, data_dir: &Path) -> PathBuf {
        let inside = root.join("run");
        if inside.as_os_str().len() <= LONGEST_SOCKET_FOLDER {
            return inside;
        }
        Path::new("/tmp").join(format!("success-agent-{}", hash(data_dir)))
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

fn cannot_make(path: &Path) -> impl Fn(std::io::Error) -> StoreError {
    move |error| failed(&format!("The folder {} cannot be made", path.display()), &error)
}

/// Makes a folder that everybody can pass through, whatever our umask says.
fn passable(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    let opened = DirBuilder::new()
        .recursive(true)
        .mode(0o755)
        .create(path)
        .and_then(|()| std::fs::set_permissions(path, Permissions::from_mode(0o755)));
    opened.map_err(cannot_make(path))
}

/// Makes a folder only `owner` can enter, or makes sure that it is one.
fn own(path: &Path, owner: &Owner) -> Result<()> {
    if std::fs::symlink_metadata(path).is_err() {
        private::make(path).map_err(cannot_make(path))?;
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
