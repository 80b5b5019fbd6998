//! A feed of releases: RSS, Atom or JSON Feed, at an address a person gave.
//!
//! A feed lists what is new, not all there ever was, so what it does not list any more stays. It has no key, and whoever
//! connects it may write any address; [`guard`] says which are read.

mod entry;
mod fetch;
mod guard;
mod map;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use async_trait::async_trait;
use chrono::{DateTime, Datelike as _, Duration, Utc};
use reqwest::Url;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::entry::{Entry, Listed};
use self::fetch::Known;
use super::{Access, Deletions, Found, Item, Next, Page, Preflight, Setting, Source, SourceError, Stream};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

/// Dates before this year are mistakes.
const FIRST_YEAR: i32 = 1990;
/// Days ahead that a date may lie; one further on is a mistake.
const AHEAD: i64 = 2;

pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        name: "url",
        means: "the address of an RSS, Atom or JSON feed: https://acme.com/releases.atom",
        required: true,
    },
    Setting {
        name: "allow_local",
        means: "yes to read a feed within this machine's own network; no if left out",
        required: false,
    },
];

const RELEASES: Stream = Stream { name: "releases", deletions: Deletions::Never };

/// A feed.
struct Feed {
    access: Access,
    url: Url,
    local_too: bool,
}

/// What is known of the feed from the last pass.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Cursor {
    /// The address that was given then.
    asked: String,
    /// Where it has moved for good.
    moved_to: Option<String>,
    etag: Option<String>,
    modified: Option<String>,
    /// When entries without a date of their own were first seen.
    first_seen: BTreeMap<String, Moment>,
}

pub(super) fn open(access: Access, _: reqwest::Client) -> Result<Box<dyn Source>, String> {
    // Each address is reached by a client of its own, which goes nowhere else.
    Feed::open(access).map(|source| Box::new(source) as Box<dyn Source>)
}

impl Feed {
    fn open(access: Access) -> Result<Self, String> {
        let url = access.setting("url").ok_or("a feed needs the setting url: https://acme.com/releases.atom")?;
        let url = guard::address(url)?;
        let local_too = match access.setting("allow_local").unwrap_or("no") {
            "yes" => true,
            "no" => false,
            _ => return Err("the setting allow_local is yes or no".to_owned()),
        };
        Ok(Self { access, url, local_too })
    }

    async fn read(&self, cursor: Cursor, now: Moment) -> Result<Page, SourceError> {
        // What is known is of the address that was asked for.
        let mut cursor = if cursor.asked == self.url.as_str() { cursor } else { Cursor::default() };
        let at = cursor.moved_to.as_deref().and_then(|at| Url::parse(at).ok());
        let at = at.as_ref().unwrap_or(&self.url);
        let known = Known { etag: cursor.etag.as_deref(), modified: cursor.modified.as_deref() };
        let fetched = fetch::fetch(at, known, self.local_too).await?;
        if let Some(to) = fetched.moved_to {
            cursor.moved_to = Some(to.to_string());
        }
        let mut items = Vec::new();
        if let Some(body) = fetched.body {
            let entries = entry::read(&body, &fetched.at).map_err(SourceError::Malformed)?;
            let entries = dated(entries, &mut cursor.first_seen, now);
            items = entries.iter().map(item).collect();
            (cursor.etag, cursor.modified) = (fetched.etag, fetched.modified);
        }
        self.url.as_str().clone_into(&mut cursor.asked);
        let cursor = serde_json::to_value(&cursor).unwrap_or_default();
        Ok(Page { items, gone: Vec::new(), next: Next::Done { cursor, whole: false } })
    }
}

#[async_trait]
impl Source for Feed {
    fn vendor(&self) -> Vendor {
        Vendor::Feed
    }

    fn streams(&self) -> &'static [Stream] {
        &[RELEASES]
    }

    async fn preflight(&self) -> Result<Preflight, SourceError> {
        let fetched = fetch::fetch(&self.url, Known::default(), self.local_too).await?;
        entry::read(&fetched.body.unwrap_or_default(), &fetched.at).map_err(SourceError::Malformed)?;
        Ok(Preflight { of: self.url.host_str().map(str::to_owned), missing: Vec::new() })
    }

    async fn page(&self, stream: &Stream, cursor: Option<&Value>, now: Moment) -> Result<Page, SourceError> {
        if stream.name != RELEASES.name {
            return Err(SourceError::NotFound(format!("a feed has no stream {}", stream.name)));
        }
        let cursor = match cursor.filter(|cursor| !cursor.is_null()) {
            Some(cursor) => Cursor::deserialize(cursor).map_err(|_| {
                SourceError::Malformed("the place where the last pass ended cannot be read; read it anew".to_owned())
            })?,
            None => Cursor::default(),
        };
        self.read(cursor, now).await
    }

    async fn item(&self, _: &Stream, id: &str) -> Result<Option<Item>, SourceError> {
        let fetched = fetch::fetch(&self.url, Known::default(), self.local_too).await?;
        let entries = entry::read(&fetched.body.unwrap_or_default(), &fetched.at).map_err(SourceError::Malformed)?;
        let entry = entries.into_iter().find(|(entry, _)| entry.key == id);
        Ok(entry.map(|(entry, date)| item(&Entry { shipped_at: date.map(written), ..entry })))
    }

    fn map(&self, _: &Stream, item: &Item) -> Result<Vec<Found>, String> {
        map::release(&self.access, &item.raw).map(|found| vec![found])
    }
}

/// The entries with their dates. One without a date, or with one that cannot be, has that of when it was first seen.
fn dated(entries: Vec<Listed>, first_seen: &mut BTreeMap<String, Moment>, now: Moment) -> Vec<Entry> {
    let mut seen = BTreeMap::new();
    let mut all = Vec::new();
    for (entry, date) in entries {
        let date = date.filter(|date| date.year() >= FIRST_YEAR && *date <= now.utc() + Duration::days(AHEAD));
        let date = date.unwrap_or_else(|| {
            let first = first_seen.get(&entry.key).copied().unwrap_or(now);
            seen.insert(entry.key.clone(), first);
            first.utc()
        });
        all.push(Entry { shipped_at: Some(written(date)), ..entry });
    }
    // What the feed lists no more is not asked for again.
    *first_seen = seen;
    all
}

fn item(entry: &Entry) -> Item {
    Item { id: entry.key.clone(), raw: serde_json::to_value(entry).unwrap_or_default() }
}

fn written(date: DateTime<Utc>) -> String {
    Moment::from(date).to_string()
}
