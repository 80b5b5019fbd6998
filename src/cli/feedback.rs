//! `success-agent feedback`

use super::args::FeedbackArgs;
use super::ask::conversation;
use super::output::{Failure, Output};
use super::service::with_service;
use crate::app::Judgement;
use crate::config::Config;
use crate::domain::conversation::Verdict;

pub(super) async fn run(args: FeedbackArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let verdict = match args.verdict.as_str() {
        "up" => Some(Verdict::Up),
        "down" => Some(Verdict::Down),
        _ => None,
    };
    let conversation = conversation(args.conversation.as_deref())?;
    let judgement = Judgement { conversation, turn: None, verdict, comment: args.comment };
    let judged = with_service(config, async |service| service.judge(judgement).await).await?;
    let said = match verdict {
        Some(Verdict::Up) => "Thumbs up",
        Some(Verdict::Down) => "Thumbs down",
        None => "No verdict any more",
    };
    output.line(format_args!("{said} for the answer to “{}”.", judged.question))?;
    if verdict == Some(Verdict::Down) {
        output
            .line(format_args!("To keep it as a case for the evals: success-agent freeze {}", judged.conversation))?;
    }
    Ok(())
}
