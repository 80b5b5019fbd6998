//! The private PostgreSQL of a program under measurement: where it listens, and what its processes use.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::{memory, process};

/// The folder of its socket: it is elsewhere when its user cannot enter the data directory.
pub fn socket(data_dir: &Path) -> PathBuf {
    let noted = std::fs::read_to_string(data_dir.join("postgres.location"));
    noted.map_or_else(|_| data_dir.join("postgres"), |noted| PathBuf::from(noted.trim())).join("run")
}

/// Its address.
pub fn url(data_dir: &Path) -> String {
    format!("postgres://success_agent@localhost:5432/postgres?host={}&sslmode=disable", socket(data_dir).display())
}

/// Memory of all its processes, shared pages counted once, in bytes.
pub fn memory(data_dir: &Path) -> Option<u64> {
    memory::together(&processes(postmaster(data_dir)?))
}

/// The time all its processes have spent on a processor, those that ended too.
pub fn processor_time(data_dir: &Path) -> Option<Duration> {
    let postmaster = postmaster(data_dir)?;
    let others = processes(postmaster).into_iter().filter(|pid| *pid != postmaster);
    // One that ends between the two looks is counted by its parent the next time.
    let running: Duration = others.filter_map(process::processor_time).sum();
    Some(process::processor_time_with_children(postmaster)? + running)
}

fn postmaster(data_dir: &Path) -> Option<u32> {
    let folder = socket(data_dir);
    let file = find(folder.parent()?, "postmaster.pid", 3)?;
    std::fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()
}

fn processes(postmaster: u32) -> Vec<u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return vec![postmaster] };
    let all = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    all.filter(|pid| *pid == postmaster || process::parent(*pid) == Some(postmaster)).collect()
}

fn find(folder: &Path, name: &str, depth: u32) -> Option<PathBuf> {
    if folder.join(name).exists() {
        return Some(folder.join(name));
    }
    let deeper = depth.checked_sub(1)?;
    let folders = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    folders.filter(|path| path.is_dir()).find_map(|path| find(&path, name, deeper))
}
