//! Payloads as signed HTTP requests.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;

use super::deliver::{Outcome, PATIENCE, Retry};
use super::engine::Engine;
use super::world::{Outgoing, Payload};

/// Slack's signature of a request body at a time.
fn signature(secret: &str, at: u64, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(format!("v0:{at}:{body}").as_bytes());
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

/// Sends a payload to the app and waits as long as Slack does.
pub async fn send(engine: &Arc<Engine>, base: &str, outgoing: &Outgoing, retry: Retry) -> Outcome {
    let due = engine.clock.now() + PATIENCE;
    let secret = engine.with(|world| world.app.signing_secret.clone());
    let (kind, body) = encoded(outgoing);
    // The machine's own time: the app compares it with its own clock, which nobody sets ahead.
    let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let address = format!("{}{}", base.trim_end_matches('/'), outgoing.payload.path());
    let mut request = engine
        .http
        .post(address)
        .header("content-type", kind)
        .header("user-agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
        .header("x-slack-request-timestamp", at.to_string())
        .header("x-slack-signature", signature(&secret, at, &body));
    if let Some((count, reason)) = retry {
        request = request.header("x-slack-retry-num", count.to_string()).header("x-slack-retry-reason", reason);
    }
    tokio::select! {
        outcome = answered(request.body(body)) => outcome,
        () = engine.clock.sleep_until(due) => Outcome::failed("http_timeout"),
    }
}

async fn answered(request: reqwest::RequestBuilder) -> Outcome {
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) if error.is_redirect() => return Outcome::failed("too_many_redirects"),
        Err(_) => return Outcome::failed("connection_failed"),
    };
    let status = response.status();
    if !status.is_success() {
        let last = response.headers().get("x-slack-no-retry").is_some_and(|value| value == "1");
        return Outcome::Failed { status: status.as_u16(), reason: "http_error", last };
    }
    let Ok(text) = response.text().await else { return Outcome::failed("connection_failed") };
    let body = match serde_json::from_str(&text) {
        Ok(value) => value,
        Err(_) if text.trim().is_empty() => Value::Null,
        Err(_) => Value::String(text),
    };
    Outcome::Acknowledged { status: status.as_u16(), body }
}

fn encoded(outgoing: &Outgoing) -> (&'static str, String) {
    const FORM: &str = "application/x-www-form-urlencoded";
    let mut form = form_urlencoded::Serializer::new(String::new());
    match outgoing.payload {
        Payload::Event => ("application/json", outgoing.body.to_string()),
        Payload::Interaction | Payload::Options => {
            (FORM, form.append_pair("payload", &outgoing.body.to_string()).finish())
        }
        Payload::Command => {
            for (name, value) in outgoing.body.as_object().into_iter().flatten() {
                form.append_pair(name, value.as_str().unwrap_or_default());
            }
            (FORM, form.finish())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_signed_as_slack_documents() {
        let body = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
        let signed = signature("8f742231b10e8888abcd99yyyzzz85a5", 1_531_420_618, body);
        assert_eq!(signed, "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503");
    }
}
