//! Memory of a process, as Linux tells it; elsewhere nothing is told.

use std::path::{Path, PathBuf};

/// Memory in use now, in bytes.
pub fn resident(pid: u32) -> Option<u64> {
    kilobytes(&format!("/proc/{pid}/status"), "VmRSS:")
}

/// The most memory that was in use, in bytes.
pub fn peak(pid: u32) -> Option<u64> {
    kilobytes(&format!("/proc/{pid}/status"), "VmHWM:")
}

/// Memory of the private PostgreSQL below `data_dir`, all its processes, shared pages counted once, in bytes.
pub fn of_database(data_dir: &Path) -> Option<u64> {
    let file = find(data_dir, "postmaster.pid", 3)?;
    let postmaster: u32 = std::fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()?;
    let processes = std::fs::read_dir("/proc").ok()?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let ours: Vec<u32> = processes.filter(|pid| *pid == postmaster || parent(*pid) == Some(postmaster)).collect();
    ours.into_iter().map(|pid| kilobytes(&format!("/proc/{pid}/smaps_rollup"), "Pss:")).sum()
}

/// Memory of the machine, in bytes.
pub fn of_machine() -> Option<u64> {
    kilobytes("/proc/meminfo", "MemTotal:")
}

fn kilobytes(file: &str, field: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let value = text.lines().find_map(|line| line.strip_prefix(field))?;
    Some(value.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

fn parent(pid: u32) -> Option<u32> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold blanks; after it come the state and the parent.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn find(folder: &Path, name: &str, depth: u32) -> Option<PathBuf> {
    if folder.join(name).exists() {
        return Some(folder.join(name));
    }
    let deeper = depth.checked_sub(1)?;
    let folders = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
    folders.filter(|path| path.is_dir()).find_map(|path| find(&path, name, deeper))
}
