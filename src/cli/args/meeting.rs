//! What can be typed about meetings.

use clap::Subcommand;

/// What to do with meetings.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum MeetingAction {
    /// Show the meetings that lie ahead, and what became of the brief of each
    List {
        /// Only those with this account, by its domain
        #[arg(long, value_name = "DOMAIN")]
        account: Option<String>,
        /// Only those of this colleague, by e-mail address
        #[arg(long, value_name = "ADDRESS", conflicts_with = "account")]
        who: Option<String>,
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Say what to know before a meeting, on one page
    Brief {
        /// The account, or the person you meet; your next meeting where nobody is named
        #[arg(value_name = "DOMAIN|PERSON")]
        with: Vec<String>,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
}
