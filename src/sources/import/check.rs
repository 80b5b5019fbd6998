//! What the types of a record cannot say: that a domain looks like one, a score lies on its scale, a date in this age.
//! Small things are put right (blanks around an id, capitals in a domain); anything else is a reason.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use rust_decimal::Decimal;

use super::explain::shown;
use super::host::host;
use crate::domain::account::{AccountRecord, Contact};
use crate::domain::activity::{Call, Email, Signal, SignalKind, mailbox};
use crate::domain::calendar::CalendarMeeting;
use crate::domain::record::Record;
use crate::domain::team::{Member, TeamRecord};
use crate::domain::time::Moment;
use crate::reading::zone::text_of;

/// What a speaker is called whom the transcript leaves blank.
const UNKNOWN_SPEAKER: &str = "Unknown speaker";

/// The longest id, in bytes.
const LONGEST_ID: usize = 512;

/// The largest amount, in the smallest unit of its currency: ten trillion dollars.
const LARGEST_AMOUNT: u64 = 1_000_000_000_000_000;

type Check = Result<(), String>;

/// Checks a record and puts small things right.
pub(super) fn check(record: &mut Record) -> Check {
    match record {
        Record::Account(account) => self::account(account),
        Record::Call(call) => self::call(call),
        Record::Email(email) => self::email(email),
        Record::Signal(signal) => self::signal(signal),
        Record::RevenueSource(source) => {
            keys(&mut source.id, &mut source.account)?;
            filled("product", &mut source.product)?;
            filled("interval", &mut source.interval)?;
            currency(&mut source.currency)?;
            amount("amount_minor", source.amount_minor)?;
            amount("mrr_minor", source.mrr_minor.unwrap_or_default())?;
            amount("discount_minor", source.discount_minor.unwrap_or_default())?;
            if source.discount_percent.is_some_and(|percent| !(Decimal::ZERO..=Decimal::ONE_HUNDRED).contains(&percent))
            {
                return Err("`discount_percent` must be from 0 to 100".to_owned());
            }
            optional_day("starts_on", source.starts_on)?;
            optional_day("renews_on", source.renews_on)?;
            optional_day("discount_until", source.discount_until)
        }
        Record::PaymentEvent(payment) => {
            keys(&mut payment.id, &mut payment.account)?;
            currency(&mut payment.currency)?;
            amount("amount_minor", payment.amount_minor)?;
            let invoice = payment.invoice.take().map(|invoice| invoice.trim().to_owned());
            payment.invoice = invoice.filter(|invoice| !invoice.is_empty());
            instant("occurred_at", payment.occurred_at)
        }
        Record::Usage(usage) => {
            domain("account", &mut usage.account)?;
            day("day", usage.day)
        }
        Record::Deal(deal) => {
            keys(&mut deal.id, &mut deal.account)?;
            filled("name", &mut deal.name)?;
            currency(&mut deal.currency)?;
            amount("value_minor", deal.value_minor)?;
            deal.closed_at.map_or(Ok(()), |closed| instant("closed_at", closed))
        }
        Record::Project(project) => {
            keys(&mut project.id, &mut project.account)?;
            filled("title", &mut project.title)?;
            instant("updated_at", project.updated_at)
        }
        Record::Note(note) => {
            keys(&mut note.id, &mut note.account)?;
            filled("text", &mut note.text)?;
            instant("written_at", note.written_at)
        }
        Record::Release(release) => {
            id(&mut release.id)?;
            filled("title", &mut release.title)?;
            instant("shipped_at", release.shipped_at)
        }
        Record::Meeting(meeting) => self::meeting(meeting),
        Record::Team(team) => self::team(team),
    }
}

/// Domains and addresses, each in the one spelling of it.
fn team(team: &mut TeamRecord) -> Check {
    if team.members().next().is_none() {
        return Err("the line names nobody; write `domains` (acme.com) or `people` (kim@acme.com)".to_owned());
    }
    for (field, texts) in [("domains", &mut team.domains), ("people", &mut team.people)] {
        for text in texts {
            let member = Member::parse(text).map_err(|reason| format!("`{field}`: {reason}"))?;
            member.text().clone_into(text);
        }
    }
    Ok(())
}

fn account(account: &mut AccountRecord) -> Check {
    domain("domain", &mut account.domain)?;
    account.owner_email.iter_mut().for_each(one_spelling);
    filled("name", &mut account.name)?;
    for (place, contact) in account.contacts.iter_mut().enumerate() {
        self::contact(contact).map_err(|()| format!("`contacts[{place}]` has neither a name nor an e-mail address"))?;
    }
    Ok(())
}

/// A contact known by the address alone is called by its local part.
fn contact(contact: &mut Contact) -> Result<(), ()> {
    named(&mut contact.name, &mut contact.email)
}

/// Somebody's name and address, trimmed; at least one of them has to be there.
fn named(name: &mut String, email: &mut Option<String>) -> Result<(), ()> {
    *name = name.trim().to_owned();
    *email = email.take().map(|email| email.trim().to_owned()).filter(|email| !email.is_empty());
    email.iter_mut().for_each(one_spelling);
    if name.is_empty() {
        *name = mailbox(email.as_deref().unwrap_or_default()).0;
    }
    if name.is_empty() { Err(()) } else { Ok(()) }
}

fn call(call: &mut Call) -> Check {
    keys(&mut call.id, &mut call.account)?;
    if call.title.trim().is_empty() {
        "Untitled call".clone_into(&mut call.title);
    }
    instant("started_at", call.started_at)?;
    for (place, participant) in call.participants.iter_mut().enumerate() {
        filled(&format!("participants[{place}].name"), &mut participant.name)?;
        participant.email.iter_mut().for_each(one_spelling);
    }
    for (place, turn) in call.transcript.iter_mut().enumerate() {
        if turn.at_seconds.is_some_and(|at| !at.is_finite() || at < 0.0) {
            return Err(format!("`transcript[{place}].at_seconds` must be 0 or more"));
        }
        if turn.speaker.trim().is_empty() {
            UNKNOWN_SPEAKER.clone_into(&mut turn.speaker);
        }
    }
    call.transcript.retain(|turn| !turn.text.trim().is_empty());
    Ok(())
}

/// Somebody who is invited by the address alone is called by its local part.
fn meeting(meeting: &mut CalendarMeeting) -> Check {
    keys(&mut meeting.id, &mut meeting.account)?;
    filled("title", &mut meeting.title)?;
    instant("starts_at", meeting.starts_at)?;
    if let Some(ends_at) = meeting.ends_at {
        instant("ends_at", ends_at)?;
        if ends_at < meeting.starts_at {
            return Err(format!("`ends_at` ({ends_at}) is before `starts_at` ({})", meeting.starts_at));
        }
    }
    for (place, attendee) in meeting.participants.iter_mut().enumerate() {
        named(&mut attendee.name, &mut attendee.email)
            .map_err(|()| format!("`participants[{place}]` has neither a name nor an e-mail address"))?;
    }
    Ok(())
}

fn email(email: &mut Email) -> Check {
    keys(&mut email.id, &mut email.account)?;
    filled("from", &mut email.from)?;
    one_spelling(&mut email.from);
    email.to.iter_mut().for_each(one_spelling);
    if let Cow::Owned(text) = text_of(&email.body) {
        email.body = text;
    }
    instant("sent_at", email.sent_at)
}

fn signal(signal: &mut Signal) -> Check {
    keys(&mut signal.id, &mut signal.account)?;
    filled("text", &mut signal.text)?;
    instant("occurred_at", signal.occurred_at)?;
    match signal.score {
        Some(score) if signal.kind == SignalKind::Nps && !(0.0..=10.0).contains(&score) => {
            return Err(format!("`score` of an nps signal must be from 0 to 10; found {score}"));
        }
        Some(score) if !score.is_finite() => return Err("`score` must be a number".to_owned()),
        _ => {}
    }
    match signal.sentiment {
        Some(sentiment) if !(-1.0..=1.0).contains(&sentiment) => {
            Err(format!("`sentiment` must be from -1 to 1, or in words such as very negative; found {sentiment}"))
        }
        _ => Ok(()),
    }
}

/// The host of an address in its one spelling, where it has two: `xn--…` and the letters it stands for.
fn one_spelling(text: &mut String) {
    let Some((before, rest)) = text.rsplit_once('@') else { return };
    let end = rest.find(|letter: char| letter == '>' || letter.is_whitespace()).unwrap_or(rest.len());
    let host = &rest[..end];
    if !host.is_ascii() || host.to_ascii_lowercase().contains("xn--") {
        *text = format!("{before}@{}{}", crate::domain::host::canonical(host), &rest[end..]);
    }
}

fn keys(own: &mut String, account: &mut String) -> Check {
    id(own)?;
    domain("account", account)
}

fn id(text: &mut String) -> Check {
    filled("id", text)?;
    if text.len() > LONGEST_ID {
        return Err(format!("`id` has {} bytes; use at most {LONGEST_ID}", text.len()));
    }
    Ok(())
}

/// Trims; refuses what is empty then.
fn filled(field: &str, text: &mut String) -> Check {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Err(format!("`{field}` is empty"));
    }
    if trimmed.len() < text.len() {
        *text = trimmed.to_owned();
    }
    Ok(())
}

/// An internet domain, in the one spelling it is kept in.
fn domain(field: &str, text: &mut String) -> Check {
    *text = host(field, text)?;
    Ok(())
}

/// An amount that can be added to others of its kind without an end.
fn amount(field: &str, minor: i64) -> Check {
    if minor.unsigned_abs() <= LARGEST_AMOUNT {
        return Ok(());
    }
    Err(format!(
        "`{field}` is {minor}; amounts of up to {LARGEST_AMOUNT} are taken, in cents or whatever the smallest unit is"
    ))
}

fn currency(code: &mut String) -> Check {
    let capitals = code.trim().to_ascii_uppercase();
    if capitals.len() != 3 || !capitals.bytes().all(|letter| letter.is_ascii_uppercase()) {
        return Err(format!("`currency` must be a code of three letters such as USD; found `{}`", shown(code)));
    }
    *code = capitals;
    Ok(())
}

fn instant(field: &str, at: Moment) -> Check {
    day(field, at.day())
}

fn optional_day(field: &str, day: Option<NaiveDate>) -> Check {
    day.map_or(Ok(()), |day| self::day(field, day))
}

fn day(field: &str, day: NaiveDate) -> Check {
    if (1990..=2100).contains(&day.year()) {
        return Ok(());
    }
    Err(format!("`{field}` is {day}; dates from 1990 to 2100 are taken"))
}
