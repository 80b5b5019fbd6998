//! A walk through a stream by offset, which notices when something was taken away behind it.
//!
//! Records taken away before the place shift the rest, and some would be skipped without a word. So each page begins with
//! the last item of the page before; where that is another one, the pass does not count as whole.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::sources::{Next, Stream};

/// How far a pass has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Place {
    /// Items that were met.
    met: usize,
    /// The last of them.
    last: Option<String>,
    /// Whether items may have been skipped.
    shifted: bool,
}

impl Place {
    /// From a cursor; the beginning where it is none of ours.
    pub fn read(cursor: Option<&Value>) -> Self {
        cursor.and_then(|cursor| serde_json::from_value(cursor.clone()).ok()).unwrap_or_default()
    }

    pub fn is_first(&self) -> bool {
        self.met == 0
    }

    /// Where the next page begins: one item back.
    pub fn offset(&self) -> usize {
        self.met.saturating_sub(1)
    }

    /// The items of a page that are new, and how to go on.
    pub fn advance(&self, stream: &Stream, data: &[Value], limit: usize) -> (Vec<(String, Value)>, Next) {
        let mut shifted = self.shifted;
        let mut fresh = Vec::with_capacity(data.len());
        for (place, sent) in data.iter().enumerate() {
            let Some(id) = own_id(stream, sent) else {
                tracing::warn!(stream = stream.name, "Attio sent something without an identifier; it was passed over");
                shifted = true;
                continue;
            };
            if place == 0 && self.last.as_deref() == Some(id) {
                continue;
            }
            shifted |= place == 0 && self.last.is_some();
            fresh.push((id.to_owned(), sent.clone()));
        }
        shifted |= data.is_empty() && self.last.is_some();
        // A page of one item is only the one that was met before: nothing would ever follow.
        if data.len() < limit || fresh.is_empty() {
            return (fresh, over(!shifted));
        }
        let last = data.last().and_then(|sent| own_id(stream, sent)).map(str::to_owned);
        let next = Self { met: self.offset() + data.len(), last, shifted };
        let next = serde_json::to_value(next).map_or_else(|_| over(false), Next::More);
        (fresh, next)
    }
}

/// The identifier of something Attio sent.
pub(super) fn own_id<'a>(stream: &Stream, sent: &'a Value) -> Option<&'a str> {
    let field = if stream.name == "notes" { "note_id" } else { "record_id" };
    sent.get("id")?.get(field)?.as_str().filter(|id| !id.is_empty())
}

/// The end of a pass; the next one begins from the start.
fn over(whole: bool) -> Next {
    Next::Done { cursor: Value::Null, whole }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::sources::Deletions;

    const DEALS: Stream = Stream { name: "deals", deletions: Deletions::Unmet };

    fn page(there: &[usize], place: &Place, limit: usize) -> Vec<Value> {
        let page = there.iter().skip(place.offset()).take(limit);
        page.map(|id| json!({"id": {"record_id": format!("r{id}")}})).collect()
    }

    proptest! {
        #[test]
        fn a_whole_pass_met_everything_that_stayed(
            count in 0_usize..40,
            limit in 2_usize..9,
            taken in prop::collection::vec(prop::option::of(0_usize..40), 0..40),
        ) {
            let mut there: Vec<usize> = (0..count).collect();
            let (mut place, mut met, mut taken) = (Place::default(), Vec::new(), taken.into_iter());
            let whole = loop {
                let (fresh, next) = place.advance(&DEALS, &page(&there, &place, limit), limit);
                met.extend(fresh.into_iter().map(|(id, _)| id));
                match next {
                    Next::More(cursor) => place = Place::read(Some(&cursor)),
                    Next::Done { whole, .. } => break whole,
                }
                // Something may be taken away between two pages.
                if let Some(gone) = taken.next().flatten() {
                    there.retain(|id| *id != gone);
                }
            };
            if whole {
                for id in &there {
                    prop_assert!(met.contains(&format!("r{id}")), "{id} was skipped");
                }
            }
            let mut once = met.clone();
            once.sort();
            once.dedup();
            prop_assert!(!whole || once.len() == met.len(), "met twice: {met:?}");
        }
    }
}
