//! Whether an address stays on this machine or its own network.

use std::net::{IpAddr, Ipv6Addr};

/// Whether what is sent to `url` goes no further than this machine or its private network: a loopback or private
/// address, `localhost`, or a name without a dot, which no public server has.
pub(super) fn is_near(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let place = authority.rsplit('@').next().unwrap_or_default();
    let host = match place.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => place.split(':').next().unwrap_or_default(),
    };
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private() || address.is_link_local(),
        Ok(IpAddr::V6(address)) => is_near_v6(address),
        Err(_) => {
            let host = host.trim_end_matches('.').to_ascii_lowercase();
            let last = host.rsplit('.').next().unwrap_or_default();
            // A number, also one written like 0x7f, is an address in another spelling.
            let is_name = last.starts_with(|letter: char| letter.is_ascii_alphabetic());
            is_name && (!host.contains('.') || matches!(last, "localhost" | "local"))
        }
    }
}

fn is_near_v6(address: Ipv6Addr) -> bool {
    address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_and_its_network_are_near() {
        for url in [
            "http://localhost:11434/v1",
            "http://127.0.0.1:8000/v1",
            "http://[::1]:8000/v1",
            "http://10.1.2.3/v1",
            "https://user:secret@192.168.0.9:8443/v1",
            "http://ollama:11434/v1",
            "http://gpu.local/v1",
        ] {
            assert!(is_near(url), "{url}");
        }
        for url in [
            "https://api.openai.com/v1",
            "https://203.0.113.7/v1",
            "http://localhost.evil.example/v1",
            "http://127.0.0.1@evil.example/v1",
            "http://[2001:db8::1]/v1",
            "http://3405803783/v1",
            "http://0xcb007107/v1",
            "localhost",
            "",
        ] {
            assert!(!is_near(url), "{url}");
        }
    }
}
