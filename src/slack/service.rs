//! What everything about Slack shares: the teams and in whose name to call, the application, the way messages are sent.

use chrono::NaiveDate;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;

use super::client::{Api, CallError, Caller, SendError, Sender, Target};
use super::evidence::EvidenceKey;
use super::inbox::Inbox;
use super::install::Vault;
use super::payload::text;
use crate::app::{App, AppError};
use crate::config::SlackConfig;
use crate::domain::id::{ConversationId, TurnId, WorkspaceId};
use crate::domain::time::Moment;
use crate::store::slack::{TeamRow, Tokens};
use crate::store::{Store, StoreError};

/// How long what is known of a team is taken for true.
const REMEMBERED: Duration = Duration::from_mins(1);

/// Why something about Slack could not be done.
#[derive(Debug, thiserror::Error)]
pub enum SlackError {
    /// Slack.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The application.
    #[error(transparent)]
    App(#[from] AppError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The team has not installed the agent, or took it away.
    #[error("the Slack team {0} is not installed here; install it again with the link of `success-agent slack doctor`")]
    UnknownTeam(String),
    /// Somebody may not do that; the text is for them.
    #[error("{0}")]
    NotAllowed(String),
    /// What came in could not be written down, with others that came at the same moment.
    #[error(transparent)]
    NotWritten(Arc<StoreError>),
    /// More comes in than can be written down.
    #[error("more comes in from Slack than the database can take at the moment")]
    TooMuch,
}

impl From<SendError> for SlackError {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Slack(error) => Self::Call(error),
            SendError::Store(error) => Self::Store(error),
        }
    }
}

impl SlackError {
    /// Whether nothing can be said in the place any more, so that trying again is of no use.
    #[must_use]
    pub fn is_final(&self) -> bool {
        match self {
            Self::Call(error) => error.place_is_gone() || error.token_is_bad(),
            Self::UnknownTeam(_) | Self::NotAllowed(_) => true,
            Self::App(_) | Self::Store(_) | Self::NotWritten(_) | Self::TooMuch => false,
        }
    }
}

/// Slack. Cheap to clone.
#[derive(Clone)]
pub struct Slack {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    app: App,
    inbox: Inbox,
    config: SlackConfig,
    public_url: Option<String>,
    api: Api,
    sender: Sender,
    vault: Option<Vault>,
    evidence: EvidenceKey,
    teams: Mutex<HashMap<String, (Instant, Team)>>,
    ignored: AtomicU64,
    /// Threads that are being answered, and how many may be at the same time.
    answering: AtomicU64,
    at_once: AtomicU64,
}

impl From<Arc<Shared>> for Slack {
    fn from(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

/// Somebody's thread is being answered, for as long as this lives.
pub(super) struct Answering(Arc<Shared>);

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answering.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A team, and what is done in its name. Cheap to clone.
#[derive(Clone)]
pub struct Team {
    /// The team's identifier in Slack.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The user the agent is.
    pub bot_user: String,
    /// In whose name calls are made.
    pub caller: Caller,
    /// The application, on the workspace the team belongs to.
    pub app: App,
}

impl Team {
    /// The workspace it belongs to.
    #[must_use]
    pub fn workspace(&self) -> WorkspaceId {
        self.app.workspace()
    }

    /// Stops what is being answered here in a conversation; what another process answers sees the wish that was written down.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn stop(&self, conversation: ConversationId, turn: Option<TurnId>) -> Result<(), AppError> {
        match self.app.stop(conversation, turn).await {
            Ok(_) | Err(AppError::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// A place in it.
    #[must_use]
    pub fn place(&self, channel: &str, thread_ts: Option<&str>) -> Target {
        Target {
            workspace: self.workspace(),
            caller: self.caller.clone(),
            channel: channel.to_owned(),
            thread_ts: thread_ts.map(str::to_owned),
        }
    }
}

impl std::fmt::Debug for Team {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Team").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Slack {
    /// Slack as configured, for `app`. Nothing is called yet.
    ///
    /// # Errors
    /// When this machine cannot make secure connections.
    pub fn new(app: App, config: SlackConfig, public_url: Option<String>) -> anyhow::Result<Self> {
        let api = Api::new(&config.api_url, config.paced)?;
        let store = app.store().clone();
        let sender = Sender::new(api.clone(), store.clone());
        let secret = config.signing_secret.as_ref().or(config.bot_token.as_ref()).cloned().unwrap_or_default();
        let make = |inbox| Shared {
            inbox,
            evidence: EvidenceKey::of(&secret),
            vault: config.client.as_ref().map(|client| Vault::new(client.key)),
            app,
            config,
            public_url,
            api,
            sender,
            teams: Mutex::default(),
            ignored: AtomicU64::new(0),
            answering: AtomicU64::new(0),
            at_once: AtomicU64::new(u64::MAX),
        };
        let shared = Arc::new_cyclic(|shared| make(Inbox::open(store, Weak::clone(shared))));
        Ok(Self { shared })
    }

    /// The same, where so many threads are answered at the same time: whoever has to wait is shown that at once.
    #[must_use]
    pub fn answering_at_once(self, threads: usize) -> Self {
        self.shared.at_once.store(threads as u64, Ordering::Relaxed);
        self
    }

    /// A thread is being answered.
    pub(super) fn answering(&self) -> Answering {
        self.shared.answering.fetch_add(1, Ordering::Relaxed);
        Answering(Arc::clone(&self.shared))
    }

    /// Whether whoever asks now has to wait for others.
    pub(super) fn is_busy(&self) -> bool {
        self.shared.answering.load(Ordering::Relaxed) >= self.shared.at_once.load(Ordering::Relaxed)
    }

    /// Makes sure of the team the configured token belongs to. Without a configured token there is nothing to do.
    ///
    /// # Errors
    /// When Slack refuses the token or cannot be reached.
    pub async fn own_team(&self) -> Result<Option<Team>, SlackError> {
        let Some(token) = &self.config().bot_token else { return Ok(None) };
        let tested = self.api().write(&Caller::new("", token), "auth.test", &json!({})).await?;
        let say = |pointer: &str| text(&tested, pointer).unwrap_or_default().to_owned();
        let row = TeamRow {
            team: say("/team_id"),
            workspace: self.shared.app.workspace(),
            name: say("/team"),
            enterprise: text(&tested, "/enterprise_id").map(str::to_owned),
            app: text(&tested, "/app_id").map(str::to_owned),
            bot_user: say("/user_id"),
            scopes: Vec::new(),
            installed_by: None,
            revoked_at: None,
        };
        self.store().put_slack_team(&row, &Tokens::default(), self.now()).await?;
        let team = self.made(row, token.clone());
        self.remember(&team);
        Ok(Some(team))
    }

    /// The team, or the enterprise it is part of where that installed the agent.
    ///
    /// # Errors
    /// [`SlackError::UnknownTeam`] where neither did.
    pub async fn team(&self, team: Option<&str>, enterprise: Option<&str>) -> Result<Team, SlackError> {
        for id in [team, enterprise].into_iter().flatten() {
            if let Some(team) = self.remembered(id) {
                return Ok(team);
            }
        }
        for id in [team, enterprise].into_iter().flatten() {
            if let Some(found) = self.installed(id).await? {
                let found = Team { id: team.unwrap_or(id).to_owned(), ..found };
                self.remember(&found);
                return Ok(found);
            }
        }
        Err(SlackError::UnknownTeam(team.or(enterprise).unwrap_or("that was not named").to_owned()))
    }

    async fn installed(&self, id: &str) -> Result<Option<Team>, SlackError> {
        let Some((row, tokens)) = self.store().slack_team(id).await? else {
            // The first word from Slack may come before its own test at the start has ended.
            let own = if self.config().bot_token.is_some() { self.own_team().await? } else { None };
            return Ok(own.filter(|team| team.id == id));
        };
        if row.revoked_at.is_some() {
            return Ok(None);
        }
        let token = match (&tokens.token, &self.shared.vault, &self.config().bot_token) {
            (Some(sealed), Some(vault), _) => self.fresh_token(vault, &row, &tokens, sealed).await?,
            (None, _, Some(token)) => token.clone(),
            _ => return Ok(None),
        };
        Ok(Some(self.made(row, token)))
    }

    fn made(&self, row: TeamRow, token: String) -> Team {
        Team {
            caller: Caller::new(&row.team, token),
            app: self.shared.app.in_workspace(row.workspace),
            id: row.team,
            name: row.name,
            bot_user: row.bot_user,
        }
    }

    fn remembered(&self, id: &str) -> Option<Team> {
        let teams = self.shared.teams.lock().unwrap_or_else(PoisonError::into_inner);
        teams.get(id).filter(|(since, _)| since.elapsed() < REMEMBERED).map(|(_, team)| team.clone())
    }

    fn remember(&self, team: &Team) {
        let mut teams = self.shared.teams.lock().unwrap_or_else(PoisonError::into_inner);
        teams.insert(team.id.clone(), (Instant::now(), team.clone()));
    }

    /// What was known of a team does not hold any more.
    pub(super) fn forget_team(&self, id: &str) {
        self.shared.teams.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
    }

    /// The settings.
    pub(super) fn config(&self) -> &SlackConfig {
        &self.shared.config
    }

    /// Where people reach this server from elsewhere.
    pub(super) fn public_url(&self) -> Option<&str> {
        self.shared.public_url.as_deref()
    }

    /// The application, on the workspace the program was started on.
    pub(super) fn app(&self) -> &App {
        &self.shared.app
    }

    /// Calls to Slack.
    pub(super) fn api(&self) -> &Api {
        &self.shared.api
    }

    /// The way into the database for what comes in.
    pub(super) fn inbox(&self) -> &Inbox {
        &self.shared.inbox
    }

    /// Messages to Slack.
    pub(super) fn sender(&self) -> &Sender {
        &self.shared.sender
    }

    /// The database.
    pub(super) fn store(&self) -> &Store {
        self.shared.app.store()
    }

    /// Where tokens are kept encrypted, when teams install the agent.
    pub(super) fn vault(&self) -> Option<&Vault> {
        self.shared.vault.as_ref()
    }

    /// What signs links to evidence.
    pub(super) fn evidence_key(&self) -> &EvidenceKey {
        &self.shared.evidence
    }

    /// The present day, by the application's clock.
    pub(super) fn today(&self) -> NaiveDate {
        self.now().day()
    }

    /// The present instant.
    pub(super) fn now(&self) -> Moment {
        self.shared.app.now()
    }

    /// Something came that is not acted on: it is counted, not kept.
    pub(super) fn ignore(&self, kind: &str) {
        self.shared.ignored.fetch_add(1, Ordering::Relaxed);
        tracing::debug!(kind, "an event of Slack is not acted on");
    }

    /// How much came that is not acted on.
    #[must_use]
    pub fn ignored(&self) -> u64 {
        self.shared.ignored.load(Ordering::Relaxed)
    }
}
