//! Stretches of time as people write them.

use proptest::prelude::*;

use super::super::token;
use super::*;

fn found(question: &str) -> Option<(String, String, bool)> {
    // A Saturday.
    let today = "2026-11-21".parse().unwrap();
    find(&token::tokens(question, &[]), today).map(|stretch| {
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
        ("past month", "2026-10-22", "…"),
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
        ("renewing next quarter", "2027-02-21"),
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
