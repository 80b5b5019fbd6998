//! The import format: one record a line, told apart by its `type`.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::account::AccountRecord;
use super::activity::{Call, Email, Note, Project, Release, Signal};
use super::calendar::CalendarMeeting;
use super::revenue::{Deal, PaymentEvent, RevenueSource, UsageDay};
use super::team::TeamRecord;

/// One imported record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Record {
    /// A customer company.
    Account(AccountRecord),
    /// A recorded conversation with its transcript.
    Call(Call),
    /// An e-mail.
    Email(Email),
    /// Something a customer said or did, typed.
    Signal(Signal),
    /// A contract or subscription.
    RevenueSource(RevenueSource),
    /// A payment that happened or failed.
    PaymentEvent(PaymentEvent),
    /// One day of product usage.
    Usage(UsageDay),
    /// A sales opportunity.
    Deal(Deal),
    /// A piece of work done with or for the account.
    Project(Project),
    /// Something a colleague wrote down.
    Note(Note),
    /// Something that was shipped, for all accounts.
    Release(Release),
    /// A meeting in a calendar.
    Meeting(CalendarMeeting),
    /// Domains and people of our own side.
    Team(TeamRecord),
}

impl Record {
    /// Bytes of the text people wrote or said in it; 0 for records of figures.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        match self {
            Self::Call(call) => call.text_bytes(),
            Self::Email(email) => email.body.len(),
            Self::Signal(signal) => signal.text.len() + signal.quote.as_ref().map_or(0, String::len),
            Self::Note(note) => note.text.len(),
            Self::Release(release) => release.body.len(),
            _ => 0,
        }
    }

    /// What names it: its id; the domain for an account, `<domain>/<day>` for a day of usage.
    #[must_use]
    pub fn reference(&self) -> RecordRef {
        let (kind, id) = match self {
            Self::Account(account) => (RecordKind::Account, account.domain.clone()),
            Self::Call(call) => (RecordKind::Call, call.id.clone()),
            Self::Email(email) => (RecordKind::Email, email.id.clone()),
            Self::Signal(signal) => (RecordKind::Signal, signal.id.clone()),
            Self::RevenueSource(source) => (RecordKind::RevenueSource, source.id.clone()),
            Self::PaymentEvent(payment) => (RecordKind::PaymentEvent, payment.id.clone()),
            Self::Usage(usage) => (RecordKind::Usage, format!("{}/{}", usage.account, usage.day)),
            Self::Deal(deal) => (RecordKind::Deal, deal.id.clone()),
            Self::Project(project) => (RecordKind::Project, project.id.clone()),
            Self::Note(note) => (RecordKind::Note, note.id.clone()),
            Self::Release(release) => (RecordKind::Release, release.id.clone()),
            Self::Meeting(meeting) => (RecordKind::Meeting, meeting.id.clone()),
            Self::Team(team) => (RecordKind::Team, team.members().collect::<Vec<_>>().join(" ")),
        };
        RecordRef { kind, id }
    }

    /// Says which account it belongs to, by its domain. Of no effect on releases and the team.
    pub fn belong_to(&mut self, domain: &str) {
        let account = match self {
            Self::Account(account) => &mut account.domain,
            Self::Call(call) => &mut call.account,
            Self::Email(email) => &mut email.account,
            Self::Signal(signal) => &mut signal.account,
            Self::RevenueSource(source) => &mut source.account,
            Self::PaymentEvent(payment) => &mut payment.account,
            Self::Usage(usage) => &mut usage.account,
            Self::Deal(deal) => &mut deal.account,
            Self::Project(project) => &mut project.account,
            Self::Note(note) => &mut note.account,
            Self::Meeting(meeting) => &mut meeting.account,
            Self::Release(_) | Self::Team(_) => return,
        };
        domain.clone_into(account);
    }

    /// Domain of the account it belongs to; an account's own. None for releases and the team.
    #[must_use]
    pub fn account(&self) -> Option<&str> {
        Some(match self {
            Self::Account(account) => &account.domain,
            Self::Call(call) => &call.account,
            Self::Email(email) => &email.account,
            Self::Signal(signal) => &signal.account,
            Self::RevenueSource(source) => &source.account,
            Self::PaymentEvent(payment) => &payment.account,
            Self::Usage(usage) => &usage.account,
            Self::Deal(deal) => &deal.account,
            Self::Project(project) => &project.account,
            Self::Note(note) => &note.account,
            Self::Meeting(meeting) => &meeting.account,
            Self::Release(_) | Self::Team(_) => return None,
        })
    }
}

/// What kind of record something is, or was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// An account itself.
    Account,
    /// A call.
    Call,
    /// An e-mail.
    Email,
    /// A signal.
    Signal,
    /// A contract or subscription.
    RevenueSource,
    /// A payment event.
    PaymentEvent,
    /// A day of usage; its id is `<domain>/<day>`.
    Usage,
    /// A sales opportunity.
    Deal,
    /// A project.
    Project,
    /// A note.
    Note,
    /// A release.
    Release,
    /// A meeting in a calendar.
    Meeting,
    /// A promise read from a call or an e-mail.
    Commitment,
    /// A request read from a call or an e-mail.
    Request,
    /// Domains and people of our own side.
    Team,
}

impl RecordKind {
    /// All kinds.
    pub const ALL: [Self; 15] = [
        Self::Account,
        Self::Call,
        Self::Email,
        Self::Signal,
        Self::RevenueSource,
        Self::PaymentEvent,
        Self::Usage,
        Self::Deal,
        Self::Project,
        Self::Note,
        Self::Release,
        Self::Meeting,
        Self::Commitment,
        Self::Request,
        Self::Team,
    ];

    /// The name on the wire and in storage.
    #[must_use]
    pub fn wire(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Call => "call",
            Self::Email => "email",
            Self::Signal => "signal",
            Self::RevenueSource => "revenue_source",
            Self::PaymentEvent => "payment_event",
            Self::Usage => "usage",
            Self::Deal => "deal",
            Self::Project => "project",
            Self::Note => "note",
            Self::Release => "release",
            Self::Meeting => "meeting",
            Self::Commitment => "commitment",
            Self::Request => "request",
            Self::Team => "team",
        }
    }

    /// The name people read.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Email => "e-mail",
            Self::RevenueSource => "contract",
            Self::PaymentEvent => "payment",
            other => other.wire(),
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.wire() == text)
    }
}

impl fmt::Display for RecordKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.wire())
    }
}

/// Names one record of a workspace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordRef {
    /// What it is.
    pub kind: RecordKind,
    /// The id it was imported with.
    pub id: String,
}
