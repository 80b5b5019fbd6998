//! Mails as people really have them: what is promised and asked for in them counts for who wrote it, and once; what a page
//! says is its text; nothing is lost to a search.

use serde_json::json;
use success_agent::domain::record::{Record, RecordKind, RecordRef};
use success_agent::domain::time::Window;
use success_agent::store::StoredRecord;

use crate::harness::intake::TestIntake;

const ACCOUNT: &str = r#"{"type":"account","domain":"vey.example","name":"Vey","owner_email":"kim@us.example","contacts":[{"name":"Lena Vey","email":"lena@vey.example"}]}"#;
const KIM: &str = "Kim Larsen <kim@us.example>";
const LENA: &str = "Lena Vey <lena@vey.example>";

fn email(id: &str, day: &str, from: &str, subject: &str, body: &str) -> String {
    let to = if from == KIM { "lena@vey.example" } else { "kim@us.example" };
    json!({"type": "email", "id": id, "account": "vey.example", "sent_at": format!("{day}T09:00:00Z"), "from": from,
        "to": [to], "subject": subject, "body": body})
    .to_string()
}

/// Who promises, and on which day.
async fn promised(test: &TestIntake) -> Vec<(String, String)> {
    let all = test.intake.store.commitments(test.intake.workspace, "vey.example", &Window::ALWAYS).await.unwrap();
    all.into_iter().map(|promise| (promise.who, promise.occurred_at.day().to_string())).collect()
}

/// Who asks, and for what.
async fn asked(test: &TestIntake) -> Vec<(String, String)> {
    let all = test.intake.store.requests(test.intake.workspace, "vey.example", &Window::ALWAYS).await.unwrap();
    all.into_iter().map(|request| (request.who, request.what)).collect()
}

const HISTORY: &str = "Danke, das passt.\n\nVon: Kim Larsen <kim@us.example>\nGesendet: Dienstag, 10. November 2026 09:12\n\
                       An: Lena Vey\nBetreff: Export\n\nI will send you the export guide by 27 November.\n\nKim";

#[tokio::test(flavor = "multi_thread")]
async fn a_quoted_promise_is_its_writers_and_counts_once() {
    let test = TestIntake::new().await;
    let reply = email("e2", "2026-11-11", LENA, "AW: Export", HISTORY);
    test.import(&[ACCOUNT, &reply].join("\n")).await;
    assert_eq!(promised(&test).await, [("Kim Larsen".to_owned(), "2026-11-10".to_owned())]);

    let first = email("e1", "2026-11-10", KIM, "Export", "I will send you the export guide by 27 November.\n\nKim");
    test.import(&first).await;
    assert_eq!(
        promised(&test).await,
        [("Kim Larsen".to_owned(), "2026-11-10".to_owned())],
        "its own mail is on record"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_pass_on_is_the_customers() {
    let test = TestIntake::new().await;
    let body = "Can somebody look at this?\n\n---------- Forwarded message ---------\nFrom: Lena Vey <lena@vey.example>\n\
                Date: Tue, Nov 10, 2026 at 9:12 AM\nSubject: Export\nTo: Kim Larsen <kim@us.example>\n\n\
                The nightly export fails. Could you add an export as a spreadsheet?\n\nLena";
    test.import(&[ACCOUNT, &email("e1", "2026-11-11", KIM, "Fwd: Export", body)].join("\n")).await;
    let asked = asked(&test).await;
    assert_eq!(asked.len(), 1, "{asked:?}");
    assert!(asked[0].0 == "Lena Vey" && asked[0].1.contains("spreadsheet"), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_and_footers_neither_promise_nor_ask() {
    let test = TestIntake::new().await;
    let away = "Thank you for your e-mail. I am away until Monday. I will send you an answer when I return. Please contact Ole.";
    let footer = "All fine here.\n\nThis e-mail is confidential. If you are not the intended recipient, could you please delete it \
                  and send us a note? We will send you a new one by Friday.";
    let mails = [
        ACCOUNT.to_owned(),
        email("e1", "2026-11-10", LENA, "Automatic reply: Export", away),
        email("e2", "2026-11-11", LENA, "Re: Export", footer),
    ];
    test.import(&mails.join("\n")).await;
    assert_eq!((promised(&test).await, asked(&test).await), (Vec::new(), Vec::new()));
    assert_eq!(test.found("away until Monday").await.first().map(String::as_str), Some("e1"), "it is still found");
    assert!(test.found("intended recipient").await.contains(&"e2".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_kept_as_its_text() {
    let test = TestIntake::new().await;
    let body =
        "<html><body><p>Before we sign we need&nbsp;<b>more seats</b> &mdash; can you add them?</p></body></html>";
    test.import(&[ACCOUNT, &email("e1", "2026-11-10", LENA, "Seats", body)].join("\n")).await;
    let reference = RecordRef { kind: RecordKind::Email, id: "e1".to_owned() };
    let found = test.intake.store.record(test.intake.workspace, &reference).await.unwrap();
    let StoredRecord::Imported(Record::Email(email)) = found else { panic!("no e-mail: {found:?}") };
    assert_eq!(email.body, "Before we sign we need more seats — can you add them?");
}
