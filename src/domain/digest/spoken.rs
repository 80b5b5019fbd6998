//! Schedules in plain words: `Mondays 8:30`, `weekdays at 9`, `daily 7:45`, `Tue and Fri 4pm`.

use crate::domain::text::listed;

/// Weekdays by their first three letters, Sunday first as in cron.
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The cron line of a schedule in plain words; none when it is not one.
pub(super) fn cron_line(text: &str) -> Option<String> {
    let lower = text.to_lowercase().replace(',', " ");
    let mut days: Vec<usize> = Vec::new();
    let mut time = None;
    let mut every_day = false;
    for word in lower.split_whitespace() {
        match word {
            "every" | "each" | "on" | "at" | "and" | "the" | "morning" => {}
            "day" | "days" | "daily" => every_day = true,
            "weekday" | "weekdays" | "workday" | "workdays" => days.extend(1..=5),
            "noon" if time.is_none() => time = Some((12, 0)),
            _ => match (weekday(word), clock(word)) {
                (Some(day), _) => days.push(day),
                (None, Some(at)) if time.is_none() => time = Some(at),
                // "8:30 am" as two words
                (None, None) if matches!(word, "am" | "pm") => time = Some(half_day(time?, word)?),
                _ => return None,
            },
        }
    }
    let (hour, minute) = time?;
    if days.is_empty() != every_day {
        return None;
    }
    days.sort_unstable();
    days.dedup();
    let on = match days.as_slice() {
        [] => "*".to_owned(),
        [1, 2, 3, 4, 5] => "1-5".to_owned(),
        some => some.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    };
    Some(format!("{minute} {hour} * * {on}"))
}

/// A cron line in plain words, where it is of the kind that has them.
pub(super) fn words(line: &str) -> Option<String> {
    let mut fields = line.split(' ');
    let (minute, hour) = (fields.next()?.parse::<u32>().ok()?, fields.next()?.parse::<u32>().ok()?);
    if fields.next()? != "*" || fields.next()? != "*" {
        return None;
    }
    let on = match fields.next()? {
        "*" => "every day".to_owned(),
        "1-5" => "weekdays".to_owned(),
        some => {
            let named = some.split(',').map(|day| Some(format!("{}s", DAYS[weekday_number(day)?])));
            let named: Vec<String> = named.collect::<Option<_>>()?;
            listed(&named)
        }
    };
    Some(format!("{on} at {hour:02}:{minute:02}"))
}

fn weekday_number(field: &str) -> Option<usize> {
    field.parse::<usize>().ok().map(|day| day % 7).or_else(|| weekday(&field.to_lowercase()))
}

/// `mon`, `monday`, `mondays`, `tues`.
fn weekday(word: &str) -> Option<usize> {
    let word = word.trim_end_matches('.');
    let singular = word.strip_suffix('s').filter(|rest| rest.len() > 3).unwrap_or(word);
    let fits = |day: &str| singular.len() >= 3 && day.to_lowercase().starts_with(singular);
    DAYS.iter().position(|day| fits(day))
}

/// `8:30`, `8.30`, `9`, `8:30am`, `4pm`.
fn clock(word: &str) -> Option<(u32, u32)> {
    let half = ["am", "pm"].into_iter().find(|half| word.ends_with(half));
    let digits = half.and_then(|half| word.strip_suffix(half)).unwrap_or(word);
    let (hour, minute) = digits.split_once([':', '.']).unwrap_or((digits, "00"));
    if minute.len() != 2 || hour.is_empty() || hour.len() > 2 {
        return None;
    }
    let at = (hour.parse().ok()?, minute.parse().ok()?);
    let at = match half {
        Some(half) => half_day(at, half)?,
        None => at,
    };
    (at.0 < 24 && at.1 < 60).then_some(at)
}

fn half_day((hour, minute): (u32, u32), half: &str) -> Option<(u32, u32)> {
    if !(1..=12).contains(&hour) {
        return None;
    }
    Some((hour % 12 + if half == "pm" { 12 } else { 0 }, minute))
}
