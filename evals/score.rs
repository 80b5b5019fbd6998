//! Scores an answer against its case, and adds scores up.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::case::{Case, Turn};
use super::client::{Answer, Citation, Client};
use super::text;

/// What an answer says in its first sentence when the records are silent.
const SILENT: &[&str] = &[
    "do not say",
    "don't say",
    "does not say",
    "do not hold",
    "don't hold",
    "do not mention",
    "nothing to look through",
    "not on record",
    "no record",
];
/// With these an answer begins that finds none of what was asked for.
const NONE: &[&str] = &["no ", "none ", "nothing ", "nobody ", "nowhere "];

/// What an answer says that is none: a failure of the program, told politely.
const FAILED: &[&str] = &["the fault is ours", "went wrong on our side", "could not put the answer together"];

/// Successes among tries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Successes.
    pub good: u32,
    /// Tries.
    pub all: u32,
}

impl Share {
    fn count(&mut self, good: bool) {
        self.good += u32::from(good);
        self.all += 1;
    }

    fn add(&mut self, other: Self) {
        self.good += other.good;
        self.all += other.all;
    }

    /// In percent; none without a try.
    pub fn percent(self) -> Option<f64> {
        (self.all > 0).then(|| 100.0 * f64::from(self.good) / f64::from(self.all))
    }
}

/// What was measured on an answer, or on several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// Answers.
    pub turns: u32,
    /// Facts and accounts that were wanted and said.
    pub facts: Share,
    /// Citations that belong to the account and bear on a line that cites them.
    pub precision: Share,
    /// Records that were wanted and cited.
    pub recall: Share,
    /// Answers that say so when the records are silent, and only then.
    pub refusals: Share,
    /// Lines with a figure that name its source.
    pub sourced: Share,
    /// Proposals that were wanted and made.
    #[serde(default)]
    pub proposals: Share,
    /// Proposals that nobody wanted.
    #[serde(default)]
    pub uninvited: u32,
    /// Things said or cited that belong to another account, or must not be said.
    pub leaks: u32,
    /// Accounts mentioned that should not be.
    pub wrong_accounts: u32,
    /// Questions that were not answered.
    pub errors: u32,
}

impl Score {
    /// Adds another score to this one.
    pub fn add(&mut self, other: &Self) {
        self.turns += other.turns;
        self.facts.add(other.facts);
        self.precision.add(other.precision);
        self.recall.add(other.recall);
        self.refusals.add(other.refusals);
        self.sourced.add(other.sourced);
        self.proposals.add(other.proposals);
        self.uninvited += other.uninvited;
        self.leaks += other.leaks;
        self.wrong_accounts += other.wrong_accounts;
        self.errors += other.errors;
    }

    /// The shares by name, in percent; more is better.
    pub fn shares(&self) -> [(&'static str, Option<f64>); 6] {
        [
            ("facts", self.facts.percent()),
            ("precision", self.precision.percent()),
            ("recall", self.recall.percent()),
            ("refusals", self.refusals.percent()),
            ("sourced", self.sourced.percent()),
            ("proposals", self.proposals.percent()),
        ]
    }

    /// The counts by name; less is better.
    pub fn counts(&self) -> [(&'static str, u32); 4] {
        [
            ("leaks", self.leaks),
            ("wrong accounts", self.wrong_accounts),
            ("uninvited", self.uninvited),
            ("errors", self.errors),
        ]
    }
}

/// Account and text of a record.
pub type Record = (Option<String>, String);

/// What the server holds that scoring needs.
#[derive(Debug, Default)]
pub struct Known {
    /// Names of the accounts by domain.
    pub accounts: BTreeMap<String, String>,
    /// What is shown of the accounts, by domain: score, revenue, usage.
    pub facts: BTreeMap<String, String>,
    /// The cited records by kind and id; none for those that do not exist.
    pub records: BTreeMap<(String, String), Option<Record>>,
}

impl Known {
    /// What is known of a server before the first question.
    ///
    /// # Errors
    /// When the accounts cannot be listed.
    pub async fn of(client: &Client) -> Result<Self> {
        let mut known = Self::default();
        for account in client.accounts().await? {
            known.facts.insert(account.domain.clone(), serde_json::to_string_pretty(&account.facts)?);
            known.accounts.insert(account.domain, account.name);
        }
        Ok(known)
    }

    /// Fetches the records an answer cites, so that citations are judged by them and not by what the answer shows of them.
    pub async fn learn(&mut self, answer: &Answer, client: &Client) {
        for citation in &answer.citations {
            let key = (citation.kind.clone(), citation.id.clone());
            if self.records.contains_key(&key) {
                continue;
            }
            let record = client.record(&citation.kind, &citation.id).await.ok().map(|record| {
                let mut text = format!("{}\n{}\n", record.title, record.occurred_at.unwrap_or_default());
                for line in record.lines {
                    text.push_str(&format!("{} {}\n", line.label.unwrap_or_default(), line.text));
                }
                (record.account, text)
            });
            self.records.insert(key, record);
        }
    }
}

/// Scores one answer; what is wrong with it, in words, is added to `faults`.
pub fn score(case: &Case, turn: &Turn, answer: &Answer, known: &Known, faults: &mut Vec<String>) -> Score {
    let mut score = Score { turns: 1, ..Score::default() };
    let said = text::plain(&answer.answer);
    if FAILED.iter().any(|words| said.contains(words)) {
        score.errors = 1;
        faults.push(format!("error: {}", answer.answer));
    }
    for fact in &turn.facts {
        let found = fact.wordings().iter().any(|words| text::says(&said, &text::plain(words)));
        score.facts.count(found);
        if !found {
            faults.push(format!("missing fact: {}", fact.wordings().join(" | ")));
        }
    }
    for account in &turn.accounts {
        let found = mentions(&said, account, known);
        score.facts.count(found);
        if !found {
            faults.push(format!("missing account: {account}"));
        }
    }
    for account in turn.not_accounts.iter().filter(|account| mentions(&said, account, known)) {
        score.wrong_accounts += 1;
        faults.push(format!("wrong account: {account}"));
    }
    cited(turn, answer, &mut score, faults);
    proposed(turn, answer, &mut score, faults);
    for citation in &answer.citations {
        let fault = fault_of(citation, case, answer, known);
        score.precision.count(fault.is_none());
        faults.extend(fault.map(|fault| format!("citation [{}] {}: {fault}", citation.n, citation.id)));
    }
    for n in text::marks(&answer.answer).into_iter().filter(|n| answer.citations.iter().all(|one| one.n != *n)) {
        score.precision.count(false);
        faults.push(format!("mark [{n}] names no citation"));
    }
    leaks(case, turn, answer, known, &mut score, faults);
    // That there is none may be the very answer; then it is among the facts.
    let none = turn.accounts.is_empty() && score.facts.good == score.facts.all && finds_none(answer);
    let right = if turn.refuses { declines(answer) } else { none || !is_silent(answer) };
    score.refusals.count(right);
    if !right {
        faults.push(if turn.refuses { "should say that the records are silent" } else { "refuses" }.to_owned());
    }
    let states = !(turn.refuses || asks_back(answer) || (answer.citations.is_empty() && finds_none(answer)));
    if states && !is_silent(answer) {
        for line in text::lines(&answer.answer).filter(|line| !text::figures(line).is_empty()) {
            let lacking = text::lacks_source(line, &turn.ask);
            score.sourced.count(!lacking);
            if lacking {
                faults.push(format!("figure without a source: {line}"));
            }
        }
    }
    score
}

/// Whether what was wanted is proposed, and nothing else is.
fn proposed(turn: &Turn, answer: &Answer, score: &mut Score, faults: &mut Vec<String>) {
    let mut made: Vec<&Value> = answer.cards.iter().filter(|card| card["card"] == "proposal").collect();
    for wanted in &turn.proposes {
        let found = made.iter().position(|card| holds(card, wanted));
        score.proposals.count(found.is_some());
        match found {
            Some(at) => drop(made.remove(at)),
            None => faults.push(format!("does not propose: {wanted}")),
        }
    }
    for card in made {
        score.uninvited += 1;
        faults.push(format!("uninvited: {} {}", card["title"], card["action"]));
    }
}

/// Whether a value has all that is wanted of it; words may be said differently around them.
fn holds(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(fields), Value::Object(wanted)) => {
            wanted.iter().all(|(name, wanted)| fields.get(name).is_some_and(|value| holds(value, wanted)))
        }
        (Value::String(text), Value::String(wanted)) => text::says(&text::plain(text), &text::plain(wanted)),
        _ => value == wanted,
    }
}

fn cited(turn: &Turn, answer: &Answer, score: &mut Score, faults: &mut Vec<String>) {
    let has = |wanted: &String| answer.citations.iter().any(|citation| is_record(&citation.id, wanted));
    if !turn.cites.is_empty() {
        let found = turn.cites.iter().any(has);
        score.recall.count(found);
        if !found {
            faults.push(format!("cites none of: {}", turn.cites.join(", ")));
        }
    }
    for wanted in &turn.cites_all {
        score.recall.count(has(wanted));
        if !has(wanted) {
            faults.push(format!("does not cite: {wanted}"));
        }
    }
}

/// `wanted` may end in `*` for any record that begins so (`hooli.com/*`: a day of usage).
pub fn is_record(id: &str, wanted: &str) -> bool {
    wanted.strip_suffix('*').map_or(id == wanted, |start| id.starts_with(start))
}

fn leaks(case: &Case, turn: &Turn, answer: &Answer, known: &Known, score: &mut Score, faults: &mut Vec<String>) {
    let said = text::plain(&answer.answer);
    for words in turn.forbids.iter().filter(|words| text::says(&said, &text::plain(words))) {
        score.leaks += 1;
        faults.push(format!("leak: says {words}"));
    }
    let Some(here) = &case.account else { return };
    for citation in &answer.citations {
        let foreign = owner(citation, known).is_some_and(|owner| owner != here);
        if foreign {
            score.leaks += 1;
            faults.push(format!("leak: cites {} of another account", citation.id));
        }
    }
}

/// The account of the cited record, by the record itself.
fn owner<'a>(citation: &'a Citation, known: &'a Known) -> Option<&'a str> {
    match known.records.get(&(citation.kind.clone(), citation.id.clone())) {
        Some(Some((account, _))) => account.as_deref(),
        _ => citation.account.as_deref(),
    }
}

/// What is wrong with a citation whose line and record have nothing in common. A rule of thumb, unlike the others.
pub const SHARES_NOTHING: &str = "shares nothing with the lines that cite it";

/// What is wrong with a citation.
pub fn fault_of(citation: &Citation, case: &Case, answer: &Answer, known: &Known) -> Option<&'static str> {
    let record = known.records.get(&(citation.kind.clone(), citation.id.clone())).and_then(Option::as_ref);
    let Some((account, words)) = record else { return Some("there is no such record") };
    if let (Some(here), Some(account)) = (&case.account, account)
        && here != account
    {
        return Some("belongs to another account");
    }
    let lines: Vec<&str> = text::lines(&answer.answer).filter(|line| text::marks(line).contains(&citation.n)).collect();
    if lines.is_empty() {
        return Some("no line cites it");
    }
    let names: Vec<&str> = account
        .iter()
        .flat_map(|domain| [Some(domain.as_str()), known.accounts.get(domain).map(String::as_str)])
        .flatten()
        .collect();
    // An account's own record bears on a line about the account; in other records its name counts for nothing.
    let own: Vec<String> =
        names.iter().flat_map(|name| success_agent::language::content_stems(&text::plain(name))).collect();
    let about = |line: &str| {
        citation.kind == "account" && names.iter().any(|name| text::names(&text::plain(line), &text::plain(name)))
    };
    (!lines.iter().any(|line| about(line) || text::share(line, words, &own))).then_some(SHARES_NOTHING)
}

/// Whether the answer mentions an account, given by domain or name. Longer names that hold this one do not count.
fn mentions(said: &str, account: &str, known: &Known) -> bool {
    let wanted = text::plain(account);
    let called = |name: &str| text::plain(name) == wanted;
    let mut shorter = known.accounts.iter().filter(|(_, name)| text::plain(name).starts_with(&format!("{wanted} ")));
    let pair = known.accounts.iter().find(|(domain, name)| **domain == wanted || called(name)).or_else(|| {
        // "Harrowgate" is Harrowgate Bank as long as there is no other.
        shorter.next().filter(|_| shorter.next().is_none())
    });
    let mut said = said.to_owned();
    let name = pair.map_or_else(|| wanted.clone(), |(_, name)| text::plain(name));
    for longer in known.accounts.values().map(|name| text::plain(name)).filter(|other| other.len() > name.len()) {
        if longer.contains(&name) {
            said = said.replace(&longer, " ");
        }
    }
    // A name is cut short in headlines too.
    text::names(&said, &name)
        || pair.is_some() && text::names(&said, &wanted)
        || pair.is_some_and(|(domain, _)| text::names(&said, domain))
}

/// Gives nothing and asks something instead.
fn asks_back(answer: &Answer) -> bool {
    answer.citations.is_empty() && (!answer.offers.is_empty() || opening(answer).ends_with('?'))
}

/// Says that the records are silent, or that none of it is in them, with at most one citation (the nearest there is); or
/// gives nothing and asks instead, as a chat opened on one account does when asked about another.
fn declines(answer: &Answer) -> bool {
    (is_silent(answer) || finds_none(answer)) && answer.citations.len() <= 1 || asks_back(answer)
}

/// Whether the answer opens by saying that the records do not hold it.
fn is_silent(answer: &Answer) -> bool {
    let first = opening(answer);
    let on_record = finds_none(answer) && first.contains("is on record");
    answer.citations.len() <= 1 && (on_record || SILENT.iter().any(|words| first.contains(words)))
}

/// Whether the answer opens by saying that there is none.
fn finds_none(answer: &Answer) -> bool {
    let first = opening(answer);
    NONE.iter().any(|start| first.starts_with(start))
}

/// The first sentence.
fn opening(answer: &Answer) -> String {
    let plain = text::plain(text::lines(&answer.answer).next().unwrap_or_default());
    success_agent::language::sentences(&plain).first().map_or_else(|| plain.clone(), |&first| first.to_owned())
}
