//! What is sent to and from `/api/sources` and `/api/identity`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::ConnectionView;
use crate::domain::connection::WaitingItem;
use crate::domain::time::Moment;

/// A system to connect.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectParams {
    /// Which system: `stripe`.
    pub vendor: String,
    /// The key. It is encrypted and never given out again.
    #[serde(default)]
    pub key: String,
    /// What webhook deliveries are signed with, where that is another secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webhook_secret: Option<String>,
    /// What the system has to know besides, by name.
    #[serde(default)]
    pub settings: BTreeMap<String, String>,
    /// The connection that gets another key; a new one when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again: Option<String>,
}

impl std::fmt::Debug for ConnectParams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConnectParams").field("vendor", &self.vendor).finish_non_exhaustive()
    }
}

/// What to do with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceMove {
    /// Fetch what is new, now.
    Sync,
    /// Fetch everything anew.
    SyncEverything,
    /// Read once more what is kept of the last weeks.
    Remap,
    /// Halt it.
    Pause,
    /// Let it go on.
    Resume,
}

/// What to do with a connection.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MoveParams {
    /// What to do.
    pub what: SourceMove,
}

/// How to end a connection.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DisconnectParams {
    /// Whether its records go with it.
    pub forget: bool,
}

/// A stream of a connection.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StreamResponse {
    /// Its name.
    pub stream: String,
    /// Whether it is being fetched.
    pub under_way: bool,
    /// When it was last fetched to its end.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub passed_at: Option<Moment>,
    /// Pages fetched since it was connected.
    pub pages: u64,
    /// Items that are known.
    pub items: u64,
    /// Items that wait for their account.
    pub waiting: u64,
    /// Items that could not be read, or that ask something.
    pub set_aside: u64,
}

/// A connection.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SourceResponse {
    /// What it is called.
    pub name: String,
    /// The system: `stripe`.
    pub vendor: String,
    /// The system's name for people.
    pub label: String,
    /// Whose credentials they are.
    pub of_whom: Option<String>,
    /// `new`, `fresh`, `syncing`, `failing` or `paused`.
    pub state: String,
    /// What it has to know besides the key.
    pub settings: BTreeMap<String, String>,
    /// Permissions that are missing, each with what is not seen without it.
    pub missing: Vec<String>,
    /// When everything was last fetched.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub succeeded_at: Option<Moment>,
    /// When it was last tried.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub tried_at: Option<Moment>,
    /// Minutes since everything was last fetched.
    pub lag_minutes: Option<i64>,
    /// What is wrong.
    pub failure: Option<String>,
    /// What to do about it.
    pub remedy: Option<String>,
    /// Since when.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>)]
    pub failing_since: Option<Moment>,
    /// Its streams.
    pub streams: Vec<StreamResponse>,
    /// Where webhook deliveries are to be sent, below the address people reach the service at.
    pub webhook: String,
}

impl SourceResponse {
    /// Of a connection, as of `now`.
    #[must_use]
    pub fn new(view: ConnectionView, now: Moment) -> Self {
        let ConnectionView { connection, streams } = view;
        let under_way = streams.iter().any(|stream| stream.under_way);
        let state = match () {
            () if connection.paused => "paused",
            () if connection.failure.is_some() => "failing",
            () if under_way => "syncing",
            () if connection.succeeded_at.is_none() => "new",
            () => "fresh",
        };
        let stream = |stream: crate::domain::connection::StreamState| StreamResponse {
            stream: stream.stream,
            under_way: stream.under_way,
            passed_at: stream.passed_at,
            pages: stream.pages,
            items: stream.items,
            waiting: stream.waiting,
            set_aside: stream.set_aside,
        };
        Self {
            webhook: format!("/sources/{}/webhook", connection.prefix),
            name: connection.prefix,
            vendor: connection.vendor.wire().to_owned(),
            label: connection.vendor.label().to_owned(),
            of_whom: connection.of_whom,
            state: state.to_owned(),
            settings: connection.settings,
            missing: connection.missing.iter().map(|lack| format!("{}: {}", lack.scope, lack.costs)).collect(),
            succeeded_at: connection.succeeded_at,
            tried_at: connection.tried_at,
            lag_minutes: connection.succeeded_at.map(|at| now.signed_duration_since(at.utc()).num_minutes().max(0)),
            failure: connection.failure.as_ref().map(|failure| failure.reason.clone()),
            remedy: connection.failure.as_ref().map(|failure| failure.remedy.clone()),
            failing_since: connection.failure.map(|failure| failure.since),
            streams: streams.into_iter().map(stream).collect(),
        }
    }
}

/// A setting of a system.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SettingResponse {
    /// Its name.
    pub name: String,
    /// What to write.
    pub means: String,
    /// Whether it has to be given.
    pub required: bool,
}

/// A system that can be connected.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct VendorResponse {
    /// Its name on the wire.
    pub vendor: String,
    /// Its name for people.
    pub label: String,
    /// What it brings, in words.
    pub brings: Vec<String>,
    /// What it has to know besides the key.
    pub settings: Vec<SettingResponse>,
}

/// Connected systems.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SourcesResponse {
    /// The connections.
    pub sources: Vec<SourceResponse>,
    /// The systems that can be connected.
    pub vendors: Vec<VendorResponse>,
}

/// Something that waits for a person's word.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WaitingResponse {
    /// The connection.
    pub source: String,
    /// The stream.
    pub stream: String,
    /// Its identifier there.
    pub id: String,
    /// What it is called, where it is a company.
    pub name: Option<String>,
    /// Domains it is known by.
    pub domains: Vec<String>,
    /// Why it waits.
    pub reason: String,
}

impl From<WaitingItem> for WaitingResponse {
    fn from(item: WaitingItem) -> Self {
        let WaitingItem { connection, stream, id, name, domains, reason } = item;
        Self { source: connection, stream, id, name, domains, reason }
    }
}

/// What waits for a person's word.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct WaitingListResponse {
    /// Companies nobody can place for certain, and items that could not be read.
    pub waiting: Vec<WaitingResponse>,
    /// Domains accounts are known by besides their own.
    pub aliases: Vec<AliasResponse>,
}

/// A domain an account is known by besides its own.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct AliasResponse {
    /// The domain.
    pub domain: String,
    /// The account's own.
    pub account: String,
    /// Who said so.
    pub by: String,
}

/// Which account something is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub enum IdentityParams {
    /// Two accounts are one company: the records of one become the other's.
    Merge {
        /// Domain of the one that ends.
        from: String,
        /// Domain of the one that stays.
        into: String,
    },
    /// An account is known by a domain as well.
    Alias {
        /// The domain.
        domain: String,
        /// The account's own.
        account: String,
    },
    /// A domain is no longer another account's.
    Split {
        /// The domain.
        domain: String,
    },
    /// A company of a connection is this account.
    Confirm {
        /// The connection.
        source: String,
        /// The company's identifier there.
        company: String,
        /// Domain of the account.
        account: String,
    },
}

/// What came of it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct DoneResponse {
    /// In a sentence.
    pub done: String,
}
