//! Hosts: one spelling of each, whichever way it is written.

/// A host in the spelling it is compared and kept in: small letters, and those of its language rather than `xn--…`.
#[must_use]
pub fn canonical(host: &str) -> String {
    let host = host.trim().trim_end_matches('.');
    let plain = host.is_ascii() && !host.to_ascii_lowercase().contains("xn--");
    if plain {
        return host.to_ascii_lowercase();
    }
    let (name, read) = idna::domain_to_unicode(host);
    // What is no domain is left as it is.
    if read.is_ok() { name } else { host.to_lowercase() }
}

/// A host as it goes over the wire, where that is another spelling: `xn--…`.
#[must_use]
pub fn wire(host: &str) -> Option<String> {
    if host.is_ascii() {
        return None;
    }
    idna::domain_to_ascii(host).ok().filter(|wire| wire != host)
}

/// Whether a host is another one, or lies below it. Both in their one spelling.
#[must_use]
pub fn belongs(host: &str, to: &str) -> bool {
    !to.is_empty() && host.strip_suffix(to).is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_one_spelling() {
        for text in [
            "töpfer.example",
            "TÖPFER.example.",
            "xn--tpfer-jua.example",
            "XN--TPFER-JUA.example",
            "to\u{308}pfer.example",
        ] {
            assert_eq!(canonical(text), "töpfer.example", "{text}");
        }
        assert_eq!(canonical("Quarz.Example"), "quarz.example");
        assert_eq!(wire("töpfer.example").as_deref(), Some("xn--tpfer-jua.example"));
        assert_eq!(wire("quarz.example"), None);
        // No domain, and no panic.
        assert_eq!(canonical("xn--\u{fffd}"), "xn--\u{fffd}");
    }

    #[test]
    fn what_lies_below_a_host_belongs_to_it() {
        assert!(belongs("mail.quarz.example", "quarz.example") && belongs("quarz.example", "quarz.example"));
        assert!(!belongs("myquarz.example", "quarz.example") && !belongs("quarz.example", "mail.quarz.example"));
        assert!(!belongs("quarz.example", ""));
    }
}
