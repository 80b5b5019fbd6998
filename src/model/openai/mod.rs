//! A language model behind any OpenAI-compatible address: chat completions with tool calls, streamed.
//!
//! `wire` writes the request so that it fits the model's window, `stream` puts the reply together from its pieces, and
//! `form` asks for JSON of a schema. What the endpoint sends is never trusted: a reply that is cut, empty or not what was
//! agreed on is an error, and the turn goes on without this model.

mod embedding;
mod form;
mod stream;
mod wire;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_trait::async_trait;
use futures::{Stream, StreamExt as _};
use reqwest::StatusCode;

use super::chat::{ChatModel, ChatRequest, Draft, ModelError, ModelReply, Trust};
use crate::config::ModelConfig;
use crate::domain::answer::Usage;
pub use embedding::OpenAiEmbedder;
use stream::{Assembly, Chunk};

/// How long a connection may take to be made.
const CONNECTING: Duration = Duration::from_secs(5);

/// How long nothing may arrive.
const SILENCE: Duration = Duration::from_secs(30);

/// Chooses the cryptography of secure connections for the whole process, which has to be done before the first HTTP
/// client is made; the database's connections use the same.
pub fn choose_cryptography() {
    // Whoever comes second finds it chosen.
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// A language model.
#[derive(Clone, Debug)]
pub struct OpenAi {
    client: Client<OpenAIConfig>,
    config: ModelConfig,
    /// The endpoint was seen to refuse requests with a schema of the answer.
    no_schemas: Arc<AtomicBool>,
}

/// Why nothing came of a request.
enum Fault {
    /// The endpoint, or the way there.
    Endpoint(OpenAIError),
    /// What it sent.
    Reply(ModelError),
}

impl OpenAi {
    /// At the configured address; nothing is asked yet.
    ///
    /// # Errors
    /// When this machine cannot make secure connections.
    pub fn new(config: ModelConfig) -> Result<Self, ModelError> {
        Self::patient(config, SILENCE)
    }

    /// The same, for work nobody waits for: a slow machine may think for so long before its first word.
    ///
    /// # Errors
    /// When this machine cannot make secure connections.
    pub fn patient(config: ModelConfig, silence: Duration) -> Result<Self, ModelError> {
        let client = client(&config.base_url, config.api_key.as_deref(), silence)?;
        Ok(Self { client, config, no_schemas: Arc::default() })
    }

    /// Asks for one word, to see whether address, key and model are right; gives what it cost.
    ///
    /// # Errors
    /// What is wrong, in a sentence that says what to change.
    pub async fn probe(&self) -> Result<Usage, ModelError> {
        let request = wire::probe(&self.config);
        let reply = self.stream(request, &|_| {}).await.map_err(|fault| self.said(fault))?;
        Ok(reply.usage)
    }

    async fn stream(&self, request: serde_json::Value, draft: Draft<'_>) -> Result<ModelReply, Fault> {
        let chat = self.client.chat();
        let mut arriving: std::pin::Pin<Box<dyn Stream<Item = Result<Chunk, OpenAIError>> + Send>> =
            chat.create_stream_byot(request).await.map_err(Fault::Endpoint)?;
        let mut assembly = Assembly::default();
        while let Some(chunk) = arriving.next().await {
            assembly.take(chunk.map_err(Fault::Endpoint)?, draft).map_err(Fault::Reply)?;
        }
        assembly.finish().map_err(Fault::Reply)
    }

    /// The same in words.
    fn said(&self, fault: Fault) -> ModelError {
        match fault {
            Fault::Endpoint(error) => self.told(&error),
            Fault::Reply(error) => error,
        }
    }

    fn told(&self, error: &OpenAIError) -> ModelError {
        told(error, &self.config.base_url, &self.config.name, "OPENAI_MODEL")
    }
}

/// A client of the API at this address.
fn client(base_url: &str, api_key: Option<&str>, silence: Duration) -> Result<Client<OpenAIConfig>, ModelError> {
    choose_cryptography();
    let http = reqwest::Client::builder()
        .connect_timeout(CONNECTING)
        .read_timeout(silence)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| ModelError::Permanent(format!("secure connections cannot be made: {error}")))?;
    let address = OpenAIConfig::new().with_api_base(base_url).with_api_key(api_key.unwrap_or("none"));
    Ok(Client::build(http, address))
}

/// What went wrong at an address, with what to change where that is known; `setting` names the model. Never repeats what
/// the endpoint wrote at length: it may echo the request.
fn told(error: &OpenAIError, at: &str, model: &str, setting: &str) -> ModelError {
    match error {
        OpenAIError::ApiError(answer) => match answer.status_code {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                ModelError::Permanent(format!("{at} does not accept the key; check OPENAI_API_KEY"))
            }
            StatusCode::NOT_FOUND => ModelError::Permanent(format!(
                "{at} has no model `{model}`, or is not the address of the API; check {setting} and OPENAI_BASE_URL"
            )),
            StatusCode::TOO_MANY_REQUESTS => ModelError::Transient(format!("{at} takes no more requests for now")),
            status if status.is_server_error() => ModelError::Transient(format!("{at} answered {status}")),
            status => ModelError::Permanent(format!("{at} refused the request ({status})")),
        },
        OpenAIError::Reqwest(error) if error.is_connect() => {
            ModelError::Transient(format!("{at} cannot be reached; check OPENAI_BASE_URL"))
        }
        OpenAIError::Reqwest(error) if error.is_timeout() => {
            ModelError::Transient(format!("{at} did not answer in time"))
        }
        OpenAIError::Reqwest(_) | OpenAIError::StreamError(_) => {
            ModelError::Transient(format!("the connection to {at} was cut"))
        }
        _ => ModelError::Permanent(format!("{at} sent what is not an answer of the API; check OPENAI_BASE_URL")),
    }
}

#[async_trait]
impl ChatModel for OpenAi {
    fn name(&self) -> &str {
        &self.config.name
    }

    fn trust(&self) -> Trust {
        Trust::Doubted
    }

    async fn reply(&self, request: &ChatRequest, draft: Draft<'_>) -> Result<ModelReply, ModelError> {
        let request = wire::request(&self.config, request)?;
        let read = wire::tokens(&request.to_string());
        let mut reply = self.stream(request, draft).await.map_err(|fault| self.said(fault))?;
        reply.usage = self.priced(reply.usage, read as u64, &reply.text);
        Ok(reply)
    }
}
