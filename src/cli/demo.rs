//! `success-agent demo`: the demo workspace beside a local Slack, each a program of its own.

use std::process::Stdio;

use serde::Deserialize;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::args::ServeArgs;
use super::output::{Failure, Ink, Output};
use super::serve;
use crate::config::{Config, SlackConfig, this_program};

/// What a local Slack says of itself first.
#[derive(Debug, Deserialize)]
struct Local {
    api_url: String,
    bot_token: String,
    app_token: String,
    signing_secret: String,
    page_url: String,
}

/// Serves the demo workspace, reached from the page and from a local Slack.
pub(super) async fn run(args: ServeArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let args = ServeArgs { demo: true, ..args };
    let near = args.listen.unwrap_or(config.http.listen).port();
    // Beside the chat where that is free, so that the address is the same the next time.
    let started = match start(near.checked_add(1).filter(|port| *port > 1).unwrap_or(0)).await {
        Some(started) => Some(started),
        None => start(0).await,
    };
    let Some((local, _program)) = started else {
        output.line("The local Slack could not be started; the chat works without it.")?;
        return Box::pin(serve::run(args, config, output)).await;
    };
    output.line(format_args!("A Slack to play in is at {}", output.paint(Ink::Bold, &local.page_url)))?;
    output.flush()?;
    let slack = SlackConfig {
        api_url: local.api_url,
        bot_token: Some(local.bot_token),
        app_token: Some(local.app_token),
        signing_secret: Some(local.signing_secret),
        client: None,
        allowed: Vec::new(),
        outsiders_see: crate::config::DataClass::default(),
        questions_per_minute: crate::config::QUESTIONS_PER_MINUTE,
        paced: true,
    };
    Box::pin(serve::run(args, &Config { slack: Some(slack), ..config.clone() }, output)).await
}

/// Starts a local Slack; it ends with this program.
async fn start(port: u16) -> Option<(Local, Child)> {
    let mut command = Command::new(this_program().ok()?);
    command.args(["slack", "emulate", "--json", "--listen", &format!("127.0.0.1:{port}")]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().ok()?;
    let mut lines = BufReader::new(child.stdout.take()?).lines();
    let first = lines.next_line().await.ok()??;
    Some((serde_json::from_str(&first).ok()?, child))
}
