//! Speed and memory of the program, measured from outside over HTTP and written to the README: `make bench`.
//!
//! `make bench ARGS=--quick` tries everything on a hundredth of the size and writes nothing; `ARGS="--only slack"`,
//! `ARGS="--only scale"`, `ARGS="--only nightly"`, `ARGS="--only sources"` and `ARGS="--only meaning"` measure that part alone and leave the other rows as they are.

#[expect(dead_code, reason = "shared with the evals, which read more of what is answered")]
mod client;
mod corpus;
mod memory;
mod private;
mod process;
mod python;
mod questions;
mod random;
mod scale;
mod server;
mod slack_bench;
mod source_bench;
mod texts;

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use client::Client;
use corpus::Corpus;
use questions::QUESTIONS;
use server::{Server, Setting};

const ASKERS: usize = 8;
const BEGIN: &str = "<!-- bench -->";
const END: &str = "<!-- /bench -->";

/// How much is done.
struct Size {
    rounds: usize,
    passages: usize,
    searches: usize,
}

const FULL: Size = Size { rounds: 56, passages: 100_000, searches: 8_000 };
const QUICK: Size = Size { rounds: 4, passages: 1_000, searches: 160 };

/// Searches by meaning for each question.
const SEARCHES: usize = 10;

/// How long telling the meaning of the demo workspace may take.
const EMBEDDING: Duration = Duration::from_mins(30);

/// What was measured, and the figure.
type Line = (String, String);

/// A part that can be measured alone.
#[derive(Clone, Copy)]
enum Part {
    Slack,
    Scale,
    /// A night, and the digests after it.
    Nightly,
    /// Fetching from connected systems.
    Sources,
    /// Of scale, what is searched by meaning beside the peer.
    Meaning,
}

impl Part {
    const ALL: [Self; 4] = [Self::Slack, Self::Scale, Self::Nightly, Self::Sources];
    const ALONE: [Self; 5] = [Self::Slack, Self::Scale, Self::Nightly, Self::Sources, Self::Meaning];

    /// What it is called on the command line.
    fn name(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Scale => "scale",
            Self::Nightly => "nightly",
            Self::Sources => "sources",
            Self::Meaning => "meaning",
        }
    }

    /// Begins its rows, so that they can be told from the others.
    fn title(self) -> &'static str {
        match self {
            Self::Slack => "Slack: ",
            Self::Nightly => "Nightly: ",
            Self::Sources => "Sources: ",
            Self::Scale | Self::Meaning => "Scale: ",
        }
    }

    /// Begins the rows it writes anew where it is measured alone.
    fn own(self) -> &'static str {
        match self {
            Self::Slack | Self::Scale | Self::Nightly | Self::Sources => self.title(),
            Self::Meaning => "Scale: searches by words and meaning",
        }
    }

    async fn measure(self, quick: bool) -> Result<Vec<Line>> {
        let lines = match self {
            Self::Slack => slack_bench::run(if quick { &slack_bench::QUICK } else { &slack_bench::FULL }).await?,
            Self::Scale => scale::run(if quick { &scale::QUICK } else { &scale::FULL }).await?,
            Self::Nightly => {
                scale::nightly::run(if quick { &scale::nightly::QUICK } else { &scale::nightly::FULL }).await?
            }
            Self::Sources => source_bench::run(if quick { &source_bench::QUICK } else { &source_bench::FULL }).await?,
            Self::Meaning => scale::by_meaning(if quick { &scale::QUICK } else { &scale::FULL }).await?,
        };
        Ok(lines.into_iter().map(|(what, figure)| (format!("{}{what}", self.title()), figure)).collect())
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    success_agent::model::openai::choose_cryptography();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |wanted: &str| arguments.iter().any(|argument| argument == wanted);
    let quick = has("--quick");
    let only = arguments.iter().position(|argument| argument == "--only").map(|at| arguments.get(at + 1).cloned());
    let ended = match arguments.first().map(String::as_str) {
        // The process that the service is compared with; see `slack_bench::floor`.
        Some("floor") => slack_bench::floor::serve().await,
        _ if let Some(wanted) = only => only_part(wanted.unwrap_or_default().as_str(), quick).await,
        _ => run(if quick { &QUICK } else { &FULL }, !quick).await,
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(size: &Size, write: bool) -> Result<()> {
    let mut lines = demo(size).await?;
    lines.extend(by_meaning().await?);
    lines.extend(large(size).await?);
    lines.extend(texts::run(size).await?);
    for part in Part::ALL {
        lines.extend(part.measure(!write).await?);
    }
    let mut table = format!("{}\n\n| measured | figure |\n|---|---|\n", machine());
    for (what, figure) in &lines {
        writeln!(table, "| {what} | {figure} |")?;
    }
    println!("\n{table}");
    if write { publish(&table) } else { Ok(()) }
}

/// The rows of a part alone; in the README they take the place of those that are there.
async fn only_part(wanted: &str, quick: bool) -> Result<()> {
    let Some(part) = Part::ALONE.into_iter().find(|part| part.name() == wanted) else {
        bail!("there is no part `{wanted}`; take one of {}", Part::ALONE.map(Part::name).join(", "));
    };
    let mut rows = String::new();
    for (what, figure) in &part.measure(quick).await? {
        writeln!(rows, "| {what} | {figure} |")?;
    }
    println!("\n{}\n\n| measured | figure |\n|---|---|\n{rows}", machine());
    if quick {
        return Ok(());
    }
    let readme = std::fs::read_to_string("README.md").unwrap_or_default();
    let Some((begin, end)) = readme.find(BEGIN).zip(readme.find(END)).filter(|(begin, end)| begin < end) else {
        return publish(&rows);
    };
    let own = format!("| {}", part.own());
    let others = readme[begin + BEGIN.len()..end].lines().filter(|line| !line.starts_with(&own));
    publish(&format!("{}\n{rows}", others.collect::<Vec<_>>().join("\n").trim()))
}

/// The demo workspace: idle memory, then answers to eight askers at once.
async fn demo(size: &Size) -> Result<Vec<Line>> {
    println!("Demo workspace: starting…");
    let since = Instant::now();
    let server = Server::start_with(&Setting { demo: true, by_words: true, ..Setting::default() }).await?;
    let mut lines =
        vec![("First start with the demo workspace".to_owned(), format!("{:.1} s", since.elapsed().as_secs_f64()))];
    tokio::time::sleep(Duration::from_secs(5)).await;
    let database = private::memory(&server.data_dir());
    lines.push((
        "Idle memory with the demo workspace".to_owned(),
        format!("{} (its private PostgreSQL: {})", bytes(memory::resident(server.pid())), bytes(database)),
    ));
    let client = Client::with(server.http(), server.url());
    ask_round(&client, 0).await?;
    println!("Demo workspace: {ASKERS} askers…");
    let since = Instant::now();
    let askers: Vec<_> = (0..ASKERS)
        .map(|asker| {
            let (client, rounds) = (client.clone(), size.rounds / ASKERS + usize::from(size.rounds < ASKERS));
            tokio::spawn(async move {
                let mut times = Vec::new();
                for _ in 0..rounds {
                    // Each begins elsewhere, so that not all ask the same at once.
                    times.extend(ask_round(&client, asker * QUESTIONS.len() / ASKERS).await?);
                }
                anyhow::Ok(times)
            })
        })
        .collect();
    let mut times = Vec::new();
    for asker in askers {
        times.extend(asker.await??);
    }
    let took = since.elapsed();
    let (mut inside, mut outside): (Vec<Duration>, Vec<Duration>) = times.into_iter().unzip();
    lines.push((
        format!("Answers, {ASKERS} askers at once, {} questions: inside the server", inside.len()),
        spread(&mut inside),
    ));
    lines.push(("The same, as the asker waits for it over HTTP".to_owned(), spread(&mut outside)));
    lines
        .push(("The same, answers per second".to_owned(), format!("{:.0}", outside.len() as f64 / took.as_secs_f64())));
    Ok(lines)
}

/// Asks every question once; the server's own time (in whole milliseconds) and the time waited for each.
async fn ask_round(client: &Client, from: usize) -> Result<Vec<(Duration, Duration)>> {
    let mut times = Vec::with_capacity(QUESTIONS.len());
    for at in 0..QUESTIONS.len() {
        let (account, question) = QUESTIONS[(from + at) % QUESTIONS.len()];
        let since = Instant::now();
        let answer = client.ask(question, account, None).await.with_context(|| format!("asked “{question}”"))?;
        times.push((Duration::from_millis(answer.elapsed_ms), since.elapsed()));
    }
    Ok(times)
}

/// The demo workspace with the model that tells what passages mean, where `EMBEDDING_MODEL_DIR` names one: how long
/// that takes, and searches nobody searched before.
async fn by_meaning() -> Result<Vec<Line>> {
    if std::env::var_os("EMBEDDING_MODEL_DIR").is_none() {
        println!("Set EMBEDDING_MODEL_DIR to measure searches by meaning as well.");
        return Ok(Vec::new());
    }
    println!("Demo workspace: telling what it means…");
    let since = Instant::now();
    let server = Server::start(true).await?;
    let client = Client::with(server.http(), server.url());
    client.embedded(EMBEDDING).await?;
    let took = since.elapsed();
    let queries: Vec<(String, String)> = QUESTIONS
        .iter()
        .filter_map(|(account, question)| Some(((*account)?.to_owned(), *question)))
        .flat_map(|(account, question)| (1..=SEARCHES).map(move |at| (account.clone(), format!("{question} {at}"))))
        .collect();
    let (count, times) = (queries.len(), search_all(&client, queries).await?);
    let mut inside: Vec<Duration> = times.into_iter().map(|(inside, _)| inside).collect();
    Ok(vec![
        (
            "First start until the meaning of the demo workspace is known".to_owned(),
            format!("{:.0} s", took.as_secs_f64()),
        ),
        (
            format!("Search in one account of it by words and meaning, {count} new queries: inside the server"),
            spread(&mut inside),
        ),
        ("Memory of the service after that".to_owned(), bytes(memory::resident(server.pid()))),
    ])
}

/// A large workspace: import by tenths, then searches filtered by account.
async fn large(size: &Size) -> Result<Vec<Line>> {
    println!("Import: starting…");
    let server = Server::start_with(&Setting { by_words: true, ..Setting::default() }).await?;
    let client = Client::with(server.http(), server.url());
    let mut corpus = Corpus::new();
    client.import(Corpus::accounts()).await?;
    let (mut passages, mut took, mut rates) = (0, Duration::ZERO, Vec::new());
    for tenth in 1..=10 {
        let lines = corpus.lines(size.passages / 10);
        let since = Instant::now();
        let imported = client.import(lines).await?;
        let elapsed = since.elapsed();
        let rate = imported.passages as f64 / elapsed.as_secs_f64();
        println!(
            "Import: tenth {tenth}: {} passages in {:.1} s, {rate:.0} a second",
            imported.passages,
            elapsed.as_secs_f64()
        );
        passages += imported.passages;
        took += elapsed;
        rates.push(format!("{rate:.0}"));
    }
    let mut lines = vec![
        (
            format!("Import of {passages} passages (e-mails and calls of {} accounts)", corpus::ACCOUNTS),
            format!("{:.0} passages/s ({:.0} s)", passages as f64 / took.as_secs_f64(), took.as_secs_f64()),
        ),
        ("The same by tenth, passages/s".to_owned(), rates.join(", ")),
        ("Peak memory of the service during the import".to_owned(), bytes(memory::peak(server.pid()))),
    ];
    let queries: Vec<(String, String)> = (0..size.searches).map(|_| corpus.query()).collect();
    // What was just written is not in memory yet: told apart from a service that has been searched for a while.
    let (first, later) = queries.split_at(size.searches / 2);
    for (queries, clients, when) in [(first, 1, ", the first after the import"), (later, 1, ""), (later, ASKERS, "")] {
        println!("Search: {clients} at once{when}…");
        let share = queries.len().div_ceil(clients);
        let searching: Vec<_> = queries
            .chunks(share)
            .map(|queries| {
                tokio::spawn({
                    let client = client.clone();
                    let queries = queries.to_vec();
                    async move { search_all(&client, queries).await }
                })
            })
            .collect();
        let mut times = Vec::new();
        for searching in searching {
            times.extend(searching.await??);
        }
        let who = if clients == 1 { "one client".to_owned() } else { format!("{clients} clients at once") };
        let (mut inside, mut outside): (Vec<Duration>, Vec<Duration>) = times.into_iter().unzip();
        let searches = format!("Search in one account among {passages} passages, {who}{when}");
        lines.push((format!("{searches}: inside the server"), spread(&mut inside)));
        lines.push(("The same, as the client waits for it over HTTP".to_owned(), spread(&mut outside)));
    }
    lines.push(("Memory of the service after that".to_owned(), bytes(memory::resident(server.pid()))));
    Ok(lines)
}

/// Searches one after the other; the server's own time and the time waited for each.
async fn search_all(client: &Client, queries: Vec<(String, String)>) -> Result<Vec<(Duration, Duration)>> {
    let mut times = Vec::with_capacity(queries.len());
    for (account, words) in queries {
        let since = Instant::now();
        let (_, inside) = client.search(&words, &account, 10).await?;
        times.push((inside, since.elapsed()));
    }
    Ok(times)
}

/// Median, 99th percentile and the slowest.
fn spread(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: f64| {
        let index = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len().max(1)) - 1;
        times.get(index).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    format!("p50 {:.1} ms, p99 {:.1} ms, slowest {:.1} ms", at(0.5), at(0.99), at(1.0))
}

fn bytes(count: Option<u64>) -> String {
    count.map_or_else(|| "not told by this system".to_owned(), |count| format!("{} MiB", count / (1024 * 1024)))
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let processor = std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        Some(format!(" ({})", line.split_once(':')?.1.trim()))
    });
    format!(
        "Measured on {} with {cores} cores{} and {:.0} GiB of memory; clients on the same machine.",
        chrono::Utc::now().format("%Y-%m-%d"),
        processor.unwrap_or_default(),
        memory::of_machine().unwrap_or(0) as f64 / f64::from(1 << 30)
    )
}

fn publish(table: &str) -> Result<()> {
    let path = Path::new("README.md");
    let Ok(readme) = std::fs::read_to_string(path) else {
        println!("There is no README.md to write this to.");
        return Ok(());
    };
    let places = readme.find(BEGIN).zip(readme.find(END)).filter(|(begin, end)| begin < end);
    let Some((begin, end)) = places else {
        println!("README.md has no place for this; mark it with {BEGIN} and {END}.");
        return Ok(());
    };
    let written = format!("{}{BEGIN}\n{table}{}", &readme[..begin], &readme[end..]);
    std::fs::write(path, written).with_context(|| format!("{} cannot be written", path.display()))?;
    println!("Written to {}.", path.display());
    Ok(())
}
