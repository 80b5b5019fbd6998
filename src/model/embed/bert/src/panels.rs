//! A matrix laid out once for being multiplied with: in panels of as many outputs as two registers hold, so that each is
//! read from front to back.

use pulp::{Arch, Simd, WithSimd};

/// How the numbers of a panel are kept.
pub trait Element: Copy + Default {
    /// How many of them hold `numbers` numbers.
    fn many(numbers: usize) -> usize;

    /// Keeps the numbers of a row.
    fn pack(numbers: &[f32], row: &mut [Self]);

    /// The numbers of a row, in two registers.
    fn load<S: Simd>(simd: S, row: &[Self]) -> [S::f32s; 2];
}

impl Element for f32 {
    #[inline(always)]
    fn many(numbers: usize) -> usize {
        numbers
    }

    fn pack(numbers: &[f32], row: &mut [Self]) {
        row.copy_from_slice(numbers);
    }

    #[inline(always)]
    fn load<S: Simd>(simd: S, row: &[Self]) -> [S::f32s; 2] {
        match S::as_simd_f32s(row).0 {
            [first, second] => [*first, *second],
            _ => [simd.splat_f32s(0.0); 2],
        }
    }
}

/// Two numbers of 16 bits, as `bfloat16`: the upper half of an `f32`. One of the first half of a row is below one of its
/// second half.
pub type Pair = u32;

impl Element for Pair {
    #[inline(always)]
    fn many(numbers: usize) -> usize {
        numbers / 2
    }

    fn pack(numbers: &[f32], row: &mut [Self]) {
        let (first, second) = numbers.split_at(row.len());
        for ((pair, first), second) in row.iter_mut().zip(first).zip(second) {
            let bits = |number: &f32| u32::from(half::bf16::from_f32(*number).to_bits());
            *pair = bits(first) | bits(second) << 16;
        }
    }

    #[inline(always)]
    fn load<S: Simd>(simd: S, row: &[Self]) -> [S::f32s; 2] {
        match S::as_simd_u32s(row).0 {
            [pairs] => {
                let first = simd.wrapping_dyn_shl_u32s(*pairs, simd.splat_u32s(16));
                let second = simd.and_u32s(*pairs, simd.splat_u32s(0xffff_0000));
                [simd.transmute_f32s_u32s(first), simd.transmute_f32s_u32s(second)]
            }
            _ => [simd.splat_f32s(0.0); 2],
        }
    }
}

/// A matrix in panels.
#[derive(Default)]
pub struct Panels<E> {
    elements: Vec<E>,
    depth: usize,
    outputs: usize,
}

/// Rows of numbers, each `stride` after the one before.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    pub numbers: &'a [f32],
    pub stride: usize,
}

/// Where rows of results go, each `stride` after the one before.
pub struct Results<'a> {
    pub numbers: &'a mut [f32],
    pub stride: usize,
}

impl<E: Element> Panels<E> {
    /// Lays out the matrix that has `at(output, input)` for the instructions of `arch`, in the place of what was there.
    pub fn pack(&mut self, arch: Arch, outputs: usize, depth: usize, at: impl Fn(usize, usize) -> f32) {
        let mut numbers = vec![0.0; 2 * arch.dispatch(Lanes)];
        let width = numbers.len();
        (self.depth, self.outputs) = (depth, outputs);
        self.elements.clear();
        self.elements.resize(outputs.div_ceil(width) * depth * E::many(width), E::default());
        for (index, row) in self.elements.chunks_exact_mut(E::many(width)).enumerate() {
            let (first, input) = (index / depth * width, index % depth);
            for (number, output) in numbers.iter_mut().zip(first..) {
                *number = if output < outputs { at(output, input) } else { 0.0 };
            }
            E::pack(&numbers, row);
        }
    }

    /// Multiplies the first `count` of `rows` with the matrix, and adds `bias` to each result. With the instructions it
    /// was laid out for.
    pub fn multiply(&self, arch: Arch, rows: Rows<'_>, count: usize, bias: Option<&[f32]>, results: Results<'_>) {
        if count > 0 && self.outputs > 0 {
            arch.dispatch(Multiply { panels: self, rows, count, bias, results });
        }
    }
}

/// Numbers in a register.
struct Lanes;

impl WithSimd for Lanes {
    type Output = usize;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> usize {
        S::F32_LANES
    }
}

struct Multiply<'a, E> {
    panels: &'a Panels<E>,
    rows: Rows<'a>,
    count: usize,
    bias: Option<&'a [f32]>,
    results: Results<'a>,
}

impl<E: Element> WithSimd for Multiply<'_, E> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Two registers for the sums of each row, and some for what they are of.
        if S::REGISTER_COUNT >= 32 { self.run::<S, 12>(simd) } else { self.run::<S, 6>(simd) }
    }
}

impl<E: Element> Multiply<'_, E> {
    /// Goes through the matrix once, with at most `MOST` rows at a time.
    #[inline(always)]
    fn run<S: Simd, const MOST: usize>(self, simd: S) {
        let Self { panels: Panels { elements, depth, outputs }, rows, count, bias, results } = self;
        let (depth, outputs, width) = (*depth, *outputs, 2 * S::F32_LANES);
        let at_once = count.div_ceil(count.div_ceil(MOST));
        let tiles = rows.side_by_side(count, depth, at_once);
        let mut sums = [[simd.splat_f32s(0.0); 2]; MOST];
        for (panel, first) in elements.chunks_exact(depth * E::many(width)).zip((0..outputs).step_by(width)) {
            let end = outputs.min(first + width);
            let mut start = [simd.splat_f32s(0.0); 2];
            if let Some(bias) = bias {
                for (start, bias) in start.iter_mut().zip(bias[first..end].chunks(S::F32_LANES)) {
                    *start = simd.partial_load_f32s(bias);
                }
            }
            for (tile, row) in tiles.chunks(at_once * depth).zip((0..).step_by(at_once)) {
                let many = tile.len() / depth;
                macro_rules! multiply {
                    ($($many:literal)*) => {
                        match many {
                            $($many if $many <= MOST => {
                                if let Some(sums) = sums.first_chunk_mut::<$many>() {
                                    multiply_tile(simd, panel, tile, start, sums);
                                }
                            })*
                            _ => {}
                        }
                    };
                }
                multiply!(1 2 3 4 5 6 7 8 9 10 11 12);
                for (row, sums) in (row..).zip(&sums[..many]) {
                    let from = row * results.stride;
                    let results = results.numbers[from + first..from + end].chunks_mut(S::F32_LANES);
                    for (results, sum) in results.zip(sums) {
                        simd.partial_store_f32s(results, *sum);
                    }
                }
            }
        }
    }
}

impl Rows<'_> {
    /// The first numbers of `at_once` rows side by side, then the second ones and so on; then the next rows.
    #[inline(always)]
    fn side_by_side(self, count: usize, depth: usize, at_once: usize) -> Vec<f32> {
        let mut tiles = vec![0.0; count * depth];
        for (tile, first) in tiles.chunks_mut(at_once * depth).zip((0..).step_by(at_once)) {
            let many = tile.len() / depth;
            for row in 0..many {
                let from = (first + row) * self.stride;
                let numbers = &self.numbers[from..from + depth];
                for (beside, number) in tile[row..].iter_mut().step_by(many).zip(numbers) {
                    *beside = *number;
                }
            }
        }
        tiles
    }
}

/// The sums for `M` rows, which are given side by side, in one panel.
#[inline(always)]
fn multiply_tile<S: Simd, E: Element, const M: usize>(
    simd: S,
    panel: &[E],
    tile: &[f32],
    start: [S::f32s; 2],
    results: &mut [[S::f32s; 2]; M],
) {
    let mut sums = [start; M];
    for (weights, numbers) in panel.chunks_exact(E::many(2 * S::F32_LANES)).zip(tile.as_chunks::<M>().0) {
        let [first, second] = E::load(simd, weights);
        for (sums, number) in sums.iter_mut().zip(numbers) {
            let number = simd.splat_f32s(*number);
            sums[0] = simd.mul_add_e_f32s(number, first, sums[0]);
            sums[1] = simd.mul_add_e_f32s(number, second, sums[1]);
        }
    }
    for (result, sums) in results.iter_mut().zip(sums) {
        *result = sums;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::archs;

    /// A matrix, rows and a bias.
    #[derive(Debug)]
    struct Product {
        matrix: Vec<Vec<f32>>,
        rows: Vec<Vec<f32>>,
        bias: Vec<f32>,
    }

    fn products() -> impl Strategy<Value = Product> {
        (1_usize..70, 1_usize..80, 0_usize..30).prop_flat_map(|(outputs, depth, count)| {
            let row = |width| prop::collection::vec(-2.0_f32..2.0, width);
            let rows = |count, width| prop::collection::vec(row(width), count);
            (rows(outputs, depth), rows(count, depth), row(outputs)).prop_map(|(matrix, rows, bias)| Product {
                matrix,
                rows,
                bias,
            })
        })
    }

    /// Multiplies in panels, with rows that have more beside them, and holds each result against the sum of products.
    fn check<E: Element>(product: &Product, rounded: impl Fn(f32) -> f32) -> Result<(), TestCaseError> {
        let Product { matrix, rows, bias } = product;
        let (outputs, depth) = (bias.len(), matrix[0].len());
        let mut panels = Panels::<E>::default();
        let wide: Vec<f32> = rows.iter().flat_map(|row| row.iter().copied().chain([7.0; 3])).collect();
        for arch in archs() {
            panels.pack(arch, 3, 200, |_, _| 9.0);
            panels.pack(arch, outputs, depth, |output, input| matrix[output][input]);
            for bias in [None, Some(&bias[..])] {
                let mut results = vec![5.0; rows.len() * (outputs + 2)];
                let into = Results { numbers: &mut results, stride: outputs + 2 };
                panels.multiply(arch, Rows { numbers: &wide, stride: depth + 3 }, rows.len(), bias, into);
                for (row, results) in rows.iter().zip(results.chunks(outputs + 2)) {
                    for (output, result) in results[..outputs].iter().enumerate() {
                        let products = row.iter().zip(&matrix[output]);
                        let sum: f32 = products.map(|(number, weight)| number * rounded(*weight)).sum();
                        let expected = sum + bias.map_or(0.0, |bias| bias[output]);
                        prop_assert!((result - expected).abs() < 1e-3, "{arch:?}: {result} for {expected}");
                    }
                    prop_assert_eq!(&results[outputs..], [5.0; 2], "{:?}: what stands beside is left alone", arch);
                }
            }
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn a_product_is_the_sum_of_products(product in products()) {
            check::<f32>(&product, |weight| weight)?;
        }

        #[test]
        fn a_product_with_halves_is_that_with_rounded_weights(product in products()) {
            check::<Pair>(&product, |weight| half::bf16::from_f32(weight).to_f32())?;
        }
    }
}
