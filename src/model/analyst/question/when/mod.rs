//! Reads stretches of time out of a question: "since March", "last quarter", "past 30 days", "in the next month".

mod named;
mod seen;
mod span;
mod word;

use chrono::{Days, NaiveDate};

use super::token::Token;
use crate::domain::time::{Today, Window, day_text};
use named::explicit;
use seen::{Seen, Span, before, enclosing};
use span::{ahead, ahead_count, from_to, last, limit, next, period, period_or_point, point, this};
use word::{singular, unit_days, weekday};

pub use word::number;

/// A stretch of time a question names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The days.
    pub window: Window,
    /// How to say it in an answer: `since March 1`, `in the last 30 days`.
    pub words: String,
    /// Whether it lies ahead ("in the next 30 days").
    pub ahead: bool,
    /// Whether a day, month or year is named ("on May 4"), rather than counted from today ("last week"): what is said of it
    /// may be said before or after.
    pub named: bool,
    /// As typed.
    pub typed: String,
    /// Index of the first token used.
    pub first: usize,
    /// Index after the last token used.
    pub after: usize,
}

/// The first stretch of time in `tokens`, as seen on `today`.
#[must_use]
pub fn find(tokens: &[Token], today: Today) -> Option<Stretch> {
    let seen = Seen { today: today.day, forward: looks_ahead(tokens), calendar: today.calendar };
    (0..tokens.len()).find_map(|first| at(tokens, first, seen))
}

/// Whether a question is for what comes: for renewals, what is due or planned, and not for what was.
fn looks_ahead(tokens: &[Token]) -> bool {
    const COMING: [&str; 17] = [
        "renew",
        "renews",
        "renewal",
        "renewals",
        "renewing",
        "expire",
        "expires",
        "expiring",
        "upcoming",
        "due",
        "owe",
        "must",
        "planned",
        "scheduled",
        "will",
        "coming",
        "meet",
    ];
    // "Is to be settled", "contracts end": what is to come, which neither word says alone.
    const PAIRS: [(&str, &str); 10] = [
        ("to", "be"),
        ("has", "to"),
        ("have", "to"),
        ("come", "up"),
        ("comes", "up"),
        ("on", "for"),
        ("contracts", "end"),
        ("contract", "ends"),
        ("trials", "end"),
        ("trial", "ends"),
    ];
    const GONE: [&str; 12] =
        ["did", "was", "were", "had", "last", "renewed", "expired", "ended", "happened", "came", "said", "been"];
    let says = |words: &[&str]| tokens.iter().any(|token| words.contains(&token.fixed.as_str()));
    let pair = |pairs: &[(&str, &str)]| {
        tokens.windows(2).any(|two| pairs.contains(&(two[0].fixed.as_str(), two[1].fixed.as_str())))
    };
    let of_a_month = pair(&[("last", "day"), ("last", "week")]) && tokens.iter().any(|token| token.fixed == "of");
    let gone = GONE.iter().any(|word| says(&[word]) && !(*word == "last" && of_a_month));
    (says(&COMING) || pair(&PAIRS)) && !gone
}

/// The day until which something is to last: `for two weeks`, `until Monday`, `till the end of June`.
#[must_use]
pub fn until(question: &str, today: Today) -> Option<NaiveDate> {
    let tokens = super::token::tokens(question, &[]);
    let words: Vec<&str> = tokens.iter().map(|token| token.fixed.as_str()).collect();
    let seen = Seen { today: today.day, forward: true, calendar: today.calendar };
    let after = |days: u64| seen.today.checked_add_days(Days::new(days));
    (0..words.len()).find_map(|at| match &words[at..] {
        ["until" | "till" | "til", "tomorrow", ..] => after(1),
        ["until" | "till" | "til", "next", unit, ..] if unit_days(unit).is_some() => {
            let (_, end) = enclosing(singular(unit), seen.today)?;
            end.succ_opt()
        }
        ["until" | "till" | "til", "next" | "after", rest @ ..] | ["until" | "till" | "til", rest @ ..] => {
            limit(rest, seen).map(|(day, ..)| day)
        }
        ["for", "the", "next", rest @ ..] | ["for", "another", rest @ ..] | ["for", rest @ ..]
            if ahead_count(rest).is_some() =>
        {
            after(ahead_count(rest)?)
        }
        ["for", "a" | "another" | "one", unit, ..] if unit_days(unit).is_some() => after(unit_days(unit)?),
        ["for", "a", "couple" | "few", rest @ ..] => {
            let unit = rest.iter().find(|word| **word != "of")?;
            after(unit_days(unit)? * if words[at + 2] == "couple" { 2 } else { 3 })
        }
        _ => None,
    })
}

/// The day that all of a text names, such as `next Friday`, `yesterday` or `3 March`, seen from today forward or back.
#[must_use]
pub fn day(text: &str, today: Today, forward: bool) -> Option<NaiveDate> {
    let tokens = super::token::tokens(text, &[]);
    let words: Vec<&str> = tokens.iter().map(|token| token.fixed.as_str()).collect();
    let words = match words.as_slice() {
        ["until" | "till" | "since" | "on" | "by" | "from", rest @ ..] => rest,
        whole => whole,
    };
    let seen = Seen { today: today.day, forward, calendar: today.calendar };
    let named = |(day, used): (NaiveDate, usize)| (used == words.len()).then_some(day);
    limit(words, seen).map(|(day, used, _)| (day, used)).and_then(named)
}

/// A stretch that begins at a word: the window, how many words it takes, whether it lies ahead, and how to say it.
struct Read {
    window: Window,
    used: usize,
    ahead: bool,
    named: bool,
    words: String,
}

/// Days after which a day named without its year is more likely the next one of that date.
const LONG_AGO: i64 = 270;

impl Read {
    fn new(span: Span, used: usize, ahead: bool, words: String) -> Self {
        Self { window: Window { since: Some(span.0), until: Some(span.1) }, used, ahead, named: false, words }
    }

    fn open(since: Option<NaiveDate>, until: Option<NaiveDate>, used: usize, ahead: bool, words: String) -> Self {
        Self { window: Window { since, until }, used, ahead, named: false, words }
    }

    /// A span that is named, as a day or from day to day. `typed` are its words.
    fn named(span: Span, typed: &[&str], seen: Seen) -> Self {
        let year_given =
            typed.iter().any(|word| word.split(|letter: char| !letter.is_ascii_digit()).any(|part| part.len() == 4));
        let long_ago = span.0 == span.1 && (seen.today - span.1).num_days() > LONG_AGO && !year_given;
        let span = match span.0.checked_add_months(chrono::Months::new(12)).filter(|_| long_ago) {
            Some(coming) => (coming, coming),
            None => span,
        };
        let ahead = span.0 > seen.today || seen.forward && span.1 >= seen.today;
        let words = if span.0 == span.1 {
            format!("on {}", day_text(span.0, seen.today))
        } else {
            format!("from {}", from_to(span, seen))
        };
        Self { named: true, ..Self::new(span, typed.len(), ahead, words) }
    }
}

fn at(tokens: &[Token], first: usize, seen: Seen) -> Option<Stretch> {
    let words: Vec<&str> = tokens[first..].iter().map(|token| token.fixed.as_str()).collect();
    let Read { window, used, ahead, named, words } =
        near_today(&words, seen).or_else(|| bounded(&words, seen)).or_else(|| by_direction(&words, seen)).or_else(
            || explicit(&words, seen).map(|(span, used)| Read::named(span, words.get(..used).unwrap_or(&words), seen)),
        )?;
    let typed = tokens[first..].iter().take(used).map(|token| token.text.as_str()).collect::<Vec<_>>().join(" ");
    Some(Stretch { window, words, ahead, named, typed, first, after: first + used })
}

/// What is counted from today: `yesterday`, `day after tomorrow`, `three days ago`, `a week from Tuesday`, `lately`.
fn near_today(words: &[&str], seen: Seen) -> Option<Read> {
    let today = seen.today;
    let one =
        |day: NaiveDate, used: usize, words: &str| Some(Read::new((day, day), used, day > today, words.to_owned()));
    let text = |day: NaiveDate| format!("on {}", day_text(day, today));
    match words {
        ["day", "before", "yesterday", ..] => one(today.checked_sub_days(Days::new(2))?, 3, "the day before yesterday"),
        ["day", "after", "tomorrow", ..] => one(today.checked_add_days(Days::new(2))?, 3, "the day after tomorrow"),
        ["yesterday", ..] => one(today.pred_opt()?, 1, "yesterday"),
        ["today", ..] => one(today, 1, "today"),
        ["tomorrow", ..] => one(today.succ_opt()?, 1, "tomorrow"),
        ["week", "from", name, ..] if weekday(name).is_some() => {
            let coming = Seen { forward: true, ..seen }.weekday(weekday(name)?)?;
            let day = coming.checked_add_days(Days::new(7))?;
            one(day, 3, &text(day))
        }
        ["lately" | "recently", ..] => {
            let since = today.checked_sub_days(Days::new(30));
            Some(Read::open(since, None, 1, false, "in the last 30 days".to_owned()))
        }
        [count, unit, "ago", ..] => {
            let (count, unit) = (number(count)?, singular(unit));
            let day = before(today, count, unit)?;
            if unit == "day" {
                return one(day, 3, &text(day));
            }
            // "Two weeks ago" is about that day.
            let slack = Days::new((today - day).num_days().unsigned_abs() / 10 + 1);
            let span = (day.checked_sub_days(slack)?, day.checked_add_days(slack)?);
            Some(Read::new(span, 3, false, format!("around {}", day_text(day, today))))
        }
        _ => None,
    }
}

/// What has a bound: `since March`, `between May and July`, `before the end of the year`, `rest of this month`.
fn bounded(words: &[&str], seen: Seen) -> Option<Read> {
    let today = seen.today;
    let text = |day: NaiveDate| day_text(day, today);
    match words {
        ["since" | "from" | "after", rest @ ..] => {
            let seen = Seen { forward: seen.forward && words[0] != "since", ..seen };
            if words[0] == "from"
                && let Some((start, used)) = period_or_point(rest, seen)
                && matches!(rest.get(used), Some(&("to" | "until" | "till" | "through")))
                && let Some((end, more)) = period_or_point(&rest[used + 1..], seen)
            {
                return Some(Read::named((start.0, end.1), words.get(..used + more + 2).unwrap_or(words), seen));
            }
            let (start, used) = point(rest, seen)?;
            let say = if start > today { "after" } else { "since" };
            Some(Read::open(Some(start), None, used + 1, start > today, format!("{say} {}", text(start))))
        }
        ["between", rest @ ..] => {
            let (start, used) = period_or_point(rest, seen)?;
            if rest.get(used) != Some(&"and") {
                return None;
            }
            let (end, more) = period_or_point(&rest[used + 1..], seen)?;
            Some(Read::named((start.0, end.1), words.get(..used + more + 2).unwrap_or(words), seen))
        }
        ["before" | "until" | "till" | "by", rest @ ..] => {
            // What is asked for by a day lies ahead of it, whatever else the question says.
            let seen = Seen { forward: seen.forward || words[0] == "by", ..seen };
            let (day, used, ends) = limit(rest, seen)?;
            let end = if words[0] == "before" && !ends { day.pred_opt()? } else { day };
            let coming = seen.forward && end >= today;
            let say = match (words[0], ends) {
                ("before", false) => format!("before {}", text(day)),
                (_, true) => format!("by {}", text(day)),
                (word, false) => format!("{word} {}", text(day)),
            };
            Some(Read::open(coming.then_some(today), Some(end), used + 1, coming, say))
        }
        ["earlier", "this", unit, ..] => {
            let (start, _) = enclosing(singular(unit), today)?;
            let until = today.pred_opt().filter(|until| *until >= start).unwrap_or(start);
            Some(Read::new((start, until), 3, false, format!("earlier this {}", singular(unit))))
        }
        ["later", "this", unit, ..] => {
            let (_, end) = enclosing(singular(unit), today)?;
            let since = today.succ_opt().filter(|since| *since <= end).unwrap_or(end);
            Some(Read::new((since, end), 3, true, format!("later this {}", singular(unit))))
        }
        ["rest" | "remainder", "of", "this" | "the", unit, ..] => {
            let (_, end) = enclosing(singular(unit), today)?;
            Some(Read::new((today, end), 4, true, format!("in the rest of the {}", singular(unit))))
        }
        [unit, "to", "date", ..] => to_date(unit, 3, seen),
        ["ytd", ..] => to_date("year", 1, seen),
        ["qtd", ..] => to_date("quarter", 1, seen),
        ["mtd", ..] => to_date("month", 1, seen),
        _ => None,
    }
}

fn to_date(unit: &str, used: usize, seen: Seen) -> Option<Read> {
    let (start, _) = enclosing(singular(unit), seen.today)?;
    Some(Read::new((start, seen.today), used, false, format!("this {} so far", singular(unit))))
}

/// What a word of direction opens: `next quarter`, `in the next 30 days`, `last week`, `this month`, `in March`.
fn by_direction(words: &[&str], seen: Seen) -> Option<Read> {
    match words {
        // "Within the next two weeks", "in the next month": from today on.
        ["next" | "coming" | "following" | "within", ..]
        | ["in", "the", "next" | "coming", ..]
        | ["in", "next", ..] => {
            let opens = words.iter().position(|word| matches!(*word, "next" | "coming" | "following" | "within"))? + 1;
            let rolls = words[0] != "next" || ahead_count(&words[opens..]).is_some();
            let skip = opens
                + usize::from(words.get(opens) == Some(&"the"))
                + usize::from(words.get(opens + 1) == Some(&"next"));
            let rolling = || ahead(&words[skip..], seen).filter(|_| rolls);
            let (span, used, say) = rolling().or_else(|| next(&words[skip..], seen))?;
            Some(Read::new(span, skip + used, true, say))
        }
        ["in", rest @ ..] if ahead_count(rest).is_some() && rest.get(2) != Some(&"ago") => {
            let (span, used, say) = ahead(rest, seen)?;
            Some(Read::new(span, 1 + used, true, say))
        }
        ["last", "day" | "week", "of", ..] => None,
        ["last" | "past" | "previous" | "recent" | "trailing", rest @ ..] => {
            let rolling = words[0] != "last" && words[0] != "previous";
            let (since, until, used, say) = last(rest, rolling, seen)?;
            Some(Read::open(Some(since), until, used + 1, false, say))
        }
        ["this" | "current", rest @ ..] => {
            let (span, used, say) = this(rest, seen)?;
            Some(Read::new(span, used + 1, span.0 > seen.today, say))
        }
        ["in" | "during" | "for" | "of" | "on" | "over" | "around" | "at", rest @ ..] => {
            // "over the past 30 days": the words behind the preposition say it all.
            let named = rest.strip_prefix(&["the"]).unwrap_or(rest);
            let told = matches!(named.first(), Some(&("last" | "past" | "previous" | "next" | "rest" | "this")));
            if told && !matches!(named, ["last", "day" | "week", "of", ..]) {
                return None;
            }
            let (span, used) = period(rest, seen)?;
            Some(Read::named(span, words.get(..used + 1).unwrap_or(words), seen))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
