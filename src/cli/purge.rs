//! `success-agent purge`: takes away all that the program keeps on this machine, after asking.

use std::io::{IsTerminal, Write};
use std::path::Path;

use super::args::PurgeArgs;
use super::output::{Failure, Output};
use super::remote::Remote;
use crate::app::AppError;
use crate::config::Config;
use crate::store::embedded::{Belongings, DataDirLock, belongings, purge};

pub(super) async fn run(args: PurgeArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let directory = &config.data_dir;
    if let Some((running, _)) = Remote::of_data_dir(directory).await {
        return Err(Failure::failed(format!(
            "a server (process {}) runs on the data directory {}; stop it first",
            running.pid(),
            directory.display()
        )));
    }
    let found = belongings(directory).map_err(AppError::from)?;
    if found.inside.is_empty() && found.elsewhere.is_empty() {
        return output.line(format_args!("There is nothing to remove in {}.", directory.display()));
    }
    tell(&found, config, output)?;
    output.flush()?;
    if !args.yes && !agreed(directory)? {
        return Err(Failure::failed("nothing was removed"));
    }
    let lock = DataDirLock::acquire(directory, "purge").map_err(AppError::from)?;
    purge(lock).await.map_err(AppError::from)?;
    output.line("Removed.")
}

/// Says what goes, what stays, and what is not within reach.
fn tell(found: &Belongings, config: &Config, output: &mut Output) -> Result<(), Failure> {
    output.line("This removes every account, record, draft and decision kept in:")?;
    for path in found.elsewhere.iter().chain(&found.inside) {
        output.line(format_args!("  {}", path.display()))?;
    }
    if !found.kept.is_empty() {
        output.line("These are not the program's own and stay:")?;
        for path in &found.kept {
            output.line(format_args!("  {}", path.display()))?;
        }
    }
    if config.database.url.is_some() {
        output.line("What is in the database at DATABASE_URL stays; drop that database yourself.")?;
    }
    if config.index.url.is_some() {
        output.line("What is in the Qdrant server at QDRANT_URL stays; delete its collections yourself.")?;
    }
    Ok(())
}

/// Asks on the terminal.
fn agreed(directory: &Path) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Err(Failure::usage(format!(
            "nobody is there to ask whether {} may be emptied; say --yes if it may",
            directory.display()
        )));
    }
    let mut asking = std::io::stderr();
    write!(asking, "It cannot be undone. Type yes to go on: ")?;
    asking.flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim().eq_ignore_ascii_case("yes"))
}
