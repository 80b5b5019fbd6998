//! Storing imported records: many at once, in one transaction, each with what became of it.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Datelike, NaiveDate};
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::change::Changed;
use super::imported::{Told, Watch};
use super::{Result, Store, account, decision, reading, row, source_item, team};
use crate::domain::account::AccountRecord;
use crate::domain::activity::{Call, Email, Note, Project, Release, Signal};
use crate::domain::calendar::CalendarMeeting;
use crate::domain::id::{AccountId, WorkspaceId};
use crate::domain::record::{Record, RecordKind};
use crate::domain::revenue::{Deal, PaymentEvent, RevenueSource, UsageDay};
use crate::domain::team::Member;
use crate::domain::time::Moment;

/// What became of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PutOutcome {
    /// It is new.
    Added,
    /// It replaced an earlier one with the same id.
    Updated,
    /// It was there already, exactly so.
    Unchanged,
    /// There is no account with this domain; it was not stored.
    UnknownAccount(String),
    /// It cannot be stored, because of this.
    Invalid(String),
}

/// The three statements of a kind of record. `key` is the record's id; an account's is its domain, and a usage day's
/// `<domain>/<day>`.
pub(super) trait Imported {
    /// ($1 workspace, $2 keys) → key, `account_id`, digest of those that are there.
    const EXISTING: &'static str;
    /// Stores ($1 workspace, $2 keys, $3 account ids, $4 digests, $5 documents), each key at most once.
    const UPSERT: &'static str;
    /// ($1 workspace, $2 keys) → the columns the type is read from.
    const BY_KEYS: &'static str;
}

/// Rows of one statement; keeps its parameters well below what the server's memory takes.
const ROWS: usize = 1_000;
/// The longest id; an index entry takes no more than about 2,700 bytes.
const LONGEST_ID: usize = 512;
/// The longest domain there can be.
const LONGEST_DOMAIN: usize = 253;

/// What promises, requests and departures are read from, or what shows that a promise was kept.
const TALKS: [RecordKind; 5] =
    [RecordKind::Call, RecordKind::Email, RecordKind::Note, RecordKind::Project, RecordKind::Signal];

/// A record ready to be stored.
struct Prepared {
    kind: RecordKind,
    key: String,
    /// Domain of its account; none for releases.
    account: Option<String>,
    document: String,
    digest: Vec<u8>,
    /// What it says that people decide otherwise, of an account.
    told: Option<Told>,
}

impl Store {
    /// Stores `records` in one transaction: all that can be stored, or nothing when the database fails. The outcomes are
    /// in the order of the records; each is told as if the records came one by one. An account may come after its records.
    /// `at` is when it happens, for the audit: a line may change what people decide about an account, and cannot untrack
    /// one that is known.
    ///
    /// # Errors
    /// Only when the database fails; a bad record is an outcome.
    pub async fn put(
        &self,
        workspace: WorkspaceId,
        at: impl Into<Moment>,
        records: &[Record],
    ) -> Result<Vec<PutOutcome>> {
        let at = at.into();
        let mut outcomes: Vec<Option<PutOutcome>> = vec![None; records.len()];
        let mut by_kind: BTreeMap<RecordKind, Vec<(usize, Prepared)>> = BTreeMap::new();
        let mut teams: Vec<(usize, Vec<Member>)> = Vec::new();
        for (place, record) in records.iter().enumerate() {
            if let Record::Team(team) = record {
                match team.members().map(Member::parse).collect() {
                    Ok(members) => teams.push((place, members)),
                    Err(reason) => outcomes[place] = Some(PutOutcome::Invalid(reason)),
                }
                continue;
            }
            match prepare(record)? {
                Ok(prepared) => by_kind.entry(prepared.kind).or_default().push((place, prepared)),
                Err(reason) => outcomes[place] = Some(PutOutcome::Invalid(reason)),
            }
        }
        let mut transaction = self.write(workspace).await?;
        // Tables grow from nothing within one import: a plan that was kept from its beginning reads all of them later.
        sqlx::query("set local plan_cache_mode = force_custom_plan").execute(&mut *transaction).await?;
        let mut batch = Batch {
            workspace,
            accounts: HashMap::new(),
            outcomes,
            touched: Touched::default(),
            new_accounts: Vec::new(),
        };
        // `Account` is the first kind, so that a record finds an account that came after it.
        for (kind, records) in by_kind {
            batch.find_accounts(&mut transaction, &records).await?;
            batch.store(&mut transaction, kind, records, at).await?;
        }
        if !batch.new_accounts.is_empty() {
            account::count_accounts(&mut transaction, workspace, batch.new_accounts.len().cast_signed() as i64).await?;
            decision::write_notes(&mut transaction, workspace, &batch.new_accounts).await?;
            let keys: Vec<String> = batch.new_accounts.iter().map(|domain| source_item::domain_key(domain)).collect();
            source_item::wake(&mut transaction, workspace, &keys).await?;
        }
        batch.touched.save(&mut transaction, workspace).await?;
        let mut team_changed = false;
        for (place, members) in teams {
            let added = team::add(&mut transaction, workspace, &members, at).await?;
            team_changed |= !added.is_empty();
            let outcome = if added.is_empty() { PutOutcome::Unchanged } else { PutOutcome::Added };
            batch.outcomes[place] = Some(outcome);
        }
        let changed = batch.touched.data.iter().copied().map(AccountId::from);
        let changed = Changed::of(changed).and_releases(!batch.touched.releases.is_empty());
        transaction.commit(changed.and_everything(team_changed)).await?;
        let lost = || PutOutcome::Invalid("This record was not looked at.".to_owned());
        Ok(batch.outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(lost)).collect())
    }
}

/// The accounts whose data changed.
#[derive(Default)]
pub(super) struct Touched {
    data: HashSet<Uuid>,
    /// Those of which promises are to be read again.
    talk: HashSet<Uuid>,
    /// Those that may be called otherwise, or show somebody else.
    names: HashSet<Uuid>,
    /// Those that were not there before: they begin as changed.
    new: HashSet<Uuid>,
    /// The releases that changed: what was shipped may be what somebody was promised.
    releases: Vec<String>,
}

impl Touched {
    /// The accounts.
    pub(super) fn accounts(&self) -> impl Iterator<Item = Uuid> {
        self.data.iter().copied()
    }

    pub(super) fn note(&mut self, kind: RecordKind, account: Option<Uuid>) {
        if let Some(account) = account {
            self.data.insert(account);
            if TALKS.contains(&kind) {
                self.talk.insert(account);
            }
            if matches!(kind, RecordKind::Account | RecordKind::Call | RecordKind::Email) {
                self.names.insert(account);
            }
        }
    }

    pub(super) async fn save(&self, connection: &mut PgConnection, workspace: WorkspaceId) -> Result<()> {
        let changed = |account: &&Uuid| !self.new.contains(*account) || self.talk.contains(*account);
        let changed: Vec<Uuid> = self.data.iter().filter(changed).copied().collect();
        if !changed.is_empty() {
            sqlx::query(
                "update accounts set data_version = data_version + 1,
                        talk_version = talk_version + case when id = any($3) then 1 else 0 end,
                        names_due = names_due or id = any($4)
                 where workspace_id = $1 and id = any($2)",
            )
            .bind(workspace.uuid())
            .bind(changed)
            .bind(self.talk.iter().copied().collect::<Vec<_>>())
            .bind(self.names.iter().copied().collect::<Vec<_>>())
            .execute(&mut *connection)
            .await?;
        }
        if !self.releases.is_empty() {
            reading::mark_unread_by(connection, workspace, &self.releases).await?;
        }
        Ok(())
    }
}

struct Batch {
    workspace: WorkspaceId,
    accounts: HashMap<String, Uuid>,
    outcomes: Vec<Option<PutOutcome>>,
    touched: Touched,
    /// Domains of accounts that were not there before.
    new_accounts: Vec<String>,
}

impl Batch {
    async fn find_accounts(&mut self, connection: &mut PgConnection, records: &[(usize, Prepared)]) -> Result<()> {
        let wanted: HashSet<&String> = records
            .iter()
            .filter_map(|(_, record)| record.account.as_ref())
            .filter(|domain| !self.accounts.contains_key(*domain))
            .collect();
        if !wanted.is_empty() {
            let wanted: Vec<String> = wanted.into_iter().cloned().collect();
            self.accounts.extend(account::ids_of(connection, self.workspace, &wanted).await?);
        }
        Ok(())
    }

    async fn store(
        &mut self,
        connection: &mut PgConnection,
        kind: RecordKind,
        records: Vec<(usize, Prepared)>,
        at: Moment,
    ) -> Result<()> {
        let Some((existing, upsert)) = statements(kind) else { return Ok(()) };
        let keys: Vec<&str> = records.iter().map(|(_, record)| record.key.as_str()).collect();
        let mut watch = match kind {
            RecordKind::Account => Some(Watch::begin(connection, self.workspace, &keys, at).await?),
            _ => None,
        };
        let rows: Vec<(String, Option<Uuid>, Vec<u8>)> =
            sqlx::query_as(existing).bind(self.workspace.uuid()).bind(keys).fetch_all(&mut *connection).await?;
        let mut stored: HashMap<String, (Option<Uuid>, Vec<u8>)> =
            rows.into_iter().map(|(key, account, digest)| (key, (account, digest))).collect();

        // The last one of each key that changes something.
        let mut changes: HashMap<String, (Option<Uuid>, Prepared)> = HashMap::new();
        for (place, record) in records {
            let seen = watch.as_mut().zip(record.told.as_ref()).map(|(watch, told)| watch.see(&record.key, told));
            if let Some(Err(reason)) = seen {
                self.outcomes[place] = Some(PutOutcome::Invalid(reason));
                continue;
            }
            let before = stored.get(&record.key);
            let account = match (&record.account, kind) {
                (Some(domain), RecordKind::Account) => {
                    Some(*self.accounts.entry(domain.clone()).or_insert_with(|| AccountId::new().uuid()))
                }
                (Some(domain), _) => {
                    let Some(account) = self.accounts.get(domain) else {
                        self.outcomes[place] = Some(PutOutcome::UnknownAccount(domain.clone()));
                        continue;
                    };
                    Some(*account)
                }
                (None, _) => None,
            };
            let outcome = match before {
                None => PutOutcome::Added,
                Some((owner, digest)) if *owner == account && *digest == record.digest => PutOutcome::Unchanged,
                Some((owner, _)) => {
                    self.touched.note(kind, *owner);
                    PutOutcome::Updated
                }
            };
            if outcome == PutOutcome::Added && kind == RecordKind::Account {
                self.new_accounts.push(record.key.clone());
                self.touched.new.extend(account);
            }
            if outcome != PutOutcome::Unchanged {
                self.touched.note(kind, account);
                if kind == RecordKind::Release {
                    self.touched.releases.push(record.key.clone());
                }
                stored.insert(record.key.clone(), (account, record.digest.clone()));
                changes.insert(record.key.clone(), (account, record));
            }
            self.outcomes[place] = Some(outcome);
        }

        if let Some(watch) = watch {
            watch.end(connection, self.workspace).await?;
        }
        let changes: Vec<_> = changes.into_values().collect();
        for rows in changes.chunks(ROWS) {
            sqlx::query(upsert)
                .bind(self.workspace.uuid())
                .bind(rows.iter().map(|(_, record)| record.key.as_str()).collect::<Vec<_>>())
                .bind(rows.iter().map(|(account, _)| *account).collect::<Vec<_>>())
                .bind(rows.iter().map(|(_, record)| record.digest.as_slice()).collect::<Vec<_>>())
                .bind(rows.iter().map(|(_, record)| record.document.as_str()).collect::<Vec<_>>())
                .execute(&mut *connection)
                .await?;
        }
        Ok(())
    }
}

fn statements(kind: RecordKind) -> Option<(&'static str, &'static str)> {
    fn of<T: Imported>() -> (&'static str, &'static str) {
        (T::EXISTING, T::UPSERT)
    }
    Some(match kind {
        RecordKind::Account => of::<AccountRecord>(),
        RecordKind::Call => of::<Call>(),
        RecordKind::Email => of::<Email>(),
        RecordKind::Signal => of::<Signal>(),
        RecordKind::RevenueSource => of::<RevenueSource>(),
        RecordKind::PaymentEvent => of::<PaymentEvent>(),
        RecordKind::Usage => of::<UsageDay>(),
        RecordKind::Deal => of::<Deal>(),
        RecordKind::Project => of::<Project>(),
        RecordKind::Note => of::<Note>(),
        RecordKind::Release => of::<Release>(),
        RecordKind::Meeting => of::<CalendarMeeting>(),
        // Read from calls and e-mails, never imported.
        // The team is domains and people by themselves, see `team`.
        RecordKind::Commitment | RecordKind::Request | RecordKind::Team => return None,
    })
}

/// Makes a record ready, or says why it cannot be stored.
fn prepare(record: &Record) -> Result<std::result::Result<Prepared, String>> {
    let (kind, id, account) = match record {
        Record::Account(account) => (RecordKind::Account, None, Some(&account.domain)),
        Record::Call(call) => (RecordKind::Call, Some(&call.id), Some(&call.account)),
        Record::Email(email) => (RecordKind::Email, Some(&email.id), Some(&email.account)),
        Record::Signal(signal) => (RecordKind::Signal, Some(&signal.id), Some(&signal.account)),
        Record::RevenueSource(source) => (RecordKind::RevenueSource, Some(&source.id), Some(&source.account)),
        Record::PaymentEvent(payment) => (RecordKind::PaymentEvent, Some(&payment.id), Some(&payment.account)),
        Record::Usage(usage) => (RecordKind::Usage, None, Some(&usage.account)),
        Record::Deal(deal) => (RecordKind::Deal, Some(&deal.id), Some(&deal.account)),
        Record::Project(project) => (RecordKind::Project, Some(&project.id), Some(&project.account)),
        Record::Note(note) => (RecordKind::Note, Some(&note.id), Some(&note.account)),
        Record::Release(release) => (RecordKind::Release, Some(&release.id), None),
        Record::Meeting(meeting) => (RecordKind::Meeting, Some(&meeting.id), Some(&meeting.account)),
        Record::Team(_) => (RecordKind::Team, None, None),
    };
    let account = match account.map(|domain| read_domain(kind, domain)).transpose() {
        Ok(account) => account,
        Err(reason) => return Ok(Err(reason)),
    };
    let key = match (id.map(|id| read_id(id)).transpose(), record, &account) {
        (Err(reason), ..) => return Ok(Err(reason)),
        (Ok(Some(id)), ..) => id,
        (Ok(None), Record::Usage(usage), Some(domain)) => format!("{domain}/{}", usage.day),
        (Ok(None), _, domain) => domain.clone().unwrap_or_default(),
    };
    if let Some(day) = days(record).into_iter().find(|day| !(1..=9999).contains(&day.year())) {
        return Ok(Err(format!("The date {day} cannot be stored; use years 1 to 9999.")));
    }
    let document = document(record)?;
    // The key and the account stand beside the document, so that another spelling of them is no change.
    let digest = Sha256::digest(document.as_bytes()).to_vec();
    Ok(Ok(Prepared { kind, key, account, document, digest, told: Told::of(record) }))
}

fn read_id(id: &str) -> std::result::Result<String, String> {
    let id = without_nul(id.trim());
    match id.len() {
        0 => Err("`id` is empty; give every record an id of its own.".to_owned()),
        1..=LONGEST_ID => Ok(id),
        length => Err(format!("`id` has {length} bytes; at most {LONGEST_ID} can be stored.")),
    }
}

fn read_domain(kind: RecordKind, domain: &str) -> std::result::Result<String, String> {
    let field = if kind == RecordKind::Account { "domain" } else { "account" };
    let domain = row::key(domain);
    if domain.is_empty() {
        return Err(format!("`{field}` is empty; write the account's domain, like hooli.com."));
    }
    let odd = |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, '/' | '@' | ',');
    if domain.len() > LONGEST_DOMAIN || domain.contains(odd) {
        let shown: String = domain.chars().filter(|letter| !letter.is_control()).take(60).collect();
        return Err(format!("`{field}` is `{shown}`, which is not a domain; write it like hooli.com."));
    }
    Ok(domain)
}

fn days(record: &Record) -> Vec<NaiveDate> {
    match record {
        Record::Account(_) | Record::Team(_) => Vec::new(),
        Record::Call(call) => vec![call.started_at.day()],
        Record::Email(email) => vec![email.sent_at.day()],
        Record::Signal(signal) => vec![signal.occurred_at.day()],
        Record::RevenueSource(source) => source.starts_on.into_iter().chain(source.renews_on).collect(),
        Record::PaymentEvent(payment) => vec![payment.occurred_at.day()],
        Record::Usage(usage) => vec![usage.day],
        Record::Deal(deal) => deal.closed_at.iter().map(Moment::day).collect(),
        Record::Project(project) => vec![project.updated_at.day()],
        Record::Note(note) => vec![note.written_at.day()],
        Record::Release(release) => vec![release.shipped_at.day()],
        Record::Meeting(meeting) => vec![meeting.starts_at.day(), meeting.over_at().day()],
    }
}

/// The record as JSON, without its key and account and without NUL characters, which PostgreSQL does not take.
fn document(record: &Record) -> Result<String> {
    let mut value = serde_json::to_value(record)?;
    if let Some(fields) = value.as_object_mut() {
        for field in ["type", "id", "account", "domain"] {
            fields.remove(field);
        }
    }
    let text = serde_json::to_string(&value)?;
    if text.contains("\\u0000") {
        strip_nul(&mut value);
        return Ok(serde_json::to_string(&value)?);
    }
    Ok(text)
}

/// A value as JSON that PostgreSQL takes.
pub(super) fn storable(value: &impl Serialize) -> Result<serde_json::Value> {
    let mut value = serde_json::to_value(value)?;
    if holds_nul(&value) {
        strip_nul(&mut value);
    }
    Ok(value)
}

/// The same written out, to be bound as text.
pub(super) fn storable_text(value: &impl Serialize) -> Result<String> {
    let text = serde_json::to_string(value)?;
    if text.contains("\\u0000") { Ok(storable(value)?.to_string()) } else { Ok(text) }
}

fn holds_nul(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(values) => values.iter().any(holds_nul),
        Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds_nul(value)),
        _ => false,
    }
}

/// The text without NUL characters.
pub(super) fn without_nul(text: &str) -> String {
    text.replace('\0', "")
}

fn strip_nul(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::String(text) if text.contains('\0') => *text = without_nul(text),
        Value::Array(values) => values.iter_mut().for_each(strip_nul),
        Value::Object(fields) => {
            *fields = std::mem::take(fields)
                .into_iter()
                .map(|(name, mut value)| {
                    strip_nul(&mut value);
                    (without_nul(&name), value)
                })
                .collect();
        }
        _ => {}
    }
}
