//! The page for one meeting, where nobody asked for it in words: it comes by itself.

use async_trait::async_trait;

use super::compose;
use super::plan;
use super::results::Results;
use crate::domain::conversation::Focus;
use crate::domain::tool::meeting::PrepareMeeting;
use crate::model::chat::{ChatModel, ChatRequest, Draft, ModelError, ModelReply};

/// Prepares one meeting, whatever it is asked.
#[derive(Clone, Debug)]
pub struct Preparer {
    /// The id of the meeting.
    pub meeting: String,
}

#[async_trait]
impl ChatModel for Preparer {
    fn name(&self) -> &'static str {
        "built-in analyst"
    }

    async fn reply(&self, request: &ChatRequest, _draft: Draft<'_>) -> Result<ModelReply, ModelError> {
        let results = Results::new(&request.messages);
        let Some(found) = results.get::<PrepareMeeting>(PREPARE) else {
            let wanted = PrepareMeeting { meeting: Some(self.meeting.clone()), ..PrepareMeeting::default() };
            return Ok(ModelReply { calls: vec![plan::call(PREPARE, &wanted)], ..ModelReply::default() });
        };
        let brief = found.map_err(ModelError::Refused)?;
        let focus = Focus { accounts: vec![brief.domain.clone()], ..Focus::default() };
        let text = compose::prepared(brief, request.context.now.day())?;
        Ok(ModelReply { text, focus, ..ModelReply::default() })
    }
}

/// The id of the one call.
const PREPARE: &str = "prepare";
