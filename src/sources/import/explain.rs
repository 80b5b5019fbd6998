//! What is wrong with a line, in a sentence that says what to write instead.

use std::collections::BTreeSet;
use std::str::Utf8Error;

use serde_json::error::Category;

use super::known::nearest;
use crate::domain::record::RecordKind;

/// Characters of a value that are repeated in a reason.
const SHOWN: usize = 60;

/// What a line with more than `longest` bytes gets.
pub(super) fn too_long(longest: usize) -> String {
    let limit =
        if longest >= 1024 * 1024 { format!("{} MiB", longest / (1024 * 1024)) } else { format!("{longest} bytes") };
    format!("the line is longer than {limit}; split the record, or shorten its longest text")
}

/// What input gets that is not text in UTF-8 from its first bytes on.
pub(super) fn foreign(start: &[u8]) -> Option<String> {
    let utf16 = "the file is in UTF-16; save it as UTF-8 and import it again";
    Some(match start {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [b'{' | b'[', 0, ..] | [0, 0 | b'{' | b'[', ..] => utf16.to_owned(),
        [0x1f, 0x8b, ..] => "the file is compressed (gzip); unpack it and import what is inside".to_owned(),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "the file is compressed (zstd); unpack it and import what is inside".to_owned(),
        [b'P', b'K', 3, 4, ..] => {
            "the file is a ZIP archive or an office document; unpack it, or export it as JSON Lines".to_owned()
        }
        _ => return None,
    })
}

/// What input gets that begins with a list.
pub(super) fn document(first: &[u8]) -> Option<String> {
    (first.trim_ascii().first() == Some(&b'['))
        .then(|| "the file is a JSON array; write one record a line instead (`jq -c '.[]' FILE` does that)".to_owned())
}

/// Whether a line is the beginning of a record that is laid out over several lines.
pub(super) fn goes_on(line: &[u8]) -> bool {
    let line = line.trim_ascii();
    line.first() == Some(&b'{')
        && matches!(line.last(), Some(b'{' | b'[' | b','))
        && serde_json::from_slice::<serde::de::IgnoredAny>(line).is_err_and(|error| error.classify() == Category::Eof)
}

/// Whether a line is a record by itself, or the beginning of one.
pub(super) fn is_record(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    line.starts_with(b"{") && line[1..].trim_ascii_start().starts_with(b"\"type\"")
}

/// What a record gets that begins on `line` and has no end.
pub(super) fn broken_off(line: u64) -> String {
    format!("the record that begins on line {line} is not finished; close its braces, or put each record on one line")
}

/// What a line gets that is not UTF-8.
pub(super) fn not_utf8(line: &[u8], error: &Utf8Error) -> String {
    let at = error.valid_up_to();
    let byte = line.get(at).copied().unwrap_or_default();
    format!("the line is not UTF-8 (byte {} is 0x{byte:02X}); save the file as UTF-8", at + 1)
}

/// What a line gets that does not begin with `{`.
pub(super) fn not_an_object(line: &[u8]) -> String {
    let shape = match line.first() {
        Some(b'[') => "a list; put each of its records on a line of its own",
        Some(b'"') => "a text",
        Some(b'-' | b'0'..=b'9') => "a number",
        _ => "no JSON",
    };
    format!(
        "the line holds {shape}; a record is an object such as {{\"type\": \"account\", \"domain\": \"hooli.com\", …}}"
    )
}

/// What a line gets whose `type` is not known.
pub(super) fn unknown_type(given: &str) -> String {
    let known: Vec<&str> = importable().map(RecordKind::wire).collect();
    let lower = given.trim().to_lowercase();
    let synonym = match lower.as_str() {
        "company" | "customer" | "organization" | "organisation" | "client" => Some("account"),
        "transcript" | "recording" | "conversation" => Some("call"),
        "mail" | "message" => Some("email"),
        "feedback" | "nps" | "feature_request" | "complaint" => Some("signal"),
        "contract" | "subscription" | "order" => Some("revenue_source"),
        "payment" | "invoice" | "charge" => Some("payment_event"),
        "opportunity" => Some("deal"),
        "event" | "appointment" | "invitation" => Some("meeting"),
        "task" => Some("project"),
        "changelog" => Some("release"),
        _ => None,
    };
    let nearest = known
        .iter()
        .map(|known| (strsim::jaro_winkler(known, &lower), *known))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, known)| known);
    let hint = synonym.or(nearest).map(|known| format!(" (did you mean `{known}`?)")).unwrap_or_default();
    format!("`type` must be one of {}; found `{}`{hint}", known.join(", "), shown(given))
}

/// What a line gets that lacks a field and has one beside it that is like it.
pub(super) fn misspelled(missing: &str, unknown: &BTreeSet<String>) -> Option<String> {
    let field = missing.strip_suffix("` is missing")?.strip_prefix('`')?;
    // `contacts[0].name` lies beside `contacts[].nam`.
    let level = |path: &str| path.rsplit_once('.').map_or(String::new(), |(level, _)| plain_level(level));
    let name = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let beside = unknown.iter().filter(|path| level(path) == level(field));
    let found = beside.into_iter().find(|path| nearest(&name(path), [name(field).as_str()]).is_some())?;
    Some(format!("{missing}; the line has `{found}`, which is not part of the format: is that what is meant?"))
}

/// A path without the places of elements: `contacts[0]` as `contacts[]`.
fn plain_level(path: &str) -> String {
    path.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

/// What a line gets whose type is told from other records.
pub(super) fn read_not_imported(kind: RecordKind) -> String {
    format!("a {kind} is read from calls and e-mails and cannot be imported; import the call or e-mail it was made in")
}

fn importable() -> impl Iterator<Item = RecordKind> {
    RecordKind::ALL.into_iter().filter(|kind| !matches!(kind, RecordKind::Commitment | RecordKind::Request))
}

/// An error of the JSON parser at `path` as a sentence.
pub(super) fn json(path: &str, error: &serde_json::Error) -> String {
    let message = error.to_string();
    // The parser ends every message with ` at line 1 column N`; the line is always the first here.
    let (message, place) = message.rsplit_once(" at line ").unwrap_or((&message, ""));
    match error.classify() {
        Category::Data => data(path.trim_start_matches('.'), message),
        Category::Eof => "the line ends in the middle of the record; put the whole record on one line".to_owned(),
        Category::Syntax | Category::Io => {
            let column = place.rsplit_once("column ").map(|(_, column)| format!(" at column {column}"));
            format!("the line is not valid JSON: {message}{}", column.unwrap_or_default())
        }
    }
}

/// The parser's words for a value of the wrong kind, in ours. Where they are not known, they are passed on.
fn data(path: &str, message: &str) -> String {
    let field = |name: &str| match path {
        "" => format!("`{name}`"),
        // A field that is written twice is at the path already.
        path if path == name || path.ends_with(&format!(".{name}")) => format!("`{path}`"),
        path => format!("`{path}.{name}`"),
    };
    if let Some(name) = message.strip_prefix("missing field ") {
        return format!("{} is missing", field(name.trim_matches('`')));
    }
    if let Some(name) = message.strip_prefix("duplicate field ") {
        return format!("{} is written twice", field(name.trim_matches('`')));
    }
    let subject = if path.is_empty() { "the record".to_owned() } else { format!("`{path}`") };
    if let Some((found, expected)) =
        message.strip_prefix("unknown variant ").and_then(|message| message.split_once(", expected "))
    {
        let expected = expected.trim_start_matches("one of ").replace('`', "").replace(" or ", ", ");
        let found = found.trim_matches('`');
        let near = nearest(found, expected.split(", "));
        let hint = near.map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default();
        return format!("{subject} must be one of {expected}; found `{}`{hint}", shown(found));
    }
    let wrong = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    if let Some((found, expected)) = wrong.and_then(|message| message.rsplit_once(", expected ")) {
        return format!("{subject} must be {}; found {}", wanted(expected), given(found));
    }
    if path.is_empty() { message.to_owned() } else { format!("{subject}: {message}") }
}

fn wanted(expected: &str) -> &str {
    match expected {
        "a string" | "a borrowed string" | "string or map" => "a text",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number of 0 or more",
        "i32" | "i64" => "a whole number",
        "f32" | "f64" => "a number",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        other if other == "a map" || other.starts_with("struct ") => "an object",
        other => other,
    }
}

fn given(found: &str) -> String {
    let value = |name: &str| found.strip_prefix(name).map(|value| shown(value.trim().trim_matches('`')));
    match found {
        "null" | "unit value" => "null".to_owned(),
        "sequence" => "a list".to_owned(),
        "map" => "an object".to_owned(),
        _ => value("string")
            .map(|text| format!("the text {text}"))
            .or_else(|| value("integer"))
            .or_else(|| value("floating point"))
            .or_else(|| value("boolean"))
            .unwrap_or_else(|| shown(found)),
    }
}

/// A value cut to what fits into a sentence.
pub(super) fn shown(text: &str) -> String {
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}
