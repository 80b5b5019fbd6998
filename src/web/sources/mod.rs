//! `/api/sources`: connected systems, how fresh each is, and what waits for a person's word; and the address webhook
//! deliveries come to.

mod page;

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(super) use page::{come_back, leave, show};

use super::actor::Sender;
use super::error::Problem;
use super::extract::{JsonBody, PathOf};
use super::state::Web;
use crate::app::{App, AppError, ConnectionView, ConnectionWanted, settings_of};
use crate::domain::actor::Actor;
use crate::domain::connection::{Vendor, WaitingItem};
use crate::domain::time::{Moment, relative_text};
use crate::sources::Delivery;

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

/// How long ago something was fetched: minutes and hours within a day, else days.
#[must_use]
pub fn since(at: Moment, now: Moment) -> String {
    match now.signed_duration_since(at.utc()).num_minutes() {
        ..=0 => "just now".to_owned(),
        minutes @ 1..=119 => format!("{minutes} min ago"),
        minutes @ 120..=1_439 => format!("{} h ago", minutes / 60),
        _ => relative_text(at.day(), now.day()),
    }
}

/// All connections and all systems there are.
///
/// # Errors
/// When the database is out of reach.
pub async fn listed(app: &App) -> Result<SourcesResponse, AppError> {
    let now = app.now();
    let sources = app.connection_views().await?.into_iter().map(|view| SourceResponse::new(view, now)).collect();
    let setting = |setting: crate::sources::Setting| SettingResponse {
        name: setting.name.to_owned(),
        means: setting.means.to_owned(),
        required: setting.required,
    };
    let vendor = |vendor: Vendor| VendorResponse {
        vendor: vendor.wire().to_owned(),
        label: vendor.label().to_owned(),
        brings: vendor.brings().iter().map(|source| source.label().to_lowercase()).collect(),
        settings: settings_of(vendor).into_iter().map(setting).collect(),
    };
    Ok(SourcesResponse { sources, vendors: Vendor::ALL.into_iter().map(vendor).collect() })
}

/// Connects a system.
///
/// # Errors
/// See [`App::connect`].
pub async fn connected(app: &App, params: ConnectParams, by: &Actor) -> Result<SourceResponse, AppError> {
    let vendor = Vendor::parse(&params.vendor).ok_or_else(|| {
        let known: Vec<&str> = Vendor::ALL.iter().map(|vendor| vendor.wire()).collect();
        AppError::Invalid(format!("`{}` cannot be connected; there are {}.", params.vendor, known.join(", ")))
    })?;
    let wanted = ConnectionWanted {
        key: params.key,
        webhook_secret: params.webhook_secret,
        settings: params.settings,
        again: params.again,
        ..ConnectionWanted::default()
    };
    let connection = app.connect(vendor, wanted, by).await?;
    Ok(SourceResponse::new(ConnectionView { connection, streams: Vec::new() }, app.now()))
}

/// Does something with a connection.
///
/// # Errors
/// When there is none of this name.
pub async fn moved(app: &App, name: &str, what: SourceMove) -> Result<DoneResponse, AppError> {
    let done = match what {
        SourceMove::Sync | SourceMove::SyncEverything => {
            app.sync_now(name, what == SourceMove::SyncEverything).await?;
            format!("{name} is being fetched from.")
        }
        SourceMove::Remap => format!("{} items of {name} were read once more.", app.remap(name).await?),
        SourceMove::Pause => {
            app.pause_connection(name, true).await?;
            format!("{name} is halted.")
        }
        SourceMove::Resume => {
            app.pause_connection(name, false).await?;
            format!("{name} goes on.")
        }
    };
    Ok(DoneResponse { done })
}

/// Ends a connection.
///
/// # Errors
/// When there is none of this name.
pub async fn ended(app: &App, name: &str, forget: bool) -> Result<DoneResponse, AppError> {
    let taken = app.disconnect(name, forget).await?;
    Ok(DoneResponse {
        done: if forget {
            format!("{name} is disconnected; {taken} records went with it.")
        } else {
            format!("{name} is disconnected; its records stay.")
        },
    })
}

/// What waits for a person's word.
///
/// # Errors
/// When the database is out of reach.
pub async fn waiting_list(app: &App) -> Result<WaitingListResponse, AppError> {
    let waiting = app.waiting_items().await?.into_iter().map(WaitingResponse::from).collect();
    let alias = |alias: crate::store::AccountAlias| AliasResponse {
        domain: alias.domain,
        account: alias.account,
        by: alias.by,
    };
    Ok(WaitingListResponse { waiting, aliases: app.account_aliases(None).await?.into_iter().map(alias).collect() })
}

/// Says which account something is.
///
/// # Errors
/// When something that is named is not there.
pub async fn identified(app: &App, params: IdentityParams, by: &Actor) -> Result<DoneResponse, AppError> {
    let done = match params {
        IdentityParams::Merge { from, into } => {
            let moved = app.merge_accounts(&from, &into, by).await?;
            format!("{from} is part of {into} now; {moved} records moved.")
        }
        IdentityParams::Alias { domain, account } => {
            app.alias_account(&domain, &account, by).await?;
            format!("{account} is known as {domain} as well.")
        }
        IdentityParams::Split { domain } => {
            let account = app.split_account(&domain).await?;
            format!("{domain} is no longer part of {account}; what came in under it is looked at anew.")
        }
        IdentityParams::Confirm { source, company, account } => {
            app.confirm_company(&source, &company, &account).await?;
            format!("{company} of {source} is {account}.")
        }
    };
    Ok(DoneResponse { done })
}

/// Lists connections, each with how fresh it is.
#[utoipa::path(get, path = "/api/sources", tag = "service",
    responses((status = 200, description = "The connections", body = SourcesResponse)))]
pub(super) async fn list(State(web): State<Web>) -> Result<Json<SourcesResponse>, Problem> {
    Ok(Json(listed(web.app()).await?))
}

/// Connects a system. The key is tried first, and kept encrypted.
#[utoipa::path(post, path = "/api/sources", tag = "service", request_body = ConnectParams,
    responses((status = 200, description = "The connection", body = SourceResponse),
              (status = 403, description = "The sender is no admin", body = Problem),
              (status = 422, description = "A setting is wrong, or the system refuses the key", body = Problem)))]
pub(super) async fn connect(
    State(web): State<Web>,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<ConnectParams>,
) -> Result<Json<SourceResponse>, Problem> {
    Ok(Json(connected(web.app(), params, &origin.by).await?))
}

/// Fetches from a connection, halts it, or lets it go on.
#[utoipa::path(post, path = "/api/sources/{name}", tag = "service", request_body = MoveParams,
    params(("name" = String, Path, description = "What the connection is called")),
    responses((status = 200, description = "What was done", body = DoneResponse),
              (status = 404, description = "There is no such connection", body = Problem)))]
pub(super) async fn act(
    State(web): State<Web>,
    PathOf(name): PathOf<String>,
    JsonBody(params): JsonBody<MoveParams>,
) -> Result<Json<DoneResponse>, Problem> {
    Ok(Json(moved(web.app(), &name, params.what).await?))
}

/// Ends a connection; its records stay unless they are to be forgotten.
#[utoipa::path(delete, path = "/api/sources/{name}", tag = "service", request_body = DisconnectParams,
    params(("name" = String, Path, description = "What the connection is called")),
    responses((status = 200, description = "What was done", body = DoneResponse),
              (status = 404, description = "There is no such connection", body = Problem)))]
pub(super) async fn disconnect(
    State(web): State<Web>,
    PathOf(name): PathOf<String>,
    JsonBody(params): JsonBody<DisconnectParams>,
) -> Result<Json<DoneResponse>, Problem> {
    Ok(Json(ended(web.app(), &name, params.forget).await?))
}

/// Lists what waits for a person's word, and the domains accounts are known by besides their own.
#[utoipa::path(get, path = "/api/identity", tag = "service",
    responses((status = 200, description = "What waits", body = WaitingListResponse)))]
pub(super) async fn waiting(State(web): State<Web>) -> Result<Json<WaitingListResponse>, Problem> {
    Ok(Json(waiting_list(web.app()).await?))
}

/// Says which account something is: merges accounts, adds or takes away a domain, or settles a company.
#[utoipa::path(post, path = "/api/identity", tag = "service", request_body = IdentityParams,
    responses((status = 200, description = "What was done", body = DoneResponse),
              (status = 404, description = "Something that is named is not there", body = Problem)))]
pub(super) async fn identify(
    State(web): State<Web>,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<IdentityParams>,
) -> Result<Json<DoneResponse>, Problem> {
    Ok(Json(identified(web.app(), params, &origin.by).await?))
}

/// Takes a webhook delivery. Its signature is its permission; what it says changed is fetched again.
pub(super) async fn delivery(
    State(web): State<Web>,
    PathOf(name): PathOf<String>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let headers: BTreeMap<String, String> = headers
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let address = format!("{}{uri}", web.url());
    let delivery = Delivery { method: method.as_str(), address: &address, headers: &headers, body: &body };
    web.app().receive_delivery(&name, &delivery).await?;
    Ok(StatusCode::OK)
}
