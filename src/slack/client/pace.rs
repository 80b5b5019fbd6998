//! How quickly Slack may be called: each method has a rate of its own, messages a rate for each channel.
//!
//! Whoever calls waits here for a short while. Where it would take longer they are told how long, so that a task can be
//! done later instead of holding a worker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// The longest wait within a call.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(12);

/// Keys that are remembered; those that are free again go first.
const REMEMBERED: usize = 20_000;

/// Which calls are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Meter {
    team: String,
    method: &'static str,
    channel: Option<String>,
}

/// A rate: one call each `period` on average, `burst` at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rate {
    period: Duration,
    burst: u32,
}

/// The pace of all calls of this process. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Pace(Arc<Mutex<HashMap<Meter, Instant>>>);

impl Meter {
    /// The meter of a call.
    pub(super) fn new(team: &str, method: &'static str, channel: Option<&str>) -> Self {
        let channel = if method == "chat.postMessage" { channel.map(str::to_owned) } else { None };
        Self { team: team.to_owned(), method, channel }
    }

    /// Slack's tiers, in calls a minute; messages one a second in each channel.
    fn rate(&self) -> Rate {
        let a_minute =
            |calls: u32, burst: u32| Rate { period: Duration::from_millis(60_000 / u64::from(calls)), burst };
        match self.method {
            "chat.postMessage" => Rate { period: Duration::from_secs(1), burst: 4 },
            "chat.startStream" | "chat.stopStream" | "users.list" | "conversations.list" => a_minute(20, 20),
            "chat.update"
            | "agents.sessions.setStatus"
            | "agents.sessions.rename"
            | "conversations.replies"
            | "conversations.history"
            | "conversations.info" => a_minute(50, 40),
            "assistant.threads.setStatus" => a_minute(600, 60),
            _ => a_minute(100, 60),
        }
    }
}

impl Pace {
    /// Takes a place; how long to wait for it, or that it is too far away.
    pub(super) fn take(&self, meter: &Meter, now: Instant) -> Result<Duration, Duration> {
        let rate = meter.rate();
        let mut meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if meters.len() > REMEMBERED {
            meters.retain(|_, next| *next > now);
        }
        // The instant from which on a full burst is free again.
        let full = meters.get(meter).copied().unwrap_or(now).max(now);
        let slack = rate.period * (rate.burst - 1);
        let wait = full.checked_sub(slack).map_or(Duration::ZERO, |free| free.saturating_duration_since(now));
        if wait > LONGEST_WAIT {
            return Err(wait);
        }
        meters.insert(meter.clone(), full + rate.period);
        Ok(wait)
    }

    /// Slack wants to be left alone for so long.
    pub(super) fn pause(&self, meter: &Meter, pause: Duration, now: Instant) {
        let rate = meter.rate();
        let until = now + pause + rate.period * (rate.burst - 1);
        let mut meters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = meters.entry(meter.clone()).or_insert(until);
        *next = (*next).max(until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_channel_has_its_own_pace() {
        let (pace, now) = (Pace::default(), Instant::now());
        let post = |channel: &str| Meter::new("T1", "chat.postMessage", Some(channel));
        for _ in 0..4 {
            assert_eq!(pace.take(&post("C1"), now), Ok(Duration::ZERO));
        }
        assert_eq!(pace.take(&post("C1"), now), Ok(Duration::from_secs(1)));
        assert_eq!(pace.take(&post("C2"), now), Ok(Duration::ZERO));
    }

    #[test]
    fn a_pause_slack_asks_for_is_kept() {
        let (pace, now) = (Pace::default(), Instant::now());
        let meter = Meter::new("T1", "chat.update", None);
        pace.pause(&meter, Duration::from_secs(30), now);
        assert_eq!(pace.take(&meter, now), Err(Duration::from_secs(30)));
        assert_eq!(pace.take(&meter, now + Duration::from_secs(31)), Ok(Duration::ZERO));
    }

    proptest::proptest! {
        #[test]
        fn no_more_calls_get_through_than_the_rate_allows(gaps in proptest::collection::vec(0_u64..400, 1..200)) {
            let (pace, start) = (Pace::default(), Instant::now());
            let meter = Meter::new("T1", "chat.postMessage", Some("C1"));
            let mut now = start;
            let mut places = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                if let Ok(wait) = pace.take(&meter, now) {
                    places.push(now + wait);
                }
            }
            for (index, place) in places.iter().enumerate() {
                let within = places[..index].iter().filter(|earlier| **earlier + Duration::from_secs(1) > *place).count();
                proptest::prop_assert!(within <= 4, "{within} calls within a second before another");
            }
        }
    }
}
