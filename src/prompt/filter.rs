//! Filters of the templates: dates, money, quotes and citations as people read them.

use chrono::NaiveDate;
use serde::Deserialize;
use tera::{Error, Kwargs, State, Tera, TeraResult, Value};

use crate::domain::money::{Money, grouped};
use crate::domain::text::{capital, clipped, signed};
use crate::domain::time::{Moment, day_text, relative_text};

/// Adds the filters to an engine.
pub fn register(tera: &mut Tera) {
    tera.register_filter("when", |value: &str, kwargs: Kwargs, _: &State| -> TeraResult<String> {
        let (day, today) = days(value, &kwargs)?;
        Ok(format!("{} ({})", day_text(day, today), relative_text(day, today)))
    });
    tera.register_filter("day", |value: &str, kwargs: Kwargs, _: &State| -> TeraResult<String> {
        let (day, today) = days(value, &kwargs)?;
        Ok(day_text(day, today))
    });
    tera.register_filter("ago", |value: &str, kwargs: Kwargs, _: &State| -> TeraResult<String> {
        let (day, today) = days(value, &kwargs)?;
        Ok(relative_text(day, today))
    });
    tera.register_filter("money", |value: Value, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(Money::deserialize(&value).map_err(misfit)?.to_string())
    });
    tera.register_filter("moneys", |value: Value, _: Kwargs, _: &State| -> TeraResult<String> {
        let amounts: Vec<String> =
            Vec::<Money>::deserialize(&value).map_err(misfit)?.iter().map(ToString::to_string).collect();
        Ok(amounts.join(" + "))
    });
    tera.register_filter("cite", |value: Value, _: Kwargs, _: &State| -> TeraResult<Value> {
        cite(&value).map(|marks| Value::safe_string(&marks))
    });
    tera.register_filter("quote", |value: &str, kwargs: Kwargs, _: &State| -> TeraResult<String> {
        Ok(format!("“{}”", clipped(value, kwargs.get::<usize>("max")?.unwrap_or(240))))
    });
    tera.register_filter("clip", |value: &str, kwargs: Kwargs, _: &State| -> TeraResult<String> {
        Ok(clipped(value, kwargs.get::<usize>("max")?.unwrap_or(240)))
    });
    tera.register_filter("count", |value: u64, kwargs: Kwargs, _: &State| -> TeraResult<String> {
        let one = kwargs.must_get::<&str>("one")?;
        let noun = if value == 1 {
            one.to_owned()
        } else {
            kwargs.get::<&str>("many")?.map_or_else(|| format!("{one}s"), str::to_owned)
        };
        Ok(format!("{} {noun}", grouped(value)))
    });
    tera.register_filter("grouped", |value: u64, _: Kwargs, _: &State| -> TeraResult<String> { Ok(grouped(value)) });
    tera.register_filter("num", |value: f64, _: Kwargs, _: &State| -> TeraResult<String> { Ok(format!("{value}")) });
    tera.register_filter("signed", |value: i64, _: Kwargs, _: &State| -> TeraResult<String> { Ok(signed(value)) });
    tera.register_filter("sentence", |value: &str, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(if value.ends_with(['.', '?', '!', '…']) { value.to_owned() } else { format!("{value}.") })
    });
    tera.register_filter("upper_first", |value: &str, _: Kwargs, _: &State| -> TeraResult<String> {
        Ok(capital(value))
    });
    tera.register_filter("words", |value: u64, _: Kwargs, _: &State| -> TeraResult<String> {
        const NUMBERS: [&str; 7] = ["no", "one", "two", "three", "four", "five", "six"];
        let word = usize::try_from(value).ok().and_then(|at| NUMBERS.get(at));
        Ok(word.map_or_else(|| value.to_string(), |word| (*word).to_owned()))
    });
    tera.register_filter("lead", |value: &str, _: Kwargs, _: &State| -> TeraResult<String> { Ok(lowered(value)) });
}

fn misfit(error: impl std::fmt::Display) -> Error {
    Error::message(error.to_string())
}

fn days(value: &str, kwargs: &Kwargs) -> TeraResult<(NaiveDate, NaiveDate)> {
    Ok((date(value)?, date(kwargs.must_get::<&str>("today")?)?))
}

fn date(value: &str) -> TeraResult<NaiveDate> {
    value
        .parse::<Moment>()
        .map(|instant| instant.day())
        .or_else(|_| value.parse::<NaiveDate>())
        .map_err(|_| Error::message(format!("`{value}` is not a date")))
}

/// ` [3]` for a number, ` [3][4]` for a list, nothing for nothing.
fn cite(value: &Value) -> TeraResult<String> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Cites {
        One(u32),
        Many(Vec<u32>),
        None(()),
    }
    Ok(match Cites::deserialize(value).map_err(misfit)? {
        Cites::One(number) => format!(" [{number}]"),
        Cites::Many(numbers) if numbers.is_empty() => String::new(),
        Cites::Many(numbers) => {
            let marks: Vec<String> = numbers.iter().take(3).map(|number| format!("[{number}]")).collect();
            format!(" {}", marks.concat())
        }
        Cites::None(()) => String::new(),
    })
}

/// Starts a phrase in lower case, unless its first word is a name or an abbreviation. For phrases of our own only: a
/// sentence of a record may begin with any name.
fn lowered(text: &str) -> String {
    // Two capitals in a row are a name: `Pied Piper`.
    let is_name =
        |word: &str| word.starts_with(char::is_uppercase) && word.chars().nth(1).is_some_and(char::is_lowercase);
    if text.split_whitespace().nth(1).is_some_and(is_name) {
        return text.to_owned();
    }
    // So is a word with capitals inside: `ShiftPeak`.
    let first = text.split_whitespace().next().unwrap_or_default();
    if first.chars().skip(1).any(char::is_uppercase) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && (second.is_lowercase() || text.starts_with("A ")) => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_capitals() {
        for (text, led) in [
            ("Churn risk on June 9: ShiftPeak quoted", "churn risk on June 9: ShiftPeak quoted"),
            ("A promise of ours is overdue", "a promise of ours is overdue"),
            ("ShiftPeak quoted $81,000", "ShiftPeak quoted $81,000"),
            ("NPS 3", "NPS 3"),
            ("Pied Piper Platform ended", "Pied Piper Platform ended"),
        ] {
            assert_eq!(lowered(text), led);
        }
    }
}
