//! The fields rows can have, the headings they go by, and what words in cells mean.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::RowKind;
use crate::language::folded;

/// How the cells of a field are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Money,
    Number,
    Percent,
    Count,
    Day,
    Instant,
    Flag,
    Choice,
}

/// A field of a kind of rows.
#[derive(Debug)]
pub(super) struct Field {
    pub kinds: Vec<RowKind>,
    pub name: &'static str,
    pub shape: Shape,
    pub needed: bool,
    pub headings: Vec<String>,
}

/// A field as it can be chosen for a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// Its name in a [`Mapping`](super::Mapping).
    pub name: &'static str,
    /// Whether rows cannot do without.
    pub needed: bool,
}

static FIELDS: LazyLock<Vec<Field>> = LazyLock::new(|| {
    let lines = include_str!("fields.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(field).collect()
});

static WORDS: LazyLock<HashMap<(&'static str, String), &'static str>> = LazyLock::new(|| {
    let lines = include_str!("words.tsv").lines().filter(|line| !line.starts_with('#'));
    let entries = lines.filter_map(|line| {
        let mut columns = line.split('\t');
        Some((columns.next()?, columns.next()?, columns.next()?))
    });
    entries.flat_map(|(field, value, words)| words.split('|').map(move |word| ((field, plain(word)), value))).collect()
});

fn field(line: &'static str) -> Option<Field> {
    let mut columns = line.split('\t');
    let kinds = match columns.next()? {
        "*" => RowKind::ALL.to_vec(),
        kinds => kinds.split(',').filter_map(RowKind::parse).collect(),
    };
    let name = columns.next()?;
    let shape = match columns.next()? {
        "money" => Shape::Money,
        "number" => Shape::Number,
        "percent" => Shape::Percent,
        "count" => Shape::Count,
        "day" => Shape::Day,
        "instant" => Shape::Instant,
        "flag" => Shape::Flag,
        "choice" => Shape::Choice,
        _ => Shape::Text,
    };
    let needed = columns.next()? == "needed";
    Some(Field { kinds, name, shape, needed, headings: columns.next()?.split('|').map(plain).collect() })
}

/// The fields of a kind of rows.
pub(super) fn of(kind: RowKind) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(move |field| field.kinds.contains(&kind))
}

/// The fields columns of such a table can be read as. Any other column of accounts can be kept as `attributes.<name>`.
#[must_use]
pub fn fields_of(kind: RowKind) -> Vec<FieldInfo> {
    of(kind).map(|field| FieldInfo { name: field.name, needed: field.needed }).collect()
}

pub(super) fn is_known(kind: RowKind, name: &str) -> bool {
    of(kind).any(|field| field.name == name)
        || kind == RowKind::Accounts && attribute(name).is_some()
        || kind == RowKind::Contracts && name == "system"
}

/// The name of an attribute of accounts: `industry` of `attributes.industry`.
pub(super) fn attribute(name: &str) -> Option<&str> {
    name.strip_prefix("attributes.").filter(|name| !name.is_empty())
}

/// How a field's cells are read.
pub(super) fn shape(kind: RowKind, name: &str) -> Shape {
    if name == "system" {
        return Shape::Choice;
    }
    of(kind).find(|field| field.name == name).map_or(Shape::Text, |field| field.shape)
}

/// Fields that are needed and not there. What is due in a year or a month says an amount and an interval; the stage of a
/// deal says its status; a contact has a name or an address.
pub(super) fn missing(kind: RowKind, has: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let implied = |name: &str| match (kind, name) {
        (RowKind::Contracts, "amount" | "interval") => has("arr") || has("mrr"),
        _ => false,
    };
    let mut missing: Vec<&str> = of(kind)
        .filter(|field| field.needed && !has(field.name) && !implied(field.name))
        .map(|field| field.name)
        .collect();
    if kind == RowKind::Contacts && !["name", "first_name", "last_name", "email"].into_iter().any(&has) {
        missing.push("name");
    }
    if kind == RowKind::Deals && !has("status") && !has("stage") {
        missing.push("status");
    }
    let of_whom = ["domain", "website", "company_id", "company", "email", "contact_email", "name"];
    let known = |field: &str| (field != "name" || kind == RowKind::Accounts) && has(field);
    if !of_whom.into_iter().any(known) {
        missing.push("domain");
    }
    missing
}

/// What a word in a cell of a field means.
pub(super) fn meaning(field: &'static str, text: &str) -> Option<&'static str> {
    WORDS.get(&(field, plain(text))).copied()
}

/// The values a choice has, for a sentence.
pub(super) fn values(field: &str) -> Vec<&'static str> {
    let mut values: Vec<&str> = WORDS.iter().filter(|((of, _), _)| *of == field).map(|(_, value)| *value).collect();
    values.sort_unstable();
    values.dedup();
    values
}

/// A heading or word as it is compared: small letters without accents, parted by single blanks; `closeDate` as `close date`.
pub(super) fn plain(text: &str) -> String {
    let mut spread = String::with_capacity(text.len() + 4);
    let mut before = ' ';
    for letter in text.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            spread.push(' ');
        }
        let parts =
            letter.is_whitespace() || matches!(letter, '_' | '-' | '/' | '(' | ')' | ':' | '#' | '\'' | '"' | '*');
        spread.push(if parts { ' ' } else { letter });
        before = letter;
    }
    spread.split_whitespace().map(|word| folded(word.trim_matches(['.', ',']))).collect::<Vec<_>>().join(" ")
}
