//! The pages: the chat, filled with what the scripts need to start, and the digests with what each said last.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tera::{Context, Tera};

use super::admit::Admitted;
use super::asset;
use super::digests::DigestResponse;
use super::error::Problem;
use super::state::Web;
use crate::app::{App, AppError, Console, digest_text};
use crate::domain::digest::{Digest, Edition};
use crate::domain::person::Role;
use crate::domain::time::Moment;

/// The pages' templates, read once.
pub(super) struct Page {
    tera: Tera,
}

impl Page {
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut tera = Tera::new();
        tera.add_raw_templates([
            ("chat.html", include_str!("templates/chat.html")),
            ("digests.html", include_str!("templates/digests.html")),
            ("frame.html", include_str!("templates/frame.html")),
            ("chat/composer.html", include_str!("templates/chat/composer.html")),
            ("home.html", include_str!("templates/home.html")),
            ("hub.html", include_str!("templates/hub.html")),
            ("hub/acts.html", include_str!("templates/hub/acts.html")),
            ("hub/beside.html", include_str!("templates/hub/beside.html")),
            ("hub/factors.html", include_str!("templates/hub/factors.html")),
            ("hub/feed.html", include_str!("templates/hub/feed.html")),
            ("hub/feed_part.html", include_str!("templates/hub/feed_part.html")),
            ("hub/records.html", include_str!("templates/hub/records.html")),
            ("hub/score.html", include_str!("templates/hub/score.html")),
            ("hub/steps.html", include_str!("templates/hub/steps.html")),
            ("hub/talks.html", include_str!("templates/hub/talks.html")),
            ("log-in.html", include_str!("templates/log-in.html")),
            ("notice.html", include_str!("templates/notice.html")),
            ("reader.html", include_str!("templates/reader.html")),
            ("record.html", include_str!("templates/record.html")),
            ("section/bars.html", include_str!("templates/section/bars.html")),
            ("section/close_loop.html", include_str!("templates/section/close_loop.html")),
            ("section/columns.html", include_str!("templates/section/columns.html")),
            ("section/contracts.html", include_str!("templates/section/contracts.html")),
            ("section/figures.html", include_str!("templates/section/figures.html")),
            ("section/lacking.html", include_str!("templates/section/lacking.html")),
            ("section/list.html", include_str!("templates/section/list.html")),
            ("section/pages.html", include_str!("templates/section/pages.html")),
            ("section/pipeline.html", include_str!("templates/section/pipeline.html")),
            ("section/readiness.html", include_str!("templates/section/readiness.html")),
            ("section/row.html", include_str!("templates/section/row.html")),
            ("sources.html", include_str!("templates/sources.html")),
            ("section/settings.html", include_str!("templates/section/settings.html")),
            ("section/tabs.html", include_str!("templates/section/tabs.html")),
            ("section/top.html", include_str!("templates/section/top.html")),
            ("section/unlock.html", include_str!("templates/section/unlock.html")),
        ])?;
        Ok(Self { tera })
    }

    /// Serves a page in the frame they share: `page` is what its template reads.
    pub(super) fn show<T: Serialize>(
        &self,
        web: &Web,
        template: &str,
        title: &str,
        page: &T,
    ) -> Result<Response, Problem> {
        if !self.tera.contains_template(template) {
            return Err(unwritable(template, &"there is no such template"));
        }
        let mut context = shared(web);
        context.insert("title", title);
        // Which of the places the frame links to the page is: the folder or the name of its template.
        context.insert("place", template.split(['/', '.']).next().unwrap_or_default());
        context.insert("page", page);
        Ok(Unwritten::response(template, context))
    }
}

/// A page that is written once it is known for whom, by [`write`].
#[derive(Clone)]
struct Unwritten {
    template: String,
    context: Context,
}

impl Unwritten {
    fn response(template: &str, context: Context) -> Response {
        let mut response = StatusCode::OK.into_response();
        response.extensions_mut().insert(Self { template: template.to_owned(), context });
        response
    }
}

/// Whoever reads a page, as its frame shows them.
#[derive(Serialize)]
struct Reader<'a> {
    name: &'a str,
    who: &'a str,
    /// Empty where a proxy says who it is.
    role: &'static str,
}

/// Writes a page for whoever asked for it: the frame shows who they are, and what they may not do is not there.
pub(super) async fn write(web: &Web, admitted: &Admitted, mut response: Response) -> Response {
    let Some(Unwritten { template, mut context }) = response.extensions_mut().remove::<Unwritten>() else {
        return response;
    };
    let by = &admitted.origin.by;
    // Somebody who is only named may be known as one who may not act.
    let role = if admitted.known {
        match web.app().identified(by).await {
            Ok(identified) => identified.role,
            Err(error) => return Problem::from(error).into_response(),
        }
    } else {
        by.role
    };
    let reader = match &admitted.person {
        Some(person) => Some(Reader { name: &person.name, who: person.who(), role: person.role.wire() }),
        None if admitted.known && admitted.console == Console::LoggedIn => {
            Some(Reader { name: &by.who, who: &by.who, role: "" })
        }
        None => None,
    };
    context.insert("reader", &reader);
    context.insert("user", &by.who);
    context.insert("user_fixed", &(admitted.console == Console::LoggedIn));
    context.insert("csrf", &admitted.csrf);
    context.insert("may_read", &admitted.known);
    context.insert("may_act", &(admitted.known && role.is_none_or(Role::may_act)));
    context.insert("may_administer", &role.map_or(admitted.console == Console::Open, Role::may_administer));
    match web.page().tera.render(&template, &context) {
        Ok(html) => {
            let kind = HeaderValue::from_static("text/html; charset=utf-8");
            response.headers_mut().insert(header::CONTENT_TYPE, kind);
            *response.body_mut() = Body::from(html);
            response
        }
        Err(error) => unwritable(&template, &error).into_response(),
    }
}

/// Says that a page cannot be written, and why to the log.
fn unwritable(template: &str, error: &dyn std::fmt::Display) -> Problem {
    tracing::error!(%error, template, "a template failed");
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be made; see the log")
}

/// What every page reads.
fn shared(web: &Web) -> Context {
    let mut context = Context::new();
    context.insert("version", asset::version());
    context.insert("workspace", web.workspace());
    context.insert("now", &web.now().to_rfc3339());
    context.insert("question_chars", &web.config().question_chars);
    context
}

/// A digest on its page.
#[derive(Serialize)]
struct Shown {
    digest: DigestResponse,
    next: String,
    edition: Edition,
    made: String,
    text: String,
    preview: bool,
}

impl Shown {
    /// With what it said last; with what it would say now where it was never sent.
    async fn of(app: &App, digest: Digest) -> Result<Self, AppError> {
        let (edition, preview) = app.latest_edition(&digest).await?;
        let told = |at: Moment| digest.schedule.zone().tell(at).format("%A, %B %-d, %H:%M").to_string();
        let (next, made) = (digest.next_at.map(told).unwrap_or_default(), told(edition.made_at));
        let text = digest_text(&edition)?;
        Ok(Self { digest: digest.into(), next, edition, made, text, preview })
    }
}

/// Digests shown on the page at most.
const DIGESTS: usize = 30;

/// Alerts shown, at most.
const ALERTS: usize = 20;

/// Serves the page of digests.
pub(super) async fn digests(State(web): State<Web>) -> Result<Response, Problem> {
    let mut shown = Vec::new();
    for digest in web.app().digests().await?.into_iter().take(DIGESTS) {
        shown.push(Shown::of(web.app(), digest).await?);
    }
    let mut context = shared(&web);
    let mut alerts = web.app().alerts().await?;
    alerts.truncate(ALERTS);
    context.insert("alerts", &alerts);
    context.insert("shown", &shown);
    Ok(Unwritten::response("digests.html", context))
}

/// Serves the page, whatever the conversation: the scripts read it from the address.
pub(super) async fn chat(State(web): State<Web>) -> Response {
    Unwritten::response("chat.html", shared(&web))
}
