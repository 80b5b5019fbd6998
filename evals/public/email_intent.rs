//! Request detection in e-mail sentences: how well `asks_to_act` tells sentences that ask their reader to do something.
//!
//! Reads `email-intent/train.txt` (and `test.txt` when it is there) of a folder of published data: one sentence a line,
//! `Yes` or `No`, a tab, the sentence. The figure to go by is the cross-validated one: the weights are trained anew on
//! four fifths of the sentences and tried on the fifth, five times over, so that no sentence is judged by weights that
//! have seen it.

use std::path::Path;

use success_agent::model::reader::{act_cues, asks_to_act};

/// How often requests were told, on one set of sentences.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What was measured.
    pub name: String,
    /// Share of the sentences called requests that are.
    pub precision: f64,
    /// Share of the requests that were called so.
    pub recall: f64,
    /// Their harmonic mean.
    pub f1: f64,
    /// Number of sentences.
    pub sentences: usize,
}

const FOLDS: usize = 5;
const ROUNDS: usize = 400;
const RATE: f64 = 1.5;
/// Pulls weights towards zero; per sentence.
const SHRINKING: f64 = 0.0005;
/// The probability from which a sentence asks for something; the same as the reader's.
const ASKS_FROM: f64 = 0.42;

/// Measures on the data below `dir`.
///
/// # Errors
/// What could not be read, and what is expected there.
pub fn run(dir: &Path) -> Result<Vec<Row>, String> {
    let sentences = read(&dir.join("email-intent/train.txt"))?;
    let mut rows = vec![cross_validated(&sentences), as_built("training sentences, weights as built", &sentences)];
    let test = dir.join("email-intent/test.txt");
    if test.exists() {
        rows.push(as_built("test sentences, weights as built", &read(&test)?));
    }
    Ok(rows)
}

/// Cues, each with its weight.
pub type Weights = Vec<(&'static str, f64)>;

/// The weights learned from all of the training sentences: the bias, then each cue with its weight.
///
/// # Errors
/// What could not be read, and what is expected there.
pub fn weights(dir: &Path) -> Result<(f64, Weights), String> {
    let examples = examples(&read(&dir.join("email-intent/train.txt"))?);
    let (bias, weights) = train(&examples.iter().collect::<Vec<_>>());
    Ok((bias, act_cues().iter().map(|cue| cue.name).zip(weights).collect()))
}

fn read(path: &Path) -> Result<Vec<(bool, String)>, String> {
    let bytes = std::fs::read(path)
        .map_err(|error| format!("{}: {error}; expected lines of Yes or No, a tab and a sentence", path.display()))?;
    let text = String::from_utf8_lossy(&bytes);
    Ok(text
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(label, text)| (label == "Yes", text.to_owned()))
        .collect())
}

/// Which cues hold, and the label.
type Example = (Vec<usize>, bool);

fn examples(sentences: &[(bool, String)]) -> Vec<Example> {
    let holding =
        |text: &str| act_cues().iter().enumerate().filter(|(_, cue)| cue.is_in(text)).map(|(index, _)| index).collect();
    sentences.iter().map(|(label, text)| (holding(text), *label)).collect()
}

fn probability(cues: &[usize], bias: f64, weights: &[f64]) -> f64 {
    let sum = bias + cues.iter().map(|cue| weights[*cue]).sum::<f64>();
    1.0 / (1.0 + (-sum).exp())
}

/// Logistic regression by gradient descent over all examples at once.
fn train(examples: &[&Example]) -> (f64, Vec<f64>) {
    let mut bias = 0.0;
    let mut weights = vec![0.0; act_cues().len()];
    let count = examples.len() as f64;
    for _ in 0..ROUNDS {
        let mut slope = vec![0.0; weights.len()];
        let mut bias_slope = 0.0;
        for (cues, label) in examples {
            let error = probability(cues, bias, &weights) - f64::from(u8::from(*label));
            bias_slope += error;
            for cue in cues {
                slope[*cue] += error;
            }
        }
        bias -= RATE * bias_slope / count;
        for (weight, slope) in weights.iter_mut().zip(slope) {
            *weight -= RATE * (slope / count + SHRINKING * *weight);
        }
    }
    (bias, weights)
}

fn cross_validated(sentences: &[(bool, String)]) -> Row {
    let examples = examples(sentences);
    let mut told = Vec::with_capacity(examples.len());
    for fold in 0..FOLDS {
        let of_fold = |index: usize| index % FOLDS == fold;
        let rest: Vec<&Example> =
            examples.iter().enumerate().filter(|(index, _)| !of_fold(*index)).map(|(_, example)| example).collect();
        let (bias, weights) = train(&rest);
        let tried = examples.iter().enumerate().filter(|(index, _)| of_fold(*index));
        told.extend(tried.map(|(_, (cues, label))| (probability(cues, bias, &weights) >= ASKS_FROM, *label)));
    }
    row("training sentences, cross-validated", &told)
}

fn as_built(name: &str, sentences: &[(bool, String)]) -> Row {
    let told: Vec<(bool, bool)> = sentences.iter().map(|(label, text)| (asks_to_act(text), *label)).collect();
    row(name, &told)
}

fn row(name: &str, told: &[(bool, bool)]) -> Row {
    let count = |wanted: (bool, bool)| told.iter().filter(|pair| **pair == wanted).count() as f64;
    let (hits, false_alarms, missed) = (count((true, true)), count((true, false)), count((false, true)));
    let precision = hits / (hits + false_alarms).max(1.0);
    let recall = hits / (hits + missed).max(1.0);
    let f1 = if hits > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 };
    Row { name: name.to_owned(), precision, recall, f1, sentences: told.len() }
}
