//! Connected systems: how often they are fetched from, and what their credentials are encrypted with.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ConfigError;
use super::load::Environment;
use crate::domain::connection::Vendor;

/// How connected systems are fetched from.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SourcesConfig {
    /// Minutes from one sync of a source to the next, 1 to 1440.
    pub every_minutes: u32,
    /// Days for which what a source said is kept, so that it can be read anew; 1 to 365.
    pub raw_days: u32,
    /// The key that credentials are encrypted with, 32 bytes (`SUCCESS_AGENT_SECRET_KEY`). None: the data directory's own.
    #[serde(skip)]
    pub key: Option<[u8; 32]>,
    /// What identifies this program where people connect a system by logging in there, by system (`HUBSPOT_CLIENT_ID`,
    /// `HUBSPOT_CLIENT_SECRET` and so on).
    #[serde(skip)]
    pub clients: BTreeMap<Vendor, SourceClient>,
}

/// What identifies this program to a system.
#[derive(Clone, PartialEq, Eq)]
pub struct SourceClient {
    /// The client id.
    pub id: String,
    /// Its secret.
    pub secret: String,
}

impl std::fmt::Debug for SourceClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourceClient").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Default for SourcesConfig {
    fn default() -> Self {
        Self { every_minutes: 15, raw_days: 30, key: None, clients: BTreeMap::new() }
    }
}

impl std::fmt::Debug for SourcesConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SourcesConfig")
            .field("every_minutes", &self.every_minutes)
            .field("raw_days", &self.raw_days)
            .field("key", &self.key.map(|_| "…"))
            .field("clients", &self.clients.keys().collect::<Vec<_>>())
            .finish()
    }
}

impl SourcesConfig {
    /// With the key of the environment.
    pub(super) fn load(mut self, env: Environment<'_>) -> Result<Self, ConfigError> {
        if !(1..=1_440).contains(&self.every_minutes) {
            return Err(ConfigError::new("sources.every_minutes is from 1 to 1440"));
        }
        if !(1..=365).contains(&self.raw_days) {
            return Err(ConfigError::new("sources.raw_days is from 1 to 365"));
        }
        for vendor in [Vendor::Attio, Vendor::HubSpot, Vendor::Salesforce] {
            let name = vendor.wire().to_ascii_uppercase();
            let read = |what: &str| env(&format!("{name}_{what}")).filter(|text| !text.trim().is_empty());
            match (read("CLIENT_ID"), read("CLIENT_SECRET")) {
                (Some(id), Some(secret)) => drop(self.clients.insert(vendor, SourceClient { id, secret })),
                (None, None) => {}
                _ => {
                    return Err(ConfigError::new(format!(
                        "{name}_CLIENT_ID and {name}_CLIENT_SECRET belong together; set both or none"
                    )));
                }
            }
        }
        let given = env("SUCCESS_AGENT_SECRET_KEY").filter(|key| !key.trim().is_empty());
        let Some(given) = given else { return Ok(self) };
        let bytes = hex::decode(given.trim()).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        let Some(key) = bytes else {
            return Err(ConfigError::new(
                "SUCCESS_AGENT_SECRET_KEY is not 64 hexadecimal digits; make one with `openssl rand -hex 32` and keep it: \
                 credentials cannot be read without it",
            ));
        };
        Ok(Self { key: Some(key), ..self })
    }
}
