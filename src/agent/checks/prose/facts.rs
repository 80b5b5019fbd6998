//! What can be said of something: its amounts, its days, its words.

use chrono::{Datelike, Duration, Months, NaiveDate};
use rustc_hash::FxHashSet;
use serde_json::Value;

use super::amount::{Amount, Unit, in_field};
use super::calendar::{Named, month_end};
use super::reading::Reading;
use crate::domain::time::Moment;
use crate::language::content_stems;

/// What stands in records, texts and fields alike.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Amounts, of fields and of texts.
    pub amounts: Vec<Amount>,
    /// Days of the calendar, also those that follow from what was said.
    pub dates: Vec<NaiveDate>,
    /// Months and days of the week that are named.
    pub named: Vec<Named>,
    /// The words, in lower case.
    pub words: FxHashSet<String>,
    /// The stems of those that carry meaning, and of the names of fields.
    pub stems: FxHashSet<String>,
}

impl Facts {
    /// Adds the fields of a value, its texts said on `said`.
    pub fn add_value(&mut self, value: &Value, said: NaiveDate) {
        self.add_field("", value, said);
    }

    /// Adds a field of that name.
    pub fn add_field(&mut self, name: &str, value: &Value, said: NaiveDate) {
        let mut texts = Vec::new();
        self.stems.extend(content_stems(&name.replace('_', " ")));
        in_field(name, value, &mut |text| texts.push(text), &mut self.amounts);
        for text in texts {
            self.add_text(text, said);
        }
        self.add_names(value);
    }

    /// Adds a text that was said on `said`.
    pub fn add_text(&mut self, text: &str, said: NaiveDate) {
        if text.len() < 40
            && let Some(day) = text.parse::<Moment>().map(|moment| moment.day()).ok().or_else(|| text.parse().ok())
        {
            self.dates.push(day);
            return;
        }
        let reading = Reading::of(text);
        for mention in &reading.days {
            self.dates.extend(mention.named.dates(said));
            self.named.push(mention.named);
            if let Named::Month { month, year } = mention.named
                && mention.words.start >= 2
                && reading.words[mention.words.start - 2].lower == "end"
            {
                self.dates.extend(month_end(year.unwrap_or(said.year()), month));
            }
        }
        for amount in &reading.amounts {
            self.dates.extend(after(said, amount));
        }
        self.amounts.extend(reading.amounts);
        self.words.extend(reading.words.iter().flat_map(|word| {
            let plain = word.lower.trim_end_matches("'s");
            plain.split(['-', '/', '@', '.', '_']).chain([plain]).map(str::to_owned).collect::<Vec<_>>()
        }));
        self.stems.extend(content_stems(text));
    }

    fn add_names(&mut self, value: &Value) {
        match value {
            Value::Object(fields) => {
                for (name, field) in fields.iter().filter(|(_, field)| !field.is_null()) {
                    self.stems.extend(content_stems(&name.replace('_', " ")));
                    self.add_names(field);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.add_names(item)),
            _ => {}
        }
    }

    /// Whether a day that is named on `today` stands here.
    pub fn has_day(&self, named: Named, today: NaiveDate) -> bool {
        self.dates.iter().any(|date| named.is(*date, today)) || self.named.contains(&named)
    }
}

/// The day a stretch of time ends that begins on `said`.
fn after(said: NaiveDate, stretch: &Amount) -> Option<NaiveDate> {
    let count = stretch.value.round() as i64;
    match stretch.unit {
        Unit::Time("day") if count < 1000 => Some(said + Duration::days(count)),
        Unit::Time("week") if count < 200 => Some(said + Duration::weeks(count)),
        Unit::Time("month") => said.checked_add_months(Months::new(u32::try_from(count).ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_and_a_word_are_one_day() {
        let today = "2026-06-17".parse().unwrap();
        let mut facts = Facts::default();
        facts.add_value(
            &json!({ "shipped_at": "2026-05-05T10:00:00Z", "text": "You have it within two weeks." }),
            today,
        );
        let may = |day| Named::Day { month: 5, day, year: None };
        assert!(facts.has_day(may(5), today) && !facts.has_day(may(12), today));
        assert!(facts.has_day(Named::Day { month: 7, day: 1, year: Some(2026) }, today));
    }
}
