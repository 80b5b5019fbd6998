//! A feed against its double.

use std::time::Duration as Wait;

use serde_json::json;

use super::*;
use crate::domain::activity::Release;
use crate::domain::record::Record;
use crate::sources::emulator::Fault;
use crate::sources::trial::{Trial, found, stream_of};

const NOW: &str = "2026-06-15T09:00:00Z";

fn lines() -> Vec<Value> {
    let of = |at: u32| {
        json!({"type": "release", "id": format!("r-{at:02}"), "title": format!("1.{at}: Folders & <tags>"),
            "version": if at % 4 == 1 { format!("1.{at}") } else { format!("Sync {at}") },
            "body": format!("Sync\n- Folders \"in\" folders.\n\n  - {at} < 100 & more.\n"),
            "shipped_at": format!("2026-05-{:02}T10:00:00Z", at + 1), "prerelease": at == 5,
            "url": format!("https://product.example/releases/{at}?a=1&b=2")})
    };
    (0..9).map(of).collect()
}

async fn trial() -> Trial {
    Trial::of(Vendor::Feed, &lines(), NOW).await
}

fn open(trial: &Trial) -> Feed {
    Feed::open(trial.access()).unwrap()
}

fn releases(source: &Feed, items: &[Item]) -> Vec<Release> {
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

/// Puts a body at a path of the double, and opens that.
fn at_path(trial: &Trial, body: &str) -> Feed {
    trial.desk().change("paths", "own.xml", &json!({"status": 200, "body": body}));
    let url = format!("{}/own.xml", trial.desk().base());
    Feed::open(trial.access_with("url", &url)).unwrap()
}

#[tokio::test]
async fn every_release_comes_out_once_and_equal() {
    let trial = trial().await;
    let source = open(&trial);
    let pass = trial.pass(&source, "releases", None).await.unwrap();
    let expected: Vec<Release> = lines()
        .iter()
        .filter(|line| trial.has(line))
        .map(|line| match serde_json::from_value(line.clone()).unwrap() {
            Record::Release(release) => Release { id: format!("feed:{}", trial.name_of(line)), ..release },
            other => panic!("{other:?}"),
        })
        .collect();
    let mut found = releases(&source, &pass.items);
    assert_eq!(found.len(), 4);
    for (found, expected) in found.iter_mut().zip(&expected) {
        // White space around a text does not go through every feed.
        assert_eq!(found.body.trim_end(), expected.body.trim_end());
        expected.body.clone_into(&mut found.body);
    }
    assert_eq!(found, expected);
    assert!(!pass.whole && pass.gone.is_empty());
}

#[tokio::test]
async fn a_pass_with_nothing_new_costs_one_request() {
    let trial = trial().await;
    let source = open(&trial);
    let first = trial.pass(&source, "releases", None).await.unwrap();
    let before = trial.desk().requests();
    let next = trial.pass(&source, "releases", Some(&first.cursor)).await.unwrap();
    assert_eq!((trial.desk().requests() - before, next.items.len()), (1, 0));
    assert_eq!(next.cursor, first.cursor);
}

#[tokio::test]
async fn a_changed_entry_and_a_new_one_are_seen_by_the_next_pass() {
    let trial = trial().await;
    let source = open(&trial);
    let first = trial.pass(&source, "releases", None).await.unwrap();
    trial.desk().change("entries", &trial.name_of(&lines()[1]), &json!({"content": "Mended."}));
    trial.desk().change("entries", "new", &json!({"title": "2.0: Tags", "published": "2026-06-14T10:00:00Z"}));
    let next = trial.pass(&source, "releases", Some(&first.cursor)).await.unwrap();
    let releases = releases(&source, &next.items);
    assert!(releases.iter().any(|release| release.body == "Mended."));
    assert!(releases.iter().any(|release| release.id == "feed:new" && release.version.as_deref() == Some("2.0")));
    let item = source.item(&stream_of(&source, "releases"), "new").await.unwrap();
    assert_eq!(item.as_ref(), next.items.iter().find(|item| item.id == "new"));
    assert_eq!(source.item(&stream_of(&source, "releases"), "none").await.unwrap(), None);
}

#[tokio::test]
async fn a_feed_that_moved_for_good_is_asked_for_there_from_then_on() {
    let trial = trial().await;
    trial.desk().change("paths", "old.xml", &json!({"status": 301, "to": "{base}/older.xml"}));
    trial.desk().change("paths", "older.xml", &json!({"status": 308, "to": "releases.atom"}));
    trial.desk().change("paths", "now.xml", &json!({"status": 302, "to": "releases.atom"}));
    for (path, later) in [("old.xml", 1), ("now.xml", 2)] {
        let url = format!("{}/{path}", trial.desk().base());
        let source = Feed::open(trial.access_with("url", &url)).unwrap();
        let first = trial.pass(&source, "releases", None).await.unwrap();
        assert_eq!(first.items.len(), 4);
        let before = trial.desk().requests();
        assert!(trial.pass(&source, "releases", Some(&first.cursor)).await.unwrap().items.is_empty());
        assert_eq!(trial.desk().requests() - before, later, "{path}");
    }
}

#[tokio::test]
async fn another_address_begins_anew() {
    let trial = trial().await;
    let source = open(&trial);
    let first = trial.pass(&source, "releases", None).await.unwrap();
    let url = format!("{}/releases.atom?x=1", trial.desk().base());
    let source = Feed::open(trial.access_with("url", &url)).unwrap();
    assert_eq!(trial.pass(&source, "releases", Some(&first.cursor)).await.unwrap().items.len(), 4);
}

#[tokio::test]
async fn a_feed_that_leads_in_a_circle_or_into_the_network_is_refused() {
    let trial = trial().await;
    trial.desk().change("paths", "own.xml", &json!({"status": 302, "to": "own.xml"}));
    let url = format!("{}/own.xml", trial.desk().base());
    let source = Feed::open(trial.access_with("url", &url)).unwrap();
    let refused = trial.pass(&source, "releases", None).await;
    assert!(matches!(refused, Err(SourceError::Refused(said)) if said.contains("leads on")));
    for to in ["http://169.254.169.254/latest/meta-data", "file:///etc/hosts", "http://kim:secret@127.0.0.1/"] {
        trial.desk().change("paths", "own.xml", &json!({"status": 302, "to": to}));
        let before = trial.desk().requests();
        assert!(matches!(trial.pass(&source, "releases", None).await, Err(SourceError::Refused(_))), "{to}");
        assert_eq!(trial.desk().requests() - before, 1);
    }
}

#[tokio::test]
async fn a_local_feed_is_read_only_where_that_is_allowed() {
    let trial = trial().await;
    let source = Feed::open(trial.access_with("allow_local", "no")).unwrap();
    let before = trial.desk().requests();
    assert!(matches!(source.preflight().await, Err(SourceError::Refused(said)) if said.contains("private network")));
    assert_eq!(trial.desk().requests(), before);
    assert!(open(&trial).preflight().await.is_ok());
}

#[tokio::test]
async fn a_feed_that_is_gone_says_so() {
    let trial = trial().await;
    let source = at_path(&trial, "");
    for status in [404, 410] {
        trial.desk().change("paths", "own.xml", &json!({"status": status}));
        let gone = trial.pass(&source, "releases", None).await;
        assert!(matches!(gone, Err(SourceError::NotFound(said)) if said.contains("no feed at this address")));
    }
    trial.desk().change("paths", "own.xml", &json!({"status": 401}));
    assert!(matches!(source.preflight().await, Err(SourceError::Forbidden(said)) if said.contains("public")));
}

#[tokio::test]
async fn rss_and_json_feeds_are_read_as_well() {
    let trial = trial().await;
    let rss = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><item>
        <title>3.1: Tags</title><link>https://product.example/3.1</link><guid isPermaLink="false">n-1</guid>
        <pubDate>Tue, 02 Jun 2026 10:00:00 GMT</pubDate><description>&lt;p&gt;New: &lt;b&gt;tags&lt;/b&gt;.&lt;/p&gt;</description>
        </item></channel></rss>"#;
    let feed = r#"{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [{"id": "n-1",
        "url": "https://product.example/3.1", "title": "3.1: Tags", "content_html": "<p>New: <b>tags</b>.</p>",
        "date_published": "2026-06-02T10:00:00Z"}]}"#;
    for text in [rss, feed] {
        let source = at_path(&trial, text);
        let pass = trial.pass(&source, "releases", None).await.unwrap();
        let release = releases(&source, &pass.items).remove(0);
        assert_eq!((release.id.as_str(), release.version.as_deref()), ("feed:n-1", Some("3.1")), "{text}");
        assert_eq!(
            (release.body.as_str(), release.url.as_deref()),
            ("New: tags.", Some("https://product.example/3.1"))
        );
        assert_eq!(release.shipped_at.to_string(), "2026-06-02T10:00:00Z");
    }
}

#[tokio::test]
async fn an_entry_without_a_date_has_that_of_when_it_was_first_seen() {
    let mut trial = trial().await;
    let item = |title: &str, date: &str| format!("<item><title>{title}</title><pubDate>{date}</pubDate></item>");
    let rss = |items: &str| format!("<rss version=\"2.0\"><channel><title>x</title>{items}</channel></rss>");
    let (odd, ahead) = (item("A", "soon"), item("B", "Tue, 02 Jun 2099 10:00:00 GMT"));
    let source = at_path(&trial, &rss(&format!("{odd}{ahead}{}", item("C", "Tue, 02 Jun 2026 10:00:00 GMT"))));
    let first = trial.pass(&source, "releases", None).await.unwrap();
    let dates = |items: &[Item]| -> Vec<(String, String)> {
        let releases = releases(&source, items);
        releases.into_iter().map(|release| (release.title, release.shipped_at.to_string())).collect()
    };
    let of = |title: &str, at: &str| (title.to_owned(), at.to_owned());
    let expected = [of("C", "2026-06-02T10:00:00Z"), of("A", NOW), of("B", NOW)];
    assert_eq!(dates(&first.items), expected);
    trial.now = trial.now + Duration::days(3);
    let again = trial.pass(&source, "releases", Some(&first.cursor)).await.unwrap();
    assert_eq!(dates(&again.items), expected);
    assert_eq!(again.items, first.items);
}

#[tokio::test]
async fn entries_are_told_apart_by_identifier_else_link_else_words() {
    let trial = trial().await;
    let items = "<item><guid>g</guid><title>A</title><link>https://x.example/1</link></item>\
        <item><title>B</title><link>https://x.example/2</link></item><item><title>C</title></item>\
        <item><title>C</title></item><item><guid>g</guid><title>D</title></item>";
    let source = at_path(&trial, &format!("<rss version=\"2.0\"><channel><title>x</title>{items}</channel></rss>"));
    let pass = trial.pass(&source, "releases", None).await.unwrap();
    let ids: Vec<&str> = pass.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids[..2], ["g", "https://x.example/2"]);
    assert!(ids.len() == 3 && ids[2].len() == 32);
    assert_eq!(pass.items, trial.pass(&source, "releases", None).await.unwrap().items);
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_is_said_by_its_kind() {
    let trial = trial().await;
    let source = open(&trial);
    trial.desk().fail(Fault::RateLimited { after: 600 }, 1);
    let limited = trial.pass(&source, "releases", None).await.map(|pass| pass.pages);
    assert_eq!(limited.unwrap_err(), SourceError::RateLimited { after: Wait::from_mins(10) });
    trial.desk().fail(Fault::Garbled, 1);
    assert!(matches!(trial.pass(&source, "releases", None).await, Err(SourceError::Malformed(_))));
    trial.desk().fail(Fault::ServerError, 1);
    trial.desk().fail(Fault::Cut, 1);
    assert_eq!(trial.pass(&source, "releases", None).await.unwrap().items.len(), 4);
    let large = "x".repeat(9 << 20);
    let source = at_path(&trial, &large);
    assert!(
        matches!(trial.pass(&source, "releases", None).await, Err(SourceError::Malformed(said)) if said.contains("bytes"))
    );
}
