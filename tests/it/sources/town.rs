//! A workspace beside doubles of all systems, over the same records.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use success_agent::app::{ConnectionWanted, Synced};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::connection::{Connection, Vendor};
use success_agent::domain::record::{Record, RecordKind};
use success_agent::domain::time::Window;
use success_agent::sources::emulator::{Desk, Emulator};
use tokio_util::sync::CancellationToken;

use crate::harness::world::{NOW, World};

/// A workspace beside doubles.
pub struct Town {
    pub world: World,
    pub doubles: Emulator,
}

impl Town {
    /// An empty workspace; the doubles hold these records.
    pub async fn of(records: &[Value]) -> Self {
        Self::beside(&[], records).await
    }

    /// A workspace with some records; the doubles hold others.
    pub async fn beside(here: &[Value], there: &[Value]) -> Self {
        let world = Box::pin(World::with(here, |_| {})).await;
        let there: Vec<Record> = there.iter().map(|record| serde_json::from_value(record.clone()).unwrap()).collect();
        let doubles = Emulator::start("127.0.0.1:0".parse().unwrap(), &there, NOW.parse().unwrap()).await.unwrap();
        Self { world, doubles }
    }

    /// The double of a system.
    pub fn desk(&self, vendor: Vendor) -> &Desk {
        self.doubles.desk(vendor).unwrap()
    }

    /// Connects a system; nothing is fetched yet.
    pub async fn connect(&self, vendor: Vendor) -> Connection {
        self.connect_with(vendor, &[]).await
    }

    /// The same with settings.
    pub async fn connect_with(&self, vendor: Vendor, settings: &[(&str, &str)]) -> Connection {
        let access = self.doubles.access(vendor).unwrap();
        let more = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let wanted = ConnectionWanted {
            key: access.key,
            webhook_secret: access.webhook_secret,
            settings: access.settings.into_iter().chain(more).collect::<BTreeMap<_, _>>(),
            ..ConnectionWanted::default()
        };
        self.world.app.connect(vendor, wanted, &Actor::new("ona@ours.example", Surface::Cli)).await.unwrap()
    }

    /// Fetches to the end, and does what follows.
    pub async fn sync(&self, connection: &Connection) -> Synced {
        let stop = CancellationToken::new();
        let mut all = Synced::default();
        loop {
            let synced = self.world.app.sync(connection.id, &stop).await.unwrap();
            all.counted += synced.counted;
            all.pages += synced.pages;
            if !synced.more {
                break;
            }
        }
        self.world.app.catch_up().await.unwrap();
        all
    }

    /// Connects and fetches from all of these.
    pub async fn all(&self, vendors: &[Vendor]) -> Vec<Connection> {
        let mut connections = Vec::new();
        for vendor in vendors {
            let connection = self.connect(*vendor).await;
            self.sync(&connection).await;
            connections.push(connection);
        }
        connections
    }

    /// The connection as it stands.
    pub async fn standing(&self, connection: &Connection) -> Connection {
        self.world.app.connection_called(&connection.prefix).await.unwrap()
    }

    /// How many records of a kind there are.
    pub async fn count(&self, kind: RecordKind) -> u64 {
        let store = self.world.app.store();
        store.workspace_counts(self.world.app.workspace(), &[kind]).await.unwrap()[0].1
    }

    /// The domains of the accounts.
    pub async fn accounts(&self) -> Vec<String> {
        let accounts = self.world.app.store().accounts(self.world.app.workspace()).await.unwrap();
        let mut domains: Vec<String> = accounts.into_iter().map(|account| account.record.domain).collect();
        domains.sort();
        domains
    }

    /// All that is on record, by what it is, without identifiers: they are the systems' own.
    pub async fn everything(&self) -> Vec<String> {
        let store = self.world.app.store();
        let workspace = self.world.app.workspace();
        let mut lines = Vec::new();
        for account in store.accounts(workspace).await.unwrap() {
            let data = store.account_data(workspace, &account.record.domain).await.unwrap();
            lines.push(format!("{:?}", account.record));
            lines.extend(data.deals.iter().map(|deal| format!("{deal:?}")));
            lines.extend(data.usage.iter().map(|day| format!("{day:?}")));
        }
        for release in store.releases(workspace, &Window::ALWAYS).await.unwrap() {
            lines.push(format!("{release:?}"));
        }
        lines.sort();
        lines
    }
}

/// A customer.
pub fn account(domain: &str, name: &str) -> Value {
    json!({"type": "account", "domain": domain, "name": name, "owner_email": "ona@ours.example", "segment": "mid-market",
        "licensed_seats": 40, "crm_url": format!("https://crm.example/{domain}"),
        "attributes": {"industry": "Rope", "plan": "gold"},
        "contacts": [{"name": "Ana Ruiz", "email": format!("ana@{domain}"), "title": "Head of Data", "primary": true}]})
}

/// A few customers with deals, usage and a release.
pub fn customers(count: usize) -> Vec<Value> {
    let mut records = Vec::new();
    for number in 0..count {
        let domain = format!("quarz{number}.example");
        records.push(account(&domain, &format!("Quarz {number}")));
        records.push(json!({"type": "deal", "id": format!("deal-{number}"), "account": domain, "name": "More seats",
            "stage": "In Progress", "status": "open", "value_minor": 120_000 + number, "currency": "EUR"}));
        for day in 1..=14 {
            records.push(json!({"type": "usage", "account": domain, "day": format!("2026-06-{day:02}"),
                "active_users": 10 + (number + day) % 7, "licensed_seats": 40}));
        }
    }
    records.push(json!({"type": "release", "id": "r1", "title": "Night mode", "body": "It is dark now.",
        "shipped_at": "2026-06-01T09:00:00Z", "version": "v4.0"}));
    records
}
