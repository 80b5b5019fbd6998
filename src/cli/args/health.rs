//! What can be typed about scores.

use chrono::NaiveDate;
use clap::{Args, Subcommand};

/// What to do about scores.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum HealthAction {
    /// Show the weights and thresholds, and who set them
    Settings {
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Say which accounts would switch level by other weights; nothing is set
    Preview(ChangeArgs),
    /// Set weights and thresholds; all scores are computed anew
    Set(ChangeArgs),
    /// Have the weights and thresholds of the configuration hold again
    Reset {
        /// What for
        #[arg(long)]
        note: Option<String>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
    /// Show how the score of an account moved, and why
    History {
        /// The account, by domain or full name
        account: String,
        /// The first day, as 2026-03-01
        #[arg(long)]
        since: Option<NaiveDate>,
        /// Write JSON
        #[arg(long)]
        json: bool,
    },
}

/// Changes of weights and thresholds.
#[derive(Debug, Args)]
pub(in crate::cli) struct ChangeArgs {
    /// What is to be another, as `critical_below=45` or `usage.none=25`
    #[arg(required = true, value_name = "NAME=NUMBER")]
    pub(in crate::cli) changes: Vec<String>,
    /// What for
    #[arg(long)]
    pub(in crate::cli) note: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

/// What somebody thinks of an account.
#[derive(Debug, Args)]
pub(in crate::cli) struct RateArgs {
    /// The account, by domain or full name
    pub(in crate::cli) account: String,
    /// 1 (in trouble) to 5 (could not be better)
    pub(in crate::cli) rating: u8,
    /// Why
    #[arg(long)]
    pub(in crate::cli) note: Option<String>,
    /// Write JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}
