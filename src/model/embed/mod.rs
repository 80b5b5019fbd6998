//! Models that embed: what texts mean, as vectors that lie near each other when the texts mean the same.

mod local;

use async_trait::async_trait;

use super::chat::ModelError;

pub use local::{FILES, LocalEmbedder};

/// What a text is embedded for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// To look for it: somebody waits.
    Query,
    /// To be found: nobody waits.
    Passage,
}

/// A model that embeds.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// Which model it is, in all that changes its vectors. Only vectors of the same name can be compared.
    fn name(&self) -> &str;

    /// Numbers in a vector; may have to ask.
    ///
    /// # Errors
    /// When the model cannot be asked.
    async fn dimension(&self) -> Result<usize, ModelError>;

    /// A vector for each text, in order. What is too long for the model counts as far as it reads.
    ///
    /// # Errors
    /// When the model cannot be read or asked.
    async fn embed(&self, texts: Vec<String>, role: Role) -> Result<Vec<Vec<f32>>, ModelError>;
}
