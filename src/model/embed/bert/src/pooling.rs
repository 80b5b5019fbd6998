//! What a text means, from what its tokens mean.

/// The mean of rows of `width` numbers, with length one.
pub fn mean(rows: &[f32], width: usize) -> Vec<f32> {
    let mut mean = vec![0.0; width];
    for row in rows.chunks_exact(width) {
        for (mean, number) in mean.iter_mut().zip(row) {
            *mean += number;
        }
    }
    let length = mean.iter().map(|number| number * number).sum::<f32>().sqrt();
    for number in &mut mean {
        *number /= length;
    }
    mean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_has_length_one() {
        assert_eq!(mean(&[1.0, 9.0, 5.0, -1.0], 2), [0.6, 0.8]);
    }
}
