//! Logging in with a provider: secrets from the environment, everything else under `[log_in]`.

use serde::Deserialize;

use super::ConfigError;
use super::load::Environment;

/// The providers people can log in with, besides one-time links.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogInConfig {
    /// Those that are configured, in the order they are offered.
    pub providers: Vec<ProviderConfig>,
}

impl LogInConfig {
    /// Whether a service can offer all of them. Commands beside it need no secrets.
    ///
    /// # Errors
    /// Which secret is missing.
    pub fn complete(&self) -> Result<(), String> {
        match self.providers.iter().find(|provider| provider.client_secret.is_none()) {
            None => Ok(()),
            Some(ProviderConfig { key, .. }) => {
                let variable = if *key == SLACK_KEY { SLACK_SECRET } else { OIDC_SECRET };
                Err(format!("[log_in.{key}] is configured without its secret; set {variable}, or remove the table"))
            }
        }
    }
}

/// A provider of `OpenID` Connect.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderConfig {
    /// What it is called in addresses: `oidc` or `slack`.
    pub key: &'static str,
    /// What people call it.
    pub name: String,
    /// Its address, as its discovery document writes it.
    pub issuer: String,
    /// What it knows this service by.
    pub client_id: String,
    /// The secret that goes with it. None where a command has no need of it.
    pub client_secret: Option<String>,
}

impl std::fmt::Debug for ProviderConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProviderConfig")
            .field("key", &self.key)
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// `[log_in]`
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LogInSection {
    oidc: Option<OidcSection>,
    slack: Option<SlackLogInSection>,
}

/// `[log_in.oidc]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OidcSection {
    issuer: String,
    client_id: String,
    #[serde(default)]
    name: Option<String>,
}

/// `[log_in.slack]`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SlackLogInSection {
    client_id: String,
}

/// What each is called in addresses, and the variable its secret is in.
const SLACK_KEY: &str = "slack";
const SLACK_SECRET: &str = "SLACK_LOG_IN_CLIENT_SECRET";
const OIDC_KEY: &str = "oidc";
const OIDC_SECRET: &str = "OIDC_CLIENT_SECRET";

/// Slack's own address as a provider.
const SLACK: &str = "https://slack.com";

/// What the environment and `[log_in]` say. Providers lead back to `public_url`.
pub(super) fn log_in(
    env: Environment<'_>,
    section: &LogInSection,
    public_url: Option<&str>,
) -> Result<LogInConfig, ConfigError> {
    let secret = |variable| env(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
    let mut providers = Vec::new();
    if let Some(slack) = &section.slack {
        providers.push(ProviderConfig {
            key: SLACK_KEY,
            name: "Slack".to_owned(),
            issuer: SLACK.to_owned(),
            client_id: slack.client_id.clone(),
            client_secret: secret(SLACK_SECRET),
        });
    }
    if let Some(oidc) = &section.oidc {
        let issuer = oidc.issuer.trim();
        if !issuer.starts_with("https://") && !super::slack::is_here(issuer) {
            return Err(ConfigError::new(format!(
                "log_in.oidc.issuer is `{issuer}`; write the https:// address of the provider"
            )));
        }
        providers.push(ProviderConfig {
            key: OIDC_KEY,
            name: oidc.name.clone().unwrap_or_else(|| "single sign-on".to_owned()),
            issuer: issuer.to_owned(),
            client_id: oidc.client_id.clone(),
            client_secret: secret(OIDC_SECRET),
        });
    }
    if providers.iter().any(|provider| provider.client_id.trim().is_empty()) {
        return Err(ConfigError::new("a client_id under [log_in] is empty; write the one the provider gave"));
    }
    if !providers.is_empty() && public_url.is_none() {
        return Err(ConfigError::new(
            "a provider under [log_in] leads people back to this service; write its address as public_url under [http]",
        ));
    }
    Ok(LogInConfig { providers })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)], text: &str, url: Option<&str>) -> Result<LogInConfig, String> {
        let find =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        log_in(&find, &toml::from_str(text).unwrap(), url).map_err(|error| error.to_string())
    }

    const OIDC: &str = "[oidc]\nissuer = 'https://id.example.com'\nclient_id = 'c'\nname = 'Example'";
    const HERE: Option<&str> = Some("https://cs.example.com");

    #[test]
    fn a_provider_needs_its_secret_and_an_address_to_lead_back_to() {
        assert_eq!(read(&[], "", None), Ok(LogInConfig::default()));
        let set = [("OIDC_CLIENT_SECRET", "s3cret"), ("SLACK_LOG_IN_CLIENT_SECRET", "s3cret")];
        let both = read(&set, &format!("[slack]\nclient_id = 'c'\n{OIDC}"), HERE).unwrap();
        let named: Vec<_> =
            both.providers.iter().map(|one| (one.key, one.name.as_str(), one.issuer.as_str())).collect();
        assert_eq!(named, [("slack", "Slack", SLACK), ("oidc", "Example", "https://id.example.com")]);
        assert!(!format!("{both:?}").contains("s3cret"));
        assert_eq!(both.complete(), Ok(()));
        let without = read(&[], OIDC, HERE).unwrap().complete();
        assert!(without.unwrap_err().contains("OIDC_CLIENT_SECRET"));
        assert!(read(&set, OIDC, None).unwrap_err().contains("public_url"));
        assert!(
            read(&set, "[oidc]\nissuer = 'http://id.example.com'\nclient_id = 'c'", HERE)
                .unwrap_err()
                .contains("https://")
        );
        assert!(read(&set, "[slack]\nclient_id = ' '", HERE).unwrap_err().contains("client_id"));
    }
}
