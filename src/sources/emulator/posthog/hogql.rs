//! The part of PostHog's SQL the double can run: selections from `groups` and `events` with conditions that are joined by
//! `AND`, one grouping by company and day, an order and a limit. Anything else is refused, never passed over.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use serde_json::{Map, Value};

use super::{DAYS, GROUPS};
use crate::sources::emulator::desk::Tables;

/// The most rows of an answer; more that are asked for are not given.
const MOST_ROWS: usize = 50_000;
/// Rows of an answer where no limit is asked for.
const USUAL_ROWS: usize = 100;
/// How the domain of somebody's e-mail address is written.
const DOMAIN: &str = "lower(splitByChar('@', coalesce(person.properties.email, ''))[2])";
/// The event that says what a group is like; nobody's use of the product.
const ABOUT_GROUP: &str = "'$groupidentify'";

/// A query that can be run.
pub(super) struct Query {
    columns: Vec<(Column, String)>,
    conditions: Vec<Condition>,
    events: bool,
    limit: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Column {
    Key,
    Property(String),
    Company(Company),
    Day { not_before: NaiveDate },
    ActiveUsers { without_group_events: bool },
    Seats,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Company {
    Group(i64),
    Domain,
}

#[derive(Clone, Debug, PartialEq)]
enum Condition {
    Index(i64),
    KeyAfter(String),
    KeyIs(String),
    UpdatedSince(NaiveDateTime),
    Since(NaiveDateTime),
    Until(NaiveDateTime),
    CompanyAfter(Company, String),
    CompanyIs(Company, String),
    DomainNotIn(Vec<String>),
}

/// What a query's placeholders stand for.
struct Values<'a>(&'a Map<String, Value>);

impl Query {
    pub(super) fn parse(text: &str, values: &Map<String, Value>) -> Result<Self, String> {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let values = Values(values);
        if text.contains(" OFFSET ") {
            return Err("OFFSET is not supported on queries made with a personal API key".to_owned());
        }
        let refused = |what: &str| format!("Syntax error: the double cannot run this query ({what})");
        let rest = text.strip_prefix("SELECT ").ok_or_else(|| refused("no SELECT"))?;
        let (columns, rest) = rest.split_once(" FROM ").ok_or_else(|| refused("no FROM"))?;
        let (table, rest) = rest.split_once(" WHERE ").ok_or_else(|| refused("no WHERE"))?;
        let (rest, limit) = match rest.rsplit_once(" LIMIT ") {
            Some((rest, limit)) => (rest, limit.parse().map_err(|_| refused("LIMIT"))?),
            None => (rest, USUAL_ROWS),
        };
        let (rest, order) = rest.rsplit_once(" ORDER BY ").ok_or_else(|| refused("no ORDER BY"))?;
        let (events, conditions) = match (table, order) {
            ("groups", "key") => (false, rest),
            ("events", "company_key, on_day") => {
                (true, rest.strip_suffix(" GROUP BY company_key, on_day").ok_or_else(|| refused("GROUP BY"))?)
            }
            _ => return Err(refused("its table or its order")),
        };
        let columns: Result<_, String> =
            split(columns, ", ").into_iter().map(|text| column(text, events, &values)).collect();
        let conditions: Result<_, String> =
            split(conditions, " AND ").into_iter().map(|text| condition(text, events, &values)).collect();
        Ok(Self { columns: columns?, conditions: conditions?, events, limit: limit.min(MOST_ROWS) })
    }

    pub(super) fn columns(&self) -> Vec<&str> {
        self.columns.iter().map(|(_, name)| name.as_str()).collect()
    }

    /// The same, with so many rows at most.
    pub(super) fn limited_to(self, rows: Option<u64>) -> Self {
        let limit = rows.map_or(self.limit, |rows| self.limit.min(rows as usize));
        Self { limit, ..self }
    }

    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    pub(super) fn run(&self, tables: &Tables) -> Result<Vec<Vec<Value>>, String> {
        let mut rows = if self.events { self.usage(tables)? } else { self.groups(tables) };
        rows.truncate(self.limit);
        Ok(rows)
    }

    fn groups(&self, tables: &Tables) -> Vec<Vec<Value>> {
        let holds = |key: &str, group: &Value| {
            self.conditions.iter().all(|condition| match condition {
                Condition::Index(index) => group["index"].as_i64() == Some(*index),
                Condition::KeyAfter(after) => key > after.as_str(),
                Condition::KeyIs(only) => key == only,
                Condition::UpdatedSince(since) => {
                    group["updated_at"].as_str().and_then(|at| time(at).ok()).is_some_and(|at| at >= *since)
                }
                _ => false,
            })
        };
        let cell = |column: &Column, key: &str, group: &Value| match column {
            Column::Key => key.into(),
            // Properties come as text, whatever they were sent as.
            Column::Property(name) => match &group["properties"][name.as_str()] {
                Value::Null => Value::Null,
                Value::String(text) => text.as_str().into(),
                other => other.to_string().into(),
            },
            _ => Value::Null,
        };
        let kept = tables.all(GROUPS).filter(|(key, group)| holds(key, group));
        kept.map(|(key, group)| self.columns.iter().map(|(column, _)| cell(column, key, group)).collect()).collect()
    }

    fn usage(&self, tables: &Tables) -> Result<Vec<Vec<Value>>, String> {
        let company = self.columns.iter().find_map(|(column, _)| match column {
            Column::Company(company) => Some(*company),
            _ => None,
        });
        let not_before = self.columns.iter().find_map(|(column, _)| match column {
            Column::Day { not_before } => Some(*not_before),
            _ => None,
        });
        let (Some(company), Some(not_before)) = (company, not_before) else {
            return Err("Unable to resolve the fields of GROUP BY: company_key, on_day".to_owned());
        };
        let mut counted: BTreeMap<(String, NaiveDate), (u64, bool, Option<i64>)> = BTreeMap::new();
        for (_, object) in tables.all(DAYS) {
            let Some(day) = object["day"].as_str().and_then(|day| day.parse::<NaiveDate>().ok()) else { continue };
            let people = object["people"].as_object().cloned().unwrap_or_default();
            // A day has one event that describes its group, besides those of people.
            let mut seen = vec![(String::new(), 0)];
            seen.extend(people.into_iter().map(|(domain, users)| (domain, users.as_u64().unwrap_or_default())));
            for (domain, users) in seen {
                let name = match company {
                    Company::Group(0) => object["group"].as_str().unwrap_or_default(),
                    Company::Group(_) => "",
                    Company::Domain => &domain,
                };
                if !self.counts(day, name, &domain) {
                    continue;
                }
                let cell = counted.entry((name.to_owned(), day.max(not_before))).or_default();
                cell.0 += users;
                cell.1 |= domain.is_empty();
                cell.2 = cell.2.max(object["seats"].as_i64());
            }
        }
        let cell =
            |column: &Column, name: &str, day: NaiveDate, (users, about_group, seats): (u64, bool, Option<i64>)| {
                match column {
                    Column::Company(_) => name.into(),
                    Column::Day { .. } => day.to_string().into(),
                    Column::ActiveUsers { without_group_events } => {
                        (users + u64::from(about_group && !without_group_events)).into()
                    }
                    Column::Seats => seats.into(),
                    Column::Key | Column::Property(_) => Value::Null,
                }
            };
        let row = |((name, day), of): ((String, NaiveDate), _)| {
            self.columns.iter().map(|(column, _)| cell(column, &name, day, of)).collect()
        };
        Ok(counted.into_iter().map(row).collect())
    }

    fn counts(&self, day: NaiveDate, company: &str, domain: &str) -> bool {
        let noon = day.and_hms_opt(12, 0, 0).unwrap_or_default();
        self.conditions.iter().all(|condition| match condition {
            Condition::Since(since) => noon >= *since,
            Condition::Until(until) => noon < *until,
            Condition::CompanyAfter(_, after) => company > after.as_str(),
            Condition::CompanyIs(_, only) => company == only,
            Condition::DomainNotIn(domains) => !domains.iter().any(|internal| internal == domain),
            _ => false,
        })
    }
}

fn column(text: &str, events: bool, values: &Values<'_>) -> Result<(Column, String), String> {
    let (expression, name) = text.rsplit_once(" AS ").unwrap_or((text, text));
    let property = |text: &str| text.strip_prefix("properties.`")?.strip_suffix('`').map(str::to_owned);
    let within = |before: &str, after: &str| expression.strip_prefix(before)?.strip_suffix(after);
    let column = if !events {
        if expression == "key" { Some(Column::Key) } else { property(expression).map(Column::Property) }
    } else if let Some(company) = company(expression) {
        Some(Column::Company(company))
    } else if let Some(eve) = within("greatest(toDate(timestamp), toDate(", "))") {
        Some(Column::Day { not_before: values.day(eve)? })
    } else if let Some(without) = within("uniqExactIf(person_id, event NOT IN (", "))") {
        Some(Column::ActiveUsers { without_group_events: without.split(", ").any(|event| event == ABOUT_GROUP) })
    } else {
        within("max(toInt(", "))").and_then(property).map(|_| Column::Seats)
    };
    column.map(|column| (column, name.to_owned())).ok_or_else(|| format!("Unable to resolve field: {expression}"))
}

fn condition(text: &str, events: bool, values: &Values<'_>) -> Result<Condition, String> {
    let refused = || format!("Syntax error: the double cannot run the condition {text}");
    let at = |text: &str| {
        let placeholder =
            text.strip_prefix("toDateTime(").and_then(|rest| rest.strip_suffix(')')).ok_or_else(refused)?;
        time(&values.text(placeholder)?)
    };
    if let Some(list) = text.strip_prefix(DOMAIN).and_then(|rest| rest.strip_prefix(" NOT IN (")) {
        let list = list.strip_suffix(')').ok_or_else(refused)?;
        let domains: Result<_, _> = list.split(", ").map(|placeholder| values.text(placeholder)).collect();
        return Ok(Condition::DomainNotIn(domains?));
    }
    let (expression, right) = text.rsplit_once(' ').ok_or_else(refused)?;
    let (left, operator) = expression.rsplit_once(' ').ok_or_else(refused)?;
    match (events, left, operator) {
        (false, "index", "=") => values.get(right)?.as_i64().map(Condition::Index).ok_or_else(refused),
        (false, "key", ">") => Ok(Condition::KeyAfter(values.text(right)?)),
        (false, "key", "=") => Ok(Condition::KeyIs(values.text(right)?)),
        (false, "updated_at", ">=") => Ok(Condition::UpdatedSince(at(right)?)),
        (true, "timestamp", ">=") => Ok(Condition::Since(at(right)?)),
        (true, "timestamp", "<") => Ok(Condition::Until(at(right)?)),
        (true, left, ">") => Ok(Condition::CompanyAfter(company(left).ok_or_else(refused)?, values.text(right)?)),
        (true, left, "=") => Ok(Condition::CompanyIs(company(left).ok_or_else(refused)?, values.text(right)?)),
        _ => Err(refused()),
    }
}

fn company(text: &str) -> Option<Company> {
    if text == DOMAIN {
        return Some(Company::Domain);
    }
    text.strip_prefix("$group_")?.parse().ok().filter(|index| (0..5).contains(index)).map(Company::Group)
}

impl Values<'_> {
    fn get(&self, placeholder: &str) -> Result<&Value, String> {
        let name = placeholder.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let name = name.ok_or_else(|| format!("Syntax error at {placeholder}"))?;
        self.0.get(name).ok_or_else(|| format!("Unresolved placeholder: {{{name}}}"))
    }

    fn text(&self, placeholder: &str) -> Result<String, String> {
        self.get(placeholder)?.as_str().map(str::to_owned).ok_or_else(|| format!("{placeholder} is no text"))
    }

    fn day(&self, placeholder: &str) -> Result<NaiveDate, String> {
        self.text(placeholder)?.parse().map_err(|_| format!("Cannot parse {placeholder} as a date"))
    }
}

/// Splits where the separator stands outside of brackets.
fn split<'a>(text: &'a str, separator: &str) -> Vec<&'a str> {
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_i32);
    for (at, letter) in text.char_indices() {
        match letter {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ if depth == 0 && at >= start && text[at..].starts_with(separator) => {
                parts.push(&text[start..at]);
                start = at + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

fn time(text: &str) -> Result<NaiveDateTime, String> {
    let written = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok();
    written
        .or_else(|| DateTime::parse_from_rfc3339(text).ok().map(|at| at.naive_utc()))
        .ok_or_else(|| "Cannot parse a value as a time".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_list_is_split_outside_of_its_brackets_only() {
        assert_eq!(split("a(b, c), d, e[f, g]", ", "), ["a(b, c)", "d", "e[f, g]"]);
        assert_eq!(split("a IN (b AND c) AND d", " AND "), ["a IN (b AND c)", "d"]);
        assert_eq!(split("", ", "), [""]);
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(columns in "[ -~é]{0,40}", conditions in "[ -~é]{0,60}", limit in "[ -~]{0,9}") {
            let values = json!({"a": "b"}).as_object().cloned().unwrap_or_default();
            for rest in ["groups WHERE key > {a} ORDER BY key", "events WHERE x GROUP BY company_key, on_day ORDER BY company_key, on_day"] {
                let text = format!("SELECT {columns} FROM {} LIMIT {limit}", rest.replace('x', &conditions));
                let _ = Query::parse(&text, &values);
                let _ = Query::parse(&conditions, &values);
            }
        }
    }
}
