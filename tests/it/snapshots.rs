//! What people read, word by word: a change of wording is seen in the diff of a snapshot. `INSTA_UPDATE=always` takes
//! what is there now.

use crate::answers::{ask_on, text};
use crate::served::{demo, expect};

#[tokio::test]
async fn the_questions_a_csm_asks_all_day_read_like_this() {
    for (name, account, question) in [
        ("why_critical", "hooli.com", "Why is this account critical?"),
        ("last_calls", "raviga.com", "Summarize the last three calls with this customer."),
        ("requests", "endframe.com", "What requests has this account made?"),
        ("commitments", "raviga.com", "Are there any open commitments to this account?"),
        ("changes", "hooli.com", "What changed since last week?"),
        ("said_about", "hooli.com", "What did they say about SSO?"),
        ("usage", "mossbridge.edu", "is usage dropping and why"),
        ("payment", "aviato.com", "why havent they paid"),
        ("people", "hooli.com", "who is the main contact"),
        ("unknown", "hooli.com", "What do they say about flying giraffes?"),
    ] {
        insta::assert_snapshot!(name, text(&ask_on(account, question).await), question);
    }
}

#[tokio::test]
async fn whom_to_tell_of_a_release_reads_like_this() {
    let body = serde_json::json!({"question": "who should we tell about 4.2?"});
    let url = demo().await;
    let request = reqwest::Client::new().post(format!("{url}/api/ask")).json(&body);
    let answer = expect(request, 200).await;
    insta::assert_snapshot!("close_loop", text(&answer), "who should we tell about 4.2?");
}

#[tokio::test]
async fn the_chat_page_is_this_html() {
    let page = reqwest::get(demo().await).await.unwrap().text().await.unwrap();
    // Assets are addressed by their content.
    let version = page.split("/assets/").nth(1).and_then(|rest| rest.split('/').next()).unwrap();
    let page = page.replace(version, "VERSION");
    insta::assert_snapshot!("chat_page", page);
}
