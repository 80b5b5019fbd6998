//! Connected systems: connecting and disconnecting them, fetching what is new, and how fresh what came from each is.

mod alert;
pub(super) mod compose;
mod identity;
pub(super) mod resolve;
mod log_in;
mod seal;
mod settings;
mod settle;
mod sync;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{App, AppError};
use crate::config::SourceClient;
use crate::domain::actor::Actor;
use crate::domain::connection::{Connection, StreamState, Vendor};
use crate::domain::id::ConnectionId;
use crate::domain::task::Task;
use crate::sources::oauth::Tokens;
use crate::sources::{Access, Delivery, Refused};
use crate::store::SealedSecret;

pub use alert::SourceAlert;
pub use seal::Sealer;
pub use settings::settings_of;
pub use settle::Counted;
pub use sync::Synced;

/// Items listed or taken at a time, at most.
const LISTED: u32 = 500;

/// What connected systems are driven with.
#[derive(Clone, Debug)]
pub(super) struct Sources {
    /// How long after a sync the next begins, in minutes.
    pub every_minutes: u32,
    /// How long what systems said is kept, in days.
    pub raw_days: u32,
    /// What identifies this program where people log in, by system.
    pub clients: BTreeMap<Vendor, SourceClient>,
    /// What secrets are encrypted with.
    pub sealer: Sealer,
    /// The HTTP client all of them share.
    pub client: reqwest::Client,
}

/// The secret of a connection, as it is encrypted.
#[derive(Clone, Serialize, Deserialize)]
struct Secret {
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    webhook_secret: Option<String>,
    /// Where somebody logged in instead of giving a key: the tokens, of which the access token is the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tokens: Option<Tokens>,
}

/// What somebody wants to connect.
#[derive(Clone, Default)]
pub struct ConnectionWanted {
    /// The key.
    pub key: String,
    /// What webhook deliveries are signed with, where that is another secret.
    pub webhook_secret: Option<String>,
    /// Settings, by name.
    pub settings: BTreeMap<String, String>,
    /// The connection that gets another key; a new one where there is none.
    pub again: Option<String>,
    /// Where somebody logged in: the tokens, of which the access token is the key.
    pub tokens: Option<Tokens>,
}

/// A connection as people look at it.
#[derive(Clone, Debug)]
pub struct ConnectionView {
    /// The connection.
    pub connection: Connection,
    /// Its streams.
    pub streams: Vec<StreamState>,
}

impl App {
    /// Connects a system: tries the key, keeps it encrypted, and has everything fetched at once.
    ///
    /// # Errors
    /// [`AppError::Invalid`] saying which setting is wrong or that the system refuses the key; nothing is kept then.
    pub async fn connect(&self, vendor: Vendor, wanted: ConnectionWanted, by: &Actor) -> Result<Connection, AppError> {
        let known = self.intake.store.connections(self.workspace).await?;
        let before = match &wanted.again {
            Some(prefix) => Some(self.connection_called(prefix).await?),
            None => None,
        };
        if before.as_ref().is_some_and(|before| before.vendor != vendor) {
            return Err(AppError::Invalid("That connection is to another system.".to_owned()));
        }
        let mut settings = before.as_ref().map(|before| before.settings.clone()).unwrap_or_default();
        settings.extend(wanted.settings);
        settings.retain(|_, value| !value.trim().is_empty());
        settings::check(vendor, &settings)?;
        let prefix = before.as_ref().map_or_else(|| free_prefix(vendor, &known), |before| before.prefix.clone());
        let access = Access {
            key: wanted.key.trim().to_owned(),
            webhook_secret: wanted.webhook_secret.clone(),
            settings: settings.clone(),
            prefix: prefix.clone(),
        };
        let source = crate::sources::open(vendor, access, self.sources.client.clone()).map_err(AppError::Invalid)?;
        let preflight = source.preflight().await.map_err(|error| {
            AppError::Invalid(format!("{} cannot be connected: {error}. Nothing was kept.", vendor.label()))
        })?;
        let same =
            |other: &&Connection| other.vendor == vendor && other.settings == settings && other.of_whom == preflight.of;
        if let Some(other) = known.iter().find(same).filter(|_| before.is_none()) {
            return Err(AppError::Conflict(format!(
                "{} is connected as `{name}` already; `success-agent connect {vendor} --again {name}` gives it another key.",
                vendor.label(),
                name = other.prefix
            )));
        }
        let now = self.now();
        let connection = Connection {
            id: before.as_ref().map_or_else(ConnectionId::new, |before| before.id),
            vendor,
            prefix,
            settings,
            of_whom: preflight.of,
            missing: preflight.missing,
            paused: false,
            made_by: by.who.clone(),
            made_at: now,
            due_at: now,
            tried_at: None,
            succeeded_at: None,
            failure: None,
        };
        let secret =
            Secret { key: wanted.key.trim().to_owned(), webhook_secret: wanted.webhook_secret, tokens: wanted.tokens };
        let sealed = self.seal(connection.id, &secret)?;
        match before {
            Some(before) => {
                self.intake.store.renew_connection(self.workspace, &connection, &sealed).await?;
                if before.settings != connection.settings {
                    // What is fetched may be more now: objects that were read do not come again by themselves.
                    self.intake.store.restart_streams(self.workspace, connection.id).await?;
                }
            }
            None => self.intake.store.add_connection(self.workspace, &connection, &sealed).await?,
        }
        self.sync_soon(connection.id).await?;
        tracing::info!(connection = connection.prefix, "a source was connected");
        Ok(connection)
    }

    /// Ends a connection: its credentials and what is known of its items are forgotten. Its records stay, or go with it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none of this name.
    pub async fn disconnect(&self, prefix: &str, forget: bool) -> Result<u64, AppError> {
        let connection = self.connection_called(prefix).await?;
        self.revoke(&connection).await;
        let mut taken = 0;
        if forget {
            for stream in self.intake.store.stream_states(self.workspace, connection.id).await? {
                loop {
                    let made =
                        self.intake.store.items_made(self.workspace, connection.id, &stream.stream, LISTED).await?;
                    if made.is_empty() {
                        break;
                    }
                    let records: Vec<_> = made.iter().flat_map(|(_, made)| made.clone()).collect();
                    taken += self.intake.store.take_away(self.workspace, &records).await?;
                    let ids: Vec<&str> = made.iter().map(|(id, _)| id.as_str()).collect();
                    self.intake.store.forget_items(self.workspace, connection.id, &stream.stream, &ids).await?;
                }
            }
            self.intake.enqueue_again().await?;
        }
        self.intake.store.remove_connection(self.workspace, connection.id).await?;
        Ok(taken)
    }

    /// The connections, each with its streams.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn connection_views(&self) -> Result<Vec<ConnectionView>, AppError> {
        let store = &self.intake.store;
        let mut views = Vec::new();
        for connection in store.connections(self.workspace).await? {
            let streams = store.stream_states(self.workspace, connection.id).await?;
            views.push(ConnectionView { connection, streams });
        }
        Ok(views)
    }

    /// The connection that is called so.
    ///
    /// # Errors
    /// [`AppError::NotFound`] naming those there are.
    pub async fn connection_called(&self, prefix: &str) -> Result<Connection, AppError> {
        let known = self.intake.store.connections(self.workspace).await?;
        let names: Vec<String> = known.iter().map(|connection| connection.prefix.clone()).collect();
        let wanted = prefix.trim().to_ascii_lowercase();
        known.into_iter().find(|connection| connection.prefix == wanted).ok_or_else(|| {
            AppError::NotFound(if names.is_empty() {
                "Nothing is connected yet; `success-agent connect` says how.".to_owned()
            } else {
                format!("There is no connection `{}`; there are {}.", prefix.trim(), names.join(", "))
            })
        })
    }

    /// Halts a connection, or lets it go on.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none of this name.
    pub async fn pause_connection(&self, prefix: &str, paused: bool) -> Result<(), AppError> {
        let connection = self.connection_called(prefix).await?;
        self.intake.store.pause_connection(self.workspace, connection.id, paused, self.now()).await?;
        if paused { Ok(()) } else { self.sync_soon(connection.id).await }
    }

    /// Has a connection fetched from at once; all of it anew where that is wanted.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is none of this name.
    pub async fn sync_now(&self, prefix: &str, everything: bool) -> Result<Connection, AppError> {
        let connection = self.connection_called(prefix).await?;
        if everything {
            self.intake.store.restart_streams(self.workspace, connection.id).await?;
        }
        self.intake.store.put_off(self.workspace, connection.id, self.now()).await?;
        self.sync_soon(connection.id).await?;
        Ok(connection)
    }

    /// Writes down that a connection is to be fetched from.
    async fn sync_soon(&self, connection: ConnectionId) -> Result<(), AppError> {
        let task = Task::SyncSource { workspace: self.workspace, connection };
        self.intake.store.enqueue_in(&task, Duration::ZERO).await?;
        self.intake.store.wake_workers();
        Ok(())
    }

    /// Writes down a sync for every connection that is due, and forgets what is kept for repair no longer.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn enqueue_due_syncs(&self) -> Result<(), AppError> {
        let (store, now) = (&self.intake.store, self.now());
        for connection in store.due_connections(self.workspace, now).await? {
            self.sync_soon(connection).await?;
        }
        Ok(())
    }

    /// Fetches from every connection that is due, to the end, in this process; then reads, scores and indexes what came.
    ///
    /// # Errors
    /// When the database or the index is out of reach.
    pub async fn sync_here(&self) -> Result<(), AppError> {
        for connection in self.intake.store.due_connections(self.workspace, self.now()).await? {
            while self.sync(connection, &self.intake.stop).await?.more && !self.intake.stop.is_cancelled() {}
        }
        self.catch_up().await
    }

    /// Forgets what systems said longer ago than it is kept for repair.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn forget_old_items(&self) -> Result<(), AppError> {
        let (store, now) = (&self.intake.store, self.now());
        let before = now - chrono::Duration::days(self.sources.raw_days.into());
        while store.forget_raw(self.workspace, before, LISTED).await? > 0 {}
        store.forget_deliveries(self.workspace, before).await?;
        Ok(())
    }

    /// Takes a webhook delivery: checks that it is genuine, writes down what it says has changed, and has that fetched.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a connection that is not there, [`AppError::Forbidden`] for one that is not genuine.
    pub async fn receive_delivery(&self, prefix: &str, delivery: &Delivery<'_>) -> Result<(), AppError> {
        let connection = self.connection_called(prefix).await?;
        let access = self.access(&connection).await?;
        let source =
            crate::sources::open(connection.vendor, access, self.sources.client.clone()).map_err(AppError::Invalid)?;
        let delivered = source.delivery(delivery, self.now()).map_err(|refused| match refused {
            Refused::Unreadable => AppError::Invalid(refused.to_string()),
            _ => AppError::Forbidden(refused.to_string()),
        })?;
        let changed = serde_json::to_value(&delivered.changed).unwrap_or_default();
        let store = &self.intake.store;
        if store.receive_delivery(self.workspace, connection.id, (&delivered.id, &changed), self.now()).await? {
            self.sync_soon(connection.id).await?;
        }
        Ok(())
    }

    async fn sync_all_soon(&self) -> Result<(), AppError> {
        for connection in self.intake.store.connections(self.workspace).await? {
            self.sync_soon(connection.id).await?;
        }
        Ok(())
    }

    /// What a connection is opened with.
    async fn access(&self, connection: &Connection) -> Result<Access, AppError> {
        let (secret, _) = self.secret(connection.id).await?;
        Ok(Access {
            key: secret.key,
            webhook_secret: secret.webhook_secret,
            settings: connection.settings.clone(),
            prefix: connection.prefix.clone(),
        })
    }

    /// The secret of a connection, and as it is kept.
    async fn secret(&self, connection: ConnectionId) -> Result<(Secret, SealedSecret), AppError> {
        let sealed = self.intake.store.connection_secret(self.workspace, connection).await?;
        let text = self.sources.sealer.open(&self.context(connection), &sealed)?;
        let secret = serde_json::from_str(&text)
            .map_err(|_| AppError::Conflict("The credentials cannot be read; connect again.".to_owned()))?;
        Ok((secret, sealed))
    }

    fn seal(&self, connection: ConnectionId, secret: &Secret) -> Result<SealedSecret, AppError> {
        let text = serde_json::to_string(secret).unwrap_or_default();
        self.sources.sealer.seal(&self.context(connection), &text)
    }

    /// What a secret is encrypted for.
    fn context(&self, connection: ConnectionId) -> String {
        format!("{}/{connection}/secret", self.workspace)
    }
}

/// What a new connection is called: `stripe`, `stripe-2`.
fn free_prefix(vendor: Vendor, known: &[Connection]) -> String {
    let taken = |name: &str| known.iter().any(|connection| connection.prefix == name);
    let numbered = (2..).map(|number| format!("{vendor}-{number}"));
    std::iter::once(vendor.to_string()).chain(numbered).find(|name| !taken(name)).unwrap_or_else(|| vendor.to_string())
}
