//! Cards, buttons, the Home tab, shortcuts and links in the local Slack.

use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use success_agent::app::{Origin, Question};
use success_agent::domain::account::Section;
use success_agent::domain::action::{AuditQuery, Deed};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::id::TurnId;
use success_agent::domain::task::Task;

use crate::harness::model_server::{Act, ModelServer, last_result};
use crate::harness::slack::{SlackWorld, buttons, shown};
use crate::harness::slack_acts::is_answer;
use crate::harness::slack_company::company;

const HERE: &str = "C_GENERAL";

async fn world() -> SlackWorld {
    SlackWorld::with(&company(), |_, _| {}).await
}

/// A proposal that was asked for in a channel: its card.
async fn proposed(world: &SlackWorld) -> Value {
    world.say("U_JARED", HERE, "<@BOT> route Crane to Pipeline, they signed", None).await;
    let card = world.with_button(HERE, "U_MONICA", "proposal_approve").await;
    world.until_idle().await;
    card
}

async fn times_done(world: &SlackWorld) -> usize {
    let audit = world.world.app.audit(AuditQuery { limit: 1_000, ..AuditQuery::default() }).await.unwrap();
    audit.iter().filter(|entry| entry.deed == Deed::Done).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_is_approved_once_however_many_press_the_button() {
    let world = world().await;
    let card = proposed(&world).await;
    assert!(card["thread_ts"].is_string() && world.account("crane.dev").await.section == Section::Health);
    let press = |user: &'static str| {
        let body = json!({"user": user, "channel": HERE, "ts": card["ts"], "action_id": "proposal_approve"});
        world.try_act("/click", body)
    };
    tokio::join!(press("U_MONICA"), press("U_MONICA"), press("U_RICHARD"), press("U_DINESH"));
    for person in ["U_JARED", "U_RICHARD"] {
        let done = world.until_button(HERE, person, &card["ts"], Some("proposal_undo")).await;
        assert!(shown(&done).contains("Done") && shown(&done).contains("they signed"), "{}", shown(&done));
    }
    world.until_done().await;
    assert_eq!((world.account("crane.dev").await.section, times_done(&world).await), (Section::Pipeline, 1));
    world.click("U_DINESH", HERE, &card, "proposal_undo").await;
    world.until_button(HERE, "U_JARED", &card["ts"], None).await;
    assert_eq!(world.account("crane.dev").await.section, Section::Health);
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_declined_card_and_one_decided_on_the_web_say_so_and_lose_their_buttons() {
    let world = world().await;
    let card = proposed(&world).await;
    world.click("U_MONICA", HERE, &card, "proposal_decline").await;
    let declined = world.until_button(HERE, "U_JARED", &card["ts"], None).await;
    assert!(shown(&declined).contains("Declined by monica@piedpiper.com"), "{}", shown(&declined));
    let card = proposed(&world).await;
    let app = &world.world.app;
    let id = app.proposals(None).await.unwrap().remove(0).id;
    let richard = Origin { by: Actor::new("richard@piedpiper.com", Surface::Chat), request: None, typed: None };
    assert!(app.approve(id, None, &richard).await.unwrap().changed);
    let done = world.until_button(HERE, "U_JARED", &card["ts"], Some("proposal_undo")).await;
    assert!(shown(&done).contains("richard@piedpiper.com"), "{}", shown(&done));
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_proposal_takes_the_place_of_the_first_in_every_card() {
    let world = world().await;
    let card = proposed(&world).await;
    world.click("U_MONICA", HERE, &card, "proposal_edit").await;
    world.dialog("U_MONICA", "modal_proposal_edit").await;
    let values = json!({"section": {"section": "contracts"}, "reason": {"reason": "they want to sign"}});
    assert_eq!(world.submit("U_MONICA", values).await["ok"], true);
    let changed = world.until_said(HERE, "U_JARED", "Route Crane to Contracts").await;
    assert_eq!((&changed["ts"], shown(&changed).contains("they want to sign")), (&card["ts"], true), "{changed:#}");
    let changed = world.until_button(HERE, "U_JARED", &card["ts"], Some("proposal_approve")).await;
    world.click("U_JARED", HERE, &changed, "proposal_approve").await;
    world.until_button(HERE, "U_JARED", &card["ts"], Some("proposal_undo")).await;
    assert_eq!(world.account("crane.dev").await.section, Section::Contracts);
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_card_says_so_and_loses_its_buttons() {
    let world = world().await;
    let card = proposed(&world).await;
    let app = &world.world.app;
    let waits =
        async || app.tasks().await.unwrap().into_iter().find(|queued| matches!(queued.task, Task::RefreshCards { .. }));
    let queued = waits().await.expect("the card is looked at when it expires");
    let id = app.proposals(None).await.unwrap().remove(0);
    assert!(
        queued.due_at > id.expires_at && queued.due_at < id.expires_at + chrono::Duration::seconds(5),
        "{queued:?}"
    );
    let mut connection = world.world.database.connection().await;
    let ago = (chrono::Utc::now() - chrono::Duration::minutes(1)).to_rfc3339();
    let expire =
        format!("update proposals set proposal = jsonb_set(proposal, '{{expires_at}}', to_jsonb('{ago}'::text))");
    sqlx::query(AssertSqlSafe(expire)).execute(&mut connection).await.unwrap();
    app.retry_task(queued.id).await.unwrap();
    let expired = world.until_button(HERE, "U_JARED", &card["ts"], None).await;
    assert!(
        shown(&expired).contains("Expired") && shown(&expired).contains("Nobody approved it"),
        "{}",
        shown(&expired)
    );
    world.until_done().await;
    assert!(waits().await.is_none(), "nothing more becomes of it");
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thumb_down_is_kept_with_its_reason() {
    let world = world().await;
    world.say("U_JARED", HERE, "<@BOT> when does Hooli renew?", None).await;
    let answer = world.until_answers(HERE, "U_JARED", 1).await.pop().unwrap();
    let thumb = |value: &str| json!({"user": "U_JARED", "channel": HERE, "ts": answer["ts"], "action_id": "answer_feedback", "value": value});
    world.act("/click", thumb("negative")).await;
    world.dialog("U_JARED", "modal_feedback").await;
    assert_eq!(world.submit("U_JARED", json!({"comment": {"comment": "not the new contract"}})).await["ok"], true);
    let buttons = answer["blocks"].as_array().unwrap().iter().find(|block| block["type"] == "context_actions").unwrap();
    let value = buttons["elements"][0]["negative_button"]["value"].as_str().unwrap();
    let turn: TurnId = serde_json::from_str::<Value>(value).unwrap()["turn"].as_str().unwrap().parse().unwrap();
    let kept = async || world.world.app.turn(turn).await.unwrap().unwrap().1.feedback;
    world
        .until("the reason", async || {
            kept().await.filter(|kept| kept.comment.as_deref() == Some("not the new contract"))
        })
        .await;
    world.act("/click", thumb("positive")).await;
    world.until("another verdict", async || kept().await.filter(|kept| kept.comment.is_none())).await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_opens_the_quote_as_it_stands() {
    let world = world().await;
    world.say("U_JARED", HERE, "<@BOT> what did Hooli say about single sign-on?", None).await;
    let answer = world.until_answers(HERE, "U_JARED", 1).await.pop().unwrap();
    assert!(buttons(&answer).contains(&"evidence_open#1".to_owned()), "{answer:#}");
    world.click("U_MONICA", HERE, &answer, "evidence_open#1").await;
    let dialog = world.dialog("U_MONICA", "modal_evidence").await;
    assert!(dialog.to_string().contains("we need single sign-on"), "{dialog:#}");
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_answer_goes_on_behind_a_button() {
    let at_length = |request: &Value| {
        let contract = &last_result(request)["contracts"][0];
        format!("The contract brings $240,000 a year [{}].\n\n", contract["cite"]).repeat(700)
    };
    let calls = Act::Call(vec![("revenue", json!({"account": "hooli.com"}))]);
    let model = ModelServer::play([calls, Act::With(Box::new(at_length))]).await;
    let mut config = model.config();
    config.read = false;
    let world = SlackWorld::with(&company(), |all, _| all.model = Some(config)).await;
    let ts = world.say("U_JARED", HERE, "<@BOT> what does Hooli pay?", None).await;
    let last = world.with_button(HERE, "U_JARED", "answer_more").await;
    world.until_idle().await;
    let before = world.agent_said(HERE, "U_JARED").await.len();
    world.click("U_MONICA", HERE, &last, "answer_more").await;
    let more = world.until("more of it", async || {
        let said = world.agent_said(HERE, "U_JARED").await;
        (said.len() > before).then(|| said.last().unwrap().clone())
    });
    assert_eq!(more.await["thread_ts"], ts);
    world.until_done().await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offered_question_is_asked_in_the_thread_of_its_answer() {
    let world = world().await;
    let ts = world.say("U_JARED", HERE, "<@BOT> route Crane", None).await;
    let asked = world.with_button(HERE, "U_JARED", "offer_ask#4").await;
    world.click("U_MONICA", HERE, &asked, "offer_ask#4").await;
    let card = world.with_button(HERE, "U_JARED", "proposal_approve").await;
    assert_eq!(
        (&card["thread_ts"], shown(&card).contains("Asked for by monica@piedpiper.com")),
        (&json!(ts), true),
        "{card:#}"
    );
    world.until_idle().await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_home_tab_shows_what_is_mine_and_what_waits_for_me() {
    let world = world().await;
    proposed(&world).await;
    world.act("/open", json!({"user": "U_MONICA", "tab": "home"})).await;
    let home = async |user: &str| world.get(&format!("/views?user={user}")).await["home"].clone();
    let mine = world
        .until("the Home tab", async || {
            Some(home("U_MONICA").await).filter(|home| home.to_string().contains("Waits for your approval"))
        })
        .await;
    let told = mine.to_string();
    assert!(
        told.contains("Your critical accounts") && told.contains("Hooli") && told.contains("Route Crane to Pipeline"),
        "{mine:#}"
    );
    world.act("/click", json!({"user": "U_MONICA", "home": true, "action_id": "home_approval#1"})).await;
    let direct = world.direct("U_MONICA").await;
    let card = world.with_button(&direct, "U_MONICA", "proposal_approve").await;
    world.click("U_MONICA", &direct, &card, "proposal_approve").await;
    world.until_button(&direct, "U_MONICA", &card["ts"], Some("proposal_undo")).await;
    world.act("/click", json!({"user": "U_MONICA", "home": true, "action_id": "home_refresh"})).await;
    world
        .until("nothing waits", async || {
            home("U_MONICA").await.to_string().contains("Nothing waits for you").then_some(())
        })
        .await;
    world.act("/click", json!({"user": "U_MONICA", "home": true, "action_id": "home_ask"})).await;
    world.dialog("U_MONICA", "modal_ask").await;
    let question = json!({"account": {"account_pick": "hooli.com"}, "question": {"question": "when do they renew?"}});
    assert_eq!(world.submit("U_MONICA", question).await["ok"], true);
    world.until_answers(&direct, "U_MONICA", 1).await;
    world.act("/open", json!({"user": "U_GUEST", "tab": "home"})).await;
    let refused =
        world.until("the guest's Home tab", async || Some(home("U_GUEST").await).filter(Value::is_object)).await;
    assert!(
        refused.to_string().contains("Guests cannot use me") && !refused.to_string().contains("Hooli"),
        "{refused:#}"
    );
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_messages_tab_suggests_questions_about_my_own_accounts() {
    let world = world().await;
    let prompts = world.until("prompts of their own", async || {
        let opened = world.act("/open", json!({"user": "U_MONICA", "tab": "messages"})).await;
        opened["prompts"].as_array().filter(|prompts| prompts[0]["title"] == "Why is Hooli critical?").cloned()
    });
    let message = prompts.await[0]["message"].as_str().unwrap().to_owned();
    world.say("U_MONICA", "DM", &message, None).await;
    let direct = world.direct("U_MONICA").await;
    let answer = world.until_answers(&direct, "U_MONICA", 1).await.pop().unwrap();
    assert!(shown(&answer).contains("Hooli is critical"), "{}", shown(&answer));
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_kept_as_a_note_and_asked_about() {
    let world = world().await;
    let ts = world.say("U_RICHARD", HERE, "Crane froze its budget until autumn", None).await;
    let take = |which: &str| json!({"user": "U_JARED", "callback_id": which, "channel": HERE, "ts": ts});
    world.act("/shortcut", take("save_note")).await;
    let dialog = world.dialog("U_JARED", "modal_note").await;
    assert!(
        dialog["state"].to_string().contains("froze its budget") && dialog["state"].to_string().contains("crane.dev"),
        "{dialog:#}"
    );
    assert_eq!(world.submit("U_JARED", json!({})).await["ok"], true);
    world.until_said(HERE, "U_JARED", "Done: Add a note to Crane").await;
    world.act("/shortcut", take("ask_about_account")).await;
    world.dialog("U_JARED", "modal_ask").await;
    assert_eq!(world.submit("U_JARED", json!({"question": {"question": "when do they renew?"}})).await["ok"], true);
    let answer =
        world.until("an answer", async || world.agent_said(HERE, "U_JARED").await.into_iter().find(is_answer)).await;
    assert_eq!((&answer["thread_ts"], shown(&answer).contains("Crane")), (&json!(ts), true), "{answer:#}");
    world.act("/shortcut", json!({"user": "U_JARED", "callback_id": "ask"})).await;
    world.dialog("U_JARED", "modal_ask").await;
    world.until_done().await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_names_account_and_owner_and_shows_the_rest_to_one_person_at_a_time() {
    let base = "https://agent.example";
    let world = SlackWorld::with(&company(), |config, _| config.http.public_url = Some(base.to_owned())).await;
    world.act("/manifest", success_agent::slack::manifest::manifest(Some(base))).await;
    let card = world.types("U_JARED", "C_CONNECT", "/account hooli.com", "240,000").await;
    let ours = serde_json::to_string(&card).unwrap();
    let link = format!("{base}/?account=hooli.com");
    assert!(ours.contains(&link), "{ours}");
    let ts = world.say("U_JARED", "C_CONNECT", &format!("look at {link}"), None).await;
    let unfurled = world.until("a preview", async || {
        let message = world.message("C_CONNECT", "U_CONNECT", &json!(ts)).await;
        message["unfurls"].as_array().is_some_and(|unfurls| !unfurls.is_empty()).then(|| message["unfurls"].to_string())
    });
    let unfurled = unfurled.await;
    assert!(unfurled.contains("Hooli") && unfurled.contains("monica@piedpiper.com"), "{unfurled}");
    assert!(
        !unfurled.contains("240") && !unfurled.contains("past due") && !unfurled.to_lowercase().contains("critical"),
        "{unfurled}"
    );
    // A link to an answer names the account it is about, and nothing of what it says.
    let question = Question { question: "Why is Hooli critical?".to_owned(), ..Question::default() };
    let answer = world.world.app.ask(question, tokio::sync::mpsc::channel(1_000).0).await.unwrap();
    let said = format!("see {base}/c/{}", answer.conversation);
    let answered = world.say("U_JARED", "C_CONNECT", &said, None).await;
    let about = world.until("a preview of the answer", async || {
        let message = world.message("C_CONNECT", "U_CONNECT", &json!(answered)).await;
        message["unfurls"].as_array().is_some_and(|unfurls| !unfurls.is_empty()).then(|| message["unfurls"].to_string())
    });
    let about = about.await;
    assert!(about.contains("Hooli") && !about.to_lowercase().contains("critical"), "{about}");
    let open =
        |user: &str| world.act("/open_link", json!({"user": user, "channel": "C_CONNECT", "ts": ts, "url": link}));
    open("U_JARED").await;
    let pane = async |user: &str| world.get(&format!("/views?user={user}")).await["pane"].clone();
    let shown = world
        .until("the pane", async || {
            Some(pane("U_JARED").await).filter(|pane| pane.is_object() && pane["state"] != "loading")
        })
        .await;
    assert!(shown.to_string().contains("240,000"), "{shown:#}");
    open("U_CONNECT").await;
    let refused = world
        .until("the stranger's pane", async || {
            Some(pane("U_CONNECT").await).filter(|pane| pane.is_object() && pane["state"] != "loading")
        })
        .await;
    assert!(!refused.to_string().contains("240"), "{refused:#}");
    // With an address the marks of an answer are links to a page with the quote.
    world.say("U_JARED", HERE, "<@BOT> what did Hooli say about single sign-on?", None).await;
    let answer = world.until_answers(HERE, "U_JARED", 1).await.pop().unwrap();
    assert!(serde_json::to_string(&answer).unwrap().contains("/slack/evidence/"), "{answer:#}");
    world.check().await;
}
