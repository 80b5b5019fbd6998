//! How many there are: of each list that was returned, and of the part of it that stands alike.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::amount::{Amount, Unit, in_field};
use super::reading::Reading;
use super::state::{self, State};
use crate::language::stem;

/// Words for what lists hold, by the field the list is in.
const NOUNS: [(&str, &[&str]); 9] = [
    ("account", &["rows"]),
    ("promise", &["items"]),
    ("payment", &["payments"]),
    ("release", &["items"]),
    ("deal", &["deals"]),
    ("contract", &["contracts"]),
    ("call", &["calls"]),
    ("factor", &["factors"]),
    ("signal", &["items"]),
];

/// Words that count records of any kind.
const OTHER_NOUNS: [&str; 13] = [
    "times",
    "things",
    "items",
    "records",
    "entries",
    "results",
    "hits",
    "matches",
    "customers",
    "e-mails",
    "emails",
    "mails",
    "messages",
];

/// Words behind a count that say no noun: "three of them", "two are".
const GO_ON: [&str; 11] = ["of", "are", "were", "is", "was", "have", "has", "went", "still", "others", "remain"];

/// Totals that say how many stand in some way.
const TOTALS: [(&str, &str, &str); 10] = [
    ("overdue", "promise", "overdue"),
    ("open", "promise", "open"),
    ("kept", "promise", "kept"),
    ("critical", "level", "critical"),
    ("at_risk", "level", "at risk"),
    ("healthy", "level", "healthy"),
    ("payments_paid", "payment", "paid"),
    ("overdue_commitments", "promise", "overdue"),
    ("open_commitments", "promise", "open"),
    ("debts", "payment", "past due"),
];

/// Totals of a whole list.
const WHOLE: [&str; 3] = ["total", "matched", "payments_total"];

/// What can be counted in what was returned.
#[derive(Debug, Default)]
pub(super) struct Counts {
    /// The lengths of lists by the field they are in.
    lists: BTreeMap<String, Vec<u64>>,
    /// How many there are by kind.
    kinds: BTreeMap<String, Vec<u64>>,
    /// Totals that outputs give of whole lists.
    totals: Vec<u64>,
    /// How many stand in each way, by output.
    states: BTreeMap<State, Vec<u64>>,
    /// Everything that is a count.
    all: Vec<u64>,
    /// What the fields of lists add up to, in all and of those that stand alike.
    sums: Vec<Amount>,
}

impl Counts {
    /// Of what the tools returned.
    pub fn new(outputs: &[&Value]) -> Self {
        let mut counts = Self::default();
        for output in outputs {
            counts.add(output, "");
        }
        counts
    }

    fn add(&mut self, value: &Value, name: &str) {
        match value {
            Value::Array(items) => {
                self.add_list(items, name);
                for item in items {
                    self.add(item, "");
                }
            }
            Value::Object(fields) => {
                let count = fields.get("count").and_then(Value::as_u64);
                if let Some((kind, count)) = fields.get("kind").and_then(Value::as_str).zip(count) {
                    self.kinds.entry(kind.to_owned()).or_default().push(count);
                }
                for (field, value) in fields {
                    if let Some(count) = value.as_u64() {
                        self.add_total(field, count);
                    }
                    self.add(value, field);
                }
            }
            _ => {}
        }
    }

    fn add_list(&mut self, items: &[Value], name: &str) {
        let length = items.len() as u64;
        self.add_sums(items);
        self.lists.entry(name.to_owned()).or_default().push(length);
        self.all.push(length);
        for (field, kind) in [("account", "account"), ("who", "person"), ("from", "person"), ("speaker", "person")] {
            let different: BTreeSet<&str> = items.iter().filter_map(|item| item.get(field)?.as_str()).collect();
            self.all.push(different.len() as u64);
            self.kinds.entry(kind.to_owned()).or_default().push(different.len() as u64);
        }
        let mut states: BTreeMap<State, u64> = BTreeMap::new();
        let mut alike: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for item in items {
            for state in state::in_value(item) {
                *states.entry(state).or_default() += 1;
            }
            let fields = item.as_object().into_iter().flatten();
            for (field, text) in fields.filter_map(|(field, value)| Some((field.as_str(), value.as_str()?))) {
                *alike.entry((field, text)).or_default() += 1;
            }
        }
        for ((field, text), count) in alike {
            self.all.push(count);
            if field == "kind" {
                self.kinds.entry(text.to_owned()).or_default().push(count);
            }
        }
        for (state, count) in states {
            self.all.push(count);
            self.states.entry(state).or_default().push(count);
        }
    }

    fn add_total(&mut self, field: &str, count: u64) {
        let known = TOTALS.iter().find(|(name, ..)| *name == field);
        if let Some((_, kind, value)) = known {
            let state = State { kind, value };
            self.states.entry(state).or_default().push(count);
        }
        if WHOLE.contains(&field) {
            self.totals.push(count);
        }
        if known.is_some() || WHOLE.contains(&field) || field == "count" {
            self.all.push(count);
        }
    }

    /// Whether a figure of a sentence counts something, and there are so many of something.
    pub fn has(&self, sentence: &Reading<'_>, amount: &Amount) -> bool {
        amount.unit == Unit::Plain
            && self.all.iter().any(|count| amount.value_fits(*count as f64))
            && self.is_count(sentence, amount)
    }

    /// Whether a figure is what a field of a list adds up to.
    pub fn has_sum(&self, amount: &Amount) -> bool {
        self.sums.iter().any(|sum| amount.is_as_much(sum))
    }

    fn add_sums(&mut self, items: &[Value]) {
        let mut sums: BTreeMap<(String, String, String), (Amount, u64)> = BTreeMap::new();
        for item in items.iter().filter(|item| item.is_object()) {
            let mut amounts = Vec::new();
            for (name, field) in item.as_object().into_iter().flatten() {
                if field.is_number() || field.is_object() || name == "arr" || name == "mrr" {
                    in_field(name, field, &mut |_| {}, &mut amounts);
                }
            }
            let mut groups: Vec<String> =
                state::in_value(item).iter().map(|state| format!("{} {}", state.kind, state.value)).collect();
            groups.push(String::new());
            for amount in &amounts {
                for group in &groups {
                    let key = (amount.noun.clone().unwrap_or_default(), format!("{:?}", amount.unit), group.clone());
                    let entry = sums.entry(key).or_insert_with(|| (Amount { value: 0.0, ..amount.clone() }, 0));
                    entry.0.value += amount.value;
                    entry.1 += 1;
                }
            }
        }
        self.sums.extend(sums.into_values().filter(|(_, count)| *count > 1).map(|(sum, _)| sum));
    }

    /// Whether a figure says how many records or parts of a list there are.
    pub fn is_count(&self, sentence: &Reading<'_>, amount: &Amount) -> bool {
        let before = |back: usize| amount.at.checked_sub(back).map_or("", |at| sentence.words[at].lower.as_ref());
        let behind = || {
            let words = sentence.words.iter().enumerate().skip(amount.end).take(3);
            words.take_while(|(at, _)| sentence.together(*at, amount.at)).map(|(_, word)| word.lower.as_ref())
        };
        let named = |word: &str| {
            let noun = stem(word);
            OTHER_NOUNS.contains(&word)
                || NOUNS.iter().any(|(name, _)| stem(name) == noun)
                || self.kinds.keys().any(|kind| stem(kind) == noun)
        };
        let of_number = sentence.amounts.iter().any(|other| other.end + 1 == amount.at);
        let open = before(1) != "of" || of_number || before(2).is_empty();
        let begins = open && behind().next().is_none_or(|word| GO_ON.contains(&word));
        begins || behind().any(named) || state::said(sentence).iter().any(|said| said.at == amount.end)
    }

    /// How many stand in that way: of each list there is.
    fn of(&self, state: State) -> Option<&Vec<u64>> {
        self.states.get(&state)
    }

    /// How many of what a noun names there are, at most.
    fn most(&self, noun: &str) -> Option<u64> {
        let lists = NOUNS.iter().find(|(name, _)| stem(name) == noun).map(|(_, lists)| *lists);
        let by_name = lists.into_iter().flatten().filter_map(|list| self.lists.get(*list)).flatten();
        let by_kind = self.kinds.iter().filter(|(kind, _)| stem(kind) == noun).flat_map(|(_, counts)| counts);
        by_name.chain(by_kind).chain(lists.map(|_| &self.totals).into_iter().flatten()).copied().max()
    }

    /// A count in a sentence that is another than what was returned, with the right one.
    pub fn contradicted(&self, sentence: &Reading<'_>) -> Option<(String, u64)> {
        let said = state::said(sentence);
        for amount in sentence
            .amounts
            .iter()
            .filter(|amount| amount.unit == Unit::Plain && !amount.vague && amount.value < 1000.0)
        {
            if let Some((written, right)) = self.wrong_state(sentence, amount, &said) {
                return Some((written, right));
            }
            let noun = match amount.noun.as_deref() {
                Some("mail" | "messag" | "e-mail") => Some("email"),
                noun => noun,
            };
            let whole = noun.and_then(|noun| self.most(noun));
            if let Some(most) = whole.filter(|most| amount.value > *most as f64 && *most > 0) {
                return Some((amount.written.clone(), most));
            }
        }
        None
    }

    /// "Three are overdue" where two are.
    fn wrong_state(&self, sentence: &Reading<'_>, amount: &Amount, said: &[state::Said]) -> Option<(String, u64)> {
        let counted = amount.noun.as_deref().is_some_and(|noun| {
            NOUNS.iter().any(|(name, _)| stem(name) == noun) || noun == "of" || noun == "are" || noun == "were"
        });
        let near = |said: &&state::Said| {
            let gap = said.at.checked_sub(amount.at + 1);
            !said.denied
                && sentence.together(said.at, amount.at)
                && gap.is_some_and(|gap| gap == 0 || counted && gap <= 5)
        };
        let other = |said: &state::Said| {
            sentence
                .amounts
                .iter()
                .any(|other| other.at > amount.at && other.at < said.at && !is_whole(sentence, other))
        };
        let found: Vec<&Vec<u64>> =
            said.iter().filter(near).filter(|said| !other(said)).filter_map(|said| self.of(said.state)).collect();
        let right = found.iter().all(|counts| counts.iter().any(|count| amount.value_fits(*count as f64)));
        let first = found.first()?.first()?;
        (!right && !is_whole(sentence, amount)).then(|| (amount.written.clone(), *first))
    }
}

/// Whether an amount is what others are part of: the 14 in "5 of 14".
fn is_whole(sentence: &Reading<'_>, amount: &Amount) -> bool {
    (1..=2).any(|back| amount.at.checked_sub(back).is_some_and(|at| sentence.words[at].lower == "of"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn right(sentence: &str) -> Option<u64> {
        let output = json!({ "items": [{ "status": "overdue" }, { "status": "overdue" }, { "status": "kept" }],
            "payments": [{ "kind": "paid" }, { "kind": "failed" }], "total": 3 });
        Counts::new(&[&output]).contradicted(&Reading::of(sentence)).map(|(_, right)| right)
    }

    #[test]
    fn how_many_stand_in_some_way_is_counted() {
        for sentence in [
            "Two promises are overdue.",
            "Of the three, two are overdue and one kept.",
            "Three promises are on record.",
        ] {
            assert_eq!(right(sentence), None, "{sentence}");
        }
        assert_eq!(right("Three promises are overdue."), Some(2));
        assert_eq!(right("Two payments failed."), Some(1));
        assert_eq!(right("Five promises are on record."), Some(3));
    }
}
