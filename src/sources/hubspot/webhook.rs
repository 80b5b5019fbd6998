//! HubSpot's webhook deliveries, signed in the third version of its scheme: method, address, body and time together.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

use super::wire::Event;
use crate::domain::time::Moment;
use crate::sources::{ChangedItem, Delivered, Delivery, Refused};

/// How old a delivery may be, in milliseconds.
const OLDEST: u64 = 5 * 60 * 1000;
/// What HubSpot decodes in an address before it signs it.
const DECODED: [(&str, &str); 12] = [
    ("%3A", ":"),
    ("%2F", "/"),
    ("%3F", "?"),
    ("%40", "@"),
    ("%21", "!"),
    ("%24", "$"),
    ("%27", "'"),
    ("%28", "("),
    ("%29", ")"),
    ("%2A", "*"),
    ("%2C", ","),
    ("%3B", ";"),
];

/// Reads a delivery.
pub(super) fn read(delivery: &Delivery<'_>, secret: &str, now: Moment) -> Result<Delivered, Refused> {
    let header = |name: &str| delivery.headers.get(name).map(|value| value.trim()).ok_or(Refused::Signature);
    let signature = STANDARD.decode(header("x-hubspot-signature-v3")?).map_err(|_| Refused::Signature)?;
    let at = header("x-hubspot-request-timestamp")?;
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).map_err(|_| Refused::NoSecret)?;
    for part in [delivery.method.as_bytes(), decoded(delivery.address).as_bytes(), delivery.body, at.as_bytes()] {
        mac.update(part);
    }
    mac.verify_slice(&signature).map_err(|_| Refused::Signature)?;
    let at: i64 = at.parse().map_err(|_| Refused::Stale)?;
    if now.timestamp_millis().abs_diff(at) > OLDEST {
        return Err(Refused::Stale);
    }
    let events: Vec<Event> = serde_json::from_slice(delivery.body).map_err(|_| Refused::Unreadable)?;
    let mut changed: Vec<ChangedItem> = events.iter().flat_map(items).collect();
    changed.sort();
    changed.dedup();
    Ok(Delivered { id: name(&events), changed })
}

/// The address as HubSpot signs it.
fn decoded(address: &str) -> String {
    DECODED.iter().fold(address.to_owned(), |address, (code, letter)| {
        address.replace(code, letter).replace(&code.to_ascii_lowercase(), letter)
    })
}

/// What tells a delivery from others. HubSpot gives it none, and counts the attempts in the body: so it is the events.
fn name(events: &[Event]) -> String {
    let mut hash = Sha256::new();
    for event in events {
        hash.update(format!("{:?}/{:?}/{:?};", event.event_id, event.subscription_id, event.occurred_at));
    }
    hex::encode(hash.finalize())
}

/// The items an event says have changed.
fn items(event: &Event) -> Vec<ChangedItem> {
    let kind = event.subscription_type.as_deref().unwrap_or_default();
    let (object, what) = kind.split_once('.').unwrap_or_default();
    if what == "associationChange" {
        return associated(event);
    }
    let stream = match (object, event.object_type_id.as_deref()) {
        ("company", _) | ("object", Some("0-2")) => "companies",
        ("contact", _) | ("object", Some("0-1")) => "contacts",
        ("deal", _) | ("object", Some("0-3")) => "deals",
        _ => return Vec::new(),
    };
    let ids = [event.object_id, event.primary_object_id, event.new_object_id].into_iter().flatten();
    let ids = ids.chain(event.merged_object_ids.iter().copied());
    ids.map(|id| ChangedItem { stream: stream.to_owned(), id: id.to_string() }).collect()
}

/// The deal whose company changed.
fn associated(event: &Event) -> Vec<ChangedItem> {
    let kind = event.association_type.as_deref().unwrap_or_default();
    let deal = if kind.starts_with("DEAL_TO_COMPANY") {
        event.from_object_id
    } else if kind.starts_with("COMPANY_TO_DEAL") {
        event.to_object_id
    } else {
        None
    };
    deal.map(|id| ChangedItem { stream: "deals".to_owned(), id: id.to_string() }).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::{Value, json};

    use super::*;

    fn signed(at: i64) -> BTreeMap<String, String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(b"quill").unwrap();
        mac.update(format!("POSThttps://app.example/hooks?of=a/b[]{at}").as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        BTreeMap::from([
            ("x-hubspot-signature-v3".to_owned(), signature),
            ("x-hubspot-request-timestamp".to_owned(), at.to_string()),
        ])
    }

    fn read_at(headers: &BTreeMap<String, String>, address: &str, now: &str) -> Result<Delivered, Refused> {
        let delivery = Delivery { method: "POST", address, headers, body: b"[]" };
        read(&delivery, "quill", now.parse().unwrap())
    }

    #[test]
    fn an_address_is_signed_decoded_and_a_delivery_grows_old() {
        let at: Moment = "2026-06-15T12:00:00Z".parse().unwrap();
        let headers = signed(at.timestamp_millis());
        let address = "https://app.example/hooks?of=a%2Fb";
        assert!(read_at(&headers, address, "2026-06-15T12:04:59Z").is_ok());
        assert_eq!(read_at(&headers, address, "2026-06-15T12:05:01Z"), Err(Refused::Stale));
        assert_eq!(read_at(&headers, address, "2026-06-15T11:54:00Z"), Err(Refused::Stale));
        assert_eq!(read_at(&headers, "https://app.example/hooks", "2026-06-15T12:00:00Z"), Err(Refused::Signature));
    }

    #[test]
    fn a_signature_is_that_of_any_other_tool() {
        // printf 'POSThttps://app.example/h[]1781524800000' | openssl dgst -sha256 -hmac quill -binary | base64
        let headers = BTreeMap::from([
            ("x-hubspot-signature-v3".to_owned(), "9fwbyge8xewcMvGisgfl4lm/Z+sQ6rF3bJD/VXV1N64=".to_owned()),
            ("x-hubspot-request-timestamp".to_owned(), "1781524800000".to_owned()),
        ]);
        assert!(read_at(&headers, "https://app.example/h", "2026-06-15T12:00:00Z").is_ok());
    }

    #[test]
    fn events_of_both_generations_name_the_same_items() {
        let of = |event: Value| -> Vec<String> {
            let items = items(&serde_json::from_value(event).unwrap());
            items.into_iter().map(|item| format!("{}/{}", item.stream, item.id)).collect()
        };
        assert_eq!(of(json!({"subscriptionType": "company.propertyChange", "objectId": 7})), ["companies/7"]);
        assert_eq!(
            of(json!({"subscriptionType": "object.deletion", "objectTypeId": "0-3", "objectId": 8})),
            ["deals/8"]
        );
        let merge = json!({"subscriptionType": "company.merge", "primaryObjectId": 1, "mergedObjectIds": [2, 3]});
        assert_eq!(of(merge), ["companies/1", "companies/2", "companies/3"]);
        let moved = json!({"subscriptionType": "company.associationChange", "associationType": "COMPANY_TO_DEAL",
            "fromObjectId": 1, "toObjectId": 9});
        assert_eq!(of(moved), ["deals/9"]);
        assert_eq!(of(json!({"subscriptionType": "contact.creation", "objectId": 7})), ["contacts/7"]);
        assert!(of(json!({"subscriptionType": "ticket.creation", "objectId": 7})).is_empty());
        assert!(of(json!({})).is_empty());
    }
}
