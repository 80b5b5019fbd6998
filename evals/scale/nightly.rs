//! A night: every state is computed anew because the day ends, the digests of 500 owners fall due, and people go on asking.
//! What an account costs is to stay the same, however many there are.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::asked::Expense;
use super::questions::{self, Asking};
use super::world::{OWNERS, World, owner_number};
use super::{ACCOUNTS_AT_ONCE, counted};
use crate::client::Client;
use crate::random::Random;
use crate::server::{Server, Setting};
use crate::{Line, bytes, memory, private};

/// How much is done.
pub struct Size {
    /// Accounts of each workspace, the fewest first.
    pub accounts: [usize; 3],
    /// Questions asked on accounts before the night, to compare with.
    pub questions: usize,
}

/// For the README.
pub const FULL: Size = Size { accounts: [1_000, 10_000, 100_000], questions: 300 };

/// To try whether everything works.
pub const QUICK: Size = Size { accounts: [20, 60, 200], questions: 10 };

/// Questions asked first and not counted: what is read once is remembered.
const WARM: usize = 10;

/// The instant before the night, and the one after it at which all digests are due.
const BEFORE: &str = "2026-06-17T15:00:00Z";
const AFTER: &str = "2026-06-18T09:00:00Z";

/// How long a night may take.
const PATIENCE: Duration = Duration::from_mins(40);

/// How long whoever asked waits before the next question.
const PAUSE: Duration = Duration::from_millis(200);

/// How often it is looked whether all is done. The list of 500 digests is work of its own, which nobody asks for five times
/// a second.
const LOOK: Duration = Duration::from_secs(2);

/// Everything about it.
///
/// # Errors
/// When the program does not start, a record does not land, or a night does not end.
pub async fn run(size: &Size) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    let mut each = Vec::new();
    for accounts in size.accounts {
        each.push(night(size, accounts, &mut lines).await?);
    }
    if let (Some(small), Some(large)) = (each.first(), each.last()) {
        let (fewest, most) = (counted(size.accounts[0]), counted(size.accounts[2]));
        lines.push((
            format!("an account's state among {most} against {fewest} (the same)"),
            format!("{:.2} times", large / small),
        ));
    }
    Ok(lines)
}

/// A night of so many accounts; gives the milliseconds of processor time an account cost.
async fn night(size: &Size, accounts: usize, lines: &mut Vec<Line>) -> Result<f64> {
    let whose = format!("{} accounts", counted(accounts));
    println!("Nightly: {whose}: starting…");
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let setting = Setting { by_words: true, port, now: BEFORE, ..Setting::default() };
    let mut server = Server::start_with(&setting).await?;
    let (client, world) = (Client::with(server.http(), server.url()), World::new(accounts));
    for first in (0..accounts).step_by(ACCOUNTS_AT_ONCE) {
        client.import(world.facts(first..accounts.min(first + ACCOUNTS_AT_ONCE))).await?;
        println!("Nightly: {whose}: {} are in", counted(accounts.min(first + ACCOUNTS_AT_ONCE)));
    }
    let http = server.http();
    for number in 0..OWNERS {
        let wanted = json!({"to": "web", "schedule": "30 8 * * *", "zone": "UTC", "owner": owner_number(number)});
        let added = http.post(format!("{}/api/digests", server.url())).json(&wanted).send().await?;
        added.error_for_status().context("a digest was not added")?;
    }
    idle(&http, &server).await?;
    let mut random = Random::new(accounts as u64);
    let asked = questions::make(Asking::Pinned, size.questions, &world, &mut random);
    let mut quiet = Vec::new();
    for question in asked.iter().take(WARM).chain(&asked) {
        let since = Instant::now();
        client.ask(&question.words, question.pinned.as_deref(), None).await?;
        quiet.push(since.elapsed());
    }
    quiet.drain(..WARM.min(quiet.len()));

    println!("Nightly: {whose}: the day ends…");
    let since = server.kill_and_start(&Setting { now: AFTER, ..setting })?;
    let plain = reqwest::Client::builder().no_proxy().build()?;
    super::until(since, async || {
        plain.get(format!("{}/healthz", server.url())).send().await.is_ok_and(|answer| answer.status().is_success())
    })
    .await?;
    let (client, http) = (Client::with(server.http(), server.url()), server.http());
    let (begun, spent) = (Instant::now(), Expense::now(&server));
    let over = Arc::new(AtomicBool::new(false));
    let asking = {
        let (client, over) = (client.clone(), Arc::clone(&over));
        let asked: Vec<_> = asked.iter().map(|question| (question.words.clone(), question.pinned.clone())).collect();
        tokio::spawn(async move {
            let mut times = Vec::new();
            for (text, account) in asked.iter().cycle() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                let since = Instant::now();
                client.ask(text, account.as_deref(), None).await?;
                times.push(since.elapsed());
                // As many as some people at once would ask.
                tokio::time::sleep(PAUSE).await;
            }
            anyhow::Ok(times)
        })
    };
    idle(&http, &server).await?;
    let computed = begun.elapsed();
    let states = spent.since(&server);
    let since = Instant::now();
    let sent = all_sent(&http, &server, since).await?;
    over.store(true, Ordering::Relaxed);
    let mut busy = asking.await??;
    busy.drain(..WARM.min(busy.len()));
    let all = spent.since(&server);
    let peak = memory::peak(server.pid());
    lines.push((
        format!("{whose}: every state computed anew when the day ends"),
        format!("{:.1} s; {} an account", computed.as_secs_f64(), states.each(accounts as u64)),
    ));
    lines.push((
        format!("{whose}: the digests of {OWNERS} owners made and delivered, after that"),
        format!("{:.1} s", sent.as_secs_f64()),
    ));
    lines.push((
        format!("{whose}: questions on an account meanwhile against before, 99th percentile (at most twice)"),
        format!("{:.1} ms against {:.1} ms, of {} questions", p99(&mut busy), p99(&mut quiet), busy.len()),
    ));
    lines.push((
        format!("{whose}: most memory of the service in the night (of its PostgreSQL after it)"),
        format!("{} ({})", bytes(peak), bytes(private::memory(&server.data_dir()))),
    ));
    println!("Nightly: {whose}: over; {}", all.each(accounts as u64));
    Ok(states.milliseconds() / accounts as f64)
}

fn p99(times: &mut [Duration]) -> f64 {
    times.sort();
    let place = (times.len() * 99).div_ceil(100).saturating_sub(1);
    times.get(place).copied().unwrap_or_default().as_secs_f64() * 1000.0
}

async fn get(http: &reqwest::Client, server: &Server, path: &str) -> Result<Value> {
    Ok(http.get(format!("{}{path}", server.url())).send().await?.error_for_status()?.json().await?)
}

/// Waits until nothing is left to be done in the background.
async fn idle(http: &reqwest::Client, server: &Server) -> Result<()> {
    let since = Instant::now();
    while since.elapsed() < PATIENCE {
        let jobs = get(http, server, "/api/jobs").await?;
        let busy = jobs["jobs"].as_array().is_some_and(|jobs| {
            jobs.iter().any(|job| ["catch_up", "refresh_states"].iter().any(|name| job["task"] == *name))
        });
        if !busy {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    anyhow::bail!("the program was not done within {} minutes", PATIENCE.as_secs() / 60)
}

/// Has all digests sent; how long after `since` they have come.
async fn all_sent(http: &reqwest::Client, server: &Server, since: Instant) -> Result<Duration> {
    let digests = get(http, server, "/api/digests").await?;
    for digest in digests["digests"].as_array().into_iter().flatten() {
        let id = digest["id"].as_str().unwrap_or_default();
        http.post(format!("{}/api/digests/{id}/send", server.url())).send().await?.error_for_status()?;
    }
    while since.elapsed() < PATIENCE {
        let digests = get(http, server, "/api/digests").await?;
        let digests = digests["digests"].as_array().cloned().unwrap_or_default();
        if digests.iter().all(|digest| digest["last_at"].is_string()) {
            return Ok(since.elapsed());
        }
        tokio::time::sleep(LOOK).await;
    }
    anyhow::bail!("not all digests came within {} minutes", PATIENCE.as_secs() / 60)
}
