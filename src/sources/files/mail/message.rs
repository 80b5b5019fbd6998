//! One message to one e-mail.

use std::borrow::Cow;
use std::panic::catch_unwind;

use mail_parser::{HeaderValue, Message, MessageParser};
use sha2::{Digest, Sha256};

use super::body::{Body, body};
use super::header::{mailboxes, sent};
use crate::domain::activity::{Email, mailbox};
use crate::domain::record::Record;
use crate::domain::time::Moment;
use crate::sources::files::Piece;
use crate::sources::files::checked::checked_record;
use crate::sources::files::text::{of_eight_bits, without_mark};
use crate::sources::{Found, Whose};

/// A message that holds more messages than this is none that people write.
const MOST_MESSAGES: usize = 500;
/// The longest name of a message that is kept as it is, in bytes.
const LONGEST_ID: usize = 400;

/// Reads one message, as `.eml` and `.emlx` files hold it.
#[must_use]
pub fn read_message(bytes: &[u8]) -> Piece {
    let (outcome, made) = match read(bytes) {
        Ok((found, made)) => (Ok(vec![found]), made),
        Err(reason) => (Err(reason), String::new()),
    };
    Piece { number: 1, line: 1, outcome, made }
}

fn read(bytes: &[u8]) -> Result<(Found, String), String> {
    let bytes = without_count(without_mark(bytes));
    if messages_within(bytes) > MOST_MESSAGES {
        return Err(format!("the message holds more than {MOST_MESSAGES} other messages; give them one by one"));
    }
    let bytes = with_readable_headers(bytes);
    // The parser is lenient; where it fails all the same, this message alone is lost.
    let parse = || parts(&bytes);
    catch_unwind(parse)
        .unwrap_or_else(|_| Err("the message is garbled; save it again from the mail program".to_owned()))
}

fn parts(bytes: &[u8]) -> Result<(Found, String), String> {
    let message = MessageParser::default().parse(bytes).ok_or("the message has no headers; it is no e-mail")?;
    not_sent(&message)?;
    let from = mailboxes(message.from()).into_iter().chain(mailboxes(message.sender())).find(|text| text.contains('@'));
    let from = from.ok_or("the message names no sender's address; it cannot be said whose it is")?;
    let sent_at = sent(&message).ok_or("the message has no date that can be read; it has no place in the timeline")?;
    let to: Vec<String> =
        message.all_to().chain(message.all_cc()).flat_map(|addresses| mailboxes(Some(addresses))).collect();
    let body = body(&message);
    let own_id = message.message_id().and_then(plain_id);
    let made = made(&body);
    let email = Email {
        id: own_id.clone().unwrap_or_else(|| hashed(&sent_at, &from, message.subject(), &body.text)),
        account: String::new(),
        sent_at,
        to,
        from,
        subject: message.subject().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" "),
        thread_id: root(&message).or(own_id),
        body: body.text,
        url: None,
    };
    let record = checked_record(&Record::Email(email))?;
    Ok((Found::Record(vec![Whose::Addresses(addresses(&record))], Box::new(record)), made))
}

/// The addresses of those an e-mail is from and to, each once.
fn addresses(record: &Record) -> Vec<String> {
    let Record::Email(email) = record else { return Vec::new() };
    let mut known: Vec<String> = Vec::new();
    for address in std::iter::once(&email.from).chain(&email.to).map(|text| mailbox(text).1) {
        if address.contains('@') && !known.contains(&address) {
            known.push(address);
        }
    }
    known
}

/// Refuses what never reached anybody: drafts, and what a mail program sorted out.
fn not_sent(message: &Message<'_>) -> Result<(), String> {
    let text =
        |name: &'static str| message.header(name).and_then(HeaderValue::as_text).unwrap_or_default().to_lowercase();
    let labels = text("X-Gmail-Labels");
    let labelled = |wanted: &str| labels.split(',').any(|label| label.trim() == wanted);
    if labelled("drafts") || labelled("draft") || text("X-Unsent").trim() == "1" {
        return Err("the message is a draft that was never sent".to_owned());
    }
    if labelled("spam") || labelled("junk") {
        return Err("the message was sorted out as spam".to_owned());
    }
    Ok(())
}

/// The name of the message that began the exchange.
fn root(message: &Message<'_>) -> Option<String> {
    let first = |value: &HeaderValue<'_>| match value {
        HeaderValue::Text(id) => plain_id(id),
        HeaderValue::TextList(ids) => ids.iter().find_map(|id| plain_id(id)),
        _ => None,
    };
    first(message.references()).or_else(|| first(message.in_reply_to()))
}

/// A message's name without brackets; none where it is no name.
fn plain_id(id: &str) -> Option<String> {
    let id = id.trim().trim_matches(['<', '>']).trim();
    let fits =
        !id.is_empty() && id.len() <= LONGEST_ID && !id.contains(|letter: char| letter.is_control() || letter == ' ');
    fits.then(|| id.to_owned())
}

/// A name for a message that has none: the same each time it is read.
fn hashed(sent_at: &Moment, from: &str, subject: Option<&str>, body: &str) -> String {
    let mut hash = Sha256::new();
    for part in [&sent_at.to_string(), from, subject.unwrap_or_default(), body] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    format!("mail-{}", hex::encode(digest.get(..16).unwrap_or_default()))
}

fn made(body: &Body) -> String {
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    let mut made = vec!["e-mail".to_owned()];
    if body.html {
        made.push("text read from HTML".to_owned());
    }
    if body.forwarded > 0 {
        made.push(format!("{} attached message{} kept as forwarded text", body.forwarded, plural(body.forwarded)));
    }
    if body.cut {
        made.push("attached messages deeper down left out".to_owned());
    }
    if body.calendar {
        made.push("the calendar's part left out".to_owned());
    }
    if body.attachments > 0 {
        made.push(format!("{} attachment{} left out", body.attachments, plural(body.attachments)));
    }
    made.join(", ")
}

/// The message of an `.emlx` file, which has its length before it and a list of properties behind it.
fn without_count(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().take(32).position(|byte| *byte == b'\n').unwrap_or(0);
    let first = bytes.get(..end).unwrap_or_default().trim_ascii();
    let count = std::str::from_utf8(first).ok().and_then(|text| text.parse::<usize>().ok());
    match count.zip(bytes.get(end + 1..)) {
        Some((count, rest)) => rest.get(..count).unwrap_or(rest),
        None => bytes,
    }
}

/// How many messages a message may hold at most.
fn messages_within(bytes: &[u8]) -> usize {
    let kinds = [b"message/".as_slice(), b"multipart/digest"];
    let slashes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'/');
    let named = |at: usize| {
        kinds.iter().any(|kind| {
            let slash = kind.iter().position(|byte| *byte == b'/').unwrap_or_default();
            let start = at.checked_sub(slash);
            let found = start.and_then(|start| bytes.get(start..start + kind.len()));
            found.is_some_and(|found| found.eq_ignore_ascii_case(kind))
        })
    };
    slashes.filter(|(at, _)| named(*at)).count()
}

/// The message with headers in UTF-8, where some program wrote them in another encoding.
fn with_readable_headers(bytes: &[u8]) -> Cow<'_, [u8]> {
    let ends = [b"\n\n".as_slice(), b"\n\r\n"];
    let blank =
        (0..bytes.len()).find(|at| ends.iter().any(|end| bytes.get(*at..).is_some_and(|rest| rest.starts_with(end))));
    let (headers, rest) = bytes.split_at(blank.unwrap_or(bytes.len()));
    if std::str::from_utf8(headers).is_ok() {
        return Cow::Borrowed(bytes);
    }
    let lines = headers.split_inclusive(|byte| *byte == b'\n');
    let mut readable = lines.map(of_eight_bits).collect::<String>().into_bytes();
    readable.extend_from_slice(rest);
    Cow::Owned(readable)
}
