//! Reads one call or e-mail: what is promised and asked for in it and what it shows, and for a call without a summary two
//! or three sentences about it.

use std::sync::{Arc, LazyLock};

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{ReadAlong, Step};
use crate::agent::checks;
use crate::app::{AppError, ModelReading, ProgressSink};
use crate::domain::activity::Call;
use crate::domain::answer::Usage;
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::model::data;
use crate::model::form::{Form, FormError};
use crate::model::reader::{NOTED_KINDS, Noted, Talk, pages};
use crate::prompt::{self, Template};
use crate::store::{Claimed, Read};

/// Changes with how records are put to a model, beside the words of the prompts.
const VERSION: u32 = 1;

/// Bytes of a record that are read at once, about: short enough for a small model to keep in mind, and for what it notes
/// to fit an answer.
const PAGE: usize = 12_000;

/// Bytes without which nothing can be read.
const LEAST: usize = 400;

/// What a model is told of noting.
#[derive(Serialize)]
struct NotesPrompt {
    kind: &'static str,
    kinds: Vec<&'static str>,
    open: &'static str,
    close: &'static str,
}

impl Template for NotesPrompt {
    const FILE: &'static str = "read/notes.md";
}

/// What a model is told of summing up.
#[derive(Serialize)]
struct SummaryPrompt {
    open: &'static str,
    close: &'static str,
}

impl Template for SummaryPrompt {
    const FILE: &'static str = "read/summary.md";
}

static NOTES: LazyLock<Value> = LazyLock::new(Noted::schema);

static SUMMARY: LazyLock<Value> = LazyLock::new(|| {
    json!({ "type": "object", "required": ["summary"], "properties": { "summary": { "type": "string" } },
        "additionalProperties": false })
});

/// What tells readings by this model, asked in these words, from any other.
pub(in crate::app) fn reader_key(model: &str) -> Vec<u8> {
    let words = [NotesPrompt::FILE, SummaryPrompt::FILE].map(prompt::words);
    let parts = [model, words[0], words[1], &NOTES.to_string(), &SUMMARY.to_string(), &VERSION.to_string()];
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    digest.finalize().to_vec()
}

impl ReadAlong {
    /// Reads the newest record that is still to be read.
    pub(super) async fn read_a_record(&self) -> Result<Step, AppError> {
        let (store, workspace) = (&self.intake.store, self.intake.workspace);
        let reader = reader_key(self.model.name());
        let Some(claimed) = store.claim_unread(workspace, &reader, self.limits.attempts).await? else {
            return Ok(Step::Nothing);
        };
        let record = store.records(workspace, std::slice::from_ref(&claimed.source)).await?.pop();
        let mut usage = Usage::default();
        let read = match &record {
            Some(Record::Call(call)) => self.read_call(call, &mut usage).await,
            Some(Record::Email(email)) => {
                self.notes(Talk::Email(email), &mut usage).await.map(|noted| Read { noted, summary: None })
            }
            // Deleted meanwhile.
            _ => return Ok(Step::Done),
        };
        store.count_reading(workspace, &claimed.source, usage).await?;
        match read {
            Ok(read) => {
                store.put_notes(workspace, &claimed, self.model.name(), &read).await?;
                let silent: ProgressSink = Arc::new(|_| {});
                self.intake.read_accounts(&silent).await?;
                self.intake.refresh_states(self.intake.clock.now()).await?;
                Ok(Step::Done)
            }
            Err(FormError::Failed(why)) => {
                self.tell_failure(&claimed, &why);
                Ok(Step::Failed(why))
            }
            Err(FormError::Unavailable(why)) => {
                store.unclaim(workspace, &claimed).await?;
                Ok(Step::Failed(why))
            }
            Err(FormError::Refused(why)) => {
                store.unclaim(workspace, &claimed).await?;
                Ok(Step::Refused(why))
            }
        }
    }

    fn tell_failure(&self, claimed: &Claimed, why: &str) {
        let RecordRef { kind, id } = &claimed.source;
        let (model, last) = (self.model.name(), claimed.attempt >= u64::from(self.limits.attempts));
        let outcome =
            if last { "a record could not be read and is given up" } else { "a record could not be read yet" };
        tracing::warn!(model, %kind, id, attempt = claimed.attempt, why, "{outcome}");
    }

    async fn read_call(&self, call: &Call, usage: &mut Usage) -> Result<Read, FormError> {
        let noted = self.notes(Talk::Call(call), usage).await?;
        let own = call.summary.as_deref().is_some_and(|summary| !summary.trim().is_empty());
        let summary = if own { None } else { self.summary(call, usage).await? };
        Ok(Read { noted, summary })
    }

    /// What is noted in a record, page by page.
    async fn notes(&self, talk: Talk<'_>, usage: &mut Usage) -> Result<Noted, FormError> {
        let kind = match talk.reference().kind {
            RecordKind::Call => "call",
            _ => "e-mail",
        };
        let kinds = NOTED_KINDS.iter().map(|kind| kind.wire()).collect();
        let instructions = self.words(&NotesPrompt { kind, kinds, open: data::OPEN, close: data::CLOSE })?;
        let form = self.form(&instructions, "notes", &NOTES);
        let mut noted = Noted::default();
        for page in pages(talk, self.page(&form)?.min(PAGE)) {
            let filled = self.fill(&Form { data: &page, ..form }).await?;
            usage.add(filled.usage);
            let page = filled.value.as_ref().and_then(Noted::from_answer);
            noted.extend(
                page.ok_or_else(|| FormError::Failed("the model's notes have not the form agreed on".to_owned()))?,
            );
        }
        Ok(noted)
    }

    /// A summary of a call, as far as it holds. None of a call that does not fit the model's window: half a call is
    /// another one.
    async fn summary(&self, call: &Call, usage: &mut Usage) -> Result<Option<String>, FormError> {
        let instructions = self.words(&SummaryPrompt { open: data::OPEN, close: data::CLOSE })?;
        let form = self.form(&instructions, "summary", &SUMMARY);
        let pages = pages(Talk::Call(call), self.page(&form)?);
        let [page] = pages.as_slice() else { return Ok(None) };
        let filled = match self.fill(&Form { data: page, ..form }).await {
            // What was noted counts for more than a summary.
            Err(FormError::Failed(why)) => {
                tracing::info!(model = self.model.name(), call = call.id, why, "a call was not summed up");
                return Ok(None);
            }
            filled => filled?,
        };
        usage.add(filled.usage);
        let text = filled.value.as_ref().and_then(|value| value["summary"].as_str()).map(data::plain);
        Ok(text.and_then(|text| checks::summary_of(self.intake.workspace, call, &text)))
    }

    /// The words of a prompt.
    pub(super) fn words<T: Template>(&self, template: &T) -> Result<String, FormError> {
        let today = self.intake.clock.today();
        prompt::render(template, today).map_err(|error| FormError::Failed(error.to_string()))
    }

    /// A form without its data.
    pub(super) fn form<'a>(&self, instructions: &'a str, name: &'static str, schema: &'a Value) -> Form<'a> {
        Form { instructions, data: "", name, schema, deadline: self.limits.deadline }
    }

    /// Bytes of data that fit a form.
    fn page(&self, form: &Form<'_>) -> Result<usize, FormError> {
        match self.model.room(form) {
            room if room < LEAST => Err(FormError::Refused(
                "the model's window is too small to read in; raise model.context_tokens or set model.read = false"
                    .to_owned(),
            )),
            room => Ok(room),
        }
    }

    /// How far the reading is.
    ///
    /// # Errors
    /// When the store is out of reach.
    pub async fn told(&self) -> Result<ModelReading, AppError> {
        let reader = reader_key(self.model.name());
        let state = self.intake.store.reading_state(self.intake.workspace, &reader, self.limits.attempts).await?;
        Ok(ModelReading { model: self.model.name().to_owned(), on: self.reads, state, problem: self.bell.problem() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_model_is_told_of_reading() {
        let today = "2026-06-17".parse().unwrap();
        let kinds: Vec<_> = NOTED_KINDS.iter().map(|kind| kind.wire()).collect();
        for kind in ["call", "e-mail"] {
            let prompt = NotesPrompt { kind, kinds: kinds.clone(), open: data::OPEN, close: data::CLOSE };
            insta::assert_snapshot!(format!("notes_on_a_{kind}"), prompt::render(&prompt, today).unwrap());
        }
        let prompt = SummaryPrompt { open: data::OPEN, close: data::CLOSE };
        insta::assert_snapshot!("summary", prompt::render(&prompt, today).unwrap());
        insta::assert_json_snapshot!("schema_of_notes", *NOTES);
    }

    #[test]
    fn another_model_is_another_reader() {
        assert_ne!(reader_key("a"), reader_key("b"));
        assert_eq!(reader_key("a"), reader_key("a"));
    }
}
