//! The program as it is typed: what it prints, how it ends, and that it never panics.

use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::harness::model_server::{Act, ModelServer};
use crate::served::{data_dir, demo};

/// The program, away from the user's own settings.
pub fn program(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_success-agent"));
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("HOME", data_dir);
    command.env("SUCCESS_AGENT_DATA_DIR", data_dir).stdin(Stdio::null());
    command
}

fn run(arguments: &[&str], variables: &[(&str, &str)]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    program(folder.path()).args(arguments).envs(variables.iter().copied()).output().unwrap()
}

fn complaint(output: &Output) -> String {
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(!text.contains("panicked"), "{text}");
    text
}

#[test]
fn a_command_used_wrong_ends_with_2_and_says_how_to_use_it() {
    for arguments in
        [&["ask"][..], &["unknown"], &["search", "--limit", "0", "x"], &["serve", "--listen", "nowhere"], &["import"]]
    {
        let output = run(arguments, &[]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(complaint(&output).contains("--help"), "{arguments:?}: {}", complaint(&output));
    }
}

#[test]
fn names_that_are_not_known_are_refused_with_those_that_are() {
    for (arguments, known) in [
        (["accounts", "--level", "purple"], "at_risk"),
        (["accounts", "--section", "attic"], "close_the_loop"),
        (["search", "--kind=fax", "x"], "email"),
    ] {
        let output = run(&arguments, &[]);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(complaint(&output).contains(known), "{}", complaint(&output));
    }
}

#[test]
fn the_built_in_analyst_answers_unless_a_language_model_is_named() {
    let output = run(&["models"], &[("OPENAI_API_KEY", "k")]);
    assert!(output.status.success(), "{}", complaint(&output));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("built-in analyst") && told.contains("OPENAI_MODEL"), "{told}");
}

#[tokio::test]
async fn a_question_is_answered_by_the_server_that_runs_on_the_data_directory() {
    demo().await;
    let mut command = program(&data_dir());
    command.args(["ask", "--account", "hooli.com", "When do they renew?"]);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let told = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(told.contains("Sources") && told.contains("Hooli"), "{told} {}", complaint(&output));
}

#[tokio::test]
async fn a_language_model_is_tried_and_what_is_wrong_with_it_is_said() {
    let model = ModelServer::play([Act::Say("yes".to_owned()), Act::Fail(401, None), Act::Fail(401, None)]).await;
    let config = model.config();
    let folder = tempfile::tempdir().unwrap();
    let with = |arguments: &[&str]| {
        let mut command = program(folder.path());
        command.args(arguments).env("OPENAI_BASE_URL", &config.base_url).env("OPENAI_MODEL", "scripted");
        command.env("OPENAI_API_KEY", "test-key");
        tokio::task::spawn_blocking(move || command.output().unwrap())
    };
    let output = with(&["models"]).await.unwrap();
    let told = String::from_utf8(output.stdout.clone()).unwrap();
    assert!(output.status.success() && told.contains("It answers"), "{told} {}", complaint(&output));
    assert!(!told.contains("test-key"));
    for arguments in [&["models"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        let output = with(arguments).await.unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert!(complaint(&output).contains("OPENAI_API_KEY"), "{}", complaint(&output));
    }
    let output = run(&["models"], &[("OPENAI_BASE_URL", "http://127.0.0.1:9/v1"), ("OPENAI_MODEL", "m")]);
    assert!(complaint(&output).contains("OPENAI_BASE_URL"), "{}", complaint(&output));
}

#[tokio::test]
async fn a_model_that_cannot_be_fetched_as_it_was_published_leaves_nothing_behind() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let hub = format!("http://{}", listener.local_addr().unwrap());
    let router = axum::Router::new().fallback(|| async { "{ \"hidden_size\": 7 }" });
    tokio::spawn(async move { axum::serve(listener, router).await });
    let nobody = "http://127.0.0.1:9".to_owned();
    for (hub, words) in [(hub, "is not what was published"), (nobody, "cannot be reached")] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = program(folder.path());
        // No Python on this path: the second source is not there either.
        command.args(["models", "fetch"]).env("HF_ENDPOINT", &hub).env("PATH", folder.path());
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let complaint = complaint(&output);
        assert_eq!(output.status.code(), Some(1), "{complaint}");
        assert!(complaint.contains(words) && complaint.contains("words alone"), "{complaint}");
        let left = std::fs::read_dir(folder.path().join("models/all-MiniLM-L6-v2")).unwrap().count();
        assert_eq!(left, 0, "{complaint}");
    }
}

#[test]
fn the_model_that_searches_is_told_and_a_folder_without_one_is_refused() {
    let output = run(&["models"], &[]);
    assert!(String::from_utf8(output.stdout).unwrap().contains("models fetch"));
    let output = run(&["models"], &[("EMBEDDING_MODEL_DIR", "/nowhere")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("EMBEDDING_MODEL_DIR"), "{}", complaint(&output));
}

#[test]
fn an_empty_question_and_a_foreign_conversation_are_refused_before_anything_starts() {
    for (arguments, word) in [
        (&["ask", "  "][..], "empty"),
        (&["ask", "--conversation", "acct_1", "why"], "conv"),
        (&["ask", &"x".repeat(4_001)], "4000"),
    ] {
        let output = run(arguments, &[]);
        assert_eq!(output.status.code(), Some(2));
        assert!(complaint(&output).contains(word), "{}", complaint(&output));
    }
}

#[test]
fn a_setting_that_cannot_be_used_is_refused_in_one_sentence() {
    for (name, value, word) in [
        ("SUCCESS_AGENT_NOW", "tomorrow", "2026-03-04T15:30:00Z"),
        ("DATABASE_URL", "mysql://db", "postgres://"),
        ("QDRANT_URL", "localhost", "http://localhost:6334"),
        ("SUCCESS_AGENT_WORKSPACE", "Main Street", "lower-case"),
        ("SUCCESS_AGENT_CONFIG", "/nowhere/settings.toml", "cannot be read"),
    ] {
        let output = run(&["accounts"], &[(name, value)]);
        let sentence = complaint(&output);
        assert_eq!(output.status.code(), Some(2), "{name}: {sentence}");
        assert!(sentence.contains(word) && sentence.lines().count() == 1, "{sentence}");
    }
}

#[test]
fn the_schema_of_the_import_format_is_printed_without_starting_anything() {
    let folder = tempfile::tempdir().unwrap();
    let output = program(folder.path()).args(["import", "--schema"]).output().unwrap();
    assert!(output.status.success(), "{}", complaint(&output));
    let schema: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(schema.to_string().contains("started_at"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = program(folder.path())
        .args(["import", "--schema"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success(), "{said}");
    assert_eq!(said, "");
}

#[test]
fn a_file_that_cannot_be_read_is_named_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let missing = folder.path().join("missing.jsonl");
    let output = program(folder.path()).arg("import").arg(&missing).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(complaint(&output).contains("missing.jsonl"), "{}", complaint(&output));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn an_address_in_use_is_named_with_the_way_to_choose_another() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(&["serve", "--listen", &address], &[]);
    assert_eq!(output.status.code(), Some(1));
    let sentence = complaint(&output);
    assert!(sentence.contains(&address) && sentence.contains("--listen"), "{sentence}");
}
