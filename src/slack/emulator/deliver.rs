//! Bringing payloads to the app: events again when they are not acknowledged, everything else once.

use std::sync::Arc;

use serde_json::Value;

use super::engine::Engine;
use super::signed;
use super::world::{DeliveryEntry, MINUTE, Outgoing, SECOND};

/// How long the app has to acknowledge.
pub const PATIENCE: u64 = 3 * SECOND;
/// How long after a failure an event is brought again.
const AGAIN: [u64; 3] = [0, MINUTE, 5 * MINUTE];

/// How an attempt ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The app acknowledged, with this body.
    Acknowledged {
        /// The HTTP status; 200 over a socket.
        status: u16,
        /// The body: JSON, a text, or nothing.
        body: Value,
    },
    /// It did not.
    Failed {
        /// The HTTP status, if there was an answer.
        status: u16,
        /// Slack's word for it.
        reason: &'static str,
        /// Whether the app asked not to be told again.
        last: bool,
    },
}

impl Outcome {
    /// A failure without an answer.
    pub fn failed(reason: &'static str) -> Self {
        Self::Failed { status: 0, reason, last: false }
    }
}

/// A repeated attempt: its number from 1, and why the one before failed.
pub type Retry = Option<(usize, &'static str)>;

async fn attempt(engine: &Arc<Engine>, outgoing: &Outgoing, retry: Retry) -> Outcome {
    match &engine.deliver_to {
        Some(base) => signed::send(engine, base, outgoing, retry).await,
        None => engine.sockets.send(engine, outgoing, retry).await,
    }
}

fn enter(engine: &Arc<Engine>, outgoing: &Outgoing) -> u64 {
    engine.with(|world| {
        let at_ms = world.now / 1000;
        world.deliveries.add(|n| DeliveryEntry {
            n,
            event_id: outgoing.label.clone(),
            kind: outgoing.payload.name().to_owned(),
            name: outgoing.name.clone(),
            attempts: 0,
            at_ms,
            acked_ms: None,
            status: "waiting".to_owned(),
            failures: Vec::new(),
            next_ms: None,
        })
    })
}

/// One attempt, and when it ended: taken before it is written down, so that whoever reads of a failure and then sets the
/// clock ahead sets it ahead of the next attempt too.
async fn attempted(engine: &Arc<Engine>, number: u64, outgoing: &Outgoing, retry: Retry) -> (Outcome, u64) {
    let began = engine.clock.now();
    engine.with(|world| {
        if let Some(entry) = world.deliveries.get_mut(number) {
            entry.attempts += 1;
            entry.next_ms = None;
        }
    });
    let outcome = attempt(engine, outgoing, retry).await;
    let ended = engine.clock.now();
    let took = ended.saturating_sub(began) / 1000;
    engine.with(|world| {
        let Some(entry) = world.deliveries.get_mut(number) else { return };
        match &outcome {
            Outcome::Acknowledged { .. } => {
                entry.acked_ms = Some(took);
                "acknowledged".clone_into(&mut entry.status);
            }
            Outcome::Failed { reason, .. } => {
                (*reason).clone_into(&mut entry.status);
                entry.failures.push((*reason).to_owned());
            }
        }
    });
    (outcome, ended)
}

/// Brings an event, and again when it is not acknowledged: at once, after a minute, after five.
pub fn bring(engine: &Arc<Engine>, outgoing: Outgoing) {
    let running = Arc::clone(engine);
    engine.spawn(async move {
        let engine = running;
        let number = enter(&engine, &outgoing);
        let (mut retry, mut failed) = (None, 0);
        for wait in [None].into_iter().chain(AGAIN.into_iter().map(Some)) {
            if let Some(wait) = wait {
                let due = failed + wait;
                engine.with(|world| {
                    if let Some(entry) = world.deliveries.get_mut(number) {
                        entry.next_ms = Some(due / 1000);
                    }
                });
                engine.clock.sleep_until(due).await;
            }
            let (outcome, ended) = attempted(&engine, number, &outgoing, retry).await;
            failed = ended;
            match outcome {
                Outcome::Acknowledged { .. } | Outcome::Failed { last: true, .. } => return,
                Outcome::Failed { reason, .. } => {
                    let count = retry.map_or(1, |(count, _)| count + 1);
                    retry = Some((count, reason));
                }
            }
        }
    });
}

/// Brings a payload once and says how it ended.
pub async fn ask(engine: &Arc<Engine>, outgoing: &Outgoing) -> Outcome {
    let number = enter(engine, outgoing);
    attempted(engine, number, outgoing, None).await.0
}
