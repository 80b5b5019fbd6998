//! What all doubles share: objects in tables, the key they ask for, and what goes wrong on demand.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Double;
use super::grants::Grants;
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

/// The objects of a double, by table and identifier.
#[derive(Clone, Debug, Default)]
pub struct Tables(BTreeMap<String, BTreeMap<String, Value>>);

impl Tables {
    /// Puts an object into a table.
    pub fn put(&mut self, table: &str, id: impl Into<String>, object: Value) {
        self.0.entry(table.to_owned()).or_default().insert(id.into(), object);
    }

    /// An object.
    #[must_use]
    pub fn get(&self, table: &str, id: &str) -> Option<&Value> {
        self.0.get(table)?.get(id)
    }

    /// An object, to change it.
    pub fn get_mut(&mut self, table: &str, id: &str) -> Option<&mut Value> {
        self.0.get_mut(table)?.get_mut(id)
    }

    /// Takes an object away.
    pub fn remove(&mut self, table: &str, id: &str) -> Option<Value> {
        self.0.get_mut(table)?.remove(id)
    }

    /// The objects of a table, by identifier.
    pub fn all(&self, table: &str) -> impl DoubleEndedIterator<Item = (&str, &Value)> {
        self.0.get(table).into_iter().flatten().map(|(id, object)| (id.as_str(), object))
    }

    /// The tables, each with the number of its objects.
    pub fn counts(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().map(|(table, objects)| (table.as_str(), objects.len()))
    }
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Created,
    /// It is another.
    Updated,
    /// It is gone.
    Deleted,
}

/// Something that goes wrong with the next request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum Fault {
    /// Status 429, with how long to wait as its system says that.
    RateLimited {
        /// Seconds to wait.
        after: u64,
    },
    /// Status 500.
    ServerError,
    /// Status 401, as after the key was revoked.
    Revoked,
    /// The answer breaks off in its middle.
    Cut,
    /// The answer is no JSON.
    Garbled,
}

/// A webhook delivery a double sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// The headers, the signature among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// The double of one system.
pub struct Desk {
    double: &'static Double,
    base: String,
    key: String,
    secret: String,
    now: Mutex<Moment>,
    tables: Mutex<Tables>,
    faults: Mutex<VecDeque<Fault>>,
    /// Codes and tokens that were given out and not revoked.
    grants: Mutex<Grants>,
    /// Where webhook deliveries go.
    hook: Mutex<Option<String>>,
    requests: AtomicU64,
}

impl Desk {
    pub(super) fn new(double: &'static Double, base: String, tables: Tables, now: Moment) -> Self {
        Self {
            double,
            base,
            // Fixed, so that a connection to it survives a restart of it.
            key: format!("local-{}-key", double.vendor),
            secret: format!("local-{}-webhook-secret", double.vendor),
            now: Mutex::new(now),
            tables: Mutex::new(tables),
            faults: Mutex::default(),
            grants: Mutex::default(),
            hook: Mutex::default(),
            requests: AtomicU64::default(),
        }
    }

    /// Which system it stands for.
    #[must_use]
    pub fn vendor(&self) -> Vendor {
        self.double.vendor
    }

    /// Its address, without a slash at the end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The key it takes.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// What it signs webhook deliveries with.
    #[must_use]
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// What a connection to it has to know besides the key; its address among them.
    #[must_use]
    pub fn settings(&self) -> BTreeMap<String, String> {
        let own =
            self.double.settings.iter().map(|(name, value)| ((*name).to_owned(), value.replace("{base}", &self.base)));
        own.chain([("address".to_owned(), self.base.clone())]).collect()
    }

    /// The client id of the app that is registered with it.
    #[must_use]
    pub fn client_id(&self) -> String {
        format!("local-{}-client", self.vendor())
    }

    /// The client secret of that app.
    #[must_use]
    pub fn client_secret(&self) -> String {
        format!("local-{}-client-secret", self.vendor())
    }

    /// Whether requests with this key or token are let in.
    #[must_use]
    pub fn takes(&self, token: &str) -> bool {
        token == self.key || self.grants().takes(token, self.now())
    }

    /// Gives out an access token that does not end by itself.
    #[must_use]
    pub fn mint(&self) -> String {
        self.grants().access(self.vendor(), None)
    }

    /// Takes no code and no token any more that was given out so far.
    pub fn revoke_tokens(&self) {
        *self.grants() = Grants::default();
    }

    /// Codes and tokens that were given out.
    pub(super) fn grants(&self) -> MutexGuard<'_, Grants> {
        locked(&self.grants)
    }

    /// The present, as it has it.
    #[must_use]
    pub fn now(&self) -> Moment {
        *locked(&self.now)
    }

    /// Moves its clock.
    pub fn set_now(&self, now: Moment) {
        *locked(&self.now) = now;
    }

    /// Its objects.
    pub fn tables(&self) -> MutexGuard<'_, Tables> {
        locked(&self.tables)
    }

    /// How many requests came in.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.requests.load(Ordering::Relaxed)
    }

    /// Lets something go wrong with each of the next `times` requests.
    pub fn fail(&self, fault: Fault, times: usize) {
        locked(&self.faults).extend(std::iter::repeat_n(fault, times));
    }

    /// Has webhook deliveries sent to this address from now on; to none without one.
    pub fn deliver_to(&self, address: Option<String>) {
        *locked(&self.hook) = address;
    }

    /// Where webhook deliveries go.
    #[must_use]
    pub fn hook(&self) -> Option<String> {
        locked(&self.hook).clone()
    }

    /// Lays `patch` over an object, or makes it, and gives the deliveries of that.
    pub fn change(&self, table: &str, id: &str, patch: &Value) -> Vec<Outgoing> {
        let now = self.now();
        let change = {
            let mut tables = self.tables();
            let known = tables.get(table, id).is_some();
            let mut object = tables.remove(table, id).unwrap_or_else(|| Value::Object(serde_json::Map::new()));
            lay_over(&mut object, patch);
            (self.double.touch)(table, &mut object, now);
            tables.put(table, id, object);
            if known { Change::Updated } else { Change::Created }
        };
        (self.double.outgoing)(self, table, id, change)
    }

    /// Takes an object away, and gives the deliveries of that.
    pub fn delete(&self, table: &str, id: &str) -> Vec<Outgoing> {
        let gone = self.tables().remove(table, id);
        if gone.is_none() {
            return Vec::new();
        }
        (self.double.outgoing)(self, table, id, Change::Deleted)
    }
}

/// Status 429 with the seconds to wait in `Retry-After`, as most systems say it.
pub(in crate::sources::emulator) fn limited_in_seconds(after: u64) -> Response {
    (StatusCode::TOO_MANY_REQUESTS, [("retry-after", after.to_string())], "").into_response()
}

/// A JSON merge patch (RFC 7396).
fn lay_over(object: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *object = patch.clone();
        return;
    };
    if !object.is_object() {
        *object = Value::Object(serde_json::Map::new());
    }
    let Value::Object(fields) = object else { return };
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(name);
        } else {
            lay_over(fields.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

/// Counts a request, and lets happen what is to go wrong with it.
pub(super) async fn meet(State(desk): State<Arc<Desk>>, request: Request, next: Next) -> Response {
    desk.requests.fetch_add(1, Ordering::Relaxed);
    let fault = locked(&desk.faults).pop_front();
    match fault {
        None => next.run(request).await,
        Some(Fault::RateLimited { after }) => (desk.double.limited)(after),
        Some(Fault::ServerError) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        Some(Fault::Revoked) => StatusCode::UNAUTHORIZED.into_response(),
        Some(Fault::Garbled) => "<html>maintenance</html>".into_response(),
        Some(Fault::Cut) => {
            let pieces = [Ok("{\"data\":["), Err(std::io::Error::other("cut"))];
            Response::new(Body::from_stream(futures::stream::iter(pieces)))
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
