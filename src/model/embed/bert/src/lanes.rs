//! Sums and the like over many numbers at a time, in an order that a machine can follow for several at once.

/// Numbers taken at a time.
const LANES: usize = 16;

/// Their sum.
#[inline(always)]
pub fn sum(numbers: &[f32]) -> f32 {
    sum_of(numbers, |number| number)
}

/// The sum of what `of` makes of them.
#[inline(always)]
pub fn sum_of(numbers: &[f32], of: impl Fn(f32) -> f32) -> f32 {
    let mut sums = [0.0; LANES];
    let (chunks, rest) = numbers.as_chunks::<LANES>();
    for chunk in chunks {
        for (sum, number) in sums.iter_mut().zip(chunk) {
            *sum += of(*number);
        }
    }
    sums.iter().sum::<f32>() + rest.iter().map(|number| of(*number)).sum::<f32>()
}

/// The largest of them.
#[inline(always)]
pub fn largest(numbers: &[f32]) -> f32 {
    let mut most = [f32::NEG_INFINITY; LANES];
    let (chunks, rest) = numbers.as_chunks::<LANES>();
    for chunk in chunks {
        for (most, number) in most.iter_mut().zip(chunk) {
            *most = if *number > *most { *number } else { *most };
        }
    }
    most.iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn they_are_those_of_one_number_after_the_other(numbers in prop::collection::vec(-9.0_f32..9.0, 0..70)) {
            prop_assert!((sum(&numbers) - numbers.iter().sum::<f32>()).abs() < 1e-3);
            let squares = numbers.iter().map(|number| number * number).sum::<f32>();
            prop_assert!((sum_of(&numbers, |number| number * number) - squares).abs() < 1e-2);
            let most = largest(&numbers);
            prop_assert!(numbers.iter().all(|number| *number <= most));
            prop_assert!(numbers.is_empty() || numbers.contains(&most));
        }
    }
}
