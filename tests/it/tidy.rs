//! The architecture, held by a test: who may import whom, where each vendor lives, and what a file looks like.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The layers from the top down. A module may import from the layers below its own and from nothing beside it.
const LAYERS: [&[&str]; 13] = [
    &["main"],
    &["cli"],
    &["jobs"],
    &["slack", "web"],
    &["app"],
    &["agent"],
    &["demo", "knowledge", "sources", "store"],
    &["mail", "model"],
    &["reading"],
    &["prompt"],
    &["config", "telemetry"],
    &["language"],
    &["domain"],
];

/// Imports the layers do not allow: file, module, and why it may.
const IMPORT_EXCEPTIONS: [(&str, &str, &str); 2] = [
    ("demo/mod.rs", "sources", "its test reads the shipped data with the real reader of the import format"),
    ("telemetry/mod.rs", "config", "it is set up from the part of the configuration that names it"),
];

/// Each vendor's name and the places it may be written in.
const HOMES: [(&str, &[&str]); 40] = [
    ("html2text", &["reading/zone/html.rs"]),
    ("bert", &["model/embed/"]),
    ("tokenizers", &["model/embed/"]),
    ("rayon", &["model/embed/"]),
    ("sqlx", &["store/"]),
    ("axum", &["web/", "slack/receive/", "slack/emulator/", "sources/emulator/"]),
    ("hyper", &["web/"]),
    ("hyper_util", &["web/"]),
    ("rustix", &["cli/mod.rs"]),
    ("tower", &["web/"]),
    ("tower_http", &["web/"]),
    ("openidconnect", &["web/log_in/provider.rs"]),
    ("tower_sessions", &["web/session.rs", "web/admit.rs", "web/log_in/"]),
    ("slack_morphism", &["slack/"]),
    ("tokio_tungstenite", &["slack/"]),
    ("graphile_worker", &["store/", "jobs/"]),
    ("hmac", &["slack/", "sources/"]),
    ("chacha20poly1305", &["app/source/seal.rs"]),
    ("psl", &["sources/identity.rs"]),
    ("feed_rs", &["sources/feed/"]),
    ("mail_parser", &["sources/files/"]),
    ("utoipa", &["web/"]),
    ("qdrant_edge", &["knowledge/"]),
    ("qdrant_client", &["knowledge/"]),
    ("tonic", &["knowledge/"]),
    ("tera", &["prompt/", "web/page.rs"]),
    ("std::env", &["config/", "main.rs"]),
    ("async_openai", &["model/openai/"]),
    ("rustls", &["model/openai/", "sources/"]),
    (
        "reqwest",
        &[
            "cli/",
            "model/openai/",
            "slack/client/",
            "slack/emulator/",
            "sources/",
            "app/source/",
            "web/log_in/provider.rs",
        ],
    ),
    ("indicatif", &["cli/"]),
    ("lettre", &["mail/"]),
    ("clap", &["cli/", "config/"]),
    ("serde_norway", &["cli/"]),
    ("toml", &["config/"]),
    ("fs4", &["store/embedded/", "knowledge/folder.rs"]),
    ("rust_stemmers", &["language/"]),
    ("whichlang", &["language/"]),
    ("tracing_subscriber", &["telemetry/mod.rs"]),
    ("anyhow", &["app/", "agent/", "cli/", "jobs/", "knowledge/", "slack/", "store/", "web/"]),
];

/// Functions of the store that do not take the workspace first, and why they need not.
const OF_NO_WORKSPACE: [(&str, &str); 14] = [
    ("analyze", "tells the planner how much there is in all of them"),
    ("close", "ends the connections"),
    ("connect", "opens the database"),
    ("enqueue", "the task names its workspace"),
    ("enqueue_in", "the task names its workspace"),
    ("ping", "reads nothing"),
    ("prune_slack", "forgets what is done and old, of all of them"),
    ("receive_slack", "writes down what came in at the same moment, which says whose it is"),
    ("sort_slack", "sorts what was written down, of all of them, in the order it came"),
    ("put_slack_team", "the team names its workspace"),
    ("release_tasks_of_the_dead", "processes work for all of them"),
    ("slack_team", "a Slack team is how the workspace is told"),
    ("tidy_queue", "takes away rows that no task needs, of all of them"),
    ("workspace", "gives the workspace of a name"),
];

/// The longest a file may be without saying why.
const MOST_LINES: usize = 500;
/// How a file says why it is longer.
const REASON: &str = "//! Long because: ";

/// A file of the library: its path below `src/` and its text.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// The module of `src/lib.rs` it belongs to.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// How many modules it is below the root of the library.
    fn depth(&self) -> usize {
        self.path.split('/').filter(|part| *part != "mod.rs").count()
    }

    /// Its lines with code in them, without comments and the contents of strings.
    fn code(&self) -> impl Iterator<Item = (usize, String)> {
        let mut quoted = false;
        self.text.lines().enumerate().map(move |(index, line)| (index + 1, code_of(line, &mut quoted)))
    }

    fn at(&self, line: usize) -> String {
        format!("src/{}:{line}", self.path)
    }
}

/// A line without its comment and the contents of its strings; `quoted` is whether it begins and ends within one.
fn code_of(line: &str, quoted: &mut bool) -> String {
    let mut code = String::new();
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if *quoted => {
                letters.next();
            }
            '"' => *quoted = !*quoted,
            // A quote as a character: '"'.
            '\'' if !*quoted && letters.peek() == Some(&'"') => {
                letters.next();
                letters.next();
            }
            '/' if !*quoted && letters.peek() == Some(&'/') => break,
            _ if *quoted => {}
            letter => code.push(letter),
        }
    }
    code
}

/// The package's folder, which tests run in. Asked when they run: a target folder shared between clones keeps the path
/// of the clone it was compiled in.
fn root() -> &'static Path {
    Path::new(".")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            // A package of its own has modules of its own.
            if !path.join("Cargo.toml").exists() {
                rust_files(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn read(folder: &str) -> Vec<Source> {
    let folder = root().join(folder);
    let mut paths = Vec::new();
    rust_files(&folder, &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "{}", folder.display());
    let source = |path: PathBuf| Source {
        text: std::fs::read_to_string(&path).unwrap(),
        path: path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/"),
    };
    paths.into_iter().map(source).collect()
}

/// The modules of the library that `code` names: after `crate::`, also as `crate::{a, b}`, and after as many `super::` as
/// lead out of a module `depth` levels down.
fn imports(code: &str, depth: usize) -> Vec<String> {
    let mut found = Vec::new();
    let outside = "super::".repeat(depth);
    for marker in ["crate::", &outside] {
        for (at, _) in code.match_indices(marker) {
            if code[..at].ends_with(in_name) {
                continue;
            }
            let rest = code[at + marker.len()..].trim_start_matches("super::");
            let named = |text: &str| text.trim().chars().take_while(|letter| in_name(*letter)).collect::<String>();
            match rest.strip_prefix('{') {
                Some(group) => found.extend(group.split(',').map(named)),
                None => found.push(named(rest)),
            }
        }
    }
    found
}

/// Whether `code` names `vendor` as a path or imports it.
fn names(code: &str, vendor: &str) -> bool {
    let path = code.match_indices(vendor).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + vendor.len()..]);
        let whole = !before.ends_with(|letter| in_name(letter) || letter == ':') && !after.starts_with(in_name);
        whole && (after.starts_with("::") || before.ends_with("use "))
    });
    // `use std::{env, fs}`
    let grouped = vendor.rsplit_once("::").and_then(|(outer, inner)| {
        let (_, group) = code.split_once(&format!("{outer}::{{"))?;
        group.split(|letter| !in_name(letter)).any(|part| part == inner).then_some(())
    });
    path || grouped.is_some()
}

fn in_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// A function others may call.
pub struct Function {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: String,
    /// What stands between its name and its body, on one line.
    signature: String,
}

/// The public functions of `kind` below `folder` that wait for something.
pub fn public_functions(folder: &str, kind: &str) -> Vec<Function> {
    let (opens, begins) = (format!("impl {kind} {{"), "    pub async fn ");
    let mut found = Vec::new();
    for source in read(folder) {
        let mut lines = source.text.lines().enumerate();
        let mut inside = false;
        while let Some((index, line)) = lines.next() {
            match line {
                line if line == opens => inside = true,
                "}" => inside = false,
                _ => {}
            }
            let Some(declared) = line.strip_prefix(begins).filter(|_| inside) else { continue };
            let mut signature = declared.to_owned();
            while !signature.ends_with('{') {
                signature.push_str(lines.next().unwrap().1.trim());
            }
            let name = signature.chars().take_while(|letter| in_name(*letter)).collect();
            found.push(Function { name, place: format!("{folder}/{}:{}", source.path, index + 1), signature });
        }
    }
    found
}

fn none(violations: &[String]) {
    assert!(violations.is_empty(), "\n{}\n", violations.join("\n"));
}

#[test]
fn imports_go_strictly_downwards() {
    let mut violations = Vec::new();
    let mut needed = BTreeSet::new();
    for source in read("src") {
        let module = source.module();
        if module == "lib" {
            continue;
        }
        let Some(own) = layer(module) else {
            violations.push(format!("src/{}: `{module}` has no layer; give it one in tests/it/tidy.rs", source.path));
            continue;
        };
        for (line, code) in source.code() {
            for imported in imports(&code, source.depth()) {
                if imported == module || layer(&imported).is_none_or(|other| other > own) {
                    continue;
                }
                match IMPORT_EXCEPTIONS.iter().position(|(file, other, _)| *file == source.path && *other == imported) {
                    Some(exception) => drop(needed.insert(exception)),
                    None => violations.push(format!("{}: {module} may not import {imported}", source.at(line))),
                }
            }
        }
    }
    for (index, (file, module, _)) in IMPORT_EXCEPTIONS.iter().enumerate() {
        if !needed.contains(&index) {
            violations.push(format!("src/{file} needs no exception for {module} any more"));
        }
    }
    none(&violations);
}

#[test]
fn every_module_of_the_library_has_a_layer() {
    let library = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let declared: BTreeSet<_> =
        library.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let layered: BTreeSet<_> =
        LAYERS.iter().flat_map(|modules| modules.iter().copied()).filter(|name| *name != "main").collect();
    assert_eq!(declared, layered);
}

#[test]
fn each_vendor_has_one_home() {
    let mut violations = Vec::new();
    for source in read("src") {
        for (line, code) in source.code() {
            for (vendor, homes) in HOMES {
                if names(&code, vendor) && !homes.iter().any(|home| source.path.starts_with(home)) {
                    violations.push(format!("{}: {vendor} belongs in {}", source.at(line), homes.join(", ")));
                }
            }
        }
    }
    none(&violations);
}

#[test]
fn nothing_in_the_domain_waits() {
    let mut violations = Vec::new();
    for source in read("src").iter().filter(|source| source.module() == "domain") {
        for (line, code) in source.code() {
            let mut words = code.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            if words.any(|word| word == "async" || word == "await") {
                violations.push(format!("{}: nothing in domain awaits", source.at(line)));
            }
        }
    }
    none(&violations);
}

#[test]
fn fields_that_hold_citations_are_named_so() {
    let mut violations = Vec::new();
    for source in read("src").iter().filter(|source| source.path.starts_with("domain/tool/")) {
        for (line, code) in source.code() {
            let Some((name, kind)) = code.trim().trim_start_matches("pub ").trim_end_matches(',').split_once(": ")
            else {
                continue;
            };
            let wanted = match kind {
                "Cite" | "Option<Cite>" => "cite",
                "Vec<Cite>" => "cites",
                kind if kind.contains("Cite>") => "one of Cite, Option<Cite> and Vec<Cite>",
                _ => continue,
            };
            if name != wanted && !name.ends_with(&format!("_{wanted}")) {
                violations.push(format!("{}: numbers of citations are found by name: {wanted}", source.at(line)));
            }
        }
    }
    none(&violations);
}

#[test]
fn only_the_store_speaks_sql() {
    const VERBS: [&str; 5] = ["select ", "insert into ", "update ", "delete from ", "create table "];
    let mut violations = Vec::new();
    for source in read("src").iter().filter(|source| source.module() != "store") {
        for (index, line) in source.text.lines().enumerate() {
            let statement = line.split('"').skip(1).step_by(2).any(|text| {
                let text = text.trim_start();
                VERBS.iter().any(|verb| text.starts_with(verb))
                    && (text.contains(" from ") || text.contains(" set ") || text.contains(" into "))
            });
            if line.contains("sqlx::query") || statement {
                violations.push(format!("{}: only the store contains SQL", source.at(index + 1)));
            }
        }
    }
    none(&violations);
}

#[test]
fn every_function_of_the_store_takes_the_workspace_first() {
    let functions = public_functions("src/store", "Store");
    assert!(functions.len() > 50, "{}", functions.len());
    let mut violations = Vec::new();
    let mut needed = BTreeSet::new();
    for Function { name, place, signature } in &functions {
        let scoped = signature
            .split_once("(&self,")
            .is_some_and(|(_, rest)| rest.trim_start().starts_with("workspace: WorkspaceId"));
        if scoped {
            continue;
        }
        match OF_NO_WORKSPACE.iter().find(|(other, _)| other == name) {
            Some((name, _)) => drop(needed.insert(*name)),
            None => violations.push(format!("{place}: {name} takes `workspace: WorkspaceId` first")),
        }
    }
    for (name, _) in OF_NO_WORKSPACE.iter().filter(|(name, _)| !needed.contains(name)) {
        violations.push(format!("{name} needs no exception any more"));
    }
    none(&violations);
}

#[test]
fn every_file_says_first_what_it_is() {
    let mut violations = Vec::new();
    for folder in ["src", "tests", "evals"] {
        for source in read(folder).iter().filter(|source| !source.text.starts_with("//! ")) {
            violations.push(format!("{folder}/{}: begin with `//! ` and what it is", source.path));
        }
    }
    none(&violations);
}

#[test]
fn no_file_outgrows_its_module_without_a_reason() {
    let mut violations = Vec::new();
    for folder in ["src", "tests", "evals"] {
        for source in read(folder) {
            let lines = source.text.lines().count();
            let mut head = source.text.lines().take_while(|line| line.starts_with("//!"));
            if lines > MOST_LINES && !head.any(|line| line.starts_with(REASON)) {
                violations
                    .push(format!("{folder}/{}: {lines} lines; split it, or say `{REASON}…` in its head", source.path));
            }
        }
    }
    none(&violations);
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    let mut violations = Vec::new();
    for source in read("src") {
        for (line, code) in source.code() {
            if code.contains("#[allow") || code.contains("#![allow") {
                violations.push(format!("{}: use #[expect(…, reason = \"…\")]", source.at(line)));
            }
        }
    }
    none(&violations);
}
