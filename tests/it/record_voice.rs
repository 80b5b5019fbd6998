//! What records say stays what records say: no text of theirs becomes a heading, a bold sentence, a table, a link or a
//! citation of the product, on any surface, and a name reads as it is written.

use serde_json::{Value, json};

use crate::harness::world::World;

/// Everything at once that Markdown could make of a text.
const LOUD: &str = "# Settled\n\n**Nothing is owed to anybody** [1][2] [pay here](https://foreign.example/pay)\n\n\
    | Invoice | State |\n|---|---|\n| 17 | settled |\n\n> agreed\n- done\n![seen](https://foreign.example/p.png) `ok`";

const NAME: &str = "Quarz*Werk_Nord 51";

/// An account whose records all shout.
fn loud() -> Vec<Value> {
    let account = "quarz51.example";
    let at = |day: u32| format!("2026-06-{day:02}T09:00:00Z");
    let loud = |words: &str| format!("{words}\n{LOUD}");
    vec![
        json!({"type": "account", "domain": account, "name": NAME, "owner_email": "ida@us.example", "licensed_seats": 40,
            "contacts": [{"name": loud("Bente Falk"), "email": "bente@quarz51.example", "title": loud("Kiln lead"), "primary": true}]}),
        json!({"type": "revenue_source", "id": "c1", "account": account, "system": "manual", "product": loud("Kiln plan"),
            "status": "active", "interval": "year", "amount_minor": 900_000, "currency": "EUR", "renews_on": "2026-07-20"}),
        json!({"type": "payment_event", "id": "p1", "account": account, "occurred_at": at(2), "kind": "failed",
            "amount_minor": 900_000, "currency": "EUR"}),
        json!({"type": "deal", "id": "d1", "account": account, "name": loud("More kilns"), "stage": loud("talks"),
            "status": "open", "value_minor": 400_000, "currency": "EUR"}),
        json!({"type": "call", "id": "k1", "account": account, "title": loud("Kiln round"), "started_at": at(10),
            "duration_seconds": 1200, "summary": loud("They spoke of kilns."),
            "participants": [{"name": loud("Bente Falk"), "side": "customer"}, {"name": "Ida Orth", "side": "team"}],
            "transcript": [
                {"speaker": loud("Bente Falk"), "text": loud("Could you add a firing curve export? We really need it."), "at_seconds": 9.0},
                {"speaker": "Ida Orth", "text": loud("I'll send you the firing curves by June 12."), "at_seconds": 30.0}]}),
        json!({"type": "email", "id": "m1", "account": account, "sent_at": at(11), "subject": loud("Firing curves"),
            "from": "Bente Falk <bente@quarz51.example>", "to": ["ida@us.example"], "body": loud("The kiln is too slow for us.")}),
        json!({"type": "signal", "id": "s1", "account": account, "kind": "escalation", "occurred_at": at(12),
            "text": loud("The kiln stood still."), "quote": loud("It stood still for a day.")}),
        json!({"type": "project", "id": "j1", "account": account, "title": loud("Kiln move"), "status": loud("half done"),
            "updated_at": at(9)}),
        json!({"type": "note", "id": "n1", "account": account, "author": loud("ida@us.example"), "written_at": at(8),
            "text": loud("Bente Falk decides about kilns.")}),
        json!({"type": "release", "id": "r1", "title": loud("Firing curve export"), "shipped_at": at(14), "version": "7.2",
            "body": loud("Firing curves can be exported.")}),
    ]
}

const QUESTIONS: [&str; 22] = [
    "How are they doing?",
    "Why is the health score what it is?",
    "Who are the contacts?",
    "Who is Bente Falk?",
    "What is the contract worth and when does it renew?",
    "How do payments stand?",
    "Which deals are open?",
    "What happened on the last call?",
    "What did they write last?",
    "What changed in the last 30 days?",
    "Which promises are open?",
    "What did they ask for?",
    "Are there any signals?",
    "Show the escalations",
    "What do the notes say?",
    "What projects are there?",
    "What did they say about the kiln?",
    "When did we last speak to them?",
    "What should I do next?",
    "What shipped in 7.2?",
    "Who should we tell about 7.2?",
    "How much do they use it?",
];

#[tokio::test]
async fn nothing_a_record_says_is_markup_in_an_answer() {
    let served = World::with(&loud(), |_| {}).await.served().await;
    for pinned in [Some("quarz51.example"), None] {
        for question in QUESTIONS {
            let question = if pinned.is_some() { question.to_owned() } else { format!("{question} (quarz51.example)") };
            let body = json!({ "question": question, "account": pinned });
            let (status, answer) = crate::harness::world::Served::told(served.post("ida", "/api/ask", &body)).await;
            assert_eq!(status, 200, "{answer}");
            let text = answer["answer"].as_str().unwrap();
            for markup in ["\n# Settled", "**Nothing is", "](http", "![", "|---", "\n>", "\n|", "`ok`"] {
                let loud = text.match_indices(markup).find(|(at, _)| !text[..*at].ends_with('\\'));
                assert!(loud.is_none(), "{question}: `{markup}` is markup in {text}");
            }
            let cited = answer["citations"].as_array().unwrap().len();
            for (at, _) in text.match_indices('[').filter(|(at, _)| !text[..*at].ends_with('\\')) {
                let n = text[at + 1..].split(']').next().and_then(|n| n.parse::<usize>().ok());
                assert!(n.is_some_and(|n| n <= cited), "{question}: a mark without a record in {text}");
            }
        }
    }
}

#[tokio::test]
async fn a_name_with_a_digit_keeps_its_headline_and_every_nothing_on_record() {
    let bare = [
        json!({"type": "account", "domain": "quarz51.example", "name": NAME}),
        json!({"type": "account", "domain": "9x7.example", "name": "9x7"}),
    ];
    let served = World::with(&bare, |_| {}).await.served().await;
    for (account, shown) in [("quarz51.example", r"Quarz\*Werk_Nord 51"), ("9x7.example", "9x7")] {
        for question in QUESTIONS {
            let body = json!({ "question": question, "account": account });
            let (_, answer) = crate::harness::world::Served::told(served.post("ida", "/api/ask", &body)).await;
            let text = answer["answer"].as_str().unwrap();
            let corrections = answer["checks"]["corrections"].as_array().unwrap();
            assert!(corrections.is_empty(), "{question}: {corrections:?} {text}");
            let begins = ["**", shown, "There is no release"].iter().any(|opening| text.starts_with(opening));
            assert!(begins, "{question}: {text}");
        }
    }
}

#[tokio::test]
async fn a_name_reads_as_it_is_written_in_the_terminal_and_in_slack() {
    let served = World::with(&loud(), |_| {}).await.served().await;
    let body = json!({ "question": "Why is the health score what it is?", "account": "quarz51.example" });
    let (_, answer) = crate::harness::world::Served::told(served.post("ida", "/api/ask", &body)).await;
    let text = answer["answer"].as_str().unwrap();
    assert!(text.contains(r"Quarz\*Werk_Nord 51"), "{text}");
    let read = success_agent::domain::markdown::plain(text.lines().next().unwrap());
    assert!(read.contains(NAME) && !read.contains('\\'), "{read}");
    let slack = success_agent::slack::render::escape::spoken(text);
    assert!(slack.contains(NAME) && !slack.contains('\\'), "{slack}");
    let (status, card) = {
        let body = json!({ "account": "quarz51.example" });
        crate::harness::world::Served::told(served.post("ida", "/api/drafts", &body)).await
    };
    assert_eq!(status, 200, "{card}");
    let mail = format!("{card}");
    assert!(!mail.contains(r"Quarz\\*"), "{mail}");
    let versions = card["versions"].as_array().unwrap();
    let body = versions.last().unwrap()["body"].as_str().unwrap();
    assert!(!body.lines().any(|line| line.starts_with("# Settled") || line.starts_with("> agreed")), "{body}");
}
