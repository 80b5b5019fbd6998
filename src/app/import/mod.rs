//! Importing: lines to records, records to the store in batches, and everything that follows from them.
//!
//! Safe to repeat: a record with the same id replaces the earlier one, and one that is the same changes nothing. A record
//! whose account is not known yet waits for it to the end of the input.

mod held;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tokio::io::AsyncBufRead;

use super::intake::{Intake, report};
use super::source::compose::people;
use super::source::resolve::Resolver;
use super::{AppError, ImportSummary, ProgressSink, RejectedLine};
use crate::domain::record::{Record, RecordKind, RecordRef};
use crate::sources::Whose;
use crate::sources::identity::company_domain;
use crate::sources::import::{Item, Parsed, RecordReader};
use crate::store::{Projection, PutOutcome, StoreError};
use held::Held;

/// Records stored in one transaction, at most.
const BATCH: usize = 1_000;
/// Bytes of lines stored in one transaction, about.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// Lines named in a summary as rejected, at most.
const MOST_REJECTED: usize = 1_000;
/// Fields named in a summary as ignored, at most.
const MOST_IGNORED: usize = 200;
/// Records that wait for an account their addresses lead to, at most.
const MOST_HOMELESS: usize = 20_000;
/// Times a batch is tried when somebody else changes the same records.
const ATTEMPTS: u32 = 4;

/// A record with the line it came from.
#[derive(Clone, Debug)]
pub(super) struct Numbered {
    line: u64,
    bytes: usize,
    reference: RecordRef,
    record: Record,
    /// To whom it belongs, where the line names no account.
    whose: Option<Vec<Whose>>,
}

/// What ends an import before the end of its input.
enum Stop {
    /// The input could not be read any further.
    Input(std::io::Error),
    /// The store could not take a batch.
    Store(StoreError),
    /// The program is to end.
    Ending,
}

impl Intake {
    /// Imports JSON Lines; `name` is the file's, for the summary. What landed stays whatever happens, and importing the
    /// same input again is safe. Others may import meanwhile: each stores a batch in its turn, and nobody keeps others
    /// waiting while its input is.
    ///
    /// # Errors
    /// When the input breaks off, the program ends, or the database or the index is out of reach, saying how many records
    /// had landed and how to go on.
    pub async fn import<R: AsyncBufRead + Unpin + Send>(
        &self,
        name: Option<String>,
        input: R,
        progress: &ProgressSink,
    ) -> Result<ImportSummary, AppError> {
        let started = Instant::now();
        let mut run = Run::new(self, name);
        let new_accounts = Arc::clone(&run.new_accounts);
        let read = Box::pin(self.naming_meanwhile(&new_accounts, run.read(input, progress))).await;
        let (landed, line) = (run.landed, run.summary.lines + run.blank);
        match read {
            Ok(()) => {}
            Err(Stop::Store(error)) => return Err(stopped(error.into(), landed)),
            Err(Stop::Ending) => return Err(ended(line, landed)),
            Err(Stop::Input(error)) => {
                tracing::warn!(%error, landed, "an import's input broke off");
                self.settle_unless_ending(progress, landed).await?;
                return Err(AppError::Unavailable(format!(
                    "The input broke off after line {line}: {error}. {} Import it again when it can be read.",
                    safe(landed)
                )));
            }
        }
        let mut summary = run.summary;
        summary.rejected.sort_by_key(|rejected| rejected.line);
        summary.passages = self.settle_unless_ending(progress, landed).await?;
        summary.unindexed = self.store.count_behind(self.workspace, Projection::Words).await?;
        summary.elapsed_ms = started.elapsed().as_millis() as u64;
        Ok(summary)
    }

    /// Does what follows from what landed; gives the number of passages.
    async fn settle_unless_ending(&self, progress: &ProgressSink, landed: u64) -> Result<u64, AppError> {
        let settled = self.settle(progress).await.map_err(|error| unsettled(error, landed))?;
        if self.stop.is_cancelled() {
            return Err(AppError::Unavailable(format!("The program is ending. {} {LATER}", safe(landed))));
        }
        Ok(settled)
    }
}

/// One import under way.
struct Run<'a> {
    intake: &'a Intake,
    name: Option<String>,
    summary: ImportSummary,
    batch: Vec<Numbered>,
    batch_bytes: usize,
    held: Held,
    /// Accounts that are in the store now and were not before.
    new_accounts: Arc<AtomicU64>,
    /// Records that are in the store now, new or not.
    landed: u64,
    /// Blank lines before the last line read.
    blank: u64,
    /// What names no account, and waits to be looked up with others.
    unplaced: Vec<Numbered>,
    /// What led to no account yet.
    homeless: Vec<Numbered>,
}

impl<'a> Run<'a> {
    fn new(intake: &'a Intake, name: Option<String>) -> Self {
        Self {
            intake,
            name,
            summary: ImportSummary::default(),
            batch: Vec::with_capacity(BATCH),
            batch_bytes: 0,
            held: Held::default(),
            new_accounts: Arc::default(),
            landed: 0,
            blank: 0,
            unplaced: Vec::new(),
            homeless: Vec::new(),
        }
    }

    async fn read<R: AsyncBufRead + Unpin>(&mut self, input: R, progress: &ProgressSink) -> Result<(), Stop> {
        let mut reader = RecordReader::new(input).in_zone(self.intake.clock.zone());
        loop {
            let next = tokio::select! {
                biased;
                () = self.intake.stop.cancelled() => {
                    self.flush().await.map_err(Stop::Store)?;
                    return Err(Stop::Ending);
                }
                next = reader.next() => next,
            };
            match next {
                Ok(Some(item)) => self.take(item),
                Ok(None) => break,
                Err(error) => {
                    self.flush().await.map_err(Stop::Store)?;
                    return Err(Stop::Input(error));
                }
            }
            if self.batch.len() + self.unplaced.len() >= BATCH || self.batch_bytes >= BATCH_BYTES {
                self.flush().await.map_err(Stop::Store)?;
                report(progress, "Importing", self.summary.lines, None);
            }
        }
        self.flush().await.map_err(Stop::Store)?;
        let homeless = std::mem::take(&mut self.homeless);
        for record in self.place(homeless).await.map_err(Stop::Store)? {
            self.reject(record.line, unknown_to(&record));
        }
        self.flush().await.map_err(Stop::Store)?;
        // The accounts may be there by now, brought by somebody else.
        let mut waiting = self.held.take_all();
        while !waiting.is_empty() {
            let rest = waiting.split_off(BATCH.min(waiting.len()));
            for record in self.put(waiting).await.map_err(Stop::Store)? {
                let account = record.record.account().unwrap_or_default();
                let reason = format!("account `{account}` is not known; import its account line first");
                self.reject(record.line, reason);
            }
            waiting = rest;
        }
        report(progress, "Importing", self.summary.lines, Some(self.summary.lines));
        Ok(())
    }

    fn take(&mut self, item: Item) {
        self.summary.lines += 1;
        self.blank = item.line - self.summary.lines;
        let parsed = match item.outcome {
            Ok(parsed) => parsed,
            Err(reason) => return self.reject(item.line, reason),
        };
        let reference = parsed.record.reference();
        for field in parsed.ignored {
            let field = format!("{}.{field}", reference.kind);
            let fields = &mut self.summary.ignored_fields;
            if fields.len() < MOST_IGNORED || fields.contains_key(&field) {
                *fields.entry(field).or_default() += 1;
            }
        }
        if parsed.whose.is_some() {
            self.batch_bytes += item.bytes;
            let Parsed { record, whose, .. } = parsed;
            return self.unplaced.push(Numbered { line: item.line, bytes: item.bytes, reference, record, whose });
        }
        // What comes later in the input wins, so what waits under the same id is out of date.
        self.held.supersede(&reference);
        if let Record::Account(account) = &parsed.record {
            // Before the account itself, which does not matter: a batch takes them together.
            let waiting = self.held.take(&account.domain);
            self.batch_bytes += waiting.iter().map(|record| record.bytes).sum::<usize>();
            self.batch.extend(waiting);
        }
        self.batch_bytes += item.bytes;
        self.batch.push(Numbered { line: item.line, bytes: item.bytes, reference, record: parsed.record, whose: None });
    }

    /// Gives records that name no account to the account their domains and addresses lead to, and puts them into the batch;
    /// gives back those that lead to none.
    async fn place(&mut self, unplaced: Vec<Numbered>) -> Result<Vec<Numbered>, StoreError> {
        if unplaced.is_empty() {
            return Ok(Vec::new());
        }
        let (store, workspace) = (&self.intake.store, self.intake.workspace);
        let team = store.team(workspace).await?;
        let named: Vec<&Whose> = unplaced.iter().filter_map(|record| record.whose.as_ref()).flatten().collect();
        let resolver = Resolver::read(store, workspace, None, &team, &[], &named).await?;
        let (mut homeless, mut contacts) = (Vec::new(), BTreeMap::<String, Vec<Numbered>>::new());
        for mut numbered in unplaced {
            let whose = numbered.whose.as_deref().unwrap_or_default();
            if whose.contains(&Whose::Everybody) {
                numbered.whose = None;
                self.batch.push(numbered);
                continue;
            }
            match resolver.account(whose) {
                None => homeless.push(numbered),
                Some(account) if matches!(numbered.record, Record::Account(_)) => {
                    contacts.entry(account).or_default().push(numbered);
                }
                Some(account) => {
                    numbered.record.belong_to(&account);
                    numbered.reference = numbered.record.reference();
                    numbered.whose = None;
                    self.batch.push(numbered);
                }
            }
        }
        self.meet(contacts).await?;
        Ok(homeless)
    }

    /// Adds contacts to the accounts they belong to.
    async fn meet(&mut self, contacts: BTreeMap<String, Vec<Numbered>>) -> Result<(), StoreError> {
        let domains: Vec<&str> = contacts.keys().map(String::as_str).collect();
        let mut known = self.intake.store.composed_accounts(self.intake.workspace, &domains).await?;
        for (domain, numbered) in contacts {
            let Some(mut account) = known.remove(&domain).and_then(|known| known.record) else { continue };
            let (mut line, mut bytes) = (0, 0);
            for numbered in numbered {
                (line, bytes) = (numbered.line, bytes + numbered.bytes);
                if let Record::Account(one) = numbered.record {
                    account.contacts.extend(one.contacts);
                }
            }
            account.contacts = people(account.contacts.iter());
            let record = Record::Account(account);
            self.batch.push(Numbered { line, bytes, reference: record.reference(), record, whose: None });
        }
        Ok(())
    }

    /// Stores the batch; what has no account waits.
    async fn flush(&mut self) -> Result<(), StoreError> {
        self.batch_bytes = 0;
        let unplaced = std::mem::take(&mut self.unplaced);
        let homeless = self.place(unplaced).await?;
        for record in homeless {
            if self.homeless.len() < MOST_HOMELESS {
                self.homeless.push(record);
            } else {
                self.reject(record.line, unknown_to(&record));
            }
        }
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        for record in self.put(batch).await? {
            let (line, account) = (record.line, record.record.account().unwrap_or_default().to_owned());
            if !self.held.hold(record) {
                let reason = format!(
                    "account `{account}` is not known yet and too many records wait for theirs; import the account \
                     lines first, then this file again"
                );
                self.reject(line, reason);
            }
        }
        Ok(())
    }

    /// Stores records and counts what became of them; gives back those without an account.
    async fn put(&mut self, batch: Vec<Numbered>) -> Result<Vec<Numbered>, StoreError> {
        if batch.is_empty() {
            return Ok(Vec::new());
        }
        let mut places = Vec::with_capacity(batch.len());
        let mut records = Vec::with_capacity(batch.len());
        for numbered in batch {
            places.push((numbered.line, numbered.bytes, numbered.reference));
            records.push(numbered.record);
        }
        let outcomes = self.store(&records).await?;
        let mut without = Vec::new();
        // From the end, to see which records were replaced by later ones of the same batch.
        let mut stored = HashSet::new();
        for (((line, bytes, reference), record), outcome) in places.into_iter().zip(records).zip(outcomes).rev() {
            let kind = reference.kind.wire().to_owned();
            match outcome {
                PutOutcome::Added => *self.summary.added.entry(kind).or_default() += 1,
                PutOutcome::Updated => *self.summary.updated.entry(kind).or_default() += 1,
                PutOutcome::Unchanged => {}
                PutOutcome::Invalid(reason) => {
                    self.reject(line, reason);
                    continue;
                }
                PutOutcome::UnknownAccount(_) => {
                    if !stored.contains(&reference) {
                        without.push(Numbered { line, bytes, reference, record, whose: None });
                    }
                    continue;
                }
            }
            self.landed += 1;
            stored.insert(reference);
        }
        without.reverse();
        let new_accounts = self.summary.added.get(RecordKind::Account.wire()).copied().unwrap_or_default();
        self.new_accounts.store(new_accounts, Ordering::Relaxed);
        Ok(without)
    }

    async fn store(&self, records: &[Record]) -> Result<Vec<PutOutcome>, StoreError> {
        let mut attempt = 1;
        loop {
            match self.intake.store.put(self.intake.workspace, self.intake.clock.now(), records).await {
                Err(StoreError::Conflict(_)) if attempt < ATTEMPTS => attempt += 1,
                result => return result,
            }
        }
    }

    fn reject(&mut self, line: u64, reason: String) {
        self.summary.rejected_total += 1;
        if self.summary.rejected.len() < MOST_REJECTED {
            self.summary.rejected.push(RejectedLine { file: self.name.clone(), line, reason });
        }
    }
}

/// Why a record that names no account did not land.
fn unknown_to(record: &Numbered) -> String {
    let mut hosts: Vec<String> = Vec::new();
    for whose in record.whose.iter().flatten() {
        match whose {
            Whose::Domain(text) => hosts.extend(company_domain(text)),
            Whose::Addresses(texts) => hosts.extend(texts.iter().filter_map(|text| company_domain(text))),
            Whose::Everybody | Whose::Company(_) | Whose::CompanyOf(..) => {}
        }
    }
    hosts.sort();
    hosts.dedup();
    match hosts.as_slice() {
        [] => "no address in it is of a company; say whose it is with --account DOMAIN".to_owned(),
        hosts => format!(
            "no account is known as {}; import or connect the account first, or say whose it is with --account DOMAIN",
            hosts.join(" or ")
        ),
    }
}

/// What becomes of records that landed and are not read or indexed yet.
const LATER: &str = "What follows from them is done by itself as soon as it can be; they need not be imported again.";

/// Adds to a failure of the store what it left behind.
fn stopped(error: AppError, landed: u64) -> AppError {
    with(error, &format!("{} Import it again: what is there already stays as it is.", safe(landed)))
}

/// Adds to a failure after everything landed what is left to do.
fn unsettled(error: AppError, landed: u64) -> AppError {
    with(error, &format!("{} {LATER}", safe(landed)))
}

/// What an import says that the end of the program cuts short.
fn ended(line: u64, landed: u64) -> AppError {
    AppError::Unavailable(format!(
        "The program is ending; the input was read to line {line}. {} Import the same input again when the program runs: \
         what is there already stays as it is.",
        safe(landed)
    ))
}

fn with(error: AppError, more: &str) -> AppError {
    let told = |text: String| format!("{text} {more}");
    match error {
        AppError::Unavailable(text) => AppError::Unavailable(told(text)),
        AppError::Conflict(text) => AppError::Conflict(told(text)),
        AppError::Internal { public, source } => AppError::Internal { public: told(public), source },
        other => other,
    }
}

fn safe(landed: u64) -> String {
    match landed {
        0 => "Nothing of the input had landed.".to_owned(),
        1 => "1 record of the input had landed and is kept.".to_owned(),
        _ => format!("{landed} records of the input had landed and are kept."),
    }
}
