//! The peer: the same receiving in Python, `evals/slack_peer/peer.py`, on the same PostgreSQL. `make tools-slack-peer`
//! installs what it needs.

use anyhow::Result;

use super::emulated::Emulated;
use super::floor::PATIENCE;
use crate::python::{Peer, Script};

const SCRIPT: Script = Script {
    path: "evals/slack_peer/peer.py",
    folder: "slack-peer",
    variable: "SLACK_PEER_DIR",
    target: "tools-slack-peer",
};

const TABLES: [&str; 2] = [
    "create table peer_inbox (key text primary key, body jsonb not null, received_at timestamptz not null default now())",
    "create table peer_queue (id bigint generated always as identity primary key, key text not null)",
];

/// Starts it on the database of the service; why not, where Python or its packages are missing.
pub async fn start(emulated: &Emulated) -> Result<Result<Peer, String>> {
    let python = match SCRIPT.python() {
        Ok(python) => python,
        Err(why) => return Ok(Err(why)),
    };
    for statement in TABLES {
        sqlx::query(statement).execute(&emulated.database).await?;
    }
    let variables = [("PEER_SECRET", emulated.secret.as_str()), ("PEER_BOT", emulated.bot.as_str())];
    Peer::start(&SCRIPT, &python, &emulated.server.data_dir(), &variables, PATIENCE).await
}
