//! What a language model does while nobody waits, as the task `read_along`: it names conversations, reads calls and e-mails beside the built-in
//! reader, and sums calls up.
//!
//! One request at a time, the newest first, never while somebody waits for an answer. Where it stands is in the store
//! and nowhere else: a program that starts again goes on where the last one was, and nothing is read twice by the same
//! model. A record that fails is tried again after the others, and given up after a few times; an endpoint that is away
//! is waited for: the task is tried again, a little later each time. Answers use what is there.

mod bell;
mod record;
mod title;

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::AppError;
use super::intake::Intake;
use crate::model::form::{Filled, Form, FormError, FormModel};

pub use bell::Bell;

/// What it may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long one request may take: nobody waits for it, and a small machine is slow.
    pub deadline: Duration,
    /// Times a record is tried.
    pub attempts: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { deadline: Duration::from_mins(5), attempts: 4 }
    }
}

/// What came of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A piece of work is done.
    Done,
    /// There is none.
    Nothing,
    /// It failed, because of this; go on after a pause.
    Failed(String),
    /// It will go on failing until the settings change.
    Refused(String),
}

/// What is done while nobody waits. Cheap to clone.
#[derive(Clone)]
pub struct ReadAlong {
    intake: Intake,
    model: Arc<dyn FormModel>,
    /// Whether it reads calls and e-mails, beside naming conversations.
    reads: bool,
    limits: Limits,
    bell: Bell,
    stop: CancellationToken,
}

impl ReadAlong {
    /// For a workspace, with this model. Nothing begins.
    #[must_use]
    pub fn new(intake: Intake, model: Arc<dyn FormModel>, reads: bool, limits: Limits, bell: Bell) -> Self {
        Self { intake, model, reads, limits, bell, stop: CancellationToken::new() }
    }

    /// Works until nothing is left to do or `stop`: what the model is at is dropped then, and done another time.
    ///
    /// # Errors
    /// When the model or the store fails; what is left is done the next time.
    pub async fn run(&self, stop: &CancellationToken) -> Result<(), AppError> {
        let along = Self { stop: stop.clone(), ..self.clone() };
        while !along.stop.is_cancelled() {
            match along.step().await? {
                Step::Done => along.bell.say(None),
                Step::Nothing => break,
                Step::Refused(why) => {
                    tracing::error!(model = along.model.name(), why, "the language model does not read along");
                    along.bell.say(Some(why));
                    break;
                }
                Step::Failed(why) => {
                    along.bell.say(Some(why.clone()));
                    return Err(AppError::Unavailable(why));
                }
            }
        }
        Ok(())
    }

    /// Does the next piece of work, if there is one.
    ///
    /// # Errors
    /// When the store is out of reach.
    pub async fn step(&self) -> Result<Step, AppError> {
        let named = self.name_a_conversation().await?;
        if named != Step::Nothing || !self.reads {
            return Ok(named);
        }
        self.read_a_record().await
    }

    /// Fills a form once nobody waits for an answer; gives up at once when the program ends.
    async fn fill(&self, form: &Form<'_>) -> Result<Filled, FormError> {
        let filled = async {
            self.bell.quiet().await;
            self.model.fill(form).await
        };
        tokio::select! {
            filled = filled => filled,
            () = self.stop.cancelled() => Err(FormError::Unavailable("the program ends".to_owned())),
        }
    }
}
