//! What to know before a meeting, on one page.

use chrono::NaiveDate;
use serde::Serialize;

use super::Desk;
use crate::domain::record::RecordKind;
use crate::domain::revenue::PaymentState;
use crate::domain::text::listed;
use crate::domain::tool::meeting::{MeetingBrief, PrepareMeeting};
use crate::model::analyst::plan::Step;
use crate::model::chat::ModelError;
use crate::prompt::{self, Template};

#[derive(Serialize)]
struct PreparePage {
    #[serde(flatten)]
    brief: MeetingBrief,
    level: &'static str,
    payment: Option<&'static str>,
    /// Who of our side takes part, as a list in words.
    with: Option<String>,
    /// What the last talk was: a call or an e-mail.
    talk: Option<&'static str>,
}

impl Template for PreparePage {
    const FILE: &'static str = "answer/prepare.md";
}

impl PreparePage {
    fn of(brief: MeetingBrief) -> Self {
        let with = brief.meeting.as_ref().map(|meeting| listed(&meeting.ours)).filter(|named| !named.is_empty());
        Self {
            level: brief.standing.level.label(),
            payment: brief.revenue.payment_state.map(PaymentState::label),
            with,
            talk: brief.since.kind.map(RecordKind::label),
            brief,
        }
    }
}

/// The page as text.
pub fn text(brief: MeetingBrief, today: NaiveDate) -> Result<String, ModelError> {
    prompt::render(&PreparePage::of(brief), today).map_err(|error| super::permanent(&error))
}

/// The page as an answer.
pub fn prepare(desk: &Desk<'_>) -> Result<Step, ModelError> {
    let brief = match (desk.found::<PrepareMeeting>(), &desk.part.unsure) {
        // No calendar tells which of them it is.
        (Err(ModelError::Refused(_)), Some(unsure)) => return unsure.ask_back(desk),
        (found, _) => found?,
    };
    let domain = brief.domain.clone();
    let mut step = desk.done(&PreparePage::of(brief), Vec::new())?;
    // Whoever asks for their next meeting goes on about its account.
    if let Step::Done(reply) = &mut step
        && reply.focus.accounts.is_empty()
    {
        reply.focus.accounts.push(domain);
    }
    Ok(step)
}
