//! By which internet domain a company is known, whatever somebody wrote: an address, a host, a web page.

use crate::domain::host;
use crate::reading::people::is_mail_host;

/// Hosts that hold pages about others: an address below one says nothing about whose page it is.
const PROFILES: [&str; 22] = [
    "about.me",
    "angel.co",
    "behance.net",
    "bitbucket.org",
    "crunchbase.com",
    "discord.gg",
    "etsy.com",
    "facebook.com",
    "github.com",
    "gitlab.com",
    "glassdoor.com",
    "google.com",
    "instagram.com",
    "linkedin.com",
    "linktr.ee",
    "medium.com",
    "pinterest.com",
    "tiktok.com",
    "twitter.com",
    "x.com",
    "xing.com",
    "youtube.com",
];

/// Suffixes of names that are known inside a network alone.
const INSIDE: [&str; 12] = [
    "arpa",
    "corp",
    "home",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
];

/// The registrable domain of a company's own host, web address or e-mail address; none where the host is no company's: a
/// mail provider's, a page about somebody on a site of others, a number, a public suffix.
///
/// `Https://WWW.Shop.Quarz.co.uk/about` and `kim@mail.quarz.co.uk` are of `quarz.co.uk`.
#[must_use]
pub fn company_domain(text: &str) -> Option<String> {
    let text = text.trim();
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.strip_prefix("mailto:").unwrap_or(rest);
    let (authority, path) = match rest.find(['/', '?', '#']) {
        Some(end) => (&rest[..end], rest[end..].trim_matches('/')),
        None => (rest, ""),
    };
    let written = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let written = written.trim_end_matches('>').trim();
    let bare = written.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    let found = host::canonical(bare.map_or(written, |(host, _)| host));
    let domain = registrable(&found)?;
    // A mailbox at such a host belongs to somebody who works there.
    let below = !path.is_empty() || (found != domain && found != format!("www.{domain}"));
    let profile = PROFILES.contains(&domain.as_str()) && below && !text.contains('@');
    (!is_mail_host(&domain) && !is_mail_host(&found) && !profile).then_some(domain)
}

/// The part of a host that somebody registered; none of an address in numbers or of a suffix that is nobody's.
fn registrable(name: &str) -> Option<String> {
    if name.parse::<std::net::IpAddr>().is_ok() || name.contains([' ', ',', ';', '_', '[']) {
        return None;
    }
    let ascii = host::wire(name).unwrap_or_else(|| name.to_owned());
    let domain = psl::domain(ascii.as_bytes())?;
    // A suffix that is in no list may be a new one; not one that says a name is known inside a network alone.
    let suffix = domain.suffix();
    let inside = |suffix: &[u8]| INSIDE.iter().any(|known| known.as_bytes() == suffix);
    let spelled = suffix.as_bytes().len() > 1 && suffix.as_bytes().iter().all(u8::is_ascii_lowercase);
    if !suffix.is_known() && (!spelled || inside(suffix.as_bytes())) {
        return None;
    }
    Some(host::canonical(std::str::from_utf8(domain.as_bytes()).ok()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_company_is_known_by_what_it_registered() {
        for (written, known) in [
            ("quarz.example", "quarz.example"),
            ("  HTTPS://www.Shop.Quarz.co.uk/about?x=1 ", "quarz.co.uk"),
            ("kim@mail.quarz.co.uk", "quarz.co.uk"),
            ("Kim <kim@quarz.example>", "quarz.example"),
            ("quarz.example:8080", "quarz.example"),
            ("xn--tpfer-jua.example", "töpfer.example"),
            ("www.TÖPFER.example.", "töpfer.example"),
            ("kim@google.com", "google.com"),
            ("linkedin.com", "linkedin.com"),
            ("quarz.newsuffix", "quarz.newsuffix"),
            ("lovely-mugs.myshopify.com", "lovely-mugs.myshopify.com"),
        ] {
            assert_eq!(company_domain(written).as_deref(), Some(known), "{written}");
        }
    }

    #[test]
    fn what_is_nobodys_own_host_makes_no_company() {
        for written in [
            "",
            "kim@gmail.com",
            "yahoo.co.uk",
            "https://www.linkedin.com/company/quarz",
            "sites.google.com/view/quarz",
            "co.uk",
            "localhost",
            "10.0.0.7",
            "[::1]",
            "n/a",
            "unknown",
            "quarz",
            "server.internal-lan",
            "printer.lan",
            "intranet.corp",
        ] {
            assert_eq!(company_domain(written), None, "{written}");
        }
    }

    proptest! {
        #[test]
        fn what_it_gives_is_what_it_gives_again(text in "\\PC{0,40}") {
            if let Some(domain) = company_domain(&text) {
                prop_assert_eq!(company_domain(&domain), Some(domain.clone()));
                prop_assert_eq!(company_domain(&format!("https://www.{domain}/")), Some(domain));
            }
        }

        #[test]
        fn an_address_and_a_page_of_one_host_are_of_one_company(label in "[a-z][a-z0-9]{2,12}") {
            let domain = format!("{label}.example");
            prop_assert_eq!(company_domain(&format!("ann@{domain}")), company_domain(&format!("http://{domain}/a/b")));
        }
    }
}
