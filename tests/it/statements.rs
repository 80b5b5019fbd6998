//! How many statements a question takes: a count does not drift as times do.

use success_agent::app::Question;
use success_agent::config::LogConfig;
use success_agent::store::STATEMENTS;
use success_agent::telemetry;
use tokio::sync::mpsc;

use crate::harness::world::{World, three_accounts};

#[tokio::test]
async fn a_question_on_an_account_is_read_in_two_statements_and_kept_in_one() {
    telemetry::start(&LogConfig { json: false, filter: None }, "off", STATEMENTS).unwrap();
    let world = World::with(&three_accounts(), |_| {}).await;
    let asked = async |account: &str, conversation| {
        let (question, account) = ("When do they renew?".to_owned(), Some(account.to_owned()));
        let (events, mut arriving) = mpsc::channel(64);
        let reading = tokio::spawn(async move { while arriving.recv().await.is_some() {} });
        let question = Question { question, account, conversation, ..Question::default() };
        let answer = world.app.ask(question, events).await.unwrap();
        reading.await.unwrap();
        answer
    };
    asked("acme.com", None).await;
    let answer = asked("bolt.io", None).await;
    assert!(answer.answer.contains("enew"), "{}", answer.answer);
    assert_eq!(answer.work.statements, 3, "what it begins with, the account, and the answer with its conversation");
    let again = asked("bolt.io", None).await;
    assert_eq!((again.answer, again.work.statements), (answer.answer, 2), "the account is remembered");
    let more = asked("bolt.io", Some(answer.conversation)).await;
    assert!(more.work.statements <= 6, "and the conversation, its turns and its last draft: {:?}", more.work);
}
