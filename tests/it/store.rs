//! The store keeps what it is given: outcomes, isolation, bookkeeping, conversations.

use chrono::NaiveDate;
use serde_json::json;
use success_agent::domain::account::{AccountRecord, Section};
use success_agent::domain::activity::{Commitment, Note, Side, SignalKind};
use success_agent::domain::answer::{Answer, Checks, Timings, Usage, Work};
use success_agent::domain::conversation::{Conversation, Focus, Turn};
use success_agent::domain::id::{ConversationId, TurnId};
use success_agent::domain::record::{Record, RecordKind, RecordRef};
use success_agent::domain::time::{Moment, Window, midnight};
use success_agent::model::reader::{Mark, Marked, Reading};
use success_agent::store::{Projection, PutOutcome, StoreError, StoredRecord};

use crate::harness::database::TestDatabase;
use crate::harness::mortal::Mortal;

fn record(value: serde_json::Value) -> Record {
    serde_json::from_value(value).unwrap()
}

fn account(domain: &str) -> Record {
    record(json!({"type": "account", "domain": domain, "name": "Hooli", "owner_email": "jared@piedpiper.com",
        "contacts": [{"name": "Dana Whitfield", "email": "dana@hooli.com", "primary": true}],
        "licensed_seats": 600, "attributes": {"aliases": ["Hooli Inc"]}}))
}

fn call(id: &str, account: &str, at: &str) -> Record {
    record(json!({"type": "call", "id": id, "account": account, "title": "Check-in", "started_at": at,
        "duration_seconds": 600,
        "participants": [{"name": "Dana Whitfield", "side": "customer"}, {"name": "Jared Dunn", "side": "team"}],
        "transcript": [{"speaker": "Dana Whitfield", "text": "Restores are slow.", "at_seconds": 1.5}]}))
}

fn email(id: &str, account: &str, body: &str) -> Record {
    record(json!({"type": "email", "id": id, "account": account, "sent_at": "2026-05-02T10:00:00Z",
        "from": "Dana Whitfield <dana@hooli.com>", "to": ["jared@piedpiper.com"], "subject": "Restores", "body": body,
        "thread_id": "t1"}))
}

/// One record of every type, for one account.
fn everything(domain: &str) -> Vec<Record> {
    vec![
        account(domain),
        call("c1", domain, "2026-05-01T10:00:00Z"),
        email("e1", domain, "Any news?"),
        record(json!({"type": "signal", "id": "s1", "account": domain, "kind": "nps", "occurred_at": "2026-05-03",
            "text": "NPS 4", "score": 4.0, "sentiment": -0.5})),
        record(json!({"type": "revenue_source", "id": "r1", "account": domain, "system": "salesbricks",
            "product": "Core", "status": "active", "interval": "year", "amount_minor": 24_000_000, "currency": "USD",
            "quantity": 600, "starts_on": "2025-07-01", "renews_on": "2026-07-01"})),
        record(json!({"type": "payment_event", "id": "p1", "account": domain, "occurred_at": "2026-04-01",
            "kind": "failed", "amount_minor": 100, "currency": "USD"})),
        record(json!({"type": "usage", "account": domain, "day": "2026-05-01", "active_users": 150})),
        record(json!({"type": "deal", "id": "d1", "account": domain, "name": "More seats", "stage": "Proposal",
            "status": "lost", "value_minor": 100, "currency": "USD", "closed_at": "2026-03-01"})),
        record(json!({"type": "project", "id": "j1", "account": domain, "title": "Rollout", "status": "late",
            "updated_at": "2026-04-20"})),
        record(
            json!({"type": "note", "id": "n1", "account": domain, "written_at": "2026-04-21", "author": "Jared Dunn",
            "text": "Champion left."}),
        ),
        record(json!({"type": "meeting", "id": "m1", "account": domain, "title": "Spring review",
            "starts_at": "2026-05-20T15:00:00-07:00", "ends_at": "2026-05-20T15:45:00-07:00",
            "participants": [{"name": "Dana Whitfield", "email": "Dana@Hooli.com"}, {"name": "Jared Dunn"}]})),
        record(json!({"type": "release", "id": "rel-1", "title": "4.2", "body": "SSO", "shipped_at": "2026-05-04",
            "version": "4.2"})),
    ]
}

fn at(text: &str) -> Moment {
    text.parse().unwrap()
}

#[tokio::test]
async fn importing_twice_updates_what_changed_and_nothing_else() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    let records = everything("hooli.com");
    assert_eq!(
        store.put(workspace, chrono::DateTime::UNIX_EPOCH, &records).await.unwrap(),
        vec![PutOutcome::Added; records.len()]
    );
    assert_eq!(
        store.put(workspace, chrono::DateTime::UNIX_EPOCH, &records).await.unwrap(),
        vec![PutOutcome::Unchanged; records.len()]
    );
    let changed = [email("e1", "hooli.com", "Any news yet?"), call("c1", "hooli.com", "2026-05-01T10:00:00Z")];
    let outcomes = store.put(workspace, chrono::DateTime::UNIX_EPOCH, &changed).await.unwrap();
    assert_eq!(outcomes, [PutOutcome::Updated, PutOutcome::Unchanged]);
    let emails = store.emails(workspace, "hooli.com", &Window::ALWAYS, None, 10).await.unwrap();
    assert_eq!(emails.len(), 1);
    assert_eq!(emails[0].body, "Any news yet?");
}

#[tokio::test]
async fn every_type_of_record_comes_back_as_it_went_in() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    let records = everything("hooli.com");
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &records).await.unwrap();
    for (kind, id, record) in [
        (RecordKind::Account, "hooli.com", &records[0]),
        (RecordKind::Call, "c1", &records[1]),
        (RecordKind::Email, "e1", &records[2]),
        (RecordKind::Signal, "s1", &records[3]),
        (RecordKind::RevenueSource, "r1", &records[4]),
        (RecordKind::PaymentEvent, "p1", &records[5]),
        (RecordKind::Usage, "hooli.com/2026-05-01", &records[6]),
        (RecordKind::Deal, "d1", &records[7]),
        (RecordKind::Project, "j1", &records[8]),
        (RecordKind::Note, "n1", &records[9]),
        (RecordKind::Meeting, "m1", &records[10]),
        (RecordKind::Release, "rel-1", &records[11]),
    ] {
        let found = store.record(workspace, &RecordRef { kind, id: id.to_owned() }).await.unwrap();
        assert_eq!(found, StoredRecord::Imported(record.clone()));
    }
    let missing = store.record(workspace, &RecordRef { kind: RecordKind::Call, id: "c9".to_owned() }).await;
    assert!(matches!(missing, Err(StoreError::NotFound(text)) if text.contains("c9")));
}

#[tokio::test]
async fn a_batch_lands_in_part_and_says_what_did_not() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    let far = Note {
        id: "n".to_owned(),
        account: "hooli.com".to_owned(),
        written_at: midnight(NaiveDate::from_ymd_opt(12_000, 1, 1).unwrap()),
        author: String::new(),
        text: String::new(),
        url: None,
    };
    let batch = [
        email("e1", "hooli.com", "before its account"),
        email("e2", "nowhere.com", "?"),
        email("", "hooli.com", "no id"),
        email("e3", "not a domain", "?"),
        email("e1", " Hooli.COM ", "again, \u{0} and later"),
        account("Hooli.com"),
        Record::Note(far),
    ];
    let outcomes = store.put(workspace, chrono::DateTime::UNIX_EPOCH, &batch).await.unwrap();
    assert_eq!(outcomes[0], PutOutcome::Added);
    assert_eq!(outcomes[1], PutOutcome::UnknownAccount("nowhere.com".to_owned()));
    assert!(matches!(&outcomes[2], PutOutcome::Invalid(reason) if reason.contains("`id` is empty")));
    assert!(matches!(&outcomes[3], PutOutcome::Invalid(reason) if reason.contains("not a domain")));
    assert_eq!(outcomes[4], PutOutcome::Updated);
    assert_eq!(outcomes[5], PutOutcome::Added);
    assert!(matches!(&outcomes[6], PutOutcome::Invalid(reason) if reason.contains("years 1 to 9999")));
    let emails = store.emails(workspace, "HOOLI.com", &Window::ALWAYS, None, 10).await.unwrap();
    assert_eq!(emails.iter().map(|email| email.body.as_str()).collect::<Vec<_>>(), ["again,  and later"]);
}

#[tokio::test]
async fn a_record_that_arrives_under_another_account_moves_there() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    store
        .put(workspace, chrono::DateTime::UNIX_EPOCH, &[account("a.com"), account("b.com"), email("e1", "a.com", "x")])
        .await
        .unwrap();
    for read in store.accounts_to_read(workspace, None, 100).await.unwrap() {
        store.replace_reading(workspace, &read.domain, &Reading::default(), read.version).await.unwrap();
    }
    let outcomes = store.put(workspace, chrono::DateTime::UNIX_EPOCH, &[email("e1", "b.com", "x")]).await.unwrap();
    assert_eq!(outcomes, [PutOutcome::Updated]);
    assert!(store.emails(workspace, "a.com", &Window::ALWAYS, None, 10).await.unwrap().is_empty());
    assert_eq!(store.emails(workspace, "b.com", &Window::ALWAYS, None, 10).await.unwrap().len(), 1);
    let read: Vec<String> =
        store.accounts_to_read(workspace, None, 100).await.unwrap().into_iter().map(|read| read.domain).collect();
    assert_eq!(read, ["a.com", "b.com"], "both accounts are read again");
}

#[tokio::test]
async fn the_same_ids_in_two_workspaces_never_mix() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    let other = store.workspace("other").await.unwrap();
    assert_ne!(workspace, other);
    assert_eq!(store.workspace("other").await.unwrap(), other);
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &everything("hooli.com")).await.unwrap();
    store
        .put(other, chrono::DateTime::UNIX_EPOCH, &[account("hooli.com"), email("e1", "hooli.com", "theirs")])
        .await
        .unwrap();
    let ours = store.emails(workspace, "hooli.com", &Window::ALWAYS, None, 10).await.unwrap();
    let theirs = store.emails(other, "hooli.com", &Window::ALWAYS, None, 10).await.unwrap();
    assert_eq!((ours[0].body.as_str(), theirs[0].body.as_str()), ("Any news?", "theirs"));
    assert!(store.calls(other, "hooli.com", &Window::ALWAYS, None, 10).await.unwrap().is_empty());
    assert!(store.releases(other, &Window::ALWAYS).await.unwrap().is_empty());
    let conversation = Conversation::begun(None, at("2026-05-05T00:00:00Z"));
    store.append_turn(workspace, &conversation, &turn(conversation.id, "ours")).await.unwrap();
    assert!(matches!(store.conversation(other, conversation.id).await, Err(StoreError::NotFound(_))));
    store.delete_accounts(other, &["hooli.com"]).await.unwrap();
    assert_eq!(store.emails(workspace, "hooli.com", &Window::ALWAYS, None, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_unknown_account_is_named_by_every_read() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    let always = Window::ALWAYS;
    let named =
        |error: Option<StoreError>| matches!(error, Some(StoreError::NotFound(text)) if text.contains("`nowhere.com`"));
    let domain = "nowhere.com";
    assert!(named(store.account(workspace, domain).await.err()));
    assert!(named(store.account_data(workspace, domain).await.err()));
    assert!(named(store.calls(workspace, domain, &always, None, 1).await.err()));
    assert!(named(store.signals(workspace, domain, &[], &always).await.err()));
    assert!(named(store.activity(workspace, domain, &[], &always, None, 1).await.err()));
    assert!(named(store.snapshot(workspace).await.unwrap().counts(domain).await.err()));
}

#[tokio::test]
async fn windows_people_and_kinds_narrow_what_is_read() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &everything("hooli.com")).await.unwrap();
    store
        .put(workspace, chrono::DateTime::UNIX_EPOCH, &[call("c2", "hooli.com", "2026-05-10T10:00:00Z")])
        .await
        .unwrap();
    let always = Window::ALWAYS;
    let calls = |window: Window, person: Option<&'static str>| {
        let store = store.clone();
        async move {
            let calls = store.calls(workspace, "hooli.com", &window, person, 10).await.unwrap();
            calls.into_iter().map(|call| call.id).collect::<Vec<_>>()
        }
    };
    assert_eq!(calls(always, Some("dana")).await, ["c2", "c1"]);
    assert_eq!(calls(always, Some("Dan")).await, Vec::<String>::new());
    assert_eq!(calls(Window::since("2026-05-02".parse().unwrap()), None).await, ["c2"]);
    let until = Window { since: None, until: Some("2026-05-01".parse().unwrap()) };
    assert_eq!(calls(until, Some("Dana Whitfield")).await, ["c1"]);
    let nps = store.latest_signals(workspace, SignalKind::Nps, &always, 100).await.unwrap();
    assert_eq!(nps.len(), 1);
    assert!(store.signals(workspace, "hooli.com", &[SignalKind::Praise], &always).await.unwrap().is_empty());
    let kinds: Vec<RecordKind> = store
        .activity(workspace, "hooli.com", &[], &always, None, 20)
        .await
        .unwrap()
        .iter()
        .map(|(_, record)| match record {
            Record::Call(_) => RecordKind::Call,
            Record::Email(_) => RecordKind::Email,
            Record::Signal(_) => RecordKind::Signal,
            Record::Note(_) => RecordKind::Note,
            Record::Project(_) => RecordKind::Project,
            Record::PaymentEvent(_) => RecordKind::PaymentEvent,
            Record::Deal(_) => RecordKind::Deal,
            _ => RecordKind::RevenueSource,
        })
        .collect();
    let names: Vec<&str> = kinds.iter().map(|kind| kind.wire()).collect();
    assert_eq!(
        names.join(" "),
        "call signal email call note project payment_event deal revenue_source",
        "each kind in its place by date"
    );
    let with = store.activity(workspace, "hooli.com", &[], &always, Some("Jared"), 20).await.unwrap();
    assert_eq!(with.len(), 4, "two calls, the e-mail to him and his note");
    let spans = store.snapshot(workspace).await.unwrap().counts("hooli.com").await.unwrap();
    let calls = spans.iter().find(|span| span.kind == RecordKind::Call).unwrap();
    assert_eq!(
        (calls.count, calls.oldest, calls.newest),
        (2, Some(at("2026-05-01T10:00:00Z")), Some(at("2026-05-10T10:00:00Z")))
    );
    let promises = spans.iter().find(|span| span.kind == RecordKind::Commitment).unwrap();
    assert_eq!((promises.count, promises.connected), (0, false));
}

#[tokio::test]
async fn the_data_of_several_accounts_comes_grouped_with_its_account() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &everything("hooli.com")).await.unwrap();
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &[account("empty.com")]).await.unwrap();
    store.analyze().await.unwrap();
    let hooli = store.account_data(workspace, "hooli.com").await.unwrap();
    let empty = store.account_id(workspace, "empty.com").await.unwrap();
    let all =
        store.account_data_of(workspace, &[hooli.account.id, empty], "2026-06-15".parse().unwrap()).await.unwrap();
    assert_eq!(all.len(), 2);
    assert!(all.contains(&hooli));
    assert_eq!(hooli.account.section, Section::Health, "an active contract outweighs a lost deal");
    assert_eq!((hooli.revenue.len(), hooli.payments.len(), hooli.usage.len(), hooli.signals.len()), (1, 1, 1, 1));
    assert_eq!(hooli.contacts.iter().map(|(_, record)| record.id.as_str()).collect::<Vec<_>>(), ["e1", "c1"]);
    store.refresh_names(workspace, 10).await.unwrap();
    let called = store.called(workspace, &["hooli inc".to_owned()], &[]).await.unwrap().accounts;
    assert_eq!(called[0].aliases, ["Hooli Inc"]);
    assert_eq!(store.delete_accounts(workspace, &["empty.com"]).await.unwrap(), 1);
    assert_eq!(store.known_accounts(workspace).await.unwrap(), 1);
}

#[tokio::test]
async fn what_was_read_is_remembered_until_anybody_changes_a_record() {
    let test = TestDatabase::new().await;
    let (store, workspace) = (&test.store, test.workspace);
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &everything("hooli.com")).await.unwrap();
    let before = store.snapshot(workspace).await.unwrap();
    let read = before.account_data("hooli.com").await.unwrap();
    let again = store.snapshot(workspace).await.unwrap().account_data("hooli.com").await.unwrap();
    assert!(std::sync::Arc::ptr_eq(&read, &again), "it was not read twice");

    let elsewhere = test.seen_by_another().await;
    let renamed = Record::Account(AccountRecord {
        domain: "hooli.com".to_owned(),
        name: "Hooli XYZ".to_owned(),
        ..AccountRecord::default()
    });
    elsewhere.put(workspace, chrono::DateTime::UNIX_EPOCH, &[renamed]).await.unwrap();
    let after = store.snapshot(workspace).await.unwrap().account_data("hooli.com").await.unwrap();
    assert_ne!(after.account, read.account);
    assert_eq!(before.account_data("hooli.com").await.unwrap(), read, "who began before reads on as it was");

    let mistaken = store.snapshot(workspace).await.unwrap().account_data("nowhere.com").await.unwrap_err();
    assert!(mistaken.to_string().contains("nowhere.com"));
    elsewhere.put(workspace, chrono::DateTime::UNIX_EPOCH, &[account("nowhere.com")]).await.unwrap();
    assert!(store.snapshot(workspace).await.unwrap().account_data("nowhere.com").await.is_ok());
}

#[tokio::test]
async fn a_record_changed_while_it_was_indexed_is_indexed_again() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &everything("hooli.com")).await.unwrap();
    let waiting = store.behind(workspace, Projection::Words, 100).await.unwrap();
    assert_eq!(waiting.len(), 6, "call, e-mail, signal, note, project, release");
    // While those are indexed, the e-mail changes.
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &[email("e1", "hooli.com", "changed")]).await.unwrap();
    let seen: Vec<(RecordRef, i64)> =
        waiting.iter().map(|waiting| (waiting.reference.clone(), waiting.revision)).collect();
    store.mark_projected(workspace, Projection::Words, &seen).await.unwrap();
    let left = store.behind(workspace, Projection::Words, 100).await.unwrap();
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].record, email("e1", "hooli.com", "changed"));
    assert_eq!(store.count_behind(workspace, Projection::Words).await.unwrap(), 1);
    store.mark_projected(workspace, Projection::Words, &[(left[0].reference.clone(), left[0].revision)]).await.unwrap();
    assert_eq!(store.count_behind(workspace, Projection::Words).await.unwrap(), 0);
    store.forget_projected(workspace, Projection::Words).await.unwrap();
    assert_eq!(store.count_behind(workspace, Projection::Words).await.unwrap(), 6);
}

#[tokio::test]
async fn imports_at_the_same_time_take_turns() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    let batch = |range: std::ops::Range<u32>, forward: bool| {
        let mut records: Vec<Record> =
            range.map(|number| email(&format!("e{number}"), "hooli.com", &format!("{forward}"))).collect();
        if !forward {
            records.reverse();
        }
        records.push(account("hooli.com"));
        records
    };
    let (one, two) = (batch(0..300, true), batch(0..300, false));
    let (one, two) = tokio::join!(
        store.put(workspace, chrono::DateTime::UNIX_EPOCH, &one),
        store.put(workspace, chrono::DateTime::UNIX_EPOCH, &two)
    );
    let outcomes: Vec<PutOutcome> = one.unwrap().into_iter().chain(two.unwrap()).collect();
    let count = |wanted: &PutOutcome| outcomes.iter().filter(|outcome| *outcome == wanted).count();
    assert_eq!((count(&PutOutcome::Added), count(&PutOutcome::Updated)), (301, 300));
}

#[tokio::test]
async fn readings_are_replaced_and_a_change_meanwhile_asks_for_another() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &everything("hooli.com")).await.unwrap();
    let read = store.accounts_to_read(workspace, None, 100).await.unwrap().remove(0);
    let promise = Commitment {
        id: "c1#c0".to_owned(),
        account: "hooli.com".to_owned(),
        who: "Jared Dunn".to_owned(),
        side: Side::Team,
        what: "send the plan".to_owned(),
        due: Some("2026-05-08".parse().unwrap()),
        due_text: Some("by Friday".to_owned()),
        quote: "I'll send the plan by Friday.".to_owned(),
        occurred_at: at("2026-05-01T10:00:00Z"),
        source: RecordRef { kind: RecordKind::Call, id: "c1".to_owned() },
        at_seconds: Some(12.5),
        kept_by: None,
        unclear_by: None,
        marked: None,
    };
    store
        .put(workspace, chrono::DateTime::UNIX_EPOCH, &[call("c2", "hooli.com", "2026-05-09T10:00:00Z")])
        .await
        .unwrap();
    let marked = Marked { commitment: promise.clone(), mark_key: "as of May".to_owned() };
    let reading = Reading { commitments: vec![marked], ..Reading::default() };
    store.replace_reading(workspace, "hooli.com", &reading, read.version).await.unwrap();
    let marks = store.marks(workspace, "hooli.com").await.unwrap();
    assert_eq!(marks, [("as of May".to_owned(), Mark { due: promise.due, unclear_by: None, kept_by: None })].into());
    assert_eq!(store.commitments(workspace, "hooli.com", &Window::ALWAYS).await.unwrap(), [promise]);
    let again = store.accounts_to_read(workspace, None, 100).await.unwrap().remove(0);
    assert!(again.version > read.version);
    store.replace_reading(workspace, "hooli.com", &Reading::default(), again.version).await.unwrap();
    assert!(store.commitments(workspace, "hooli.com", &Window::ALWAYS).await.unwrap().is_empty());
    assert!(store.marks(workspace, "hooli.com").await.unwrap().is_empty());
    assert!(store.accounts_to_read(workspace, None, 100).await.unwrap().is_empty());
}

/// An answered question about Hooli.
pub fn turn(conversation: ConversationId, question: &str) -> Turn {
    let id = TurnId::new();
    Turn {
        id,
        asked_at: at("2026-05-05T09:00:00Z"),
        question: question.to_owned(),
        answer: Answer {
            answer: "Nothing is open.".to_owned(),
            citations: Vec::new(),
            account: Some("hooli.com".to_owned()),
            conversation,
            turn: Some(id),
            stopped: false,
            tools_used: vec!["list_commitments".to_owned()],
            not_seen: Vec::new(),
            checks: Checks::default(),
            model: "analyst".to_owned(),
            notice: None,
            usage: Usage::default(),
            offers: Vec::new(),
            cards: Vec::new(),
            elapsed_ms: 3,
            timings: Timings { model_ms: 1.25, ..Timings::default() },
            work: Work { statements: 7, ..Work::default() },
        },
        focus: Focus { accounts: vec!["hooli.com".to_owned()], intent: Some(json!({"kind": "x"})), ..Focus::default() },
        feedback: None,
    }
}

#[tokio::test]
async fn a_conversation_gives_back_its_last_turns_in_order() {
    let TestDatabase { store, workspace, .. } = TestDatabase::new().await;
    let started = at("2026-05-05T09:00:00Z");
    let begun = Conversation::begun(Some("Hooli.com".to_owned()), started);
    let turns = ["one", "two", "three"].map(|question| turn(begun.id, question));
    for turn in &turns {
        store.append_turn(workspace, &begun, turn).await.unwrap();
    }
    let conversation = store.conversation(workspace, begun.id).await.unwrap();
    assert_eq!((conversation.pinned.as_deref(), conversation.started_at), (Some("hooli.com"), started));
    assert_eq!(conversation.title.as_deref(), Some("one"), "it is called by its first question");
    assert_eq!(store.turns(workspace, conversation.id, 2).await.unwrap(), turns[1..]);
}

#[tokio::test]
async fn a_lost_connection_is_replaced_before_anybody_notices() {
    let database = TestDatabase::new().await;
    let (store, workspace) = (&database.store, database.workspace);
    store.put(workspace, chrono::DateTime::UNIX_EPOCH, &[account("hooli.com")]).await.unwrap();
    let ended: i64 = sqlx::query_scalar(
        "select count(*) from (select pg_terminate_backend(pid, 5000) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend') ended",
    )
    .fetch_one(&mut database.connection().await)
    .await
    .unwrap();
    assert!(ended > 0);
    assert!(store.account(workspace, "hooli.com").await.is_ok());
}

#[tokio::test]
async fn what_is_written_after_others_were_cut_off_is_kept_and_holds_nobody_up() {
    let database = TestDatabase::new().await;
    let (store, other) = (&database.store, database.seen_by_another().await);
    let workspace = store.workspace("test").await.unwrap();
    for steps in 1..40 {
        let _ = Mortal::new(store.lease(workspace, "reading"), steps % 5).await;
        let key = format!("after {steps}");
        store.put_meta(workspace, &key, &steps).await.unwrap();
        assert_eq!(other.meta(workspace, &key).await.unwrap(), Some(steps), "written, and there for everybody");
    }
    let turn = tokio::time::timeout(std::time::Duration::from_secs(20), other.lease(workspace, "reading"));
    turn.await.expect("whoever was cut off holds the turn no more").unwrap();
}
