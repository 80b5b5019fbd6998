//! What is heard in one call or e-mail, and when it has to be heard again.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Talk;
use super::borne_out::Added;
use super::people::People;
use super::promise::Promise;
use crate::domain::account::AccountRecord;
use crate::domain::activity::Request;
use crate::domain::departure::Departure;
use crate::domain::meeting::MeetingNews;
use crate::domain::notice::Notice;
use crate::domain::team::Team;
use crate::language::Language;
use crate::reading::people::Sides;

/// The promises, requests, departures and notices heard in one call or e-mail, before anything said elsewhere counts.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Heard {
    pub(super) promises: Vec<Promise>,
    pub(super) requests: Vec<Request>,
    /// The language of most of it, where it is told.
    #[serde(default, with = "code", skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<Language>,
    #[serde(default)]
    pub(super) departures: Vec<Departure>,
    #[serde(default)]
    pub(super) notices: Vec<Notice>,
    #[serde(default)]
    pub(super) meetings: Vec<MeetingNews>,
    /// Promises of which nobody can tell who made them.
    #[serde(default)]
    pub(super) unattributed: Vec<Promise>,
    /// What a language model found besides. Not kept with the rest: it is told anew from the model's notes.
    #[serde(skip)]
    pub(super) added: Added,
}

/// A language as its code.
mod code {
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::language::Language;

    #[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference to the field")]
    pub fn serialize<S: Serializer>(language: &Option<Language>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(language.map_or("", Language::code))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Language>, D::Error> {
        Ok(Language::of_code(&String::deserialize(deserializer)?))
    }
}

/// Changes with what it is of.
///
/// # Errors
/// When that cannot be written as JSON.
pub(super) fn digest(of: &impl Serialize) -> Result<Vec<u8>, serde_json::Error> {
    Ok(Sha256::digest(serde_json::to_vec(of)?).to_vec())
}

/// What a call or an e-mail is heard in: the account, and everybody known around it.
#[derive(Clone, Debug)]
pub struct Setting<'a> {
    pub(super) account: &'a AccountRecord,
    pub(super) people: People,
    pub(super) sides: Sides,
    /// Whether dates in figures begin with the day where a record does not show it.
    pub(super) day_first: bool,
}

impl<'a> Setting<'a> {
    /// Of an account with these calls and e-mails, while nothing was said of our team.
    #[must_use]
    pub fn new(account: &'a AccountRecord, talks: &[Talk<'_>]) -> Self {
        Self::with(account, &Team::default(), talks)
    }

    /// Of an account with these calls and e-mails, by what was said of our team.
    #[must_use]
    pub fn with(account: &'a AccountRecord, team: &Team, talks: &[Talk<'_>]) -> Self {
        let sides = Sides::new(account, team)
            .in_calls(talks.iter().filter_map(Talk::call))
            .in_emails(talks.iter().filter_map(Talk::email));
        Self { account, people: People::new(account, talks, &sides), sides, day_first: false }
    }

    /// The same where people write dates in figures with the day first, or not.
    #[must_use]
    pub fn with_dates(self, day_first: bool) -> Self {
        Self { day_first, ..self }
    }

    /// Domain of the account.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.account.domain
    }

    /// Changes with everything that what is heard in `talk` depends on: its words, who stands in them and on which side,
    /// the account's contacts and other names, how the workspace writes dates, and the reader's version.
    ///
    /// # Errors
    /// When a record cannot be written as JSON.
    pub fn key(&self, talk: Talk<'_>, reader_version: &str) -> Result<Vec<u8>, serde_json::Error> {
        let named = self.people.named_in(talk);
        let account = (&self.account.domain, &self.account.name, self.account.aliases(), &self.account.contacts);
        let told = talk.email().map(|email| (self.sides.knows_ours(), self.sides.told_in(&email.body)));
        let dates = self.day_first.then_some("day first");
        digest(&(reader_version, account, talk.parties(&self.sides), told, named, dates, talk))
    }
}
