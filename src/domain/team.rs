//! Our own side, as the workspace says: the domains we write from, and people of ours wherever they write from.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::activity::mailbox;
use super::host;

/// Who is of our side. Domains and addresses are in their one spelling.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Domains; what lies below one is ours as well.
    #[serde(default)]
    pub domains: BTreeSet<String>,
    /// Addresses of people.
    #[serde(default)]
    pub people: BTreeSet<String>,
    /// Where our people were seen to have addresses, which counts while nothing was said.
    #[serde(default)]
    pub seen: BTreeSet<String>,
}

impl Team {
    /// Whether anything was said of it.
    #[must_use]
    pub fn says(&self) -> bool {
        !self.domains.is_empty() || !self.people.is_empty()
    }

    /// Whether a host is one of its domains, or below one.
    #[must_use]
    pub fn has_host(&self, host: &str) -> bool {
        self.domains.iter().any(|domain| host::belongs(host, domain))
    }
}

/// Domains and people of our side, as a line of an import tells them. What is there already stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TeamRecord {
    /// Domains we write from (`acme.com`).
    #[serde(default)]
    pub domains: Vec<String>,
    /// E-mail addresses of people of ours who write from elsewhere.
    #[serde(default)]
    pub people: Vec<String>,
}

impl TeamRecord {
    /// All that it names.
    pub fn members(&self) -> impl Iterator<Item = &str> {
        self.domains.iter().chain(&self.people).map(String::as_str)
    }
}

/// A domain or a person of the team.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Member {
    /// Everybody with an address there.
    Domain(String),
    /// Whoever has this address.
    Person(String),
}

impl Member {
    /// Reads `acme.com`, `@acme.com`, `kim@acme.com` or `Kim Larsen <kim@acme.com>`.
    ///
    /// # Errors
    /// A sentence that says what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let refused =
            || format!("`{}` is neither a domain nor an e-mail address; write acme.com or kim@acme.com", text.trim());
        let (_, address) = mailbox(text);
        let (local, named) = address.rsplit_once('@').unwrap_or(("", &address));
        let host = host::canonical(named);
        let odd = |letter: char| letter.is_whitespace() || letter.is_control() || "/@,<>".contains(letter);
        let label = |label: &str| !label.is_empty() && label.len() <= 63;
        if local.contains(odd)
            || host.contains(odd)
            || !host.contains('.')
            || !host.split('.').all(label)
            || text.len() > 320
        {
            return Err(refused());
        }
        Ok(if local.is_empty() { Self::Domain(host) } else { Self::Person(format!("{local}@{host}")) })
    }

    /// The domain or the address.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Domain(text) | Self::Person(text) => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_of_the_team_is_a_domain_or_a_person() {
        let domain = |text: &str| Ok(Member::Domain(text.to_owned()));
        let person = |text: &str| Ok(Member::Person(text.to_owned()));
        assert_eq!(Member::parse(" Quarz.Example "), domain("quarz.example"));
        assert_eq!(Member::parse("@quarz.example"), domain("quarz.example"));
        assert_eq!(Member::parse("xn--tpfer-jua.example"), domain("töpfer.example"));
        assert_eq!(Member::parse("Ina Mohr <INA@quarz.example>"), person("ina@quarz.example"));
        for text in ["", "quarz", "ina@", "two words.example", "a@b@c", "quarz.example/x", "ina@quarz..example"] {
            assert!(Member::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_lies_below_a_domain_of_the_team_is_of_the_team() {
        let team = Team { domains: ["quarz.example".to_owned()].into(), ..Team::default() };
        assert!(team.says() && team.has_host("mail.quarz.example") && !team.has_host("notquarz.example"));
        assert!(!Team { seen: ["quarz.example".to_owned()].into(), ..Team::default() }.says());
    }
}
