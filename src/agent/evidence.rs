//! Makes evidence of records: what a reader sees as the source, and the words or facts that carry the statement.

use chrono::NaiveDate;

use crate::domain::account::AccountRecord;
use crate::domain::activity::{Call, Commitment, Email, Note, Noticed, Project, Release, Request, Signal, mailbox};
use crate::domain::calendar::CalendarMeeting;
use crate::domain::evidence::Evidence;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::domain::revenue::{Deal, PaymentEvent, RevenueSource, UsageDay};
use crate::domain::team::TeamRecord;
use crate::domain::time::{Moment, midnight};
use crate::reading::zone::Zone;
use crate::reading::zones_of;
use crate::store::AccountData;

fn piece(
    kind: RecordKind,
    id: &str,
    account: Option<&str>,
    title: String,
    at: Option<Moment>,
    quote: String,
    url: Option<&String>,
) -> Evidence {
    Evidence {
        record: RecordRef { kind, id: id.to_owned() },
        account: account.map(str::to_owned),
        title,
        occurred_at: at,
        quote,
        speaker: None,
        at_seconds: None,
        url: url.cloned(),
    }
}

/// Facts of a row in a line, those that are missing left out.
fn facts(parts: impl IntoIterator<Item = Option<String>>) -> String {
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

/// The account record, with `more` facts that were computed for it.
#[must_use]
pub fn account(account: &AccountRecord, more: &[String]) -> Evidence {
    let contacts = account.contacts.iter().map(|contact| match (&contact.title, &contact.email) {
        (Some(title), Some(email)) => format!("{}, {title} ({email})", contact.name),
        (Some(title), None) => format!("{}, {title}", contact.name),
        _ => contact.name.clone(),
    });
    let quote = facts(
        [
            Some(account.name.clone()),
            account.segment.clone(),
            account.owner_email.as_ref().map(|owner| format!("owner {owner}")),
            account.licensed_seats.map(|seats| format!("{seats} licensed seats")),
            (!account.tracked()).then(|| "not tracked".to_owned()),
        ]
        .into_iter()
        .chain(more.iter().cloned().map(Some))
        .chain(
            (!account.contacts.is_empty())
                .then(|| Some(format!("contacts: {}", contacts.collect::<Vec<_>>().join("; ")))),
        ),
    );
    piece(
        RecordKind::Account,
        &account.domain,
        Some(&account.domain),
        format!("Account {}", account.name),
        None,
        quote,
        account.crm_url.as_ref(),
    )
}

/// A call: its summary, else its first words.
#[must_use]
pub fn call(call: &Call) -> Evidence {
    let quote = call.summary.clone().unwrap_or_else(|| {
        let people = call.participants.iter().map(|person| person.name.clone()).collect::<Vec<_>>().join(", ");
        facts([
            Some(call.title.clone()),
            (call.duration_seconds > 0).then(|| format!("{} min", call.duration_seconds.div_ceil(60))),
            Some(people),
        ])
    });
    piece(
        RecordKind::Call,
        &call.id,
        Some(&call.account),
        call_title(&call.title),
        Some(call.started_at),
        quote,
        call.url.as_ref(),
    )
}

/// Words said in a call.
#[must_use]
pub fn said(call: &Call, speaker: &str, at_seconds: Option<f64>, words: &str) -> Evidence {
    Evidence {
        speaker: Some(speaker.to_owned()),
        at_seconds,
        ..piece(
            RecordKind::Call,
            &call.id,
            Some(&call.account),
            call_title(&call.title),
            Some(call.started_at),
            words.to_owned(),
            call.url.as_ref(),
        )
    }
}

fn call_title(title: &str) -> String {
    format!("Call “{title}”")
}

fn email_title(subject: &str) -> String {
    if subject.trim().is_empty() { "E-mail without subject".to_owned() } else { format!("E-mail “{subject}”") }
}

/// The record something was heard in, its quote still to be filled in.
#[must_use]
pub fn of_source(data: &AccountData, record: &RecordRef, at: Moment) -> Evidence {
    let source = data.sources.get(record);
    Evidence {
        record: record.clone(),
        account: Some(data.account.record.domain.clone()),
        title: source_title(record.kind, source.map_or("", |source| source.title.as_str())),
        occurred_at: Some(at),
        quote: String::new(),
        speaker: None,
        at_seconds: None,
        url: source.and_then(|source| source.url.clone()),
    }
}

/// The same with words that were heard in it, and who said them where somebody is named.
#[must_use]
pub fn heard_in(data: &AccountData, record: &RecordRef, at: Moment, quote: &str, said_by: &str) -> Evidence {
    Evidence {
        quote: quote.to_owned(),
        speaker: Some(said_by.to_owned()).filter(|name| !name.is_empty()),
        ..of_source(data, record, at)
    }
}

/// The title of words found in a record of `kind` called `title`.
#[must_use]
pub fn source_title(kind: RecordKind, title: &str) -> String {
    match kind {
        RecordKind::Call => call_title(title),
        RecordKind::Email => email_title(title),
        RecordKind::Release => format!("Release “{title}”"),
        RecordKind::Note => "Note".to_owned(),
        RecordKind::Project => format!("Project “{title}”"),
        RecordKind::Signal => "Signal".to_owned(),
        _ => title.to_owned(),
    }
}

/// An e-mail, by the words of it that matter.
#[must_use]
pub fn email(email: &Email, words: &str) -> Evidence {
    let quote = if words.trim().is_empty() { email.subject.clone() } else { words.to_owned() };
    Evidence {
        speaker: Some(mailbox(&email.from).0),
        ..piece(
            RecordKind::Email,
            &email.id,
            Some(&email.account),
            email_title(&email.subject),
            Some(email.sent_at),
            quote,
            email.url.as_ref(),
        )
    }
}

/// A signal.
#[must_use]
pub fn signal(signal: &Signal) -> Evidence {
    let score = signal.score.map(|score| format!("score {score}"));
    let quote = facts([Some(signal.text.clone()), score, signal.quote.as_ref().map(|quote| format!("“{quote}”"))]);
    piece(
        RecordKind::Signal,
        &signal.id,
        Some(&signal.account),
        format!("Signal: {}", signal.kind.label()),
        Some(signal.occurred_at),
        quote,
        signal.url.as_ref(),
    )
}

/// A contract or subscription.
#[must_use]
pub fn contract(source: &RevenueSource) -> Evidence {
    let quote = facts([
        Some(source.product.clone()),
        Some(source.status.label().to_owned()),
        Some(source.terms()),
        source.discount().map(|off| format!("{off} off{}", source.discount_term())),
        source.arr().map(|arr| format!("{arr} a year")),
        source.uncounted().then(|| "left out of ARR: the interval is not understood".to_owned()),
        source.quantity.map(|quantity| format!("{quantity} seats")),
        source.starts_on.map(|day| format!("since {day}")),
        source.renews_on.map(|day| format!("{} {day}", source.on_last_day())),
    ]);
    let title = format!("Contract “{}” ({})", source.product, source.system.label());
    piece(
        RecordKind::RevenueSource,
        &source.id,
        Some(&source.account),
        title,
        source.starts_on.map(midnight),
        quote,
        source.url.as_ref(),
    )
}

/// A payment.
#[must_use]
pub fn payment(payment: &PaymentEvent) -> Evidence {
    let quote = format!("{} {} on {}", payment.amount(), payment.kind.label(), payment.occurred_at.day());
    piece(
        RecordKind::PaymentEvent,
        &payment.id,
        Some(&payment.account),
        format!("Payment {}", payment.kind.label()),
        Some(payment.occurred_at),
        quote,
        payment.url.as_ref(),
    )
}

/// A deal.
#[must_use]
pub fn deal(deal: &Deal) -> Evidence {
    let quote = facts([
        Some(deal.name.clone()),
        Some(deal.status.label().to_owned()),
        Some(deal.stage.clone()),
        Some(deal.value().to_string()),
        deal.lost_reason.as_ref().map(|reason| format!("lost because: {reason}")),
        deal.closed_at.map(|at| format!("closed {}", at.day())),
    ]);
    piece(
        RecordKind::Deal,
        &deal.id,
        Some(&deal.account),
        format!("Deal “{}”", deal.name),
        deal.closed_at,
        quote,
        deal.url.as_ref(),
    )
}

/// A day of usage, with what was computed around it.
#[must_use]
pub fn usage(day: &UsageDay, more: &str) -> Evidence {
    let seats = day.licensed_seats.map(|seats| format!("{seats} licensed seats"));
    let quote =
        facts([Some(format!("{} active users on {}", day.active_users, day.day)), seats, Some(more.to_owned())]);
    piece(
        RecordKind::Usage,
        &usage_id(&day.account, day.day),
        Some(&day.account),
        "Usage".to_owned(),
        Some(midnight(day.day)),
        quote,
        None,
    )
}

/// The id of a day of usage.
#[must_use]
pub fn usage_id(account: &str, day: NaiveDate) -> String {
    format!("{account}/{day}")
}

/// A project.
#[must_use]
pub fn project(project: &Project) -> Evidence {
    let quote = facts([Some(project.title.clone()), Some(project.status.clone())]);
    piece(
        RecordKind::Project,
        &project.id,
        Some(&project.account),
        format!("Project “{}”", project.title),
        Some(project.updated_at),
        quote,
        project.url.as_ref(),
    )
}

/// A note.
#[must_use]
pub fn note(note: &Note) -> Evidence {
    Evidence {
        speaker: (!note.author.is_empty()).then(|| note.author.clone()),
        ..piece(
            RecordKind::Note,
            &note.id,
            Some(&note.account),
            "Note".to_owned(),
            Some(note.written_at),
            note.text.clone(),
            note.url.as_ref(),
        )
    }
}

/// A release, by the line that matters.
#[must_use]
pub fn release(release: &Release, line: &str) -> Evidence {
    let quote = if line.is_empty() { release.title.clone() } else { format!("{}: {line}", release.title) };
    piece(
        RecordKind::Release,
        &release.id,
        None,
        format!("Release “{}”", release.title),
        Some(release.shipped_at),
        quote,
        release.url.as_ref(),
    )
}

/// A promise: the words it was made in, under the record they stand in.
#[must_use]
pub fn commitment(commitment: &Commitment, title: &str, url: Option<&String>) -> Evidence {
    Evidence {
        speaker: Some(commitment.who.clone()),
        at_seconds: commitment.at_seconds,
        ..piece(
            commitment.source.kind,
            &commitment.source.id,
            Some(&commitment.account),
            source_title(commitment.source.kind, title),
            Some(commitment.occurred_at),
            commitment.quote.clone(),
            url,
        )
    }
}

/// What a model saw in somebody's words: the words, under the record they stand in.
#[must_use]
pub fn noticed(noticed: &Noticed, title: &str, url: Option<&String>) -> Evidence {
    Evidence {
        speaker: Some(noticed.who.clone()),
        at_seconds: noticed.at_seconds,
        ..piece(
            noticed.source.kind,
            &noticed.source.id,
            Some(&noticed.account),
            source_title(noticed.source.kind, title),
            Some(noticed.occurred_at),
            noticed.quote.clone(),
            url,
        )
    }
}

/// A request: the words it was made in, under the record they stand in.
#[must_use]
pub fn request(request: &Request, title: &str, url: Option<&String>) -> Evidence {
    Evidence {
        speaker: Some(request.who.clone()),
        at_seconds: request.at_seconds,
        ..piece(
            request.source.kind,
            &request.source.id,
            Some(&request.account),
            source_title(request.source.kind, title),
            Some(request.occurred_at),
            request.quote.clone(),
            url,
        )
    }
}

/// A call or an e-mail as such, by its title: what is told is that and when there was contact.
#[must_use]
pub fn talk(record: &RecordRef, account: &str, at: Moment, title: &str, url: Option<&String>) -> Evidence {
    piece(record.kind, &record.id, Some(account), source_title(record.kind, title), Some(at), title.to_owned(), url)
}

/// Any imported record as a whole.
#[must_use]
pub fn record(record: &Record) -> Evidence {
    match record {
        Record::Account(inner) => account(inner, &[]),
        Record::Call(inner) => call(inner),
        Record::Email(inner) => email(inner, &first_words(&words_of(inner))),
        Record::Signal(inner) => signal(inner),
        Record::RevenueSource(inner) => contract(inner),
        Record::PaymentEvent(inner) => payment(inner),
        Record::Usage(inner) => usage(inner, ""),
        Record::Deal(inner) => deal(inner),
        Record::Project(inner) => project(inner),
        Record::Note(inner) => note(inner),
        Record::Release(inner) => release(inner, ""),
        Record::Meeting(inner) => meeting(inner),
        Record::Team(inner) => team(inner),
    }
}

/// A meeting in a calendar.
#[must_use]
pub fn meeting(meeting: &CalendarMeeting) -> Evidence {
    let invited: Vec<&str> = meeting.participants.iter().map(|attendee| attendee.name.as_str()).collect();
    let ends = meeting.ends_at.map(|ends| format!("until {}", ends.format("%H:%M")));
    let quote = facts([
        Some(meeting.title.clone()),
        Some(meeting.starts_at.format("%Y-%m-%d %H:%M").to_string()),
        ends,
        (!invited.is_empty()).then(|| format!("with {}", invited.join(", "))),
        meeting.canceled.then(|| "called off".to_owned()),
    ]);
    piece(
        RecordKind::Meeting,
        &meeting.id,
        Some(&meeting.account),
        format!("Meeting “{}”", meeting.title),
        Some(meeting.starts_at),
        quote,
        meeting.url.as_ref(),
    )
}

/// Who is of our side, as it was imported.
fn team(team: &TeamRecord) -> Evidence {
    let named = team.members().collect::<Vec<_>>().join(", ");
    piece(RecordKind::Team, "team", None, "Team".to_owned(), None, named, None)
}

/// What a mail says: its writer's words, else what it passes on, else all of it.
fn words_of(email: &Email) -> String {
    let cut = zones_of(email);
    let texts = [Zone::Own, Zone::Automatic, Zone::Forwarded].into_iter().map(|zone| cut.text(&email.body, zone));
    texts.into_iter().find(|text| !text.trim().is_empty()).unwrap_or_else(|| email.body.clone())
}

/// The first sentences of an e-mail that say something: no greeting, no sign-off.
#[must_use]
pub fn first_words(body: &str) -> String {
    let mut words = String::new();
    for sentence in crate::language::statements(body) {
        let flat = sentence.split_whitespace().collect::<Vec<_>>().join(" ");
        let short = flat.split(' ').count() <= 4 && flat.ends_with([',', '!']);
        let greets = ["hi ", "hello", "dear ", "hey "].iter().any(|opening| flat.to_lowercase().starts_with(opening))
            && flat.split(' ').count() <= 6;
        if short || greets || flat.starts_with('>') {
            continue;
        }
        if !words.is_empty() {
            words.push(' ');
        }
        words.push_str(&flat);
        if words.chars().count() > 140 {
            break;
        }
    }
    words
}
