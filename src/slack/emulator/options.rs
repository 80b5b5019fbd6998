//! How a local Slack is started.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use serde_json::Value;

/// How a local Slack is started.
#[derive(Clone, Debug)]
pub struct Options {
    /// The address to listen on; port 0 takes any free one. Only loopback addresses are taken.
    pub listen: SocketAddr,
    /// Where payloads go as signed HTTP: the app's base address. Without it they go to Socket Mode connections.
    pub deliver_to: Option<String>,
    /// Whether methods are limited as Slack limits them.
    pub rate_limits: RateLimits,
    /// The app's manifest; the built-in one when absent.
    pub manifest: Option<Value>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
            deliver_to: None,
            rate_limits: RateLimits::Off,
            manifest: None,
        }
    }
}

/// Whether methods are limited as Slack limits them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateLimits {
    /// Not at all.
    Off,
    /// This many times what Slack lets through; 1 is Slack's own limits.
    Times(u32),
}

impl std::str::FromStr for RateLimits {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "off" => Ok(Self::Off),
            "real" => Ok(Self::Times(1)),
            number => match number.parse() {
                Ok(times) if times > 0 => Ok(Self::Times(times)),
                _ => Err("say off, real, or how many times Slack's limits as a whole number".to_owned()),
            },
        }
    }
}
