//! A part of the cases, for models that are slow: the same ones every time, spread over suites and within them.

use std::collections::BTreeMap;

use super::case::Case;

/// So many of the `cases`, in their order: as many of each suite as possible, and from all over it.
pub fn spread(cases: Vec<Case>, wanted: usize) -> Vec<Case> {
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    for case in &cases {
        *sizes.entry(case.suite.clone()).or_default() += 1;
    }
    let mut shares: BTreeMap<&String, usize> = sizes.keys().map(|suite| (suite, 0)).collect();
    let mut left = wanted.min(cases.len());
    while left > 0 {
        for (suite, share) in &mut shares {
            if left > 0 && *share < sizes[*suite] {
                *share += 1;
                left -= 1;
            }
        }
    }
    let mut places: BTreeMap<&String, usize> = BTreeMap::new();
    let taken: Vec<bool> = cases
        .iter()
        .map(|case| {
            let place =
                places.entry(sizes.get_key_value(&case.suite).map_or(&case.suite, |(suite, _)| suite)).or_default();
            let (share, size) = (shares.get(&case.suite).copied().unwrap_or_default(), sizes[&case.suite]);
            // The middle of each of `share` equal parts.
            let chosen = (0..share).any(|part| (2 * part + 1) * size / (2 * share) == *place);
            *place += 1;
            chosen
        })
        .collect();
    cases.into_iter().zip(taken).filter(|(_, taken)| *taken).map(|(case, _)| case).collect()
}
