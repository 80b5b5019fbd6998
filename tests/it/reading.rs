//! Reading conversations: each is heard once, and what is said later counts for what was promised before.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::json;
use success_agent::app::AppError;
use success_agent::domain::activity::Commitment;
use success_agent::domain::time::Window;
use success_agent::model::reader::{BuiltInReader, Heard, Reader, ReaderError, Setting, Talk};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::harness::intake::{TestIntake, silent};

/// The built-in reader, with a memory of what it heard, out of reach for one record, and at fault with another.
#[derive(Default)]
struct Attentive {
    heard: Mutex<Vec<String>>,
    out_of_reach_for: Option<&'static str>,
    fails_at: Option<&'static str>,
    /// Cancelled once it has heard a record.
    ends: Option<CancellationToken>,
}

impl Attentive {
    fn take(&self) -> Vec<String> {
        let mut heard = std::mem::take(&mut *self.heard.lock().unwrap());
        heard.sort();
        heard
    }
}

#[async_trait]
impl Reader for Attentive {
    fn version(&self) -> &str {
        BuiltInReader.version()
    }

    async fn hear(&self, talk: Talk<'_>, setting: &Setting<'_>) -> Result<Heard, ReaderError> {
        let id = talk.reference().id;
        if self.out_of_reach_for == Some(id.as_str()) {
            return Err(ReaderError::Unavailable("no answer".to_owned()));
        }
        assert_ne!(self.fails_at, Some(id.as_str()), "a fault of the reader");
        self.heard.lock().unwrap().push(id);
        if let Some(ends) = &self.ends {
            ends.cancel();
        }
        BuiltInReader.hear(talk, setting).await
    }
}

const ACCOUNT: &str = r#"{"type":"account","domain":"hooli.com","name":"Hooli"}"#;

fn call(id: &str, day: &str, promise: &str) -> String {
    json!({"type": "call", "id": id, "account": "hooli.com", "title": "Check-in",
        "started_at": format!("{day}T10:00:00Z"), "duration_seconds": 300,
        "participants": [{"name": "Dana Whitfield", "side": "customer"}, {"name": "Jared Dunn", "side": "team"}],
        "transcript": [
            {"speaker": "Dana Whitfield", "text": "How do we go on from here?", "at_seconds": 10},
            {"speaker": "Jared Dunn", "text": promise, "at_seconds": 250}]})
    .to_string()
}

fn email(id: &str, day: &str, from: &str, body: &str) -> String {
    json!({"type": "email", "id": id, "account": "hooli.com", "sent_at": format!("{day}T09:00:00Z"), "from": from,
        "to": ["dana@hooli.com"], "subject": "After our call", "body": body})
    .to_string()
}

async fn listened_to_by(reader: Attentive) -> (TestIntake, Arc<Attentive>) {
    let mut test = TestIntake::new().await;
    let reader = Arc::new(reader);
    test.intake.reader = Arc::<Attentive>::clone(&reader);
    (test, reader)
}

async fn promises(test: &TestIntake) -> Vec<Commitment> {
    test.intake.store.commitments(test.intake.workspace, "hooli.com", &Window::ALWAYS).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_is_new_is_heard_and_shows_that_an_old_promise_was_kept() {
    let (test, reader) = listened_to_by(Attentive::default()).await;
    let first = call("c1", "2026-06-01", "I'll send you the adoption plan by Friday.");
    test.import(&[ACCOUNT, &first].join("\n")).await;
    assert_eq!(reader.take(), ["c1"]);
    assert!(promises(&test).await[0].kept_by.is_none());

    let later = email("e1", "2026-06-04", "Jared Dunn <jared@piedpiper.com>", "Attached is the adoption plan.");
    test.import(&[ACCOUNT, &first, &later].join("\n")).await;
    assert_eq!(reader.take(), ["e1"]);
    let promises = promises(&test).await;
    assert_eq!(promises.len(), 1);
    assert_eq!(promises[0].kept_by.as_ref().map(|kept| kept.source.id.as_str()), Some("e1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_changed_or_names_somebody_new_is_heard_again() {
    let (test, reader) = listened_to_by(Attentive::default()).await;
    let said = "Gilfoyle will send you the benchmark report by Friday.";
    let quiet = call("c2", "2026-06-02", "I'll send you the invoice by Friday.");
    test.import(&[ACCOUNT, &call("c1", "2026-06-01", said), &quiet].join("\n")).await;
    assert_eq!(reader.take(), ["c1", "c2"]);

    let signed = email("e1", "2026-06-03", "Bertram Gilfoyle <gilfoyle@piedpiper.com>", "It is on its way.");
    test.import(&signed).await;
    assert_eq!(reader.take(), ["c1", "e1"], "nobody of that name is in the other call");
    assert!(promises(&test).await.iter().any(|promise| promise.who == "Bertram Gilfoyle"));

    test.import(&call("c2", "2026-06-02", "I'll send you the contract by Friday.")).await;
    assert_eq!(reader.take(), ["c2"]);
    let promises = promises(&test).await;
    assert!(promises.iter().any(|promise| promise.what.contains("contract")));
    assert!(!promises.iter().any(|promise| promise.what.contains("invoice")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_heard_before_the_reader_went_out_of_reach_is_not_heard_twice() {
    let (mut test, _) = listened_to_by(Attentive { out_of_reach_for: Some("c1"), ..Attentive::default() }).await;
    let calls = [
        ACCOUNT,
        &call("c1", "2026-06-01", "I'll send you the plan by Friday."),
        &call("c2", "2026-06-02", "I'll send you the invoice by Monday."),
    ]
    .join("\n");
    let stopped = test.intake.import(None, calls.as_bytes(), &silent()).await.unwrap_err();
    assert!(stopped.to_string().contains("out of reach"), "{stopped}");
    assert!(promises(&test).await.is_empty());

    let reader = Arc::new(Attentive::default());
    test.intake.reader = Arc::<Attentive>::clone(&reader);
    test.intake.settle(&silent()).await.unwrap();
    assert_eq!(reader.take(), ["c1"], "calls are heard newest first");
    assert_eq!(promises(&test).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn reading_gives_up_between_two_talks_when_the_program_ends_and_what_was_heard_is_kept() {
    let ends = CancellationToken::new();
    let (mut test, reader) = listened_to_by(Attentive { ends: Some(ends.clone()), ..Attentive::default() }).await;
    test.intake.stop = ends;
    let calls = [
        ACCOUNT,
        &call("c1", "2026-06-01", "I'll send you the plan by Friday."),
        &call("c2", "2026-06-02", "I'll send you the invoice by Monday."),
        &call("c3", "2026-06-03", "I'll send you the drawings by Tuesday."),
    ]
    .join("\n");
    let ended = test.intake.import(None, calls.as_bytes(), &silent()).await.unwrap_err();
    assert!(ended.to_string().contains("The program is ending. 4 records"), "{ended}");
    assert_eq!(reader.take(), ["c3"], "calls are heard newest first");
    assert!(promises(&test).await.is_empty(), "there is no reading of half an account");

    // The next start.
    let reader = Arc::new(Attentive::default());
    test.intake.reader = Arc::<Attentive>::clone(&reader);
    test.intake.stop = CancellationToken::new();
    test.intake.settle(&silent()).await.unwrap();
    assert_eq!(reader.take(), ["c1", "c2"]);
    assert_eq!(promises(&test).await.len(), 3);
    assert_eq!(test.found("invoice").await, ["c2"], "what was not indexed is, too");
}

/// A reader that is not done before the other end is dropped.
struct Endless {
    begun: Arc<Notify>,
    done: Mutex<std::sync::mpsc::Receiver<()>>,
}

#[async_trait]
impl Reader for Endless {
    fn version(&self) -> &'static str {
        "endless"
    }

    async fn hear(&self, _: Talk<'_>, _: &Setting<'_>) -> Result<Heard, ReaderError> {
        self.begun.notify_one();
        let _dropped = self.done.lock().unwrap().recv();
        Ok(Heard::default())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_ends_while_a_talk_is_read_that_takes_for_ever() {
    let mut test = TestIntake::new().await;
    let (begun, (done, endless)) = (Arc::new(Notify::new()), std::sync::mpsc::channel());
    test.intake.reader = Arc::new(Endless { begun: Arc::clone(&begun), done: Mutex::new(endless) });
    let intake = test.intake.clone();
    let lines = [ACCOUNT, &call("c1", "2026-06-01", "I'll send you the plan by Friday.")].join("\n");
    let importing = tokio::spawn(async move { intake.import(None, lines.as_bytes(), &silent()).await.map(drop) });
    begun.notified().await;
    test.intake.stop.cancel();
    importing.await.unwrap().unwrap_err();
    let left = test.intake.store.accounts_to_read(test.intake.workspace, None, 100).await.unwrap();
    assert_eq!(left.len(), 1, "the next start reads it");
    drop(done);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_cannot_be_read_keeps_no_other_from_being_read() {
    let (test, _) = listened_to_by(Attentive { fails_at: Some("c0"), ..Attentive::default() }).await;
    let other = r#"{"type":"account","domain":"aviary.example","name":"Aviary"}"#;
    let lines = [
        other,
        &call("c0", "2026-06-01", "I'll send you the seeds by Friday.").replace("hooli.com", "aviary.example"),
        ACCOUNT,
        &call("c1", "2026-06-01", "I'll send you the plan by Friday."),
    ]
    .join("\n");
    let failed = test.intake.import(None, lines.as_bytes(), &silent()).await.unwrap_err();
    assert!(matches!(&failed, AppError::Internal { public, .. } if public.contains("aviary.example")), "{failed}");
    assert_eq!(promises(&test).await.len(), 1, "read all the same");
}
