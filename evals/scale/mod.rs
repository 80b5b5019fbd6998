//! What things cost in a small, a middling and a large workspace: bringing records in, answering while more come in,
//! starting again after the process was killed. Nothing a question does may grow with the workspace.

mod asked;
mod feeder;
pub mod nightly;
mod peer;
mod questions;
mod world;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use asked::{Asked, Expense};
use feeder::Feeder;
use questions::Asking;
use world::World;

use crate::client::Client;
use crate::corpus::Corpus;
use crate::random::Random;
use crate::server::{Server, Setting};
use crate::{Line, bytes, memory, private};

/// How much is done.
pub struct Size {
    /// Accounts of each workspace, the fewest first.
    pub accounts: [usize; 3],
    /// Questions pinned to an account, naming one, misspelling one, and about all.
    pub questions: [usize; 4],
    /// How long records come in while nobody asks.
    pub alone: Duration,
    /// Requests of a turn of the peer, and turns.
    pub peer: (usize, usize),
}

/// For the README.
pub const FULL: Size = Size {
    accounts: [1_000, 10_000, 100_000],
    questions: [300, 150, 100, 60],
    alone: Duration::from_secs(8),
    peer: (600, 3),
};

/// To try whether everything works.
pub const QUICK: Size =
    Size { accounts: [20, 60, 200], questions: [12, 6, 6, 5], alone: Duration::from_secs(1), peer: (24, 1) };

/// What is to hold.
const PINNED_GROWS: f64 = 2.0;
const LIST_TAKES: Duration = Duration::from_millis(100);
const FACTS_A_SECOND: f64 = 5_000.0;

/// Accounts whose records go into one import.
const ACCOUNTS_AT_ONCE: usize = 5_000;

/// How long a killed program may take until it answers.
const PATIENCE: Duration = Duration::from_mins(2);

/// The kinds of questions, with what they are called.
const KINDS: [(Asking, &str); 4] = [
    (Asking::Pinned, "asked on an account"),
    (Asking::Named, "naming an account"),
    (Asking::Misspelled, "misspelling its name"),
    (Asking::List, "about all accounts"),
];

/// What was measured in one workspace.
struct Measured {
    lines: Vec<Line>,
    facts_a_second: f64,
    pinned: f64,
    list: f64,
    memory: [Option<u64>; 2],
}

/// Everything about it.
///
/// # Errors
/// When the program does not start, a record does not land or a question is not answered.
pub async fn run(size: &Size) -> Result<Vec<Line>> {
    let (mut lines, mut measured) = (Vec::new(), Vec::new());
    for (place, accounts) in size.accounts.into_iter().enumerate() {
        let mut one = workspace(size, accounts, place == 1).await?;
        lines.append(&mut one.lines);
        measured.push(one);
    }
    lines.extend(peer::by_meaning(size).await?);
    lines.extend(bars(size, &measured));
    Ok(lines)
}

/// The row about searches by meaning alone.
pub async fn by_meaning(size: &Size) -> Result<Vec<Line>> {
    peer::by_meaning(size).await
}

/// What is to hold, beside what does.
fn bars(size: &Size, measured: &[Measured]) -> Vec<Line> {
    let (Some(small), Some(large)) = (measured.first(), measured.last()) else { return Vec::new() };
    let (fewest, most) = (counted(size.accounts[0]), counted(size.accounts[2]));
    let mebibytes = |place: usize| {
        measured.iter().map(|one| bytes(one.memory[place]).replace(" MiB", "")).collect::<Vec<_>>().join(", ")
    };
    vec![
        (
            format!("median on an account among {most} against {fewest} (at most {PINNED_GROWS} times)"),
            format!("{:.2} times", large.pinned / small.pinned),
        ),
        (
            format!("median about all of {most} accounts (below {} ms)", LIST_TAKES.as_millis()),
            format!("{:.1} ms", large.list * 1000.0),
        ),
        (
            format!("facts and usage imported a second, of {most} accounts (at least {FACTS_A_SECOND:.0})"),
            format!("{:.0}", large.facts_a_second),
        ),
        (
            "memory of the service after the questions, by size (flat)".to_owned(),
            format!("{} MiB; of its PostgreSQL {} MiB", mebibytes(0), mebibytes(1)),
        ),
    ]
}

async fn workspace(size: &Size, accounts: usize, beside_peer: bool) -> Result<Measured> {
    let whose = format!("{} accounts", counted(accounts));
    println!("Scale: {whose}: starting…");
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let setting = Setting { by_words: true, port, ..Setting::default() };
    let mut server = Server::start_with(&setting).await?;
    let (client, world) = (Client::with(server.http(), server.url()), Arc::new(World::new(accounts)));
    let mut lines: Vec<Line> = Vec::new();
    let memory_of = |server: &Server| [memory::resident(server.pid()), private::memory(&server.data_dir())];
    let at_first = memory_of(&server);
    let facts_a_second = import(&server, &client, &world, &whose, &mut lines).await?;
    let before = memory_of(&server);

    println!("Scale: {whose}: records come in…");
    let feeder = Feeder::start(client.clone(), Arc::clone(&world), 1);
    let (since, idle) = (Instant::now(), Expense::now(&server));
    tokio::time::sleep(size.alone).await;
    let feeding = idle.since(&server).a_second(since.elapsed());
    let mut random = Random::new(accounts as u64);
    let (mut pinned, mut list) = (0.0, 0.0);
    for ((asking, how), count) in KINDS.into_iter().zip(size.questions) {
        println!("Scale: {whose}: questions {how}…");
        let asked = Asked::all(&client, &server, questions::make(asking, count, &world, &mut random), feeding).await?;
        match asking {
            Asking::Pinned => pinned = asked.median(None),
            Asking::List => {
                list = questions::forms(asking).into_iter().map(|form| asked.median(Some(form))).fold(0.0, f64::max);
            }
            _ => {}
        }
        lines.push((format!("{whose}, {count} questions {how}"), asked.figure(asking)));
        lines.push(("the same: where the time goes, and what is done".to_owned(), asked.work()));
    }
    let rate = feeder.end().await?;
    let after = memory_of(&server);
    let told = |memory: [Option<u64>; 2]| format!("{} ({})", bytes(memory[0]), bytes(memory[1]));
    lines.push((
        format!(
            "{whose}: records that came in meanwhile (of {} a second), and the processor time for them",
            feeder::RATE
        ),
        format!("{rate:.0} a second; {}", feeding.figure()),
    ));
    lines.push((
        format!("{whose}: memory of the service (of its PostgreSQL) empty, after the import, after the questions"),
        format!("{}, {}, {}", told(at_first), told(before), told(after)),
    ));
    if beside_peer {
        lines.extend(peer::measure(size, &server, &world).await?);
    }
    lines.push((format!("{whose}: killed and started again"), restarted(&mut server, &setting, &world).await?));
    Ok(Measured { lines, facts_a_second, pinned, list, memory: after })
}

/// Brings everything in; gives how many records of facts and usage come in a second.
async fn import(server: &Server, client: &Client, world: &World, whose: &str, lines: &mut Vec<Line>) -> Result<f64> {
    let mut corpus = Corpus::new();
    let mut facts_a_second = 0.0;
    for (place, what) in ["facts and usage", "signals, e-mails and calls"].into_iter().enumerate() {
        let (mut records, mut took, before) = (0, Duration::ZERO, Expense::now(server));
        for first in (0..world.accounts).step_by(ACCOUNTS_AT_ONCE) {
            let accounts = first..world.accounts.min(first + ACCOUNTS_AT_ONCE);
            let text = if place == 0 { world.facts(accounts) } else { world.texts(accounts, &mut corpus) };
            let since = Instant::now();
            let imported = client.import(text).await?;
            let elapsed = since.elapsed();
            println!(
                "Scale: {whose}: {what}: {} records in {:.1} s, {:.0} a second",
                imported.lines,
                elapsed.as_secs_f64(),
                imported.lines as f64 / elapsed.as_secs_f64()
            );
            took += elapsed;
            records += imported.lines;
        }
        let rate = records as f64 / took.as_secs_f64();
        if place == 0 {
            facts_a_second = rate;
        }
        lines.push((
            format!("{whose}: import of {} records, {what}", counted(records as usize)),
            format!(
                "{rate:.0} a second ({:.1} s); {} a record",
                took.as_secs_f64(),
                before.since(server).each(records)
            ),
        ));
    }
    Ok(facts_a_second)
}

/// Kills the program and starts it on what it left; how long until it is there, and until it answers.
async fn restarted(server: &mut Server, setting: &Setting<'_>, world: &World) -> Result<String> {
    println!("Scale: {} accounts: killed…", counted(world.accounts));
    let since = server.kill_and_start(setting)?;
    let http = reqwest::Client::builder().no_proxy().build()?;
    let alive = until(since, async || {
        http.get(format!("{}/healthz", server.url())).send().await.is_ok_and(|answer| answer.status().is_success())
    });
    let alive = alive.await.context("the program does not live")?;
    let client = Client::with(server.http(), server.url());
    let (domain, question) = (world.domain(world.accounts / 2), "When do they renew?");
    let answered = until(since, async || client.ask(question, Some(&domain), None).await.is_ok()).await;
    let answered = answered.context("the program does not answer")?;
    Ok(format!(
        "`/healthz` after {:.2} s, the first question answered after {:.2} s",
        alive.as_secs_f64(),
        answered.as_secs_f64()
    ))
}

/// How long after `since` it was so.
async fn until(since: Instant, mut so: impl AsyncFnMut() -> bool) -> Result<Duration> {
    while since.elapsed() < PATIENCE {
        if so().await {
            return Ok(since.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    bail!("not within {} seconds", PATIENCE.as_secs())
}

/// A number as people write it.
fn counted(number: usize) -> String {
    let digits = number.to_string();
    let mut written = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}
