//! Attio's webhook deliveries: signed, but without a time. They say which records changed, by identifiers only.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::catalog::Catalog;
use super::wire::{Event, Events};
use crate::sources::{ChangedItem, Delivered, Delivery, Refused};

/// The streams an event on a record may concern.
const OBJECTS: [&str; 3] = ["companies", "people", "deals"];

/// Reads a delivery.
pub(super) fn read(delivery: &Delivery<'_>, secret: &str, catalog: &mut Catalog) -> Result<Delivered, Refused> {
    let header = |name: &str| delivery.headers.get(name).map(|value| value.trim());
    let signature = header("attio-signature").or_else(|| header("x-attio-signature")).ok_or(Refused::Signature)?;
    let signature = hex::decode(signature).map_err(|_| Refused::Signature)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| Refused::NoSecret)?;
    mac.update(delivery.body);
    mac.verify_slice(&signature).map_err(|_| Refused::Signature)?;
    let events: Events = serde_json::from_slice(delivery.body).map_err(|_| Refused::Unreadable)?;
    for event in &events.events {
        if let (Some(into), Some(gone)) = (&event.id.record_id, &event.duplicate_record_id) {
            catalog.merged.entry(into.clone()).or_default().insert(gone.clone());
        }
    }
    let mut changed: Vec<ChangedItem> = events.events.iter().flat_map(|event| items(event, catalog)).collect();
    changed.sort();
    changed.dedup();
    let id = header("idempotency-key").filter(|key| !key.is_empty()).map(str::to_owned);
    let id = id.unwrap_or_else(|| hex::encode(Sha256::digest(delivery.body)));
    Ok(Delivered { id, changed })
}

/// The items an event says have changed.
fn items(event: &Event, catalog: &Catalog) -> Vec<ChangedItem> {
    let item = |stream: &str, id: &str| ChangedItem { stream: stream.to_owned(), id: id.to_owned() };
    if event.event_type.starts_with("note.") || event.event_type.starts_with("note-content.") {
        return event.id.note_id.iter().map(|id| item("notes", id)).collect();
    }
    if !event.event_type.starts_with("record.") {
        return Vec::new();
    }
    // A merge makes a new record of two, and there is a delivery for each of them: those are looked at too, which finds
    // them gone.
    let ids = event.id.record_id.iter().chain(&event.duplicate_record_id);
    let streams = streams(event.id.object_id.as_deref(), catalog);
    ids.flat_map(|id| streams.iter().map(|stream| item(stream, id))).collect()
}

/// The streams an object may be. Only its identifier is given, which each workspace has its own of: until a record of each
/// object was met, all that were not met may be meant.
fn streams(object: Option<&str>, catalog: &Catalog) -> Vec<&'static str> {
    match object.and_then(|object| catalog.objects.get(object)) {
        Some(stream) => vec![*stream],
        None => {
            let met: Vec<&str> = catalog.objects.values().copied().collect();
            OBJECTS.into_iter().filter(|stream| !met.contains(stream)).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn delivery<'a>(headers: &'a BTreeMap<String, String>, body: &'a [u8]) -> Delivery<'a> {
        Delivery { method: "POST", address: "https://app.example/hooks/1", headers, body }
    }

    #[test]
    fn a_signature_is_that_of_any_other_tool() {
        // printf '{"events":[]}' | openssl dgst -sha256 -hmac quill
        let signature = "632eac67aad57ebcb71d22a50065b4c6578b3f21bf928694eddc2a3f602c2c68";
        let headers = BTreeMap::from([("attio-signature".to_owned(), signature.to_owned())]);
        let read = read(&delivery(&headers, br#"{"events":[]}"#), "quill", &mut Catalog::default());
        assert!(read.is_ok_and(|delivered| delivered.changed.is_empty() && delivered.id.len() == 64));
    }

    #[test]
    fn an_object_that_is_not_known_may_be_any_that_was_not_met() {
        let mut catalog = Catalog::default();
        assert_eq!(streams(Some("o1"), &catalog), OBJECTS);
        catalog.objects.insert("o1".to_owned(), "deals");
        assert_eq!(streams(Some("o1"), &catalog), ["deals"]);
        assert_eq!(streams(Some("o2"), &catalog), ["companies", "people"]);
    }
}
