//! How something stands, as a sentence says it and as the record does: open or kept, paid or failed, up or down.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::denial::is_denied;
use super::item::Item;
use super::reading::Reading;

/// A value of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct State {
    /// What is told apart.
    pub kind: &'static str,
    /// How it stands.
    pub value: &'static str,
}

/// A state where a text says it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Said {
    /// Which.
    pub state: State,
    /// Where its first word stands.
    pub at: usize,
    /// How many words it has.
    pub len: usize,
    /// Whether the text says that it is not so.
    pub denied: bool,
}

/// Words in lower case.
type Phrase = Vec<&'static str>;

/// The words for each state, by the first of them.
static PHRASES: LazyLock<FxHashMap<&str, Vec<(State, Phrase)>>> = LazyLock::new(|| {
    let mut phrases: FxHashMap<&str, Vec<(State, Phrase)>> = FxHashMap::default();
    for line in include_str!("states.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        if let (Some(kind), Some(value), Some(words)) = (columns.next(), columns.next(), columns.next()) {
            for phrase in words.split('|').map(|phrase| phrase.split(' ').collect::<Vec<_>>()) {
                phrases.entry(phrase[0]).or_default().push((State { kind, value }, phrase));
            }
        }
    }
    phrases
});

/// The fields that say how something stands.
const FIELDS: [&str; 7] = ["status", "kind", "level", "stage", "payment_state", "on_that_day", "gone"];

/// Kinds that are read from fields alone: in a text their words may mean anything.
const FIELDS_ALONE: [&str; 7] = ["promise", "contract", "deal", "level", "effect", "interval", "debt"];

/// The states a text says.
pub(super) fn said(reading: &Reading<'_>) -> Vec<Said> {
    let mut found = Vec::new();
    for (at, word) in reading.words.iter().enumerate() {
        for (state, phrase) in PHRASES.get(word.lower.trim_end_matches("'s")).into_iter().flatten() {
            if reading.stands_at(at, phrase) {
                found.push(Said { state: *state, at, len: phrase.len(), denied: is_denied(reading, at) });
            }
        }
    }
    found
}

/// The states a value of a field stands for.
pub(super) fn of_field(value: &str) -> Vec<State> {
    let plain = value.replace('_', " ");
    said(&Reading::of(&plain)).into_iter().filter(|said| !said.denied).map(|said| said.state).collect()
}

/// The states the fields of a value name.
pub(super) fn in_value(value: &Value) -> BTreeSet<State> {
    let mut found = BTreeSet::new();
    if let Value::Object(fields) = value {
        if let Some(magnitude) = fields.get("magnitude").and_then(Value::as_i64) {
            found.insert(State { kind: "effect", value: if magnitude > 0 { "adds" } else { "takes" } });
        }
        for text in FIELDS.iter().filter_map(|name| fields.get(*name)?.as_str()) {
            found.extend(of_field(text));
        }
    }
    found
}

/// The same of all that stands in a value and is not cited by itself.
fn in_all(value: &Value, found: &mut BTreeSet<State>) {
    match value {
        Value::Array(items) => items.iter().filter(|item| !is_cited(item)).for_each(|item| in_all(item, found)),
        Value::Object(fields) => {
            found.extend(in_value(value));
            fields.values().filter(|field| !is_cited(field)).for_each(|field| in_all(field, found));
        }
        _ => {}
    }
}

fn is_cited(value: &Value) -> bool {
    value.get("cite").is_some() || value.get("cites").is_some()
}

/// The states an item has: of some kinds, when its fields know them, no other counts.
pub(super) fn of_item(item: &Item<'_>) -> BTreeSet<State> {
    let mut found = BTreeSet::new();
    item.parts.iter().for_each(|part| in_all(part.object, &mut found));
    let known: BTreeSet<&str> = found.iter().map(|state| state.kind).collect();
    let signed = |name: &str| item.fields(name).into_iter().filter_map(Value::as_i64).collect::<Vec<_>>();
    let mut moved: Vec<i64> = item.texts.first().map(|quote| moves(quote)).unwrap_or_default();
    if moved.is_empty() {
        let names = ["week_change_percent", "month_change_percent", "window_change_percent", "usage_change_percent"];
        moved = names.into_iter().flat_map(signed).filter(|change| *change != 0).collect();
    }
    let intervals = item.fields("interval").into_iter().filter_map(Value::as_str);
    for interval in intervals.filter_map(|interval| ["month", "year"].into_iter().find(|known| *known == interval)) {
        found.insert(State { kind: "interval", value: interval });
    }
    if moved.is_empty() {
        moved.extend(item.fields("points").into_iter().filter_map(trend).filter(|change| *change != 0));
    }
    for change in moved {
        found.insert(State { kind: "direction", value: if change > 0 { "up" } else { "down" } });
    }
    for said in item.texts.iter().flat_map(said) {
        let kind = said.state.kind;
        let of_text = kind == "payment" || !known.contains(kind);
        if !said.denied && of_text && !FIELDS_ALONE.contains(&kind) {
            found.insert(said.state);
        }
    }
    found
}

/// How the scores of a list moved, from its first to its last.
fn trend(points: &Value) -> Option<i64> {
    let points = points.as_array()?;
    Some(points.last()?.get("score")?.as_i64()? - points.first()?.get("score")?.as_i64()?)
}

/// The signs of the percentages in a text: `+11%`, `-4%`.
fn moves(reading: &Reading<'_>) -> Vec<i64> {
    let signed = |amount: &super::amount::Amount| {
        let before = reading.text[..reading.words[amount.at].start].chars().next_back()?;
        match before {
            '+' => Some(1),
            '-' | '−' => Some(-1),
            _ => None,
        }
    };
    let percent = reading.amounts.iter().filter(|amount| amount.unit == super::amount::Unit::Percent);
    percent.filter_map(signed).collect()
}

/// What a sentence says of how something stands that none of its items has, with what they have instead.
pub(super) fn contradicted(reading: &Reading<'_>, items: &[&Item<'_>]) -> Option<(String, Vec<&'static str>)> {
    let has: BTreeSet<State> = items.iter().flat_map(|item| of_item(item)).collect();
    let known = |kind: &str| has.iter().filter(|state| state.kind == kind).map(|state| state.value).collect::<Vec<_>>();
    let said = said(reading);
    let promised = items.iter().any(|item| !item.fields("due_text").is_empty() || !item.fields("due").is_empty());
    let open_promise =
        promised && known("promise").iter().any(|value| *value != "kept") && !known("promise").contains(&"kept");
    for one in &said {
        let values = known(one.state.kind);
        let longer = said.iter().any(|other| other.len > one.len && (other.at..other.at + other.len).contains(&one.at));
        let also = one.state.kind == "payment"
            && said
                .iter()
                .any(|other| !other.denied && other.state.kind == one.state.kind && has.contains(&other.state));
        // What was given back was paid before.
        let before = one.state.value == "paid" && values.contains(&"refunded");
        if longer || before || values.is_empty() || one.denied || also || is_supposed(reading, one.at) {
            continue;
        }
        // A word for two values: late is what a promise and what a thing can be.
        let fits = said
            .iter()
            .any(|other| other.at == one.at && other.state.kind != one.state.kind && has.contains(&other.state));
        if !values.contains(&one.state.value) && !fits {
            return Some((words_at(reading, one.at, one.len), values));
        }
    }
    let speaks_of_it = said.iter().any(|said| said.state.kind == "promise");
    if open_promise
        && !speaks_of_it
        && let Some(at) = says_done(reading)
    {
        return Some((words_at(reading, at, 2), known("promise")));
    }
    None
}

/// Whether it is only supposed: "if the form comes".
fn is_supposed(reading: &Reading<'_>, at: usize) -> bool {
    const SUPPOSED: [&str; 12] =
        ["if", "If", "once", "Once", "unless", "whether", "until", "would", "should", "could", "may", "might"];
    reading.clause(at).any(|word| SUPPOSED.contains(&word.text))
}

fn words_at(reading: &Reading<'_>, at: usize, len: usize) -> String {
    reading.words[at..(at + len).min(reading.words.len())].iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
}

/// "Was migrated", "came on Friday": said of a promise, that it was kept.
fn says_done(reading: &Reading<'_>) -> Option<usize> {
    const SAID: [&str; 12] = [
        "promised",
        "named",
        "asked",
        "said",
        "owed",
        "needed",
        "planned",
        "supposed",
        "announced",
        "mentioned",
        "marked",
        "called",
    ];
    let words = &reading.words;
    let word = |at: usize| words.get(at).map_or("", |word| word.lower.as_ref());
    if words
        .iter()
        .any(|word| matches!(word.lower.as_ref(), "promised" | "due" | "if" | "whether" | "to" | "will" | "would"))
    {
        return None;
    }
    (0..words.len()).find(|at| {
        let passive = matches!(word(*at), "was" | "were" | "been")
            && word(at + 1).ends_with("ed")
            && !SAID.contains(&word(at + 1));
        let came = matches!(word(*at), "came" | "arrived")
            && matches!(word(at + 1), "on" | "in" | "by" | "today" | "yesterday");
        (passive || came) && !is_denied(reading, *at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<&'static str> {
        said(&Reading::of(text)).into_iter().filter(|said| !said.denied).map(|said| said.state.value).collect()
    }

    #[test]
    fn a_state_is_read_in_its_words_and_not_where_it_is_denied() {
        assert!(values("The payment failed on Friday.").contains(&"failed"));
        assert!(values("They are at risk.").contains(&"at risk"));
        assert!(values("It is not overdue.").is_empty());
        assert_eq!(of_field("at_risk"), [State { kind: "level", value: "at risk" }]);
    }
}
