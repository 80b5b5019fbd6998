//! The few shapes of queries the double of Salesforce understands. Everything else is malformed.

use serde_json::{Map, Value, json};

use super::API;
use crate::domain::time::Moment;
use crate::sources::emulator::Tables;
use crate::sources::figures;

/// Why a query is refused: the code, and a sentence.
pub(super) type Refusal = (&'static str, String);

/// A query.
#[derive(Debug, PartialEq)]
pub(super) struct Query {
    fields: Vec<String>,
    object: String,
    condition: Condition,
    ordered: bool,
    limit: Option<usize>,
}

/// Which records are asked for.
#[derive(Debug, PartialEq)]
enum Condition {
    /// All of them.
    Any,
    /// Those changed since.
    Since(Moment),
    /// Those after a record.
    After(Moment, String),
    /// Those with these identifiers.
    These(Vec<String>),
}

fn malformed(what: &str) -> Refusal {
    ("MALFORMED_QUERY", format!("not understood: {what}"))
}

impl Query {
    /// Reads a query.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let rest = text.strip_prefix("SELECT ").ok_or_else(|| malformed("the beginning"))?;
        let (fields, rest) = rest.split_once(" FROM ").ok_or_else(|| malformed("FROM is missing"))?;
        let fields: Vec<String> = fields.split(',').map(|field| field.trim().to_owned()).collect();
        let word = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'));
        if fields.iter().any(|field| field.is_empty() || !word(field)) {
            return Err(malformed("in the list of fields"));
        }
        let (rest, limit) = match rest.split_once(" LIMIT ") {
            Some((rest, limit)) => (rest, Some(limit.parse().map_err(|_| malformed(limit))?)),
            None => (rest, None),
        };
        let (rest, ordered) = match rest.split_once(" ORDER BY ") {
            Some((rest, "SystemModstamp, Id")) => (rest, true),
            Some((_, order)) => return Err(malformed(order)),
            None => (rest, false),
        };
        let (object, condition) = match rest.split_once(" WHERE ") {
            Some((object, condition)) => (object, Condition::parse(condition)?),
            None => (rest, Condition::Any),
        };
        if object.is_empty() || !word(object) {
            return Err(malformed(object));
        }
        Ok(Self { fields, object: object.to_owned(), condition, ordered, limit })
    }

    /// The records it finds, in the order it asks for.
    pub fn run(&self, tables: &Tables, deleted: bool) -> Result<Vec<Value>, Refusal> {
        let Some(known) = tables.get("fields", &self.object).and_then(Value::as_array) else {
            return Err(("INVALID_TYPE", format!("there is no object {}", self.object)));
        };
        for field in &self.fields {
            let own = if field == "Owner.Email" { "OwnerId" } else { field };
            if !known.iter().any(|known| known == own) {
                return Err(("INVALID_FIELD", format!("{} has no field {field}", self.object)));
            }
        }
        let found = tables.all(&self.object).filter(|(_, row)| deleted || row["IsDeleted"] != true);
        let mut found: Vec<(Moment, &str, &Value)> =
            found.map(|(id, row)| (stamp(row), id, row)).filter(|row| self.condition.holds(row.0, row.1)).collect();
        if self.ordered {
            found.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
        }
        found.truncate(self.limit.unwrap_or(usize::MAX));
        Ok(found.into_iter().map(|(_, id, row)| self.shown(tables, id, row)).collect())
    }

    fn shown(&self, tables: &Tables, id: &str, row: &Value) -> Value {
        let about = |object: &str, id: &str| json!({"type": object, "url": format!("{API}/sobjects/{object}/{id}")});
        let mut shown = Map::from_iter([("attributes".to_owned(), about(&self.object, id))]);
        for field in &self.fields {
            match field.as_str() {
                "Id" => shown.insert("Id".to_owned(), id.into()),
                "Owner.Email" => {
                    let owner = row["OwnerId"].as_str().and_then(|owner| Some((owner, tables.get("User", owner)?)));
                    let owner =
                        owner.map(|(id, user)| json!({"attributes": about("User", id), "Email": user["Email"]}));
                    shown.insert("Owner".to_owned(), owner.unwrap_or_default())
                }
                field => shown.insert(field.to_owned(), row.get(field).cloned().unwrap_or_default()),
            };
        }
        shown.into()
    }
}

impl Condition {
    fn parse(text: &str) -> Result<Self, Refusal> {
        if let Some(at) = text.strip_prefix("SystemModstamp >= ") {
            return Ok(Self::Since(time(at)?));
        }
        if let Some(list) = text.strip_prefix("Id IN (").and_then(|list| list.strip_suffix(')')) {
            return Ok(Self::These(list.split(',').map(quoted).collect::<Result<_, _>>()?));
        }
        let both = text.strip_prefix("(SystemModstamp > ").and_then(|rest| rest.strip_suffix("))"));
        let (at, rest) =
            both.and_then(|rest| rest.split_once(" OR (SystemModstamp = ")).ok_or_else(|| malformed(text))?;
        let (same, id) = rest.split_once(" AND Id > ").ok_or_else(|| malformed(rest))?;
        if at != same {
            return Err(malformed(same));
        }
        Ok(Self::After(time(at)?, quoted(id)?))
    }

    fn holds(&self, at: Moment, id: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Since(since) => at >= *since,
            Self::After(after, last) => at > *after || at == *after && id > last.as_str(),
            Self::These(ids) => ids.iter().any(|wanted| wanted == id),
        }
    }
}

/// A time, which stands without quotes.
fn time(text: &str) -> Result<Moment, Refusal> {
    let time = text.ends_with('Z').then(|| text.parse().ok()).flatten();
    time.ok_or_else(|| malformed(text))
}

/// An identifier in quotes.
fn quoted(text: &str) -> Result<String, Refusal> {
    let id = text.trim().strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let id = id.filter(|id| matches!(id.len(), 15 | 18) && id.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    id.map(str::to_owned).ok_or_else(|| ("INVALID_QUERY_FILTER_OPERATOR", "this is no identifier".to_owned()))
}

/// When a record changed last.
fn stamp(row: &Value) -> Moment {
    row["SystemModstamp"].as_str().and_then(figures::moment).unwrap_or_else(Moment::first)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn reading_a_query_never_panics(
            text in "(SELECT |Id|,| FROM |Account| WHERE |\\(|\\)|SystemModstamp|'| >= | LIMIT |9){0,12}.{0,8}",
        ) {
            let _ = Query::parse(&text);
        }
    }

    #[test]
    fn what_the_double_does_not_know_is_malformed() {
        for odd in [
            "",
            "DELETE FROM Account",
            "SELECT FROM Account",
            "SELECT Id, FROM Account",
            "SELECT Id FROM Account ORDER BY Name",
            "SELECT Id FROM Account LIMIT many",
            "SELECT Id FROM Account WHERE Name = 'x'",
            "SELECT Id FROM Account WHERE SystemModstamp >= '2026-01-01T00:00:00Z'",
            "SELECT Id FROM Account WHERE SystemModstamp >= 2026-01-01",
            "SELECT Id FROM Account, Contact",
            "SELECT COUNT(Id) FROM Account",
        ] {
            assert!(Query::parse(odd).is_err_and(|(code, _)| code == "MALFORMED_QUERY"), "{odd}");
        }
        assert!(Query::parse("SELECT Id FROM Account WHERE Id IN ('x')").is_err());
        assert!(
            Query::parse("SELECT Id,Owner.Email FROM Account WHERE SystemModstamp >= 2026-01-01T00:00:00Z").is_ok()
        );
    }
}
