//! Which fields a record of the import format has, and which of them somebody may have meant.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;

use super::schema::schema;
use crate::domain::record::RecordKind;

static SCHEMA: LazyLock<Value> = LazyLock::new(schema);

/// Names less alike than this are two.
const ALIKE: f64 = 0.86;

/// The fields of a record, or of what lies in one of its fields: `contacts[]`.
fn fields(kind: RecordKind, within: &str) -> Vec<&'static str> {
    let variants = SCHEMA["oneOf"].as_array().map_or(&[][..], Vec::as_slice);
    let of_kind = |variant: &&Value| variant["properties"]["type"]["const"].as_str() == Some(kind.wire());
    let mut nodes: Vec<&'static Value> = variants.iter().filter(of_kind).collect();
    for step in within.split('.').filter(|step| !step.is_empty()) {
        let (name, listed) = step.strip_suffix("[]").map_or((step, false), |name| (name, true));
        nodes = resolved(&nodes).into_iter().filter_map(|node| node["properties"].get(name)).collect();
        if listed {
            nodes = resolved(&nodes).into_iter().filter_map(|node| node.get("items")).collect();
        }
    }
    let mut fields: Vec<&str> = resolved(&nodes)
        .into_iter()
        .filter_map(|node| node["properties"].as_object())
        .flat_map(|properties| properties.keys().map(String::as_str))
        .collect();
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// These nodes of the schema with all they refer to.
fn resolved(nodes: &[&'static Value]) -> Vec<&'static Value> {
    let mut found: Vec<&Value> = Vec::new();
    let mut open: Vec<&Value> = nodes.to_vec();
    while let Some(node) = open.pop() {
        found.push(node);
        for name in ["allOf", "anyOf", "oneOf"] {
            open.extend(node[name].as_array().into_iter().flatten());
        }
        let target = node["$ref"].as_str().and_then(|path| path.strip_prefix('#'));
        open.extend(target.and_then(|path| SCHEMA.pointer(path)));
    }
    found
}

/// The field that an unknown one of a record stands for most likely: `contacts[].e_mail` for `contacts[].email`.
fn meant(kind: RecordKind, unknown: &str) -> Option<String> {
    let (within, name) = unknown.rsplit_once('.').unwrap_or(("", unknown));
    let field = nearest(name, fields(kind, within).into_iter().filter(|field| *field != "type"))?;
    Some(if within.is_empty() { field.to_owned() } else { format!("{within}.{field}") })
}

/// The same of a field as it is told of an import, with its record: `signal.sentimnt`.
#[must_use]
pub fn meant_by(field: &str) -> Option<String> {
    let (kind, path) = field.split_once('.')?;
    meant(RecordKind::parse(kind)?, path)
}

/// What the records of these fields have, a line for each type: `signal has account, call_id, …`.
#[must_use]
pub fn known_beside<'f>(unknown: impl IntoIterator<Item = &'f str>) -> Vec<String> {
    let levels: BTreeSet<(String, String)> = unknown
        .into_iter()
        .filter_map(|field| {
            let (kind, path) = field.split_once('.')?;
            let within = path.rsplit_once('.').map_or("", |(within, _)| within);
            Some((kind.to_owned(), within.to_owned()))
        })
        .collect();
    let line = |(kind, within): (String, String)| {
        let known = fields(RecordKind::parse(&kind)?, &within);
        let known: Vec<&str> = known.into_iter().filter(|field| *field != "type").collect();
        let level = if within.is_empty() { kind } else { format!("{kind}.{within}") };
        (!known.is_empty()).then(|| format!("{level} has {}", known.join(", ")))
    };
    levels.into_iter().filter_map(line).collect()
}

/// The name that is most like another, where one is alike: `sentAt` for `sent_at`, `positve` for `positive`.
pub(super) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let plain = |name: &str| {
        let letters = name.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let name = plain(name);
    known
        .into_iter()
        .map(|known| (strsim::jaro_winkler(&plain(known), &name), known))
        .filter(|(likeness, _)| *likeness > ALIKE)
        .max_by(|left, right| left.0.total_cmp(&right.0))
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_of_a_record_and_of_what_lies_in_it_are_known() {
        assert!(
            ["occurred_at", "sentiment", "text"].iter().all(|field| fields(RecordKind::Signal, "").contains(field))
        );
        assert!(fields(RecordKind::Account, "contacts[]").contains(&"email"));
        assert!(fields(RecordKind::Call, "transcript[]").contains(&"speaker"));
        assert!(fields(RecordKind::Call, "nowhere[]").is_empty());
    }

    #[test]
    fn an_unknown_field_is_taken_for_the_one_it_is_like() {
        for (kind, unknown, field) in [
            (RecordKind::Email, "sentAt", Some("sent_at")),
            (RecordKind::Account, "contacts[].e-mail", Some("contacts[].email")),
            (RecordKind::Signal, "sentimnt", Some("sentiment")),
            (RecordKind::Account, "fax", None),
        ] {
            assert_eq!(meant(kind, unknown).as_deref(), field, "{unknown}");
        }
        assert_eq!(meant_by("email.sent").as_deref(), Some("sent_at"));
        let known = known_beside(["account.contacts[].fax", "account.contacts[].phone2"]);
        assert!(known.len() == 1 && known[0].starts_with("account.contacts[] has ") && known[0].contains("email"));
    }
}
