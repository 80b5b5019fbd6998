//! `/log-in` and `/log-out`: the ways there are to log in, and the one-time link.

mod provider;
mod with;

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use tower_sessions::Session;
use utoipa::ToSchema;

use super::actor::Sender;
use super::admit::Admitted;
use super::error::Problem;
use super::extract::{JsonBody, Params, PathOf};
use super::people::role_named;
use super::session;
use super::state::Web;
use crate::app::{AppError, Console, LoginLink};
use crate::domain::access::local_path;
use crate::domain::person::Role;
use crate::domain::time::Moment;

pub(super) use with::{come_back, leave};

/// Where one logs in, to go on to `to`.
pub(super) fn address(to: &str) -> String {
    format!("/log-in{}", query(local_path(Some(to))))
}

/// Where to go on to, as a query; none for the start.
fn query(to: &str) -> String {
    match to {
        "/" => String::new(),
        to => format!("?to={}", form_urlencoded::byte_serialize(to.as_bytes()).collect::<String>()),
    }
}

/// Where somebody wants to go.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    to: Option<String>,
}

/// The page.
#[derive(Debug, Default, Serialize)]
struct LogInPage {
    title: &'static str,
    /// What went wrong.
    problem: Option<String>,
    /// Of a link: whom it logs in.
    name: Option<String>,
    /// Providers to log in with.
    ways: Vec<Way>,
    /// Of a link: where its button leads.
    action: Option<String>,
    /// Where somebody wants to go.
    to: String,
}

/// A provider to log in with.
#[derive(Debug, Serialize)]
struct Way {
    name: String,
    href: String,
}

impl LogInPage {
    /// A page with the ways to log in, to go on to `to`.
    fn ways(web: &Web, title: &'static str, to: &str) -> Self {
        let ways = web.providers().iter().map(|provider| Way {
            name: provider.name.clone(),
            href: format!("/log-in/with/{}{}", provider.key, query(to)),
        });
        Self { title, ways: ways.collect(), to: to.to_owned(), ..Self::default() }
    }

    fn shown(&self, web: &Web) -> Result<Response, Problem> {
        web.page().show(web, "log-in.html", self.title, self)
    }
}

/// Shows the ways to log in.
pub(super) async fn show(
    State(web): State<Web>,
    Extension(admitted): Extension<Admitted>,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Problem> {
    let to = local_path(wanted.to.as_deref());
    if admitted.known {
        return Ok(Redirect::to(to).into_response());
    }
    LogInPage::ways(&web, "Log in", to).shown(&web)
}

/// Shows whom a link logs in, with a button: whoever only looks at the link, as mail programs do, does not use it up.
pub(super) async fn link(State(web): State<Web>, PathOf(secret): PathOf<String>) -> Result<Response, Problem> {
    match web.app().login_link(&secret).await {
        Ok(person) => {
            let page = LogInPage { title: "Log in", to: "/".to_owned(), ..LogInPage::default() };
            LogInPage { name: Some(person.name), action: Some(place(&secret)), ..page }.shown(&web)
        }
        Err(error) => over(&web, error),
    }
}

/// Uses a link up, and logs in whom it is for.
pub(super) async fn use_link(
    State(web): State<Web>,
    PathOf(secret): PathOf<String>,
    session: Session,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Problem> {
    match web.app().use_login_link(&secret).await {
        Ok(person) => {
            session::begin(&session, &person).await?;
            Ok(Redirect::to(local_path(wanted.to.as_deref())).into_response())
        }
        Err(error) => over(&web, error),
    }
}

/// Says that a link logs in nobody any more.
fn over(web: &Web, error: AppError) -> Result<Response, Problem> {
    let AppError::NotFound(sentence) = error else { return Err(error.into()) };
    let page = LogInPage { problem: Some(sentence), ..LogInPage::ways(web, "This link is used up", "/") };
    Ok((StatusCode::GONE, page.shown(web)?).into_response())
}

/// Logs out.
pub(super) async fn log_out(session: Session) -> Result<Response, Problem> {
    session::end(&session).await?;
    Ok(Redirect::to("/log-in").into_response())
}

fn place(secret: &str) -> String {
    format!("/log-in/link/{secret}")
}

/// Who is to log in.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkParams {
    /// E-mail address; whoever is not known is added.
    pub email: String,
    /// Full name of somebody who is added.
    #[serde(default)]
    pub name: Option<String>,
    /// `viewer`, `csm` or `admin`.
    #[serde(default)]
    pub role: Option<String>,
}

impl LinkParams {
    /// The role that is named.
    ///
    /// # Errors
    /// A sentence where there is no such role.
    pub fn role(&self) -> Result<Option<Role>, String> {
        role_named(self.role.as_deref())
    }
}

/// A link by which somebody can log in once.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LinkResponse {
    /// The link.
    pub url: String,
    /// Whom it logs in.
    pub email: String,
    /// What they may do.
    pub role: String,
    /// Until when it can be used.
    #[schema(value_type = DateTime<Utc>)]
    pub expires_at: Moment,
}

impl LinkResponse {
    /// Of a link to a service at `url`.
    #[must_use]
    pub fn new(link: &LoginLink, url: &str) -> Self {
        Self {
            url: format!("{url}{}", place(&link.secret)),
            email: link.person.who().to_owned(),
            role: link.person.role.wire().to_owned(),
            expires_at: link.expires_at,
        }
    }
}

/// Makes a link by which somebody can log in once. Only a command on the server can.
#[utoipa::path(post, path = "/api/log-in/links", tag = "service", request_body = LinkParams,
    responses((status = 200, description = "The link; it is shown once", body = LinkResponse),
              (status = 403, description = "The sender is no command on the server", body = Problem),
              (status = 422, description = "The address or the role is none", body = Problem)))]
pub(super) async fn make_link(
    State(web): State<Web>,
    console: Console,
    Sender(origin): Sender,
    JsonBody(params): JsonBody<LinkParams>,
) -> Result<Json<LinkResponse>, Problem> {
    let role = params.role().map_err(Problem::invalid)?;
    let link = web.app().make_login_link(&params.email, params.name.as_deref(), role, &origin, console).await?;
    Ok(Json(LinkResponse::new(&link, web.url())))
}
