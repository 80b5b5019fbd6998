//! Money, usage and releases as systems really tell them: whatever is not understood is said, and nothing that ends renews.

use serde_json::{Value, json};
use success_agent::domain::time::Calendar;

use crate::harness::world::{Served, World};

// Today is June 15, 2026, a Monday.

fn account(domain: &str, name: &str) -> Value {
    json!({"type": "account", "domain": domain, "name": name, "owner_email": "lena@team.example", "licensed_seats": 40,
        "contacts": [{"name": "Ana Ruiz", "email": format!("ana@{domain}"), "primary": true}]})
}

fn contract(domain: &str, interval: &str, minor: i64, more: &Value) -> Value {
    let mut record = json!({"type": "revenue_source", "id": format!("c-{domain}-{interval}"), "account": domain,
        "system": "stripe", "product": "Platform", "status": "active", "interval": interval, "amount_minor": minor,
        "currency": "USD", "renews_on": "2027-02-01"});
    let (Value::Object(fields), Value::Object(more)) = (&mut record, more) else { panic!("objects") };
    fields.extend(more.clone());
    record
}

fn payment(id: &str, domain: &str, day: &str, kind: &str, minor: i64, invoice: Option<&str>) -> Value {
    json!({"type": "payment_event", "id": id, "account": domain, "occurred_at": format!("{day}T09:00:00Z"), "kind": kind,
        "amount_minor": minor, "currency": "USD", "invoice": invoice})
}

fn usage(domain: &str, day: &str, users: u32) -> Value {
    json!({"type": "usage", "account": domain, "day": day, "active_users": users, "licensed_seats": 40})
}

async fn served(records: &[Value]) -> Served {
    World::with(records, |config| config.calendar = Calendar { fiscal_start: 4, day_first: false }).await.served().await
}

async fn answer(served: &Served, question: &str) -> String {
    served.ask("Lena", question, None).await["answer"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interval_is_brought_to_a_year_and_one_nobody_understands_is_left_out_aloud() {
    let served = served(&[
        account("oak.example", "Oak Works"),
        contract("oak.example", "every 5 years", 5_000_000, &json!({})),
        account("elm.example", "Elm Works"),
        contract("elm.example", "as invoiced", 900_000, &json!({})),
    ])
    .await;
    let oak = answer(&served, "What is the ARR of Oak Works?").await;
    assert!(oak.contains("$10,000 a year") && oak.contains("$50,000 every 5 years") && oak.contains("÷ 5"), "{oak}");
    let elm = answer(&served, "What is the ARR of Elm Works?").await;
    assert!(elm.contains("not understood") && elm.contains("as invoiced") && !elm.contains("no recurring"), "{elm}");
    let all = answer(&served, "What is our total ARR?").await;
    assert!(all.contains("$10,000") && all.contains("not understood"), "{all}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_canceled_contract_ends_and_is_named_apart_from_what_renews() {
    let ends = json!({"renews_on": "2026-06-30", "cancel_at_period_end": true});
    let served = served(&[
        account("oak.example", "Oak Works"),
        contract("oak.example", "year", 1_000_000, &ends),
        account("elm.example", "Elm Works"),
        contract("elm.example", "year", 2_000_000, &json!({"renews_on": "2026-07-05"})),
    ])
    .await;
    let list = answer(&served, "Who is renewing in the next 30 days?").await;
    assert!(list.starts_with("**1 account renews") && list.contains("Elm Works"), "{list}");
    assert!(list.contains("Not renewing: **Oak Works** canceled Platform ($10,000 per year)"), "{list}");
    let one = answer(&served, "When does Oak Works renew?").await;
    assert!(one.contains("canceled") && one.contains("June 30") && !one.contains(" renews on"), "{one}");
    let score = answer(&served, "Why is Oak Works at risk?").await;
    assert!(score.contains("was canceled"), "{score}");
}

#[tokio::test(flavor = "multi_thread")]
async fn several_failures_of_one_invoice_are_one_debt_and_refunds_are_taken_off() {
    let served = served(&[
        account("oak.example", "Oak Works"),
        contract("oak.example", "month", 90_000, &json!({})),
        payment("p1", "oak.example", "2026-05-01", "paid", 90_000, Some("in_1")),
        payment("p2", "oak.example", "2026-05-03", "refunded", 30_000, Some("in_1")),
        payment("p3", "oak.example", "2026-06-01", "failed", 90_000, Some("in_2")),
        payment("p4", "oak.example", "2026-06-04", "failed", 90_000, Some("in_2")),
        payment("p5", "oak.example", "2026-06-05", "paid", 15_000, Some("in_3")),
    ])
    .await;
    let owed = answer(&served, "Are payments of Oak Works up to date?").await;
    assert!(owed.contains("the latest payment failed"), "{owed}");
    let paid = answer(&served, "What did Oak Works pay in May?").await;
    assert!(paid.contains("$600"), "{paid}");
    let why = answer(&served, "Why is the score of Oak Works what it is?").await;
    assert!(why.contains("Payment of $900 failed twice since June 1"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discount_is_told_apart_from_the_price() {
    let served = served(&[
        account("oak.example", "Oak Works"),
        contract("oak.example", "year", 1_000_000, &json!({"discount_percent": 10})),
        account("elm.example", "Elm Works"),
        contract("elm.example", "year", 1_000_000, &json!({"discount_minor": 250_000, "discount_until": "2026-12-31"})),
    ])
    .await;
    let oak = answer(&served, "What is the ARR of Oak Works?").await;
    assert!(oak.contains("$9,000 a year") && oak.contains("$10,000 per year") && oak.contains("$1,000 off"), "{oak}");
    let elm = answer(&served, "What is the ARR of Elm Works?").await;
    assert!(elm.contains("$10,000 a year") && elm.contains("$2,500 off until December 31"), "{elm}");
}

#[tokio::test(flavor = "multi_thread")]
async fn days_without_figures_are_a_gap_and_days_without_users_are_not() {
    let mut records = vec![
        account("oak.example", "Oak Works"),
        account("elm.example", "Elm Works"),
        account("ash.example", "Ash Works"),
    ];
    for day in 1..=26 {
        records.push(usage("oak.example", &format!("2026-05-{day:02}"), 30));
        records.push(usage("elm.example", &format!("2026-05-{day:02}"), 30));
    }
    for day in 1..=14 {
        records.push(usage("elm.example", &format!("2026-06-{day:02}"), 0));
    }
    let served = served(&records).await;
    let gap = answer(&served, "Has usage dropped at Oak Works?").await;
    assert!(gap.starts_with("**It cannot be told") && gap.contains("since May 26"), "{gap}");
    let idle = answer(&served, "Has usage dropped at Elm Works?").await;
    assert!(idle.starts_with("**Yes: nobody at Elm Works has been active since June 1"), "{idle}");
    let none = answer(&served, "How many people use it at Ash Works?").await;
    assert!(none.contains("No usage of Ash Works is on record"), "{none}");
    let low = answer(&served, "Which accounts have low usage?").await;
    let (listed, left_out) = low.split_once("Not told of").unwrap_or_else(|| panic!("{low}"));
    assert!(listed.contains("Elm Works") && !listed.contains("Oak Works"), "{low}");
    assert!(left_out.contains("Oak Works") && left_out.contains("Ash Works"), "{low}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_taken_back_or_is_a_draft_ships_nothing() {
    let mail = |id: &str, domain: &str, body: &str| {
        json!({"type": "email", "id": id, "account": domain, "sent_at": "2026-03-02T09:00:00Z",
            "from": format!("Ana Ruiz <ana@{domain}>"), "to": ["lena@team.example"], "subject": "A wish", "body": body})
    };
    let release = |id: &str, version: &str, day: &str, body: &str, draft: bool| {
        json!({"type": "release", "id": id, "title": format!("Version {version}"), "version": version, "body": body,
            "shipped_at": format!("{day}T09:00:00Z"), "draft": draft})
    };
    let served = served(&[
        account("oak.example", "Oak Works"),
        mail("m1", "oak.example", "Hi Lena, could you add a calendar view of shifts?\n\nAna"),
        account("elm.example", "Elm Works"),
        mail("m2", "elm.example", "Hi Lena, could you add keyboard shortcuts for the editor?\n\nAna"),
        account("ash.example", "Ash Works"),
        mail("m3", "ash.example", "Hi Lena, could you add offline maps for couriers?\n\nAna"),
        release("r1", "3.4", "2026-05-04", "- Calendar view of shifts\n- Keyboard shortcuts for the editor", false),
        release("r2", "3.4.1", "2026-05-11", "- Reverted: calendar view of shifts, it showed wrong hours", false),
        release("r3", "3.5", "2026-06-01", "- Offline maps for couriers", true),
        release("r4", "3.6-rc1", "2026-06-02", "- Offline maps for couriers", false),
    ])
    .await;
    let list = served.get("/api/close-loop").await;
    let people = list["people"].as_array().unwrap();
    let go: Vec<&str> = people
        .iter()
        .filter(|person| person["go"] == json!(true))
        .map(|person| person["account_name"].as_str().unwrap())
        .collect();
    assert_eq!(go, ["Elm Works"], "{list}");
    let oak = people.iter().find(|person| person["account_name"] == json!("Oak Works")).unwrap();
    let why = oak["wishes"][0]["hold"]["text"].as_str().unwrap();
    assert!(why.contains("was taken back") && why.contains("Reverted"), "{why}");
    let asked = answer(&served, "What did Oak Works ask for?").await;
    assert!(asked.contains("Not there now") && asked.contains("taken back in 3.4.1"), "{asked}");
    let ash = answer(&served, "What did Ash Works ask for?").await;
    assert!(!ash.contains("hipped"), "{ash}");
}

#[tokio::test(flavor = "multi_thread")]
async fn quarters_are_those_of_the_calendar_unless_the_fiscal_year_is_asked_for() {
    let renews = |domain: &str, name: &str, day: &str| {
        [account(domain, name), contract(domain, "year", 1_000_000, &json!({"renews_on": day}))]
    };
    let records: Vec<Value> = [
        renews("oak.example", "Oak Works", "2026-06-25"),
        renews("elm.example", "Elm Works", "2026-07-10"),
        renews("ash.example", "Ash Works", "2026-09-30"),
        renews("fir.example", "Fir Works", "2026-10-02"),
        renews("yew.example", "Yew Works", "2027-01-15"),
    ]
    .into_iter()
    .flatten()
    .collect();
    let served = served(&records).await;
    for (question, names) in [
        ("Who is renewing next quarter?", vec!["Elm Works", "Ash Works"]),
        ("Who is renewing this quarter?", vec!["Oak Works"]),
        ("Which accounts renew next month?", vec!["Elm Works"]),
        ("Which renewals do we have in Q4?", vec!["Fir Works"]),
        // The fiscal year begins in April and is called by the year it ends in.
        ("Which renewals are in FY27 Q4?", vec!["Yew Works"]),
        ("Who renews before the end of the year?", vec!["Oak Works", "Elm Works", "Ash Works", "Fir Works"]),
    ] {
        let list = answer(&served, question).await;
        let named: Vec<&str> = ["Oak Works", "Elm Works", "Ash Works", "Fir Works", "Yew Works"]
            .into_iter()
            .filter(|name| list.contains(name))
            .collect();
        assert_eq!(named, names, "{question} {list}");
    }
}
