//! A customer's notice: shown with its words beside what the contract says, weighed, and never written over.

use serde_json::{Value, json};

use crate::harness::world::{Served, World};

const LENA: &str = "lena@team.example";

fn account() -> Value {
    json!({"type": "account", "domain": "quayside.example", "name": "Quayside", "owner_email": LENA,
        "contacts": [{"name": "Tom Abel", "email": "tom@quayside.example", "title": "Buyer", "primary": true}]})
}

fn contract() -> Value {
    json!({"type": "revenue_source", "id": "q1", "account": "quayside.example", "system": "salesbricks", "product": "Harbour plan",
        "status": "active", "interval": "year", "amount_minor": 2_400_000, "currency": "USD", "starts_on": "2025-07-20",
        "renews_on": "2026-07-20"})
}

fn mail(id: &str, at: &str, body: &str) -> Value {
    json!({"type": "email", "id": id, "account": "quayside.example", "sent_at": at, "from": "Tom Abel <tom@quayside.example>",
        "to": [LENA], "subject": "Our contract", "body": body})
}

const GIVEN: &str = "Hello Lena,\n\nwe hereby give notice to terminate the agreement at the end of its term.\n\nTom";

async fn served(mails: &[Value]) -> Served {
    let records: Vec<Value> = [account(), contract()].into_iter().chain(mails.iter().cloned()).collect();
    World::with(&records, |_| {}).await.served().await
}

async fn answer(served: &Served, question: &str) -> String {
    served.ask(LENA, question, None).await["answer"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_told_beside_what_the_contract_says() {
    let served = served(&[mail("m1", "2026-06-02T09:00:00Z", GIVEN)]).await;
    let renewal = answer(&served, "When does Quayside renew?").await;
    assert!(renewal.contains("gave notice on June 2"), "{renewal}");
    assert!(renewal.contains("the contract still says it renews on July 20"), "{renewal}");
    assert!(renewal.contains("in an e-mail by Tom Abel"), "{renewal}");
    let overview = answer(&served, "How is Quayside doing?").await;
    assert!(overview.contains("Notice given on June 2"), "{overview}");
    let why = answer(&served, "Why is Quayside's score what it is?").await;
    assert!(why.contains("Notice given on June 2; the contract still says it renews on July 20"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_draft_asks_to_renew_over_a_notice() {
    let served = served(&[mail("m1", "2026-06-02T09:00:00Z", GIVEN)]).await;
    let draft = async |goal: Value| {
        let body = json!({"account": "quayside.example", "goal": goal});
        Served::told(served.post(LENA, "/api/drafts", &body)).await
    };
    let (status, refused) = draft(json!("renewal")).await;
    assert_eq!(status, 422, "{refused}");
    assert!(refused.to_string().contains("they gave notice on June 2"), "{refused}");
    let (status, drafted) = draft(Value::Null).await;
    assert!((200..300).contains(&status), "{drafted}");
    let letter = &drafted["versions"][0];
    assert_eq!(letter["goal"], "save_at_risk", "{letter}");
    let body = letter["body"].as_str().unwrap();
    assert!(body.contains("Your notice of June 2 has reached us"), "{body}");
    assert!(!body.contains("renew"), "{body}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_was_taken_back_renews_again_and_is_still_told() {
    let back = "Hello Lena,\n\nplease disregard our notice, we will stay.\n\nTom";
    let served = served(&[mail("m1", "2026-06-02T09:00:00Z", GIVEN), mail("m2", "2026-06-09T09:00:00Z", back)]).await;
    let renewal = answer(&served, "When does Quayside renew?").await;
    assert!(renewal.contains("Quayside renews on July 20"), "{renewal}");
    assert!(renewal.contains("Notice was given, and withdrawn on June 9"), "{renewal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_about_notice_is_none() {
    let asked =
        "Hello Lena,\n\nuntil when would we have to give notice if we wanted to terminate the agreement?\n\nTom";
    let served = served(&[mail("m1", "2026-06-02T09:00:00Z", asked)]).await;
    let renewal = answer(&served, "When does Quayside renew?").await;
    assert!(renewal.contains("Quayside renews on July 20") && !renewal.contains("otice given"), "{renewal}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_what_renews_says_who_gave_notice() {
    let served = served(&[mail("m1", "2026-06-02T09:00:00Z", GIVEN)]).await;
    let list = answer(&served, "Who is renewing in the next 60 days?").await;
    assert!(list.contains("notice given, by the contract renews July 20"), "{list}");
}
