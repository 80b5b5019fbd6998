//! A listening server: bound first, served once the application is open, stopped without cutting an answer short.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tower_http::timeout::RequestBodyTimeoutLayer;

use super::connections;
use super::presence::Presence;
use super::router::router;
use super::state::Web;
use crate::app::App;
use crate::config::Config;

/// How long running answers and open connections may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The wish to stop, seen by everybody who holds a copy.
#[derive(Clone, Debug)]
pub struct Shutdown {
    wished: watch::Receiver<bool>,
}

impl Shutdown {
    /// Wished for by the first SIGINT or SIGTERM from now on. The second one ends the process at once.
    #[must_use]
    pub fn on_signals() -> Self {
        let (wish, wished) = watch::channel(false);
        tokio::spawn(async move {
            signal().await;
            wish.send_replace(true);
            signal().await;
            std::process::exit(130);
        });
        Self { wished }
    }

    /// Wished for by whoever holds the sender, or drops it.
    #[must_use]
    pub fn by_hand() -> (watch::Sender<bool>, Self) {
        let (wish, wished) = watch::channel(false);
        (wish, Self { wished })
    }

    /// Returns once it is wished for.
    pub async fn wished(&self) {
        let mut wished = self.wished.clone();
        drop(wished.wait_for(|wished| *wished).await);
    }
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// A bound address that does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    bound: SocketAddr,
    presence: Presence,
    demo: bool,
}

impl Server {
    /// Takes the address.
    ///
    /// # Errors
    /// The system's refusal: the address is in use, is not this machine's, or needs more rights.
    pub async fn bind(address: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let bound = listener.local_addr()?;
        Ok(Self { listener, bound, presence: Presence::new(bound), demo: false })
    }

    /// The same for a demo: on this machine alone, nobody has to log in.
    #[must_use]
    pub fn for_demo(self, demo: bool) -> Self {
        Self { demo, ..self }
    }

    /// Where it can be reached.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.presence.address)
    }

    /// The address it took.
    #[must_use]
    pub fn bound(&self) -> SocketAddr {
        self.bound
    }

    /// Serves `app` until `shutdown` is wished for and the running answers are given.
    ///
    /// # Errors
    /// See [`Server::serve_beside`].
    pub async fn serve(self, app: App, config: &Config, shutdown: Shutdown) -> anyhow::Result<()> {
        self.serve_beside(app, config, shutdown, None).await
    }

    /// Serves `app`, and `others` on the same address, until `shutdown` is wished for and the running answers are given.
    ///
    /// # Errors
    /// When the file that announces the server cannot be written, or a demo would be open to others.
    pub async fn serve_beside(
        self,
        app: App,
        config: &Config,
        shutdown: Shutdown,
        others: Option<Router>,
    ) -> anyhow::Result<()> {
        let web = Web::new(app.clone(), config, self.bound, self.demo, self.presence.token.clone())?;
        let _announcement = self.announce(&config.data_dir)?;
        let router = router(web.clone()).merge(others.unwrap_or_default());
        let router = router.layer(RequestBodyTimeoutLayer::new(config.http.body_patience));
        let served = connections::serve(self.listener, router, &config.http, shutdown.wished());
        let too_long = async {
            shutdown.wished().await;
            // What takes long ends where it can be gone on with; what somebody waits for a moment for is finished.
            app.wind_down();
            tokio::time::sleep(PATIENCE).await;
        };
        tokio::select! {
            () = served => {}
            () = too_long => tracing::warn!("connections were still open and are cut"),
        }
        if !web.gate().drained(PATIENCE).await {
            tracing::warn!("answers were still being written and are dropped");
        }
        Ok(())
    }

    fn announce(&self, data_dir: &Path) -> anyhow::Result<super::presence::Announcement> {
        self.presence.announce(data_dir).map_err(|error| {
            anyhow::anyhow!(
                "the data directory {} cannot be written to ({error}); choose another with --data-dir",
                data_dir.display()
            )
        })
    }
}
