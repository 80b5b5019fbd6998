//! What can be typed about connected systems, and about which account something is.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub(in crate::cli) struct ConnectArgs {
    /// The system: attio, hubspot, salesforce, salesbricks, stripe, posthog, buildbetter, github, feed
    pub(in crate::cli) vendor: Option<String>,
    /// Something it has to know besides the key (may be repeated)
    #[arg(long = "set", value_name = "NAME=VALUE")]
    pub(in crate::cli) settings: Vec<String>,
    /// A file that holds the key; else it is taken from `VENDOR_KEY` in the environment, or asked for
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) key_file: Option<PathBuf>,
    /// A file that holds what webhooks are signed with; else `VENDOR_WEBHOOK_SECRET` in the environment
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) webhook_secret_file: Option<PathBuf>,
    /// Give a connection that is there another key or other settings
    #[arg(long, value_name = "NAME")]
    pub(in crate::cli) again: Option<String>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DisconnectArgs {
    /// What the connection is called
    pub(in crate::cli) name: String,
    /// Take its records away as well
    #[arg(long)]
    pub(in crate::cli) forget: bool,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct SourcesArgs {
    /// What to do instead
    #[command(subcommand)]
    pub(in crate::cli) action: Option<SourcesAction>,
    /// Print them as JSON
    #[arg(long)]
    pub(in crate::cli) json: bool,
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SourcesAction {
    /// Show one with its streams and settings
    Show {
        /// What it is called
        name: String,
    },
    /// Fetch what is new, now
    Sync {
        /// What it is called
        name: String,
        /// Fetch everything anew
        #[arg(long)]
        everything: bool,
    },
    /// Read once more what is kept of the last weeks
    Remap {
        /// What it is called
        name: String,
    },
    /// Halt one
    Pause {
        /// What it is called
        name: String,
    },
    /// Let one go on
    Resume {
        /// What it is called
        name: String,
    },
    /// Serve the demo workspace through doubles of all systems, to try connections without an account anywhere
    Emulate {
        /// Where they listen
        #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8790")]
        listen: SocketAddr,
        /// A folder to write what no system carries to: e-mails, the team, projects
        #[arg(long, value_name = "FOLDER")]
        files: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum AccountsAction {
    /// Show what nobody can place for certain, and the domains accounts are known by besides
    Waiting {
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Two accounts are one company: the records of the first become the second's
    Merge {
        /// Domain of the one that ends
        from: String,
        /// Domain of the one that stays
        into: String,
    },
    /// An account is known by a domain as well
    Alias {
        /// The domain
        domain: String,
        /// The account
        account: String,
    },
    /// A domain is no longer another account's
    Split {
        /// The domain
        domain: String,
    },
    /// A company of a source is this account
    Confirm {
        /// What the source is called
        source: String,
        /// The company's identifier there
        company: String,
        /// The account
        account: String,
    },
}
