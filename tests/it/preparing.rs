//! What somebody is told before they meet a customer: the meeting, the people, what changed, what is open both ways, and what
//! to ask.

use serde_json::{Value, json};

use crate::harness::world::{Served, World};

const LENA: &str = "lena@team.example";
const HARBOUR: &str = "harbour.example";

/// A harbour that promised a berth plan, was promised a price list, asked for night shifts, and does not pay.
fn harbour() -> Vec<Value> {
    let call = |id: &str, at: &str, turns: Value| {
        json!({"type": "call", "id": id, "account": HARBOUR, "title": "Berth round", "started_at": at, "duration_seconds": 900,
            "participants": [{"name": "Tom Abel", "email": "tom@harbour.example", "side": "customer"},
                {"name": "Lena Voss", "email": LENA, "side": "team"}], "transcript": turns})
    };
    vec![
        json!({"type": "account", "domain": HARBOUR, "name": "Harbour Works", "owner_email": LENA, "licensed_seats": 50,
            "contacts": [{"name": "Tom Abel", "email": "tom@harbour.example", "title": "Berth master", "primary": true},
                {"name": "Rita Moll", "email": "rita@harbour.example", "title": "Purser"}]}),
        json!({"type": "revenue_source", "id": "h1", "account": HARBOUR, "system": "manual", "product": "Berths",
            "status": "active", "interval": "year", "amount_minor": 2_400_000, "currency": "EUR", "renews_on": "2026-08-01"}),
        json!({"type": "payment_event", "id": "hp1", "account": HARBOUR, "occurred_at": "2026-06-12T09:00:00Z", "kind": "failed",
            "amount_minor": 2_400_000, "currency": "EUR"}),
        call(
            "hc1",
            "2026-06-05T10:00:00Z",
            json!([
            {"speaker": "Tom Abel", "text": "Could you add a view of the night shifts? We really need it.", "at_seconds": 5.0},
            {"speaker": "Tom Abel", "text": "I'll send you the berth plan by June 9.", "at_seconds": 20.0},
            {"speaker": "Lena Voss", "text": "I'll send you the price list by June 10.", "at_seconds": 40.0}]),
        ),
        json!({"type": "signal", "id": "hs1", "account": HARBOUR, "kind": "complaint", "occurred_at": "2026-06-11T08:00:00Z",
            "text": "The berth board froze twice."}),
        meeting("hm1", "2026-06-16T08:00:00Z", &json!({"title": "Berths in summer"})),
    ]
}

fn meeting(id: &str, at: &str, more: &Value) -> Value {
    let mut meeting = json!({"type": "meeting", "id": id, "account": HARBOUR, "title": "A talk", "starts_at": at,
        "participants": [{"name": "Tom Abel", "email": "tom@harbour.example"}, {"name": "Lena Voss", "email": LENA}]});
    meeting.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    meeting
}

/// Another company with a Tom.
fn another_tom() -> Vec<Value> {
    vec![json!({"type": "account", "domain": "mill.example", "name": "Mill House", "owner_email": LENA,
        "contacts": [{"name": "Tom Brandt", "email": "tom@mill.example", "primary": true}]})]
}

async fn served(records: &[Vec<Value>]) -> Served {
    World::with(&records.concat(), |_| {}).await.served().await
}

async fn told(served: &Served, question: &str) -> String {
    served.ask(LENA, question, None).await["answer"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_meets_a_customer_gets_one_page_of_what_to_know() {
    let served = served(&[harbour()]).await;
    let page = told(&served, "prep me for my call with Tom tomorrow").await;
    for part in [
        "“Berths in summer” is June 16 (tomorrow), 08:00",
        "with Lena Voss of our side",
        "Tom Abel, Berth master",
        "Since the last call, June 5",
        "The berth board froze twice",
        "Overdue since June 10, Lena Voss: send the price list",
        "Overdue since June 9, Tom Abel: send the berth plan",
        "night shifts",
        "€24,000 a year, renews August 1",
        "€24,000 not paid",
        "What became of Tom Abel's promise",
    ] {
        assert!(page.contains(part), "{part}\n\n{page}");
    }
    assert!(page.lines().count() <= 45, "one screen: {}\n{page}", page.lines().count());
    let conclusion = page.lines().next().unwrap();
    assert!(conclusion.contains("Harbour Works is") && conclusion.contains("price list"), "{conclusion}");
    assert_eq!(
        page.matches("\n1. ").count() + page.matches("\n2. ").count() + page.matches("\n3. ").count(),
        3,
        "{page}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_calendar_tells_which_of_two_people_of_one_name_is_met() {
    let served = served(&[harbour(), another_tom()]).await;
    let page = told(&served, "brief me for my meeting with Tom tomorrow").await;
    assert!(page.contains("“Berths in summer”"), "{page}");
    let asked = told(&served, "brief me for my meeting with Tom on June 18").await;
    assert!(
        asked.contains("Harbour Works") && asked.contains("Mill House") && !asked.contains("Worth asking"),
        "{asked}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_name_it_is_the_next_meeting_of_whoever_asks() {
    let later = meeting("hm2", "2026-06-19T08:00:00Z", &json!({"title": "Second talk"}));
    let off = meeting("hm0", "2026-06-15T15:00:00Z", &json!({"title": "Called off", "canceled": true}));
    let served = served(&[harbour(), another_tom(), vec![later, off]]).await;
    let page = told(&served, "prep me for my next call").await;
    assert!(page.contains("“Berths in summer”"), "{page}");
    let nobody = served.ask("ida@team.example", "prep me for my next call", None).await;
    assert!(nobody["answer"].as_str().unwrap().contains("No meeting of ida@team.example is on record"), "{nobody}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_they_asked_for_and_a_release_since_brought_is_told_and_asked_about() {
    let release = json!({"type": "release", "id": "hr1", "title": "Night shifts", "version": "8.1",
        "body": "Adds a view of the night shifts.", "shipped_at": "2026-06-13T09:00:00Z"});
    let served = served(&[harbour(), vec![release]]).await;
    let page = told(&served, "prep me for my call with Harbour Works tomorrow").await;
    assert!(page.contains("Shipped in 8.1, June 13") && page.contains("Have they tried this"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_on_record_is_said_and_not_made_up() {
    let served = served(&[another_tom()]).await;
    let page = told(&served, "what do I need to know before I talk to Mill House?").await;
    for part in
        ["No meeting with Mill House is on record", "No call and no e-mail is on record", "no contract on record"]
    {
        assert!(page.contains(part), "{part}\n\n{page}");
    }
    assert!(!page.contains("We owe them") && !page.contains("They owe us"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_to_come_is_no_contact_and_moves_no_score() {
    let served = served(&[harbour()]).await;
    let before = told(&served, "When did we last speak to Harbour Works?").await;
    assert!(before.contains("June 5") && !before.contains("June 16"), "{before}");
    let next = told(&served, "When do we meet Harbour Works next?").await;
    assert!(next.contains("June 16 (tomorrow), 08:00: “Berths in summer”"), "{next}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_that_was_called_off_is_not_prepared_as_if_it_were_on() {
    let off = meeting("hm1", "2026-06-16T08:00:00Z", &json!({"title": "Berths in summer", "canceled": true}));
    let served = served(&[harbour(), vec![off]]).await;
    let page = told(&served, "prep me for my call with Harbour Works tomorrow").await;
    assert!(page.contains("“Berths in summer” of June 16 was called off"), "{page}");
}
