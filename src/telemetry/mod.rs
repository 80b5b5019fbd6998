//! Logs: written to standard error, once per event, at the boundary; and what is done for a turn ([`work`]).
//!
//! Fields are ids, counts, durations and statuses. The text of a question, of a record or of a request body is never a
//! field; nor is a secret.

pub mod work;

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, fmt, registry};

use crate::config::LogConfig;

/// Never logged, whatever the filter says.
const SECRETIVE: [&str; 1] = ["async_openai=off"];

/// Counts statements; they are logged only where the filter says so.
struct CountStatements;

impl<S: Subscriber> Layer<S> for CountStatements {
    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        work::statement();
    }
}

/// Starts logging with `config`; `default_filter` is used when it names no filter. Events under `statements` tell of a
/// statement each, and are counted. Later calls change nothing.
///
/// # Errors
/// A sentence, when the filter cannot be read.
pub fn start(config: &LogConfig, default_filter: &str, statements: &str) -> Result<(), String> {
    let wanted = config.filter.as_deref().unwrap_or(default_filter);
    let filter = EnvFilter::try_new(wanted)
        .map_err(|error| format!("`{wanted}` is not a log filter ({error}); write it like info,success_agent=debug"))?;
    // What it logs of an answer it cannot read is the answer.
    let filter = SECRETIVE.iter().try_fold(filter, |filter, directive| Ok(filter.add_directive(directive.parse()?)));
    let filter = filter.map_err(|error: tracing_subscriber::filter::ParseError| error.to_string())?;
    let log = fmt::layer().with_writer(std::io::stderr);
    let log = if config.json {
        log.json().with_filter(filter).boxed()
    } else {
        log.with_ansi(false).with_filter(filter).boxed()
    };
    let count = CountStatements.with_filter(Targets::new().with_target(statements, Level::DEBUG));
    drop(registry().with(log).with(count).try_init());
    Ok(())
}
