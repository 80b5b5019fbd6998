//! Other languages: what is said in German, French or Spanish is read like English, and what is in a language that is not
//! read is said to be unread, never to hold nothing.

use serde_json::{Value, json};

use crate::harness::world::{Served, World};

fn account(domain: &str, name: &str) -> Value {
    json!({"type": "account", "domain": domain, "name": name, "owner_email": "ida@us.example"})
}

fn call(id: &str, domain: &str, day: u32, theirs: &str, ours: &str) -> Value {
    json!({"type": "call", "id": id, "account": domain, "title": "Round", "started_at": format!("2026-06-{day:02}T09:00:00Z"),
        "participants": [{"name": "Bente Falk", "side": "customer"}, {"name": "Ida Orth", "side": "team"}],
        "transcript": [{"speaker": "Bente Falk", "text": theirs}, {"speaker": "Ida Orth", "text": ours}]})
}

async fn ask(served: &Served, account: Option<&str>, question: &str) -> String {
    let body = json!({ "question": question, "account": account });
    let (status, answer) = Served::told(served.post("ida@us.example", "/api/ask", &body)).await;
    assert_eq!(status, 200, "{answer}");
    answer["answer"].as_str().unwrap().to_owned()
}

async fn world() -> Served {
    let polish =
        ("Kiedy dostaniemy nową umowę? Potrzebujemy jej do piątku.", "Wyślę państwu umowę jutro, proszę czekać.");
    let records = [
        account("brzoza.example", "Brzoza"),
        account("ahorn.example", "Ahorn"),
        account("erle.example", "Erle"),
        call("k1", "brzoza.example", 8, polish.0, polish.1),
        call("k2", "brzoza.example", 9, polish.0, polish.1),
        call(
            "k3",
            "ahorn.example",
            10,
            "Wir brauchen dringend eine Anbindung an unser Lagersystem.",
            "Ich schicke Ihnen die Preisliste bis zum 19. Juni.",
        ),
        call("k4", "erle.example", 10, "It works well for all of us.", "That is good to hear from you."),
    ];
    World::with(&records, |_| {}).await.served().await
}

#[tokio::test]
async fn what_was_not_read_for_its_language_is_said_instead_of_that_there_is_nothing() {
    let served = Box::pin(world()).await;
    let promises = ask(&served, Some("brzoza.example"), "Are there any open commitments?").await;
    assert!(promises.contains("2 calls in Polish were not read for promises"), "{promises}");
    assert!(!promises.contains("is on record"), "{promises}");
    let requests = ask(&served, Some("brzoza.example"), "What requests have they made?").await;
    assert!(requests.contains("2 calls in Polish were not read for requests"), "{requests}");
    let none = ask(&served, Some("erle.example"), "Are there any open commitments?").await;
    assert!(none.contains("is on record") && !none.contains("not read"), "{none}");
    let all = ask(&served, None, "Which promises are open over all accounts?").await;
    assert!(all.contains("Preisliste") && all.contains("2 calls in Polish were not read for promises"), "{all}");
}

#[tokio::test]
async fn promises_and_requests_in_german_are_listed_in_their_own_words() {
    let served = Box::pin(world()).await;
    let promises = ask(&served, Some("ahorn.example"), "Are there any open commitments?").await;
    assert!(promises.contains("“Ich schicke Ihnen die Preisliste bis zum 19. Juni.”"), "{promises}");
    assert!(promises.contains("due June 19") && !promises.contains("not read"), "{promises}");
    let requests = ask(&served, Some("ahorn.example"), "What requests have they made?").await;
    assert!(requests.contains("Anbindung an unser Lagersystem"), "{requests}");
}
