//! Searches of the double of HubSpot, with the limits that are documented.

use std::cmp::Ordering;

use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::invalid;
use super::shown;
use crate::sources::emulator::Tables;
use crate::sources::figures;

/// Objects one search gives in all.
const MOST: usize = 10_000;

/// The body of a search.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Search {
    #[serde(default)]
    filter_groups: Vec<Group>,
    #[serde(default)]
    sorts: Vec<Sort>,
    #[serde(default)]
    properties: Vec<String>,
    limit: Option<usize>,
    after: Option<String>,
}

/// Filters that all have to fit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    filters: Vec<Filter>,
}

/// A filter.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Filter {
    property_name: String,
    operator: String,
    value: Option<String>,
    #[serde(default)]
    values: Vec<String>,
}

/// By what a search is sorted.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Sort {
    property_name: String,
    direction: String,
}

/// What a search finds.
pub(super) fn search(tables: &Tables, table: &str, body: &[u8]) -> Result<Value, Box<Response>> {
    let refused = |message: &str| Box::new(invalid(message));
    let search: Search =
        serde_json::from_slice(body).map_err(|error| refused(&format!("the body cannot be read: {error}")))?;
    let limit = search.limit.unwrap_or(10);
    if limit == 0 || limit > 200 {
        return Err(refused("The limit must be between 1 and 200."));
    }
    let filters: usize = search.filter_groups.iter().map(|group| group.filters.len()).sum();
    if search.filter_groups.len() > 5
        || filters > 18
        || search.filter_groups.iter().any(|group| group.filters.len() > 6)
    {
        return Err(refused("There are too many filters."));
    }
    if search.sorts.len() > 1 {
        return Err(refused("A search is sorted by one property."));
    }
    let after =
        search.after.as_deref().map_or(Ok(0), str::parse::<usize>).map_err(|_| refused("after is no number"))?;
    if after + limit > MOST {
        return Err(refused("A search cannot give more than 10,000 objects."));
    }
    let mut found: Vec<(&str, &Value)> = Vec::new();
    for (id, object) in tables.all(table) {
        if fits(&search, id, object).map_err(|message| refused(&message))? {
            found.push((id, object));
        }
    }
    if let Some(sort) = search.sorts.first() {
        let descending = match sort.direction.as_str() {
            "ASCENDING" => false,
            "DESCENDING" => true,
            _ => return Err(refused("The direction is ASCENDING or DESCENDING.")),
        };
        found.sort_by_cached_key(|(id, object)| (of(&sort.property_name, id, object), number(id)));
        if descending {
            found.reverse();
        }
    }
    let total = found.len();
    let page = found.into_iter().skip(after).take(limit);
    let results: Vec<Value> = page.map(|(id, object)| shown(table, id, object, &search.properties)).collect();
    let mut answer = json!({"total": total, "results": results});
    if after + limit < total {
        answer["paging"] = json!({"next": {"after": (after + limit).to_string()}});
    }
    Ok(answer)
}

fn fits(search: &Search, id: &str, object: &Value) -> Result<bool, String> {
    if search.filter_groups.is_empty() {
        return Ok(true);
    }
    let mut any = false;
    for group in &search.filter_groups {
        let mut all = true;
        for filter in &group.filters {
            all &= holds(filter, id, object)?;
        }
        any |= all;
    }
    Ok(any)
}

fn holds(filter: &Filter, id: &str, object: &Value) -> Result<bool, String> {
    let has = filter.property_name == "hs_object_id" || object["properties"][&filter.property_name].is_string();
    let value = filter.value.as_deref();
    let compared = |wanted: Option<&str>| -> Result<Ordering, String> {
        let wanted = wanted.ok_or_else(|| format!("{} needs a value", filter.operator))?;
        Ok(of(&filter.property_name, id, object).cmp(&read(&filter.property_name, wanted)?))
    };
    Ok(match filter.operator.as_str() {
        "HAS_PROPERTY" => has,
        "EQ" => compared(value)? == Ordering::Equal && has,
        "GT" => compared(value)? == Ordering::Greater && has,
        "GTE" => compared(value)? != Ordering::Less && has,
        "LT" => compared(value)? == Ordering::Less && has,
        "LTE" => compared(value)? != Ordering::Greater && has,
        "IN" => {
            if filter.values.is_empty() {
                return Err("IN needs values".to_owned());
            }
            filter.values.iter().any(|value| object["properties"][&filter.property_name] == value.as_str())
        }
        other => return Err(format!("{other} is no operator the double knows")),
    })
}

/// A value as it is compared: a time and an identifier by their number, anything else as text.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Compared {
    Number(i64),
    Text(String),
}

fn of(property: &str, id: &str, object: &Value) -> Compared {
    if property == "hs_object_id" {
        return Compared::Number(number(id));
    }
    let text = object["properties"][property].as_str().unwrap_or_default();
    read(property, text).unwrap_or(Compared::Text(text.to_lowercase()))
}

fn read(property: &str, text: &str) -> Result<Compared, String> {
    match property {
        "hs_object_id" => Ok(Compared::Number(text.parse().map_err(|_| "an identifier is a number")?)),
        "hs_lastmodifieddate" | "lastmodifieddate" | "createdate" | "closedate" => {
            let at = figures::moment(text).ok_or_else(|| format!("{text} is no time"))?;
            Ok(Compared::Number(at.timestamp_millis()))
        }
        _ => Ok(Compared::Text(text.to_lowercase())),
    }
}

fn number(id: &str) -> i64 {
    id.parse().unwrap_or_default()
}
