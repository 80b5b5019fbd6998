//! Slack's own clients against the local Slack: what they expect of Slack, it does.

use std::process::{Command, Stdio};

use success_agent::slack::emulator::{Emulator, Options};

use crate::harness::slack_validators::{python, tools};

/// Runs a client script against a local Slack of its own; it must come to its end.
async fn runs(mut script: Command) {
    let slack = Emulator::start(Options::default()).await.unwrap();
    for proxy in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
        script.env_remove(proxy);
    }
    script
        .env("API_URL", slack.api_url())
        .env("BOT_TOKEN", slack.bot_token())
        .env("APP_TOKEN", slack.app_token())
        .env("SIGNING_SECRET", slack.signing_secret())
        .env("DRIVER_URL", slack.driver_url())
        .stdin(Stdio::null());
    let output = tokio::process::Command::from(script).kill_on_drop(true).output().await.unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    let differs = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{differs}");
    assert!(said.ends_with("done\n"), "{said}\n{differs}");
}

#[tokio::test(flavor = "multi_thread")]
async fn slack_sdk_finds_what_it_expects() {
    runs(python("client_sdk.py")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_made_with_bolt_for_python_works() {
    runs(python("client_bolt.py")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_made_with_bolt_for_javascript_works() {
    let mut node = Command::new("node");
    node.arg("tests/slack/client_bolt.mjs").env("SLACK_TOOLS_DIR", tools());
    runs(node).await;
}
