//! What tests of a source share: its double, a pass over a stream, and what came of it.

use serde_json::Value;

use super::emulator::{Desk, Emulator};
use super::{Access, Found, Item, Next, Source, SourceError, Stream};
use crate::domain::connection::Vendor;
use crate::domain::record::Record;
use crate::domain::time::{Moment, Zone, parse_instant};

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
