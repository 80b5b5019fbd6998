//! Slash commands in the local Slack: what is shown, what is done at once, what asks back, and who may.

use serde_json::json;
use success_agent::app::{Edit, Origin};
use success_agent::domain::account::Section;
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::draft::DraftState;
use success_agent::domain::person::Role;

use crate::harness::slack::{SlackWorld, buttons, shown};
use crate::harness::slack_company::company;

const HERE: &str = "C_GENERAL";

async fn world() -> SlackWorld {
    SlackWorld::with(&company(), |_, _| {}).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_and_its_chart_are_shown_to_whoever_typed_and_to_nobody_else() {
    let world = world().await;
    let card = world.types("U_JARED", HERE, "/account Hooli", "240,000").await;
    assert_eq!(card["only_for"], "U_JARED");
    assert!(shown(&card).contains("past due") && buttons(&card).contains(&"account_why".to_owned()), "{card:#}");
    let why = world.types("U_JARED", HERE, "/why hooli.com", "Replayed from dated records").await;
    assert!(why["blocks"].as_array().unwrap().iter().any(|block| block["type"] == "data_visualization"), "{why:#}");
    world.click("U_JARED", HERE, &card, "account_why").await;
    world.until("the chart again", async || (world.agent_said(HERE, "U_JARED").await.len() == 3).then_some(())).await;
    world.types("U_JARED", HERE, "/account tricky.example", "Tricky").await;
    assert!(world.agent_said(HERE, "U_MONICA").await.is_empty(), "others see nothing of it");
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn critical_accounts_are_everybodys_or_only_mine() {
    let world = world().await;
    for line in ["/critical", "/critical mine"] {
        let list = world.types("U_MONICA", HERE, line, "ritical accounts").await;
        assert!(shown(&list).contains("Hooli"), "{line}: {}", shown(&list));
        world.click("U_MONICA", HERE, &list, "account_show#1").await;
    }
    world.types("U_JARED", HERE, "/critical mine", "None of your accounts is critical").await;
    world.until_said(HERE, "U_MONICA", "Last touch").await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_route_is_done_at_once_with_its_reason_and_taken_back_with_a_button() {
    let world = world().await;
    let card = world.types("U_JARED", HERE, "/route Crane to Pipeline, they want to extend", "Done").await;
    assert!(shown(&card).contains("they want to extend"), "{}", shown(&card));
    let routed = world.account("crane.dev").await;
    assert_eq!(
        (routed.section, routed.routed.unwrap().reason.as_deref()),
        (Section::Pipeline, Some("they want to extend"))
    );
    world.click("U_JARED", HERE, &card, "proposal_undo").await;
    let undone = world.until_button(HERE, "U_JARED", &card["ts"], None).await;
    assert!(shown(&undone).contains("Undone"), "{}", shown(&undone));
    assert_eq!(world.account("crane.dev").await.section, Section::Health);
    world.until_done().await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_account_is_untracked_by_a_second_person_who_sees_who_was_first() {
    let world = world().await;
    world.types("U_JARED", HERE, "/untrack hooli.com they closed down", "It takes a second person").await;
    let card = world.with_button(HERE, "U_MONICA", "proposal_approve").await;
    assert!(card["only_for"].is_null() && shown(&card).contains("Approved by jared@piedpiper.com"), "{}", shown(&card));
    world.click("U_JARED", HERE, &card, "proposal_approve").await;
    let refused = world.until_said(HERE, "U_JARED", "has approved it already; it takes a second person").await;
    assert_eq!(refused["only_for"], "U_JARED");
    assert!(world.account("hooli.com").await.tracked);
    world.click("U_MONICA", HERE, &card, "proposal_approve").await;
    for person in ["U_JARED", "U_MONICA", "U_RICHARD"] {
        let done = world.until_button(HERE, person, &card["ts"], Some("proposal_undo")).await;
        assert!(shown(&done).contains("monica@piedpiper.com") && shown(&done).contains("Done"), "{}", shown(&done));
        assert!(!buttons(&done).contains(&"proposal_approve".to_owned()));
    }
    assert!(!world.account("hooli.com").await.tracked);
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_person_is_asked_in_the_channel_also_after_a_dialog() {
    let world = world().await;
    world.command("U_JARED", HERE, "/untrack").await;
    world.dialog("U_JARED", "modal_untrack").await;
    let values = json!({"account": {"account_pick": "hooli.com"}, "reason": {"reason": "closed"}});
    assert_eq!(world.submit("U_JARED", values).await["ok"], true);
    let card = world.with_button(HERE, "U_MONICA", "proposal_approve").await;
    assert!(shown(&card).contains("Approved by jared@piedpiper.com"), "{}", shown(&card));
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_account_than_the_one_typed_is_never_touched_and_a_press_does_it_to_the_one_chosen() {
    let world = world().await;
    for line in [
        "/untrack \"Northgate Insurance\" shut down",
        "/untrack Northgate Insurance",
        "/untrack Northgat Bank",
        "/untrack Northgate",
        "/success untrack „Northgate Insurance“",
        "/retrack Nobody at all",
        "/route Northgate Insurance pipeline they signed",
        "/draft \"Northgate Insurance\"",
        "/success link \"Northgate Insurance\"",
    ] {
        let before = world.agent_said(HERE, "U_JARED").await.len();
        world.command("U_JARED", HERE, line).await;
        world.until(line, async || (world.agent_said(HERE, "U_JARED").await.len() > before).then_some(())).await;
        let said = world.agent_said(HERE, "U_JARED").await.pop().unwrap();
        assert!(shown(&said).contains("Nothing was done"), "{line}: {}", shown(&said));
        let now = world.account("northgate.bank").await;
        assert!(now.tracked && now.section == Section::Health, "{line}");
    }
    world.until_done().await;
    assert!(
        world.world.app.proposals(None).await.unwrap().is_empty()
            && world.world.app.drafts(None).await.unwrap().is_empty()
    );
    let asked = world.types("U_JARED", HERE, "/untrack \"Northgate Insurance\" shut down", "Northgate Bank").await;
    world.click("U_JARED", HERE, &asked, "account_choose#1").await;
    world.until_said(HERE, "U_JARED", "Done: Untrack Northgate Bank").await;
    assert!(!world.account("northgate.bank").await.tracked);
    let asked =
        world.types("U_JARED", HERE, "/route \"Northgate Insurance\" pipeline they signed", "Did you mean").await;
    world.click("U_JARED", HERE, &asked, "account_choose#1").await;
    let done = world.until_said(HERE, "U_JARED", "Done: Route Northgate Bank to Pipeline").await;
    assert!(shown(&done).contains("they signed"), "{}", shown(&done));
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn slips_in_commands_and_sections_are_read_for_what_they_are() {
    let world = world().await;
    world.types("U_JARED", HERE, "/success untrak crane.dev", "Done: Untrack Crane").await;
    world.types("U_JARED", HERE, "/success retrck crane.dev", "Done: Track Crane again").await;
    world.types("U_JARED", HERE, "/route crane.dev pipelin they signed", "Done: Route Crane to Pipeline").await;
    let shown_anyway = world.types("U_JARED", HERE, "/account Hooly", "Hooli").await;
    assert!(buttons(&shown_anyway).iter().any(|id| id.starts_with("account_")), "{shown_anyway:#}");
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn missing_words_open_a_dialog_with_what_is_known_and_sending_it_acts() {
    let world = world().await;
    world.command("U_JARED", HERE, "/route crane.dev").await;
    let dialog = world.dialog("U_JARED", "modal_route").await;
    assert_eq!(
        dialog["state"]["values"]["account"]["account_pick"]["selected_option"]["value"], "crane.dev",
        "{dialog:#}"
    );
    let sent = world.submit("U_JARED", json!({"reason": {"reason": "signed"}})).await;
    assert_eq!(sent["response_action"], "errors", "a section is missing: {sent}");
    assert_eq!(world.submit("U_JARED", json!({"section": {"section": "pipeline"}})).await["ok"], true);
    world.until_said(HERE, "U_JARED", "Done: Route Crane to Pipeline").await;

    world.command("U_JARED", HERE, "/success ask").await;
    world.dialog("U_JARED", "modal_ask").await;
    let wrong = json!({"account": {"account_pick": "nobody.example"}, "question": {"question": "   "}});
    let errors = world.submit("U_JARED", wrong).await;
    assert_eq!(
        (&errors["response_action"], errors["errors"]["question"].is_string()),
        (&json!("errors"), true),
        "{errors}"
    );
    let right = json!({"account": {"account_pick": "crane.dev"}, "question": {"question": "when do they renew?"}});
    assert_eq!(world.submit("U_JARED", right).await["ok"], true);
    world.until_answers(HERE, "U_MONICA", 1).await;

    world.command("U_JARED", HERE, "/retrack").await;
    world.dialog("U_JARED", "modal_retrack").await;
    let suggested = json!({"user": "U_JARED", "action_id": "account_pick", "value": "noRTH"});
    assert_eq!(world.act("/suggest", suggested).await["options"][0]["value"], "northgate.bank");
    let errors = world.submit("U_JARED", json!({"account": {"account_pick": "nobody.example"}})).await;
    assert_eq!(errors["errors"]["account"], "Pick an account.", "{errors}");
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_linked_channel_nothing_needs_a_name() {
    let world = world().await;
    let channel = "C_ACCT_HOOLI";
    world.types("U_JARED", channel, "/success link hooli.com", "is linked to Hooli").await;
    world.say("U_JARED", channel, "<@BOT> when do they renew?", None).await;
    let answer = world.until_answers(channel, "U_MONICA", 1).await.pop().unwrap();
    assert!(shown(&answer).contains("Hooli"), "{}", shown(&answer));
    world.types("U_JARED", channel, "/why", "Replayed from dated records").await;
    world.types("U_JARED", channel, "/account", "240,000").await;
    world.types("U_JARED", channel, "/success settings", "is linked to Hooli").await;
    world.types("U_JARED", channel, "/route pipeline", "Done: Route Hooli to Pipeline").await;
    // Another account that is named is meant, whatever the channel is about.
    world.types("U_JARED", channel, "/account crane.dev", "Crane").await;
    world.types("U_JARED", channel, "/success link none", "is not linked to an account any more").await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn help_comes_with_the_acknowledgement() {
    let world = world().await;
    let help = world.command("U_JARED", HERE, "/success help").await;
    assert!(help["text"].as_str().unwrap().contains("/route") && help["response_type"] == "ephemeral", "{help}");
    assert!(world.command("U_JARED", HERE, "/route help").await.to_string().contains("Sections:"));
    world.types("U_JARED", HERE, "/success frobnicate", "There is no command").await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_is_edited_approved_and_safe_from_whoever_saw_an_older_version() {
    let world = world().await;
    let direct = world.direct("U_JARED").await;
    world.types("U_JARED", HERE, "/draft hooli.com", "into our direct messages").await;
    let card = world.with_button(&direct, "U_JARED", "draft_approve").await;
    world.click("U_JARED", &direct, &card, "draft_edit").await;
    world.dialog("U_JARED", "modal_draft_edit").await;
    assert_eq!(world.submit("U_JARED", json!({"subject": {"subject": "Let us talk"}})).await["ok"], true);
    world.until_said(&direct, "U_JARED", "Let us talk").await;
    // Somebody changes it elsewhere while the dialog is open.
    world.click("U_JARED", &direct, &card, "draft_edit").await;
    world.dialog("U_JARED", "modal_draft_edit").await;
    let app = &world.world.app;
    let draft = app.drafts(None).await.unwrap().pop().unwrap();
    let monica = Origin { by: Actor::new("monica@piedpiper.com", Surface::Chat), request: None, typed: None };
    let edit = Edit { version: 2, subject: Some("Newer".to_owned()), body: None };
    app.edit_draft(draft.id, edit, &monica).await.unwrap();
    world.until_said(&direct, "U_JARED", "Newer").await;
    world.submit("U_JARED", json!({"subject": {"subject": "Older"}})).await;
    world.until_said(&direct, "U_JARED", "changed").await;
    assert_eq!(app.draft(draft.id).await.unwrap().letter().subject, "Newer");
    let card = world.message(&direct, "U_JARED", &card["ts"]).await;
    world.click("U_JARED", &direct, &card, "draft_approve").await;
    world.until_button(&direct, "U_JARED", &card["ts"], Some("draft_copy")).await;
    world.until_said(&direct, "U_JARED", "Approved by").await;
    assert_eq!(app.draft(draft.id).await.unwrap().state, DraftState::Approved);
    world.until_done().await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asked_for_what_shipped_is_listed_and_the_mail_is_drafted_with_a_button() {
    let world = world().await;
    let list = world.types("U_JARED", HERE, "/close-loop 5.0", "can be told now").await;
    world.click("U_JARED", HERE, &list, "loop_draft#1").await;
    let direct = world.direct("U_JARED").await;
    let card = world.with_button(&direct, "U_JARED", "draft_approve").await;
    assert!(shown(&card).contains("dana@crane.dev"), "{}", shown(&card));
    world.until_done().await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_reads_and_changes_nothing_and_a_guest_is_told_nothing() {
    let world = world().await;
    world.world.app.put_person("dinesh@piedpiper.com", Some("Dinesh Chugtai"), Some(Role::Viewer)).await.unwrap();
    world.types("U_DINESH", HERE, "/account hooli.com", "240,000").await;
    for line in
        ["/route crane.dev pipeline they signed", "/untrack crane.dev", "/draft crane.dev", "/success link crane.dev"]
    {
        world.types("U_DINESH", HERE, line, "You may read and ask here").await;
    }
    world.until_done().await;
    assert!(world.account("crane.dev").await.tracked && world.world.app.proposals(None).await.unwrap().is_empty());
    for line in [
        "/account hooli.com",
        "/critical",
        "/route crane.dev",
        "/route crane.dev pipeline x",
        "/success ask why is Hooli critical?",
    ] {
        world.types("U_GUEST", "C_GUEST", line, "Guests cannot use me").await;
    }
    world.until_done().await;
    let seen: String = world.seen("C_GUEST", "U_GUEST").await.iter().map(shown).collect();
    assert!(!seen.contains("240,000") && !seen.contains("critical"), "{seen}");
    assert!(world.get("/views?user=U_GUEST").await["modals"].as_array().unwrap().is_empty());
    world.check().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_from_a_command_is_not_told_where_outsiders_read() {
    let world = world().await;
    world.command("U_JARED", "C_CONNECT", "/success ask why is Hooli critical?").await;
    let direct = world.direct("U_JARED").await;
    world.until_answers(&direct, "U_JARED", 1).await;
    world.until_done().await;
    assert!(world.seen("C_CONNECT", "U_CONNECT").await.is_empty(), "the other company sees nothing of it");
    world.check().await;
}
