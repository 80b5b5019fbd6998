//! A scene: a question, what the tools returned for it, and sentences a language model could answer with.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use success_agent::agent::checks::{Against, doubt};
use success_agent::agent::ledger::Ledger;
use success_agent::agent::scope::TurnScope;
use success_agent::agent::turn::{Event, Turn};
use success_agent::domain::evidence::Evidence;
use success_agent::domain::id::WorkspaceId;
use success_agent::domain::time::Moment;
use success_agent::model::chat::{ModelReply, ToolCall, ToolResult};

use crate::server::NOW;

/// Where the scenes are, and beside them what their tools returned.
pub const FOLDER: &str = "evals/checks";

/// The half that may be looked at, and the half of which only figures are.
pub const HALVES: [&str; 2] = ["dev", "held"];

/// A scene as people write it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// The workspace it plays in.
    pub workspace: String,
    /// The account the chat is open on.
    #[serde(default)]
    pub account: Option<String>,
    /// What is asked.
    pub question: String,
    /// What is looked up for it.
    pub calls: Vec<Call>,
    /// True and cited: what stands before a sentence that cites nothing.
    #[serde(default)]
    pub beside: String,
    /// The labelled sentences.
    #[serde(default)]
    pub sentences: Vec<Sentence>,
    /// Its half and its name.
    #[serde(skip)]
    pub place: (String, String),
}

/// A tool with its arguments.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Call {
    /// Its name.
    pub tool: String,
    /// What it is given.
    pub with: serde_json::Value,
}

/// A sentence with its label.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Sentence {
    /// It holds.
    True {
        /// The words.
        holds: String,
    },
    /// It does not.
    False {
        /// The words.
        wrong: String,
        /// What is wrong with it.
        because: String,
    },
}

impl Sentence {
    /// The words.
    pub fn text(&self) -> &str {
        match self {
            Self::True { holds: text } | Self::False { wrong: text, .. } => text,
        }
    }
}

/// What the tools returned in a scene.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Captured {
    /// By call.
    pub outputs: Vec<serde_json::Value>,
    /// The evidence, from number 1 on.
    pub evidence: Vec<Evidence>,
    /// What the accounts are called that it is about.
    pub names: Vec<String>,
}

impl Scene {
    /// Where its outputs are kept.
    pub fn outputs(&self) -> PathBuf {
        Path::new(FOLDER).join("outputs").join(format!("{}.json", self.place.1))
    }

    /// The domains its calls name.
    pub fn domains(&self) -> impl Iterator<Item = &str> {
        self.calls.iter().filter_map(|call| call.with.get("account")?.as_str()).chain(self.account.as_deref())
    }
}

/// A scene with its outputs, as the checks see one.
pub struct Played {
    turn: Turn,
    ledger: Ledger,
    names: Vec<String>,
    scope: TurnScope,
    question: String,
    beside: String,
    today: NaiveDate,
}

impl Played {
    /// The scene as it was captured.
    ///
    /// # Errors
    /// When it was not captured, or with other calls.
    pub fn new(scene: &Scene) -> Result<Self> {
        let path = scene.outputs();
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("{}: run it with --capture", path.display()))?;
        let captured: Captured = serde_json::from_str(&text).with_context(|| path.display().to_string())?;
        if captured.outputs.len() != scene.calls.len() {
            bail!("{} holds other calls; run it with --capture", path.display());
        }
        let mut turn = Turn::new(&scene.question, u64::MAX);
        let call = |call: &Call| ToolCall { id: String::new(), name: call.tool.clone(), arguments: call.with.clone() };
        let calls: Vec<ToolCall> = scene.calls.iter().map(call).collect();
        let results = calls.iter().zip(captured.outputs).map(|(call, output)| ToolResult {
            call_id: String::new(),
            name: call.name.clone(),
            output: Ok(output),
        });
        let results = results.collect();
        turn.on(Event::Replied(Box::new(ModelReply { calls, ..ModelReply::default() })));
        turn.on(Event::Returned(results));
        let mut ledger = Ledger::default();
        for evidence in captured.evidence {
            ledger.cite(evidence);
        }
        let scope = TurnScope {
            workspace: WorkspaceId::new(),
            pinned: scene.account.clone(),
            asker: None,
            wants_change: false,
            typed: None,
        };
        let (question, beside) = (scene.question.clone(), scene.beside.trim().to_owned());
        let today = NOW.parse::<Moment>().context("the clock of the evals")?.day();
        Ok(Self { turn, ledger, names: captured.names, scope, question, beside, today })
    }

    /// What is said against a sentence: nothing where it passes. One without a citation stands below those that have one.
    pub fn problems(&self, sentence: &str) -> Vec<String> {
        let beside = self.doubt(&self.beside);
        let text = if sentence.contains('[') { sentence.to_owned() } else { format!("{}\n{sentence}", self.beside) };
        let mut problems = self.doubt(&text);
        problems.retain(|problem| !beside.contains(problem));
        problems
    }

    /// What is said against the true sentences that stand beside the others.
    pub fn beside(&self) -> Vec<String> {
        self.doubt(&self.beside)
    }

    fn doubt(&self, text: &str) -> Vec<String> {
        let (outputs, windows) = (self.turn.outputs(), self.turn.windows(self.today));
        let against = Against {
            question: &self.question,
            outputs: &outputs,
            windows: &windows,
            ledger: &self.ledger,
            names: &self.names,
            scope: &self.scope,
            today: self.today,
        };
        doubt(text, against).problems
    }
}

/// All scenes, in the order of their names.
///
/// # Errors
/// The file that cannot be read, and why.
pub fn load() -> Result<Vec<Arc<Scene>>> {
    let mut scenes = Vec::new();
    for half in HALVES {
        let folder = Path::new(FOLDER).join(half);
        let entries = std::fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        files.sort();
        for file in files {
            let text = std::fs::read_to_string(&file)?;
            let wrong = || format!("{} holds no scene", file.display());
            let scene: Scene = serde_norway::from_str(&text).with_context(wrong)?;
            let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            scenes.push(Arc::new(Scene { place: (half.to_owned(), name), ..scene }));
        }
    }
    Ok(scenes)
}
