//! Logging in with a provider of `OpenID` Connect: who is let in, and what is not believed.

use success_agent::config::Config;

use super::notes;
use crate::harness::oidc_server::{OidcServer, Says};
use crate::harness::visitor::{Visitor, command, leads_to};
use crate::harness::world::{NOW, Served, World, three_accounts};

const LENA: &str = "lena@team.example";

async fn world(set: impl FnOnce(&mut Config)) -> (OidcServer, Served) {
    let provider = OidcServer::start(NOW.parse().unwrap()).await;
    let world = World::with(&three_accounts(), |config| {
        config.log_in.providers = vec![provider.config()];
        set(config);
    })
    .await;
    (provider, world.served_with_log_in().await)
}

/// Goes to the provider, up to the address that leads back.
async fn leave(visitor: &mut Visitor, to: &str) -> String {
    let answer = visitor.send(visitor.get(to)).await;
    assert_eq!(answer.status(), 303, "{}", answer.text().await.unwrap());
    let there = leads_to(&answer).to_owned();
    let answer = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    leads_to(&answer.get(there).send().await.unwrap()).to_owned()
}

/// Logs in as the provider says; the status, and where it leads or what the page says.
async fn log_in(served: &Served) -> (Visitor, u16, String) {
    let mut visitor = Visitor::of(served);
    let back = leave(&mut visitor, "/log-in/with/oidc?to=/accounts").await;
    let answer = visitor.send(visitor.get(&back)).await;
    let status = answer.status().as_u16();
    let told = if status == 303 { leads_to(&answer).to_owned() } else { answer.text().await.unwrap() };
    (visitor, status, told)
}

#[tokio::test]
async fn whoever_is_known_or_of_the_teams_domains_is_let_in_and_nobody_else() {
    let (provider, served) = world(|_| {}).await;
    let page = Visitor::of(&served).page("/log-in?to=/accounts").await.1;
    assert!(page.contains("Log in with Example ID") && page.contains("/log-in/with/oidc?to=%2Faccounts"), "{page}");

    provider.says(Says::of("kim@team.example"));
    let (mut stranger, status, told) = log_in(&served).await;
    assert!(status == 403 && told.contains("kim@team.example") && told.contains("team add"), "{told}");
    assert_eq!(stranger.page("/accounts").await.0, 303, "they are not logged in");

    let (said, well) = command(&served.data_dir, &["team", "add", "team.example"]).await;
    assert!(well, "{said}");
    let (mut kim, status, told) = log_in(&served).await;
    assert_eq!((status, told.as_str()), (303, "/accounts"), "{told}");
    let (_, page) = kim.page("/accounts").await;
    assert!(page.contains("Kim Larsen") && page.contains("(csm)"), "{page}");
    assert_eq!(notes(&kim).await.0, 200);

    for other in ["kim@team.example.evil.example", "kim@notteam.example", "team.example@evil.example"] {
        provider.says(Says::of(other));
        assert_eq!(log_in(&served).await.1, 403, "{other}");
    }
    // Who is known keeps the role they have.
    let (said, well) = command(&served.data_dir, &["people", "set", "vic@other.example", "--role", "viewer"]).await;
    assert!(well, "{said}");
    provider.says(Says::of("Vic@Other.example"));
    let (mut vic, status, _) = log_in(&served).await;
    vic.page("/accounts").await;
    assert_eq!((status, notes(&vic).await.0), (303, 403));
}

#[tokio::test]
async fn what_a_provider_says_is_believed_only_where_it_holds() {
    let (provider, served) = world(|_| {}).await;
    let (said, well) = command(&served.data_dir, &["people", "set", LENA]).await;
    assert!(well, "{said}");
    let truth = || Says::of(LENA);
    for (says, what, why) in [
        (Says { nonce: Some("another"), ..truth() }, "another nonce", "cannot be trusted"),
        (Says { audience: "another", ..truth() }, "for another service", "cannot be trusted"),
        (Says { forged: true, ..truth() }, "signed by another", "cannot be trusted"),
        (Says { lasts: -1, ..truth() }, "over", "cannot be trusted"),
        (Says { verified: Some(false), ..truth() }, "an address that is not verified", "verify it there"),
        (Says { verified: None, ..truth() }, "an address of which nothing is said", "verify it there"),
        (Says { email: None, ..truth() }, "no address", "verify it there"),
        (Says { denies: true, ..truth() }, "denied", "did not log you in"),
    ] {
        provider.says(says);
        let (mut visitor, status, told) = log_in(&served).await;
        assert!(status == 403 && told.contains(why), "{what}: {status} {told}");
        assert_eq!(visitor.page("/accounts").await.0, 303, "{what}");
    }
    provider.says(truth());
    assert_eq!(log_in(&served).await.1, 303);
}

#[tokio::test]
async fn a_log_in_that_was_begun_elsewhere_or_is_finished_is_not_finished_here() {
    let (provider, served) = world(|_| {}).await;
    command(&served.data_dir, &["people", "set", LENA]).await;
    provider.says(Says::of(LENA));
    // Somebody else's way back, put under a link.
    let mut other = Visitor::of(&served);
    let theirs = leave(&mut other, "/log-in/with/oidc").await;
    let mut visitor = Visitor::of(&served);
    assert_eq!(visitor.send(visitor.get(&theirs)).await.status(), 400);
    let own = leave(&mut visitor, "/log-in/with/oidc").await;
    assert_eq!(visitor.send(visitor.get(&theirs)).await.status(), 400);
    assert_eq!(visitor.send(visitor.get(&own)).await.status(), 400, "it was taken out by the wrong one");

    let own = leave(&mut visitor, "/log-in/with/oidc").await;
    let before = visitor.cookie.clone();
    assert_eq!(visitor.send(visitor.get(&own)).await.status(), 303);
    assert_ne!(visitor.cookie, before, "a log-in has a session of its own");
    assert_eq!(visitor.send(visitor.get(&own)).await.status(), 400);
    assert_eq!(visitor.page("/accounts").await.0, 200, "who is logged in stays so");
    assert_eq!(visitor.get("/log-in/with/nobody").send().await.unwrap().status(), 404);
}

#[tokio::test]
async fn a_provider_that_is_away_is_said_to_be() {
    let (_provider, served) = world(|config| config.log_in.providers[0].issuer = "http://127.0.0.1:1".to_owned()).await;
    let (status, page) = Visitor::of(&served).page("/log-in/with/oidc").await;
    assert!(status == 502 && page.contains("cannot be asked right now") && page.contains("one-time link"), "{page}");
}
