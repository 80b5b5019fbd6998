//! `success-agent import`

mod convert;
mod input;
mod summary;
mod table;

use super::args::ImportArgs;
use super::output::{Failure, Output};
use super::service::with_service;
use super::waiting::Waiting;
use crate::config::Config;
use crate::domain::time::parse_instant;
use crate::sources::files::table::RowKind;
use crate::sources::files::transcript::CallDetails;
use crate::web::Shutdown;
use crate::web::import::ImportResponse;
use convert::Reading;
use input::Input;
pub(super) use input::newlines;

pub(super) async fn run(args: ImportArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    if args.schema {
        return output.json(&crate::sources::import::schema());
    }
    let reading = reading(&args, config)?;
    if let Some(file) = &args.save_mapping {
        return table::save(&args.paths, &reading, file, output);
    }
    if args.preview {
        return table::preview(&args.paths, &reading, output);
    }
    // Opened before anything is started, so that a name mistyped costs nothing.
    let input = Input::open(args.paths, &reading).await?;
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
    let made = lines.name(&mut summary);
    lines.check()?;
    let rejected = summary.rejected_total;
    if args.json {
        output.json(&ImportResponse::from(summary))?;
    } else {
        summary::print(&summary, &made, output)?;
    }
    if rejected > 0 { Err(Failure::Told) } else { Ok(()) }
}

/// How files that are not in the import format are to be read.
fn reading(args: &ImportArgs, config: &Config) -> Result<Reading, Failure> {
    let zone = config.clock.zone();
    let rows = match &args.rows {
        None => None,
        Some(named) => Some(RowKind::parse(named).ok_or_else(|| {
            let known: Vec<&str> = RowKind::ALL.iter().map(|kind| kind.wire()).collect();
            Failure::usage(format!("`{named}` are no rows; use one of {}", known.join(", ")))
        })?),
    };
    let started_at = match &args.at {
        None => None,
        Some(text) => Some(parse_instant(text, zone).map_err(Failure::usage)?),
    };
    let mapping = args.mapping.as_deref().map(table::load).transpose()?;
    let call = CallDetails { title: args.title.clone(), started_at, ..CallDetails::default() };
    Ok(Reading { rows, mapping, call, account: args.account.clone(), zone })
}
