//! Schedules and standings, by what people write and by what a quarter brings.

use chrono::{Days, Duration};
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

fn now() -> Moment {
    at("2026-11-30T10:00:00Z")
}

fn schedule(text: &str, zone: &str) -> Schedule {
    Schedule::read(text, zone, now()).unwrap()
}

#[test]
fn words_are_read_as_the_cron_line_they_mean() {
    for (words, cron) in [
        ("Mondays 8:30", "30 8 * * 1"),
        ("every monday at 8.30", "30 8 * * 1"),
        ("weekdays 9:00", "0 9 * * 1-5"),
        ("daily 7:45", "45 7 * * *"),
        ("every day at noon", "0 12 * * *"),
        ("Tue and Fri 4pm", "0 16 * * 2,5"),
        ("thursday, sunday 8:05 am", "5 8 * * 0,4"),
        ("  30  8 * * MON ", "30 8 * * MON"),
    ] {
        assert_eq!(schedule(words, "Europe/Berlin").cron(), cron, "{words}");
    }
}

#[test]
fn a_schedule_is_told_in_words() {
    assert_eq!(schedule("30 8 * * 1", "Europe/Berlin").words(), "Mondays at 08:30 (Europe/Berlin)");
    assert_eq!(schedule("0 16 * * 2,5", "UTC").words(), "Tuesdays and Fridays at 16:00 (UTC)");
    assert_eq!(schedule("0 9 * * 1-5", "UTC").words(), "weekdays at 09:00 (UTC)");
}

#[test]
fn a_mistake_is_named_with_times_at_which_it_would_come() {
    let wrong = |text: &str, zone: &str| Schedule::read(text, zone, now()).unwrap_err();
    let hour = wrong("30 25 * * 1", "Europe/Berlin");
    assert!(hour.contains("25 is no hour, which goes from 0 to 23"), "{hour}");
    assert!(hour.contains("Mon 7 Dec 2026 08:30, Mon 14 Dec 2026 08:30 and Mon 21 Dec 2026 08:30"), "{hour}");
    let zone = wrong("30 8 * * 1", "Europe/Berln");
    assert!(zone.contains("did you mean Europe/Berlin? In Europe/Berlin it would come Mon 7 Dec"), "{zone}");
    assert!(wrong("8 30", "UTC").contains("two instead of five fields"));
    assert!(wrong("0 30 8 * * 1", "UTC").contains("six instead of five fields"));
    assert!(wrong("* * * * *", "UTC").contains("more often than once an hour"));
    assert!(wrong("0 8 31 2 *", "UTC").contains("no such day"));
    assert!(wrong("whenever", "UTC").contains("one instead of five fields"));
}

#[test]
fn clocks_that_change_neither_repeat_nor_swallow_a_digest() {
    // 2:30 does not exist in Berlin on 28 March 2027, and comes twice on 31 October 2027.
    let nightly = schedule("30 2 * * *", "Europe/Berlin");
    let days = |from: &str| nightly.after(at(from)).take(3).map(|at| at.utc().to_rfc3339()).collect::<Vec<_>>();
    let spring = days("2027-03-27T12:00:00Z");
    assert_eq!(spring.len(), 3);
    assert_eq!(spring[0], "2027-03-28T01:00:00+00:00");
    assert_eq!(spring[1], "2027-03-29T00:30:00+00:00");
    let autumn = days("2027-10-30T12:00:00Z");
    assert_eq!(autumn[0], "2027-10-31T00:30:00+00:00");
    assert_eq!(autumn[1], "2027-11-01T01:30:00+00:00");
}

#[test]
fn the_last_time_is_the_one_a_late_start_makes_up_for() {
    let weekly = schedule("30 8 * * 1", "America/New_York");
    assert_eq!(weekly.last_until(at("2026-12-02T00:00:00Z")), Some(at("2026-11-30T13:30:00Z")));
    assert_eq!(weekly.last_until(at("2026-11-30T13:30:00Z")), Some(at("2026-11-30T13:30:00Z")));
    assert_eq!(weekly.last_until(at("2026-11-30T13:29:59Z")), Some(at("2026-11-23T13:30:00Z")));
}

proptest! {
    #[test]
    fn each_time_follows_the_one_before_and_is_found_again_from_after_it(
        line in select(vec!["30 8 * * 1", "0 9 * * 1-5", "15 2 * * *", "45 1 1 * *", "0 */4 * * *"]),
        zone in select(vec!["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]),
        start in 0_i64..40_000_000,
    ) {
        let schedule = schedule(line, zone);
        let start = at("2026-01-01T00:00:00Z") + Duration::seconds(start);
        let times: Vec<Moment> = schedule.after(start).take(40).collect();
        prop_assert_eq!(times.len(), 40);
        prop_assert!(times[0] > start);
        for two in times.windows(2) {
            prop_assert!(two[0] < two[1]);
            // Whoever looks between two times makes up for the first of them, and for no other.
            let between = two[0] + (two[1] - two[0]) / 2;
            prop_assert_eq!(schedule.last_until(between), Some(two[0]));
            prop_assert_eq!(schedule.next_after(between), Some(two[1]));
        }
    }
}

#[test]
fn destinations_are_read_and_told_apart() {
    for (text, to) in [
        ("web", Destination::Web),
        ("slack:#health", Destination::Slack("#health".to_owned())),
        ("Slack: @dana", Destination::Slack("@dana".to_owned())),
        ("mail:Dana@Example.com", Destination::Mail("dana@example.com".to_owned())),
    ] {
        assert_eq!(Destination::read(text), Ok(to), "{text}");
    }
    for text in ["", "fax:12", "mail:dana", "slack:", "slack:#", "web:page"] {
        assert!(Destination::read(text).is_err(), "{text}");
    }
}

fn seen(score: u32) -> Seen {
    let level = match score {
        0..40 => Level::Critical,
        40..70 => Level::AtRisk,
        _ => Level::Healthy,
    };
    let matches = level == Level::Critical;
    Seen { score, level, matches, better: !matches }
}

/// The states of an account over weeks with these scores.
fn states(scores: &[u32]) -> Vec<Option<RowState>> {
    let mut standing = None;
    let week = |number: usize| now() + Duration::weeks(i64::try_from(number).unwrap());
    scores
        .iter()
        .enumerate()
        .map(|(number, score)| {
            standing = Standing::next(standing.as_ref(), seen(*score), week(number));
            standing.as_ref().map(|standing| standing.state)
        })
        .collect()
}

#[test]
fn an_account_is_new_then_unchanged_then_worse_then_recovered_once() {
    use RowState::{New, Recovered, Unchanged, Worse};
    assert_eq!(
        states(&[80, 35, 34, 28, 28, 75, 75, 30]),
        [None, Some(New), Some(Unchanged), Some(Worse), Some(Unchanged), Some(Recovered), None, Some(New)]
    );
}

#[test]
fn a_slow_decline_is_not_missed() {
    use RowState::{New, Unchanged, Worse};
    assert_eq!(
        states(&[38, 36, 34, 33, 31]),
        [Some(New), Some(Unchanged), Some(Unchanged), Some(Worse), Some(Unchanged)]
    );
}

#[test]
fn who_sees_to_an_account_is_asked_again_only_when_it_gets_worse() {
    let mut standing = Standing::next(None, seen(35), now()).unwrap();
    standing.acknowledged = Some(Acknowledged { by: "dana@example.com".to_owned(), at: now() });
    let quiet = Standing::next(Some(&standing), seen(33), now()).unwrap();
    assert_eq!(quiet.state, RowState::Acknowledged);
    let worse = Standing::next(Some(&quiet), seen(25), now()).unwrap();
    assert_eq!((worse.state, worse.acknowledged), (RowState::Worse, None));
}

#[test]
fn a_snoozed_account_is_quiet_until_its_day() {
    let mut standing = Standing::next(None, seen(35), now()).unwrap();
    standing.snoozed_until = Some(now().day() + Days::new(10));
    let quiet = Standing::next(Some(&standing), seen(10), now() + Duration::days(9)).unwrap();
    assert_eq!(quiet.state, RowState::Snoozed);
    let back = Standing::next(Some(&quiet), seen(10), now() + Duration::days(10)).unwrap();
    assert_eq!((back.state, back.snoozed_until), (RowState::Worse, None));
}

#[test]
fn an_account_that_was_given_away_has_not_recovered() {
    let standing = Standing::next(None, seen(35), now()).unwrap();
    let given_away = Seen { matches: false, better: false, ..seen(35) };
    assert_eq!(Standing::next(Some(&standing), given_away, now()), None);
}
