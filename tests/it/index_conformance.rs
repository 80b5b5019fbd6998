//! What every vector index must do: run over Qdrant Edge in this process, over the server implementation against a
//! server in this test, and against a real server when `QDRANT_TEST_URL` is set.

use std::sync::Arc;
use std::time::Duration;

use chrono::{Days, NaiveDate};
use success_agent::domain::activity::{Call, Email, Note, Participant, Release, Side, SpokenTurn};
use success_agent::domain::id::WorkspaceId;
use success_agent::domain::passage::{AccountScope, PassageHit, PassageQuery, Scope};
use success_agent::domain::record::{Record, RecordKind, RecordRef};
use success_agent::domain::time::{Moment, Window, midnight};
use success_agent::knowledge::{EdgeIndex, IndexError, Knowledge, ServerConfig, ServerIndex, VectorIndex};

use crate::index_server::FakeQdrant;

/// An index under test, with what must outlive it.
pub struct Subject {
    /// Which one.
    pub name: &'static str,
    /// The index itself.
    pub index: Arc<dyn VectorIndex>,
    /// The search over it.
    pub knowledge: Knowledge,
    _directory: Option<tempfile::TempDir>,
}

impl Subject {
    fn new(name: &'static str, index: Arc<dyn VectorIndex>, directory: Option<tempfile::TempDir>) -> Self {
        Self { name, knowledge: Knowledge::new(Arc::clone(&index)), index, _directory: directory }
    }
}

/// Every index there is to test.
pub async fn subjects() -> Vec<Subject> {
    let directory = tempfile::tempdir().unwrap();
    let edge = EdgeIndex::open(directory.path()).await.unwrap();
    let address = FakeQdrant::start().await;
    let server = ServerIndex::connect(&config(&format!("http://{address}"))).await.unwrap();
    let mut subjects =
        vec![Subject::new("edge", Arc::new(edge), Some(directory)), Subject::new("server", Arc::new(server), None)];
    if let Ok(url) = std::env::var("QDRANT_TEST_URL") {
        let real = ServerIndex::connect(&config(&url)).await.unwrap();
        subjects.push(Subject::new("real server", Arc::new(real), None));
    }
    subjects
}

pub fn config(url: &str) -> ServerConfig {
    ServerConfig {
        url: url.to_owned(),
        api_key: None,
        collection: "conformance".to_owned(),
        timeout: Duration::from_secs(90),
    }
}

fn day(offset: u64) -> Moment {
    midnight("2026-01-01".parse::<NaiveDate>().unwrap().checked_add_days(Days::new(offset)).unwrap())
}

pub fn note(id: &str, account: &str, at: u64, text: &str) -> Record {
    let (id, account, text) = (id.to_owned(), account.to_owned(), text.to_owned());
    Record::Note(Note { id, account, written_at: day(at), author: "Jared Dunn".to_owned(), text, url: None })
}

fn email(id: &str, account: &str, at: u64, body: &str) -> Record {
    Record::Email(Email {
        id: id.to_owned(),
        account: account.to_owned(),
        sent_at: day(at),
        from: format!("Dana Whitfield <dana@{account}>"),
        to: Vec::new(),
        subject: "About the rollout".to_owned(),
        body: body.to_owned(),
        thread_id: None,
        url: None,
    })
}

pub fn call(id: &str, account: &str, at: u64, turns: &[(&str, &str)]) -> Record {
    let participant = |name: &str, side| Participant { name: name.to_owned(), email: None, side };
    Record::Call(Call {
        id: id.to_owned(),
        account: account.to_owned(),
        title: "Quarterly review".to_owned(),
        started_at: day(at),
        duration_seconds: 1_800,
        participants: vec![participant("Dana Whitfield", Side::Customer), participant("Jared Dunn", Side::Team)],
        transcript: (0u32..)
            .zip(turns)
            .map(|(turn, (speaker, text))| SpokenTurn {
                speaker: (*speaker).to_owned(),
                text: (*text).to_owned(),
                at_seconds: Some(f64::from(turn) * 10.0),
            })
            .collect(),
        summary: None,
        url: None,
    })
}

pub fn only(workspace: WorkspaceId, account: &str) -> Scope {
    Scope { workspace, accounts: AccountScope::Only(vec![account.to_owned()]) }
}

pub fn all(workspace: WorkspaceId) -> Scope {
    Scope { workspace, accounts: AccountScope::All }
}

pub fn query(text: &str) -> PassageQuery {
    PassageQuery { text: text.to_owned(), limit: 10, ..PassageQuery::default() }
}

pub fn ids(hits: &[PassageHit]) -> Vec<&str> {
    hits.iter().map(|hit| hit.passage.source.id.as_str()).collect()
}

pub async fn found(subject: &Subject, scope: &Scope, query: &PassageQuery) -> Vec<String> {
    let hits = subject.knowledge.search(scope, query).await.unwrap();
    ids(&hits).into_iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_sees_its_workspace_and_its_accounts_only() {
    for subject in subjects().await {
        let (ours, theirs) = (WorkspaceId::new(), WorkspaceId::new());
        let records = [
            note("hooli", "hooli.com", 1, "They want SAML."),
            note("aviato", "aviato.com", 2, "They want SAML as well."),
            Record::Release(Release {
                id: "rel".to_owned(),
                title: "SAML".to_owned(),
                body: "SAML is here.".to_owned(),
                shipped_at: day(3),
                version: None,
                draft: false,
                prerelease: false,
                url: None,
            }),
        ];
        assert_eq!(subject.knowledge.put(ours, &records).await.unwrap(), 3);
        subject.knowledge.put(theirs, &[note("other", "hooli.com", 1, "SAML, they say.")]).await.unwrap();

        let name = subject.name;
        assert_eq!(found(&subject, &only(ours, "hooli.com"), &query("saml")).await, ["hooli"], "{name}");
        assert_eq!(found(&subject, &only(theirs, "hooli.com"), &query("saml")).await, ["other"], "{name}");
        let shared = Scope { workspace: ours, accounts: AccountScope::Shared };
        assert_eq!(found(&subject, &shared, &query("saml")).await, ["rel"], "{name}");
        let mut everything = found(&subject, &all(ours), &query("saml")).await;
        everything.sort();
        assert_eq!(everything, ["aviato", "hooli", "rel"], "{name}");
        let two =
            Scope { workspace: ours, accounts: AccountScope::Only(vec!["hooli.com".into(), "aviato.com".into()]) };
        assert_eq!(found(&subject, &two, &query("saml")).await.len(), 2, "{name}");
        let nobody = Scope { workspace: ours, accounts: AccountScope::Only(Vec::new()) };
        assert_eq!(found(&subject, &nobody, &query("saml")).await, [""; 0], "{name}");
        assert_eq!(subject.knowledge.count(&nobody).await.unwrap(), 0, "{name}");
        assert_eq!(subject.knowledge.count(&all(ours)).await.unwrap(), 3, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_is_narrowed_by_kind_window_and_record() {
    for subject in subjects().await {
        let workspace = WorkspaceId::new();
        let records = [
            note("note-1", "hooli.com", 1, "The restore is slow."),
            note("note-9", "hooli.com", 9, "The restore is slow again."),
            email("mail-5", "hooli.com", 5, "Our restore took nine hours."),
        ];
        subject.knowledge.put(workspace, &records).await.unwrap();
        let scope = only(workspace, "hooli.com");
        let name = subject.name;

        let mails = PassageQuery { kinds: vec![RecordKind::Email], ..query("restore") };
        assert_eq!(found(&subject, &scope, &mails).await, ["mail-5"], "{name}");
        let date = |offset| day(offset).day();
        let window = Window { since: Some(date(5)), until: Some(date(8)) };
        let recent = PassageQuery { window, ..query("restore") };
        assert_eq!(found(&subject, &scope, &recent).await, ["mail-5"], "{name}: both ends of a window are inside");
        let since = PassageQuery { window: Window::since(date(6)), ..query("restore") };
        assert_eq!(found(&subject, &scope, &since).await, ["note-9"], "{name}");
        let source = RecordRef { kind: RecordKind::Note, id: "note-1".to_owned() };
        let one = PassageQuery { source: Some(source), ..query("restore") };
        assert_eq!(found(&subject, &scope, &one).await, ["note-1"], "{name}");
        let first = PassageQuery { limit: 1, ..query("restore") };
        assert_eq!(found(&subject, &scope, &first).await.len(), 1, "{name}");
        let none = PassageQuery { limit: 0, ..query("restore") };
        assert_eq!(found(&subject, &scope, &none).await.len(), 0, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_put_again_replaces_every_passage_it_had() {
    for subject in subjects().await {
        let (workspace, name) = (WorkspaceId::new(), subject.name);
        let scope = only(workspace, "hooli.com");
        let long = "We discussed the onboarding of the Dublin office at length. ".repeat(120);
        let turns = [("Dana Whitfield", long.as_str()), ("Jared Dunn", "Noted.")];
        let before = subject.knowledge.put(workspace, &[call("c", "hooli.com", 1, &turns)]).await.unwrap();
        assert!(before > 2, "{name}: {before}");
        let turns = [("Dana Whitfield", "We moved to Lisbon."), ("Jared Dunn", "Noted.")];
        subject.knowledge.put(workspace, &[call("c", "hooli.com", 1, &turns)]).await.unwrap();

        assert_eq!(subject.knowledge.count(&scope).await.unwrap(), 1, "{name}");
        assert_eq!(found(&subject, &scope, &query("Dublin")).await.len(), 0, "{name}");
        let hits = subject.knowledge.search(&scope, &query("Lisbon")).await.unwrap();
        let passage = &hits[0].passage;
        assert_eq!(
            (passage.first_turn, passage.last_turn, passage.at_seconds),
            (Some(0), Some(1), Some(0.0)),
            "{name}"
        );
        assert_eq!(passage.text, "Dana Whitfield: We moved to Lisbon.\nJared Dunn: Noted.", "{name}");
        assert_eq!(passage.occurred_at, day(1), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_removed_is_no_longer_found() {
    for subject in subjects().await {
        let (workspace, other, name) = (WorkspaceId::new(), WorkspaceId::new(), subject.name);
        let records = [note("a", "hooli.com", 1, "Pricing was fine."), note("b", "hooli.com", 2, "Pricing was steep.")];
        subject.knowledge.put(workspace, &records).await.unwrap();
        subject.knowledge.put(other, &records).await.unwrap();

        let gone = RecordRef { kind: RecordKind::Note, id: "a".to_owned() };
        subject.knowledge.remove(workspace, &[gone]).await.unwrap();
        assert_eq!(found(&subject, &all(workspace), &query("pricing")).await, ["b"], "{name}");
        subject.knowledge.clear(workspace).await.unwrap();
        assert_eq!(subject.knowledge.count(&all(workspace)).await.unwrap(), 0, "{name}");
        assert_eq!(found(&subject, &all(other), &query("pricing")).await.len(), 2, "{name}: another workspace stays");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn any_text_can_be_indexed_and_searched() {
    for subject in subjects().await {
        let (workspace, name) = (WorkspaceId::new(), subject.name);
        let records = [
            note(
                "ü/ñ \"quoted\"",
                "hooli.com",
                1,
                "Die Übergabe an Søren läuft; 東京 office, emoji 🚀 and \u{202e}rtl.",
            ),
            note("empty", "hooli.com", 1, " \n\t "),
            note("zero", "hooli.com", 1, "a\u{0}b null bytes"),
        ];
        subject.knowledge.put(workspace, &records).await.unwrap();
        let scope = only(workspace, "hooli.com");
        for text in ["Übergabe", "ubergabe", "Søren", "東京"] {
            assert_eq!(found(&subject, &scope, &query(text)).await, ["ü/ñ \"quoted\""], "{name}: {text}");
        }
        for text in ["", "   ", "?!", "🚀", "\u{0}", "what is the", &"word ".repeat(5_000)] {
            subject.knowledge.search(&scope, &query(text)).await.unwrap();
        }
        assert_eq!(found(&subject, &scope, &query("")).await.len(), 0, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_engines_rank_alike() {
    let mut rankings: Vec<Vec<(String, String)>> = Vec::new();
    for subject in subjects().await {
        let workspace = WorkspaceId::from(uuid::Uuid::from_u128(7));
        let turns = [
            ("Dana Whitfield", "The restore of the archive took nine hours and nobody told us why it was slow."),
            ("Jared Dunn", "I will send you the benchmark of the restore by Friday."),
        ];
        let records = [
            call("call", "hooli.com", 3, &turns),
            email("mail", "hooli.com", 4, "Here is the benchmark that we promised."),
            note("note", "hooli.com", 5, "Restore, restore, restore: they only talk about the restore."),
        ];
        subject.knowledge.put(workspace, &records).await.unwrap();
        let hits = subject.knowledge.search(&all(workspace), &query("restore benchmark")).await.unwrap();
        let ranking = hits.iter().map(|hit| (hit.passage.source.id.clone(), format!("{:.3}", hit.score))).collect();
        rankings.push(ranking);
        subject.knowledge.clear(workspace).await.unwrap();
    }
    assert_eq!(rankings[0].len(), 3);
    assert!(rankings.windows(2).all(|pair| pair[0] == pair[1]), "{rankings:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_is_reported_as_unavailable_in_a_sentence() {
    // A port that was free a moment ago, with nobody listening.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    match ServerIndex::connect(&config(&format!("http://{address}"))).await {
        Err(IndexError::Unavailable(text)) => {
            assert!(text.contains(&address.to_string()) && text.contains("QDRANT_URL"), "{text}");
        }
        other => panic!("{:?}", other.err()),
    }
    match ServerIndex::connect(&config("not an address")).await {
        Err(IndexError::Invalid(text)) => assert!(text.contains("not an address"), "{text}"),
        other => panic!("{:?}", other.err()),
    }
}
