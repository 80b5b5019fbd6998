//! Softmax: numbers as shares of one.

use pulp::{Arch, Simd, WithSimd};

use crate::lanes::{largest, sum};

/// Turns each row of `width` numbers into shares of one, after multiplying them with `scale`.
pub fn softmax(arch: Arch, numbers: &mut [f32], width: usize, scale: f32) {
    arch.dispatch(Softmax { numbers, width, scale });
}

struct Softmax<'a> {
    numbers: &'a mut [f32],
    width: usize,
    scale: f32,
}

impl WithSimd for Softmax<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for row in self.numbers.chunks_exact_mut(self.width) {
            let largest = largest(row);
            for number in &mut *row {
                *number = exp((*number - largest) * self.scale);
            }
            let share = 1.0 / sum(row);
            for number in row {
                *number *= share;
            }
        }
    }
}

/// The exponential of a number that is not above zero, to within a few units of the last place: two to the power of a
/// whole number, times a polynomial of what remains.
#[inline(always)]
fn exp(number: f32) -> f32 {
    /// Adding it leaves a whole number in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    const FACTORS: [f32; 6] = [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5];
    let number = number.max(-87.0);
    let rounded = number * std::f32::consts::LOG2_E + ROUND;
    let whole = rounded - ROUND;
    // ln 2 in two parts, the first of few bits, so that nothing is lost.
    let rest = number - whole * 0.693_359_4 + whole * 2.121_944_4e-4;
    let polynomial = FACTORS.iter().fold(0.0, |sum, factor| sum * rest + factor);
    let power = f32::from_bits((rounded.to_bits() << 23).wrapping_add(1.0_f32.to_bits()));
    (polynomial * rest * rest + rest + 1.0) * power
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::archs;

    proptest! {
        #[test]
        fn shares_are_those_of_the_exponentials(
            rows in (1_usize..40, 0_usize..4).prop_flat_map(|(width, count)| {
                prop::collection::vec(prop::collection::vec(-30.0_f32..30.0, width), count)
            }),
            scale in 0.05_f32..2.0,
        ) {
            let width = rows.first().map_or(1, Vec::len);
            for arch in archs() {
                let mut shares = rows.concat();
                softmax(arch, &mut shares, width, scale);
                for (row, shares) in rows.iter().zip(shares.chunks(width)) {
                    let powers = row.iter().map(|number| f64::from(number * scale).exp());
                    let sum: f64 = powers.clone().sum();
                    for (share, power) in shares.iter().zip(powers) {
                        prop_assert!((f64::from(*share) - power / sum).abs() < 1e-5, "{arch:?}: {share}");
                    }
                }
            }
        }
    }

    #[test]
    fn numbers_far_apart_leave_nothing_to_the_lower() {
        let mut shares = [1e4, -1e4, 1e4, -3e38];
        softmax(Arch::new(), &mut shares, 4, 1.0);
        for (share, expected) in shares.iter().zip([0.5_f32, 0.0, 0.5, 0.0]) {
            assert!((share - expected).abs() < 1e-6, "{shares:?}");
        }
    }
}
