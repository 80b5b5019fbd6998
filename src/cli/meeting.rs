//! `success-agent meeting …`

use super::args::{AskArgs, MeetingAction};
use super::ask;
use super::output::{Failure, Output};
use super::service::with_service;
use crate::config::Config;
use crate::store::BriefState;
use crate::web::meetings::{BriefResponse, MeetingResponse, MeetingsParams};

pub(super) async fn run(action: MeetingAction, config: &Config, output: &mut Output) -> Result<(), Failure> {
    match action {
        MeetingAction::List { account, who, json } => {
            let wanted = MeetingsParams { account, who, limit: None };
            let found = with_service(config, async |service| service.meetings(wanted).await).await?;
            if json {
                return output.json(&found);
            }
            if found.meetings.is_empty() {
                return output
                    .line("No meeting that lies ahead is on record; records of type `meeting` bring them in.");
            }
            found.meetings.iter().try_for_each(|meeting| line(meeting, output))
        }
        MeetingAction::Brief { with, json } => {
            let with = with.join(" ");
            let question = match with.trim() {
                "" => "Prepare me for my next meeting".to_owned(),
                with => format!("Prepare me for my meeting with {with}"),
            };
            let asked = AskArgs { question: vec![question], json, ..AskArgs::default() };
            ask::run(asked, config, output).await
        }
    }
}

fn line(meeting: &MeetingResponse, output: &mut Output) -> Result<(), Failure> {
    let at = meeting.starts_at.format("%a %-d %b %Y %H:%M");
    let off = if meeting.canceled { "  called off" } else { "" };
    output.line(format_args!("{at}  {}: {}{off}", meeting.account_name, meeting.title))?;
    let with = meeting.participants.join(", ");
    if !with.is_empty() {
        output.line(format_args!("  with {with}"))?;
    }
    match &meeting.brief {
        Some(brief) => output.line(format_args!("  brief {}", told(brief))),
        None => Ok(()),
    }
}

fn told(brief: &BriefResponse) -> String {
    let state = match brief.state {
        BriefState::Made => "waits to go to",
        BriefState::Sending => "is going to",
        BriefState::Sent => "went to",
        BriefState::Missed => "missed",
        BriefState::Failed => "failed for",
    };
    let note = brief.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
    format!("{state} {}{note}", brief.to)
}
