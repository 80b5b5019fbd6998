//! Cuts records into passages: small enough to be read at a glance, large enough to be understood alone.
//!
//! Pure and deterministic: the same record always gives the same passages, so importing it again replaces them.

mod call;
mod email;
mod split;
mod window;

use crate::domain::activity::{Call, Email, Note, Project, Release, Side, Signal, SignalKind, mailbox};
use crate::domain::passage::Passage;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::text::capital;
use crate::reading::people::Sides;
use crate::reading::zone::{Line, Zone};
use crate::reading::{earlier, zones_of};

use email::own_text;
pub use window::windows;

/// How large passages are. The values of [`Size::DEFAULT`] were chosen by measurement on public meeting transcripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Words a passage is filled up to.
    pub target: usize,
    /// Words no passage exceeds.
    pub max: usize,
}

impl Size {
    /// What [`chunk`] uses.
    pub const DEFAULT: Self = Self { target: 220, max: 330 };
}

/// The passages of a record, ordinals counting from 0. Records that are rows rather than words (accounts, contracts,
/// payments, usage, deals, meetings) give none.
#[must_use]
pub fn chunk(record: &Record) -> Vec<Passage> {
    chunk_sized(record, Size::DEFAULT)
}

/// [`chunk`] with other sizes, for measuring them.
#[must_use]
pub fn chunk_sized(record: &Record, size: Size) -> Vec<Passage> {
    let mut passages = match record {
        Record::Call(call) => call::passages(call, size),
        Record::Email(email) => of_email(email, size),
        Record::Signal(signal) => of_signal(signal, size),
        Record::Note(note) => of_note(note, size),
        Record::Project(project) => of_project(project, size),
        Record::Release(release) => of_release(release, size),
        Record::Account(_)
        | Record::RevenueSource(_)
        | Record::PaymentEvent(_)
        | Record::Usage(_)
        | Record::Deal(_)
        | Record::Meeting(_)
        | Record::Team(_) => Vec::new(),
    };
    for (ordinal, passage) in (0..).zip(&mut passages) {
        passage.ordinal = ordinal;
    }
    passages
}

/// What a record's passages name as their source; none for records that give no passages.
#[must_use]
pub fn source(record: &Record) -> Option<RecordRef> {
    let (kind, id) = match record {
        Record::Call(call) => (RecordKind::Call, &call.id),
        Record::Email(email) => (RecordKind::Email, &email.id),
        Record::Signal(signal) => (RecordKind::Signal, &signal.id),
        Record::Note(note) => (RecordKind::Note, &note.id),
        Record::Project(project) => (RecordKind::Project, &project.id),
        Record::Release(release) => (RecordKind::Release, &release.id),
        Record::Account(_)
        | Record::RevenueSource(_)
        | Record::PaymentEvent(_)
        | Record::Usage(_)
        | Record::Deal(_)
        | Record::Meeting(_)
        | Record::Team(_) => return None,
    };
    Some(RecordRef { kind, id: id.clone() })
}

/// Everything the passages of one record have in common.
pub(super) fn template(kind: RecordKind, id: &str, title: String, occurred_at: crate::domain::time::Moment) -> Passage {
    Passage {
        source: RecordRef { kind, id: id.to_owned() },
        account: None,
        ordinal: 0,
        title,
        occurred_at,
        speaker: None,
        side: None,
        at_seconds: None,
        first_turn: None,
        last_turn: None,
        text: String::new(),
        url: None,
        weight: 1.0,
    }
}

/// One passage a stretch of paragraphs; a record without words of its own is found by its title.
fn paragraphs(base: &Passage, text: &str, size: Size) -> Vec<Passage> {
    let passages = paragraphs_of(base, text, size);
    if passages.is_empty() { paragraphs_of(base, &base.title, size) } else { passages }
}

fn paragraphs_of(base: &Passage, text: &str, size: Size) -> Vec<Passage> {
    split::paragraphs(text, size).into_iter().map(|text| Passage { text, ..base.clone() }).collect()
}

fn of_email(email: &Email, size: Size) -> Vec<Passage> {
    let cut = zones_of(email);
    let own = own_text(email, &cut);
    let mut passages = written(email, &own, size);
    let lines = |wanted: fn(&Line) -> bool| {
        let lines = cut.lines.iter().filter(|line| wanted(line));
        lines.filter_map(|line| email.body.get(line.range.clone())).collect::<String>().trim().to_owned()
    };
    let mut add = |mail: &Email, text: &str, weight: f32| {
        passages.extend(written(mail, text, size).into_iter().map(|passage| Passage { weight, ..passage }));
    };
    add(email, &lines(|line| line.zone == Zone::Automatic), AUTOMATIC);
    for earlier in earlier(email, &cut, &[]) {
        // A mail that is nothing but another one is found by that.
        let whole = earlier.zone == Zone::Forwarded || own.is_empty();
        add(&earlier.mail, &earlier.mail.body, if whole { 1.0 } else { QUOTED });
    }
    // Also what introduces the earlier mails and stands below them.
    let beside = |line: &Line| match line.zone {
        Zone::Signature | Zone::Footer => true,
        Zone::Quoted | Zone::Forwarded => !line.said,
        Zone::Own | Zone::Automatic => false,
    };
    add(email, &lines(beside), BESIDE);
    if passages.is_empty() { paragraphs(&base_of(email), "", size) } else { passages }
}

/// What words a program wrote count for, what is quoted of earlier mails, and what stands below a mail.
const AUTOMATIC: f32 = 0.7;
const QUOTED: f32 = 0.5;
const BESIDE: f32 = 0.25;

/// The weight from which passages are also found by what they mean.
pub(super) const MEANT_FROM: f32 = 0.6;

/// Words of a mail as passages by its writer.
fn written(email: &Email, text: &str, size: Size) -> Vec<Passage> {
    paragraphs_of(&base_of(email), text, size)
}

fn base_of(email: &Email) -> Passage {
    let (name, _) = mailbox(&email.from);
    // Without the list of contacts, only an address at the account's own domain tells the side.
    let customer = Sides::of_domain(&email.account).of(&email.from) == Some(Side::Customer);
    Passage {
        account: Some(email.account.clone()),
        speaker: Some(name).filter(|name| !name.is_empty()),
        side: customer.then_some(Side::Customer),
        url: email.url.clone(),
        ..template(RecordKind::Email, &email.id, email.subject.clone(), email.sent_at)
    }
}

fn of_signal(signal: &Signal, size: Size) -> Vec<Passage> {
    let mut title = signal.kind.label().to_owned();
    if let (SignalKind::Nps, Some(score)) = (signal.kind, signal.score) {
        title = format!("{title} {score}");
    }
    let base = Passage {
        account: Some(signal.account.clone()),
        url: signal.url.clone(),
        ..template(RecordKind::Signal, &signal.id, capital(&title), signal.occurred_at)
    };
    let mut text = signal.text.trim().to_owned();
    if let Some(quote) = signal.quote.as_deref().map(str::trim).filter(|quote| !text.contains(quote)) {
        text = format!("{text}\n“{quote}”");
    }
    paragraphs(&base, &text, size)
}

fn of_note(note: &Note, size: Size) -> Vec<Passage> {
    let author = Some(note.author.trim().to_owned()).filter(|author| !author.is_empty());
    let title = author.as_ref().map_or_else(|| "Note".to_owned(), |author| format!("Note by {author}"));
    let base = Passage {
        account: Some(note.account.clone()),
        speaker: author,
        url: note.url.clone(),
        ..template(RecordKind::Note, &note.id, title, note.written_at)
    };
    paragraphs(&base, &note.text, size)
}

fn of_project(project: &Project, size: Size) -> Vec<Passage> {
    let base = Passage {
        account: Some(project.account.clone()),
        url: project.url.clone(),
        ..template(RecordKind::Project, &project.id, project.title.clone(), project.updated_at)
    };
    let text = [project.title.trim(), project.status.trim()];
    let text: Vec<&str> = text.into_iter().filter(|part| !part.is_empty()).collect();
    paragraphs(&base, &text.join(": "), size)
}

fn of_release(release: &Release, size: Size) -> Vec<Passage> {
    let base = Passage {
        url: release.url.clone(),
        ..template(RecordKind::Release, &release.id, release.title.clone(), release.shipped_at)
    };
    paragraphs(&base, &release.body, size)
}

/// Shares what [`call`] needs without opening the template to other modules.
fn of_call(call: &Call) -> Passage {
    Passage {
        account: Some(call.account.clone()),
        url: call.url.clone(),
        ..template(RecordKind::Call, &call.id, call.title.clone(), call.started_at)
    }
}

#[cfg(test)]
mod tests;
