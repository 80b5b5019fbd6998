//! The people of our own side: who asks, who approves, who owns accounts. One person, whatever surface they come through.

use serde::{Deserialize, Serialize};

use super::id::PersonId;
use crate::domain::text::capital;

/// Somebody who uses the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Their identifier.
    pub id: PersonId,
    /// Full name.
    pub name: String,
    /// E-mail address, in lower case; the accounts whose owner has it are theirs.
    pub email: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Who they are in Slack.
    pub slack: Option<SlackUser>,
}

/// Somebody in Slack.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SlackUser {
    /// The team.
    pub team: String,
    /// The user.
    pub user: String,
}

/// What a person may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Ask and read.
    Viewer,
    /// Propose, approve, draft and act as well.
    #[default]
    Csm,
    /// Change settings and people as well.
    Admin,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 3] = [Self::Viewer, Self::Csm, Self::Admin];

    /// The name people read, on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Csm => "csm",
            Self::Admin => "admin",
        }
    }

    /// Reads the name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.wire().eq_ignore_ascii_case(text.trim()))
    }

    /// Whether they may approve, decline and undo.
    #[must_use]
    pub fn may_act(self) -> bool {
        self >= Self::Csm
    }

    /// Whether they may change settings and people.
    #[must_use]
    pub fn may_administer(self) -> bool {
        self == Self::Admin
    }
}

impl Person {
    /// How they are named in records: the address where it is known.
    #[must_use]
    pub fn who(&self) -> &str {
        self.email.as_deref().unwrap_or(&self.name)
    }

    /// What they are called: `Monica`.
    #[must_use]
    pub fn first_name(&self) -> &str {
        self.name.split_whitespace().next().unwrap_or(&self.name)
    }
}

/// The name an address tells: `jared.dunn@piedpiper.com` → `Jared Dunn`.
#[must_use]
pub fn name_in(email: &str) -> String {
    let local = email.split('@').next().unwrap_or(email);
    local.split(['.', '_', '-']).filter(|word| !word.is_empty()).map(capital).collect::<Vec<_>>().join(" ")
}

/// Whether whoever has this e-mail address is meant: by the address, or by a word of a name that is a part of it.
#[must_use]
pub fn owned_by(email: &str, named: &str) -> bool {
    let named = named.trim().to_lowercase();
    let local = email.split('@').next().unwrap_or_default().to_lowercase();
    email.eq_ignore_ascii_case(&named)
        || named.split_whitespace().any(|word| local.split(['.', '_', '-']).any(|part| part == word))
}

/// The longest address a mail server takes.
const LONGEST_ADDRESS: usize = 320;

/// Whether a text is an e-mail address, and nothing else.
#[must_use]
pub fn reads_as_address(text: &str) -> bool {
    let parts = text.split_once('@').is_some_and(|(local, host)| !local.is_empty() && host.contains('.'));
    parts && !text.contains(char::is_whitespace) && text.len() <= LONGEST_ADDRESS
}

/// That somebody is away, and who stands in for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    /// Their e-mail address.
    pub email: String,
    /// The last day they are away.
    pub until: chrono::NaiveDate,
    /// E-mail address of whoever stands in.
    pub stand_in: String,
}
