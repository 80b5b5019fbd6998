//! Names with digits in them: what an account, a person, a product or a record is called is no figure.

use serde_json::Value;

use super::Against;
use crate::language::words;

/// The fields of what a tool returned in which names stand.
const FIELDS: [&str; 10] =
    ["account", "account_name", "domain", "from", "name", "product", "speaker", "title", "version", "who"];

/// The names an answer may use, each as its words in lower case, the longest first.
pub(super) struct Names(Wordings);

impl Names {
    /// Of the accounts a turn is about, of what was looked up in it and of the evidence for it.
    pub fn new(turn: &Against<'_>) -> Self {
        let mut names: Vec<&str> = turn.names.iter().map(String::as_str).collect();
        for output in turn.outputs {
            collect(output, &mut names);
        }
        for evidence in turn.ledger.entries() {
            names.extend([evidence.account.as_deref(), evidence.speaker.as_deref()].into_iter().flatten());
            names.push(&evidence.title);
        }
        // Digits alone could be anything, so they stay a figure whoever is called so.
        names
            .retain(|name| name.contains(|letter: char| letter.is_ascii_digit()) && name.contains(char::is_alphabetic));
        names.sort_unstable();
        names.dedup();
        Self(Wordings::new(
            names.into_iter().map(|name| words(name).iter().map(|word| word.lower.to_string()).collect()),
        ))
    }

    /// The line without the names in it.
    pub fn taken_out(&self, line: &str) -> String {
        self.0.taken_out(line)
    }
}

fn collect<'v>(value: &'v Value, names: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, names)),
        Value::Object(fields) => {
            for (field, value) in fields {
                match value {
                    Value::String(name) if FIELDS.contains(&field.as_str()) => names.push(name),
                    other => collect(other, names),
                }
            }
        }
        _ => {}
    }
}

/// Sequences of words that can be taken out of a line.
pub(super) struct Wordings(Vec<Vec<String>>);

impl Wordings {
    /// These, each in lower case.
    pub fn new(wordings: impl IntoIterator<Item = Vec<String>>) -> Self {
        let mut wordings: Vec<Vec<String>> = wordings.into_iter().filter(|wording| !wording.is_empty()).collect();
        wordings.sort_by_key(|wording| std::cmp::Reverse(wording.len()));
        Self(wordings)
    }

    /// The line without them, the longest that stands in a place first.
    pub fn taken_out(&self, line: &str) -> String {
        if self.0.is_empty() {
            return line.to_owned();
        }
        let found = words(line);
        let mut rest = String::with_capacity(line.len());
        let (mut from, mut at) = (0, 0);
        while at < found.len() {
            let here = |wording: &&Vec<String>| {
                let same = |(wanted, word): (&String, &crate::language::Word<'_>)| {
                    *wanted == word.lower || word.lower.strip_suffix("'s") == Some(wanted)
                };
                found.len() - at >= wording.len() && wording.iter().zip(&found[at..]).all(same)
            };
            let Some(wording) = self.0.iter().find(here) else {
                at += 1;
                continue;
            };
            rest.push_str(&line[from..found[at].start]);
            at += wording.len();
            from = found[at - 1].end;
        }
        rest.push_str(&line[from..]);
        rest
    }
}
