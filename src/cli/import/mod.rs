//! `success-agent import`

mod input;
mod summary;

use super::args::ImportArgs;
use super::output::{Failure, Output};
use super::service::with_service;
use super::waiting::Waiting;
use crate::config::Config;
use crate::web::Shutdown;
use crate::web::import::ImportResponse;
use input::Input;
pub(super) use input::newlines;

pub(super) async fn run(args: ImportArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    if args.schema {
        return output.json(&crate::sources::import::schema());
    }
    // Opened before anything is started, so that a name mistyped costs nothing.
    let input = Input::open(args.paths).await?;
    let shutdown = Shutdown::on_signals();
    let (name, reader, lines) = input.read();
    let imported = with_service(config, async |service| {
        let waiting = Waiting::new("Importing");
        let mut importing = std::pin::pin!(service.import(name, reader, waiting.sink()));
        tokio::select! {
            imported = &mut importing => imported.map(Some),
            () = shutdown.wished() => {
                // Here it ends after the batch under way and says what it kept; a server does what it was sent to the end.
                if service.wind_down() { importing.await.map(Some) } else { Ok(None) }
            }
        }
    })
    .await?;
    let Some(mut summary) = imported else {
        return Err(Failure::failed(
            "stopped; what the server had imported so far is kept, and importing the same files again completes it",
        ));
    };
    lines.name(&mut summary);
    lines.check()?;
    let rejected = summary.rejected_total;
    if args.json {
        output.json(&ImportResponse::from(summary))?;
    } else {
        summary::print(&summary, output)?;
    }
    if rejected > 0 { Err(Failure::Told) } else { Ok(()) }
}
