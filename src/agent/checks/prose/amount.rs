//! Amounts: a number with what it counts, in a text or in a field of what a tool returned.

use serde_json::Value;

use super::calendar::Mention;
use super::number::Number;
use crate::domain::money::Money;
use crate::language::{Word, is_stop_word, stem};

/// What a number counts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Unit {
    /// Money of a currency, in major units.
    Money(String),
    /// Hundredths.
    Percent,
    /// A stretch of time: `day`, `week`, `month`, `year`, `hour`, `minute`.
    Time(&'static str),
    /// A time of day, in minutes.
    Clock,
    /// Anything else.
    Plain,
}

/// An amount.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Amount {
    /// How much, never below 0.
    pub value: f64,
    /// Of what.
    pub unit: Unit,
    /// What of money is paid how often: `month` or `year`.
    pub per: Option<&'static str>,
    /// The stem of the word behind it.
    pub noun: Option<String>,
    /// Whether it is below 0, where a field says.
    pub negative: Option<bool>,
    /// Whether it stands in a text, where a number may mean anything.
    pub in_text: bool,
    /// The word it begins with in its text.
    pub at: usize,
    /// The word behind it.
    pub end: usize,
    /// Whether it is only about right.
    pub vague: bool,
    /// As written.
    pub written: String,
}

const CURRENCIES: [(&str, &[&str]); 4] = [
    ("USD", &["$", "usd", "us$", "dollar", "dollars"]),
    ("EUR", &["€", "eur", "euro", "euros"]),
    ("GBP", &["£", "gbp", "pound", "pounds"]),
    ("CHF", &["chf", "franc", "francs"]),
];

const TIMES: [&str; 6] = ["day", "week", "month", "year", "hour", "minute"];

/// Parts of a whole: "two thirds".
const FRACTIONS: [(&str, f64); 4] = [("thirds", 3.0), ("quarters", 4.0), ("fifths", 5.0), ("tenths", 10.0)];

/// Words before a number that make it about right.
const VAGUE: [&str; 9] = ["about", "around", "roughly", "nearly", "almost", "some", "over", "under", "approximately"];

fn currency(sign: &str) -> Option<String> {
    CURRENCIES.iter().find(|(_, signs)| signs.contains(&sign)).map(|(code, _)| (*code).to_owned())
}

fn time(word: &str) -> Option<&'static str> {
    let plain = word.trim_end_matches(['\'', '’']).trim_end_matches("'s");
    let whole = match plain {
        "min" | "mins" => "minute",
        "h" => "hour",
        plain => plain.strip_suffix('s').unwrap_or(plain),
    };
    TIMES.into_iter().find(|time| *time == whole)
}

/// The amounts of a text: its numbers without those that are part of a day.
pub(super) fn amounts(text: &str, words: &[Word<'_>], numbers: &[Number], days: &[Mention]) -> Vec<Amount> {
    let is_day = |number: &&Number| !days.iter().any(|day| day.words.contains(&number.words.start));
    let mut found: Vec<Amount> = Vec::new();
    for number in numbers.iter().filter(|number| !number.place).filter(is_day) {
        found.extend(amount(text, words, number, found.last()));
    }
    found
}

fn amount(text: &str, words: &[Word<'_>], number: &Number, last: Option<&Amount>) -> Option<Amount> {
    let (start, end) = (words[number.words.start].start, words[number.words.end - 1].end);
    let (before, behind) = (text[..start].trim_end_matches(['-', '−', '–']), &text[end..]);
    let next = |by: usize| words.get(number.words.end + by).map_or("", |word| word.lower.as_ref());
    let touches =
        |by: usize| words.get(number.words.end + by).is_some_and(|word| text[end..word.start].trim().is_empty());
    let before_that = number.words.start.checked_sub(2).map_or("", |at| words[at].lower.as_ref());
    let previous = number.words.start.checked_sub(1).map_or("", |at| words[at].lower.as_ref());
    if before.ends_with(':') && before[..before.len() - 1].ends_with(|letter: char| letter.is_ascii_digit()) {
        return None;
    }
    let mut amount = Amount {
        value: number.value,
        unit: Unit::Plain,
        per: None,
        noun: touches(0).then(|| stem(next(0))),
        negative: None,
        in_text: true,
        at: number.words.start,
        end: number.words.end,
        vague: VAGUE.contains(&previous)
            || previous == "than" && matches!(before_that, "more" | "less" | "fewer")
            || before.ends_with('~'),
        written: text[start..end].to_owned(),
    };
    let clock = behind.starts_with(':') && behind[1..].starts_with(|letter: char| letter.is_ascii_digit());
    let half_day = matches!(next(0), "am" | "pm" | "a.m" | "p.m");
    let sign = before.trim_end().chars().next_back().map(String::from).and_then(|sign| currency(&sign));
    let code = sign.or_else(|| currency(previous)).or_else(|| touches(0).then(|| currency(next(0))).flatten());
    let percent = behind.trim_start().starts_with('%')
        || matches!(next(0), "percent" | "percentage")
        || next(0) == "per" && next(1) == "cent";
    let stretch = number.joined.as_deref().and_then(time).or_else(|| touches(0).then(|| time(next(0))).flatten());
    if clock || half_day {
        let minutes = if clock {
            behind[1..].get(..2).and_then(|text| text.parse::<f64>().ok()).unwrap_or_default()
        } else {
            0.0
        };
        amount.value = (number.value % 12.0) * 60.0 + minutes;
        amount.unit = Unit::Clock;
    } else if let Some(code) = code {
        amount.unit = Unit::Money(code);
        amount.per = per(words, number.words.end);
    } else if percent {
        amount.unit = Unit::Percent;
    } else if let Some(of) =
        FRACTIONS.iter().find(|(name, _)| *name == next(0)).map(|(_, of)| of).filter(|of| **of > number.value)
    {
        amount = Amount { value: 100.0 * number.value / of, unit: Unit::Percent, vague: true, ..amount };
    } else if let Some(stretch) = stretch {
        amount.unit = Unit::Time(stretch);
    } else if amount.noun.as_deref().is_some_and(|noun| matches!(noun, "a" | "per")) && time(next(1)).is_some() {
        amount.per = time(next(1));
    } else if let Some(Amount { unit: Unit::Money(code), at, .. }) = last
        && words[*at].end + 4 >= start
    {
        // The second of two amounts beside each other: `$84,600–90,000`.
        amount.unit = Unit::Money(code.clone());
    }
    Some(amount)
}

/// How often money is paid, by the words behind it.
fn per(words: &[Word<'_>], from: usize) -> Option<&'static str> {
    let near = words[from..].iter().take(5).map(|word| word.lower.as_ref()).collect::<Vec<_>>();
    let says = |at: usize| match near[at] {
        "monthly" => Some("month"),
        "yearly" | "annually" => Some("year"),
        unit => time(unit).filter(|unit| {
            at > 0
                && matches!(near[at - 1], "a" | "per" | "each" | "every" | "and")
                && matches!(*unit, "month" | "year")
        }),
    };
    (0..near.len().min(4)).find_map(says)
}

/// The amounts in a field of that name and in the fields of its value; `text` is given its texts.
pub(super) fn in_field<'v>(name: &str, value: &'v Value, text: &mut dyn FnMut(&'v str), found: &mut Vec<Amount>) {
    collect(value, name, None, text, found);
}

fn collect<'v>(
    value: &'v Value,
    name: &str,
    per: Option<&'static str>,
    text: &mut dyn FnMut(&'v str),
    found: &mut Vec<Amount>,
) {
    match value {
        Value::Number(number) => found.push(of_field(number.as_f64().unwrap_or_default(), name)),
        Value::String(words) => text(words),
        Value::Array(items) => items.iter().for_each(|item| collect(item, name, per, text, found)),
        Value::Object(fields) => {
            let minor = fields.get("minor").and_then(Value::as_i64);
            if let (Some(minor), Some(currency)) = (minor, fields.get("currency").and_then(Value::as_str)) {
                found.push(of_money(minor, currency, name, per));
                return;
            }
            let interval = fields.get("interval").and_then(Value::as_str).and_then(time);
            for (field, value) in fields {
                let per = match field.as_str() {
                    "arr" => Some("year"),
                    "mrr" => Some("month"),
                    "amount" | "per_unit" | "discounted" | "discount" => interval,
                    _ => None,
                };
                if !is_reference(field) {
                    collect(value, field, per, text, found);
                }
            }
        }
        _ => {}
    }
}

/// Fields that say where something is, and nothing of it.
pub(super) fn is_reference(field: &str) -> bool {
    field == "id"
        || field.ends_with("url")
        || field == "coverage"
        || field.ends_with("cite")
        || field.ends_with("cites")
}

fn of_money(minor: i64, currency: &str, name: &str, per: Option<&'static str>) -> Amount {
    let money = Money::new(minor, currency);
    let value = money.major().to_string().parse::<f64>().unwrap_or_default();
    let written = money.to_string();
    Amount { unit: Unit::Money(money.currency), per, written, ..of_field(value, name) }
}

fn of_field(value: f64, name: &str) -> Amount {
    let unit = match name {
        _ if name.contains("percent") || name == "adoption_below" => Unit::Percent,
        "minutes" => Unit::Time("minute"),
        "days_to_renewal" => Unit::Time("day"),
        _ => Unit::Plain,
    };
    let negative = Some(value < 0.0);
    let noun = name.rsplit('_').next().filter(|name| !name.is_empty()).map(stem);
    let written = format!("{value}");
    Amount { value: value.abs(), unit, per: None, noun, negative, in_text: false, at: 0, end: 0, vague: false, written }
}

impl Amount {
    /// A time of day, which is the same with and without "p.m."
    pub fn clock(hour: u32, minute: u32) -> Self {
        let written = format!("{hour}:{minute:02}");
        Self { unit: Unit::Clock, written, ..of_field(f64::from(hour % 12 * 60 + minute), "") }
    }

    /// Whether `known` is the same amount.
    pub fn is(&self, known: &Self) -> bool {
        self.is_as_much(known) && self.per.is_none_or(|per| known.per.is_none_or(|known| known == per))
    }

    /// Whether `known` is the same amount, however often it is paid.
    pub fn is_as_much(&self, known: &Self) -> bool {
        self.unit_fits(known) && self.value_fits(known.value)
    }

    /// Whether it is one of those known: as often as one of them says that it is paid, if one does.
    pub fn is_among<'k>(&self, known: impl Iterator<Item = &'k Self>) -> bool {
        let same: Vec<&Self> = known.filter(|known| self.is_as_much(known)).collect();
        let told = same.iter().any(|known| known.per.is_some());
        !same.is_empty() && self.per.is_none_or(|per| !told || same.iter().any(|known| known.per == Some(per)))
    }

    /// Whether it has that value, or about that where it is only said to be about right.
    pub fn value_fits(&self, known: f64) -> bool {
        let room = if self.vague { known.abs() * 0.06 } else { known.abs() * 1e-6 };
        (self.value - known.abs()).abs() <= room + 1e-6
    }

    /// Whether it counts something that is named.
    pub fn is_of_thing(&self) -> bool {
        self.noun.as_deref().is_some_and(|noun| !is_stop_word(noun) && noun.chars().all(char::is_alphabetic))
    }

    fn unit_fits(&self, known: &Self) -> bool {
        match (&self.unit, &known.unit) {
            (Unit::Money(said), Unit::Money(known)) => said == known,
            // What is said without a currency is money of any.
            (Unit::Money(_) | Unit::Clock, Unit::Plain) => known.in_text && !known.is_of_thing(),
            (Unit::Plain, Unit::Money(_)) => self.noun.is_none(),
            (Unit::Plain, Unit::Clock) => true,
            (Unit::Time(said), Unit::Time(known)) => said == known,
            (Unit::Time(_), Unit::Plain) => !known.in_text,
            (said, known) => said == known,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::calendar::mentions;
    use super::super::number::numbers;
    use super::*;
    use crate::language::words;

    fn read(text: &str) -> Vec<Amount> {
        let cut = words(text);
        let found = numbers(&cut);
        amounts(text, &cut, &found, &mentions(text, &cut, &found))
    }

    #[test]
    fn money_is_read_with_its_currency_and_how_often_it_is_paid() {
        for (text, code, per) in [
            ("$2,800 a month", "USD", Some("month")),
            ("EUR 2,800 per year", "EUR", Some("year")),
            ("2,800 pounds", "GBP", None),
        ] {
            let amount = &read(text)[0];
            assert_eq!((&amount.unit, amount.per), (&Unit::Money(code.to_owned()), per), "{text}");
        }
    }

    #[test]
    fn a_number_counts_what_stands_behind_it() {
        assert_eq!(read("8.4 % of them")[0].unit, Unit::Percent);
        assert_eq!(read("within five days")[0].unit, Unit::Time("day"));
        assert_eq!(read("a 30-day trial")[0].unit, Unit::Time("day"));
        assert!((read("at 9:30")[0].value - 570.0).abs() < f64::EPSILON);
        assert_eq!(read("at 9 a.m.")[0].unit, Unit::Clock);
        assert_eq!(read("400 seats")[0].noun.as_deref(), Some("seat"));
        assert!(read("on June 9, 2026").is_empty());
    }

    #[test]
    fn an_amount_is_another_in_another_currency_or_interval() {
        let (dollars, euros) = (&read("$90 a year")[0], &read("€90 a year")[0]);
        assert!(dollars.is(dollars) && !dollars.is(euros) && !dollars.is(&read("$90 a month")[0]));
    }
}
