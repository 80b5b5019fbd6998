//! The chat page: one template, filled with what the scripts need to start.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use tera::{Context, Tera};

use super::asset;
use super::error::Problem;
use super::state::Web;

/// The page's template, read once.
pub(super) struct Page {
    tera: Tera,
}

impl Page {
    pub(super) fn new() -> anyhow::Result<Self> {
        let mut tera = Tera::new();
        tera.add_raw_template("chat.html", include_str!("templates/chat.html"))?;
        Ok(Self { tera })
    }

    fn render(&self, web: &Web) -> tera::TeraResult<String> {
        let mut context = Context::new();
        context.insert("version", asset::version());
        context.insert("workspace", web.workspace());
        context.insert("user", web.user());
        context.insert("user_fixed", &web.config().user_header.is_some());
        context.insert("now", &web.now().to_rfc3339());
        context.insert("question_chars", &web.config().question_chars);
        self.tera.render("chat.html", &context)
    }
}

/// Serves the page, whatever the conversation: the scripts read it from the address.
pub(super) async fn chat(State(web): State<Web>) -> Response {
    match web.page().render(&web) {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "the page's template failed");
            Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the page could not be made; see the log").into_response()
        }
    }
}
