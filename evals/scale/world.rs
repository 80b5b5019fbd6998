//! A made-up company's customers in any number, the same ones each time: who they are, what they pay and use, and what
//! they wrote and said.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::corpus::Corpus;
use crate::random::Random;

/// The day of the run; see [`crate::server::NOW`].
const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 6, 17).unwrap();

/// Names begin and go on with one of so many words, so that 160,000 differ.
const WORDS: usize = 400;

/// One in so many accounts wrote e-mails.
pub const WRITES: usize = 6;

/// People accounts belong to.
pub const OWNERS: usize = 500;

const SYLLABLES: &[&str] = &[
    "bel", "cor", "dan", "fen", "gra", "hol", "jen", "kar", "lin", "mon", "nor", "pel", "qua", "ras", "sel", "tor",
    "ul", "vor", "wen", "zim", "ta", "rin", "mo", "les", "dra", "ne", "sti", "pon", "vi", "sa",
];
const THIRDS: &[&str] = &["Labs", "Foods", "Group", "Systems", "Health", "Energy", "Media", "Logistics"];
const GIVEN: &[&str] =
    &["Ada", "Bo", "Cleo", "Dario", "Edith", "Finn", "Greta", "Hugo", "Ines", "Jonas", "Kira", "Leo"];
const FAMILY: &[&str] =
    &["Abel", "Brandt", "Castell", "Dorn", "Eads", "Farkas", "Gant", "Hale", "Ibsen", "Jarvis", "Koch", "Lund"];
const TITLES: &[&str] = &["VP Operations", "Head of IT", "Procurement", "Director of Finance"];
const SEGMENTS: &[&str] = &["Enterprise", "Mid-market", "SMB"];
const PRODUCTS: &[&str] = &["Platform", "Platform Plus", "Archive"];

/// The customers.
pub struct World {
    /// How many there are.
    pub accounts: usize,
    firsts: Vec<String>,
    seconds: Vec<String>,
}

impl World {
    /// So many of them.
    pub fn new(accounts: usize) -> Self {
        let mut random = Random::new(0xacc0);
        let mut words = BTreeSet::new();
        while words.len() < 2 * WORDS {
            let count = 2 + random.below(2);
            let word: String = (0..count).map(|_| random.one(SYLLABLES)).collect();
            if (5..=9).contains(&word.len()) {
                words.insert(capitalised(&word));
            }
        }
        let (firsts, seconds) = words.into_iter().enumerate().partition::<Vec<_>, _>(|(at, _)| at % 2 == 0);
        let only = |words: Vec<(usize, String)>| words.into_iter().map(|(_, word)| word).collect();
        Self { accounts, firsts: only(firsts), seconds: only(seconds) }
    }

    /// What an account is called: two or three words.
    pub fn name(&self, account: usize) -> String {
        let (first, second) = self.words(account);
        match account % 2 {
            0 => format!("{first} {second}"),
            _ => format!("{first} {second} {}", THIRDS[account / 2 % THIRDS.len()]),
        }
    }

    /// Its domain.
    pub fn domain(&self, account: usize) -> String {
        let (first, second) = self.words(account);
        format!("{}-{}.example", first.to_lowercase(), second.to_lowercase())
    }

    fn words(&self, account: usize) -> (&str, &str) {
        (&self.firsts[account % WORDS], &self.seconds[(account / WORDS + account) % WORDS])
    }

    /// What is known of accounts in figures, as lines of the import format: who they are, contracts, payments, use.
    pub fn facts(&self, accounts: std::ops::Range<usize>) -> String {
        accounts.fold(String::new(), |mut lines, account| {
            for line in self.facts_of(account) {
                let _ = writeln!(lines, "{line}");
            }
            lines
        })
    }

    fn facts_of(&self, account: usize) -> Vec<Value> {
        let mut random = Random::new(account as u64);
        let domain = self.domain(account);
        let contact = |number: usize| {
            let (given, family) = (GIVEN[(account + number) % 12], FAMILY[(account / 12 + 5 * number) % 12]);
            let email = format!("{}.{}@{domain}", given.to_lowercase(), family.to_lowercase());
            json!({"name": format!("{given} {family}"), "title": TITLES[number % 4], "email": email})
        };
        let contacts: Vec<Value> = (0..=account % 3).map(contact).collect();
        let (seats, amount) = (10 + random.below(490), 500_000 + 10_000 * random.below(2_000));
        let renews = TODAY + TimeDelta::days(whole(random.below(540)));
        let mut lines = vec![
            json!({
                "type": "account", "domain": domain, "name": self.name(account), "owner_email": owner(account),
                "segment": SEGMENTS[account % 3], "licensed_seats": seats,
                "contacts": contacts,
            }),
            json!({
                "type": "revenue_source", "id": format!("contract-{account}"), "account": domain,
                "system": "salesbricks", "product": PRODUCTS[account % 3],
                "status": if random.below(40) == 0 { "past_due" } else { "active" }, "interval": "year",
                "amount_minor": amount, "currency": "USD", "quantity": seats,
                "starts_on": renews - TimeDelta::days(365), "renews_on": renews,
            }),
        ];
        for payment in 0..2_i64 {
            let at = at(whole(random.below(90)) + 90 * payment, &mut random);
            lines.push(json!({
                "type": "payment_event", "id": format!("payment-{account}-{payment}"), "account": domain,
                "occurred_at": at, "kind": if random.below(25) == 0 { "failed" } else { "paid" },
                "amount_minor": amount / 12, "currency": "USD",
            }));
        }
        for ago in 0..4 {
            let day = TODAY - TimeDelta::days(1 + 7 * ago);
            lines.push(json!({
                "type": "usage", "account": domain, "day": day, "active_users": random.below(seats + 1),
                "licensed_seats": seats,
            }));
        }
        lines
    }

    /// What was said and written, as lines of the import format: signals, e-mails and short calls of a part of the
    /// accounts.
    pub fn texts(&self, accounts: std::ops::Range<usize>, corpus: &mut Corpus) -> String {
        accounts.fold(String::new(), |mut lines, account| {
            let mut random = Random::new(!(account as u64));
            if account.is_multiple_of(4) {
                let _ = writeln!(lines, "{}", self.signal(account, &format!("signal-{account}"), &mut random, corpus));
            }
            if account.is_multiple_of(WRITES) {
                for email in 0..=account / WRITES % 2 {
                    let id = format!("email-{account}-{email}");
                    let _ = writeln!(lines, "{}", self.email(account, &id, &mut random, corpus));
                }
            }
            if account.is_multiple_of(30) {
                let _ = writeln!(lines, "{}", self.call(account, &mut random, corpus));
            }
            lines
        })
    }

    fn signal(&self, account: usize, id: &str, random: &mut Random, corpus: &mut Corpus) -> Value {
        json!({
            "type": "signal", "id": id, "account": self.domain(account),
            "occurred_at": at(whole(random.below(120)), random), "text": corpus.text(14),
            "kind": random.one(&["feature_request", "complaint", "praise", "question"]),
        })
    }

    fn email(&self, account: usize, id: &str, random: &mut Random, corpus: &mut Corpus) -> Value {
        let domain = self.domain(account);
        json!({
            "type": "email", "id": id, "account": domain, "sent_at": at(whole(random.below(120)), random),
            "from": format!("{} {} <someone@{domain}>", random.one(GIVEN), random.one(FAMILY)),
            "to": [owner(account)], "subject": corpus.text(4), "body": corpus.text(40 + random.below(40)),
        })
    }

    fn call(&self, account: usize, random: &mut Random, corpus: &mut Corpus) -> Value {
        let (ours, theirs) = (format!("{} {}", GIVEN[account % 12], FAMILY[7]), format!("{} {}", GIVEN[3], FAMILY[2]));
        let turns: Vec<Value> = (0..6)
            .map(|turn| {
                let speaker = if turn % 2 == 0 { &ours } else { &theirs };
                json!({"speaker": speaker, "text": corpus.text(25), "at_seconds": turn * 15})
            })
            .collect();
        json!({
            "type": "call", "id": format!("call-{account}"), "account": self.domain(account), "title": corpus.text(3),
            "started_at": at(whole(random.below(120)), random), "duration_seconds": 90, "transcript": turns,
            "participants": [{"name": ours, "side": "team"}, {"name": theirs, "side": "customer"}],
        })
    }

    /// A record that comes in while people ask: mostly figures, now and then something written.
    pub fn news(&self, number: usize, random: &mut Random, corpus: &mut Corpus) -> Value {
        let account = random.below(self.accounts);
        let domain = self.domain(account);
        match random.below(10) {
            0 => self.email(account, &format!("news-{number}"), random, corpus),
            1 => self.signal(account, &format!("news-{number}"), random, corpus),
            2 | 3 => json!({
                "type": "payment_event", "id": format!("news-{number}"), "account": domain, "occurred_at": at(0, random),
                "kind": "paid", "amount_minor": 10_000 + random.below(100_000), "currency": "USD",
            }),
            _ => json!({
                "type": "usage", "account": domain, "day": TODAY - TimeDelta::days(whole(random.below(30))),
                "active_users": random.below(500),
            }),
        }
    }
}

fn owner(account: usize) -> String {
    owner_number(account * 7 % OWNERS)
}

/// The address of an owner.
pub fn owner_number(number: usize) -> String {
    let (given, family) = (GIVEN[number % 12].to_lowercase(), FAMILY[number / 12 % 12].to_lowercase());
    match number / 144 {
        0 => format!("{given}.{family}@vendor.example"),
        more => format!("{given}.{family}{more}@vendor.example"),
    }
}

/// An instant so many days ago.
fn at(days_ago: i64, random: &mut Random) -> DateTime<Utc> {
    let day = (TODAY - TimeDelta::days(days_ago)).and_time(chrono::NaiveTime::MIN).and_utc();
    day + TimeDelta::minutes(whole(random.below(14 * 60)))
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A small number as the calendar counts.
fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
