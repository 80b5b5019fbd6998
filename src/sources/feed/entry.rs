//! Feeds of all formats, read into entries of one shape.

use chrono::{DateTime, Utc};
use feed_rs::model;
use feed_rs::parser::Builder;
use reqwest::Url;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The longest key that is kept as it is, in bytes.
const LONGEST_KEY: usize = 200;

/// An entry, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// What tells it from the others: its own identifier, else its link, else what it says.
    pub key: String,
    #[serde(default)]
    pub title: Option<Text>,
    #[serde(default)]
    pub content: Option<Text>,
    #[serde(default)]
    pub url: Option<String>,
    /// When it was published; else when it was first seen.
    #[serde(default)]
    pub shipped_at: Option<String>,
    /// A version, where a category names one.
    #[serde(default)]
    pub version: Option<String>,
    #[serde(default)]
    pub prerelease: bool,
}

/// A text, and whether it is written in HTML.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Text {
    pub text: String,
    #[serde(default)]
    pub html: bool,
}

/// An entry with its date, where it has one.
pub(super) type Listed = (Entry, Option<DateTime<Utc>>);

/// The entries of a feed, in its order; links are resolved against `at`.
pub(super) fn read(body: &[u8], at: &Url) -> Result<Vec<Listed>, String> {
    let parser =
        Builder::new().base_uri(Some(at.as_str())).sanitize_content(false).id_generator(|_, _, _| String::new());
    let feed = parser.build().parse(body).map_err(|_| {
        "the feed cannot be read; RSS, Atom and JSON Feed are taken, and one broken entry makes the whole unreadable".to_owned()
    })?;
    let mut entries: Vec<Listed> = Vec::new();
    for entry in feed.entries {
        let date = entry.published.or(entry.updated);
        let entry = shaped(entry, date);
        // An entry that is listed twice counts once, as it stands first.
        if !entries.iter().any(|(known, _)| known.key == entry.key) {
            entries.push((entry, date));
        }
    }
    Ok(entries)
}

fn shaped(entry: model::Entry, date: Option<DateTime<Utc>>) -> Entry {
    let url = link(&entry.links);
    let title = entry.title.map(text);
    let content = entry.content.and_then(|content| {
        let html = is_html(content.content_type.subty().as_str());
        Some(Text { text: content.body?, html })
    });
    let content = content.filter(|content| !content.text.trim().is_empty()).or_else(|| entry.summary.map(text));
    let own = Some(entry.id.trim()).filter(|id| !id.is_empty()).map(str::to_owned);
    let key = own.or_else(|| url.clone()).unwrap_or_else(|| {
        let said = title.as_ref().or(content.as_ref()).map_or("", |text| text.text.as_str());
        hashed(&format!("{said}\n{}", date.map(|date| date.to_rfc3339()).unwrap_or_default()))
    });
    let odd = |letter: char| letter.is_whitespace() || letter.is_control();
    let key = if key.len() > LONGEST_KEY || key.contains(odd) { hashed(&key) } else { key };
    let term = |of: &model::Category| of.term.trim().to_owned();
    let version =
        entry.categories.iter().find(|of| of.scheme.as_deref().is_some_and(|scheme| scheme.ends_with("version")));
    let prerelease = entry.categories.iter().any(|of| {
        let term = of.term.to_lowercase();
        matches!(term.trim(), "prerelease" | "pre-release" | "beta" | "preview")
    });
    Entry { key, title, content, url, shipped_at: None, version: version.map(term), prerelease }
}

fn text(text: model::Text) -> Text {
    let html = is_html(text.content_type.subty().as_str());
    Text { text: text.content, html }
}

fn is_html(kind: &str) -> bool {
    matches!(kind, "html" | "xhtml")
}

/// The page of an entry: the first link to itself that can be opened.
fn link(links: &[model::Link]) -> Option<String> {
    let opens = |link: &&model::Link| link.href.starts_with("https://") || link.href.starts_with("http://");
    let page = |link: &&model::Link| matches!(link.rel.as_deref(), None | Some("alternate"));
    links.iter().filter(opens).find(page).or_else(|| links.iter().find(opens)).map(|link| link.href.clone())
}

fn hashed(text: &str) -> String {
    hex::encode(&Sha256::digest(text.as_bytes())[..16])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at() -> Url {
        Url::parse("https://product.example/news/feed.xml").unwrap()
    }

    #[test]
    fn links_are_resolved_and_scripts_are_no_links() {
        let of = |link: &str| {
            let rss = format!(
                "<rss version=\"2.0\"><channel><title>x</title><item><guid>g</guid><title>A</title><link>{link}</link></item></channel></rss>"
            );
            read(rss.as_bytes(), &at()).unwrap().remove(0).0.url
        };
        assert_eq!(of("https://product.example/1").as_deref(), Some("https://product.example/1"));
        assert_eq!(of("javascript:alert(1)"), None);
    }

    #[test]
    fn a_key_is_short_and_plain() {
        let of = |guid: &str| {
            let rss = format!(
                "<rss version=\"2.0\"><channel><title>x</title><item><guid>{guid}</guid><title>A</title></item></channel></rss>"
            );
            read(rss.as_bytes(), &at()).unwrap().remove(0).0.key
        };
        assert_eq!(of("urn:x:1"), "urn:x:1");
        assert_eq!(of("two words").len(), 32);
        assert_eq!(of(&"x".repeat(201)).len(), 32);
    }

    #[test]
    fn what_is_no_feed_is_refused() {
        for body in ["", "<html><body>x</body></html>", "{\"items\": 5}", "<rss version=\"2.0\"><channel>"] {
            let read = read(body.as_bytes(), &at());
            assert!(read.as_ref().map_or(true, Vec::is_empty), "{body}: {read:?}");
        }
    }

    proptest! {
        #[test]
        fn no_body_makes_reading_panic(
            words in proptest::collection::vec("<(item|guid|title|link|pubDate|/item|/guid|/title|/link|content type=.x.)>|[a-z&;<é ]{0,8}", 0..30),
            nested in 0..200_usize,
        ) {
            let body = format!("<rss version=\"2.0\"><channel><title>x</title>{}</channel></rss>", words.concat());
            let _ = read(body.as_bytes(), &at());
            let _ = read(body.replace("rss version=\"2.0\"", "feed").replace("item", "entry").as_bytes(), &at());
            let _ = read("<rss version=\"2.0\"><channel><item><description>".repeat(nested).as_bytes(), &at());
        }
    }
}
