//! Layer normalisation: each row with mean nought and variance one, then scaled and moved.

use pulp::{Arch, Simd, WithSimd};

use crate::config::Config;
use crate::lanes::{sum, sum_of};
use crate::weights::{ReadError, Weights};

/// What a model learnt about one normalisation.
pub struct LayerNorm {
    pub weight: Vec<f32>,
    pub bias: Vec<f32>,
    pub epsilon: f32,
}

impl LayerNorm {
    /// The one with this name.
    pub fn read(weights: &Weights<'_>, name: &str, config: &Config) -> Result<Self, ReadError> {
        let part = |part: &str| weights.tensor(&format!("{name}.{part}"), &[config.hidden_size]);
        Ok(Self { weight: part("weight")?, bias: part("bias")?, epsilon: config.layer_norm_eps })
    }

    /// Adds `added` to `rows` and normalises each.
    pub fn apply(&self, arch: Arch, rows: &mut [f32], added: &[f32]) {
        arch.dispatch(Apply { norm: self, rows, added });
    }
}

struct Apply<'a> {
    norm: &'a LayerNorm,
    rows: &'a mut [f32],
    added: &'a [f32],
}

impl WithSimd for Apply<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let LayerNorm { weight, bias, epsilon } = self.norm;
        let width = weight.len();
        for (row, added) in self.rows.chunks_exact_mut(width).zip(self.added.chunks_exact(width)) {
            for (number, added) in row.iter_mut().zip(added) {
                *number += added;
            }
            let mean = sum(row) / width as f32;
            let variance = sum_of(row, |number| (number - mean) * (number - mean)) / width as f32;
            let scale = 1.0 / (variance + epsilon).sqrt();
            for ((number, weight), bias) in row.iter_mut().zip(weight).zip(bias) {
                *number = (*number - mean) * scale * weight + bias;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::archs;

    proptest! {
        #[test]
        fn rows_have_the_mean_and_variance_of_the_weights(
            (rows, weight, bias) in (2_usize..70, 1_usize..4).prop_flat_map(|(width, count)| {
                let row = |of: f32| prop::collection::vec(-of..of, width);
                (prop::collection::vec((row(3.0), row(3.0)), count), row(2.0), row(2.0))
            }),
        ) {
            let norm = LayerNorm { weight, bias, epsilon: 1e-3 };
            for arch in archs() {
                let mut normalised: Vec<f32> = rows.iter().flat_map(|(row, _)| row.clone()).collect();
                let added: Vec<f32> = rows.iter().flat_map(|(_, added)| added.clone()).collect();
                norm.apply(arch, &mut normalised, &added);
                let width = norm.weight.len();
                for ((row, added), normalised) in rows.iter().zip(normalised.chunks(width)) {
                    let row: Vec<f64> = row.iter().zip(added).map(|(row, added)| f64::from(row + added)).collect();
                    let mean = row.iter().sum::<f64>() / width as f64;
                    let variance = row.iter().map(|number| (number - mean).powi(2)).sum::<f64>() / width as f64;
                    for (index, number) in normalised.iter().enumerate() {
                        let expected = (row[index] - mean) / (variance + 1e-3).sqrt();
                        let expected = expected * f64::from(norm.weight[index]) + f64::from(norm.bias[index]);
                        prop_assert!((f64::from(*number) - expected).abs() < 1e-4, "{arch:?}: {number} for {expected}");
                    }
                }
            }
        }
    }
}
