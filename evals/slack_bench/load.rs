//! Signed events, as Slack sends them, to an address on this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use anyhow::{Result, ensure};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::json;
use sha2::Sha256;

/// Mentions of the agent, each in a thread of its own.
pub struct Load {
    secret: String,
    team: String,
    bot: String,
    http: reqwest::Client,
    next: AtomicUsize,
}

impl Load {
    /// For an agent in a team.
    pub fn new(secret: &str, team: &str, bot: &str) -> Result<Arc<Self>> {
        Ok(Arc::new(Self {
            secret: secret.to_owned(),
            team: team.to_owned(),
            bot: bot.to_owned(),
            http: reqwest::Client::builder().no_proxy().pool_max_idle_per_host(64).build()?,
            next: AtomicUsize::new(1),
        }))
    }

    fn event(&self) -> String {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let seconds = now();
        let ts = format!("{seconds}.{:06}", number % 1_000_000);
        let channel = super::emulated::channel(number % super::emulated::CHANNELS);
        json!({
            "token": "none", "team_id": self.team, "context_team_id": self.team, "api_app_id": "A_BENCH",
            "type": "event_callback", "event_id": format!("Ev{seconds}{number}"), "event_time": seconds,
            "event": {
                "type": "app_mention", "user": "U_MONICA", "team": self.team, "channel": channel, "ts": ts,
                "event_ts": ts, "text": format!("<@{}> why is Hooli critical, and who owns it?", self.bot),
                "client_msg_id": format!("{seconds}-{number}"),
            },
            "authorizations": [{
                "enterprise_id": null, "team_id": self.team, "user_id": self.bot, "is_bot": true,
                "is_enterprise_install": false
            }],
            "is_ext_shared_channel": false, "event_context": format!("4-{number}"),
        })
        .to_string()
    }

    /// Events so far.
    pub fn sent(&self) -> usize {
        self.next.load(Ordering::Relaxed) - 1
    }

    /// Sends one event; how long it took to be acknowledged.
    async fn send(&self, address: &str) -> Result<Duration> {
        let (body, at) = (self.event(), now());
        let request = self
            .http
            .post(address)
            .header("content-type", "application/json")
            .header("x-slack-request-timestamp", at.to_string())
            .header("x-slack-signature", self.signature(at, &body))
            .body(body);
        let since = Instant::now();
        let response = request.send().await?;
        let status = response.status();
        response.bytes().await?;
        ensure!(status.is_success(), "an event was answered with {status}");
        Ok(since.elapsed())
    }

    fn signature(&self, at: u64, body: &str) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()) else { return String::new() };
        mac.update(format!("v0:{at}:{body}").as_bytes());
        format!("v0={}", hex::encode(mac.finalize().into_bytes()))
    }

    /// Sends `count` events, `at_once` at the same time, each sender as soon as its last one is acknowledged.
    pub async fn drive(self: &Arc<Self>, address: &str, count: usize, at_once: usize) -> Result<Vec<Duration>> {
        let senders: Vec<_> = (0..at_once)
            .map(|_| {
                let (load, address) = (Arc::clone(self), address.to_owned());
                tokio::spawn(async move {
                    let mut times = Vec::new();
                    for _ in 0..count / at_once {
                        times.push(load.send(&address).await?);
                    }
                    anyhow::Ok(times)
                })
            })
            .collect();
        let mut times = Vec::new();
        for sender in senders {
            times.extend(sender.await??);
        }
        Ok(times)
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
