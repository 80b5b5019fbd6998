//! Those who connect and say nothing, or stop in the middle, keep nobody else out; and what ends the program ends what
//! takes long in it.

use std::process::Stdio;
use std::time::Duration;

use serde_json::{Value, json};
use success_agent::web::{Server, Shutdown};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::cli::program;
use crate::harness::database::TestDatabase;
use crate::harness::world::{World, three_accounts};

const SOON: Duration = Duration::from_secs(2);

fn account(number: usize) -> String {
    json!({"type": "account", "domain": format!("depot-{number}.example"), "name": format!("Depot {number}")})
        .to_string()
        + "\n"
}

async fn connect(url: &str) -> TcpStream {
    TcpStream::connect(url.trim_start_matches("http://")).await.unwrap()
}

/// A request whose body goes on as long as somebody sends.
fn upload(url: &str) -> (tokio::sync::mpsc::Sender<String>, tokio::task::JoinHandle<(u16, Value)>) {
    let (send, receive) = tokio::sync::mpsc::channel::<String>(4);
    let chunks = futures::StreamExt::map(tokio_stream::wrappers::ReceiverStream::new(receive), Ok::<_, std::io::Error>);
    let request = reqwest::Client::new()
        .post(format!("{url}/api/import"))
        .header("content-type", "application/x-ndjson")
        .body(reqwest::Body::wrap_stream(chunks));
    let answered = tokio::spawn(async move {
        let response = request.send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    });
    (send, answered)
}

async fn import(url: &str, lines: String) -> Value {
    let request = reqwest::Client::new().post(format!("{url}/api/import")).body(lines);
    let response = request.header("content-type", "application/x-ndjson").send().await.unwrap();
    assert_eq!(response.status().as_u16(), 200);
    response.json().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_opens_connections_and_says_nothing_keeps_nobody_out() {
    let world = World::with(&three_accounts(), |config| config.http.connections = 8).await;
    let served = world.served().await;
    let mut silent = Vec::new();
    for _ in 0..40 {
        let mut stream = connect(&served.url).await;
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n").await.unwrap();
        silent.push(stream);
        // A client of its own: none has a connection yet.
        let response = reqwest::Client::new().get(format!("{}/healthz", served.url)).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200);
    }
    // The oldest made room.
    let mut rest = Vec::new();
    let _ = silent[0].read_to_end(&mut rest).await;
    assert_eq!(rest, b"");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_does_not_come_is_not_waited_for_without_end() {
    let world = World::with(&three_accounts(), |config| config.http.head_patience = SOON).await;
    let served = world.served().await;
    let mut stream = connect(&served.url).await;
    stream.write_all(b"POST /api/ask HTTP/1.1\r\nhost: local").await.unwrap();
    let mut rest = Vec::new();
    // Ends when the service lets go of it.
    let _ = stream.read_to_end(&mut rest).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_stalls_is_given_up_and_what_it_brought_is_kept() {
    let world = World::with(&three_accounts(), |config| config.http.body_patience = SOON).await;
    let served = world.served().await;
    let (send, answered) = upload(&served.url);
    send.send(account(1)).await.unwrap();
    // The sender stays, and sends nothing more.
    let (status, problem) = answered.await.unwrap();
    assert_eq!(status, 503, "{problem}");
    let said = problem["detail"].as_str().unwrap();
    assert!(said.contains("1 record of the input had landed and is kept"), "{said}");
    assert_eq!(served.get("/api/accounts/depot-1.example").await["name"], "Depot 1");
    drop(send);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_waits_for_its_input_keeps_no_other_waiting() {
    let served = World::with(&three_accounts(), |_| {}).await.served().await;
    let (send, answered) = upload(&served.url);
    send.send(account(1)).await.unwrap();
    let summary = import(&served.url, account(2)).await;
    assert_eq!(summary["added"], json!({"account": 1}), "{summary}");
    drop(send);
    let (status, summary) = answered.await.unwrap();
    assert_eq!((status, &summary["added"]), (200, &json!({"account": 1})), "{summary}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_under_way_when_the_program_ends_says_what_it_kept_and_how_to_go_on() {
    let World { app, config, database: _database, .. } = &World::with(&three_accounts(), |_| {}).await;
    let server = Server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap().for_demo(true);
    let (url, (end, shutdown)) = (server.url(), Shutdown::by_hand());
    let (serving, settings) = (app.clone(), config.clone());
    let served = tokio::spawn(async move { server.serve(serving, &settings, shutdown).await });
    let (send, answered) = upload(&url);
    send.send((0..1_000).map(account).collect()).await.unwrap();
    // The first batch lands; the input goes on.
    let landed = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        while app.account_state("depot-999.example").await.is_err() {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), landed).await.unwrap();
    end.send_replace(true);
    let (status, problem) = answered.await.unwrap();
    assert_eq!(status, 503, "{problem}");
    let said = problem["detail"].as_str().unwrap();
    for words in ["is ending", "1000 records", "are kept", "Import the same input again"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    drop(send);
    served.await.unwrap().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_in_the_terminal_that_is_told_to_end_says_what_it_kept_and_how_to_go_on() {
    let (database, folder) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
    let workspace = database.store.workspace("main").await.unwrap();
    let mut command = tokio::process::Command::from(program(folder.path()));
    command.args(["import", "-"]).env("DATABASE_URL", &database.url).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.kill_on_drop(true).spawn().unwrap();
    let mut typed = child.stdin.take().unwrap();
    typed.write_all((0..1_000).map(account).collect::<String>().as_bytes()).await.unwrap();
    let landed = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        while database.store.account(workspace, "depot-999.example").await.is_err() {
            ticks.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_mins(1), landed).await.unwrap();
    let pid = child.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    let output = child.wait_with_output().await.unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for words in ["is ending", "1000 records", "are kept", "Import the same input again"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    drop(typed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_others_can_reach_says_that_nothing_is_encrypted() {
    for (address, header, said) in
        [("0.0.0.0:0", None, true), ("127.0.0.1:0", None, false), ("0.0.0.0:0", Some("x-forwarded-email"), false)]
    {
        let world = World::with(&[], |config| config.http.user_header = header.map(str::to_owned)).await;
        let server = Server::bind(address.parse().unwrap()).await.unwrap();
        let url = server.url();
        let (app, config) = (world.app.clone(), world.config.clone());
        tokio::spawn(async move {
            let (_never, shutdown) = Shutdown::by_hand();
            server.serve(app, &config, shutdown).await.unwrap();
        });
        let ready: Value = reqwest::get(format!("{url}/readyz")).await.unwrap().json().await.unwrap();
        assert_eq!(ready["ready"], true);
        assert_eq!(ready["warnings"].to_string().contains("not encrypted"), said, "{address} {header:?}: {ready}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn serving_beyond_this_machine_begins_with_a_warning() {
    use tokio::io::{AsyncBufReadExt, BufReader};
    let (database, folder) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
    let mut command = tokio::process::Command::from(program(folder.path()));
    command.args(["serve", "--listen", "0.0.0.0:0"]).env("DATABASE_URL", &database.url);
    let mut child = command.stdout(std::process::Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        let last = line.contains("Ctrl-C");
        said.push(line);
        if last {
            break;
        }
    }
    assert!(said.iter().any(|line| line.contains("not encrypted") && line.contains("0.0.0.0")), "{said:?}");
    child.kill().await.unwrap();
}
