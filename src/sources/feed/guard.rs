//! Where a feed may lie: an address a person gave, and every one it leads to, is looked up first, and what lies within
//! this network is refused. The connection then goes to the addresses that were looked at, not to what a second lookup
//! says.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::net::lookup_host;

use crate::sources::SourceError;

/// How long a connection may take to stand.
const PATIENCE: Duration = Duration::from_secs(10);

/// An address that feeds are read from: http or https, without a name and a password in it.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let url =
        Url::parse(text.trim()).map_err(|_| "the setting url is a whole address: https://acme.com/releases.atom")?;
    check(&url).map_err(str::to_owned)?;
    Ok(url)
}

fn check(url: &Url) -> Result<(), &'static str> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err("a feed is read over http or https only");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address of a feed holds no name and no password");
    }
    if url.host_str().is_none_or(str::is_empty) { Err("the address of a feed needs a host") } else { Ok(()) }
}

/// A client that reaches this address, and no other, where it may be reached.
pub(super) async fn client(url: &Url, local_too: bool) -> Result<Client, SourceError> {
    check(url).map_err(|why| SourceError::Refused(why.to_owned()))?;
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or(443);
    let plain = host.trim_start_matches('[').trim_end_matches(']');
    let found = lookup_host((plain, port)).await;
    let found: Vec<SocketAddr> =
        found.map_err(|_| SourceError::Unavailable("the feed's host cannot be found".to_owned()))?.collect();
    if found.is_empty() {
        return Err(SourceError::Unavailable("the feed's host cannot be found".to_owned()));
    }
    if !found.iter().all(|at| may_be_reached(at.ip(), local_too)) {
        return Err(SourceError::Refused("the feed lies within a private network, which is not read".to_owned()));
    }
    let client = Client::builder()
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(PATIENCE)
        .resolve_to_addrs(plain, &found)
        .build();
    client.map_err(|_| SourceError::Unavailable("no connection to the feed can be prepared".to_owned()))
}

/// Whether an address is one of the public internet; or one of this machine and its network where those are allowed.
/// Addresses that reach a machine's own services (169.254.0.0/16) are never allowed.
fn may_be_reached(ip: IpAddr, local_too: bool) -> bool {
    let ip = match ip {
        IpAddr::V6(ip) => embedded(ip).map_or(IpAddr::V6(ip), IpAddr::V4),
        ip @ IpAddr::V4(_) => ip,
    };
    let (local, odd) = match ip {
        IpAddr::V4(ip) => (ip.is_loopback() || ip.is_private(), is_odd_v4(ip)),
        IpAddr::V6(ip) => (ip.is_loopback() || ip.is_unique_local(), is_odd_v6(ip)),
    };
    if local { local_too } else { !odd }
}

fn is_odd_v4(ip: Ipv4Addr) -> bool {
    let [first, second, third, _] = ip.octets();
    ip.is_unspecified()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || first == 0
        || first >= 240
        // Shared by the customers of one provider; of protocols; of measurements.
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 198 && (18..20).contains(&second))
}

fn is_odd_v6(ip: Ipv6Addr) -> bool {
    let [first, second, ..] = ip.segments();
    ip.is_unspecified()
        || ip.is_multicast()
        || ip.is_unicast_link_local()
        || (first & 0xffc0) == 0xfec0
        // Documentation, and tunnels.
        || (first == 0x2001 && (second == 0xdb8 || second == 0))
}

/// The address of version 4 that one of version 6 stands for.
fn embedded(ip: Ipv6Addr) -> Option<Ipv4Addr> {
    let [first, second, third, fourth, fifth, sixth, ..] = ip.segments();
    let of = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    let [.., seventh, eighth] = ip.segments();
    match (first, second, third, fourth, fifth, sixth) {
        // Mapped, translated, and the old way that is compatible; `::` and `::1` are no such addresses.
        (0, 0, 0, 0, 0, 0xffff) | (0x64, 0xff9b, 0, 0, 0, 0) => Some(of(seventh, eighth)),
        (0, 0, 0, 0, 0, 0) if seventh != 0 || eighth > 1 => Some(of(seventh, eighth)),
        (0x2002, ..) => Some(of(second, third)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_within_this_network_are_not_reached() {
        for refused in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "0.0.0.0",
            "0.1.2.3",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a00:1",
            "2002:a00:1::",
            "::10.0.0.1",
            "2001:db8::1",
            "2001::1",
        ] {
            assert!(!may_be_reached(refused.parse().unwrap(), false), "{refused}");
        }
        for taken in ["93.184.215.14", "1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(may_be_reached(taken.parse().unwrap(), false), "{taken}");
        }
    }

    #[test]
    fn where_local_ones_are_allowed_a_machines_own_services_are_still_refused() {
        for taken in ["127.0.0.1", "10.1.2.3", "::1", "fd12::1", "1.1.1.1"] {
            assert!(may_be_reached(taken.parse().unwrap(), true), "{taken}");
        }
        for refused in ["169.254.169.254", "0.0.0.0", "fe80::1", "224.0.0.1", "::ffff:169.254.169.254"] {
            assert!(!may_be_reached(refused.parse().unwrap(), true), "{refused}");
        }
    }

    #[test]
    fn an_address_is_one_a_feed_can_be_read_from() {
        assert!(address(" https://acme.example/releases.atom?x=1 ").is_ok());
        for refused in ["acme.example", "ftp://acme.example/x", "file:///etc/hosts", "https://kim:secret@acme.example/"]
        {
            assert!(address(refused).is_err(), "{refused}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_into_this_network_is_refused() {
        let _ = rustls::crypto::ring::default_provider().install_default();
        for address in
            ["http://localhost:1/x", "http://127.1/x", "http://[::1]/x", "http://2130706433/x", "http://0x7f.1/x"]
        {
            let refused = client(&Url::parse(address).unwrap(), false).await;
            assert!(matches!(refused, Err(SourceError::Refused(_))), "{address}");
        }
    }
}
