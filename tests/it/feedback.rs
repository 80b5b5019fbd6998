//! What readers think of answers, and how an answer becomes a case that can be asked again.

use std::sync::Arc;

use serde_json::{Value, json};
use success_agent::app::{App, Question};
use success_agent::config::Config;
use success_agent::domain::id::ConversationId;
use success_agent::domain::time::Clock;

use crate::cli::program;
use crate::model_evals::case;
use crate::served::{data_dir, demo, expect};

async fn post(path: &str, body: Value, status: u16) -> Value {
    expect(reqwest::Client::new().post(format!("{}{path}", demo().await)).json(&body), status).await
}

async fn given(conversation: &Value, turn: usize) -> Value {
    let address = format!("{}/api/conversations/{}", demo().await, conversation.as_str().unwrap());
    expect(reqwest::Client::new().get(address), 200).await["turns"][turn]["feedback"].clone()
}

#[tokio::test]
async fn a_verdict_is_kept_changed_and_taken_back() {
    let answer = post("/api/ask", json!({ "question": "When do they renew?", "account": "hooli.com" }), 200).await;
    let on = |verdict: &str, comment: Option<&str>| json!({ "conversation": answer["conversation"], "turn": answer["turn"], "verdict": verdict, "comment": comment });
    assert_eq!(given(&answer["conversation"], 0).await, Value::Null);
    let kept = post("/api/feedback", on("down", Some("  not the\nnew contract ")), 200).await;
    assert_eq!(kept["question"], "When do they renew?");
    let expected = json!({ "verdict": "down", "comment": "not the new contract" });
    assert_eq!(given(&answer["conversation"], 0).await, expected);
    post("/api/feedback", on("up", None), 200).await;
    assert_eq!(given(&answer["conversation"], 0).await, json!({ "verdict": "up", "comment": null }));
    for _twice in 0..2 {
        assert_eq!(post("/api/feedback", on("none", None), 200).await["verdict"], "none");
    }
    assert_eq!(given(&answer["conversation"], 0).await, Value::Null);
    post("/api/feedback", on("down", Some(&"x".repeat(1_001))), 422).await;
    post("/api/feedback", on("sideways", None), 422).await;
    let nowhere = ConversationId::new().to_string();
    let elsewhere = json!({ "conversation": nowhere, "turn": answer["turn"], "verdict": "up" });
    post("/api/feedback", elsewhere, 404).await;
    post("/api/feedback", json!({ "conversation": nowhere, "verdict": "up" }), 404).await;
}

/// Types a command at the demo workspace.
async fn typed(arguments: &[&str]) -> String {
    let mut command = program(&data_dir());
    command.args(arguments);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn an_answer_that_was_no_good_is_frozen_and_asked_again_elsewhere() {
    let first = json!({ "question": "Why is this account critical?", "account": "raviga.com" });
    let first = post("/api/ask", first, 200).await;
    let id = first["conversation"].as_str().unwrap();
    let second = json!({ "question": "And what have we promised them?", "conversation": id });
    let second = post("/api/ask", second, 200).await;
    let said = typed(&["feedback", "--conversation", id, "down", "too long"]).await;
    assert!(said.contains("And what have we promised them?") && said.contains(&format!("freeze {id}")), "{said}");

    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("raviga.yaml");
    let said = typed(&["freeze", id, "--out", place.to_str().unwrap()]).await;
    assert!(said.contains("raviga.yaml") && said.contains("raviga.jsonl"), "{said}");
    let mut again = program(&data_dir());
    again.args(["freeze", id, "--out", place.to_str().unwrap()]);
    let again = tokio::task::spawn_blocking(move || again.output().unwrap()).await.unwrap();
    assert!(!again.status.success(), "a file that is there is not written over");

    let cases = case::load(folder.path()).unwrap();
    let [case] = cases.as_slice() else { panic!("{cases:?}") };
    let frozen = case.frozen.clone().unwrap();
    assert_eq!(case.account.as_deref(), Some("raviga.com"));
    assert_eq!((frozen.verdict.as_deref(), frozen.comment.as_deref()), (Some("down"), Some("too long")));
    assert_eq!(frozen.shown, second["answer"].as_str().unwrap());
    assert_eq!(case.turns.iter().map(|turn| turn.context).collect::<Vec<_>>(), [true, false]);
    assert!(case.turns[1].todo.is_some());
    let records = std::fs::read(&frozen.records).unwrap();
    assert!(!String::from_utf8_lossy(&records).contains("\"hooli.com\""), "another account's records");

    let workspace = tempfile::tempdir().unwrap();
    let mut config = Config::embedded(workspace.path());
    config.clock = Clock::fixed(frozen.now.parse().unwrap());
    let app = App::open(&config, Arc::new(|_| {})).await.unwrap();
    let imported = app.import(None, Box::new(std::io::Cursor::new(records)), Arc::new(|_| {})).await.unwrap();
    assert_eq!((imported.rejected_total, imported.ignored_fields.len()), (0, 0), "{imported:?}");
    let (mut conversation, mut answers) = (None, Vec::new());
    for turn in &case.turns {
        let question =
            Question { question: turn.ask.clone(), account: case.account.clone(), conversation, ..Question::default() };
        let answer = app.ask(question, tokio::sync::mpsc::channel(1_000).0).await.unwrap();
        conversation = Some(answer.conversation);
        answers.push(answer);
    }
    assert_eq!(answers[0].answer, first["answer"].as_str().unwrap());
    assert_eq!(answers[1].answer, frozen.shown);
    let cited: Vec<&String> = answers[1].citations.iter().map(|citation| &citation.id).collect();
    assert_eq!(cited, frozen.cited.iter().collect::<Vec<_>>());
    app.close().await;
}
