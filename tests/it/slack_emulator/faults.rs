//! Trouble on purpose, as the app meets it.

use serde_json::{Value, json};

use super::slack;

#[tokio::test]
async fn a_reset_after_the_post_leaves_the_message_and_one_before_does_not() {
    let slack = slack().await;
    for (kind, posted) in [("reset_after", 1), ("reset_before", 1)] {
        slack.drive("faults", json!({"method": "chat.postMessage", "kind": kind, "times": 1})).await;
        let post = json!({"channel": "C_GENERAL", "text": kind});
        assert!(slack.request("chat.postMessage", &post).send().await.is_err(), "{kind} gives no answer");
        assert_eq!(slack.seen("C_GENERAL", "U_JARED").await.len(), posted, "{kind}");
    }
    let again = slack.api("chat.postMessage", json!({"channel": "C_GENERAL", "text": "third"})).await;
    assert_eq!(again["ok"], true);
    let calls = slack.look("calls?method=chat.postMessage").await;
    let outcomes: Vec<&Value> = calls.as_array().unwrap().iter().map(|call| &call["ok"]).collect();
    assert_eq!(outcomes, [true, false, true]);
}

#[tokio::test]
async fn a_method_can_fail_be_limited_and_be_named_an_error() {
    let slack = slack().await;
    let fault = async |fault: Value| {
        slack.drive("faults", fault).await;
        slack.request("auth.test", &json!({})).send().await.unwrap()
    };
    assert_eq!(fault(json!({"method": "auth.test", "kind": "error"})).await.status(), 500);
    let limited = fault(json!({"method": "*", "kind": "ratelimited", "retry_after": 7})).await;
    assert_eq!((limited.status().as_u16(), &limited.headers()["retry-after"]), (429, &"7".parse().unwrap()));
    let named = fault(json!({"method": "auth.test", "kind": "error", "error": "fatal_error"})).await;
    assert_eq!(named.json::<Value>().await.unwrap()["error"], "fatal_error");
    let revoked = fault(json!({"method": "auth.test", "kind": "token_revoked"})).await;
    assert_eq!(revoked.json::<Value>().await.unwrap()["error"], "token_revoked");
    assert_eq!(slack.api("auth.test", json!({})).await["error"], "token_revoked");
}

#[tokio::test]
async fn a_slow_answer_comes_after_the_call_was_done() {
    let slack = slack().await;
    slack.drive("faults", json!({"method": "chat.postMessage", "kind": "slow", "ms": 600_000})).await;
    let post = json!({"channel": "C_GENERAL", "text": "late"});
    let slow = async { slack.api("chat.postMessage", post).await };
    let meanwhile = async {
        while slack.seen("C_GENERAL", "U_JARED").await.is_empty() {
            tokio::task::yield_now().await;
        }
        slack.drive("clock", json!({"advance_seconds": 600})).await;
    };
    let (answer, ()) = tokio::join!(slow, meanwhile);
    assert_eq!(answer["ok"], true);
}

#[tokio::test]
async fn streams_can_be_made_to_run_out() {
    let slack = slack().await;
    let root = slack.says("U_JARED", "DM", "why?").await;
    let ts = slack.api("chat.startStream", json!({"channel": "D_JARED", "thread_ts": root})).await["ts"].clone();
    let problems = slack.look("problems").await;
    let open: Vec<&str> = problems.as_array().unwrap().iter().filter_map(|one| one["what"].as_str()).collect();
    assert_eq!(open, ["a stream is still open", "a session is still processing"]);
    slack.drive("expire_streams", json!({})).await;
    let stopped = slack.api("chat.stopStream", json!({"channel": "D_JARED", "ts": ts})).await;
    assert_eq!(stopped["error"], "message_not_in_streaming_state");
}
