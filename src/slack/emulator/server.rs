//! The server: an address on loopback, and everything behind it.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{any, get, post};
use tokio::net::TcpListener;

use super::app::AppRecord;
use super::clock::Clock;
use super::engine::Engine;
use super::options::Options;
use super::wire::{Scissors, Wires};
use super::world::World;
use super::{driver, guard, page, sockets, web_api};
use crate::model::openai::choose_cryptography;

/// The largest request that is read.
const MOST_BYTES: usize = 16 << 20;
/// How often a delivery follows the app to another address.
const REDIRECTS: usize = 2;

/// A running local Slack. It ends when it is stopped or dropped.
pub struct Emulator {
    engine: Arc<Engine>,
    address: SocketAddr,
    bot_token: String,
    app_token: String,
    signing_secret: String,
}

impl Emulator {
    /// Takes the address and serves in tasks of the running tokio runtime.
    ///
    /// # Errors
    /// When the address is not a loopback address, or the system refuses it.
    pub async fn start(options: Options) -> io::Result<Self> {
        if !options.listen.ip().is_loopback() {
            let sentence = format!("{} is not a loopback address; the local Slack listens on no other", options.listen);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, sentence));
        }
        if let Some(address) = options.deliver_to.as_deref().filter(|address| !guard::stays_here(address)) {
            let sentence =
                format!("{address} is not an http address of this machine; the local Slack sends to no other");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, sentence));
        }
        choose_cryptography();
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::custom(|attempt| match attempt.previous().len() {
                ..=REDIRECTS if guard::stays_here(attempt.url().as_str()) => attempt.follow(),
                ..=REDIRECTS => attempt.error("leads away from this machine"),
                _ => attempt.error("too many redirects"),
            }))
            .no_proxy()
            .build()
            .map_err(io::Error::other)?;
        let listener = TcpListener::bind(options.listen).await?;
        let address = listener.local_addr()?;
        let clock = Clock::new();
        let mut world = World::new(clock.now(), AppRecord::new(options.manifest), options.rate_limits);
        world.origin = format!("http://{address}");
        let (bot_token, app_token) = (world.app.bot_token.clone(), world.app.app_token.clone());
        let signing_secret = world.app.signing_secret.clone();
        let engine = Arc::new(Engine::new(world, clock, http, options.deliver_to));
        let served =
            axum::serve(Wires(listener), router(Arc::clone(&engine)).into_make_service_with_connect_info::<Scissors>());
        engine.spawn(async move {
            if let Err(error) = served.await {
                tracing::error!(%error, "the local Slack ended");
            }
        });
        Ok(Self { engine, address, bot_token, app_token, signing_secret })
    }

    /// Where the Web API is, without a slash at the end.
    pub fn api_url(&self) -> String {
        format!("http://{}/api", self.address)
    }

    /// The bot token the app calls with.
    pub fn bot_token(&self) -> &str {
        &self.bot_token
    }

    /// The app-level token for Socket Mode.
    pub fn app_token(&self) -> &str {
        &self.app_token
    }

    /// What requests to the app are signed with.
    pub fn signing_secret(&self) -> &str {
        &self.signing_secret
    }

    /// Where a person opens it.
    pub fn page_url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Where whoever plays the people calls.
    pub fn driver_url(&self) -> String {
        format!("http://{}/driver", self.address)
    }

    /// Ends it: connections are cut, deliveries dropped, the address given back.
    pub fn stop(&self) {
        self.engine.stopped.cancel();
        self.engine.sockets.cut();
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stop();
    }
}

fn router(engine: Arc<Engine>) -> Router {
    Router::new()
        .route("/", get(page::index))
        .route("/assets/{name}", get(page::asset))
        .route("/api/{method}", any(web_api::call))
        .route("/link", get(sockets::link))
        .route("/link/", get(sockets::link))
        .route("/response/{id}", post(web_api::respond))
        .route("/files/upload/{id}", post(web_api::upload))
        .route("/files/{id}", get(web_api::download))
        .route("/files/{id}/download", get(web_api::download))
        .route("/oauth/v2/authorize", get(web_api::authorize))
        .nest("/driver", driver::router())
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .layer(axum::middleware::from_fn(guard::only_from_here))
        .with_state(engine)
}
