//! The least that has to be done before an event may be acknowledged: its signature is verified and one row is on disk. A
//! process of its own, of the same make as the service, on the same PostgreSQL.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use slack_morphism::prelude::SlackSigningSecret;
use slack_morphism::signature_verifier::SlackEventSignatureVerifier;
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

/// Connections at most: enough that no event waits for one.
const CONNECTIONS: u32 = 8;

/// How long a process may take until it listens.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// The process, from the side of the benchmark.
pub struct Floor {
    child: Child,
    /// Where events go.
    pub address: String,
}

impl Floor {
    /// Starts it on a database.
    pub async fn start(database: &PgPool, database_url: &str, secret: &str) -> Result<Self> {
        sqlx::query(
            "create table bench_floor (id bigint generated always as identity primary key, body text not null)",
        )
        .execute(database)
        .await?;
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let child = Command::new(std::env::current_exe()?)
            .arg("floor")
            .env("BENCH_DATABASE", database_url)
            .env("BENCH_SECRET", secret)
            .env("BENCH_PORT", port.to_string())
            .stdin(Stdio::null())
            .spawn()
            .context("the floor cannot be started")?;
        let this = Self { child, address: format!("http://127.0.0.1:{port}/slack/events") };
        listening(port).await?;
        Ok(this)
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Waits until somebody listens on a port of this machine.
pub async fn listening(port: u16) -> Result<()> {
    listening_within(port, PATIENCE).await
}

/// The same for so long at most.
pub async fn listening_within(port: u16, patience: Duration) -> Result<()> {
    let since = Instant::now();
    while since.elapsed() < patience {
        if tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_ok() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
    bail!("nobody listens on port {port}")
}

#[derive(Clone)]
struct Shared {
    database: PgPool,
    secret: SlackSigningSecret,
}

/// The process itself.
///
/// # Errors
/// When its variables are missing, or the database or the port cannot be had.
pub async fn serve() -> Result<()> {
    let variable = |name: &str| std::env::var(name).with_context(|| format!("{name} is missing"));
    let database = PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(Duration::from_secs(5))
        .connect(&variable("BENCH_DATABASE")?)
        .await?;
    let shared = Shared { database, secret: SlackSigningSecret::new(variable("BENCH_SECRET")?) };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", variable("BENCH_PORT")?.parse()?)).await?;
    axum::serve(listener, Router::new().route("/slack/events", post(event)).with_state(shared)).await?;
    Ok(())
}

async fn event(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let said = std::str::from_utf8(&body).unwrap_or_default();
    let verified = SlackEventSignatureVerifier::new(&shared.secret).verify(
        header(SlackEventSignatureVerifier::SLACK_SIGNED_HASH_HEADER),
        said,
        header(SlackEventSignatureVerifier::SLACK_SIGNED_TIMESTAMP),
    );
    if verified.is_err() {
        return StatusCode::UNAUTHORIZED;
    }
    match sqlx::query("insert into bench_floor (body) values ($1)").bind(said).execute(&shared.database).await {
        Ok(_) => StatusCode::OK,
        Err(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
