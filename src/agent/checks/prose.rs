//! Checks of what a language model wrote: sentence by sentence, against the records it cites.
//!
//! A sentence stays when every figure in it stands in what it cites, when it says what that says, and when it names
//! nobody and no level that was not looked up. A sentence without a citation may only sum up what the others cite, without
//! a figure. Everything else is a problem: told to the model once, then taken out.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde_json::Value;

use super::figure::Known;
use super::{spans, without_marks};
use crate::agent::ledger::Ledger;
use crate::agent::scope::TurnScope;
use crate::domain::health::Level;
use crate::domain::record::RecordKind;
use crate::domain::text::clipped;
use crate::domain::tool::Cite;
use crate::language::{content_stems, sentences, words};

/// How much of a cited sentence stands in what it cites, at least.
const CITED: f64 = 0.4;

/// How much of a sentence without citation stands in what the others cite, at least.
const UNCITED: f64 = 0.6;

/// What survived, and what did not.
pub struct Doubted {
    /// The text without what does not hold.
    pub text: String,
    /// What does not hold, a sentence each.
    pub problems: Vec<String>,
    /// How many figures were compared.
    pub figures: u32,
}

/// Everything a sentence may lean on.
pub struct Support<'a> {
    question: &'a str,
    ledger: &'a Ledger,
    scope: &'a TurnScope,
    today: NaiveDate,
    /// All that was looked up.
    outputs: &'a [Value],
    /// The parts of it by the number they are cited under.
    items: BTreeMap<Cite, Vec<&'a Value>>,
    /// Its words in lower case.
    words: BTreeSet<String>,
    /// The hosts where the sources can be opened. An address that only stands in a text was put there by anybody.
    hosts: BTreeSet<String>,
    /// The mail addresses of people on record: likewise.
    mailboxes: BTreeSet<String>,
}

impl<'a> Support<'a> {
    /// Of a turn.
    pub fn new(
        question: &'a str,
        outputs: &'a [Value],
        ledger: &'a Ledger,
        scope: &'a TurnScope,
        today: NaiveDate,
    ) -> Self {
        let mut items: BTreeMap<Cite, Vec<&Value>> = BTreeMap::new();
        let mut texts = vec![question];
        for output in outputs {
            visit(output, &mut |value| match value {
                Value::Object(fields) => {
                    let cite = fields.get("cite").and_then(Value::as_u64).and_then(|cite| cite.try_into().ok());
                    items.entry(cite.unwrap_or_default()).or_default().push(value);
                }
                Value::String(text) => texts.push(text),
                _ => {}
            });
        }
        for evidence in (1..).map_while(|cite| ledger.get(cite)) {
            texts.extend([evidence.quote.as_str(), evidence.title.as_str()]);
            texts.extend(evidence.speaker.as_deref());
        }
        let said = texts.iter().flat_map(|text| words(text)).map(|word| word.lower.into_owned()).collect();
        let urls = (1..).map_while(|cite| ledger.get(cite)).filter_map(|evidence| evidence.url.as_deref());
        let hosts = urls.filter_map(host).collect();
        let mut mailboxes = BTreeSet::new();
        for output in outputs {
            visit(output, &mut |value| {
                let fields = MAILBOXES.iter().filter_map(|field| value.get(field).and_then(Value::as_str));
                mailboxes.extend(fields.map(str::to_lowercase).filter(|field| field.contains('@')));
            });
        }
        Self { question, ledger, scope, today, outputs, items, words: said, hosts, mailboxes }
    }

    /// Checks a whole text: first what cites, because the rest has to sum that up.
    pub fn check(&self, text: &str) -> Doubted {
        let mut doubted = Doubted { text: String::new(), problems: Vec::new(), figures: 0 };
        let mut borne_out = content_stems(self.question).into_iter().collect();
        for sentence in text.lines().flat_map(|line| sentences(split_bullet(line).1)) {
            let sentence = self.without_addresses(sentence);
            let cites = cites(&sentence);
            if !cites.is_empty() && self.problem(&sentence, &borne_out, &mut 0).is_none() {
                borne_out.extend(self.leaned_on(&cites).1);
            }
        }
        for line in text.lines() {
            let (bullet, rest) = split_bullet(line);
            let mut kept = Vec::new();
            for sentence in sentences(rest) {
                let sentence = self.without_addresses(sentence);
                if without_marks(&sentence).trim().is_empty() {
                    if !sentence.trim().is_empty() && !kept.is_empty() {
                        kept.push(sentence);
                    }
                    continue;
                }
                match self.problem(&sentence, &borne_out, &mut doubted.figures) {
                    None => kept.push(sentence),
                    Some(problem) => doubted.problems.push(problem),
                }
            }
            if rest.trim().is_empty() || !kept.is_empty() {
                doubted.text.push_str(bullet);
                doubted.text.push_str(&kept.join(" "));
                doubted.text.push('\n');
            }
        }
        doubted.text = doubted.text.trim().to_owned();
        doubted
    }

    /// What is wrong with a sentence; `borne_out` is what one without citation may sum up.
    fn problem(&self, sentence: &str, borne_out: &BTreeSet<String>, figures: &mut u32) -> Option<String> {
        let cites = cites(sentence);
        let plain = without_marks(sentence);
        let shown = clipped(plain.trim(), 80);
        if let Some(cite) = cites.iter().find(|cite| !self.may_cite(**cite)) {
            return Some(format!("“{shown}” cites [{cite}], which no tool gave out."));
        }
        let of_account = |cite: &Cite| self.ledger.get(*cite).is_some_and(|at| at.record.kind == RecordKind::Account);
        if claims_a_deed(&plain, cites.iter().any(of_account)) {
            return Some(format!("“{shown}” says that something was done; nothing was, and nothing can be."));
        }
        if let Some(name) = self.unknown_name(&plain) {
            return Some(format!("“{shown}” names {name}, whom or which nothing looked up names."));
        }
        let (known, stems) = self.leaned_on(&cites);
        let (looked_at, wrong) = known.first_unknown(&plain);
        *figures += looked_at;
        if let Some(figure) = wrong {
            let why = if cites.is_empty() { "cites nothing for it" } else { "what it cites does not have it" };
            return Some(format!("“{shown}” has the figure {figure}, and {why}."));
        }
        if plain.trim_end().ends_with('?') || says_nothing_found(&plain) {
            return None;
        }
        let (stems, needed, what) = if cites.is_empty() {
            (borne_out, UNCITED, "the rest of the answer cites")
        } else {
            (&stems, CITED, "it cites")
        };
        let wanted = content_stems(&plain);
        let said = wanted.iter().filter(|stem| stems.contains(*stem)).count();
        if (said as f64) < (wanted.len().max(1) as f64) * needed {
            return Some(format!("“{shown}” is not what {what} says."));
        }
        let level = self.wrong_level(&plain, &cites)?;
        Some(format!("“{shown}” says {level}, which is not the level on record."))
    }

    /// A level a sentence names that what it cites, or else what was looked up, does not have.
    fn wrong_level(&self, sentence: &str, cites: &[Cite]) -> Option<&'static str> {
        let lower = words(sentence).into_iter().map(|word| word.lower.into_owned()).collect::<Vec<_>>().join(" ");
        let says = |level: &Level| format!(" {lower} ").contains(&format!(" {} ", level.label()));
        let cited = levels(cites.iter().filter_map(|cite| self.items.get(cite)).flatten().copied());
        let on_record = if cited.is_empty() { levels(self.outputs) } else { cited };
        let wrong = |level: &Level| !on_record.is_empty() && !on_record.contains(level.wire());
        [Level::Critical, Level::AtRisk, Level::Healthy].into_iter().filter(says).find(wrong).map(Level::label)
    }

    /// What a sentence with these citations may take figures and words from; without one, those of the question.
    fn leaned_on(&self, cites: &[Cite]) -> (Known, BTreeSet<String>) {
        let items = || cites.iter().filter_map(|cite| self.items.get(cite)).flatten().copied();
        let evidence: Vec<&str> = cites
            .iter()
            .filter_map(|cite| self.ledger.get(*cite))
            .flat_map(|evidence| {
                [evidence.quote.as_str(), evidence.title.as_str()].into_iter().chain(evidence.speaker.as_deref())
            })
            .collect();
        let days: Vec<String> = cites
            .iter()
            .filter_map(|cite| self.ledger.get(*cite)?.occurred_at)
            .map(|at| at.date_naive().to_string())
            .collect();
        let texts = || evidence.iter().copied().chain(days.iter().map(String::as_str)).chain([self.question]);
        // What stands beside the items, like a total, belongs to whoever cites one of them.
        let totals: Vec<&Value> =
            if cites.is_empty() { Vec::new() } else { self.outputs.iter().flat_map(scalars).collect() };
        let known = Known::exactly(items().chain(totals), texts(), self.today);
        let mut stems: BTreeSet<String> = texts().flat_map(content_stems).collect();
        for item in items() {
            visit(item, &mut |value| {
                if let Value::String(text) = value {
                    stems.extend(content_stems(text));
                }
            });
        }
        (known, stems)
    }

    fn may_cite(&self, cite: Cite) -> bool {
        self.ledger.get(cite).is_some_and(|evidence| {
            self.scope.pinned.is_none() || evidence.account.is_none() || evidence.account == self.scope.pinned
        })
    }

    /// A word written like a name that stands nowhere in what was looked up.
    fn unknown_name(&self, sentence: &str) -> Option<String> {
        let found = words(sentence);
        let named = found.iter().enumerate().filter(|(place, word)| {
            let begins = *place == 0 || sentence[..word.start].trim_end().ends_with([':', '“', '"', '(', '—']);
            let capital = word.text.starts_with(char::is_uppercase);
            capital && !begins && !COMMON_CAPITALS.contains(&word.lower.as_ref())
        });
        let known = |lower: &str| {
            let plain = lower.trim_end_matches("'s");
            self.words.contains(lower)
                || self.words.contains(plain)
                || plain.split(['-', '/', '.']).all(|part| self.words.contains(part))
        };
        named.map(|(_, word)| word).find(|word| !known(&word.lower)).map(|word| word.text.to_owned())
    }

    /// The sentence without images, links and addresses that no record has; the words of a link stay.
    fn without_addresses(&self, sentence: &str) -> String {
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
        let shown = |word: &&str| match (is_address(word), word.contains('@')) {
            (true, _) => host(word).is_some_and(|host| self.hosts.contains(&host)),
            (false, true) => self.mailboxes.iter().any(|mailbox| word.to_lowercase().contains(mailbox.as_str())),
            (false, false) => true,
        };
        text.split_whitespace().filter(shown).collect::<Vec<_>>().join(" ").replace(['<', '>'], "")
    }
}

/// Words that are written with a capital wherever they stand.
const COMMON_CAPITALS: [&str; 36] = [
    "i",
    "i'm",
    "csm",
    "csms",
    "arr",
    "mrr",
    "nps",
    "sla",
    "qbr",
    "api",
    "usd",
    "eur",
    "gbp",
    "q1",
    "q2",
    "q3",
    "q4",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The levels that stand in these values.
fn levels<'v>(values: impl IntoIterator<Item = &'v Value>) -> BTreeSet<&'v str> {
    let mut found = BTreeSet::new();
    for value in values {
        visit(value, &mut |value| found.extend(value.get("level").and_then(Value::as_str)));
    }
    found
}

/// Calls `with` for a value and everything in it.
fn visit<'v>(value: &'v Value, with: &mut dyn FnMut(&'v Value)) {
    with(value);
    match value {
        Value::Array(items) => items.iter().for_each(|item| visit(item, with)),
        Value::Object(fields) => fields.values().for_each(|field| visit(field, with)),
        _ => {}
    }
}

/// The fields of an output that are no lists: totals and the like. The lengths of its lists count too.
fn scalars(output: &Value) -> Vec<&Value> {
    match output {
        Value::Object(fields) => fields.values().filter(|field| !field.is_array()).collect(),
        _ => Vec::new(),
    }
}

/// The fields in which mail addresses stand that nobody wrote into a text.
const MAILBOXES: [&str; 3] = ["email", "owner_email", "owner"];

/// The numbers a sentence cites.
fn cites(sentence: &str) -> Vec<Cite> {
    spans(sentence).into_iter().map(|(_, _, cite)| cite).collect()
}

fn split_bullet(line: &str) -> (&str, &str) {
    let start = line.len() - line.trim_start().len();
    let marked = line[start..].strip_prefix("- ").or_else(|| line[start..].strip_prefix("* "));
    match marked {
        Some(rest) => ("- ", rest),
        None => ("", line.trim_start_matches('#').trim_start()),
    }
}

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

/// "I have routed the account": whoever writes the answer has done nothing and can do nothing. Where an account is, its
/// own record may say.
fn claims_a_deed(sentence: &str, cites_the_account: bool) -> bool {
    const DEEDS: [&str; 22] = [
        "routed",
        "untracked",
        "retracked",
        "snoozed",
        "sent",
        "emailed",
        "e-mailed",
        "mailed",
        "approved",
        "updated",
        "changed",
        "deleted",
        "removed",
        "added",
        "created",
        "scheduled",
        "notified",
        "assigned",
        "forwarded",
        "cancelled",
        "refunded",
        "marked",
    ];
    const OURS: [&str; 4] = ["routed", "untracked", "retracked", "snoozed"];
    let said: Vec<String> = words(&unquoted(sentence)).into_iter().map(|word| word.lower.into_owned()).collect();
    let first_person = |at: usize| {
        said[at.saturating_sub(3)..at].iter().any(|word| matches!(word.as_str(), "i" | "i've" | "we've")) || at == 0
    };
    said.iter().enumerate().any(|(at, word)| {
        DEEDS.contains(&word.as_str()) && first_person(at) || !cites_the_account && OURS.contains(&word.as_str())
    })
}

/// The sentence without what it quotes.
fn unquoted(sentence: &str) -> String {
    let mut inside = false;
    let outside = |letter: &char| {
        match letter {
            '“' => inside = true,
            '”' => inside = false,
            '"' => inside = !inside,
            _ => return !inside,
        }
        false
    };
    sentence.chars().filter(outside).collect()
}

/// "The records do not say": it needs no support.
fn says_nothing_found(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    [
        "records do not",
        "records don't",
        "no record",
        "nothing on record",
        "not on record",
        "could not find",
        "couldn't find",
    ]
    .iter()
    .any(|words| lower.contains(words))
}
