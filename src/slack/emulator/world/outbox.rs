//! What waits to be brought to the app.

use serde_json::Value;

/// What kind of payload it is, which says where it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// An event; brought again when not acknowledged.
    Event,
    /// A slash command.
    Command,
    /// A click, a shortcut, a view.
    Interaction,
    /// A question for the options of a menu.
    Options,
}

impl Payload {
    /// As the log of deliveries names it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Command => "command",
            Self::Interaction => "interaction",
            Self::Options => "options",
        }
    }

    /// The `type` of its Socket Mode envelope.
    pub fn envelope(self) -> &'static str {
        match self {
            Self::Event => "events_api",
            Self::Command => "slash_commands",
            Self::Interaction | Self::Options => "interactive",
        }
    }

    /// Where it goes over HTTP, below the app's address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Event => "/slack/events",
            Self::Command => "/slack/commands",
            Self::Interaction => "/slack/interactivity",
            Self::Options => "/slack/options",
        }
    }
}

/// Something that waits to be brought to the app.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// What kind of payload.
    pub payload: Payload,
    /// What the log names it by: an event's id, a command, an interaction's type.
    pub label: String,
    /// Its type within its kind: `message`, `block_actions`.
    pub name: String,
    /// The payload.
    pub body: Value,
}
