//! The figures a run is held against: `evals/baseline.json`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::score::Score;

/// How far a share may drop, in points of a percent.
const TOLERANCE: f64 = 0.5;

/// Scores by suite.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Baseline {
    /// Scores by suite.
    pub suites: BTreeMap<String, Score>,
}

fn path() -> PathBuf {
    PathBuf::from("evals/baseline.json")
}

/// Reads the baseline; none when there is none yet.
///
/// # Errors
/// When there is one that cannot be read.
pub fn read() -> Result<Option<Baseline>> {
    let path = path();
    if !path.exists() {
        return Ok(None);
    }
    let wrong = || format!("{} cannot be read; write it anew with --bless", path.display());
    Ok(Some(serde_json::from_slice(&std::fs::read(&path)?).with_context(wrong)?))
}

/// Makes these scores the baseline.
///
/// # Errors
/// When it cannot be written.
pub fn write(suites: &BTreeMap<String, Score>) -> Result<PathBuf> {
    let path = path();
    let text = serde_json::to_string_pretty(&Baseline { suites: suites.clone() })?;
    std::fs::write(&path, text + "\n").with_context(|| format!("{} cannot be written", path.display()))?;
    Ok(path)
}

/// What is worse than in the baseline, a sentence each.
pub fn worse(suites: &BTreeMap<String, Score>, baseline: &Baseline, all_ran: bool) -> Vec<String> {
    let mut worse = Vec::new();
    for (suite, before) in &baseline.suites {
        let Some(now) = suites.get(suite) else {
            if all_ran {
                worse.push(format!("{suite}: its cases are gone"));
            }
            continue;
        };
        for ((name, now), (_, before)) in now.shares().into_iter().zip(before.shares()) {
            if let (Some(now), Some(before)) = (now, before)
                && now < before - TOLERANCE
            {
                worse.push(format!("{suite}: {name} dropped from {before:.1} to {now:.1}"));
            }
        }
        for ((name, now), (_, before)) in now.counts().into_iter().zip(before.counts()) {
            if now > before {
                worse.push(format!("{suite}: {name} rose from {before} to {now}"));
            }
        }
    }
    worse
}
