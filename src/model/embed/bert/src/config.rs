//! What a model is like, as its `config.json` says.

use serde::Deserialize;

use crate::activation::Activation;

/// The parts of a `config.json` that the forward pass goes by.
#[derive(Clone, Debug, Deserialize)]
pub struct Config {
    /// How many tokens it knows.
    pub vocab_size: usize,
    /// Numbers of a token between layers, and of a vector.
    pub hidden_size: usize,
    /// How many layers it has.
    pub num_hidden_layers: usize,
    /// How many heads the attention of a layer has.
    pub num_attention_heads: usize,
    /// Numbers of a token within the feed-forward part of a layer.
    pub intermediate_size: usize,
    /// What is applied to them.
    pub hidden_act: Activation,
    /// The most tokens it reads.
    pub max_position_embeddings: usize,
    /// Kinds of segments it knows.
    pub type_vocab_size: usize,
    /// What keeps a normalisation from dividing by nought.
    pub layer_norm_eps: f32,
    /// How it tells where a token stands.
    #[serde(default)]
    pub position_embedding_type: Position,
}

impl Config {
    /// Whether there can be such a model.
    pub(crate) fn is_possible(&self) -> bool {
        let sizes = [
            self.vocab_size,
            self.hidden_size,
            self.num_attention_heads,
            self.intermediate_size,
            self.max_position_embeddings,
            self.type_vocab_size,
        ];
        !sizes.contains(&0) && self.hidden_size.is_multiple_of(self.num_attention_heads)
    }
}

/// How a model tells where a token stands.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// By a vector for each place.
    #[default]
    Absolute,
}
