//! Tokens of programs: what they are good for, and what they are not.

use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};

use super::note;
use crate::harness::hands::Hands;
use crate::harness::visitor::{Visitor, command};
use crate::harness::world::{NOW, Served, World, three_accounts};

const ADA: &str = "ada@team.example";
const OMAR: &str = "omar@team.example";

/// Adds an admin and a CSM.
async fn with_people(served: Served) -> Served {
    for (who, role) in [(ADA, "admin"), (OMAR, "csm")] {
        let (said, well) = command(&served.data_dir, &["people", "set", who, "--role", role]).await;
        assert!(well, "{said}");
    }
    served
}

/// Makes a token by the command.
async fn made(served: &Served, arguments: &[&str]) -> String {
    let (said, well) = command(&served.data_dir, &[&["token", "add"], arguments].concat()).await;
    assert!(well, "{said}");
    said.split_whitespace().find(|word| word.starts_with("sa_")).unwrap().to_owned()
}

fn get(served: &Served, token: &str, path: &str) -> RequestBuilder {
    Client::new().get(format!("{}{path}", served.url)).bearer_auth(token)
}

fn post(served: &Served, token: &str, path: &str, body: &Value) -> RequestBuilder {
    Client::new().post(format!("{}{path}", served.url)).bearer_auth(token).json(body)
}

async fn notes(served: &Served, token: &str) -> (u16, Value) {
    Served::told(post(served, token, "/api/accounts/bolt.io/actions", &note())).await
}

#[tokio::test]
async fn a_token_does_what_its_scope_allows_and_never_more_than_whose_it_is() {
    let served = with_people(World::with(&three_accounts(), |_| {}).await.served_with_log_in().await).await;
    let read = made(&served, &["reader", "--for", ADA]).await;
    let act = made(&served, &["actor", "--for", OMAR, "--scope", "act"]).await;
    let admin = made(&served, &["ruler", "--for", ADA, "--scope", "admin", "--days", "7"]).await;
    for token in [&read, &act, &admin] {
        assert_eq!(Served::told(get(&served, token, "/api/accounts")).await.0, 200);
        let asked = post(&served, token, "/api/ask", &json!({"question": "When does Acme renew?"}));
        assert_eq!(Served::told(asked).await.0, 200);
    }
    let people = json!({"email": "kim@team.example"});
    for (token, acts, administers) in [(&read, 403, 403), (&act, 200, 403), (&admin, 200, 200)] {
        let (status, told) = notes(&served, token).await;
        assert_eq!(status, acts, "{told}");
        assert_eq!(Served::told(post(&served, token, "/api/people", &people)).await.0, administers);
        // The same token opens no page for anybody, and makes no other.
        let more = json!({"name": "more", "scope": "read", "days": 1});
        assert_eq!(Served::told(post(&served, token, "/api/tokens", &more)).await.0, 403);
    }
    let asked = post(&served, &read, "/api/ask", &json!({"question": "Add a note to Bolt that they moved offices"}));
    let (_, answer) = Served::told(asked).await;
    assert!(answer["cards"].as_array().is_none_or(Vec::is_empty), "{answer}");
    let audit = served.get("/api/audit").await;
    let who: Vec<_> = audit["entries"].as_array().unwrap().iter().map(|entry| entry["who"].clone()).collect();
    assert!(who.contains(&json!(OMAR)) && who.contains(&json!(ADA)), "{audit}");

    let (said, well) = command(&served.data_dir, &["token", "add", "x", "--for", OMAR, "--scope", "admin"]).await;
    assert!(!well && said.contains("scope act at most"), "{said}");
    command(&served.data_dir, &["people", "set", OMAR, "--role", "viewer"]).await;
    assert_eq!(notes(&served, &act).await.0, 403, "whoever may do less has tokens that do");
}

#[tokio::test]
async fn a_token_ends_by_itself_or_when_it_is_taken_away_and_is_kept_nowhere() {
    let hands = Hands::at(NOW.parse().unwrap());
    let world = World::with(&three_accounts(), |config| config.clock = hands.clock()).await;
    let mut connection = world.database.connection().await;
    let served = with_people(world.served_with_log_in().await).await;
    let token = made(&served, &["nightly", "--for", OMAR, "--days", "2"]).await;
    let (listed, _) = command(&served.data_dir, &["token", "list"]).await;
    assert!(listed.contains("nightly") && listed.contains("never used") && !listed.contains("sa_"), "{listed}");
    assert_eq!(Served::told(get(&served, &token, "/api/accounts")).await.0, 200);
    let (listed, _) = command(&served.data_dir, &["token", "list"]).await;
    assert!(listed.contains("last used 2026-06-15"), "{listed}");
    let kept: Vec<String> =
        sqlx::query_scalar("select t::text from api_tokens t").fetch_all(&mut connection).await.unwrap();
    assert!(kept.len() == 1 && !kept[0].contains(token.trim_start_matches("sa_")), "{kept:?}");

    let (said, well) = command(&served.data_dir, &["token", "add", "nightly", "--for", OMAR]).await;
    assert!(!well && said.contains("another name"), "{said}");
    hands.pass(2 * 24);
    let (status, problem) = Served::told(get(&served, &token, "/api/accounts")).await;
    assert!(status == 401 && problem["detail"].as_str().unwrap().contains("expired"), "{problem}");
    let next = made(&served, &["nightly", "--for", OMAR]).await;
    assert_eq!(Served::told(get(&served, &next, "/api/accounts")).await.0, 200, "in place of the one that is over");
    let (said, well) = command(&served.data_dir, &["token", "remove", "nightly"]).await;
    assert!(well, "{said}");
    assert_eq!(Served::told(get(&served, &next, "/api/accounts")).await.0, 401);
    let (said, well) = command(&served.data_dir, &["token", "remove", "nightly"]).await;
    assert!(!well && said.contains("no token"), "{said}");
    for (wrong, why) in [
        (&["", "--for", OMAR][..], "name has"),
        (&["x", "--for", OMAR, "--days", "0"], "1 to 366 days"),
        (&["x", "--for", OMAR, "--scope", "king"], "read, act or admin"),
        (&["x", "--for", "kim@team.example"], "Nobody is known"),
        (&["x"], "--for ADDRESS"),
    ] {
        let (said, well) = command(&served.data_dir, &[&["token", "add"], wrong].concat()).await;
        assert!(!well && said.contains(why), "{wrong:?}: {said}");
    }
}

#[tokio::test]
async fn people_make_tokens_of_their_own_and_see_no_others() {
    let served = with_people(World::with(&three_accounts(), |_| {}).await.served_with_log_in().await).await;
    made(&served, &["hers", "--for", ADA]).await;
    let omar = Visitor::logged_in(&served, &[OMAR]).await;
    let wanted = json!({"name": "mine", "scope": "act", "days": 30});
    let (status, token) = Served::told(omar.post("/api/tokens", &wanted)).await;
    assert_eq!((status, &token["who"]), (200, &json!(OMAR)), "{token}");
    assert_eq!(notes(&served, token["secret"].as_str().unwrap()).await.0, 200);
    let others = json!({"name": "hers too", "scope": "read", "days": 30, "of": ADA});
    assert_eq!(Served::told(omar.post("/api/tokens", &others)).await.0, 403);
    let names = async |visitor: &Visitor| {
        let (_, listed) = Served::told(visitor.get("/api/tokens")).await;
        let tokens = listed["tokens"].as_array().unwrap().clone();
        tokens.iter().map(|token| token["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(&omar).await, ["mine"]);
    let ada = Visitor::logged_in(&served, &[ADA]).await;
    assert_eq!(names(&ada).await.len(), 2);
    let remove = |visitor: &Visitor, name: &str| {
        visitor.request(reqwest::Method::DELETE, &format!("/api/tokens/{name}"), &json!({}))
    };
    assert_eq!(Served::told(remove(&omar, "hers")).await.0, 404);
    assert_eq!(Served::told(remove(&ada, "mine")).await.0, 200);
    assert_eq!(names(&omar).await, [""; 0]);
}

#[tokio::test]
async fn a_token_of_one_workspace_opens_nothing_of_another() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let url = world.config.database.url.clone();
    let here = with_people(world.served_with_log_in().await).await;
    let there = World::with(&three_accounts(), |config| {
        config.database.url = url;
        config.workspace = "another".to_owned();
    })
    .await
    .served_with_log_in()
    .await;
    let token = made(&here, &["t", "--for", ADA, "--scope", "admin"]).await;
    assert_eq!(Served::told(get(&here, &token, "/api/accounts")).await.0, 200);
    assert_eq!(Served::told(get(&there, &token, "/api/accounts")).await.0, 401);
    assert_eq!(notes(&there, &token).await.0, 401);
}
