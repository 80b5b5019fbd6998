//! Logs: written to standard error, once per event, at the boundary.
//!
//! Fields are ids, counts, durations and statuses. The text of a question, of a record or of a request body is never a
//! field; nor is a secret.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::LogConfig;

/// Never logged, whatever the filter says.
const SECRETIVE: [&str; 1] = ["async_openai=off"];

/// Starts logging with `config`; `default_filter` is used when it names no filter. Later calls change nothing.
///
/// # Errors
/// A sentence, when the filter cannot be read.
pub fn start(config: &LogConfig, default_filter: &str) -> Result<(), String> {
    let wanted = config.filter.as_deref().unwrap_or(default_filter);
    let filter = EnvFilter::try_new(wanted)
        .map_err(|error| format!("`{wanted}` is not a log filter ({error}); write it like info,success_agent=debug"))?;
    // What it logs of an answer it cannot read is the answer.
    let filter = SECRETIVE.iter().try_fold(filter, |filter, directive| Ok(filter.add_directive(directive.parse()?)));
    let filter = filter.map_err(|error: tracing_subscriber::filter::ParseError| error.to_string())?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started =
        if config.json { builder.json().finish().try_init() } else { builder.with_ansi(false).finish().try_init() };
    drop(started);
    Ok(())
}
