//! What a run of a language model is recorded in: `evals/results/<model>.json`, one row a suite, made to be diffed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use super::score::Score;
use super::tally::Tally;

/// Results of a model.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Results {
    /// The model.
    pub model: String,
    /// How many cases the run was limited to.
    pub limited_to: Option<usize>,
    /// Suites the run has not come to yet; it goes on with these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unfinished: Vec<String>,
    /// Rows by suite.
    pub suites: BTreeMap<String, Row>,
    /// Times by suite, apart from the rest: they differ from run to run.
    pub latency: BTreeMap<String, Latency>,
}

/// What was measured on a suite.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// Cases asked.
    pub cases: usize,
    /// Figures shown that no record bears out; must be 0.
    pub false_figures: u32,
    /// Citations shown of what is not so; must be 0.
    pub false_citations: u32,
    /// The answers against their cases.
    pub quality: Score,
    /// What they took.
    pub took: Tally,
}

/// Seconds an answer took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Latency {
    /// Half took no longer.
    pub p50_seconds: f64,
    /// 95 of 100 took no longer.
    pub p95_seconds: f64,
}

impl Row {
    /// Adds another row to this one.
    pub fn add(&mut self, other: &Self) {
        self.cases += other.cases;
        self.false_figures += other.false_figures;
        self.false_citations += other.false_citations;
        self.quality.add(&other.quality);
        self.took.add(&other.took);
    }

    /// What must not be, a sentence each.
    pub fn broken(&self, suite: &str) -> Vec<String> {
        let counts = [
            ("figures shown that no record bears out", self.false_figures),
            ("false citations shown", self.false_citations),
            ("leaks", self.quality.leaks),
            ("questions without an answer", self.quality.errors),
        ];
        counts.iter().filter(|(_, count)| *count > 0).map(|(what, count)| format!("{suite}: {what}: {count}")).collect()
    }
}

impl Results {
    /// The results in `file`, to go on with: of the same cases when its run was interrupted, of all other suites when only
    /// some are `asked`; else nothing.
    pub fn to_go_on_with(file: &Path, model: &str, limited_to: Option<usize>, only_some: bool) -> Result<Self> {
        let new = Self { model: model.to_owned(), limited_to, ..Self::default() };
        if !file.exists() {
            return Ok(new);
        }
        let wrong = || format!("{} cannot be read; remove it to begin anew", file.display());
        let before: Self = serde_json::from_slice(&std::fs::read(file)?).with_context(wrong)?;
        let same = before.limited_to == limited_to && (only_some || !before.unfinished.is_empty());
        Ok(if same { before } else { new })
    }

    /// Takes a finished suite.
    pub fn take(&mut self, suite: &str, row: Row, times: &[u64]) {
        self.unfinished.retain(|other| other != suite);
        self.suites.insert(suite.to_owned(), row);
        self.latency.remove(suite);
        self.latency.extend(Latency::of(times).map(|latency| (suite.to_owned(), latency)));
    }

    /// Writes them, whole or not at all.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, file: &Path) -> Result<()> {
        let wrong = || format!("{} cannot be written", file.display());
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder).with_context(wrong)?;
        }
        let whole = file.with_extension("json.new");
        std::fs::write(&whole, serde_json::to_string_pretty(self)? + "\n").with_context(wrong)?;
        std::fs::rename(&whole, file).with_context(wrong)
    }
}

impl Latency {
    /// Of these times in milliseconds; none of none.
    pub fn of(times: &[u64]) -> Option<Self> {
        let seconds = |share: f64| Some((quantile(times, share)? as f64 / 100.0).round() / 10.0);
        Some(Self { p50_seconds: seconds(0.5)?, p95_seconds: seconds(0.95)? })
    }
}

/// The time that this share of `times` stays below.
fn quantile(times: &[u64], share: f64) -> Option<u64> {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied()
}

/// Where the results of a model are: its name without what file systems do not take.
pub fn file(model: &str) -> PathBuf {
    let letter = |letter: char| if letter.is_ascii_alphanumeric() || ".-_".contains(letter) { letter } else { '-' };
    let name: String = model.to_lowercase().chars().map(letter).collect();
    Path::new("evals/results").join(format!("{}.json", name.trim_matches(['.', '-'])))
}
