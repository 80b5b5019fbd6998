//! Webhook deliveries of Stripe: signed with a time, by one secret or, while it is being replaced, by two.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use sha2::Sha256;

use super::wire::Event;
use crate::domain::time::Moment;
use crate::sources::{Delivered, Delivery, Refused};

/// The header, in small letters.
const HEADER: &str = "stripe-signature";
/// How far the time of a signature may lie from the present.
const TOLERANCE: Duration = Duration::from_mins(5);

/// What a delivery says has changed.
pub(super) fn delivery(secret: Option<&str>, delivery: &Delivery<'_>, now: Moment) -> Result<Delivered, Refused> {
    let secret = secret.filter(|secret| !secret.is_empty()).ok_or(Refused::NoSecret)?;
    let header = delivery.headers.get(HEADER).ok_or(Refused::Signature)?;
    let signed = Signed::read(header).ok_or(Refused::Signature)?;
    if !signed.by(secret, delivery.body) {
        return Err(Refused::Signature);
    }
    // The time is part of what is signed, so it is believed only now.
    let distance = now.utc().timestamp().abs_diff(signed.at.parse().map_err(|_| Refused::Signature)?);
    if distance > TOLERANCE.as_secs() {
        return Err(Refused::Stale);
    }
    let event = Event::deserialize(&mut serde_json::Deserializer::from_slice(delivery.body))
        .map_err(|_| Refused::Unreadable)?;
    Ok(Delivered { changed: event.changed().into_iter().collect(), id: event.id })
}

/// A signature header: `t=<seconds>,v1=<hex>`, with any number of signatures.
struct Signed<'a> {
    at: &'a str,
    signatures: Vec<Vec<u8>>,
}

impl<'a> Signed<'a> {
    fn read(header: &'a str) -> Option<Self> {
        let (mut at, mut signatures) = (None, Vec::new());
        for part in header.split(',') {
            match part.trim().split_once('=') {
                Some(("t", text)) => at = Some(text),
                Some(("v1", text)) => signatures.extend(hex::decode(text).ok()),
                _ => {}
            }
        }
        Some(Self { at: at?, signatures })
    }

    /// Whether one of the signatures is of this secret. Compared in constant time.
    fn by(&self, secret: &str, body: &[u8]) -> bool {
        let Some(mac) = mac(secret, self.at, body) else { return false };
        self.signatures.iter().any(|signature| mac.clone().verify_slice(signature).is_ok())
    }
}

fn mac(secret: &str, at: &str, body: &[u8]) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(at.as_bytes());
    mac.update(b".");
    mac.update(body);
    Some(mac)
}

/// The header Stripe sends with a body: what the double signs with.
pub(in crate::sources) fn signature(secret: &str, at: Moment, body: &[u8]) -> String {
    let at = at.utc().timestamp().to_string();
    let signed = mac(secret, &at, body).map(|mac| hex::encode(mac.finalize().into_bytes())).unwrap_or_default();
    format!("t={at},v1={signed}")
}
