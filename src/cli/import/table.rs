//! Mappings of tables: kept in files, and looked at before anything is imported.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use super::super::output::{Failure, Ink, Output};
use super::convert::{Reading, mapping_of, proposed};
use crate::sources::Found;
use crate::sources::files::table::{Mapping, Table};

/// Rows shown before anything is imported.
const SHOWN: usize = 5;

/// A mapping that was kept.
pub(super) fn load(file: &Path) -> Result<Mapping, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::failed(format!("{} cannot be read: {error}", file.display())))?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::failed(format!(
            "{} is no mapping: {error}; write one with `success-agent import TABLE --save-mapping FILE`",
            file.display()
        ))
    })
}

/// Keeps the mapping a table's headings propose.
pub(super) fn save(paths: &[PathBuf], reading: &Reading, file: &Path, output: &mut Output) -> Result<(), Failure> {
    let table = only(paths)?;
    let proposal = proposed(table, reading).map_err(|why| Failure::failed(format!("{}: {why}", table.display())))?;
    let text = serde_json::to_string_pretty(&proposal.mapping).map_err(|error| Failure::failed(error.to_string()))?;
    std::fs::write(file, text + "\n")
        .map_err(|error| Failure::failed(format!("{} cannot be written: {error}", file.display())))?;
    output.line(format_args!("The mapping of {} is in {}.", table.display(), file.display()))?;
    for question in &proposal.questions {
        output.line(output.paint(Ink::Yellow, format_args!("To decide there: {question}")))?;
    }
    for field in &proposal.missing {
        output.line(output.paint(Ink::Yellow, format_args!("No column is read as `{field}`, which is needed.")))?;
    }
    unread(&proposal.unread, output)
}

/// Shows what the first rows would become.
pub(super) fn preview(paths: &[PathBuf], reading: &Reading, output: &mut Output) -> Result<(), Failure> {
    let table = only(paths)?;
    let failed = |why: String| Failure::failed(format!("{}: {why}", table.display()));
    let mapping = mapping_of(table, reading).map_err(failed)?;
    let open = || File::open(table).map(BufReader::new).map_err(|error| failed(error.to_string()));
    let preview =
        Table::preview(open()?, open()?, &mapping, reading.zone, SHOWN).map_err(|error| failed(error.to_string()))?;
    output.line(format_args!("The rows are {}; the columns are read as:", mapping.kind))?;
    for (column, field) in &mapping.columns {
        output.line(format_args!("  {column:<28} {field}"))?;
    }
    for piece in &preview.pieces {
        match &piece.outcome {
            Ok(found) => {
                found.iter().try_for_each(|found| output.line(format_args!("line {}: {}", piece.line, said(found))))?;
            }
            Err(reason) => output.line(output.paint(Ink::Red, format_args!("line {}: {reason}", piece.line)))?,
        }
    }
    unread(&preview.unread, output)?;
    output.line("Nothing was imported.")
}

fn said(found: &Found) -> String {
    let value = match found {
        Found::Company(company) => serde_json::to_value(company),
        Found::Contact(_, contact) => serde_json::to_value(contact),
        Found::Record(_, record) => serde_json::to_value(record),
    };
    let mut value = value.unwrap_or_default();
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, value| {
            !value.is_null() && *value != serde_json::json!([]) && *value != serde_json::json!({}) && *value != ""
        });
    }
    value.to_string()
}

fn unread(columns: &[String], output: &mut Output) -> Result<(), Failure> {
    if columns.is_empty() {
        return Ok(());
    }
    output.line(output.paint(Ink::Yellow, format_args!("Columns that are not read: {}.", columns.join(", "))))
}

fn only(paths: &[PathBuf]) -> Result<&Path, Failure> {
    match paths {
        [path] => Ok(path),
        _ => Err(Failure::usage("name one table".to_owned())),
    }
}
