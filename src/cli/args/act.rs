//! What can be typed to change accounts.

use clap::{Args, Subcommand};

/// Commands that change an account; typing one is its own approval.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum ActArgs {
    /// Move an account to another section
    Route(RouteArgs),
    /// Leave an account out of health monitoring, roll-ups and digests
    Untrack(ReasonArgs),
    /// Take an account back into health monitoring
    Retrack(ReasonArgs),
    /// Leave an account out of digests until a day
    Snooze(SnoozeArgs),
    /// Give an account to a colleague
    Assign(AssignArgs),
    /// Write a note on an account
    Note(NoteArgs),
    /// Leave a contract out of recurring revenue, or count it again
    Revenue(RevenueArgs),
    /// Say what became of a promise
    Mark(MarkArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RouteArgs {
    /// The account, by domain or name
    pub(in crate::cli) account: String,
    /// health, convert, contracts, pipeline, reengage or `close_the_loop`
    pub(in crate::cli) section: String,
    /// Why
    #[arg(value_name = "REASON")]
    pub(in crate::cli) reason: Vec<String>,
    /// Print the outcome as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ReasonArgs {
    /// The account, by domain or name
    pub(in crate::cli) account: String,
    /// Why
    #[arg(value_name = "REASON")]
    pub(in crate::cli) reason: Vec<String>,
    /// Print the outcome as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SnoozeArgs {
    /// The account, by domain or name
    pub(in crate::cli) account: String,
    /// The first day it is back, as in 2026-09-01
    #[arg(value_name = "DAY")]
    pub(in crate::cli) until: String,
    /// Why
    #[arg(value_name = "REASON")]
    pub(in crate::cli) reason: Vec<String>,
    /// Print the outcome as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AssignArgs {
    /// The account, by domain or name
    pub(in crate::cli) account: String,
    /// E-mail address of the colleague
    #[arg(value_name = "EMAIL")]
    pub(in crate::cli) owner: String,
    /// Why
    #[arg(value_name = "REASON")]
    pub(in crate::cli) reason: Vec<String>,
    /// Print the outcome as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct NoteArgs {
    /// The account, by domain or name
    pub(in crate::cli) account: String,
    /// What to write down
    #[arg(required = true, value_name = "TEXT")]
    pub(in crate::cli) text: Vec<String>,
    /// Print the outcome as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RevenueArgs {
    /// `ignore` or `count`
    #[arg(value_parser = ["ignore", "count"])]
    pub(in crate::cli) what: String,
    /// The account, by domain or name
    pub(in crate::cli) account: String,
    /// The contract, by its id or by what is sold
    pub(in crate::cli) contract: String,
    /// Why
    #[arg(value_name = "REASON")]
    pub(in crate::cli) reason: Vec<String>,
    /// Print the outcome as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct MarkArgs {
    /// The account, by domain or name
    pub(in crate::cli) account: String,
    /// The promise, by its id (citations of `ask --json` have it)
    pub(in crate::cli) promise: String,
    /// What became of it
    #[arg(value_parser = ["kept", "dropped"])]
    pub(in crate::cli) outcome: String,
    /// What shows it
    #[arg(value_name = "EVIDENCE")]
    pub(in crate::cli) evidence: Vec<String>,
    /// Print the outcome as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SettleArgs {
    /// The proposal, as an answer names it
    pub(in crate::cli) proposal: String,
    /// Print the outcome as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ProposalsArgs {
    /// Only of this account
    #[arg(long, value_name = "DOMAIN")]
    pub(in crate::cli) account: Option<String>,
    /// Also what was settled
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Print them as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AuditArgs {
    /// Only of this account
    #[arg(long, value_name = "DOMAIN")]
    pub(in crate::cli) account: Option<String>,
    /// Only what this person did
    #[arg(long, value_name = "WHO")]
    pub(in crate::cli) who: Option<String>,
    /// Only of this proposal or draft
    #[arg(long, value_name = "ID")]
    pub(in crate::cli) subject: Option<String>,
    /// Only this action: `route_account`, `untrack_account`, …
    #[arg(long, value_name = "ACTION")]
    pub(in crate::cli) action: Option<String>,
    /// Not before this day or instant
    #[arg(long, value_name = "DAY")]
    pub(in crate::cli) since: Option<String>,
    /// At most this many, the newest
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(in crate::cli) limit: u32,
    /// Print an entry a line, as JSON, the oldest first
    #[arg(long)]
    pub(in crate::cli) jsonl: bool,
}
