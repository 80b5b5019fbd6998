//! A letter as a message (RFC 5322).

use std::time::SystemTime;

use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder};

use crate::domain::time::Moment;

/// What a message is made of.
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// Name and address of who writes.
    pub from: (&'a str, &'a str),
    /// Name and address of who is written to.
    pub to: (&'a str, &'a str),
    /// Subject line.
    pub subject: &'a str,
    /// Plain text.
    pub body: &'a str,
    /// When it was written.
    pub at: Moment,
}

/// The bytes of an `.eml` file that mail programs open as a draft of their own (`X-Unsent`).
///
/// # Errors
/// A sentence that says which address cannot be written to.
pub fn eml(envelope: Envelope<'_>) -> Result<Vec<u8>, String> {
    let unsent = HeaderName::new_from_ascii_str("X-Unsent");
    let builder = builder(envelope)?.raw_header(HeaderValue::new(unsent, "1".to_owned()));
    built(builder, envelope.body).map(|message| message.formatted())
}

/// The message to send; its id is told by `id`, so that a second one of the same letter can be known.
pub(super) fn message(envelope: Envelope<'_>, id: &str) -> Result<Message, String> {
    built(builder(envelope)?.message_id(Some(format!("<{id}>"))), envelope.body)
}

fn builder(envelope: Envelope<'_>) -> Result<MessageBuilder, String> {
    Ok(Message::builder()
        .from(mailbox(envelope.from)?)
        .to(mailbox(envelope.to)?)
        .subject(envelope.subject)
        .date(SystemTime::from(envelope.at.utc())))
}

fn built(builder: MessageBuilder, body: &str) -> Result<Message, String> {
    let lines = body.replace("\r\n", "\n").replace('\n', "\r\n");
    builder
        .header(ContentType::TEXT_PLAIN)
        .body(lines)
        .map_err(|error| format!("The mail cannot be put together: {error}."))
}

fn mailbox((name, address): (&str, &str)) -> Result<Mailbox, String> {
    let parsed = address.parse().map_err(|_| format!("`{address}` is not an e-mail address; correct the contact."))?;
    Ok(Mailbox::new(Some(name.to_owned()).filter(|name| !name.trim().is_empty()), parsed))
}
