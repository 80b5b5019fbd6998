//! GitHub: the releases of one repository.
//!
//! The list has no way to ask for what changed, so its first page is asked for with the tag it had; where nothing changed
//! there, the pass is done. Once a week the whole list is read, for edits and deletions further back.

mod map;
#[cfg(test)]
mod tests;
mod webhook;
mod wire;

use async_trait::async_trait;
use chrono::Duration;
use reqwest::StatusCode;
use reqwest::header::{
    ACCEPT, AUTHORIZATION, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, LINK, LOCATION, USER_AGENT,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::wire::{Listed, Repository};
use super::http::{Caller, Reply};
use super::{
    Access, Deletions, Delivered, Delivery, Found, Item, Next, Page, Preflight, Refused, Setting, Source, SourceError,
    Stream,
};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

/// Where GitHub answers.
const BASE: &str = "https://api.github.com";
/// Days between two passes over the whole list.
const WHOLE_EVERY: i64 = 7;
/// The most releases of a page.
const MOST: usize = 100;
/// The most redirects that are followed.
const MOST_HOPS: usize = 3;

pub(super) const SETTINGS: &[Setting] = &[
    Setting { name: "repository", means: "owner and name of the repository: acme/product", required: true },
    Setting {
        name: "prereleases",
        means: "yes to take releases for trying out as well; no if left out",
        required: false,
    },
    Setting {
        name: "address",
        means: "where GitHub's API is, if not at https://api.github.com: https://github.acme.com/api/v3",
        required: false,
    },
];

const RELEASES: Stream = Stream { name: "releases", deletions: Deletions::Unmet };

/// A repository of GitHub.
struct GitHub {
    caller: Caller,
    access: Access,
    repository: String,
    prereleases: bool,
    per_page: usize,
}

/// Where a pass stands.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Cursor {
    /// The `ETag` of the first page when it was last read.
    etag: Option<String>,
    /// When the last pass over the whole list began.
    whole_at: Option<Moment>,
    /// The page to go on with; none between two passes.
    page: Option<String>,
}

pub(super) fn open(access: Access, client: reqwest::Client) -> Result<Box<dyn Source>, String> {
    GitHub::open(access, client).map(|source| Box::new(source) as Box<dyn Source>)
}

impl GitHub {
    fn open(access: Access, client: reqwest::Client) -> Result<Self, String> {
        let repository = access.setting("repository").ok_or("GitHub needs the setting repository: acme/product")?;
        let repository = repository_name(repository)
            .ok_or("the setting repository is the owner and the name of a repository: acme/product")?;
        let prereleases = match access.setting("prereleases").unwrap_or("no") {
            "yes" => true,
            "no" => false,
            _ => return Err("the setting prereleases is yes or no".to_owned()),
        };
        let mut headers = HeaderMap::from_iter([
            (ACCEPT, HeaderValue::from_static("application/vnd.github+json")),
            (HeaderName::from_static("x-github-api-version"), HeaderValue::from_static("2022-11-28")),
            (USER_AGENT, HeaderValue::from_static("success-agent")),
        ]);
        // Public repositories can be read without a key.
        if !access.key.trim().is_empty() {
            let mut key = HeaderValue::from_str(&format!("Bearer {}", access.key.trim()))
                .map_err(|_| "the key holds signs that no GitHub token has")?;
            key.set_sensitive(true);
            headers.insert(AUTHORIZATION, key);
        }
        let base = access.setting("address").unwrap_or(BASE);
        let caller = Caller::new(client, Vendor::GitHub, base, headers, message).giving_redirects();
        Ok(Self { caller, access, repository, prereleases, per_page: MOST })
    }

    /// What is at a path, also where it has moved: a repository that was renamed leads to its number.
    async fn get(&self, path: &str, etag: Option<&str>) -> Result<Reply, SourceError> {
        let mut path = path.to_owned();
        for _ in 0..=MOST_HOPS {
            let mut request = self.caller.get(&path);
            if let Some(etag) = etag {
                request = request.header(IF_NONE_MATCH, etag);
            }
            let reply = self.caller.call(request).await?;
            if !reply.status.is_redirection() || reply.status == StatusCode::NOT_MODIFIED {
                return Ok(reply);
            }
            let to = reply.header(LOCATION.as_str()).and_then(|to| self.caller.below(to));
            path = to.ok_or_else(|| elsewhere("an answer"))?.to_owned();
        }
        Err(SourceError::Malformed("GitHub leads on again and again".to_owned()))
    }

    async fn releases(&self, cursor: Cursor, now: Moment) -> Result<Page, SourceError> {
        match &cursor.page {
            Some(path) => {
                let reply = self.get(path, None).await?;
                self.listed(&reply, cursor, true)
            }
            None => self.first_page(cursor, now).await,
        }
    }

    async fn first_page(&self, cursor: Cursor, now: Moment) -> Result<Page, SourceError> {
        let whole = cursor.whole_at.is_none_or(|at| now - at >= Duration::days(WHOLE_EVERY));
        let path = format!("/repos/{}/releases?per_page={}", self.repository, self.per_page);
        let reply = self.get(&path, cursor.etag.as_deref().filter(|_| !whole)).await?;
        if reply.status == StatusCode::NOT_MODIFIED {
            return Ok(Page { next: Next::Done { cursor: written(&cursor), whole: false }, ..Page::default() });
        }
        let etag = reply.header(ETAG.as_str()).map(str::to_owned);
        let whole_at = if whole { Some(now) } else { cursor.whole_at };
        self.listed(&reply, Cursor { etag, whole_at, page: None }, whole)
    }

    /// The releases of a page, and how to go on: to the next page in a pass over the whole list.
    fn listed(&self, reply: &Reply, cursor: Cursor, whole: bool) -> Result<Page, SourceError> {
        let mut items = Vec::new();
        for raw in reply.json::<Vec<Value>>()? {
            items.extend(self.kept(raw)?);
        }
        let page = self.next_page(reply)?;
        let next = match page {
            Some(page) if whole => Next::More(written(&Cursor { page: Some(page), ..cursor })),
            // A list of one page was read whole in any case.
            page => Next::Done { whole: page.is_none(), cursor: written(&Cursor { page: None, ..cursor }) },
        };
        Ok(Page { items, next, ..Page::default() })
    }

    /// A release as an item; none where it is a draft, or for trying out and not wanted.
    fn kept(&self, raw: Value) -> Result<Option<Item>, SourceError> {
        let listed = Listed::deserialize(&raw)
            .map_err(|_| SourceError::Malformed("GitHub sent a release without a number".to_owned()))?;
        let kept = !listed.draft && (self.prereleases || !listed.prerelease);
        Ok(kept.then(|| Item { id: listed.id.to_string(), raw }))
    }

    fn next_page(&self, reply: &Reply) -> Result<Option<String>, SourceError> {
        let Some(address) = reply.header(LINK.as_str()).and_then(next_link) else { return Ok(None) };
        match self.caller.below(address) {
            Some(path) => Ok(Some(path.to_owned())),
            None => Err(elsewhere("the next page")),
        }
    }
}

#[async_trait]
impl Source for GitHub {
    fn vendor(&self) -> Vendor {
        Vendor::GitHub
    }

    fn streams(&self) -> &'static [Stream] {
        &[RELEASES]
    }

    async fn preflight(&self) -> Result<Preflight, SourceError> {
        let reply = self.get(&format!("/repos/{}", self.repository), None).await;
        let reply = reply.map_err(|error| match error {
            SourceError::NotFound(_) => SourceError::NotFound(format!(
                "GitHub has no repository {}, or the key may not see it; give a key with read access to its contents",
                self.repository
            )),
            error => error,
        })?;
        let repository: Repository = reply.json()?;
        Ok(Preflight { of: repository.full_name, missing: Vec::new() })
    }

    async fn page(&self, stream: &Stream, cursor: Option<&Value>, now: Moment) -> Result<Page, SourceError> {
        if stream.name != RELEASES.name {
            return Err(SourceError::NotFound(format!("GitHub has no stream {}", stream.name)));
        }
        let cursor = match cursor.filter(|cursor| !cursor.is_null()) {
            Some(cursor) => Cursor::deserialize(cursor).map_err(|_| {
                SourceError::Malformed("the place where the last pass ended cannot be read; read it anew".to_owned())
            })?,
            None => Cursor::default(),
        };
        self.releases(cursor, now).await
    }

    async fn item(&self, _: &Stream, id: &str) -> Result<Option<Item>, SourceError> {
        if id.is_empty() || !id.bytes().all(|digit| digit.is_ascii_digit()) {
            return Ok(None);
        }
        let path = format!("/repos/{}/releases/{id}", self.repository);
        match self.get(&path, None).await {
            Ok(reply) => self.kept(reply.json()?),
            Err(SourceError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn map(&self, _: &Stream, item: &Item) -> Result<Vec<Found>, String> {
        map::release(&self.access, &item.raw).map(|found| vec![found])
    }

    fn delivery(&self, delivery: &Delivery<'_>, _: Moment) -> Result<Delivered, Refused> {
        webhook::read(self.access.webhook_secret.as_deref(), delivery)
    }
}

/// `owner/name`, also out of the address a browser shows.
fn repository_name(text: &str) -> Option<String> {
    let text = text.trim().trim_end_matches('/');
    let path = match text.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => text,
    };
    let mut parts = path.split('/');
    let (owner, name) = (parts.next()?, parts.next()?);
    let name = name.strip_suffix(".git").unwrap_or(name);
    let plain = |part: &str| {
        let sign = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
        !part.is_empty() && part.chars().all(sign) && part != "." && part != ".."
    };
    let whole = parts.next().is_none_or(|rest| rest == "releases" || rest == "tree");
    (whole && plain(owner) && plain(name)).then(|| format!("{owner}/{name}"))
}

/// The address of the next page in a `Link` header.
fn next_link(header: &str) -> Option<&str> {
    header.split(',').find_map(|link| {
        let (address, parameters) = link.split_once(';')?;
        let next = parameters.split(';').any(|parameter| parameter.trim() == "rel=\"next\"");
        next.then(|| address.trim().strip_prefix('<')?.strip_suffix('>')).flatten()
    })
}

fn elsewhere(what: &str) -> SourceError {
    SourceError::Malformed(format!("GitHub says that {what} is at an address that is not GitHub's"))
}

fn message(body: &Value) -> Option<String> {
    body.get("message").and_then(Value::as_str).map(str::to_owned)
}

fn written(cursor: &Cursor) -> Value {
    serde_json::to_value(cursor).unwrap_or_default()
}
