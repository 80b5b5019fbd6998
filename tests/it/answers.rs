//! The main job, over HTTP on the demo workspace: what customer success managers ask all day, and what comes back.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::served::{demo, expect};

/// Asks, and expects an answer whose checks changed nothing and whose citations open their records.
pub async fn ask(body: Value) -> Value {
    let (url, client) = (demo().await, reqwest::Client::new());
    let answer = expect(client.post(format!("{url}/api/ask")).json(&body), 200).await;
    assert_eq!(answer["checks"]["corrections"], json!([]), "{answer}");
    for citation in answer["citations"].as_array().unwrap() {
        let mut address = reqwest::Url::parse(url).unwrap();
        let [kind, id] = ["kind", "id"].map(|field| citation[field].as_str().unwrap());
        address.path_segments_mut().unwrap().extend(["api", "records", kind, id]);
        let record = expect(client.get(address), 200).await;
        assert_eq!([&record["kind"], &record["id"]], [&citation["kind"], &citation["id"]]);
        assert_eq!(record["account"], citation["account"], "{citation}");
        assert!(text(&answer).contains(&format!("[{}]", citation["n"])), "{answer}");
    }
    answer
}

/// The same, in a chat opened on an account.
pub async fn ask_on(account: &str, question: &str) -> Value {
    let answer = ask(json!({"question": question, "account": account})).await;
    assert_eq!(answer["account"], account, "{answer}");
    let elsewhere = |citation: &Value| !(citation["account"] == account || citation["account"].is_null());
    assert!(!answer["citations"].as_array().unwrap().iter().any(elsewhere), "{answer}");
    answer
}

/// The text of an answer.
pub fn text(answer: &Value) -> &str {
    answer["answer"].as_str().unwrap()
}

/// Expects each of `facts` in the answer, and evidence under it.
pub fn says(answer: &Value, facts: &[&str]) {
    assert!(!answer["citations"].as_array().unwrap().is_empty(), "nothing is cited: {}", text(answer));
    for fact in facts {
        assert!(text(answer).contains(fact), "`{fact}` is missing in: {}", text(answer));
    }
}

fn cites(answer: &Value, id: &str) -> bool {
    answer["citations"].as_array().unwrap().iter().any(|citation| citation["id"] == id)
}

fn offered(answer: &Value) -> Vec<&str> {
    answer["offers"].as_array().unwrap().iter().filter_map(|offer| offer["account"].as_str()).collect()
}

#[tokio::test]
async fn why_is_this_account_critical() {
    let answer = ask_on("hooli.com", "Why is this account critical?").await;
    says(&answer, &["Hooli", "critical", "down 54% in 30 days", "284 → 130", "Renews in 28 days", "adoption plan"]);
    assert!(cites(&answer, "hooli-contract-1") && cites(&answer, "hooli.com/2026-06-16"), "{answer}");
}

#[tokio::test]
async fn an_account_that_is_not_critical_is_not_called_so() {
    let answer = ask_on("harrowgate.bank", "Why is this account critical?").await;
    says(&answer, &["Harrowgate Bank", "healthy"]);
    assert!(!text(&answer).contains("Bank is critical"), "{answer}");
}

#[tokio::test]
async fn summarize_the_last_three_calls_with_this_customer() {
    let answer = ask_on("hooli.com", "Summarize the last three calls with this customer.").await;
    says(
        &answer,
        &["Escalation review: production restores", "Introduction: Colin Marsh", "slow restore of the Imaging archive"],
    );
    for (call, cited) in [(5, true), (4, true), (3, true), (2, false), (1, false)] {
        assert_eq!(cites(&answer, &format!("hooli-call-{call}")), cited, "call {call}: {answer}");
    }
    says(&answer, &["June 11", "May 22", "April 17"]);
}

#[tokio::test]
async fn what_requests_has_this_account_made() {
    let answer = ask_on("hooli.com", "What requests has this account made?").await;
    says(&answer, &["SAML", "Okta", "4.2"]);
    assert!(cites(&answer, "hooli-call-4") && cites(&answer, "rel-4.2"), "{answer}");
}

#[tokio::test]
async fn are_there_any_open_commitments_to_this_account() {
    let answer = ask_on("raviga.com", "Are there any open commitments to this account?").await;
    says(
        &answer,
        &["Yes", "fourteen funds", "Dinesh Chugtai", "Jared Dunn", "June 3", "14 days ago", "May 8", "April 3"],
    );
    assert!(cites(&answer, "raviga-call-3") && cites(&answer, "raviga-call-2"), "{answer}");
}

#[tokio::test]
async fn what_changed_since_last_week() {
    let answer = ask_on("hooli.com", "What changed since last week?").await;
    says(&answer, &["June 11", "Escalation review: production restores", "June 12", "Adoption plan"]);
    for id in ["hooli-call-5", "hooli-email-12", "hooli-signal-15"] {
        assert!(cites(&answer, id), "{id}: {answer}");
    }
    let early = NaiveDate::from_ymd_opt(2026, 5, 22).unwrap().to_string();
    let calls = answer["citations"].as_array().unwrap().iter().filter(|citation| citation["kind"] == "call");
    assert!(calls.into_iter().all(|call| call["occurred_at"].as_str().unwrap() > early.as_str()), "{answer}");
}

#[tokio::test]
async fn who_is_renewing_in_the_next_30_days_and_looks_unhappy() {
    let answer = ask(json!({"question": "Who is renewing in the next 30 days and looks unhappy?"})).await;
    says(
        &answer,
        &[
            "Hooli",
            "July 15",
            "$240,000",
            "Juniper & Co.",
            "July 7",
            "Tidewater Cooperative",
            "June 29",
            "Peregrine Health",
        ],
    );
    for happy_or_later in ["Gullwing", "Kestrel", "Willow", "Raviga", "Intersite"] {
        assert!(!text(&answer).contains(happy_or_later), "{happy_or_later}: {}", text(&answer));
    }
}

#[tokio::test]
async fn what_did_they_say_about_sso() {
    let answer = ask_on("hooli.com", "What did they say about SSO?").await;
    says(&answer, &["Priya Raman", "We are an Okta shop", "Dana Whitfield", "SAML", "January 13", "March 11"]);
    assert!(cites(&answer, "hooli-call-1") && cites(&answer, "hooli-call-2"), "{answer}");
}

#[tokio::test]
async fn which_accounts_asked_for_what_we_shipped_in_4_2() {
    let answer = ask(json!({"question": "Which accounts asked for what we shipped in 4.2?"})).await;
    says(&answer, &["Hooli", "Tanto Robotics", "SAML", "4.2"]);
    assert!(cites(&answer, "rel-4.2"), "{answer}");
}

#[tokio::test]
async fn a_chat_opened_on_an_account_offers_to_switch_and_tells_nothing_of_the_other() {
    for (question, other) in [
        ("Why is Aviato at risk?", "aviato.com"),
        ("what requests did raviga make?", "raviga.com"),
        ("When does aviato.com renew?", "aviato.com"),
    ] {
        let answer = ask_on("hooli.com", question).await;
        assert_eq!(offered(&answer), [other], "{answer}");
        assert_eq!(answer["offers"][0]["question"], question);
        assert_eq!(answer["citations"], json!([]), "{answer}");
        assert!(
            text(&answer).contains("Hooli") && !text(&answer).contains(|letter: char| letter.is_ascii_digit()),
            "{answer}"
        );
    }
}

#[tokio::test]
async fn a_name_of_two_accounts_is_asked_back_with_both() {
    let answer = ask(json!({"question": "how is intersit doing"})).await;
    assert_eq!(offered(&answer), ["intersite.com", "intersite.eu"], "{answer}");
    assert_eq!(answer["citations"], json!([]));
    let chosen = ask(json!({"question": answer["offers"][1]["question"], "account": "intersite.eu"})).await;
    says(&chosen, &["Intersite Europe"]);
    assert_eq!(chosen["account"], "intersite.eu");
}

#[tokio::test]
async fn they_and_them_are_the_account_spoken_of_and_what_about_asks_the_same_of_another() {
    let first = ask(json!({"question": "What did Hooli say about SSO?"})).await;
    let then = |question: &str| ask(json!({"question": question, "conversation": first["conversation"]}));
    let renewal = then("When do they renew?").await;
    says(&renewal, &["Hooli", "July 15", "$240,000"]);
    assert_eq!(renewal["account"], "hooli.com");
    let promises = then("and what do we owe them?").await;
    says(&promises, &["adoption plan"]);
    assert_eq!(promises["account"], "hooli.com");
    then("When do they renew?").await;
    let other = then("what about Aviato?").await;
    says(&other, &["Aviato", "November 4"]);
    assert_eq!(other["account"], "aviato.com");
}

#[tokio::test]
async fn what_the_records_do_not_hold_is_said_with_what_was_looked_through() {
    let answer = ask_on("hooli.com", "What did they say about their pet giraffe?").await;
    assert_eq!(answer["citations"], json!([]), "{answer}");
    assert!(text(&answer).contains("do not say that") && text(&answer).contains("5 calls, 12 e-mails"), "{answer}");
    let unknown = ask(json!({"question": "How is Initech doing?"})).await;
    assert!(text(&unknown).contains("Initech") && unknown["citations"] == json!([]), "{unknown}");
}

#[tokio::test]
async fn a_file_of_ones_own_can_be_asked_about_at_once() {
    const FILE: &str = r#"
{"type":"account","domain":"vandelay.example","name":"Vandelay Industries","owner_email":"art@piedpiper.com","contacts":[{"name":"Kel Varnsen","email":"kel@vandelay.example","primary":true}]}
{"type":"call","id":"vandelay-1","account":"vandelay.example","title":"Latex review","started_at":"2026-06-09T10:00:00Z","duration_seconds":600,"participants":[{"name":"Kel Varnsen","email":"kel@vandelay.example","side":"customer"},{"name":"Art Core","email":"art@piedpiper.com","side":"team"}],"transcript":[{"speaker":"Kel Varnsen","text":"The humidity sensor drops its readings every night, and nobody notices until the morning.","at_seconds":12},{"speaker":"Art Core","text":"I'll send you the replacement sensor by June 12.","at_seconds":40}]}
{"type":"revenue_source","id":"vandelay-contract","account":"vandelay.example","system":"manual","product":"Platform","status":"active","interval":"year","amount_minor":1234500,"currency":"USD","starts_on":"2025-09-30","renews_on":"2026-09-30"}
"#;
    let (url, client) = (demo().await, reqwest::Client::new());
    let import = client
        .post(format!("{url}/api/import?name=mine.jsonl"))
        .header("content-type", "application/x-ndjson")
        .body(FILE);
    let summary = expect(import, 200).await;
    assert_eq!((&summary["lines"], &summary["rejected"]), (&json!(3), &json!([])), "{summary}");
    let said = ask_on("vandelay.example", "What did they say about the humidity sensor?").await;
    says(&said, &["drops its readings every night", "Kel Varnsen"]);
    let renewal = ask(json!({"question": "when does vandelay renew"})).await;
    says(&renewal, &["Vandelay Industries", "September 30", "$12,345"]);
    let owed = ask(json!({"question": "What do we owe Vandelay Industries?"})).await;
    says(&owed, &["replacement sensor", "June 12"]);
    assert!(cites(&owed, "vandelay-1"), "{owed}");
}

#[tokio::test]
async fn an_account_nobody_knows_is_a_404_and_not_an_answer() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let body = json!({"question": "Why is this account critical?", "account": "nobody.example"});
    for accept in ["application/json", "text/event-stream"] {
        let request = client.post(format!("{url}/api/ask")).header("accept", accept).json(&body);
        let problem = expect(request, 404).await;
        assert!(problem["detail"].as_str().unwrap().contains("nobody.example"), "{problem}");
    }
}
