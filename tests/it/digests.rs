//! Digests: made from what changed since the last one, delivered once, and never silently dropped.

use std::collections::BTreeMap;

use chrono::Duration;
use serde_json::{Value, json};
use success_agent::app::{App, AppError, DigestWanted, Origin, digest_text};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::digest::{Digest, Edition, RowState};
use success_agent::domain::person::Absence;
use success_agent::domain::task::Task;
use success_agent::domain::time::Moment;
use success_agent::jobs::Bench;
use success_agent::store::{EditionState, MadeEdition};
use tokio_util::sync::CancellationToken;

use crate::harness::mail_server::{MailServer, Manner};
use crate::harness::world::{NOW, Served, World};

const LENA: &str = "lena@team.example";

fn lena() -> Origin {
    Origin { by: Actor::new(LENA, Surface::Cli), request: None, typed: None }
}

fn account(domain: &str, name: &str, owner: &str) -> Value {
    json!({"type": "account", "domain": domain, "name": name, "owner_email": owner,
        "contacts": [{"name": "Ana Ruiz", "email": format!("ana@{domain}"), "primary": true}]})
}

fn contract(domain: &str, status: &str, amount: u64, renews: &str) -> Value {
    json!({"type": "revenue_source", "id": format!("contract-{domain}"), "account": domain, "system": "stripe",
        "product": "Platform", "status": status, "interval": "year", "amount_minor": amount, "currency": "USD",
        "starts_on": "2025-07-01", "renews_on": renews})
}

fn signal(id: &str, domain: &str, kind: &str, at: &str) -> Value {
    json!({"type": "signal", "id": id, "account": domain, "kind": kind, "occurred_at": at, "text": "The nightly run failed again"})
}

/// Words that bring an account to the ground.
fn trouble(domain: &str, day: &str) -> Vec<Value> {
    let at = format!("{day}T08:00:00Z");
    vec![
        signal(&format!("{domain}-{day}-1"), domain, "escalation", &at),
        signal(&format!("{domain}-{day}-2"), domain, "churn_risk", &at),
        json!({"type": "signal", "id": format!("{domain}-{day}-3"), "account": domain, "kind": "nps", "score": 1,
            "occurred_at": at, "text": "We lost a day"}),
    ]
}

/// Lena's two accounts, one of them in trouble, and one of somebody else in more.
async fn company() -> World {
    let mut records = vec![
        account("acme.com", "Acme", LENA),
        account("bolt.io", "Bolt", LENA),
        account("crane.dev", "Crane", "mina@team.example"),
        contract("acme.com", "past_due", 9_000_000, "2026-07-10"),
        contract("bolt.io", "active", 4_000_000, "2026-12-01"),
        contract("crane.dev", "past_due", 7_000_000, "2026-07-20"),
    ];
    records.extend(trouble("acme.com", "2026-06-12"));
    records.extend(trouble("crane.dev", "2026-06-12"));
    World::with(&records, |_| {}).await
}

fn wanted(to: &str, schedule: &str, zone: &str) -> DigestWanted {
    let some = |text: &str| Some(text.to_owned());
    DigestWanted {
        to: some(to),
        schedule: some(schedule),
        zone: some(zone),
        owner: some(LENA),
        ..DigestWanted::default()
    }
}

async fn added(app: &App, wanted: &DigestWanted) -> Digest {
    app.add_digest(wanted, &lena()).await.unwrap()
}

/// What the workers do with a digest.
async fn worked(app: &App, digest: &Digest) {
    let bench = Bench { app: app.clone(), slack: None, stop: CancellationToken::new() };
    let task = Task::SendDigest { workspace: app.workspace(), digest: digest.id };
    Box::pin(bench.perform(&task, false)).await.unwrap();
}

/// The states of the editions of a digest, the first first.
async fn states(app: &App, digest: &Digest) -> Vec<EditionState> {
    let mut all = app.editions(&digest.id.to_string()).await.unwrap();
    all.reverse();
    all.into_iter().map(|record| record.state).collect()
}

async fn last(app: &App, digest: &Digest) -> Edition {
    app.editions(&digest.id.to_string()).await.unwrap().remove(0).edition.unwrap()
}

fn rows(edition: &Edition) -> Vec<(&str, RowState)> {
    edition.rows.iter().map(|row| (row.name.as_str(), row.state)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_made_while_somebody_sees_to_an_account_is_made_again() {
    let world = company().await.at("2026-06-22T06:31:00Z").await;
    let (app, store) = (&world.app, world.app.store());
    let digest = added(app, &wanted("web", "Mondays 8:30", "Europe/Berlin")).await;
    let digest = app.send_digest(&digest.id.to_string(), &lena()).await.unwrap();
    worked(app, &digest).await;
    let before = store.digest_standings(app.workspace(), digest.id).await.unwrap();
    let mut edition = last(app, &digest).await;
    edition.period = "2026-06-29T06:30:00Z".parse().unwrap();
    let mut made = MadeEdition { edition, standings: before.clone(), before };

    app.acknowledge(&digest.id.to_string(), "acme.com", &lena()).await.unwrap();
    assert_eq!(
        store.keep_edition(app.workspace(), &made).await.unwrap(),
        None,
        "it does not know that Lena sees to Acme"
    );
    let now = store.digest_standings(app.workspace(), digest.id).await.unwrap();
    assert!(now.values().all(|standing| standing.state == RowState::Acknowledged), "what she said stands: {now:?}");

    (made.standings, made.before) = (now.clone(), now);
    assert!(store.keep_edition(app.workspace(), &made).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_says_what_is_new_worse_unchanged_and_recovered_since_the_last() {
    let world = company().await;
    let digest = added(&world.app, &wanted("web", "Mondays 8:30", "Europe/Berlin")).await;
    assert_eq!(digest.next_at.unwrap(), "2026-06-22T06:30:00Z".parse::<Moment>().unwrap());
    worked(&world.app, &digest).await;
    assert!(states(&world.app, &digest).await.is_empty(), "it is not due yet");

    let world = world.at("2026-06-22T06:31:00Z").await;
    worked(&world.app, &digest).await;
    worked(&world.app, &digest).await;
    assert_eq!(states(&world.app, &digest).await, [EditionState::Sent], "once, however often it is tried");
    let first = last(&world.app, &digest).await;
    assert_eq!(rows(&first), [("Acme", RowState::New)], "hers, and nobody else's");
    assert_eq!(first.rows[0].owner.as_deref(), Some(LENA));
    assert!(first.rows[0].next_step.contains("Ana Ruiz"), "{:?}", first.rows[0]);
    assert_eq!(first.sources.accounts, 2);

    // Bolt comes down as well; Acme stays where it is.
    world.import(&trouble("bolt.io", "2026-06-25")).await;
    world.import(&[contract("bolt.io", "past_due", 4_000_000, "2026-12-01")]).await;
    let world = world.at("2026-06-29T06:30:20Z").await;
    worked(&world.app, &digest).await;
    let second = last(&world.app, &digest).await;
    assert_eq!(rows(&second), [("Bolt", RowState::New)]);
    assert_eq!((second.unchanged.count, second.unchanged.first[0].name.as_str()), (1, "Acme"));
    assert_eq!(second.since, Some(first.made_at));

    // Acme pays and is content; Bolt is acknowledged.
    world.import(&[contract("acme.com", "active", 9_000_000, "2027-07-10")]).await;
    for number in 0..6 {
        let at = format!("2026-07-0{}T09:00:00Z", number % 3 + 1);
        world.import(&[signal(&format!("praise-{number}"), "acme.com", "praise", &at)]).await;
    }
    let at = "2026-07-03T08:00:00Z";
    let nps = json!({"type": "signal", "id": "nps-2", "account": "acme.com", "kind": "nps", "score": 10, "occurred_at": at, "text": "Fine"});
    world.import(&[nps]).await;
    world.app.acknowledge(&digest.id.to_string(), "bolt.io", &lena()).await.unwrap();
    let world = world.at("2026-09-07T06:30:20Z").await;
    // Two months of Mondays were missed: nobody wants them in a heap.
    worked(&world.app, &digest).await;
    let third = last(&world.app, &digest).await;
    assert_eq!(third.recovered.first.iter().map(|account| account.name.as_str()).collect::<Vec<_>>(), ["Acme"]);
    let noted = app_states(&world.app, &digest).await;
    assert_eq!(noted.last(), Some(&(EditionState::Sent, "2026-09-07T06:30:00Z".parse().unwrap())));
    assert_eq!(noted.iter().filter(|(state, _)| *state == EditionState::Skipped).count(), 1, "{noted:?}");
}

async fn app_states(app: &App, digest: &Digest) -> Vec<(EditionState, Moment)> {
    let mut all = app.editions(&digest.id.to_string()).await.unwrap();
    all.reverse();
    all.into_iter().map(|record| (record.state, record.period)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_sees_to_is_quiet_until_it_gets_worse() {
    let world = company().await;
    world.import(&trouble("bolt.io", "2026-06-14")).await;
    world.import(&[contract("bolt.io", "past_due", 4_000_000, "2026-12-01")]).await;
    let digest = added(&world.app, &wanted("web", "daily 8:00", "UTC")).await;
    let id = digest.id.to_string();
    let world = world.at("2026-06-16T08:00:10Z").await;
    worked(&world.app, &digest).await;
    assert_eq!(last(&world.app, &digest).await.rows.len(), 2);
    world.app.acknowledge(&id, "Acme", &lena()).await.unwrap();
    world.app.snooze_in_digest(&id, "bolt.io", "2026-06-18".parse().unwrap(), &lena()).await.unwrap();
    let past = world.app.snooze_in_digest(&id, "bolt.io", "2026-06-16".parse().unwrap(), &lena()).await;
    assert!(matches!(past, Err(AppError::Invalid(_))));
    let stranger = world.app.acknowledge(&id, "crane.dev", &lena()).await.unwrap_err();
    assert!(stranger.to_string().contains("not in the last edition"), "{stranger}");

    let world = world.at("2026-06-17T08:00:10Z").await;
    worked(&world.app, &digest).await;
    let quiet = last(&world.app, &digest).await;
    assert!(quiet.rows.is_empty() && quiet.recovered.count == 0, "{:?}", rows(&quiet));
    assert_eq!((quiet.acknowledged.count, quiet.snoozed.count), (1, 1));
    assert!(
        quiet.summary[0].starts_with("Nothing got worse since June 16: 2 accounts looked at"),
        "{:?}",
        quiet.summary
    );
    assert!(quiet.acknowledged.first[0].note.contains("seen to by Lena"), "{:?}", quiet.acknowledged);

    let world = world.at("2026-06-18T08:00:10Z").await;
    worked(&world.app, &digest).await;
    assert_eq!(last(&world.app, &digest).await.snoozed.count, 0, "its day has come");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarter_of_mondays_across_a_change_of_clocks_comes_once_each_whoever_delivers() {
    let mut world = company().await;
    let berlin = added(&world.app, &wanted("web", "Mondays 8:30", "Europe/Berlin")).await;
    let york = added(&world.app, &wanted("web", "Mondays 8:30", "America/New_York")).await;
    // Every six hours from August to November somebody looks; on each third look two at once.
    let start: Moment = "2026-08-31T00:00:00Z".parse().unwrap();
    for step in 0..(13 * 7 * 4) {
        let now = start + Duration::hours(6 * step) + Duration::minutes(40);
        // Only where something can be due does the program start anew.
        let due = [&berlin, &york]
            .into_iter()
            .any(|digest| digest.schedule.last_until(now).is_some_and(|at| now - at < Duration::hours(6)));
        if !due {
            continue;
        }
        world = world.at(&now.to_rfc3339()).await;
        let app = &world.app;
        let all = [&berlin, &york];
        for digest in all {
            if step % 3 == 0 {
                tokio::join!(worked(app, digest), worked(app, digest));
            } else {
                worked(app, digest).await;
            }
        }
    }
    for digest in [&berlin, &york] {
        let sent = app_states(&world.app, digest).await;
        let sent: Vec<Moment> =
            sent.into_iter().filter(|(state, _)| *state == EditionState::Sent).map(|(_, at)| at).collect();
        let mut counted: BTreeMap<String, u32> = BTreeMap::new();
        for at in &sent {
            let told = digest.schedule.zone().tell(*at);
            assert_eq!(told.format("%a %H:%M").to_string(), "Mon 08:30");
            *counted.entry(told.day().to_string()).or_default() += 1;
        }
        assert_eq!(counted.len(), 13, "{counted:?}");
        assert!(counted.values().all(|times| *times == 1), "{counted:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_arrives_once_and_what_does_not_arrive_is_said() {
    let server = MailServer::start(Manner::Takes).await;
    let world = {
        let mut world = company().await;
        world.config.mail = Some(server.config());
        world.at(NOW).await
    };
    let digest = added(&world.app, &wanted("mail:Lena@Team.example", "daily 8:00", "UTC")).await;
    let world = world.at("2026-06-16T08:00:10Z").await;
    worked(&world.app, &digest).await;
    worked(&world.app, &digest).await;
    let messages = server.messages();
    assert_eq!(messages.len(), 1);
    assert!(
        messages[0].contains("NEW  Acme: critical") && messages[0].contains("To: lena@team.example"),
        "{}",
        messages[0]
    );

    // Without a way to a mail server it is made, kept, and said why it did not go out.
    let mut world = world;
    world.config.mail = None;
    let world = world.at("2026-06-17T08:00:10Z").await;
    worked(&world.app, &digest).await;
    assert_eq!(states(&world.app, &digest).await, [EditionState::Sent, EditionState::Failed]);
    let now = world.app.digest(&digest.id.to_string()).await.unwrap();
    assert!(now.problem.unwrap().contains("No mail server is configured"));
    assert_eq!(now.next_at, Some("2026-06-18T08:00:00Z".parse().unwrap()), "the next one is tried all the same");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_of_which_nobody_knows_whether_it_went_out_is_not_sent_again() {
    let server = MailServer::start(Manner::Breaks).await;
    let world = {
        let mut world = company().await;
        world.config.mail = Some(server.config());
        world.at(NOW).await
    };
    let digest = added(&world.app, &wanted("mail:lena@team.example", "daily 8:00", "UTC")).await;
    let world = world.at("2026-06-16T08:00:10Z").await;
    worked(&world.app, &digest).await;
    worked(&world.app, &digest).await;
    assert_eq!(states(&world.app, &digest).await, [EditionState::Failed]);
    let problem = world.app.digest(&digest.id.to_string()).await.unwrap().problem.unwrap();
    assert!(problem.contains("nobody knows whether it went out"), "{problem}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_is_managed_over_http_and_wrong_ones_say_what_to_write() {
    let served = company().await.served().await;
    let good = json!({"to": "web", "schedule": "Mondays 8:30", "zone": "Europe/Berlin", "owner": LENA});
    let (status, added) = Served::told(served.post(LENA, "/api/digests", &good)).await;
    assert_eq!((status, added["when"].as_str()), (200, Some("Mondays at 08:30 (Europe/Berlin)")), "{added}");
    assert_eq!(added["name"], "critical accounts of lena@team.example");
    for (body, said) in [
        (json!({"to": "web", "schedule": "30 25 * * 1"}), "25 is no hour"),
        (json!({"to": "web", "schedule": "Mondays 8:30", "zone": "Europe/Berln"}), "did you mean Europe/Berlin?"),
        (json!({"to": "fax", "schedule": "Mondays 8:30"}), "nowhere a digest can go"),
        (json!({"schedule": "Mondays 8:30"}), "Say where"),
        (json!({"to": "web", "schedule": "Mondays 8:30", "levels": ["purple"]}), "`purple` is no level"),
    ] {
        let (status, problem) = Served::told(served.post(LENA, "/api/digests", &body)).await;
        let detail = problem["detail"].as_str().unwrap();
        assert!(status == 422 && detail.contains(said), "{body}: {status} {detail}");
    }
    let id = added["id"].as_str().unwrap();
    let preview = served.get(&format!("/api/digests/{id}/preview")).await;
    assert!(preview["text"].as_str().unwrap().contains("NEW  Acme"), "{preview}");
    assert_eq!(served.get(&format!("/api/digests/{id}/deliveries")).await["deliveries"], json!([]));
    let page = reqwest::get(format!("{}/digests", served.url)).await.unwrap().text().await.unwrap();
    assert!(
        page.contains("Mondays at 08:30 (Europe/Berlin)") && page.contains("this is what it would say now"),
        "{page}"
    );
    assert!(page.contains("Start with Acme") && page.contains("Clear up the payment with Ana Ruiz"), "{page}");
    let (_, paused) = Served::told(served.post(LENA, &format!("/api/digests/{id}/pause"), &json!({}))).await;
    assert_eq!((&paused["paused"], &paused["next_at"]), (&json!(true), &Value::Null));
    let (status, refused) = Served::told(served.post(LENA, &format!("/api/digests/{id}/send"), &json!({}))).await;
    assert_eq!(status, 409, "{refused}");
    let change = json!({"levels": ["all"], "name": "Everything"});
    let (_, changed) = Served::told(served.post(LENA, &format!("/api/digests/{id}"), &change)).await;
    assert_eq!(
        (&changed["name"], &changed["about"]),
        (&json!("Everything"), &json!("all accounts of lena@team.example"))
    );
    let (_, resumed) = Served::told(served.post(LENA, "/api/digests/Everything/resume", &json!({}))).await;
    assert_eq!(resumed["paused"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edition_reads_like_this() {
    let world = company().await;
    world.import(&trouble("bolt.io", "2026-06-14")).await;
    let digest =
        added(&world.app, &DigestWanted { owner: Some("all".to_owned()), ..wanted("web", "daily 8:00", "UTC") }).await;
    let world = world.at("2026-06-16T08:00:10Z").await;
    worked(&world.app, &digest).await;
    insta::assert_snapshot!("digest", digest_text(&last(&world.app, &digest).await).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_fell_by_other_weights_says_so_and_blames_no_customer() {
    let world = company().await;
    let all = DigestWanted { levels: Some(vec!["all".to_owned()]), ..wanted("web", "Mondays 8:30", "Europe/Berlin") };
    let digest = added(&world.app, &all).await;
    let world = world.at("2026-06-22T06:31:00Z").await;
    worked(&world.app, &digest).await;
    let changes = json!({"base": 60});
    world.app.set_health(Some(&changes), None, None, &lena(), success_agent::app::Console::Local).await.unwrap();
    let world = world.at("2026-06-29T06:31:00Z").await;
    worked(&world.app, &digest).await;
    let edition = last(&world.app, &digest).await;
    let bolt = edition.rows.iter().find(|row| row.name == "Bolt").unwrap();
    assert!(bolt.reason.starts_with("Weights or thresholds were changed (−15)"), "{bolt:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_somebody_is_away_theirs_goes_to_whoever_stands_in_with_a_brief() {
    let mail = MailServer::start(Manner::Takes).await;
    let world = company().await;
    let config = mail.config();
    let world = world.with_mail(config).await;
    let digest = added(&world.app, &wanted(&format!("mail:{LENA}"), "Mondays 8:30", "Europe/Berlin")).await;
    let console = success_agent::app::Console::Local;
    let absence = |until: &str, stand_in: &str| Absence {
        email: LENA.to_owned(),
        until: until.parse().unwrap(),
        stand_in: stand_in.to_owned(),
    };
    for (absence, says) in [
        (absence("2026-06-01", "mina@team.example"), "is over"),
        (absence("2026-06-30", LENA), "Somebody else has to stand in"),
        (absence("2026-06-30", "mina"), "is not an e-mail address"),
    ] {
        let refused = world.app.set_absence(&absence, &lena(), console).await.unwrap_err().to_string();
        assert!(refused.contains(says), "{refused}");
    }
    world.app.set_absence(&absence("2026-06-24", "mina@team.example"), &lena(), console).await.unwrap();
    let world = world.at("2026-06-22T06:31:00Z").await;
    worked(&world.app, &digest).await;
    let messages = mail.messages();
    let first = messages.last().unwrap();
    assert!(first.contains("To: mina@team.example") && first.contains("you stand in for them"), "{first}");
    assert!(first.contains("Acme") && first.contains("Next:"), "{first}");
    let world = world.at("2026-06-29T06:31:00Z").await;
    worked(&world.app, &digest).await;
    let back = mail.messages().last().unwrap().clone();
    assert!(back.contains(&format!("To: {LENA}")) && !back.contains("stand in"), "{back}");
}
