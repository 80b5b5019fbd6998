//! Connecting a system by logging in there (OAuth 2 with PKCE), and keeping the tokens good.

use std::collections::BTreeMap;

use chrono::Duration;
use serde::{Deserialize, Serialize};

use super::{ConnectionWanted, Secret};
use crate::app::{App, AppError};
use crate::config::SourceClient;
use crate::domain::actor::Actor;
use crate::domain::connection::{Connection, Vendor};
use crate::domain::time::Moment;
use crate::sources::oauth::{self, OAuthClient, Pkce};
use crate::store::SealedSecret;

/// How long somebody may take to log in.
const PATIENCE: Duration = Duration::minutes(30);
/// What the state of a login is encrypted for.
const STATE: &str = "source-log-in";

/// What is remembered between leaving and coming back, encrypted, in the address.
#[derive(Serialize, Deserialize)]
struct Underway {
    vendor: Vendor,
    settings: BTreeMap<String, String>,
    verifier: String,
    who: String,
    at: Moment,
}

impl App {
    /// Whether a system is connected by logging in there: it offers that, and this program is known to it.
    #[must_use]
    pub fn logs_in_at(&self, vendor: Vendor) -> bool {
        oauth::offered(vendor) && self.sources.clients.contains_key(&vendor)
    }

    /// Where somebody logs in to connect a system; it sends them back to `redirect`.
    ///
    /// # Errors
    /// [`AppError::Invalid`] where that is not offered or not set up, saying what is lacking.
    pub fn authorize_source(
        &self,
        vendor: Vendor,
        settings: &BTreeMap<String, String>,
        redirect: &str,
        by: &Actor,
    ) -> Result<String, AppError> {
        let client = self.client_of(vendor)?;
        let pkce = Pkce::random();
        let underway = Underway {
            vendor,
            settings: settings.clone(),
            verifier: pkce.verifier.clone(),
            who: by.who.clone(),
            at: self.now(),
        };
        let text = serde_json::to_string(&underway).unwrap_or_default();
        let sealed = self.sources.sealer.seal(&self.log_in_context(), &text)?;
        let state = hex::encode(sealed.sealed);
        oauth::authorize_url(vendor, settings, &client.id, redirect, &state, &pkce.challenge).map_err(AppError::Invalid)
    }

    /// Connects a system somebody logged in to.
    ///
    /// # Errors
    /// [`AppError::Invalid`] when the login was begun elsewhere, by somebody else or too long ago, or the system refuses it.
    pub async fn authorized_source(
        &self,
        state: &str,
        code: &str,
        redirect: &str,
        by: &Actor,
    ) -> Result<Connection, AppError> {
        let stale = || AppError::Invalid("This login was not begun here, or too long ago; begin again.".to_owned());
        let sealed =
            SealedSecret { sealed: hex::decode(state).map_err(|_| stale())?, key_id: self.sources.sealer.key_id() };
        let text = self.sources.sealer.open(&self.log_in_context(), &sealed).map_err(|_| stale())?;
        let underway: Underway = serde_json::from_str(&text).map_err(|_| stale())?;
        let age = self.now().signed_duration_since(underway.at.utc());
        if age > PATIENCE || age < -Duration::minutes(1) || underway.who != by.who {
            return Err(stale());
        }
        let Underway { vendor, mut settings, verifier, .. } = underway;
        let client = self.client_of(vendor)?;
        let tokens =
            oauth::exchange(&self.sources.client, vendor, &settings, &client, code, redirect, &verifier, self.now())
                .await
                .map_err(|error| AppError::Invalid(format!("{error}. Nothing was connected.")))?;
        let more = oauth::token_settings(vendor).iter();
        settings.extend(more.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let wanted = ConnectionWanted {
            key: tokens.access.clone(),
            settings,
            tokens: Some(tokens),
            ..ConnectionWanted::default()
        };
        self.connect(vendor, wanted, by).await
    }

    /// Renews an access token that ends soon, or at once where it was refused; gives whether it was renewed. The new tokens
    /// are kept before anything is done with them: the old ones may be good no more.
    pub(super) async fn renew(&self, connection: &Connection, refused: bool) -> Result<bool, AppError> {
        if !oauth::offered(connection.vendor) || !self.sources.clients.contains_key(&connection.vendor) {
            return Ok(false);
        }
        let Ok((mut secret, sealed)) = self.secret(connection.id).await else { return Ok(false) };
        let Some(tokens) = &secret.tokens else { return Ok(false) };
        let Some(refresh) = tokens.refresh.clone().filter(|_| refused || tokens.is_due(self.now())) else {
            return Ok(false);
        };
        let client = self.client_of(connection.vendor)?;
        let (http, settings) = (&self.sources.client, &connection.settings);
        match oauth::refresh(http, connection.vendor, settings, &client, &refresh, self.now()).await {
            Ok(tokens) => {
                secret.key.clone_from(&tokens.access);
                secret.tokens = Some(tokens);
                let renewed = self.seal(connection.id, &secret)?;
                let store = &self.intake.store;
                Ok(store.put_connection_secret(self.workspace, connection.id, &sealed, &renewed).await?)
            }
            Err(error) => {
                // What is wrong is said by the next request that is refused.
                tracing::warn!(connection = connection.prefix, %error, "an access token could not be renewed");
                Ok(false)
            }
        }
    }

    /// Takes back the tokens of a connection, as far as its system lets that be done.
    pub(super) async fn revoke(&self, connection: &Connection) {
        let Ok((Secret { tokens: Some(tokens), .. }, _)) = self.secret(connection.id).await else { return };
        let Ok(client) = self.client_of(connection.vendor) else { return };
        let (http, settings) = (&self.sources.client, &connection.settings);
        if let Err(error) = oauth::revoke(http, connection.vendor, settings, &client, &tokens).await {
            tracing::warn!(connection = connection.prefix, %error, "tokens could not be taken back; remove the app there");
        }
    }

    fn client_of(&self, vendor: Vendor) -> Result<OAuthClient, AppError> {
        let name = vendor.wire().to_ascii_uppercase();
        let SourceClient { id, secret } =
            self.sources.clients.get(&vendor).filter(|_| oauth::offered(vendor)).cloned().ok_or_else(|| {
                AppError::Invalid(format!(
                    "Logging in at {} is not set up here: {name}_CLIENT_ID and {name}_CLIENT_SECRET are needed.",
                    vendor.label()
                ))
            })?;
        Ok(OAuthClient { id, secret })
    }

    fn log_in_context(&self) -> String {
        format!("{}/{STATE}", self.workspace)
    }
}
