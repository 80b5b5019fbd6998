//! What to know before a meeting comes to the owner by itself: once, in time, for the time the meeting is set for.

use serde_json::{Value, json};
use success_agent::app::App;
use success_agent::domain::task::{QueuedTask, Task};
use success_agent::jobs::Bench;
use success_agent::store::{BriefRecord, BriefState};
use tokio_util::sync::CancellationToken;

use crate::harness::mail_server::{MailServer, Manner};
use crate::harness::world::World;

const LENA: &str = "lena@team.example";

/// The world's day begins at noon; the meeting is at three.
const BEFORE: &str = "2026-06-15T14:10:00Z";

fn account() -> Value {
    json!({"type": "account", "domain": "dock.example", "name": "Dock House", "owner_email": LENA,
        "contacts": [{"name": "Rolf Abt", "email": "rolf@dock.example", "title": "Dock master", "primary": true}]})
}

fn meeting(at: &str, canceled: bool) -> Value {
    json!({"type": "meeting", "id": "d/1", "account": "dock.example", "title": "Crane talk", "starts_at": at,
        "participants": [{"name": "Rolf Abt", "email": "rolf@dock.example"}], "canceled": canceled})
}

fn at_three() -> Value {
    meeting("2026-06-15T15:00:00Z", false)
}

/// The look of a minute: what is due is written down, and the workers do it.
async fn looked(app: &App) {
    app.enqueue_due_briefs().await.unwrap();
    let queued = app.store().tasks(app.workspace(), 100).await.unwrap();
    let briefs = queued.into_iter().filter(|queued| matches!(queued.task, Task::SendBrief { .. }));
    for QueuedTask { id, task, .. } in briefs {
        let bench = Bench { app: app.clone(), slack: None, stop: CancellationToken::new() };
        let _ = Box::pin(bench.perform(&task, false)).await;
        app.store().drop_task(app.workspace(), id).await.unwrap();
    }
}

/// The briefs of the meeting, for the latest time it was set for first.
async fn briefs(app: &App) -> Vec<BriefRecord> {
    app.store().briefs_of(app.workspace(), &["d/1".to_owned()]).await.unwrap()
}

async fn with_mail(records: &[Value], server: &MailServer, now: &str) -> World {
    let mut world = Box::pin(World::with(records, |_| {})).await;
    world.config.mail = Some(server.config());
    Box::pin(world.at(now)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_gets_the_brief_an_hour_before_and_once() {
    let server = MailServer::start(Manner::Takes).await;
    let world = with_mail(&[account(), at_three()], &server, "2026-06-15T13:50:00Z").await;
    looked(&world.app).await;
    assert!(server.messages().is_empty(), "it is more than an hour to go");
    let world = world.at(BEFORE).await;
    looked(&world.app).await;
    looked(&world.app).await;
    let world = world.at("2026-06-15T14:40:00Z").await;
    looked(&world.app).await;
    let messages = server.messages();
    assert_eq!(messages.len(), 1);
    for part in ["To: lena@team.example", "Crane talk", "Dock House is", "Rolf Abt, Dock master", "Evidence"] {
        assert!(messages[0].contains(part), "{part}: {}", messages[0]);
    }
    assert_eq!(briefs(&world.app).await[0].state, BriefState::Sent);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_that_is_moved_is_briefed_on_for_its_new_time_once() {
    let server = MailServer::start(Manner::Takes).await;
    let world = with_mail(&[account(), at_three()], &server, BEFORE).await;
    looked(&world.app).await;
    world.import(&[meeting("2026-06-15T18:00:00Z", false)]).await;
    looked(&world.app).await;
    assert_eq!(server.messages().len(), 1, "the new time is hours away");
    let world = world.at("2026-06-15T17:30:00Z").await;
    looked(&world.app).await;
    looked(&world.app).await;
    assert_eq!(server.messages().len(), 2);
    assert_eq!(briefs(&world.app).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_brief_comes_of_a_meeting_that_is_off_or_began_before_it_was_known() {
    let server = MailServer::start(Manner::Takes).await;
    let world = with_mail(&[account(), meeting("2026-06-15T15:00:00Z", true)], &server, BEFORE).await;
    looked(&world.app).await;
    let world = world.at("2026-06-15T15:05:00Z").await;
    world.import(&[at_three()]).await;
    looked(&world.app).await;
    assert!(server.messages().is_empty() && briefs(&world.app).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_go_out_is_tried_until_the_meeting_begins_and_then_given_up_with_its_reason() {
    let server = MailServer::start(Manner::Refuses).await;
    let world = with_mail(&[account(), at_three()], &server, BEFORE).await;
    looked(&world.app).await;
    looked(&world.app).await;
    let waits = briefs(&world.app).await.remove(0);
    assert!(waits.state == BriefState::Made && waits.note.is_some(), "{waits:?}");
    let world = world.at("2026-06-15T15:00:10Z").await;
    looked(&world.app).await;
    let missed = briefs(&world.app).await.remove(0);
    assert_eq!(missed.state, BriefState::Missed);
    assert!(missed.note.unwrap().contains("The meeting began before it could go out: "));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_broke_off_half_way_is_not_sent_a_second_time() {
    let server = MailServer::start(Manner::Breaks).await;
    let world = with_mail(&[account(), at_three()], &server, BEFORE).await;
    looked(&world.app).await;
    looked(&world.app).await;
    let failed = briefs(&world.app).await.remove(0);
    assert!(failed.state == BriefState::Failed && failed.note.is_some(), "{failed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn without_mail_and_slack_the_brief_is_kept_to_be_read_on_the_page() {
    let world = World::with(&[account(), at_three()], |_| {}).await.at(BEFORE).await;
    looked(&world.app).await;
    let served = world.served().await;
    let listed = served.get("/api/meetings?account=dock.example").await;
    let brief = &listed["meetings"][0]["brief"];
    assert_eq!((&brief["state"], &brief["to"]), (&json!("sent"), &json!("web")), "{listed}");
    let conversation = brief["conversation"].as_str().unwrap();
    let kept = served.get(&format!("/api/conversations/{conversation}")).await;
    assert!(kept.to_string().contains("Dock House is"), "{kept}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_comes_by_itself_where_that_is_turned_off() {
    let world = World::with(&[account(), at_three()], |config| config.meetings.brief_minutes_before = 0).await;
    let world = world.at(BEFORE).await;
    looked(&world.app).await;
    assert!(briefs(&world.app).await.is_empty());
}
