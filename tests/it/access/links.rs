//! Logging in by a one-time link, what the session is good for, and how it ends.

use reqwest::redirect;
use serde_json::{Value, json};
use success_agent::web::{Server, Shutdown};

use super::notes;
use crate::harness::hands::Hands;
use crate::harness::visitor::{Visitor, command, leads_to, link};
use crate::harness::world::{NOW, Served, World, three_accounts};

const LENA: &str = "lena@team.example";
const OMAR: &str = "omar@team.example";

async fn served() -> Served {
    World::with(&three_accounts(), |_| {}).await.served_with_log_in().await
}

#[tokio::test]
async fn whoever_is_not_logged_in_is_led_to_the_log_in_and_the_api_says_so() {
    let served = served().await;
    let visitor = Visitor::of(&served);
    let answer = visitor.get("/accounts/acme.com?show=call").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), leads_to(&answer)), (303, "/log-in?to=%2Faccounts%2Facme.com%3Fshow%3Dcall"));
    let answer = visitor.get("/").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), leads_to(&answer)), (303, "/log-in"));
    for place in ["/api/accounts", "/api/audit", "/api/openapi.json", "/api/nothing"] {
        let answer = visitor.get(place).send().await.unwrap();
        assert_eq!(answer.status(), 401, "{place}");
        let problem: Value = answer.json().await.unwrap();
        assert!(problem["detail"].as_str().unwrap().contains("/log-in"), "{problem}");
    }
    let (status, problem) = notes(&visitor).await;
    assert_eq!(status, 401, "{problem}");
    for place in ["/healthz", "/readyz", "/log-in", "/favicon.ico"] {
        assert_eq!(visitor.get(place).send().await.unwrap().status(), 200, "{place}");
    }
    let page = visitor.get("/log-in?to=/accounts").send().await.unwrap().text().await.unwrap();
    assert!(page.contains("success-agent log-in") && !page.contains("/digests"), "{page}");
}

#[tokio::test]
async fn a_link_logs_in_once_and_whoever_only_looks_at_it_does_not_use_it_up() {
    let served = served().await;
    let link = link(&served, &[LENA, "--name", "Lena Ortiz"]).await;
    let mut visitor = Visitor::of(&served);
    for _ in 0..3 {
        let (status, page) = visitor.page(&link).await;
        assert!(status == 200 && page.contains("Lena Ortiz") && visitor.cookie.is_none(), "{page}");
    }
    let answer = visitor.send(visitor.form(&link, &[("to", "/accounts/acme.com")])).await;
    assert_eq!((answer.status().as_u16(), leads_to(&answer)), (303, "/accounts/acme.com"));
    let set = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax") && set.contains("Path=/"), "{set}");
    assert!(!set.contains("Secure"), "there is no https here: {set}");
    let (status, page) = visitor.page("/accounts/acme.com").await;
    assert!(status == 200 && page.contains("Lena Ortiz") && page.contains("Log out"), "{page}");

    let mut second = Visitor::of(&served);
    let answer = second.send(second.form(&link, &[])).await;
    assert_eq!(answer.status(), 410);
    let said = answer.text().await.unwrap();
    assert!(said.contains("used before or has expired") && second.cookie.is_none(), "{said}");
    assert_eq!(second.page(&link).await.0, 410);
    assert_eq!(second.page("/log-in/link/guess").await.0, 410);
}

#[tokio::test]
async fn a_link_leads_nowhere_else_after_the_log_in() {
    let served = served().await;
    for elsewhere in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
        let link = link(&served, &[LENA]).await;
        let mut visitor = Visitor::of(&served);
        let answer = visitor.send(visitor.form(&link, &[("to", elsewhere)])).await;
        assert_eq!(leads_to(&answer), "/", "{elsewhere}");
    }
}

#[tokio::test]
async fn the_first_who_logs_in_is_admin_and_the_others_are_what_they_were_made() {
    let served = served().await;
    let (said, well) = command(&served.data_dir, &["log-in"]).await;
    assert!(!well && said.contains("log-in ADDRESS"), "{said}");
    let (said, well) = command(&served.data_dir, &["log-in", "lena"]).await;
    assert!(!well && said.contains("not an e-mail address"), "{said}");
    for (arguments, role) in [
        (&[LENA][..], "admin"),
        (&[OMAR], "csm"),
        (&["vic@team.example", "--role", "viewer"], "viewer"),
        (&["vic@team.example"], "viewer"),
    ] {
        let (said, well) = command(&served.data_dir, &[&["log-in"], arguments].concat()).await;
        assert!(well && said.contains(&format!("({role})")), "{arguments:?}: {said}");
    }
    // Who is known and no admin makes nobody one.
    for wanted in [&["kim@team.example"][..], &[OMAR, "--role", "admin"]] {
        let (said, well) = command(&served.data_dir, &[&["--as", OMAR, "log-in"], wanted].concat()).await;
        assert!(!well && said.contains("an admin may"), "{said}");
    }
    // Nor does anybody over HTTP, whoever they are.
    let mut lena = Visitor::logged_in(&served, &[LENA]).await;
    lena.page("/").await;
    let answer = lena.post("/api/log-in/links", &json!({"email": OMAR})).send().await.unwrap();
    assert_eq!(answer.status(), 403);
}

#[tokio::test]
async fn what_is_done_in_a_session_is_done_by_whoever_is_logged_in_whatever_they_say() {
    let served = served().await;
    let omar = Visitor::logged_in(&served, &[OMAR, "--role", "csm"]).await;
    let claimed = omar.post("/api/accounts/bolt.io/actions", &super::note()).header("x-success-agent-user", LENA);
    let (status, acted) = Served::told(claimed).await;
    assert_eq!((status, &acted["proposal"]["by"]), (200, &json!(OMAR)), "{acted}");
    let audit = served.get("/api/audit").await;
    assert!(audit["entries"].as_array().unwrap().iter().all(|entry| entry["who"] == OMAR), "{audit}");
}

#[tokio::test]
async fn a_viewer_who_is_logged_in_reads_and_asks_and_changes_nothing() {
    let served = served().await;
    let viewer = Visitor::logged_in(&served, &["vic@team.example", "--role", "viewer"]).await;
    let (status, problem) = notes(&viewer).await;
    assert_eq!(status, 403, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("may read and ask"), "{problem}");
    let asked = viewer.post("/api/ask", &json!({"question": "When does Acme renew?"}));
    assert_eq!(Served::told(asked).await.0, 200);
    // What they may do changes at once.
    let (said, well) = command(&served.data_dir, &["people", "set", "vic@team.example", "--role", "csm"]).await;
    assert!(well, "{said}");
    assert_eq!(notes(&viewer).await.0, 200);
}

#[tokio::test]
async fn a_request_that_does_not_repeat_the_token_of_its_session_is_refused() {
    let served = served().await;
    let mut lena = Visitor::logged_in(&served, &[LENA]).await;
    let place = "/api/accounts/bolt.io/actions";
    let (status, problem) = Served::told(lena.bare(place, &super::note())).await;
    assert_eq!(status, 403, "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("page of your session"), "{problem}");
    for wrong in ["", "guess"] {
        let request = lena.bare(place, &super::note()).header("x-csrf-token", wrong);
        assert_eq!(Served::told(request).await.0, 403, "{wrong}");
    }
    // That of another session is none of this one.
    let other = Visitor::logged_in(&served, &[OMAR]).await;
    let request = lena.bare(place, &super::note()).header("x-csrf-token", other.csrf.clone().unwrap());
    assert_eq!(Served::told(request).await.0, 403);
    assert_eq!(notes(&lena).await.0, 200);

    assert_eq!(lena.form("/log-out", &[]).send().await.unwrap().status(), 403);
    assert_eq!(lena.page("/accounts").await.0, 200, "still logged in");
    let (before, token) = (lena.cookie.clone().unwrap(), lena.csrf.clone().unwrap());
    let answer = lena.send(lena.form("/log-out", &[("csrf", &token)])).await;
    assert_eq!((answer.status().as_u16(), leads_to(&answer)), (303, "/log-in"));
    assert_eq!(lena.page("/accounts").await.0, 303);
    // The cookie of before is good for nothing, whoever kept it.
    lena.cookie = Some(before);
    assert_eq!(lena.page("/accounts").await.0, 303);
    assert_eq!(Served::told(lena.post(place, &super::note())).await.0, 401);
}

#[tokio::test]
async fn a_session_and_a_link_end_by_themselves_and_a_log_in_makes_a_session_of_its_own() {
    let hands = Hands::at(NOW.parse().unwrap());
    let world = World::with(&three_accounts(), |config| config.clock = hands.clock()).await;
    let database = world.database.seen_by_another().await;
    let mut connection = world.database.connection().await;
    let served = world.served_with_log_in().await;
    let link = link(&served, &[LENA]).await;
    hands.pass(1);
    let mut visitor = Visitor::of(&served);
    assert_eq!(visitor.page(&link).await.0, 410, "half an hour is over");
    assert_eq!(visitor.send(visitor.form(&link, &[])).await.status(), 410);

    let mut lena = Visitor::logged_in(&served, &[LENA]).await;
    let first = lena.cookie.clone().unwrap();
    let again = crate::harness::visitor::link(&served, &[LENA]).await;
    lena.send(lena.form(&again, &[])).await;
    assert_ne!(lena.cookie.clone().unwrap(), first);
    let mut old = Visitor::of(&served);
    old.cookie = Some(first);
    assert_eq!(old.page("/").await.0, 303, "the session of before is over");

    // Nothing that lets in is kept as it is.
    let kept: Vec<Vec<u8>> = sqlx::query_scalar("select id from sessions").fetch_all(&mut connection).await.unwrap();
    let secret = lena.cookie.clone().unwrap();
    let (_, secret) = secret.split_once('=').unwrap();
    assert_eq!(kept.len(), 1);
    assert!(kept.iter().all(|id| id.len() == 32 && !secret.contains(&hex::encode(id))));

    hands.pass(13 * 24);
    assert_eq!(lena.page("/").await.0, 200);
    hands.pass(2 * 24);
    assert_eq!(lena.page("/").await.0, 303, "two weeks are over");
    Visitor::logged_in(&served, &[OMAR]).await;
    let kept: i64 = sqlx::query_scalar("select count(*) from sessions").fetch_one(&mut connection).await.unwrap();
    assert_eq!(kept, 1, "what has expired is taken away");
    drop(database);
}

#[tokio::test]
async fn a_session_of_one_workspace_opens_nothing_of_another() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let url = world.config.database.url.clone();
    let here = world.served_with_log_in().await;
    let there = World::with(&three_accounts(), |config| {
        config.database.url = url;
        config.workspace = "another".to_owned();
    })
    .await
    .served_with_log_in()
    .await;
    let lena = Visitor::logged_in(&here, &[LENA]).await;
    let (_, secret) = lena.cookie.as_deref().unwrap().split_once('=').unwrap();
    let mut stranger = Visitor::of(&there);
    let port = there.url.rsplit(':').next().unwrap();
    stranger.cookie = Some(format!("success-agent-{port}={secret}"));
    stranger.csrf = lena.csrf.clone();
    assert_eq!(stranger.page("/accounts").await.0, 303);
    assert_eq!(notes(&stranger).await.0, 401);
    let link = link(&here, &[OMAR]).await.replace(&here.url, &there.url);
    assert_eq!(stranger.send(stranger.form(&link, &[])).await.status(), 410);
    // Both name the same person, and the same cookie does open its own.
    let mut own = Visitor::of(&here);
    own.cookie = lena.cookie.clone();
    assert_eq!(own.page("/accounts").await.0, 200);
    let own = Visitor::logged_in(&there, &["--workspace", "another", LENA]).await;
    assert_eq!(notes(&own).await.0, 200);
}

#[tokio::test]
async fn over_https_the_cookie_is_of_this_host_alone() {
    let world = World::with(&[], |config| {
        config.http.public_url = Some("https://cs.team.example".to_owned());
        config.http.allowed_hosts.insert("cs.team.example".to_owned());
    })
    .await;
    let served = world.served_with_log_in().await;
    let link = link(&served, &[LENA]).await;
    let path = link.strip_prefix("https://cs.team.example").unwrap();
    let client = reqwest::Client::builder().redirect(redirect::Policy::none()).build().unwrap();
    let request = client.post(format!("{}{path}", served.url)).body("to=%2F");
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer = request.header("host", "cs.team.example").send().await.unwrap();
    let set = answer.headers()["set-cookie"].to_str().unwrap();
    assert!(set.starts_with("__Host-success-agent=") && set.contains("Secure") && !set.contains("Domain"), "{set}");
}

#[tokio::test]
async fn a_demo_is_open_on_this_machine_only() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let server = Server::bind("0.0.0.0:0".parse().unwrap()).await.unwrap().for_demo(true);
    let (_never, shutdown) = Shutdown::by_hand();
    let refused = server.serve(world.app.clone(), &world.config, shutdown).await.unwrap_err().to_string();
    assert!(refused.contains("no log-in") && refused.contains("127.0.0.1"), "{refused}");
    let folder = tempfile::tempdir().unwrap();
    let (said, well) = command(folder.path(), &["serve", "--demo", "--listen", "0.0.0.0:0"]).await;
    assert!(!well && said.contains("no log-in") && said.lines().count() == 1, "{said}");
    // Where others are led to it, they log in.
    let world = World::with(&[], |config| config.http.public_url = Some("https://demo.team.example".to_owned())).await;
    let served = world.served().await;
    assert_eq!(Visitor::of(&served).get("/accounts").send().await.unwrap().status(), 303);
}
