//! Signed HTTP: the routes answer as Bolt does, and the agent works over them as over sockets.

use serde_json::{Value, json};
use success_agent::domain::account::Section;

use crate::harness::slack::{SlackWorld, shown};
use crate::harness::slack_battery::{Signed, battery};
use crate::harness::slack_company::company;

const HERE: &str = "C_GENERAL";

async fn send(base: &str, request: &Signed) -> (u16, String) {
    let mut sent = reqwest::Client::new().post(format!("{base}{}", request.path)).body(request.body.clone());
    for (name, value) in &request.headers {
        sent = sent.header(name, value);
    }
    let response = sent.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_routes_answer_a_battery_of_requests_as_bolt_does() {
    let world = SlackWorld::over_http(&company(), |_, _| {}).await;
    let base = world.get("/state").await["transport"]["deliver_to"].as_str().unwrap().to_owned();
    let secret = world.emulator.signing_secret().to_owned();
    let requests = tokio::task::spawn_blocking(move || battery(&secret, chrono::Utc::now().timestamp())).await.unwrap();
    let (mut wrong, mut seen) = (Vec::new(), std::collections::BTreeSet::new());
    for request in &requests {
        let (status, body) = send(&base, request).await;
        seen.insert(status);
        if status != request.status {
            wrong.push(format!(
                "{}: {status} {body}, not {}; Bolt says {:?}",
                request.name, request.status, request.bolt
            ));
        }
        if request.bolt.1.contains("challenge") && request.bolt.0 == 200 {
            let (ours, theirs): (Value, Value) =
                (serde_json::from_str(&body).unwrap(), serde_json::from_str(&request.bolt.1).unwrap());
            assert_eq!(ours["challenge"], theirs["challenge"], "{}", request.name);
        }
        assert!(!body.contains("panicked") && body.len() < 4_000, "{}: {body}", request.name);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!([200, 400, 401, 413].iter().all(|status| seen.contains(status)), "{seen:?}");
    world.until_done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_a_command_a_button_and_a_dialog_work_over_http() {
    let world = SlackWorld::over_http(&company(), |_, _| {}).await;
    world.say("U_JARED", HERE, "<@BOT> what did Hooli say about single sign-on?", None).await;
    let answer = world.until_answers(HERE, "U_JARED", 1).await.pop().unwrap();
    assert!(shown(&answer).contains("single sign-on"), "{}", shown(&answer));
    let card = world.types("U_JARED", HERE, "/route crane.dev pipeline they signed", "Done").await;
    world.click("U_JARED", HERE, &card, "proposal_undo").await;
    world.until_button(HERE, "U_JARED", &card["ts"], None).await;
    assert_eq!(world.account("crane.dev").await.section, Section::Health);
    world.command("U_JARED", HERE, "/route crane.dev").await;
    world.dialog("U_JARED", "modal_route").await;
    assert_eq!(world.submit("U_JARED", json!({"section": {"section": "pipeline"}})).await["ok"], true);
    world.until_said(HERE, "U_JARED", "Done: Route Crane to Pipeline").await;
    let menu = json!({"user": "U_JARED", "action_id": "account_pick", "value": "hoo"});
    world.command("U_JARED", HERE, "/untrack").await;
    world.dialog("U_JARED", "modal_untrack").await;
    assert_eq!(world.act("/suggest", menu).await["options"][0]["value"], "hooli.com");
    world.until_done().await;
    assert_eq!(world.get("/problems").await, json!([]));
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_event_delivered_four_times_is_answered_once() {
    let world = SlackWorld::over_http(&company(), |_, _| {}).await;
    let state = world.get("/state").await;
    let (base, bot) = (state["transport"]["deliver_to"].as_str().unwrap(), state["bot"]["user_id"].as_str().unwrap());
    let ts = world.say("U_RICHARD", HERE, "hello", None).await;
    let event = json!({"type": "event_callback", "team_id": state["team"]["id"], "api_app_id": state["bot"]["app_id"], "event_id": "Ev_AGAIN",
        "event": {"type": "app_mention", "user": "U_JARED", "channel": HERE, "channel_type": "channel", "ts": ts, "text": format!("<@{bot}> when does Crane renew?")}});
    for number in 0..4 {
        let body = event.to_string();
        let stamp = chrono::Utc::now().timestamp().to_string();
        let mut sent = reqwest::Client::new()
            .post(format!("{base}/slack/events"))
            .header("content-type", "application/json")
            .header("x-slack-request-timestamp", &stamp)
            .header("x-slack-signature", signature(world.emulator.signing_secret(), &stamp, &body));
        if number > 0 {
            sent = sent.header("x-slack-retry-num", number).header("x-slack-retry-reason", "http_timeout");
        }
        assert_eq!(sent.body(body).send().await.unwrap().status(), 200);
    }
    world.until_answers(HERE, "U_JARED", 1).await;
    world.until_done().await;
    assert_eq!(world.agent_said(HERE, "U_JARED").await.len(), 1);
    world.check().await;
}

fn signature(secret: &str, stamp: &str, body: &str) -> String {
    use hmac::{KeyInit as _, Mac as _};
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("v0:{stamp}:{body}").as_bytes());
    format!("v0={}", hex::encode(mac.finalize().into_bytes()))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_for_a_whole_organization_is_answered_too() {
    let world = SlackWorld::over_http(&company(), |_, _| {}).await;
    world.act("/org", json!({"on": true})).await;
    world.say("U_JARED", HERE, "<@BOT> when does Crane renew?", None).await;
    world.until_answers(HERE, "U_JARED", 1).await;
    let card = world.types("U_JARED", HERE, "/route crane.dev pipeline they signed", "Done").await;
    world.click("U_JARED", HERE, &card, "proposal_undo").await;
    world.until_button(HERE, "U_JARED", &card["ts"], None).await;
    world.until_done().await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_database_is_away_nothing_is_acknowledged_that_was_not_written_down() {
    let world = SlackWorld::over_http(&company(), |_, _| {}).await;
    let mut connection = world.world.database.connection().await;
    // The table is away, so that nothing can be written down for a while; Slack gives up and comes again.
    sqlx::query("alter table slack_received rename to slack_received_away").execute(&mut connection).await.unwrap();
    world.say("U_JARED", HERE, "<@BOT> when does Crane renew?", None).await;
    world
        .until("a refusal", async || {
            let deliveries = world.get("/deliveries").await;
            deliveries.as_array().unwrap().iter().any(|one| one["status"] == "http_error").then_some(())
        })
        .await;
    sqlx::query("alter table slack_received_away rename to slack_received").execute(&mut connection).await.unwrap();
    world.until_brought_again().await;
    world.until_answers(HERE, "U_JARED", 1).await;
    world.until_done().await;
    assert_eq!(world.agent_said(HERE, "U_JARED").await.len(), 1);
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_down_while_it_cannot_be_sorted_is_answered_later() {
    let world = SlackWorld::over_http(&company(), |_, _| {}).await;
    let mut connection = world.world.database.connection().await;
    sqlx::query("alter table slack_inbox rename to slack_inbox_away").execute(&mut connection).await.unwrap();
    world.say("U_JARED", HERE, "<@BOT> when does Crane renew?", None).await;
    world.until_delivered().await;
    sqlx::query("alter table slack_inbox_away rename to slack_inbox").execute(&mut connection).await.unwrap();
    world
        .until("it is sorted", async || {
            // What has failed waits for a minute.
            let mut connection = world.world.database.connection().await;
            sqlx::query("update slack_received set try_at = null").execute(&mut connection).await.unwrap();
            let left: i64 =
                sqlx::query_scalar("select count(*) from slack_received").fetch_one(&mut connection).await.unwrap();
            (left == 0).then_some(())
        })
        .await;
    world.until_answers(HERE, "U_JARED", 1).await;
    world.until_done().await;
    assert_eq!(world.agent_said(HERE, "U_JARED").await.len(), 1);
    world.check().await;
}
