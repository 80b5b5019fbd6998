//! What is remembered of the records: a change makes out of date what it touched, for every process, and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config as Cases, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use sqlx::Executor;
use success_agent::app::Origin;
use success_agent::domain::account::Section;
use success_agent::domain::action::{Action, Outcome};
use success_agent::domain::activity::SignalKind;
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::health::HealthConfig;
use success_agent::domain::id::WorkspaceId;
use success_agent::domain::record::{Record, RecordKind, RecordRef};
use success_agent::domain::time::{Moment, Window};
use success_agent::model::reader::Reading;
use success_agent::store::{Read, Snapshot, Store};

use crate::harness::database::TestDatabase;
use crate::harness::world::{NOW, World, three_accounts};

const ACCOUNTS: [&str; 3] = ["acme.com", "bolt.io", "crane.dev"];

fn now() -> Moment {
    NOW.parse().unwrap()
}

fn note(account: &str, text: &str) -> Value {
    json!({"type": "note", "id": format!("n-{account}"), "account": account, "written_at": "2026-06-10T09:00:00Z",
        "author": "Lena Fox", "text": text})
}

fn release(body: &str) -> Value {
    json!({"type": "release", "id": "r-1", "title": "Faster exports", "body": body, "version": "4.2",
        "shipped_at": "2026-06-02T09:00:00Z"})
}

fn email(body: &str) -> Value {
    json!({"type": "email", "id": "e-9", "account": "crane.dev", "sent_at": "2026-06-14T08:00:00Z",
        "from": "Omar Haddad <omar@team.example>", "to": ["ana@crane.dev"], "subject": "Hi", "body": body})
}

async fn put(store: &Store, workspace: WorkspaceId, values: &[Value]) {
    let records: Vec<Record> = values.iter().map(|value| serde_json::from_value(value.clone()).unwrap()).collect();
    store.put(workspace, now(), &records).await.unwrap();
}

/// Everything that is remembered, by what it is about.
async fn read(snapshot: &Snapshot, accounts: &[&str]) -> BTreeMap<String, String> {
    let mut all = BTreeMap::new();
    let always = Window::ALWAYS;
    macro_rules! reads {
        ($about:expr; $($name:ident($($argument:expr),* $(,)?);)*) => {
            $(all.insert(format!("{} of {}", stringify!($name), $about), format!("{:?}", $name(snapshot, $($argument),*).await));)*
        };
    }
    /// What is found, in an order of its own where it has none.
    macro_rules! read_by {
        ($($name:ident($snapshot:ident, $($argument:ident: $kind:ty),*) $read:expr;)*) => {
            $(async fn $name($snapshot: &Snapshot, $($argument: $kind),*) -> impl std::fmt::Debug { $read })*
        };
    }
    read_by! {
        data(of, account: &str) of.account_data(account).await.map(|data| {
            let mut data = data.as_ref().clone();
            let sources: BTreeMap<_, _> = data.sources.drain().collect();
            (data, sources)
        });
        counts(of, account: &str) of.counts(account).await;
        activity(of, account: &str, window: &Window) of.activity(account, &[], window, None, 100).await;
        calls(of, account: &str, window: &Window) of.calls(account, window, None, 100).await;
        emails(of, account: &str, window: &Window) of.emails(account, window, None, 100).await;
        signals(of, account: &str, window: &Window) of.signals(account, &[], window).await;
        noticed(of, account: &str, window: &Window) of.noticed(account, &[SignalKind::Other], window).await;
        commitments(of, account: &str, window: &Window) of.commitments(account, window).await;
        requests(of, account: &str, window: &Window) of.requests(account, window).await;
        summaries(of, account: &str) {
            let call = match account { "acme.com" => "call-1", "bolt.io" => "call-2", _ => "none" };
            of.summaries(account, &[call.to_owned()]).await
        };
        people(of, account: &str) of.customers_of(account).await;
        briefs(of, account: &str) of.briefs(&[account.to_owned(), "new.example".to_owned()]).await
            .map(|found| found.iter().map(|(domain, brief)| (domain.clone(), brief.clone())).collect::<BTreeMap<_, _>>());
        titles(of, wanted: &[RecordRef]) of.titles(wanted).await
            .map(|found| found.iter().map(|(record, title)| (record.clone(), title.clone())).collect::<BTreeMap<_, _>>());
        records(of, wanted: &[RecordRef]) of.records(wanted).await;
        releases(of, window: &Window) of.releases(window).await;
        called(of, names: &[String]) of.called(names, &[]).await;
        known_by(of, names: &[String]) of.called(&[], names).await;
        alike(of, remains: &[String]) of.words_alike(remains).await;
    }
    for account in accounts {
        reads! { account;
            data(account); counts(account); activity(account, &always); calls(account, &always);
            emails(account, &always); signals(account, &always); noticed(account, &always);
            commitments(account, &always); requests(account, &always); summaries(account); people(account);
            briefs(account);
        }
    }
    let of = |kind, id: &str| RecordRef { kind, id: id.to_owned() };
    let talk = [of(RecordKind::Call, "call-1"), of(RecordKind::Email, "e-1")];
    let some = [of(RecordKind::Note, "n-acme.com"), of(RecordKind::Release, "r-1"), of(RecordKind::Account, "bolt.io")];
    let names = ["acme", "bolt", "crane", "wexlor", "ana", "omar", "lena"].map(str::to_owned);
    let remains = ["wexlo", "wexlor"].map(str::to_owned);
    reads! { "all";
        titles(&talk); titles(&talk[..1]); records(&some); records(&some[1..2]); releases(&always); called(&names);
        known_by(&names); alike(&remains);
    }
    all.insert("kinds".to_owned(), format!("{:?}", snapshot.workspace_counts(&RecordKind::ALL)));
    all.insert("accounts".to_owned(), snapshot.known_accounts().to_string());
    all.insert("example".to_owned(), format!("{:?}", snapshot.example_account().await));
    all
}

/// Fails when what either process remembers is not what a process says that never asked before.
async fn assert_fresh(world: &World, other: &Store, after: &str) {
    let workspace = world.app.workspace();
    let said = async |store: &Store| read(&store.snapshot(workspace).await.unwrap(), &ACCOUNTS).await;
    let newcomer = world.database.seen_by_another().await;
    let truth = said(&newcomer).await;
    newcomer.close().await;
    for (which, store) in [("who changed it", world.app.store()), ("another", other)] {
        for (what, found) in said(store).await {
            assert_eq!(found, truth[&what], "{what}, told by {which} after {after}");
        }
    }
    let mut connection = world.database.connection().await;
    for (kind, table) in [
        (RecordKind::Call, "calls"),
        (RecordKind::Email, "emails"),
        (RecordKind::Note, "notes"),
        (RecordKind::Usage, "usage_days"),
        (RecordKind::Release, "releases"),
        (RecordKind::Commitment, "commitments"),
    ] {
        let count: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&mut connection)
            .await
            .unwrap();
        let kept = newest(other, workspace).await.workspace_counts(&[kind]);
        assert_eq!(kept, [(kind, count.unsigned_abs())], "after {after}");
    }
}

async fn newest(store: &Store, workspace: WorkspaceId) -> Snapshot {
    store.snapshot(workspace).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_changes_every_process_sees_it_at_once() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let (app, other) = (&world.app, world.database.seen_by_another().await);
    let (store, workspace) = (app.store(), app.workspace());
    let by = Origin { by: Actor::new("lena@team.example", Surface::Cli), request: None, typed: None };
    assert_fresh(&world, &other, "the first import").await;
    for (what, value) in [
        (
            "a call",
            json!({"type": "call", "id": "call-2", "account": "bolt.io", "title": "Hello",
            "started_at": "2026-06-12T10:00:00Z", "duration_seconds": 60, "participants": [], "transcript": []}),
        ),
        (
            "an e-mail",
            json!({"type": "email", "id": "e-1", "account": "bolt.io", "sent_at": "2026-06-14T08:00:00Z",
            "from": "Ana Ruiz <ana@bolt.io>", "to": ["lena@team.example"], "subject": "Hello", "body": "All fine."}),
        ),
        (
            "the e-mail at another account",
            json!({"type": "email", "id": "e-1", "account": "crane.dev",
            "sent_at": "2026-06-14T08:00:00Z", "from": "Ana Ruiz <ana@bolt.io>", "to": ["lena@team.example"],
            "subject": "Hello again", "body": "All fine."}),
        ),
        (
            "a signal",
            json!({"type": "signal", "id": "s-1", "account": "crane.dev", "kind": "nps", "score": 4,
            "occurred_at": "2026-06-14T09:00:00Z", "text": "Too many clicks"}),
        ),
        (
            "a payment",
            json!({"type": "payment_event", "id": "p-1", "account": "acme.com", "kind": "failed",
            "occurred_at": "2026-06-11T00:00:00Z", "amount_minor": 100, "currency": "USD"}),
        ),
        ("usage", json!({"type": "usage", "account": "acme.com", "day": "2026-06-14", "active_users": 31})),
        (
            "a deal",
            json!({"type": "deal", "id": "d-1", "account": "bolt.io", "name": "More seats", "stage": "Proposal",
            "status": "open", "value_minor": 100, "currency": "USD"}),
        ),
        (
            "a project",
            json!({"type": "project", "id": "j-1", "account": "bolt.io", "title": "Rollout", "status": "late",
            "updated_at": "2026-06-10T00:00:00Z"}),
        ),
        ("a note", note("acme.com", "They moved.")),
        ("the note again, with other words", note("acme.com", "They moved out.")),
        ("a release", release("- Faster exports of large files")),
        ("the release, with other words", release("- Exports no longer fail on large files")),
        (
            "another name",
            json!({"type": "account", "domain": "bolt.io", "name": "Wexlor", "owner_email": "mina@team.example",
            "contacts": [{"name": "Lena Holm", "email": "lena@bolt.io"}]}),
        ),
        ("a new account", json!({"type": "account", "domain": "new.example", "name": "Wexlor Two"})),
    ] {
        world.import(&[value]).await;
        assert_fresh(&world, &other, what).await;
    }
    let promise = store.commitments(workspace, "acme.com", &Window::ALWAYS).await.unwrap().remove(0);
    let reason = Some("they asked us to".to_owned());
    for action in [
        Action::RouteAccount { section: Section::Pipeline, reason: reason.clone() },
        Action::SnoozeAccount { until: "2026-07-20".parse().unwrap(), reason: reason.clone() },
        Action::UntrackAccount { reason: reason.clone() },
        Action::SetOwner { owner: "mina@team.example".to_owned(), reason: reason.clone() },
        Action::IgnoreRevenueSource { source: "acme-2".to_owned(), ignored: true, reason },
        Action::MarkCommitment {
            commitment: promise.id.clone(),
            outcome: Outcome::Dropped,
            quote: promise.quote.clone(),
            evidence: None,
        },
        Action::AddNote { text: "They have a new office.".to_owned() },
    ] {
        let name = action.name();
        let acted = app.command("acme.com", action, &by).await.unwrap();
        assert_fresh(&world, &other, name).await;
        app.undo(acted.proposal.id, &by).await.unwrap();
        assert_fresh(&world, &other, &format!("{name}, undone")).await;
    }
    store.replace_reading(workspace, "acme.com", &Reading::default(), 1_000).await.unwrap();
    assert_fresh(&world, &other, "another reading").await;
    while let Some(claimed) = store.claim_unread(workspace, b"reader", 1).await.unwrap() {
        let summary = Some("They spoke about exports.".to_owned());
        store.put_notes(workspace, &claimed, "a model", &Read { summary, ..Read::default() }).await.unwrap();
        assert_fresh(&world, &other, "what a model wrote").await;
    }
    store.delete_releases(workspace, &["r-1"]).await.unwrap();
    assert_fresh(&world, &other, "a release that is gone").await;
    store.delete_accounts(workspace, &["bolt.io"]).await.unwrap();
    assert_fresh(&world, &other, "an account that is gone").await;
    world.import(&three_accounts()).await;
    assert_fresh(&world, &other, "an account that is back").await;
}

#[tokio::test]
async fn a_record_leaves_what_is_remembered_of_others_in_place() {
    let test = TestDatabase::new().await;
    let (here, there, workspace) = (&test.store, test.seen_by_another().await, test.workspace);
    put(here, workspace, &three_accounts()).await;
    put(here, workspace, &[note("acme.com", "one"), note("bolt.io", "one"), release("- one")]).await;
    put(here, workspace, &[email("Nothing new.")]).await;
    while here.refresh_names(workspace, 100).await.unwrap() > 0 {}
    let notes = async |of: &Snapshot, account: &str| {
        of.activity(account, &[RecordKind::Note], &Window::ALWAYS, None, 10).await.unwrap()
    };
    let names = ["acme".to_owned()];
    for (round, (changes, remembers)) in [(here, here), (&there, here), (here, &there)].into_iter().enumerate() {
        let before = newest(remembers, workspace).await;
        let (acme, bolt) = (notes(&before, "acme.com").await, notes(&before, "bolt.io").await);
        let (data, counts) = (before.account_data("bolt.io").await.unwrap(), before.counts("bolt.io").await.unwrap());
        let releases = before.releases(&Window::ALWAYS).await.unwrap();
        let (called, people) =
            (before.called(&names, &[]).await.unwrap(), before.called(&[], &["omar".to_owned()]).await.unwrap());
        let text = format!("round {round}");
        put(changes, workspace, &[note("crane.dev", &text), email(&text)]).await;
        assert_eq!(changes.refresh_names(workspace, 100).await.unwrap(), 1, "an e-mail may name somebody");

        let after = newest(remembers, workspace).await;
        assert!(Arc::ptr_eq(&acme, &notes(&after, "acme.com").await), "read again");
        assert!(Arc::ptr_eq(&bolt, &notes(&after, "bolt.io").await), "read again");
        assert!(Arc::ptr_eq(&data, &after.account_data("bolt.io").await.unwrap()), "read again");
        assert!(Arc::ptr_eq(&counts, &after.counts("bolt.io").await.unwrap()), "read again");
        assert!(Arc::ptr_eq(&releases, &after.releases(&Window::ALWAYS).await.unwrap()), "read again");
        assert!(Arc::ptr_eq(&called, &after.called(&names, &[]).await.unwrap()), "nobody is called otherwise");
        let again = after.called(&[], &["omar".to_owned()]).await.unwrap();
        assert!(Arc::ptr_eq(&people, &again), "nobody new wrote");

        let words = format!("{text}, and more");
        put(changes, workspace, &[note("acme.com", &words), release(&words)]).await;
        let later = newest(remembers, workspace).await;
        assert!(format!("{:?}", notes(&later, "acme.com").await).contains(&words));
        assert!(Arc::ptr_eq(&bolt, &notes(&later, "bolt.io").await), "read again");
        assert_eq!(later.releases(&Window::ALWAYS).await.unwrap()[0].body, words);
        assert!(Arc::ptr_eq(&acme, &notes(&before, "acme.com").await), "who began before reads on as it was");
        assert!(Arc::ptr_eq(&acme, &notes(&after, "acme.com").await), "and so does this one");
    }
    there.close().await;
}

#[tokio::test]
async fn a_repeated_import_leaves_everything_in_place() {
    let test = TestDatabase::new().await;
    let (store, workspace) = (&test.store, test.workspace);
    put(store, workspace, &three_accounts()).await;
    let before = newest(store, workspace).await.account_data("acme.com").await.unwrap();
    put(store, workspace, &three_accounts()).await;
    let after = newest(store, workspace).await.account_data("acme.com").await.unwrap();
    assert!(Arc::ptr_eq(&before, &after), "read again");
}

#[tokio::test]
async fn a_level_that_moved_is_shown_though_no_record_changed() {
    let test = TestDatabase::new().await;
    let (here, there, workspace) = (&test.store, test.seen_by_another().await, test.workspace);
    put(here, workspace, &three_accounts()).await;
    here.refresh_names(workspace, 100).await.unwrap();
    let domains = ACCOUNTS.map(str::to_owned);
    let levels = async |store: &Store| {
        let briefs = newest(store, workspace).await.briefs(&domains).await.unwrap();
        domains.clone().map(|domain| briefs[&domain].level)
    };
    assert_eq!(levels(&there).await, [None; 3]);
    here.refresh_states(workspace, now(), &HealthConfig::default(), 100).await.unwrap();
    let first = levels(&there).await;
    assert!(first.iter().all(Option::is_some));
    let strict = HealthConfig { base: 1, ..HealthConfig::default() };
    here.refresh_states(workspace, now(), &strict, 100).await.unwrap();
    assert_ne!(levels(&there).await, first);
    assert_eq!(levels(&there).await, levels(here).await);
    there.close().await;
}

#[tokio::test]
async fn a_change_that_was_not_written_down_counts_as_one_of_everything() {
    let test = TestDatabase::new().await;
    let (store, workspace) = (&test.store, test.workspace);
    put(store, workspace, &three_accounts()).await;
    put(store, workspace, &[note("acme.com", "one")]).await;
    // As a release does that knows nothing of it.
    let elsewhere = async |text: &str| {
        let mut connection = test.connection().await;
        connection.execute("update workspaces set version = version + 1").await.unwrap();
        let query = "update notes set text = $1 where id = 'n-acme.com'";
        sqlx::query(query).bind(text).execute(&mut connection).await.unwrap();
    };
    let text = async || {
        let snapshot = newest(store, workspace).await;
        format!("{:?}", snapshot.activity("acme.com", &[RecordKind::Note], &Window::ALWAYS, None, 10).await.unwrap())
    };
    assert!(text().await.contains("one"));
    elsewhere("two").await;
    assert!(text().await.contains("two"));
    elsewhere("three").await;
    put(store, workspace, &[note("bolt.io", "one")]).await;
    assert!(text().await.contains("three"), "one that is written down hides none that is not");
}

/// Something that happens to a workspace with two processes on it.
#[derive(Clone, Debug)]
enum Step {
    /// A process changes some accounts, and the release or not.
    Change { process: usize, accounts: Vec<usize>, release: bool },
    /// A process renames an account.
    Rename { process: usize, account: usize },
    /// A process begins to answer something.
    Begin { process: usize },
    /// Somebody who is answering, the so-many-last to begin, reads something.
    Read { back: usize, what: usize },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let change = (0..2_usize, proptest::sample::subsequence(vec![0, 1, 2], 0..=3), proptest::bool::weighted(0.2));
    let step = prop_oneof![
        3 => change.prop_map(|(process, accounts, release)| Step::Change { process, accounts, release }),
        1 => (0..2_usize, 0..3_usize).prop_map(|(process, account)| Step::Rename { process, account }),
        3 => (0..2_usize).prop_map(|process| Step::Begin { process }),
        9 => (0..6_usize, 0..8_usize).prop_map(|(back, what)| Step::Read { back, what }),
    ];
    proptest::collection::vec(step, 40..80)
}

/// What the records said, one text after the other, by what it is about: no memory, only a list.
#[derive(Default)]
struct Said(BTreeMap<String, Vec<String>>);

impl Said {
    fn say(&mut self, about: &str, text: &str) {
        self.0.entry(about.to_owned()).or_default().push(text.to_owned());
    }

    fn times(&self, about: &str) -> usize {
        self.0[about].len()
    }
}

/// Somebody who answers something.
struct Turn {
    snapshot: Snapshot,
    /// How often everything had been said by the time it began.
    began: BTreeMap<String, usize>,
    /// What it has read.
    read: BTreeMap<String, String>,
}

/// What is read, and the text of it in the records.
async fn look(snapshot: &Snapshot, what: usize) -> (String, String) {
    match what {
        0..=2 => {
            let kinds = [RecordKind::Note];
            let notes = snapshot.activity(ACCOUNTS[what], &kinds, &Window::ALWAYS, None, 10).await.unwrap();
            let Record::Note(note) = &notes[0].1 else { panic!("{notes:?}") };
            (format!("note {what}"), note.text.clone())
        }
        3..=5 => {
            let name = ACCOUNTS[what - 3].split('.').next().unwrap().to_owned();
            let called = snapshot.called(&[name], &[]).await.unwrap();
            (format!("name {}", what - 3), called.accounts[0].brief.name.clone())
        }
        6 => ("release".to_owned(), snapshot.releases(&Window::ALWAYS).await.unwrap()[0].body.clone()),
        _ => {
            let wanted = RecordRef { kind: RecordKind::Note, id: format!("n-{}", ACCOUNTS[1]) };
            let records = snapshot.records(&[wanted]).await.unwrap();
            let Record::Note(note) = &records[0] else { panic!("{records:?}") };
            ("note 1".to_owned(), note.text.clone())
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_what_was_out_of_date_when_they_began_nor_two_things_of_one() {
    let test = TestDatabase::new().await;
    let processes = [test.store.clone(), test.seen_by_another().await];
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[61; 32]);
    let mut runner = TestRunner::new_with_rng(Cases::default(), random);
    let (mut from_memory, mut reads) = (0, 0);
    for case in 0..12 {
        let workspace = test.store.workspace(&format!("case {case}")).await.unwrap();
        let mut said = Said::default();
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        let name = |account: usize, number: usize| {
            let first = ACCOUNTS[account].split('.').next().unwrap();
            json!({"type": "account", "domain": ACCOUNTS[account], "name": format!("{first} {number}")})
        };
        for (account, domain) in ACCOUNTS.iter().enumerate() {
            put(&test.store, workspace, &[name(account, 0), note(domain, "0")]).await;
            said.say(&format!("note {account}"), "0");
            said.say(&format!("name {account}"), name(account, 0)["name"].as_str().unwrap());
        }
        put(&test.store, workspace, &[release("0")]).await;
        said.say("release", "0");
        test.store.refresh_names(workspace, 10).await.unwrap();
        let mut turns: Vec<Turn> = Vec::new();
        let steps = steps().new_tree(&mut runner).unwrap().current();
        for (number, step) in steps.iter().enumerate() {
            match step {
                Step::Change { process, accounts, release: released } => {
                    let text = format!("{}", number + 1);
                    let mut records: Vec<Value> = accounts.iter().map(|one| note(ACCOUNTS[*one], &text)).collect();
                    records.extend(released.then(|| release(&text)));
                    put(&processes[*process], workspace, &records).await;
                    for account in accounts {
                        said.say(&format!("note {account}"), &text);
                    }
                    if *released {
                        said.say("release", &text);
                    }
                }
                Step::Rename { process, account } => {
                    let record = name(*account, number + 1);
                    put(&processes[*process], workspace, std::slice::from_ref(&record)).await;
                    processes[*process].refresh_names(workspace, 10).await.unwrap();
                    said.say(&format!("name {account}"), record["name"].as_str().unwrap());
                }
                Step::Begin { process } => {
                    let snapshot = newest(&processes[*process], workspace).await;
                    let began = said.0.iter().map(|(about, texts)| (about.clone(), texts.len())).collect();
                    turns.push(Turn { snapshot, began, read: BTreeMap::new() });
                }
                Step::Read { back, what } => {
                    let Some(place) = turns.len().checked_sub(back + 1) else { continue };
                    let turn = &mut turns[place];
                    let (about, text) = look(&turn.snapshot, *what).await;
                    let since = turn.began[&about] - 1;
                    let could = &said.0[&about][since..];
                    assert!(
                        could.contains(&text),
                        "case {case}, step {number}: {about} is {text}, not one of {could:?}"
                    );
                    let first = turn.read.entry(format!("{about} {what}")).or_insert_with(|| text.clone());
                    assert_eq!(*first, text, "case {case}, step {number}: {about}");
                    reads += 1;
                    // Where nothing was said since, everybody is told the same, from one reading.
                    if said.times(&about) == since + 1 && !seen.insert(since * 8 + what) {
                        from_memory += 1;
                    }
                }
            }
        }
    }
    assert!(reads > 200 && from_memory > 50, "{reads} {from_memory}");
    processes[1].close().await;
}
