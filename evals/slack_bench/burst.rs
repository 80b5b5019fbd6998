//! A burst: people mention the agent far more often than it can answer at the moment. Every event has to be acknowledged
//! in time all the same, each mention answered once, and memory must not grow with what waits.
//!
//! The local Slack sends each mention as two events, as Slack does: `app_mention` and `message`; and what the agent itself
//! writes as one more. It counts what comes of them: how often an event had to be sent, and how many messages the agent
//! wrote into each thread.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::sync::Semaphore;

use super::super::{Line, bytes, memory, spread};
use super::Size;
use super::emulated::Emulated;

/// Events of one mention.
const EVENTS: u32 = 2;

/// Messages that may be on their way into the local Slack.
const UNDER_WAY: usize = 256;

/// How often is counted what came: less often, and the local Slack's log of calls would be too short.
const LOOK: Duration = Duration::from_secs(2);

/// How long the answers may take after the burst.
const PATIENCE: Duration = Duration::from_mins(15);

/// What the local Slack has seen.
#[derive(Default)]
struct Seen {
    /// Events that were sent, and how many of the first are counted.
    sent: u64,
    counted: u64,
    /// Up to which entry of the log the calls are counted.
    calls: u64,
    acknowledged: Vec<Duration>,
    again: usize,
    /// Messages of the agent in each thread.
    answers: HashMap<String, u32>,
}

impl Seen {
    async fn look(&mut self, emulated: &Emulated) -> Result<()> {
        let deliveries = emulated.get(&format!("/deliveries?after={}", self.counted)).await?;
        let deliveries = deliveries.as_array().map(Vec::as_slice).unwrap_or_default();
        self.sent = deliveries.last().and_then(|last| last["n"].as_u64()).unwrap_or(self.counted);
        for delivery in deliveries {
            let Some(took) = delivery["acked_ms"].as_u64() else { break };
            ensure!(delivery["n"] == self.counted + 1, "the local Slack's log is shorter than the burst");
            self.counted += 1;
            self.acknowledged.push(Duration::from_millis(took));
            self.again += usize::from(delivery["attempts"].as_u64() != Some(1));
        }
        let calls = emulated.get(&format!("/calls?method=chat.postMessage&after={}", self.calls)).await?;
        for call in calls.as_array().into_iter().flatten() {
            self.calls = call["n"].as_u64().unwrap_or(self.calls);
            if let (true, Some(thread)) = (call["ok"] == true, call["arguments"]["thread_ts"].as_str()) {
                *self.answers.entry(thread.to_owned()).or_default() += 1;
            }
        }
        Ok(())
    }
}

/// The rows about it.
pub async fn measure(size: &Size) -> Result<Vec<Line>> {
    let (lasts, rate) = size.burst;
    println!("Slack: {rate} events a second for {} s…", lasts.as_secs());
    let emulated = Emulated::start().await?;
    let memory = || memory::resident(emulated.server.pid());
    let (mut seen, mut sizes) = (Seen::default(), vec![memory()]);
    let since = Instant::now();
    let asking = tokio::spawn(ask(&emulated, lasts, rate / EVENTS));
    for third in 1..=3 {
        let due = since + lasts * third / 3;
        while Instant::now() < due {
            tokio::time::sleep_until((Instant::now() + LOOK).min(due).into()).await;
            seen.look(&emulated).await?;
        }
        sizes.push(memory());
    }
    let (mentions, late) = asking.await??;
    let in_time = answered(&emulated).await?;
    println!("Slack: {mentions} mentions are said, {in_time} answered; waiting for the others…");
    let mut all = None;
    while all.is_none() && since.elapsed() < lasts + PATIENCE {
        tokio::time::sleep(LOOK).await;
        seen.look(&emulated).await?;
        if answered(&emulated).await? as usize >= mentions {
            all = Some(since.elapsed());
        }
    }
    seen.look(&emulated).await?;
    sizes.push(memory());
    let problems = emulated.get("/problems").await?.as_array().map_or(0, Vec::len);
    let (acknowledged, once) =
        (seen.acknowledged.len(), seen.answers.values().filter(|answers| **answers == 1).count());
    let sizes: Vec<String> = sizes.into_iter().map(|size| bytes(size).replace(" MiB", "")).collect();
    Ok(vec![
        (
            format!(
                "burst of {rate} events a second for {} s, {mentions} mentions as two events each: acknowledged",
                lasts.as_secs()
            ),
            format!(
                "{acknowledged} of {} events, {} of them not at the first delivery; {}{}",
                seen.sent,
                seen.again,
                spread(&mut seen.acknowledged),
                if late == 0 { String::new() } else { format!(" ({late} mentions were said late)") }
            ),
        ),
        (
            "the same: answered exactly once".to_owned(),
            format!(
                "{once} of {mentions}, {} more than once; {problems} problems seen by the local Slack",
                seen.answers.len() - once
            ),
        ),
        (
            "the same: until everything was answered".to_owned(),
            all.map_or_else(
                || format!("not within {} minutes", PATIENCE.as_secs() / 60),
                |took| format!("{:.0} s ({:.0} answers/s)", took.as_secs_f64(), mentions as f64 / took.as_secs_f64()),
            ),
        ),
        (
            "the same: memory of the service before, after each third of the burst, and at the end".to_owned(),
            format!("{} MiB", sizes.join(", ")),
        ),
    ])
}

/// Turns the service has ended well.
async fn answered(emulated: &Emulated) -> Result<i64> {
    let query = "select count(*) from slack_turns where state = 'done'";
    Ok(sqlx::query_scalar(query).fetch_one(&emulated.database).await?)
}

/// Has people mention the agent so often a second, whatever becomes of it; how many mentions there were, and how many had
/// to wait because the local Slack itself was behind.
fn ask(emulated: &Emulated, lasts: Duration, rate: u32) -> impl Future<Output = Result<(usize, usize)>> + Send + use<> {
    let mentions = (lasts.as_secs_f64() * f64::from(rate)) as usize;
    let says: Vec<_> = (0..mentions).map(|number| emulated.say(number)).collect();
    async move {
        let under_way = Arc::new(Semaphore::new(UNDER_WAY));
        let (since, mut late, mut saying) = (Instant::now(), 0, Vec::with_capacity(mentions));
        for (number, say) in says.into_iter().enumerate() {
            let due = since + Duration::from_secs_f64(number as f64 / f64::from(rate));
            tokio::time::sleep_until(due.into()).await;
            late += usize::from(under_way.available_permits() == 0);
            let permit = Arc::clone(&under_way).acquire_owned().await?;
            saying.push(tokio::spawn(async move {
                let said = say.await;
                drop(permit);
                said
            }));
        }
        for said in saying {
            said.await??;
        }
        Ok((mentions, late))
    }
}
