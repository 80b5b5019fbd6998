//! What every handler shares.

use std::net::SocketAddr;
use std::sync::Arc;

use super::gate::Gate;
use super::page::Page;
use crate::app::App;
use crate::config::{Config, FeaturesConfig, HttpConfig};
use crate::domain::time::{Clock, Moment};

/// What every handler shares. Cheap to clone.
#[derive(Clone)]
pub struct Web {
    shared: Arc<Shared>,
}

struct Shared {
    app: App,
    config: HttpConfig,
    clock: Clock,
    workspace: String,
    user: String,
    token: String,
    gate: Gate,
    page: Page,
    features: FeaturesConfig,
    /// What is said where others can reach a service without a log-in.
    open_to_all: Option<String>,
}

impl Web {
    /// The web over `app`, which listens on `bound`. Requests that carry `token` are known to come from a command on this machine.
    ///
    /// # Errors
    /// When the page's template cannot be read, which a test excludes.
    pub fn new(app: App, config: &Config, bound: SocketAddr, token: String) -> anyhow::Result<Self> {
        let shared = Shared {
            app,
            config: config.http.clone(),
            clock: config.clock,
            workspace: config.workspace.clone(),
            user: config.user.clone(),
            token,
            gate: Gate::new(&config.http),
            page: Page::new()?,
            features: config.features,
            open_to_all: config.http.open_to_all(bound),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The application.
    pub(super) fn app(&self) -> &App {
        &self.shared.app
    }

    /// What the service accepts.
    pub(super) fn config(&self) -> &HttpConfig {
        &self.shared.config
    }

    /// The present instant.
    pub(super) fn now(&self) -> Moment {
        self.shared.clock.now()
    }

    /// The workspace's name.
    pub(super) fn workspace(&self) -> &str {
        &self.shared.workspace
    }

    /// Who works at this machine.
    pub(super) fn user(&self) -> &str {
        &self.shared.user
    }

    /// What is to be known where others can reach it.
    pub(super) fn open_to_all(&self) -> Option<&str> {
        self.shared.open_to_all.as_deref()
    }

    /// What is switched on.
    pub(super) fn features(&self) -> FeaturesConfig {
        self.shared.features
    }

    pub(super) fn gate(&self) -> &Gate {
        &self.shared.gate
    }

    pub(super) fn page(&self) -> &Page {
        &self.shared.page
    }

    /// Whether `token` is this server's, compared without telling by its time how much of it is right.
    pub(super) fn token_matches(&self, token: &str) -> bool {
        use sha2::{Digest, Sha256};
        Sha256::digest(token) == Sha256::digest(&self.shared.token)
    }
}
