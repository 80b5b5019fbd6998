//! A language model as the writer of drafts: what the records bear out stands, everything else is sent back once and then
//! the built-in writer writes.

use serde_json::{Value, json};
use success_agent::config::ModelConfig;

use crate::harness::model_server::{Act, ModelServer};
use crate::served::{demo_on, expect};

async fn drafted(model: ModelConfig, body: Value) -> Value {
    let url = demo_on(model).await;
    let draft = expect(reqwest::Client::new().post(format!("{url}/api/drafts")).json(&body), 200).await;
    draft["versions"].as_array().unwrap().last().unwrap().clone()
}

fn mail(body: &str) -> Act {
    Act::Say(json!({ "subject": "Your renewal on July 15", "body": body }).to_string())
}

const HONEST: &str = "Hi Dana,\n\nyou are still waiting for the adoption plan that I promised by June 1, and I am sorry. \
    Your contract renews on July 15. What would you need to see from us before then? Could we talk on Friday the 19th?\n\n\
    Best,\nJared";

const GENEROUS: &str = "Hi Dana,\n\nyour contract renews on July 15, and I can offer you a discount of 20% if you sign by \
    June 30. Could we talk on Friday the 19th about what you need from us?\n\nBest,\nJared";

fn wanted() -> Value {
    json!({"account": "hooli.com", "recipient": "Dana", "goal": "renewal"})
}

#[tokio::test]
async fn a_mail_that_holds_is_the_models() {
    let model = ModelServer::play([mail(HONEST)]).await;
    let version = drafted(model.config(), wanted()).await;
    assert_eq!((version["body"].as_str().unwrap(), &version["written_by"]), (HONEST, &json!("scripted")), "{version}");
    let requests = model.requests();
    let data = requests[0]["messages"][1]["content"].as_str().unwrap();
    assert!(data.starts_with("<<<data") && data.contains("The contract renews on July 15"), "{data}");
}

#[tokio::test]
async fn an_invented_discount_is_sent_back_once_and_then_the_built_in_writer_writes() {
    let model = ModelServer::play([mail(GENEROUS), mail(HONEST)]).await;
    let version = drafted(model.config(), wanted()).await;
    assert_eq!(version["body"].as_str().unwrap(), HONEST);
    let requests = model.requests();
    let again = requests[1]["messages"][1]["content"].as_str().unwrap();
    assert!(again.contains("What was wrong") && again.contains("discount"), "{again}");

    let model = ModelServer::play([mail(GENEROUS), mail(GENEROUS)]).await;
    let version = drafted(model.config(), wanted()).await;
    assert_eq!(version["written_by"], "built-in writer", "{version}");
    assert!(!version["body"].as_str().unwrap().contains("discount"), "{version}");
    assert!(version["notices"][0].as_str().unwrap().contains("do not bear out"), "{version}");
    assert_eq!(model.requests().len(), 2);
}

#[tokio::test]
async fn a_model_that_fails_is_stood_in_for_and_one_that_speaks_german_may() {
    let model = ModelServer::play([Act::Garbage("no")]).await;
    let version = drafted(model.config(), wanted()).await;
    assert_eq!(version["written_by"], "built-in writer");
    assert!(!version["notices"].as_array().unwrap().is_empty(), "{version}");

    let german = "Hallo Dana,\n\nder Vertrag verlängert sich am 15. Juli. Was brauchen Sie bis dahin von uns? Ich würde gern \
        am 19. mit Ihnen darüber sprechen, wenn es Ihnen passt.\n\nViele Grüße\nJared";
    let model = ModelServer::play([mail(german)]).await;
    let mut body = wanted();
    body["language"] = json!("German");
    let version = drafted(model.config(), body).await;
    assert_eq!((version["body"].as_str().unwrap(), &version["language"]), (german, &json!("German")), "{version}");
}
