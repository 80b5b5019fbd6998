//! Cuts calls and e-mails into statements: one sentence, who said it, on which side, and where.

use std::cell::OnceCell;

use chrono::{DateTime, NaiveDate, Utc};

use super::learned::{Sound, sound};
use super::phrase::Phrase;
use super::telling::{self, Telling};
use super::{Talk, Work};
use crate::domain::account::AccountRecord;
use crate::domain::activity::{Call, Email, Project, Side, mailbox};
use crate::domain::record::{RecordKind, RecordRef};
use crate::language::{sentences, stems_of};

/// One sentence somebody said or wrote.
#[derive(Clone, Debug)]
pub(super) struct Statement<'a> {
    /// The sentence, verbatim.
    pub text: &'a str,
    /// Who.
    pub speaker: String,
    /// Which side, when it can be told.
    pub side: Option<Side>,
    /// Number of the turn; 0 in e-mails.
    pub turn: usize,
    /// Seconds from the start of the call.
    pub at_seconds: Option<f64>,
    /// How far into the record it stands, 0 to 1.
    pub position: f64,
    /// Its words that carry meaning, as stems.
    pub stems: Vec<String>,
    /// What it tells of promises made before it.
    pub telling: Telling,
    /// Told when asked for, and then kept: what was heard before is not asked.
    sound: OnceCell<Sound>,
}

impl<'a> Statement<'a> {
    fn new(text: &'a str, speaker: String, side: Option<Side>) -> Self {
        let phrase = Phrase::new(text);
        Self {
            text,
            speaker,
            side,
            turn: 0,
            at_seconds: None,
            position: 0.0,
            stems: stems_of(&phrase.words),
            telling: Telling::of(&phrase),
            sound: OnceCell::new(),
        }
    }

    /// What it sounds like.
    pub fn sound(&self) -> Sound {
        *self.sound.get_or_init(|| sound(self.text))
    }
}

/// The statements of one call or e-mail, in order.
#[derive(Clone, Debug)]
pub(super) struct Script<'a> {
    /// The call or e-mail.
    pub source: RecordRef,
    /// Its title or subject.
    pub title: &'a str,
    /// When it began or was sent.
    pub at: DateTime<Utc>,
    /// What was said.
    pub statements: Vec<Statement<'a>>,
}

impl Script<'_> {
    /// The day dates are told from.
    pub fn day(&self) -> NaiveDate {
        self.at.date_naive()
    }

    /// Whether it is an e-mail.
    pub fn is_email(&self) -> bool {
        self.source.kind == RecordKind::Email
    }
}

/// The statements of a call or e-mail.
pub(super) fn script<'a>(talk: Talk<'a>, account: &AccountRecord) -> Script<'a> {
    match talk {
        Talk::Call(call) => of_call(call, account),
        Talk::Email(email) => of_email(email, account),
    }
}

fn of_call<'a>(call: &'a Call, account: &AccountRecord) -> Script<'a> {
    let last = call.transcript.len().saturating_sub(1).max(1) as f64;
    let mut statements = Vec::new();
    for (turn, spoken) in call.transcript.iter().enumerate() {
        let side = call.side_of(&spoken.speaker).or_else(|| side_by_account(&spoken.speaker, account));
        for text in sentences(&spoken.text) {
            statements.push(Statement {
                turn,
                at_seconds: spoken.at_seconds,
                position: turn as f64 / last,
                ..Statement::new(text, full_name(&spoken.speaker, call), side)
            });
        }
    }
    let source = RecordRef { kind: RecordKind::Call, id: call.id.clone() };
    Script { source, title: &call.title, at: call.started_at, statements }
}

/// A speaker the participant list does not know may still be a contact of the account.
fn side_by_account(speaker: &str, account: &AccountRecord) -> Option<Side> {
    let known = account.contacts.iter().any(|contact| contact.name.eq_ignore_ascii_case(speaker.trim()));
    known.then_some(Side::Customer)
}

fn full_name(speaker: &str, call: &Call) -> String {
    let first = first_name(speaker);
    let mut named = call.participants.iter().filter(|participant| first_name(&participant.name) == first);
    match (speaker.trim().contains(' '), named.next(), named.next()) {
        (false, Some(participant), None) => participant.name.clone(),
        _ => speaker.trim().to_owned(),
    }
}

fn of_email<'a>(email: &'a Email, account: &AccountRecord) -> Script<'a> {
    let (speaker, _) = mailbox(&email.from);
    let side = Some(email.side(&account.contacts));
    let own = own_words(&email.body);
    let texts = sentences(own);
    let last = texts.len().saturating_sub(1).max(1) as f64;
    let statements = texts
        .into_iter()
        .enumerate()
        .filter(|(_, text)| !text.starts_with('>'))
        .map(|(index, text)| Statement { position: index as f64 / last, ..Statement::new(text, speaker.clone(), side) })
        .collect();
    let source = RecordRef { kind: RecordKind::Email, id: email.id.clone() };
    Script { source, title: &email.subject, at: email.sent_at, statements }
}

/// The statements of a record in which nothing is promised. A project that is not done says nothing.
pub(super) fn script_of_work(work: Work<'_>) -> Script<'_> {
    let (kind, id, title, texts) = match work {
        Work::Note(note) => (RecordKind::Note, &note.id, "", sentences(&note.text)),
        Work::Project(project) => {
            let texts = if is_done(project) { vec![project.title.as_str()] } else { Vec::new() };
            (RecordKind::Project, &project.id, project.title.as_str(), texts)
        }
        Work::Release(release) => {
            let texts = std::iter::once(release.title.as_str()).chain(sentences(&release.body)).collect();
            (RecordKind::Release, &release.id, release.title.as_str(), texts)
        }
    };
    let statement = |text| {
        let mut statement = Statement::new(text, String::new(), Some(Side::Team));
        // "Sent the contract": who did it goes without saying in a note.
        statement.telling.did |= telling::tells_a_deed(&Phrase::new(text));
        statement
    };
    let source = RecordRef { kind, id: id.clone() };
    Script { source, title, at: work.at(), statements: texts.into_iter().map(statement).collect() }
}

/// Whether a project's status says that it came to its good end.
fn is_done(project: &Project) -> bool {
    const DONE: [&str; 9] =
        ["done", "complete", "completed", "finished", "shipped", "live", "launched", "delivered", "released"];
    let status = Phrase::new(&project.status);
    status.has(&DONE) && !status.has(&["not", "nearly", "almost", "partly", "partially", "to be", "half"])
}

/// The part of a body its sender wrote: what stands above a quoted history.
pub(super) fn own_words(body: &str) -> &str {
    let mut end = 0;
    for line in body.split_inclusive('\n') {
        let trimmed = line.trim().to_lowercase();
        let history = (trimmed.starts_with("on ") && trimmed.ends_with("wrote:"))
            || trimmed.starts_with("-----original message")
            || trimmed.starts_with("---------- forwarded message")
            || trimmed == "--";
        if history {
            break;
        }
        end += line.len();
    }
    &body[..end]
}

/// The first name in lower case.
pub(super) fn first_name(name: &str) -> String {
    name.split_whitespace().next().unwrap_or_default().to_lowercase()
}
