//! Intervals as systems and people write them.

use proptest::prelude::*;

use super::*;

#[test]
fn intervals_are_read_in_the_forms_that_systems_and_people_write() {
    for (text, interval) in [
        ("year", Interval::Months(12)),
        ("Annually", Interval::Months(12)),
        ("p.a.", Interval::Months(12)),
        ("per annum", Interval::Months(12)),
        ("1 yr", Interval::Months(12)),
        ("12mo", Interval::Months(12)),
        ("MONTHLY", Interval::Months(1)),
        ("every month", Interval::Months(1)),
        ("qtr", Interval::Months(3)),
        ("each quarter", Interval::Months(3)),
        ("per_six_months", Interval::Months(6)),
        ("Semi-Annual", Interval::Months(6)),
        ("half_year", Interval::Months(6)),
        ("twice a year", Interval::Months(6)),
        ("four times a year", Interval::Months(3)),
        ("Eighteen_Months", Interval::Months(18)),
        ("5-Year term, paid upfront", Interval::Months(60)),
        ("per_three_years", Interval::Months(36)),
        ("every other year", Interval::Months(24)),
        ("triennial", Interval::Months(36)),
        ("P6M", Interval::Months(6)),
        ("P1Y6M", Interval::Months(18)),
        ("p2w", Interval::Weeks(2)),
        ("P90D", Interval::Days(90)),
        ("fortnight", Interval::Weeks(2)),
        ("bi-weekly", Interval::Weeks(2)),
        ("every 4 weeks", Interval::Weeks(4)),
        ("semi-monthly", Interval::HalfMonth),
        ("one_time", Interval::Once),
        ("One-off", Interval::Once),
        ("non-recurring", Interval::Once),
        ("vierteljährlich", Interval::Months(3)),
        ("par an", Interval::Months(12)),
    ] {
        assert_eq!(Interval::parse(text), interval, "{text}");
    }
}

#[test]
fn what_can_be_read_in_two_ways_or_in_none_is_not_understood() {
    for text in [
        "",
        "bimonthly",
        "annual contract, billed monthly",
        "as agreed",
        "usage",
        "0 months",
        "3",
        "400 years",
        "P",
        "P1M2W",
        "month 3 of 12",
        "99999999999 months",
    ] {
        assert_eq!(Interval::parse(text), Interval::Unknown, "{text}");
    }
}

#[test]
fn an_amount_is_brought_to_a_year_by_its_interval() {
    for (interval, minor, yearly) in [
        (Interval::Months(24), 700_000, Some(350_000)),
        (Interval::Months(18), 900_000, Some(600_000)),
        (Interval::Months(36), 100_000, Some(33_333)),
        (Interval::Months(1), 2_500, Some(30_000)),
        (Interval::Weeks(2), 1_000, Some(26_000)),
        (Interval::Weeks(1), -300, Some(-15_600)),
        (Interval::Days(1), 10, Some(3_650)),
        (Interval::HalfMonth, 500, Some(12_000)),
        (Interval::Once, 500, None),
        (Interval::Unknown, 500, None),
        (Interval::Months(1), i64::MAX, Some(i64::MAX)),
    ] {
        assert_eq!(interval.yearly(minor), yearly, "{interval:?}");
    }
}

#[test]
fn the_rule_is_said_as_one_would_type_it() {
    assert_eq!(Interval::Months(24).rule().as_deref(), Some("÷ 2"));
    assert_eq!(Interval::Months(3).rule().as_deref(), Some("× 4"));
    assert_eq!(Interval::Months(18).rule().as_deref(), Some("× 12 ÷ 18"));
    assert_eq!(Interval::Months(12).rule(), None);
}

/// What somebody who had not seen the code says 70 forms mean: months, or `2 weeks`, `30 days`, `once`, or `?`.
const FORMS: &str = include_str!("../../../evals/intervals/forms.tsv");

/// Forms that are read otherwise than they say, each for a reason: a term without a unit, half a year by its common
/// meaning, a price by the month that is billed by the year, half a month, a year and a half with a decimal point.
const READ_OTHERWISE: [(&str, Interval); 5] = [
    ("Subscription Term: 36", Interval::Unknown),
    ("biannual", Interval::Months(6)),
    ("$49 per seat per month, billed yearly", Interval::Unknown),
    ("semi-monthly", Interval::HalfMonth),
    ("1.5 years", Interval::Unknown),
];

#[test]
fn forms_of_many_systems_mean_what_somebody_says_they_mean() {
    let mut wrong = Vec::new();
    for line in FORMS.lines() {
        let [form, meant, ..] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let count = |unit: &str| meant.strip_suffix(unit).and_then(|count| count.trim().parse().ok());
        let meant = match meant {
            "once" => Interval::Once,
            "?" => Interval::Unknown,
            _ => count("weeks")
                .or_else(|| count("week"))
                .map(Interval::Weeks)
                .or_else(|| count("days").map(Interval::Days))
                .unwrap_or_else(|| Interval::Months(meant.parse().unwrap())),
        };
        let read = Interval::parse(form);
        let argued = READ_OTHERWISE.iter().any(|(other, ours)| *other == form && *ours == read);
        if read != meant && !argued {
            wrong.push(format!("{form}: {meant:?} is meant, read as {read:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #[test]
    fn what_an_interval_is_shown_as_reads_as_the_same(count in 1_u32..60, unit in 0..3) {
        let interval = match unit { 0 => Interval::Months(count), 1 => Interval::Weeks(count), _ => Interval::Days(count) };
        prop_assert_eq!(Interval::parse(&interval.to_string()), interval);
    }

    #[test]
    fn no_text_breaks_it(text in "\\PC{0,40}") {
        let interval = Interval::parse(&text);
        prop_assert!(interval.yearly(100).is_none_or(|yearly| yearly >= 0));
    }

    #[test]
    fn case_and_blanks_make_no_difference(count in 1_u32..40, unit in "(year|month|week|quarter)s?") {
        let plain = Interval::parse(&format!("{count} {unit}"));
        prop_assert_eq!(Interval::parse(&format!("  Every {count}-{} ", unit.to_uppercase())), plain);
    }
}
