//! What the tests of connected systems share: a double that runs over a few records, and a walk through a stream.

use std::collections::BTreeMap;
use std::sync::Arc;

use reqwest::Client;
use serde_json::{Value, json};

use super::emulator::{Desk, Emulator, Outgoing};
use super::{Access, Delivery, Found, Item, Next, Source, SourceError, Stream};
use crate::domain::connection::Vendor;
use crate::domain::record::Record;
use crate::domain::time::{Moment, Zone, parse_instant};

/// The present of the tests.
pub(super) fn now() -> Moment {
    "2026-06-15T12:00:00Z".parse().unwrap()
}

/// Records of the import format.
pub(super) fn records(lines: &[Value]) -> Vec<Record> {
    lines.iter().map(|line| serde_json::from_value(line.clone()).unwrap()).collect()
}

/// Doubles over these records.
pub(super) async fn emulator(records: &[Record]) -> Emulator {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Emulator::start("127.0.0.1:0".parse().unwrap(), records, now()).await.unwrap()
}

/// A client for a source under test.
pub(super) fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}

/// The double of a system.
pub(super) fn desk(emulator: &Emulator, vendor: Vendor) -> Arc<Desk> {
    Arc::clone(emulator.desk(vendor).unwrap())
}

/// The stream of that name.
pub(super) fn stream(source: &dyn Source, name: &str) -> Stream {
    *source.streams().iter().find(|stream| stream.name == name).unwrap()
}

/// What a pass over a stream met.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub items: Vec<Item>,
    pub gone: Vec<String>,
    pub cursor: Value,
    pub whole: bool,
    pub pages: usize,
}

impl Walked {
    pub fn ids(&self) -> Vec<&str> {
        self.items.iter().map(|item| item.id.as_str()).collect()
    }
}

/// A pass over a stream, page by page. Each cursor goes through text, as it does when it is kept.
pub(super) async fn walk(
    source: &dyn Source,
    name: &str,
    cursor: Option<&Value>,
    now: Moment,
) -> Result<Walked, SourceError> {
    let stream = stream(source, name);
    let mut walked = Walked::default();
    let mut at = cursor.cloned();
    loop {
        let page = source.page(&stream, at.as_ref(), now).await?;
        walked.pages += 1;
        assert!(walked.pages < 200, "the pass does not end");
        walked.items.extend(page.items);
        walked.gone.extend(page.gone);
        match page.next {
            Next::More(cursor) => at = Some(serde_json::from_str(&cursor.to_string()).unwrap()),
            Next::Done { cursor, whole } => {
                (walked.cursor, walked.whole) = (cursor, whole);
                return Ok(walked);
            }
        }
    }
}

/// Everything the items of a stream say.
pub(super) fn mapped(source: &dyn Source, name: &str, items: &[Item]) -> Vec<Found> {
    let stream = stream(source, name);
    items.iter().flat_map(|item| source.map(&stream, item).unwrap()).collect()
}

/// A delivery of a double, as it comes in.
pub(super) fn incoming<'a>(headers: &'a BTreeMap<String, String>, body: &'a [u8], address: &'a str) -> Delivery<'a> {
    Delivery { method: "POST", address, headers, body }
}

/// The headers of a delivery, as a server sees them.
pub(super) fn headers(delivery: &Outgoing) -> BTreeMap<String, String> {
    delivery.headers.iter().map(|(name, value)| (name.to_lowercase(), value.clone())).collect()
}

/// A few customers with what is known of them, to be carried by a CRM.
pub(super) fn customers() -> Vec<Record> {
    records(&[
        json!({"type": "account", "domain": "quarz.example", "name": "Quarz & Co", "owner_email": "ona@ours.example",
            "segment": "mid-market", "licensed_seats": 45, "crm_url": "https://crm.example/quarz",
            "contacts": [
                {"name": "Ada Quist", "email": "ada@quarz.example", "title": "Head of Tools", "primary": true},
                {"name": "Bo", "email": "bo@quarz.example", "title": null, "primary": false},
                {"name": "Cy de la Tour", "email": null, "title": "Buyer", "primary": false}],
            "attributes": {"industry": "Clock parts", "aliases": ["Quarz"], "tracked": false, "notice_days": 60,
                "modules": "Alpha, Beta"}}),
        json!({"type": "account", "domain": "fjell.example", "name": "Fjell", "owner_email": "ona@ours.example",
            "crm_url": "https://crm.example/fjell",
            "attributes": {"industry": "Rope", "aliases": ["Fjell AS", "Fjell Norge"]}}),
        json!({"type": "account", "domain": "ebbe.example", "name": "Ebbe", "crm_url": "https://crm.example/ebbe",
            "attributes": {"industry": "Boats"}}),
        json!({"type": "deal", "id": "quarz-deal", "account": "quarz.example", "name": "Twenty more", "stage": "Offer out",
            "status": "open", "value_minor": 1_250_050, "currency": "EUR", "url": "https://crm.example/deals/1"}),
        json!({"type": "deal", "id": "fjell-deal", "account": "fjell.example", "name": "First year", "stage": "Won",
            "status": "won", "value_minor": 90_000, "currency": "JPY", "closed_at": "2026-05-02T09:30:00Z",
            "url": "https://crm.example/deals/2"}),
        json!({"type": "deal", "id": "ebbe-deal", "account": "ebbe.example", "name": "Pilot", "stage": "Closed lost",
            "status": "lost", "value_minor": 480_000, "currency": "USD", "lost_reason": "No budget",
            "closed_at": "2026-04-01T16:00:00Z", "url": "https://crm.example/deals/3"}),
        json!({"type": "note", "id": "quarz-note", "account": "quarz.example", "written_at": "2026-06-01T08:00:00Z",
            "author": "Ona Berg", "text": "They like it.", "url": "https://notes.example/1"}),
        json!({"type": "note", "id": "fjell-note", "account": "fjell.example", "written_at": "2026-06-02T08:00:00Z",
            "author": "ona@ours.example", "text": "Two lines.\nOf text."}),
    ])
}

/// Doubles over some records, and a client to reach them.
pub(super) struct Trial {
    emulator: Emulator,
    vendor: Vendor,
    pub client: reqwest::Client,
    pub now: Moment,
}

/// What a pass gave.
#[derive(Debug, Default)]
pub(super) struct Pass {
    pub items: Vec<Item>,
    pub gone: Vec<String>,
    pub cursor: Value,
    pub whole: bool,
    pub pages: usize,
}

impl Trial {
    pub(super) async fn of(vendor: Vendor, lines: &[Value], now: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let now = moment(now);
        let records: Vec<Record> = lines.iter().map(|line| serde_json::from_value(line.clone()).unwrap()).collect();
        let emulator = Emulator::start("127.0.0.1:0".parse().unwrap(), &records, now).await.unwrap();
        Self { emulator, vendor, client: reqwest::Client::new(), now }
    }

    pub(super) fn access(&self) -> Access {
        self.emulator.access(self.vendor).unwrap()
    }

    /// The access with a setting that is another.
    pub(super) fn access_with(&self, name: &str, value: &str) -> Access {
        let mut access = self.access();
        access.settings.insert(name.to_owned(), value.to_owned());
        access
    }

    pub(super) fn desk(&self) -> &Desk {
        self.emulator.desk(self.vendor).unwrap()
    }

    /// Under which identifier a record comes out.
    pub(super) fn name_of(&self, line: &Value) -> String {
        let record: Record = serde_json::from_value(line.clone()).unwrap();
        let (vendor, name) = &self.emulator.names()[&record.reference()];
        assert_eq!(*vendor, self.vendor);
        name.clone()
    }

    pub(super) fn has(&self, line: &Value) -> bool {
        let record: Record = serde_json::from_value(line.clone()).unwrap();
        self.emulator.names().get(&record.reference()).is_some_and(|(vendor, _)| *vendor == self.vendor)
    }

    /// A pass over a stream, from a cursor to its end. After each page the cursor goes through text, as in storage.
    pub(super) async fn pass(
        &self,
        source: &dyn Source,
        stream: &str,
        cursor: Option<&Value>,
    ) -> Result<Pass, SourceError> {
        let stream = stream_of(source, stream);
        let (mut pass, mut cursor) = (Pass::default(), cursor.cloned());
        loop {
            let page = source.page(&stream, cursor.as_ref(), self.now).await?;
            pass.items.extend(page.items);
            pass.gone.extend(page.gone);
            pass.pages += 1;
            assert!(pass.pages < 500, "the pass does not end");
            match page.next {
                Next::More(next) => cursor = Some(serde_json::from_str(&next.to_string()).unwrap()),
                Next::Done { cursor, whole } => {
                    (pass.cursor, pass.whole) = (serde_json::from_str(&cursor.to_string()).unwrap(), whole);
                    return Ok(pass);
                }
            }
        }
    }
}

pub(super) fn stream_of(source: &dyn Source, name: &str) -> Stream {
    *source.streams().iter().find(|stream| stream.name == name).unwrap()
}

/// All that the items of a stream say.
pub(super) fn found(source: &dyn Source, stream: &str, items: &[Item]) -> Vec<Found> {
    let stream = stream_of(source, stream);
    items.iter().flat_map(|item| source.map(&stream, item).unwrap()).collect()
}

pub(super) fn moment(text: &str) -> Moment {
    parse_instant(text, Zone::UTC).unwrap()
}
