//! The user PostgreSQL runs as: ourselves, or an unprivileged one when we are root, which PostgreSQL refuses to be.

use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::failed;
use crate::store::{Result, StoreError};

/// The user PostgreSQL runs as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    /// Its name.
    pub name: String,
    /// The name of the user we are.
    pub own_name: String,
    uid: u32,
    gid: u32,
    /// Whether we have to become it.
    dropped: bool,
}

impl Owner {
    /// Who runs the cluster in `data`: whoever it belongs to when it is there, else ourselves or, for root, `postgres` or
    /// `nobody`.
    pub fn of(data: &Path) -> Result<Self> {
        let own_uid = number("-u")?;
        let own_name = identity("-un").unwrap_or_else(|| own_uid.to_string());
        let existing = std::fs::metadata(data).ok().map(|metadata| (metadata.uid(), metadata.gid()));
        if own_uid != 0 {
            return match existing {
                Some((uid, _)) if uid != own_uid => Err(StoreError::Unavailable(format!(
                    "The database in {} belongs to {}. Run success-agent as the user who made it, or choose another place with --data-dir.",
                    data.display(),
                    named(uid).map_or_else(|| format!("user number {uid}"), |(name, ..)| format!("the user `{name}`"))
                ))),
                _ => Ok(Self { name: own_name.clone(), own_name, uid: own_uid, gid: number("-g")?, dropped: false }),
            };
        }
        let found = match existing {
            Some((uid, _)) if uid != 0 => named(uid),
            _ => ["postgres", "_postgres", "nobody"].into_iter().find_map(user),
        };
        let Some((name, uid, gid)) = found.filter(|(_, uid, _)| *uid != 0) else {
            return Err(StoreError::Unavailable(
                "PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as: start success-agent as another user, or set DATABASE_URL to a server.".to_owned(),
            ));
        };
        Ok(Self { name, own_name, uid, gid, dropped: true })
    }

    /// A command that runs as this user, in a process group of its own, so that Ctrl-C in a terminal does not reach it.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        // The working directory may be one the user cannot enter; messages are in English wherever we run.
        command.current_dir("/").env("LC_ALL", "C").env_remove("PGDATA").process_group(0).stdin(Stdio::null());
        if self.dropped {
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Whether the user can enter `folder`.
    pub fn reaches(&self, folder: &Path) -> bool {
        !self.dropped
            || self
                .command(Path::new("sh"))
                .args(["-c", "cd \"$1\"", "sh"])
                .arg(folder)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok_and(|status| status.success())
    }

    /// Gives `path` to the user.
    pub fn give(&self, path: &Path) -> Result<()> {
        if self.dropped {
            std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid))
                .map_err(|error| failed(&format!("{} cannot be given to `{}`", path.display(), self.name), &error))?;
        }
        Ok(())
    }

    /// Whether `path` is a folder of this user's, and no link.
    pub fn owns(&self, path: &Path) -> bool {
        std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == self.uid)
    }
}

/// What `id` says about us.
fn identity(option: &str) -> Option<String> {
    let output = Command::new("id").arg(option).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn number(option: &str) -> Result<u32> {
    identity(option).and_then(|text| text.parse().ok()).ok_or_else(|| {
        StoreError::Unavailable(
            "The program `id` did not say which user this is. Install the base utilities, or set DATABASE_URL."
                .to_owned(),
        )
    })
}

fn users() -> Vec<(String, u32, u32)> {
    let text = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = |line: &str| {
        let fields: Vec<&str> = line.split(':').collect();
        Some(((*fields.first()?).to_owned(), fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    text.lines().filter_map(user).collect()
}

fn user(name: &str) -> Option<(String, u32, u32)> {
    users().into_iter().find(|(found, ..)| found == name)
}

fn named(uid: u32) -> Option<(String, u32, u32)> {
    users().into_iter().find(|(_, found, _)| *found == uid)
}
