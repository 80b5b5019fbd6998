//! What a message says: the best of its texts, and the messages it passes on.

use std::borrow::Cow;

use mail_parser::{Encoding, Message, MessagePart, MimeHeaders, PartType};

use super::header::{mailboxes, sent};
use crate::reading::zone::text_of;
use crate::sources::files::text::of_eight_bits;

/// How deep messages within messages are read.
const DEEPEST: usize = 8;

/// What was read of a message's parts.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub text: String,
    pub html: bool,
    pub attachments: usize,
    pub calendar: bool,
    pub forwarded: usize,
    /// Whether messages within messages were left out, for there are too many levels.
    pub cut: bool,
}

/// The text of a message, with those it holds behind it as text that was passed on.
pub(super) fn body(message: &Message<'_>) -> Body {
    let mut body = Body::default();
    read(message, true, 0, &mut body);
    body
}

fn read(message: &Message<'_>, outermost: bool, depth: usize, body: &mut Body) {
    let whole = outermost.then_some(message.raw_message.as_ref());
    let text = joined(message, &message.text_body, whole, body);
    // Some programs leave the plain text empty.
    let text = if text.trim().is_empty() { joined(message, &message.html_body, whole, body) } else { text };
    let broken = if text.trim().is_empty() { broken_off(message) } else { Vec::new() };
    let text = if broken.is_empty() { text } else { joined(message, &broken, whole, body) };
    body.text.push_str(text.trim_end());
    for id in &message.attachments {
        let Some(part) = message.parts.get(*id as usize) else { continue };
        if let PartType::Message(inner) = &part.body {
            if depth == DEEPEST {
                body.cut = true;
                continue;
            }
            body.forwarded += 1;
            heading(inner, &mut body.text);
            read(inner, false, depth + 1, body);
        } else if part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar")) {
            body.calendar = true;
        } else if !is_body(message, *id) && !broken.contains(id) {
            body.attachments += 1;
        }
    }
}

/// Texts without an end or a boundary, as in a message that was cut off; the parser counts them among the attachments.
fn broken_off(message: &Message<'_>) -> Vec<u32> {
    let is_text = |part: &MessagePart<'_>| {
        let text = part.content_type().is_none() || is_of(part, "text");
        (part.is_encoding_problem && text || is_of(part, "multipart"))
            && !part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment)
    };
    (0..).zip(&message.parts).filter(|(_, part)| is_text(part)).map(|(id, _)| id).collect()
}

/// Whether a part is one of the ways the text is told in.
fn is_body(message: &Message<'_>, id: u32) -> bool {
    message.text_body.contains(&id) || message.html_body.contains(&id)
}

/// The texts of some parts, below each other.
fn joined(message: &Message<'_>, ids: &[u32], whole: Option<&[u8]>, body: &mut Body) -> String {
    let mut texts: Vec<String> = Vec::new();
    for id in ids {
        let Some(part) = message.parts.get(*id as usize) else { continue };
        let text = match &part.body {
            PartType::Text(text) if is_html(part) => {
                body.html = true;
                of_html(text)
            }
            PartType::Text(text) => plain(part, &redecoded(part, text, whole)),
            PartType::Html(text) => {
                body.html = true;
                of_html(&redecoded(part, text, whole))
            }
            PartType::Binary(bytes) if is_of(part, "multipart") => plain(part, &of_eight_bits(bytes)),
            _ => continue,
        };
        if !text.trim().is_empty() {
            texts.push(text);
        }
    }
    texts.join("\n")
}

/// Text that was given a wrong charset, or none, read once more from its bytes.
fn redecoded<'t>(part: &MessagePart<'_>, text: &'t str, whole: Option<&[u8]>) -> Cow<'t, str> {
    let charset = part.content_type().and_then(|kind| kind.attribute("charset")).unwrap_or_default().to_lowercase();
    let loose = matches!(charset.as_str(), "" | "utf-8" | "utf8" | "us-ascii" | "ascii" | "unknown-8bit" | "8bit");
    if !loose || !text.contains('\u{fffd}') && (text.is_ascii() || charset.starts_with("utf")) {
        return Cow::Borrowed(text);
    }
    let raw = whole.and_then(|whole| whole.get(part.offset_body as usize..part.offset_end as usize));
    let Some(raw) = raw else { return Cow::Borrowed(text) };
    let bytes = match part.encoding {
        Encoding::None => Some(raw.to_vec()),
        Encoding::QuotedPrintable => mail_parser::decoders::quoted_printable::quoted_printable_decode(raw),
        Encoding::Base64 => mail_parser::decoders::base64::base64_decode(raw),
    };
    bytes.map_or(Cow::Borrowed(text), |bytes| Cow::Owned(of_eight_bits(&bytes).into_owned()))
}

fn is_of(part: &MessagePart<'_>, kind: &str) -> bool {
    part.content_type().is_some_and(|found| found.ctype() == kind)
}

fn is_html(part: &MessagePart<'_>) -> bool {
    part.content_type().is_some_and(|kind| kind.subtype() == Some("html"))
}

/// A page as its reader sees it, also where it is a piece of one.
fn of_html(text: &str) -> String {
    match text_of(text) {
        Cow::Owned(text) => text,
        Cow::Borrowed(_) => text_of(&format!("<html><body>{text}</body></html>")).into_owned(),
    }
}

/// Plain text with one kind of line break, and lines put together again that were broken on the way.
fn plain(part: &MessagePart<'_>, text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kind = part.content_type();
    let attribute = |name| kind.and_then(|kind| kind.attribute(name)).unwrap_or_default().to_lowercase();
    if attribute("format") == "flowed" { flowed(&text, attribute("delsp") == "yes") } else { text }
}

/// Lines that end in a blank go on in the next one of the same depth of quotation.
fn flowed(text: &str, without_blank: bool) -> String {
    let mut whole = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.lines() {
        let depth = line.bytes().take_while(|byte| *byte == b'>').count();
        let words = line.get(depth..).unwrap_or_default();
        let words = words.strip_prefix(' ').unwrap_or(words);
        let is_mark = words == "-- ";
        if open != Some(depth) || is_mark {
            if open.is_some() {
                whole.push('\n');
            }
            if depth > 0 {
                whole.push_str(&">".repeat(depth));
                whole.push(' ');
            }
        }
        let soft = words.ends_with(' ') && !is_mark;
        whole.push_str(if soft && without_blank { words.get(..words.len() - 1).unwrap_or(words) } else { words });
        open = soft.then_some(depth);
        if !soft {
            whole.push('\n');
        }
    }
    whole
}

/// What stands above a message that was passed on.
fn heading(inner: &Message<'_>, text: &mut String) {
    use std::fmt::Write;
    let people = |addresses| mailboxes(addresses).join(", ");
    text.push_str("\n\n---------- Forwarded message ----------\n");
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(text, "{name}: {value}");
        }
    };
    line("From", &people(inner.from()));
    let date = sent(inner).map(|at| at.format("%a, %-d %b %Y %H:%M").to_string());
    line("Date", date.as_deref().unwrap_or_default());
    line("Subject", inner.subject().unwrap_or_default().trim());
    line("To", &people(inner.to()));
    text.push('\n');
}
