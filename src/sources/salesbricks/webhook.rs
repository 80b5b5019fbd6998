//! Webhook deliveries of Salesbricks: signed with the API token over the body, without a time.
//!
//! The header of the signature has the name of the one that carries the key in requests. Nothing tells one delivery from
//! another but its body, so its digest is the identifier: the same delivery again is known by it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256, Sha512};

use super::SUBSCRIPTIONS;
use crate::sources::{ChangedItem, Delivered, Delivery, Refused};

/// The header, in small letters.
const HEADER: &str = "x-salesbricks-key";
/// Where a body names a subscription; the first name is the older one.
const NAMES: [&str; 2] = ["chain_id", "subscription_id"];
/// How deep a name is looked for: a payment holds an invoice that holds an order.
const DEPTH: usize = 5;

/// What a delivery says has changed.
pub(super) fn delivery(key: &str, delivery: &Delivery<'_>) -> Result<Delivered, Refused> {
    let key = Some(key.trim()).filter(|key| !key.is_empty()).ok_or(Refused::NoSecret)?;
    let header = delivery.headers.get(HEADER).ok_or(Refused::Signature)?;
    let signature = STANDARD.decode(header.trim()).map_err(|_| Refused::Signature)?;
    let mac = mac(key, delivery.body).ok_or(Refused::NoSecret)?;
    mac.verify_slice(&signature).map_err(|_| Refused::Signature)?;
    let body: Value = serde_json::from_slice(delivery.body).map_err(|_| Refused::Unreadable)?;
    if !body.is_object() {
        return Err(Refused::Unreadable);
    }
    let changed = subscription(&body, DEPTH)
        .map(|id| ChangedItem { stream: SUBSCRIPTIONS.to_owned(), id: id.to_owned() })
        .into_iter()
        .collect();
    Ok(Delivered { id: hex::encode(Sha256::digest(delivery.body)), changed })
}

/// The subscription a body is about.
fn subscription(body: &Value, depth: usize) -> Option<&str> {
    let fields = body.as_object()?;
    let own = NAMES.iter().find_map(|name| fields.get(*name)?.as_str()).filter(|id| !id.is_empty());
    own.or_else(|| {
        let below = depth.checked_sub(1)?;
        fields.values().find_map(|value| subscription(value, below))
    })
}

fn mac(key: &str, body: &[u8]) -> Option<Hmac<Sha512>> {
    let mut mac = Hmac::<Sha512>::new_from_slice(key.as_bytes()).ok()?;
    mac.update(body);
    Some(mac)
}

/// The signature Salesbricks sends with a body: what the double signs with.
pub(in crate::sources) fn signature(key: &str, body: &[u8]) -> String {
    mac(key, body).map(|mac| STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default()
}
