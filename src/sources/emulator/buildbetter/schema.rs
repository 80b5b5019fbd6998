//! The types there are, which of their fields a key is shown, and how a query is answered from the tables.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use super::Failure;
use super::graphql::Field;
use crate::domain::time::{Zone, parse_instant};
use crate::sources::emulator::desk::Tables;

/// The table with the one object that says which fields the key is not shown, and how many objects at once:
/// `{"hidden": ["interview.monologues"], "limit": 100}`.
pub(super) const ROLE: &str = "role";

/// What lies behind a field.
#[derive(Clone, Copy)]
enum Kind {
    /// A value.
    Plain,
    /// The object of a table, by the identifier in another field.
    Of { table: &'static str, by: &'static str },
    /// An object, or a list of objects, that is kept within this one.
    Within { of: &'static str },
}

/// The tables that can be asked for.
const TABLES: [&str; 4] = ["company", "person", "interview", "extraction"];

/// The fields of a type.
fn fields(of: &str) -> &'static [(&'static str, Kind)] {
    use Kind::{Of, Plain, Within};
    match of {
        "company" => &[
            ("id", Plain),
            ("name", Plain),
            ("domain", Plain),
            ("photo_url", Plain),
            ("created_at", Plain),
            ("updated_at", Plain),
        ],
        "person" => &[
            ("id", Plain),
            ("first_name", Plain),
            ("last_name", Plain),
            ("email", Plain),
            ("title", Plain),
            ("company_id", Plain),
            ("company", Of { table: "company", by: "company_id" }),
            ("persona_id", Plain),
            ("persona", Of { table: "persona", by: "persona_id" }),
            ("created_at", Plain),
            ("updated_at", Plain),
        ],
        "interview" => &[
            ("id", Plain),
            ("name", Plain),
            ("started_at", Plain),
            ("completed_at", Plain),
            ("recorded_at", Plain),
            ("display_ts", Plain),
            ("created_at", Plain),
            ("updated_at", Plain),
            ("deleted_at", Plain),
            ("asset_url", Plain),
            ("asset_duration_seconds", Plain),
            ("meeting_url", Plain),
            ("short_summary", Plain),
            ("summary", Plain),
            ("transcript_summary", Plain),
            ("attendees", Within { of: "interview_attendee" }),
            ("monologues", Within { of: "interview_monologue" }),
            ("sentences", Within { of: "interview_sentence" }),
        ],
        "interview_attendee" => {
            &[("id", Plain), ("speaker", Plain), ("person", Of { table: "person", by: "person_id" })]
        }
        "interview_monologue" | "interview_sentence" => {
            &[("speaker", Plain), ("text", Plain), ("start_sec", Plain), ("end_sec", Plain)]
        }
        "extraction" => &[
            ("id", Plain),
            ("interview_id", Plain),
            ("summary", Plain),
            ("context", Plain),
            ("sentiment", Plain),
            ("severity", Plain),
            ("score", Plain),
            ("url", Plain),
            ("created_at", Plain),
            ("display_ts", Plain),
            ("exact_quote", Within { of: "extraction_quote" }),
            ("types", Within { of: "extraction_type" }),
            ("attendee", Within { of: "interview_attendee" }),
            ("call", Of { table: "interview", by: "interview_id" }),
        ],
        "extraction_quote" => &[("id", Plain), ("text", Plain)],
        "extraction_type" => &[("type", Within { of: "type" })],
        "persona" | "type" => &[("id", Plain), ("name", Plain)],
        _ => &[],
    }
}

/// The objects of the tables, as far as the key is shown them.
struct Shown<'a> {
    tables: &'a Tables,
    hidden: Vec<String>,
    most: usize,
}

pub(super) fn run(tables: &Tables, asked: &[Field]) -> Result<Value, Failure> {
    let role = tables.get(ROLE, "key").cloned().unwrap_or_default();
    let hidden = role["hidden"].as_array().into_iter().flatten();
    let hidden = hidden.filter_map(|name| name.as_str().map(str::to_owned)).collect();
    let most = role["limit"].as_u64().map_or(usize::MAX, |most| most as usize);
    let shown = Shown { tables, hidden, most };
    let mut data = Map::new();
    for field in asked {
        let of = TABLES.into_iter().find(|table| *table == field.name && !shown.hides(table));
        let value = match of {
            Some(table) => shown.list(table, field)?,
            None if field.name == "__type" => shown.describe(field),
            None => return Err(Failure::no_field(&field.name, "query_root")),
        };
        data.insert(field.alias.clone(), value);
    }
    Ok(data.into())
}

impl Shown<'_> {
    fn hides(&self, name: &str) -> bool {
        self.hidden.iter().any(|hidden| hidden == name)
    }

    fn field(&self, of: &str, name: &str) -> Option<Kind> {
        let (_, kind) = fields(of).iter().find(|(field, _)| *field == name)?;
        (!self.hides(&format!("{of}.{name}"))).then_some(*kind)
    }

    fn describe(&self, field: &Field) -> Value {
        let of = field.arguments.get("name").and_then(Value::as_str).unwrap_or_default();
        if self.hides(of) || fields(of).is_empty() {
            return Value::Null;
        }
        let names = fields(of).iter().filter(|(name, _)| self.field(of, name).is_some());
        json!({"name": of, "fields": names.map(|(name, _)| json!({"name": name})).collect::<Vec<_>>()})
    }

    fn list(&self, table: &str, field: &Field) -> Result<Value, Failure> {
        let known = ["limit", "offset", "order_by", "where"];
        if let Some(unknown) = field.arguments.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(Failure::of(format!("'{table}' has no argument named '{unknown}'")));
        }
        let number = |name: &str, otherwise: usize| match field.arguments.get(name) {
            None | Some(Value::Null) => Ok(otherwise),
            Some(value) => value
                .as_u64()
                .map(|number| number as usize)
                .ok_or_else(|| Failure::of(format!("unexpected value for {name}: a number from 0 on is expected"))),
        };
        let (limit, offset) = (number("limit", usize::MAX)?.min(self.most), number("offset", 0)?);
        let order = self.order(table, field.arguments.get("order_by"))?;
        let mut kept = Vec::new();
        let nothing = json!({});
        let filter = field.arguments.get("where").unwrap_or(&nothing);
        // A filter that makes no sense is refused even where there is nothing to look at.
        self.holds(table, filter, &nothing)?;
        for (_, object) in self.tables.all(table) {
            if self.holds(table, filter, object)? {
                kept.push(object);
            }
        }
        sort(&mut kept, &order);
        kept.into_iter().skip(offset).take(limit).map(|object| self.object(table, object, &field.fields)).collect()
    }

    /// The columns to order by, each with whether downwards.
    fn order(&self, of: &str, order: Option<&Value>) -> Result<Vec<(String, bool)>, Failure> {
        let one;
        let list = match order {
            None | Some(Value::Null) => return Ok(Vec::new()),
            Some(Value::Array(list)) => list.as_slice(),
            Some(object) => {
                one = [object.clone()];
                &one
            }
        };
        let mut columns = Vec::new();
        for (name, way) in list.iter().filter_map(Value::as_object).flatten() {
            if !matches!(self.field(of, name), Some(Kind::Plain)) {
                return Err(Failure::no_field(name, &format!("{of}_order_by")));
            }
            match way.as_str() {
                Some("asc") => columns.push((name.clone(), false)),
                Some("desc") => columns.push((name.clone(), true)),
                _ => return Err(Failure::of("expected one of the values ['asc', 'desc'] for type 'order_by'")),
            }
        }
        Ok(columns)
    }

    fn holds(&self, of: &str, filter: &Value, object: &Value) -> Result<bool, Failure> {
        let expected = || Failure::of(format!("expected an object for type '{of}_bool_exp'"));
        for (name, condition) in filter.as_object().ok_or_else(expected)? {
            let list = || -> Result<Vec<bool>, Failure> {
                let parts = condition.as_array().ok_or_else(expected)?;
                parts.iter().map(|part| self.holds(of, part, object)).collect()
            };
            let holds = match (name.as_str(), self.field(of, name)) {
                ("_and", _) => list()?.into_iter().all(|holds| holds),
                ("_or", _) => list()?.into_iter().any(|holds| holds),
                ("_not", _) => !self.holds(of, condition, object)?,
                (_, Some(Kind::Plain)) => compares(&object[name.as_str()], condition)?,
                (_, Some(kind)) => self.any_related(kind, name, condition, object)?,
                (_, None) => return Err(Failure::no_field(name, &format!("{of}_bool_exp"))),
            };
            if !holds {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn any_related(&self, kind: Kind, name: &str, condition: &Value, object: &Value) -> Result<bool, Failure> {
        let (of, related) = self.related(kind, name, object);
        let related = match &related {
            Value::Array(list) => list.as_slice(),
            Value::Null => &[],
            one => std::slice::from_ref(one),
        };
        let mut any = false;
        for object in related {
            any |= self.holds(of, condition, object)?;
        }
        Ok(any)
    }

    /// The type behind a field and what is there.
    fn related(&self, kind: Kind, name: &str, object: &Value) -> (&'static str, Value) {
        match kind {
            Kind::Plain => ("", Value::Null),
            Kind::Within { of } => (of, object[name].clone()),
            Kind::Of { table, by } => {
                let there = self.tables.get(table, &object[by].to_string());
                (table, there.cloned().unwrap_or_default())
            }
        }
    }

    fn object(&self, of: &str, object: &Value, asked: &[Field]) -> Result<Value, Failure> {
        if asked.is_empty() {
            return Err(Failure::of(format!("missing selection set for '{of}'")));
        }
        let mut answer = Map::new();
        for field in asked {
            let kind = self.field(of, &field.name).ok_or_else(|| Failure::no_field(&field.name, of))?;
            let value = match kind {
                Kind::Plain if !field.fields.is_empty() => {
                    return Err(Failure::of(format!(
                        "unexpected subselection set for non-object field '{}'",
                        field.name
                    )));
                }
                Kind::Plain => object[field.name.as_str()].clone(),
                _ => match self.related(kind, &field.name, object) {
                    (of, Value::Array(list)) => {
                        let order = self.order(of, field.arguments.get("order_by"))?;
                        let mut list: Vec<&Value> = list.iter().collect();
                        sort(&mut list, &order);
                        list.into_iter()
                            .map(|object| self.object(of, object, &field.fields))
                            .collect::<Result<_, _>>()?
                    }
                    // What is asked for is looked at even where nothing is there.
                    (of, Value::Null) => self.object(of, &Value::Null, &field.fields).map(|_| Value::Null)?,
                    (of, one) => self.object(of, &one, &field.fields)?,
                },
            };
            answer.insert(field.alias.clone(), value);
        }
        Ok(answer.into())
    }
}

/// Whether a value is as all the comparisons say. Nothing is as compared where there is none.
fn compares(value: &Value, condition: &Value) -> Result<bool, Failure> {
    let comparisons = condition.as_object().ok_or_else(|| Failure::of("expected an object of comparisons"))?;
    for (operator, with) in comparisons {
        if with.is_null() {
            return Err(Failure::of("unexpected null value"));
        }
        let order = compare(value, with);
        let holds = match operator.as_str() {
            "_eq" => order == Some(Ordering::Equal),
            "_neq" => order.is_some_and(Ordering::is_ne),
            "_gt" => order == Some(Ordering::Greater),
            "_gte" => order.is_some_and(Ordering::is_ge),
            "_lt" => order == Some(Ordering::Less),
            "_lte" => order.is_some_and(Ordering::is_le),
            "_is_null" => with.as_bool() == Some(value.is_null()),
            "_in" => {
                with.as_array().is_some_and(|list| list.iter().any(|one| compare(value, one) == Some(Ordering::Equal)))
            }
            other => return Err(Failure::no_field(other, "comparison_exp")),
        };
        if !holds {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The order of two values of a column: numbers, times, texts.
fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    if left.is_null() || right.is_null() {
        return None;
    }
    if let (Some(left), Some(right)) = (left.as_f64(), right.as_f64()) {
        return left.partial_cmp(&right);
    }
    let (left, right) = (left.as_str()?, right.as_str()?);
    match (parse_instant(left, Zone::UTC), parse_instant(right, Zone::UTC)) {
        (Ok(left), Ok(right)) => Some(left.cmp(&right)),
        _ => Some(left.cmp(right)),
    }
}

/// Sorts by columns; what has no value comes last, as in PostgreSQL.
fn sort(objects: &mut [&Value], order: &[(String, bool)]) {
    objects.sort_by(|left, right| {
        let by = |(column, down): &(String, bool)| {
            let (left, right) = (&left[column.as_str()], &right[column.as_str()]);
            let order = compare(left, right).unwrap_or_else(|| left.is_null().cmp(&right.is_null()));
            if *down { order.reverse() } else { order }
        };
        order.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
}
