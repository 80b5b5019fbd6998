//! The Web API as a client meets it.

use serde_json::{Value, json};

use super::{Slack, limited, slack, started};

#[tokio::test]
async fn a_posted_message_is_read_back_with_its_metadata() {
    let slack = slack().await;
    let metadata = json!({"event_type": "answer", "event_payload": {"turn": "1", "deep": {"er": [1]}}});
    let posted =
        slack.api("chat.postMessage", json!({"channel": "C_GENERAL", "text": "hi", "metadata": metadata})).await;
    assert_eq!((&posted["ok"], &posted["message"]["text"]), (&json!(true), &json!("hi")));
    let ts = posted["ts"].clone();
    let ask = json!({"channel": "C_GENERAL", "ts": ts, "include_all_metadata": true});
    let replies = slack.api("conversations.replies", ask).await;
    assert_eq!(replies["messages"][0]["metadata"], metadata);
    let without = slack.api("conversations.history", json!({"channel": "C_GENERAL"})).await;
    assert_eq!(without["messages"][0]["metadata"], Value::Null);
}

#[tokio::test]
async fn arguments_come_as_json_as_a_form_or_in_the_address() {
    let slack = slack().await;
    let token = slack.emulator.bot_token();
    let address = format!("{}/chat.postMessage", slack.emulator.api_url());
    let form = [("token", token), ("channel", "C_GENERAL"), ("text", "form"), ("blocks", r#"[{"type":"divider"}]"#)];
    let body: String = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let posted = slack.http.post(&address).header("content-type", "application/x-www-form-urlencoded").body(body);
    let posted: Value = posted.send().await.unwrap().json().await.unwrap();
    assert_eq!(posted["message"]["blocks"][0]["type"], "divider");
    let address = format!("{}/users.info?user=U_MONICA", slack.emulator.api_url());
    let asked = slack.http.get(address).bearer_auth(token).send().await.unwrap();
    let asked: Value = asked.json().await.unwrap();
    assert_eq!(asked["user"]["profile"]["email"], "monica@piedpiper.com");
}

#[tokio::test]
async fn a_token_says_who_calls_and_what_they_may() {
    let slack = slack().await;
    let call = async |method: &str, token: Option<&str>| {
        let request = slack.http.post(format!("{}/{method}", slack.emulator.api_url()));
        let request = if let Some(token) = token { request.bearer_auth(token) } else { request };
        request.send().await.unwrap().json::<Value>().await.unwrap()["error"].clone()
    };
    assert_eq!(call("auth.test", None).await, "not_authed");
    assert_eq!(call("auth.test", Some("xoxb-made-up")).await, "invalid_auth");
    assert_eq!(call("auth.test", Some(slack.emulator.app_token())).await, "not_allowed_token_type");
    assert_eq!(call("apps.connections.open", Some(slack.emulator.bot_token())).await, "not_allowed_token_type");
    assert_eq!(call("chat.fly", Some(slack.emulator.bot_token())).await, "unknown_method");
    assert_eq!(slack.api("auth.test", json!({})).await["user_id"], "U_BOT");
    slack.drive("manifest", json!({"features": {}, "oauth_config": {"scopes": {"bot": ["users:read"]}}})).await;
    let refused = slack.api("chat.postMessage", json!({"channel": "C_GENERAL", "text": "x"})).await;
    assert_eq!(refused["error"], "missing_scope");
    assert_eq!((&refused["needed"], &refused["provided"]), (&json!("chat:write"), &json!("users:read")));
}

#[tokio::test]
async fn what_slack_refuses_is_refused_in_its_words() {
    let slack = slack().await;
    let refused = async |method: &str, arguments: Value| slack.api(method, arguments).await["error"].clone();
    let post = |more: Value| {
        let mut post = json!({"channel": "C_GENERAL"});
        post.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        post
    };
    for (arguments, error) in [
        (post(json!({})), "no_text"),
        (post(json!({"channel": "C_NOWHERE", "text": "x"})), "channel_not_found"),
        (post(json!({"text": "x", "markdown_text": "y"})), "markdown_text_conflict"),
        (post(json!({"markdown_text": "y".repeat(12_001)})), "msg_too_long"),
        (post(json!({"text": "x", "thread_ts": "1.000000"})), "thread_not_found"),
        (post(json!({"text": "x", "blocks": "not json"})), "invalid_blocks_format"),
        (post(json!({"text": "x", "metadata": {"event_type": ""}})), "invalid_metadata_format"),
    ] {
        assert_eq!(refused("chat.postMessage", arguments).await, error);
    }
    let invalid = slack.api("chat.postMessage", post(json!({"text": "x", "blocks": {}}))).await;
    assert_eq!(invalid["error"], "invalid_blocks");
    let message = invalid["response_metadata"]["messages"][0].as_str().unwrap();
    assert!(message.contains("[json-pointer:/blocks"), "{message}");
    let problems = slack.look("problems").await;
    let last = problems.as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["what"], &last["channel"]),
        (&json!("what the app wanted to show was refused"), &json!("C_GENERAL"))
    );
    let ts = slack.says("U_JARED", "C_GENERAL", "mine").await;
    let change = json!({"channel": "C_GENERAL", "ts": ts, "text": "yours"});
    assert_eq!(refused("chat.update", change).await, "cant_update_message");
    slack.drive("archive", json!({"channel": "C_GENERAL"})).await;
    assert_eq!(refused("chat.postMessage", post(json!({"text": "x"}))).await, "is_archived");
}

#[tokio::test]
async fn an_ephemeral_message_is_seen_by_one_person_and_read_by_nobody() {
    let slack = slack().await;
    let post = json!({"channel": "C_GENERAL", "user": "U_JARED", "text": "only you"});
    assert_eq!(slack.api("chat.postEphemeral", post).await["ok"], true);
    assert_eq!(slack.seen("C_GENERAL", "U_JARED").await[0]["only_for"], "U_JARED");
    assert_eq!(slack.seen("C_GENERAL", "U_MONICA").await.len(), 0);
    let history = slack.api("conversations.history", json!({"channel": "C_GENERAL"})).await;
    assert_eq!(history["messages"], json!([]));
    let outside = json!({"channel": "C_GENERAL", "user": "U_GUEST", "text": "only you"});
    assert_eq!(slack.api("chat.postEphemeral", outside).await["error"], "user_not_in_channel");
}

#[tokio::test]
async fn a_channel_takes_a_message_a_second_after_a_short_burst() {
    let slack = started(limited()).await;
    let post = json!({"channel": "C_GENERAL", "text": "x"});
    let mut refused = None;
    for _ in 0..20 {
        let response = slack.request("chat.postMessage", &post).send().await.unwrap();
        if response.status() == 429 {
            refused = Some(response);
            break;
        }
    }
    let refused = refused.unwrap();
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(refused.json::<Value>().await.unwrap()["error"], "ratelimited");
    slack.drive("clock", json!({"advance_seconds": 1})).await;
    assert_eq!(slack.api("chat.postMessage", post).await["ok"], true);
}

#[tokio::test]
async fn a_stream_is_seen_live_by_its_recipient_and_by_all_once_it_stops() {
    let slack = slack().await;
    let root = slack.says("U_JARED", "C_GENERAL", "<@BOT> why?").await;
    let start = json!({"channel": "C_GENERAL", "thread_ts": root, "recipient_user_id": "U_JARED",
        "recipient_team_id": "T_PIEDPIPER", "markdown_text": "Because "});
    let ts = slack.api("chat.startStream", start).await["ts"].clone();
    let append = json!({"channel": "C_GENERAL", "ts": ts, "chunks": [
        {"type": "markdown_text", "text": "it rains"},
        {"type": "task_update", "id": "1", "title": "Look outside", "status": "complete",
         "sources": [{"type": "url", "url": "https://example.org", "text": "Window"}]}]});
    assert_eq!(slack.api("chat.appendStream", append).await["ok"], true);
    let of = async |slack: &Slack, user: &str| slack.seen("C_GENERAL", user).await[1].clone();
    let (own, other) = (of(&slack, "U_JARED").await, of(&slack, "U_MONICA").await);
    assert_eq!((&own["stream"]["text"], &own["streaming"]), (&json!("Because it rains"), &json!(true)));
    assert_eq!(own["stream"]["tasks"][0]["sources"][0]["text"], "Window");
    assert_eq!((&other["text"], &other["stream"]), (&json!("Thinking…"), &Value::Null));
    let threads = slack.look("transcript?channel=C_GENERAL").await["threads"].clone();
    assert_eq!(threads[&root]["session_status"], "processing");
    let stop = json!({"channel": "C_GENERAL", "ts": ts, "blocks": [{"type": "divider"}]});
    assert_eq!(slack.api("chat.stopStream", stop).await["message"]["text"], "Because it rains");
    assert_eq!(of(&slack, "U_MONICA").await["text"], "Because it rains");
    let threads = slack.look("transcript?channel=C_GENERAL").await["threads"].clone();
    assert_eq!(threads[&root]["session_status"], "active");
    assert_eq!(slack.look("problems").await, json!([]));
}

#[tokio::test]
async fn long_lists_come_in_pages() {
    let slack = slack().await;
    for number in 0..5 {
        slack.says("U_JARED", "C_GENERAL", &format!("message {number}")).await;
    }
    let mut texts = Vec::new();
    let mut cursor = String::new();
    loop {
        let page =
            slack.api("conversations.history", json!({"channel": "C_GENERAL", "limit": 2, "cursor": cursor})).await;
        let messages = page["messages"].as_array().unwrap();
        texts.extend(messages.iter().map(|message| message["text"].as_str().unwrap().to_owned()));
        page["response_metadata"]["next_cursor"].as_str().unwrap_or_default().clone_into(&mut cursor);
        assert_eq!(page["has_more"], !cursor.is_empty());
        if cursor.is_empty() {
            break;
        }
    }
    assert_eq!(texts, ["message 4", "message 3", "message 2", "message 1", "message 0"]);
}

#[tokio::test]
async fn an_oauth_code_is_traded_once_for_a_token_that_works() {
    let slack = slack().await;
    slack.drive("uninstall", json!({})).await;
    assert_eq!(slack.api("auth.test", json!({})).await["error"], "account_inactive");
    let oauth = slack.look("state").await["oauth"].clone();
    let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let address = format!(
        "{}oauth/v2/authorize?client_id={}&state=s1&redirect_uri=http://127.0.0.1:9/done",
        slack.emulator.page_url(),
        oauth["client_id"].as_str().unwrap()
    );
    let sent = client.get(address).send().await.unwrap();
    let back = reqwest::Url::parse(sent.headers()["location"].to_str().unwrap()).unwrap();
    let query: std::collections::HashMap<_, _> = back.query_pairs().into_owned().collect();
    assert_eq!(query["state"], "s1");
    let trade =
        json!({"client_id": oauth["client_id"], "client_secret": oauth["client_secret"], "code": query["code"]});
    let traded = slack.api("oauth.v2.access", trade.clone()).await;
    let token = traded["access_token"].as_str().unwrap();
    let who = slack.http.post(format!("{}/auth.test", slack.emulator.api_url())).bearer_auth(token);
    assert_eq!(who.send().await.unwrap().json::<Value>().await.unwrap()["ok"], true);
    assert_eq!(slack.api("oauth.v2.access", trade).await["error"], "code_already_used");
}

#[tokio::test]
async fn a_file_is_uploaded_in_three_steps_and_read_with_a_token() {
    let slack = slack().await;
    let place = slack.api("files.getUploadURLExternal", json!({"filename": "list.csv", "length": 3})).await;
    slack.http.post(place["upload_url"].as_str().unwrap()).body("a,b").send().await.unwrap();
    let complete = json!({"files": [{"id": place["file_id"], "title": "List"}], "channel_id": "C_GENERAL"});
    let file = slack.api("files.completeUploadExternal", complete).await["files"][0].clone();
    assert_eq!((&file["title"], &file["size"]), (&json!("List"), &json!(3)));
    let address = file["url_private"].as_str().unwrap();
    let read = slack.http.get(address).bearer_auth(slack.emulator.bot_token()).send().await.unwrap();
    assert_eq!(read.text().await.unwrap(), "a,b");
    let stranger = slack.http.get(address).send().await.unwrap();
    assert!(stranger.text().await.unwrap().contains("Sign in"));
    assert_eq!(slack.seen("C_GENERAL", "U_JARED").await[0]["files"][0]["name"], "list.csv");
}
