//! A record as the reader of a citation sees it.

use super::{RecordLine, RecordView};
use crate::agent::evidence;
use crate::domain::activity::{Commitment, Email, Request};
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::reading::zone::Line;
use crate::reading::zones_of;
use crate::store::StoredRecord;

/// The whole record, line by line.
pub fn view(record: StoredRecord) -> RecordView {
    match record {
        StoredRecord::Imported(record) => imported(&record),
        StoredRecord::Commitment(commitment) => promise(&commitment),
        StoredRecord::Request(request) => wish(&request),
    }
}

/// Adds what a language model wrote about a call, with its name; none where the call's source wrote one.
pub fn add_summary(view: &mut RecordView, written: Option<(String, String)>) {
    if let Some((text, model)) = written {
        view.lines.insert(0, fact(&format!("Summary by {model}"), &text));
    }
}

fn imported(record: &Record) -> RecordView {
    let piece = evidence::record(record);
    let lines = match record {
        Record::Call(call) => {
            // A citation may stand on the summary as well as on what was said.
            let summary = call.summary.as_deref().map(|summary| fact("Summary", summary));
            let said = call.transcript.iter().map(|turn| RecordLine {
                label: Some(turn.speaker.clone()),
                at_seconds: turn.at_seconds,
                text: turn.text.clone(),
                zone: None,
                answers: None,
            });
            summary.into_iter().chain(said).collect()
        }
        Record::Email(email) => {
            let mut lines = vec![fact("From", &email.from), fact("To", &email.to.join(", "))];
            lines.extend(paragraphs(email));
            lines
        }
        Record::Note(note) => vec![fact("Author", &note.author), plain(&note.text)],
        Record::Release(release) => {
            release.body.lines().map(str::trim).filter(|line| !line.is_empty()).map(plain).collect()
        }
        Record::Account(account) => {
            let mut lines = vec![fact("Domain", &account.domain)];
            lines.extend(account.owner_email.as_deref().map(|owner| fact("Owner", owner)));
            lines.extend(account.segment.as_deref().map(|segment| fact("Segment", segment)));
            lines.extend(account.licensed_seats.map(|seats| fact("Licensed seats", &seats.to_string())));
            lines.extend(account.contacts.iter().map(|contact| {
                let title = contact.title.as_deref().map(|title| format!(", {title}")).unwrap_or_default();
                let email = contact.email.as_deref().map(|email| format!(" <{email}>")).unwrap_or_default();
                fact("Contact", &format!("{}{title}{email}", contact.name))
            }));
            lines.extend(
                account.attributes.iter().filter_map(|(name, value)| value.as_str().map(|value| fact(name, value))),
            );
            lines
        }
        Record::Signal(signal) => {
            let mut lines = vec![plain(&signal.text)];
            lines.extend(signal.quote.as_deref().map(|quote| fact("Quote", quote)));
            lines.extend(signal.score.map(|score| fact("Score", &score.to_string())));
            lines.extend(signal.call_id.as_deref().map(|call| fact("Heard in", call)));
            lines
        }
        _ => piece.quote.split(" · ").map(plain).collect(),
    };
    RecordView {
        record: piece.record,
        account: piece.account,
        title: piece.title,
        occurred_at: piece.occurred_at,
        url: piece.url,
        lines,
    }
}

/// The paragraphs of a mail, each of one zone and, as far as that is known, by one writer.
fn paragraphs(email: &Email) -> Vec<RecordLine> {
    let cut = zones_of(email);
    let words = |line: &Line| email.body.get(line.words.clone()).unwrap_or_default();
    let mut lines: Vec<RecordLine> = Vec::new();
    let mut last: Option<&Line> = None;
    for line in &cut.lines {
        if line.words.is_empty() {
            last = None;
            continue;
        }
        let same = |last: &Line| (last.zone, last.part, last.said) == (line.zone, line.part, line.said);
        // What is indented stays so; marks of quotation are told by the zone.
        let whole = email.body.get(line.range.clone()).unwrap_or_default();
        let text = if line.part.is_none() { whole.trim_end() } else { words(line) };
        match lines.last_mut().filter(|_| last.is_some_and(same)) {
            Some(paragraph) => {
                paragraph.text.push('\n');
                paragraph.text.push_str(text);
            }
            None => lines.push(RecordLine {
                label: cut.author(line).filter(|_| line.said).map(|author| author.name.clone()),
                zone: Some(line.zone),
                answers: line.answers.and_then(|asked| cut.lines.get(asked)).map(|asked| words(asked).to_owned()),
                ..plain(text)
            }),
        }
        last = Some(line);
    }
    lines
}

fn promise(commitment: &Commitment) -> RecordView {
    let mut lines = vec![fact("Who", &commitment.who), fact("What", &commitment.what), fact("Said", &commitment.quote)];
    lines.extend(commitment.due_text.as_deref().map(|due| fact("By when", due)));
    lines.extend(commitment.due.map(|due| fact("Due", &due.to_string())));
    lines.extend(commitment.kept_by.as_ref().map(|kept| fact("Kept", &kept.quote)));
    RecordView {
        record: RecordRef { kind: RecordKind::Commitment, id: commitment.id.clone() },
        account: Some(commitment.account.clone()),
        title: format!("Promise by {}", commitment.who),
        occurred_at: Some(commitment.occurred_at),
        url: None,
        lines,
    }
}

fn wish(request: &Request) -> RecordView {
    RecordView {
        record: RecordRef { kind: RecordKind::Request, id: request.id.clone() },
        account: Some(request.account.clone()),
        title: format!("Request by {}", request.who),
        occurred_at: Some(request.occurred_at),
        url: None,
        lines: vec![fact("Who", &request.who), fact("What", &request.what), fact("Said", &request.quote)],
    }
}

fn fact(label: &str, text: &str) -> RecordLine {
    RecordLine { label: Some(label.to_owned()), ..plain(text) }
}

fn plain(text: &str) -> RecordLine {
    RecordLine { label: None, at_seconds: None, text: text.to_owned(), zone: None, answers: None }
}
