//! Asking: whole, as a stream, and again in the same conversation.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::expect;
use crate::served::demo;

#[tokio::test]
async fn every_citation_of_an_answer_opens_its_record() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let body = json!({"question": "Why is this account critical?", "account": "hooli.com"});
    let answer = expect(client.post(format!("{url}/api/ask")).json(&body), 200).await;
    let citations = answer["citations"].as_array().unwrap();
    assert!(!citations.is_empty(), "{answer}");
    for citation in citations {
        assert!(answer["answer"].as_str().unwrap().contains(&format!("[{}]", citation["n"])), "{answer}");
        let mut address = reqwest::Url::parse(url).unwrap();
        let [kind, id] = ["kind", "id"].map(|field| citation[field].as_str().unwrap());
        address.path_segments_mut().unwrap().extend(["api", "records", kind, id]);
        let record = expect(client.get(address), 200).await;
        assert_eq!(record["id"], citation["id"]);
        assert!(!record["lines"].as_array().unwrap().is_empty(), "{record}");
    }
    for field in ["conversation", "tools_used", "not_seen", "checks", "model", "elapsed_ms", "account"] {
        assert!(!answer[field].is_null(), "{field}: {answer}");
    }
}

#[tokio::test]
async fn an_answer_tells_where_its_time_went_and_what_was_done_for_it() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let ask = async |question: &str| {
        let body = json!({"question": question, "account": "hooli.com"});
        expect(client.post(format!("{url}/api/ask")).json(&body), 200).await
    };
    let answer = ask("What did they say about single sign-on?").await;
    let parts = answer["timings"].as_object().unwrap();
    let named: BTreeSet<&str> = parts.keys().map(String::as_str).collect();
    assert_eq!(named, ["prepare_ms", "model_ms", "tools_ms", "checks_ms", "save_ms"].into(), "{answer}");
    let sum: f64 = parts.values().map(|part| part.as_f64().unwrap()).sum();
    // The whole is told in full milliseconds.
    assert!(sum > 0.0 && sum < answer["elapsed_ms"].as_f64().unwrap() + 1.0, "{answer}");
    let done = |answer: &Value, what: &str| answer["work"][what].as_u64().unwrap();
    assert!(done(&answer, "passages") > 0 && done(&answer, "sentences") > 0, "{answer}");
    // The conversation is begun, the workspace looked at, and the turn kept, whatever is remembered of it.
    assert!(done(&answer, "statements") >= 3, "{answer}");
    let owner = ask("Who owns this account?").await;
    assert_eq!(done(&owner, "passages"), 0, "{owner}");
    let kept = format!("{url}/api/conversations/{}", owner["conversation"].as_str().unwrap());
    let kept = expect(client.get(kept), 200).await;
    let kept = &kept["turns"][0]["answer"];
    // Only what keeping it took is not in what was kept.
    assert_eq!(kept["timings"]["model_ms"], owner["timings"]["model_ms"], "{kept}");
    assert!(done(kept, "statements") < done(&owner, "statements"), "{kept} {owner}");
}

#[tokio::test]
async fn a_streamed_answer_begins_at_once_and_ends_with_the_whole() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let body = json!({"question": "Summarize the last three calls with this customer.", "account": "hooli.com"});
    let request = client.post(format!("{url}/api/ask")).header("accept", "text/event-stream").json(&body);
    let text = request.send().await.unwrap().text().await.unwrap();
    let events: Vec<(&str, Value)> = text
        .split("\n\n")
        .filter_map(|event| {
            let name = event.lines().find_map(|line| line.strip_prefix("event: "))?;
            let data = event.lines().find_map(|line| line.strip_prefix("data: "))?;
            Some((name, serde_json::from_str(data).unwrap()))
        })
        .collect();
    assert_eq!(events.first().unwrap().0, "started");
    let (last, answer) = events.last().unwrap();
    assert_eq!(*last, "answer");
    assert_eq!(events.iter().filter(|(name, _)| *name == "answer").count(), 1);
    let streamed: String =
        events.iter().filter(|(name, _)| *name == "text").map(|(_, data)| data["delta"].as_str().unwrap()).collect();
    assert_eq!(streamed.trim(), answer["answer"].as_str().unwrap().trim());
}

#[tokio::test]
async fn a_conversation_is_read_back_with_its_questions_and_answers() {
    let (url, client) = (demo().await, reqwest::Client::new());
    let first = json!({"question": "What requests has this account made?", "account": "endframe.com"});
    let first = expect(client.post(format!("{url}/api/ask")).json(&first), 200).await;
    let second = json!({"question": "And any open commitments?", "conversation": first["conversation"]});
    let second = expect(client.post(format!("{url}/api/ask")).json(&second), 200).await;
    assert_eq!(first["conversation"], second["conversation"]);
    let id = first["conversation"].as_str().unwrap();
    let conversation = expect(client.get(format!("{url}/api/conversations/{id}")), 200).await;
    assert_eq!(conversation["account"], "endframe.com");
    let questions: Vec<_> = conversation["turns"].as_array().unwrap().iter().map(|turn| &turn["question"]).collect();
    assert_eq!(questions, ["What requests has this account made?", "And any open commitments?"]);
    assert_eq!(conversation["turns"][0]["answer"]["answer"], first["answer"]);
}
