//! Why a turn came to no answer, and what the reader is told then.

use std::time::Duration;

use super::tools::ToolError;
use crate::domain::answer::STOPPED;
use crate::model::chat::ModelError;

/// What is said when nothing that was written holds.
pub(super) const NOTHING: &str = "The records do not hold an answer to that.";

/// Why a turn came to no answer.
pub(super) enum Failure {
    /// The model failed.
    Model(ModelError),
    /// It took too long.
    Late(Duration),
    /// It went in circles, or spent too much.
    Circles,
    /// Nothing of what it wrote is in the records.
    Unfounded,
    /// What is looked things up in is out of reach: the sentence for the reader.
    Tools(String),
    /// The reader does not want it any more.
    Stopped,
}

impl Failure {
    /// What is wrong with the model, unless something else is: then another model would fail as well.
    pub(super) fn of_the_model(&self) -> Option<String> {
        match self {
            Self::Model(ModelError::Transient(reason) | ModelError::Permanent(reason)) => Some(reason.clone()),
            Self::Late(after) => Some(format!("it took longer than {} seconds", after.as_secs())),
            Self::Circles => Some("it did not come to an end".to_owned()),
            Self::Unfounded => Some("nothing it wrote is borne out by the records".to_owned()),
            Self::Model(ModelError::Refused(_)) | Self::Tools(_) | Self::Stopped => None,
        }
    }

    /// What the reader is told.
    pub(super) fn sentence(&self) -> String {
        match self {
            Self::Model(ModelError::Permanent(reason)) => {
                tracing::error!(reason, "the model failed");
                "I could not put the answer together; the fault is ours and is in the log.".to_owned()
            }
            Self::Model(ModelError::Refused(reason)) => reason.clone(),
            Self::Model(ModelError::Transient(_)) => {
                "The model is not available right now. Please try again in a moment.".to_owned()
            }
            Self::Late(_) => "I could not finish this in time. Please try again in a moment.".to_owned(),
            Self::Circles => {
                "I could not finish this: looking it up went in circles. Please ask it in smaller parts.".to_owned()
            }
            Self::Unfounded => NOTHING.to_owned(),
            Self::Tools(sentence) => sentence.clone(),
            Self::Stopped => STOPPED.to_owned(),
        }
    }
}

/// What the reader is told when a tool could not do its work.
pub(super) fn out_of_reach(error: &ToolError) -> String {
    match error {
        ToolError::Internal(_) => {
            "Something went wrong on our side while looking that up; it is in the log. Please try again.".to_owned()
        }
        other => format!("I can't look that up right now. {other}"),
    }
}
