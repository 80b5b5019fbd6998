//! Embeddings over the same API.

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_trait::async_trait;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::OnceCell;

use super::{SILENCE, client, told};
use crate::config::EmbeddingApi;
use crate::model::chat::ModelError;
use crate::model::embed::{Embedder, Role};

/// A model that embeds behind an OpenAI-compatible address.
pub struct OpenAiEmbedder {
    client: Client<OpenAIConfig>,
    api: EmbeddingApi,
    name: String,
    dimension: OnceCell<usize>,
}

#[derive(Deserialize)]
struct Embedded {
    data: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    index: usize,
    embedding: Vec<f32>,
}

impl OpenAiEmbedder {
    /// At the configured address; nothing is asked yet. `dimension` is that of its vectors, where it is known from before.
    ///
    /// # Errors
    /// When this machine cannot make secure connections.
    pub fn new(api: EmbeddingApi, dimension: Option<usize>) -> Result<Self, ModelError> {
        let client = client(&api.base_url, api.api_key.as_deref(), SILENCE)?;
        Ok(Self { client, name: Self::name_of(&api), api, dimension: OnceCell::new_with(dimension) })
    }

    /// The name such a model goes by.
    #[must_use]
    pub fn name_of(api: &EmbeddingApi) -> String {
        format!("{} at {}", api.name, api.base_url)
    }

    async fn ask(&self, texts: &[String]) -> Result<Vec<Vec<f32>>, ModelError> {
        let request = json!({ "model": self.api.name, "input": texts, "encoding_format": "float" });
        let embedded: Embedded = self
            .client
            .embeddings()
            .create_byot(request)
            .await
            .map_err(|error| told(&error, &self.api.base_url, &self.api.name, "OPENAI_EMBEDDING_MODEL"))?;
        let mut items = embedded.data;
        items.sort_by_key(|item| item.index);
        let whole = items.len() == texts.len()
            && items.iter().enumerate().all(|(at, item)| item.index == at)
            && items.iter().all(|item| item.embedding.iter().all(|number| number.is_finite()));
        if !whole {
            return Err(self.wrong("sent vectors that do not belong to what was asked"));
        }
        Ok(items.into_iter().map(|item| item.embedding).collect())
    }

    fn wrong(&self, what: &str) -> ModelError {
        ModelError::Permanent(format!("{} {what}; check OPENAI_EMBEDDING_MODEL", self.api.base_url))
    }
}

#[async_trait]
impl Embedder for OpenAiEmbedder {
    fn name(&self) -> &str {
        &self.name
    }

    async fn dimension(&self) -> Result<usize, ModelError> {
        let asked = self.dimension.get_or_try_init(|| async {
            match self.ask(&["dimension".to_owned()]).await?.first().map(Vec::len) {
                Some(dimension) if dimension > 0 => Ok(dimension),
                _ => Err(self.wrong("sent an empty vector")),
            }
        });
        asked.await.copied()
    }

    async fn embed(&self, texts: Vec<String>, _role: Role) -> Result<Vec<Vec<f32>>, ModelError> {
        let dimension = self.dimension().await?;
        let vectors = self.ask(&texts).await?;
        if vectors.iter().any(|vector| vector.len() != dimension) {
            return Err(self.wrong(&format!("sent vectors that do not have {dimension} numbers any more")));
        }
        Ok(vectors)
    }
}
