//! One answer and one deed, whatever dies in between: the agent, a connection, a stream, Slack's own answer.

use std::sync::mpsc;

use serde_json::{Value, json};
use success_agent::config::ModelConfig;
use success_agent::domain::account::Section;
use success_agent::domain::action::{AuditQuery, Deed};
use success_agent::domain::task::TaskState;

use crate::harness::model_server::{Act, ModelServer};
use crate::harness::slack::{SlackWorld, shown};
use crate::harness::slack_acts::is_answer;
use crate::harness::slack_company::company;

const HERE: &str = "C_GENERAL";

/// Longer than any test waits.
const NEVER: u64 = 3_600_000;

async fn world() -> SlackWorld {
    SlackWorld::with(&company(), |_, _| {}).await
}

async fn with_model(model: &ModelServer) -> SlackWorld {
    let config = ModelConfig { read: false, ..model.config() };
    SlackWorld::with(&company(), |all, _| all.model = Some(config)).await
}

impl SlackWorld {
    async fn fault(&self, method: &str, kind: &str, more: Value) {
        let mut fault = json!({"method": method, "kind": kind});
        fault.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
        self.act("/faults", fault).await;
    }

    /// The next call of this method is done, but its answer never comes; gives back once it is done.
    async fn dies_in(&mut self, method: &str, begin: impl AsyncFnOnce(&Self)) {
        self.fault(method, "slow", json!({"ms": NEVER})).await;
        let calls = format!("/calls?method={method}");
        let before = self.get(&calls).await.as_array().unwrap().len();
        begin(self).await;
        self.until(method, async || (self.get(&calls).await.as_array().unwrap().len() > before).then_some(())).await;
        self.kill_agent();
    }

    /// The same, while it begins again with what was left.
    async fn dies_in_start(&mut self, method: &str) {
        self.fault(method, "slow", json!({"ms": NEVER})).await;
        let calls = format!("/calls?method={method}");
        let before = self.get(&calls).await.as_array().unwrap().len();
        self.start_agent().await;
        self.until(method, async || (self.get(&calls).await.as_array().unwrap().len() > before).then_some(())).await;
        self.kill_agent();
    }

    /// There is one answer, it is all there is, and nothing is left over.
    async fn answered_once(&self, channel: &str, user: &str) {
        self.until_answers(channel, user, 1).await;
        self.until_done().await;
        let said = self.agent_said(channel, user).await;
        assert_eq!(said.len(), 1, "{said:#?}");
        assert!(said.iter().all(is_answer));
        assert_eq!(self.get("/problems").await, json!([]));
        self.check().await;
    }
}

async fn ask(world: &SlackWorld, channel: &str) {
    let words = if channel == "DM" { "when does Crane renew?" } else { "<@BOT> when does Crane renew?" };
    world.say("U_JARED", channel, words, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_only_written_down_is_answered_by_the_next_process() {
    let mut world = world().await;
    world.hold_workers().await;
    ask(&world, HERE).await;
    world.until_delivered().await;
    world.kill_agent();
    world.start_agent().await;
    world.answered_once(HERE, "U_JARED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_channel_a_kill_after_any_call_leaves_one_answer() {
    for method in ["users.info", "conversations.info", "chat.postMessage", "chat.update"] {
        let mut world = world().await;
        world.dies_in(method, async |world| ask(world, HERE).await).await;
        world.start_agent().await;
        world.answered_once(HERE, "U_JARED").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_direct_messages_a_kill_after_any_call_leaves_one_answer() {
    for method in ["chat.startStream", "chat.stopStream"] {
        let mut world = world().await;
        world.dies_in(method, async |world| ask(world, "DM").await).await;
        world.start_agent().await;
        let direct = world.direct("U_JARED").await;
        world.answered_once(&direct, "U_JARED").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_the_model_thinks_leaves_one_answer_also_when_the_stream_has_run_out() {
    for channel in [HERE, "DM"] {
        let model =
            ModelServer::play([Act::Hang("They"), Act::Hang("They"), Act::Say("The records do not say.".to_owned())])
                .await;
        let mut world = with_model(&model).await;
        ask(&world, channel).await;
        for times in [1, 2] {
            model.is_asked(times).await;
            world.kill_agent();
            world.act("/expire_streams", json!({})).await;
            world.start_agent().await;
        }
        let place = if channel == "DM" { world.direct("U_JARED").await } else { channel.to_owned() };
        world.answered_once(&place, "U_JARED").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_runs_out_while_the_model_thinks_becomes_a_message() {
    let (go_on, wait) = mpsc::channel::<()>();
    let late = Act::With(Box::new(move |_| {
        wait.recv().unwrap();
        "The records do not say.".to_owned()
    }));
    let model = ModelServer::play([late]).await;
    let world = with_model(&model).await;
    ask(&world, "DM").await;
    model.is_asked(1).await;
    world.act("/expire_streams", json!({})).await;
    go_on.send(()).unwrap();
    let direct = world.direct("U_JARED").await;
    world.answered_once(&direct, "U_JARED").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_slack_took_before_the_connection_broke_is_found_and_not_sent_again() {
    for (channel, method) in
        [(HERE, "chat.postMessage"), (HERE, "chat.update"), ("DM", "chat.startStream"), ("DM", "chat.stopStream")]
    {
        let world = world().await;
        world.fault(method, "reset_after", json!({})).await;
        ask(&world, channel).await;
        let place = if channel == "DM" { world.direct("U_JARED").await } else { channel.to_owned() };
        world.answered_once(&place, "U_JARED").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_while_it_looks_for_what_slack_took_leaves_one_answer() {
    for (channel, method) in [(HERE, "chat.postMessage"), ("DM", "chat.startStream")] {
        let mut world = world().await;
        world.fault(method, "reset_after", json!({})).await;
        world.dies_in("conversations.replies", async |world| ask(world, channel).await).await;
        world.start_agent().await;
        let place = if channel == "DM" { world.direct("U_JARED").await } else { channel.to_owned() };
        world.answered_once(&place, "U_JARED").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_slack_did_not_take_is_sent_again() {
    for kind in ["reset_before", "error", "ratelimited"] {
        let world = world().await;
        for method in ["chat.postMessage", "chat.startStream", "users.info"] {
            world.fault(method, kind, json!({"times": 1, "retry_after": 1})).await;
        }
        ask(&world, HERE).await;
        world.answered_once(HERE, "U_JARED").await;
        ask(&world, "DM").await;
        let direct = world.direct("U_JARED").await;
        world.answered_once(&direct, "U_JARED").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_breaks_before_the_acknowledgement_gives_one_answer() {
    let world = world().await;
    world.act("/sockets", json!({"do": "drop", "when": "next_envelope"})).await;
    ask(&world, HERE).await;
    world.act("/clock", json!({"advance_seconds": 61})).await;
    world.answered_once(HERE, "U_JARED").await;
    let deliveries = world.get("/deliveries").await;
    assert!(deliveries.as_array().unwrap().iter().any(|one| one["attempts"].as_u64() > Some(1)), "{deliveries:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_end_under_load_lose_nothing() {
    let world = world().await;
    let people = ["U_JARED", "U_MONICA", "U_RICHARD", "U_DINESH"];
    for (round, trouble) in ["warning", "refresh", "drop", "warning"].into_iter().enumerate() {
        for (number, person) in people.into_iter().enumerate() {
            world.say(person, HERE, "<@BOT> when does Crane renew?", None).await;
            if number == round {
                world.act("/sockets", json!({"do": trouble})).await;
            }
        }
    }
    // What found no connection comes again after a minute of Slack's, and after five.
    world
        .until("both connections", async || (world.get("/state").await["transport"]["sockets"] == 2).then_some(()))
        .await;
    world.until_brought_again().await;
    world.until_delivered().await;
    world.until_answers(HERE, "U_JARED", 16).await;
    world.until_done().await;
    let mut threads: Vec<Value> =
        world.agent_said(HERE, "U_JARED").await.iter().map(|answer| answer["thread_ts"].clone()).collect();
    assert_eq!(threads.len(), 16);
    threads.sort_by_key(Value::to_string);
    threads.dedup();
    assert_eq!(threads.len(), 16, "one in each thread");
    world.check().await;
}

async fn times_done(world: &SlackWorld) -> usize {
    let audit = world.world.app.audit(AuditQuery { limit: 1_000, ..AuditQuery::default() }).await.unwrap();
    audit.iter().filter(|entry| entry.deed == Deed::Done).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_approval_is_applied_once_and_shown_though_the_worker_is_killed() {
    let mut world = world().await;
    world.say("U_JARED", HERE, "<@BOT> route Crane to Pipeline, they signed", None).await;
    let card = world.with_button(HERE, "U_MONICA", "proposal_approve").await;
    world.until_done().await;
    world.hold_workers().await;
    world.click("U_MONICA", HERE, &card, "proposal_approve").await;
    world.click("U_RICHARD", HERE, &card, "proposal_approve").await;
    world.kill_agent();
    world.dies_in_start("chat.update").await;
    world.start_agent().await;
    world.until_button(HERE, "U_JARED", &card["ts"], Some("proposal_undo")).await;
    world.until_done().await;
    assert_eq!((world.account("crane.dev").await.section, times_done(&world).await), (Section::Pipeline, 1));
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_typed_command_is_done_once_and_said_though_the_worker_is_killed() {
    let mut world = world().await;
    world
        .dies_in("response_url", async |world| {
            world.command("U_JARED", HERE, "/route crane.dev pipeline they signed").await;
        })
        .await;
    world.start_agent().await;
    // Nobody can look up what only one person saw: so it is said where that can be done.
    let direct = world.direct("U_JARED").await;
    world.until_said(&direct, "U_JARED", "Done: Route Crane to Pipeline").await;
    world.until_done().await;
    assert_eq!((world.account("crane.dev").await.section, times_done(&world).await), (Section::Pipeline, 1));
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_fails_for_good_is_told_listed_and_done_when_it_is_tried_again() {
    let world = world().await;
    world.fault("users.info", "error", json!({"times": 1_000})).await;
    ask(&world, HERE).await;
    world.command("U_JARED", HERE, "/account hooli.com").await;
    let app = &world.world.app;
    let tasks = world.until("two tasks that failed once", async || {
        let tasks = app.tasks().await.unwrap();
        (tasks.len() == 2 && tasks.iter().all(|queued| queued.attempts > 0 && queued.state == TaskState::Waiting))
            .then_some(tasks)
    });
    let mut connection = world.world.database.connection().await;
    for queued in tasks.await {
        // As often as it may be, but once.
        sqlx::query("select 1 from success_agent_jobs.reschedule_jobs(job_ids => array[$1::bigint], run_at => now(), attempts => $2::int)")
            .bind(queued.id)
            .bind(i32::try_from(queued.max_attempts).unwrap() - 1)
            .fetch_all(&mut connection)
            .await
            .unwrap();
    }
    let failed = world.until("two tasks that failed for good", async || {
        let tasks = app.tasks().await.unwrap();
        (tasks.len() == 2 && tasks.iter().all(|queued| queued.state == TaskState::Failed)).then_some(tasks)
    });
    let failed = failed.await;
    assert!(failed.iter().all(|queued| queued.last_error.is_some()), "{failed:?}");
    world.until_said(HERE, "U_JARED", "I could not answer this").await;
    world.until_said(HERE, "U_JARED", "I could not do this").await;
    world.fault("users.info", "clear", json!({})).await;
    for queued in failed {
        app.retry_task(queued.id).await.unwrap();
    }
    world.until_said(HERE, "U_JARED", "240,000").await;
    let answers = world.until_answers(HERE, "U_JARED", 1).await;
    world.until_done().await;
    assert_eq!(answers.iter().filter(|message| is_answer(message)).count(), 1);
    assert!(answers.iter().any(|message| shown(message).contains("Crane")));
    world.check().await;
}
