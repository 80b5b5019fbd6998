//! A linear layer: a matrix and a bias.

use pulp::Arch;

use crate::panels::{Pair, Panels, Results, Rows};
use crate::weights::{ReadError, Weights};

/// A linear layer.
pub struct Linear {
    weight: Panels<Pair>,
    bias: Vec<f32>,
}

impl Linear {
    /// The layers of these names, which read the same numbers, as one: their results stand side by side.
    pub fn read(weights: &Weights<'_>, names: &[String], inputs: usize, outputs: usize) -> Result<Self, ReadError> {
        let (mut matrix, mut bias) = (Vec::new(), Vec::new());
        for name in names {
            matrix.extend(weights.tensor(&format!("{name}.weight"), &[outputs, inputs])?);
            bias.extend(weights.tensor(&format!("{name}.bias"), &[outputs])?);
        }
        let mut weight = Panels::default();
        weight.pack(weights.arch, bias.len(), inputs, |output, input| matrix[output * inputs + input]);
        Ok(Self { weight, bias })
    }

    /// Its results for `count` rows, into `results`.
    pub fn apply(&self, arch: Arch, numbers: &[f32], count: usize, results: &mut Vec<f32>) {
        let stride = self.bias.len();
        results.resize(count * stride, 0.0);
        let rows = Rows { numbers, stride: numbers.len() / count.max(1) };
        self.weight.multiply(arch, rows, count, Some(&self.bias), Results { numbers: results, stride });
    }
}
