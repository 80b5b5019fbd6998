//! `/log-in/with/{provider}`: leaving for a provider, and coming back from it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tower_sessions::Session;

use super::provider::{Begun, Claimed, Provider, ProviderError};
use super::{LogInPage, Wanted};
use crate::app::AppError;
use crate::config::ProviderConfig;
use crate::domain::access::local_path;
use crate::web::error::{Problem, not_found};
use crate::web::extract::{Params, PathOf};
use crate::web::session;
use crate::web::state::Web;

/// Under which name a session keeps what was begun.
const BEGUN: &str = "log-in";

/// What a provider sends somebody back with.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Back {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

/// Leaves for a provider.
pub(in crate::web) async fn leave(
    State(web): State<Web>,
    PathOf(key): PathOf<String>,
    session: Session,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Problem> {
    let Some(config) = web.provider(&key) else { return Err(not_found().await) };
    match Provider::find(config, back(&web, config)).await {
        Ok(provider) => {
            let (url, begun) = provider.begin(config.key, local_path(wanted.to.as_deref()));
            session.insert(BEGUN, begun).await.map_err(session::lost)?;
            Ok(Redirect::to(&url).into_response())
        }
        Err(error) => failed(&web, config, &error),
    }
}

/// Comes back from a provider.
pub(in crate::web) async fn come_back(
    State(web): State<Web>,
    PathOf(key): PathOf<String>,
    session: Session,
    Params(told): Params<Back>,
) -> Result<Response, Problem> {
    let Some(config) = web.provider(&key) else { return Err(not_found().await) };
    // Taken out, so that what was begun is finished once.
    let begun = match session.id() {
        Some(_) => session.remove::<Begun>(BEGUN).await.map_err(session::lost)?,
        None => None,
    };
    let begun = begun.filter(|begun| begun.provider == config.key && told.state.as_deref() == Some(&begun.state));
    let Some(begun) = begun else {
        let sentence = "This log-in was not begun in this browser, or took too long; begin again.".to_owned();
        return refused(&web, StatusCode::BAD_REQUEST, sentence);
    };
    let Some(code) = told.code.filter(|_| told.error.is_none()) else {
        return refused(&web, StatusCode::FORBIDDEN, format!("{} did not log you in; begin again.", config.name));
    };
    let to = begun.to.clone();
    let claimed = match Provider::find(config, back(&web, config)).await {
        Ok(provider) => provider.finish(begun, code, web.now().utc()).await,
        Err(error) => Err(error),
    };
    let Claimed { email, name } = match claimed {
        Ok(claimed) => claimed,
        Err(error) => return failed(&web, config, &error),
    };
    match web.app().let_in(&email, name.as_deref()).await {
        Ok(person) => {
            session::begin(&session, &person).await?;
            Ok(Redirect::to(local_path(Some(&to))).into_response())
        }
        Err(AppError::Forbidden(sentence)) => refused(&web, StatusCode::FORBIDDEN, sentence),
        Err(error) => Err(error.into()),
    }
}

/// Where a provider leads back to.
fn back(web: &Web, config: &ProviderConfig) -> String {
    format!("{}/log-in/with/{}/done", web.url(), config.key)
}

fn refused(web: &Web, status: StatusCode, sentence: String) -> Result<Response, Problem> {
    let page = LogInPage { problem: Some(sentence), ..LogInPage::ways(web, "You are not logged in", "/") };
    Ok((status, page.shown(web)?).into_response())
}

fn failed(web: &Web, config: &ProviderConfig, error: &ProviderError) -> Result<Response, Problem> {
    tracing::warn!(%error, provider = config.key, "a log-in with a provider failed");
    let name = &config.name;
    match error {
        ProviderError::Unusable(_) => refused(
            web,
            StatusCode::BAD_GATEWAY,
            format!("{name} cannot be asked right now; try again, or use a one-time link."),
        ),
        ProviderError::Untrue(_) => refused(
            web,
            StatusCode::FORBIDDEN,
            format!("What {name} said of you cannot be trusted; begin again, and tell your admin if it stays so."),
        ),
        ProviderError::NoAddress => refused(
            web,
            StatusCode::FORBIDDEN,
            format!("{name} does not say that your e-mail address is yours; verify it there, and log in again."),
        ),
    }
}
