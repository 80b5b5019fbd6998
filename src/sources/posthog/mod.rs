//! PostHog: how many people of a company use the product, day by day.
//!
//! Companies are PostHog's groups; a project without groups is read by the domains of people's e-mail addresses. Usage is
//! fetched in chunks of whole months, the newest first, and the newest days are read again in every pass: merged people and
//! late events change what was counted before. PostHog takes no `OFFSET` with a personal key and gives at most 50,000
//! rows, so pages go on after the last company that came whole.

mod map;
mod plan;
mod query;
#[cfg(test)]
mod tests;
mod wire;

use async_trait::async_trait;
use chrono::{Datelike, Days, Duration, Months, NaiveDate};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::plan::Plan;
use self::query::Span;
use self::wire::{Answer, Group, GroupRow, Month, UsageRow};
use super::http::Caller;
use super::{
    Access, Deletions, Found, Item, MissingScope, Next, Page, Preflight, Setting, Source, SourceError, Stream,
};
use crate::domain::connection::Vendor;
use crate::domain::time::Moment;

/// Where PostHog's cloud of the United States answers.
const BASE: &str = "https://us.posthog.com";
/// The most rows PostHog gives at once.
const MOST_ROWS: usize = 50_000;
/// How far back the first pass goes, in days.
const REACH: u64 = 400;
/// Days that are read again in every pass.
const READ_AGAIN: u64 = 14;
/// Days after which a project without groups is asked again whether it has some.
const ASK_AGAIN: i64 = 7;

pub(super) const SETTINGS: &[Setting] = plan::SETTINGS;

const GROUPS: Stream = Stream { name: "groups", deletions: Deletions::Never };
const USAGE: Stream = Stream { name: "usage", deletions: Deletions::Never };

/// A project of PostHog.
struct PostHog {
    caller: Caller,
    project: u64,
    plan: Plan,
    /// Rows of a page.
    rows: usize,
}

/// By what events are sorted into companies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    Group(u8),
    Domain,
}

/// Where a pass over the groups stands.
#[derive(Debug, Default, Serialize, Deserialize)]
struct GroupsCursor {
    /// Groups that changed since.
    since: Option<Moment>,
    /// When the pass began; none between two.
    began: Option<Moment>,
    after: String,
}

/// Where a pass over the usage stands.
#[derive(Debug, Serialize, Deserialize)]
struct UsageCursor {
    by: By,
    /// When it was last asked whether there are groups.
    asked: NaiveDate,
    /// The first day to go back to.
    floor: NaiveDate,
    /// Up to which day the newest chunk of this pass reaches.
    reached: NaiveDate,
    /// What to read next; none between two passes.
    chunk: Option<Chunk>,
}

/// Some months and the company to go on after.
#[derive(Debug, Serialize, Deserialize)]
struct Chunk {
    from: NaiveDate,
    until: NaiveDate,
    after: String,
}

#[expect(clippy::needless_pass_by_value, reason = "every source is opened alike")]
pub(super) fn open(access: Access, client: reqwest::Client) -> Result<Box<dyn Source>, String> {
    PostHog::open(&access, client).map(|source| Box::new(source) as Box<dyn Source>)
}

impl PostHog {
    fn open(access: &Access, client: reqwest::Client) -> Result<Self, String> {
        let project = access.setting("project").ok_or("PostHog needs the setting project, a number")?;
        let project =
            project.parse().map_err(|_| "the setting project is the number in the project's address: 12345")?;
        let mut key = HeaderValue::from_str(&format!("Bearer {}", access.key.trim()))
            .map_err(|_| "the key holds signs that no PostHog key has")?;
        key.set_sensitive(true);
        let headers = HeaderMap::from_iter([(AUTHORIZATION, key)]);
        let base = access.setting("address").unwrap_or(BASE);
        let caller = Caller::new(client, Vendor::PostHog, base, headers, message);
        Ok(Self { caller, project, plan: Plan::read(access)?, rows: MOST_ROWS })
    }

    /// The rows of an answer, and whether there are more behind them.
    async fn ask<Row: serde::de::DeserializeOwned>(
        &self,
        request: &Value,
        limit: usize,
    ) -> Result<(Vec<Row>, bool), SourceError> {
        let path = format!("/api/projects/{}/query/", self.project);
        let answer: Answer<Row> = self.caller.call(self.caller.post(&path).json(request)).await?.json()?;
        if answer.error.is_some_and(|error| !error.is_null()) {
            return Err(SourceError::Refused("PostHog could not run the query".to_owned()));
        }
        let limit = answer.limit.filter(|limit| *limit > 0).map_or(limit, |given| given.min(limit));
        let full = answer.has_more == Some(true) || answer.results.len() >= limit;
        Ok((answer.results, full))
    }

    async fn groups(&self, cursor: Option<&Value>, now: Moment) -> Result<Page, SourceError> {
        let mut cursor: GroupsCursor = read(cursor)?.unwrap_or_default();
        let began = cursor.began.unwrap_or(now);
        let done = |after: String| Next::Done {
            cursor: written(&GroupsCursor { since: Some(began - Duration::hours(1)), began: None, after }),
            whole: false,
        };
        let Some(index) = self.plan.group_index else {
            return Ok(Page { next: done(String::new()), ..Page::default() });
        };
        let since = cursor.since.map_or_else(|| "1970-01-01 00:00:00".to_owned(), instant);
        let request = query::groups(&self.plan, index, &cursor.after, &since, None, self.rows);
        let (rows, full) = self.ask::<GroupRow>(&request, self.rows).await?;
        let items: Vec<Item> = rows.into_iter().filter_map(group_item).collect();
        let last = items.last().map(|item| item.id.clone());
        let next = match last {
            Some(last) if full => {
                (cursor.began, cursor.after) = (Some(began), last);
                Next::More(written(&cursor))
            }
            _ => done(String::new()),
        };
        Ok(Page { items, next, ..Page::default() })
    }

    /// Whether the project has groups of the type that is the company.
    async fn by(&self) -> Result<By, SourceError> {
        let Some(index) = self.plan.group_index else { return Ok(By::Domain) };
        let since = "1970-01-01 00:00:00";
        let (rows, _) = self.ask::<GroupRow>(&query::groups(&self.plan, index, "", since, None, 1), 1).await?;
        Ok(if rows.is_empty() { By::Domain } else { By::Group(index) })
    }

    /// Where a pass that begins goes.
    async fn begin(&self, before: Option<UsageCursor>, today: NaiveDate) -> Result<UsageCursor, SourceError> {
        let ago = |days| first_of_month(today.checked_sub_days(Days::new(days)).unwrap_or(today));
        let newest = ago(READ_AGAIN);
        let chunk = Some(Chunk { from: newest, until: today, after: String::new() });
        let kept = before.as_ref().filter(|before| {
            let asked = today.signed_duration_since(before.asked).num_days();
            before.by != By::Domain || self.plan.group_index.is_none() || asked < ASK_AGAIN
        });
        let (by, asked) = match kept {
            Some(before) => (before.by, before.asked),
            None => (self.by().await?, today),
        };
        let floor = match before {
            Some(before) if before.by == by => newest.min(first_of_month(before.reached)),
            _ => ago(REACH),
        };
        Ok(UsageCursor { by, asked, floor, reached: today, chunk })
    }

    async fn usage(&self, cursor: Option<&Value>, now: Moment) -> Result<Page, SourceError> {
        let before: Option<UsageCursor> = read(cursor)?;
        let mut cursor = match before {
            Some(before) if before.chunk.is_some() => before,
            before => self.begin(before, now.day()).await?,
        };
        let Some(chunk) = cursor.chunk.take() else { return Ok(Page::default()) };
        let span = Span { from: chunk.from, until: chunk.until, after: &chunk.after, only: None };
        let (items, last) = self.months(cursor.by, &span).await?;
        cursor.chunk = match last {
            Some(after) => Some(Chunk { after, ..chunk }),
            None => earlier(&chunk, cursor.floor),
        };
        let next = match cursor.chunk {
            Some(_) => Next::More(written(&cursor)),
            None => Next::Done { cursor: written(&cursor), whole: false },
        };
        Ok(Page { items, next, ..Page::default() })
    }

    /// The months of a span, and the company to go on after where there are more.
    async fn months(&self, by: By, span: &Span<'_>) -> Result<(Vec<Item>, Option<String>), SourceError> {
        let request = query::usage(&self.plan, by, span, self.rows);
        let (mut rows, full) = self.ask::<UsageRow>(&request, self.rows).await?;
        rows.retain(|row| row.0.as_deref().is_some_and(|company| !company.is_empty()));
        let mut last = None;
        if full {
            // The days of the last company may go on behind the limit.
            let cut = rows.last().and_then(|row| row.0.clone());
            rows.retain(|row| row.0 != cut);
            last = rows.last().and_then(|row| row.0.clone());
            if last.is_none() {
                return Err(SourceError::Malformed("PostHog lists more days than there are for a company".to_owned()));
            }
        }
        let mut items = Vec::new();
        for of_company in rows.chunk_by(|left, right| left.0 == right.0) {
            items.extend(split(by, span, of_company)?);
        }
        Ok((items, last))
    }
}

#[async_trait]
impl Source for PostHog {
    fn vendor(&self) -> Vendor {
        Vendor::PostHog
    }

    fn streams(&self) -> &'static [Stream] {
        &[GROUPS, USAGE]
    }

    async fn preflight(&self) -> Result<Preflight, SourceError> {
        let missing = match self.by().await {
            Ok(By::Domain) if self.plan.group_index.is_some() => vec![MissingScope {
                scope: "groups".to_owned(),
                costs: "seats, and usage by company; it is counted by e-mail domain".to_owned(),
            }],
            Ok(_) => Vec::new(),
            Err(error) => return Err(error),
        };
        Ok(Preflight { of: Some(format!("project {}", self.project)), missing })
    }

    async fn page(&self, stream: &Stream, cursor: Option<&Value>, now: Moment) -> Result<Page, SourceError> {
        match stream.name {
            "groups" => self.groups(cursor, now).await,
            "usage" => self.usage(cursor, now).await,
            other => Err(unknown(other)),
        }
    }

    async fn item(&self, stream: &Stream, id: &str) -> Result<Option<Item>, SourceError> {
        match (stream.name, self.plan.group_index) {
            ("groups", Some(index)) => {
                let since = "1970-01-01 00:00:00";
                let request = query::groups(&self.plan, index, "", since, Some(id), 1);
                let (rows, _) = self.ask::<GroupRow>(&request, 1).await?;
                Ok(rows.into_iter().find_map(group_item))
            }
            ("groups", None) => Ok(None),
            ("usage", _) => {
                let place = id.rsplit_once('/').and_then(|(company, from)| Some((company, from.parse().ok()?)));
                let Some((company, from)) = place else { return Ok(None) };
                let until = next_month(from);
                let span = Span { from, until, after: "", only: Some(company) };
                let (items, _) = self.months(self.by().await?, &span).await?;
                Ok(items.into_iter().find(|item| item.id == id))
            }
            (other, _) => Err(unknown(other)),
        }
    }

    fn map(&self, stream: &Stream, item: &Item) -> Result<Vec<Found>, String> {
        match stream.name {
            "groups" => map::group(&item.raw, &self.plan.internal),
            _ => map::month(&item.raw, self.plan.quiet_days_count),
        }
    }
}

/// The rows of one company as items, one a month. The row of the eve says only that the company was heard of before.
fn split(by: By, span: &Span<'_>, rows: &[UsageRow]) -> Result<Vec<Item>, SourceError> {
    let mut days = Vec::new();
    for UsageRow(_, day, users, seats) in rows {
        let at = map::day(day).map_err(|_| SourceError::Malformed("PostHog sent a day that is none".to_owned()))?;
        days.push((at, users, seats));
    }
    let Some(company) = rows.first().and_then(|row| row.0.clone()) else { return Ok(Vec::new()) };
    let mut known_before = days.iter().any(|(at, ..)| *at <= span.eve());
    let (mut items, mut from) = (Vec::new(), span.from);
    while from < span.until {
        let until = next_month(from).min(span.until);
        let within = days.iter().filter(|(at, ..)| (from..until).contains(at));
        let within: Vec<_> =
            within.map(|(at, users, seats)| (at.to_string(), (*users).clone(), (*seats).clone())).collect();
        let heard = !within.is_empty();
        if heard || known_before {
            let (by_domain, company) = (by == By::Domain, company.clone());
            let id = format!("{company}/{from}");
            let (first, end) = (from.to_string(), until.to_string());
            let raw = written(&Month { company, by_domain, from: first, until: end, known_before, days: within });
            items.push(Item { id, raw });
        }
        (known_before, from) = (heard, until);
    }
    Ok(items)
}

/// The month before a chunk, down to the floor.
fn earlier(chunk: &Chunk, floor: NaiveDate) -> Option<Chunk> {
    let from = chunk.from.checked_sub_months(Months::new(1)).filter(|from| *from >= floor)?;
    Some(Chunk { from, until: chunk.from, after: String::new() })
}

fn group_item(GroupRow(key, name, domain, seats): GroupRow) -> Option<Item> {
    let key = key.filter(|key| !key.is_empty())?;
    Some(Item { id: key.clone(), raw: written(&Group { key, name, domain, seats }) })
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

fn next_month(day: NaiveDate) -> NaiveDate {
    first_of_month(day).checked_add_months(Months::new(1)).unwrap_or(day)
}

/// An instant as `toDateTime` reads it, in UTC.
fn instant(at: Moment) -> String {
    at.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn message(body: &Value) -> Option<String> {
    body.get("detail").and_then(Value::as_str).map(str::to_owned)
}

fn read<T: serde::de::DeserializeOwned>(cursor: Option<&Value>) -> Result<Option<T>, SourceError> {
    let Some(cursor) = cursor.filter(|cursor| !cursor.is_null()) else { return Ok(None) };
    T::deserialize(cursor).map(Some).map_err(|_| {
        SourceError::Malformed("the place where the last pass ended cannot be read; read it anew".to_owned())
    })
}

fn written<T: Serialize>(of: &T) -> Value {
    serde_json::to_value(of).unwrap_or_default()
}

fn unknown(stream: &str) -> SourceError {
    SourceError::NotFound(format!("PostHog has no stream {stream}"))
}
