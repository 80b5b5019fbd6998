//! GitHub's double: one public repository with releases, that can be renamed.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::desk::{Change, Desk, Outgoing, Tables};
use super::{Double, Names};
use crate::domain::activity::Release;
use crate::domain::connection::Vendor;
use crate::domain::record::Record;
use crate::domain::time::Moment;

pub(super) const DOUBLE: Double = Double {
    vendor: Vendor::GitHub,
    fill,
    router,
    touch,
    outgoing,
    limited,
    settings: &[("repository", REPOSITORY), ("prereleases", "yes")],
};

/// The repository, before somebody renames it.
const REPOSITORY: &str = "local/product";
/// Its number.
const NUMBER: &str = "1296269";
/// The tables: the releases by number, and the one repository.
const RELEASES: &str = "releases";
const REPOSITORIES: &str = "repositories";
/// The most releases of a page; what is more is not given.
const MOST: usize = 100;
/// Releases of a page where nothing is asked for.
const USUAL: usize = 30;

/// The releases GitHub has: every other one by identifier; the others are in the feed.
fn fill(records: &[Record], _: Moment, names: &mut Names) -> Tables {
    let mut tables = Tables::default();
    tables.put(REPOSITORIES, NUMBER, json!({"full_name": REPOSITORY, "former": []}));
    let mut releases: Vec<&Release> = records
        .iter()
        .filter_map(|record| match record {
            Record::Release(release) => Some(release),
            _ => None,
        })
        .collect();
    releases.sort_by(|left, right| left.id.cmp(&right.id));
    for release in releases.into_iter().step_by(2) {
        let number = number_of(&release.id);
        if !release.draft {
            names.insert(Record::Release(release.clone()).reference(), (Vendor::GitHub, number.to_string()));
        }
        tables.put(RELEASES, number.to_string(), object(release, number));
    }
    tables
}

fn object(release: &Release, number: u64) -> Value {
    let tag = release.version.clone().unwrap_or_else(|| format!("untagged-{number:x}"));
    let page = format!("https://github.com/{REPOSITORY}/releases/tag/{tag}");
    let shipped_at = release.shipped_at.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string();
    json!({
        "id": number,
        "node_id": format!("RE_{number}"),
        "tag_name": tag,
        "target_commitish": "main",
        "name": release.title,
        "body": release.body,
        "draft": release.draft,
        "prerelease": release.prerelease,
        "immutable": false,
        "created_at": shipped_at,
        "updated_at": shipped_at,
        "published_at": if release.draft { Value::Null } else { shipped_at.clone().into() },
        "html_url": release.url.clone().unwrap_or(page),
        "author": {"login": "local", "id": 1, "type": "User"},
        "assets": [],
    })
}

fn number_of(id: &str) -> u64 {
    let digest = Sha256::digest(id.as_bytes());
    digest.iter().take(4).fold(0, |number, byte| number * 256 + u64::from(*byte))
}

fn touch(table: &str, object: &mut Value, at: Moment) {
    if table == RELEASES {
        object["updated_at"] = at.utc().format("%Y-%m-%dT%H:%M:%SZ").to_string().into();
    }
}

fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/repos/{owner}/{name}", get(by_name))
        .route("/repos/{owner}/{name}/releases", get(list_by_name))
        .route("/repos/{owner}/{name}/releases/{id}", get(one_by_name))
        .route("/repositories/{number}", get(by_number))
        .route("/repositories/{number}/releases", get(list_by_number))
        .route("/repositories/{number}/releases/{id}", get(one_by_number))
        .with_state(desk)
}

/// Which page of a list, of which size.
#[derive(Clone, Copy, Deserialize)]
struct Paging {
    page: Option<usize>,
    per_page: Option<usize>,
}

type Asked = (State<Arc<Desk>>, HeaderMap);

async fn by_name((State(desk), headers): Asked, Path((owner, name)): Path<(String, String)>) -> Response {
    answer(&desk, &headers, &format!("{owner}/{name}"), "", |desk| {
        let tables = desk.tables();
        let name = tables.get(REPOSITORIES, NUMBER).map(|object| object["full_name"].clone());
        Json(json!({"id": 1_296_269, "full_name": name, "private": false, "default_branch": "main"})).into_response()
    })
}

async fn list_by_name(
    (State(desk), headers): Asked,
    Path((owner, name)): Path<(String, String)>,
    Query(paging): Query<Paging>,
) -> Response {
    let rest = match (paging.per_page, paging.page) {
        (Some(size), Some(page)) => format!("/releases?per_page={size}&page={page}"),
        (Some(size), None) => format!("/releases?per_page={size}"),
        (None, Some(page)) => format!("/releases?page={page}"),
        (None, None) => "/releases".to_owned(),
    };
    answer(&desk, &headers, &format!("{owner}/{name}"), &rest, |desk| list(desk, &headers, paging))
}

async fn one_by_name(
    (State(desk), headers): Asked,
    Path((owner, name, id)): Path<(String, String, String)>,
) -> Response {
    answer(&desk, &headers, &format!("{owner}/{name}"), &format!("/releases/{id}"), |desk| one(desk, &id))
}

async fn by_number((State(desk), headers): Asked, Path(number): Path<String>) -> Response {
    answer(&desk, &headers, &number, "", |_| Json(json!({"id": 1_296_269})).into_response())
}

async fn list_by_number(
    (State(desk), headers): Asked,
    Path(number): Path<String>,
    Query(paging): Query<Paging>,
) -> Response {
    answer(&desk, &headers, &number, "", |desk| list(desk, &headers, paging))
}

async fn one_by_number((State(desk), headers): Asked, Path((number, id)): Path<(String, String)>) -> Response {
    answer(&desk, &headers, &number, "", |desk| one(desk, &id))
}

/// Answers where the request is in order and the repository is there; leads on where it has another name now.
fn answer(desk: &Desk, headers: &HeaderMap, of: &str, rest: &str, act: impl FnOnce(&Desk) -> Response) -> Response {
    if let Some(refusal) = refused(desk, headers) {
        return refusal;
    }
    let (present, former) = {
        let tables = desk.tables();
        let object = tables.get(REPOSITORIES, NUMBER).cloned().unwrap_or_default();
        let is = |name: &Value| name.as_str().is_some_and(|name| name.eq_ignore_ascii_case(of));
        (
            of == NUMBER || is(&object["full_name"]),
            object["former"].as_array().is_some_and(|names| names.iter().any(is)),
        )
    };
    if present {
        return act(desk);
    }
    if former {
        let address = format!("{}/repositories/{NUMBER}{rest}", desk.base());
        let body = json!({"message": "Moved Permanently", "url": address});
        return (StatusCode::MOVED_PERMANENTLY, [("location", address)], Json(body)).into_response();
    }
    error(StatusCode::NOT_FOUND, "Not Found")
}

fn refused(desk: &Desk, headers: &HeaderMap) -> Option<Response> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("user-agent").is_none_or(str::is_empty) {
        let said = "Request forbidden by administrative rules. Please make sure your request has a User-Agent header";
        return Some((StatusCode::FORBIDDEN, said).into_response());
    }
    if text("x-github-api-version").is_some_and(|version| version != "2022-11-28") {
        return Some(error(StatusCode::BAD_REQUEST, "The requested API version is not supported."));
    }
    let accepts = |kind: &str| kind.contains("application/vnd.github") || kind.contains("*/*") || kind.contains("json");
    if text("accept").is_some_and(|kind| !accepts(kind)) {
        return Some(error(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Unsupported 'Accept' header. Must accept 'application/json'.",
        ));
    }
    // Without a key the repository can be read, as public ones can.
    let token = text("authorization")?;
    let token = token.strip_prefix("Bearer ").or_else(|| token.strip_prefix("token "));
    let taken = token.is_some_and(|token| desk.takes(token));
    (!taken).then(|| error(StatusCode::UNAUTHORIZED, "Bad credentials"))
}

fn list(desk: &Desk, headers: &HeaderMap, paging: Paging) -> Response {
    let with_key = headers.contains_key("authorization");
    let (page, size) = (paging.page.unwrap_or(1).max(1), paging.per_page.unwrap_or(USUAL).clamp(1, MOST));
    let mut releases: Vec<Value> = desk.tables().all(RELEASES).map(|(_, release)| release.clone()).collect();
    // Drafts are shown to those who may push.
    releases.retain(|release| with_key || release["draft"] != true);
    releases.sort_by(|left, right| right["created_at"].as_str().cmp(&left["created_at"].as_str()));
    let all = releases.len();
    let shown: Vec<Value> = releases.into_iter().skip((page - 1) * size).take(size).collect();
    let body = Value::Array(shown).to_string();
    let etag = format!("W/\"{}\"", hex::encode(Sha256::digest(body.as_bytes())));
    if headers.get("if-none-match").is_some_and(|known| known.as_bytes() == etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [("etag", etag)]).into_response();
    }
    let mut response =
        ([("etag", etag), ("content-type", "application/json; charset=utf-8".to_owned())], body).into_response();
    if page * size < all {
        let at = |page: usize| format!("{}/repositories/{NUMBER}/releases?per_page={size}&page={page}", desk.base());
        let link = format!("<{}>; rel=\"next\", <{}>; rel=\"last\"", at(page + 1), at(all.div_ceil(size)));
        if let Ok(link) = link.parse() {
            response.headers_mut().insert("link", link);
        }
    }
    response
}

fn one(desk: &Desk, id: &str) -> Response {
    match desk.tables().get(RELEASES, id) {
        Some(release) => Json(release.clone()).into_response(),
        None => error(StatusCode::NOT_FOUND, "Not Found"),
    }
}

fn outgoing(desk: &Desk, table: &str, id: &str, change: Change) -> Vec<Outgoing> {
    if table != RELEASES {
        return Vec::new();
    }
    let actions: &[&str] = match change {
        Change::Created => &["created", "published", "released"],
        Change::Updated => &["edited"],
        Change::Deleted => &["deleted"],
    };
    let number: u64 = id.parse().unwrap_or_default();
    let release = desk.tables().get(RELEASES, id).cloned().unwrap_or_else(|| json!({"id": number}));
    let of = |action: &&str| {
        let body = json!({"action": action, "release": release, "repository": {"full_name": REPOSITORY}});
        signed(desk.secret(), body.to_string().into_bytes())
    };
    actions.iter().filter_map(of).collect()
}

fn signed(secret: &str, body: Vec<u8>) -> Option<Outgoing> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(&body);
    let signature = format!("sha256={}", hex::encode(mac.finalize().into_bytes()));
    let headers = [
        ("content-type", "application/json".to_owned()),
        ("user-agent", "GitHub-Hookshot/local".to_owned()),
        ("x-github-event", "release".to_owned()),
        ("x-github-delivery", Uuid::new_v4().to_string()),
        ("x-hub-signature-256", signature),
    ];
    Some(Outgoing { headers: headers.map(|(name, value)| (name.to_owned(), value)).into(), body })
}

/// GitHub says it with 403 and how long to wait.
fn limited(after: u64) -> Response {
    let mut response = error(
        StatusCode::FORBIDDEN,
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    );
    response.headers_mut().insert("retry-after", after.into());
    response
}

fn error(status: StatusCode, message: &str) -> Response {
    let body = json!({"message": message, "documentation_url": "https://docs.github.com/rest",
        "status": status.as_u16().to_string()});
    (status, Json(body)).into_response()
}
