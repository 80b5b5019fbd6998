//! Where each system gives tokens, and which addresses are safe: the secret of the app goes there.

use std::collections::BTreeMap;

use reqwest::Url;

use crate::domain::connection::Vendor;

/// Where Salesforce lets people log in, which is not where an organisation is.
const SALESFORCE_DOORS: [&str; 2] = ["login.salesforce.com", "test.salesforce.com"];

/// Where a system gives tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Endpoints {
    /// The address people see, without a slash at its end.
    pub people: String,
    /// Where consent is asked for, below it.
    pub authorize: &'static str,
    /// The address requests go to, without a slash at its end.
    pub base: String,
    /// Where codes and refresh tokens are traded, below it.
    pub token: &'static str,
    /// Where tokens are ended, below it; none where the system offers no way.
    pub revoke: Option<&'static str>,
}

impl Endpoints {
    /// Those of a system; those of a double where the setting `address` leads to this machine.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the setting.
    pub fn of(vendor: Vendor, settings: &BTreeMap<String, String>) -> Result<Self, String> {
        let address = settings.get("address").map(|address| address.trim().trim_end_matches('/'));
        let address = address.filter(|address| !address.is_empty());
        let double = address.filter(|address| Url::parse(address).is_ok_and(|address| is_here(&address)));
        let (people, base, paths) = match vendor {
            Vendor::HubSpot => (
                "https://app.hubspot.com",
                "https://api.hubapi.com",
                ("/oauth/authorize", "/oauth/2026-03/token", Some("/oauth/2026-03/token/revoke")),
            ),
            Vendor::Attio => ("https://app.attio.com", "https://app.attio.com", ("/authorize", "/oauth/token", None)),
            Vendor::Salesforce => {
                let own = double.map_or_else(|| organisation(address), Ok)?;
                let paths = ("/services/oauth2/authorize", "/services/oauth2/token", Some("/services/oauth2/revoke"));
                (own, own, paths)
            }
            other => return Err(format!("{} is connected with a key and not by logging in", other.label())),
        };
        let (people, base) = double.map_or((people, base), |double| (double, double));
        let (authorize, token, revoke) = paths;
        Ok(Self { people: people.to_owned(), authorize, base: base.to_owned(), token, revoke })
    }
}

/// The address of an organisation of Salesforce. Only Salesforce's own are taken: whoever wrote another would be sent the
/// secret of the app.
fn organisation(address: Option<&str>) -> Result<&str, String> {
    let wanted = "https://YOUR-DOMAIN.my.salesforce.com";
    let Some(address) = address else { return Err(format!("Salesforce needs the setting `address`: {wanted}")) };
    let url = Url::parse(address).ok().filter(|url| url.scheme() == "https" && is_bare(url) && url.path() == "/");
    let host = url.as_ref().and_then(Url::host_str).filter(|host| host.ends_with(".salesforce.com"));
    match host {
        Some(door) if SALESFORCE_DOORS.contains(&door) => Err(format!(
            "this is where everybody logs in to Salesforce; write the address of your organisation: {wanted}"
        )),
        Some(_) => Ok(address),
        None => Err(format!("the setting `address` is no address of a Salesforce organisation; write it as {wanted}")),
    }
}

/// Checks the address people come back to.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub(super) fn redirect(address: &str) -> Result<(), String> {
    let safe = |url: &Url| (url.scheme() == "https" || is_here(url)) && url.fragment().is_none() && is_unnamed(url);
    if Url::parse(address).is_ok_and(|url| safe(&url)) {
        return Ok(());
    }
    Err("people have to come back to an https address, or to one on this machine; set the public address of this \
         server to one that begins with https"
        .to_owned())
}

/// Whether an address leads to this machine, over HTTP.
fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let here = host == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    here && matches!(url.scheme(), "http" | "https") && is_unnamed(url)
}

fn is_bare(url: &Url) -> bool {
    is_unnamed(url) && url.query().is_none() && url.fragment().is_none() && url.port().is_none()
}

fn is_unnamed(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

/// A query, with spaces as `%20`: not every system reads a plus as one.
pub(super) fn query(asked: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(asked).finish().replace('+', "%20")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(address: &str) -> BTreeMap<String, String> {
        BTreeMap::from([("address".to_owned(), address.to_owned())])
    }

    #[test]
    fn a_secret_goes_to_no_address_but_the_systems_own() {
        for odd in [
            "https://evil.example",
            "https://salesforce.com.evil.example",
            "https://evilsalesforce.com",
            "http://acme.my.salesforce.com",
            "https://acme.my.salesforce.com@evil.example",
            "https://user:word@acme.my.salesforce.com",
            "https://acme.my.salesforce.com/elsewhere",
            "https://acme.my.salesforce.com:444",
            "https://acme.my.salesforce.com?x=.salesforce.com",
            "http://127.0.0.1.evil.example",
            "http://user@127.0.0.1:4010",
            "ftp://127.0.0.1",
            "not an address",
            "",
        ] {
            let refused = Endpoints::of(Vendor::Salesforce, &with(odd)).unwrap_err();
            assert!(refused.contains("https://YOUR-DOMAIN.my.salesforce.com"), "{odd}: {refused}");
            let hubspot = Endpoints::of(Vendor::HubSpot, &with(odd)).unwrap();
            assert_eq!(hubspot.base, "https://api.hubapi.com", "{odd}");
        }
        for door in SALESFORCE_DOORS {
            let refused = Endpoints::of(Vendor::Salesforce, &with(&format!("https://{door}"))).unwrap_err();
            assert!(refused.contains("your organisation"), "{refused}");
        }
    }

    #[test]
    fn a_double_is_asked_below_its_own_address() {
        for here in ["http://127.0.0.1:4010/attio", "http://localhost:4010/attio/", "http://[::1]:4010/attio"] {
            let endpoints = Endpoints::of(Vendor::Attio, &with(here)).unwrap();
            assert_eq!(endpoints.base, here.trim_end_matches('/'));
            assert_eq!(endpoints.people, endpoints.base);
        }
    }

    #[test]
    fn an_organisation_is_asked_at_its_own_address() {
        for own in ["https://acme.my.salesforce.com", "https://acme--test.sandbox.my.salesforce.com/"] {
            let endpoints = Endpoints::of(Vendor::Salesforce, &with(own)).unwrap();
            assert_eq!(endpoints.base, own.trim_end_matches('/'));
        }
    }

    #[test]
    fn people_come_back_over_a_safe_connection() {
        for safe in ["https://agent.example/back", "http://127.0.0.1:8080/back", "http://localhost/back?x=1"] {
            assert_eq!(redirect(safe), Ok(()), "{safe}");
        }
        for odd in ["http://agent.example/back", "https://agent.example/back#here", "/back", "", "javascript:alert(1)"]
        {
            assert!(redirect(odd).is_err(), "{odd}");
        }
    }
}
