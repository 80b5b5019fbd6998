//! Connecting by logging in at a system: the whole way there and back, and tokens that end.

use success_agent::config::SourceClient;
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::connection::{Connection, Vendor};
use success_agent::sources::emulator::Emulator;

use super::town::{Town, customers};
use crate::harness::world::{NOW, World};

const BACK: &str = "http://127.0.0.1:8484/sources/authorized";

fn ona() -> Actor {
    Actor::new("ona@ours.example", Surface::Chat)
}

/// A workspace whose program is known to the doubles.
async fn town() -> Town {
    let there = customers(2).iter().map(|record| serde_json::from_value(record.clone()).unwrap()).collect::<Vec<_>>();
    let world = World::with(&[], |config| {
        for vendor in [Vendor::HubSpot, Vendor::Attio, Vendor::Salesforce] {
            let client =
                SourceClient { id: format!("local-{vendor}-client"), secret: format!("local-{vendor}-client-secret") };
            config.sources.clients.insert(vendor, client);
        }
    })
    .await;
    let doubles = Emulator::start("127.0.0.1:0".parse().unwrap(), &there, NOW.parse().unwrap()).await.unwrap();
    Town { world, doubles }
}

/// What the system sends back for a login: the code and the state.
async fn logged_in(town: &Town, vendor: Vendor) -> (String, String) {
    let settings = town.doubles.access(vendor).unwrap().settings;
    let to = town.world.app.authorize_source(vendor, &settings, BACK, &ona()).unwrap();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
    let answer = client.get(to).send().await.unwrap();
    let back = answer.headers()["location"].to_str().unwrap().to_owned();
    let url = reqwest::Url::parse(&back).unwrap();
    assert!(back.starts_with(BACK), "{back}");
    let of = |name: &str| url.query_pairs().find(|(key, _)| key == name).unwrap().1.into_owned();
    (of("code"), of("state"))
}

async fn connected(town: &Town, vendor: Vendor) -> Connection {
    let (code, state) = logged_in(town, vendor).await;
    town.world.app.authorized_source(&state, &code, BACK, &ona()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_system_is_connected_by_logging_in_there_and_its_tokens_are_renewed() {
    let town = town().await;
    for vendor in [Vendor::Attio, Vendor::HubSpot, Vendor::Salesforce] {
        let connection = connected(&town, vendor).await;
        town.sync(&connection).await;
        let standing = town.standing(&connection).await;
        assert!(standing.failure.is_none() && standing.succeeded_at.is_some(), "{vendor}: {standing:?}");
    }
    assert_eq!(town.accounts().await.len(), 2);
    // The access token ends by the double's clock, before this program thinks so: it is renewed after a refusal.
    let desk = town.desk(Vendor::HubSpot);
    desk.set_now(desk.now() + chrono::Duration::hours(8));
    let hubspot = town.world.app.connection_called("hubspot").await.unwrap();
    town.sync(&hubspot).await;
    assert!(town.standing(&hubspot).await.failure.is_none(), "{:?}", town.standing(&hubspot).await);
    // A login that was taken back there is said, with what to do.
    town.desk(Vendor::HubSpot).revoke_tokens();
    town.sync(&hubspot).await;
    let failure = town.standing(&hubspot).await.failure.expect("it failed");
    assert!(failure.remedy.contains("connect"), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_somebody_else_began_or_that_is_forged_connects_nothing() {
    let town = town().await;
    let (code, state) = logged_in(&town, Vendor::HubSpot).await;
    let somebody = Actor::new("eve@elsewhere.example", Surface::Chat);
    for (state, by) in [(state.as_str(), &somebody), ("00ff", &ona()), ("", &ona())] {
        let refused = town.world.app.authorized_source(state, &code, BACK, by).await.unwrap_err().to_string();
        assert!(refused.contains("not begun here"), "{refused}");
    }
    town.world.app.authorized_source(&state, &code, BACK, &ona()).await.unwrap();
    let again = town.world.app.authorized_source(&state, &code, BACK, &ona()).await.unwrap_err().to_string();
    assert!(again.contains("Nothing was connected"), "a code is good once: {again}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_lacking_to_log_in_is_said() {
    let town = Town::of(&customers(1)).await;
    let settings = town.doubles.access(Vendor::HubSpot).unwrap().settings;
    let refused = town.world.app.authorize_source(Vendor::HubSpot, &settings, BACK, &ona()).unwrap_err().to_string();
    assert!(refused.contains("HUBSPOT_CLIENT_ID"), "{refused}");
}
