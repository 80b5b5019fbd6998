//! Importing: the good lines land whatever the bad ones hold, again and again, and a crash leaves nothing behind.

use serde_json::json;
use success_agent::app::{App, AppError, Search};
use success_agent::config::Config;
use success_agent::domain::health::HealthConfig;
use success_agent::domain::record::RecordKind;
use success_agent::domain::time::{Clock, Window};
use success_agent::knowledge::EdgeIndex;
use success_agent::store::Projection;

use crate::harness::database::TestDatabase;
use crate::harness::intake::{NOW, TestIntake, silent};

const ACCOUNT: &str = r#"{"type":"account","domain":"hooli.com","name":"Hooli"}"#;

fn note(id: &str, account: &str, text: &str) -> String {
    json!({"type": "note", "id": id, "account": account, "written_at": "2026-06-01", "author": "Jared", "text": text})
        .to_string()
}

fn call(id: &str, account: &str) -> String {
    json!({"type": "call", "id": id, "account": account, "title": "Check-in", "started_at": "2026-06-01T10:00:00Z",
        "duration_seconds": 300,
        "participants": [{"name": "Dana Whitfield", "side": "customer"}, {"name": "Jared Dunn", "side": "team"}],
        "transcript": [
            {"speaker": "Dana Whitfield", "text": "Could you add SAML single sign-on for us?", "at_seconds": 10},
            {"speaker": "Jared Dunn", "text": "I'll send you the adoption plan by Friday.", "at_seconds": 250}]})
    .to_string()
}

fn file(lines: &[String]) -> String {
    lines.join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn good_lines_land_and_bad_ones_are_told_by_number_and_reason() {
    let test = TestIntake::new().await;
    let summary = test
        .import(&file(&[
            ACCOUNT.replace('}', r#","phone":"1"}"#),
            String::new(),
            note("n1", "hooli.com", "They love zeppelins."),
            "not json".to_owned(),
            r#"{"type":"note","id":"n2","account":"hooli.com","text":"x"}"#.to_owned(),
            note("n3", "nowhere.com", "Lost."),
            call("c1", "hooli.com"),
        ]))
        .await;
    assert_eq!(summary.lines, 6);
    assert_eq!(summary.added.values().sum::<u64>(), 3);
    let rejected: Vec<(u64, &str)> =
        summary.rejected.iter().map(|rejected| (rejected.line, rejected.reason.as_str())).collect();
    assert_eq!(rejected.len(), 3);
    assert_eq!(rejected[0].0, 4);
    assert_eq!(rejected[1], (5, "`written_at` is missing"));
    assert_eq!(rejected[2], (6, "account `nowhere.com` is not known; import its account line first"));
    assert_eq!(summary.ignored_fields.into_iter().collect::<Vec<_>>(), [("account.phone".to_owned(), 1)]);
    assert_eq!(summary.passages, test.passages().await);
    assert_eq!(test.found("zeppelins").await, ["n1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_are_read_for_promises_and_accounts_are_scored() {
    let test = TestIntake::new().await;
    test.import(&file(&[ACCOUNT.to_owned(), call("c1", "hooli.com")])).await;
    let store = &test.intake.store;
    let promises = store.commitments(test.intake.workspace, "hooli.com", &Window::ALWAYS).await.unwrap();
    assert!(promises.iter().any(|promise| promise.who == "Jared Dunn" && promise.what.contains("adoption plan")));
    let requests = store.requests(test.intake.workspace, "hooli.com", &Window::ALWAYS).await.unwrap();
    assert_eq!(requests.len(), 1);
    let rules = HealthConfig::default();
    let stale = store.stale_states(test.intake.workspace, NOW.parse().unwrap(), &rules, 10).await.unwrap();
    assert!(stale.is_empty(), "{stale:?}");
    assert_eq!(test.intake.refresh_states(NOW.parse().unwrap()).await.unwrap(), 0, "nothing is out of date");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_again_changes_nothing() {
    let test = TestIntake::new().await;
    let input = file(&[ACCOUNT.to_owned(), call("c1", "hooli.com"), note("n1", "hooli.com", "Fine.")]);
    let first = test.import(&input).await;
    let passages = test.passages().await;
    let second = test.import(&input).await;
    assert_eq!(first.added.len(), 3);
    assert!(second.added.is_empty() && second.updated.is_empty() && second.rejected.is_empty());
    assert_eq!((second.lines, second.passages), (3, 0));
    assert_eq!(test.passages().await, passages);
    let third = test.import(&note("n1", "hooli.com", "Changed to walruses.")).await;
    assert_eq!(third.updated.get("note"), Some(&1));
    assert_eq!(test.found("walruses").await, ["n1"]);
    assert_eq!(test.passages().await, passages);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_land_whose_account_comes_after_them_and_the_last_of_an_id_wins() {
    let test = TestIntake::new().await;
    let mut lines = vec![note("n1", "hooli.com", "The first telling.")];
    lines.extend((0..1_200).map(|number| note(&format!("n-{number}"), "hooli.com", "Filler.")));
    lines.push(note("n1", "hooli.com", "The second telling, with walruses."));
    lines.extend((0..600).map(|number| note(&format!("m-{number}"), "hooli.com", "Filler.")));
    lines.push(ACCOUNT.to_owned());
    let summary = test.import(&file(&lines)).await;
    assert!(summary.rejected.is_empty(), "{:?}", summary.rejected.first());
    assert_eq!(summary.added.get("note"), Some(&1_801));
    assert_eq!(test.found("walruses").await, ["n1"]);
    assert_eq!(test.passages().await, 1_801);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_left_between_store_and_index_is_indexed_at_the_next_start() {
    let test = TestIntake::new().await;
    test.import(&file(&[ACCOUNT.to_owned(), note("n1", "hooli.com", "Fine.")])).await;
    let parsed = success_agent::sources::import::read_line(note("n2", "hooli.com", "Walruses.").as_bytes()).unwrap();
    // The process dies after the record landed; and once more after its passages landed and before it was marked.
    test.intake
        .store
        .put(test.intake.workspace, chrono::DateTime::UNIX_EPOCH, std::slice::from_ref(&parsed.record))
        .await
        .unwrap();
    let test = test.restarted(NOW).await;
    test.intake.knowledge.put(test.intake.workspace, &[parsed.record]).await.unwrap();
    assert_eq!(test.intake.store.count_behind(test.intake.workspace, Projection::Words).await.unwrap(), 1);
    let test = test.restarted(NOW).await;
    assert_eq!(test.intake.repair(&silent()).await.unwrap(), 1);
    assert_eq!(test.found("walruses").await, ["n2"]);
    assert_eq!(test.passages().await, 2);
    assert_eq!(test.intake.repair(&silent()).await.unwrap(), 0, "nothing is left to do");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_is_gone_is_rebuilt_at_the_next_start() {
    let test = TestIntake::new().await;
    test.import(&file(&[ACCOUNT.to_owned(), note("n1", "hooli.com", "Walruses."), call("c1", "hooli.com")])).await;
    let passages = test.passages().await;
    test.intake.knowledge.close().await.unwrap();
    EdgeIndex::discard(test.index.path()).await.unwrap();
    let test = test.restarted(NOW).await;
    assert_eq!(test.passages().await, 0);
    assert_eq!(test.intake.repair(&silent()).await.unwrap(), passages);
    assert_eq!(test.found("walruses").await, ["n1"]);
    assert_eq!(test.intake.reindex(&silent()).await.unwrap(), passages);
    assert_eq!(test.passages().await, passages);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_an_older_layout_is_built_anew_at_the_next_start() {
    let database = TestDatabase::new().await;
    let directory = tempfile::tempdir().unwrap();
    let mut config = Config::embedded(directory.path());
    config.database.url = Some(database.url.clone());
    config.clock = Clock::fixed(NOW.parse().unwrap());
    let search = || Search { query: "walruses".to_owned(), account: Some("hooli.com".to_owned()), ..Search::default() };
    let layout = directory.path().join("index").join("layout");

    let app = App::open(&config, silent()).await.unwrap();
    let lines = file(&[ACCOUNT.to_owned(), note("n1", "hooli.com", "Walruses."), call("c1", "hooli.com")]);
    app.import(None, Box::new(std::io::Cursor::new(lines.into_bytes())), silent()).await.unwrap();
    let before = app.search(search()).await.unwrap();
    assert_eq!(before.len(), 1);
    app.close().await;
    let present = std::fs::read_to_string(&layout).unwrap();
    std::fs::write(&layout, "1").unwrap();

    let app = App::open(&config, silent()).await.unwrap();
    let readiness = app.readiness().await;
    assert!(readiness.ready, "questions are answered before it is built: {:?}", readiness.problems);
    assert_eq!(readiness.unindexed, 2);
    app.catch_up().await.unwrap();
    assert_eq!(app.search(search()).await.unwrap(), before);
    assert_eq!(std::fs::read_to_string(&layout).unwrap(), present);
    app.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_file_from_several_sides_at_once_lands_once() {
    let test = TestIntake::new().await;
    let mut lines = vec![ACCOUNT.to_owned(), call("c1", "hooli.com")];
    lines.extend((0..700).map(|number| note(&format!("n-{number}"), "hooli.com", "Filler.")));
    let input = file(&lines);
    let imports = (0..4).map(|_| test.import(&input));
    let summaries = futures::future::join_all(imports).await;
    let added: u64 = summaries.iter().flat_map(|summary| summary.added.values()).sum();
    assert_eq!(added, 702);
    assert!(summaries.iter().all(|summary| summary.rejected.is_empty()));
    let counts = test.intake.store.workspace_counts(test.intake.workspace, &[RecordKind::Note]).await.unwrap();
    assert_eq!(counts, [(RecordKind::Note, 700)]);
    assert_eq!(test.intake.store.count_behind(test.intake.workspace, Projection::Words).await.unwrap(), 0);
    assert_eq!(test.passages().await, 701);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_database_stops_the_import_with_what_had_landed() {
    let test = TestIntake::new().await;
    test.database.store.close().await;
    let error = test.intake.import(None, ACCOUNT.as_bytes(), &silent()).await.unwrap_err();
    assert!(matches!(&error, AppError::Unavailable(told) if told.contains("Import it again")), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn input_that_breaks_off_keeps_what_was_read() {
    let test = TestIntake::new().await;
    let start = format!("{ACCOUNT}\n{}\n", note("n1", "hooli.com", "Walruses."));
    let broken = cut_after(start);
    let error = test.intake.import(None, broken, &silent()).await.unwrap_err();
    let AppError::Unavailable(told) = &error else { panic!("{error:?}") };
    assert!(told.contains("broke off after line 2") && told.contains("2 records"), "{told}");
    assert_eq!(test.found("walruses").await, ["n1"]);
}

/// Gives `start`, then fails as a connection does that is cut.
fn cut_after(start: String) -> impl tokio::io::AsyncBufRead + Unpin + Send {
    let parts = [Ok(start.into_bytes()), Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset))];
    tokio_util::io::StreamReader::new(futures::stream::iter(parts.map(|part| part.map(std::io::Cursor::new))))
}
