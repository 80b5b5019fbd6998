//! Acting from a plain sentence: the chat and its page, the HTTP interface and the terminal, on one workspace.

use std::process::Command;

use serde_json::{Value, json};

use crate::harness::world::{Served, World, three_accounts};

const LENA: &str = "lena@team.example";
const OMAR: &str = "omar@team.example";

async fn served() -> Served {
    World::with(&three_accounts(), |config| config.actions.second_person_above = 125_000).await.served().await
}

/// The one card of an answer.
fn card(answer: &Value) -> &Value {
    let cards = answer["cards"].as_array().unwrap();
    assert_eq!(cards.len(), 1, "{answer}");
    &cards[0]
}

#[tokio::test]
async fn every_action_is_proposed_from_a_plain_sentence_and_done_by_a_click() {
    let served = served().await;
    for (sentence, title, action) in [
        ("route Bolt to Pipeline, they signed", "Route Bolt to Pipeline", "route_account"),
        ("Crane shut down so untrack them", "Untrack Crane", "untrack_account"),
        ("put Crane back on health monitoring", "Track Crane again", "retrack_account"),
        ("add a note to Bolt: budget frozen until autumn", "Add a note to Bolt", "add_note"),
        ("snooze Bolt for two weeks", "Snooze Bolt until June 29", "snooze_account"),
        ("assign Crane to lena@team.example", "Give Crane to lena@team.example", "set_owner"),
        (
            "leave the pilot contract of Acme out of ARR, it is a test",
            "Leave Pilot of Acme out of ARR",
            "ignore_revenue_source",
        ),
        ("count the pilot contract of Acme in ARR again", "Count Pilot of Acme again", "ignore_revenue_source"),
        ("mark the migration guide for Acme as delivered", "Mark a promise to Acme as kept", "mark_commitment"),
    ] {
        let answer = served.ask(LENA, sentence, None).await;
        let card = card(&answer);
        assert_eq!(
            (&card["title"], &card["action"]["action"]),
            (&json!(title), &json!(action)),
            "{sentence}: {answer}"
        );
        assert_eq!((&card["state"], &card["proposed_by"]), (&json!("pending"), &json!(LENA)), "{sentence}");
        assert!(answer["answer"].as_str().unwrap().contains("Nothing is changed until"), "{answer}");
        let path = format!("/api/proposals/{}/approve", card["id"].as_str().unwrap());
        let (status, acted) = Served::told(served.post(OMAR, &path, &json!({ "digest": card["digest"] }))).await;
        assert_eq!((status, &acted["proposal"]["state"]), (200, &json!("done")), "{sentence}: {acted}");
        assert_eq!(acted["proposal"]["by"], OMAR);
    }
    let history = served.ask(OMAR, "who routed Bolt to Pipeline?", None).await;
    let told = history["answer"].as_str().unwrap();
    assert!(
        told.contains("given to") || told.contains("routed from Health to Pipeline by omar@team.example"),
        "{told}"
    );
    assert!(history["cards"].as_array().unwrap().is_empty());
    let audit = served.get("/api/audit?limit=100").await;
    let entries = audit["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 27, "each was proposed, approved and done");
    assert!(entries.iter().all(|entry| entry["request"].as_str().unwrap().starts_with("req_")), "{audit}");
    let lines = reqwest::get(format!("{}/api/audit?format=jsonl&account=bolt.io", served.url)).await.unwrap();
    let lines = lines.text().await.unwrap();
    let first: Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["deed"], &first["who"], &first["surface"]), (&json!("proposed"), &json!(LENA), &json!("chat")));
}

#[tokio::test]
async fn what_an_order_leaves_open_is_asked_for_and_what_it_cannot_be_is_said() {
    let served = served().await;
    for (sentence, said) in [
        ("route Bolt", "Where should Bolt go?"),
        ("snooze Bolt", "Until when should Bolt be snoozed?"),
        ("add a note to Bolt", "What should the note on Bolt say?"),
        ("reassign Bolt", "Who should own Bolt?"),
        ("mark the golden goose for Acme as delivered", "Which promise to or by Acme should be marked as kept?"),
        ("mark the migration guide for Bolt as delivered", "No promise to or by Bolt is open"),
        ("route Bolt to Health", "Bolt is in Health already."),
        ("snooze Bolt until 2026-06-01", "is not ahead"),
        ("delete this account", "I can't do that"),
        ("route them to Pipeline", "Which account"),
    ] {
        let answer = served.ask(LENA, sentence, None).await;
        assert!(answer["answer"].as_str().unwrap().contains(said), "{sentence}: {}", answer["answer"]);
        assert!(answer["cards"].as_array().unwrap().is_empty(), "{sentence}: {answer}");
    }
    let asked = served.ask(LENA, "route Bolt", None).await;
    assert_eq!(
        asked["offers"][3],
        json!({"label": "Pipeline", "question": "Route Bolt to Pipeline", "account": "bolt.io"})
    );
    assert_eq!(served.get("/api/audit").await["entries"], json!([]), "a question is no deed");
}

#[tokio::test]
async fn them_is_the_account_spoken_of_and_a_card_is_as_it_is_when_the_chat_is_opened_again() {
    let served = served().await;
    let first = served.ask(LENA, "How is Bolt doing?", None).await;
    let conversation = first["conversation"].as_str().unwrap();
    let answer = served.ask(LENA, "route them to Pipeline as they signed", Some(conversation)).await;
    let proposed = card(&answer).clone();
    assert_eq!((&proposed["title"], &proposed["reason"]), (&json!("Route Bolt to Pipeline"), &json!("they signed")));
    let id = proposed["id"].as_str().unwrap();
    // Edited: another proposal takes its place, and that one is approved.
    let edit = json!({"action": {"action": "route_account", "section": "contracts", "reason": "they want to sign"}});
    let (_, edited) = Served::told(served.post(OMAR, &format!("/api/proposals/{id}/edit"), &edit)).await;
    let new = edited["proposal"]["id"].as_str().unwrap();
    let (status, late) = Served::told(served.post(LENA, &format!("/api/proposals/{id}/approve"), &json!({}))).await;
    assert_eq!(status, 409);
    assert!(late["refused"].as_str().unwrap().contains(new), "{late}");
    Served::told(served.post(LENA, &format!("/api/proposals/{new}/approve"), &json!({}))).await;
    let reopened = served.get(&format!("/api/conversations/{conversation}")).await;
    let shown = &reopened["turns"][1]["answer"]["cards"][0];
    assert_eq!((&shown["title"], &shown["state"]), (&json!("Route Bolt to Contracts"), &json!("done")), "{shown}");
    let (_, undone) = Served::told(served.post(OMAR, &format!("/api/proposals/{new}/undo"), &json!({}))).await;
    assert_eq!(undone["proposal"]["state"], "undone");
    let seen = served.ask(LENA, "which accounts are in contracts?", None).await;
    assert!(!seen["answer"].as_str().unwrap().contains("Bolt"), "{seen}");
}

#[tokio::test]
async fn a_routed_account_is_on_top_of_its_section_with_where_it_came_from() {
    let served = served().await;
    for (account, reason) in [("crane.dev", "a new deal"), ("acme.com", "they signed")] {
        let order = json!({"action": "route_account", "section": "pipeline", "reason": reason, "approve": true});
        let (status, acted) =
            Served::told(served.post(OMAR, &format!("/api/accounts/{account}/actions"), &order)).await;
        assert_eq!(status, 200, "{acted}");
    }
    let listed = served.get("/api/accounts?section=pipeline").await;
    let first = &listed["accounts"][0];
    assert_eq!((&first["domain"], &first["routed_from"]), (&json!("acme.com"), &json!("Health")), "{listed}");
    assert_eq!((&first["route_reason"], &first["routed_by"]), (&json!("they signed"), &json!(OMAR)));
    let answer = served.ask(LENA, "which accounts are in pipeline?", None).await;
    assert!(answer["answer"].as_str().unwrap().contains("routed from Health (“they signed”)"), "{answer}");
    let wrong = json!({"action": "route_account", "section": "nowhere"});
    let (status, refused) = Served::told(served.post(OMAR, "/api/accounts/acme.com/actions", &wrong)).await;
    assert_eq!(status, 422, "{refused}");
    let (status, _) = Served::told(served.post(OMAR, "/api/accounts/nobody.com/actions", &wrong)).await;
    assert_eq!(status, 422);
}

#[tokio::test]
async fn commands_act_at_once_say_so_and_can_be_undone_whether_a_server_runs_or_not() {
    let world = World::with(&three_accounts(), |config| config.actions.second_person_above = 125_000).await;
    let database = world.config.database.url.clone().unwrap();
    let served = world.served().await;
    let run = async |arguments: &[&str]| -> (String, bool) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_success-agent"));
        command
            .env("DATABASE_URL", &database)
            .env("SUCCESS_AGENT_NOW", crate::harness::world::NOW)
            .env("SUCCESS_AGENT_USER", OMAR)
            .env_remove("NO_COLOR")
            .arg("--data-dir")
            .arg(&served.data_dir)
            .args(arguments);
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        (text, output.status.success())
    };
    let (done, ok) = run(&["route", "bolt.io", "pipeline", "they", "signed"]).await;
    assert!(
        ok && done.contains("Done: Route Bolt to Pipeline") && done.contains("Section: Health → Pipeline"),
        "{done}"
    );
    assert!(done.contains("Reason: “they signed”") && done.contains("Approved by omar@team.example (cli)"), "{done}");
    let undo = done.lines().find_map(|line| line.split("success-agent undo ").nth(1)).unwrap().to_owned();
    let (listed, _) = run(&["accounts", "--section", "pipeline"]).await;
    assert!(listed.contains("Routed from Health by omar@team.example: “they signed”"), "{listed}");
    let (again, ok) = run(&["route", "bolt.io", "pipeline"]).await;
    assert!(!ok && again.contains("Bolt is in Pipeline already"), "{again}");
    let (undone, ok) = run(&["undo", &undo]).await;
    assert!(ok && undone.contains("omar@team.example has undone it"), "{undone}");
    let (again, ok) = run(&["undo", &undo]).await;
    assert!(ok && again.contains("nothing was done again"), "{again}");
    let (waits, ok) = run(&["untrack", "acme.com", "shut", "down"]).await;
    assert!(ok && waits.contains("It takes 2 people to approve it."), "{waits}");
    let id = waits.lines().find_map(|line| line.split("success-agent approve ").nth(1)).unwrap().to_owned();
    let (same, ok) = run(&["approve", &id]).await;
    assert!(!ok && same.contains("it takes a second person"), "{same}");
    let (second, ok) = run(&["--as", LENA, "approve", &id]).await;
    assert!(ok && second.contains("Done: Untrack Acme"), "{second}");
    let (asked, ok) = run(&["ask", "snooze Bolt for a week"]).await;
    assert!(ok && asked.contains("Approve it: success-agent approve prop_"), "{asked}");
    let (audit, ok) = run(&["audit", "--account", "acme.com"]).await;
    assert!(ok && audit.contains("refused") && audit.contains("untrack_account lena@team.example (cli)"), "{audit}");
    let (exported, _) = run(&["audit", "--jsonl", "--who", LENA]).await;
    assert!(exported.lines().all(|line| serde_json::from_str::<Value>(line).is_ok_and(|entry| entry["who"] == LENA)));
    for wrong in [&["route", "bolt.io", "nowhere"][..], &["snooze", "bolt.io", "someday"], &["undo", "prop_1"]] {
        assert!(!run(wrong).await.1, "{wrong:?}");
    }
}

#[tokio::test]
async fn behind_a_proxy_that_knows_people_nobody_names_themselves() {
    let served = World::with(&three_accounts(), |config| {
        config.http.user_header = Some("x-forwarded-email".to_owned());
        config.actions.approvers = vec!["*@team.example".to_owned()];
    })
    .await
    .served()
    .await;
    let route = json!({"action": "route_account", "section": "pipeline", "approve": true});
    let claimed = served.post(LENA, "/api/accounts/bolt.io/actions", &route);
    let (status, refused) = Served::told(claimed).await;
    assert_eq!(status, 401, "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains("not logged in"), "{refused}");
    let known = served.post("eve", "/api/accounts/bolt.io/actions", &route).header("x-forwarded-email", LENA);
    let (status, acted) = Served::told(known).await;
    assert_eq!((status, &acted["proposal"]["by"]), (200, &json!(LENA)), "{acted}");
}
