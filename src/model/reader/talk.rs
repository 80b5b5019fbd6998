//! A call or an e-mail: what is read.

use serde::Serialize;

use crate::domain::activity::{Call, Email};
use crate::domain::record::{RecordKind, RecordRef};

/// Words exchanged with an account.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Talk<'a> {
    /// Spoken.
    Call(&'a Call),
    /// Written.
    Email(&'a Email),
}

impl<'a> Talk<'a> {
    /// All of an account's.
    #[must_use]
    pub fn all(calls: &'a [Call], emails: &'a [Email]) -> Vec<Self> {
        calls.iter().map(Self::Call).chain(emails.iter().map(Self::Email)).collect()
    }

    /// What names it.
    #[must_use]
    pub fn reference(self) -> RecordRef {
        match self {
            Self::Call(call) => RecordRef { kind: RecordKind::Call, id: call.id.clone() },
            Self::Email(email) => RecordRef { kind: RecordKind::Email, id: email.id.clone() },
        }
    }

    /// The call, if it is one.
    #[must_use]
    pub fn call(&self) -> Option<&'a Call> {
        if let Self::Call(call) = self { Some(call) } else { None }
    }

    /// The e-mail, if it is one.
    #[must_use]
    pub fn email(&self) -> Option<&'a Email> {
        if let Self::Email(email) = self { Some(email) } else { None }
    }

    /// What was said or written, piece by piece.
    pub(super) fn texts(self) -> impl Iterator<Item = &'a str> {
        let turns = self.call().map_or(&[][..], |call| &call.transcript[..]);
        let body = self.email().map(|email| email.body.as_str());
        turns.iter().map(|turn| turn.text.as_str()).chain(body)
    }
}
