//! The forward pass of BERT as sentence-transformers use it: one text at a time, on the thread that asks.
//!
//! A query has a dozen tokens and a model some ten million weights, so the time goes into reading them: they are laid out
//! once in the order they are needed in (`panels`), with 16 bits each, and read once for up to twelve tokens. All
//! arithmetic is of 32 bits. This is a package of its own because tests want it optimised and the program around it not,
//! and a profile can be chosen for a package only.

#![expect(
    clippy::inline_always,
    reason = "what runs on many numbers at once must be inlined into what chose the instructions"
)]

mod activation;
mod attention;
mod config;
mod embeddings;
mod lanes;
mod layer;
mod layer_norm;
mod linear;
mod panels;
mod pooling;
mod softmax;
mod weights;

use pulp::Arch;

pub use activation::Activation;
pub use config::{Config, Position};
pub use weights::ReadError;

use attention::Desk;
use embeddings::Embeddings;
use layer::Layer;
use weights::Weights;

/// A model.
pub struct Bert {
    arch: Arch,
    embeddings: Embeddings,
    layers: Vec<Layer>,
}

/// Why tokens cannot be embedded.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EmbedError {
    /// There are none.
    #[error("there are no tokens")]
    Empty,
    /// There are more than the model reads.
    #[error("there are {0} tokens, and the model reads {1}")]
    Long(usize, usize),
    /// The model does not know one.
    #[error("the model knows no token {0}")]
    Unknown(u32),
}

impl Bert {
    /// The model of this configuration with the weights of a file in the format safetensors.
    ///
    /// # Errors
    /// When the file does not hold such a model.
    pub fn read(config: &Config, weights: &[u8]) -> Result<Self, ReadError> {
        if !config.is_possible() {
            return Err(ReadError::Sizes);
        }
        let weights = Weights::read(weights, Arch::new())?;
        let embeddings = Embeddings::read(&weights, config)?;
        let layers = (0..config.num_hidden_layers).map(|number| Layer::read(&weights, config, number));
        Ok(Self { arch: weights.arch, embeddings, layers: layers.collect::<Result<_, _>>()? })
    }

    /// What a text of these tokens means: the mean of what the last layer says of each, with length one.
    ///
    /// # Errors
    /// When there are no tokens, too many, or unknown ones.
    pub fn embed(&self, tokens: &[u32]) -> Result<Vec<f32>, EmbedError> {
        let mut states = self.embeddings.of(self.arch, tokens)?;
        let mut desk = Desk::default();
        for layer in &self.layers {
            layer.apply(self.arch, &mut states, tokens.len(), &mut desk);
        }
        Ok(pooling::mean(&states, self.embeddings.width()))
    }
}

/// Every set of instructions that this machine has, for tests.
#[cfg(test)]
fn archs() -> Vec<Arch> {
    #[cfg(target_arch = "x86_64")]
    let others = [pulp::x86::V3::try_new().map(Arch::V3), pulp::x86::V4::try_new().map(Arch::V4)];
    #[cfg(not(target_arch = "x86_64"))]
    let others = [Some(Arch::new())];
    std::iter::once(Arch::Scalar).chain(others.into_iter().flatten()).collect()
}
