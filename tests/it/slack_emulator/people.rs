//! What people do, what the app is told of it, and what they see.

use serde_json::{Value, json};

use super::{button, modal, slack};

#[tokio::test]
async fn a_click_carries_the_button_and_can_be_answered() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    let post = json!({"channel": "C_GENERAL", "text": "Press it", "blocks": button("go", "7")});
    let ts = slack.api("chat.postMessage", post).await["ts"].clone();
    let click = json!({"user": "U_JARED", "channel": "C_GENERAL", "ts": ts, "action_id": "go"});
    let (clicked, envelope) = tokio::join!(slack.drive("click", click.clone()), socket.take("interactive"));
    assert_eq!(clicked["ok"], true);
    let payload = &envelope["payload"];
    assert_eq!((&payload["type"], &payload["actions"][0]["value"]), (&json!("block_actions"), &json!("7")));
    assert_eq!(payload["actions"][0]["block_id"], "row");
    assert_eq!(payload["message"]["ts"], ts);
    let answer = json!({"replace_original": true, "text": "Pressed", "blocks": []});
    let address = payload["response_url"].as_str().unwrap();
    assert_eq!(slack.http.post(address).json(&answer).send().await.unwrap().text().await.unwrap(), "ok");
    assert_eq!(slack.seen("C_GENERAL", "U_MONICA").await[0]["text"], "Pressed");
    let (status, gone) = slack.try_drive("click", click).await;
    assert_eq!((status, &gone["error"]), (400, &json!("there is no element go any more")));
}

#[tokio::test]
async fn a_modal_is_opened_refused_and_submitted() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    let (_, envelope) = tokio::join!(
        slack.drive("shortcut", json!({"user": "U_JARED", "callback_id": "ask"})),
        socket.take("interactive")
    );
    let trigger = envelope["payload"]["trigger_id"].clone();
    let text = json!({"type": "plain_text", "text": "Why"});
    let view = modal(&json!([{"type": "input", "block_id": "why", "label": text,
        "element": {"type": "plain_text_input", "action_id": "text"}}]));
    let opened = slack.api("views.open", json!({"trigger_id": trigger, "view": view})).await;
    assert_eq!(opened["ok"], true, "{opened}");
    assert_eq!(
        slack.drive("submit", json!({"user": "U_JARED"})).await["errors"]["why"],
        "Please complete this required field."
    );
    let submit = json!({"user": "U_JARED", "values": {"why": {"text": "because"}}});
    let wrong = json!({"response_action": "errors", "errors": {"why": "Say more"}});
    let (refused, _) = tokio::join!(slack.drive("submit", submit), socket.answer("interactive", Some(wrong)));
    assert_eq!(refused["errors"]["why"], "Say more");
    let (_, submitted) = tokio::join!(slack.drive("submit", json!({"user": "U_JARED"})), socket.take("interactive"));
    let payload = &submitted["payload"];
    assert_eq!(payload["type"], "view_submission");
    assert_eq!(payload["view"]["state"]["values"]["why"]["text"]["value"], "because");
    assert_eq!(slack.look("views?user=U_JARED").await["modals"], json!([]));
}

#[tokio::test]
async fn a_submission_can_put_another_modal_in_its_place() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    let (_, envelope) = tokio::join!(
        slack.drive("shortcut", json!({"user": "U_JARED", "callback_id": "ask"})),
        socket.take("interactive")
    );
    let trigger = envelope["payload"]["trigger_id"].clone();
    slack.api("views.open", json!({"trigger_id": trigger, "view": modal(&json!([{"type": "section", "text": {"type": "plain_text", "text": "a"}}]))})).await;
    let mut next = modal(&json!([{"type": "section", "text": {"type": "plain_text", "text": "a"}}]));
    next["callback_id"] = json!("next");
    let update = json!({"response_action": "update", "view": next});
    let (answered, _) =
        tokio::join!(slack.drive("submit", json!({"user": "U_JARED"})), socket.answer("interactive", Some(update)));
    assert_eq!(answered["response_action"], "update");
    assert_eq!(slack.look("views?user=U_JARED").await["modals"][0]["callback_id"], "next");
}

#[tokio::test]
async fn opening_the_app_tells_which_tab_and_shows_what_was_published() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    let home = json!({"type": "home", "blocks": button("go", "1")});
    slack.api("views.publish", json!({"user_id": "U_JARED", "view": home})).await;
    let opened = slack.drive("open", json!({"user": "U_JARED", "tab": "home"})).await;
    assert_eq!(opened["view"]["type"], "home");
    assert_eq!(socket.event("app_home_opened").await["event"]["tab"], "home");
    let click = json!({"user": "U_JARED", "home": true, "action_id": "go"});
    let (_, envelope) = tokio::join!(slack.drive("click", click), socket.take("interactive"));
    assert_eq!(envelope["payload"]["container"]["type"], "view");
    let prompts = json!([{"title": "Risk", "message": "Who is at risk?"}]);
    let channel = opened["channel"].clone();
    slack.api("assistant.threads.setSuggestedPrompts", json!({"channel_id": channel, "prompts": prompts})).await;
    let opened = slack.drive("open", json!({"user": "U_JARED", "tab": "messages"})).await;
    assert_eq!(opened["prompts"], prompts);
}

#[tokio::test]
async fn what_somebody_looks_at_comes_with_their_messages() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    slack.drive("context", json!({"user": "U_JARED", "channel": "C_ACCT_HOOLI"})).await;
    let changed = socket.event("app_context_changed").await["event"].clone();
    assert_eq!(changed["context"]["entities"][0]["value"], "C_ACCT_HOOLI");
    slack.says("U_JARED", "DM", "how are they?").await;
    let message = socket.event("message").await["event"].clone();
    assert_eq!(message["app_context"], changed["context"]);
    assert!(message["assistant_thread"]["action_token"].is_string());
}

#[tokio::test]
async fn pressing_stop_tells_the_app_which_streams_run() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    let root = slack.says("U_JARED", "DM", "why?").await;
    let start = json!({"channel": "D_JARED", "thread_ts": root});
    let ts = slack.api("chat.startStream", start).await["ts"].clone();
    slack.drive("stop", json!({"user": "U_JARED", "channel": "DM", "thread_ts": root})).await;
    let stopped = socket.event("agent_session_stopped").await["event"].clone();
    assert_eq!(stopped["streaming_message_ts"], json!([ts]));
    let append = json!({"channel": "D_JARED", "ts": ts, "markdown_text": "still here"});
    assert_eq!(slack.api("chat.appendStream", append.clone()).await["ok"], true);
    slack.drive("stop", json!({"user": "U_JARED", "channel": "DM", "thread_ts": root, "kill": true})).await;
    assert_eq!(slack.api("chat.appendStream", append).await["error"], "stopped_by_user");
}

#[tokio::test]
async fn a_link_is_unfurled_to_a_work_object_whose_details_open_beside() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    let url = "http://localhost:8080/accounts/hooli";
    let ts = slack.says("U_JARED", "C_GENERAL", &format!("look: {url}")).await;
    let shared = socket.event("link_shared").await["event"].clone();
    assert_eq!(shared["links"], json!([{"url": url, "domain": "localhost"}]));
    let entity = json!({"app_unfurl_url": url, "url": url, "external_ref": {"id": "hooli"},
        "entity_type": "slack#/entities/item", "entity_payload": {"attributes": {"title": {"text": "Hooli"}}}});
    let unfurl =
        json!({"unfurl_id": shared["unfurl_id"], "source": shared["source"], "metadata": {"entities": [entity]}});
    assert_eq!(slack.api("chat.unfurl", unfurl).await["ok"], true);
    let open = json!({"user": "U_JARED", "channel": "C_GENERAL", "ts": ts, "url": url});
    slack.drive("open_link", open).await;
    let asked = socket.event("entity_details_requested").await["event"].clone();
    assert_eq!(asked["external_ref"]["id"], "hooli");
    let present = json!({"trigger_id": asked["trigger_id"], "metadata": entity});
    assert_eq!(slack.api("entity.presentDetails", present).await["ok"], true);
    let pane = slack.look("views?user=U_JARED").await["pane"].clone();
    assert_eq!(pane["metadata"]["external_ref"]["id"], "hooli");
}

#[tokio::test]
async fn the_app_hears_of_its_own_messages_and_of_another_apps() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    slack.api("chat.postMessage", json!({"channel": "C_GENERAL", "text": "mine"})).await;
    assert_eq!(socket.event("message").await["event"]["bot_id"], "B_SUCCESS");
    slack.drive("users", json!({"id": "U_CI", "name": "Build", "kind": "app"})).await;
    slack.drive("join", json!({"user": "U_CI", "channel": "C_GENERAL"})).await;
    slack.says("U_CI", "C_GENERAL", "<@BOT> broken").await;
    assert_eq!(socket.event("app_mention").await["event"]["bot_id"], "B_CI");
}

#[tokio::test]
async fn a_button_of_a_work_object_says_which_link_it_belongs_to() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    let url = "http://localhost:8080/accounts/hooli";
    let ts = slack.says("U_JARED", "C_GENERAL", url).await;
    let actions = json!({"primary_actions": [{"text": "Why", "action_id": "why", "value": "hooli"}]});
    let payload = json!({"attributes": {"title": {"text": "Hooli"}}, "actions": actions});
    let entity = json!({"app_unfurl_url": url, "external_ref": {"id": "hooli"}, "entity_type": "item",
        "entity_payload": payload});
    let unfurl = json!({"channel": "C_GENERAL", "ts": ts, "metadata": {"entities": [entity]}});
    assert_eq!(slack.api("chat.unfurl", unfurl).await["ok"], true);
    let click = json!({"user": "U_MONICA", "channel": "C_GENERAL", "ts": ts, "url": url, "action_id": "why"});
    let (_, envelope) = tokio::join!(slack.drive("click", click), socket.take("interactive"));
    assert_eq!(envelope["payload"]["container"]["app_unfurl_url"], url);
    assert_eq!(envelope["payload"]["actions"][0]["value"], "hooli");
}

#[tokio::test]
async fn a_removed_app_is_told_and_its_token_ends() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    slack.drive("revoke", json!({})).await;
    assert_eq!(socket.event("tokens_revoked").await["event"]["tokens"]["bot"], json!(["U_BOT"]));
    assert_eq!(slack.api("auth.test", json!({})).await["error"], "token_revoked");
}

#[tokio::test]
async fn people_in_a_shared_channel_and_in_a_whole_organization_are_told_apart() {
    let slack = slack().await;
    let mut socket = slack.connect().await;
    slack.says("U_CONNECT", "C_CONNECT", "<@BOT> what do you know of us?").await;
    let mention = socket.event("app_mention").await;
    assert_eq!((&mention["is_ext_shared_channel"], &mention["event"]["user_team"]), (&json!(true), &json!("T_HOOLI")));
    let asked = slack.api("users.info", json!({"user": "U_CONNECT"})).await;
    assert_eq!(asked["user"]["is_stranger"], true);
    slack.drive("org", json!({"on": true})).await;
    let (_, envelope) = tokio::join!(
        slack.drive("shortcut", json!({"user": "U_JARED", "callback_id": "ask"})),
        socket.take("interactive")
    );
    assert_eq!(envelope["payload"]["team"], Value::Null);
    assert_eq!(envelope["payload"]["enterprise"]["id"], "E_PIEDPIPER");
}

#[tokio::test]
async fn onlookers_are_told_what_changed() {
    let slack = slack().await;
    let mut response = slack.http.get(format!("{}/changes", slack.emulator.driver_url())).send().await.unwrap();
    let mut told = String::new();
    slack.says("U_JARED", "C_GENERAL", "hello").await;
    while !told.contains("C_GENERAL") {
        told.push_str(std::str::from_utf8(&response.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert!(told.starts_with("data: {"), "{told}");
}
