//! `success-agent models`

use std::time::Instant;

use super::output::{Failure, Ink, Output};
use super::waiting::Waiting;
use crate::config::{Config, ModelConfig};
use crate::model::chat::ModelError;
use crate::model::openai::OpenAi;

pub(super) async fn run(config: &Config, output: &mut Output) -> Result<(), Failure> {
    let Some(model) = &config.model else {
        output.line(format_args!("Answers are written by the {}.", output.paint(Ink::Bold, "built-in analyst")))?;
        return output.line(
            "To use a language model, set OPENAI_MODEL and OPENAI_API_KEY, and OPENAI_BASE_URL where it is not OpenAI's.",
        );
    };
    output.line(format_args!(
        "Answers are written by {} at {}",
        output.paint(Ink::Bold, &model.name),
        model.base_url
    ))?;
    output.line(format_args!("  key       {}", if model.api_key.is_some() { "set" } else { "none" }))?;
    output.line(format_args!(
        "  window    {} tokens, of which an answer has at most {}",
        model.context_tokens, model.answer_tokens
    ))?;
    output.line(format_args!(
        "  a turn    at most {} tokens and {} seconds; then the built-in analyst answers",
        model.turn_tokens, model.deadline_seconds
    ))?;
    let prices = model.prices.map_or_else(
        || "not configured".to_owned(),
        |(read, written)| format!("${read} for a million tokens read, ${written} written"),
    );
    output.line(format_args!("  prices    {prices}"))?;
    output.flush()?;
    let started = Instant::now();
    let waiting = Waiting::new("Asking it");
    let tried = probe(model).await;
    drop(waiting);
    match tried {
        Ok(tokens) => {
            let seconds = started.elapsed().as_secs_f64();
            output.line(format_args!("It answers: {seconds:.1} seconds, {tokens} tokens."))
        }
        Err(error) => Err(Failure::failed(error.to_string())),
    }
}

/// Asks a model for one word; how many tokens that took.
async fn probe(model: &ModelConfig) -> Result<u64, ModelError> {
    Ok(OpenAi::new(model.clone())?.probe().await?.tokens())
}

/// Refuses a model that will never answer; one that does not answer now may do so later.
pub(super) async fn check(model: &ModelConfig) -> Result<Option<String>, Failure> {
    match probe(model).await {
        Ok(_) => Ok(None),
        Err(ModelError::Permanent(reason) | ModelError::Refused(reason)) => {
            Err(Failure::failed(format!("the language model cannot be used: {reason}")))
        }
        Err(ModelError::Transient(reason)) => Ok(Some(format!(
            "The language model does not answer now ({reason}); until it does, the built-in analyst answers."
        ))),
    }
}
