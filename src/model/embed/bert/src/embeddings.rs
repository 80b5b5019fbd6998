//! What tokens are before the first layer: what each is, and where it stands.

use pulp::Arch;

use crate::EmbedError;
use crate::config::Config;
use crate::layer_norm::LayerNorm;
use crate::weights::{ReadError, Weights};

/// Vectors of tokens and of places.
pub struct Embeddings {
    words: Vec<f32>,
    /// With what says that a token is of the first segment, as all are.
    positions: Vec<f32>,
    norm: LayerNorm,
}

impl Embeddings {
    pub fn read(weights: &Weights<'_>, config: &Config) -> Result<Self, ReadError> {
        let hidden = config.hidden_size;
        let table = |of: &str, count| weights.tensor(&format!("embeddings.{of}_embeddings.weight"), &[count, hidden]);
        let segments = table("token_type", config.type_vocab_size)?;
        let mut positions = table("position", config.max_position_embeddings)?;
        for position in positions.chunks_exact_mut(hidden) {
            for (number, segment) in position.iter_mut().zip(&segments) {
                *number += segment;
            }
        }
        let norm = LayerNorm::read(weights, "embeddings.LayerNorm", config)?;
        Ok(Self { words: table("word", config.vocab_size)?, positions, norm })
    }

    /// Numbers of a token.
    pub const fn width(&self) -> usize {
        self.norm.weight.len()
    }

    /// The states of these tokens.
    pub fn of(&self, arch: Arch, tokens: &[u32]) -> Result<Vec<f32>, EmbedError> {
        let width = self.width();
        let most = self.positions.len() / width;
        if tokens.is_empty() {
            return Err(EmbedError::Empty);
        }
        if tokens.len() > most {
            return Err(EmbedError::Long(tokens.len(), most));
        }
        let mut states = Vec::with_capacity(tokens.len() * width);
        for token in tokens {
            let start = *token as usize * width;
            let word = self.words.get(start..start + width).ok_or(EmbedError::Unknown(*token))?;
            states.extend_from_slice(word);
        }
        self.norm.apply(arch, &mut states, &self.positions);
        Ok(states)
    }
}
