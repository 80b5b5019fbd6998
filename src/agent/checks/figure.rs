//! Figures, dates and levels: read from a text, and looked for in what the tools returned.

use std::cell::LazyCell;
use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};

use crate::domain::evidence::Evidence;
use crate::domain::time::{Moment, Window, relative_text};
use crate::language;

/// Everything a figure may come from.
pub struct Known {
    numbers: HashSet<String>,
    dates: HashSet<NaiveDate>,
    today: NaiveDate,
    /// Whether a list may be told in parts: templates cut it for display ("and 4 more"), a free text must not.
    in_parts: bool,
    /// Counts of lists, from 0 on, that are in.
    counts: usize,
}

impl Known {
    /// From the question (what the reader said is not news) and the outputs of the tools: their numbers and dates, and
    /// how many items each list has, in all and by each of their kinds; and from the days the tools looked between.
    pub fn new(question: &str, outputs: &[&serde_json::Value], windows: &[Window], today: NaiveDate) -> Self {
        let mut known = Self::of(outputs.iter().copied(), [question], today, true);
        windows.iter().flat_map(|window| [window.since, window.until]).flatten().for_each(|day| known.add_day(day));
        known.numbers.extend(["30".to_owned(), "7".to_owned(), "100".to_owned()]);
        known
    }

    /// From these values and texts, exactly: of a list only its length counts, and a number in words is a figure too.
    pub fn exactly<'a>(
        outputs: impl IntoIterator<Item = &'a serde_json::Value>,
        texts: impl IntoIterator<Item = &'a str>,
        today: NaiveDate,
    ) -> Self {
        Self::of(outputs, texts, today, false)
    }

    fn of<'a>(
        outputs: impl IntoIterator<Item = &'a serde_json::Value>,
        texts: impl IntoIterator<Item = &'a str>,
        today: NaiveDate,
        in_parts: bool,
    ) -> Self {
        let mut known = Self { numbers: HashSet::new(), dates: HashSet::new(), today, in_parts, counts: 0 };
        outputs.into_iter().for_each(|output| known.add(output));
        texts.into_iter().for_each(|text| known.add_text(text));
        known
    }

    fn add(&mut self, value: &serde_json::Value) {
        match value {
            serde_json::Value::Number(number) => self.add_number(number.as_f64().unwrap_or_default()),
            serde_json::Value::String(text) => self.add_text(text),
            serde_json::Value::Array(items) => {
                self.add_counts(items);
                for item in items {
                    self.add(item);
                }
            }
            serde_json::Value::Object(fields) => {
                if let (Some(minor), Some(currency)) = (
                    fields.get("minor").and_then(serde_json::Value::as_i64),
                    fields.get("currency").and_then(serde_json::Value::as_str),
                ) {
                    self.add_text(&crate::domain::money::Money::new(minor, currency).to_string());
                }
                self.add_rest(fields);
                for field in fields.values() {
                    self.add(field);
                }
            }
            _ => {}
        }
    }

    /// A list's size is a fact, and so is the size of the part of it that shares a value ("3 overdue").
    fn add_counts(&mut self, items: &[serde_json::Value]) {
        if self.in_parts {
            // A list cut for display ("and 4 more") leaves any smaller count.
            let counts = items.len().min(60) + 1;
            self.numbers.extend((self.counts..counts).map(|count| count.to_string()));
            self.counts = self.counts.max(counts);
        }
        self.numbers.insert(items.len().to_string());
    }

    /// How many are left of a list that is shown in part ("and 69 more") follows from its count.
    fn add_rest(&mut self, fields: &serde_json::Map<String, serde_json::Value>) {
        if !self.in_parts {
            return;
        }
        let counts = ["matched", "total", "overdue", "open", "kept", "payments_total"];
        let longest = fields.values().filter_map(|field| field.as_array().map(Vec::len)).max().unwrap_or_default();
        for count in counts.iter().filter_map(|name| fields.get(*name)?.as_u64()) {
            self.numbers.extend(
                (0..=longest.min(60) as u64).filter_map(|shown| count.checked_sub(shown)).map(|rest| rest.to_string()),
            );
        }
    }

    fn add_number(&mut self, number: f64) {
        self.numbers.insert(plain(number));
        self.numbers.insert(plain(number.abs()));
    }

    fn add_text(&mut self, text: &str) {
        if self.in_parts && !has_digit(text) {
            return;
        }
        if begins_like_a_day(text) {
            if let Ok(instant) = text.parse::<Moment>() {
                self.add_day(instant.day());
                return;
            }
            if let Ok(day) = text.parse::<NaiveDate>() {
                self.add_day(day);
                return;
            }
        }
        for word in language::words(text) {
            if let Some(day) = begins_like_a_day(&word.lower).then(|| word.lower.parse::<NaiveDate>().ok()).flatten() {
                self.add_day(day);
            }
            self.numbers.extend(numbers_in(&word.lower));
            if !self.in_parts {
                self.numbers.extend(number_in_words(&word.lower));
            }
        }
    }

    fn add_day(&mut self, day: NaiveDate) {
        if !self.dates.insert(day) {
            return;
        }
        for number in
            [u64::from(day.day()), day.year().unsigned_abs().into(), (day - self.today).num_days().unsigned_abs()]
        {
            self.numbers.insert(number.to_string());
        }
        self.numbers.extend(numbers_in(&relative_text(day, self.today)));
    }

    /// How many figures a line has, and the first that neither the tools' outputs nor the line's evidence has.
    pub fn unsupported(&self, line: &str, evidence: &[&Evidence]) -> (u32, Option<String>) {
        let mut looked_at = 0;
        // Most figures are known, whatever is cited.
        let cited: LazyCell<HashSet<String>, _> = LazyCell::new(|| {
            let texts = evidence.iter().flat_map(|piece| [piece.quote.as_str(), piece.title.as_str()]);
            texts.flat_map(language::words).flat_map(|word| numbers_in(&word.lower)).collect()
        });
        for word in language::words(line) {
            let in_words = if self.in_parts { None } else { number_in_words(&word.lower) };
            for number in numbers_in(&word.lower).into_iter().chain(in_words) {
                looked_at += 1;
                if !self.numbers.contains(&number) && !cited.contains(&number) {
                    return (looked_at, Some(word.text.to_owned()));
                }
            }
        }
        (looked_at, None)
    }
}

/// The number a word names, from two on: "one" is no count more often than not.
fn number_in_words(lower: &str) -> Option<String> {
    const FROM_TWO: [&str; 11] =
        ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    FROM_TWO.iter().position(|number| *number == lower).map(|at| (at + 2).to_string())
}

/// The numbers in a word, written plainly: `1,200` → `1200`, `4.2` → `4.2`, `2026-03-04` → its parts.
fn numbers_in(word: &str) -> Vec<String> {
    if !has_digit(word) {
        return Vec::new();
    }
    if word.contains('-') && word.parse::<NaiveDate>().is_ok() {
        return word.split('-').filter_map(|part| part.parse::<f64>().ok()).map(plain).collect();
    }
    let mut found = Vec::new();
    let mut digits = String::new();
    for letter in word.chars().chain([' ']) {
        match letter {
            '0'..='9' | '.' => digits.push(letter),
            ',' => {}
            _ => {
                let number = digits.trim_matches('.');
                if !number.is_empty() {
                    // A version (4.1.2) is kept as it is written.
                    found.push(number.parse::<f64>().map_or_else(|_| number.to_owned(), plain));
                }
                digits.clear();
            }
        }
    }
    found
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// Whether a text may be a day or an instant as the tools write one.
fn begins_like_a_day(text: &str) -> bool {
    text.trim_start().starts_with(|letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '-'))
}

fn plain(number: f64) -> String {
    let rounded = (number * 1000.0).round() / 1000.0;
    format!("{rounded}")
}
