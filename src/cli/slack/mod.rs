//! `success-agent slack …`

mod doctor;
mod emulate;

use super::args::SlackAction;
use super::output::{Failure, Output};
use crate::config::Config;
use crate::slack::manifest::manifest;

/// Does what was asked about Slack.
pub(super) async fn run(action: SlackAction, config: &Config, output: &mut Output) -> Result<(), Failure> {
    match action {
        SlackAction::Emulate(args) => emulate::run(args, output).await,
        SlackAction::Manifest => output.json(&manifest(by_http(config))),
        SlackAction::Doctor => doctor::run(config, output).await,
        SlackAction::InstallLink => install_link(config, output),
    }
}

/// The address Slack is to send to; none with Socket Mode.
fn by_http(config: &Config) -> Option<&str> {
    let socket = config.slack.as_ref().is_some_and(|slack| slack.app_token.is_some());
    config.http.public_url.as_deref().filter(|_| !socket)
}

fn install_link(config: &Config, output: &mut Output) -> Result<(), Failure> {
    let Some(slack) = config.slack.as_ref().filter(|slack| slack.client.is_some()) else {
        return Err(Failure::usage(
            "installing into teams is not set up; set SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_TOKEN_KEY",
        ));
    };
    let Some(public) = &config.http.public_url else {
        return Err(Failure::usage("Slack has to find its way back; set public_url under [http]"));
    };
    if slack.signing_secret.is_none() && slack.app_token.is_none() {
        return Err(Failure::usage("set SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN for Socket Mode"));
    }
    output.line(format_args!("{public}/slack/install"))
}
