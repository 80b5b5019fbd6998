//! Lists: the newest first, page by page, with the filters each has. Whatever else is sent is refused.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::super::desk::Desk;
use super::{expand, named};

/// The most levels that are expanded, the list's `data` among them.
const MOST_LEVELS: usize = 4;
/// The most types of events that are asked for at once.
const MOST_TYPES: usize = 20;
/// How long events are kept, in seconds.
const EVENTS_KEPT: i64 = 30 * 24 * 3600;

type Query = [(String, String)];
/// A refusal; boxed, for it is large.
type Refusal = Box<Response>;

/// The parameters a list takes besides the page, `created` and what is expanded.
fn own(list: &str) -> &'static [&'static str] {
    match list {
        "customers" => &["email"],
        "subscriptions" => &["status", "customer", "price", "collection_method"],
        "subscription_items" => &["subscription"],
        "subscription_schedules" => &["customer", "scheduled"],
        "invoices" => &["status", "customer", "subscription", "collection_method", "due_date[gte]", "due_date[lte]"],
        "refunds" | "charges" => &["charge", "payment_intent", "customer"],
        "credit_notes" => &["customer", "invoice"],
        "products" => &["ids", "active"],
        "prices" => &["product", "active", "type"],
        "events" => &["type", "types", "delivery_success"],
        _ => &[],
    }
}

const OF_EVERY_LIST: [&str; 8] = [
    "limit",
    "starting_after",
    "ending_before",
    "expand",
    "created[gte]",
    "created[gt]",
    "created[lte]",
    "created[lt]",
];

/// What is to be expanded, where nothing is sent but what may be.
pub(super) fn expansions(query: &Query, taken: &[&str]) -> Result<Vec<String>, Refusal> {
    if let Some((name, _)) = query.iter().find(|(name, _)| !taken.contains(&name.as_str())) {
        return Err(bad(name, &format!("Received unknown parameter: {name}")));
    }
    let paths: Vec<String> = of(query, "expand").map(str::to_owned).collect();
    match paths.iter().find(|path| path.split('.').count() > MOST_LEVELS) {
        Some(_) => Err(bad("expand", "You cannot expand more than 4 levels of a property")),
        None => Ok(paths),
    }
}

#[expect(clippy::unnecessary_box_returns, reason = "a refusal is boxed wherever it is an error")]
fn bad(parameter: &str, message: &str) -> Refusal {
    Box::new(super::bad(parameter, message))
}

fn of<'a>(query: &'a Query, name: &'a str) -> impl Iterator<Item = &'a str> {
    query.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// A page of a list.
pub(super) fn page(desk: &Desk, list: &str, query: &Query) -> Result<Response, Refusal> {
    let taken: Vec<&str> = OF_EVERY_LIST.iter().chain(own(list)).copied().collect();
    let paths = expansions(query, &taken)?;
    let paths = below_data(&paths)?;
    let limit = match of(query, "limit").next().map(str::parse::<usize>) {
        None => 10,
        Some(Ok(limit)) if (1..=100).contains(&limit) => limit,
        Some(_) => return Err(bad("limit", "Invalid limit: must be between 1 and 100")),
    };
    if of(query, "types").count() > MOST_TYPES {
        return Err(bad("types", "Array exceeded maximum 20 allowed elements"));
    }
    let tables = desk.tables();
    let oldest = desk.now().utc().timestamp() - EVENTS_KEPT;
    let mut found: Vec<(&str, &Value)> = tables.all(list).collect();
    found.retain(|(_, object)| list != "events" || number(object, "created") >= oldest);
    for (name, value) in query {
        filter(&mut found, list, name, value)?;
    }
    one_of(&mut found, query, "types", "type");
    one_of(&mut found, query, "ids", "id");
    if list == "subscriptions" && of(query, "status").next().is_none() {
        found.retain(|(_, object)| object["status"] != json!("canceled"));
    }
    // Of the same second, the later identifier is the newer one.
    found.sort_by_key(|(id, object)| std::cmp::Reverse((number(object, "created"), *id)));
    if let Some(after) = of(query, "starting_after").next() {
        let Some(at) = found.iter().position(|(id, _)| *id == after) else {
            let object = named(list).map_or(list, |(object, _)| object);
            return Err(bad("starting_after", &format!("No such {object}: '{after}'")));
        };
        found.drain(..=at);
    }
    let more = found.len() > limit;
    let mut data: Vec<Value> = found.into_iter().take(limit).map(|(_, object)| object.clone()).collect();
    for object in &mut data {
        let expanded = expand::expand(object, &paths, &tables);
        expanded.map_err(|path| bad("expand", &format!("This property cannot be expanded ({path}).")))?;
    }
    Ok(Json(json!({"object": "list", "url": format!("/v1/{list}"), "has_more": more, "data": data})).into_response())
}

/// Paths within the objects of a list.
fn below_data(paths: &[String]) -> Result<Vec<String>, Refusal> {
    let below = |path: &String| path.strip_prefix("data.").map(str::to_owned);
    let below: Option<Vec<String>> = paths.iter().map(below).collect();
    below.ok_or_else(|| bad("expand", "This property cannot be expanded."))
}

fn filter(found: &mut Vec<(&str, &Value)>, list: &str, name: &str, value: &str) -> Result<(), Refusal> {
    if let Some((field, bound)) = name.strip_suffix(']').and_then(|name| name.split_once('[')) {
        let Ok(limit) = value.parse::<i64>() else { return Err(bad(name, "Invalid integer")) };
        found.retain(|(_, object)| {
            object[field].as_i64().is_some_and(|at| match bound {
                "gte" => at >= limit,
                "gt" => at > limit,
                "lte" => at <= limit,
                _ => at < limit,
            })
        });
        return Ok(());
    }
    match name {
        "status" if list == "subscriptions" && value == "all" => {}
        "status" | "customer" | "payment_intent" | "charge" | "invoice" | "email" | "type" | "subscription" => {
            found.retain(|(_, object)| object[name] == json!(value));
        }
        // These are looked at by themselves, some of them all at once.
        "types" | "ids" | "limit" | "starting_after" | "expand" => {}
        _ => return Err(bad(name, "This double does not know this filter")),
    }
    Ok(())
}

/// Keeps what has one of the values of a parameter that may be given several times.
fn one_of(found: &mut Vec<(&str, &Value)>, query: &Query, name: &str, field: &str) {
    let wanted: Vec<&str> = of(query, name).collect();
    found.retain(|(_, object)| wanted.is_empty() || object[field].as_str().is_some_and(|is| wanted.contains(&is)));
}

fn number(object: &Value, field: &str) -> i64 {
    object[field].as_i64().unwrap_or_default()
}
