//! What can be typed about Slack.

use std::net::SocketAddr;

use clap::{Args, Subcommand};

use crate::slack::emulator::RateLimits;

/// Commands about Slack.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum SlackAction {
    /// Print the manifest to make the app from, for this server's address
    Manifest,
    /// Check tokens, scopes and connections, and say what to fix
    Doctor,
    /// Print the link that installs the agent into a team
    InstallLink,
    /// Run a local Slack to try the app in, with a page to play the people
    Emulate(EmulateArgs),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct EmulateArgs {
    /// Listen on this loopback address; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub(in crate::cli) listen: SocketAddr,
    /// Send what happens as signed HTTP to the app at this address; without it, to its Socket Mode connections
    #[arg(long, value_name = "URL")]
    pub(in crate::cli) deliver_to: Option<String>,
    /// Limit calls as Slack does: off, real, or how many times Slack's limits
    #[arg(long, value_name = "LIMITS", default_value = "off")]
    pub(in crate::cli) rate_limits: RateLimits,
    /// Print one line of JSON first: the addresses and the tokens
    #[arg(long)]
    pub(in crate::cli) json: bool,
}
