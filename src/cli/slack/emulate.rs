//! `success-agent slack emulate`

use serde_json::json;

use crate::cli::args::EmulateArgs;
use crate::cli::output::{Failure, Ink, Output};
use crate::slack::emulator::{Emulator, Options};
use crate::web::Shutdown;

/// Runs a local Slack until it is stopped from the keyboard.
pub(super) async fn run(args: EmulateArgs, output: &mut Output) -> Result<(), Failure> {
    let to = args.deliver_to.clone();
    let (listen, rate_limits) = (args.listen, args.rate_limits);
    let options = Options { listen, deliver_to: args.deliver_to, rate_limits, ..Options::default() };
    let shutdown = Shutdown::on_signals();
    let emulator = Emulator::start(options).await.map_err(|error| refused(listen, &error))?;
    if args.json {
        output.line(json!({
            "api_url": emulator.api_url(), "bot_token": emulator.bot_token(), "app_token": emulator.app_token(),
            "signing_secret": emulator.signing_secret(), "page_url": emulator.page_url(),
            "driver_url": emulator.driver_url()
        }))?;
    } else {
        greet(&emulator, to.as_deref(), output)?;
    }
    output.flush()?;
    shutdown.wished().await;
    emulator.stop();
    Ok(())
}

fn refused(listen: std::net::SocketAddr, error: &std::io::Error) -> Failure {
    if !listen.ip().is_loopback() {
        return Failure::usage(format!("{error}; choose one with --listen, such as --listen 127.0.0.1:8065"));
    }
    if error.kind() == std::io::ErrorKind::InvalidInput {
        return Failure::usage(error.to_string());
    }
    Failure::failed(format!("{listen} cannot be listened on ({error}); choose another address with --listen"))
}

fn greet(emulator: &Emulator, to: Option<&str>, output: &mut Output) -> Result<(), Failure> {
    output.line(format_args!("A local Slack runs at {}", output.paint(Ink::Bold, emulator.page_url())))?;
    output.line("")?;
    match to {
        Some(address) => output.line(format_args!("It sends events to {address}. Start the app there with"))?,
        None => output.line("It sends events to Socket Mode connections. Start the app with")?,
    }
    for (name, value) in [
        ("SLACK_API_URL", emulator.api_url()),
        ("SLACK_BOT_TOKEN", emulator.bot_token().to_owned()),
        ("SLACK_APP_TOKEN", emulator.app_token().to_owned()),
        ("SLACK_SIGNING_SECRET", emulator.signing_secret().to_owned()),
    ] {
        output.line(format_args!("  export {name}={value}"))?;
    }
    output.line("")?;
    output.line(output.paint(Ink::Dim, "Nothing leaves this machine. Ctrl-C stops it."))
}
