//! `success-agent serve`

use std::io::ErrorKind;
use std::net::SocketAddr;

use super::args::ServeArgs;
use super::models;
use super::output::{Failure, Ink, Output};
use super::remote::Remote;
use super::waiting::Waiting;
use crate::app::{App, AppError};
use crate::config::Config;
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
    let shutdown = Shutdown::on_signals();
    let server = Server::bind(address).await.map_err(|error| Failure::failed(refused(address, &error)))?;
    if let Some(model) = &config.model
        && let Some(warning) = models::check(model).await?
    {
        output.line(warning)?;
        output.flush()?;
    }
    let Some(app) = open(&args, config, &shutdown).await? else { return Ok(()) };
    app.enqueue_catching_up().await?;
    greet(&args, &server, output)?;
    let ended = server.serve(app.clone(), config, shutdown).await;
    app.close().await;
    ended.map_err(|error| Failure::failed(format!("{error:#}")))
}

/// Opens the application and fills it; none when the user stopped meanwhile.
async fn open(args: &ServeArgs, config: &Config, shutdown: &Shutdown) -> Result<Option<App>, Failure> {
    let waiting = Waiting::new("Starting");
    // Not interrupted: what it starts has to be stopped again, which only the opened application can do.
    let app = App::open(config, waiting.sink()).await.map_err(|error| match error {
        AppError::Conflict(sentence) => Failure::failed(sentence),
        other => other.into(),
    })?;
    let filled = async { if args.demo { app.load_demo(waiting.sink()).await } else { Ok(()) } };
    let filled = tokio::select! {
        filled = filled => Some(filled),
        () = shutdown.wished() => None,
    };
    match filled {
        Some(Ok(())) => Ok(Some(app)),
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

fn greet(args: &ServeArgs, server: &Server, output: &mut Output) -> Result<(), Failure> {
    let url = server.url();
    output.line(format_args!("success-agent is ready at {}", output.paint(Ink::Bold, &url)))?;
    if args.demo {
        output.line("")?;
        output.line("Questions to try, there or in a terminal:")?;
        for (account, question) in TRY {
            let account = account.map(|domain| format!("--account {domain} ")).unwrap_or_default();
            output.line(format_args!("  success-agent ask {account}\"{question}\""))?;
        }
        output.line("")?;
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
