//! Calls to Slack: each at Slack's pace, with a time limit, and with an error that says whether it may have had an
//! effect.

mod connector;
mod pace;
mod send;

use std::time::Duration;

use serde_json::Value;
use slack_morphism::errors::SlackClientError;
use slack_morphism::prelude::{SlackApiToken, SlackApiTokenValue, SlackClient};
use tokio::time::Instant;

use connector::{Connector, NeverArrived};
use pace::{Meter, Pace};

pub use send::{SendError, Sender, Sent, Target};

/// Times a call is tried within [`pace::LONGEST_WAIT`] where Slack asked for a pause.
const TRIES: u32 = 3;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Slack refused it and will again.
    #[error("Slack refused {method}: {code}{}", details(.messages))]
    Refused {
        /// The method.
        method: &'static str,
        /// Slack's name of the error.
        code: String,
        /// What it says besides.
        messages: Vec<String>,
    },
    /// There were too many calls; it had no effect.
    #[error("Slack takes no more calls of this kind for {} seconds", .after.as_secs())]
    Limited {
        /// When to try again.
        after: Duration,
    },
    /// Slack could not be reached; it had no effect.
    #[error("Slack cannot be reached; is SLACK_API_URL right, and the network there?")]
    Unreachable,
    /// The connection was lost, or Slack failed, on the way: nobody knows whether it had an effect.
    #[error("the connection to Slack was lost during {method}")]
    Unknown {
        /// The method.
        method: &'static str,
    },
}

fn details(messages: &[String]) -> String {
    if messages.is_empty() { String::new() } else { format!(" ({})", messages.join("; ")) }
}

impl CallError {
    /// Slack's name of the error, where it named one.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// Whether trying again later may help.
    #[must_use]
    pub fn passes(&self) -> bool {
        match self {
            Self::Limited { .. } | Self::Unreachable | Self::Unknown { .. } => true,
            Self::Refused { code, .. } => {
                matches!(code.as_str(), "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout")
            }
        }
    }

    /// Whether the token is not good any more.
    #[must_use]
    pub fn token_is_bad(&self) -> bool {
        let bad = ["invalid_auth", "token_revoked", "account_inactive", "not_authed", "token_expired"];
        self.code().is_some_and(|code| bad.contains(&code))
    }

    /// Whether nothing can be said in the place any more.
    #[must_use]
    pub fn place_is_gone(&self) -> bool {
        let gone = [
            "channel_not_found",
            "is_archived",
            "not_in_channel",
            "thread_not_found",
            "message_not_found",
            "restricted_action",
            "user_not_found",
            "user_disabled",
            "cannot_dm_bot",
            "messages_tab_disabled",
            "invalid_thread_ts",
        ];
        self.code().is_some_and(|code| gone.contains(&code))
    }
}

/// The Web API, for all teams. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Api {
    client: SlackClient<Connector>,
    /// None: calls are made as they come.
    pace: Option<Pace>,
}

impl Api {
    /// The Web API at `api_url`; `paced` keeps to Slack's rates.
    ///
    /// # Errors
    /// When this machine cannot make secure connections.
    pub fn new(api_url: &str, paced: bool) -> anyhow::Result<Self> {
        let pace = paced.then(Pace::default);
        Ok(Self { client: SlackClient::new(Connector::new(api_url)?), pace })
    }

    /// Calls a method that changes something.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn write(&self, as_team: &Caller, method: &'static str, arguments: &Value) -> Result<Value, CallError> {
        let channel = arguments.get("channel").and_then(Value::as_str);
        let meter = Meter::new(&as_team.team, method, channel);
        self.paced(&meter, method, || async {
            let token = as_team.token();
            self.client.open_session(&token).http_session_api.http_post(method, arguments, None).await
        })
        .await
    }

    /// Calls a method that only reads.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn read(
        &self,
        as_team: &Caller,
        method: &'static str,
        arguments: &[(&str, &str)],
    ) -> Result<Value, CallError> {
        let meter = Meter::new(&as_team.team, method, None);
        let arguments: Vec<(&str, Option<&str>)> =
            arguments.iter().map(|(name, value)| (*name, Some(*value))).collect();
        self.paced(&meter, method, || async {
            let token = as_team.token();
            self.client.open_session(&token).http_session_api.http_get(method, &arguments, None).await
        })
        .await
    }

    /// Answers at an address Slack gave with a command or a click.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn respond(&self, response_url: &str, body: &Value) -> Result<(), CallError> {
        let answered = self.client.http_api.connector.post_to(response_url, body).await;
        answered.map_err(|error| told("response_url", error))
    }

    /// Calls an OAuth method.
    ///
    /// # Errors
    /// See [`CallError`].
    pub async fn oauth(
        &self,
        method: &'static str,
        fields: &[(&str, &str)],
        app: (&str, &str),
    ) -> Result<Value, CallError> {
        self.client.http_api.connector.form(method, fields, app).await.map_err(|error| told(method, error))
    }

    async fn paced<F, A>(&self, meter: &Meter, method: &'static str, call: F) -> Result<Value, CallError>
    where
        F: Fn() -> A,
        A: Future<Output = Result<Value, SlackClientError>>,
    {
        let mut tried = 0;
        loop {
            if let Some(pace) = &self.pace {
                let wait = pace.take(meter, Instant::now()).map_err(|after| CallError::Limited { after })?;
                tokio::time::sleep(wait).await;
            }
            tried += 1;
            match call().await.map_err(|error| told(method, error)) {
                Err(CallError::Limited { after }) => {
                    if let Some(pace) = &self.pace {
                        pace.pause(meter, after, Instant::now());
                    }
                    if tried >= TRIES || after > pace::LONGEST_WAIT {
                        return Err(CallError::Limited { after });
                    }
                }
                other => return other,
            }
        }
    }
}

/// In whose name a call is made.
#[derive(Clone, PartialEq, Eq)]
pub struct Caller {
    /// The team.
    pub team: String,
    token: String,
}

impl Caller {
    /// The agent in `team`.
    #[must_use]
    pub fn new(team: impl Into<String>, token: impl Into<String>) -> Self {
        Self { team: team.into(), token: token.into() }
    }

    fn token(&self) -> SlackApiToken {
        SlackApiToken::new(SlackApiTokenValue(self.token.clone()))
    }
}

impl std::fmt::Debug for Caller {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Caller").field("team", &self.team).finish_non_exhaustive()
    }
}

fn told(method: &'static str, error: SlackClientError) -> CallError {
    match error {
        SlackClientError::ApiError(error) if error.code == "ratelimited" => {
            CallError::Limited { after: Duration::from_secs(5) }
        }
        SlackClientError::ApiError(error) => {
            CallError::Refused { method, code: error.code, messages: error.errors.unwrap_or_default() }
        }
        SlackClientError::RateLimitError(error) => {
            CallError::Limited { after: error.retry_after.unwrap_or(Duration::from_secs(5)) }
        }
        SlackClientError::HttpProtocolError(error)
            if error.cause.as_ref().is_some_and(|cause| cause.is::<NeverArrived>()) =>
        {
            CallError::Unreachable
        }
        SlackClientError::HttpError(error) if error.status_code.is_client_error() => {
            CallError::Refused { method, code: format!("http_{}", error.status_code.as_u16()), messages: Vec::new() }
        }
        _ => CallError::Unknown { method },
    }
}
