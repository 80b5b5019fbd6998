//! The evals: every case below `evals/cases` asked over HTTP of the real program with the demo workspace, scored by suite.
//!
//! `make eval`; or `cargo test --test evals -- [--bless] [--suite NAME] [--capture] [--cases DIR] [--public DIR [--weights]]`. On a
//! language model: `--model NAME [--config FILE] [--cases N] [--suite NAME]`.

mod baseline;
mod case;
mod checks;
#[expect(dead_code, reason = "shared with the benchmark, which reads more of what an import did")]
mod client;
mod languages;
mod matching;
mod models;
mod promises;
mod public;
mod results;
mod sample;
mod score;
#[expect(dead_code, reason = "shared with the benchmark, which also kills it")]
mod server;
mod strict;
mod table;
mod tally;
mod text;
mod through;
mod truth;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use case::{Case, Frozen};
use client::{Answer, Client};
use score::{Known, Score};
use serde::Serialize;
use server::Server;

/// How long a model may take to tell the meaning of the demo's records.
const EMBEDDING: Duration = Duration::from_mins(30);

/// The suite that needs no server: requests matched with releases.
const MATCHING: &str = "matching";

/// The suite of promises and requests in other languages, which needs none either.
const LANGUAGES: &str = "languages";

/// The suite of sentences a language model could write, which needs none unless its tools are run anew.
const CHECKS: &str = "checks";

/// The suite of labelled promises and what became of them, which needs none either.
const PROMISES: &str = "promises";

/// The suite of questions of which each passes or fails, on workspaces of its own.
const STRICT: &str = "strict";

/// The suites with figures of their own.
const MEASURED_ALONE: [&str; 5] = [MATCHING, LANGUAGES, CHECKS, PROMISES, STRICT];

/// What was asked for on the command line.
#[derive(Default)]
struct Wanted {
    bless: bool,
    suite: Option<String>,
    cases: Option<PathBuf>,
    limit: Option<usize>,
    model: Option<String>,
    config: Option<PathBuf>,
    public: Option<PathBuf>,
    weights: bool,
    capture: bool,
    workspace: Option<String>,
    through_sources: bool,
}

/// A case with its answers, as it is reported.
#[derive(Serialize)]
struct Report {
    case: String,
    suite: String,
    account: Option<String>,
    turns: Vec<TurnReport>,
}

#[derive(Serialize)]
struct TurnReport {
    ask: String,
    answer: Option<Answer>,
    score: Score,
    faults: Vec<String>,
}

#[tokio::main]
async fn main() -> ExitCode {
    success_agent::model::openai::choose_cryptography();
    let ran = match wanted(std::env::args().skip(1)) {
        Ok(Wanted { public: Some(folder), weights: true, .. }) => public::weights(&folder).map(|()| true),
        Ok(Wanted { public: Some(folder), .. }) => public::run(&folder).await.map(|()| true),
        Ok(wanted) if wanted.model.is_some() => models::run(wanted).await,
        Ok(Wanted { bless, suite: Some(suite), .. }) if suite == MATCHING => matching::run(bless).await,
        Ok(Wanted { bless, suite: Some(suite), .. }) if suite == LANGUAGES => languages::run(bless, verbose()),
        Ok(Wanted { bless, suite: Some(suite), capture, .. }) if suite == CHECKS => {
            checks::run(bless, verbose(), capture).await
        }
        Ok(Wanted { bless, suite: Some(suite), .. }) if suite == PROMISES => promises::run(bless, verbose()),
        Ok(Wanted { bless, suite: Some(suite), workspace, .. }) if suite == STRICT => {
            strict::run(bless, verbose(), workspace.as_deref()).await
        }
        Ok(wanted) if wanted.through_sources => run(&wanted).await,
        Ok(wanted) => all(&wanted).await,
        Err(error) => Err(error),
    };
    match ran {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn wanted(mut arguments: impl Iterator<Item = String>) -> Result<Wanted> {
    let mut wanted = Wanted::default();
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().with_context(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "--weights" => wanted.weights = true,
            "--capture" => wanted.capture = true,
            "--workspace" => wanted.workspace = Some(value()?),
            "--bless" => wanted.bless = true,
            "--through-sources" => wanted.through_sources = true,
            "--suite" => wanted.suite = Some(value()?),
            "--cases" => match value()? {
                number if number.parse::<usize>().is_ok() => wanted.limit = number.parse().ok(),
                folder => wanted.cases = Some(folder.into()),
            },
            // Without a name: `make eval` without MODEL.
            "--model" => wanted.model = Some(value()?).filter(|name| !name.is_empty()),
            "--config" => wanted.config = Some(value()?.into()),
            "--public" => wanted.public = Some(value()?.into()),
            _ => bail!(
                "{argument} is not known; there are --bless, --suite NAME, --through-sources, --workspace NAME (of the strict suite), --capture (of the checks suite), --cases DIR, --public DIR, and --model NAME with --config FILE and --cases N"
            ),
        }
    }
    if wanted.model.is_none() && (wanted.limit.is_some() || wanted.config.is_some()) {
        bail!("--config FILE and --cases N are for a language model; name one with --model NAME");
    }
    if wanted.bless && wanted.through_sources {
        bail!("--through-sources is held to the baseline of the demo workspace; it has none of its own");
    }
    if wanted.bless && wanted.model.is_some() {
        bail!("--bless is for the built-in analyst; what a language model does is always recorded");
    }
    let part = wanted.suite.as_ref().is_some_and(|suite| !MEASURED_ALONE.contains(&suite.as_str()));
    if wanted.bless && (part || wanted.cases.is_some()) {
        bail!("--bless takes the figures of all cases; leave out --suite and --cases");
    }
    Ok(wanted)
}

/// The cases wanted.
fn cases(wanted: &Wanted) -> Result<Vec<Case>> {
    let folder = wanted.cases.clone().unwrap_or_else(|| "evals/cases".into());
    let mut cases = case::load(&folder)?;
    if let Some(limit) = wanted.limit {
        cases = sample::spread(cases, limit);
    }
    if let Some(suite) = &wanted.suite {
        cases.retain(|case| case.suite == *suite);
    }
    Ok(cases)
}

/// Whether what is missing is to be shown.
fn verbose() -> bool {
    std::env::var_os("EVAL_VERBOSE").is_some_and(|value| value != "0")
}

/// The cases, and the labelled pairs and sentences where no part of the cases is asked for.
async fn all(wanted: &Wanted) -> Result<bool> {
    let whole = wanted.suite.is_none() && wanted.cases.is_none();
    let matched = !whole || matching::run(wanted.bless).await?;
    let languages = !whole || languages::run(wanted.bless, verbose())?;
    let checked = !whole || checks::run(wanted.bless, verbose(), false).await?;
    let promises = !whole || promises::run(wanted.bless, false)?;
    let strict = !whole || strict::run(wanted.bless, false, None).await?;
    Ok(run(wanted).await? && matched && languages && checked && promises && strict)
}

async fn run(wanted: &Wanted) -> Result<bool> {
    let mut cases = cases(wanted)?;
    if wanted.bless && cases.iter().any(|case| case.frozen.is_some()) {
        bail!("a frozen case is no part of the baseline; keep frozen cases in a folder of their own");
    }
    println!("{} cases; starting the program with the demo workspace…", cases.len());
    let connected = if wanted.through_sources { Some(through::Connected::start().await?) } else { None };
    let alone = if connected.is_some() { None } else { Some(Server::start(true).await?) };
    let server = connected.as_ref().map(|connected| &connected.server).or(alone.as_ref());
    let server = server.context("no program was started")?;
    if let Some(connected) = &connected {
        cases = cases.into_iter().map(|case| connected.renamed(case)).collect();
    }
    let client = Client::with(server.http(), server.url());
    let by_meaning = client.embedded(EMBEDDING).await?;
    println!("Passages are found by {}.", if by_meaning { "words and meaning" } else { "words alone" });
    let mut known = Known::of(&client).await?;
    let mut reports = Vec::with_capacity(cases.len());
    for case in &cases {
        reports.push(match &case.frozen {
            None => try_case(case, &client, &mut known).await,
            Some(frozen) => try_frozen(case, frozen).await?,
        });
    }
    drop((connected, alone));
    let unfinished = cases.iter().filter(|case| case.turns.iter().any(|turn| turn.todo.is_some())).count();

    let mut suites: BTreeMap<String, Score> = BTreeMap::new();
    for report in &reports {
        let suite = suites.entry(report.suite.clone()).or_default();
        report.turns.iter().for_each(|turn| suite.add(&turn.score));
    }
    if std::env::var_os("EVAL_VERBOSE").is_some_and(|value| value != "0") {
        show_faults(&reports);
    }
    show(&suites, &reports);
    println!("\nEvery answer: {}", write_report(&suites, &reports)?.display());
    if wanted.bless {
        println!("New baseline: {}", baseline::write(&suites)?.display());
        return Ok(true);
    }
    if unfinished > 0 {
        println!("{unfinished} cases do not say yet what a right answer holds; see `todo` in their files.");
    }
    let Some(baseline) = baseline::read()? else {
        println!("There is no baseline yet; --bless writes it.");
        return Ok(unfinished == 0);
    };
    let worse = baseline::worse(&suites, &baseline, wanted.suite.is_none() && wanted.cases.is_none());
    for sentence in &worse {
        println!("WORSE  {sentence}");
    }
    Ok(worse.is_empty() && unfinished == 0)
}

/// Asks a frozen case of a program of its own, in its own time and over its own records.
async fn try_frozen(case: &Case, frozen: &Frozen) -> Result<Report> {
    let server = Server::start_at(&frozen.now, false).await?;
    let client = Client::with(server.http(), server.url());
    let records = std::fs::read_to_string(&frozen.records);
    let records = records.with_context(|| format!("{} cannot be read", frozen.records.display()))?;
    client.import(records).await?;
    let mut known = Known::of(&client).await?;
    let report = try_case(case, &client, &mut known).await;
    let answer = report.turns.last().and_then(|turn| turn.answer.as_ref());
    let cites_the_same = |answer: &Answer| answer.citations.iter().map(|cited| &cited.id).eq(&frozen.cited);
    let is_the_same = answer.is_some_and(|answer| answer.answer == frozen.shown && cites_the_same(answer));
    let same = if is_the_same { "the same as" } else { "not what" };
    let verdict = frozen.verdict.as_deref().map(|verdict| format!(" (thumbs {verdict})")).unwrap_or_default();
    let comment = frozen.comment.as_deref().map(|comment| format!(": {comment}")).unwrap_or_default();
    println!("{}: the answer is {same} {} gave{verdict}{comment}", case.name, frozen.model);
    Ok(report)
}

async fn try_case(case: &Case, client: &Client, known: &mut Known) -> Report {
    let mut conversation = None;
    let mut turns = Vec::with_capacity(case.turns.len());
    for turn in &case.turns {
        let mut faults = Vec::new();
        let asked = client.ask(&turn.ask, case.account.as_deref(), conversation.as_deref()).await;
        let (answer, score) = match asked {
            Ok(answer) => {
                conversation = Some(answer.conversation.clone());
                known.learn(&answer, client).await;
                let score = match &turn.todo {
                    _ if turn.context => Score::default(),
                    None => score::score(case, turn, &answer, known, &mut faults),
                    Some(todo) => {
                        faults.push(format!("to do: {todo}"));
                        Score { turns: 1, errors: 1, ..Score::default() }
                    }
                };
                (Some(answer), score)
            }
            Err(error) => {
                faults.push(format!("error: {error:#}"));
                let missing = Answer::default();
                let mut score = score::score(case, turn, &missing, known, &mut Vec::new());
                score.errors = 1;
                (None, score)
            }
        };
        turns.push(TurnReport { ask: turn.ask.clone(), answer, score, faults });
    }
    Report { case: case.name.clone(), suite: case.suite.clone(), account: case.account.clone(), turns }
}

fn show_faults(reports: &[Report]) {
    for report in reports {
        for turn in report.turns.iter().filter(|turn| !turn.faults.is_empty()) {
            println!("{}  {}", report.case, turn.ask);
            turn.faults.iter().for_each(|fault| println!("    {fault}"));
        }
    }
    println!();
}

fn show(suites: &BTreeMap<String, Score>, reports: &[Report]) {
    let head = [&["suite", "cases", "turns", "clean"][..], &table::SCORED].concat();
    let mut lines = vec![head.into_iter().map(str::to_owned).collect()];
    let mut all = Score::default();
    let line = |name: &str, score: &Score, reports: &[&Report]| {
        let clean = reports.iter().filter(|report| report.turns.iter().all(|turn| turn.faults.is_empty())).count();
        let mut cells = vec![name.to_owned(), reports.len().to_string(), score.turns.to_string(), clean.to_string()];
        cells.extend(table::scored(score));
        cells
    };
    for (suite, score) in suites {
        let of_suite: Vec<&Report> = reports.iter().filter(|report| report.suite == *suite).collect();
        lines.push(line(suite, score, &of_suite));
        all.add(score);
    }
    lines.push(line("all", &all, &reports.iter().collect::<Vec<_>>()));
    table::print(&lines);
}

/// Where whole answers are written to, for who wants to read them.
fn reports_folder() -> Result<PathBuf> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().context("the target folder has no parent")?;
    let folder = target.join("evals");
    std::fs::create_dir_all(&folder)?;
    Ok(folder)
}

fn write_report(suites: &BTreeMap<String, Score>, reports: &[Report]) -> Result<PathBuf> {
    let path = reports_folder()?.join("report.json");
    let report = serde_json::json!({"suites": suites, "cases": reports});
    std::fs::write(&path, serde_json::to_vec_pretty(&report)?)?;
    Ok(path)
}
