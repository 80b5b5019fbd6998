//! A call or an e-mail, which is read, and what else is on record.

use std::collections::BTreeSet;

use serde::Serialize;

use super::heard::digest;
use crate::domain::activity::{Call, Email, Note, Project, Release, Side};
use crate::domain::record::{RecordKind, RecordRef};
use crate::domain::time::Moment;
use crate::reading::people::{Sides, Speakers};

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

    /// When it began or was sent.
    #[must_use]
    pub fn at(self) -> Moment {
        match self {
            Self::Call(call) => call.started_at,
            Self::Email(email) => email.sent_at,
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

    /// The length of what was said or written, in bytes.
    #[must_use]
    pub fn bytes(self) -> usize {
        self.texts().map(str::len).sum()
    }

    /// Who speaks or writes in it, and on which side.
    pub(super) fn parties(self, sides: &Sides) -> BTreeSet<(String, Option<&'static str>)> {
        let party = |name: &str, side: Option<Side>| (name.to_owned(), side.map(Side::wire));
        match self {
            Self::Call(call) => {
                Speakers::of(call, Some(sides)).all().map(|speaker| party(&speaker.name, speaker.side)).collect()
            }
            Self::Email(email) => [party(&sides.writer(&email.from), sides.of(&email.from))].into(),
        }
    }

    /// What was said or written, piece by piece.
    pub(super) fn texts(self) -> impl Iterator<Item = &'a str> {
        let turns = self.call().map_or(&[][..], |call| &call.transcript[..]);
        let body = self.email().map(|email| email.body.as_str());
        turns.iter().map(|turn| turn.text.as_str()).chain(body)
    }
}

/// Something on record in which nothing is promised, and that may show that a promise was kept.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Work<'a> {
    /// Written down by a colleague.
    Note(&'a Note),
    /// Done with or for the account.
    Project(&'a Project),
    /// Shipped to every account.
    Release(&'a Release),
}

impl<'a> Work<'a> {
    /// All of an account's, and what was shipped to everybody.
    #[must_use]
    pub fn all(notes: &'a [Note], projects: &'a [Project], releases: &'a [Release]) -> Vec<Self> {
        let notes = notes.iter().map(Self::Note);
        let published = releases.iter().filter(|release| release.published());
        notes.chain(projects.iter().map(Self::Project)).chain(published.map(Self::Release)).collect()
    }

    /// When it was written, changed or shipped.
    pub(super) fn at(self) -> Moment {
        match self {
            Self::Note(note) => note.written_at,
            Self::Project(project) => project.updated_at,
            Self::Release(release) => release.shipped_at,
        }
    }

    /// Changes with its words.
    pub(super) fn key(self) -> Result<Vec<u8>, serde_json::Error> {
        digest(&self)
    }
}
