//! Made-up records in any number, the same ones each time: e-mails and calls over two hundred accounts, from a vocabulary
//! in which, as in real text, few words are frequent and most are rare.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use success_agent::domain::record::Record;
use success_agent::knowledge::chunk::chunk;

use crate::random::Random;

/// Accounts the records belong to.
pub const ACCOUNTS: usize = 200;

/// When the first record was made.
const BEGINNING: DateTime<Utc> = DateTime::from_timestamp(1_690_000_000, 0).unwrap();
/// They come in the order of their dates, as from a company at work: three years make 100,000 passages.
const MINUTES_APART: i64 = 23;

const WORDS: usize = 12_000;
const EMAILS_PER_CALL: u32 = 12;
const TURNS: usize = 40;

const TOPICS: &[&str] = &[
    "restore",
    "backup",
    "single",
    "sign-on",
    "audit",
    "export",
    "invoice",
    "renewal",
    "contract",
    "seats",
    "adoption",
    "dashboard",
    "report",
    "latency",
    "outage",
    "migration",
    "rollout",
    "training",
    "security",
    "questionnaire",
    "compression",
    "archive",
    "retention",
    "folder",
    "upload",
    "desktop",
    "mobile",
    "offline",
    "connector",
    "webhook",
    "permissions",
    "groups",
    "provisioning",
    "billing",
    "credit",
    "discount",
    "quote",
    "benchmark",
    "throughput",
    "checksum",
    "bucket",
    "region",
    "residency",
    "compliance",
    "deployment",
    "installer",
    "pipeline",
    "playback",
    "captions",
    "bitrate",
    "support",
    "ticket",
    "escalation",
    "roadmap",
    "release",
    "version",
    "upgrade",
    "workshop",
    "onboarding",
    "champion",
];
const SYLLABLES: &[&str] = &[
    "ba", "cor", "den", "fil", "gra", "hol", "jen", "kar", "lim", "mon", "nor", "pel", "qui", "ras", "sel", "tor",
    "ul", "vor", "wen", "zim", "ta", "rin", "mo", "les", "dra", "ne", "sti", "pon",
];
const PEOPLE: &[&str] = &["Ada Berg", "Bo Chen", "Cy Dorn", "Di Eads", "Ed Fry", "Flo Gant"];

/// The next records; never ends.
pub struct Corpus {
    random: Random,
    vocabulary: Vec<String>,
    made: u32,
}

impl Corpus {
    /// From the beginning.
    pub fn new() -> Self {
        let mut random = Random::new(0x5eed);
        let mut word = || {
            let count = 2 + random.below(3);
            (0..count).map(|_| SYLLABLES[random.below(SYLLABLES.len())]).collect::<String>()
        };
        let mut vocabulary: Vec<String> = TOPICS.iter().map(|topic| (*topic).to_owned()).collect();
        vocabulary.extend((TOPICS.len()..WORDS).map(|_| word()));
        Self { random, vocabulary, made: 0 }
    }

    /// The same words, drawn in an order of its own for each `seed`: texts and queries that no other seed gives.
    pub fn drawing(seed: u64) -> Self {
        Self { random: Random::new(0x5eed ^ (seed + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)), ..Self::new() }
    }

    /// The accounts, as lines of the import format.
    pub fn accounts() -> String {
        (0..ACCOUNTS).fold(String::new(), |mut lines, number| {
            let account = json!({"type": "account", "domain": domain(number), "name": format!("Customer {number}")});
            let _ = writeln!(lines, "{account}");
            lines
        })
    }

    /// Lines of the import format that make `passages` passages or a few more.
    pub fn lines(&mut self, passages: usize) -> String {
        let (mut lines, mut count) = (String::new(), 0);
        while count < passages {
            let record = self.record();
            let parsed = serde_json::from_value::<Record>(record.clone());
            count += parsed.map_or(0, |record| chunk(&record).len());
            let _ = writeln!(lines, "{record}");
        }
        lines
    }

    /// An account and a few words to search for in it.
    pub fn query(&mut self) -> (String, String) {
        let count = 2 + self.random.below(3);
        let words: Vec<String> = (0..count).map(|_| self.word()).collect();
        (domain(self.random.below(ACCOUNTS)), words.join(" "))
    }

    fn record(&mut self) -> Value {
        self.made += 1;
        let (id, account) = (self.made, domain(self.random.below(ACCOUNTS)));
        let at = (BEGINNING + TimeDelta::minutes(MINUTES_APART * i64::from(id))).to_rfc3339();
        if id.is_multiple_of(EMAILS_PER_CALL + 1) {
            let turns: Vec<Value> = (0..TURNS)
                .map(|turn| json!({"speaker": PEOPLE[turn % 3], "text": self.text(30), "at_seconds": turn * 12}))
                .collect();
            let side =
                |name: &&str| json!({"name": name, "side": if *name == PEOPLE[0] { "team" } else { "customer" }});
            let participants: Vec<Value> = PEOPLE[..3].iter().map(side).collect();
            json!({
                "type": "call", "id": format!("call-{id}"), "account": account, "title": self.text(4), "started_at": at,
                "duration_seconds": TURNS * 12, "participants": participants, "transcript": turns,
            })
        } else {
            let words = 50 + self.random.below(80);
            json!({
                "type": "email", "id": format!("email-{id}"), "account": account, "sent_at": at,
                "from": format!("{} <someone@{account}>", PEOPLE[self.random.below(PEOPLE.len())]),
                "to": ["csm@vendor.example"], "subject": self.text(5), "body": self.text(words),
            })
        }
    }

    /// Sentences of about `words` words in all, now and then a promise or a request.
    pub fn text(&mut self, words: usize) -> String {
        let mut text = String::new();
        let mut left = words;
        while left > 0 {
            let length = (6 + self.random.below(10)).min(left);
            left -= length;
            let sentence: Vec<String> = (0..length).map(|_| self.word()).collect();
            let sentence = sentence.join(" ");
            match self.random.below(40) {
                0 => {
                    let _ = write!(text, "I will send you {sentence} by Friday. ");
                }
                1 => {
                    let _ = write!(text, "Could you add {sentence}? ");
                }
                _ => {
                    let _ = write!(text, "We {sentence}. ");
                }
            }
        }
        text.trim_end().to_owned()
    }

    /// A word: the n-th of the vocabulary with a probability near 1/n.
    fn word(&mut self) -> String {
        let at = (WORDS as f64).powf(self.random.unit()) as usize;
        self.vocabulary[at.min(WORDS) - 1].clone()
    }
}

fn domain(number: usize) -> String {
    format!("customer-{number}.example")
}
