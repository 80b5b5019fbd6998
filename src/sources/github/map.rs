//! A release of GitHub as a release of the import format.

use serde::Deserialize as _;
use serde_json::Value;

use super::wire;
use crate::domain::activity::Release;
use crate::domain::record::Record;
use crate::domain::time::{Zone, parse_instant};
use crate::sources::{Access, Found, Whose};

/// What GitHub calls a release whose tag does not exist.
const UNTAGGED: &str = "untagged-";

/// A release that was published.
pub(super) fn release(access: &Access, raw: &Value) -> Result<Found, String> {
    let release = wire::Release::deserialize(raw).map_err(|_| "it is not of the shape GitHub documents".to_owned())?;
    let filled =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let version = filled(&release.tag_name).filter(|tag| !tag.starts_with(UNTAGGED));
    let title = filled(&release.name).or_else(|| version.clone()).ok_or("the release has neither a name nor a tag")?;
    let shipped_at = filled(&release.published_at).or_else(|| filled(&release.created_at));
    let shipped_at = shipped_at.ok_or("the release has no date")?;
    let shipped_at = parse_instant(&shipped_at, Zone::UTC).map_err(|_| "the date of the release is none".to_owned())?;
    let release = Release {
        id: access.record_id(&release.id.to_string()),
        title,
        // Edited in a browser, lines end as in a form.
        body: release.body.unwrap_or_default().replace("\r\n", "\n"),
        shipped_at,
        version,
        draft: release.draft,
        prerelease: release.prerelease,
        url: filled(&release.html_url),
    };
    Ok(Found::Record(vec![Whose::Everybody], Box::new(Record::Release(release))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(raw: &Value) -> Result<Release, String> {
        let access = Access { prefix: "github".to_owned(), ..Access::default() };
        match release(&access, raw)? {
            Found::Record(whose, record) => match *record {
                Record::Release(release) => {
                    assert_eq!(whose, [Whose::Everybody]);
                    Ok(release)
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_release_without_a_name_is_called_by_its_tag() {
        let raw =
            json!({"id": 7, "tag_name": "v2.1", "name": null, "body": null, "published_at": "2026-03-02T10:00:00Z"});
        let release = read(&raw).unwrap();
        assert_eq!((release.id.as_str(), release.title.as_str()), ("github:7", "v2.1"));
        assert_eq!((release.version.as_deref(), release.body.as_str(), release.url), (Some("v2.1"), "", None));
    }

    #[test]
    fn lines_end_as_in_text_and_a_tag_that_is_not_there_is_no_version() {
        let raw = json!({"id": 7, "tag_name": "untagged-0ab1", "name": " Spring ", "body": "a\r\nb\n",
            "created_at": "2026-03-02T10:00:00Z", "prerelease": true});
        let release = read(&raw).unwrap();
        assert_eq!((release.title.as_str(), release.body.as_str()), ("Spring", "a\nb\n"));
        assert!(release.version.is_none() && release.prerelease);
    }

    #[test]
    fn what_cannot_be_read_is_set_aside_with_a_sentence() {
        for (raw, said) in [
            (json!({"id": 7, "published_at": "2026-03-02T10:00:00Z"}), "neither a name nor a tag"),
            (json!({"id": 7, "name": "Spring"}), "no date"),
            (json!({"id": 7, "name": "Spring", "published_at": "soon"}), "is none"),
            (json!({"name": "Spring"}), "not of the shape"),
            (json!(null), "not of the shape"),
        ] {
            assert!(read(&raw).unwrap_err().contains(said), "{raw}");
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(name in ".*", tag in ".*", at in ".*") {
            let _ = read(&json!({"id": 7, "name": name, "tag_name": tag, "published_at": at}));
        }
    }
}
