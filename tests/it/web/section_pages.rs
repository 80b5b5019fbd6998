//! The pages of the sections besides their lists: settings of the score, lost accounts, releases, readiness, and all of it
//! switched off.

use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use super::hub::{page, words};
use super::sections::{account, contract, names};
use crate::harness::world::{Served, World};
use crate::served::demo;

async fn served(records: &[Value]) -> Served {
    World::with(records, |_| {}).await.served().await
}

/// Two accounts, one healthy and one that owes.
fn two() -> Vec<Value> {
    vec![
        account("Dock"),
        account("Yard"),
        contract("c1", "Dock", "active", (1_000_000, "EUR"), "2027-03-01"),
        contract("c2", "Yard", "past_due", (1_000_000, "EUR"), "2027-03-01"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn other_weights_are_looked_at_before_they_are_set() {
    let served = served(&two()).await;
    let settings = format!("{}/health/settings", served.url);
    let (status, html) = page(&settings).await;
    assert_eq!(status, 200);
    assert!(html.contains("name=\"critical_below\"") && html.contains("name=\"usage.good_from\""), "{html}");
    assert!(!html.contains("What would change"), "nothing was changed");
    let (_, html) = page(&format!("{settings}?healthy_from=90&critical_below=40")).await;
    let text = words(&html);
    assert!(text.contains("of 2 tracked accounts would have another level") && text.contains("Dock"), "{text}");
    let changes = html.split("data-changes=\"").nth(1).unwrap().split('"').next().unwrap().replace("&quot;", "\"");
    assert_eq!(
        serde_json::from_str::<Value>(&changes).unwrap(),
        json!({"healthy_from": 90}),
        "only what is another number"
    );
    let (_, before) = page(&format!("{}/health", served.url)).await;
    let set = json!({"changes": {"healthy_from": 90}, "after": 0, "note": "after the review"});
    assert!(served.post("ops", "/api/health/settings", &set).send().await.unwrap().status().is_success());
    let (_, html) = page(&settings).await;
    assert!(words(&html).contains("after the review") && html.contains("value=\"90\""), "{html}");
    let (_, after) = page(&format!("{}/health", served.url)).await;
    assert!(before != after && !words(&after).contains("\nHealthy\nhealthy"), "{}", words(&after));
    for (query, says) in [("base=much", "is no number"), ("critical_below=95", "must be below")] {
        let (status, html) = page(&format!("{settings}?{query}")).await;
        assert!(status == 200 && words(&html).contains(says) && !html.contains("data-changes"), "{html}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_no_admin_looks_at_weights_and_is_offered_no_way_to_set_them() {
    let served = served(&two()).await;
    let look = Client::new().get(format!("{}/health/settings?healthy_from=90", served.url));
    let html = look.header("x-success-agent-user", "lena@team.example").send().await.unwrap().text().await.unwrap();
    let text = words(&html);
    assert!(text.contains("What would change") && text.contains("an admin may"), "{text}");
    assert!(!html.contains("set-health"), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_account_is_shown_with_what_shipped_since_that_answers_the_reason() {
    let lost = |id: &str, name: &str, reason: &str| {
        json!({"type": "deal", "id": id, "account": format!("{name}.example"), "name": format!("Deal of {name}"),
            "status": "lost", "value_minor": 500_000, "currency": "EUR", "lost_reason": reason,
            "closed_at": "2026-02-01T09:00:00Z"})
    };
    let release = |id: &str, version: &str, day: &str, body: &str| {
        json!({"type": "release", "id": id, "title": format!("Release {version}"), "version": version, "body": body,
            "shipped_at": format!("{day}T09:00:00Z")})
    };
    let records = [
        account("Dock"),
        account("Yard"),
        lost("d1", "Dock", "No single sign-on with Okta"),
        lost("d2", "Yard", "The budget was cut"),
        release("r1", "4.2", "2026-05-01", "- Single sign-on with Okta\n- Faster exports"),
    ];
    let served = served(&records).await;
    let (status, html) = page(&format!("{}/re-engage", served.url)).await;
    let text = words(&html);
    assert_eq!(status, 200);
    assert_eq!(names(&html).len(), 2);
    for words in
        ["No single sign-on with Okta", "4.2", "Single sign-on with Okta", "€5,000", "nothing that answers the reason"]
    {
        assert!(text.contains(words), "{words} in {text}");
    }
    assert_eq!(html.matches("/records/release/r1").count(), 1, "a budget is answered by no release: {text}");
    assert!(html.contains(" of 100, "), "{text}");
    let (_, dear) = page(&format!("{}/re-engage?order=value", served.url)).await;
    assert_eq!(names(&dear).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_entered_by_hand_is_matched_like_any_other() {
    let records = [
        json!({"type": "account", "domain": "dock.example", "name": "Dock",
            "contacts": [{"name": "Ana Ruiz", "email": "ana@dock.example", "primary": true}]}),
        json!({"type": "call", "id": "k1", "account": "dock.example", "title": "Weekly", "started_at": "2026-05-01T10:00:00Z",
            "duration_seconds": 900, "participants": [{"name": "Ana Ruiz", "email": "ana@dock.example", "side": "customer"}],
            "transcript": [{"speaker": "Ana Ruiz", "text": "Could you add single sign-on with Okta? We need it badly.",
                "at_seconds": 5.0}]}),
    ];
    let served = served(&records).await;
    let (_, html) = page(&format!("{}/close-the-loop", served.url)).await;
    assert!(words(&html).contains("This section needs releases"), "{}", words(&html));
    let entry = json!({"title": "Sign in once", "version": "4.3", "notes": "- Single sign-on with Okta", "shipped_on": "2026-06-10"});
    let release = served.post("somebody", "/api/releases", &entry).send().await.unwrap();
    assert_eq!(release.status(), 200);
    let release: Value = release.json().await.unwrap();
    assert_eq!((&release["shipped"], &release["version"]), (&json!(true), &json!("4.3")));
    let (_, html) = page(&format!("{}/close-the-loop", served.url)).await;
    let text = words(&html);
    for words in ["Ana Ruiz", "Single sign-on with Okta", "4.3: Sign in once"] {
        assert!(text.contains(words), "{words} in {text}");
    }
    let (status, opened) = page(&format!("{}/records/release/{}", served.url, release["id"].as_str().unwrap())).await;
    assert!(status == 200 && words(&opened).contains("Sign in once"), "{opened}");
    let drafts = json!({"release": release["id"]});
    let (status, made) = Served::told(served.post("somebody", "/api/close-loop/drafts", &drafts)).await;
    assert!(status == 200 && made["drafts"].as_array().unwrap().len() == 1, "{made}");
    for (wrong, says) in [
        (json!({"title": " ", "notes": "x"}), "needs a headline"),
        (json!({"title": "x", "notes": ""}), "needs notes"),
        (json!({"title": "x", "notes": "y", "url": "javascript:alert(1)"}), "begins with https://"),
    ] {
        let (status, problem) = Served::told(served.post("somebody", "/api/releases", &wrong)).await;
        assert!(status == 422 && problem["detail"].as_str().unwrap().contains(says), "{problem}");
    }
    let (status, html) = page(&format!("{}/close-the-loop?release=none", served.url)).await;
    assert!(status == 404 && words(&html).contains("There is no release “none”"), "{html}");
}

#[tokio::test]
async fn everybody_who_asked_is_told_or_held_back_with_a_reason() {
    let url = demo().await;
    let (status, html) = page(&format!("{url}/close-the-loop?release=all")).await;
    assert_eq!(status, 200);
    let list: Value = reqwest::get(format!("{url}/api/close-loop")).await.unwrap().json().await.unwrap();
    let text = words(&html);
    let (go, held) = text.split_once("\nHeld back\n").map(|_| text.rsplit_once("\nHeld back\n").unwrap()).unwrap();
    for person in list["people"].as_array().unwrap() {
        let Some(who) = person["who"].as_str() else { continue };
        let place = if person["go"] == json!(true) { go } else { held };
        assert!(place.contains(who), "{who} in {place}");
        for hold in person["holds"].as_array().unwrap() {
            assert!(held.contains(hold["text"].as_str().unwrap()), "{hold} in {held}");
        }
    }
    assert!(html.len() < 400_000, "{} bytes", html.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_tells_what_is_there_what_is_not_and_what_to_do() {
    let empty = served(&[]).await;
    let told = empty.get("/api/readiness").await;
    assert_eq!((&told["empty"], &told["next"]["step"]), (&json!(true), &json!("connect")));
    assert!(told["next"]["text"].as_str().unwrap().contains("serve --demo"), "{told}");
    let (status, html) = page(&format!("{}/readiness", empty.url)).await;
    assert!(status == 200 && words(&html).contains("The demo is a workspace"), "{html}");
    let (_, health) = page(&format!("{}/health", empty.url)).await;
    assert!(words(&health).contains("This section needs accounts"), "{}", words(&health));

    let some = served(&two()).await;
    let told = some.get("/api/readiness").await;
    let state = |name: &str| {
        let sources = told["sources"].as_array().unwrap();
        sources.iter().find(|source| source["name"] == name).unwrap()["state"].as_str().unwrap().to_owned()
    };
    for (source, expected) in [
        ("accounts", "connected"),
        ("subscriptions", "connected"),
        ("contracts", "available"),
        ("usage", "available"),
        ("enrichment", "available"),
    ] {
        assert_eq!(state(source), expected, "{source}");
    }
    let ready: Vec<&str> = told["sections"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|section| section["ready"] == json!(true))
        .map(|section| section["section"].as_str().unwrap())
        .collect();
    assert_eq!(ready, ["health", "convert", "contracts", "reengage"]);
    assert_eq!(told["next"]["step"], "connect", "{told}");
    let (_, pipeline) = page(&format!("{}/pipeline", some.url)).await;
    assert!(words(&pipeline).contains("This section needs deals, and none are on record."), "{}", words(&pipeline));
    let (_, contracts) = page(&format!("{}/contracts", some.url)).await;
    assert!(words(&contracts).contains("would add to it: payments"), "{}", words(&contracts));
}

#[tokio::test(flavor = "multi_thread")]
async fn sections_that_are_switched_off_lead_to_how_to_switch_them_on() {
    let served = World::with(&two(), |config| config.features.success = false).await.served().await;
    let client = Client::builder().redirect(Policy::none()).build().unwrap();
    for path in [
        "/health",
        "/health/settings",
        "/convert",
        "/contracts",
        "/pipeline",
        "/re-engage",
        "/close-the-loop",
        "/accounts",
        "/accounts/dock.example",
        "/success",
        "/success/customers/dock.example",
        "/releases",
        "/readiness",
    ] {
        let response = client.get(format!("{}{path}", served.url)).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{path}");
        assert_eq!(response.headers()["location"], "/success-unlock", "{path}");
    }
    for path in [
        "/api/contracts",
        "/api/contracts?format=csv",
        "/api/deals",
        "/api/sections/health",
        "/api/close-loop",
        "/api/releases",
    ] {
        let (status, problem) = Served::told(client.get(format!("{}{path}", served.url))).await;
        assert!(status == 403 && problem["detail"].as_str().unwrap().contains("switched off"), "{path}: {problem}");
    }
    let (status, html) = page(&format!("{}/success-unlock", served.url)).await;
    assert!(status == 200 && words(&html).contains("success = true"), "{html}");
    for path in ["/", "/digests", "/healthz", "/api/accounts"] {
        assert_eq!(client.get(format!("{}{path}", served.url)).send().await.unwrap().status(), 200, "{path}");
    }
    assert_eq!(served.get("/api/readiness").await["success"], json!(false));
    let on = World::with(&[], |_| {}).await.served().await;
    let (_, html) = page(&format!("{}/success-unlock", on.url)).await;
    assert!(words(&html).contains("They are switched on."), "{html}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_is_offered_nothing_they_may_not_do() {
    let mut records = two();
    records.push(json!({"type": "deal", "id": "d1", "account": "Dock.example", "name": "More", "status": "open",
        "value_minor": 900_000, "currency": "EUR"}));
    let served = served(&records).await;
    let viewer = json!({"email": "vera@team.example", "role": "viewer"});
    assert!(served.post("ops", "/api/people", &viewer).send().await.unwrap().status().is_success());
    for (path, offered) in [("/pipeline", "class=\"act\""), ("/close-the-loop", "enter-release")] {
        let as_seen_by = async |who: &str| {
            let look = Client::new().get(format!("{}{path}", served.url)).header("x-success-agent-user", who);
            look.send().await.unwrap().text().await.unwrap()
        };
        assert!(as_seen_by("lena@team.example").await.contains(offered), "{path}");
        assert!(!as_seen_by("vera@team.example").await.contains(offered), "{path}");
    }
    let entry = json!({"title": "x", "notes": "y"});
    let (status, problem) = Served::told(served.post("vera@team.example", "/api/releases", &entry)).await;
    assert!(status == 403 && problem["detail"].as_str().unwrap().contains("a CSM may"), "{problem}");
}
