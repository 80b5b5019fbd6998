//! Digests in the local Slack: asked for with a command, posted once, acknowledged with a button, and not where outsiders
//! read along.

use serde_json::Value;
use success_agent::app::{DigestWanted, Origin};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::task::Task;
use success_agent::store::EditionState;

use crate::harness::slack::{SlackWorld, buttons, shown};
use crate::harness::slack_acts::is_answer;
use crate::harness::slack_company::company;

const HERE: &str = "C_GENERAL";

async fn world() -> SlackWorld {
    SlackWorld::with(&company(), |_, _| {}).await
}

async fn posted(world: &SlackWorld, channel: &str, user: &str) -> Vec<Value> {
    let said = world.agent_said(channel, user).await;
    said.into_iter().filter(|message| buttons(message).iter().any(|id| id.starts_with("digest_acknowledge"))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_is_asked_for_sent_once_and_its_row_acknowledged() {
    let world = world().await;
    world.types("U_MONICA", HERE, "/digest", "You have no digest").await;
    world.types("U_MONICA", HERE, "/digest add whenever", "no schedule").await;
    world.types("U_MONICA", HERE, "/digest add Mondays 8:30", "Added").await;
    let preview = world.types("U_MONICA", HERE, "/digest preview", "Start with Hooli").await;
    assert_eq!(preview["only_for"], "U_MONICA");
    world.types("U_JARED", HERE, "/digest preview", "You have no digest yet").await;
    world.types("U_MONICA", HERE, "/digest send", "on its way").await;
    let message = world.until("the digest", async || posted(&world, HERE, "U_JARED").await.into_iter().next()).await;
    let told = shown(&message);
    assert!(told.contains("NEW") && told.contains("Next:") && told.contains("Looked at"), "{told}");

    // Whoever tries it again finds it there.
    let app = &world.world.app;
    let digest = app.digests().await.unwrap().remove(0);
    let task = Task::SendDigest { workspace: app.workspace(), digest: digest.id };
    app.store().enqueue(&task, None).await.unwrap();
    world.until_done().await;
    assert_eq!(posted(&world, HERE, "U_JARED").await.len(), 1);

    world.click("U_MONICA", HERE, &message, "digest_acknowledge#1").await;
    world
        .until("the row says so", async || {
            let now = world.message(HERE, "U_JARED", &message["ts"]).await;
            shown(&now).contains("Monica sees to it").then_some(())
        })
        .await;
    let listed = world.types("U_MONICA", HERE, "/digest", "Mondays at 08:30").await;
    assert!(shown(&listed).contains("to slack:C_GENERAL"), "{}", shown(&listed));
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_digest_is_taken_with_a_button_and_a_reply_below_it_asks_about_its_account() {
    let world = world().await;
    let offer = world.types("U_MONICA", HERE, "/digest", "You have no digest").await;
    world.click("U_MONICA", HERE, &offer, "digest_first").await;
    world.until_done().await;
    let app = &world.world.app;
    let [digest] = app.digests().await.unwrap().try_into().unwrap();
    assert_eq!(digest.schedule.words(), "Mondays at 08:30 (America/Los_Angeles)", "where Slack says she lives");
    assert_eq!(digest.to.to_string(), "slack:C_GENERAL");
    world.types("U_MONICA", HERE, "/digest", "Mondays at 08:30").await;

    world.types("U_MONICA", HERE, "/digest send", "on its way").await;
    let message = world.until("the digest", async || posted(&world, HERE, "U_JARED").await.into_iter().next()).await;
    let ts = message["ts"].as_str().unwrap();
    world.until_done().await;
    world.say("U_JARED", HERE, "when do they renew?", Some(ts)).await;
    let answer = world.until_answers(HERE, "U_JARED", 1).await.pop().unwrap();
    assert!(shown(&answer).contains("Hooli"), "the only account of the digest: {}", shown(&answer));
    assert_eq!(answer["thread_ts"], message["ts"]);

    world.say("U_MONICA", HERE, "I have told them already", Some(ts)).await;
    world.until_done().await;
    let said = world.agent_said(HERE, "U_JARED").await;
    assert_eq!(said.iter().filter(|message| is_answer(message)).count(), 1, "people may talk below it: {said:#?}");
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_is_not_posted_where_outsiders_read_and_its_owner_hears_why() {
    let world = world().await;
    let app = &world.world.app;
    let origin = Origin { by: Actor::new("monica@piedpiper.com", Surface::Cli), request: None, typed: None };
    for place in ["slack:#hooli-piedpiper", "slack:#no-such-channel"] {
        let wanted = DigestWanted {
            to: Some(place.to_owned()),
            schedule: Some("Mondays 8:30".to_owned()),
            owner: Some("monica@piedpiper.com".to_owned()),
            name: Some(place.to_owned()),
            ..DigestWanted::default()
        };
        let digest = app.add_digest(&wanted, &origin).await.unwrap();
        app.send_digest(&digest.id.to_string(), &origin).await.unwrap();
        let failed = world
            .until("it has failed", async || {
                let editions = app.editions(&digest.id.to_string()).await.unwrap();
                editions.into_iter().next().filter(|edition| edition.state == EditionState::Failed)
            })
            .await;
        assert!(failed.edition.is_some() && failed.note.is_some(), "what it would have said is kept");
    }
    let direct = world.direct("U_MONICA").await;
    world.until_said(&direct, "U_MONICA", "account data was not posted").await;
    world.until_said(&direct, "U_MONICA", "there is no channel").await;
    assert!(posted(&world, "C_CONNECT", "U_MONICA").await.is_empty());
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_goes_to_a_person_in_direct_messages() {
    let world = world().await;
    let app = &world.world.app;
    let origin = Origin { by: Actor::new("jared@piedpiper.com", Surface::Cli), request: None, typed: None };
    let wanted = DigestWanted {
        to: Some("slack:@monica@piedpiper.com".to_owned()),
        schedule: Some("weekdays 9:00".to_owned()),
        owner: Some("all".to_owned()),
        levels: Some(vec!["all".to_owned()]),
        ..DigestWanted::default()
    };
    let digest = app.add_digest(&wanted, &origin).await.unwrap();
    app.send_digest(&digest.id.to_string(), &origin).await.unwrap();
    let direct = world.direct("U_MONICA").await;
    let message =
        world.until("the digest", async || posted(&world, &direct, "U_MONICA").await.into_iter().next()).await;
    assert!(shown(&message).contains("Tricky") && !message.to_string().contains("<!here>"), "{message:#}");
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_to_know_before_a_meeting_comes_to_the_owner_in_a_direct_message_once() {
    let world = world().await;
    let app = &world.world.app;
    // Whoever used the program in Slack is known there.
    world.types("U_MONICA", HERE, "/digest", "no digest").await;
    let owned = app
        .store()
        .accounts(app.workspace())
        .await
        .unwrap()
        .into_iter()
        .find(|account| account.record.owner_email.as_deref() == Some("monica@piedpiper.com"));
    let account = owned.unwrap().record.domain;
    let at = (app.now() + chrono::Duration::minutes(30)).to_string();
    let meeting = serde_json::json!({"type": "meeting", "id": "sm1", "account": account, "title": "Summer talk", "starts_at": at});
    world.world.import(&[meeting]).await;
    app.enqueue_due_briefs().await.unwrap();
    let direct = world.direct("U_MONICA").await;
    world.until_said(&direct, "U_MONICA", "Summer talk").await;
    app.enqueue_due_briefs().await.unwrap();
    world.until_done().await;
    let said = world.agent_said(&direct, "U_MONICA").await;
    assert_eq!(said.iter().filter(|message| shown(message).contains("Summer talk")).count(), 1);
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sharp_move_is_posted_at_once_where_the_digest_goes_with_buttons() {
    let world = world().await;
    world.types("U_MONICA", HERE, "/digest add Mondays 8:30", "Added").await;
    let app = &world.world.app;
    let at = app.now() - chrono::Duration::hours(1);
    let signal = serde_json::json!({"type": "signal", "id": "sharp-1", "account": "hooli.com", "kind": "escalation",
        "occurred_at": at, "text": "Their night shift stands still"});
    world.world.import(&[signal]).await;
    let message = world
        .until("the alert", async || {
            let said = world.agent_said(HERE, "U_JARED").await;
            said.into_iter().find(|message| shown(message).contains("night shift stands still"))
        })
        .await;
    let offered = buttons(&message);
    assert!(offered.iter().any(|id| id.starts_with("account_ask")), "{offered:?}");
    assert_eq!(world.world.app.alerts().await.unwrap().len(), 1);
    world.check().await;
}
