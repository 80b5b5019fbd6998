//! The demo workspace behind the real router on a real socket, started once for all tests of the test binary.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::Value;
use sha2::{Digest, Sha256};
use success_agent::app::App;
use success_agent::config::{Config, LogConfig, ModelConfig};
use success_agent::domain::time::Clock;
use success_agent::model::openai::choose_cryptography;
use success_agent::store::STATEMENTS;
use success_agent::telemetry;
use success_agent::web::{Server, Shutdown};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

/// The instant the served workspace lives in.
pub const NOW: &str = "2026-06-17T15:00:00Z";
/// The longest question the served workspace takes.
pub const QUESTION_CHARS: usize = 400;

/// Where the served workspace lives. It is kept for the next run, unless a migration is another one by then.
pub fn data_dir() -> PathBuf {
    static PLACE: OnceLock<PathBuf> = OnceLock::new();
    let place = || {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
        let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        let mut digest = Sha256::new();
        for file in &files {
            digest.update(std::fs::read(file).unwrap());
        }
        let name = format!("served-{}", hex::encode(&digest.finalize()[..4]));
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
    };
    PLACE.get_or_init(place).clone()
}

/// Address of the demo workspace, `http://127.0.0.1:…`; starts it on the first call.
pub async fn demo() -> &'static str {
    static SERVER: OnceLock<String> = OnceLock::new();
    choose_cryptography();
    tokio::task::spawn_blocking(|| SERVER.get_or_init(start)).await.unwrap()
}

/// Address of the demo workspace on another model.
pub async fn demo_on(model: ModelConfig) -> String {
    demo_with(model).await.0
}

/// The same, with the data directory under which commands find it.
pub async fn demo_with(model: ModelConfig) -> (String, PathBuf) {
    demo().await;
    let (send, receive) = tokio::sync::oneshot::channel();
    MODELS.get().unwrap().send((model, send)).unwrap();
    receive.await.unwrap()
}

/// A model, and where to tell what serves it.
type Wanted = (ModelConfig, oneshot::Sender<(String, PathBuf)>);

/// Models the demo workspace is wanted on, and where to tell its address.
static MODELS: OnceLock<UnboundedSender<Wanted>> = OnceLock::new();

/// Starts it on a thread of its own: a test's runtime ends with the test, the server with the test binary.
fn start() -> String {
    let (send, receive) = std::sync::mpsc::channel();
    let (models, mut wanted) = unbounded_channel();
    MODELS.set(models).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async move {
            let mut config = Config::embedded(data_dir());
            config.clock = Clock::fixed(NOW.parse().unwrap());
            config.http.question_chars = QUESTION_CHARS;
            config.http.max_import_bytes = 1024 * 1024;
            // Statements are counted by what is logged of them; nothing is to be seen of it.
            telemetry::start(&LogConfig { json: false, filter: Some("off".to_owned()) }, "off", STATEMENTS).unwrap();
            let app = App::open(&config, Arc::new(|_| {})).await.unwrap();
            app.load_demo(Arc::new(|_| {})).await.unwrap();
            let server = Server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap().for_demo(true);
            send.send(server.url()).unwrap();
            let (on, settings) = (app.clone(), config.clone());
            tokio::spawn(async move {
                while let Some((model, told)) = wanted.recv().await {
                    let (app, mut config) = (on.on_model(&model).unwrap(), settings.clone());
                    // It must not say that it is the server of the data directory.
                    config.data_dir = tempfile::tempdir().unwrap().keep();
                    let server = Server::bind("127.0.0.1:0".parse().unwrap()).await.unwrap().for_demo(true);
                    let place = (server.url(), config.data_dir.clone());
                    let serving = tokio::spawn(async move {
                        let (_never, shutdown) = Shutdown::by_hand();
                        server.serve(app, &config, shutdown).await.unwrap();
                    });
                    // It says where it is before it answers.
                    let answers = reqwest::get(format!("{}/healthz", place.0)).await;
                    assert!(answers.is_ok_and(|answer| answer.status().is_success()) && !serving.is_finished());
                    told.send(place).unwrap();
                }
            });
            let (_never, shutdown) = Shutdown::by_hand();
            server.serve(app, &config, shutdown).await.unwrap();
        });
    });
    receive.recv().unwrap()
}

/// Sends `request` and expects `status`; gives the body.
pub async fn expect(request: RequestBuilder, status: u16) -> Value {
    let response = request.send().await.unwrap();
    let (got, kind) = (response.status(), kind(&response));
    let text = response.text().await.unwrap();
    assert_eq!(got, StatusCode::from_u16(status).unwrap(), "{text}");
    if status >= 400 && status != 422 {
        assert_eq!(kind, "application/problem+json", "{text}");
    }
    serde_json::from_str(&text).unwrap()
}

/// The content type of a response.
pub fn kind(response: &Response) -> String {
    response.headers().get("content-type").map(|kind| kind.to_str().unwrap().to_owned()).unwrap_or_default()
}
