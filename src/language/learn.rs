//! Learns from labelled examples which label a text has: multinomial logistic regression over the features given.
//!
//! Small and deterministic: the same examples give the same weights, and learning from two thousand short texts takes
//! some hundredths of a second.

use std::hash::{DefaultHasher, Hash, Hasher};

use rustc_hash::FxHashMap;

/// Rounds over all examples.
const ROUNDS: usize = 12;

/// How far the first visits move a weight; later rounds go in smaller steps.
const STEP: f32 = 1.0;

/// Pulls weights towards zero, so that a feature seen once does not decide.
const DECAY: f32 = 1e-3;

/// What was learned.
pub struct Learned {
    labels: Vec<String>,
    features: FxHashMap<Feature, usize>,
    /// For each feature the weight of each label, one after another.
    weights: Vec<f32>,
}

impl Learned {
    /// Learns from `(label, features)` pairs.
    #[must_use]
    pub fn from_examples(examples: &[(&str, Vec<Feature>)]) -> Self {
        let mut labels: Vec<String> = examples.iter().map(|(label, _)| (*label).to_owned()).collect();
        labels.sort_unstable();
        labels.dedup();
        let mut features = FxHashMap::default();
        for feature in examples.iter().flat_map(|(_, features)| features) {
            let next = features.len();
            features.entry(*feature).or_insert(next);
        }
        let mut learned = Self { weights: vec![0.0; features.len() * labels.len()], labels, features };
        let rows: Vec<(usize, Vec<usize>)> = examples
            .iter()
            .map(|(label, features)| {
                let label = learned.labels.iter().position(|known| known == label).unwrap_or_default();
                (label, learned.known(features))
            })
            .collect();
        learned.fit(&rows);
        learned
    }

    /// The labels with their probabilities, the likeliest first.
    #[must_use]
    pub fn guess(&self, features: &[Feature]) -> Vec<(&str, f32)> {
        let chances = self.chances(&self.known(features));
        let mut found: Vec<(&str, f32)> = self.labels.iter().map(String::as_str).zip(chances).collect();
        found.sort_by(|left, right| right.1.total_cmp(&left.1));
        found
    }

    /// The probability of `label`.
    #[must_use]
    pub fn chance(&self, label: &str, features: &[Feature]) -> f32 {
        let chances = self.chances(&self.known(features));
        self.labels.iter().position(|known| known == label).map_or(0.0, |at| chances[at])
    }

    fn known(&self, features: &[Feature]) -> Vec<usize> {
        let mut known: Vec<usize> = features.iter().filter_map(|feature| self.features.get(feature).copied()).collect();
        known.sort_unstable();
        known.dedup();
        known
    }

    fn chances(&self, row: &[usize]) -> Vec<f32> {
        let width = self.labels.len();
        let mut sums = vec![0.0_f32; width];
        // Long texts have more features; none of them should weigh more for that.
        let scale = 1.0 / (row.len().max(1) as f32).sqrt();
        for feature in row {
            for (sum, weight) in sums.iter_mut().zip(&self.weights[feature * width..(feature + 1) * width]) {
                *sum += weight * scale;
            }
        }
        let most = sums.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let mut total = 0.0;
        for sum in &mut sums {
            *sum = (*sum - most).exp();
            total += *sum;
        }
        sums.iter().map(|sum| sum / total).collect()
    }

    fn fit(&mut self, rows: &[(usize, Vec<usize>)]) {
        let width = self.labels.len();
        for round in 0..ROUNDS {
            let step = STEP / (1.0 + round as f32 * 0.25);
            // A fixed walk through the examples that visits all labels early: neighbours in the file are alike.
            let stride = stride(rows.len());
            for visit in 0..rows.len() {
                let (label, row) = &rows[(visit * stride + round) % rows.len()];
                let chances = self.chances(row);
                let scale = 1.0 / (row.len().max(1) as f32).sqrt();
                for feature in row {
                    let weights = &mut self.weights[feature * width..(feature + 1) * width];
                    for (at, weight) in weights.iter_mut().enumerate() {
                        let wanted = if at == *label { 1.0 } else { 0.0 };
                        *weight += step * ((wanted - chances[at]) * scale - DECAY * *weight);
                    }
                }
            }
        }
    }
}

/// A step that visits every one of `count` places once: no divisor in common, about a golden section apart.
fn stride(count: usize) -> usize {
    let near = (count as f64 * 0.618) as usize;
    (near..=near + count).find(|step| common_divisor(*step, count) == 1).unwrap_or(1)
}

fn common_divisor(left: usize, right: usize) -> usize {
    if right == 0 { left } else { common_divisor(right, left % right) }
}

/// The lines of `label<TAB>text` in `examples`.
pub fn labelled(examples: &str) -> impl Iterator<Item = (&str, &str)> {
    examples.lines().filter_map(|line| line.split_once('\t'))
}

/// Something seen in a text, by its hash.
pub type Feature = u64;

/// The feature called `parts` one after another.
#[must_use]
pub fn feature(parts: &[&str]) -> Feature {
    let mut hasher = DefaultHasher::new();
    parts.hash(&mut hasher);
    hasher.finish()
}

/// What there is to see in a text: its words, pairs of words and how it begins and ends. `words` are in order.
#[must_use]
pub fn features<'a>(words: impl IntoIterator<Item = &'a str>, question: bool) -> Vec<Feature> {
    let words: Vec<&str> = words.into_iter().collect();
    let mut found: Vec<Feature> = words.iter().map(|word| feature(&[word])).collect();
    found.extend(words.windows(2).map(feature));
    found.extend(words.first().map(|first| feature(&["^", first])));
    if words.len() > 1 {
        found.push(feature(&["^", words[0], words[1]]));
    }
    if question {
        found.push(feature(&["", "?"]));
    }
    found.push(feature(&["", "length", ["short", "4", "8", "12", "16", "20", "long"][words.len().min(24) / 4]]));
    found
}

/// Each example with the guess of what was learned from the others, a fifth left out at a time.
#[cfg(test)]
pub(crate) fn left_out<'a>(examples: &'a [(&'a str, Vec<Feature>)]) -> Vec<(&'a str, &'a [Feature], String)> {
    const FOLDS: usize = 5;
    let fold_of = |at: usize| (at * 7919 / 13) % FOLDS;
    let mut guessed = Vec::with_capacity(examples.len());
    for fold in 0..FOLDS {
        let rest: Vec<_> =
            examples.iter().enumerate().filter(|(at, _)| fold_of(*at) != fold).map(|(_, one)| one.clone()).collect();
        let learned = Learned::from_examples(&rest);
        let held = examples.iter().enumerate().filter(|(at, _)| fold_of(*at) == fold);
        guessed.extend(
            held.map(|(_, (label, features))| (*label, features.as_slice(), learned.guess(features)[0].0.to_owned())),
        );
    }
    guessed
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Vec<Feature> {
        features(text.split(' '), text.ends_with('?'))
    }

    #[test]
    fn what_is_like_the_examples_gets_their_label() {
        let examples: Vec<(&str, Vec<Feature>)> = [
            ("promise", "i'll send it tomorrow"),
            ("promise", "we'll fix the export by friday"),
            ("talk", "it was sunny in oslo"),
            ("talk", "nobody was at the office"),
        ]
        .into_iter()
        .map(|(label, text)| (label, of(text)))
        .collect();
        let learned = Learned::from_examples(&examples);
        assert_eq!(learned.guess(&of("we'll send the plan by monday"))[0].0, "promise");
        assert!(learned.chance("talk", &of("it was cold at the office")) > 0.6);
        assert!(learned.chance("nothing", &of("it was cold")) == 0.0);
    }

    #[test]
    fn every_example_is_visited() {
        for count in [1, 2, 7, 64, 1000] {
            let step = stride(count);
            let mut seen: Vec<usize> = (0..count).map(|visit| visit * step % count).collect();
            seen.sort_unstable();
            assert!(seen.iter().enumerate().all(|(at, place)| at == *place), "{count}");
        }
    }
}
