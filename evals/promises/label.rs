//! Labelled promises, as their files hold them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use success_agent::domain::account::AccountRecord;
use success_agent::domain::activity::{Call, Email, Note, Project, Release, Side, Signal};
use success_agent::domain::record::Record;
use success_agent::domain::team::{Member, Team};
use success_agent::sources::import::read_line;

/// What became of a promise, as a careful reader sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Kept,
    Open,
    Overdue,
    Dropped,
    Unclear,
}

/// A labelled promise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// The record it was first made in.
    pub record: String,
    /// The words of it.
    pub words: String,
    /// Who has to do it.
    pub who: String,
    pub side: Side,
    /// By when, by the last agreed word on it.
    pub due: Option<NaiveDate>,
    pub state: State,
    /// Records that show the state.
    #[serde(default)]
    pub shown_by: Vec<String>,
    /// Why, for who reads the label.
    #[serde(default)]
    pub why: String,
}

/// Words that look like a promise and are none.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoPromise {
    pub record: String,
    pub words: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    pub now: DateTime<Utc>,
    pub promises: Vec<Label>,
    #[serde(default)]
    pub not_promises: Vec<NoPromise>,
}

/// An account with all that is on record of it.
#[derive(Default)]
pub struct OnRecord {
    pub account: AccountRecord,
    pub calls: Vec<Call>,
    pub emails: Vec<Email>,
    pub notes: Vec<Note>,
    pub projects: Vec<Project>,
    pub signals: Vec<Signal>,
}

/// A labelled source: its records and its labels.
pub struct Source {
    pub name: String,
    pub accounts: BTreeMap<String, OnRecord>,
    pub releases: Vec<Release>,
    pub team: Team,
    pub labels: Labels,
}

/// The sources of a folder, by name.
///
/// # Errors
/// A file that cannot be read, or a label of a record that is not there.
pub fn sources(folder: &Path) -> Result<Vec<Source>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("{} is not there", folder.display()))?;
    let mut folders = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders.iter().map(|folder| source(folder)).collect()
}

fn source(folder: &Path) -> Result<Source> {
    let text = |name: &str| {
        let file = folder.join(name);
        std::fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))
    };
    let labels: Labels = serde_norway::from_str(&text("labels.yaml")?)
        .with_context(|| format!("the labels in {} cannot be read", folder.display()))?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut source = Source { name, accounts: BTreeMap::new(), releases: Vec::new(), team: Team::default(), labels };
    for (number, line) in text("records.jsonl")?.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let read = read_line(line.as_bytes());
        match read {
            Ok(parsed) => source.add(parsed.record),
            Err(reason) => bail!("{}, line {}: {reason}", folder.display(), number + 1),
        }
    }
    let known = |id: &str| source.accounts.values().any(|account| account.has(id));
    if let Some(label) = source.labels.promises.iter().find(|label| !known(&label.record)) {
        bail!("{}: {} is labelled and not on record", source.name, label.record);
    }
    Ok(source)
}

impl Source {
    fn add(&mut self, record: Record) {
        if let Some(domain) = record.account().map(str::to_owned) {
            self.accounts.entry(domain).or_default().add(record);
            return;
        }
        match record {
            Record::Release(release) => self.releases.push(release),
            Record::Team(team) => {
                for member in team.members().filter_map(|text| Member::parse(text).ok()) {
                    match member {
                        Member::Domain(domain) => self.team.domains.insert(domain),
                        Member::Person(person) => self.team.people.insert(person),
                    };
                }
            }
            _ => {}
        }
    }
}

impl OnRecord {
    fn add(&mut self, record: Record) {
        match record {
            Record::Account(account) => self.account = account,
            Record::Call(call) => self.calls.push(call),
            Record::Email(email) => self.emails.push(email),
            Record::Note(note) => self.notes.push(note),
            Record::Project(project) => self.projects.push(project),
            Record::Signal(signal) => self.signals.push(signal),
            _ => {}
        }
    }

    /// Whether a promise can stand in a record of this account with this id.
    fn has(&self, id: &str) -> bool {
        self.calls.iter().any(|call| call.id == id)
            || self.emails.iter().any(|email| email.id == id)
            || self.signals.iter().any(|signal| signal.id == id)
            || self.notes.iter().any(|note| note.id == id)
    }
}
