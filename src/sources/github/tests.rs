//! GitHub against its double.

use std::collections::BTreeMap;
use std::time::Duration as Wait;

use serde_json::json;

use super::*;
use crate::domain::activity::Release;
use crate::domain::record::Record;
use crate::sources::emulator::{Fault, Outgoing};
use crate::sources::trial::{Trial, found, moment, stream_of};

const NOW: &str = "2026-06-15T09:00:00Z";

fn lines() -> Vec<Value> {
    let of = |at: u32| {
        json!({"type": "release", "id": format!("r-{at:02}"), "title": format!("Spring {at}"), "version": format!("v1.{at}"),
            "body": "## New\n- *Folders*", "shipped_at": format!("2026-05-{:02}T10:00:00Z", at + 1),
            "prerelease": at == 4, "url": format!("https://product.example/releases/{at}")})
    };
    (0..15).map(of).collect()
}

async fn trial() -> Trial {
    Trial::of(Vendor::GitHub, &lines(), NOW).await
}

fn open(trial: &Trial) -> GitHub {
    GitHub::open(trial.access(), trial.client.clone()).unwrap()
}

fn releases(source: &GitHub, items: &[Item]) -> Vec<Release> {
    let of = |found| match found {
        Found::Record(_, record) => match *record {
            Record::Release(release) => release,
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let mut releases: Vec<Release> = found(source, "releases", items).into_iter().map(of).collect();
    releases.sort_by_key(|release| release.shipped_at);
    releases
}

fn expected(trial: &Trial) -> Vec<Release> {
    let of = |line: &Value| {
        let id = format!("github:{}", trial.name_of(line));
        match serde_json::from_value(line.clone()).unwrap() {
            Record::Release(release) => Release { id, ..release },
            other => panic!("{other:?}"),
        }
    };
    lines().iter().filter(|line| trial.has(line)).map(of).collect()
}

#[tokio::test]
async fn every_release_comes_out_once_and_equal() {
    let trial = trial().await;
    let mut source = open(&trial);
    for per_page in [100, 3, 1] {
        source.per_page = per_page;
        let pass = trial.pass(&source, "releases", None).await.unwrap();
        assert_eq!(releases(&source, &pass.items), expected(&trial));
        assert_eq!(pass.pages, 8_usize.div_ceil(per_page));
        assert!(pass.whole && pass.gone.is_empty());
    }
}

#[tokio::test]
async fn a_pass_with_nothing_new_costs_one_request_and_meets_nothing() {
    let trial = trial().await;
    let mut source = open(&trial);
    source.per_page = 3;
    let first = trial.pass(&source, "releases", None).await.unwrap();
    let before = trial.desk().requests();
    let next = trial.pass(&source, "releases", Some(&first.cursor)).await.unwrap();
    assert_eq!((trial.desk().requests() - before, next.items.len(), next.whole), (1, 0, false));
    assert_eq!(next.cursor, first.cursor);
}

#[tokio::test]
async fn a_new_release_and_a_changed_one_are_on_the_first_page() {
    let trial = trial().await;
    let mut source = open(&trial);
    source.per_page = 3;
    let first = trial.pass(&source, "releases", None).await.unwrap();
    let changed = trial.name_of(&lines()[14]);
    trial.desk().change("releases", &changed, &json!({"body": "Mended."}));
    let new = json!({"id": 77, "tag_name": "v2.0", "name": "Summer", "body": null, "draft": false, "prerelease": false,
        "created_at": "2026-06-14T10:00:00Z", "published_at": "2026-06-14T10:00:00Z"});
    trial.desk().change("releases", "77", &new);
    let next = trial.pass(&source, "releases", Some(&first.cursor)).await.unwrap();
    assert!(next.pages == 1 && !next.whole);
    let releases = releases(&source, &next.items);
    assert!(releases.iter().any(|release| release.id == "github:77" && release.title == "Summer"));
    assert!(releases.iter().any(|release| release.body == "Mended."));
}

#[tokio::test]
async fn a_week_later_the_whole_list_is_read_and_what_is_gone_is_not_met() {
    let mut trial = trial().await;
    let mut source = open(&trial);
    source.per_page = 3;
    let first = trial.pass(&source, "releases", None).await.unwrap();
    let oldest = trial.name_of(&lines()[0]);
    trial.desk().delete("releases", &oldest);
    trial.now = trial.now + Duration::days(1);
    let soon = trial.pass(&source, "releases", Some(&first.cursor)).await.unwrap();
    assert!(!soon.whole && soon.items.is_empty());
    trial.now = trial.now + Duration::days(6);
    let later = trial.pass(&source, "releases", Some(&soon.cursor)).await.unwrap();
    assert!(later.whole && later.items.len() == 7 && later.items.iter().all(|item| item.id != oldest));
}

#[tokio::test]
async fn drafts_are_left_out_and_releases_for_trying_out_where_they_are_not_wanted() {
    let trial = trial().await;
    trial.desk().change(
        "releases",
        "78",
        &json!({"id": 78, "tag_name": "v3", "draft": true, "created_at": "2026-06-14T10:00:00Z"}),
    );
    let source = open(&trial);
    assert_eq!(trial.pass(&source, "releases", None).await.unwrap().items.len(), 8);
    let stream = stream_of(&source, "releases");
    assert_eq!(source.item(&stream, "78").await.unwrap(), None);
    let source = GitHub::open(trial.access_with("prereleases", "no"), trial.client.clone()).unwrap();
    assert_eq!(trial.pass(&source, "releases", None).await.unwrap().items.len(), 7);
}

#[tokio::test]
async fn a_renamed_repository_is_followed_whoever_follows() {
    let trial = trial().await;
    trial.desk().change("repositories", "1296269", &json!({"full_name": "local/renamed", "former": ["local/product"]}));
    let by_hand = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    for client in [trial.client.clone(), by_hand] {
        let mut source = GitHub::open(trial.access(), client).unwrap();
        source.per_page = 3;
        let pass = trial.pass(&source, "releases", None).await.unwrap();
        assert_eq!(releases(&source, &pass.items), expected(&trial));
        let oldest = source.item(&stream_of(&source, "releases"), &trial.name_of(&lines()[0])).await.unwrap();
        assert!(oldest.is_some());
        assert!(source.preflight().await.is_ok());
    }
}

#[tokio::test]
async fn a_public_repository_can_be_read_without_a_key_and_not_with_a_wrong_one() {
    let trial = trial().await;
    let mut access = trial.access();
    access.key = String::new();
    let source = GitHub::open(access.clone(), trial.client.clone()).unwrap();
    assert_eq!(trial.pass(&source, "releases", None).await.unwrap().items.len(), 8);
    assert_eq!(source.preflight().await.unwrap().of.as_deref(), Some("local/product"));
    access.key = "ghp_wrong".to_owned();
    let source = GitHub::open(access, trial.client.clone()).unwrap();
    assert!(
        matches!(source.preflight().await, Err(SourceError::Unauthorized(said)) if said.contains("Bad credentials"))
    );
    let source = GitHub::open(trial.access_with("repository", "local/other"), trial.client.clone()).unwrap();
    assert!(matches!(source.preflight().await, Err(SourceError::NotFound(said)) if said.contains("local/other")));
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_is_said_by_its_kind_and_can_be_gone_on_from() {
    let trial = trial().await;
    let mut source = open(&trial);
    source.per_page = 3;
    let stream = stream_of(&source, "releases");
    let Next::More(cursor) = source.page(&stream, None, trial.now).await.unwrap().next else { panic!("one page") };
    trial.desk().fail(Fault::RateLimited { after: 600 }, 1);
    let limited = source.page(&stream, Some(&cursor), trial.now).await;
    assert_eq!(limited.unwrap_err(), SourceError::RateLimited { after: Wait::from_mins(10) });
    trial.desk().fail(Fault::Garbled, 1);
    assert!(matches!(source.page(&stream, Some(&cursor), trial.now).await, Err(SourceError::Malformed(_))));
    trial.desk().fail(Fault::ServerError, 1);
    trial.desk().fail(Fault::Cut, 1);
    let rest = trial.pass(&source, "releases", Some(&cursor)).await.unwrap();
    assert_eq!((rest.items.len(), rest.whole), (5, true));
}

fn deliver(source: &GitHub, delivery: &Outgoing, header: Option<(&str, &str)>) -> Result<Delivered, Refused> {
    let mut headers: BTreeMap<String, String> = delivery.headers.iter().cloned().collect();
    headers.extend(header.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let address = "https://agent.example/hooks/github";
    let delivery = Delivery { method: "POST", address, headers: &headers, body: &delivery.body };
    source.delivery(&delivery, moment(NOW))
}

#[tokio::test]
async fn a_delivery_says_which_release_changed() {
    let trial = trial().await;
    let source = open(&trial);
    let id = trial.name_of(&lines()[0]);
    let sent = trial.desk().change("releases", &id, &json!({"name": "Autumn"}));
    let delivered = deliver(&source, &sent[0], None).unwrap();
    assert_eq!(delivered.changed, [crate::sources::ChangedItem { stream: "releases".into(), id: id.clone() }]);
    assert_eq!(deliver(&source, &sent[0], None).unwrap().id, delivered.id);
    let now = source.item(&stream_of(&source, "releases"), &id).await.unwrap().unwrap();
    assert_eq!(releases(&source, &[now])[0].title, "Autumn");
    let sent = trial.desk().delete("releases", &id);
    assert_eq!(deliver(&source, &sent[0], None).unwrap().changed.len(), 1);
    assert_eq!(source.item(&stream_of(&source, "releases"), &id).await.unwrap(), None);
}

#[tokio::test]
async fn a_delivery_that_is_not_genuine_is_refused() {
    let trial = trial().await;
    let source = open(&trial);
    let sent = trial.desk().change("releases", &trial.name_of(&lines()[0]), &json!({"name": "Autumn"}));
    let changed = Outgoing { body: b"{}".to_vec(), ..sent[0].clone() };
    assert_eq!(deliver(&source, &changed, None), Err(Refused::Signature));
    assert_eq!(deliver(&source, &sent[0], Some(("x-hub-signature-256", ""))), Err(Refused::Signature));
    assert_eq!(deliver(&source, &sent[0], Some(("x-github-event", "ping"))).unwrap().changed, []);
    let mut access = trial.access();
    access.webhook_secret = None;
    let source = GitHub::open(access, trial.client.clone()).unwrap();
    assert_eq!(deliver(&source, &sent[0], None), Err(Refused::NoSecret));
}

#[test]
fn a_repository_is_read_however_people_write_it() {
    for (text, name) in [
        ("acme/product", Some("acme/product")),
        (" https://github.com/acme/product.git ", Some("acme/product")),
        ("https://github.com/acme/product/releases", Some("acme/product")),
        ("acme", None),
        ("acme/..", None),
        ("acme/product/../../user", None),
        ("acme/pro duct", None),
        ("https://github.com", None),
    ] {
        assert_eq!(repository_name(text).as_deref(), name, "{text}");
    }
}

#[test]
fn the_next_page_is_found_among_links() {
    let header = "<https://a.example/x?page=1>; rel=\"prev\", <https://a.example/x?page=3>; rel=\"next\"";
    assert_eq!(next_link(header), Some("https://a.example/x?page=3"));
    assert_eq!(next_link("<https://a.example/x?page=1>; rel=\"last\""), None);
    assert_eq!(next_link("nonsense"), None);
}

proptest::proptest! {
    #[test]
    fn no_header_and_no_setting_makes_reading_panic(text in ".{0,80}") {
        let _ = (next_link(&text), repository_name(&text));
        let _ = next_link(&format!("<{text}>; rel=\"next\""));
    }
}
