//! `success-agent models`

use std::time::Instant;

use super::output::{Failure, Ink, Output};
use super::remote::Remote;
use super::waiting::Waiting;
use crate::config::{Config, EmbeddingConfig, MODEL, ModelConfig};
use crate::model::chat::ModelError;
use crate::model::embed::{Embedder, LocalEmbedder, Role};
use crate::model::openai::{OpenAi, OpenAiEmbedder};
use crate::web::reading::ReadingResponse;

pub(super) async fn run(config: &Config, output: &mut Output) -> Result<(), Failure> {
    let answers = answering(config, output).await;
    output.line("")?;
    let searches = searching(config, output).await;
    answers.and(searches)
}

/// Who writes answers.
async fn answering(config: &Config, output: &mut Output) -> Result<(), Failure> {
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
    output.line(format_args!("  reading   {}", reading(config, model).await))?;
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
        Err(error) => Err(told(&error)),
    }
}

/// Who tells what passages mean.
async fn searching(config: &Config, output: &mut Output) -> Result<(), Failure> {
    let (embedder, at): (Box<dyn Embedder>, String) = match &config.embedding {
        EmbeddingConfig::Folder { path, named: true } => {
            let embedder = LocalEmbedder::named(path).map_err(|error| told(&error))?;
            (Box::new(embedder), format!("in {}", path.display()))
        }
        EmbeddingConfig::Folder { path, named: false } => match LocalEmbedder::open(path)
            .map_err(|error| told(&error))?
        {
            Some(embedder) => (Box::new(embedder), format!("in {}", path.display())),
            None => {
                output.line(format_args!("Passages are found by their {}.", output.paint(Ink::Bold, "words alone")))?;
                return output.line(format_args!(
                    "`success-agent models fetch` fetches {MODEL} (92 MB), which finds them in other words too."
                ));
            }
        },
        EmbeddingConfig::Api(api) => {
            let embedder = OpenAiEmbedder::new(api.clone(), None).map_err(|error| told(&error))?;
            (Box::new(embedder), format!("at {}", api.base_url))
        }
    };
    let name = embedder.name().split(' ').next().unwrap_or_default().to_owned();
    output.line(format_args!(
        "Passages are found by their words and by what they mean, told by {} {at}",
        output.paint(Ink::Bold, name)
    ))?;
    output.flush()?;
    let waiting = Waiting::new("Asking it");
    // The first one has a model read its files.
    let tried = embedder.embed(vec!["one".to_owned()], Role::Query).await;
    let started = Instant::now();
    let tried = match tried {
        Ok(_) => embedder.embed(vec!["Are they happy with the export?".to_owned()], Role::Query).await,
        Err(error) => Err(error),
    };
    drop(waiting);
    let vectors = tried.map_err(|error| told(&error))?;
    let numbers = vectors.first().map_or(0, Vec::len);
    let millis = started.elapsed().as_millis();
    output.line(format_args!("It answers: {numbers} numbers in {millis} ms."))
}

fn told(error: &ModelError) -> Failure {
    Failure::failed(error.to_string())
}

/// Whether it reads calls and e-mails, and how far a running server is with that.
async fn reading(config: &Config, model: &ModelConfig) -> String {
    if !model.read {
        return "no; with `read = true` under [model] it also reads calls and e-mails".to_owned();
    }
    let running = match Remote::find(config).await {
        Some(remote) => remote.reading().await.ok().filter(|reading| reading.on),
        None => None,
    };
    let Some(ReadingResponse { read, waiting, given_up, problem, .. }) = running else {
        return "calls and e-mails too, while `success-agent serve` runs".to_owned();
    };
    let problem = problem.map(|problem| format!("; at the moment: {problem}")).unwrap_or_default();
    format!("calls and e-mails too: {read} read, {waiting} to go, {given_up} given up{problem}")
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
