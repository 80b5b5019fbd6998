//! Stretches of time as people write them.

use proptest::prelude::*;

use super::super::token;
use super::*;
use crate::domain::time::Calendar;

fn found(question: &str) -> Option<(String, String, bool)> {
    // A Saturday.
    let today: NaiveDate = "2026-11-21".parse().unwrap();
    find(&token::tokens(question, &[]), today.into()).map(|stretch| {
        let day = |day: Option<NaiveDate>| day.map_or_else(|| "…".to_owned(), |day| day.to_string());
        (day(stretch.window.since), day(stretch.window.until), stretch.ahead)
    })
}

#[test]
fn stretches_of_time_are_read_as_people_write_them() {
    for (question, since, until) in [
        ("what changed since March", "2026-03-01", "…"),
        ("what changed since march 4th 2025", "2025-03-04", "…"),
        ("anything since last week?", "2026-11-14", "…"),
        ("what happened last quarter", "2026-07-01", "2026-09-30"),
        ("usage over the past 30 days", "2026-10-22", "…"),
        ("calls in the last two weeks", "2026-11-07", "…"),
        ("what did they say in December", "2025-12-01", "2025-12-31"),
        ("emails in Q3", "2026-07-01", "2026-09-30"),
        ("between March and May", "2026-03-01", "2026-05-31"),
        ("this month", "2026-11-01", "2026-11-30"),
        ("what happened yesterday", "2026-11-20", "2026-11-20"),
        ("since monday", "2026-11-16", "…"),
        ("since the 15th", "2026-11-15", "…"),
        ("since the 28th", "2026-10-28", "…"),
        ("before October 1", "…", "2026-09-30"),
        ("on 2026-10-05", "2026-10-05", "2026-10-05"),
        ("past month", "2026-10-21", "…"),
    ] {
        assert_eq!(found(question), Some((since.to_owned(), until.to_owned(), false)), "{question}");
    }
}

#[test]
fn what_lies_ahead_is_told_from_what_lies_behind() {
    for (question, until) in [
        ("who is renewing in the next 30 days", "2026-12-21"),
        ("renewals within 60 days", "2027-01-20"),
        ("who renews in 30 days", "2026-12-21"),
        ("renewals before the end of December", "2026-12-31"),
        ("renewals before December 15", "2026-12-14"),
        ("who renews by the end of the month", "2026-11-30"),
        ("what do we owe them by Friday", "2026-11-27"),
    ] {
        let (since, end, ahead) = found(question).unwrap_or_else(|| panic!("{question}"));
        assert_eq!((since.as_str(), end.as_str(), ahead), ("2026-11-21", until, true), "{question}");
    }
}

#[test]
fn a_month_without_a_year_is_the_next_one_for_renewals_and_the_last_one_for_what_happened() {
    for (question, since, until, ahead) in [
        ("renewals in March", "2027-03-01", "2027-03-31", true),
        ("who renews in Q1", "2027-01-01", "2027-03-31", true),
        ("renewals in November", "2026-11-01", "2026-11-30", true),
        ("calls in March", "2026-03-01", "2026-03-31", false),
        ("who renewed in March", "2026-03-01", "2026-03-31", false),
        ("did they renew in March", "2026-03-01", "2026-03-31", false),
        ("calls before the end of March", "…", "2026-03-31", false),
    ] {
        assert_eq!(found(question), Some((since.to_owned(), until.to_owned(), ahead)), "{question}");
    }
}

#[test]
fn next_is_a_stretch_of_the_calendar_and_within_the_next_is_counted_from_today() {
    for (question, since, until) in [
        ("renewing next quarter", "2027-01-01", "2027-03-31"),
        ("who renews next month", "2026-12-01", "2026-12-31"),
        ("renewals next week", "2026-11-23", "2026-11-29"),
        ("renewals next year", "2027-01-01", "2027-12-31"),
        ("renewals within the next week", "2026-11-21", "2026-11-28"),
        ("renewals in the next month", "2026-11-21", "2026-12-21"),
        ("what is due next Tuesday", "2026-11-24", "2026-11-24"),
    ] {
        assert_eq!(found(question), Some((since.to_owned(), until.to_owned(), true)), "{question}");
    }
}

/// What somebody who had not seen the code says 80 phrases mean, each in a short question: today, the question, the first
/// and the last day, and the month the fiscal year begins in where that matters.
const PHRASES: &str = include_str!("../../../../../evals/when/phrases.tsv");

/// Phrases that can be read in more than one way, where ours is another way than theirs: a day more or less.
const READ_OTHERWISE: [&str; 0] = [];

#[test]
fn phrases_of_time_mean_what_a_careful_person_takes_them_to_mean() {
    let months = crate::language::MONTHS;
    let mut wrong = Vec::new();
    for line in PHRASES.lines() {
        let [today, question, first, last, fiscal, ..] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let day: NaiveDate = today.parse().unwrap();
        let start = months.iter().position(|month| fiscal.to_lowercase().ends_with(month)).unwrap_or(0);
        let calendar = Calendar { fiscal_start: u32::try_from(start).unwrap() + 1, day_first: false };
        let stretch = find(&token::tokens(question, &[]), Today { day, calendar });
        let window = stretch.map(|stretch| stretch.window).unwrap_or_default();
        let read = (window.since.unwrap_or_default(), window.until.unwrap_or(day));
        if (read.0.to_string().as_str(), read.1.to_string().as_str()) != (first, last)
            && !READ_OTHERWISE.contains(&question)
        {
            wrong.push(format!("{today} {question}: {} to {} is meant, read as {} to {}", first, last, read.0, read.1));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_workspace_that_writes_the_day_first_reads_numeric_dates_so() {
    let calendar = Calendar { fiscal_start: 1, day_first: true };
    let day: NaiveDate = "2027-06-01".parse().unwrap();
    let read = |question: &str| find(&token::tokens(question, &[]), Today { day, calendar }).unwrap().window.since;
    assert_eq!(read("mails of 3/4/2027"), "2027-04-03".parse().ok());
    assert_eq!(read("mails of 4/13/2027"), "2027-04-13".parse().ok());
}

#[test]
fn ordinary_words_are_not_dates() {
    for question in
        ["may I see the calls", "who is the second contact", "summarize the last three calls", "what did 4.2 bring"]
    {
        assert_eq!(found(question), None, "{question}");
    }
}

proptest! {
    #[test]
    fn no_question_breaks_it(question in "(since|last|in|from|between|past|next|the|of|may|q3|31|2026|99999|feb|days|weeks|ago|to|and| ){0,12}") {
        let _ = found(&question);
    }
}
