//! Stopping an answer while it is written: on the page, over HTTP and in the terminal.

use std::path::Path;
use std::process::{Child, Stdio};

use reqwest::Response;
use serde_json::{Value, json};

use crate::cli::program;
use crate::harness::model_server::{Act, ModelServer};
use crate::served::{demo, demo_on, demo_with, expect};

const SAID: &str = "Stopped. Nothing was changed.";

/// Events of an answer as they arrive.
struct Events {
    response: Response,
    held: String,
}

impl Events {
    /// Asks.
    async fn of(url: &str, body: &Value) -> Self {
        let asking = reqwest::Client::new().post(format!("{url}/api/ask")).header("accept", "text/event-stream");
        Self { response: asking.json(body).send().await.unwrap(), held: String::new() }
    }

    /// The data of the next event of this name.
    async fn next(&mut self, name: &str) -> Value {
        loop {
            while let Some((event, rest)) = self.held.split_once("\n\n").map(|(event, rest)| (event.to_owned(), rest)) {
                self.held = rest.to_owned();
                if let Some(data) = event.strip_prefix(&format!("event: {name}\ndata: ")) {
                    return serde_json::from_str(data).unwrap();
                }
            }
            let bytes = self.response.chunk().await.unwrap().unwrap_or_else(|| panic!("no `{name}` arrives"));
            self.held.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    }
}

async fn stop(url: &str, conversation: &Value, body: Value) -> Value {
    let address = format!("{url}/api/conversations/{}/stop", conversation.as_str().unwrap());
    expect(reqwest::Client::new().post(address).json(&body), 200).await
}

async fn conversation(url: &str, id: &Value) -> Vec<Value> {
    let address = format!("{url}/api/conversations/{}", id.as_str().unwrap());
    expect(reqwest::Client::new().get(address), 200).await["turns"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_stopped_answer_ends_at_once_is_remembered_as_stopped_and_can_be_asked_again() {
    let acts = [Act::Hang("They renew"), Act::Say("The records do not say.".to_owned())];
    let model = ModelServer::play(acts).await;
    let url = demo_on(model.config()).await;
    let question = json!({ "question": "When do they renew?", "account": "hooli.com" });
    let mut events = Events::of(&url, &question).await;
    let started = events.next("started").await;
    events.next("draft").await;
    let (id, turn) = (&started["conversation"], &started["turn"]);
    let elsewhere = stop(&url, id, json!({ "turn": "turn_00000000000070008000000000000000" })).await;
    assert_eq!(elsewhere["stopped"], false);
    assert_eq!(stop(&url, id, json!({ "turn": turn })).await["stopped"], true);
    model.is_left().await;
    let answer = events.next("answer").await;
    assert_eq!((answer["answer"].as_str(), &answer["stopped"]), (Some(SAID), &json!(true)), "{answer}");
    assert_eq!((&answer["turn"], &answer["citations"], &answer["notice"]), (turn, &json!([]), &Value::Null));
    let turns = conversation(&url, id).await;
    assert_eq!((turns.len(), &turns[0]["answer"]["stopped"]), (1, &json!(true)), "{turns:?}");

    let again = json!({ "question": "When do they renew?", "conversation": id });
    let answer = expect(reqwest::Client::new().post(format!("{url}/api/ask")).json(&again), 200).await;
    assert_eq!((&answer["answer"], &answer["stopped"]), (&json!("The records do not say."), &json!(false)));
    // To the model the stopped question was never asked.
    let requests = model.requests();
    assert_eq!(requests[1]["messages"].as_array().unwrap().len(), 2, "{requests:?}");
}

#[tokio::test]
async fn an_answer_that_was_finished_before_the_stop_stands() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let question = json!({ "question": "When do they renew?", "account": "hooli.com" });
    let answer = expect(client.post(format!("{url}/api/ask")).json(&question), 200).await;
    for body in [json!({ "turn": answer["turn"] }), json!({})] {
        assert_eq!(stop(url, &answer["conversation"], body).await["stopped"], false);
    }
    let turns = conversation(url, &answer["conversation"]).await;
    // How long it took to keep the answer, and with what, is not yet known when it is kept.
    let without_times = |answer: &Value| {
        let mut answer = answer.clone();
        answer.as_object_mut().unwrap().retain(|field, _| !["elapsed_ms", "timings", "work"].contains(&field.as_str()));
        answer
    };
    assert_eq!(without_times(&turns[0]["answer"]), without_times(&answer));
    let nowhere = client.post(format!("{url}/api/conversations/conv_00000000000070008000000000000000/stop"));
    expect(nowhere.json(&json!({})), 404).await;
}

#[tokio::test]
async fn a_reader_who_closes_the_page_finds_the_answer_on_return() {
    let model = ModelServer::play([
        Act::Call(vec![("revenue", json!({ "account": "hooli.com" }))]),
        Act::Say("The records do not say.".to_owned()),
    ])
    .await;
    let url = demo_on(model.config()).await;
    let question = json!({ "question": "When do they renew?", "account": "hooli.com" });
    let mut events = Events::of(&url, &question).await;
    let id = events.next("started").await["conversation"].clone();
    drop(events);
    model.is_asked(2).await;
    let mut looking = tokio::time::interval(std::time::Duration::from_millis(20));
    let turns = loop {
        looking.tick().await;
        let turns = conversation(&url, &id).await;
        if !turns.is_empty() {
            break turns;
        }
    };
    assert_eq!(turns[0]["answer"]["answer"], "The records do not say.");
}

/// Begins to ask in a terminal.
fn asking(data_dir: &Path, more: &[(&str, &str)]) -> Child {
    let mut command = program(data_dir);
    command.args(["ask", "When do they renew?"]).envs(more.iter().copied());
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// Presses Ctrl-C, and expects that it ends with one line that says so.
async fn interrupted(child: Child) {
    let id = child.id().to_string();
    let output = tokio::task::spawn_blocking(move || {
        assert!(std::process::Command::new("kill").args(["-INT", &id]).status().unwrap().success());
        child.wait_with_output().unwrap()
    });
    let output = output.await.unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{complaint}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), format!("{SAID}\n"), "{complaint}");
}

#[tokio::test]
async fn control_c_in_the_terminal_stops_the_answer_wherever_it_is_written() {
    let model = ModelServer::play([Act::Hang("They renew")]).await;
    let (_, data_dir) = demo_with(model.config()).await;
    let child = asking(&data_dir, &[]);
    model.is_asked(1).await;
    interrupted(child).await;
    model.is_left().await;

    let model = ModelServer::play([Act::Hang("They renew")]).await;
    let (config, folder) = (model.config(), tempfile::tempdir().unwrap());
    let key = config.api_key.clone().unwrap();
    let child = asking(
        folder.path(),
        &[("OPENAI_BASE_URL", &config.base_url), ("OPENAI_MODEL", "scripted"), ("OPENAI_API_KEY", &key)],
    );
    model.is_asked(1).await;
    interrupted(child).await;
    model.is_left().await;
}
