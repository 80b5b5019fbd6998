//! Sends a message through an SMTP server, once. Told apart: what certainly did not go out, and what nobody can know.

use std::time::Duration;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use super::message::{Envelope, message};
use crate::config::{MailConfig, MailTls};

/// How long a step of the conversation with the server may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends mail. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Mailer {
    config: MailConfig,
}

/// Why a message was not sent, or may not have been. The text is safe to show.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It did not go out: it could not be put together, the server was not reached, or refused it.
    #[error("{0}")]
    NotSent(String),
    /// The server had it in its hands when the connection broke.
    #[error("{0}")]
    Unknown(String),
}

impl Mailer {
    /// Through this server.
    #[must_use]
    pub fn new(config: MailConfig) -> Self {
        Self { config }
    }

    /// Sends a message; `id` becomes its message id.
    ///
    /// # Errors
    /// [`SendError`], which says whether it may have gone out.
    pub async fn send(&self, envelope: Envelope<'_>, id: &str) -> Result<(), SendError> {
        let from = (envelope.from.0, self.config.from.as_deref().unwrap_or(envelope.from.1));
        let message = message(Envelope { from, ..envelope }, id).map_err(SendError::NotSent)?;
        let mut connection = self.connected().await.map_err(|error| SendError::NotSent(self.said(&error)))?;
        let sent = connection.send(message.envelope(), &message.formatted()).await;
        connection.abort().await;
        match sent {
            Ok(_) => Ok(()),
            Err(error) if error.is_permanent() || error.is_transient() || error.is_client() => {
                Err(SendError::NotSent(self.said(&error)))
            }
            Err(error) => {
                tracing::warn!(%error, "the connection broke while a mail was handed over");
                Err(SendError::Unknown(format!(
                    "The connection to {} broke while the mail was handed over: nobody knows whether it went out. Look into the mailbox; it is not sent a second time.",
                    self.config.host
                )))
            }
        }
    }

    async fn connected(&self) -> Result<AsyncSmtpConnection, Error> {
        let MailConfig { host, port, tls, user, password, .. } = &self.config;
        let hello = ClientId::default();
        let parameters = || TlsParameters::new(host.clone());
        let wrapped = if *tls == MailTls::Wrapped { Some(parameters()?) } else { None };
        let server = (host.as_str(), *port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(server, Some(PATIENCE), &hello, wrapped, None).await?;
        if *tls == MailTls::Starttls {
            connection.starttls(parameters()?, &hello).await?;
        }
        if let (Some(user), Some(password)) = (user, password) {
            connection.auth(DEFAULT_MECHANISMS, &Credentials::new(user.clone(), password.clone())).await?;
        }
        Ok(connection)
    }

    /// What an error means to whoever clicked. What the server said goes into the log alone: it may repeat addresses.
    fn said(&self, error: &Error) -> String {
        tracing::warn!(%error, "a mail was not sent");
        let server = format!("{}:{}", self.config.host, self.config.port);
        if error.is_tls() {
            format!("No secure connection to {server} could be made; check `tls` and `port` under [mail].")
        } else if let Some(code) = error.status() {
            format!("{server} refused the mail ({code}); it was not sent. The log of the service says more.")
        } else {
            format!("{server} could not be reached, or does not speak as wanted; the mail was not sent. Check [mail].")
        }
    }
}
