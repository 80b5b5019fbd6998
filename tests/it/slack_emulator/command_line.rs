//! The local Slack as it is typed.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::cli::program;

#[tokio::test]
async fn the_first_line_says_where_it_is_and_how_to_connect() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = program(folder.path());
    let mut child = command.args(["slack", "emulate", "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let told: Value = serde_json::from_str(&line).unwrap();
    let text = |name: &str| told[name].as_str().unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    let who = http.post(format!("{}/auth.test", text("api_url"))).bearer_auth(text("bot_token")).send().await.unwrap();
    assert_eq!(who.json::<Value>().await.unwrap()["ok"], true);
    let page = http.get(text("page_url")).send().await.unwrap();
    assert!(page.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
    let state = http.get(format!("{}/state", text("driver_url"))).send().await.unwrap();
    assert_eq!(state.json::<Value>().await.unwrap()["bot"]["user_id"], "U_BOT");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_address_others_can_reach_is_refused_with_one_they_cannot() {
    let folder = tempfile::tempdir().unwrap();
    let refused = program(folder.path()).args(["slack", "emulate", "--listen", "0.0.0.0:0"]).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("--listen 127.0.0.1"));
}
