//! A case: a conversation with what a right answer holds. One YAML file each, `evals/cases/<suite>/NNNN-name.yaml`.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// A conversation, written from the data before any answer was seen.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it tries; a line of the table.
    pub suite: String,
    /// The account the chat is opened on.
    #[serde(default)]
    pub account: Option<String>,
    /// Where the case was frozen: it is asked of a workspace that holds the records it came with.
    #[serde(default)]
    pub frozen: Option<Frozen>,
    /// Asked one after the other in one conversation.
    pub turns: Vec<Turn>,
    /// Its file, below the folder of cases.
    #[serde(skip)]
    pub name: String,
}

/// An answer as it was given, written by `success-agent freeze`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// The time it was given for.
    pub now: String,
    /// The file of the records it was told from, beside the case.
    pub records: PathBuf,
    /// What the reader thought of it: up or down.
    #[serde(default)]
    pub verdict: Option<String>,
    /// Why.
    #[serde(default)]
    pub comment: Option<String>,
    /// Which model wrote it.
    pub model: String,
    /// The records it cites.
    pub cited: Vec<String>,
    /// Its text.
    pub shown: String,
}

/// A question and what its answer has to hold.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Turn {
    /// The question.
    pub ask: String,
    /// Whether it is only asked because the next one follows on it; then it is not scored.
    #[serde(default)]
    pub context: bool,
    /// What is left to do before the case says anything; it fails until then.
    #[serde(default)]
    pub todo: Option<String>,
    /// What the answer has to say.
    #[serde(default)]
    pub facts: Vec<Fact>,
    /// Records of which at least one has to be cited.
    #[serde(default)]
    pub cites: Vec<String>,
    /// Records that all have to be cited.
    #[serde(default)]
    pub cites_all: Vec<String>,
    /// Whether the records are silent, so that the answer has to say so.
    #[serde(default)]
    pub refuses: bool,
    /// Proposals that have to be made, as far as their fields are named; whatever else is proposed is uninvited.
    #[serde(default)]
    pub proposes: Vec<serde_json::Value>,
    /// What must not be said.
    #[serde(default)]
    pub forbids: Vec<String>,
    /// Accounts that have to be mentioned, by domain or name.
    #[serde(default)]
    pub accounts: Vec<String>,
    /// Accounts that must not be mentioned, by domain or name.
    #[serde(default)]
    pub not_accounts: Vec<String>,
}

/// Something an answer says, in one of several wordings.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// In these words.
    One(String),
    /// In any of these.
    Any(Vec<String>),
}

impl Fact {
    /// The wordings.
    pub fn wordings(&self) -> &[String] {
        match self {
            Self::One(words) => std::slice::from_ref(words),
            Self::Any(wordings) => wordings,
        }
    }
}

/// All cases below `folder`, in the order of their names.
///
/// # Errors
/// The file that cannot be read, and why.
pub fn load(folder: &Path) -> Result<Vec<Case>> {
    let mut files = Vec::new();
    list(folder, &mut files)?;
    files.sort();
    let cases: Vec<Case> = files.iter().map(|file| read(file, folder)).collect::<Result<_>>()?;
    if cases.is_empty() {
        bail!("{} holds no cases; write one as <suite>/NNNN-name.yaml", folder.display());
    }
    Ok(cases)
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}

fn read(file: &Path, folder: &Path) -> Result<Case> {
    let wrong = || format!("{} is not a case", file.display());
    let mut case: Case = serde_norway::from_str(&std::fs::read_to_string(file)?).with_context(wrong)?;
    if let Some(frozen) = &mut case.frozen {
        frozen.records = file.with_file_name(&frozen.records);
    }
    case.name = file.strip_prefix(folder).unwrap_or(file).with_extension("").display().to_string();
    if case.turns.is_empty() {
        bail!("{} asks nothing; it needs a turn", file.display());
    }
    Ok(case)
}
