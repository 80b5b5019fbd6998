//! Socket Mode: connections of the app, envelopes on them, and their acknowledgements.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{mpsc, oneshot};

use super::app::APP;
use super::deliver::{Outcome, PATIENCE, Retry};
use super::engine::Engine;
use super::world::{Outgoing, Payload, SECOND};

/// The most connections at once.
const MOST: usize = 10;
/// How often the server pings: clients take a silent server for a dead one after some 30 seconds.
const PING: Duration = Duration::from_secs(5);
/// How long the other side of a closed connection may take to hear of it.
const GOODBYE: Duration = Duration::from_secs(1);
/// How long a connection lives, in seconds.
const LIFE: u64 = 18_060;
/// The same with `debug_reconnects`.
const SHORT_LIFE: u64 = 360;
/// How long before its end the app is warned, in seconds.
const WARNING: u64 = 10;

/// What is sent on a connection.
#[derive(Debug)]
enum Frame {
    Text(String),
    /// Send this and then close.
    Last(String),
    /// Cut the line without a word.
    Cut,
}

#[derive(Debug)]
struct Connection {
    id: usize,
    frames: mpsc::UnboundedSender<Frame>,
}

#[derive(Debug)]
struct Waiting {
    connection: usize,
    done: oneshot::Sender<Outcome>,
}

/// Socket Mode connections of the app.
#[derive(Debug, Default)]
pub struct Sockets {
    next: AtomicUsize,
    turn: AtomicUsize,
    cut_after_envelope: AtomicBool,
    open: Mutex<Vec<Connection>>,
    waiting: Mutex<HashMap<String, Waiting>>,
}

fn held<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

fn disconnect(reason: &str) -> String {
    json!({"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-local"}}).to_string()
}

impl Sockets {
    /// How many connections there are.
    pub fn count(&self) -> usize {
        held(&self.open).len()
    }

    /// Cuts every connection.
    pub fn cut(&self) {
        for connection in held(&self.open).iter() {
            drop(connection.frames.send(Frame::Cut));
        }
    }

    /// Cuts the connection that carries the next envelope right after it.
    pub fn cut_after_next_envelope(&self) {
        self.cut_after_envelope.store(true, Ordering::Release);
    }

    /// Tells every connection that it will be closed, or closes it with that word.
    pub fn say_goodbye(&self, reason: &str, close: bool) {
        for connection in held(&self.open).iter() {
            let text = disconnect(reason);
            drop(connection.frames.send(if close { Frame::Last(text) } else { Frame::Text(text) }));
        }
    }

    /// Puts a payload into an envelope on one of the connections and waits until it is acknowledged.
    pub async fn send(&self, engine: &Arc<Engine>, outgoing: &Outgoing, retry: Retry) -> Outcome {
        let due = engine.clock.now() + PATIENCE;
        let id = uuid::Uuid::new_v4().to_string();
        let event = outgoing.payload == Payload::Event;
        let mut envelope = json!({
            "envelope_id": id, "type": outgoing.payload.envelope(), "accepts_response_payload": !event,
            "payload": outgoing.body
        });
        if event {
            envelope["retry_attempt"] = json!(retry.map_or(0, |(count, _)| count));
            envelope["retry_reason"] = json!(retry.map_or("", |(_, reason)| reason));
        }
        let (done, acknowledged) = oneshot::channel();
        {
            let open = held(&self.open);
            if open.is_empty() {
                return Outcome::failed("no_connection");
            }
            let connection = &open[self.turn.fetch_add(1, Ordering::Relaxed) % open.len()];
            held(&self.waiting).insert(id.clone(), Waiting { connection: connection.id, done });
            drop(connection.frames.send(Frame::Text(envelope.to_string())));
            if self.cut_after_envelope.swap(false, Ordering::AcqRel) {
                drop(connection.frames.send(Frame::Cut));
            }
        }
        let outcome = tokio::select! {
            outcome = acknowledged => outcome.unwrap_or_else(|_| Outcome::failed("connection_failed")),
            () = engine.clock.sleep_until(due) => Outcome::failed("timeout"),
        };
        held(&self.waiting).remove(&id);
        outcome
    }

    fn add(&self) -> Option<(usize, mpsc::UnboundedReceiver<Frame>, usize)> {
        let mut open = held(&self.open);
        if open.len() >= MOST {
            return None;
        }
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        let (frames, to_send) = mpsc::unbounded_channel();
        open.push(Connection { id, frames });
        Some((id, to_send, open.len()))
    }

    /// Puts nothing more on a connection; what it carried can still be acknowledged.
    fn retire(&self, id: usize) {
        held(&self.open).retain(|connection| connection.id != id);
    }

    fn remove(&self, id: usize) {
        self.retire(id);
        // Dropping the senders tells who waits that the line is gone.
        held(&self.waiting).retain(|_, waiting| waiting.connection != id);
    }

    fn acknowledge(&self, text: &str) {
        let Ok(ack) = serde_json::from_str::<Value>(text) else { return };
        let Some(id) = ack["envelope_id"].as_str() else { return };
        if let Some(waiting) = held(&self.waiting).remove(id) {
            let body = ack.get("payload").cloned().unwrap_or_default();
            drop(waiting.done.send(Outcome::Acknowledged { status: 200, body }));
        }
    }
}

/// What stands in the address of a connection.
#[derive(Debug, Deserialize)]
pub struct Link {
    #[serde(default)]
    ticket: String,
    #[serde(default)]
    debug_reconnects: String,
}

/// `GET /link`: takes a connection.
pub async fn link(State(engine): State<Arc<Engine>>, Query(link): Query<Link>, upgrade: WebSocketUpgrade) -> Response {
    if !engine.with(|world| world.use_ticket(&link.ticket)) {
        return (StatusCode::UNAUTHORIZED, "the ticket is not good, or not good any more").into_response();
    }
    let life = if link.debug_reconnects == "true" { SHORT_LIFE } else { LIFE };
    upgrade.on_upgrade(move |socket| serve(engine, socket, life))
}

async fn serve(engine: Arc<Engine>, mut socket: WebSocket, life: u64) {
    let Some((id, frames, count)) = engine.sockets.add() else {
        drop(socket.send(Message::text(disconnect("too_many_websockets"))).await);
        drop(socket.send(Message::Close(None)).await);
        while let Ok(Some(Ok(_))) = tokio::time::timeout(GOODBYE, socket.recv()).await {}
        return;
    };
    engine.with(|world| world.changed.other = true);
    let hello = json!({
        "type": "hello", "num_connections": count, "connection_info": {"app_id": APP},
        "debug_info": {"host": "applink-local", "build_number": 1, "approximate_connection_time": life}
    });
    if socket.send(Message::text(hello.to_string())).await.is_ok() {
        tokio::select! {
            () = talk(&engine, id, &mut socket, frames, life) => {}
            () = engine.stopped.cancelled() => {}
        }
    }
    engine.sockets.remove(id);
    engine.with(|world| world.changed.other = true);
}

/// Ends a connection in order: puts nothing more on it, says so unless the other side did, and waits until it knows.
async fn finish(engine: &Engine, id: usize, socket: &mut WebSocket, says: bool) {
    engine.sockets.retire(id);
    if says {
        drop(socket.send(Message::Close(None)).await);
    }
    let known = async {
        while let Some(Ok(received)) = socket.recv().await {
            if let Message::Text(text) = received {
                engine.sockets.acknowledge(&text);
            }
        }
    };
    drop(tokio::time::timeout(GOODBYE, known).await);
}

async fn talk(
    engine: &Engine,
    id: usize,
    socket: &mut WebSocket,
    mut frames: mpsc::UnboundedReceiver<Frame>,
    life: u64,
) {
    let began = engine.clock.now();
    let mut ping = tokio::time::interval(PING);
    let mut warned = false;
    loop {
        let due = began + (life - if warned { 0 } else { WARNING }) * SECOND;
        tokio::select! {
            frame = frames.recv() => match frame {
                Some(Frame::Text(text)) => {
                    if socket.send(Message::text(text)).await.is_err() {
                        return;
                    }
                }
                Some(Frame::Last(text)) => {
                    drop(socket.send(Message::text(text)).await);
                    return finish(engine, id, socket, true).await;
                }
                Some(Frame::Cut) | None => return,
            },
            received = socket.recv() => match received {
                Some(Ok(Message::Text(text))) => engine.sockets.acknowledge(&text),
                Some(Ok(Message::Close(_))) => {
                    return finish(engine, id, socket, false).await;
                }
                Some(Err(_)) | None => return,
                Some(Ok(_)) => {}
            },
            _ = ping.tick() => {
                if socket.send(Message::Ping("Ping from applink-local".into())).await.is_err() {
                    return;
                }
            }
            () = engine.clock.sleep_until(due) => {
                let reason = if warned { "refresh_requested" } else { "warning" };
                drop(socket.send(Message::text(disconnect(reason))).await);
                if warned {
                    return finish(engine, id, socket, true).await;
                }
                warned = true;
            }
        }
    }
}
