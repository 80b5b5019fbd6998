//! What a layer applies to each of its numbers.

use pulp::{Arch, Simd, WithSimd};
use serde::Deserialize;

/// The function between the two halves of a feed-forward layer.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Activation {
    /// By the error function, as BERT was trained with.
    Gelu,
    /// What is below zero is zero.
    Relu,
}

impl Activation {
    /// Applies it to each number.
    pub fn apply(self, arch: Arch, numbers: &mut [f32]) {
        match self {
            Self::Gelu => arch.dispatch(Gelu(numbers)),
            Self::Relu => numbers.iter_mut().for_each(|number| *number = number.max(0.0)),
        }
    }
}

struct Gelu<'a>(&'a mut [f32]);

impl WithSimd for Gelu<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for number in self.0 {
            *number = gelu(*number);
        }
    }
}

#[inline(always)]
fn gelu(number: f32) -> f32 {
    0.5 * number * (1.0 + erf(number * std::f32::consts::FRAC_1_SQRT_2))
}

/// The error function, to within a few units of the last place: a quotient of polynomials, as Eigen has it.
#[inline(always)]
fn erf(number: f32) -> f32 {
    const ABOVE: [f32; 7] = [
        -2.726_142_3e-10,
        2.770_681_4e-8,
        -2.101_024_1e-6,
        -5.692_506_3e-5,
        -7.349_906e-4,
        -2.954_6e-3,
        -1.609_603_3e-2,
    ];
    const BELOW: [f32; 5] = [-1.456_607_2e-5, -2.133_740_6e-4, -1.682_827e-3, -7.373_329e-3, -1.426_474e-2];
    let number = number.clamp(-4.0, 4.0);
    let square = number * number;
    let polynomial = |of: &[f32]| of.iter().fold(0.0, |sum, factor| sum * square + factor);
    number * polynomial(&ABOVE) / polynomial(&BELOW)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::archs;

    /// The error function by its series.
    fn series(number: f64) -> f64 {
        let mut term = number;
        let mut sum = number;
        for n in 1..120_u32 {
            term *= -number * number / f64::from(n);
            sum += term / f64::from(2 * n + 1);
        }
        sum * std::f64::consts::FRAC_2_SQRT_PI
    }

    proptest! {
        #[test]
        fn gelu_goes_by_the_error_function(numbers in prop::collection::vec(-5.0_f32..5.0, 0..70)) {
            for arch in archs() {
                let mut applied = numbers.clone();
                Activation::Gelu.apply(arch, &mut applied);
                for (number, applied) in numbers.iter().zip(applied) {
                    let number = f64::from(*number);
                    let expected = 0.5 * number * (1.0 + series(number * std::f64::consts::FRAC_1_SQRT_2));
                    prop_assert!((f64::from(applied) - expected).abs() < 2e-6, "{arch:?}: {applied} for {expected}");
                }
            }
        }
    }

    #[test]
    fn far_from_nought_gelu_is_all_or_nothing() {
        let mut numbers = [-1e6, -20.0, 20.0, 1e6];
        Activation::Gelu.apply(Arch::new(), &mut numbers);
        for (number, expected) in numbers.iter().zip([0.0_f32, 0.0, 20.0, 1e6]) {
            assert!((number - expected).abs() <= expected.abs() * 1e-6 + 0.1, "{numbers:?}");
        }
    }

    #[test]
    fn relu_leaves_what_is_above_nought() {
        let mut numbers = [-3.0, 0.0, 4.0];
        Activation::Relu.apply(Arch::new(), &mut numbers);
        assert_eq!(numbers.map(f32::to_bits), [0.0, 0.0, 4.0].map(f32::to_bits));
    }
}
