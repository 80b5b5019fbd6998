//! An entry of a feed as a release.

use serde::Deserialize as _;
use serde_json::Value;

use super::entry::{Entry, Text};
use crate::domain::activity::Release;
use crate::domain::record::Record;
use crate::domain::time::{Zone, parse_instant};
use crate::reading::zone::text_of;
use crate::sources::{Access, Found, Whose};

/// The longest headline that is made of an entry's text, in characters.
const LONGEST_TITLE: usize = 120;
/// The most words of a name with its version: `Acme Server for Windows 2.4`.
const MOST_WORDS: usize = 5;

pub(super) fn release(access: &Access, raw: &Value) -> Result<Found, String> {
    let entry = Entry::deserialize(raw).map_err(|_| "it is no entry of a feed".to_owned())?;
    let body = entry.content.as_ref().map(plain).unwrap_or_default();
    let title = entry.title.as_ref().map(|title| on_one_line(&plain(title))).filter(|title| !title.is_empty());
    let first_line = || body.lines().map(on_one_line).find(|line| !line.is_empty()).map(|line| clipped(&line));
    let title = title.or_else(first_line).or_else(|| entry.url.clone()).ok_or("the entry says nothing")?;
    let shipped_at = entry.shipped_at.as_deref().ok_or("the entry has no date")?;
    let release = Release {
        id: access.record_id(&entry.key),
        shipped_at: parse_instant(shipped_at, Zone::UTC).map_err(|_| "the date of the entry is none".to_owned())?,
        version: entry.version.filter(|version| !version.is_empty()).or_else(|| version_of(&title)),
        draft: false,
        prerelease: entry.prerelease,
        url: entry.url,
        title,
        body,
    };
    Ok(Found::Record(vec![Whose::Everybody], Box::new(Record::Release(release))))
}

/// What a reader sees. Texts that are said to be plain hold elements all the same, in many feeds.
fn plain(text: &Text) -> String {
    let elements = ["</", "<br", "<p>", "<img "].iter().any(|element| text.text.contains(element));
    if text.html || elements {
        return text_of(&format!("<div>{}</div>", text.text)).into_owned();
    }
    text_of(text.text.trim()).replace("\r\n", "\n")
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn clipped(line: &str) -> String {
    match line.char_indices().nth(LONGEST_TITLE) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None => line.to_owned(),
    }
}

/// The version a headline begins with, with the name of the product where there is one: `Acme Sync 1.3` of `Acme Sync 1.3:
/// Folders`.
fn version_of(title: &str) -> Option<String> {
    let ends = [": ", " – ", " — ", " - ", " | ", ", "].iter().filter_map(|sign| title.find(sign));
    let head = title.get(..ends.min().unwrap_or(title.len()))?;
    let words: Vec<&str> = head.split_whitespace().collect();
    let number = words.last()?.trim_start_matches(['v', 'V']);
    let named = number.starts_with(|first: char| first.is_ascii_digit())
        && number.contains('.')
        && !number.ends_with('.')
        && number.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '+'));
    if !named || words.len() > MOST_WORDS {
        return None;
    }
    let says_so = |word: &&&str| matches!(word.to_lowercase().as_str(), "version" | "release" | "released");
    let from = words.iter().take_while(says_so).count();
    Some(words.get(from..)?.join(" "))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(raw: &Value) -> Result<Release, String> {
        let access = Access { prefix: "feed".to_owned(), ..Access::default() };
        match release(&access, raw)? {
            Found::Record(_, record) => match *record {
                Record::Release(release) => Ok(release),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_version_is_what_a_headline_begins_with() {
        for (title, version) in [
            ("2.4: Folders", Some("2.4")),
            ("v2.4.1-rc.1 – Folders", Some("v2.4.1-rc.1")),
            ("Release 2.4", Some("2.4")),
            ("Acme Sync 1.3: Folders", Some("Acme Sync 1.3")),
            ("Acme 2.4, with folders", Some("Acme 2.4")),
            ("Folders are here", None),
            ("All that is new to you in version 2.4", None),
            ("12.5% faster", None),
            ("Founded in 1999.", None),
            ("3 things: folders", None),
            ("", None),
        ] {
            assert_eq!(version_of(title).as_deref(), version, "{title}");
        }
    }

    #[test]
    fn html_becomes_what_a_reader_sees() {
        let of = |text: &str, html: bool| {
            let raw = json!({"key": "k", "title": {"text": "Fish &amp; <b>chips</b>", "html": true},
                "content": {"text": text, "html": html}, "shipped_at": "2026-03-02T10:00:00Z"});
            let release = read(&raw).unwrap();
            assert_eq!(release.title, "Fish & chips");
            release.body
        };
        assert_eq!(of("<p>New: <b>folders</b>.</p><p>Mended: tags.</p>", true), "New: folders.\n\nMended: tags.");
        assert_eq!(of("Now with <b>folders</b>", false), "Now with folders");
        assert_eq!(of("a < b, and\n- folders", false), "a < b, and\n- folders");
        assert!(!of("<script>alert(1)</script><p>x</p>", true).contains("alert"));
    }

    #[test]
    fn an_entry_without_a_headline_takes_its_first_line() {
        let raw = json!({"key": "k", "content": {"text": "\n Folders are here.\nMore."}, "shipped_at": "2026-03-02T10:00:00Z"});
        assert_eq!(read(&raw).unwrap().title, "Folders are here.");
        for (raw, said) in [
            (json!({"key": "k", "title": {"text": "x"}}), "no date"),
            (json!({"key": "k", "shipped_at": "2026-03-02T10:00:00Z"}), "says nothing"),
            (json!({"key": "k", "title": {"text": "x"}, "shipped_at": "soon"}), "is none"),
            (json!({"title": 7}), "no entry"),
        ] {
            assert!(read(&raw).unwrap_err().contains(said));
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in ".{0,200}", html: bool) {
            let of = json!({"text": text, "html": html});
            let _ = read(&json!({"key": text, "title": of, "content": of, "shipped_at": "2026-03-02T10:00:00Z"}));
        }
    }
}
