//! Reads stretches of time out of a question: "since March", "last quarter", "past 30 days", "in the next month".

mod span;
mod word;

use chrono::{Days, NaiveDate};

use super::token::Token;
use crate::domain::time::{Window, day_text};
use span::{Seen, ahead, ahead_count, enclosing, explicit, last, limit, period, period_or_point, point};
use word::{singular, unit_days};

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
    /// Index of the first token used.
    pub first: usize,
    /// Index after the last token used.
    pub after: usize,
}

/// The first stretch of time in `tokens`, as seen on `today`.
#[must_use]
pub fn find(tokens: &[Token], today: NaiveDate) -> Option<Stretch> {
    const COMING: [&str; 9] =
        ["renew", "renews", "renewal", "renewals", "renewing", "expire", "expires", "expiring", "upcoming"];
    const GONE: [&str; 8] = ["did", "was", "were", "had", "last", "renewed", "expired", "ended"];
    let says = |words: &[&str]| tokens.iter().any(|token| words.contains(&token.fixed.as_str()));
    let forward = says(&COMING) && !says(&GONE);
    (0..tokens.len()).find_map(|first| at(tokens, first, Seen { today, forward }))
}

/// The day until which something is to last: `for two weeks`, `until Monday`, `till the end of June`.
#[must_use]
pub fn until(question: &str, today: NaiveDate) -> Option<NaiveDate> {
    let tokens = super::token::tokens(question, &[]);
    let words: Vec<&str> = tokens.iter().map(|token| token.fixed.as_str()).collect();
    let seen = Seen { today, forward: true };
    let after = |days: u64| today.checked_add_days(Days::new(days));
    (0..words.len()).find_map(|at| match &words[at..] {
        ["until" | "till" | "til", "tomorrow", ..] => after(1),
        ["until" | "till" | "til", "next", unit, ..] if unit_days(unit).is_some() => {
            let (_, end) = enclosing(singular(unit), today)?;
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

fn at(tokens: &[Token], first: usize, seen: Seen) -> Option<Stretch> {
    let today = seen.today;
    let words: Vec<&str> = tokens[first..].iter().map(|token| token.fixed.as_str()).collect();
    let stretch = |used: usize, since: Option<NaiveDate>, until: Option<NaiveDate>, ahead: bool, say: String| Stretch {
        window: Window { since, until },
        words: say,
        ahead,
        first,
        after: first + used,
    };
    let text = |day: NaiveDate| day_text(day, today);
    match words.as_slice() {
        ["since" | "from" | "after", rest @ ..] => {
            let seen = Seen { forward: seen.forward && words[0] != "since", ..seen };
            if words[0] == "from"
                && let Some((start, used)) = point(rest, seen)
                && matches!(rest.get(used), Some(&("to" | "until" | "till" | "through")))
                && let Some((end, more)) = period_or_point(&rest[used + 1..], seen)
            {
                return Some(stretch(
                    used + more + 2,
                    Some(start),
                    Some(end.1),
                    seen.forward && end.1 >= today,
                    format!("from {} to {}", text(start), text(end.1)),
                ));
            }
            let (start, used) = point(rest, seen)?;
            let say = if start > today { "after" } else { "since" };
            Some(stretch(used + 1, Some(start), None, start > today, format!("{say} {}", text(start))))
        }
        ["between", rest @ ..] => {
            let (start, used) = point(rest, seen)?;
            if rest.get(used) != Some(&"and") {
                return None;
            }
            let (end, more) = period_or_point(&rest[used + 1..], seen)?;
            Some(stretch(
                used + more + 2,
                Some(start),
                Some(end.1),
                seen.forward && end.1 >= today,
                format!("from {} to {}", text(start), text(end.1)),
            ))
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
            Some(stretch(used + 1, coming.then_some(today), Some(end), coming, say))
        }
        ["yesterday", ..] => {
            let day = today.pred_opt()?;
            Some(stretch(1, Some(day), Some(day), false, "yesterday".to_owned()))
        }
        ["today", ..] => Some(stretch(1, Some(today), Some(today), false, "today".to_owned())),
        ["lately" | "recently", ..] => {
            Some(stretch(1, today.checked_sub_days(Days::new(30)), None, false, "in the last 30 days".to_owned()))
        }
        ["next" | "coming" | "following" | "within", ..]
        | ["in", "the", "next" | "coming", ..]
        | ["in", "next", ..] => {
            let skip = words.iter().position(|word| matches!(*word, "next" | "coming" | "following" | "within"))? + 1;
            let skip =
                skip + usize::from(words.get(skip) == Some(&"the")) + usize::from(words.get(skip + 1) == Some(&"next"));
            ahead(&words[skip..], seen).map(|(days, used, say)| {
                stretch(skip + used, Some(today), today.checked_add_days(Days::new(days)), true, say)
            })
        }
        ["in", rest @ ..] if ahead_count(rest).is_some() && rest.get(2) != Some(&"ago") => {
            let (days, used, say) = ahead(rest, seen)?;
            Some(stretch(1 + used, Some(today), today.checked_add_days(Days::new(days)), true, say))
        }
        ["last" | "past" | "previous" | "recent" | "trailing", rest @ ..] => {
            let rolling = words[0] != "last" && words[0] != "previous";
            let (since, until, used, say) = last(rest, rolling, seen)?;
            Some(stretch(used + 1, Some(since), until, false, say))
        }
        ["this", unit, ..] => {
            let (start, end) = enclosing(unit, today)?;
            Some(stretch(2, Some(start), Some(end), false, format!("this {}", singular(unit))))
        }
        ["in" | "during" | "for" | "of" | "on" | "over" | "around", rest @ ..] => {
            // "over the past 30 days": the words behind the preposition say it all.
            let named = rest.strip_prefix(&["the"]).unwrap_or(rest);
            if matches!(named.first(), Some(&("last" | "past" | "previous"))) {
                return None;
            }
            let ((start, end), used) = period(rest, seen)?;
            let say = if start == end {
                format!("on {}", text(start))
            } else {
                format!("from {} to {}", text(start), text(end))
            };
            Some(stretch(used + 1, Some(start), Some(end), start > today || seen.forward && end >= today, say))
        }
        [count, unit, "ago", ..] => {
            let days = number(count)?.checked_mul(unit_days(unit)?)?;
            let day = today.checked_sub_days(Days::new(days))?;
            let slack = Days::new(days / 10 + 1);
            Some(stretch(
                3,
                day.checked_sub_days(slack),
                day.checked_add_days(slack),
                false,
                format!("around {}", text(day)),
            ))
        }
        _ => {
            let ((start, end), used) = explicit(&words, seen)?;
            let say = if start == end {
                format!("on {}", text(start))
            } else {
                format!("from {} to {}", text(start), text(end))
            };
            Some(stretch(used, Some(start), Some(end), start > today || seen.forward && end >= today, say))
        }
    }
}

#[cfg(test)]
mod tests;
