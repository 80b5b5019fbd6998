//! Taking events in: how soon each is acknowledged, beside the least that has to be done for it, and what it costs, beside
//! the same done in Python. Answers are held back meanwhile, so that nothing else is measured.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};

use super::super::process::processor_time;
use super::super::{Line, spread};
use super::Size;
use super::emulated::Emulated;
use super::floor::Floor;
use super::load::Load;
use super::peer;

/// Senders at once when the processor is to be the limit.
const CROWD: usize = 32;

/// Senders at once when several events come at a time.
const SEVERAL: usize = 8;

/// Everything that is written down is due tomorrow.
const HOLD_BACK: [&str; 2] = [
    "create function bench_hold_back() returns trigger language plpgsql as
     $$ begin new.run_at := now() + interval '1 day'; return new; end $$",
    "create trigger bench_hold_back before insert on success_agent_jobs._private_jobs
     for each row execute function bench_hold_back()",
];

/// What taking in so many events took.
struct Cost {
    events: usize,
    took: Duration,
    processor: Duration,
}

impl Cost {
    fn per_core(&self) -> f64 {
        self.events as f64 / self.processor.as_secs_f64().max(0.01)
    }

    fn figure(&self) -> String {
        format!(
            "{:.0} events/s of processor time ({:.2} ms an event; {:.0} events/s in all)",
            self.per_core(),
            self.processor.as_secs_f64() * 1000.0 / self.events as f64,
            self.events as f64 / self.took.as_secs_f64()
        )
    }
}

/// The rows about taking events in.
pub async fn measure(size: &Size) -> Result<Vec<Line>> {
    println!("Slack: acknowledging…");
    let emulated = Emulated::start().await?;
    for statement in HOLD_BACK {
        sqlx::query(statement).execute(&emulated.database).await?;
    }
    let floor = Floor::start(&emulated.database, &emulated.database_url, &emulated.secret).await?;
    let load = Load::new(&emulated.secret, &emulated.team, &emulated.bot)?;
    let address = format!("{}/slack/events", emulated.server.url());
    // Connections are made and statements prepared first.
    load.drive(&address, 200, SEVERAL).await?;
    load.drive(&floor.address, 200, SEVERAL).await?;
    let mut lines = Vec::new();
    for (at_once, who) in [(1, "one at a time"), (SEVERAL, "8 at once")] {
        let (mut ours, mut least) = (Vec::new(), Vec::new());
        for _ in 0..size.rounds {
            least.extend(load.drive(&floor.address, size.events, at_once).await?);
            ours.extend(load.drive(&address, size.events, at_once).await?);
        }
        let ratio = percentile(&mut ours, 0.99) / percentile(&mut least, 0.99);
        lines.push((
            format!("signed event until it is acknowledged, {who}, {} events", ours.len()),
            format!("{}; p99 is {ratio:.2} times the floor's", spread(&mut ours)),
        ));
        lines.push((
            format!("the floor, {who}: a bare handler verifies and inserts one row into the same PostgreSQL"),
            spread(&mut least),
        ));
    }
    println!("Slack: as fast as it goes…");
    // The private PostgreSQL takes few connections.
    drop(floor);
    let ours = flood(&load, &address, emulated.server.pid(), size.flood.0, || emulated.is_sorted()).await?;
    everything_is_written_down(&emulated, &load).await?;
    lines.push(("taking events in as fast as they come".to_owned(), ours.figure()));
    let peer = match peer::start(&emulated).await? {
        Ok(peer) => peer,
        Err(why) => {
            lines.push(("the same in Python (slack_bolt, psycopg)".to_owned(), format!("not measured: {why}")));
            return Ok(lines);
        }
    };
    let address = format!("{}/slack/events", peer.url);
    load.drive(&address, 100, SEVERAL).await?;
    let theirs = flood(&load, &address, peer.pid(), size.flood.1, async || Ok(true)).await?;
    lines.push((
        "the same in Python (slack_bolt, psycopg, one process)".to_owned(),
        format!("{}; the service takes {:.1} times as many", theirs.figure(), ours.per_core() / theirs.per_core()),
    ));
    Ok(lines)
}

async fn flood(
    load: &Arc<Load>,
    address: &str,
    pid: u32,
    count: usize,
    done: impl AsyncFn() -> Result<bool>,
) -> Result<Cost> {
    let (since, before) = (Instant::now(), processor_time(pid));
    let events = load.drive(address, count, CROWD).await?.len();
    // What is acknowledged before it is sorted is part of the work.
    while !done().await? {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let took = since.elapsed();
    let processor = processor_time(pid).zip(before).map_or(took, |(after, before)| after.saturating_sub(before));
    Ok(Cost { events, took, processor })
}

/// Every event that was acknowledged is there, with its task.
async fn everything_is_written_down(emulated: &Emulated, load: &Load) -> Result<()> {
    let count = async |table: &str| -> Result<i64> {
        let query = sqlx::AssertSqlSafe(format!("select count(*) from {table}"));
        Ok(sqlx::query_scalar(query).fetch_one(&emulated.database).await?)
    };
    let floor = count("bench_floor").await?;
    let (inbox, jobs) = (
        count("slack_inbox").await?,
        count("success_agent_jobs._private_jobs where key like 'answer_thread/%'").await?,
    );
    let sent = i64::try_from(load.sent())?;
    ensure!(
        inbox + floor == sent && jobs == inbox,
        "{sent} events were acknowledged, {floor} by the floor; {inbox} are written down, with {jobs} tasks"
    );
    Ok(())
}

/// In seconds.
pub fn percentile(times: &mut [Duration], share: f64) -> f64 {
    times.sort_unstable();
    let index = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len().max(1)) - 1;
    times.get(index).map_or(0.0, Duration::as_secs_f64)
}
