//! The terminal: commands in, text or JSON out.
//!
//! Every command works whether or not a server runs on the same data directory: `service` is the seam, with the
//! application in this process on one side and the running server on the other.

mod accounts;
mod act;
mod args;
mod arrived;
mod ask;
mod audit;
mod card;
mod close_loop;
mod connecting;
mod demo;
mod digest;
mod health;
mod draft;
mod emulate;
mod feedback;
mod fetch;
mod freeze;
mod import;
mod jobs;
mod log_in;
mod meeting;
mod models;
mod output;
mod people;
mod plain;
mod purge;
mod reindex;
mod remote;
mod search;
mod serve;
mod service;
mod slack;
mod sources;
mod team;
mod token;
mod waiting;

use std::process::ExitCode;

use clap::Parser;

use crate::config::Config;
use crate::model::openai::choose_cryptography;
use crate::{store, telemetry};
use args::{Arguments, Command, ModelsAction};
use output::{Failure, Output};
use service::Verb;

/// Warnings; not those of the vector engine about itself, which nobody here can act on.
const QUIET_ENGINE: &str = "warn,qdrant_edge=error";

/// The stack of a thread, in bytes: an answer passes through many layers, and a build for debugging needs room for each.
const STACK: usize = 8 * 1024 * 1024;

/// Runs the program: reads the command line, does what it says, and tells how it went (0 done, 1 failed, 2 used wrong).
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    choose_cryptography();
    // What customers wrote is in every file we make.
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let mut output = Output::new(crate::config::wants_colour());
    let ended = Config::load(&arguments.config).map_err(|error| Failure::usage(error.to_string())).and_then(|config| {
        let quiet = !matches!(arguments.command, Command::Serve(_) | Command::Demo(_));
        telemetry::start(&config.log, if quiet { "error" } else { QUIET_ENGINE }, store::STATEMENTS)
            .map_err(Failure::usage)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .thread_stack_size(STACK)
            .build()
            .map_err(|error| Failure::failed(format!("the program cannot start its threads: {error}")))?;
        let ended = runtime.block_on(command(arguments.command, &config, &mut output));
        // What is being read meanwhile is not waited for: standard input may never end. What still computes on a thread of
        // its own has given up what it was to keep, and work goes on the next time.
        runtime.shutdown_background();
        ended
    });
    match ended.and_then(|()| output.flush()) {
        // Whoever closed our output has seen enough.
        Ok(()) | Err(Failure::NobodyReads) => ExitCode::SUCCESS,
        Err(failure) => {
            output.complain(&failure);
            failure.exit_code()
        }
    }
}

async fn command(command: Command, config: &Config, output: &mut Output) -> Result<(), Failure> {
    match command {
        Command::Ask(args) => ask::run(args, config, output).await,
        Command::Draft(args) => draft::run(args, config, output).await,
        Command::Feedback(args) => feedback::run(args, config, output).await,
        Command::Freeze(args) => freeze::run(args, config, output).await,
        Command::Search(args) => search::run(args, config, output).await,
        Command::CloseLoop(args) => close_loop::run(args, config, output).await,
        Command::Accounts(args) => accounts::run(args, config, output).await,
        Command::Act(args) => act::run(args, config, output).await,
        Command::Approve(args) => act::settle(args, Verb::Approve, config, output).await,
        Command::Decline(args) => act::settle(args, Verb::Decline, config, output).await,
        Command::Undo(args) => act::settle(args, Verb::Undo, config, output).await,
        Command::Proposals(args) => act::list(args, config, output).await,
        Command::Audit(args) => audit::run(args, config, output).await,
        Command::Connect(args) => sources::connect(args, config, output).await,
        Command::Disconnect(args) => sources::disconnect(args, config, output).await,
        Command::Sources(args) => Box::pin(sources::run(args, config, output)).await,
        Command::Import(args) => import::run(args, config, output).await,
        Command::Models { action: None } => models::run(config, output).await,
        Command::Models { action: Some(ModelsAction::Fetch) } => fetch::run(config, output).await,
        Command::Purge(args) => purge::run(args, config, output).await,
        Command::Reindex => reindex::run(config, output).await,
        Command::Serve(args) => Box::pin(serve::run(args, config, output)).await,
        Command::Jobs { action } => jobs::run(action, config, output).await,
        Command::Rate(args) => health::rate(args, config, output).await,
        Command::Health { action } => health::run(action, config, output).await,
        Command::Meeting { action } => meeting::run(action, config, output).await,
        Command::Digest { action } => digest::run(action, config, output).await,
        Command::People { action } => people::run(action, config, output).await,
        Command::LogIn(args) => log_in::run(args, config, output).await,
        Command::Team { action } => team::run(action, config, output).await,
        Command::Token { action } => token::run(action, config, output).await,
        Command::Demo(args) => Box::pin(demo::run(args, config, output)).await,
        Command::Slack { action } => slack::run(action, config, output).await,
    }
}
