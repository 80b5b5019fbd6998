//! Teams that install the agent (OAuth v2): the link with a state that is checked, the tokens encrypted at rest and
//! renewed before they expire.

use chrono::{DateTime, Duration};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use super::client::CallError;
use super::payload::text;
use super::service::{Slack, SlackError};
use crate::app::Sealer;
use crate::domain::id::WorkspaceId;
use crate::domain::time::Moment;
use crate::store::SealedSecret;
use crate::store::slack::{TeamRow, Tokens};

/// How long a link to install can be used.
const STATE_MINUTES: i64 = 30;

/// How long before they expire tokens are renewed.
const AHEAD: Duration = Duration::minutes(30);

/// Encrypts tokens, and signs states, with the configured key. Cheap to clone.
#[derive(Clone)]
pub struct Vault {
    key: [u8; 32],
}

impl Vault {
    /// With this key.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// The secret, encrypted for one team: it cannot be read as another's.
    #[must_use]
    pub fn seal(&self, team: &str, secret: &str) -> Option<Vec<u8>> {
        Some(self.sealer().seal(team, secret).ok()?.sealed)
    }

    /// What was encrypted for the team; none where the key is another one.
    #[must_use]
    pub fn open(&self, team: &str, sealed: &[u8]) -> Option<String> {
        let sealer = self.sealer();
        sealer.open(team, &SealedSecret { sealed: sealed.to_vec(), key_id: sealer.key_id() }).ok()
    }

    fn sealer(&self) -> Sealer {
        Sealer::new(self.key)
    }

    /// A state for a link to install into `workspace`.
    #[must_use]
    pub fn state(&self, workspace: WorkspaceId, now: Moment) -> String {
        let said = format!("{workspace}.{}.{}", now.timestamp(), uuid::Uuid::new_v4().simple());
        let tag = self.tag(&said);
        format!("{said}.{tag}")
    }

    /// The workspace of a state this server made a short while ago.
    #[must_use]
    pub fn read_state(&self, state: &str, now: Moment) -> Option<WorkspaceId> {
        let (said, tag) = state.rsplit_once('.')?;
        let mut mac = self.mac();
        mac.update(said.as_bytes());
        mac.verify_slice(&hex::decode(tag).ok()?).ok()?;
        let mut parts = said.split('.');
        let workspace = parts.next()?.parse().ok()?;
        let made = DateTime::from_timestamp(parts.next()?.parse().ok()?, 0)?;
        let age = now.signed_duration_since(made);
        (age >= Duration::seconds(-60) && age <= Duration::minutes(STATE_MINUTES)).then_some(workspace)
    }

    fn tag(&self, said: &str) -> String {
        let mut mac = self.mac();
        mac.update(said.as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    fn mac(&self) -> Hmac<Sha256> {
        let mut block = hmac::digest::Key::<Hmac<Sha256>>::default();
        let key = [&self.key[..], b"state"].concat();
        block[..key.len()].copy_from_slice(&key);
        Hmac::new(&block)
    }
}

impl std::fmt::Debug for Vault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Vault")
    }
}

impl Slack {
    /// The address that installs the agent into a team, for the workspace the program was started on.
    #[must_use]
    pub fn install_url(&self) -> Option<String> {
        let (client, vault) = (self.config().client.as_ref()?, self.vault()?);
        let redirect = self.redirect()?;
        let state = vault.state(self.app().workspace(), self.now());
        let base = self.config().api_url.strip_suffix("/api").unwrap_or(&self.config().api_url);
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("client_id", &client.id)
            .append_pair("scope", &super::manifest::BOT_SCOPES.join(","))
            .append_pair("redirect_uri", &redirect)
            .append_pair("state", &state)
            .finish();
        Some(format!("{base}/oauth/v2/authorize?{query}"))
    }

    fn redirect(&self) -> Option<String> {
        Some(format!("{}/slack/oauth", self.public_url()?))
    }

    /// Trades the code of an installation for tokens and keeps the team; gives the team's name.
    ///
    /// # Errors
    /// [`SlackError::NotAllowed`] with a sentence for whoever installs.
    pub async fn installed_with(&self, code: &str, state: &str) -> Result<String, SlackError> {
        let refused = |sentence: &str| SlackError::NotAllowed(sentence.to_owned());
        let (Some(client), Some(vault), Some(redirect)) = (&self.config().client, self.vault(), self.redirect()) else {
            return Err(refused(
                "Installing is not set up here: SLACK_CLIENT_ID, SLACK_CLIENT_SECRET, SLACK_TOKEN_KEY and http.public_url are needed.",
            ));
        };
        let workspace = vault.read_state(state, self.now()).ok_or_else(|| {
            refused("This link is not from this server or is too old; begin again at /slack/install.")
        })?;
        let fields = [("code", code), ("redirect_uri", redirect.as_str())];
        let granted = self.api().oauth("oauth.v2.access", &fields, (&client.id, &client.secret)).await?;
        let (row, tokens) = self.granted(vault, &granted, workspace)?;
        self.store().put_slack_team(&row, &tokens, self.now()).await?;
        self.forget_team(&row.team);
        tracing::info!(team = row.team, %workspace, "a Slack team installed the agent");
        Ok(row.name)
    }

    fn granted(&self, vault: &Vault, granted: &Value, workspace: WorkspaceId) -> Result<(TeamRow, Tokens), SlackError> {
        let incomplete =
            || SlackError::NotAllowed("Slack's answer names no team or no token; install again.".to_owned());
        let team = text(granted, "/team/id").or_else(|| text(granted, "/enterprise/id")).ok_or_else(incomplete)?;
        let token = text(granted, "/access_token").ok_or_else(incomplete)?;
        let scopes = text(granted, "/scope").unwrap_or_default();
        let row = TeamRow {
            team: team.to_owned(),
            workspace,
            name: text(granted, "/team/name").or_else(|| text(granted, "/enterprise/name")).unwrap_or(team).to_owned(),
            enterprise: text(granted, "/enterprise/id").map(str::to_owned),
            app: text(granted, "/app_id").map(str::to_owned),
            bot_user: text(granted, "/bot_user_id").unwrap_or_default().to_owned(),
            scopes: scopes.split(',').map(str::to_owned).collect(),
            installed_by: text(granted, "/authed_user/id").map(str::to_owned),
            revoked_at: None,
        };
        Ok((row, self.sealed(vault, team, token, granted)))
    }

    fn sealed(&self, vault: &Vault, team: &str, token: &str, granted: &Value) -> Tokens {
        let lasts = granted.get("expires_in").and_then(Value::as_i64);
        Tokens {
            token: vault.seal(team, token),
            refresh_token: text(granted, "/refresh_token").and_then(|token| vault.seal(team, token)),
            expires_at: lasts.map(|seconds| self.now().utc() + Duration::seconds(seconds)),
        }
    }

    /// The token of a team, renewed when it is about to expire.
    pub(super) async fn fresh_token(
        &self,
        vault: &Vault,
        row: &TeamRow,
        tokens: &Tokens,
        sealed: &[u8],
    ) -> Result<String, SlackError> {
        let unreadable = || {
            tracing::error!(
                team = row.team,
                "the tokens of a Slack team cannot be read; is SLACK_TOKEN_KEY the one they were kept with?"
            );
            SlackError::UnknownTeam(row.name.clone())
        };
        let token = vault.open(&row.team, sealed).ok_or_else(unreadable)?;
        let due = tokens.expires_at.is_some_and(|expires| expires - AHEAD < self.now().utc());
        let (true, Some(refresh), Some(client)) = (due, &tokens.refresh_token, &self.config().client) else {
            return Ok(token);
        };
        let refresh = vault.open(&row.team, refresh).ok_or_else(unreadable)?;
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
        let granted = match self.api().oauth("oauth.v2.access", &fields, (&client.id, &client.secret)).await {
            Ok(granted) => granted,
            // The old one holds a while longer.
            Err(CallError::Limited { .. } | CallError::Unreachable | CallError::Unknown { .. }) => return Ok(token),
            Err(error) => return Err(error.into()),
        };
        let Some(token) = text(&granted, "/access_token") else { return Ok(token) };
        let tokens = self.sealed(vault, &row.team, token, &granted);
        self.store().put_slack_team(row, &tokens, self.now()).await?;
        Ok(token.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use chrono::Utc;

    use super::*;

    #[test]
    fn a_token_is_read_with_its_key_and_for_its_team_only() {
        let vault = Vault::new([7; 32]);
        let sealed = vault.seal("T1", "xoxb-secret").unwrap();
        assert!(!sealed.windows(6).any(|bytes| bytes == b"secret"));
        assert_eq!(vault.open("T1", &sealed).as_deref(), Some("xoxb-secret"));
        assert_eq!(vault.open("T2", &sealed), None);
        assert_eq!(Vault::new([8; 32]).open("T1", &sealed), None);
        assert_ne!(vault.seal("T1", "xoxb-secret"), vault.seal("T1", "xoxb-secret"));
    }

    #[test]
    fn a_state_is_this_servers_and_fresh_or_nothing() {
        let (vault, workspace, now) = (Vault::new([7; 32]), WorkspaceId::new(), Moment::from(Utc::now()));
        let state = vault.state(workspace, now);
        assert_eq!(vault.read_state(&state, now), Some(workspace));
        assert_eq!(vault.read_state(&state, now + Duration::minutes(31)), None);
        assert_eq!(Vault::new([8; 32]).read_state(&state, now), None);
        assert_eq!(vault.read_state(&format!("{state}0"), now), None);
        assert_eq!(vault.read_state("", now), None);
    }
}
