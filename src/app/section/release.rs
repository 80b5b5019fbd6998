//! Releases that are entered by hand. They come in by the way every record comes in.

use std::io::Cursor;
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;

use crate::app::{App, AppError, Origin};
use crate::domain::activity::Release;
use crate::domain::time::Window;

/// Letters of a headline, of a version, of an address and of notes, at most.
const LETTERS: [(&str, usize); 4] = [("title", 300), ("version", 60), ("url", 2_000), ("notes", 40_000)];

/// Releases offered to choose from, the latest.
const OFFERED: usize = 40;

/// A release as somebody enters it.
#[derive(Clone, Debug, Default)]
pub struct ReleaseEntry {
    /// Headline.
    pub title: String,
    /// Version, where it has one.
    pub version: Option<String>,
    /// What is new in it, a line each.
    pub notes: String,
    /// The day it shipped, or will; today when absent.
    pub shipped_on: Option<NaiveDate>,
    /// Where it can be read.
    pub url: Option<String>,
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

impl ReleaseEntry {
    /// What is wrong with it, as a sentence that says what to do.
    fn check(&self) -> Result<(), String> {
        if self.title.trim().is_empty() {
            return Err("A release needs a headline; say in a few words what shipped.".to_owned());
        }
        if self.notes.trim().is_empty() {
            return Err(
                "A release needs notes; write what is new, a line each, so that requests can be matched.".to_owned()
            );
        }
        let texts = [Some(&self.title), self.version.as_ref(), self.url.as_ref(), Some(&self.notes)];
        for ((name, most), text) in LETTERS.into_iter().zip(texts) {
            if text.is_some_and(|text| text.chars().count() > most) {
                return Err(format!("The {name} of a release holds {most} letters at most; shorten it."));
            }
        }
        let web = |url: &str| url.starts_with("https://") || url.starts_with("http://");
        if given(self.url.as_ref()).is_some_and(|url| !web(&url.to_ascii_lowercase())) {
            return Err(
                "The address of a release begins with https:// or http://; correct it or leave it out.".to_owned()
            );
        }
        Ok(())
    }
}

impl App {
    /// Enters a release: it is kept, read and made searchable as one that is imported.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for one that lacks something, and for whoever may only read.
    pub async fn enter_release(&self, entry: &ReleaseEntry, origin: &Origin) -> Result<Release, AppError> {
        self.acting(origin, "read and not enter releases").await?;
        entry.check().map_err(AppError::Invalid)?;
        let (now, id) = (self.now(), format!("by-hand-{}", Uuid::now_v7().simple()));
        let shipped_at = match entry.shipped_on.filter(|day| *day != now.day()) {
            Some(day) => day.to_string(),
            None => now.to_rfc3339(),
        };
        let line = json!({
            "type": "release",
            "id": id,
            "title": entry.title.trim(),
            "body": entry.notes.trim(),
            "shipped_at": shipped_at,
            "version": given(entry.version.as_ref()),
            "url": given(entry.url.as_ref()),
        });
        let input = Box::new(Cursor::new(line.to_string().into_bytes()));
        let summary = self.import(None, input, Arc::new(|_| {})).await?;
        if let Some(rejected) = summary.rejected.first() {
            return Err(AppError::Invalid(rejected.reason.clone()));
        }
        let releases = self.intake.store.releases(self.workspace, &Window::ALWAYS).await?;
        let kept = releases.into_iter().find(|release| release.id == id);
        kept.ok_or_else(|| AppError::NotFound("The release was taken away meanwhile; enter it again.".to_owned()))
    }

    /// The latest releases, the newest first.
    ///
    /// # Errors
    /// When the database is out of reach.
    pub async fn releases(&self) -> Result<Vec<Release>, AppError> {
        let mut releases = self.intake.store.releases(self.workspace, &Window::ALWAYS).await?;
        releases.truncate(OFFERED);
        Ok(releases)
    }
}
