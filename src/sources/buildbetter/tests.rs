//! BuildBetter against its double.

use std::collections::BTreeMap;
use std::time::Duration as Wait;

use super::*;
use crate::domain::account::Contact;
use crate::domain::activity::{Call, Signal};
use crate::domain::record::Record;
use crate::sources::Whose;
use crate::sources::emulator::Fault as Wrong;
use crate::sources::trial::{Trial, found, stream_of};

const NOW: &str = "2026-06-15T09:00:00Z";

fn call(at: u32) -> Value {
    let (name, email) = [("Ida Ness", Some("ida@mill.example")), ("Olaf", None)][at as usize % 2];
    json!({"type": "call", "id": format!("c-{at}"), "account": "mill.example", "title": format!("Review {at}"),
        "started_at": format!("2026-05-{:02}T10:00:00.25Z", at + 1), "duration_seconds": 600 + at,
        "participants": [{"name": name, "email": email, "side": "customer"},
            {"name": "Bo van Dam", "email": "bo@acme.example", "side": "team"}],
        "transcript": [{"speaker": "Bo van Dam", "text": "Hello.", "at_seconds": 0.5},
            {"speaker": name, "text": "Hello, Bo.", "at_seconds": 3.0}, {"speaker": "Somebody", "text": "Hey."}],
        "summary": if at == 1 { Value::Null } else { "They met.".into() },
        "url": format!("https://calls.example/{at}")})
}

fn signal(at: u32) -> Value {
    let kinds = [
        "feature_request",
        "complaint",
        "praise",
        "nps",
        "churn_risk",
        "escalation",
        "commitment",
        "question",
        "other",
    ];
    let kind = kinds[at as usize % kinds.len()];
    json!({"type": "signal", "id": format!("s-{at}"), "account": if at.is_multiple_of(2) { "mill.example" } else { "quarry.example" },
        "kind": kind, "occurred_at": "2026-05-20T10:00:00Z", "text": format!("Folders, {at} times"),
        "quote": if at.is_multiple_of(3) { Value::Null } else { "We need folders.".into() },
        "score": if kind == "nps" { json!(at % 11) } else { Value::Null },
        "sentiment": if at.is_multiple_of(4) { Value::Null } else { json!((f64::from(at % 20) * 10.0 - 95.0) / 100.0) },
        "call_id": if at.is_multiple_of(2) { json!(format!("c-{}", at % 5)) } else { Value::Null },
        "url": if at % 5 == 1 { Value::Null } else { json!(format!("https://calls.example/{at}")) }})
}

fn lines() -> Vec<Value> {
    let contacts = json!([{"name": "Ida Ness", "email": "ida@mill.example", "title": "Head of Stones"},
        {"name": "Per", "email": null, "title": null}]);
    let mut lines = vec![
        json!({"type": "account", "domain": "mill.example", "name": "Mill", "contacts": contacts}),
        json!({"type": "account", "domain": "quarry.example", "name": "Quarry"}),
    ];
    lines.extend((0..5).map(call));
    // Where a signal has no address of its own it has its call's.
    let own = |mut signal: Value| {
        if signal["url"].is_null() && !signal["call_id"].is_null() {
            signal["url"] = "https://signals.example/own".into();
        }
        signal
    };
    lines.extend((0..20).map(|at| own(signal(at))));
    lines
}

async fn trial() -> Trial {
    Trial::of(Vendor::BuildBetter, &lines(), NOW).await
}

fn open(trial: &Trial) -> BuildBetter {
    BuildBetter::open(trial.access(), trial.client.clone()).unwrap()
}

/// The records that were found, by identifier, each with whose it is; their account left empty.
fn records(found: Vec<Found>) -> BTreeMap<String, (Vec<Whose>, Record)> {
    let of = |found| match found {
        Found::Record(whose, record) => (record.reference().id, (whose, *record)),
        other => panic!("{other:?}"),
    };
    found.into_iter().map(of).collect()
}

/// What the lines hold, under the names they come out with.
fn expected(trial: &Trial, of: &str) -> BTreeMap<String, Record> {
    let of_line = |line: Value| {
        let id = format!("buildbetter:{}", trial.name_of(&line));
        let record = match serde_json::from_value(line.clone()).unwrap() {
            Record::Call(call) => Record::Call(Call { id: id.clone(), account: String::new(), ..call }),
            Record::Signal(signal) => {
                let heard_in = signal.call_id.as_ref().map(|call| {
                    let at: u32 = call.trim_start_matches("c-").parse().unwrap();
                    format!("buildbetter:{}", trial.name_of(&self::call(at)))
                });
                Record::Signal(Signal { id: id.clone(), account: String::new(), call_id: heard_in, ..signal })
            }
            other => panic!("{other:?}"),
        };
        (id, record)
    };
    lines().into_iter().filter(|line| line["type"] == of).map(of_line).collect()
}

#[tokio::test]
async fn every_call_and_every_signal_comes_out_once_and_equal() {
    let trial = trial().await;
    let mut source = open(&trial);
    for page in [None, Some(2), Some(1)] {
        source.page = page;
        for stream in ["calls", "signals"] {
            let pass = trial.pass(&source, stream, None).await.unwrap();
            assert!(pass.whole && pass.gone.is_empty());
            let met = pass.items.len();
            let records = records(found(&source, stream, &pass.items));
            assert_eq!(records.len(), met);
            let all = expected(&trial, stream.trim_end_matches('s'));
            let plain: BTreeMap<String, Record> = records.into_iter().map(|(id, (_, record))| (id, record)).collect();
            assert_eq!(plain, all, "{stream} {page:?}");
        }
    }
}

#[tokio::test]
async fn every_call_and_every_signal_leads_to_its_company() {
    let trial = trial().await;
    let source = open(&trial);
    let companies = trial.pass(&source, "companies", None).await.unwrap();
    let domains: BTreeMap<String, String> = found(&source, "companies", &companies.items)
        .into_iter()
        .map(|found| match found {
            Found::Company(company) => (company.id, company.domains[0].clone()),
            other => panic!("{other:?}"),
        })
        .collect();
    let accounts: BTreeMap<String, String> = lines()
        .iter()
        .filter(|line| line["id"].is_string())
        .map(|line| (format!("buildbetter:{}", trial.name_of(line)), line["account"].as_str().unwrap().to_owned()))
        .collect();
    for stream in ["calls", "signals"] {
        let pass = trial.pass(&source, stream, None).await.unwrap();
        for (id, (whose, _)) in records(found(&source, stream, &pass.items)) {
            let Some(Whose::Company(company)) = whose.first() else { panic!("{id}: {whose:?}") };
            assert_eq!(domains[company], accounts[&id], "{id}");
        }
    }
}

#[tokio::test]
async fn people_at_customers_come_out_and_colleagues_do_not() {
    let trial = trial().await;
    let source = open(&trial);
    let pass = trial.pass(&source, "people", None).await.unwrap();
    let mut people: Vec<Contact> = found(&source, "people", &pass.items)
        .into_iter()
        .map(|found| match found {
            Found::Contact(whose, contact) => {
                assert!(matches!(whose.first(), Some(Whose::Company(_))));
                contact
            }
            other => panic!("{other:?}"),
        })
        .collect();
    people.sort_by(|left, right| left.name.cmp(&right.name));
    let names: Vec<_> =
        people.iter().map(|one| (one.name.as_str(), one.email.as_deref(), one.title.as_deref())).collect();
    let ida = ("Ida Ness", Some("ida@mill.example"), Some("Head of Stones"));
    assert_eq!(names, [("Customer", None, None), ida, ("Olaf", None, None), ("Per", None, None)]);
}

#[tokio::test]
async fn a_pass_with_nothing_new_costs_one_request_a_stream() {
    let trial = trial().await;
    let source = open(&trial);
    for stream in STREAMS {
        let first = trial.pass(&source, stream.name, None).await.unwrap();
        let before = trial.desk().requests();
        let next = trial.pass(&source, stream.name, Some(&first.cursor)).await.unwrap();
        assert_eq!(trial.desk().requests() - before, 1, "{}", stream.name);
        assert!(!next.whole);
    }
}

#[tokio::test]
async fn a_changed_call_and_one_that_was_written_late_are_seen_by_the_next_pass() {
    let mut trial = trial().await;
    let source = open(&trial);
    let first = trial.pass(&source, "calls", None).await.unwrap();
    let id = trial.name_of(&call(0));
    trial.desk().change("interview", &id, &json!({"name": "Another"}));
    // Its time lies a little before the newest that was met.
    let late = json!({"id": 7, "name": "Late", "created_at": "2026-05-05T09:55:00+00:00", "attendees": []});
    trial.desk().change("interview", "7", &late);
    trial.desk().change("interview", "7", &json!({"updated_at": "2026-05-05T09:55:00+00:00"}));
    trial.desk().tables().get_mut("interview", "7").unwrap()["updated_at"] = json!("2026-05-05T09:55:00+00:00");
    trial.now = trial.now + Duration::hours(1);
    let next = trial.pass(&source, "calls", Some(&first.cursor)).await.unwrap();
    let ids: Vec<&str> = next.items.iter().map(|item| item.id.as_str()).collect();
    assert!(ids.contains(&id.as_str()) && ids.contains(&"7") && ids.len() < 5, "{ids:?}");
    let again = trial.pass(&source, "calls", Some(&next.cursor)).await.unwrap();
    assert!(again.items.iter().all(|item| item.id == id));
}

#[tokio::test]
async fn a_deleted_call_is_gone_and_a_deleted_signal_is_not_met_a_week_later() {
    let mut trial = trial().await;
    let source = open(&trial);
    let (calls, signals) =
        (trial.pass(&source, "calls", None).await.unwrap(), trial.pass(&source, "signals", None).await.unwrap());
    let (call, signal) = (trial.name_of(&call(0)), trial.name_of(&lines()[8]));
    trial.desk().change("interview", &call, &json!({"deleted_at": "2026-06-15T08:00:00+00:00"}));
    trial.desk().delete("extraction", &signal);
    let next = trial.pass(&source, "calls", Some(&calls.cursor)).await.unwrap();
    assert_eq!(next.gone, std::slice::from_ref(&call));
    assert_eq!(source.item(&stream_of(&source, "calls"), &call).await.unwrap(), None);
    assert_eq!(source.item(&stream_of(&source, "signals"), &signal).await.unwrap(), None);
    trial.now = trial.now + Duration::days(7);
    let whole = trial.pass(&source, "signals", Some(&signals.cursor)).await.unwrap();
    assert!(whole.whole && whole.items.len() == 19 && whole.items.iter().all(|item| item.id != signal));
}

#[tokio::test]
async fn fields_the_key_is_not_shown_are_left_out_and_remembered() {
    let trial = trial().await;
    let hidden =
        json!({"hidden": ["interview.monologues", "interview.sentences", "extraction.score", "extraction.call"]});
    trial.desk().change("role", "key", &hidden);
    let mut source = open(&trial);
    source.page = Some(3);
    let missing = source.preflight().await.unwrap().missing;
    assert_eq!(missing.iter().map(|missing| missing.scope.as_str()).collect::<Vec<_>>(), ["interview.monologues"]);
    let before = trial.desk().requests();
    let calls = trial.pass(&source, "calls", None).await.unwrap();
    // Two that found a field missing, two with calls, one that met the end.
    assert_eq!((calls.items.len(), trial.desk().requests() - before), (5, 5));
    for (_, record) in records(found(&source, "calls", &calls.items)).into_values() {
        assert!(matches!(record, Record::Call(call) if call.transcript.is_empty() && call.participants.len() == 2));
    }
    let before = trial.desk().requests();
    trial.pass(&source, "calls", Some(&calls.cursor)).await.unwrap();
    assert_eq!(trial.desk().requests() - before, 1);
    assert_eq!(trial.pass(&source, "signals", None).await.unwrap().items.len(), 20);
}

#[tokio::test]
async fn a_role_that_shows_fewer_at_once_hides_nothing() {
    let trial = trial().await;
    trial.desk().change("role", "key", &json!({"limit": 3}));
    let source = open(&trial);
    let pass = trial.pass(&source, "signals", None).await.unwrap();
    assert!(pass.items.len() == 20 && pass.whole);
}

#[tokio::test]
async fn sentences_are_read_where_monologues_are_not_shown() {
    let trial = trial().await;
    trial.desk().change("role", "key", &json!({"hidden": ["interview.monologues"]}));
    let source = open(&trial);
    let pass = trial.pass(&source, "calls", None).await.unwrap();
    let plain: BTreeMap<String, Record> =
        records(found(&source, "calls", &pass.items)).into_iter().map(|(id, (_, record))| (id, record)).collect();
    assert_eq!(plain, expected(&trial, "call"));
}

#[tokio::test]
async fn a_type_the_key_is_not_shown_is_said() {
    let trial = trial().await;
    trial.desk().change("role", "key", &json!({"hidden": ["extraction", "person.email"]}));
    let source = open(&trial);
    let missing = source.preflight().await.unwrap().missing;
    assert_eq!(missing.iter().map(|missing| missing.scope.as_str()).collect::<Vec<_>>(), ["extraction"]);
    for stream in ["signals", "people"] {
        let refused = trial.pass(&source, stream, None).await;
        assert!(matches!(refused, Err(SourceError::Forbidden(said)) if said.contains("wider role")));
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused_although_the_status_is_good() {
    let trial = trial().await;
    let mut access = trial.access();
    access.key = "wrong".to_owned();
    let source = BuildBetter::open(access, trial.client.clone()).unwrap();
    assert!(matches!(source.preflight().await, Err(SourceError::Unauthorized(_))));
    assert!(matches!(trial.pass(&source, "calls", None).await, Err(SourceError::Unauthorized(_))));
}

#[tokio::test]
async fn what_goes_wrong_on_the_way_is_said_by_its_kind_and_can_be_gone_on_from() {
    let trial = trial().await;
    let mut source = open(&trial);
    source.page = Some(2);
    let stream = stream_of(&source, "calls");
    let Next::More(cursor) = source.page(&stream, None, trial.now).await.unwrap().next else { panic!("one page") };
    trial.desk().fail(Wrong::RateLimited { after: 600 }, 1);
    let limited = source.page(&stream, Some(&cursor), trial.now).await;
    assert_eq!(limited.unwrap_err(), SourceError::RateLimited { after: Wait::from_mins(10) });
    trial.desk().fail(Wrong::Revoked, 1);
    assert!(matches!(source.page(&stream, Some(&cursor), trial.now).await, Err(SourceError::Unauthorized(_))));
    trial.desk().fail(Wrong::Garbled, 1);
    assert!(matches!(source.page(&stream, Some(&cursor), trial.now).await, Err(SourceError::Malformed(_))));
    trial.desk().fail(Wrong::ServerError, 1);
    trial.desk().fail(Wrong::Cut, 1);
    assert_eq!(trial.pass(&source, "calls", Some(&cursor)).await.unwrap().items.len(), 3);
}

#[tokio::test]
async fn one_item_is_as_it_is_now() {
    let trial = trial().await;
    let source = open(&trial);
    for stream in STREAMS {
        for item in trial.pass(&source, stream.name, None).await.unwrap().items {
            assert_eq!(source.item(&stream, &item.id).await.unwrap(), Some(item));
        }
        assert_eq!(source.item(&stream, "1").await.unwrap(), None);
    }
}

#[tokio::test]
async fn the_double_refuses_what_it_does_not_know() {
    let trial = trial().await;
    let source = open(&trial);
    for (query, variables, taken) in [
        ("{ company { id } }", json!({}), true),
        ("{ company(where: {name: {_eq: \"Mill\"}, _not: {id: {_is_null: true}}}) { id } }", json!({}), true),
        ("{ company { secret } }", json!({}), false),
        ("{ company { id { x } } }", json!({}), false),
        ("{ person { persona } }", json!({}), false),
        ("{ company(limit: -1) { id } }", json!({}), false),
        ("{ company(first: 1) { id } }", json!({}), false),
        ("{ company(order_by: {id: up}) { id } }", json!({}), false),
        ("{ company(where: {name: {_near: \"x\"}}) { id } }", json!({}), false),
        ("{ company(where: {secret: {_eq: 1}}) { id } }", json!({}), false),
        ("{ company { id } }", json!({"x": 1}), false),
        ("{ company { id }", json!({}), false),
    ] {
        let answer = source.ask(&json!({"query": query, "variables": variables})).await;
        assert_eq!(answer.is_ok(), taken, "{query}");
    }
}
