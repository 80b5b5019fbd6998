//! One question with a fixed form of answer: instructions and a piece of data in, JSON of a schema out.
//!
//! Whoever asks knows the form and judges what is in it; whoever answers only fills it. Nothing that comes back is
//! trusted to be true, or even to have the form.

use std::time::Duration;

use async_trait::async_trait;
use serde_json::Value;

use crate::domain::answer::Usage;

/// A model that fills forms.
#[async_trait]
pub trait FormModel: Send + Sync {
    /// The name shown with what it wrote.
    fn name(&self) -> &str;

    /// Bytes of data it can take beside the instructions and the schema of a form.
    fn room(&self, form: &Form<'_>) -> usize;

    /// Fills a form.
    ///
    /// # Errors
    /// [`FormError`], which says whether trying again may help.
    async fn fill(&self, form: &Form<'_>) -> Result<Filled, FormError>;
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Form<'a> {
    /// What to do, in our words.
    pub instructions: &'a str,
    /// What to do it with, in anybody's words; it is put between marks.
    pub data: &'a str,
    /// What the schema is called.
    pub name: &'static str,
    /// JSON Schema of the answer: an object, without references.
    pub schema: &'a Value,
    /// How long it may take.
    pub deadline: Duration,
}

/// A form that came back.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    /// A JSON object; whether it has the form is for the asker to see. None when the answer holds no object.
    pub value: Option<Value>,
    /// What it cost.
    pub usage: Usage,
}

/// Why a form did not come back. Each variant says what to do.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
    /// Nobody is there, or too busy: nothing is wrong with the form; ask again later.
    #[error("{0}")]
    Unavailable(String),
    /// Whatever is asked will be refused until the settings change: do not go on.
    #[error("{0}")]
    Refused(String),
    /// It failed on this form: ask something else first, and this again a few times at most.
    #[error("{0}")]
    Failed(String),
}
