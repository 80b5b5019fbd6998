//! Precision, recall and the threshold's curve of labelled pairs, and the figures a run is held against.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use success_agent::domain::matching::Verdict;

/// How far a share may drop.
const TOLERANCE: f64 = 0.005;

/// What the threshold must give on either half.
const PRECISION: f64 = 0.95;

/// What a pair is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Weights and thresholds were chosen on it.
    Choosing,
    /// They are tried on it.
    Reporting,
}

impl Half {
    /// The name people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Choosing => "choosing half",
            Self::Reporting => "reporting half",
        }
    }
}

/// A labelled pair and what the matcher made of it.
pub struct Outcome {
    /// What it is for.
    pub half: Half,
    /// What was asked for.
    pub request: String,
    /// The line it is compared with.
    pub line: String,
    /// What people say of the pair.
    pub label: Verdict,
    /// What the matcher says.
    pub told: Verdict,
    /// Whether it is sure enough to tell the customer.
    pub sure: bool,
    /// How sure it is that they are about one thing.
    pub confidence: f32,
    /// Whether, among all lines of all requests, it is the one the customer would be told of.
    pub best: bool,
    /// The line of another request that the customer would be told of instead.
    pub foreign: Option<String>,
}

impl Outcome {
    /// Whether a customer would be told.
    fn go(&self) -> bool {
        self.sure && self.told == Verdict::Answers
    }

    /// Whether it is told wrongly, or not told.
    pub fn is_wrong(&self) -> bool {
        self.go() != (self.label == Verdict::Answers) || self.foreign.is_some()
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request, line, label, told, confidence, .. } = self;
        let go = if self.go() { "told" } else { "not told" };
        write!(
            f,
            "{}: {go}; {} taken for {} ({confidence:.2})\n    {request}\n    {line}",
            self.half.name(),
            label.wire(),
            told.wire()
        )?;
        match &self.foreign {
            Some(line) => write!(f, "\n    among all lines, told of: {line}"),
            None => Ok(()),
        }
    }
}

/// A share of counted things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Pairs.
    pub pairs: u32,
    /// Of those a customer would be told of, the share that is right.
    pub precision: f64,
    /// Of those a customer should be told of, the share that is told.
    pub recall: f64,
    /// Among all lines of all requests: of the best lines a customer would be told of, the share that is right.
    pub precision_among_all: f64,
    /// Among all lines of all requests: the share of requests with an answer that get it.
    pub recall_among_all: f64,
    /// Of the pairs that are partly shipped or negated, the share that is held back or told apart.
    pub held_back: f64,
}

/// Rows by what was measured.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Figures {
    rows: BTreeMap<String, Row>,
}

fn share(good: usize, all: usize) -> f64 {
    if all == 0 { 1.0 } else { (good as f64 / all as f64 * 1_000.0).round() / 1_000.0 }
}

impl Figures {
    /// Adds what was measured on a half.
    pub fn add(&mut self, name: &str, outcomes: &[Outcome], half: Half) {
        let of: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.half == half).collect();
        let right = |outcome: &&&Outcome| outcome.label == Verdict::Answers;
        let told = of.iter().filter(|outcome| outcome.go()).count();
        let told_right = of.iter().filter(right).filter(|outcome| outcome.go()).count();
        let all_right = of.iter().filter(right).count();
        let best_told = of.iter().filter(|outcome| outcome.best || outcome.foreign.is_some()).count();
        let best_right = of.iter().filter(right).filter(|outcome| outcome.best).count();
        let back: Vec<_> =
            of.iter().filter(|outcome| matches!(outcome.label, Verdict::Partly | Verdict::Negated)).collect();
        self.rows.insert(
            name.to_owned(),
            Row {
                pairs: of.len() as u32,
                precision: share(told_right, told),
                recall: share(told_right, all_right),
                precision_among_all: share(best_right, best_told),
                recall_among_all: share(best_right, all_right),
                held_back: share(back.iter().filter(|outcome| !outcome.go()).count(), back.len()),
            },
        );
    }

    /// As a table.
    pub fn table(&self) -> Vec<Vec<String>> {
        let head = [
            "told to customers",
            "pairs",
            "precision",
            "recall",
            "precision, all lines",
            "recall, all lines",
            "held back",
        ];
        let mut lines = vec![head.map(str::to_owned).to_vec()];
        lines.extend(self.rows.iter().map(|(name, row)| {
            let mut cells = vec![name.clone(), row.pairs.to_string()];
            cells.extend(row.shares().map(|(_, share)| format!("{share:.3}")));
            cells
        }));
        lines
    }

    /// Records the figures.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, file: &Path) -> Result<()> {
        std::fs::write(file, serde_json::to_string_pretty(self)? + "\n")
            .with_context(|| format!("{} cannot be written", file.display()))
    }

    /// What is worse than on record, or not good enough, a sentence each.
    ///
    /// # Errors
    /// When what is on record cannot be read.
    pub fn worse(&self, file: &Path) -> Result<Vec<String>> {
        let wrong = || format!("{} cannot be read; write it anew with --bless", file.display());
        let recorded: Self = serde_json::from_slice(&std::fs::read(file).with_context(wrong)?).with_context(wrong)?;
        let mut worse = Vec::new();
        for (name, now) in &self.rows {
            if now.precision < PRECISION {
                worse.push(format!("{name}: precision is {:.3}, below {PRECISION}", now.precision));
            }
            let Some(before) = recorded.rows.get(name) else { continue };
            for ((figure, now), (_, before)) in now.shares().into_iter().zip(before.shares()) {
                if now < before - TOLERANCE {
                    worse.push(format!("{name}: {figure} dropped from {before:.3} to {now:.3}"));
                }
            }
        }
        Ok(worse)
    }
}

impl Row {
    fn shares(&self) -> [(&'static str, f64); 5] {
        [
            ("precision", self.precision),
            ("recall", self.recall),
            ("precision among all lines", self.precision_among_all),
            ("recall among all lines", self.recall_among_all),
            ("held back", self.held_back),
        ]
    }
}

/// Precision and recall of what is told from a confidence on, on either half.
pub fn curve(outcomes: &[Outcome]) -> Vec<Vec<String>> {
    const STEPS: [f32; 12] = [0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 0.93, 0.96, 0.98];
    let head = ["confidence from", "precision, choosing", "recall", "precision, reporting", "recall"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    for from in STEPS {
        let mut cells = vec![format!("{from:.2}")];
        for half in [Half::Choosing, Half::Reporting] {
            let of = outcomes.iter().filter(|outcome| outcome.half == half);
            let (mut told, mut right, mut all) = (0, 0, 0);
            for outcome in of {
                let go = outcome.told == Verdict::Answers && outcome.confidence >= from;
                told += usize::from(go);
                right += usize::from(go && outcome.label == Verdict::Answers);
                all += usize::from(outcome.label == Verdict::Answers);
            }
            cells.extend([share(right, told), share(right, all)].map(|share| format!("{share:.3}")));
        }
        lines.push(cells);
    }
    lines
}

/// What pairs of each label were taken for, both halves together.
pub fn verdicts(outcomes: &[Outcome]) -> Vec<Vec<String>> {
    const VERDICTS: [Verdict; 4] = [Verdict::Answers, Verdict::Partly, Verdict::Negated, Verdict::Other];
    let mut lines =
        vec![["label", "pairs", "answers", "partly", "negated", "other", "told"].map(str::to_owned).to_vec()];
    for label in VERDICTS {
        let of: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.label == label).collect();
        let mut cells = vec![label.wire().to_owned(), of.len().to_string()];
        cells.extend(VERDICTS.map(|told| of.iter().filter(|outcome| outcome.told == told).count().to_string()));
        cells.push(of.iter().filter(|outcome| outcome.go()).count().to_string());
        lines.push(cells);
    }
    lines
}
