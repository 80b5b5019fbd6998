//! How often an amount is due: the many ways billing systems and people write it, and what that makes of an amount in a
//! year and in a month.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// The longest interval that is believed, in days: a century is a slip of the keyboard.
const LONGEST_DAYS: u64 = 366 * 20;

/// How often an amount is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval {
    /// Every so many months.
    Months(u32),
    /// Every so many weeks; a year has 52.
    Weeks(u32),
    /// Every so many days; a year has 365.
    Days(u32),
    /// Twice a month.
    HalfMonth,
    /// Once and never again.
    Once,
    /// Nobody can say.
    Unknown,
}

/// What a word of an interval means.
#[derive(Clone, Copy)]
enum Word {
    Months(u32),
    Weeks(u32),
    Days(u32),
    Number(u32),
    Skip,
}

static WORDS: LazyLock<HashMap<&str, Word>> = LazyLock::new(|| {
    let lines = include_str!("words.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(word).collect()
});

fn word(line: &str) -> Option<(&str, Word)> {
    let mut columns = line.split('\t');
    let (name, kind) = (columns.next()?, columns.next()?);
    let number = columns.next().and_then(|number| number.parse().ok());
    let word = match kind {
        "months" => Word::Months(number?),
        "weeks" => Word::Weeks(number?),
        "days" => Word::Days(number?),
        "number" => Word::Number(number?),
        _ => Word::Skip,
    };
    Some((name, word))
}

impl Interval {
    /// Reads `year`, `Quarterly`, `every 3 months`, `2-Year`, `P1Y`, `biennial`, `one_time` and their like. What can be read
    /// in two ways is unknown: `annual contract, billed monthly` leaves open what the amount is for.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let text = text.trim().to_lowercase();
        if let Some(interval) = iso(&text) {
            return interval;
        }
        let text = without_price(&text);
        let fields = text.contains(['=', ':']);
        let words = split(&text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if once(&words) {
            return Self::Once;
        }
        match words.as_slice() {
            ["month", "to", "month"] | ["p", "m"] => Self::Months(1),
            ["p", "a"] => Self::Months(12),
            ["p", "w"] => Self::Weeks(1),
            ["semi" | "half", "monthly"] | ["semimonthly"] => Self::HalfMonth,
            [times, "times" | "x", rest @ ..] if is_a(rest) && many(times).is_some() => often(many(times), rest),
            ["twice", rest @ ..] if is_a(rest) => often(Some(2), rest),
            _ => counted(&words, fields),
        }
    }

    /// What `minor`, due this often, comes to in a year, to the nearest minor unit; none for what is due once or cannot be
    /// said. A sum that is too large ends at the largest.
    #[must_use]
    pub fn yearly(self, minor: i64) -> Option<i64> {
        let (payments, years) = self.payments()?;
        let (total, years) = (i128::from(minor) * i128::from(payments), i128::from(years));
        let rounded = (total.abs() * 2 + years) / (years * 2) * total.signum();
        Some(i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN } else { i64::MAX }))
    }

    /// How many payments there are in how many years; none for what is due once or cannot be said.
    fn payments(self) -> Option<(u32, u32)> {
        Some(match self {
            Self::Months(months) => (12, months),
            Self::Weeks(weeks) => (52, weeks),
            Self::Days(days) => (365, days),
            Self::HalfMonth => (24, 1),
            Self::Once | Self::Unknown => return None,
        })
    }

    /// How a year's amount is made of one payment, where that takes more than a glance: `× 12 ÷ 24 months`.
    #[must_use]
    pub fn rule(self) -> Option<String> {
        Some(match self {
            Self::Months(1) => "× 12".to_owned(),
            Self::Months(12) | Self::Once | Self::Unknown => return None,
            Self::Months(months) if 12_u32.is_multiple_of(months) => format!("× {}", 12 / months),
            Self::Months(months) if months.is_multiple_of(12) => format!("÷ {}", months / 12),
            Self::Months(months) => format!("× 12 ÷ {months}"),
            Self::Weeks(1) => "× 52".to_owned(),
            Self::Weeks(weeks) if 52_u32.is_multiple_of(weeks) => format!("× {}", 52 / weeks),
            Self::Weeks(weeks) => format!("× 52 ÷ {weeks}"),
            Self::Days(1) => "× 365".to_owned(),
            Self::Days(days) => format!("× 365 ÷ {days}"),
            Self::HalfMonth => "× 24".to_owned(),
        })
    }
}

/// As people say it behind an amount: `per year`, `every 3 months`, `once`.
impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Months(1) => f.write_str("per month"),
            Self::Months(3) => f.write_str("per quarter"),
            Self::Months(12) => f.write_str("per year"),
            Self::Months(months) if months.is_multiple_of(12) => write!(f, "every {} years", months / 12),
            Self::Months(months) => write!(f, "every {months} months"),
            Self::Weeks(1) => f.write_str("per week"),
            Self::Weeks(weeks) => write!(f, "every {weeks} weeks"),
            Self::Days(1) => f.write_str("per day"),
            Self::Days(days) => write!(f, "every {days} days"),
            Self::HalfMonth => f.write_str("twice a month"),
            Self::Once => f.write_str("once"),
            Self::Unknown => f.write_str("per interval that is not understood"),
        }
    }
}

/// `p1y`, `p18m`, `p1y6m`, `p2w`, `p30d`.
fn iso(text: &str) -> Option<Interval> {
    let mut rest = text.strip_prefix('p').filter(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))?;
    let (mut months, mut weeks, mut days) = (0_u32, 0_u32, 0_u32);
    while !rest.is_empty() && rest != "t0s" {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit())?;
        let number: u32 = rest[..digits].parse().ok()?;
        let unit = rest[digits..].chars().next()?;
        match unit {
            'y' => months = months.checked_add(number.checked_mul(12)?)?,
            'm' => months = months.checked_add(number)?,
            'w' => weeks = number,
            'd' => days = number,
            _ => return None,
        }
        rest = &rest[digits + unit.len_utf8()..];
    }
    match (months, weeks, days) {
        (months, 0, 0) => Some(believed(Interval::Months(months))),
        (0, weeks, 0) => Some(believed(Interval::Weeks(weeks))),
        (0, 0, days) => Some(believed(Interval::Days(days))),
        _ => Some(Interval::Unknown),
    }
}

/// The words of an interval: letters and digits each by themselves, `Half-Year` and `semi annual` made one.
fn split(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut digits = None;
    for letter in text.chars() {
        if !letter.is_alphanumeric() {
            digits = None;
            continue;
        }
        let digit = letter.is_ascii_digit();
        match words.last_mut() {
            Some(word) if digits == Some(digit) => word.push(letter),
            _ => words.push(letter.to_string()),
        }
        digits = Some(digit);
    }
    let mut joined: Vec<String> = Vec::with_capacity(words.len());
    for word in words {
        let split_off = |last: &String| {
            matches!((last.as_str(), word.as_str()), ("twenty", "four") | ("thirty", "six"))
                .then(|| format!("{last}-{word}"))
                .or_else(|| {
                    let whole = format!("{last}{word}");
                    (matches!(last.as_str(), "semi" | "half" | "bi" | "tri") && WORDS.contains_key(whole.as_str()))
                        .then_some(whole)
                })
        };
        match joined.last().and_then(split_off) {
            Some(whole) => {
                joined.pop();
                joined.push(whole);
            }
            None => joined.push(word),
        }
    }
    joined
}

/// `a year`, `per month`: a unit, with nothing before it but words that say nothing.
fn is_a(words: &[&str]) -> bool {
    !matches!(counted(words, false), Interval::Unknown)
}

/// Whether the words say that an amount is due a single time.
fn once(words: &[&str]) -> bool {
    matches!(
        words,
        ["one", "time" | "off" | "shot", ..]
            | ["onetime" | "oneoff" | "lifetime", ..]
            | ["single", "payment" | "charge"]
            | ["once" | "perpetual" | "nonrecurring"]
            | ["non" | "not", "recurring", ..]
    )
}

/// How many times: `twice`, `4`.
fn many(word: &str) -> Option<u32> {
    match word {
        "twice" | "two" | "2" => Some(2),
        "three" | "3" => Some(3),
        "four" | "4" => Some(4),
        _ => None,
    }
}

/// So many times in a unit.
fn often(times: Option<u32>, words: &[&str]) -> Interval {
    match (counted(words, false), times) {
        (Interval::Months(months), Some(times)) if months.is_multiple_of(times) => Interval::Months(months / times),
        (Interval::Months(1), Some(2)) => Interval::HalfMonth,
        _ => Interval::Unknown,
    }
}

/// A price in front of the interval: `$1,200/yr`.
fn without_price(text: &str) -> String {
    let Some(at) = text.find(['$', '€', '£', '¥']) else { return text.to_owned() };
    let sign = text[at..].chars().next().map_or(1, char::len_utf8);
    let price = |letter: char| letter.is_ascii_digit() || matches!(letter, ',' | '.' | ' ');
    let rest = text[at + sign..].trim_start_matches(price);
    format!("{}{rest}", &text[..at])
}

/// What a word means; one that is long enough, also with a slip of the keyboard in it.
fn meaning(word: &str) -> Option<Word> {
    const LONG: usize = 6;
    WORDS.get(word).copied().or_else(|| {
        let near = |known: &&&str| known.chars().count() >= LONG && strsim::osa_distance(known, word) == 1;
        let mut alike = WORDS.keys().filter(near);
        let found = alike.next().filter(|_| word.chars().count() >= LONG)?;
        // A slip that two words could be is none.
        alike.next().is_none().then(|| WORDS.get(found).copied())?
    })
}

/// One unit with at most one number, among words that say nothing; the number behind the unit only where they are fields of
/// a record (`interval=month interval_count=3`). Anything else is unknown.
fn counted(words: &[&str], fields: bool) -> Interval {
    let (mut number, mut unit) = (None, None);
    for word in words {
        let meaning = match word.parse::<u32>() {
            Ok(number) => Some(Word::Number(number)),
            Err(_) => meaning(word),
        };
        match meaning {
            Some(Word::Skip) => {}
            // "One (1) year": the same number in words and in digits.
            Some(Word::Number(given)) if number == Some(given) => {}
            Some(Word::Number(given)) if number.is_none() && (unit.is_none() || fields) => number = Some(given),
            Some(found @ (Word::Months(_) | Word::Weeks(_) | Word::Days(_))) if unit.is_none() => unit = Some(found),
            _ => return Interval::Unknown,
        }
    }
    let number = number.unwrap_or(1);
    let of = |one: u32, interval: fn(u32) -> Interval| number.checked_mul(one).map(interval);
    let interval = match unit {
        Some(Word::Months(one)) => of(one, Interval::Months),
        Some(Word::Weeks(one)) => of(one, Interval::Weeks),
        Some(Word::Days(one)) => of(one, Interval::Days),
        _ => None,
    };
    believed(interval.unwrap_or(Interval::Unknown))
}

/// No interval is nothing long, and none longer than anybody signs.
fn believed(interval: Interval) -> Interval {
    let days = match interval {
        Interval::Months(months) => u64::from(months) * 30,
        Interval::Weeks(weeks) => u64::from(weeks) * 7,
        Interval::Days(days) => u64::from(days),
        other => return other,
    };
    if (1..=LONGEST_DAYS).contains(&days) { interval } else { Interval::Unknown }
}

#[cfg(test)]
mod tests;
