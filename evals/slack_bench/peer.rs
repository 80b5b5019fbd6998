//! The peer: the same receiving in Python, `evals/slack_peer/peer.py`, on the same PostgreSQL. `make tools-slack-peer`
//! installs what it needs.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};

use super::emulated::Emulated;
use super::floor::listening;

/// The process.
pub struct Peer {
    child: Child,
    /// Where events go.
    pub address: String,
}

impl Peer {
    /// Starts it on the database of the service; why not, where Python or its packages are missing.
    pub async fn start(emulated: &Emulated) -> Result<Result<Self, String>> {
        let python = tools().map(|tools| tools.join("bin/python"));
        let Some(python) = python.filter(|python| python.exists()) else {
            return Ok(Err("its packages are not installed (make tools-slack-peer)".to_owned()));
        };
        for statement in TABLES {
            sqlx::query(statement).execute(&emulated.database).await?;
        }
        let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let database = format!("host={} port=5432 user=success_agent dbname=postgres", emulated.socket.display());
        let child = Command::new(python)
            .arg("evals/slack_peer/peer.py")
            .env("PEER_DATABASE", database)
            .env("PEER_SECRET", &emulated.secret)
            .env("PEER_PORT", port.to_string())
            .env("PEER_BOT", &emulated.bot)
            .stdin(Stdio::null())
            .spawn()
            .context("the peer cannot be started")?;
        let this = Self { child, address: format!("http://127.0.0.1:{port}/slack/events") };
        Ok(match listening(port).await {
            Ok(()) => Ok(this),
            Err(_) => Err("it did not start".to_owned()),
        })
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

const TABLES: [&str; 2] = [
    "create table peer_inbox (key text primary key, body jsonb not null, received_at timestamptz not null default now())",
    "create table peer_queue (id bigint generated always as identity primary key, key text not null)",
];

fn tools() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("SLACK_PEER_DIR").or_else(|| {
        let cache = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
        Some(cache.join("success-agent/slack-peer"))
    })
}
