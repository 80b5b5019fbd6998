//! The pages: the chat, filled with what the scripts need to start, and the digests with what each said last.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Serialize;
use tera::{Context, Tera};

use super::asset;
use super::digests::DigestResponse;
use super::error::Problem;
use super::state::Web;
use crate::app::{App, AppError, digest_text};
use crate::domain::digest::{Digest, Edition};
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
            ("notice.html", include_str!("templates/notice.html")),
            ("record.html", include_str!("templates/record.html")),
            ("section/bars.html", include_str!("templates/section/bars.html")),
            ("section/close_loop.html", include_str!("templates/section/close_loop.html")),
            ("section/contracts.html", include_str!("templates/section/contracts.html")),
            ("section/figures.html", include_str!("templates/section/figures.html")),
            ("section/lacking.html", include_str!("templates/section/lacking.html")),
            ("section/list.html", include_str!("templates/section/list.html")),
            ("section/pipeline.html", include_str!("templates/section/pipeline.html")),
            ("section/readiness.html", include_str!("templates/section/readiness.html")),
            ("section/row.html", include_str!("templates/section/row.html")),
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
        let mut context = shared(web);
        context.insert("title", title);
        context.insert("page", page);
        self.written(template, &context)
    }

    fn written(&self, template: &str, context: &Context) -> Result<Response, Problem> {
        match self.tera.render(template, context) {
            Ok(html) => Ok(Html(html).into_response()),
            Err(error) => {
                tracing::error!(%error, template, "a template failed");
                Err(Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be made; see the log"))
            }
        }
    }

    fn chat(&self, web: &Web) -> Result<Response, Problem> {
        self.written("chat.html", &shared(web))
    }
}

/// What every page reads.
fn shared(web: &Web) -> Context {
    let mut context = Context::new();
    context.insert("version", asset::version());
    context.insert("workspace", web.workspace());
    context.insert("user", web.user());
    context.insert("user_fixed", &web.config().user_header.is_some());
    context.insert("may_act", &true);
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
    web.page().written("digests.html", &context)
}

/// Serves the page, whatever the conversation: the scripts read it from the address.
pub(super) async fn chat(State(web): State<Web>) -> Result<Response, Problem> {
    web.page().chat(&web)
}
