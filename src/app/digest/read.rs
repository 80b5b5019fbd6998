//! An edition as text, for a terminal and for a mail.

use serde::Serialize;

use crate::app::AppError;
use crate::domain::digest::Edition;
use crate::prompt::{self, Template};

/// An edition as it is read.
#[derive(Serialize)]
struct Text<'a> {
    edition: &'a Edition,
    made: String,
    /// The day it was made, as days are written in it.
    day: String,
}

impl Template for Text<'_> {
    const FILE: &'static str = "digest/edition.md";
}

/// An edition as plain text.
///
/// # Errors
/// A fault of ours.
pub fn digest_text(edition: &Edition) -> Result<String, AppError> {
    let made = edition.made_at.format("%A, %-d %B %Y, %H:%M").to_string();
    let day = edition.made_at.day().to_string();
    let text = Text { edition, made, day };
    prompt::render(&text, edition.made_at.day()).map_err(|error| AppError::Internal {
        public: "The digest could not be put into words.".to_owned(),
        source: error.into(),
    })
}
