//! `/api/sources`: connected systems, how fresh each is, and what waits for a person's word; and the address webhook
//! deliveries come to.

mod page;
mod wire;

use std::collections::BTreeMap;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri};

pub(super) use page::{come_back, leave, show};
pub use wire::{
    AliasResponse, ConnectParams, DisconnectParams, DoneResponse, IdentityParams, MoveParams, SettingResponse,
    SourceMove, SourceResponse, SourcesResponse, StreamResponse, VendorResponse, WaitingListResponse, WaitingResponse,
};

use super::actor::Sender;
use super::error::Problem;
use super::extract::{JsonBody, PathOf};
use super::state::Web;
use crate::app::{App, AppError, ConnectionView, ConnectionWanted, settings_of};
use crate::domain::actor::Actor;
use crate::domain::connection::Vendor;
use crate::domain::time::{Moment, relative_text};
use crate::sources::Delivery;

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
