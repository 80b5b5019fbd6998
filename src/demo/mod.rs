//! The demo workspace: the customers of Pied Piper as records in the import format, with dates as offsets from today.
//!
//! The files beside this one are the data. A whole text `@-35d` is a day, `@-35d14:30` an instant (of the workspace's time
//! zone); `{@+12d}` inside a longer text is written out as people say it, `March 4`.

use std::fmt::Write as _;

use chrono::{Days, NaiveDate, NaiveTime};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Moves on when the same data would be read into other records.
const VERSION: u32 = 1;

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        /// The data files, each with its name.
        pub const FILES: &[(&str, &str)] = &[$((concat!($name, ".jsonl"), include_str!(concat!($name, ".jsonl")))),+];
    };
}

files![
    "releases",
    "hooli",
    "aviato",
    "raviga",
    "bachmanity",
    "endframe",
    "flutterbeam",
    "maleant",
    "homicide",
    "optimoji",
    "cloverridge",
    "sliceline",
    "tanto-robotics",
    "quaver",
    "intersite",
    "breamhall",
    "lighthousetv",
    "light-a",
    "light-b",
    "light-c",
    "light-d",
];

/// The demo workspace as import lines, dated from `today`.
#[must_use]
pub fn demo_jsonl(today: NaiveDate) -> String {
    let mut text = String::with_capacity(FILES.iter().map(|(_, data)| data.len() + data.len() / 16).sum());
    for line in FILES.iter().flat_map(|(_, data)| data.lines()).filter(|line| !line.trim().is_empty()) {
        match serde_json::from_str::<Value>(line) {
            Ok(mut value) => {
                date(&mut value, today);
                let _ = writeln!(text, "{value}");
            }
            // Left as it is, for the import to say what is wrong with it.
            Err(_) => {
                let _ = writeln!(text, "{line}");
            }
        }
    }
    text
}

/// Tells one version of the data from another.
#[must_use]
pub fn fingerprint() -> String {
    let mut digest = Sha256::new();
    digest.update(VERSION.to_be_bytes());
    for (name, data) in FILES {
        digest.update(name);
        digest.update(data);
    }
    digest.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Puts dates into every text of a value.
fn date(value: &mut Value, today: NaiveDate) {
    match value {
        Value::String(text) => {
            if let Some(dated) = dated(text, today) {
                *text = dated;
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| date(value, today)),
        Value::Object(fields) => fields.values_mut().for_each(|value| date(value, today)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The text with its offsets written out; none where it has none.
fn dated(text: &str, today: NaiveDate) -> Option<String> {
    if let Some(offset) = text.strip_prefix('@') {
        let (day, rest) = offset_day(offset, today)?;
        if rest.is_empty() {
            return Some(day.to_string());
        }
        let time = NaiveTime::parse_from_str(rest, "%H:%M").ok()?;
        // Without an offset: of the zone it is brought into.
        return Some(day.and_time(time).format("%Y-%m-%dT%H:%M:%S").to_string());
    }
    let mut dated = String::new();
    let mut rest = text;
    while let Some((before, offset)) = rest.split_once("{@") {
        let (day, after) = offset_day(offset, today)?;
        let after = after.strip_prefix('}')?;
        let _ = write!(dated, "{before}{}", day.format("%B %-d"));
        rest = after;
    }
    if dated.is_empty() {
        return None;
    }
    dated.push_str(rest);
    Some(dated)
}

/// Reads `-35d` at the start; gives the day and what follows.
fn offset_day(text: &str, today: NaiveDate) -> Option<(NaiveDate, &str)> {
    let (number, rest) = text.split_once('d')?;
    let day = match number.as_bytes().first()? {
        b'-' => today.checked_sub_days(Days::new(number[1..].parse().ok()?)),
        b'+' => today.checked_add_days(Days::new(number[1..].parse().ok()?)),
        _ => None,
    };
    Some((day?, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        "2026-03-20".parse().unwrap()
    }

    #[test]
    fn offsets_become_the_dates_they_stand_for() {
        for (text, expected) in [
            ("@-35d", "2026-02-13"),
            ("@+28d", "2026-04-17"),
            ("@-0d", "2026-03-20"),
            ("@-35d14:30", "2026-02-13T14:30:00"),
            ("by {@+12d}, or {@-16d} at the latest", "by April 1, or March 4 at the latest"),
        ] {
            assert_eq!(dated(text, today()).as_deref(), Some(expected));
        }
        for text in ["@home", "mail a@b.com", "@-35d25:00", "{@soon}", "@é"] {
            assert_eq!(dated(text, today()), None, "{text}");
        }
    }

    #[test]
    fn every_offset_of_the_data_is_read() {
        let text = demo_jsonl(today());
        for left in ["\"@", "{@"] {
            assert!(!text.contains(left), "{:?}", text.lines().find(|line| line.contains(left)));
        }
    }

    #[test]
    fn every_line_of_the_data_is_a_record_without_a_field_outside_of_the_format() {
        for (name, data) in FILES {
            for (number, line) in (1..).zip(data.lines()) {
                let mut value: Value = serde_json::from_str(line).unwrap();
                date(&mut value, today());
                match crate::sources::import::read_line(value.to_string().as_bytes()) {
                    Ok(parsed) => assert!(parsed.ignored.is_empty(), "{name}:{number}: {:?}", parsed.ignored),
                    Err(reason) => panic!("{name}:{number}: {reason}"),
                }
            }
        }
    }
}
