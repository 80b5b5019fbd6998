//! A feed over HTTP: only what changed since, a few redirects at most, each looked at before it is followed.

use reqwest::StatusCode;
use reqwest::header::{
    ACCEPT, ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use reqwest::{Url, header::USER_AGENT};

use super::guard;
use crate::domain::connection::Vendor;
use crate::sources::SourceError;
use crate::sources::http::{Caller, Reply};

/// The largest feed that is read, in bytes.
const MOST_BYTES: usize = 8 << 20;
/// The most redirects that are followed.
const MOST_HOPS: usize = 5;

/// What a server said of the feed when it was read last.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known<'a> {
    pub etag: Option<&'a str>,
    pub modified: Option<&'a str>,
}

/// A feed as it was read.
#[derive(Debug)]
pub(super) struct Fetched {
    /// The body; none where nothing changed.
    pub body: Option<Vec<u8>>,
    pub etag: Option<String>,
    pub modified: Option<String>,
    /// Where the feed was in the end, to resolve links.
    pub at: Url,
    /// Where it has moved for good.
    pub moved_to: Option<Url>,
}

/// Reads the feed at `url`.
pub(super) async fn fetch(url: &Url, known: Known<'_>, local_too: bool) -> Result<Fetched, SourceError> {
    let (mut at, mut moved_to, mut for_good) = (url.clone(), None, true);
    for _ in 0..=MOST_HOPS {
        let reply = ask(&at, known, local_too).await?;
        if !reply.status.is_redirection() || reply.status == StatusCode::NOT_MODIFIED {
            let header = |name: &str| reply.header(name).map(str::to_owned);
            let (etag, modified) = (header(ETAG.as_str()), header(LAST_MODIFIED.as_str()));
            let body = (reply.status != StatusCode::NOT_MODIFIED).then_some(reply.body);
            return Ok(Fetched { body, etag, modified, at, moved_to });
        }
        let to = reply.header(LOCATION.as_str()).and_then(|to| at.join(to).ok());
        at = to.ok_or_else(|| SourceError::Malformed("the feed leads on, but not to an address".to_owned()))?;
        for_good &= matches!(reply.status, StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT);
        if for_good {
            moved_to = Some(at.clone());
        }
    }
    Err(SourceError::Refused(format!("the feed leads on more than {MOST_HOPS} times; give the address it ends at")))
}

async fn ask(at: &Url, known: Known<'_>, local_too: bool) -> Result<Reply, SourceError> {
    let client = guard::client(at, local_too).await?;
    let kinds = "application/atom+xml, application/rss+xml, application/feed+json, application/json;q=0.9, \
                 application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1";
    let headers = HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static(kinds)),
        (USER_AGENT, HeaderValue::from_static("success-agent")),
    ]);
    let caller = Caller::new(client, Vendor::Feed, &at.origin().ascii_serialization(), headers, |_| None)
        .reading_at_most(MOST_BYTES)
        .giving_redirects();
    let query = at.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut request = caller.get(&format!("{}{query}", at.path()));
    for (name, value) in [(IF_NONE_MATCH, known.etag), (IF_MODIFIED_SINCE, known.modified)] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    caller.call(request).await.map_err(|error| match error {
        SourceError::NotFound(_) => SourceError::NotFound(
            "there is no feed at this address any more; give another, or disconnect it".to_owned(),
        ),
        SourceError::Unauthorized(_) | SourceError::Forbidden(_) => {
            SourceError::Forbidden("the feed is not public; only public feeds are read".to_owned())
        }
        error => error,
    })
}
