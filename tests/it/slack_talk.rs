//! Asking in Slack: mentions, direct messages, threads, bursts, stop, and who reads along.

use serde_json::json;

use crate::harness::slack::{SlackWorld, accounts, shown};
use crate::harness::slack_company::company;

#[tokio::test(flavor = "multi_thread")]
async fn a_mention_is_answered_once_in_its_thread_with_evidence() {
    let world = SlackWorld::with(&accounts(), |_, _| {}).await;
    let ts = world.say("U_MONICA", "C_GENERAL", "<@BOT> what did Hooli say about single sign-on?", None).await;
    let answer = world.until_said("C_GENERAL", "U_JARED", "single sign-on").await;
    assert_eq!(answer["thread_ts"], ts, "{answer:#}");
    world.until_idle().await;
    let said = world.agent_said("C_GENERAL", "U_JARED").await;
    assert_eq!(said.len(), 1, "one answer, which the first sign became: {said:#?}");
    assert!(shown(&said[0]).contains("Dana Whitfield"), "{}", shown(&said[0]));
    assert_eq!(world.get("/problems").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follow_up_needs_no_mention_and_talk_between_people_is_left_alone() {
    let world = SlackWorld::with(&accounts(), |_, _| {}).await;
    let ts = world.say("U_MONICA", "C_GENERAL", "<@BOT> who owns Hooli?", None).await;
    world.until_said("C_GENERAL", "U_MONICA", "monica@piedpiper.com").await;
    world.say("U_MONICA", "C_GENERAL", "when do they renew?", Some(&ts)).await;
    world
        .until("a second answer", async || (world.agent_said("C_GENERAL", "U_MONICA").await.len() == 2).then_some(()))
        .await;
    world.say("U_JARED", "C_GENERAL", "I'll call them tomorrow", Some(&ts)).await;
    world.say("U_JARED", "C_GENERAL", "lunch?", None).await;
    world.until_idle().await;
    assert_eq!(world.agent_said("C_GENERAL", "U_MONICA").await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_direct_messages_an_answer_streams_and_the_session_is_left() {
    let world = SlackWorld::with(&accounts(), |_, _| {}).await;
    world.say("U_MONICA", "DM", "why is Hooli critical?", None).await;
    let state = world.get("/state").await;
    let channel =
        state["channels"].as_array().unwrap().iter().find(|channel| channel["user"] == "U_MONICA").unwrap()["id"]
            .clone();
    let channel = channel.as_str().unwrap();
    let answer = world.until_said(channel, "U_MONICA", "critical at").await;
    world.until_idle().await;
    assert_eq!(answer["streaming"], false, "{answer:#}");
    assert_eq!(world.get("/problems").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_direct_message_a_question_may_point_back_to_the_one_typed_above_it() {
    let world = SlackWorld::with(&company(), |_, _| {}).await;
    let direct = world.direct("U_JARED").await;
    world.say("U_JARED", "DM", "who owns Crane?", None).await;
    world.until_answers(&direct, "U_JARED", 1).await;
    let ts = world.say("U_JARED", "DM", "and when do they renew?", None).await;
    let answer = world.until_answers(&direct, "U_JARED", 2).await.pop().unwrap();
    assert_eq!(answer["thread_ts"], ts, "it is answered below itself: {answer:#}");
    assert!(shown(&answer).contains("Crane") && shown(&answer).contains("renew"), "{}", shown(&answer));
    // Half an hour later it is another matter.
    world.act("/clock", json!({"advance_seconds": 3600})).await;
    world.say("U_JARED", "DM", "and when do they renew?", None).await;
    let answer = world.until_answers(&direct, "U_JARED", 3).await.pop().unwrap();
    assert!(!shown(&answer).contains("Crane"), "{}", shown(&answer));
    world.until_done().await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_outsiders_read_along_the_answer_goes_to_the_asker_alone() {
    let world = SlackWorld::with(&accounts(), |_, _| {}).await;
    for channel in ["C_CONNECT", "C_GUEST"] {
        world.say("U_MONICA", channel, "<@BOT> what is the ARR of Hooli?", None).await;
        world.until_said(channel, "U_MONICA", "direct message").await;
        world.until_idle().await;
        let everything: String = world.seen(channel, "U_MONICA").await.iter().map(shown).collect();
        assert!(!everything.contains("240,000"), "{everything}");
    }
    let state = world.get("/state").await;
    let private = state["channels"].as_array().unwrap().iter().find(|channel| channel["user"] == "U_MONICA").unwrap();
    world.until_said(private["id"].as_str().unwrap(), "U_MONICA", "240,000").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_is_told_that_they_may_not_ask() {
    let world = SlackWorld::with(&accounts(), |_, _| {}).await;
    world.say("U_GUEST", "C_GUEST", "<@BOT> what is the ARR of Hooli?", None).await;
    world.until_said("C_GUEST", "U_GUEST", "Guests cannot use me").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_in_a_thread_that_is_being_answered_gets_no_second_answer_of_its_own() {
    let world = SlackWorld::with(&accounts(), |_, _| {}).await;
    let ts = world.say("U_MONICA", "C_GENERAL", "<@BOT> who owns Hooli?", None).await;
    for _ in 0..3 {
        world.say("U_MONICA", "C_GENERAL", "<@BOT> when do they renew?", Some(&ts)).await;
    }
    world.until_said("C_GENERAL", "U_MONICA", "monica@piedpiper.com").await;
    world.until_idle().await;
    assert_eq!(world.agent_said("C_GENERAL", "U_MONICA").await.len(), 1, "a burst is one question");
    assert_eq!(world.get("/problems").await, json!([]));
}
