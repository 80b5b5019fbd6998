//! One line to one record.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{NOBODY, Parsed, check, clean, explain, local};
use crate::domain::account::{AccountRecord, Contact};
use crate::domain::record::{Record, RecordKind};
use crate::domain::time::Zone;
use crate::sources::Whose;

/// Fields outside of the format that are named for one line; a line with more is not an honest mistake.
const MOST_IGNORED: usize = 50;

/// The field that tells records apart.
#[derive(Deserialize)]
struct Tag<'a> {
    #[serde(rename = "type", borrow)]
    kind: std::borrow::Cow<'a, str>,
    /// To whom it belongs, where that is not said by an account.
    #[serde(default)]
    whose: Option<Vec<Whose>>,
}

/// Reads the record a line holds, its times in UTC where they say nothing themselves.
///
/// # Errors
/// A sentence that says what is wrong with the line and what to write instead.
pub fn read_line(line: &[u8]) -> Result<Parsed, String> {
    read_line_in(line, Zone::UTC)
}

/// Reads the record a line holds, its times in `zone` where they say nothing themselves.
///
/// # Errors
/// A sentence that says what is wrong with the line and what to write instead.
pub fn read_line_in(line: &[u8], zone: Zone) -> Result<Parsed, String> {
    if let Err(error) = std::str::from_utf8(line) {
        return Err(explain::not_utf8(line, &error));
    }
    let line = clean::clean(line);
    let line = local::in_zone(line.trim_ascii(), zone);
    let line = line.as_ref();
    if line.first() != Some(&b'{') {
        return Err(explain::not_an_object(line));
    }
    let tag: Tag = typed(line, |_| {})?;
    if let Some(whose) = tag.whose {
        return of_somebody(line, &tag.kind, whose, zone);
    }
    let kind = RecordKind::parse(&tag.kind).ok_or_else(|| explain::unknown_type(&tag.kind))?;
    let mut ignored = BTreeSet::new();
    let record = record(kind, line, &mut ignored);
    let mut record = record.map_err(|reason| explain::misspelled(&reason, &ignored).unwrap_or(reason))?;
    check::check(&mut record)?;
    Ok(Parsed { record, ignored, whose: None })
}

/// Reads a line that says by domains or addresses to whom it belongs: a record, or a `contact` of an account.
fn of_somebody(line: &[u8], kind: &str, whose: Vec<Whose>, zone: Zone) -> Result<Parsed, String> {
    let mut fields: Map<String, Value> = typed(line, |_| {})?;
    fields.remove("whose");
    if kind == "contact" {
        fields.remove("type");
        let contact: Contact = typed(Value::Object(fields).to_string().as_bytes(), |_| {})?;
        let of = AccountRecord {
            domain: NOBODY.to_owned(),
            name: NOBODY.to_owned(),
            contacts: vec![contact],
            ..AccountRecord::default()
        };
        let mut record = Record::Account(of);
        check::check(&mut record)?;
        return Ok(Parsed { record, ignored: BTreeSet::new(), whose: Some(whose) });
    }
    fields.insert("account".to_owned(), NOBODY.into());
    let mut parsed = read_line_in(Value::Object(fields).to_string().as_bytes(), zone)?;
    if matches!(parsed.record, Record::Account(_) | Record::Team(_)) {
        return Err(format!("a line of type `{kind}` says itself whose it is; leave out `whose`"));
    }
    parsed.ignored.remove("account");
    Ok(Parsed { whose: Some(whose), ..parsed })
}

fn record(kind: RecordKind, line: &[u8], ignored: &mut BTreeSet<String>) -> Result<Record, String> {
    fn of<T: DeserializeOwned>(line: &[u8], ignored: &mut BTreeSet<String>) -> Result<T, String> {
        typed(line, |path| {
            let path = field_path(&path.to_string());
            if path != "type" && ignored.len() < MOST_IGNORED {
                ignored.insert(path);
            }
        })
    }
    Ok(match kind {
        RecordKind::Account => Record::Account(of(line, ignored)?),
        RecordKind::Call => Record::Call(of(line, ignored)?),
        RecordKind::Email => Record::Email(of(line, ignored)?),
        RecordKind::Signal => Record::Signal(of(line, ignored)?),
        RecordKind::RevenueSource => Record::RevenueSource(of(line, ignored)?),
        RecordKind::PaymentEvent => Record::PaymentEvent(of(line, ignored)?),
        RecordKind::Usage => Record::Usage(of(line, ignored)?),
        RecordKind::Deal => Record::Deal(of(line, ignored)?),
        RecordKind::Project => Record::Project(of(line, ignored)?),
        RecordKind::Note => Record::Note(of(line, ignored)?),
        RecordKind::Release => Record::Release(of(line, ignored)?),
        RecordKind::Meeting => Record::Meeting(of(line, ignored)?),
        RecordKind::Team => Record::Team(of(line, ignored)?),
        RecordKind::Commitment | RecordKind::Request => return Err(explain::read_not_imported(kind)),
    })
}

/// Deserializes with the path of what is wrong, telling the fields nobody asked for.
fn typed<'de, T: Deserialize<'de>>(
    line: &'de [u8],
    mut ignored: impl FnMut(serde_ignored::Path<'_>),
) -> Result<T, String> {
    let mut json = serde_json::Deserializer::from_slice(line);
    let mut track = serde_path_to_error::Track::new();
    let tracked = serde_path_to_error::Deserializer::new(&mut json, &mut track);
    match T::deserialize(serde_ignored::Deserializer::new(tracked, &mut ignored)) {
        Ok(value) => json.end().map(|()| value).map_err(|error| explain::json("", &error)),
        Err(error) => Err(explain::json(&track.path().to_string(), &error)),
    }
}

/// `contacts.0.phone` as `contacts[].phone`: the same field of every element is one field.
fn field_path(path: &str) -> String {
    let mut text = String::new();
    for step in path.split('.').filter(|step| *step != "?") {
        if step.bytes().all(|byte| byte.is_ascii_digit()) {
            text.push_str("[]");
        } else {
            if !text.is_empty() {
                text.push('.');
            }
            text.extend(step.chars().take(80));
        }
    }
    text
}
