//! The cases on a language model: what it answers, what that takes, how often something steps in, and whether anything
//! false is shown. Recorded suite by suite, so that a run that is interrupted goes on where it was.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, Result, bail};
use chrono::NaiveDate;

use super::case::Case;
use super::client::Client;
use super::results::{self, Latency, Results, Row};
use super::score::Known;
use super::server::{Language, NOW, Server, Setting};
use super::table;
use super::tally::Tally;
use super::{EMBEDDING, Report, Wanted, cases, reports_folder, truth, try_case};

use success_agent::domain::time::Moment;

/// Runs the cases; whether nothing false was shown and every question was answered.
///
/// # Errors
/// When the model or the program cannot be reached, or the results cannot be written.
pub async fn run(wanted: Wanted) -> Result<bool> {
    let mut suites: BTreeMap<String, Vec<Case>> = BTreeMap::new();
    let cases = cases(&wanted)?;
    if cases.iter().any(|case| case.frozen.is_some()) {
        bail!("a frozen case is asked of the model that is configured; ask it without MODEL");
    }
    for case in cases {
        suites.entry(case.suite.clone()).or_default().push(case);
    }
    let Wanted { model, suite: only, config: settings, limit, .. } = wanted;
    let name = model.context("--model needs a name")?;
    if suites.is_empty() {
        bail!("there are no such cases; the suites are the folders below evals/cases");
    }
    let file = results::file(&name);
    let mut results = Results::to_go_on_with(&file, &name, limit, only.is_some())?;
    if !results.unfinished.is_empty() && only.is_none() {
        println!("Going on with a run that was interrupted; remove {} to begin anew.", file.display());
        suites.retain(|suite, _| results.unfinished.contains(suite));
    } else if only.is_none() {
        results.unfinished = suites.keys().cloned().collect();
    }
    let count: usize = suites.values().map(Vec::len).sum();
    println!("{count} cases on {name}; starting the program with the demo workspace…");
    let server = Server::start_with(&Setting {
        demo: true,
        language: Some(&Language { name: name.clone(), settings }),
        ..Setting::default()
    })
    .await?;
    let client = Client::with(server.http(), server.url());
    client.embedded(EMBEDDING).await?;
    let mut known = Known::of(&client).await?;
    let today = NOW.parse::<Moment>().context("the clock of the runs is no instant")?.day();
    let answers = reports_folder()?.join(file.with_extension("jsonl").file_name().context("the model has no name")?);
    std::fs::write(&answers, "")?;
    let mut all_times = Vec::new();
    for (suite, cases) in &suites {
        let (mut row, mut times) = (Row::default(), Vec::new());
        for case in cases {
            let report = try_case(case, &client, &mut known).await;
            row.add(&judged(case, &report, &known, today, &mut times));
            write_down(&report, &answers)?;
        }
        println!("{suite}: {} cases, {} answers, {} taken over", row.cases, row.quality.turns, row.took.taken_over);
        results.take(suite, row, &times);
        results.write(&file)?;
        all_times.extend(times);
    }
    drop(server);
    println!();
    let ran = |suite: &String| only.as_ref().is_none_or(|only| only == suite);
    show(&results, &ran, Latency::of(&all_times));
    println!("\nRecorded: {}\nEvery answer: {}", file.display(), answers.display());
    let broken: Vec<String> =
        results.suites.iter().filter(|(suite, _)| ran(suite)).flat_map(|(suite, row)| row.broken(suite)).collect();
    for sentence in &broken {
        println!("BROKEN  {sentence}");
    }
    Ok(broken.is_empty())
}

/// What was measured on a case.
fn judged(case: &Case, report: &Report, known: &Known, today: NaiveDate, times: &mut Vec<u64>) -> Row {
    let mut row = Row { cases: 1, ..Row::default() };
    for turn in &report.turns {
        row.quality.add(&turn.score);
        let Some(answer) = &turn.answer else { continue };
        row.took.add(&Tally::of(answer));
        times.push(answer.elapsed_ms);
        let false_ones = truth::falsehoods(case, &turn.ask, answer, known, today);
        row.false_figures += false_ones.figures.len() as u32;
        row.false_citations += false_ones.citations.len() as u32;
        for what in false_ones.figures.iter().chain(&false_ones.citations) {
            println!("FALSE  {}  {what}", report.case);
        }
    }
    row
}

/// Adds a case with its answers to a file, one a line.
fn write_down(report: &Report, file: &Path) -> Result<()> {
    let mut file = std::fs::File::options().append(true).open(file)?;
    Ok(writeln!(file, "{}", serde_json::to_string(report)?)?)
}

fn show(results: &Results, ran: &dyn Fn(&String) -> bool, latency: Option<Latency>) {
    let mut answers =
        vec![owned([&["suite", "cases", "turns", "false fig", "false cite"][..], &table::SCORED].concat())];
    let mut effort = vec![owned(vec![
        "suite",
        "taken over",
        "sent back",
        "left out",
        "cites out",
        "read",
        "written",
        "dollars",
        "p50 s",
        "p95 s",
    ])];
    let mut all = Row::default();
    for (suite, row) in results.suites.iter().filter(|(suite, _)| ran(suite)) {
        answers.push(quality_of(suite, row));
        effort.push(effort_of(suite, row, results.latency.get(suite).copied()));
        all.add(row);
    }
    answers.push(quality_of("all", &all));
    effort.push(effort_of("all", &all, latency));
    table::print(&answers);
    println!();
    table::print(&effort);
    if !all.took.why.is_empty() {
        println!("\nWhy the built-in analyst took over:");
        all.took.why.iter().for_each(|(reason, count)| println!("{count:>5}  {reason}"));
    }
}

fn owned(cells: Vec<&str>) -> Vec<String> {
    cells.into_iter().map(str::to_owned).collect()
}

fn quality_of(suite: &str, row: &Row) -> Vec<String> {
    let mut cells = vec![suite.to_owned(), row.cases.to_string(), row.quality.turns.to_string()];
    cells.extend([row.false_figures, row.false_citations].map(|count| count.to_string()));
    cells.extend(table::scored(&row.quality));
    cells
}

fn effort_of(suite: &str, row: &Row, latency: Option<Latency>) -> Vec<String> {
    let took = &row.took;
    let mut cells = vec![suite.to_owned(), took.taken_over.to_string()];
    cells.extend([took.checks.sent_back, took.checks.left_out, took.checks.citations_taken_out].map(|n| n.to_string()));
    cells.extend([took.tokens.read, took.tokens.written].map(|tokens| tokens.to_string()));
    cells.push(took.cost_micros.map_or_else(|| "–".to_owned(), |micros| format!("{:.4}", micros as f64 / 1e6)));
    let seconds =
        |of: fn(Latency) -> f64| latency.map_or_else(|| "–".to_owned(), |latency| format!("{:.1}", of(latency)));
    cells.extend([seconds(|latency| latency.p50_seconds), seconds(|latency| latency.p95_seconds)]);
    cells
}
