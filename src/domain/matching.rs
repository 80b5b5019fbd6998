//! What a line of release notes says of something a customer asked for.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a line of release notes says of a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It is there now.
    Answers,
    /// Some of it is there, or for some.
    Partly,
    /// It is not there: not yet, no longer, left out.
    Negated,
    /// It shipped, and a later release took it back.
    TakenBack,
    /// It was there before it was asked for.
    Before,
    /// The line is about something else.
    Other,
}

impl Verdict {
    /// The name on the wire.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Partly => "partly",
            Self::Negated => "negated",
            Self::TakenBack => "taken_back",
            Self::Before => "before",
            Self::Other => "other",
        }
    }
}
