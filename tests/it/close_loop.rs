//! Who asked for what shipped: whom to tell, whom not and why, on every surface.

use std::path::Path;

use serde_json::{Value, json};

use crate::answers::{ask_on, text};
use crate::cli::program;
use crate::served::{NOW, demo, expect};

/// A small workspace in which somebody is told, and somebody is held back for each reason there is.
fn workspace() -> String {
    let mut lines: Vec<Value> = vec![
        json!({"type": "release", "id": "r4", "version": "4.0", "title": "4.0: Bulk upload", "shipped_at": "2026-03-01T10:00:00Z",
               "body": "- Bulk upload of supplier invoices from a spreadsheet."}),
        json!({"type": "release", "id": "r5", "version": "5.0", "title": "5.0: June release", "shipped_at": "2026-06-05T10:00:00Z",
               "body": "Added\n- Webhooks for order status: a signed call whenever an order changes its status.\n\
                        - Dark theme in the mobile app (beta): it follows the phone.\n\
                        - Route maps show a legend beside every tour of the day.\n\nKnown limits\n- Export of payslips to Excel."}),
        json!({"type": "release", "id": "r6", "version": "6.0", "title": "6.0: July release", "shipped_at": "2026-07-01T10:00:00Z",
               "body": "- Printing of barcode labels for parcels."}),
    ];
    let mut account = |domain: &str, name: &str, attributes: Value, contacts: Value, wish: &str, asked: &str| {
        lines.push(
            json!({"type": "account", "domain": domain, "name": name, "contacts": contacts, "attributes": attributes}),
        );
        let who = format!("Ann {name}");
        lines.push(json!({"type": "call", "id": format!("call-{domain}"), "account": domain, "title": "Check-in",
            "started_at": asked, "duration_seconds": 600,
            "participants": [{"name": who, "side": "customer"}, {"name": "Kim Ours", "side": "team"}],
            "transcript": [{"speaker": who, "text": wish}, {"speaker": "Kim Ours", "text": "Noted, thank you."}]}));
        lines.push(
            json!({"type": "signal", "id": format!("signal-{domain}"), "account": domain, "kind": "feature_request",
            "occurred_at": asked, "text": wish, "quote": wish, "call_id": format!("call-{domain}")}),
        );
    };
    let webhooks = "Please add webhooks for order status.";
    let ann = |name: &str, domain: &str| json!([{"name": format!("Ann {name}"), "email": format!("ann@{domain}")}]);
    let (may, april) = ("2026-05-10T09:00:00Z", "2026-04-10T09:00:00Z");
    account("go.example", "Go", json!({}), ann("Go", "go.example"), webhooks, april);
    account(
        "untracked.example",
        "Untracked",
        json!({"tracked": false}),
        ann("Untracked", "untracked.example"),
        webhooks,
        may,
    );
    account("upset.example", "Upset", json!({}), ann("Upset", "upset.example"), webhooks, may);
    account("told.example", "Told", json!({}), ann("Told", "told.example"), webhooks, may);
    account("mailed.example", "Mailed", json!({}), ann("Mailed", "mailed.example"), webhooks, may);
    let bob = json!([{"name": "Bob Left", "email": "bob@left.example", "primary": true}]);
    account("left.example", "Left", json!({}), bob, webhooks, may);
    account("mute.example", "Mute", json!({}), json!([{"name": "Ann Mute"}]), webhooks, may);
    account(
        "part.example",
        "Part",
        json!({}),
        ann("Part", "part.example"),
        "Please add a dark theme to the mobile app.",
        may,
    );
    account(
        "missing.example",
        "Missing",
        json!({}),
        ann("Missing", "missing.example"),
        "Please add an export of payslips to Excel.",
        may,
    );
    account(
        "early.example",
        "Early",
        json!({}),
        ann("Early", "early.example"),
        "Please add bulk upload of supplier invoices from a spreadsheet.",
        may,
    );
    account(
        "unsure.example",
        "Unsure",
        json!({}),
        ann("Unsure", "unsure.example"),
        "Please add a legend to the maps.",
        may,
    );
    account(
        "july.example",
        "July",
        json!({}),
        ann("July", "july.example"),
        "Please add printing of barcode labels for parcels.",
        may,
    );
    lines.push(json!({"type": "account", "domain": "nameless.example", "name": "Nameless",
        "contacts": [{"name": "Cleo Nameless", "email": "cleo@nameless.example"}]}));
    lines.push(
        json!({"type": "signal", "id": "signal-nameless", "account": "nameless.example", "kind": "feature_request",
        "occurred_at": may, "text": webhooks, "quote": webhooks}),
    );
    lines.push(json!({"type": "signal", "id": "escalation", "account": "upset.example", "kind": "escalation",
        "occurred_at": "2026-06-01T09:00:00Z", "text": "Orders were lost for a day."}));
    let mail = |id: &str, domain: &str, at: &str, subject: &str| {
        json!({"type": "email", "id": id, "account": domain, "sent_at": at, "from": "Kim Ours <kim@ours.example>",
            "to": [format!("Ann <ann@{domain}>")], "subject": subject, "body": "Best, Kim"})
    };
    lines.push(mail("told-1", "told.example", "2026-06-06T09:00:00Z", "Webhooks for order status are live"));
    lines.push(mail("mailed-1", "mailed.example", "2026-06-15T09:00:00Z", "Your invoice for June"));
    lines.iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
}

async fn run(folder: &Path, arguments: &[&str]) -> (String, String) {
    let mut command = program(folder);
    command.args(arguments).env("SUCCESS_AGENT_NOW", NOW);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (said(output.stdout), said(output.stderr))
}

/// The reasons somebody of an account is held back for, of theirs and of each wish.
fn reasons(list: &Value, account: &str) -> Vec<String> {
    let people = list["people"].as_array().unwrap().iter().filter(|person| person["account"] == account);
    let of = |person: &Value| {
        let wishes = person["wishes"].as_array().unwrap().iter().map(|wish| wish["hold"].clone());
        let holds = person["holds"].as_array().unwrap().iter().cloned().chain(wishes);
        holds.filter(|hold| !hold.is_null()).map(|hold| hold["reason"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    people.flat_map(of).collect()
}

#[tokio::test]
async fn one_is_told_and_each_other_is_held_back_with_what_to_do_instead() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("records.jsonl");
    std::fs::write(&file, workspace()).unwrap();
    let (_, complaint) = run(folder.path(), &["import", file.to_str().unwrap()]).await;
    assert!(!complaint.contains("error"), "{complaint}");

    let (told, complaint) = run(folder.path(), &["close-loop", "--json"]).await;
    let list: Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told} {complaint}"));
    let people = list["people"].as_array().unwrap();
    assert_eq!(list["go"], 1, "{told}");
    assert_eq!(people[0]["account"], "go.example", "those to tell come first");
    assert_eq!(people[0]["email"], "ann@go.example");
    let wish = &people[0]["wishes"][0];
    assert_eq!((&wish["version"], &wish["verdict"]), (&json!("5.0"), &json!("answers")));
    for (account, reason) in [
        ("untracked.example", "untracked"),
        ("upset.example", "escalation"),
        ("told.example", "told"),
        ("mailed.example", "mailed_lately"),
        ("left.example", "no_contact"),
        ("mute.example", "no_address"),
        ("part.example", "partly"),
        ("missing.example", "not_there"),
        ("early.example", "there_before"),
        ("unsure.example", "unsure"),
        ("nameless.example", "nameless"),
    ] {
        assert_eq!(reasons(&list, account), [reason], "{account}: {told}");
    }
    assert!(reasons(&list, "july.example").is_empty(), "what has not shipped is not spoken of");
    let hold = |account: &str| people.iter().find(|person| person["account"] == account).unwrap()["holds"][0].clone();
    assert!(hold("left.example")["text"].as_str().unwrap().contains("bob@left.example"), "who to write to instead");
    assert_eq!(hold("mailed.example")["until"], "2026-06-22");

    // Every number opens the words it stands for.
    let citations = list["citations"].as_array().unwrap();
    for person in people {
        for wish in person["wishes"].as_array().unwrap() {
            let cited = |field: &str| &citations[wish[field].as_u64().unwrap() as usize - 1];
            assert!(cited("quote_cite")["quote"].as_str().unwrap().contains(wish["quote"].as_str().unwrap()), "{wish}");
            assert_eq!(cited("line_cite")["kind"], "release");
            assert!(cited("line_cite")["quote"].as_str().unwrap().contains(wish["line"].as_str().unwrap()), "{wish}");
        }
    }

    let (told, _) = run(folder.path(), &["close-loop", "--release", "6.0", "--json"]).await;
    assert_eq!(reasons(&serde_json::from_str(&told).unwrap(), "july.example"), ["not_shipped_yet"], "{told}");
    let (told, _) = run(folder.path(), &["close-loop", "--account", "go.example"]).await;
    assert!(told.starts_with("1 to tell, 0 held back") && told.contains("Ann Go <ann@go.example>"), "{told}");
    let (_, complaint) = run(folder.path(), &["close-loop", "--release", "9.9"]).await;
    assert!(complaint.contains("9.9") && complaint.contains("5.0"), "{complaint}");

    std::fs::write(folder.path().join("success-agent.toml"), "[close_loop]\nquiet_days = 1\n").unwrap();
    let (told, _) = run(folder.path(), &["close-loop", "--account", "mailed.example", "--json"]).await;
    assert!(reasons(&serde_json::from_str(&told).unwrap(), "mailed.example").is_empty(), "{told}");
}

#[tokio::test]
async fn who_asked_for_a_release_and_whom_to_tell_of_it_are_the_same_accounts() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let list = expect(client.get(format!("{url}/api/close-loop?release=4.2")), 200).await;
    let people = list["people"].as_array().unwrap();
    assert!(!people.is_empty() && people.iter().all(|person| person["wishes"][0]["version"] == "4.2"), "{list}");
    let body = json!({"question": "Which accounts asked for what we shipped in 4.2?"});
    let answer = expect(client.post(format!("{url}/api/ask")).json(&body), 200).await;
    let answer = answer["answer"].as_str().unwrap();
    for person in people {
        assert!(answer.contains(person["account_name"].as_str().unwrap()), "{answer}");
    }
    let problem = expect(client.get(format!("{url}/api/close-loop?release=9.9")), 404).await;
    assert!(problem["detail"].as_str().unwrap().contains("4.2"), "{problem}");
    let of_one = expect(client.get(format!("{url}/api/close-loop?account=hooli.com")), 200).await;
    assert!(of_one["people"].as_array().unwrap().iter().all(|person| person["account"] == "hooli.com"), "{of_one}");
}

#[tokio::test]
async fn whom_to_tell_is_answered_from_the_chat_with_the_conclusion_first() {
    let (url, client) = (demo().await, reqwest::Client::new());
    for question in ["who should we tell about 4.2?", "close the loop on 4.2", "who is waiting for SSO that we shipped"]
    {
        let answer = expect(client.post(format!("{url}/api/ask")).json(&json!({"question": question})), 200).await;
        let tools: Vec<&str> = answer["tools_used"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(tools.contains(&"close_loop"), "{question}: {answer}");
        let first = answer["answer"].as_str().unwrap().lines().next().unwrap();
        assert!(first.contains("to tell about") && first.contains("held back"), "{question}: {first}");
        assert!(!answer["citations"].as_array().unwrap().is_empty());
    }
    // In a chat that is open on an account only its people are looked at.
    let answer = ask_on("hooli.com", "who should we tell about 4.2?").await;
    let of_hooli = text(&answer);
    assert!(of_hooli.contains("Hooli") && !of_hooli.contains("Tanto"), "{of_hooli}");
}

#[tokio::test]
async fn each_of_those_to_tell_gets_one_mail_with_all_they_asked_for_and_none_twice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("records.jsonl");
    let more = [
        json!({"type": "release", "id": "r7", "version": "5.1", "title": "5.1: Small things",
            "shipped_at": "2026-06-06T10:00:00Z", "body": "- Saved filters for the list of shipments."}),
        json!({"type": "email", "id": "also", "account": "go.example", "sent_at": "2026-04-20T09:00:00Z",
            "from": "Ann Go <ann@go.example>", "to": ["kim@ours.example"], "subject": "Filters",
            "body": "Hi Kim,\n\nplease add saved filters for the list of shipments.\n\nAnn"}),
    ];
    let more: Vec<String> = more.iter().map(Value::to_string).collect();
    std::fs::write(&file, format!("{}\n{}", workspace(), more.join("\n"))).unwrap();
    run(folder.path(), &["import", file.to_str().unwrap()]).await;

    let (told, complaint) = run(folder.path(), &["--as", "kim@ours.example", "close-loop", "--draft", "--json"]).await;
    let made: Value = serde_json::from_str(&told).unwrap_or_else(|_| panic!("{told} {complaint}"));
    let [one] = made["drafts"].as_array().unwrap().as_slice() else { panic!("{told}") };
    assert_eq!(
        (&one["account"], &one["who"], &one["existing"]),
        (&json!("go.example"), &json!("Ann Go"), &json!(false))
    );
    let version = &one["draft"]["versions"][0];
    assert!(one["refused"].is_null(), "{one}");
    assert_eq!((&version["to"]["email"], &version["goal"]), (&json!("ann@go.example"), &json!("close_the_loop")));
    let body = version["body"].as_str().unwrap().to_lowercase();
    assert!(body.contains("webhooks") && body.contains("filters"), "both in one mail: {body}");
    assert_eq!(one["draft"]["state"], "draft", "nothing is approved or sent by itself");

    let (told, _) = run(folder.path(), &["close-loop", "--draft", "--json"]).await;
    let again: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(
        (&again["drafts"][0]["existing"], &again["drafts"][0]["draft"]["id"]),
        (&json!(true), &one["draft"]["id"])
    );
    let (told, _) = run(folder.path(), &["close-loop", "--draft"]).await;
    assert!(told.contains("0 drafted") && told.contains("Nothing was sent."), "{told}");
    let (audit, _) = run(folder.path(), &["audit", "--jsonl"]).await;
    let [entry] = audit.lines().collect::<Vec<_>>()[..] else { panic!("{audit}") };
    assert!(entry.contains("draft_email") && entry.contains("kim@ours.example"), "{entry}");
}
