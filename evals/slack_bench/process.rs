//! The processor time a process has used, as Linux tells it.

use std::time::Duration;

/// Ticks of the kernel's clock in a second, as every Linux of today counts for its users.
const TICKS: f64 = 100.0;

/// The time all threads of a process have spent on a processor, for themselves and within the system.
pub fn processor_time(pid: u32) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name in parentheses may hold blanks; the times are the 12th and 13th field after it.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: u64 = fields.get(11)?.parse::<u64>().ok()? + fields.get(12)?.parse::<u64>().ok()?;
    Some(Duration::from_secs_f64(ticks as f64 / TICKS))
}
