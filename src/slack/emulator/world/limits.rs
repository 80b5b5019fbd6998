//! Rate limits: a bucket a method, and one a channel for posting.

use std::collections::HashMap;

use super::super::options::RateLimits;
use super::{MINUTE, SECOND};

/// How many messages a channel takes at once before it is one a second.
const BURST: f64 = 5.0;

#[derive(Debug)]
struct Bucket {
    left: f64,
    at: u64,
}

/// What was used of each limit.
#[derive(Debug)]
pub struct Limits {
    rate: RateLimits,
    buckets: HashMap<String, Bucket>,
}

impl Limits {
    /// Nothing used.
    pub fn new(rate: RateLimits) -> Self {
        Self { rate, buckets: HashMap::new() }
    }

    /// Takes one from the method's bucket and, for a post, from the channel's; the seconds to wait when one is empty.
    pub fn admit(&mut self, now: u64, method: &str, per_minute: u32, channel: Option<&str>) -> Result<(), u64> {
        let RateLimits::Times(times) = self.rate else { return Ok(()) };
        let times = f64::from(times);
        match channel {
            Some(channel) => self.take(format!("{method} {channel}"), now, BURST * times, times),
            None => {
                let most = f64::from(per_minute) * times;
                self.take(method.to_owned(), now, most, most / (MINUTE / SECOND) as f64)
            }
        }
    }

    fn take(&mut self, name: String, now: u64, most: f64, per_second: f64) -> Result<(), u64> {
        let bucket = self.buckets.entry(name).or_insert(Bucket { left: most, at: now });
        let passed = now.saturating_sub(bucket.at) as f64 / SECOND as f64;
        bucket.left = (bucket.left + passed * per_second).min(most);
        bucket.at = now;
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Ok(());
        }
        Err((((1.0 - bucket.left) / per_second).ceil() as u64).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_channel_takes_a_short_burst_and_then_one_a_second() {
        let mut limits = Limits::new(RateLimits::Times(1));
        let mut post = |now| limits.admit(now, "chat.postMessage", 0, Some("C1"));
        for _ in 0..5 {
            assert_eq!(post(0), Ok(()));
        }
        assert_eq!(post(0), Err(1));
        assert_eq!(post(SECOND), Ok(()));
        assert_eq!(post(SECOND), Err(1));
        assert_eq!(limits.admit(SECOND, "chat.postMessage", 0, Some("C2")), Ok(()));
    }

    #[test]
    fn a_method_takes_its_number_a_minute() {
        let mut limits = Limits::new(RateLimits::Times(2));
        for _ in 0..40 {
            assert_eq!(limits.admit(0, "chat.startStream", 20, None), Ok(()));
        }
        assert_eq!(limits.admit(0, "chat.startStream", 20, None), Err(2));
        assert_eq!(Limits::new(RateLimits::Off).admit(0, "chat.startStream", 0, None), Ok(()));
    }
}
