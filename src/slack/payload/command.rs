//! Slash commands.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::owned;

/// A slash command.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The team it was typed in.
    pub team: Option<String>,
    /// The enterprise.
    pub enterprise: Option<String>,
    /// Where.
    pub channel: String,
    /// What the channel is called.
    pub channel_name: Option<String>,
    /// Who.
    pub user: String,
    /// The command: `/route`.
    pub command: String,
    /// What stands behind it.
    pub text: String,
    /// Where answers only the person sees can be sent, five times in half an hour.
    pub response_url: Option<String>,
    /// What opens a modal, for three seconds.
    pub trigger: Option<String>,
}

impl Command {
    /// Reads the fields of a command; none when it names no command, user or channel.
    #[must_use]
    pub fn read(fields: &Value) -> Option<Self> {
        Some(Self {
            team: owned(fields, "/team_id"),
            enterprise: owned(fields, "/enterprise_id"),
            channel: owned(fields, "/channel_id")?,
            channel_name: owned(fields, "/channel_name"),
            user: owned(fields, "/user_id")?,
            command: owned(fields, "/command")?,
            text: owned(fields, "/text").unwrap_or_default(),
            response_url: owned(fields, "/response_url"),
            trigger: owned(fields, "/trigger_id"),
        })
    }

    /// What two deliveries of it share.
    #[must_use]
    pub fn key(&self) -> Option<String> {
        self.trigger.as_ref().map(|trigger| format!("command/{trigger}"))
    }
}
