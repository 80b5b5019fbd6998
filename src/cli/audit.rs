//! `success-agent audit`

use super::args::AuditArgs;
use super::output::{Failure, Ink, Output};
use super::service::with_service;
use crate::config::Config;
use crate::domain::action::AuditEntry;
use crate::domain::text::clipped;
use crate::domain::time::{Moment, parse_instant};
use crate::model::analyst::day_named;
use crate::web::audit::{AuditParams, jsonl};

pub(super) async fn run(args: AuditArgs, config: &Config, output: &mut Output) -> Result<(), Failure> {
    let wanted = AuditParams {
        account: args.account,
        who: args.who,
        subject: args.subject,
        action: args.action,
        since: args.since.as_deref().map(|text| since(text, config)).transpose()?,
        limit: Some(args.limit),
        format: None,
    };
    let found = with_service(config, async |service| service.audit(wanted).await).await?;
    if args.jsonl {
        let lines = jsonl(&found.entries);
        return if lines.is_empty() { Ok(()) } else { output.line(lines.trim_end()) };
    }
    if found.entries.is_empty() {
        return output.line("Nothing was proposed or done yet.");
    }
    found.entries.iter().try_for_each(|entry| line(entry, output))
}

/// An instant, or the first one of a day.
fn since(text: &str, config: &Config) -> Result<Moment, Failure> {
    let zone = config.clock.zone();
    let day = || day_named(text, config.today(), false).map(|day| zone.midnight(day));
    parse_instant(text, zone).ok().or_else(day).ok_or_else(|| {
        Failure::usage(format!(
            "`{text}` is neither a day nor an instant; write it like 2026-06-01, 2026-06-01T09:00:00Z or `yesterday`"
        ))
    })
}

/// Letters of what was typed that are shown.
const TYPED: usize = 60;

fn line(entry: &AuditEntry, output: &mut Output) -> Result<(), Failure> {
    let ink = match entry.deed.wire() {
        "done" | "sent" => Ink::Green,
        "refused" | "declined" => Ink::Yellow,
        _ => Ink::Dim,
    };
    let detail = entry.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
    let typed = entry.typed.as_ref().map(|typed| format!(" “{}”", clipped(typed, TYPED))).unwrap_or_default();
    output.line(format_args!(
        "{}  {}  {} {} {} ({}){typed}{detail}  {}",
        entry.at.format("%Y-%m-%d %H:%M:%S"),
        output.paint(ink, format_args!("{:<9}", entry.deed.wire())),
        entry.account,
        entry.action,
        entry.actor.who,
        entry.actor.surface.wire(),
        output.paint(Ink::Dim, &entry.subject),
    ))
}
