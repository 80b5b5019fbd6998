//! The file by which commands find the server that runs on their data directory.
//!
//! Written once the server listens, readable by its user alone, removed when it stops. A file that a crash left behind
//! is told apart by asking: the process must live, and the address must know the token.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Where a server listens, and how a command proves to itself that it is that server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Presence {
    /// The address to connect to.
    pub address: SocketAddr,
    /// The server's process.
    pub pid: u32,
    /// Known to the server and to who can read the file.
    pub token: String,
}

impl Presence {
    /// A server of this process that listens on `bound`, with a new token.
    #[must_use]
    pub fn new(bound: SocketAddr) -> Self {
        let token = format!("{}{}", random(), random());
        Self { address: reached(bound), pid: std::process::id(), token }
    }

    /// Where the file of a data directory is.
    #[must_use]
    pub fn path(data_dir: &Path) -> PathBuf {
        data_dir.join("server.json")
    }

    /// Reads the file; none when there is none or it cannot be read.
    #[must_use]
    pub fn read(data_dir: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(Self::path(data_dir)).ok()?).ok()
    }

    /// Writes the file; it is removed when the returned guard is dropped.
    ///
    /// # Errors
    /// When the data directory cannot be written to.
    pub fn announce(&self, data_dir: &Path) -> std::io::Result<Announcement> {
        let path = Self::path(data_dir);
        let temporary = data_dir.join(format!(".server.json.{}", self.pid));
        drop(std::fs::remove_file(&temporary));
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&temporary)?;
        file.write_all(&serde_json::to_vec(self)?)?;
        file.sync_all()?;
        std::fs::rename(&temporary, &path)?;
        Ok(Announcement { path, token: self.token.clone() })
    }
}

/// Where a server that listens on `bound` is reached on this machine.
fn reached(bound: SocketAddr) -> SocketAddr {
    let mut address = bound;
    if bound.ip().is_unspecified() {
        let loopback =
            if bound.is_ipv4() { std::net::Ipv4Addr::LOCALHOST.into() } else { std::net::Ipv6Addr::LOCALHOST.into() };
        address.set_ip(loopback);
    }
    address
}

/// The same as an address for a browser, without a slash at its end.
#[must_use]
pub fn url(bound: SocketAddr) -> String {
    format!("http://{}", reached(bound))
}

/// 122 random bits in hexadecimal.
fn random() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

/// Removes the file when dropped, unless another server has replaced it.
#[derive(Debug)]
pub struct Announcement {
    path: PathBuf,
    token: String,
}

impl Drop for Announcement {
    fn drop(&mut self) {
        let ours = std::fs::read(&self.path)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Presence>(&bytes).ok())
            .is_some_and(|presence| presence.token == self.token);
        if ours {
            drop(std::fs::remove_file(&self.path));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_there_while_the_server_is_and_only_its_user_can_read_it() {
        let folder = tempfile::tempdir().unwrap();
        let presence = Presence::new("0.0.0.0:8080".parse().unwrap());
        let announcement = presence.announce(folder.path()).unwrap();
        assert_eq!(Presence::read(folder.path()), Some(presence));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(Presence::path(folder.path())).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        drop(announcement);
        assert_eq!(Presence::read(folder.path()), None);
    }

    #[test]
    fn a_server_on_every_address_is_reached_on_loopback() {
        assert_eq!(Presence::new("0.0.0.0:8080".parse().unwrap()).address, "127.0.0.1:8080".parse().unwrap());
        assert_eq!(Presence::new("[::]:1".parse().unwrap()).address, "[::1]:1".parse().unwrap());
    }
}
