//! The processor time of processes, as Linux tells it.

use std::time::Duration;

/// Ticks of the kernel's clock in a second, as every Linux of today counts for its users.
const TICKS: f64 = 100.0;

/// The time all threads of a process have spent on a processor, for themselves and within the system.
pub fn processor_time(pid: u32) -> Option<Duration> {
    // The times are the 12th and 13th field after the name.
    ticks(pid, &[11, 12])
}

/// The same with what its children had spent when they ended.
pub fn processor_time_with_children(pid: u32) -> Option<Duration> {
    ticks(pid, &[11, 12, 13, 14])
}

/// The process that started it.
pub fn parent(pid: u32) -> Option<u32> {
    fields(pid)?.get(1)?.parse().ok()
}

fn ticks(pid: u32, wanted: &[usize]) -> Option<Duration> {
    let fields = fields(pid)?;
    let ticks: u64 = wanted.iter().map(|field| fields.get(*field)?.parse::<u64>().ok()).sum::<Option<u64>>()?;
    Some(Duration::from_secs_f64(ticks as f64 / TICKS))
}

/// What stands after the name, which may hold blanks: the state, the parent, and so on.
fn fields(pid: u32) -> Option<Vec<String>> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(stat.rsplit_once(')')?.1.split_whitespace().map(str::to_owned).collect())
}
