//! A pass over a stream: the whole list the first time, then what the events say has changed.
//!
//! Lists can be bounded by when objects were made, not by when they changed; Stripe keeps events for 30 days. So a pass
//! after the first asks for the events since the last one and fetches the objects they name. Where the last pass is too long
//! ago, or the key may not read events, the whole list is read again.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::wire::{Event, Listed};
use super::{Stripe, streams};
use crate::domain::time::Moment;
use crate::sources::{Item, Next, Page, SourceError, Stream};

/// Objects of a page, the most Stripe gives.
const PAGE: &str = "100";
/// How far two passes overlap, in seconds: events come late and clocks differ.
const OVERLAP: i64 = 600;
/// The longest time between passes after which events are still believed to be complete, in seconds.
const EVENTS_KEPT: i64 = 29 * 24 * 3600;
/// How often it is asked which invoices have gone past their due date, in seconds: no event says so by itself.
const DUE_EVERY: i64 = 6 * 3600;

/// Where a pass is. Times are seconds since 1970.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "in", rename_all = "snake_case")]
pub(super) enum Cursor {
    /// In the list.
    List {
        /// When the pass began.
        began: i64,
        /// The last object that was read.
        after: Option<String>,
    },
    /// Before, or in, the events.
    Events {
        /// Events before this were read.
        since: i64,
        /// Events after this that were read before.
        seen: Vec<String>,
        /// When it was last asked which invoices are past due.
        due: i64,
        /// Where the pass is; none before it begins.
        #[serde(default)]
        midway: Option<Midway>,
    },
}

/// Where a pass is in the events, which come newest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Midway {
    began: i64,
    after: String,
    /// Events of this pass that the next one will meet again.
    met: Vec<String>,
}

/// What is known of a pass over the events.
struct Since {
    since: i64,
    seen: Vec<String>,
    due: i64,
}

impl Stripe {
    /// The page of a stream at a cursor.
    pub(super) async fn next_page(
        &self,
        stream: &Stream,
        cursor: Option<&Value>,
        now: Moment,
    ) -> Result<Page, SourceError> {
        let seconds = now.utc().timestamp();
        let cursor = cursor.filter(|cursor| !cursor.is_null()).cloned();
        let cursor = cursor.map(serde_json::from_value::<Cursor>).and_then(Result::ok);
        match cursor {
            None => self.list(stream, seconds, None, now).await,
            Some(Cursor::List { began, after }) => self.list(stream, began, after, now).await,
            Some(Cursor::Events { since, .. }) if seconds - since > EVENTS_KEPT => {
                self.list(stream, seconds, None, now).await
            }
            Some(Cursor::Events { since, seen, due, midway }) => {
                match self.events(stream, Since { since, seen, due }, midway, now).await {
                    // Without the permission to read events every pass reads everything.
                    Err(SourceError::Forbidden(_)) => self.list(stream, seconds, None, now).await,
                    page => page,
                }
            }
        }
    }

    /// A page of the whole list.
    async fn list(&self, stream: &Stream, began: i64, after: Option<String>, now: Moment) -> Result<Page, SourceError> {
        let mut query: Vec<(&str, String)> =
            streams::parameters(stream.name).iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        query.extend(after.clone().map(|after| ("starting_after", after)));
        let listed = match self.listed(stream, &query).await {
            // The object the page begins after was deleted since: begin anew.
            Err(error) if after.is_some() && is_lost(&error) => {
                return Ok(Page { next: Next::More(value(&Cursor::List { began, after: None })), ..Page::default() });
            }
            listed => listed?,
        };
        let more = listed.has_more;
        let items = self.whole(stream, listed.data, now).await?;
        let next = if let Some(last) = items.last().filter(|_| more) {
            Next::More(value(&Cursor::List { began, after: Some(last.id.clone()) }))
        } else {
            let cursor = Cursor::Events { since: began - OVERLAP, seen: Vec::new(), due: began, midway: None };
            Next::Done { cursor: value(&cursor), whole: true }
        };
        Ok(Page { items, gone: Vec::new(), next })
    }

    /// A page of a stream's list, with everything expanded that is asked for.
    async fn listed(&self, stream: &Stream, query: &[(&str, String)]) -> Result<Listed, SourceError> {
        let expanded = streams::expanded(stream.name).iter().map(|path| ("expand[]", format!("data.{path}")));
        let expanded: Vec<(&str, String)> = expanded.collect();
        let request = self.caller.get(&format!("/v1/{}", stream.name)).query(&[("limit", PAGE)]);
        self.caller.call(request.query(query).query(&expanded)).await?.json()
    }

    /// The objects a page of events names, as they are now.
    async fn events(
        &self,
        stream: &Stream,
        pass: Since,
        midway: Option<Midway>,
        now: Moment,
    ) -> Result<Page, SourceError> {
        let began = midway.as_ref().map_or(now.utc().timestamp(), |midway| midway.began);
        let first = midway.is_none();
        let mut met = midway.as_ref().map(|midway| midway.met.clone()).unwrap_or_default();
        let listed = self.events_listed(stream, pass.since, midway.map(|midway| midway.after)).await?;
        let mut ids: Vec<String> = Vec::new();
        let mut last = None;
        for raw in listed.data {
            last = raw.get("id").and_then(Value::as_str).map(str::to_owned).or(last);
            let Ok(event) = serde_json::from_value::<Event>(raw) else { continue };
            if event.created >= began - OVERLAP {
                met.push(event.id.clone());
            }
            let changed = event.changed().filter(|changed| changed.stream == stream.name);
            if let Some(changed) = changed.filter(|one| !pass.seen.contains(&event.id) && !ids.contains(&one.id)) {
                ids.push(changed.id);
            }
        }
        let mut page = self.fetched(stream, &ids, now).await?;
        let mut due = pass.due;
        if first && stream.name == streams::INVOICES && began - due >= DUE_EVERY {
            page.items.extend(self.past_due(stream, due - OVERLAP, began, now).await?);
            due = began;
        }
        page.next = if let Some(after) = last.filter(|_| listed.has_more) {
            let midway = Some(Midway { began, after, met });
            Next::More(value(&Cursor::Events { since: pass.since, seen: pass.seen, due, midway }))
        } else {
            let cursor = Cursor::Events { since: began - OVERLAP, seen: met, due, midway: None };
            Next::Done { cursor: value(&cursor), whole: false }
        };
        Ok(page)
    }

    async fn events_listed(&self, stream: &Stream, since: i64, after: Option<String>) -> Result<Listed, SourceError> {
        let mut query = vec![("limit", PAGE.to_owned()), ("created[gte]", since.to_string())];
        query.extend(streams::events(stream.name).iter().map(|kind| ("types[]", (*kind).to_owned())));
        query.extend(after.map(|after| ("starting_after", after)));
        self.caller.call(self.caller.get("/v1/events").query(&query)).await?.json()
    }

    /// Objects as they are now, and those that are no more.
    async fn fetched(&self, stream: &Stream, ids: &[String], now: Moment) -> Result<Page, SourceError> {
        let (mut raws, mut gone) = (Vec::new(), Vec::new());
        for id in ids {
            match self.object(stream, id).await? {
                Some(raw) => raws.push(raw),
                None => gone.push(id.clone()),
            }
        }
        Ok(Page { items: self.whole(stream, raws, now).await?, gone, next: Next::default() })
    }

    /// Open invoices that went past their due date in this time.
    async fn past_due(&self, stream: &Stream, since: i64, until: i64, now: Moment) -> Result<Vec<Item>, SourceError> {
        let (mut items, mut after): (Vec<Item>, Option<String>) = (Vec::new(), None);
        loop {
            let mut query = vec![
                ("status", "open".to_owned()),
                ("due_date[gte]", since.to_string()),
                ("due_date[lte]", until.to_string()),
            ];
            query.extend(after.take().map(|after| ("starting_after", after)));
            let listed = self.listed(stream, &query).await?;
            let more = listed.has_more;
            items.extend(self.whole(stream, listed.data, now).await?);
            after = items.last().map(|item| item.id.clone()).filter(|_| more);
            if after.is_none() {
                return Ok(items);
            }
        }
    }
}

/// Whether an object that was asked for, or from which a page was to begin, is no more.
pub(super) fn is_lost(error: &SourceError) -> bool {
    match error {
        SourceError::NotFound(_) => true,
        SourceError::Refused(text) => text.contains("No such"),
        _ => false,
    }
}

fn value(cursor: &Cursor) -> Value {
    serde_json::to_value(cursor).unwrap_or_default()
}
