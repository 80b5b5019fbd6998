//! A message and a view as Slack's methods take them, and the links our own code may set.

use std::fmt;

use serde_json::Value;

use super::escape;
use crate::domain::id::TurnId;

/// A message: its blocks, and the same for notifications and screen readers.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// What it says, in a line or two without formatting. Escaped already.
    pub text: String,
    /// What is shown.
    pub blocks: Vec<Value>,
}

/// The longest fallback text, in characters.
const FALLBACK: usize = 600;

impl Message {
    /// A message whose fallback is `said`, which may be anybody's words.
    pub(super) fn new(said: &str, blocks: Vec<Value>) -> Self {
        let text = escape::mrkdwn(&crate::domain::text::clipped(said, FALLBACK));
        // Nothing to say cannot be sent.
        let text = if text.trim().is_empty() { "A message without words".to_owned() } else { text };
        Self { text, blocks }
    }
}

/// A dialog or the Home tab, as `views.open` and `views.publish` take it.
#[derive(Clone, Debug, PartialEq)]
pub struct View(Value);

impl View {
    pub(super) fn new(view: Value) -> Self {
        Self(view)
    }

    /// The view as JSON.
    #[must_use]
    pub fn json(&self) -> &Value {
        &self.0
    }

    /// The view as JSON, to be sent.
    #[must_use]
    pub fn into_json(self) -> Value {
        self.0
    }
}

/// The addresses our own code may link to. Every other link in a text is made harmless.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    /// Where this server is reached from outside; none where only Slack reaches it.
    pub public_url: Option<&'a str>,
    /// The signed address of the evidence behind mark `n` of a turn.
    pub evidence: &'a dyn Fn(TurnId, u32) -> Option<String>,
}

impl Links<'_> {
    /// No address to link to: evidence opens in a dialog.
    pub const NONE: Links<'static> = Links { public_url: None, evidence: &|_, _| None };

    /// Address of the evidence behind mark `n`, where there is one that can stand in a text.
    pub(super) fn to_evidence(self, turn: Option<TurnId>, n: u32) -> Option<String> {
        self.public_url?;
        (self.evidence)(turn?, n).filter(|url| escape::is_linkable(url))
    }

    /// Address of the page of an account.
    pub(super) fn account(self, domain: &str) -> Option<String> {
        let base = self.public_url?.trim_end_matches('/');
        let domain: String = form_urlencoded::byte_serialize(domain.as_bytes()).collect();
        Some(format!("{base}/?account={domain}")).filter(|url| escape::is_linkable(url))
    }
}

impl fmt::Debug for Links<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Links").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}
