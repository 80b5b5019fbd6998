//! What everything hangs on: the world behind a lock, the clock, the connections, and who is told of changes.

use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::json;
use tokio::sync::broadcast;
use tokio_util::sync::CancellationToken;

use super::clock::Clock;
use super::deliver;
use super::sockets::Sockets;
use super::world::{Changed, World};

/// How many changes a slow onlooker may lag behind before it is only told that there were some.
const BACKLOG: usize = 256;

/// The running local Slack.
pub struct Engine {
    world: Mutex<World>,
    /// The clock.
    pub clock: Clock,
    /// Socket Mode connections.
    pub sockets: Sockets,
    /// Calls the app over HTTP.
    pub http: reqwest::Client,
    /// The app's base address, if payloads go over HTTP.
    pub deliver_to: Option<String>,
    /// Ends everything that runs.
    pub stopped: CancellationToken,
    changes: broadcast::Sender<Arc<str>>,
    version: AtomicU64,
}

impl Engine {
    /// An engine for this world.
    pub fn new(world: World, clock: Clock, http: reqwest::Client, deliver_to: Option<String>) -> Self {
        Self {
            world: Mutex::new(world),
            clock,
            sockets: Sockets::default(),
            http,
            deliver_to,
            stopped: CancellationToken::new(),
            changes: broadcast::channel(BACKLOG).0,
            version: AtomicU64::new(1),
        }
    }

    /// Acts upon the world as of now; then brings what is to be told to the app, and tells onlookers what changed.
    pub fn with<T>(self: &Arc<Self>, act: impl FnOnce(&mut World) -> T) -> T {
        let (result, outgoing, changed) = {
            // A panic in a handler must not end the whole Slack: the world is whole between any two fields it sets.
            let mut world = self.world.lock().unwrap_or_else(PoisonError::into_inner);
            world.advance_to(self.clock.now());
            let result = act(&mut world);
            (result, std::mem::take(&mut world.outbox), std::mem::take(&mut world.changed))
        };
        for one in outgoing {
            deliver::bring(self, one);
        }
        if !changed.is_empty() {
            self.publish(&changed);
        }
        result
    }

    fn publish(&self, changed: &Changed) {
        let version = self.version.fetch_add(1, Ordering::AcqRel) + 1;
        let change = json!({"version": version, "channels": changed.channels, "people": changed.people});
        // Nobody may be looking on.
        drop(self.changes.send(change.to_string().into()));
    }

    /// How often something changed.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Changes from now on.
    pub fn changes(&self) -> broadcast::Receiver<Arc<str>> {
        self.changes.subscribe()
    }

    /// Runs `work` beside everything else, until it is done or all is stopped.
    pub fn spawn(self: &Arc<Self>, work: impl Future<Output = ()> + Send + 'static) {
        let stopped = self.stopped.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = work => {}
                () = stopped.cancelled() => {}
            }
        });
    }
}
