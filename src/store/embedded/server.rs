//! One PostgreSQL server: making its cluster, starting it, waiting until it takes connections, stopping it.

use std::fs::{OpenOptions, Permissions};
use std::io::Read;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use super::binaries::Binaries;
use super::leftover::{self, CLEAN_STOP, LEFTOVERS, pid_file, send};
use super::owner::Owner;
use super::place::Place;
use super::{Durability, blocking, failed};
use crate::store::error::disk_full;
use crate::store::{Result, StoreError};

/// The role and, for peer authentication, the name of the map that lets two users of the system have it.
const ROLE: &str = "success_agent";
/// How long recovery after a crash may take before we give up waiting.
const RECOVERY: Duration = Duration::from_mins(3);
const LONGEST_LOG: u64 = 5_000_000;

/// Small memory, few processes, little to log: the service shares a small machine with the index. Failed statements and
/// the rows in them are kept out of the log, because they hold what customers wrote.
const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "max_connections=40",
    "shared_buffers=64MB",
    "work_mem=8MB",
    "maintenance_work_mem=64MB",
    "effective_cache_size=512MB",
    "max_wal_size=512MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "max_parallel_workers_per_gather=0",
    "max_parallel_maintenance_workers=0",
    "autovacuum_max_workers=1",
    "autovacuum_naptime=15s",
    "random_page_cost=1.1",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "logging_collector=off",
    "log_destination=stderr",
    "log_checkpoints=off",
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
];

/// A cluster that is ready to be started.
#[derive(Clone, Debug)]
pub(super) struct Server {
    binaries: Binaries,
    owner: Owner,
    place: Place,
    durability: Durability,
}

/// A server that runs, and the watcher that ends it when we are gone.
#[derive(Debug)]
pub(super) struct Running {
    postgres: Child,
    watcher: Option<Child>,
    pid: u32,
}

impl Server {
    /// Finds or makes everything a start needs.
    pub fn prepare(data_dir: &Path, durability: Durability) -> Result<Self> {
        let (place, owner) = Place::of(data_dir)?;
        let binaries = Binaries::find(place.version(), &place.root)?;
        let server = Self { binaries, owner, place, durability };
        if server.place.version().is_none() {
            server.make_cluster()?;
        }
        Ok(server)
    }

    /// The address to connect to.
    pub fn url(&self) -> String {
        use std::fmt::Write;
        let mut socket = String::new();
        for byte in self.place.socket.as_os_str().as_encoded_bytes() {
            if byte.is_ascii_alphanumeric() || b"-_.".contains(byte) {
                socket.push(char::from(*byte));
            } else {
                // Writing to a string does not fail.
                let _ = write!(socket, "%{byte:02X}");
            }
        }
        format!("postgres://{ROLE}@localhost:5432/postgres?host={socket}&sslmode=disable")
    }

    /// The server's log.
    pub fn log(&self) -> &Path {
        &self.place.log
    }

    /// Makes the cluster beside its place and moves it there when it is whole, so that a crash leaves no half of one.
    fn make_cluster(&self) -> Result<()> {
        let unfinished = self.place.root.join("data.new");
        if unfinished.exists() {
            std::fs::remove_dir_all(&unfinished)
                .map_err(|error| failed(&format!("{} cannot be removed", unfinished.display()), &error))?;
        }
        let mut said = String::new();
        // Some systems have no C.UTF-8.
        for locale in ["C.UTF-8", "C"] {
            let output = self
                .owner
                .command(&self.binaries.program("initdb"))
                .arg("--pgdata")
                .arg(&unfinished)
                .args(["--username", ROLE, "--encoding", "UTF8", "--locale", locale, "--auth", "peer"])
                .output()
                .map_err(|error| failed("PostgreSQL's initdb cannot be run", &error))?;
            if output.status.success() {
                return std::fs::rename(&unfinished, &self.place.data)
                    .map_err(|error| failed(&format!("{} cannot be made", self.place.data.display()), &error));
            }
            said = String::from_utf8_lossy(&output.stderr).into_owned();
            if !said.contains("invalid locale") {
                break;
            }
        }
        Err(refused("PostgreSQL could not make its database", &said, &self.place.root))
    }

    /// Starts the server and waits until it takes connections. Stops what an earlier process of ours left running.
    pub async fn start(&self) -> Result<Running> {
        let since = Instant::now();
        leftover::clear(&self.place.data).await?;
        loop {
            let server = self.clone();
            let (logged, compression) = blocking(move || Ok((server.tidy()?, server.wal_compression()))).await?;
            let mut running = self.spawn(compression)?;
            match self.ready(&mut running, since).await? {
                None => return Ok(running),
                Some(status) => {
                    let said = self.logged_since(logged);
                    // Processes of a killed server hold its memory until they notice.
                    if said.contains("shared memory block") && since.elapsed() < LEFTOVERS {
                        tokio::time::sleep(Duration::from_millis(100)).await;
                        continue;
                    }
                    tracing::debug!(%status, "the private PostgreSQL ended before it was ready");
                    return Err(refused("PostgreSQL did not start", &said, &self.place.log));
                }
            }
        }
    }

    /// Writes who may connect and clears what a dead server left; returns how long the log is.
    fn tidy(&self) -> Result<u64> {
        let users = if self.owner.own_name == self.owner.name {
            vec![&self.owner.name]
        } else {
            vec![&self.owner.name, &self.owner.own_name]
        };
        let map: Vec<String> = users.iter().map(|user| format!("agent \"{user}\" {ROLE}\n")).collect();
        for (name, text) in
            [("pg_hba.conf", format!("local all {ROLE} peer map=agent\n")), ("pg_ident.conf", map.concat())]
        {
            let path = self.place.data.join(name);
            if std::fs::read_to_string(&path).is_ok_and(|before| before == text) {
                continue;
            }
            std::fs::write(&path, text)
                .map_err(|error| failed(&format!("{} cannot be written", path.display()), &error))?;
            self.owner.give(&path)?;
        }
        for name in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
            if std::fs::remove_file(self.place.socket.join(name)).is_ok() {
                tracing::debug!(name, "removed what a dead server left");
            }
        }
        let length = std::fs::metadata(&self.place.log).map_or(0, |metadata| metadata.len());
        if length > LONGEST_LOG {
            std::fs::write(&self.place.log, "")
                .map_err(|error| failed("The server's log cannot be written", &error))?;
            return Ok(0);
        }
        Ok(length)
    }

    fn spawn(&self, compression: &str) -> Result<Running> {
        let cannot = |error| failed("PostgreSQL cannot be run", &error);
        let log = OpenOptions::new().create(true).append(true).mode(0o600).open(&self.place.log).map_err(cannot)?;
        log.set_permissions(Permissions::from_mode(0o600)).map_err(cannot)?;
        let mut command = self.owner.command(&self.binaries.program("postgres"));
        command.arg("-D").arg(&self.place.data).arg("-k").arg(&self.place.socket);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command.args(["-c", compression]);
        if self.durability == Durability::Relaxed {
            command.args(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]);
            // Tests run side by side, some with several applications each.
            command.args(["-c", "max_connections=200"]);
        }
        command.stdout(log.try_clone().map_err(cannot)?).stderr(log);
        let postgres = Command::from(command).spawn().map_err(cannot)?;
        let pid = postgres.id().unwrap_or_default();
        let watcher =
            self.watch(pid).inspect_err(|error| tracing::warn!(%error, "no watcher for the private PostgreSQL"));
        Ok(Running { postgres, watcher: watcher.ok(), pid })
    }

    /// How whole pages are compressed on their way to the disk: an import spends a fifth of the server's time on it by
    /// PostgreSQL's own method, and next to nothing by the one that not every build has.
    fn wal_compression(&self) -> &'static str {
        const QUICK: &str = "wal_compression=lz4";
        let mut ask = self.owner.command(&self.binaries.program("postgres"));
        ask.args(["-C", "wal_compression", "-c", QUICK, "-D"]).arg(&self.place.data);
        if ask.output().is_ok_and(|answer| answer.status.success()) { QUICK } else { "wal_compression=on" }
    }

    /// Ends the server when our end of its pipe closes, which it does even when we are killed.
    fn watch(&self, pid: u32) -> std::io::Result<Child> {
        Command::new("sh")
            .args(["-c", "cat > /dev/null; [ \"$(head -n 1 \"$2\")\" = \"$1\" ] && kill -INT \"$1\"", "sh"])
            .arg(pid.to_string())
            .arg(pid_file(&self.place.data))
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
    }

    /// Waits until the server takes connections; gives its status when it ends instead.
    async fn ready(&self, running: &mut Running, since: Instant) -> Result<Option<ExitStatus>> {
        loop {
            let status =
                running.postgres.try_wait().map_err(|error| failed("PostgreSQL cannot be waited for", &error))?;
            if status.is_some() {
                return Ok(status);
            }
            // The first line is the process, the eighth what it is doing.
            let text = tokio::fs::read_to_string(pid_file(&self.place.data)).await.unwrap_or_default();
            let mut lines = text.lines().map(str::trim);
            if lines.next() == Some(running.pid.to_string().as_str()) && lines.nth(6) == Some("ready") {
                return Ok(None);
            }
            if since.elapsed() > RECOVERY {
                return Err(StoreError::Unavailable(format!(
                    "PostgreSQL is still recovering after {} seconds. Try again later; its log is {}.",
                    RECOVERY.as_secs(),
                    self.place.log.display()
                )));
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What the server logged after the first `start` bytes.
    fn logged_since(&self, start: u64) -> String {
        let mut bytes = Vec::new();
        let read = std::fs::File::open(&self.place.log).and_then(|mut log| {
            std::io::Seek::seek(&mut log, std::io::SeekFrom::Start(start))?;
            log.take(100_000).read_to_end(&mut bytes)
        });
        if read.is_err() {
            return String::new();
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Running {
    /// Waits until the server ends.
    pub async fn ended(&mut self) -> Option<ExitStatus> {
        self.postgres.wait().await.ok()
    }

    /// Stops the server: everything is written down, open connections are closed.
    pub async fn stop(mut self) {
        for (signal, patience) in [("INT", CLEAN_STOP), ("QUIT", LEFTOVERS), ("KILL", LEFTOVERS)] {
            send(signal, self.pid).await;
            if tokio::time::timeout(patience, self.postgres.wait()).await.is_ok() {
                break;
            }
            tracing::warn!(signal, "the private PostgreSQL did not stop");
        }
        if let Some(mut watcher) = self.watcher {
            drop(watcher.stdin.take());
            if let Err(error) = watcher.wait().await {
                tracing::debug!(%error, "the watcher of the private PostgreSQL was lost");
            }
        }
    }
}

/// Turns what PostgreSQL said (in English, see [`Owner::command`]) into one sentence.
fn refused(what: &str, said: &str, place: &Path) -> StoreError {
    if said.contains("No space left on device") || said.contains("Disk quota exceeded") {
        return disk_full();
    }
    let marks = ["FATAL:", "PANIC:", "error:"];
    let reason = said
        .lines()
        .filter_map(|line| marks.iter().find_map(|mark| line.split_once(mark)))
        .map(|(_, reason)| reason.trim().trim_end_matches('.'))
        .next_back()
        .unwrap_or("it did not say why");
    StoreError::Unavailable(format!("{what}: {reason}. See {}.", place.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_apart_from_other_refusals() {
        let place = Path::new("/data/postgres");
        let full = refused("x", "initdb: error: could not write: No space left on device\n", place).to_string();
        assert!(full.contains("Free some space"), "{full}");
        let other =
            refused("PostgreSQL did not start", "LOG: a\n2026 FATAL:  out of luck\nLOG: b\n", place).to_string();
        assert_eq!(other, "PostgreSQL did not start: out of luck. See /data/postgres.");
    }
}
