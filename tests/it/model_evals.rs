//! How runs of a language model are judged and recorded: the logic of the evals, on answers made for it and on real ones.
#![expect(dead_code, reason = "the evals use more of it")]

#[path = "../../evals/case.rs"]
pub mod case;
#[path = "../../evals/client.rs"]
mod client;
#[path = "../../evals/results.rs"]
mod results;
#[path = "../../evals/sample.rs"]
mod sample;
#[path = "../../evals/score.rs"]
mod score;
#[path = "../../evals/tally.rs"]
mod tally;
#[path = "../../evals/text.rs"]
mod text;
#[path = "../../evals/truth.rs"]
mod truth;

use case::Case;
use client::{Answer, Citation, Client};
use results::{Latency, Results, Row};
use score::Known;
use serde_json::{Value, json};
use tally::{Checks, Tally, Tokens};

use crate::harness::model_server::{Act, ModelServer, last_result};
use crate::served::{NOW, demo_on};

const QUESTION: &str = "What do they pay?";

fn case_of(suite: &str, name: usize) -> Case {
    Case {
        suite: suite.to_owned(),
        account: Some("hooli.com".to_owned()),
        turns: Vec::new(),
        frozen: None,
        name: name.to_string(),
    }
}

/// An answer with these fields besides the ones every answer has.
fn answer(fields: &Value) -> Answer {
    let mut whole = json!({ "answer": "", "account": null, "conversation": "", "elapsed_ms": 1 });
    whole.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    serde_json::from_value(whole).unwrap()
}

fn today() -> chrono::NaiveDate {
    NOW.parse::<success_agent::domain::time::Moment>().unwrap().day()
}

/// What is false in `text`, which cites one contract as [1].
fn false_in(text: &str, fields: &Value) -> (usize, usize) {
    let key = ("revenue_source".to_owned(), "c1".to_owned());
    let record =
        "Contract “Platform”\n2025-12-20T00:00:00Z\nannual $240,000\nseats 600\nrenews 2026-12-20\n".to_owned();
    let known = Known {
        facts: [("hooli.com".to_owned(), "\"score\": 31".to_owned())].into(),
        records: [(key, Some((Some("hooli.com".to_owned()), record)))].into(),
        ..Known::default()
    };
    let citation = Citation { n: 1, id: "c1".to_owned(), kind: "revenue_source".to_owned(), ..Citation::default() };
    let mut answer = answer(fields);
    (answer.answer, answer.citations) = (text.to_owned(), vec![citation]);
    let found = truth::falsehoods(&case_of("revenue", 1), QUESTION, &answer, &known, today());
    (found.figures.len(), found.citations.len())
}

#[test]
fn a_figure_is_true_when_the_records_its_line_cites_bear_it_out() {
    let wrote = || json!({ "usage": { "requests": 2, "repairs": 0, "prompt_tokens": 1, "completion_tokens": 1 } });
    for (text, false_ones) in [
        ("The platform contract is $240,000 a year for 600 seats [1].", (0, 0)),
        ("The platform contract renews December 20, in 6 months [1].", (0, 0)),
        ("The platform contract renews in 186 days, and the score is 31 [1].", (0, 0)),
        ("The platform contract is $250,000 a year [1].", (1, 0)),
        ("The platform contract is for six seats [1].", (0, 0)),
        ("The platform contract is for seven seats [1].", (1, 0)),
        ("The platform contract [1].\nIt brings $240,000.", (1, 0)),
        ("The platform contract is signed [1] [2].", (0, 1)),
        ("Elephants were painted in their cafeteria [1].", (0, 1)),
    ] {
        assert_eq!(false_in(text, &wrote()), false_ones, "{text}");
    }
    // The built-in analyst adds up and words things its own way; citations of nothing are false all the same.
    let taken_over = || json!({ "notice": "m could not answer: it was late. The built-in analyst answered instead." });
    assert_eq!(false_in("Elephants cost $250,000 [1].", &taken_over()), (0, 0));
    assert_eq!(false_in("The platform contract is signed [1] [2].", &taken_over()), (0, 1));
}

#[test]
fn a_citation_of_no_record_or_of_another_account_is_false() {
    let cite = |id: &str| Citation { n: 1, id: id.to_owned(), kind: "email".to_owned(), ..Citation::default() };
    let key = |id: &str| ("email".to_owned(), id.to_owned());
    let foreign = Some((Some("aviato.com".to_owned()), "The export is slow.".to_owned()));
    let known = Known { records: [(key("gone"), None), (key("theirs"), foreign)].into(), ..Known::default() };
    for id in ["gone", "theirs"] {
        let mut answer = answer(&json!({ "answer": "The export is slow [1]." }));
        answer.citations = vec![cite(id)];
        let found = truth::falsehoods(&case_of("topics", 1), QUESTION, &answer, &known, today());
        assert_eq!(found.citations.len(), 1, "{id}: {found:?}");
    }
}

#[test]
fn take_overs_are_counted_by_reason_wherever_the_endpoint_is() {
    let mut tally = Tally::default();
    for notice in [
        Some(
            "m could not answer: http://127.0.0.1:1/v1 answered 500 Internal Server Error. The built-in analyst answered instead.",
        ),
        Some(
            "m could not answer: http://127.0.0.1:2/v1 answered 500 Internal Server Error. The built-in analyst answered instead.",
        ),
        Some("m could not answer: it did not come to an end. The built-in analyst answered instead."),
        None,
    ] {
        let usage =
            json!({ "requests": 1, "repairs": 1, "prompt_tokens": 10, "completion_tokens": 2, "cost_micros": 7 });
        tally.add(&Tally::of(&answer(&json!({ "notice": notice, "usage": usage }))));
    }
    let why = [("it did not come to an end", 1), ("the endpoint answered 500 Internal Server Error", 2)];
    assert_eq!(tally.why, why.map(|(reason, count)| (reason.to_owned(), count)).into());
    assert_eq!((tally.taken_over, tally.checks.sent_back, tally.cost_micros), (3, 4, Some(28)));
    assert_eq!(tally.tokens, Tokens { read: 40, written: 8 });
}

#[tokio::test]
async fn what_the_checks_do_to_a_real_answer_is_counted_and_a_false_one_is_found() {
    let lies = |request: &Value| {
        let contract = last_result(request)["contracts"][0].clone();
        let (price, cite) = (contract["arr"]["minor"].as_i64().unwrap() / 100, &contract["cite"]);
        format!(
            "The contract brings ${price} a year [{cite}]. They pay $999,999 [{cite}]. They pay in 77 parts [{cite}]."
        )
    };
    let revenue = Act::Call(vec![("revenue", json!({ "account": "hooli.com" }))]);
    let model = ModelServer::play([revenue, Act::With(Box::new(lies)), Act::With(Box::new(lies))]).await;
    let client = Client::new(&demo_on(model.config()).await);
    let shown = client.ask(QUESTION, Some("hooli.com"), None).await.unwrap();
    let tally = Tally::of(&shown);
    assert_eq!(tally.checks, Checks { sent_back: 1, left_out: 2, citations_taken_out: 0 }, "{shown:?}");
    assert_eq!((tally.taken_over, tally.tokens), (0, Tokens { read: 300, written: 30 }));

    let mut known = Known::of(&client).await.unwrap();
    known.learn(&shown, &client).await;
    let judged = |answer: &Answer| truth::falsehoods(&case_of("revenue", 1), QUESTION, answer, &known, today());
    assert_eq!(judged(&shown), truth::Falsehoods::default(), "{shown:?}");
    let unchecked = Answer { answer: shown.answer.replace("[1].", "[1]. They pay $999,999 [1]."), ..shown };
    assert_eq!(judged(&unchecked).figures.len(), 1, "{unchecked:?}");
    model.requests();
}

#[tokio::test]
async fn an_endpoint_that_fails_is_counted_as_taken_over() {
    let model = ModelServer::play([Act::Cut("They")]).await;
    let client = Client::new(&demo_on(model.config()).await);
    let tally = Tally::of(&client.ask(QUESTION, Some("hooli.com"), None).await.unwrap());
    assert_eq!(tally.taken_over, 1);
    assert!(tally.why.keys().all(|reason| reason.ends_with("to the endpoint was cut")), "{:?}", tally.why);
    model.requests();
}

#[test]
fn a_sample_is_spread_over_suites_and_within_them() {
    let sizes = [("calls", 10), ("people", 1), ("topics", 24)];
    let all = || sizes.iter().flat_map(|(suite, size)| (0..*size).map(|name| case_of(suite, name))).collect::<Vec<_>>();
    let of = |wanted: usize| {
        let chosen = sample::spread(all(), wanted);
        chosen.iter().map(|case| format!("{} {}", case.suite, case.name)).collect::<Vec<_>>()
    };
    assert_eq!(of(5), ["calls 2", "calls 7", "people 0", "topics 6", "topics 18"]);
    for wanted in [0, 1, 2, 7, 20, 34, 35, 99] {
        assert_eq!(of(wanted).len(), wanted.min(35), "{wanted}");
    }
}

#[test]
fn results_read_back_and_an_interrupted_run_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("results/small.json");
    let begin = |limited_to, only_some| Results::to_go_on_with(&file, "small", limited_to, only_some).unwrap();
    let mut results = begin(Some(2), false);
    results.unfinished = vec!["calls".to_owned(), "topics".to_owned()];
    let row = Row { cases: 1, false_figures: 1, ..Row::default() };
    results.take("calls", row.clone(), &[900, 1_100, 40_000]);
    results.write(&file).unwrap();
    assert_eq!(begin(Some(2), false), results);
    assert_eq!(results.unfinished, ["topics"]);
    assert_eq!(results.latency["calls"], Latency { p50_seconds: 1.1, p95_seconds: 40.0 });
    assert_eq!(row.broken("calls"), ["calls: figures shown that no record bears out: 1"]);
    // Other cases were wanted, or the run came to its end: begun anew. Single suites take their place among the others.
    assert!(begin(None, false).suites.is_empty());
    results.take("topics", Row::default(), &[]);
    results.write(&file).unwrap();
    assert!(begin(Some(2), false).suites.is_empty());
    assert_eq!(begin(Some(2), true), results);
    assert!(!results.latency.contains_key("topics"));
    assert_eq!(results::file("Org/Model:7B").display().to_string(), "evals/results/org-model-7b.json");
}
