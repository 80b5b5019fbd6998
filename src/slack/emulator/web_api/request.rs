//! A call as it comes over HTTP: JSON or a form, a query, a token in a header or among the arguments.

use axum::http::HeaderMap;
use serde_json::{Map, Value};

use super::super::methods::Args;

/// A call.
pub struct Request {
    /// Its arguments, without the token.
    pub args: Args,
    /// The token.
    pub token: Option<String>,
    /// Whether JSON came with its character set, or it was no JSON.
    pub charset: bool,
}

fn pairs(text: &[u8], arguments: &mut Map<String, Value>) {
    for (name, value) in form_urlencoded::parse(text) {
        arguments.insert(name.into_owned(), Value::String(value.into_owned()));
    }
}

/// Reads a call; Slack's name for what is wrong otherwise.
pub fn read(headers: &HeaderMap, query: Option<&str>, body: &[u8]) -> Result<Request, &'static str> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let mut arguments = Map::new();
    pairs(query.unwrap_or_default().as_bytes(), &mut arguments);
    let kind = header("content-type").to_ascii_lowercase();
    let mut charset = true;
    if kind.starts_with("application/json") {
        charset = kind.contains("charset") || body.is_empty();
        match serde_json::from_slice(if body.is_empty() { b"{}" } else { body }) {
            Ok(Value::Object(fields)) => arguments.extend(fields),
            Ok(_) => return Err("json_not_object"),
            Err(_) => return Err("invalid_json"),
        }
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        pairs(body, &mut arguments);
    } else if !body.is_empty() {
        return Err("invalid_post_type");
    }
    let given = arguments.remove("token").and_then(|token| token.as_str().map(str::to_owned));
    let authorization = header("authorization");
    let bearer = authorization.strip_prefix("Bearer ").or_else(|| authorization.strip_prefix("bearer "));
    if let Some((id, secret)) = basic(authorization) {
        arguments.entry("client_id").or_insert(Value::String(id));
        arguments.entry("client_secret").or_insert(Value::String(secret));
    }
    Ok(Request { args: Args(arguments), token: bearer.map(|token| token.trim().to_owned()).or(given), charset })
}

/// The client id and secret of a Basic header, which is how clients of OAuth send them.
fn basic(authorization: &str) -> Option<(String, String)> {
    let text = String::from_utf8(from_base64(authorization.strip_prefix("Basic ")?.trim())?).ok()?;
    text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
}

fn from_base64(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in text.trim_end_matches('=').bytes() {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        held = (held << 6) | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_in_a_header_or_among_the_arguments() {
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect::<HeaderMap>()
        };
        let read_form = read(&headers(&form), None, b"token=xoxb-1&channel=C1").unwrap();
        assert_eq!((read_form.token.as_deref(), read_form.args.text("channel")), (Some("xoxb-1"), Some("C1")));
        assert!(!read_form.args.has("token"));
        let json = [("content-type", "application/json"), ("authorization", "Bearer xoxb-2")];
        let read_json = read(&headers(&json), None, br#"{"channel":"C2"}"#).unwrap();
        assert_eq!((read_json.token.as_deref(), read_json.charset), (Some("xoxb-2"), false));
        assert_eq!(read(&headers(&json), None, b"[]").err(), Some("json_not_object"));
    }

    #[test]
    fn a_basic_header_holds_an_id_and_a_secret() {
        assert_eq!(basic("Basic MTExMS4yMjIyOmFiYw=="), Some(("1111.2222".to_owned(), "abc".to_owned())));
    }
}
