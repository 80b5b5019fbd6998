//! Dates in figures: `3/4`, `03/04/2027`. Which comes first is what the record itself shows (a day over 12, the day of the week
//! beside it), else what the workspace says.

use chrono::{Datelike, NaiveDate};

use super::day::dated;
use super::pattern::lexicon::{Kind, patterns};
use super::said_on::SaidOn;
use crate::language::{Word, folded, words};

/// The day of words, and the order they write dates in; `day_first` where they do not show it themselves.
pub(super) fn said_on<'t>(texts: impl IntoIterator<Item = &'t str>, day: NaiveDate, day_first: bool) -> SaidOn {
    SaidOn { day, day_first: order_in(texts, day).unwrap_or(day_first) }
}

/// Words that may stand before a date without its year; elsewhere `3/4` is three quarters.
const LEADS: [&str; 16] = [
    "by", "on", "before", "until", "till", "for", "from", "to", "due", "the", "than", "since", "after", "of", "is",
    "date",
];

/// Two figures and a year, as they stand.
fn figures(word: &str) -> Option<(u32, u32, Option<i32>)> {
    let parts: Vec<&str> = word.split('/').collect();
    let dashed: Vec<&str> = word.split('-').collect();
    let (first, second, year) = match (&parts[..], &dashed[..]) {
        ([first, second], _) => (*first, *second, None),
        ([first, second, year], _) => (*first, *second, Some(*year)),
        (_, [first, second, year]) if year.len() == 4 => (*first, *second, Some(*year)),
        _ => return None,
    };
    let number = |text: &str| text.parse::<u32>().ok().filter(|_| text.len() <= 2).filter(|one| (1..=31).contains(one));
    let year = match year.map(|year| (year.len(), year.parse::<i32>())) {
        None => None,
        Some((4, Ok(year))) if (2000..2100).contains(&year) => Some(year),
        Some((2, Ok(year))) => Some(2000 + year),
        Some(_) => return None,
    };
    Some((number(first)?, number(second)?, year))
}

/// The day of figures in one of the orders.
fn in_order((first, second, year): (u32, u32, Option<i32>), day_first: bool, said: NaiveDate) -> Option<NaiveDate> {
    let (day, month) = if day_first { (first, second) } else { (second, first) };
    dated(month, day, year, said)
}

/// The day a word in figures means.
pub(super) fn day_in_figures(word: &str, said: SaidOn) -> Option<NaiveDate> {
    let figures = figures(word)?;
    in_order(figures, said.day_first, said.day).or_else(|| in_order(figures, !said.day_first, said.day))
}

/// The day in figures at a word; one without its year has to follow a word that leads to a day.
pub(super) fn day_at(words: &[Word<'_>], at: usize, said: SaidOn) -> Option<NaiveDate> {
    let word = words.get(at)?.lower.as_ref();
    let (.., year) = figures(word)?;
    let led = || {
        let before = at.checked_sub(1).map_or("", |before| words[before].lower.as_ref());
        LEADS.contains(&before) || weekday(before).is_some()
    };
    let counts = words.get(at + 1).is_some_and(|next| next.lower == "of");
    if year.is_none() && (counts || !led()) { None } else { day_in_figures(word, said) }
}

/// The number of the day of the week a word names in one of the languages that are read, from 1.
fn weekday(word: &str) -> Option<u32> {
    let word = folded(word);
    let named = |number: &u32| {
        let short = word.len() == 3
            && matches!(
                (number, word.as_str()),
                (1, "mon") | (2, "tue") | (3, "wed") | (4, "thu") | (5, "fri") | (6, "sat") | (7, "sun")
            );
        short || patterns(Kind::Weekday(*number)).is_some_and(|list| !list.beginning(&word).is_empty())
    };
    (1..=7).find(named)
}

/// Whether texts write the day before the month, as far as they show it: by a figure that is no month, or by the day of the
/// week beside it. Where they show both, they show nothing.
pub(super) fn order_in<'t>(texts: impl IntoIterator<Item = &'t str>, said: NaiveDate) -> Option<bool> {
    let (mut day_first, mut month_first) = (0_usize, 0_usize);
    for text in texts.into_iter().filter(|text| text.contains(['/', '-'])) {
        let words = words(text);
        for (at, word) in words.iter().enumerate() {
            let Some(date) = figures(&word.lower).filter(|_| &*word.lower != "24/7") else { continue };
            let fits = |day_first: bool| in_order(date, day_first, said);
            let shown = match (fits(true), fits(false)) {
                (Some(_), None) if date.0 > 12 => Some(true),
                (None, Some(_)) if date.1 > 12 => Some(false),
                (Some(first), Some(second)) if first != second => {
                    let mut near = [at.checked_sub(2), at.checked_sub(1), Some(at + 1)].into_iter().flatten();
                    let named = near.find_map(|near| weekday(&words.get(near)?.lower));
                    let is = |day: NaiveDate| Some(day.weekday().number_from_monday()) == named;
                    (is(first) != is(second)).then(|| is(first))
                }
                _ => None,
            };
            day_first += usize::from(shown == Some(true));
            month_first += usize::from(shown == Some(false));
        }
    }
    (day_first > 0 && month_first == 0).then_some(true).or((month_first > 0 && day_first == 0).then_some(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> NaiveDate {
        "2027-02-01".parse().unwrap()
    }

    #[test]
    fn a_record_shows_its_order_by_a_day_over_twelve_and_by_the_day_of_the_week() {
        for (text, shown) in [
            ("We met on 25/01 and again on 03/02.", Some(true)),
            ("Invoices of 1/25 and 2/3 are paid.", Some(false)),
            // The fourth of March 2027 is a Thursday, the third of April a Saturday.
            ("See you on Thursday 04/03.", Some(true)),
            ("See you on Thursday, 03/04.", Some(false)),
            ("Donnerstag, 04/03/2027", Some(true)),
            ("03/04 (Thu) works.", Some(false)),
            ("Support is there 24/7, half of it on 3/4.", None),
            ("It was 13/02 there and 2/14 here.", None),
            ("By 03/04 at the latest.", None),
        ] {
            assert_eq!(order_in([text], said()), shown, "{text}");
        }
    }

    #[test]
    fn figures_are_read_in_the_order_of_the_record_and_otherwise_as_they_can_be() {
        let day =
            |word: &str, day_first| day_in_figures(word, SaidOn { day: said(), day_first }).map(|day| day.to_string());
        assert_eq!(day("03/04", true), Some("2027-04-03".to_owned()));
        assert_eq!(day("03/04", false), Some("2027-03-04".to_owned()));
        assert_eq!(day("03/04/28", true), Some("2028-04-03".to_owned()));
        assert_eq!(day("30/04", false), Some("2027-04-30".to_owned()));
        assert_eq!(day("03-04-2027", false), Some("2027-03-04".to_owned()));
        assert_eq!((day("31/31", true), day("4.2", true), day("a/b", true)), (None, None, None));
    }

    #[test]
    fn a_fraction_is_no_day() {
        let found = |text: &str| {
            let words = words(text);
            (0..words.len()).find_map(|at| day_at(&words, at, SaidOn::from(said())))
        };
        assert_eq!(found("About 3/4 of the seats"), None);
        assert_eq!(found("They reached 1/2"), None);
        assert_eq!(found("by 3/4"), "2027-03-04".parse().ok());
        assert_eq!(found("the draft, 3/4/2027"), "2027-03-04".parse().ok());
    }
}
