//! The timeline on an account's page: its filters and its items as their templates read them.

use serde::Serialize;

use super::address;
use super::words::{When, clipped, clock, kind, kinds, line_id};
use crate::app::{FeedItem, FeedPage, HAPPENS, Hub, HubWanted};
use crate::domain::record::RecordKind;
use crate::domain::text::capital;
use crate::domain::time::Moment;

/// Letters shown of what an item says, at most.
const GIST: usize = 360;

/// People named of an item, at most.
const NAMED: usize = 5;

/// The timeline with its filters.
#[derive(Debug, Serialize)]
pub(super) struct Feed {
    filters: Vec<Filter>,
    /// The kind it is limited to.
    show: Option<&'static str>,
    /// The words that were searched for.
    find: String,
    list: FeedList,
}

#[derive(Debug, Serialize)]
struct Filter {
    name: String,
    href: String,
    current: bool,
}

impl Feed {
    pub(super) fn of(hub: &Hub, wanted: &HubWanted) -> Self {
        let domain = &hub.overview.domain;
        let (show, find) = (wanted.kinds.first().copied(), wanted.words.as_deref());
        let held = |kind: RecordKind| {
            hub.overview.counts.iter().find(|count| count.kind == kind).map_or(0, |count| count.count)
        };
        let to = |kind: Option<RecordKind>| address::feed(domain, kind.map(RecordKind::wire), find, None);
        let all = Filter { name: "All".to_owned(), href: to(None), current: show.is_none() };
        // What there is none of is no choice, unless it was chosen.
        let offered = HAPPENS.into_iter().filter(|kind| held(*kind) > 0 || show == Some(*kind));
        let filter = |kind: RecordKind| Filter { name: kinds(kind), href: to(Some(kind)), current: show == Some(kind) };
        Self {
            filters: std::iter::once(all).chain(offered.map(filter)).collect(),
            show: show.map(RecordKind::wire),
            find: find.unwrap_or_default().to_owned(),
            list: FeedList::of(domain, &hub.feed, wanted, hub.now),
        }
    }
}

/// A page of the timeline.
#[derive(Debug, Serialize)]
pub(super) struct FeedList {
    items: Vec<Item>,
    older: Option<String>,
    newest: Option<String>,
    /// The words that were searched for; empty where it goes by time.
    find: String,
}

impl FeedList {
    pub(super) fn of(domain: &str, feed: &FeedPage, wanted: &HubWanted, now: Moment) -> Self {
        let show = wanted.kinds.first().map(|kind| kind.wire());
        let back = wanted.after.is_some() || wanted.words.is_some();
        Self {
            items: feed.items.iter().map(|item| Item::of(item, now)).collect(),
            older: feed.older.as_ref().map(|place| address::feed(domain, show, None, Some(place))),
            newest: back.then(|| address::feed(domain, show, None, None)),
            find: wanted.words.clone().unwrap_or_default(),
        }
    }
}

#[derive(Debug, Serialize)]
struct Item {
    id: String,
    record: String,
    href: String,
    kind: String,
    kind_wire: &'static str,
    title: String,
    gist: String,
    who: Option<String>,
    when: When,
    /// None of what only has a day.
    time: Option<String>,
    /// What opens below it: a transcript, or the whole of what was written.
    opens: Option<&'static str>,
    /// Where in the call the words stand that were found.
    place: Option<String>,
}

impl Item {
    fn of(item: &FeedItem, now: Moment) -> Self {
        let record = &item.titled.record;
        let days = matches!(record.kind, RecordKind::RevenueSource | RecordKind::Deal);
        let mut who: Vec<String> = item.from.iter().cloned().collect();
        let people = item.people.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
        if !people.is_empty() {
            let more = item.people.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let to = if item.from.is_some() { "to " } else { "" };
            who.push(format!("{to}{people}{more}"));
        }
        who.extend(item.minutes.map(|minutes| format!("{minutes} min")));
        let line = item.at_seconds.map(|at| format!("#{}", line_id(at))).unwrap_or_default();
        Self {
            id: format!("{}-{}", record.kind.wire(), record.id),
            record: record.id.clone(),
            href: format!("{}{line}", address::record(record)),
            kind: kind(record.kind),
            kind_wire: record.kind.wire(),
            title: capital(&item.titled.title),
            gist: clipped(item.gist.trim(), GIST),
            who: (!who.is_empty()).then(|| who.join(" · ")),
            when: When::at(item.at, now.day()),
            time: (!days).then(|| item.at.format("%H:%M").to_string()),
            opens: match record.kind {
                RecordKind::Call => Some("Transcript"),
                RecordKind::Email => Some("Whole mail"),
                RecordKind::Note => Some("Whole note"),
                _ => None,
            },
            place: item.at_seconds.map(clock),
        }
    }
}
