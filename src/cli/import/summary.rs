//! What an import did, in words.

use std::collections::BTreeMap;

use super::super::output::{Failure, Ink, Output};
use crate::app::ImportSummary;
use crate::domain::money::grouped;
use crate::sources::import::{known_beside, meant_by};

/// The most rejected lines that are listed.
const LISTED: usize = 20;

pub(super) fn print(summary: &ImportSummary, made: &BTreeMap<String, u64>, output: &mut Output) -> Result<(), Failure> {
    let seconds = summary.elapsed_ms as f64 / 1_000.0;
    output.line(format_args!("Read {} in {seconds:.1} s.", counted(summary.lines, "line")))?;
    for (what, count) in made.iter().filter(|(what, _)| !what.is_empty()) {
        output.line(format_args!("  {} × {what}", grouped(*count)))?;
    }
    for (verb, counts) in [("Added", &summary.added), ("Updated", &summary.updated)] {
        let total: u64 = counts.values().sum();
        if total > 0 {
            output.line(format_args!("{verb} {}: {}.", grouped(total), by_type(counts)))?;
        }
    }
    let changed: u64 = summary.added.values().chain(summary.updated.values()).sum();
    let unchanged = summary.lines.saturating_sub(changed + summary.rejected_total);
    if unchanged > 0 {
        output.line(format_args!("Unchanged {}.", grouped(unchanged)))?;
    }
    if summary.passages > 0 {
        output.line(format_args!("Indexed {}.", counted(summary.passages, "passage")))?;
    }
    if !summary.ignored_fields.is_empty() {
        let fields: Vec<String> = summary
            .ignored_fields
            .iter()
            .map(|(field, lines)| {
                let near = meant_by(field).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
                format!("{field} ({}{near})", counted(*lines, "line"))
            })
            .collect();
        output.line(
            output.paint(Ink::Yellow, format_args!("Not part of the format and not read: {}.", fields.join(", "))),
        )?;
    }
    for known in known_beside(summary.ignored_fields.keys().map(String::as_str)) {
        output.line(format_args!("  What is read: {known}."))?;
    }
    if summary.rejected_total > 0 {
        output.line(output.paint(Ink::Red, format_args!("Rejected {}:", counted(summary.rejected_total, "line"))))?;
        for rejected in summary.rejected.iter().take(LISTED) {
            let file = rejected.file.as_ref().map(|file| format!("{file} ")).unwrap_or_default();
            output.line(format_args!("  {file}line {}: {}", rejected.line, rejected.reason))?;
        }
        let rest = summary.rejected_total - summary.rejected.len().min(LISTED) as u64;
        if rest > 0 {
            output.line(format_args!("  and {} more", grouped(rest)))?;
        }
    }
    Ok(())
}

fn counted(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(count), if count == 1 { "" } else { "s" })
}

fn by_type(counts: &BTreeMap<String, u64>) -> String {
    counts
        .iter()
        .map(|(name, count)| format!("{} {}", grouped(*count), name.replace('_', " ")))
        .collect::<Vec<_>>()
        .join(", ")
}
