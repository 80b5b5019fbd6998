//! Meetings as the mails of calendars tell of them: when the next is, and what became of one.

use serde_json::{Value, json};

use crate::harness::world::{Served, World};

const LENA: &str = "lena@team.example";

fn account() -> Value {
    json!({"type": "account", "domain": "quayside.example", "name": "Quayside", "owner_email": LENA,
        "contacts": [{"name": "Tom Abel", "email": "tom@quayside.example", "primary": true}]})
}

fn mail(id: &str, at: &str, subject: &str, body: &str) -> Value {
    json!({"type": "email", "id": id, "account": "quayside.example", "sent_at": at, "from": "Tom Abel <tom@quayside.example>",
        "to": [LENA], "subject": subject, "body": body})
}

fn invited() -> Value {
    let subject = "Invitation: Harbour rollout @ Thu Jun 18, 2026 2pm - 2:45pm (CEST) (lena@team.example)";
    mail("c1", "2026-06-08T09:00:00Z", subject, "Harbour rollout\nThursday Jun 18, 2026 2pm - 2:45pm\nJoin with a link")
}

async fn served(mails: &[Value]) -> Served {
    let records: Vec<Value> = std::iter::once(account()).chain(mails.iter().cloned()).collect();
    World::with(&records, |_| {}).await.served().await
}

async fn answer(served: &Served, question: &str) -> String {
    served.ask(LENA, question, None).await["answer"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_meeting_is_what_the_invitation_says() {
    let served = served(&[invited()]).await;
    let next = answer(&served, "When do we meet Quayside next?").await;
    assert!(next.contains("June 18 (in 3 days), 2pm") && next.contains("“Harbour rollout”"), "{next}");
    let canceled = answer(&served, "Was the meeting with Quayside cancelled?").await;
    assert!(canceled.contains("No calendar and no mail of one says") && canceled.contains("June 18"), "{canceled}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_that_was_moved_is_on_its_new_day() {
    let subject = "Updated invitation: Harbour rollout @ Mon Jun 22, 2026 10am - 10:45am (CEST) (lena@team.example)";
    let served = served(&[invited(), mail("c2", "2026-06-10T09:00:00Z", subject, "")]).await;
    let next = answer(&served, "When is the next meeting with Quayside?").await;
    assert!(next.contains("June 22 (in 7 days), 10am") && next.contains("moved from June 18"), "{next}");
    let moved = answer(&served, "Was the meeting with Quayside moved?").await;
    assert!(moved.contains("Yes: “Harbour rollout” is on June 22, 10am; it was moved from June 18"), "{moved}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_that_was_canceled_is_none_to_come() {
    let canceled =
        mail("c2", "2026-06-12T09:00:00Z", "Canceled: Harbour rollout", "When: Thursday, June 18, 2026 2:00 PM");
    let served = served(&[invited(), canceled]).await;
    let told = answer(&served, "Was the meeting with Quayside cancelled?").await;
    assert!(told.contains("Yes: “Harbour rollout” of June 18") && told.contains("was canceled on June 12"), "{told}");
    let next = answer(&served, "When do we meet Quayside next?").await;
    assert!(next.contains("No meeting with Quayside that lies ahead is on record"), "{next}");
}
