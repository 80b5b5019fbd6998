//! Never the wrong account, person or contract: what is not certain is asked back, and what was typed is kept.

use serde_json::{Value, json};

use crate::harness::world::{Served, World};

// Today is June 15, 2026.

fn account(domain: &str, name: &str, owner: &str, contact: &str) -> Value {
    json!({"type": "account", "domain": domain, "name": name, "owner_email": owner,
        "contacts": [{"name": contact, "email": format!("one@{domain}"), "primary": true}]})
}

fn contract(id: &str, domain: &str, product: &str) -> Value {
    json!({"type": "revenue_source", "id": id, "account": domain, "system": "stripe", "product": product,
        "status": "active", "interval": "year", "amount_minor": 1_200_000, "currency": "USD", "renews_on": "2027-02-01"})
}

fn records() -> Vec<Value> {
    vec![
        account("silverlake-mills.example", "Silverlake Mills", "petra.holm@team.example", "Noor Haddad"),
        account("grey-otter-tea.example", "Grey Otter Tea", "sten.falk@team.example", "Sten Moller"),
        contract("c1", "silverlake-mills.example", "Premium support"),
        contract("c2", "silverlake-mills.example", "Milling platform"),
        json!({"type": "call", "id": "k1", "account": "silverlake-mills.example", "title": "Check-in",
            "started_at": "2026-06-10T09:00:00Z", "duration_seconds": 60,
            "participants": [{"name": "Petra Holm", "side": "team", "email": "petra.holm@team.example"},
                {"name": "Noor Haddad", "side": "customer", "email": "one@silverlake-mills.example"}],
            "transcript": [
                {"speaker": "Petra Holm", "text": "I will send you the calibration handbook by Friday.", "at_seconds": 0},
                {"speaker": "Noor Haddad", "text": "Good.", "at_seconds": 9}]}),
    ]
}

async fn served() -> Served {
    World::with(&records(), |_| {}).await.served().await
}

fn text(answer: &Value) -> &str {
    answer["answer"].as_str().unwrap()
}

fn cards(answer: &Value) -> usize {
    answer["cards"].as_array().map_or(0, Vec::len)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_goes_on_as_no_accounts_does_is_asked_back_and_answered_for_nobody_else() {
    let served = served().await;
    for question in ["What is the ARR of Silverlake Bakery?", "untrack Silverlake Bakery"] {
        let answer = served.ask("Petra", question, None).await;
        let said = text(&answer);
        assert!(said.starts_with("**No account called “Silverlake Bakery” is on record.**"), "{said}");
        assert!(said.contains("Silverlake Mills") && !said.contains("24,000") && cards(&answer) == 0, "{said}");
    }
    // Part of a name, words of time and abbreviations make no other name.
    for question in ["What is the ARR of Silverlake?", "Did Silverlake get the SSO in May?", "How is Otter Tea doing?"]
    {
        let answer = served.ask("Petra", question, None).await;
        assert!(!text(&answer).contains("No account called"), "{question} {}", text(&answer));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_name_of_both_sides_is_asked_back() {
    let served = served().await;
    let answer = served.ask("Petra", "What did Sten promise?", None).await;
    let said = text(&answer);
    assert!(said.starts_with("**Which Sten do you mean?**") && said.contains("Sten Moller (Grey Otter Tea)"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_does_not_wait_twice_and_the_audit_has_what_was_typed() {
    let served = served().await;
    let words = "please move Silverlake Mills to Pipeline";
    let first = served.ask("Petra", words, None).await;
    let second = served.ask("Petra", words, None).await;
    let id = |answer: &Value| answer["cards"][0]["id"].as_str().unwrap().to_owned();
    let before = served.get(&format!("/api/proposals/{}", id(&first))).await;
    assert_eq!(before["state"], "replaced", "{before}");
    let now = served.get(&format!("/api/proposals/{}", id(&second))).await;
    assert_eq!(now["state"], "pending", "{now}");
    let audit = served.get("/api/audit").await;
    let typed: Vec<&Value> = audit["entries"].as_array().unwrap().iter().map(|entry| &entry["typed"]).collect();
    assert!(typed.iter().all(|typed| *typed == words), "{audit}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_is_named_by_all_that_is_typed_and_a_colleague_by_one_name() {
    let served = served().await;
    let act = async |action: Value| {
        let path = "/api/accounts/silverlake-mills.example/actions";
        Served::told(served.post("Petra", path, &action)).await
    };
    let ignore = |source: &str| json!({"action": "ignore_revenue_source", "source": source, "ignored": true});
    let (status, wrong) = act(ignore("the premium analytics contract")).await;
    assert!(status == 404 && wrong["detail"].as_str().unwrap().contains("Say which contract"), "{wrong}");
    let (status, right) = act(ignore("the premium support contract")).await;
    assert_eq!((status, &right["proposal"]["action"]["source"]), (200, &json!("c1")), "{right}");
    let owner = |owner: &str| json!({"action": "set_owner", "owner": owner});
    let (status, sten) = act(owner("Sten")).await;
    assert_eq!((status, &sten["proposal"]["action"]["owner"]), (200, &json!("sten.falk@team.example")), "{sten}");
    let (status, nobody) = act(owner("Wanda")).await;
    assert!(status == 404 && nobody["detail"].as_str().unwrap().contains("Nobody called Wanda"), "{nobody}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_says_before_it_is_written_which_promise_it_counts_as_kept() {
    let served = served().await;
    let note = async |text: &str| {
        let path = "/api/accounts/silverlake-mills.example/actions";
        let action = json!({"action": "add_note", "text": text});
        let (_, made) = Served::told(served.post("Petra", path, &action)).await;
        made["proposal"]["consequences"].to_string()
    };
    let keeps = note("Sent Noor the calibration handbook this morning.").await;
    assert!(keeps.contains("counts the promise") && keeps.contains("calibration handbook by Friday"), "{keeps}");
    let other = note("Noor asks for more sieves.").await;
    assert!(!other.contains("counts the promise"), "{other}");
}
