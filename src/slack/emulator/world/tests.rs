//! The world as a machine: what happens when, and what the app is told of it.

use serde_json::{Value, json};

use super::super::app::AppRecord;
use super::super::methods::{Args, find};
use super::super::options::RateLimits;
use super::*;

fn world() -> World {
    World::new(1_700_000_000 * SECOND, AppRecord::new(None), RateLimits::Off)
}

fn call(world: &mut World, method: &str, arguments: &Value) -> Result<Value, String> {
    let args = Args(arguments.as_object().cloned().unwrap_or_default());
    (find(method).unwrap().run)(world, &args).map_err(|refusal| refusal.error)
}

fn says(world: &mut World, user: &str, channel: &str, text: &str) -> Ts {
    let channel = if channel == "DM" { world.direct_message(user) } else { channel.to_owned() };
    let text = as_typed(text);
    world.post(Draft { channel, user: user.to_owned(), text, ..Draft::default() })
}

/// The types of the events that wait, in order.
fn told(world: &mut World) -> Vec<String> {
    std::mem::take(&mut world.outbox).into_iter().map(|outgoing| outgoing.name).collect()
}

fn stream(world: &mut World) -> (String, String) {
    let root = says(world, "U_JARED", "DM", "hi").to_string();
    let channel = "D_JARED".to_owned();
    let started = call(world, "chat.startStream", &json!({"channel": channel, "thread_ts": root})).unwrap();
    (channel, started["ts"].as_str().unwrap().to_owned())
}

#[test]
fn no_two_messages_have_the_same_ts_and_later_ones_have_later_ones() {
    let mut world = world();
    let first = says(&mut world, "U_JARED", "C_GENERAL", "one");
    let second = says(&mut world, "U_JARED", "G_PRIVATE", "two");
    assert!(first < second);
}

#[test]
fn a_mention_in_a_channel_gives_two_events_with_the_same_ts() {
    let mut world = world();
    let ts = says(&mut world, "U_JARED", "C_GENERAL", "<@BOT> hi").to_string();
    let events: Vec<Value> = std::mem::take(&mut world.outbox).into_iter().map(|outgoing| outgoing.body).collect();
    let types: Vec<&str> = events.iter().map(|event| event["event"]["type"].as_str().unwrap()).collect();
    assert_eq!(types, ["app_mention", "message"]);
    assert!(events.iter().all(|event| event["event"]["ts"] == ts.as_str()));
    assert_ne!(events[0]["event_id"], events[1]["event_id"]);
}

#[test]
fn a_direct_message_is_told_once_and_names_no_mention() {
    let mut world = world();
    says(&mut world, "U_JARED", "DM", "<@BOT> hi");
    assert_eq!(told(&mut world), ["message"]);
}

#[test]
fn nothing_is_told_of_a_channel_the_bot_has_left() {
    let mut world = world();
    world.join("U_BOT", "C_GENERAL", false);
    told(&mut world);
    says(&mut world, "U_JARED", "C_GENERAL", "<@BOT> hi");
    assert_eq!(told(&mut world), Vec::<String>::new());
    let refused = call(&mut world, "chat.postMessage", &json!({"channel": "C_GENERAL", "text": "x"}));
    assert_eq!(refused, Err("not_in_channel".to_owned()));
}

#[test]
fn a_stream_runs_out_after_five_minutes_and_only_a_change_repairs_it() {
    let mut world = world();
    let (channel, ts) = stream(&mut world);
    let append = json!({"channel": channel, "ts": ts, "markdown_text": "a"});
    call(&mut world, "chat.appendStream", &append).unwrap();
    let change = json!({"channel": channel, "ts": ts, "text": "whole"});
    assert_eq!(call(&mut world, "chat.update", &change), Err("streaming_state_conflict".to_owned()));
    let target = json!({"channel": channel, "ts": ts});
    assert_eq!(call(&mut world, "chat.delete", &target), Err("cant_delete_message".to_owned()));
    world.advance_to(world.now + 5 * MINUTE);
    let expected = Err("message_not_in_streaming_state".to_owned());
    assert_eq!(call(&mut world, "chat.appendStream", &append), expected);
    assert_eq!(call(&mut world, "chat.stopStream", &target), expected);
    assert_eq!(call(&mut world, "chat.update", &change).unwrap()["message"]["text"], "whole");
}

#[test]
fn tasks_replace_their_title_and_add_to_their_details() {
    let mut world = world();
    let (channel, ts) = stream(&mut world);
    for (title, details, status) in [("Look", "a", "in_progress"), ("Looked", "b", "complete")] {
        let chunk = json!({"type": "task_update", "id": "1", "title": title, "status": status, "details": details});
        call(&mut world, "chat.appendStream", &json!({"channel": channel, "ts": ts, "chunks": [chunk]})).unwrap();
    }
    let message = world.message(&channel, ts.parse().unwrap()).unwrap();
    let shown = message.stream.as_ref().unwrap().json();
    assert_eq!(shown["tasks"][0]["title"], "Looked");
    assert_eq!(shown["tasks"][0]["details"], "ab");
}

#[test]
fn a_stream_stopped_with_open_tasks_goes_wrong_for_the_reader() {
    let mut world = world();
    let (channel, ts) = stream(&mut world);
    let chunk = json!({"type": "task_update", "id": "1", "title": "Look", "status": "in_progress"});
    call(&mut world, "chat.stopStream", &json!({"channel": channel, "ts": ts, "chunks": [chunk]})).unwrap();
    let stopped = world.message(&channel, ts.parse().unwrap()).unwrap();
    assert_eq!(stopped.stream.as_ref().unwrap().json()["tasks"][0]["status"], "error");
    assert!(world.problems().iter().any(|problem| problem.what == "a stream was stopped with tasks still open"));
}

#[test]
fn a_stream_in_a_channel_needs_a_recipient_and_a_thread() {
    let mut world = world();
    let root = says(&mut world, "U_JARED", "C_GENERAL", "<@BOT> hi").to_string();
    let mut given = json!({"channel": "C_GENERAL"});
    for (error, name, value) in [
        ("missing_recipient_user_id", "recipient_user_id", "U_JARED"),
        ("missing_recipient_team_id", "recipient_team_id", "T_PIEDPIPER"),
        ("invalid_thread_ts", "thread_ts", &root),
    ] {
        assert_eq!(call(&mut world, "chat.startStream", &given), Err(error.to_owned()));
        given[name] = json!(value);
    }
    assert!(call(&mut world, "chat.startStream", &given).is_ok());
}

#[test]
fn a_session_works_from_the_start_of_a_stream_and_at_most_an_hour() {
    let mut world = world();
    let (channel, _) = stream(&mut world);
    let key = world.threads.keys().find(|(place, _)| *place == channel).cloned().unwrap();
    assert_eq!(world.threads[&key].session, Some(SessionState::Processing));
    world.advance_to(world.now + 60 * MINUTE);
    assert_eq!(world.threads[&key].session, Some(SessionState::Active));
    assert_eq!(world.working().count(), 0);
}

#[test]
fn a_trigger_opens_one_modal_within_three_seconds() {
    let mut world = world();
    let view = json!({"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]});
    let (good, late) = (world.trigger("U_JARED"), world.trigger("U_JARED"));
    let open = |world: &mut World, id: &str| call(world, "views.open", &json!({"trigger_id": id, "view": view}));
    assert!(open(&mut world, &good).is_ok());
    assert_eq!(open(&mut world, &good), Err("exchanged_trigger_id".to_owned()));
    world.advance_to(world.now + 4 * SECOND);
    assert_eq!(open(&mut world, &late), Err("expired_trigger_id".to_owned()));
    assert_eq!(open(&mut world, "made up"), Err("invalid_trigger_id".to_owned()));
}

#[test]
fn three_modals_lie_on_each_other_and_no_more() {
    let mut world = world();
    let view = json!({"type": "modal", "title": {"type": "plain_text", "text": "T"}, "blocks": [{"type": "divider"}]});
    for (method, expected) in
        [("views.open", None), ("views.push", None), ("views.push", None), ("views.push", Some("push_limit_reached"))]
    {
        let trigger = world.trigger("U_JARED");
        let pushed = call(&mut world, method, &json!({"trigger_id": trigger, "view": view}));
        assert_eq!(pushed.err().as_deref(), expected);
    }
    assert_eq!(world.person("U_JARED").unwrap().modals.len(), 3);
}

#[test]
fn a_home_tab_is_not_overwritten_with_an_old_hash() {
    let mut world = world();
    let publish = |world: &mut World, hash: Option<&str>| {
        let view = json!({"type": "home", "blocks": [{"type": "divider"}]});
        call(world, "views.publish", &json!({"user_id": "U_JARED", "view": view, "hash": hash}))
    };
    let first = publish(&mut world, None).unwrap();
    let old = first["view"]["hash"].as_str().unwrap();
    assert_ne!(publish(&mut world, Some(old)).unwrap()["view"]["hash"], old);
    assert_eq!(publish(&mut world, Some(old)), Err("hash_conflict".to_owned()));
}

#[test]
fn an_answer_address_works_five_times_within_half_an_hour() {
    let mut world = world();
    let id = |url: String| url.rsplit('/').next().unwrap_or_default().to_owned();
    let used = id(world.response_url("C_GENERAL", "U_JARED", None));
    for _ in 0..5 {
        assert!(world.use_response_url(&used).is_ok());
    }
    assert_eq!(world.use_response_url(&used).unwrap_err().error, "used_url");
    let old = id(world.response_url("C_GENERAL", "U_JARED", None));
    world.advance_to(world.now + 31 * MINUTE);
    assert_eq!(world.use_response_url(&old).unwrap_err().error, "expired_url");
}

#[test]
fn a_channel_keeps_its_latest_ten_thousand_messages() {
    let mut world = world();
    let first = says(&mut world, "U_JARED", "C_GENERAL", "first");
    world.set_status_text("C_GENERAL", first, "works", Vec::new());
    for _ in 0..10_000 {
        says(&mut world, "U_JARED", "C_GENERAL", "more");
        world.outbox.clear();
    }
    assert_eq!(world.channel("C_GENERAL").unwrap().messages.len(), 10_000);
    assert!(world.message("C_GENERAL", first).is_none());
    assert!(world.threads.is_empty(), "what hung on a dropped thread is dropped too");
}

#[test]
fn what_the_app_should_not_have_done_is_noticed() {
    let mut world = world();
    let metadata = json!({"event_type": "answer", "event_payload": {"turn": "7"}});
    for text in ["one", "<!channel> two"] {
        let post = json!({"channel": "C_GENERAL", "text": text, "metadata": metadata});
        call(&mut world, "chat.postMessage", &post).unwrap();
    }
    let whats: Vec<String> = world.problems().into_iter().map(|problem| problem.what).collect();
    assert_eq!(whats, ["a control sequence was posted", "two messages carry the same turn"]);
}
