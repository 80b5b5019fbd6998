//! Deliveries of GitHub: the signature over the body, and which release an event is about.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::RELEASES;
use super::wire::Event;
use crate::sources::{ChangedItem, Delivered, Delivery, Refused};

/// What a delivery that `secret` signed says. GitHub signs no time; a delivery that comes again has the same identifier.
pub(super) fn read(secret: Option<&str>, delivery: &Delivery<'_>) -> Result<Delivered, Refused> {
    let secret = secret.filter(|secret| !secret.is_empty()).ok_or(Refused::NoSecret)?;
    let header = |name: &str| delivery.headers.get(name).map(String::as_str);
    if !is_signed(secret, delivery.body, header("x-hub-signature-256").unwrap_or_default()) {
        return Err(Refused::Signature);
    }
    let id = header("x-github-delivery").filter(|id| !id.is_empty()).ok_or(Refused::Unreadable)?.to_owned();
    // The first delivery of a new webhook is a ping, and a webhook may be set to send more than releases.
    if header("x-github-event") != Some("release") {
        return Ok(Delivered { id, changed: Vec::new() });
    }
    let form = header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let payload = form.then(|| form_urlencoded::parse(delivery.body).find(|(name, _)| name == "payload")).flatten();
    let body = payload.as_ref().map_or(delivery.body, |(_, payload)| payload.as_bytes());
    let event: Event = serde_json::from_slice(body).map_err(|_| Refused::Unreadable)?;
    let release = event.release.ok_or(Refused::Unreadable)?;
    let changed = vec![ChangedItem { stream: RELEASES.name.to_owned(), id: release.id.to_string() }];
    Ok(Delivered { id, changed })
}

/// Whether `signature` (`sha256=…`) is that of `body`. Compared in constant time.
fn is_signed(secret: &str, body: &[u8], signature: &str) -> bool {
    let Some(digest) = signature.strip_prefix("sha256=").and_then(|digest| hex::decode(digest).ok()) else {
        return false;
    };
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return false };
    mac.update(body);
    mac.verify_slice(&digest).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_of_the_documentation_is_taken() {
        let digest = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
        let (secret, body) = ("It's a Secret to Everybody", b"Hello, World!");
        assert!(is_signed(secret, body, &format!("sha256={digest}")));
        for wrong in
            [digest.to_owned(), format!("sha1={digest}"), "sha256=".to_owned(), format!("sha256={}", &digest[2..])]
        {
            assert!(!is_signed(secret, body, &wrong), "{wrong}");
        }
        assert!(!is_signed("another", body, &format!("sha256={digest}")));
        assert!(!is_signed(secret, b"Hello, World?", &format!("sha256={digest}")));
    }
}
