//! Records that wait for their account, in bounded room.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Numbered;
use crate::domain::record::RecordRef;

/// Records that wait at most.
const MOST: usize = 20_000;
/// Bytes of lines that wait at most.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// The records that wait, by line, by account and by id.
#[derive(Default)]
pub(super) struct Held {
    records: BTreeMap<u64, Numbered>,
    by_account: HashMap<String, BTreeSet<u64>>,
    by_reference: HashMap<RecordRef, u64>,
    bytes: usize,
}

impl Held {
    /// Lets a record wait, if there is room; gives whether there was.
    pub(super) fn hold(&mut self, record: Numbered) -> bool {
        self.supersede(&record.reference);
        if self.records.len() >= MOST || self.bytes + record.bytes > MOST_BYTES {
            return false;
        }
        let account = record.record.account().unwrap_or_default().to_owned();
        self.by_account.entry(account).or_default().insert(record.line);
        self.by_reference.insert(record.reference.clone(), record.line);
        self.bytes += record.bytes;
        self.records.insert(record.line, record);
        true
    }

    /// Drops what waits under this id: a later record has come.
    pub(super) fn supersede(&mut self, reference: &RecordRef) {
        if let Some(line) = self.by_reference.remove(reference) {
            self.remove(line);
        }
    }

    /// What waits for this account, in order.
    pub(super) fn take(&mut self, domain: &str) -> Vec<Numbered> {
        let lines = self.by_account.remove(domain).unwrap_or_default();
        lines.into_iter().filter_map(|line| self.remove(line)).collect()
    }

    /// All that waits, in order.
    pub(super) fn take_all(&mut self) -> Vec<Numbered> {
        std::mem::take(self).records.into_values().collect()
    }

    fn remove(&mut self, line: u64) -> Option<Numbered> {
        let record = self.records.remove(&line)?;
        self.by_reference.remove(&record.reference);
        if let Some(lines) = self.by_account.get_mut(record.record.account().unwrap_or_default()) {
            lines.remove(&line);
        }
        self.bytes -= record.bytes;
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::record::Record;
    use crate::domain::revenue::UsageDay;

    fn day(line: u64, account: &str, bytes: usize) -> Numbered {
        let day = "2026-03-04".parse().unwrap();
        let record = Record::Usage(UsageDay {
            account: account.to_owned(),
            day,
            active_users: line as u32,
            licensed_seats: None,
        });
        Numbered { line, bytes, reference: record.reference(), record, whose: None }
    }

    fn lines(records: &[Numbered]) -> Vec<u64> {
        records.iter().map(|record| record.line).collect()
    }

    #[test]
    fn records_wait_for_their_account_and_a_later_one_takes_the_place_of_an_earlier() {
        let mut held = Held::default();
        for record in [day(1, "a.com", 10), day(2, "b.com", 10), day(3, "a.com", 10)] {
            assert!(held.hold(record));
        }
        assert_eq!(lines(&held.take("a.com")), [3]);
        assert!(held.take("a.com").is_empty());
        assert_eq!(lines(&held.take_all()), [2]);
        assert_eq!(held.bytes, 0);
    }

    #[test]
    fn there_is_no_room_without_end() {
        let mut held = Held::default();
        assert!(held.hold(day(1, "a.com", MOST_BYTES)));
        assert!(!held.hold(day(2, "b.com", 1)));
    }
}
