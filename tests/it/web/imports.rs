//! Importing over HTTP.

use super::{expect, refusal};
use crate::served::demo;

const ACCOUNT: &str = r#"{"type":"account","domain":"imported.example","name":"Imported"}"#;
const NOTE: &str = r#"{"type":"note","id":"imported/1#a","account":"imported.example","written_at":"2026-06-01T00:00:00Z","author":"Ann","text":"They like it."}"#;

#[tokio::test]
async fn good_lines_land_and_a_bad_one_is_named_with_its_number() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let import = |body: String| {
        client
            .post(format!("{url}/api/import?name=mine.jsonl"))
            .header("content-type", "application/x-ndjson")
            .body(body)
    };
    let summary = expect(import(format!("{NOTE}\n{{\"type\":\"fax\"}}\n{ACCOUNT}\n")), 200).await;
    assert_eq!(summary["rejected_total"], 1, "{summary}");
    assert_eq!(summary["rejected"][0]["line"], 2);
    let other = NOTE.replace("like", "love");
    let again = expect(import(format!("{ACCOUNT}\n{other}\n")), 200).await;
    assert_eq!(again["added"], serde_json::json!({}), "{again}");
    assert_eq!(again["updated"], serde_json::json!({"note": 1}), "what is the same is not updated");
    // Nothing new beside a bad line is no failure: what the other lines hold is there.
    expect(import(format!("{ACCOUNT}\nnot json\n")), 200).await;
    // An id may hold what addresses give a meaning to.
    let record = expect(client.get(format!("{url}/api/records/note/imported%2F1%23a")), 200).await;
    assert!(record.to_string().contains("They love it."), "{record}");
    let nothing = expect(import("not json\n".to_owned()), 422).await;
    assert_eq!(nothing["rejected"][0]["line"], 1, "{nothing}");
}

#[tokio::test]
async fn each_line_of_a_mail_says_what_it_is() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let body = "Two answers.\n\nOn Mon, Nov 9, 2026 at 10:00 AM Ann Li <ann@imported.example> wrote:\n> How many seats?\n\nForty.\n\n-- \nJared\nDesk 4";
    let mail = serde_json::json!({"type": "email", "id": "zones", "account": "imported.example", "sent_at": "2026-06-02T00:00:00Z",
        "from": "Jared <jared@piedpiper.com>", "to": ["ann@imported.example"], "subject": "Re: Seats", "body": body});
    let import =
        client.post(format!("{url}/api/import?name=mail.jsonl")).header("content-type", "application/x-ndjson");
    expect(import.body(format!("{ACCOUNT}\n{mail}\n")), 200).await;
    let record = expect(client.get(format!("{url}/api/records/email/zones")), 200).await;
    let told: Vec<_> = record["lines"].as_array().unwrap()[2..]
        .iter()
        .map(|line| {
            ["zone", "label", "text", "answers"].map(|field| line[field].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    let line = |parts: [&str; 4]| parts.map(str::to_owned);
    assert_eq!(
        told,
        [
            line(["own", "", "Two answers.", ""]),
            line(["quoted", "", "On Mon, Nov 9, 2026 at 10:00 AM Ann Li <ann@imported.example> wrote:", ""]),
            line(["quoted", "Ann Li", "How many seats?", ""]),
            line(["own", "", "Forty.", "How many seats?"]),
            line(["signature", "", "--\nJared\nDesk 4", ""]),
        ]
    );
}

#[tokio::test]
async fn bodies_that_are_not_json_lines_or_too_large_are_refused() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let import = || client.post(format!("{url}/api/import"));
    assert!(
        refusal(import().header("content-type", "multipart/form-data; boundary=x").body("x"), 415)
            .await
            .contains("ndjson")
    );
    assert!(refusal(import().header("content-encoding", "br").body("x"), 415).await.contains("uncompressed"));
    assert!(refusal(import().body(vec![b'\n'; 1024 * 1024 + 1]), 413).await.contains("max_import_mib"));
    // Without a length the size only shows while reading.
    let chunks = futures::stream::iter((0..20).map(|_| Ok::<_, std::io::Error>(vec![b'\n'; 64 * 1024])));
    assert!(refusal(import().body(reqwest::Body::wrap_stream(chunks)), 413).await.contains("1 MiB"));
}

#[tokio::test]
async fn the_schema_of_a_line_is_published() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let schema = expect(client.get(format!("{url}/api/import/schema")), 200).await;
    assert!(schema.to_string().contains("started_at"));
}
