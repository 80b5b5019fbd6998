//! `success-agent ask`

use chrono::NaiveDate;
use tokio::sync::mpsc;

use super::args::AskArgs;
use super::card;
use super::output::{Failure, Ink, Output};
use super::plain;
use super::service::{Service, with_service};
use super::waiting::Waiting;
use crate::app::{AppError, Origin, Question};
use crate::config::Config;
use crate::domain::actor::{Actor, Surface};
use crate::domain::answer::AgentEvent;
use crate::domain::id::{ConversationId, InvalidId};
use crate::domain::record::RecordKind;
use crate::domain::time::{day_text, relative_text};
use crate::web::ask::{AnswerResponse, CitationResponse};

/// Quotes are cut to this many characters.
const QUOTE: usize = 160;

/// So many characters are shown of what a model is writing.
const DRAFT: usize = 60;

pub(super) async fn run(args: AskArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let question = question(&args, config)?;
    let (answer, today) =
        with_service(config, async |service| Ok((answered(service, question).await?, service.today()))).await?;
    let stopped = answer.stopped;
    match (args.json, stopped) {
        (true, _) => output.json(&answer),
        (false, true) => output.line(&answer.answer),
        (false, false) => print(&answer, today, output),
    }?;
    if stopped { Err(Failure::Interrupted) } else { Ok(()) }
}

/// Asks, shows what is looked up, and stops the answer when it is interrupted from the keyboard.
async fn answered(service: &dyn Service, question: Question) -> Result<AnswerResponse, AppError> {
    let waiting = Waiting::new("Looking");
    let (events, mut arriving) = mpsc::channel(64);
    let mut answering = std::pin::pin!(service.ask(question, events));
    let mut interrupted = std::pin::pin!(tokio::signal::ctrl_c());
    let (mut underway, mut enough, mut draft) = (None, false, String::new());
    loop {
        tokio::select! {
            answer = &mut answering => return answer,
            Some(event) = arriving.recv() => match event {
                AgentEvent::Started { conversation, turn } => underway = Some((conversation, turn)),
                AgentEvent::Progress { label, .. } if !enough => {
                    draft.clear();
                    waiting.say(label);
                }
                AgentEvent::Draft { delta } if !enough => {
                    draft.push_str(&delta);
                    waiting.say(format!("Writing: {}", ending(&draft)));
                }
                _ => {}
            },
            _ = &mut interrupted, if !enough => {
                enough = true;
                waiting.say("Stopping".to_owned());
            }
        }
        if enough && let Some((conversation, turn)) = underway.take() {
            service.stop(conversation, turn).await?;
        }
    }
}

fn question(args: &AskArgs, config: &Config) -> Result<Question, Failure> {
    let words = args.question.join(" ");
    let words = words.trim();
    if words.is_empty() {
        return Err(Failure::usage("the question is empty; write what you want to know"));
    }
    let limit = config.http.question_chars;
    let length = words.chars().count();
    if length > limit {
        return Err(Failure::usage(format!("the question has {length} characters; shorten it to {limit}")));
    }
    Ok(Question {
        question: words.to_owned(),
        account: args.account.clone(),
        conversation: conversation(args.conversation.as_deref())?,
        origin: Origin { by: Actor::new(&config.user, Surface::Cli), request: None, typed: None },
        ..Question::default()
    })
}

/// Reads the name of a conversation.
pub(super) fn conversation(text: Option<&str>) -> Result<Option<ConversationId>, Failure> {
    text.map(str::parse)
        .transpose()
        .map_err(|error: InvalidId| Failure::usage(format!("{error}; an earlier answer names its conversation")))
}

fn print(answer: &AnswerResponse, today: NaiveDate, output: &mut Output) -> Result<(), Failure> {
    let text = plain::render(&answer.answer, output.colour);
    output.line(text)?;
    for offer in &answer.offers {
        let account = offer.account.as_ref().map(|account| format!(" --account {account}")).unwrap_or_default();
        output.line(format_args!(
            "  {} success-agent ask{account} \"{}\"",
            output.paint(Ink::Cyan, &offer.label),
            offer.question
        ))?;
    }
    for shown in &answer.cards {
        output.line("")?;
        card::print(shown, output)?;
    }
    if !answer.citations.is_empty() {
        output.line("")?;
        output.line(output.paint(Ink::Bold, "Sources"))?;
        for citation in &answer.citations {
            source(citation, today, output)?;
        }
    }
    let notes: Vec<&String> = answer.notice.iter().chain(&answer.not_seen).chain(&answer.checks.corrections).collect();
    if !notes.is_empty() {
        output.line("")?;
        for note in notes {
            output.line(output.paint(Ink::Dim, format_args!("Note: {note}")))?;
        }
    }
    output.line("")?;
    if answer.usage.requests > 0 {
        output.line(output.paint(Ink::Dim, spent(answer)))?;
    }
    output.line(output.paint(Ink::Dim, format_args!("Follow up with --conversation {}", answer.conversation)))
}

/// Who wrote it, and what it cost.
fn spent(answer: &AnswerResponse) -> String {
    let usage = answer.usage;
    let cost = usage.cost_micros.map(|micros| format!(", ${:.4}", micros as f64 / 1e6)).unwrap_or_default();
    let seconds = answer.elapsed_ms as f64 / 1e3;
    // Where another model took over, the tokens are not its own.
    let by = if answer.notice.is_some() { "the language model's tokens" } else { "tokens" };
    format!(
        "Written by {} in {seconds:.1} s; {by}: {} read, {} written{cost}",
        answer.model, usage.prompt_tokens, usage.completion_tokens
    )
}

/// The end of what is being written, as one line without anything a terminal would obey.
fn ending(draft: &str) -> String {
    let line: Vec<char> = draft.split_whitespace().flat_map(|word| [' '].into_iter().chain(word.chars())).collect();
    let shown = line[line.len().saturating_sub(DRAFT)..].iter().filter(|letter| !letter.is_control());
    shown.collect::<String>().trim().to_owned()
}

fn source(citation: &CitationResponse, today: NaiveDate, output: &mut Output) -> Result<(), Failure> {
    let when = citation
        .occurred_at
        .map(|instant| instant.day())
        .map(|day| format!(", {} ({})", day_text(day, today), relative_text(day, today)))
        .unwrap_or_default();
    let number = output.paint(Ink::Cyan, format_args!("[{}]", citation.n));
    let kind = RecordKind::parse(&citation.kind).map_or(citation.kind.as_str(), |kind| kind.label());
    output.line(format_args!("{number} {kind} · {}{when}", citation.title))?;
    let speaker = citation.speaker.as_ref().map(|speaker| format!("{speaker}: ")).unwrap_or_default();
    let quote = plain::shortened(&citation.quote, QUOTE);
    if quote.is_empty() {
        return Ok(());
    }
    output.line(output.paint(Ink::Dim, format_args!("    {speaker}“{quote}”")))
}
