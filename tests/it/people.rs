//! People: one person is one approver, whatever names they use and wherever they are; and what roles allow.

use std::process::Command;

use serde_json::{Value, json};
use success_agent::app::{Acted, App, AppError, Edit, Origin, Question, SlackProfile};
use success_agent::config::Config;
use success_agent::domain::action::{Action, Proposal, State};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::id::ProposalId;
use success_agent::domain::person::{Role, SlackUser};
use tokio::sync::mpsc;

use crate::cli::program;
use crate::harness::slack::{SlackWorld, accounts, buttons};
use crate::harness::world::{Served, World, three_accounts};

const LENA: &str = "lena@team.example";
const OMAR: &str = "omar@team.example";

/// The small workspace, where it takes two people to untrack an account.
async fn world(set: impl FnOnce(&mut Config)) -> World {
    World::with(&three_accounts(), |config| {
        config.actions.second_person_above = 1_000;
        set(config);
    })
    .await
}

fn origin(who: &str, surface: Surface) -> Origin {
    Origin { by: Actor::new(who, surface), request: None, typed: None }
}

/// What Slack says of somebody.
fn profile(user: &str, name: &str, email: Option<&str>) -> SlackProfile {
    let slack = SlackUser { team: "T1".to_owned(), user: user.to_owned() };
    SlackProfile { slack, name: name.to_owned(), email: email.map(str::to_owned), admin: false }
}

/// Somebody in Slack, who is met there.
async fn in_slack(app: &App, profile: &SlackProfile) -> Origin {
    let person = app.person_in_slack(profile).await.unwrap();
    Origin { by: Actor::of(&person, Surface::Slack), request: None, typed: None }
}

/// A proposal to untrack the first account that is still tracked; it takes two people.
async fn to_untrack(app: &App) -> Proposal {
    for account in ["bolt.io", "acme.com"] {
        let action = Action::UntrackAccount { reason: Some("shut down".to_owned()) };
        if let Ok(proposal) = app.propose(account, action, &origin("anybody", Surface::Api)).await {
            assert_eq!(proposal.approvals_needed, 2);
            return proposal;
        }
    }
    panic!("nothing is tracked any more")
}

async fn approve(app: &App, id: ProposalId, by: &Origin) -> Acted {
    app.approve(id, None, by).await.unwrap()
}

/// Takes the first approval of a new proposal.
async fn approved_by(app: &App, first: &Origin) -> ProposalId {
    let proposal = to_untrack(app).await;
    let acted = approve(app, proposal.id, first).await;
    assert!(acted.changed && acted.refusal.is_none(), "{acted:?}");
    proposal.id
}

/// It still waits, for this reason.
fn refused(acted: &Acted, why: &str) {
    assert!(acted.refusal.as_ref().is_some_and(|refusal| refusal.contains(why)), "{why}: {acted:?}");
    assert_eq!((acted.changed, &acted.proposal.state), (false, &State::Pending));
}

const SAME: &str = "it takes a second person";
const PERHAPS: &str = "nobody knows who";

#[tokio::test]
async fn one_person_is_one_approver_under_every_name_on_every_surface() {
    let world = world(|_| {}).await;
    let app = &world.app;
    let slack = in_slack(app, &profile("U1", "Lena Ortiz", Some("Lena@Team.example"))).await;
    let names = [
        origin(LENA, Surface::Chat),
        origin(" LENA@team.EXAMPLE ", Surface::Api),
        origin("Lena Ortiz", Surface::Cli),
        origin("lena ORTIZ", Surface::Chat),
        slack,
    ];
    let mut last = None;
    for first in &names {
        let id = approved_by(app, first).await;
        for again in &names {
            let acted = approve(app, id, again).await;
            refused(&acted, SAME);
            assert_eq!(acted.proposal.approvals.len(), 1, "{acted:?}");
        }
        last = Some(id);
    }
    let person = app.people().await.unwrap();
    assert_eq!(person.len(), 1, "{person:?}");
    assert_eq!((person[0].email.as_deref(), person[0].slack.is_some()), (Some(LENA), true));

    let done = approve(app, last.unwrap(), &origin(OMAR, Surface::Cli)).await;
    assert!(matches!(&done.proposal.state, State::Done { by, .. } if by == OMAR), "{done:?}");
    // Whoever has approved what is done may say so again, under whatever name; nothing is done again.
    for again in &names {
        let acted = approve(app, last.unwrap(), again).await;
        assert_eq!((acted.refusal, acted.changed), (None, false));
    }
}

#[tokio::test]
async fn somebody_nobody_knows_is_no_second_person_and_leaves_no_room_for_one() {
    let world = world(|_| {}).await;
    let app = &world.app;
    let id = approved_by(app, &origin(LENA, Surface::Chat)).await;
    for unknown in ["somebody", "Omar", "Lena Ortiz"] {
        refused(&approve(app, id, &origin(unknown, Surface::Chat)).await, PERHAPS);
    }
    assert!(approve(app, id, &origin(OMAR, Surface::Chat)).await.refusal.is_none());
    // A typed name could have been anybody's.
    let id = approved_by(app, &origin("somebody", Surface::Cli)).await;
    refused(&approve(app, id, &origin(LENA, Surface::Chat)).await, PERHAPS);
    refused(&approve(app, id, &origin("somebody", Surface::Chat)).await, SAME);
    // Nor does a name tell which of two people it is.
    app.put_person("sam.a@team.example", Some("Sam Lee"), None).await.unwrap();
    app.put_person("sam.b@team.example", Some("Sam Lee"), None).await.unwrap();
    let id = approved_by(app, &origin("sam.a@team.example", Surface::Chat)).await;
    refused(&approve(app, id, &origin("Sam Lee", Surface::Cli)).await, PERHAPS);
}

#[tokio::test]
async fn whose_address_slack_does_not_tell_may_be_somebody_who_is_known_by_it() {
    let world = world(|_| {}).await;
    let app = &world.app;
    let without = profile("U1", "Lena Ortiz", None);
    let lena = in_slack(app, &without).await;
    let id = approved_by(app, &lena).await;
    refused(&approve(app, id, &origin(LENA, Surface::Chat)).await, PERHAPS);
    refused(&approve(app, id, &lena).await, SAME);
    let other = in_slack(app, &profile("U2", "Omar Haddad", None)).await;
    assert!(approve(app, id, &other).await.refusal.is_none(), "two users of Slack are two people");

    let id = approved_by(app, &origin(LENA, Surface::Chat)).await;
    refused(&approve(app, id, &lena).await, PERHAPS);
    // Now Slack tells it: both were one person all along, who may do what their address was given to do.
    app.put_person(LENA, None, Some(Role::Admin)).await.unwrap();
    let by_name = approved_by(app, &lena).await;
    let now = in_slack(app, &profile("U1", "Lena Ortiz", Some(LENA))).await;
    assert_eq!(now.by.role, Some(Role::Admin));
    for id in [id, by_name] {
        for again in [&now, &lena, &origin(LENA, Surface::Chat), &origin("Lena Ortiz", Surface::Cli)] {
            let acted = approve(app, id, again).await;
            assert_eq!(acted.proposal.state, State::Pending, "{acted:?}");
            assert_eq!(acted.proposal.approvals.len(), 1, "{acted:?}");
        }
    }
    let named: Vec<_> = app.people().await.unwrap().into_iter().map(|person| (person.name, person.email)).collect();
    let lena = ("Lena Ortiz".to_owned(), Some(LENA.to_owned()));
    assert_eq!(named, [lena, ("Omar Haddad".to_owned(), None)]);
}

#[tokio::test]
async fn owners_of_accounts_are_people_before_they_are_met() {
    let world = world(|config| config.actions.known_people_only = true).await;
    let app = &world.app;
    assert_eq!(app.people().await.unwrap(), []);
    let id = approved_by(app, &origin(LENA, Surface::Chat)).await;
    for unknown in ["somebody", "kim@team.example", "Kim"] {
        refused(&approve(app, id, &origin(unknown, Surface::Chat)).await, "may not approve");
    }
    assert!(app.decline(id, &origin("Kim", Surface::Cli)).await.unwrap().refusal.is_some());
    let done = approve(app, id, &origin("OMAR@team.example", Surface::Cli)).await;
    assert!(done.refusal.is_none(), "{done:?}");
    assert!(app.undo(id, &origin("somebody", Surface::Chat)).await.unwrap().refusal.is_some());
    let known: Vec<_> = app.people().await.unwrap().into_iter().map(|person| (person.name, person.role)).collect();
    assert_eq!(known, [("Lena".to_owned(), Role::Csm), ("Omar".to_owned(), Role::Csm)]);

    // One who was given an account is its owner too.
    let action = Action::SetOwner { owner: "kim@team.example".to_owned(), reason: None };
    let given = app.command("crane.dev", action, &origin(LENA, Surface::Chat)).await.unwrap();
    assert!(given.refusal.is_none(), "{given:?}");
    let acted = app.undo(id, &origin("kim@team.example", Surface::Chat)).await.unwrap();
    assert!(acted.changed && acted.refusal.is_none(), "{acted:?}");
}

#[tokio::test]
async fn a_viewer_changes_nothing_whatever_name_they_use() {
    let world = world(|_| {}).await;
    let app = &world.app;
    app.put_person("vic@team.example", Some("Vic Stone"), Some(Role::Viewer)).await.unwrap();
    let slack = in_slack(app, &profile("U9", "Vic Stone", Some("vic@team.example"))).await;
    assert_eq!(slack.by.role, Some(Role::Viewer), "Slack does not make more of somebody");
    let viewers = [origin("vic@team.example", Surface::Chat), origin("vic stone", Surface::Cli), slack];
    let id = approved_by(app, &origin(LENA, Surface::Chat)).await;
    for viewer in &viewers {
        refused(&approve(app, id, viewer).await, "may not approve");
        refused(&app.decline(id, viewer).await.unwrap(), "may not approve");
        let edited = app.edit(id, None, viewer).await;
        assert!(matches!(&edited, Err(AppError::Invalid(text)) if text.contains("may not")), "{edited:?}");
        let note = Action::AddNote { text: "Hello".to_owned() };
        let drafted = app.draft_email(serde_json::from_value(json!({"account": "acme.com"})).unwrap(), viewer).await;
        for wanted in [
            app.propose("crane.dev", note.clone(), viewer).await.map(drop),
            app.command("crane.dev", note, viewer).await.map(drop),
            drafted.map(drop),
        ] {
            assert!(matches!(&wanted, Err(AppError::Invalid(text)) if text.contains("may not change or draft")));
        }
        let question = "Add a note to Crane that they moved offices".to_owned();
        let (events, _received) = mpsc::channel(1_000);
        let told = app.ask(Question { question, origin: viewer.clone(), ..Question::default() }, events).await.unwrap();
        assert!(told.cards.is_empty() && told.answer.contains("may not change or draft"), "{}", told.answer);
    }
    assert!(approve(app, id, &origin(OMAR, Surface::Chat)).await.refusal.is_none());
    let undone = app.undo(id, &viewers[1]).await.unwrap();
    assert!(undone.refusal.is_some() && matches!(undone.proposal.state, State::Done { .. }), "{undone:?}");
    let drafted = app
        .draft_email(serde_json::from_value(json!({"account": "acme.com"})).unwrap(), &origin(LENA, Surface::Chat))
        .await
        .unwrap();
    for viewer in &viewers {
        let edit = Edit { version: 1, subject: Some("Hello".to_owned()), body: None };
        for refused in [
            app.approve_draft(drafted.id, 1, viewer).await,
            app.decline_draft(drafted.id, 1, viewer).await,
            app.edit_draft(drafted.id, edit, viewer).await,
        ] {
            assert!(matches!(&refused, Err(AppError::Invalid(text)) if text.contains("may ")), "{refused:?}");
        }
    }
    let approved = app.approve_draft(drafted.id, 1, &origin("Lena", Surface::Cli)).await.unwrap();
    assert_eq!(approved.decided.unwrap().by.who, LENA, "on record under their address, whatever they typed");
}

/// What a command says, and how it ends.
async fn run(mut command: Command) -> (String, Option<i32>) {
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (text, output.status.code())
}

#[tokio::test]
async fn roles_are_set_by_the_command_and_over_http_and_hold_at_once() {
    let world = world(|_| {}).await;
    let database = world.config.database.url.clone().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut alone = program(folder.path());
    alone.env("DATABASE_URL", &database).args(["people", "set", "Omar@Team.example", "--name", "Omar Haddad"]);
    let (told, code) = run(alone).await;
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("csm") && told.contains("Omar Haddad") && told.contains(OMAR), "{told}");

    let served = world.served().await;
    let command = |arguments: &[&str]| {
        let mut command = program(&served.data_dir);
        command.args(arguments);
        command
    };
    let route = json!({"action": "add_note", "text": "Hello", "approve": true});
    let note = async |who: &str| Served::told(served.post(who, "/api/accounts/bolt.io/actions", &route)).await.0;
    assert_eq!(note(OMAR).await, 200);
    let (told, code) = run(command(&["people", "set", OMAR, "--role", "viewer"])).await;
    assert!(code == Some(0) && told.contains("viewer") && told.contains("Omar Haddad"), "the name stays: {told}");
    for who in [OMAR, "Omar Haddad"] {
        assert_eq!(note(who).await, 403, "{who}");
    }
    let put = async |body: Value| Served::told(served.post("anybody", "/api/people", &body)).await;
    let (status, named) = put(json!({"email": OMAR, "name": "Omar H."})).await;
    assert_eq!((status, &named["role"], &named["name"]), (200, &json!("viewer"), &json!("Omar H.")), "{named}");
    assert_eq!(put(json!({"email": OMAR, "role": "admin"})).await.1["role"], "admin");
    assert_eq!(note("Omar H.").await, 200);
    for wrong in [json!({"email": OMAR, "role": "king"}), json!({"email": "omar"}), json!({"role": "csm"})] {
        assert_eq!(put(wrong.clone()).await.0, 422, "{wrong}");
    }
    let (told, code) = run(command(&["people", "set", OMAR, "--role", "king"])).await;
    assert!(code == Some(2) && told.contains("viewer, csm or admin"), "{told}");
    let people = served.get("/api/people").await;
    let (listed, _) = run(command(&["people"])).await;
    assert_eq!(people["people"].as_array().unwrap().len(), 1, "{people}");
    assert!(listed.contains("admin") && listed.contains("Omar H."), "{listed}");
}

#[tokio::test]
async fn only_an_admin_changes_people_and_the_first_one_is_made_on_the_server() {
    let world = World::with(&three_accounts(), |config| {
        config.http.user_header = Some("x-forwarded-email".to_owned());
    })
    .await;
    let served = world.served().await;
    let put = async |who: &str, body: Value| {
        let request = served.post("anybody", "/api/people", &body).header("x-forwarded-email", who);
        Served::told(request).await
    };
    let to_admin = |who: &str| json!({"email": who, "role": "admin"});
    for who in [LENA, "kim@team.example"] {
        let (status, told) = put(who, to_admin(who)).await;
        assert!(
            status == 403 && told["detail"].as_str().unwrap().contains("people set ADDRESS --role admin"),
            "{told}"
        );
    }
    let set = async |by: &str, who: &str, role: &str| {
        let mut command = program(&served.data_dir);
        command.args(["--as", by, "people", "set", who, "--role", role]);
        run(command).await
    };
    // Nobody is an admin yet: whoever has the server makes one, be it of themselves.
    let (told, code) = set(LENA, LENA, "admin").await;
    assert!(code == Some(0) && told.contains("admin"), "{told}");
    assert_eq!(put(LENA, json!({"email": "kim@team.example", "role": "csm"})).await.0, 200);
    for by in ["kim@team.example", "stranger@team.example", OMAR] {
        assert_eq!(put(by, json!({"email": LENA, "role": "viewer"})).await.0, 403, "{by}");
    }
    let (told, code) = set("kim@team.example", "kim@team.example", "admin").await;
    assert!(code != Some(0) && told.contains("an admin may"), "{told}");
    let people = served.get("/api/people").await;
    let roles: Vec<_> = people["people"].as_array().unwrap().iter().map(|person| person["role"].clone()).collect();
    assert_eq!(roles, ["csm", "admin", "csm"], "{people}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_clicked_in_slack_is_the_same_in_the_chat_and_on_the_terminal() {
    let world = SlackWorld::with(&accounts(), |config, _| config.actions.second_person_above = 1_000).await;
    let app = &world.world.app;
    world.say("U_MONICA", "C_GENERAL", "<@BOT> untrack Northgate Bank", None).await;
    let card = async || {
        let said = world.agent_said("C_GENERAL", "U_MONICA").await;
        let approve = |id: &String| id.starts_with("proposal_approve");
        said.into_iter().find_map(|message| Some((buttons(&message).into_iter().find(approve)?, message["ts"].clone())))
    };
    let click = async |user: &str| {
        let (button, ts) = world.until("a button to approve", card).await;
        world.act("/click", json!({"user": user, "channel": "C_GENERAL", "ts": ts, "action_id": button})).await;
        world.until_idle().await;
    };
    click("U_MONICA").await;
    let now = async || app.proposals(None).await.unwrap().remove(0);
    let proposal = now().await;
    assert_eq!(proposal.approvals.len(), 1, "{proposal:?}");
    for (who, surface, why) in [
        ("monica@piedpiper.com", Surface::Chat, SAME),
        ("Monica Hall", Surface::Cli, SAME),
        ("somebody", Surface::Cli, PERHAPS),
    ] {
        refused(&approve(app, proposal.id, &origin(who, surface)).await, why);
    }
    click("U_MONICA").await;
    assert_eq!(now().await.state, State::Pending, "nor a second time in Slack");
    // A viewer cannot be the second there either; whoever else may act can.
    app.put_person("jared@piedpiper.com", Some("Jared Dunn"), Some(Role::Viewer)).await.unwrap();
    click("U_JARED").await;
    assert_eq!(now().await.state, State::Pending);
    app.put_person("jared@piedpiper.com", None, Some(Role::Csm)).await.unwrap();
    click("U_JARED").await;
    let done = now().await;
    assert!(matches!(&done.state, State::Done { by, .. } if by == "jared@piedpiper.com"), "{done:?}");
    let by = done.approvals.iter().map(|approval| &approval.actor);
    let who: Vec<_> = by.map(|actor| (actor.who.as_str(), actor.surface)).collect();
    let (monica, jared) = ("monica@piedpiper.com", "jared@piedpiper.com");
    assert_eq!(who, [(monica, Surface::Slack), (jared, Surface::Slack)]);
    assert_eq!(world.get("/problems").await, json!([]));
}
