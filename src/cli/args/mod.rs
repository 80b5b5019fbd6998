//! What can be typed.

mod act;
mod digest;
mod health;
mod meeting;
mod slack;
mod sources;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::config::ConfigArgs;

pub(super) use act::{ActArgs, AuditArgs, ProposalsArgs, SettleArgs};
pub(super) use digest::DigestAction;
pub(super) use health::{ChangeArgs, HealthAction, RateArgs};
pub(super) use meeting::MeetingAction;
pub(super) use slack::{EmulateArgs, SlackAction};
pub(super) use sources::{AccountsAction, ConnectArgs, DisconnectArgs, SourcesAction, SourcesArgs};

/// Asks about customer accounts and answers with evidence.
#[derive(Debug, Parser)]
#[command(name = "success-agent", version, propagate_version = true, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[command(flatten)]
    pub(super) config: ConfigArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Ask a question
    Ask(AskArgs),
    /// Draft an e-mail to a customer; nothing is sent
    Draft(DraftArgs),
    /// Say whether an answer was of use
    Feedback(FeedbackArgs),
    /// Write an answer out as a case for the evals, with the records it was told from
    Freeze(FreezeArgs),
    /// Search what was said and written
    Search(SearchArgs),
    /// List accounts with their state
    Accounts(AccountsArgs),
    #[command(flatten)]
    Act(ActArgs),
    /// Say what you think of an account, 1 to 5; it stands beside the score
    Rate(RateArgs),
    /// See and change how scores are computed, and why one moved
    Health {
        /// What to do
        #[command(subcommand)]
        action: HealthAction,
    },
    /// Approve a proposal, and do it
    Approve(SettleArgs),
    /// Decline a proposal
    Decline(SettleArgs),
    /// Undo what was done
    Undo(SettleArgs),
    /// List proposals that wait for approval
    Proposals(ProposalsArgs),
    /// Show what was proposed, approved, refused, done and undone
    Audit(AuditArgs),
    /// List who asked for what shipped: whom to tell of it, and whom not and why
    CloseLoop(CloseLoopArgs),
    /// Import records from JSON Lines files
    Import(ImportArgs),
    /// Connect a system that records come from; without one, show which there are
    Connect(ConnectArgs),
    /// End a connection; its records stay
    Disconnect(DisconnectArgs),
    /// Show connected systems and how fresh they are
    Sources(SourcesArgs),
    /// Rebuild the search index from the database
    Reindex,
    /// Remove everything the program keeps on this machine: database, index, models
    Purge(PurgeArgs),
    /// Show which models answer and search, and try them with one call each
    Models {
        /// What to do instead
        #[command(subcommand)]
        action: Option<ModelsAction>,
    },
    /// Run the service: chat page and HTTP API
    Serve(ServeArgs),
    /// Show tasks that wait, run or have failed; retry or drop them
    Jobs {
        /// What to do
        #[command(subcommand)]
        action: JobsAction,
    },
    /// Have digests of accounts sent on a schedule
    Digest {
        /// What to do
        #[command(subcommand)]
        action: DigestAction,
    },
    /// Show the meetings that lie ahead, and prepare one
    Meeting {
        /// What to do
        #[command(subcommand)]
        action: MeetingAction,
    },
    /// Show who is known and what they may do
    People {
        /// What to do instead
        #[command(subcommand)]
        action: Option<PeopleAction>,
    },
    /// Make a link by which somebody logs in to the pages once
    LogIn(LogInArgs),
    /// Make, show and take away tokens by which programs use the API
    Token {
        /// What to do
        #[command(subcommand)]
        action: TokenAction,
    },
    /// Say who is of our own side: what others promise is nobody's debt
    Team {
        /// What to do
        #[command(subcommand)]
        action: TeamAction,
    },
    /// Serve the demo workspace beside a local Slack to play in
    Demo(ServeArgs),
    /// Set up Slack, check it, or run a local one
    Slack {
        /// What to do
        #[command(subcommand)]
        action: SlackAction,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum JobsAction {
    /// List them, the latest first
    List {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one
    Show {
        /// Its number
        id: i64,
    },
    /// Try one again now
    Retry {
        /// Its number
        id: i64,
    },
    /// Take one away without doing it
    Drop {
        /// Its number
        id: i64,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum PeopleAction {
    /// Add a person, or change one
    Set {
        /// Their e-mail address
        email: String,
        /// Their full name
        #[arg(long)]
        name: Option<String>,
        /// viewer, csm or admin
        #[arg(long)]
        role: Option<String>,
    },
    /// Say that somebody is away: digests that would go to them alone go to whoever stands in
    Away {
        /// Their e-mail address
        email: String,
        /// The last day they are away, as 2026-12-24
        #[arg(long, value_name = "DAY")]
        until: chrono::NaiveDate,
        /// E-mail address of whoever stands in
        #[arg(long, value_name = "ADDRESS")]
        stand_in: String,
    },
    /// Say that somebody is back
    Back {
        /// Their e-mail address
        email: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct LogInArgs {
    /// Their e-mail address; yours where it is left out and known (`--as`). Whoever is not known is added
    #[arg(value_name = "ADDRESS")]
    pub(super) email: Option<String>,
    /// Their full name
    #[arg(long)]
    pub(super) name: Option<String>,
    /// viewer, csm or admin
    #[arg(long)]
    pub(super) role: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum TokenAction {
    /// Make one; it is shown once
    Add {
        /// What it is called
        name: String,
        /// What it may do at most: read, act or admin
        #[arg(long, default_value = "read")]
        scope: String,
        /// For how many days it is good
        #[arg(long, value_name = "N", default_value_t = 90)]
        days: u32,
        /// E-mail address of whose it is; yours (`--as`) unless given. It never does more than they may
        #[arg(long = "for", value_name = "ADDRESS")]
        of: Option<String>,
    },
    /// Show all tokens, without what stands in them
    List,
    /// Take one away
    Remove {
        /// Its name or identifier
        token: String,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum TeamAction {
    /// Show the domains and people of our side
    List {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Add domains (acme.com) and people (kim@acme.com)
    Add {
        /// Domains and addresses
        #[arg(required = true, value_name = "DOMAIN|ADDRESS")]
        members: Vec<String>,
        /// Print the team as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take domains and people off
    Remove {
        /// Domains and addresses
        #[arg(required = true, value_name = "DOMAIN|ADDRESS")]
        members: Vec<String>,
        /// Print the team as JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum ModelsAction {
    /// Fetch the model that tells what passages mean, so that they are found in other words too
    Fetch,
}

#[derive(Debug, Default, Args)]
pub(super) struct AskArgs {
    /// The question; its words need no quotes unless the shell wants them
    #[arg(required = true, value_name = "QUESTION")]
    pub(super) question: Vec<String>,
    /// Ask about this account only
    #[arg(long, value_name = "DOMAIN")]
    pub(super) account: Option<String>,
    /// Follow up in this conversation
    #[arg(long, value_name = "ID")]
    pub(super) conversation: Option<String>,
    /// Print the answer as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct DraftArgs {
    /// The account, by domain or name
    #[arg(value_name = "ACCOUNT")]
    pub(super) account: String,
    /// What it is for: check-in, renewal, payment, adoption, save-at-risk, trial, win-back or close-the-loop; chosen from
    /// the account's state when left out
    #[arg(long, value_name = "GOAL")]
    pub(super) goal: Option<String>,
    /// Whom to write to: a name, an address or a title; chosen for the goal when left out
    #[arg(long, value_name = "PERSON")]
    pub(super) to: Option<String>,
    /// How warm: warm, neutral or direct
    #[arg(long, value_name = "TONE")]
    pub(super) tone: Option<String>,
    /// Keep it short
    #[arg(long)]
    pub(super) short: bool,
    /// Write it in this language (with a language model)
    #[arg(long, value_name = "LANGUAGE")]
    pub(super) language: Option<String>,
    /// Mention this, if it is on record (may be repeated)
    #[arg(long = "mention", value_name = "MATTER")]
    pub(super) mention: Vec<String>,
    /// Approve it and write it to this file for a mail program
    #[arg(long, value_name = "FILE")]
    pub(super) eml: Option<PathBuf>,
    /// Print the draft as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct FeedbackArgs {
    /// Whether it was of use; `none` takes back what was said before
    #[arg(value_parser = ["up", "down", "none"])]
    pub(super) verdict: String,
    /// Why, in a line
    #[arg(value_name = "COMMENT")]
    pub(super) comment: Option<String>,
    /// The last answer of this conversation; of the workspace when left out
    #[arg(long, value_name = "ID")]
    pub(super) conversation: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct FreezeArgs {
    /// The conversation, as an answer names it
    pub(super) conversation: String,
    /// The number of the answer in it; the last one when left out
    #[arg(long, value_name = "N")]
    pub(super) turn: Option<usize>,
    /// The file of the case; its records are written beside it. Named after the conversation when left out
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct SearchArgs {
    /// The words to look for
    #[arg(required = true, value_name = "WORDS")]
    pub(super) words: Vec<String>,
    /// Search this account; needed unless only releases are searched
    #[arg(long, value_name = "DOMAIN")]
    pub(super) account: Option<String>,
    /// Only this kind of record (may be repeated): call, email, signal, note, project, release, …
    #[arg(long = "kind", value_name = "KIND", value_delimiter = ',')]
    pub(super) kinds: Vec<String>,
    /// At most this many passages
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(super) limit: u32,
    /// Print the passages as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct AccountsArgs {
    /// What to do instead
    #[command(subcommand)]
    pub(super) action: Option<AccountsAction>,
    /// Only this level (may be repeated): critical, `at_risk`, healthy
    #[arg(long = "level", value_name = "LEVEL", value_delimiter = ',')]
    pub(super) levels: Vec<String>,
    /// Only this section (may be repeated): health, convert, contracts, pipeline, reengage, `close_the_loop`
    #[arg(long = "section", value_name = "SECTION", value_delimiter = ',')]
    pub(super) sections: Vec<String>,
    /// Only of this owner (e-mail address or name)
    #[arg(long, value_name = "OWNER")]
    pub(super) owner: Option<String>,
    /// Print the accounts as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct CloseLoopArgs {
    /// Only what this release answers: its version, id or title
    #[arg(long, value_name = "ID")]
    pub(super) release: Option<String>,
    /// Only of this account
    #[arg(long, value_name = "DOMAIN")]
    pub(super) account: Option<String>,
    /// Draft a mail to each of those to tell; nothing is sent
    #[arg(long)]
    pub(super) draft: bool,
    /// Print the list, or the drafts, as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// Files: records in JSON Lines, mail (.eml, .mbox), tables (CSV), transcripts (VTT, SRT, JSON); `-` reads JSON Lines
    /// from standard input
    #[arg(required_unless_present = "schema", value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Whose mail, rows or calls they are, where the files do not say it
    #[arg(long, value_name = "DOMAIN")]
    pub(super) account: Option<String>,
    /// What the rows of a table are: accounts, contacts, contracts, payments, usage, deals, notes, signals
    #[arg(long, value_name = "KIND")]
    pub(super) rows: Option<String>,
    /// A file that says which column holds which field
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Option<PathBuf>,
    /// Write the mapping that the headings propose to a file, to change it, and stop
    #[arg(long, value_name = "FILE")]
    pub(super) save_mapping: Option<PathBuf>,
    /// Show what the first rows would become, and stop
    #[arg(long)]
    pub(super) preview: bool,
    /// What a call was called whose transcript it is
    #[arg(long, value_name = "TITLE")]
    pub(super) title: Option<String>,
    /// When it began: 2026-03-04T15:00
    #[arg(long, value_name = "TIME")]
    pub(super) at: Option<String>,
    /// Print the JSON Schema of a line and stop
    #[arg(long)]
    pub(super) schema: bool,
    /// Print the summary as JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Args)]
pub(super) struct PurgeArgs {
    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,
}

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Fill the workspace with the fictional Pied Piper accounts
    #[arg(long)]
    pub(super) demo: bool,
    /// Listen on this address instead of 127.0.0.1:8080
    #[arg(long, value_name = "ADDR")]
    pub(super) listen: Option<SocketAddr>,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        super::Arguments::command().debug_assert();
    }
}
