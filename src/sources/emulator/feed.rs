//! A feed's double: one Atom feed, which can move, lead elsewhere and be taken down.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::desk::{Change, Desk, Outgoing, Tables, limited_in_seconds};
use super::{Double, Names};
use crate::domain::activity::Release;
use crate::domain::connection::Vendor;
use crate::domain::record::Record;
use crate::domain::time::Moment;

pub(super) const DOUBLE: Double = Double {
    vendor: Vendor::Feed,
    fill,
    router,
    touch,
    outgoing: |_: &Desk, _: &str, _: &str, _: Change| -> Vec<Outgoing> { Vec::new() },
    limited: limited_in_seconds,
    settings: &[("url", "{base}/releases.atom"), ("allow_local", "yes")],
};

/// The tables: entries by identifier; what is at other paths, by name.
const ENTRIES: &str = "entries";
const PATHS: &str = "paths";
/// The path of the feed.
const FEED: &str = "releases.atom";

/// The releases the feed has: every other one by identifier; the others are at GitHub.
fn fill(records: &[Record], now: Moment, names: &mut Names) -> Tables {
    let mut tables = Tables::default();
    let releases = records.iter().filter_map(|record| match record {
        Record::Release(release) => Some(release),
        _ => None,
    });
    let mut releases: Vec<&Release> = releases.collect();
    releases.sort_by(|left, right| left.id.cmp(&right.id));
    // What nobody published is in no feed.
    for release in releases.into_iter().skip(1).step_by(2).filter(|release| !release.draft) {
        let digest = hex::encode(&Sha256::digest(release.id.as_bytes())[..8]);
        let id = format!("tag:feed.example,2026:release-{digest}");
        names.insert(Record::Release(release.clone()).reference(), (Vendor::Feed, id.clone()));
        let entry = json!({"title": release.title, "content": release.body, "published": release.shipped_at,
            "updated": now.min(release.shipped_at), "link": release.url, "version": release.version,
            "prerelease": release.prerelease});
        tables.put(ENTRIES, id, entry);
    }
    tables
}

fn touch(table: &str, object: &mut Value, at: Moment) {
    if table == ENTRIES {
        object["updated"] = at.to_string().into();
    }
}

fn router(desk: Arc<Desk>) -> Router {
    Router::new().route("/{name}", get(serve)).with_state(desk)
}

async fn serve(State(desk): State<Arc<Desk>>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    let tables = desk.tables();
    if let Some(path) = tables.get(PATHS, &name) {
        let code = path["status"].as_u64().and_then(|status| u16::try_from(status).ok());
        let status = code.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::OK);
        let to = path["to"].as_str().map(|to| to.replace("{base}", desk.base()));
        let body = path["body"].as_str().unwrap_or_default().to_owned();
        return match to {
            Some(to) => (status, [("location", to)]).into_response(),
            None => (status, [("content-type", "application/xml")], body).into_response(),
        };
    }
    if name != FEED {
        return StatusCode::NOT_FOUND.into_response();
    }
    let body = atom(&tables, desk.base());
    let updated = tables.all(ENTRIES).filter_map(|(_, entry)| moment(&entry["updated"])).max().unwrap_or_default();
    let modified = updated.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let etag = format!("\"{}\"", hex::encode(&Sha256::digest(body.as_bytes())[..10]));
    let sent = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // Where both are sent the tag counts.
    let same = match (sent("if-none-match"), sent("if-modified-since")) {
        (Some(tag), _) => tag == etag,
        (None, Some(since)) => since == modified,
        (None, None) => false,
    };
    let known = [("etag", etag), ("last-modified", modified)];
    if same {
        return (StatusCode::NOT_MODIFIED, known).into_response();
    }
    (known, [("content-type", "application/atom+xml; charset=utf-8")], body).into_response()
}

fn atom(tables: &Tables, base: &str) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>Releases</title>\n<id>{0}/{FEED}</id>\n<link rel=\"self\" href=\"{0}/{FEED}\"/>\n",
        escaped(base)
    );
    let mut entries: Vec<(&str, &Value)> = tables.all(ENTRIES).collect();
    entries.sort_by_key(|(_, entry)| std::cmp::Reverse(moment(&entry["published"])));
    for (id, entry) in entries {
        let _ = write!(text, "<entry>\n<id>{}</id>\n", escaped(id));
        for element in ["title", "published", "updated"] {
            if let Some(value) = entry[element].as_str() {
                let _ = writeln!(text, "<{element}>{}</{element}>", escaped(value));
            }
        }
        if let Some(link) = entry["link"].as_str() {
            let _ = writeln!(text, "<link rel=\"alternate\" href=\"{}\"/>", escaped(link));
        }
        if let Some(version) = entry["version"].as_str() {
            let _ = writeln!(text, "<category scheme=\"version\" term=\"{}\"/>", escaped(version));
        }
        if entry["prerelease"] == true {
            text.push_str("<category term=\"prerelease\"/>\n");
        }
        let content = entry["content"].as_str().unwrap_or_default();
        let _ = write!(text, "<content type=\"text\">{}</content>\n</entry>\n", escaped(content));
    }
    text.push_str("</feed>\n");
    text
}

/// A text as XML holds it.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(letter),
            letter if letter.is_control() => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}

fn moment(value: &Value) -> Option<DateTime<Utc>> {
    value.as_str()?.parse::<Moment>().ok().map(|moment| moment.utc())
}
