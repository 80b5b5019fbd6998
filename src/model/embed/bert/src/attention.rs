//! Self-attention: each token takes from every other as much as fits it.

use pulp::Arch;

use crate::linear::Linear;
use crate::panels::{Panels, Results, Rows};
use crate::softmax::softmax;
use crate::weights::{ReadError, Weights};

/// The attention of one layer, before what it gives is mixed.
pub struct Attention {
    /// Queries, keys and values, side by side.
    projection: Linear,
    heads: usize,
    width: usize,
}

/// What is worked in, kept from layer to layer.
#[derive(Default)]
pub struct Desk {
    projected: Vec<f32>,
    scores: Vec<f32>,
    keys: Panels<f32>,
    values: Panels<f32>,
}

impl Attention {
    /// That of the layer with this name, for `heads` heads of `width` numbers.
    pub fn read(weights: &Weights<'_>, layer: &str, heads: usize, width: usize) -> Result<Self, ReadError> {
        let names = ["query", "key", "value"].map(|part| format!("{layer}.attention.self.{part}"));
        let projection = Linear::read(weights, &names, heads * width, heads * width)?;
        Ok(Self { projection, heads, width })
    }

    /// What each of `count` tokens takes from all of them, into `context`.
    pub fn apply(&self, arch: Arch, states: &[f32], count: usize, desk: &mut Desk, context: &mut Vec<f32>) {
        let (hidden, width) = (self.heads * self.width, self.width);
        let scale = 1.0 / (width as f32).sqrt();
        let Desk { projected, scores, keys, values } = desk;
        self.projection.apply(arch, states, count, projected);
        context.resize(count * hidden, 0.0);
        scores.resize(count * count, 0.0);
        for start in (0..hidden).step_by(width) {
            let stride = 3 * hidden;
            let (key, value) = (&projected[hidden + start..], &projected[2 * hidden + start..]);
            keys.pack(arch, count, width, |token, number| key[token * stride + number]);
            values.pack(arch, width, count, |number, token| value[token * stride + number]);
            let queries = Rows { numbers: &projected[start..], stride };
            keys.multiply(arch, queries, count, None, Results { numbers: scores, stride: count });
            softmax(arch, scores, count, scale);
            let shares = Rows { numbers: scores, stride: count };
            values.multiply(arch, shares, count, None, Results { numbers: &mut context[start..], stride: hidden });
        }
    }
}
