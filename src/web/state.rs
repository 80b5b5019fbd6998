//! What every handler shares.

use std::net::SocketAddr;
use std::sync::Arc;

use super::gate::Gate;
use super::limit::Limits;
use super::page::Page;
use super::presence;
use crate::app::App;
use crate::config::{Config, Doors, FeaturesConfig, HttpConfig, ProviderConfig};
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
    limits: Limits,
    providers: Vec<ProviderConfig>,
    page: Page,
    features: FeaturesConfig,
    /// Whether nobody has to log in.
    open: bool,
    /// What is said where what travels can be read on the way.
    in_clear: Option<String>,
    /// Where it is reached.
    url: String,
    /// What the cookie of a session is called.
    cookie: String,
}

impl Web {
    /// The web over `app`, which listens on `bound`, for a demo or not. Requests that carry `token` are known to come from
    /// a command on this machine.
    ///
    /// # Errors
    /// Where a demo would be open to others.
    pub fn new(app: App, config: &Config, bound: SocketAddr, demo: bool, token: String) -> anyhow::Result<Self> {
        let open = config.doors(bound, demo).map_err(anyhow::Error::msg)? == Doors::Open;
        let url = config.http.public_url.clone().unwrap_or_else(|| presence::url(bound));
        let cookie = if url.starts_with("https://") {
            // Browsers take such a name from this very host only, and over https.
            "__Host-success-agent".to_owned()
        } else {
            // Cookies of a host are shared by all its ports.
            format!("success-agent-{}", bound.port())
        };
        let shared = Shared {
            app,
            config: config.http.clone(),
            clock: config.clock,
            workspace: config.workspace.clone(),
            user: config.user.clone(),
            token,
            gate: Gate::new(&config.http),
            limits: Limits::default(),
            providers: config.log_in.providers.clone(),
            page: Page::new()?,
            features: config.features,
            open,
            in_clear: config.http.in_clear(bound),
            url,
            cookie,
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

    /// Whether nobody has to log in.
    pub(super) fn is_open(&self) -> bool {
        self.shared.open
    }

    /// What is to be known where what travels can be read on the way.
    pub(super) fn in_clear(&self) -> Option<&str> {
        self.shared.in_clear.as_deref()
    }

    /// Where people reach it, without a slash at the end.
    pub(super) fn url(&self) -> &str {
        &self.shared.url
    }

    /// Whether they do over https.
    pub(super) fn is_https(&self) -> bool {
        self.shared.url.starts_with("https://")
    }

    /// What the cookie of a session is called.
    pub(super) fn cookie(&self) -> &str {
        &self.shared.cookie
    }

    /// How much each may send.
    pub(super) fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// The providers people can log in with.
    pub(super) fn providers(&self) -> &[ProviderConfig] {
        &self.shared.providers
    }

    /// One of them.
    pub(super) fn provider(&self, key: &str) -> Option<&ProviderConfig> {
        self.shared.providers.iter().find(|provider| provider.key == key)
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
