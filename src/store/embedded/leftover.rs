//! What an earlier run left in a cluster: a server that still runs, or a file that names a process that is none.
//!
//! PostgreSQL does not start beside a `postmaster.pid` that is empty, or that names a process that exists, be it dead and
//! not waited for or somebody else's by now. We know more than it does: we hold the lock on the data directory, so what
//! is not a server of this cluster is no obstacle. One that is none any more is given our own number, which PostgreSQL
//! passes over as its parent's, and not taken away: the file also names the memory that processes of a dead server may
//! still write from, and PostgreSQL waits for those.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::Command;

use super::failed;
use crate::store::{Result, StoreError};

/// How long a clean stop may take before it is cut short.
pub(super) const CLEAN_STOP: Duration = Duration::from_secs(20);
/// How long processes left over by a crash may take to go.
pub(super) const LEFTOVERS: Duration = Duration::from_secs(15);

/// The file a server writes its process and its memory to.
pub(super) fn pid_file(data: &Path) -> PathBuf {
    data.join("postmaster.pid")
}

/// Stops a server that an earlier process left running in `data`, and clears the way for the next one.
pub(super) async fn clear(data: &Path) -> Result<()> {
    let file = pid_file(data);
    let Ok(text) = std::fs::read(&file) else { return Ok(()) };
    let text = String::from_utf8_lossy(&text).into_owned();
    let recorded = recorded(&text);
    let living = match recorded {
        Some(pid) => serves(pid, data).await.then_some(pid),
        // It ended, or the machine did, while it was written; the server may have come further than the file.
        None => find(data).await,
    };
    if let Some(pid) = living {
        return stop(pid, data).await;
    }
    let cleared = match (recorded, text.split_once('\n')) {
        (Some(_), rest) => {
            let rest = rest.map_or("", |(_, rest)| rest);
            std::fs::write(&file, format!("{}\n{rest}", std::process::id()))
        }
        (None, _) => std::fs::remove_file(&file),
    };
    cleared.map_err(|error| failed(&format!("{} cannot be cleared", file.display()), &error))
}

async fn stop(pid: u32, data: &Path) -> Result<()> {
    tracing::info!(pid, "stopping the PostgreSQL that an earlier run left behind");
    for (signal, patience) in [("INT", CLEAN_STOP), ("QUIT", LEFTOVERS)] {
        send(signal, pid).await;
        let since = Instant::now();
        while since.elapsed() < patience {
            if !serves(pid, data).await {
                // Cut short, it leaves its file behind.
                return Box::pin(clear(data)).await;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    Err(StoreError::Unavailable(format!(
        "A PostgreSQL left over from an earlier run (process {pid}) does not stop. End that process and try again."
    )))
}

/// The process a file names in its first line; none when it is empty or holds something else.
fn recorded(text: &str) -> Option<u32> {
    text.lines().next()?.trim().parse().ok().filter(|pid| *pid > 0)
}

/// Sends a signal to a process, which may be gone.
pub(super) async fn send(signal: &str, pid: u32) {
    let command = ["-c", "kill -\"$1\" \"$2\"", "sh", signal, &pid.to_string()];
    let sent = Command::new("sh").args(command).stdin(Stdio::null()).stderr(Stdio::null()).status().await;
    if !sent.is_ok_and(|status| status.success()) {
        tracing::debug!(signal, pid, "the signal found no process");
    }
}

/// Whether the process is a server of this cluster that runs.
async fn serves(pid: u32, data: &Path) -> bool {
    command_line(pid).await.is_some_and(|line| line.contains(&*data.to_string_lossy()))
}

/// How the process was called; none when there is no such process.
async fn command_line(pid: u32) -> Option<String> {
    if Path::new("/proc/self").exists() {
        let bytes = tokio::fs::read(format!("/proc/{pid}/cmdline")).await.ok()?;
        // A process that ended and was not waited for has no command line any more.
        return (!bytes.is_empty()).then(|| String::from_utf8_lossy(&bytes).replace('\0', " "));
    }
    let output = Command::new("ps").args(["-o", "args=", "-p", &pid.to_string()]).output().await.ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The server of this cluster among all processes of the machine.
async fn find(data: &Path) -> Option<u32> {
    // Its other processes are called by what they do.
    let called = format!("postgres -D {}", data.display());
    let output = Command::new("ps").args(["-A", "-ww", "-o", "pid=,args="]).stdin(Stdio::null()).output().await.ok();
    if let Some(output) = output.filter(|output| output.status.success()) {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        return text
            .lines()
            .filter(|line| line.contains(&called))
            .find_map(|line| line.split_whitespace().next()?.parse().ok());
    }
    // There is no `ps` on many a container.
    for entry in std::fs::read_dir("/proc").ok()?.flatten() {
        if let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok())
            && command_line(pid).await.is_some_and(|line| line.contains(&called))
        {
            return Some(pid);
        }
    }
    None
}
