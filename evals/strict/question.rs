//! A question of the strict yardstick, as its file holds it.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, bail};
use regex::{Regex, RegexBuilder};
use serde::{Deserialize, Deserializer};

/// By workspace, then by `dev` and `held`.
pub type Workspaces = BTreeMap<String, BTreeMap<String, Vec<Question>>>;

/// What a question is answered with when it has one right answer of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Polarity {
    /// A fact bears it out.
    Yes,
    /// A fact is against it.
    No,
    /// The records don't settle it.
    Unknown,
    /// More than one thing may be meant.
    AsksBack,
}

/// A question and what is right of its answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its name in the workspace.
    pub id: String,
    /// The account the chat is open on.
    #[serde(default)]
    pub account: Option<String>,
    /// Earlier questions of the conversation.
    #[serde(default)]
    pub before: Vec<String>,
    /// The wordings.
    pub ask: Vec<String>,
    /// What a reader needs to hear.
    pub right: String,
    /// What all have to stand in the opening of the answer.
    #[serde(default)]
    pub lead: Vec<Pattern>,
    /// Yes, no, unknown or asking back.
    #[serde(default, deserialize_with = "polarity")]
    pub verdict: Option<Polarity>,
    /// What would be false wherever it stands.
    #[serde(default, rename = "false")]
    pub untrue: Vec<Pattern>,
    /// Records of which one has to be cited.
    #[serde(default)]
    pub records: Vec<String>,
    /// The fields of the proposal that is ordered.
    #[serde(default)]
    pub proposes: Option<serde_json::Map<String, serde_json::Value>>,
    /// Its file's name.
    #[serde(skip)]
    pub subject: String,
}

/// A regular expression, whatever the case of the letters.
#[derive(Debug)]
pub struct Pattern(Regex);

impl Pattern {
    /// Whether `text` holds it.
    pub fn is_in(&self, text: &str) -> bool {
        self.0.is_match(text)
    }
}

impl std::fmt::Display for Pattern {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(out)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        RegexBuilder::new(&text).case_insensitive(true).build().map(Self).map_err(serde::de::Error::custom)
    }
}

/// YAML reads a bare `yes` and `no` as a truth value in some dialects; both forms mean the same here.
fn polarity<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Polarity>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Truth(bool),
        Word(Polarity),
    }
    Ok(Option::<Written>::deserialize(from)?.map(|written| match written {
        Written::Truth(true) => Polarity::Yes,
        Written::Truth(false) => Polarity::No,
        Written::Word(word) => word,
    }))
}

/// All questions below `folder`.
///
/// # Errors
/// The file that cannot be read, and why.
pub fn load(folder: &Path) -> Result<Workspaces> {
    let mut workspaces = Workspaces::new();
    for workspace in folders(folder)? {
        for group in folders(&folder.join(&workspace))? {
            let mut questions = Vec::new();
            for file in files(&folder.join(&workspace).join(&group))? {
                let wrong = || format!("{} holds no questions", file.display());
                let text = std::fs::read_to_string(&file)?;
                let read: Vec<Question> = serde_norway::from_str(&text).with_context(wrong)?;
                let subject = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                questions.extend(read.into_iter().map(|question| Question { subject: subject.clone(), ..question }));
            }
            workspaces.entry(workspace.clone()).or_default().insert(group, questions);
        }
    }
    if workspaces.is_empty() {
        bail!("{} holds no workspaces; write questions as <workspace>/dev/<subject>.yaml", folder.display());
    }
    Ok(workspaces)
}

fn folders(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

fn files(folder: &Path) -> Result<Vec<std::path::PathBuf>> {
    let mut files = std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    Ok(files)
}
