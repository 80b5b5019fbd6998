//! `success-agent serve`

use std::io::ErrorKind;
use std::net::SocketAddr;

use super::args::ServeArgs;
use super::models;
use super::output::{Failure, Ink, Output, tell};
use super::remote::Remote;
use super::waiting::Waiting;
use crate::app::{App, AppError};
use crate::config::{Config, Doors};
use crate::jobs::{Bench, Workers};
use crate::slack::Slack;
use crate::slack::receive::routes;
use crate::store::embedded::belongings;
use crate::web::{Server, Shutdown};

/// What to try on the demo workspace: account, question.
const TRY: [(Option<&str>, &str); 4] = [
    (Some("hooli.com"), "Why is this account critical?"),
    (None, "Who is renewing in the next 30 days and looks unhappy?"),
    (Some("raviga.com"), "Are there any open commitments to this account?"),
    (None, "Which accounts asked for what we shipped in 4.2?"),
];

pub(super) async fn run(args: ServeArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let address = args.listen.unwrap_or(config.http.listen);
    if let Some((running, _)) = Remote::of_data_dir(&config.data_dir).await {
        return Err(Failure::failed(format!(
            "a server (process {}) already runs on the data directory {} at {}; use it, stop it, or choose another directory with --data-dir",
            running.pid(),
            config.data_dir.display(),
            running.url()
        )));
    }
    config.log_in.complete().map_err(Failure::failed)?;
    let doors = config.doors(address, args.demo).map_err(Failure::failed)?;
    let shutdown = Shutdown::on_signals();
    let server =
        Server::bind(address).await.map_err(|error| Failure::failed(refused(address, &error)))?.for_demo(args.demo);
    if let Some(model) = &config.model
        && let Some(warning) = models::check(model).await?
    {
        output.line(warning)?;
        output.flush()?;
    }
    let Some(app) = open(&args, config, &shutdown).await? else { return Ok(()) };
    let ended = work(&args, (server, doors), &app, config, shutdown, output).await;
    app.close().await;
    ended
}

/// Serves and works on tasks until `shutdown` is wished for.
async fn work(
    args: &ServeArgs,
    (server, doors): (Server, Doors),
    app: &App,
    config: &Config,
    shutdown: Shutdown,
    output: &mut Output,
) -> Result<(), Failure> {
    let failed = |error: anyhow::Error| Failure::failed(format!("{error:#}"));
    let slack = match &config.slack {
        Some(slack) => {
            let slack = Slack::new(app.clone(), slack.clone(), config.http.public_url.clone()).map_err(failed)?;
            Some(slack.answering_at_once(config.jobs.slow))
        }
        None => None,
    };
    let stop = app.stopping().clone();
    let bench = Bench { app: app.clone(), slack: slack.clone(), stop: stop.clone() };
    let workers = Workers::start(bench, config.jobs, config.database.url.is_none()).await.map_err(failed)?;
    app.enqueue_catching_up().await?;
    let others = slack.map(|slack| {
        tokio::spawn(slack.clone().listen(stop.clone()));
        let greeting = slack.clone();
        tokio::spawn(async move { greet_slack(&greeting).await });
        routes(slack)
    });
    greet(args, &server, doors, config, output)?;
    let ended = server.serve_beside(app.clone(), config, shutdown, others).await;
    stop.cancel();
    workers.stop().await;
    ended.map_err(failed)
}

/// Says to which team it speaks, or why to none.
async fn greet_slack(slack: &Slack) {
    match slack.own_team().await {
        Ok(Some(team)) => tracing::info!(team = team.name, "answering in Slack"),
        Ok(None) => {}
        Err(error) => {
            tracing::error!(%error, "Slack does not take the bot token; `success-agent slack doctor` says what to fix");
        }
    }
}

/// Opens the application and fills it; none when the user stopped meanwhile.
async fn open(args: &ServeArgs, config: &Config, shutdown: &Shutdown) -> Result<Option<App>, Failure> {
    let waiting = Waiting::new("Starting");
    // Not interrupted: what it starts has to be stopped again, which only the opened application can do.
    let app = App::open(config, waiting.sink()).await.map_err(|error| match error {
        AppError::Conflict(sentence) => Failure::failed(sentence),
        other => other.into(),
    })?;
    let filled = async {
        if !args.demo {
            return Ok(());
        }
        app.load_demo(waiting.sink()).await?;
        app.add_demo_digests(config.slack.is_some()).await
    };
    let filled = tokio::select! {
        filled = filled => Some(filled),
        () = shutdown.wished() => None,
    };
    match filled {
        Some(Ok(())) => Ok(Some(app)),
        // What landed can be asked about, and what is left to do is caught up with.
        Some(Err(AppError::Unavailable(reason))) => {
            tell(format_args!("warning: {reason}"));
            Ok(Some(app))
        }
        Some(Err(error)) => {
            app.close().await;
            Err(error.into())
        }
        None => {
            app.close().await;
            Ok(None)
        }
    }
}

fn greet(args: &ServeArgs, server: &Server, doors: Doors, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let url = server.url();
    output.line(format_args!("success-agent is ready at {}", output.paint(Ink::Bold, &url)))?;
    if doors == Doors::LogIn && config.http.user_header.is_none() {
        output.line("Log in there with a one-time link: success-agent log-in YOUR-ADDRESS")?;
    }
    if let Some(warning) = config.http.in_clear(server.bound()) {
        output.line(output.paint(Ink::Yellow, warning))?;
    }
    if args.demo {
        output.line("")?;
        output.line("Questions to try, there or in a terminal:")?;
        for (account, question) in TRY {
            let account = account.map(|domain| format!("--account {domain} ")).unwrap_or_default();
            output.line(format_args!("  success-agent ask {account}\"{question}\""))?;
        }
        output.line("")?;
    }
    if config.database.url.is_none() {
        for cluster in belongings(&config.data_dir).map_err(AppError::from)?.elsewhere {
            let place = format!("Its database is in {}; `success-agent purge` removes it.", cluster.display());
            output.line(output.paint(Ink::Dim, place))?;
        }
    }
    output.line(output.paint(Ink::Dim, "Ctrl-C stops it."))?;
    output.flush()
}

fn refused(address: SocketAddr, error: &std::io::Error) -> String {
    let other = SocketAddr::new(address.ip(), address.port().checked_add(1).unwrap_or(8081));
    match error.kind() {
        ErrorKind::AddrInUse => {
            format!("{address} is in use by another program; choose another address with --listen {other}")
        }
        ErrorKind::AddrNotAvailable => {
            format!(
                "{address} is not an address of this machine; choose one with --listen, such as --listen 127.0.0.1:8080"
            )
        }
        ErrorKind::PermissionDenied => {
            format!(
                "this user may not listen on {address}; choose a port above 1023 with --listen, such as --listen 127.0.0.1:8080"
            )
        }
        _ => format!("{address} cannot be listened on ({error}); choose another address with --listen {other}"),
    }
}
