//! Memory of a process, as Linux tells it; elsewhere nothing is told.

/// Memory in use now, in bytes.
pub fn resident(pid: u32) -> Option<u64> {
    kilobytes(&format!("/proc/{pid}/status"), "VmRSS:")
}

/// The most memory that was in use, in bytes.
pub fn peak(pid: u32) -> Option<u64> {
    kilobytes(&format!("/proc/{pid}/status"), "VmHWM:")
}

/// Memory of these processes, shared pages counted once, in bytes.
pub fn together(processes: &[u32]) -> Option<u64> {
    processes.iter().map(|pid| kilobytes(&format!("/proc/{pid}/smaps_rollup"), "Pss:")).sum()
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
