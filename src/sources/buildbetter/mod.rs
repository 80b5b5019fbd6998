//! BuildBetter: companies, people, calls with what was said, and signals.
//!
//! It is asked in GraphQL, page by page after the last (time, identifier). What changed is known by `updated_at`; signals
//! have only the time they were made, and nothing says what was deleted for good, so once a week everything is read again.
//! Failures come with status 200.

mod map;
mod query;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeSet;

use async_trait::async_trait;
use chrono::{Duration, SecondsFormat};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use self::map::Ours;
use self::query::Form;
use self::wire::{Answer, Failure, id};
use super::http::Caller;
use super::{
    Access, Deletions, Found, Item, MissingScope, Next, Page, Preflight, Setting, Source, SourceError, Stream,
};
use crate::domain::connection::Vendor;
use crate::domain::time::{Moment, Zone, parse_instant};

/// Where BuildBetter answers.
const BASE: &str = "https://api.buildbetter.app";
/// Days between two passes over everything.
const WHOLE_EVERY: i64 = 7;
/// Minutes that are read again: what was being written when the last pass read may have an earlier time.
const OVERLAP: i64 = 10;

pub(super) const SETTINGS: &[Setting] = &[
    Setting { name: "team_persona", means: "the persona of your own people; Team Member if left out", required: false },
    Setting { name: "internal", means: "domains of your own people: acme.com, acme.dev", required: false },
    Setting {
        name: "address",
        means: "where BuildBetter's API is, if not at https://api.buildbetter.app",
        required: false,
    },
];

const STREAMS: [Stream; 4] = [
    Stream { name: "companies", deletions: Deletions::Unmet },
    Stream { name: "people", deletions: Deletions::Unmet },
    Stream { name: "calls", deletions: Deletions::Unmet },
    Stream { name: "signals", deletions: Deletions::Unmet },
];

/// A workspace of BuildBetter.
struct BuildBetter {
    caller: Caller,
    access: Access,
    ours: Ours,
    /// Objects of a page, where it is not what is usual for the stream.
    page: Option<usize>,
}

/// Where a pass over a stream stands.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Cursor {
    /// The newest time that was met.
    newest: Option<String>,
    /// When the last pass over everything began.
    whole_at: Option<Moment>,
    /// Fields that this key is not shown.
    without: BTreeSet<String>,
    /// How the pass goes on; none between two.
    pass: Option<Pass>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Pass {
    whole: bool,
    /// From which time on; everything without one.
    since: Option<String>,
    /// The last object that was met.
    after: Option<(String, Value)>,
}

/// Why a request brought no data.
enum Fault {
    /// The type has no such field for this key.
    NoField {
        field: String,
        of: String,
    },
    Other(SourceError),
}

pub(super) fn open(access: Access, client: reqwest::Client) -> Result<Box<dyn Source>, String> {
    BuildBetter::open(access, client).map(|source| Box::new(source) as Box<dyn Source>)
}

impl BuildBetter {
    fn open(access: Access, client: reqwest::Client) -> Result<Self, String> {
        let mut key =
            HeaderValue::from_str(access.key.trim()).map_err(|_| "the key holds signs that no BuildBetter key has")?;
        key.set_sensitive(true);
        let headers = HeaderMap::from_iter([(HeaderName::from_static("x-buildbetter-api-key"), key)]);
        let base = access.setting("address").unwrap_or(BASE);
        let caller = Caller::new(client, Vendor::BuildBetter, base, headers, message);
        let domains = access.setting("internal").unwrap_or_default().split(',');
        let domains = domains.map(|domain| domain.trim().trim_start_matches('@').to_lowercase());
        let ours = Ours {
            persona: access.setting("team_persona").unwrap_or("Team Member").to_owned(),
            domains: domains.filter(|domain| !domain.is_empty()).collect(),
        };
        Ok(Self { caller, access, ours, page: None })
    }

    async fn ask(&self, request: &Value) -> Result<Map<String, Value>, Fault> {
        let reply = self.caller.call(self.caller.post("/v1/graphql").json(request)).await.map_err(Fault::Other)?;
        let answer: Answer = reply.json().map_err(Fault::Other)?;
        if let Some(failure) = answer.errors.first() {
            return Err(fault(failure));
        }
        let none = || Fault::Other(SourceError::Malformed("BuildBetter sent neither data nor a failure".to_owned()));
        answer.data.ok_or_else(none)
    }

    /// Objects that `filter` takes. Fields the key is not shown are left out, and remembered.
    async fn list(
        &self,
        form: &Form,
        filter: &Value,
        limit: usize,
        without: &mut BTreeSet<String>,
    ) -> Result<Vec<Value>, SourceError> {
        loop {
            match self.ask(&form.request(filter, limit, without)).await {
                Ok(mut data) => match data.remove(form.of) {
                    Some(Value::Array(objects)) => return Ok(objects),
                    _ => return Err(SourceError::Malformed(format!("BuildBetter sent no list of {}", form.stream))),
                },
                Err(Fault::NoField { field, .. }) if form.can_do_without(&field) && !without.contains(&field) => {
                    without.insert(field);
                }
                Err(fault) => return Err(said(fault)),
            }
        }
    }

    async fn read(&self, form: &Form, mut cursor: Cursor, now: Moment) -> Result<Page, SourceError> {
        let pass = cursor.pass.take().unwrap_or_else(|| begin(&mut cursor, now));
        let limit = self.page.unwrap_or(form.page);
        let objects = self.list(form, &filter(form, &pass), limit, &mut cursor.without).await?;
        let full = objects.len() >= limit;
        let mut page = Page::default();
        let mut after = None;
        for raw in objects {
            let of = id(&raw["id"]).zip(raw[form.time].as_str().map(str::to_owned));
            let Some((own, time)) = of else {
                let what = format!("BuildBetter sent one of its {} without identifier or time", form.stream);
                return Err(SourceError::Malformed(what));
            };
            after = Some((time, raw["id"].clone()));
            if raw["deleted_at"].is_null() {
                page.items.push(Item { id: own, raw });
            } else {
                page.gone.push(own);
            }
        }
        if let Some((time, _)) = &after {
            // A pass over everything may end before what an earlier one met.
            cursor.newest = Some(later(cursor.newest.take(), time));
        }
        let whole = pass.whole;
        // A role may show fewer at once than are asked for, so a pass that says what is no more goes on until nothing comes.
        page.next = if after.is_some() && (full || whole) {
            cursor.pass = Some(Pass { after, ..pass });
            Next::More(written(&cursor))
        } else {
            Next::Done { cursor: written(&cursor), whole }
        };
        Ok(page)
    }
}

#[async_trait]
impl Source for BuildBetter {
    fn vendor(&self) -> Vendor {
        Vendor::BuildBetter
    }

    fn streams(&self) -> &'static [Stream] {
        &STREAMS
    }

    async fn preflight(&self) -> Result<Preflight, SourceError> {
        match self.ask(&query::introspection()).await {
            Ok(types) => Ok(Preflight { of: None, missing: missing(&types) }),
            Err(Fault::Other(
                error @ (SourceError::Unauthorized(_) | SourceError::Unavailable(_) | SourceError::RateLimited { .. }),
            )) => Err(error),
            // What there is can be kept from a key; whether it is taken can be seen in any case.
            Err(_) => match self.ask(&query::probe()).await {
                Ok(_) => Ok(Preflight::default()),
                Err(fault) => Err(said(fault)),
            },
        }
    }

    async fn page(&self, stream: &Stream, cursor: Option<&Value>, now: Moment) -> Result<Page, SourceError> {
        let cursor = match cursor.filter(|cursor| !cursor.is_null()) {
            Some(cursor) => Cursor::deserialize(cursor).map_err(|_| {
                SourceError::Malformed("the place where the last pass ended cannot be read; read it anew".to_owned())
            })?,
            None => Cursor::default(),
        };
        self.read(form(stream)?, cursor, now).await
    }

    async fn item(&self, stream: &Stream, id: &str) -> Result<Option<Item>, SourceError> {
        let own = id.parse::<i64>().map_or_else(|_| json!(id), |number| json!(number));
        let filter = json!({"id": {"_eq": own}});
        let objects = self.list(form(stream)?, &filter, 1, &mut BTreeSet::new()).await?;
        let there = objects.into_iter().find(|raw| raw["deleted_at"].is_null());
        Ok(there.map(|raw| Item { id: id.to_owned(), raw }))
    }

    fn map(&self, stream: &Stream, item: &Item) -> Result<Vec<Found>, String> {
        match stream.name {
            "companies" => map::company(&self.ours, &item.raw),
            "people" => map::person(&self.ours, &item.raw),
            "calls" => map::call(&self.access, &self.ours, &item.raw),
            _ => map::signal(&self.access, &self.ours, &item.raw),
        }
    }
}

/// How a pass begins: over everything once a week, else over what is new.
fn begin(cursor: &mut Cursor, now: Moment) -> Pass {
    let whole = cursor.whole_at.is_none_or(|at| now - at >= Duration::days(WHOLE_EVERY));
    if whole {
        cursor.whole_at = Some(now);
        // The role of the key may have become another.
        cursor.without.clear();
    }
    let newest = cursor.newest.as_deref().filter(|_| !whole);
    let since = newest.and_then(|newest| parse_instant(newest, Zone::UTC).ok());
    let since =
        since.map(|since| (since - Duration::minutes(OVERLAP)).utc().to_rfc3339_opts(SecondsFormat::Micros, false));
    Pass { whole, since, after: None }
}

fn filter(form: &Form, pass: &Pass) -> Value {
    let time = form.time;
    if let Some((at, id)) = &pass.after {
        return json!({"_or": [{time: {"_gt": at}}, {time: {"_eq": at}, "id": {"_gt": id}}]});
    }
    match &pass.since {
        Some(since) => json!({time: {"_gte": since}}),
        None => json!({}),
    }
}

/// The later of two times.
fn later(known: Option<String>, time: &str) -> String {
    let at = |text: &str| parse_instant(text, Zone::UTC).ok();
    match known {
        Some(known) if at(&known) > at(time) => known,
        _ => time.to_owned(),
    }
}

/// What the types a key is shown lack, with what that costs.
fn missing(types: &Map<String, Value>) -> Vec<MissingScope> {
    let costs = [
        ("company", "which companies there are"),
        ("person", "people at customers"),
        ("interview", "calls and who took part in them"),
        ("extraction", "signals"),
    ];
    let lost = |scope: &str, costs: &str| MissingScope { scope: scope.to_owned(), costs: costs.to_owned() };
    let mut missing: Vec<MissingScope> = costs
        .iter()
        .filter(|(of, _)| types.get(*of).is_none_or(Value::is_null))
        .map(|(of, costs)| lost(of, costs))
        .collect();
    let fields = types.get("interview").and_then(|interview| interview["fields"].as_array());
    let has = |fields: &Vec<Value>, name: &str| fields.iter().any(|field| field["name"] == name);
    if fields.is_some_and(|fields| !has(fields, "monologues") && !has(fields, "sentences")) {
        missing.push(lost("interview.monologues", "what was said in calls"));
    }
    missing
}

/// What a failure means: a key that is not taken, a field that is not there, or something else.
fn fault(failure: &Failure) -> Fault {
    let message = &failure.message;
    let refused = message.to_lowercase().contains("unauthorized")
        || ["access-denied", "invalid-jwt", "invalid-headers"].contains(&failure.extensions.code.as_str());
    if refused {
        return Fault::Other(SourceError::Unauthorized("BuildBetter does not take the key".to_owned()));
    }
    match no_field(message) {
        Some((field, of)) => Fault::NoField { field: field.to_owned(), of: of.to_owned() },
        None => {
            // What a database says may hold what it was asked with, so only its kind is repeated.
            let code = Some(failure.extensions.code.as_str()).filter(|code| !code.is_empty()).unwrap_or("no code");
            Fault::Other(SourceError::Refused(format!("BuildBetter refused the query ({code})")))
        }
    }
}

/// The field and the type out of `field 'x' not found in type: 'y'`.
fn no_field(message: &str) -> Option<(&str, &str)> {
    let (_, rest) = message.split_once("field '")?;
    let (field, rest) = rest.split_once("' not found in type: '")?;
    Some((field, rest.split('\'').next().unwrap_or_default()))
}

fn said(fault: Fault) -> SourceError {
    match fault {
        Fault::NoField { field, of } => SourceError::Forbidden(format!(
            "the key is not shown {field} of {of} in BuildBetter; use a key with a wider role"
        )),
        Fault::Other(error) => error,
    }
}

fn form(stream: &Stream) -> Result<&'static Form, SourceError> {
    let form = query::FORMS.into_iter().find(|form| form.stream == stream.name);
    form.ok_or_else(|| SourceError::NotFound(format!("BuildBetter has no stream {}", stream.name)))
}

fn message(body: &Value) -> Option<String> {
    body.pointer("/errors/0/message").and_then(Value::as_str).map(str::to_owned)
}

fn written(cursor: &Cursor) -> Value {
    serde_json::to_value(cursor).unwrap_or_default()
}
