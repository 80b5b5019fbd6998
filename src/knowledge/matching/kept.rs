//! The lines of release notes, read once and kept: every question about wishes compares them, and they hardly ever change.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};

use super::Line;
use crate::domain::activity::Release;

/// Releases whose lines are kept.
const RELEASES: usize = 1_000;

/// Lines of releases by what they were read from. Cheap to clone; clones share them.
#[derive(Clone, Debug)]
pub struct KeptLines {
    lines: Arc<Cache<[u8; 32], Arc<Vec<Line>>>>,
    read: Arc<AtomicU64>,
}

impl Default for KeptLines {
    fn default() -> Self {
        Self { lines: Arc::new(Cache::new(RELEASES)), read: Arc::default() }
    }
}

impl KeptLines {
    /// [`Line::all_of`] a release, which is at `place` among those compared.
    #[must_use]
    pub fn of(&self, release: &Release, place: usize) -> Vec<Line> {
        let key = key(release);
        let lines = self.lines.get(&key).unwrap_or_else(|| {
            self.read.fetch_add(1, Ordering::Relaxed);
            let lines = Arc::new(Line::all_of(release, 0));
            self.lines.insert(key, Arc::clone(&lines));
            lines
        });
        lines.iter().map(|line| Line { release: place, ..line.clone() }).collect()
    }

    /// How many releases were read so far; those that were kept do not count.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }
}

/// Changes with everything that is read of a release.
fn key(release: &Release) -> [u8; 32] {
    let mut digest = Sha256::new();
    let shipped = release.shipped_at.timestamp_micros().to_string();
    for part in [&release.title, release.version.as_deref().unwrap_or_default(), &release.body, &shipped] {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::midnight;

    fn release(body: &str) -> Release {
        Release {
            id: "r".to_owned(),
            title: "7.1: Dock timetable".to_owned(),
            body: body.to_owned(),
            shipped_at: midnight("2026-03-04".parse().unwrap()),
            version: Some("7.1".to_owned()),
            draft: false,
            prerelease: false,
            url: None,
        }
    }

    fn texts(lines: &[Line]) -> Vec<&str> {
        lines.iter().map(|line| line.text.as_str()).collect()
    }

    #[test]
    fn a_release_is_read_once_until_its_notes_change() {
        let kept = KeptLines::default();
        let notes = release("Docks have a timetable. Gates do not.");
        let lines = kept.of(&notes, 0);
        assert_eq!(texts(&lines), texts(&Line::all_of(&notes, 0)));
        let elsewhere = kept.of(&notes, 3);
        assert!(elsewhere.iter().all(|line| line.release == 3));
        assert_eq!(kept.read(), 1);
        assert_eq!(texts(&kept.of(&release("Gates have one too."), 0)), ["7.1: Dock timetable", "Gates have one too."]);
        assert_eq!(kept.read(), 2);
    }

    #[test]
    fn notes_without_an_end_are_read_up_to_a_bound() {
        for body in ["Docks have a timetable. ".repeat(20_000), "docks, gates and ramps have one, ".repeat(1_000)] {
            let lines = KeptLines::default().of(&release(&body), 0);
            assert!(lines.len() <= super::super::MOST_LINES + 1, "{} lines", lines.len());
            assert!(lines.iter().all(|line| line.text.len() <= 1_200));
        }
    }
}
