//! The few pages a browser is led to from Slack: installing, and the evidence behind an answer.

use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::domain::evidence::Citation;
use crate::domain::id::{TurnId, WorkspaceId};
use crate::domain::time::day_text;
use crate::slack::service::{Slack, SlackError};

const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) async fn install(State(slack): State<Slack>) -> Response {
    match slack.install_url() {
        Some(url) => Redirect::temporary(&url).into_response(),
        None => page(
            StatusCode::NOT_FOUND,
            "Installing is not set up",
            "<p>This server answers one Slack team. To let several install it, set <code>SLACK_CLIENT_ID</code>, <code>SLACK_CLIENT_SECRET</code> and <code>SLACK_TOKEN_KEY</code>, and <code>public_url</code> under <code>[http]</code>.</p>",
        ),
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Granted {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

pub(super) async fn installed(State(slack): State<Slack>, Query(granted): Query<Granted>) -> Response {
    let (Some(code), Some(state)) = (granted.code, granted.state) else {
        let why = granted.error.unwrap_or_default();
        let why = if why == "access_denied" { "You did not allow it." } else { "Slack's answer is not complete." };
        return page(
            StatusCode::BAD_REQUEST,
            "Not installed",
            &format!("<p>{why} Begin again at <code>/slack/install</code>.</p>"),
        );
    };
    match slack.installed_with(&code, &state).await {
        Ok(team) => page(
            StatusCode::OK,
            "Installed",
            &format!(
                "<p>success-agent is in {} now. Write it a direct message, or invite it into a channel.</p>",
                html(&team)
            ),
        ),
        Err(SlackError::NotAllowed(sentence)) => {
            page(StatusCode::BAD_REQUEST, "Not installed", &format!("<p>{}</p>", html(&sentence)))
        }
        Err(error) => {
            tracing::warn!(%error, "an installation into a Slack team failed");
            page(
                StatusCode::BAD_GATEWAY,
                "Not installed",
                "<p>Slack did not complete it. Begin again at <code>/slack/install</code>.</p>",
            )
        }
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Signed {
    #[serde(default)]
    key: String,
}

pub(super) async fn evidence(
    State(slack): State<Slack>,
    Path((workspace, turn, n)): Path<(String, String, u32)>,
    Query(signed): Query<Signed>,
) -> Response {
    let nothing =
        || page(StatusCode::NOT_FOUND, "Nothing here", "<p>This link is not complete, or what it showed is gone.</p>");
    let (Ok(workspace), Ok(turn)) = (workspace.parse::<WorkspaceId>(), turn.parse::<TurnId>()) else {
        return nothing();
    };
    if !slack.evidence_key().opens(workspace, turn, n, &signed.key) {
        return nothing();
    }
    match slack.app().in_workspace(workspace).citation(turn, n).await {
        Ok(Some(citation)) => page(StatusCode::OK, &citation.title, &shown(&citation, slack.today())),
        Ok(None) => nothing(),
        Err(error) => {
            tracing::warn!(%error, "a citation could not be shown");
            page(
                StatusCode::SERVICE_UNAVAILABLE,
                "Not now",
                "<p>The record is out of reach. Try again in a moment.</p>",
            )
        }
    }
}

fn shown(citation: &Citation, today: chrono::NaiveDate) -> String {
    let who = citation.speaker.as_deref().map(html);
    let when = citation.occurred_at.map(|at| day_text(at.day(), today));
    let account = citation.account.as_deref().map(html);
    let told: Vec<String> = [who, when, account].into_iter().flatten().collect();
    let source = citation.url.as_deref().filter(|url| url.starts_with("https://")).map_or(String::new(), |url| {
        format!("<p><a href=\"{}\" rel=\"noopener noreferrer\">Open it in its source</a></p>", html(url))
    });
    format!(
        "<blockquote>{}</blockquote><p>{}</p>{source}",
        html(&citation.quote).replace('\n', "<br>"),
        told.join(" · ")
    )
}

fn page(status: StatusCode, title: &str, body: &str) -> Response {
    let title = html(title);
    let text = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><main><h1>{title}</h1>{body}</main></html>"
    );
    let headers = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (status, headers, Html(text)).into_response()
}

/// Text as it stands in a page.
fn html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
