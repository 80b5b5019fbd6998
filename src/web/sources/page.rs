//! `GET /sources`: connected systems, how fresh each is, and what waits for a person's word; and the way to a system that is
//! connected by logging in there. Looking needs no script; connecting does.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use super::{AliasResponse, SourceResponse, VendorResponse, WaitingResponse, listed, since, waiting_list};
use crate::app::{AppError, Console};
use crate::domain::connection::Vendor;
use crate::web::actor::Sender;
use crate::web::error::Problem;
use crate::web::extract::{Params, PathOf};
use crate::web::state::Web;

/// Where a system sends people back to after they logged in there.
const BACK: &str = "/sources/authorized";

/// The page.
#[derive(Debug, Serialize)]
struct SourcesPage {
    sources: Vec<Row>,
    vendors: Vec<VendorRow>,
    waiting: Vec<WaitingResponse>,
    aliases: Vec<AliasResponse>,
}

/// A connection.
#[derive(Debug, Serialize)]
struct Row {
    source: SourceResponse,
    state_name: &'static str,
    standing: &'static str,
    fetched: Option<Fetched>,
    items: u64,
    waiting: u64,
    set_aside: u64,
}

/// When something was fetched.
#[derive(Debug, Serialize)]
struct Fetched {
    iso: String,
    text: String,
}

/// A system that can be connected.
#[derive(Debug, Serialize)]
struct VendorRow {
    vendor: VendorResponse,
    /// Where it is connected by logging in there, where that is set up.
    log_in: Option<String>,
}

fn row(source: SourceResponse, web: &Web) -> Row {
    let (state_name, standing) = match source.state.as_str() {
        "failing" => ("Failing", "missing"),
        "paused" => ("Halted", "available"),
        "syncing" => ("Being fetched", "available"),
        "new" => ("Not fetched yet", "available"),
        _ => ("Fresh", "connected"),
    };
    let sum = |of: fn(&super::StreamResponse) -> u64| source.streams.iter().map(of).sum();
    Row {
        state_name,
        standing,
        fetched: source.succeeded_at.map(|at| Fetched { iso: at.to_rfc3339(), text: since(at, web.now()) }),
        items: sum(|stream| stream.items),
        waiting: sum(|stream| stream.waiting),
        set_aside: sum(|stream| stream.set_aside),
        source,
    }
}

/// Shows connected systems.
pub(in crate::web) async fn show(State(web): State<Web>) -> Result<Response, Problem> {
    let all = listed(web.app()).await?;
    let waiting = waiting_list(web.app()).await?;
    let vendors = all.vendors.into_iter().map(|vendor| VendorRow {
        log_in: Vendor::parse(&vendor.vendor)
            .filter(|known| web.app().logs_in_at(*known))
            .map(|known| format!("/sources/authorize/{known}")),
        vendor,
    });
    let page = SourcesPage {
        vendors: vendors.collect(),
        sources: all.sources.into_iter().map(|source| row(source, &web)).collect(),
        waiting: waiting.waiting,
        aliases: waiting.aliases,
    };
    web.page().show(&web, "sources.html", "Sources", &page)
}

/// Leads to a system to log in there. Whoever comes back is asked for nothing more.
pub(in crate::web) async fn leave(
    State(web): State<Web>,
    PathOf(vendor): PathOf<String>,
    Params(settings): Params<BTreeMap<String, String>>,
    Sender(origin): Sender,
    console: Console,
) -> Result<Response, Problem> {
    web.app().may_administer(&origin, console, "connect sources").await?;
    let vendor = Vendor::parse(&vendor)
        .ok_or_else(|| Problem::from(AppError::NotFound(format!("`{vendor}` cannot be connected."))))?;
    let to = web.app().authorize_source(vendor, &settings, &format!("{}{BACK}", web.url()), &origin.by)?;
    Ok(Redirect::to(&to).into_response())
}

/// What a system says when somebody comes back.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Back {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// Takes whoever comes back from a system.
pub(in crate::web) async fn come_back(
    State(web): State<Web>,
    Params(back): Params<Back>,
    Sender(origin): Sender,
    console: Console,
) -> Result<Response, Problem> {
    web.app().may_administer(&origin, console, "connect sources").await?;
    let (Some(code), Some(state), None) = (back.code, back.state, back.error) else {
        return Err(AppError::Invalid("The system did not say yes; nothing was connected.".to_owned()).into());
    };
    web.app().authorized_source(&state, &code, &format!("{}{BACK}", web.url()), &origin.by).await?;
    Ok(Redirect::to("/sources").into_response())
}
