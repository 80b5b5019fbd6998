//! A pass over what changed, by the time of the last change.
//!
//! Each page is a search of its own, which begins at the time of the last object of the page before. So no search comes near
//! the ten thousand objects it gives at most, and an object that changes while the pass is under way, and so moves to the
//! end, does not have another one skipped. Where a whole page changed in the same millisecond, as after an import, the
//! objects of that moment are walked by their identifiers; those may come out twice.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::own_id;
use super::wire::Listed;
use crate::domain::time::Moment;
use crate::sources::{Next, Stream, figures};

/// The property with the identifier.
const ID: &str = "hs_object_id";
/// How far a pass goes back behind the last change of the pass before, in milliseconds: a search finds changes late.
const OVERLAP: i64 = 5 * 60 * 1000;
/// How often archived objects are looked for, in milliseconds.
const ARCHIVE_EVERY: i64 = 60 * 60 * 1000;

/// How far a pass has come. Times are in milliseconds since 1970.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// Changes since then are searched for.
    since: i64,
    /// The latest change that was met.
    latest: i64,
    /// Objects that changed at `since` and were met by the page before.
    met: BTreeSet<String>,
    /// While those that changed at `since` are walked by their identifiers: the last of them.
    above: Option<u64>,
    /// While archived objects are read: where the next page of them begins.
    archive: Option<Archive>,
    /// When archived objects were read last.
    archive_read: i64,
    /// Whether the pass has begun.
    begun: bool,
}

/// Where a page of archived objects begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Archive {
    /// After which it begins; at the beginning without.
    pub after: Option<String>,
}

/// What a page brought.
pub(super) struct Step {
    /// Objects that were not met in this pass.
    pub fresh: Vec<(String, Value)>,
    /// How to go on.
    pub next: Next,
}

impl Place {
    /// From a cursor; the beginning where it is none of ours. What was archived before the first pass is not looked for.
    pub fn read(cursor: Option<&Value>, now: Moment) -> Self {
        let place = cursor.and_then(|cursor| serde_json::from_value(cursor.clone()).ok());
        place.unwrap_or_else(|| Self { archive_read: now.timestamp_millis(), ..Self::default() })
    }

    /// Whether it is the first page of a pass.
    pub fn is_first(&self) -> bool {
        !self.begun
    }

    /// The page of archived objects that is next, while they are read.
    pub fn archive(&self) -> Option<&Archive> {
        self.archive.as_ref()
    }

    /// The filters of the search, and by what it is sorted.
    pub fn filters(&self, stream: &Stream) -> (Value, &'static str) {
        let changed = changed_property(stream);
        let filter = |property: &str, operator: &str, value: String| json!({"propertyName": property, "operator": operator, "value": value});
        match self.above {
            Some(above) => {
                let same = filter(changed, "EQ", self.since.to_string());
                (json!([same, filter(ID, "GT", above.to_string())]), ID)
            }
            None => (json!([filter(changed, "GTE", self.since.to_string())]), changed),
        }
    }

    /// The objects of a page that were not met, and how to go on.
    pub fn advance(mut self, stream: &Stream, listed: Listed<Value>, now: Moment) -> Step {
        let (more, results) = (listed.after().is_some(), listed.results);
        self.begun = true;
        let (mut last_id, mut last_change) = (None, self.since);
        let mut fresh = Vec::with_capacity(results.len());
        let mut at_last: BTreeSet<String> = BTreeSet::new();
        for sent in results {
            let Some(id) = own_id(&sent) else {
                tracing::warn!("HubSpot sent an object without an identifier; it was passed over");
                continue;
            };
            last_id = id.parse().ok().or(last_id);
            let change = changed(&sent, stream).unwrap_or(last_change);
            if change != last_change {
                at_last.clear();
            }
            last_change = change;
            at_last.insert(id.clone());
            self.latest = self.latest.max(change);
            if change != self.since || !self.met.contains(&id) {
                fresh.push((id, sent));
            }
        }
        let next = match (more, self.above) {
            (true, Some(_)) if last_id.is_some() => self.more(|place| place.above = last_id),
            (_, Some(_)) => self.more(|place| {
                place.since += 1;
                place.above = None;
                place.met.clear();
            }),
            (true, None) if last_change > self.since => {
                self.more(|place| (place.since, place.met) = (last_change, at_last))
            }
            (true, None) => self.more(|place| place.above = Some(0)),
            (false, None) => self.end_of_search(now),
        };
        Step { fresh, next }
    }

    fn more(mut self, change: impl FnOnce(&mut Self)) -> Next {
        change(&mut self);
        Next::More(serde_json::to_value(self).unwrap_or_default())
    }

    fn end_of_search(self, now: Moment) -> Next {
        if now.timestamp_millis() - self.archive_read >= ARCHIVE_EVERY {
            return self.more(|place| place.archive = Some(Archive::default()));
        }
        self.over(now)
    }

    /// How to go on after a page of archived objects.
    pub fn after_archive(mut self, after: Option<String>, now: Moment) -> Next {
        if after.is_some() {
            return self.more(|place| place.archive = Some(Archive { after }));
        }
        self.archive_read = now.timestamp_millis();
        self.over(now)
    }

    /// The end of a pass, with where the next one begins.
    fn over(self, now: Moment) -> Next {
        // An object may carry a time of the future.
        let latest = self.latest.min(now.timestamp_millis());
        let since = if self.latest > 0 { (latest - OVERLAP).max(0) } else { self.since };
        let next = Self { since, archive_read: self.archive_read, ..Self::default() };
        Next::Done { cursor: serde_json::to_value(next).unwrap_or_default(), whole: false }
    }
}

/// When an object changed last.
fn changed(sent: &Value, stream: &Stream) -> Option<i64> {
    let text = sent.get("properties")?.get(changed_property(stream))?.as_str()?;
    figures::moment(text).map(|at| at.timestamp_millis())
}

/// The property with the time of the last change.
pub(super) fn changed_property(stream: &Stream) -> &'static str {
    if stream.name == "contacts" { "lastmodifieddate" } else { "hs_lastmodifieddate" }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sources::Deletions;

    const DEALS: Stream = Stream { name: "deals", deletions: Deletions::Reported };

    /// What a search finds among objects with these identifiers and times.
    fn search(objects: &[(u64, i64)], place: &Place, limit: usize) -> Listed<Value> {
        let mut found: Vec<&(u64, i64)> = objects
            .iter()
            .filter(|(id, at)| match place.above {
                Some(above) => *at == place.since && *id > above,
                None => *at >= place.since,
            })
            .collect();
        // Without an order among those of one moment that could be relied upon.
        found.sort_by_key(|(id, at)| if place.above.is_some() { (0, *id) } else { (*at, id.reverse_bits()) });
        let page = found.iter().take(limit);
        let results: Vec<Value> = page
            .map(|(id, at)| json!({"id": id.to_string(), "properties": {"hs_lastmodifieddate": at.to_string()}}))
            .collect();
        let paging = (limit < found.len()).then(|| json!({"next": {"after": limit.to_string()}}));
        serde_json::from_value(json!({"results": results, "paging": paging})).unwrap()
    }

    proptest! {
        #[test]
        fn a_pass_meets_everything(
            times in prop::collection::vec(1_000_000_i64..1_000_006, 0..40),
            limit in 1_usize..6,
            touched in prop::collection::vec(prop::option::of(0_usize..40), 0..40),
        ) {
            let mut objects: Vec<(u64, i64)> = times.iter().zip(1..).map(|(at, id)| (id, *at)).collect();
            let now: Moment = "2026-06-15T12:00:00Z".parse().unwrap();
            let (mut place, mut met, mut touched) = (Place::read(None, now), Vec::new(), touched.into_iter());
            for turn in 0.. {
                prop_assert!(turn < 500, "the pass does not end");
                let listed = search(&objects, &place, limit);
                let step = place.advance(&DEALS, listed, now);
                met.extend(step.fresh.into_iter().map(|(id, _)| id));
                match step.next {
                    Next::More(cursor) => place = Place::read(Some(&cursor), now),
                    Next::Done { .. } => break,
                }
                // Something may change between two pages.
                if let Some(object) = touched.next().flatten().and_then(|place| objects.get_mut(place)) {
                    object.1 = 2_000_000 + turn;
                }
            }
            met.sort_by_key(|id| id.parse::<u64>().unwrap());
            // What changed again, and those of one moment, may be met twice, which does no harm.
            met.dedup();
            prop_assert_eq!(met, objects.iter().map(|(id, _)| id.to_string()).collect::<Vec<_>>());
        }
    }
}
