//! How a source calls its system: one request at a time, paced, tried again where that can help, and every failure in a
//! sentence that names the system and says what to do.

use std::sync::Arc;
use std::time::Duration;

use backon::{ExponentialBuilder, Retryable as _};
use chrono::{DateTime, Utc};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::SourceError;
use crate::domain::connection::Vendor;

/// The largest answer that is read, in bytes.
const MOST_BYTES: usize = 64 << 20;
/// How long one request may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// The longest wait that is spent within a call; after longer ones the sync goes on later.
const WAITED_OUT: Duration = Duration::from_secs(5);
/// How long to wait where the system says only that it is too much.
const TOO_MUCH: Duration = Duration::from_secs(30);
/// Times a request is tried again.
const TRIES: usize = 3;
/// The most of a system's own message that is repeated, in characters.
const MOST_MESSAGE: usize = 200;

/// The client all connected systems share. It follows no redirect: a request carries credentials.
///
/// # Errors
/// When this machine cannot make secure connections.
pub fn client() -> Result<Client, String> {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("success-agent/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| format!("this machine cannot make secure connections: {error}"))
}

/// Calls one system. Cheap to clone; clones share the pace.
#[derive(Clone)]
pub struct Caller {
    client: Client,
    vendor: Vendor,
    base: Arc<str>,
    headers: HeaderMap,
    pace: Option<Arc<Mutex<Interval>>>,
    message: fn(&Value) -> Option<String>,
    first_pause: Duration,
    most_bytes: usize,
    gives_redirects: bool,
}

/// An answer with a status of 2xx or 304; with 3xx where the caller gives those.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
    vendor: Vendor,
}

impl Caller {
    /// Calls `vendor` at `base`, an address without a slash at its end, with these headers on every request. `message`
    /// finds the system's own words in the body of a refusal.
    #[must_use]
    pub fn new(
        client: Client,
        vendor: Vendor,
        base: &str,
        headers: HeaderMap,
        message: fn(&Value) -> Option<String>,
    ) -> Self {
        let base = base.trim_end_matches('/').into();
        Self {
            client,
            vendor,
            base,
            headers,
            pace: None,
            message,
            first_pause: Duration::from_millis(250),
            most_bytes: MOST_BYTES,
            gives_redirects: false,
        }
    }

    /// The same, with so many requests a second at most.
    #[must_use]
    pub fn paced(mut self, per_second: u32) -> Self {
        let mut ticks = interval(Duration::from_secs(1) / per_second.max(1));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        self.pace = Some(Arc::new(Mutex::new(ticks)));
        self
    }

    /// The same, which reads answers of so many bytes at most.
    #[must_use]
    pub fn reading_at_most(self, most_bytes: usize) -> Self {
        Self { most_bytes, ..self }
    }

    /// The same, which gives an answer that leads elsewhere instead of taking it for a refusal. Its client must not follow
    /// such answers itself.
    #[must_use]
    pub fn giving_redirects(self) -> Self {
        Self { gives_redirects: true, ..self }
    }

    /// The address below which everything lies, without a slash at its end.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// A GET request of a path below the base.
    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.at(path))
    }

    /// A POST request to a path below the base.
    pub fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(self.at(path))
    }

    /// A PATCH request to a path below the base.
    pub fn patch(&self, path: &str) -> RequestBuilder {
        self.client.patch(self.at(path))
    }

    fn at(&self, path: &str) -> String {
        // A link to the next page may be a whole address; one that leads elsewhere would carry the credentials there.
        format!("{}/{}", self.base, path.trim_start_matches('/'))
    }

    /// The path below the base of an address the system gave; none where it leads elsewhere.
    #[must_use]
    pub fn below<'a>(&self, address: &'a str) -> Option<&'a str> {
        if address.starts_with('/') && !address.starts_with("//") {
            return Some(address);
        }
        address.strip_prefix(&*self.base).filter(|rest| rest.starts_with('/') || rest.starts_with('?'))
    }

    /// Sends a request. What passes by itself (a cut connection, a 5xx, a short pause asked for) is tried again.
    ///
    /// # Errors
    /// What the system said, by its kind.
    pub async fn call(&self, request: RequestBuilder) -> Result<Reply, SourceError> {
        let request =
            request.headers(self.headers.clone()).timeout(PATIENCE).build().map_err(|_| {
                SourceError::Refused(format!("the request to {} cannot be written", self.vendor.label()))
            })?;
        let send = || async {
            let copy =
                request.try_clone().ok_or_else(|| SourceError::Refused("the request cannot be repeated".into()))?;
            self.send(copy).await
        };
        let pauses = ExponentialBuilder::default()
            .with_jitter()
            .with_min_delay(self.first_pause)
            .with_max_delay(WAITED_OUT)
            .with_max_times(TRIES);
        send.retry(pauses)
            .when(|error| match error {
                SourceError::Unavailable(_) => true,
                SourceError::RateLimited { after } => *after <= WAITED_OUT,
                _ => false,
            })
            .adjust(|error, pause| match error {
                SourceError::RateLimited { after } => pause.map(|pause| pause.max(*after)),
                _ => pause,
            })
            .await
    }

    async fn send(&self, request: reqwest::Request) -> Result<Reply, SourceError> {
        if let Some(pace) = &self.pace {
            pace.lock().await.tick().await;
        }
        let label = self.vendor.label();
        let cut = |error: reqwest::Error| {
            // Without its address, which may hold what was asked for.
            let error = error.without_url();
            let why = if error.is_timeout() { "did not answer in time" } else { "cannot be reached" };
            tracing::debug!(vendor = self.vendor.wire(), %error, "a request failed");
            SourceError::Unavailable(format!("{label} {why}"))
        };
        let mut answer = self.client.execute(request).await.map_err(cut)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(cut)? {
            if body.len() + chunk.len() > self.most_bytes {
                let most = self.most_bytes;
                return Err(SourceError::Malformed(format!("{label} sent an answer of more than {most} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        let redirect = self.gives_redirects && status.is_redirection();
        if status.is_success() || status == StatusCode::NOT_MODIFIED || redirect {
            return Ok(Reply { status, headers, body, vendor: self.vendor });
        }
        Err(self.refusal(status, &headers, &body))
    }

    /// What a status that is no success means.
    fn refusal(&self, status: StatusCode, headers: &HeaderMap, body: &[u8]) -> SourceError {
        let label = self.vendor.label();
        let said = serde_json::from_slice(body).ok().and_then(|body| (self.message)(&body));
        let said = said.map(|text| format!(": {}", clipped(&text))).unwrap_or_default();
        match status {
            StatusCode::UNAUTHORIZED => SourceError::Unauthorized(format!("{label} does not take the key{said}")),
            StatusCode::TOO_MANY_REQUESTS => {
                SourceError::RateLimited { after: pause(headers).or_else(|| spent(headers)).unwrap_or(TOO_MUCH) }
            }
            // Some systems say that it is too much with 403, and how long to wait in a header.
            StatusCode::FORBIDDEN if let Some(after) = pause(headers).or_else(|| spent(headers)) => {
                SourceError::RateLimited { after }
            }
            StatusCode::FORBIDDEN => SourceError::Forbidden(format!("the key may not read this in {label}{said}")),
            StatusCode::NOT_FOUND | StatusCode::GONE => {
                SourceError::NotFound(format!("{label} has no such thing{said}"))
            }
            status if status.is_server_error() => match pause(headers) {
                Some(after) if after > WAITED_OUT => SourceError::RateLimited { after },
                _ => SourceError::Unavailable(format!("{label} is in trouble (status {})", status.as_u16())),
            },
            status => SourceError::Refused(format!("{label} refused the request (status {}){said}", status.as_u16())),
        }
    }
}

impl Reply {
    /// The body as JSON of this shape.
    ///
    /// # Errors
    /// Where in the body it is something else.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, SourceError> {
        let mut reader = serde_json::Deserializer::from_slice(&self.body);
        serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let path = error.path().to_string();
            SourceError::Malformed(format!(
                "{} sent an answer that is not as documented, at `{path}`",
                self.vendor.label()
            ))
        })
    }

    /// A header, where it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// How long `Retry-After` asks to wait: seconds, or a date.
fn pause(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds.min(24 * 3600)));
    }
    let at = DateTime::parse_from_rfc2822(text).ok()?;
    Some(at.signed_duration_since(Utc::now()).to_std().unwrap_or_default())
}

/// How long until requests are taken again, where a header says that none is left: `x-ratelimit-reset` is in seconds since
/// 1970.
fn spent(headers: &HeaderMap) -> Option<Duration> {
    let number = |name: &str| headers.get(name)?.to_str().ok()?.trim().parse::<i64>().ok();
    number("x-ratelimit-remaining").filter(|left| *left == 0)?;
    let wait = number("x-ratelimit-reset")?.saturating_sub(Utc::now().timestamp()).clamp(1, 24 * 3600);
    Some(Duration::from_secs(wait.unsigned_abs()))
}

/// The beginning of a message, on one line.
fn clipped(text: &str) -> String {
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST_MESSAGE) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    #[test]
    fn a_pause_is_read_in_seconds_and_as_a_date() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, HeaderValue::from_str(text).unwrap());
            pause(&headers)
        };
        assert_eq!(of("7"), Some(Duration::from_secs(7)));
        assert_eq!(of("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::ZERO));
        let later = (Utc::now() + Duration::from_secs(100)).to_rfc2822();
        assert!(of(&later).is_some_and(|pause| (90..=100).contains(&pause.as_secs())));
        assert_eq!(of("soon"), None);
    }

    #[test]
    fn requests_that_are_used_up_come_back_when_the_header_says() {
        let of = |left: &str, reset: i64| {
            let mut headers = HeaderMap::new();
            headers.insert("x-ratelimit-remaining", HeaderValue::from_str(left).unwrap());
            headers.insert("x-ratelimit-reset", HeaderValue::from(reset));
            spent(&headers).map(|pause| pause.as_secs())
        };
        let now = Utc::now().timestamp();
        assert!(of("0", now + 100).is_some_and(|pause| (90..=100).contains(&pause)));
        assert_eq!(of("0", now - 100), Some(1));
        assert_eq!(of("0", i64::MIN), Some(1));
        assert_eq!(of("12", now + 100), None);
        assert_eq!(spent(&HeaderMap::new()), None);
    }

    #[test]
    fn a_link_that_leads_elsewhere_is_not_followed() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let caller =
            Caller::new(Client::new(), Vendor::Attio, "https://api.attio.example/", HeaderMap::new(), |_| None);
        assert_eq!(caller.below("https://api.attio.example/v2/x?page=2"), Some("/v2/x?page=2"));
        assert_eq!(caller.below("/v2/x"), Some("/v2/x"));
        for elsewhere in ["https://other.example/v2/x", "//other.example/x", "https://api.attio.example.evil.example/x"]
        {
            assert_eq!(caller.below(elsewhere), None, "{elsewhere}");
        }
    }
}
