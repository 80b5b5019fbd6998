//! The double of Salesforce: an organisation with several currencies, its accounts, contacts and opportunities.

mod fill;
mod login;
mod refusal;
mod routes;
mod soql;

use axum::response::Response;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{Change, Desk, Double, Outgoing};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

/// The double.
pub(super) const DOUBLE: Double = Double {
    vendor: Vendor::Salesforce,
    fill: fill::fill,
    router: routes::router,
    touch,
    outgoing,
    limited,
    settings: &[
        ("client_id", CLIENT_ID),
        ("segment_field", "Segment__c"),
        ("seats_field", "Licensed_Seats__c"),
        ("primary_field", "Primary__c"),
        ("url_field", "Web_Address__c"),
    ],
};

/// The consumer key. The key of the double is the consumer secret.
const CLIENT_ID: &str = "local-salesforce-client";
/// Where the API lies, with its version.
const API: &str = "/services/data/v66.0";
/// The objects with records, and what their identifiers begin with.
const OBJECTS: [(&str, &str); 4] = [("Account", "001"), ("Contact", "003"), ("Opportunity", "006"), ("User", "005")];

/// An identifier as Salesforce has them, always the same for the same thing.
fn id(object: &str, of: &str) -> String {
    const LETTERS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const SUFFIXES: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    let begins = OBJECTS.iter().find(|(name, _)| *name == object).map_or("00D", |(_, begins)| begins);
    let hash = Sha256::digest(format!("{object}/{of}"));
    let own = hash.iter().take(12).map(|byte| char::from(LETTERS[usize::from(*byte) % LETTERS.len()]));
    let short: Vec<char> = begins.chars().chain(own).collect();
    // The last three letters say which of the others are capitals.
    let suffix = short.chunks(5).map(|part| {
        let capitals = part.iter().rev().fold(0, |bits, letter| bits << 1 | usize::from(letter.is_ascii_uppercase()));
        char::from(SUFFIXES[capitals % SUFFIXES.len()])
    });
    short.iter().copied().chain(suffix).collect()
}

/// An instant as Salesforce writes it.
fn instant(at: Moment) -> String {
    at.utc().format("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

/// Writes into a record that it changed.
fn touch(table: &str, object: &mut Value, at: Moment) {
    if let Some(fields) = object.as_object_mut().filter(|_| OBJECTS.iter().any(|(name, _)| *name == table)) {
        fields.insert("SystemModstamp".to_owned(), instant(at).into());
        fields.entry("IsDeleted").or_insert(false.into());
    }
}

/// Salesforce sends no deliveries. What is deleted goes to the bin, where queries for all records still find it.
fn outgoing(desk: &Desk, table: &str, id: &str, change: Change) -> Vec<Outgoing> {
    if change == Change::Deleted && OBJECTS.iter().any(|(name, _)| *name == table) {
        desk.tables().put(table, id, json!({"IsDeleted": true, "SystemModstamp": instant(desk.now())}));
    }
    Vec::new()
}

/// Salesforce counts the requests of a day, and refuses with status 403 when they are used up.
fn limited(_after: u64) -> Response {
    refusal::forbidden("REQUEST_LIMIT_EXCEEDED", "the requests of this day are used up")
}
