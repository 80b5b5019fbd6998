//! A day in Slack, as it goes: fifty people in twenty channels, guests and outsiders, questions, commands, approvals, edits,
//! connections that break, posts whose fate nobody knows, a model that never answers, and an agent that is killed twice.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use success_agent::config::ModelConfig;
use success_agent::domain::action::{AuditQuery, Deed, State};
use tokio::io::AsyncReadExt as _;

use crate::harness::slack::{SlackWorld, shown};
use crate::harness::slack_company::company;

/// People and channels that come to those of the local Slack.
const MORE: (usize, usize) = (43, 15);

/// A question somebody asked, and where.
struct Asked {
    channel: String,
    user: String,
    ts: String,
}

/// A model that takes every request and never answers.
async fn stalling_model() -> ModelConfig {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut some = [0; 1024];
            let _ = stream.read(&mut some).await;
            held.push(stream);
        }
    });
    let mut model = ModelConfig::new(format!("http://{address}/v1"), None, "stalling");
    model.deadline_seconds = 1;
    model.read = false;
    model
}

async fn people_and_channels(world: &SlackWorld) -> (Vec<String>, Vec<String>) {
    let (people, channels) = MORE;
    let mut members = Vec::new();
    for number in 0..people {
        let id = format!("U_P{number}");
        let person = json!({"id": id, "name": format!("Person {number}"), "email": format!("person{number}@piedpiper.com"), "kind": "member"});
        world.act("/users", person).await;
        members.push(id);
    }
    let mut all = vec!["C_GENERAL".to_owned(), "C_ACCT_HOOLI".to_owned()];
    for number in 0..channels {
        let id = format!("C_D{number}");
        let mut inside = members.clone();
        inside.push("U_BOT".to_owned());
        // Some have a guest among them.
        if number % 5 == 4 {
            inside.push("U_GUEST".to_owned());
        }
        world
            .act("/channels", json!({"id": id, "name": format!("day-{number}"), "kind": "public", "members": inside}))
            .await;
        all.push(id);
    }
    all.push("C_CONNECT".to_owned());
    for id in &members {
        for channel in ["C_GENERAL", "C_ACCT_HOOLI", "C_CONNECT"] {
            world.act("/join", json!({"user": id, "channel": channel})).await;
        }
    }
    (members, all)
}

const QUESTIONS: [&str; 6] = [
    "why is Hooli critical?",
    "who owns Northgate Bank?",
    "what did Hooli say about the export?",
    "who is renewing in the next 30 days?",
    "what is the ARR of Crane?",
    "are there open commitments to Hooli?",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn at_the_end_of_a_day_everything_was_answered_once_and_nothing_was_shown_to_outsiders() {
    let model = stalling_model().await;
    let mut world = SlackWorld::with(&company(), |config, _| config.model = Some(model)).await;
    let (people, channels) = people_and_channels(&world).await;
    let mut asked: Vec<Asked> = Vec::new();
    let mut direct: BTreeMap<String, usize> = BTreeMap::new();

    for (number, user) in people.iter().enumerate() {
        let question = QUESTIONS[number % QUESTIONS.len()];
        match number {
            10 => drop(
                world.act("/faults", json!({"method": "chat.postMessage", "kind": "reset_after", "times": 3})).await,
            ),
            14 => drop(world.act("/sockets", json!({"do": "warning"})).await),
            18 | 34 => {
                world.kill_agent();
                world.start_agent().await;
            }
            24 => drop(world.act("/faults", json!({"method": "chat.update", "kind": "error", "times": 2})).await),
            28 => drop(world.act("/sockets", json!({"do": "drop"})).await),
            _ => {}
        }
        if number % 4 == 3 {
            world.say(user, "DM", question, None).await;
            *direct.entry(user.clone()).or_default() += 1;
            continue;
        }
        let channel = channels[number % channels.len()].clone();
        let ts = world.say(user, &channel, &format!("<@BOT> {question}"), None).await;
        // A mention is two events; the second must not count.
        if number % 7 == 5 {
            world
                .act(
                    "/edit",
                    json!({"user": user, "channel": channel, "ts": ts, "text": format!("<@BOT> {question} please")}),
                )
                .await;
        }
        asked.push(Asked { channel, user: user.clone(), ts });
        world.say(user, "C_GENERAL", "lunch at one?", None).await;
    }

    // Two people are needed to untrack a large account; one route is done and undone.
    world.command("U_MONICA", "C_GENERAL", "/untrack hooli.com duplicate of another").await;
    world.command("U_JARED", "C_ACCT_HOOLI", "/route crane.dev pipeline they want more").await;
    let waiting = world
        .until("the untracking to wait", async || {
            let proposals = world.world.app.proposals(Some("hooli.com")).await.unwrap();
            proposals.into_iter().find(|proposal| proposal.approvals.len() == 1)
        })
        .await;
    let card = world.with_button("C_GENERAL", "U_JARED", "proposal_approve").await;
    for user in ["U_MONICA", "U_JARED", "U_RICHARD"] {
        let click = json!({"user": user, "channel": "C_GENERAL", "ts": card["ts"], "action_id": "proposal_approve"});
        // Of several who click at once some come too late for a button that is gone.
        let _ = world.try_act("/click", click).await;
    }
    for question in &asked {
        world.until("an answer", async || answers(&world, question).await.iter().any(is_whole).then_some(())).await;
    }
    world.until_done().await;

    for question in &asked {
        let answers = answers(&world, question).await;
        assert_eq!(answers.len(), 1, "{} in {}: {answers:#?}", question.ts, question.channel);
        assert!(is_whole(&answers[0]), "left unanswered: {:#}", answers[0]);
    }
    for (user, questions) in &direct {
        let channel = world.direct(user).await;
        let answers = world.agent_said(&channel, user).await;
        let answered = answers.iter().filter(|message| message["streaming"] == false).count();
        assert!(answered >= *questions, "{user}: {answers:#?}");
    }
    for channel in channels.iter().filter(|channel| *channel == "C_CONNECT" || is_with_guest(channel)) {
        for message in world.agent_said(channel, "U_P0").await {
            let words = shown(&message);
            assert!(!words.contains('$') && !words.contains(" of 100"), "shown to outsiders in {channel}: {words}");
        }
    }
    let untracked = world.world.app.proposal(waiting.id).await.unwrap();
    assert!(matches!(untracked.state, State::Done { .. }), "{untracked:#?}");
    assert_eq!(untracked.approvals.len(), 2);
    assert!(!untracked.approvals[0].actor.same(&untracked.approvals[1].actor));
    let query = AuditQuery { subject: Some(waiting.id.to_string()), limit: 100, ..AuditQuery::default() };
    let done = world.world.app.audit(query).await.unwrap().into_iter().filter(|entry| entry.deed == Deed::Done).count();
    assert_eq!(done, 1, "an approval is applied once");
    assert_eq!(world.world.app.tasks().await.unwrap().iter().filter(|task| task.last_error.is_some()).count(), 0);
    assert_eq!(world.get("/problems").await, json!([]));
    world.check().await;
}

/// What the agent said to everybody in the thread of a question.
async fn answers(world: &SlackWorld, question: &Asked) -> Vec<Value> {
    let said = world.agent_said(&question.channel, &question.user).await.into_iter();
    said.filter(|message| message["thread_ts"] == question.ts.as_str() && message["only_for"].is_null()).collect()
}

/// Whether it is not only a sign that something is being done.
fn is_whole(message: &Value) -> bool {
    !shown(message).contains('⏳')
}

fn is_with_guest(channel: &str) -> bool {
    let number = channel.strip_prefix("C_D").and_then(|number| number.parse::<usize>().ok());
    number.is_some_and(|number| number % 5 == 4)
}
