//! How payloads reach the app: over sockets, and as signed HTTP.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use serde_json::{Value, json};
use success_agent::slack::emulator::Options;
use tokio::sync::mpsc;

use super::{Slack, slack, started};

#[tokio::test]
async fn an_event_that_is_not_acknowledged_comes_again_with_the_same_id() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    slack.says("U_JARED", "DM", "hello").await;
    let first = socket.next().await.unwrap();
    assert_eq!((&first["retry_attempt"], &first["accepts_response_payload"]), (&json!(0), &json!(false)));
    slack.drive("clock", json!({"advance_seconds": 4})).await;
    let second = socket.next().await.unwrap();
    assert_eq!((&second["retry_attempt"], &second["retry_reason"]), (&json!(1), &json!("timeout")));
    assert_eq!(first["payload"]["event_id"], second["payload"]["event_id"]);
    assert_ne!(first["envelope_id"], second["envelope_id"]);
    slack.drive("clock", json!({"advance_seconds": 4})).await;
    while slack.look("deliveries").await[0]["failures"].as_array().unwrap().len() < 2 {
        tokio::task::yield_now().await;
    }
    slack.drive("clock", json!({"advance_seconds": 60})).await;
    let third = socket.next().await.unwrap();
    assert_eq!(third["retry_attempt"], 2);
    socket.acknowledge(&third, None).await;
    let delivery = delivered(&slack, 0).await;
    assert_eq!((&delivery["attempts"], &delivery["failures"]), (&json!(3), &json!(["timeout", "timeout"])));
}

/// A delivery of the log once it is acknowledged; the answer to a call is given only after what was sent before it.
async fn delivered(slack: &Slack, number: usize) -> Value {
    loop {
        let delivery = slack.look("deliveries").await[number].clone();
        if delivery["status"] == "acknowledged" {
            return delivery;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_connection_that_is_lost_after_an_envelope_has_it_brought_on_another() {
    let slack = slack().await;
    let mut first = slack.connect().await;
    slack.drive("sockets", json!({"do": "drop", "when": "next_envelope"})).await;
    slack.says("U_JARED", "DM", "hello").await;
    let lost = first.next().await.unwrap();
    assert!(first.next().await.is_none(), "the line is cut");
    let mut second = slack.connect().await;
    slack.drive("clock", json!({"advance_seconds": 60})).await;
    let again = second.event("message").await;
    assert_eq!(again["event_id"], lost["payload"]["event_id"]);
}

#[tokio::test]
async fn connections_are_told_before_they_are_closed() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    slack.drive("sockets", json!({"do": "warning"})).await;
    let warning = socket.next().await.unwrap();
    assert_eq!((&warning["type"], &warning["reason"]), (&json!("disconnect"), &json!("warning")));
    slack.drive("sockets", json!({"do": "refresh"})).await;
    assert_eq!(socket.next().await.unwrap()["reason"], "refresh_requested");
    assert!(socket.next().await.is_none());
}

#[tokio::test]
async fn a_ticket_is_good_once_and_ten_connections_are_the_most() {
    let slack = slack().await;
    let opened = slack.http.post(format!("{}/apps.connections.open", slack.emulator.api_url()));
    let opened: Value = opened.bearer_auth(slack.emulator.app_token()).send().await.unwrap().json().await.unwrap();
    let address = opened["url"].as_str().unwrap();
    let (_first, _) = tokio_tungstenite::connect_async(address).await.unwrap();
    assert!(tokio_tungstenite::connect_async(address).await.is_err());
    let mut others = Vec::new();
    for _ in 0..9 {
        others.push(slack.connect().await);
    }
    let opened = slack.http.post(format!("{}/apps.connections.open", slack.emulator.api_url()));
    let opened: Value = opened.bearer_auth(slack.emulator.app_token()).send().await.unwrap().json().await.unwrap();
    let (stream, _) = tokio_tungstenite::connect_async(opened["url"].as_str().unwrap()).await.unwrap();
    assert_eq!(super::Socket(stream).next().await.unwrap()["reason"], "too_many_websockets");
}

/// A request the app got.
struct Got {
    path: String,
    headers: HeaderMap,
    body: String,
}

#[derive(Clone)]
struct AppState {
    got: mpsc::UnboundedSender<Got>,
    answer: (StatusCode, &'static str),
}

/// An app behind HTTP that answers everything alike, and a Slack that delivers to it.
async fn http_app(status: StatusCode, body: &'static str) -> (Slack, mpsc::UnboundedReceiver<Got>) {
    async fn take(
        State(app): State<AppState>,
        uri: Uri,
        headers: HeaderMap,
        body: Bytes,
    ) -> (StatusCode, &'static str) {
        let body = String::from_utf8(body.to_vec()).unwrap();
        drop(app.got.send(Got { path: uri.path().to_owned(), headers, body }));
        app.answer
    }
    let (got, received) = mpsc::unbounded_channel();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let app = Router::new().fallback(take).with_state(AppState { got, answer: (status, body) });
    tokio::spawn(async move { axum::serve(listener, app).await });
    (started(Options { deliver_to: Some(address), ..Options::default() }).await, received)
}

/// Slack's signature, from its documentation.
fn signature(secret: &str, at: &str, body: &str) -> String {
    use hmac::{Hmac, KeyInit, Mac};
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{at}:{body}").as_bytes());
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

#[tokio::test]
async fn payloads_over_http_are_signed_and_shaped_as_slack_does() {
    let (slack, mut got) = http_app(StatusCode::OK, "").await;
    slack.says("U_JARED", "DM", "hello").await;
    let event = got.recv().await.unwrap();
    assert_eq!(event.path, "/slack/events");
    let at = event.headers["x-slack-request-timestamp"].to_str().unwrap();
    assert_eq!(event.headers["x-slack-signature"], signature(slack.emulator.signing_secret(), at, &event.body));
    assert_eq!(serde_json::from_str::<Value>(&event.body).unwrap()["event"]["text"], "hello");
    let command = json!({"user": "U_JARED", "channel": "C_GENERAL", "command": "/why", "text": "<@U_MONICA> & co"});
    assert_eq!(slack.drive("command", command).await["ok"], true);
    let command = got.recv().await.unwrap();
    assert_eq!(command.path, "/slack/commands");
    let fields: std::collections::HashMap<_, _> =
        form_urlencoded::parse(command.body.as_bytes()).into_owned().collect();
    assert_eq!((fields["command"].as_str(), fields["text"].as_str()), ("/why", "<@U_MONICA|monica.hall> & co"));
    slack.drive("shortcut", json!({"user": "U_JARED", "callback_id": "ask"})).await;
    let shortcut = got.recv().await.unwrap();
    assert_eq!(shortcut.path, "/slack/interactivity");
    assert!(shortcut.body.starts_with("payload=%7B"));
}

#[tokio::test]
async fn a_failed_event_is_brought_four_times_in_all() {
    let (slack, mut got) = http_app(StatusCode::INTERNAL_SERVER_ERROR, "no").await;
    slack.says("U_JARED", "DM", "hello").await;
    let number = |got: &Got| got.headers.get("x-slack-retry-num").map(|number| number.to_str().unwrap().to_owned());
    assert_eq!(number(&got.recv().await.unwrap()), None);
    let second = got.recv().await.unwrap();
    assert_eq!(number(&second).as_deref(), Some("1"));
    assert_eq!(second.headers["x-slack-retry-reason"], "http_error");
    for (failed, wait, expected) in [(2, 60, "2"), (3, 300, "3")] {
        // The clock goes ahead once the failure is written down: the wait begins there.
        while slack.look("deliveries").await[0]["failures"].as_array().unwrap().len() < failed {
            tokio::task::yield_now().await;
        }
        slack.drive("clock", json!({"advance_seconds": wait})).await;
        assert_eq!(number(&got.recv().await.unwrap()).as_deref(), Some(expected));
    }
    assert_eq!(slack.look("deliveries").await[0]["attempts"], 4);
}

#[tokio::test]
async fn an_answer_to_a_command_is_shown_to_whoever_typed_it() {
    let (slack, _got) = http_app(StatusCode::OK, r#"{"text":"42"}"#).await;
    let command = json!({"user": "U_JARED", "channel": "C_GENERAL", "command": "/why", "text": "hooli"});
    let answered = slack.drive("command", command).await;
    assert_eq!((&answered["status"], &answered["response"]["text"]), (&json!(200), &json!("42")));
    assert_eq!(slack.seen("C_GENERAL", "U_JARED").await[0]["text"], "42");
    assert_eq!(slack.seen("C_GENERAL", "U_MONICA").await.len(), 0);
    let (status, refused) =
        slack.try_drive("command", json!({"user": "U_JARED", "channel": "C_GENERAL", "command": "/fly"})).await;
    assert_eq!((status, &refused["error"]), (400, &json!("/fly is not a command of the app")));
}

#[tokio::test]
async fn the_address_for_events_has_to_return_the_challenge() {
    let (slack, mut got) = http_app(StatusCode::OK, r#"{"challenge":"another"}"#).await;
    let checked = slack.drive("verify_url", json!({})).await;
    assert_eq!(checked["error"], "the challenge did not come back");
    assert_eq!(serde_json::from_str::<Value>(&got.recv().await.unwrap().body).unwrap()["type"], "url_verification");
    assert_eq!(slack.drive("ssl_check", json!({})).await["status"], 200);
    assert!(got.recv().await.unwrap().body.contains("ssl_check=1"));
}

#[tokio::test]
async fn only_a_loopback_address_is_taken() {
    let options = Options { listen: "0.0.0.0:0".parse().unwrap(), ..Options::default() };
    let refused = success_agent::slack::emulator::Emulator::start(options).await.err().unwrap();
    assert_eq!(refused.kind(), std::io::ErrorKind::InvalidInput);
    let options = Options { deliver_to: Some("https://example.org".to_owned()), ..Options::default() };
    let refused = success_agent::slack::emulator::Emulator::start(options).await.err().unwrap();
    assert_eq!(refused.kind(), std::io::ErrorKind::InvalidInput);
}
