//! A pass over what changed, in the order of change and identifier.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::soql;
use super::wire::{Found, Row};
use crate::domain::time::Moment;
use crate::sources::{Next, figures};

/// How far a pass goes back behind the last change of the pass before, in milliseconds: a change is stamped before it can
/// be seen.
const OVERLAP: i64 = 10 * 60 * 1000;
/// How long a description of an object stands, in milliseconds.
const DESCRIBED_FOR: i64 = 24 * 60 * 60 * 1000;

/// How far a pass has come. Times are in milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// Changes since then are asked for.
    pub since: i64,
    /// The last record that was met in this pass.
    pub after: Option<(i64, String)>,
    /// Where the answer to the last query goes on.
    pub more: Option<String>,
    /// Whether the query is answered in full with that.
    full: bool,
    /// The latest change that was met.
    latest: i64,
    /// The fields the object has.
    pub described: Vec<String>,
    /// When it was asked for them.
    described_at: i64,
}

impl Place {
    /// From a cursor; the beginning where it is none of ours.
    pub fn read(cursor: Option<&Value>) -> Self {
        let place: Self = cursor.and_then(|cursor| serde_json::from_value(cursor.clone()).ok()).unwrap_or_default();
        // What goes into a query has to be an identifier, whatever was kept.
        let after = place.after.filter(|(_, id)| soql::is_id(id));
        Self { after, ..place }
    }

    /// Whether the object has to be described first.
    pub fn is_undescribed(&self, now: Moment) -> bool {
        self.described.is_empty() || now.timestamp_millis() - self.described_at > DESCRIBED_FOR
    }

    /// Keeps what the object is made of.
    pub fn describe(&mut self, fields: Vec<String>, now: Moment) {
        (self.described, self.described_at) = (fields, now.timestamp_millis());
    }

    /// How to go on after an answer. `limit` is how many records were asked for.
    pub fn advance(mut self, found: &Found, limit: usize, now: Moment) -> Next {
        for row in &found.records {
            let (Some(id), Some(at)) = (row.id(), changed(row)) else { continue };
            self.latest = self.latest.max(at);
            self.after = Some((at, id));
        }
        if self.more.is_none() {
            self.full = found.total_size >= limit;
        }
        self.more.clone_from(&found.next_records_url);
        if self.more.is_some() || self.full && !found.records.is_empty() {
            return Next::More(serde_json::to_value(self).unwrap_or_default());
        }
        // A record may carry a time of the future.
        let latest = self.latest.min(now.timestamp_millis());
        let since = if self.latest > 0 { (latest - OVERLAP).max(0) } else { self.since };
        let next = Self { since, described: self.described, described_at: self.described_at, ..Self::default() };
        Next::Done { cursor: serde_json::to_value(next).unwrap_or_default(), whole: false }
    }
}

fn changed(row: &Row) -> Option<i64> {
    figures::moment(&row.text("SystemModstamp")?).map(|at| at.timestamp_millis())
}
