//! Identifiers: newtypes over UUIDs that print with a prefix, so that a log line or an error says what it names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A text that is not an identifier of the wanted kind.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{text}` is not a {prefix}… identifier")]
pub struct InvalidId {
    /// What was given.
    pub text: String,
    /// The prefix that was expected, without its underscore.
    pub prefix: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// A new identifier; later ones sort after earlier ones.
            #[must_use]
            pub fn new() -> Self {
                Self(Uuid::now_v7())
            }

            /// The bare UUID, for storage.
            #[must_use]
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }

        impl From<Uuid> for $name {
            fn from(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{}"), self.0.simple())
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                text.strip_prefix(concat!($prefix, "_"))
                    .and_then(|uuid| Uuid::try_parse(uuid).ok())
                    .map(Self)
                    .ok_or_else(|| InvalidId { text: text.to_owned(), prefix: $prefix })
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

id!(
    /// One tenant: everything is stored, searched and answered inside one workspace.
    WorkspaceId,
    "ws"
);
id!(
    /// One customer account of a workspace.
    AccountId,
    "acct"
);
id!(
    /// One conversation: the questions and answers that follow on each other.
    ConversationId,
    "conv"
);
id!(
    /// One question and its answer.
    TurnId,
    "turn"
);
id!(
    /// One proposal: a change of an account that waits for a person's approval.
    ProposalId,
    "prop"
);
id!(
    /// A token by which a program uses the API in the name of a person.
    TokenId,
    "tok"
);
id!(
    /// A digest somebody asked for.
    DigestId,
    "digest"
);
id!(
    /// One draft of an e-mail, with all its versions.
    DraftId,
    "draft"
);

id!(
    /// A connection to a system outside.
    ConnectionId,
    "conn"
);

id!(
    /// One person of our own side.
    PersonId,
    "person"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_reads_back_what_it_prints() {
        let id = AccountId::new();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert!(id.to_string().starts_with("acct_"));
    }

    #[test]
    fn an_identifier_of_another_kind_is_refused() {
        let conversation = ConversationId::new().to_string();
        assert!(conversation.parse::<AccountId>().is_err());
    }
}
