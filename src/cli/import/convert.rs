//! Files that are not in the import format, as lines of it: mail, tables and transcripts, read here and sent on a line a
//! record. Where a record came from is remembered, so that what is refused is named by its place in the file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};
use tokio::io::{AsyncWriteExt as _, DuplexStream};
use tokio::sync::mpsc;

use crate::app::{ImportSummary, RejectedLine};
use crate::domain::time::Zone;
use crate::sources::files::mail::{Mbox, read_message};
use crate::sources::files::table::{self, Mapping, RowKind, Table};
use crate::sources::files::transcript::{CallDetails, LONGEST_TRANSCRIPT, read_transcript};
use crate::sources::files::{BEGINNING, FileKind, Piece, kind_of, refusal};
use crate::sources::identity::company_domain;
use crate::sources::{Company, Found, Whose};

/// Bytes moved at a time.
const CHUNK: usize = 256 * 1024;
/// Pieces that are read ahead.
const AHEAD: usize = 256;
/// The largest single e-mail, in bytes.
const LARGEST_MAIL: u64 = 256 << 20;

/// How files that are not in the import format are to be read.
#[derive(Clone, Debug, Default)]
pub(super) struct Reading {
    /// What the rows of a table are.
    pub rows: Option<RowKind>,
    /// Which column holds which field.
    pub mapping: Option<Mapping>,
    /// What is known of a call beside its transcript.
    pub call: CallDetails,
    /// Domain of the account, whatever the file says.
    pub account: Option<String>,
    /// The zone of times that say nothing themselves.
    pub zone: Zone,
}

/// What became of a file, told while it is read.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// The line of the file each line sent came from.
    origins: Vec<u64>,
    refused: Vec<(u64, String)>,
    made: BTreeMap<String, u64>,
    broken: Option<String>,
}

/// A file under way, and what became of it.
#[derive(Clone, Default)]
pub(super) struct Converted(Arc<Mutex<Told>>);

impl Converted {
    /// Names what was refused by its place in the file, adds what could not be read, and gives what was made of the rest.
    pub(super) fn name(&self, file: &str, summary: &mut ImportSummary) -> BTreeMap<String, u64> {
        let told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for rejected in &mut summary.rejected {
            if rejected.file.as_deref().is_none_or(|named| named == file) {
                rejected.file = Some(file.to_owned());
                let sent = usize::try_from(rejected.line).unwrap_or_default().saturating_sub(1);
                rejected.line = told.origins.get(sent).copied().unwrap_or(rejected.line);
            }
        }
        summary.rejected_total += told.refused.len() as u64;
        summary.lines += told.refused.len() as u64;
        summary.rejected.extend(told.refused.iter().map(|(line, reason)| RejectedLine {
            file: Some(file.to_owned()),
            line: *line,
            reason: reason.clone(),
        }));
        told.made.clone()
    }

    /// Why the file could not be read to its end.
    pub(super) fn broken(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).broken.clone()
    }
}

/// What a file is; none where it is in the import format.
///
/// # Errors
/// A sentence where it cannot be read, or is of no kind that can.
pub(super) fn foreign(path: &Path) -> Result<Option<FileKind>, String> {
    let mut beginning = vec![0; BEGINNING];
    let mut file = File::open(path).map_err(|error| error.to_string())?;
    let mut read = 0;
    while read < beginning.len() {
        match file.read(&mut beginning[read..]).map_err(|error| error.to_string())? {
            0 => break,
            more => read += more,
        }
    }
    beginning.truncate(read);
    let name = path.display().to_string();
    match kind_of(&name, &beginning) {
        Some(FileKind::JsonLines) => Ok(None),
        Some(kind) => Ok(Some(kind)),
        // The reader of the import format says best what is wrong with a file that was meant for it.
        None if beginning.trim_ascii_start().starts_with(b"{")
            || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("jsonl")) =>
        {
            Ok(None)
        }
        None => Err(refusal(&name, &beginning)),
    }
}

/// The mapping of a table: the one given, else the one its headings propose.
///
/// # Errors
/// What has to be decided, and how to say it.
pub(super) fn mapping_of(path: &Path, reading: &Reading) -> Result<Mapping, String> {
    let headings = table::headings(open(path)?).map_err(|error| error.to_string())?;
    if let Some(mapping) = &reading.mapping {
        let problems = mapping.problems(&headings);
        return if problems.is_empty() { Ok(mapping.clone()) } else { Err(problems.join("; ")) };
    }
    let kind = reading.rows.or_else(|| table::propose_kind(&path.display().to_string(), &headings));
    let Some(kind) = kind else {
        let kinds: Vec<&str> = RowKind::ALL.iter().map(|kind| kind.wire()).collect();
        return Err(format!("it is not clear what its rows are; say it with --rows, one of {}", kinds.join(", ")));
    };
    let mut proposal = table::propose(kind, &headings);
    if let Some(account) = &reading.account {
        proposal.mapping.fixed.insert("account".to_owned(), account.clone());
    }
    let mut missing = proposal.mapping.missing();
    // An account is known by its domain, whichever column says it.
    let known_by = ["domain", "website", "contact_email"];
    if kind == RowKind::Accounts && known_by.iter().all(|field| proposal.mapping.column(field).is_none()) {
        missing.push("domain");
    }
    if proposal.questions.is_empty() && missing.is_empty() {
        return Ok(proposal.mapping);
    }
    let lacking = missing.iter().map(|field| format!("no column is read as `{field}`"));
    let all: Vec<String> = proposal.questions.into_iter().chain(lacking).collect();
    Err(format!(
        "{}. Write what was found with --save-mapping FILE, change it, and give it with --mapping FILE",
        all.join("; ")
    ))
}

/// The mapping its headings propose, whether or not it is complete.
///
/// # Errors
/// Where it cannot be read, or its kind is not clear.
pub(super) fn proposed(path: &Path, reading: &Reading) -> Result<table::Proposal, String> {
    let headings = table::headings(open(path)?).map_err(|error| error.to_string())?;
    let kind = reading.rows.or_else(|| table::propose_kind(&path.display().to_string(), &headings));
    let kind = kind.ok_or("it is not clear what its rows are; say it with --rows")?;
    Ok(table::propose(kind, &headings))
}

/// Reads a file in a thread of its own and gives it as lines of the import format.
///
/// # Errors
/// A sentence where it cannot be begun.
pub(super) fn convert(path: PathBuf, kind: FileKind, reading: Reading) -> Result<(DuplexStream, Converted), String> {
    let mapping = if kind == FileKind::Csv { Some(mapping_of(&path, &reading)?) } else { None };
    let (sender, mut pieces) = mpsc::channel::<io::Result<Piece>>(AHEAD);
    let zone = reading.zone;
    let call = CallDetails { domain: reading.account.clone().or(reading.call.domain.clone()), ..reading.call.clone() };
    std::thread::spawn(move || {
        if let Err(error) = read(&path, kind, mapping.as_ref(), &call, zone, &sender) {
            let _ = sender.blocking_send(Err(error));
        }
    });
    let (lines, mut writing) = tokio::io::duplex(CHUNK);
    let converted = Converted::default();
    let told = converted.clone();
    tokio::spawn(async move {
        while let Some(piece) = pieces.recv().await {
            let mut text = String::new();
            {
                let mut told = told.0.lock().unwrap_or_else(PoisonError::into_inner);
                match piece {
                    Err(error) => {
                        told.broken = Some(error.to_string());
                        return;
                    }
                    Ok(Piece { line, outcome: Err(reason), .. }) => told.refused.push((line, reason)),
                    Ok(Piece { line, outcome: Ok(found), made, .. }) => {
                        let mut any = false;
                        for found in found {
                            match line_of(found, reading.account.as_deref()) {
                                Ok(value) => {
                                    text.push_str(&value.to_string());
                                    text.push('\n');
                                    told.origins.push(line);
                                    any = true;
                                }
                                Err(reason) => told.refused.push((line, reason)),
                            }
                        }
                        if any {
                            *told.made.entry(made).or_default() += 1;
                        }
                    }
                }
            }
            if !text.is_empty() && writing.write_all(text.as_bytes()).await.is_err() {
                return;
            }
        }
    });
    Ok((lines, converted))
}

fn read(
    path: &Path,
    kind: FileKind,
    mapping: Option<&Mapping>,
    call: &CallDetails,
    zone: Zone,
    sender: &mpsc::Sender<io::Result<Piece>>,
) -> io::Result<()> {
    let give = |piece| sender.blocking_send(Ok(piece)).is_ok();
    match kind {
        FileKind::Csv => {
            let Some(mapping) = mapping else { return Ok(()) };
            let mut file = File::open(path)?;
            let survey = table::survey(BufReader::new(&mut file), mapping)?;
            file.rewind()?;
            let mut rows = Table::new(BufReader::new(file), mapping, &survey, zone)?;
            while let Some(piece) = rows.next_piece()? {
                if !give(piece) {
                    break;
                }
            }
        }
        FileKind::Mbox => {
            let mut mails = Mbox::new(BufReader::with_capacity(CHUNK, File::open(path)?));
            while let Some(piece) = mails.next_piece()? {
                if !give(piece) {
                    break;
                }
            }
        }
        FileKind::Email => {
            give(read_message(&whole(path, LARGEST_MAIL)?));
        }
        FileKind::WebVtt | FileKind::SubRip | FileKind::Transcript => {
            let modified = std::fs::metadata(path)?.modified().ok();
            let changed = modified.map(|at| zone.tell(chrono::DateTime::<chrono::Utc>::from(at)));
            let call = CallDetails { modified_at: changed, ..call.clone() };
            let bytes = whole(path, LONGEST_TRANSCRIPT as u64 + 1)?;
            for piece in read_transcript(kind, &path.display().to_string(), &bytes, &call, zone) {
                give(piece);
            }
        }
        FileKind::JsonLines => {}
    }
    Ok(())
}

fn open(path: &Path) -> Result<BufReader<File>, String> {
    File::open(path).map(BufReader::new).map_err(|error| error.to_string())
}

fn whole(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// What was found, as a line of the import format.
fn line_of(found: Found, account: Option<&str>) -> Result<Value, String> {
    let (mut line, whose) = match found {
        Found::Company(company) => return company_line(*company),
        Found::Contact(whose, contact) => {
            let mut line = serde_json::to_value(contact).map_err(|error| error.to_string())?;
            line["type"] = json!("contact");
            (line, whose)
        }
        Found::Record(whose, record) => {
            let alone = record.account().is_none() || matches!(*record, crate::domain::record::Record::Account(_));
            let line = serde_json::to_value(record).map_err(|error| error.to_string())?;
            if alone {
                return Ok(line);
            }
            (line, whose)
        }
    };
    match account {
        Some(account) if line["type"] != "contact" => line["account"] = json!(account),
        Some(account) => line["whose"] = json!([Whose::Domain(account.to_owned())]),
        None => {
            if let Some(fields) = line.as_object_mut() {
                fields.remove("account");
            }
            line["whose"] = json!(whose);
        }
    }
    Ok(line)
}

/// A company of a table, as an account.
fn company_line(company: Company) -> Result<Value, String> {
    let mut texts = company.domains.iter().chain(&company.addresses);
    let Some(domain) = texts.find_map(|text| company_domain(text)) else {
        return Err(format!("`{}` has no internet domain of its own, which an account is known by", company.name));
    };
    Ok(json!({
        "type": "account", "domain": domain, "name": if company.name.is_empty() { domain.clone() } else { company.name },
        "owner_email": company.owner_email, "segment": company.segment, "contacts": company.contacts,
        "licensed_seats": company.licensed_seats, "crm_url": company.crm_url, "attributes": company.attributes,
    }))
}
