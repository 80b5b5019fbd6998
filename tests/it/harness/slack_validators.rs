//! Slack's own packages as judges: the models of `slack_sdk` and the JSON Schema of `@slack/types`. One process serves a
//! whole test run.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex};

use serde_json::{Value, json};

fn in_cache() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache");
    let cache = std::env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from);
    cache.join("success-agent/slack-tools")
}

/// Where `make tools-slack` put Slack's own packages.
pub fn tools() -> PathBuf {
    let folder = std::env::var_os("SLACK_TOOLS_DIR").map_or_else(in_cache, PathBuf::from);
    let whole = folder.join("made-from").exists();
    assert!(whole, "Slack's own packages are not in {}. Install them: make tools-slack", folder.display());
    folder
}

/// Their Python.
pub fn python(script: &str) -> Command {
    let folder = tools();
    let mut command = Command::new(folder.join("venv/bin/python"));
    command.arg(format!("tests/slack/{script}")).env("SLACK_TOOLS_DIR", folder).env("PYTHONDONTWRITEBYTECODE", "1");
    command
}

/// A message: the arguments of the call, or blocks alone.
pub fn message(payload: &Value) -> Value {
    json!({"kind": "message", "surface": "message", "payload": payload})
}

/// A modal or a Home tab.
pub fn view(payload: &Value) -> Value {
    json!({"kind": "view", "surface": payload["type"], "payload": payload})
}

/// The chunks of a stream.
pub fn chunks(payload: &Value) -> Value {
    json!({"kind": "chunks", "surface": "message", "payload": payload})
}

/// What the judges say of each payload, which `message`, `view` or `chunks` made. What `slack_sdk` says begins with `sdk:`,
/// what the types say with `types:`.
pub fn validate(payloads: &[Value]) -> Vec<Vec<String>> {
    static JUDGES: LazyLock<Mutex<Judges>> = LazyLock::new(|| Mutex::new(Judges::start()));
    let mut judges = JUDGES.lock().unwrap();
    payloads.iter().map(|payload| judges.ask(payload)).collect()
}

/// The running process. It ends when its input does, with the test program.
struct Judges {
    _process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Judges {
    fn start() -> Self {
        let mut process = python("validate.py").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let questions = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Self { _process: process, questions, answers }
    }

    fn ask(&mut self, payload: &Value) -> Vec<String> {
        writeln!(self.questions, "{payload}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("the judges fell silent at {payload}"))
    }
}
