//! What can be typed about digests.

use clap::{Args, Subcommand};

use crate::web::digests::DigestParams;

/// What to do with digests.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum DigestAction {
    /// Show all digests
    List {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Have a digest sent on a schedule
    Add {
        #[command(flatten)]
        wanted: DigestFields,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Change a digest; what is not named stays as it is
    Edit {
        /// Its identifier or name
        digest: String,
        #[command(flatten)]
        wanted: DigestFields,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the sharp moves of the last seven days
    Alerts {
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what a digest would say now; nothing is sent
    Preview {
        /// Its identifier or name
        digest: String,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Send a digest now
    Send {
        /// Its identifier or name
        digest: String,
        /// Print what came of it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show what a digest said lately, and what became of it
    Log {
        /// Its identifier or name
        digest: String,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Have a digest pause
    Pause {
        /// Its identifier or name
        digest: String,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Have a paused digest come again
    Resume {
        /// Its identifier or name
        digest: String,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a digest away
    Remove {
        /// Its identifier or name
        digest: String,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
}

/// What a digest is.
#[derive(Debug, Default, Args)]
pub(in crate::cli) struct DigestFields {
    /// Where it goes: `web`, `slack:#channel`, `slack:@person` or mail:ADDRESS
    #[arg(long, value_name = "PLACE")]
    to: Option<String>,
    /// When it comes: a cron line ("30 8 * * 1") or words ("Mondays 8:30")
    #[arg(long, value_name = "WHEN")]
    schedule: Option<String>,
    /// The time zone of the schedule, as in Europe/Berlin; the workspace's unless given
    #[arg(long)]
    zone: Option<String>,
    /// Whose accounts, by e-mail address or name; all for everybody's
    #[arg(long, value_name = "WHO")]
    owner: Option<String>,
    /// Only accounts at this level, can be repeated; all for all
    #[arg(long = "level", value_name = "LEVEL")]
    levels: Vec<String>,
    /// Only accounts with ARR of at least this, in whole units of its currency
    #[arg(long, value_name = "AMOUNT")]
    arr_at_least: Option<u64>,
    /// Only accounts that renew within so many days
    #[arg(long, value_name = "DAYS")]
    renewing_within: Option<u32>,
    /// Only accounts in this section, can be repeated; all for all
    #[arg(long = "section", value_name = "SECTION")]
    sections: Vec<String>,
    /// Only accounts of this segment; all for all
    #[arg(long)]
    segment: Option<String>,
    /// Whether sharp moves of its accounts are said there at once: on or off
    #[arg(long, value_name = "ON|OFF", value_parser = on_or_off)]
    alerts: Option<bool>,
    /// What it is called
    #[arg(long)]
    name: Option<String>,
}

fn on_or_off(text: &str) -> Result<bool, String> {
    match text.to_lowercase().as_str() {
        "on" | "yes" => Ok(true),
        "off" | "no" => Ok(false),
        _ => Err("write on or off".to_owned()),
    }
}

impl From<DigestFields> for DigestParams {
    fn from(fields: DigestFields) -> Self {
        let some = |names: Vec<String>| Some(names).filter(|names| !names.is_empty());
        Self {
            name: fields.name,
            to: fields.to,
            schedule: fields.schedule,
            zone: fields.zone,
            owner: fields.owner,
            levels: some(fields.levels),
            arr_at_least: fields.arr_at_least,
            renewing_within_days: fields.renewing_within,
            sections: some(fields.sections),
            segment: fields.segment,
            alerts: fields.alerts,
        }
    }
}
