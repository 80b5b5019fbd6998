//! Who does something, and where.

use serde::{Deserialize, Serialize};

use super::id::PersonId;
use super::person::{Person, Role};

/// The person who does something, through one of the surfaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Who: an e-mail address where one is known, else a name. Never empty.
    pub who: String,
    /// Where.
    pub surface: Surface,
    /// The person they are, where that is known: the same on every surface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// What that person may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// Somebody nobody named.
impl Default for Actor {
    fn default() -> Self {
        Self { who: "somebody".to_owned(), surface: Surface::Api, person: None, role: None }
    }
}

impl Actor {
    /// The person `who`, written as people are compared: trimmed, an e-mail address in lower case.
    #[must_use]
    pub fn new(who: &str, surface: Surface) -> Self {
        let who = who.trim();
        let who = if who.contains('@') { who.to_lowercase() } else { who.to_owned() };
        Self { who, surface, person: None, role: None }
    }

    /// A person, on a surface.
    #[must_use]
    pub fn of(person: &Person, surface: Surface) -> Self {
        Self { person: Some(person.id), role: Some(person.role), ..Self::new(person.who(), surface) }
    }

    /// Whether both are the same person, on whatever surfaces and under whatever names.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        match (self.person, other.person) {
            // A record may name somebody who was joined with another person since; the address tells that they are one.
            (Some(one), Some(another)) => one == another || (self.has_address() && self.is(&other.who)),
            _ => self.is(&other.who),
        }
    }

    /// Whether both are certainly two people: by their addresses, or as two users of Slack. Somebody who only typed a
    /// name could be anybody, and somebody whose address Slack does not tell could be one who is known by it.
    #[must_use]
    pub fn is_another(&self, other: &Self) -> bool {
        let both = |told: fn(&Self) -> bool| told(self) && told(other);
        let in_slack = |actor: &Self| actor.person.is_some() && actor.surface == Surface::Slack;
        !self.same(other) && (both(Self::has_address) || both(in_slack))
    }

    /// Whether they may propose, approve and draft: everybody but those of whom it is known that they may only read.
    #[must_use]
    pub fn may_act(&self) -> bool {
        self.role.is_none_or(Role::may_act)
    }

    fn has_address(&self) -> bool {
        self.who.contains('@')
    }

    /// Whether both are the same person, wherever they are.
    #[must_use]
    pub fn is(&self, other: &str) -> bool {
        self.who.eq_ignore_ascii_case(other.trim())
    }
}

/// Where something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Surface {
    /// The chat page.
    Chat,
    /// The terminal.
    Cli,
    /// The HTTP interface.
    Api,
    /// Slack.
    Slack,
}

impl Surface {
    /// Reads the name on the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Chat, Self::Cli, Self::Api, Self::Slack].into_iter().find(|surface| surface.wire() == text)
    }

    /// The name on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Cli => "cli",
            Self::Api => "api",
            Self::Slack => "slack",
        }
    }
}
