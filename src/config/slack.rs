//! Slack: tokens and secrets from the environment, everything else under `[slack]`.

use serde::Deserialize;

use super::ConfigError;
use super::load::Environment;

/// How the agent is reached from Slack. None: it is not.
#[derive(Clone, PartialEq, Eq)]
pub struct SlackConfig {
    /// Address of Slack's Web API.
    pub api_url: String,
    /// The bot token of the one team it serves. None: teams install it (`client`).
    pub bot_token: Option<String>,
    /// The app-level token for Socket Mode. None: Slack sends to this server over HTTP.
    pub app_token: Option<String>,
    /// What requests from Slack are signed with. None: none are taken.
    pub signing_secret: Option<String>,
    /// With which several teams can install it.
    pub client: Option<SlackClientConfig>,
    /// Who may ask: e-mail addresses, `*@example.com` for everybody there. Empty: every full member of the team.
    pub allowed: Vec<String>,
    /// What may be shown where outsiders can read it.
    pub outsiders_see: DataClass,
    /// Questions one person may ask in a minute.
    pub questions_per_minute: u32,
    /// Whether calls keep to Slack's rates. Only a local Slack takes more.
    pub paced: bool,
}

/// What identifies the app when a team installs it.
#[derive(Clone, PartialEq, Eq)]
pub struct SlackClientConfig {
    /// The app's client id.
    pub id: String,
    /// Its secret.
    pub secret: String,
    /// The key that tokens are encrypted with: 32 bytes.
    pub key: [u8; 32],
}

/// How much of an account something shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataClass {
    /// Nothing of any account.
    Nothing,
    /// That there is such an account, and whose it is.
    #[default]
    Name,
    /// What was said and done: calls, e-mails, requests, promises.
    Activity,
    /// Money, health and risks.
    Money,
}

impl std::fmt::Debug for SlackConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SlackConfig")
            .field("api_url", &self.api_url)
            .field("bot_token", &self.bot_token.as_ref().map(|_| "…"))
            .field("app_token", &self.app_token.as_ref().map(|_| "…"))
            .field("signing_secret", &self.signing_secret.as_ref().map(|_| "…"))
            .field("client", &self.client.as_ref().map(|client| client.id.as_str()))
            .finish_non_exhaustive()
    }
}

/// `[slack]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SlackSection {
    allowed: Vec<String>,
    outsiders_see: DataClass,
    questions_per_minute: Option<u32>,
}

/// Questions one person may ask in a minute where nothing else is said.
pub const QUESTIONS_PER_MINUTE: u32 = 20;

/// Slack's own address.
const API: &str = "https://slack.com/api";

/// What the environment and `[slack]` say, if anything.
pub(super) fn slack(env: Environment<'_>, section: &SlackSection) -> Result<Option<SlackConfig>, ConfigError> {
    let trimmed = |name: &str| env(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let (bot_token, app_token) = (trimmed("SLACK_BOT_TOKEN"), trimmed("SLACK_APP_TOKEN"));
    let signing_secret = trimmed("SLACK_SIGNING_SECRET");
    let client = client(&trimmed)?;
    if bot_token.is_none() && app_token.is_none() && signing_secret.is_none() && client.is_none() {
        return Ok(None);
    }
    if let Some(token) = bot_token.as_deref().filter(|token| !token.starts_with("xoxb-") && !token.starts_with("xoxe."))
    {
        let kind = token.split('-').next().unwrap_or_default();
        return Err(ConfigError::new(format!(
            "SLACK_BOT_TOKEN begins with `{}`, which is no bot token; take the one under OAuth & Permissions that begins with xoxb-",
            kind.chars().take(8).collect::<String>()
        )));
    }
    if app_token.as_deref().is_some_and(|token| !token.starts_with("xapp-")) {
        return Err(ConfigError::new(
            "SLACK_APP_TOKEN is no app-level token; make one under Basic Information, App-Level Tokens, with connections:write; it begins with xapp-",
        ));
    }
    if bot_token.is_none() && client.is_none() {
        return Err(ConfigError::new(
            "Slack is configured without a way to answer; set SLACK_BOT_TOKEN, or SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_TOKEN_KEY for several teams",
        ));
    }
    if app_token.is_none() && signing_secret.is_none() {
        return Err(ConfigError::new(
            "Slack is configured without a way to be reached; set SLACK_APP_TOKEN for Socket Mode, or SLACK_SIGNING_SECRET for HTTP",
        ));
    }
    let api_url = trimmed("SLACK_API_URL").unwrap_or_else(|| API.to_owned());
    if !api_url.starts_with("https://") && !is_here(&api_url) {
        return Err(ConfigError::new(format!(
            "SLACK_API_URL is `{api_url}`; use https:// for anything but this machine, or unset it"
        )));
    }
    for pattern in &section.allowed {
        if !pattern.contains('@') || pattern.trim_start_matches('*').contains('*') {
            return Err(ConfigError::new(format!(
                "`{pattern}` in slack.allowed names nobody; write an e-mail address, or *@example.com for everybody there"
            )));
        }
    }
    let paced = match trimmed("SLACK_RATE_LIMITS").as_deref() {
        None | Some("on") => true,
        Some("off") if is_here(&api_url) => false,
        Some(_) => {
            return Err(ConfigError::new(
                "SLACK_RATE_LIMITS can be `off` only with a local Slack at SLACK_API_URL; Slack itself refuses calls that come faster than its limits, so unset it",
            ));
        }
    };
    Ok(Some(SlackConfig {
        api_url: api_url.trim_end_matches('/').to_owned(),
        bot_token,
        app_token,
        signing_secret,
        client,
        allowed: section.allowed.clone(),
        outsiders_see: section.outsiders_see,
        questions_per_minute: match section.questions_per_minute {
            Some(0) => return Err(ConfigError::new("slack.questions_per_minute must be at least 1")),
            most => most.unwrap_or(QUESTIONS_PER_MINUTE),
        },
        paced,
    }))
}

fn client(trimmed: &dyn Fn(&str) -> Option<String>) -> Result<Option<SlackClientConfig>, ConfigError> {
    let parts = (trimmed("SLACK_CLIENT_ID"), trimmed("SLACK_CLIENT_SECRET"), trimmed("SLACK_TOKEN_KEY"));
    let (id, secret, key) = match parts {
        (Some(id), Some(secret), Some(key)) => (id, secret, key),
        (None, None, None) => return Ok(None),
        _ => {
            return Err(ConfigError::new(
                "SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and SLACK_TOKEN_KEY belong together; set all three or none",
            ));
        }
    };
    let bytes = hex::decode(&key).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let Some(key) = bytes else {
        return Err(ConfigError::new(
            "SLACK_TOKEN_KEY is not 64 hexadecimal digits; make one with `openssl rand -hex 32` and keep it: tokens cannot be read without it",
        ));
    };
    Ok(Some(SlackClientConfig { id, secret, key }))
}

pub(super) fn is_here(url: &str) -> bool {
    ["http://127.0.0.1", "http://localhost", "http://[::1]"].iter().any(|here| {
        url.strip_prefix(here).is_some_and(|rest| rest.is_empty() || rest.starts_with(':') || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<SlackConfig>, ConfigError> {
        let find =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        slack(&find, &SlackSection::default())
    }

    #[test]
    fn a_bot_token_and_one_way_in_are_enough() {
        assert_eq!(read(&[]), Ok(None));
        let socket = read(&[("SLACK_BOT_TOKEN", "xoxb-1"), ("SLACK_APP_TOKEN", "xapp-1")]).unwrap().unwrap();
        assert_eq!(socket.api_url, API);
        assert!(read(&[("SLACK_BOT_TOKEN", "xoxb-1"), ("SLACK_SIGNING_SECRET", "s")]).unwrap().is_some());
    }

    #[test]
    fn what_cannot_work_is_refused_in_a_sentence() {
        let both = [("SLACK_BOT_TOKEN", "xoxb-1"), ("SLACK_APP_TOKEN", "xapp-1")];
        for wrong in [
            vec![("SLACK_BOT_TOKEN", "xoxp-1"), ("SLACK_APP_TOKEN", "xapp-1")],
            vec![("SLACK_BOT_TOKEN", "xoxb-1"), ("SLACK_APP_TOKEN", "xoxb-1")],
            vec![("SLACK_BOT_TOKEN", "xoxb-1")],
            vec![("SLACK_APP_TOKEN", "xapp-1")],
            vec![("SLACK_SIGNING_SECRET", "s"), ("SLACK_CLIENT_ID", "1")],
            vec![
                ("SLACK_SIGNING_SECRET", "s"),
                ("SLACK_CLIENT_ID", "1"),
                ("SLACK_CLIENT_SECRET", "2"),
                ("SLACK_TOKEN_KEY", "short"),
            ],
            [&both[..], &[("SLACK_API_URL", "http://slack.example/api")]].concat(),
            [&both[..], &[("SLACK_RATE_LIMITS", "off")]].concat(),
            [&both[..], &[("SLACK_API_URL", "http://127.0.0.1.example/api")]].concat(),
        ] {
            assert!(read(&wrong).is_err(), "{wrong:?}");
        }
        assert!(read(&[&both[..], &[("SLACK_API_URL", "http://127.0.0.1:9/api/")]].concat()).is_ok());
    }

    #[test]
    fn tokens_stay_out_of_what_is_printed() {
        let config = read(&[("SLACK_BOT_TOKEN", "xoxb-hidden"), ("SLACK_APP_TOKEN", "xapp-hidden")]).unwrap();
        assert!(!format!("{config:?}").contains("hidden"));
    }
}
