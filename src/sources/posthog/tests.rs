//! PostHog against its double.

use std::time::Duration;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::*;
use crate::domain::record::Record;
use crate::sources::Whose;
use crate::sources::emulator::Fault;
use crate::sources::trial::{Trial, found, stream_of};

const NOW: &str = "2026-06-15T09:00:00Z";

fn usage(account: &str, day: &str, users: u32, seats: Option<u32>) -> Value {
    json!({"type": "usage", "account": account, "day": day, "active_users": users, "licensed_seats": seats})
}

fn account(domain: &str, seats: Option<u32>) -> Value {
    json!({"type": "account", "domain": domain, "name": domain.to_uppercase(), "licensed_seats": seats})
}

/// Two companies over some months, one that only pays, and one PostHog knows nothing about.
fn lines() -> Vec<Value> {
    let mut lines = vec![
        account("mill.example", Some(40)),
        account("quarry.example", None),
        account("pays.example", Some(5)),
        account("unknown.example", None),
    ];
    let first: NaiveDate = "2026-03-20".parse().unwrap();
    for at in 0..87_u64 {
        let day = (first + Days::new(at)).to_string();
        lines.push(usage("mill.example", &day, 30 - (at % 7) as u32, Some(40)));
        if at % 7 == 0 {
            lines.push(usage("quarry.example", &day, (at % 3) as u32, None));
        }
    }
    lines
}

fn open(trial: &Trial) -> PostHog {
    PostHog::open(&trial.access(), trial.client.clone()).unwrap()
}

/// The days that were found, each with whose it is.
fn days(found: Vec<Found>) -> Vec<(Whose, String, u32, Option<u32>)> {
    let of = |found| match found {
        Found::Record(whose, record) => match *record {
            Record::Usage(usage) => (whose[0].clone(), usage.day.to_string(), usage.active_users, usage.licensed_seats),
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let mut days: Vec<_> = found.into_iter().map(of).collect();
    days.sort_by(|left, right| (format!("{:?}", left.0), &left.1).cmp(&(format!("{:?}", right.0), &right.1)));
    days
}

/// The days of the records, by company.
fn expected(trial: &Trial, lines: &[Value]) -> Vec<(Whose, String, u32, Option<u32>)> {
    let of = |line: &&Value| {
        let name = trial.name_of(line);
        let seats = line["licensed_seats"].as_u64().map(|seats| seats as u32);
        let users = line["active_users"].as_u64().unwrap() as u32;
        (
            Whose::Company(name.split('/').next().unwrap().to_owned()),
            line["day"].as_str().unwrap().to_owned(),
            users,
            seats,
        )
    };
    let mut expected: Vec<_> = lines.iter().filter(|line| line["type"] == "usage").map(|line| of(&line)).collect();
    expected.sort_by(|left, right| (format!("{:?}", left.0), &left.1).cmp(&(format!("{:?}", right.0), &right.1)));
    expected
}

#[tokio::test]
async fn every_day_of_every_company_comes_out_once_and_equal() {
    let lines = lines();
    let trial = Trial::of(Vendor::PostHog, &lines, NOW).await;
    let mut source = open(&trial);
    for rows in [MOST_ROWS, 100, 64] {
        source.rows = rows;
        let pass = trial.pass(&source, "usage", None).await.unwrap();
        assert_eq!(days(found(&source, "usage", &pass.items)), expected(&trial, &lines), "{rows}");
        let mut ids: Vec<&String> = pass.items.iter().map(|item| &item.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), pass.items.len());
        assert!(!pass.whole);
    }
}

#[tokio::test]
async fn a_project_that_gives_fewer_rows_than_are_asked_for_hides_nothing() {
    let lines = lines();
    let trial = Trial::of(Vendor::PostHog, &lines, NOW).await;
    trial.desk().change("limits", "query", &json!({"rows": 70}));
    let source = open(&trial);
    let pass = trial.pass(&source, "usage", None).await.unwrap();
    assert_eq!(days(found(&source, "usage", &pass.items)), expected(&trial, &lines));
}

#[tokio::test]
async fn a_page_that_holds_not_one_company_whole_is_said_to_be_wrong() {
    let trial = Trial::of(Vendor::PostHog, &lines(), NOW).await;
    let mut source = open(&trial);
    source.rows = 5;
    assert!(matches!(trial.pass(&source, "usage", None).await, Err(SourceError::Malformed(_))));
}

#[tokio::test]
async fn groups_come_out_as_companies_page_by_page() {
    let lines = lines();
    let trial = Trial::of(Vendor::PostHog, &lines, NOW).await;
    let mut source = open(&trial);
    source.rows = 1;
    let pass = trial.pass(&source, "groups", None).await.unwrap();
    let mut companies: Vec<_> = found(&source, "groups", &pass.items)
        .into_iter()
        .map(|found| match found {
            Found::Company(company) => (company.domains, company.name, company.licensed_seats),
            other => panic!("{other:?}"),
        })
        .collect();
    companies.sort();
    let of = |domain: &str, seats| (vec![domain.to_owned()], domain.to_uppercase(), seats);
    assert_eq!(companies, [of("mill.example", Some(40)), of("pays.example", Some(5)), of("quarry.example", None)]);
}

#[tokio::test]
async fn a_pass_with_nothing_new_costs_one_request_a_stream() {
    let mut trial = Trial::of(Vendor::PostHog, &lines(), NOW).await;
    let source = open(&trial);
    for stream in ["groups", "usage"] {
        let first = trial.pass(&source, stream, None).await.unwrap();
        let before = trial.desk().requests();
        trial.now = trial.now + chrono::Duration::hours(3);
        trial.pass(&source, stream, Some(&first.cursor)).await.unwrap();
        assert_eq!(trial.desk().requests() - before, 1, "{stream}");
    }
}

#[tokio::test]
async fn a_changed_day_and_a_late_one_are_seen_by_the_next_pass() {
    let mut trial = Trial::of(Vendor::PostHog, &lines(), NOW).await;
    let source = open(&trial);
    let first = trial.pass(&source, "usage", None).await.unwrap();
    let key = trial.name_of(&usage("mill.example", "2026-06-10", 0, None)).split('/').next().unwrap().to_owned();
    trial.desk().change("days", &format!("{key}/2026-06-10"), &json!({"people": {"mill.example": 99}}));
    let late = json!({"group": key, "day": "2026-06-15", "people": {"mill.example": 12}, "seats": 40});
    trial.desk().change("days", &format!("{key}/2026-06-15"), &late);
    trial.now = trial.now + chrono::Duration::days(1);
    let next = trial.pass(&source, "usage", Some(&first.cursor)).await.unwrap();
    assert_eq!(next.pages, 1);
    let days = days(found(&source, "usage", &next.items));
    let users = |day: &str| days.iter().find(|(whose, at, ..)| *whose == Whose::Company(key.clone()) && at == day);
    assert_eq!(users("2026-06-10").map(|day| day.2), Some(99));
    assert_eq!(users("2026-06-15").map(|day| day.2), Some(12));
}

#[tokio::test]
async fn after_a_long_break_the_next_pass_goes_back_to_where_the_last_one_ended() {
    let mut trial = Trial::of(Vendor::PostHog, &lines(), "2026-04-10T09:00:00Z").await;
    let source = open(&trial);
    let first = trial.pass(&source, "usage", None).await.unwrap();
    trial.now = crate::sources::trial::moment(NOW);
    let next = trial.pass(&source, "usage", Some(&first.cursor)).await.unwrap();
    let months: std::collections::BTreeSet<&str> =
        next.items.iter().filter_map(|item| item.id.split('/').nth(1)).collect();
    assert_eq!(months.into_iter().collect::<Vec<_>>(), ["2026-04-01", "2026-05-01", "2026-06-01"]);
}

#[tokio::test]
async fn the_running_day_is_not_counted() {
    let mut lines = lines();
    lines.push(usage("mill.example", "2026-06-15", 3, None));
    let trial = Trial::of(Vendor::PostHog, &lines, NOW).await;
    let source = open(&trial);
    let pass = trial.pass(&source, "usage", None).await.unwrap();
    assert!(days(found(&source, "usage", &pass.items)).iter().all(|(_, day, ..)| day != "2026-06-15"));
}

#[tokio::test]
async fn a_company_that_went_quiet_has_days_without_users() {
    let lines = [
        account("mill.example", Some(40)),
        usage("mill.example", "2026-04-28", 8, None),
        usage("mill.example", "2026-04-30", 7, None),
    ];
    let trial = Trial::of(Vendor::PostHog, &lines, NOW).await;
    let source = PostHog::open(&trial.access_with("quiet_days", "count"), trial.client.clone()).unwrap();
    let pass = trial.pass(&source, "usage", None).await.unwrap();
    let days = days(found(&source, "usage", &pass.items));
    // From its first day to the end of the month after its last.
    assert_eq!(days.len(), 3 + 31);
    assert_eq!(days.iter().map(|day| day.2).filter(|users| *users > 0).collect::<Vec<_>>(), [8, 7]);
}

#[tokio::test]
async fn a_project_without_groups_is_read_by_domains_of_addresses() {
    let lines = [usage("mill.example", "2026-06-03", 8, Some(9)), usage("quarry.example", "2026-06-04", 7, None)];
    let trial = Trial::of(Vendor::PostHog, &lines, NOW).await;
    let access = trial.access_with("group_index", "2");
    let source = PostHog::open(&access, trial.client.clone()).unwrap();
    let missing = source.preflight().await.unwrap().missing;
    assert_eq!(missing.iter().map(|missing| missing.scope.as_str()).collect::<Vec<_>>(), ["groups"]);
    let pass = trial.pass(&source, "usage", None).await.unwrap();
    let of = |domain: &str, day: &str, users, seats| (Whose::Domain(domain.into()), day.to_owned(), users, seats);
    assert_eq!(
        days(found(&source, "usage", &pass.items)),
        [of("mill.example", "2026-06-03", 8, Some(9)), of("quarry.example", "2026-06-04", 7, None)]
    );
    let none = PostHog::open(&trial.access_with("group_index", "none"), trial.client.clone()).unwrap();
    assert!(trial.pass(&none, "groups", None).await.unwrap().items.is_empty());
    assert_eq!(trial.pass(&none, "usage", None).await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn people_of_our_own_do_not_count() {
    let lines = [account("mill.example", Some(40)), usage("mill.example", "2026-06-03", 8, Some(9))];
    let trial = Trial::of(Vendor::PostHog, &lines, NOW).await;
    let key = trial.name_of(&lines[1]);
    trial.desk().change("days", &key, &json!({"people": {"acme.example": 3}}));
    let users = async |internal: &str| {
        let source = PostHog::open(&trial.access_with("internal", internal), trial.client.clone()).unwrap();
        let pass = trial.pass(&source, "usage", None).await.unwrap();
        days(found(&source, "usage", &pass.items))[0].2
    };
    assert_eq!(users("").await, 11);
    assert_eq!(users("@Acme.example, other.example").await, 8);
}

#[tokio::test]
async fn one_item_is_as_it_is_now_and_none_where_nothing_was_heard() {
    let lines = lines();
    let trial = Trial::of(Vendor::PostHog, &lines, NOW).await;
    let source = open(&trial);
    for stream in ["groups", "usage"] {
        let of = stream_of(&source, stream);
        for item in trial.pass(&source, stream, None).await.unwrap().items {
            let now = source.item(&of, &item.id).await.unwrap().unwrap();
            let (mut left, mut right) = (item.raw.clone(), now.raw);
            // The running month ends with the last whole day in a pass.
            (left["until"], right["until"]) = (Value::Null, Value::Null);
            assert_eq!((item.id, left), (now.id, right));
        }
        for unknown in ["nobody", "nobody/2026-06-01", "nobody/soon", ""] {
            assert_eq!(source.item(&of, unknown).await.unwrap(), None, "{unknown}");
        }
    }
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_is_said_by_its_kind_and_can_be_gone_on_from() {
    let lines = lines();
    let trial = Trial::of(Vendor::PostHog, &lines, NOW).await;
    let mut source = open(&trial);
    source.rows = 64;
    let stream = stream_of(&source, "usage");
    let Next::More(cursor) = source.page(&stream, None, trial.now).await.unwrap().next else { panic!("one page") };
    trial.desk().fail(Fault::RateLimited { after: 600 }, 1);
    let limited = source.page(&stream, Some(&cursor), trial.now).await;
    assert_eq!(limited.unwrap_err(), SourceError::RateLimited { after: Duration::from_mins(10) });
    trial.desk().fail(Fault::Revoked, 1);
    assert!(matches!(source.page(&stream, Some(&cursor), trial.now).await, Err(SourceError::Unauthorized(_))));
    trial.desk().fail(Fault::Garbled, 1);
    assert!(matches!(source.page(&stream, Some(&cursor), trial.now).await, Err(SourceError::Malformed(_))));
    trial.desk().fail(Fault::ServerError, 1);
    trial.desk().fail(Fault::Cut, 1);
    trial.pass(&source, "usage", Some(&cursor)).await.unwrap();
}

#[tokio::test]
async fn a_wrong_key_and_a_wrong_project_are_told_apart() {
    let trial = Trial::of(Vendor::PostHog, &[], NOW).await;
    let mut access = trial.access();
    access.key = "phx_wrong".to_owned();
    let source = PostHog::open(&access, trial.client.clone()).unwrap();
    assert!(matches!(source.preflight().await, Err(SourceError::Unauthorized(said)) if said.contains("invalid")));
    let source = PostHog::open(&trial.access_with("project", "2"), trial.client.clone()).unwrap();
    assert!(matches!(source.preflight().await, Err(SourceError::NotFound(_))));
}

#[tokio::test]
async fn the_double_refuses_queries_it_cannot_run() {
    let trial = Trial::of(Vendor::PostHog, &lines(), NOW).await;
    let source = open(&trial);
    let good = "SELECT key FROM groups WHERE key > {after} ORDER BY key LIMIT 10";
    for (text, taken) in [
        (good.to_owned(), true),
        (good.replace("key > {after}", "key > {other}"), false),
        (good.replace("key > {after}", "lower(key) > {after}"), false),
        (good.replace("SELECT key", "SELECT secret"), false),
        (good.replace("ORDER BY key", "ORDER BY key DESC"), false),
        (format!("{good} OFFSET 10"), false),
        ("DROP TABLE groups".to_owned(), false),
    ] {
        let request = json!({"query": {"kind": "HogQLQuery", "query": text, "values": {"after": ""}}});
        let answer = source.ask::<Value>(&request, 10).await;
        assert_eq!(answer.is_ok(), taken, "{text}: {answer:?}");
    }
}

#[test]
fn settings_that_make_no_sense_are_refused_with_a_sentence() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    for (settings, said) in [
        (vec![], "project"),
        (vec![("project", "mine")], "number"),
        (vec![("project", "1"), ("group_index", "5")], "from 0 to 4"),
        (vec![("project", "1"), ("seats_property", "a`) FROM x")], "signs"),
        (vec![("project", "1"), ("quiet_days", "perhaps")], "count or leave"),
    ] {
        let settings = settings.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let access = Access { settings, ..Access::default() };
        assert!(super::open(access, reqwest::Client::new()).err().is_some_and(|error| error.contains(said)), "{said}");
    }
}

#[tokio::test]
async fn a_cursor_that_cannot_be_read_is_an_error_and_no_panic() {
    let trial = Trial::of(Vendor::PostHog, &[], NOW).await;
    let source = open(&trial);
    for stream in ["groups", "usage"] {
        let cursor = json!({"by": 7, "after": 4});
        assert!(matches!(trial.pass(&source, stream, Some(&cursor)).await, Err(SourceError::Malformed(_))));
    }
}
