//! Records of a size nobody expects: the service serves before it has read them, and ends while it reads them.

use std::sync::Arc;

use serde_json::json;
use sqlx::Executor;
use success_agent::app::App;
use success_agent::config::{Config, JobsConfig};
use success_agent::domain::record::Record;
use success_agent::domain::time::Window;
use success_agent::jobs::{Bench, Workers};

use crate::harness::world::{NOW, World, three_accounts};
use crate::jobs::until;

/// A mail with a promise behind half a megabyte without a full stop.
fn giant() -> Record {
    let rows = (0..32_000).map(|row| format!("bay {row} counted, ")).collect::<Vec<_>>().concat();
    let body = format!("{rows}\n\nI'll send you the stock list by Friday.");
    let mail = json!({"type": "email", "id": "giant", "account": "acme.com", "sent_at": "2026-06-10T09:00:00Z",
        "from": "Omar Haddad <omar@team.example>", "to": ["ana@acme.com"], "subject": "Stock", "body": body});
    serde_json::from_value(mail).unwrap()
}

async fn working(app: &App) -> Workers {
    let bench = Bench { app: app.clone(), slack: None, stop: app.stopping().clone() };
    let config = JobsConfig { quick: 1, slow: 1, gone_after_seconds: 5 };
    Workers::start(bench, config, true).await.unwrap()
}

async fn stock_lists(app: &App) -> usize {
    let promises = app.store().commitments(app.workspace(), "acme.com", &Window::ALWAYS).await.unwrap();
    promises.iter().filter(|promise| promise.quote.contains("stock list")).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_with_an_unread_giant_serves_before_it_is_read_and_ends_while_it_is() {
    let world = World::with(&three_accounts(), |_| {}).await;
    world.app.store().put(world.app.workspace(), world.app.now(), &[giant()]).await.unwrap();
    let world = world.at(NOW).await;
    let app = world.app.clone();
    let elsewhere = tempfile::tempdir().unwrap();
    let config = Config { data_dir: elsewhere.path().to_owned(), ..world.config.clone() };
    // Nobody gets to read it while this stands.
    let mut connection = world.database.connection().await;
    connection.execute("begin; lock table heard in access exclusive mode").await.unwrap();
    let workers = working(&app).await;
    app.enqueue_catching_up().await.unwrap();
    let served = world.served().await;
    assert_eq!(served.get("/healthz").await["status"], "ok");
    assert_eq!(served.get("/readyz").await["ready"], true);
    let answer = served.ask("Lena", "When does Bolt renew?", None).await;
    assert!(answer["answer"].as_str().is_some_and(|answer| answer.contains("Bolt")), "{answer}");
    until("the giant is indexed", async || (served.get("/readyz").await["unindexed"] == 0).then_some(())).await;
    assert_eq!(stock_lists(&app).await, 0);

    app.stopping().cancel();
    workers.stop().await;
    let waiting = app.tasks().await.unwrap();
    assert_eq!(waiting.len(), 1, "catching up is left to the next start: {waiting:?}");

    connection.execute("commit").await.unwrap();
    let next = App::open(&config, Arc::new(|_| {})).await.unwrap();
    let workers = working(&next).await;
    until("the giant is read", async || (stock_lists(&next).await == 1).then_some(())).await;
    workers.stop().await;
    next.close().await;
}
