//! `success-agent slack doctor`: tries what Slack needs, and says what to fix.

use serde_json::json;

use crate::cli::output::{Failure, Ink, Output};
use crate::config::{Config, SlackConfig};
use crate::slack::client::{Api, CallError, Caller};
use crate::slack::manifest::BOT_SCOPES;

/// One thing that was looked at.
struct Finding {
    what: &'static str,
    well: bool,
    told: String,
}

/// Looks at everything; fails where something has to be fixed.
pub(super) async fn run(config: &Config, output: &mut Output) -> Result<(), Failure> {
    let Some(slack) = &config.slack else {
        return Err(Failure::failed(
            "Slack is not configured: make an app from the output of `success-agent slack manifest` at api.slack.com/apps, then set SLACK_BOT_TOKEN and SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP)",
        ));
    };
    let api = Api::new(&slack.api_url, slack.paced).map_err(|error| Failure::failed(format!("{error:#}")))?;
    let mut findings = Vec::new();
    if let Some(token) = &slack.bot_token {
        findings.extend(bot(&api, token).await);
    }
    if let Some(token) = &slack.app_token {
        findings.push(socket(&api, token).await);
    }
    findings.push(way_in(slack, config.http.public_url.as_deref()));
    findings.push(links(config.http.public_url.as_deref()));
    for Finding { what, well, told } in &findings {
        let mark = if *well { output.paint(Ink::Green, "well ") } else { output.paint(Ink::Red, "fix  ") };
        output.line(format_args!("{mark}  {what:<12} {told}"))?;
    }
    if findings.iter().all(|finding| finding.well) { Ok(()) } else { Err(Failure::Told) }
}

async fn bot(api: &Api, token: &str) -> Vec<Finding> {
    let caller = Caller::new("", token);
    let tested = match api.write(&caller, "auth.test", &json!({})).await {
        Ok(tested) => tested,
        Err(error) => return vec![Finding { what: "bot token", well: false, told: bot_problem(&error) }],
    };
    let say = |name: &str| tested.get(name).and_then(serde_json::Value::as_str).unwrap_or("?").to_owned();
    let mut findings =
        vec![Finding { what: "bot token", well: true, told: format!("{} in the team {}", say("user"), say("team")) }];
    // Each look needs scopes of its own; Slack names the one that is missing.
    for (what, method, arguments) in [
        ("users", "users.list", vec![("limit", "1")]),
        ("channels", "conversations.list", vec![("limit", "1"), ("types", "public_channel,private_channel,im")]),
    ] {
        let looked = api.read(&caller, method, &arguments).await;
        findings.push(match looked {
            Ok(_) => Finding { what, well: true, told: "readable".to_owned() },
            Err(CallError::Refused { code, .. }) if code == "missing_scope" => Finding {
                what,
                well: false,
                told: format!(
                    "a scope is missing; the app needs {}: install it again from the manifest",
                    BOT_SCOPES.join(", ")
                ),
            },
            Err(error) => Finding { what, well: false, told: error.to_string() },
        });
    }
    findings
}

fn bot_problem(error: &CallError) -> String {
    match error.code() {
        Some("invalid_auth" | "not_authed") => {
            "Slack does not know this token; copy SLACK_BOT_TOKEN again from OAuth & Permissions".to_owned()
        }
        Some("token_revoked" | "account_inactive") => {
            "the token was taken away; install the app into the team again and copy the new SLACK_BOT_TOKEN".to_owned()
        }
        _ => error.to_string(),
    }
}

async fn socket(api: &Api, token: &str) -> Finding {
    let opened = api.write(&Caller::new("", token), "apps.connections.open", &json!({})).await;
    let told = match &opened {
        Ok(_) => "a connection can be opened".to_owned(),
        Err(error) => match error.code() {
            Some("missing_scope") => {
                "SLACK_APP_TOKEN lacks connections:write; make a new app-level token with it".to_owned()
            }
            Some("invalid_auth" | "not_allowed_token_type") => {
                "SLACK_APP_TOKEN is not an app-level token of this app; copy it again from Basic Information".to_owned()
            }
            _ => format!("{error}; is Socket Mode switched on for the app?"),
        },
    };
    Finding { what: "Socket Mode", well: opened.is_ok(), told }
}

fn way_in(slack: &SlackConfig, public_url: Option<&str>) -> Finding {
    let (well, told) = match (&slack.app_token, &slack.signing_secret, public_url) {
        (Some(_), _, _) => (true, "over Socket Mode; no address of this server is needed".to_owned()),
        (None, Some(_), Some(url)) => (true, format!("over HTTP; the app must send to {url}/slack/events")),
        (None, Some(_), None) => {
            (false, "over HTTP, but nobody knows this server's address; set public_url under [http]".to_owned())
        }
        (None, None, _) => (false, "none; set SLACK_APP_TOKEN or SLACK_SIGNING_SECRET".to_owned()),
    };
    Finding { what: "way in", well, told }
}

fn links(public_url: Option<&str>) -> Finding {
    let told = match public_url {
        Some(url) => format!("citations open pages of {url}"),
        None => "citations open as dialogs in Slack; with public_url under [http] they are links".to_owned(),
    };
    Finding { what: "citations", well: true, told }
}
