//! How many requests one person, and one address, may send: plenty for whoever works, few for whoever guesses.
//!
//! Each has a bucket: every request takes a piece out, and pieces come back at a steady rate. Commands on this machine and
//! a demo that only this machine reaches are not counted.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, StatusCode};

use super::error::Problem;
use crate::domain::id::PersonId;

/// Buckets kept at most; above that, full ones are forgotten.
const MOST: usize = 20_000;

/// Who is counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Whose {
    /// Whoever is known as this person.
    Person(PersonId),
    /// Whoever a proxy names so.
    Name(String),
    /// Whoever is not known, at this address.
    Address(IpAddr),
    /// Whoever tries to log in there.
    LogIn(IpAddr),
}

/// How large a bucket is, and how fast it fills.
#[derive(Clone, Copy, Debug)]
struct Rate {
    pieces: f64,
    a_second: f64,
}

impl Whose {
    fn rate(&self) -> Rate {
        match self {
            Self::Person(_) | Self::Name(_) => Rate { pieces: 600.0, a_second: 20.0 },
            Self::Address(_) => Rate { pieces: 120.0, a_second: 4.0 },
            // Nothing that is tried there can be guessed; this keeps the log and the database quiet.
            Self::LogIn(_) => Rate { pieces: 20.0, a_second: 0.2 },
        }
    }

    fn sentence(&self) -> &'static str {
        match self {
            Self::Person(_) | Self::Name(_) => "you have sent too many requests in a short time; wait a moment",
            Self::Address(_) => "too many requests come from your address; wait a moment",
            Self::LogIn(_) => "too many log-ins were tried from your address; wait, and try again then",
        }
    }
}

/// What is left, as of an instant.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    fn left(&self, rate: Rate, now: Instant) -> f64 {
        (self.left + now.saturating_duration_since(self.at).as_secs_f64() * rate.a_second).min(rate.pieces)
    }
}

/// The buckets of everybody.
#[derive(Debug, Default)]
pub(super) struct Limits {
    buckets: Mutex<HashMap<Whose, Bucket>>,
}

impl Limits {
    /// Counts a request.
    pub(super) fn count(&self, whose: Whose) -> Result<(), Problem> {
        let sentence = whose.sentence();
        self.count_at(whose, Instant::now()).map_err(|wait| {
            let seconds = wait.as_secs().max(1);
            Problem::new(StatusCode::TOO_MANY_REQUESTS, sentence).after(seconds)
        })
    }

    /// The same at an instant; else how long it takes until there is room again.
    fn count_at(&self, whose: Whose, now: Instant) -> Result<(), Duration> {
        let rate = whose.rate();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST {
            buckets.retain(|whose, bucket| bucket.left(whose.rate(), now) < whose.rate().pieces);
        }
        let bucket = buckets.entry(whose).or_insert(Bucket { left: rate.pieces, at: now });
        *bucket = Bucket { left: bucket.left(rate, now), at: now };
        if bucket.left < 1.0 {
            return Err(Duration::from_secs_f64(((1.0 - bucket.left) / rate.a_second).ceil()));
        }
        bucket.left -= 1.0;
        Ok(())
    }
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer(pub(super) IpAddr);

impl Peer {
    /// The address of whoever sent it: a proxy on this machine or its network says for whom it asks.
    pub(super) fn address(self, headers: &HeaderMap) -> IpAddr {
        let near = match self.0.to_canonical() {
            IpAddr::V4(address) => address.is_loopback() || address.is_private(),
            IpAddr::V6(address) => address.is_loopback() || address.is_unique_local(),
        };
        // The last one was written by the proxy that is near; those before it by anybody.
        let told = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
        let told = told.and_then(|all| all.rsplit(',').next()?.trim().parse().ok());
        told.filter(|_| near).unwrap_or(self.0).to_canonical()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn whoever_asks_too_often_waits_until_there_is_room_again() {
        let (limits, now) = (Limits::default(), Instant::now());
        let try_at = |after: f64| limits.count_at(Whose::LogIn(HERE), now + Duration::from_secs_f64(after));
        assert!((0..20).all(|_| try_at(0.0).is_ok()));
        assert_eq!(try_at(0.0), Err(Duration::from_secs(5)));
        assert_eq!(try_at(4.0), Err(Duration::from_secs(1)));
        assert_eq!(try_at(5.0), Ok(()));
        assert!(try_at(5.0).is_err());
        assert!((0..20).all(|_| try_at(1_000.0).is_ok()) && try_at(1_000.0).is_err(), "no more than a full bucket");
    }

    #[test]
    fn one_who_asks_too_often_keeps_nobody_else_waiting() {
        let (limits, now) = (Limits::default(), Instant::now());
        let other = "10.0.0.2".parse().unwrap();
        while limits.count_at(Whose::LogIn(HERE), now).is_ok() {}
        assert!(limits.count_at(Whose::LogIn(other), now).is_ok());
        assert!(limits.count_at(Whose::Address(HERE), now).is_ok());
        assert!(limits.count_at(Whose::Person(PersonId::new()), now).is_ok());
    }

    #[test]
    fn only_so_many_are_remembered() {
        let (limits, now) = (Limits::default(), Instant::now());
        for number in 0..=MOST as u32 {
            let at = now + Duration::from_secs(u64::from(number));
            let address = std::net::Ipv4Addr::from_bits(number).into();
            assert!(limits.count_at(Whose::LogIn(address), at).is_ok());
        }
        assert!(limits.buckets.lock().unwrap().len() < 100);
    }

    #[test]
    fn a_proxy_that_is_near_says_for_whom_it_asks_and_nobody_else_does() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "203.0.113.9, 198.51.100.7".parse().unwrap());
        let address = |peer: &str| Peer(peer.parse().unwrap()).address(&headers).to_string();
        assert_eq!(address("127.0.0.1"), "198.51.100.7");
        assert_eq!(address("10.1.2.3"), "198.51.100.7");
        assert_eq!(address("203.0.113.1"), "203.0.113.1");
        assert_eq!(Peer(HERE).address(&HeaderMap::new()), HERE);
    }
}
