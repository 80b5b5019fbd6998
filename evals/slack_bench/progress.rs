//! How soon somebody who asks sees that something happens: from the message in Slack to the first sign of the agent, which
//! is a reaction on it, a status, or a message in its thread; both by the local Slack's clock.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Result, bail};

use super::super::{Line, spread};
use super::Size;
use super::emulated::Emulated;

/// The pause between two questions.
const PACE: Duration = Duration::from_millis(200);

/// How long after the last question the last sign may come.
const PATIENCE: Duration = Duration::from_secs(30);

/// The row about it.
pub async fn measure(size: &Size) -> Result<Vec<Line>> {
    println!("Slack: first signs…");
    let emulated = Emulated::start().await?;
    let mut asked = Vec::new();
    let mut pace = tokio::time::interval(PACE);
    for number in 0..size.questions {
        pace.tick().await;
        asked.push(emulated.say(number).await?);
    }
    let since = std::time::Instant::now();
    while since.elapsed() < PATIENCE {
        let signs = first_signs(&emulated).await?;
        let mut times: Vec<Duration> = asked
            .iter()
            .filter_map(|ts| {
                let at = signs.get(&key(*ts))?;
                Some(Duration::from_secs_f64((at - ts).max(0.0)))
            })
            .collect();
        if times.len() == asked.len() {
            return Ok(vec![(
                format!(
                    "question until the agent's first sign that it is at work, 5 a second, {} questions",
                    times.len()
                ),
                spread(&mut times),
            )]);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    bail!("not every question got a sign in {} seconds", PATIENCE.as_secs())
}

/// What shows a sign, with the argument that names the message it belongs to.
const SIGNS: [(&str, &str); 4] = [
    ("reactions.add", "timestamp"),
    ("agents.sessions.setStatus", "thread_ts"),
    ("chat.postMessage", "thread_ts"),
    ("chat.startStream", "thread_ts"),
];

/// When the agent first gave a sign for each message, in seconds since 1970.
async fn first_signs(emulated: &Emulated) -> Result<HashMap<u64, f64>> {
    let mut signs: HashMap<u64, f64> = HashMap::new();
    for (method, named) in SIGNS {
        let calls = emulated.get(&format!("/calls?method={method}")).await?;
        for call in calls.as_array().into_iter().flatten().filter(|call| call["ok"] == true) {
            let message = call["arguments"][named].as_str().and_then(|ts| ts.parse::<f64>().ok());
            if let (Some(message), Some(at)) = (message, call["at_ms"].as_f64()) {
                let first = signs.entry(key(message)).or_insert(f64::INFINITY);
                *first = first.min(at / 1000.0);
            }
        }
    }
    Ok(signs)
}

/// A message's time as a key: in microseconds.
fn key(ts: f64) -> u64 {
    (ts * 1_000_000.0).round() as u64
}
