//! Addresses in an answer: only those stay that lead to where the sources are, or to people on record.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::agent::ledger::Ledger;

/// The addresses an answer may have. One that only stands in a text was put there by anybody.
pub(super) struct Addresses {
    /// The hosts where the sources can be opened.
    hosts: BTreeSet<String>,
    /// The mail addresses of people on record.
    mailboxes: BTreeSet<String>,
}

/// The fields in which mail addresses stand that nobody wrote into a text.
const MAILBOXES: [&str; 3] = ["email", "owner_email", "owner"];

impl Addresses {
    /// Of the sources in a ledger; nobody's mail address yet.
    pub fn new(ledger: &Ledger) -> Self {
        let hosts = ledger.entries().iter().filter_map(|evidence| host(evidence.url.as_deref()?)).collect();
        Self { hosts, mailboxes: BTreeSet::new() }
    }

    /// Adds the mail addresses in the fields of a record.
    pub fn add(&mut self, record: &Value) {
        let fields = MAILBOXES.iter().filter_map(|field| record.get(field).and_then(Value::as_str));
        self.mailboxes.extend(fields.map(str::to_lowercase).filter(|field| field.contains('@')));
    }

    /// The sentence without images, links and addresses that no record has; the words of a link stay.
    pub fn only_known(&self, sentence: &str) -> String {
        let mut text = String::with_capacity(sentence.len());
        let mut rest = sentence;
        while let Some(open) = rest.find("](") {
            let Some(close) = rest[open..].find(')').map(|at| at + open) else { break };
            let label = rest[..open].rfind('[').unwrap_or(open);
            let image = rest[..label].ends_with('!');
            text.push_str(rest[..label].trim_end_matches('!'));
            if !image {
                text.push_str(&rest[(label + 1).min(open)..open]);
            }
            rest = &rest[close + 1..];
        }
        text.push_str(rest);
        text.split_whitespace().filter(|word| self.may_show(word)).collect::<Vec<_>>().join(" ").replace(['<', '>'], "")
    }

    fn may_show(&self, word: &str) -> bool {
        if is_address(word) {
            host(word).is_some_and(|host| self.hosts.contains(&host))
        } else if word.contains('@') {
            self.mailboxes.iter().any(|mailbox| word.to_lowercase().contains(mailbox.as_str()))
        } else {
            true
        }
    }
}

/// Whether a word is an address that somebody could open.
fn is_address(word: &str) -> bool {
    let lower = word.to_lowercase();
    let bare = lower.split_once('/').is_some_and(|(host, _)| host.contains('.') && host.contains(char::is_alphabetic));
    bare || ["://", "www.", "mailto:", "javascript:", "data:"].iter().any(|mark| lower.contains(mark))
}

/// The host of an address.
fn host(address: &str) -> Option<String> {
    let (_, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#', ':']).next()?.rsplit('@').next()?;
    (!host.is_empty()).then(|| host.to_lowercase())
}
