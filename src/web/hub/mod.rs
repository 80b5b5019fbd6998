//! `GET /accounts/{domain}` and `GET /records/{kind}/{id}`: pages about an account and about a record, which need no script.

pub(super) mod address;
mod chart;
mod feed;
mod head;
mod lists;
mod record;
mod view;
pub(super) mod words;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

use self::feed::FeedList;
use self::record::RecordPage;
use self::view::HubPage;
use super::error::Problem;
use super::extract::{Params, PathOf};
use super::state::Web;
use crate::app::{AppError, HAPPENS, HubWanted};
use crate::domain::record::{RecordKind, RecordRef};

/// The longest words that are searched for in a timeline, in letters.
const LONGEST_SEARCH: usize = 300;

/// Accounts that may have been meant, at most.
const MEANT: u32 = 6;

/// What of the timeline is shown.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct HubParams {
    /// Only this kind of record.
    show: Option<String>,
    /// The place it begins at.
    before: Option<String>,
    /// Words to be found in it.
    find: Option<String>,
    /// The section its reader came from.
    from: Option<String>,
}

/// A page that says what is wrong and what to do.
#[derive(Debug, Serialize)]
struct Notice {
    title: &'static str,
    text: String,
    typed: String,
    meant: Vec<Meant>,
}

/// An account that may have been meant.
#[derive(Debug, Serialize)]
struct Meant {
    name: String,
    domain: String,
    href: String,
}

/// Shows an account.
pub(super) async fn show(
    State(web): State<Web>,
    PathOf(domain): PathOf<String>,
    Params(params): Params<HubParams>,
) -> Result<Response, Problem> {
    let wanted = match wanted(&params) {
        Ok(wanted) => wanted,
        Err(text) => {
            return notice(&web, StatusCode::UNPROCESSABLE_ENTITY, "This link cannot be read", text, &domain).await;
        }
    };
    match web.app().hub(&domain, &wanted).await {
        Ok(hub) => {
            let page = HubPage::of(&hub, &wanted, params.from.as_deref());
            web.page().show(&web, "hub.html", &HubPage::title(&hub), &page)
        }
        Err(AppError::NotFound(_)) => match web.app().exactly(&domain).await? {
            Some(account) => Ok(Redirect::to(&address::account(&account.domain)).into_response()),
            None => {
                let text = format!("There is no account “{domain}” in this workspace.");
                notice(&web, StatusCode::NOT_FOUND, "No such account", text, &domain).await
            }
        },
        Err(other) => Err(other.into()),
    }
}

fn wanted(params: &HubParams) -> Result<HubWanted, String> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
    let kinds = match given(&params.show) {
        None => Vec::new(),
        Some(show) => match RecordKind::parse(&show).filter(|kind| HAPPENS.contains(kind)) {
            Some(kind) => vec![kind],
            None => {
                let known = HAPPENS.map(RecordKind::wire).join(", ");
                return Err(format!("“{show}” is no kind of record in a timeline; there is {known}."));
            }
        },
    };
    let after = given(&params.before).map(|text| text.parse()).transpose()?;
    let words = given(&params.find);
    if words.as_ref().is_some_and(|words| words.chars().count() > LONGEST_SEARCH) {
        return Err(format!("That is too long to search for; use {LONGEST_SEARCH} letters."));
    }
    Ok(HubWanted { kinds, after, words })
}

/// Shows a part of the timeline alone, for the page that goes on with it.
pub(super) async fn feed(
    State(web): State<Web>,
    PathOf(domain): PathOf<String>,
    Params(params): Params<HubParams>,
) -> Result<Response, Problem> {
    let wanted = wanted(&params).map_err(Problem::invalid)?;
    let feed = web.app().feed(&domain, &wanted).await?;
    let list = FeedList::of(&domain, &feed, &wanted, web.now());
    web.page().show(&web, "hub/feed_part.html", "", &list)
}

/// Leads from an address of another system's manner to the page.
pub(super) async fn elsewhere(PathOf(domain): PathOf<String>) -> Redirect {
    Redirect::permanent(&address::account(&domain))
}

/// Shows a record.
pub(super) async fn record(
    State(web): State<Web>,
    PathOf((kind, id)): PathOf<(String, String)>,
) -> Result<Response, Problem> {
    let text = format!("There is no record “{kind}/{id}” in this workspace; it may have been taken away.");
    let gone = async || notice(&web, StatusCode::NOT_FOUND, "No such record", text.clone(), "").await;
    let Some(kind) = RecordKind::parse(&kind) else { return gone().await };
    match web.app().record(RecordRef { kind, id }).await {
        Ok(view) => {
            let title = view.title.clone();
            web.page().show(&web, "record.html", &title, &RecordPage::of(view, web.now()))
        }
        Err(AppError::NotFound(_)) => gone().await,
        Err(other) => Err(other.into()),
    }
}

/// A page that says what is wrong, with a search and accounts that may have been meant.
pub(super) async fn notice(
    web: &Web,
    status: StatusCode,
    title: &'static str,
    text: String,
    typed: &str,
) -> Result<Response, Problem> {
    let word = typed.split('.').next().unwrap_or_default();
    let found = if word.is_empty() { Vec::new() } else { web.app().suggest_accounts(word, MEANT).await? };
    let meant = found.into_iter().map(|account| Meant {
        href: address::account(&account.domain),
        name: account.name,
        domain: account.domain,
    });
    let page = Notice { title, text, typed: typed.to_owned(), meant: meant.collect() };
    let shown = web.page().show(web, "notice.html", title, &page)?;
    Ok((status, shown).into_response())
}
