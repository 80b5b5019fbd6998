//! A layer: attention and a feed-forward part, each added to what came in and normalised.

use pulp::Arch;

use crate::activation::Activation;
use crate::attention::{Attention, Desk};
use crate::config::Config;
use crate::layer_norm::LayerNorm;
use crate::linear::Linear;
use crate::weights::{ReadError, Weights};

/// A layer of the encoder.
pub struct Layer {
    attention: Attention,
    mix: Linear,
    attended: LayerNorm,
    widen: Linear,
    activation: Activation,
    narrow: Linear,
    fed: LayerNorm,
}

impl Layer {
    /// The one with this number, from nought.
    pub fn read(weights: &Weights<'_>, config: &Config, number: usize) -> Result<Self, ReadError> {
        let Config { hidden_size: hidden, num_attention_heads: heads, intermediate_size: wide, .. } = *config;
        let layer = format!("encoder.layer.{number}");
        let linear =
            |part: &str, inputs, outputs| Linear::read(weights, &[format!("{layer}.{part}.dense")], inputs, outputs);
        let norm = |part: &str| LayerNorm::read(weights, &format!("{layer}.{part}.LayerNorm"), config);
        Ok(Self {
            attention: Attention::read(weights, &layer, heads, hidden / heads)?,
            mix: linear("attention.output", hidden, hidden)?,
            attended: norm("attention.output")?,
            widen: linear("intermediate", hidden, wide)?,
            activation: config.hidden_act,
            narrow: linear("output", wide, hidden)?,
            fed: norm("output")?,
        })
    }

    /// Takes the states of `count` tokens on by one layer.
    pub fn apply(&self, arch: Arch, states: &mut [f32], count: usize, desk: &mut Desk) {
        let (mut wide, mut narrow) = (Vec::new(), Vec::new());
        self.attention.apply(arch, states, count, desk, &mut wide);
        self.mix.apply(arch, &wide, count, &mut narrow);
        self.attended.apply(arch, states, &narrow);
        self.widen.apply(arch, states, count, &mut wide);
        self.activation.apply(arch, &mut wide);
        self.narrow.apply(arch, &wide, count, &mut narrow);
        self.fed.apply(arch, states, &narrow);
    }
}
