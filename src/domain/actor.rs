//! Who does something, and where.

use serde::{Deserialize, Serialize};

/// The person who does something, through one of the surfaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// Who: an e-mail address where one is known, else a name. Never empty.
    pub who: String,
    /// Where.
    pub surface: Surface,
}

/// Somebody nobody named.
impl Default for Actor {
    fn default() -> Self {
        Self { who: "somebody".to_owned(), surface: Surface::Api }
    }
}

impl Actor {
    /// The person `who`, written as people are compared: trimmed, an e-mail address in lower case.
    #[must_use]
    pub fn new(who: &str, surface: Surface) -> Self {
        let who = who.trim();
        let who = if who.contains('@') { who.to_lowercase() } else { who.to_owned() };
        Self { who, surface }
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
}

impl Surface {
    /// Reads the name on the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Chat, Self::Cli, Self::Api].into_iter().find(|surface| surface.wire() == text)
    }

    /// The name on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Cli => "cli",
            Self::Api => "api",
        }
    }
}
