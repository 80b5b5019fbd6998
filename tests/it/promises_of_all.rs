//! Promises and requests of all accounts: what the database chooses and counts is what would be chosen among all of them.

use std::collections::HashSet;

use chrono::{Days, Duration, NaiveDate};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config as Cases, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use success_agent::app::{App, Origin};
use success_agent::domain::action::{Action, Outcome};
use success_agent::domain::activity::{Commitment, CommitmentStatus, LaterWords, Request, Side};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::record::{RecordKind, RecordRef};
use success_agent::domain::time::{Moment, Window};
use success_agent::domain::tool::records::{ListCommitments, ListRequests};
use success_agent::model::reader::{Marked, Reading};
use success_agent::reading::people::same_person;

use crate::harness::world::{NOW, World, three_accounts};

const OWNED: [(&str, &str); 3] =
    [("acme.com", "lena@team.example"), ("bolt.io", "lena@team.example"), ("crane.dev", "omar@team.example")];

const ALL: [CommitmentStatus; 4] =
    [CommitmentStatus::Overdue, CommitmentStatus::Open, CommitmentStatus::Kept, CommitmentStatus::Dropped];

fn now() -> Moment {
    NOW.parse().unwrap()
}

fn today() -> NaiveDate {
    now().day()
}

fn by() -> Origin {
    Origin { by: Actor::new("lena@team.example", Surface::Cli), request: None, typed: None }
}

/// A promise made in a call; of the same number, in the same words.
fn promise(account: &str, id: usize, who: &str, side: Side, said: usize, due: Option<i64>, kept: bool) -> Commitment {
    let at = now() - Duration::days(60) + Duration::hours(i64::try_from(said % 1_000).unwrap());
    Commitment {
        id: format!("{account}-{id}"),
        account: account.to_owned(),
        who: who.to_owned(),
        side,
        what: format!("send paper {said}"),
        due: due.map(|days| (now() + Duration::days(days)).day()),
        due_text: None,
        quote: format!("We will send you paper {said}."),
        occurred_at: at,
        source: RecordRef { kind: RecordKind::Call, id: "call-1".to_owned() },
        at_seconds: None,
        kept_by: kept.then(|| LaterWords {
            source: RecordRef { kind: RecordKind::Email, id: "e-1".to_owned() },
            occurred_at: at + Duration::days(1),
            quote: "Attached.".to_owned(),
        }),
        unclear_by: None,
        marked: None,
    }
}

async fn write(app: &App, account: &str, commitments: Vec<Commitment>, requests: Vec<Request>) {
    let mark = |commitment| Marked { commitment, mark_key: "a key".to_owned() };
    let commitments = commitments.into_iter().map(mark).collect();
    let reading = Reading { commitments, requests, ..Reading::default() };
    app.store().replace_reading(app.workspace(), account, &reading, 1_000_000).await.unwrap();
}

/// What a list over all accounts has, told from the promises of each: how many of each status, and the first sixty.
async fn told_from_all(app: &App, asked: &ListCommitments) -> ([u64; 4], Vec<String>) {
    let mut all: Vec<Commitment> = Vec::new();
    for (account, owner) in OWNED {
        if asked.owner.as_deref().is_none_or(|wanted| wanted == owner) {
            all.extend(app.store().commitments(app.workspace(), account, &asked.window).await.unwrap());
        }
    }
    all.retain(|one| {
        asked.side.is_none_or(|side| side == one.side)
            && asked.person.as_deref().is_none_or(|person| same_person(&one.who, person))
            && (asked.statuses.is_empty() || asked.statuses.contains(&one.status(today())))
            && (asked.due == Window::ALWAYS || one.due.is_some_and(|day| asked.due.contains(day)))
    });
    all.sort_by_key(|one| {
        let status = ALL.iter().position(|status| *status == one.status(today()));
        let open = status == Some(1);
        let day = open.then_some((one.due.is_none(), one.due));
        (status, day, std::cmp::Reverse(one.occurred_at), one.id.clone())
    });
    let mut said: HashSet<(String, String)> = HashSet::new();
    all.retain(|one| said.insert((one.account.clone(), one.quote.clone())));
    let counts = ALL.map(|status| all.iter().filter(|one| one.status(today()) == status).count() as u64);
    (counts, all.into_iter().take(60).map(|one| one.id).collect())
}

fn asked() -> impl Strategy<Value = ListCommitments> {
    let window = (proptest::option::of(0..70_u64), proptest::option::of(0..70_u64)).prop_map(|(since, until)| Window {
        since: since.map(|ago| today() - Days::new(ago)),
        until: until.map(|ago| today() - Days::new(ago)),
    });
    let due = (-30..10_i64, 0..30_i64).prop_map(|(from, days)| {
        let since = (now() + Duration::days(from)).day();
        Window { since: Some(since), until: Some(since + Duration::days(days)) }
    });
    let side = proptest::option::of(proptest::sample::select(vec![Side::Team, Side::Customer]));
    let person =
        proptest::option::weighted(0.3, proptest::sample::select(vec!["Ana", "Omar Haddad", "Élan Roux", "Nobody"]));
    let owner =
        proptest::option::weighted(0.3, proptest::sample::select(vec!["lena@team.example", "omar@team.example"]));
    let statuses = proptest::sample::subsequence(ALL.to_vec(), 0..=4);
    (side, person, owner, statuses, proptest::option::weighted(0.3, window), proptest::option::weighted(0.3, due))
        .prop_map(|(side, person, owner, statuses, window, due)| ListCommitments {
            side,
            person: person.map(str::to_owned),
            owner: owner.map(str::to_owned),
            statuses,
            window: window.unwrap_or_default(),
            due: due.unwrap_or_default(),
            ..ListCommitments::default()
        })
}

fn promises(account: &'static str) -> impl Strategy<Value = Vec<Commitment>> {
    let who = proptest::sample::select(vec![
        ("Ana Ruiz", Side::Customer),
        ("Omar Haddad", Side::Team),
        ("Élan Roux", Side::Team),
    ]);
    let one = (who, 0..150_usize, proptest::option::of(-20..20_i64), proptest::bool::weighted(0.3));
    proptest::collection::vec(one, 90..120).prop_map(move |all| {
        let one = |(id, ((who, side), said, due, kept))| promise(account, id, who, side, said, due, kept);
        all.into_iter().enumerate().map(one).collect()
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_database_chooses_is_what_would_be_chosen_among_all() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let app = &world.app;
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &[13; 32]);
    let mut runner = TestRunner::new_with_rng(Cases::default(), random);
    for (account, _) in OWNED {
        let promises = promises(account).new_tree(&mut runner).unwrap().current();
        let marked: Vec<Commitment> = promises.iter().step_by(9).cloned().collect();
        write(app, account, promises, Vec::new()).await;
        for (place, one) in marked.into_iter().enumerate() {
            let outcome = if place % 2 == 0 { Outcome::Dropped } else { Outcome::Kept };
            let action = Action::MarkCommitment { commitment: one.id, outcome, quote: one.quote, evidence: None };
            // One that was kept cannot be marked so.
            drop(app.command(account, action, &by()).await);
        }
    }
    let mut of_each = [0; 4];
    for _ in 0..150 {
        let asked = asked().new_tree(&mut runner).unwrap().current();
        let (counts, first) = told_from_all(app, &asked).await;
        let found = app.look_up(asked.clone()).await.unwrap();
        assert_eq!([found.overdue, found.open, found.kept, found.dropped], counts, "{asked:?}");
        let items: Vec<String> = found.items.into_iter().map(|item| item.id).collect();
        let sorted = |ids: &[String]| ids.iter().cloned().collect::<std::collections::BTreeSet<_>>();
        // Among equals that do not all fit in, the order of accounts decides.
        assert_eq!(items.len(), first.len(), "{asked:?}");
        if counts.iter().sum::<u64>() <= 60 {
            assert_eq!(sorted(&items), sorted(&first), "{asked:?}");
        }
        for (sum, count) in of_each.iter_mut().zip(counts) {
            *sum += count;
        }
    }
    assert!(of_each.iter().all(|count| *count > 100), "{of_each:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_very_many_promises_the_most_pressing_are_shown_and_all_are_counted() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let app = &world.app;
    let number = |id: usize| (id, format!("Person Number{id}"));
    let mut all: Vec<Commitment> = (0..900)
        .map(number)
        .map(|(id, who)| {
            promise("acme.com", id, &who, Side::Team, id, Some(-1 - i64::try_from(id % 30).unwrap()), false)
        })
        .collect();
    all.extend((900..1_300).map(|id| {
        promise("acme.com", id, "Ana Ruiz", Side::Customer, id, Some(1 + i64::try_from(id % 30).unwrap()), false)
    }));
    let mut needle = promise("acme.com", 1_300, "Omar Haddad", Side::Team, 1_300, None, true);
    needle.what = "paint the zeppelins".to_owned();
    needle.quote = "We will paint your zeppelins.".to_owned();
    needle.occurred_at = now() - Duration::days(300);
    all.push(needle);
    write(app, "acme.com", all, Vec::new()).await;
    write(app, "bolt.io", vec![promise("bolt.io", 0, "Ana Ruiz", Side::Customer, 0, Some(-3), false)], Vec::new())
        .await;

    let found = app.look_up(ListCommitments::default()).await.unwrap();
    assert_eq!((found.overdue, found.open, found.kept, found.dropped), (901, 400, 1, 0));
    assert_eq!((found.total, found.items.len()), (1_302, 60));
    assert!(found.items.iter().all(|item| item.status == CommitmentStatus::Overdue));
    assert!(found.items.is_sorted_by_key(|item| std::cmp::Reverse(item.occurred_at)));
    let ours = ListCommitments { side: Some(Side::Team), ..ListCommitments::default() };
    assert_eq!(app.look_up(ours).await.unwrap().overdue, 900);
    let yesterday = today() - Days::new(1);
    let due = Window { since: Some(yesterday - Days::new(9)), until: Some(yesterday) };
    let lately = app.look_up(ListCommitments { due, ..ListCommitments::default() }).await.unwrap();
    assert_eq!(lately.overdue, 301, "ten days of thirty, and the other account's");
    let omars = ListCommitments { owner: Some("omar@team.example".to_owned()), ..ListCommitments::default() };
    assert_eq!(app.look_up(omars).await.unwrap().items.len(), 0);
    let theirs = ListCommitments { person: Some("Number7".to_owned()), ..ListCommitments::default() };
    assert_eq!(app.look_up(theirs).await.unwrap().items.len(), 1, "one of the oldest");
    let about = ListCommitments { topic: Some("zeppelin".to_owned()), ..ListCommitments::default() };
    assert_eq!(app.look_up(about).await.unwrap().items.len(), 1, "whatever was promised since");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_very_many_requests_those_for_one_thing_are_found() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let app = &world.app;
    let request = |id: usize, what: &str, ago: i64| Request {
        id: format!("call-1#r{id}"),
        account: "acme.com".to_owned(),
        who: "Ana Ruiz".to_owned(),
        what: what.to_owned(),
        quote: format!("Could you give us {what}?"),
        occurred_at: now() - Duration::hours(ago),
        source: RecordRef { kind: RecordKind::Call, id: "call-1".to_owned() },
        at_seconds: None,
    };
    let mut all: Vec<Request> =
        (0..2_100).map(|id| request(id, &format!("a ledger of kind {id}"), i64::try_from(id).unwrap())).collect();
    all.push(request(2_100, "zeppelin painting", 5_000));
    write(app, "acme.com", Vec::new(), all).await;
    let asked = ListRequests { topic: Some("zeppelins".to_owned()), ..ListRequests::default() };
    let found = app.look_up(asked).await.unwrap();
    assert_eq!(found.groups.len(), 1);
    assert_eq!(found.groups[0].asks[0].quote, "Could you give us zeppelin painting?");
    let latest = app.store().latest_requests(app.workspace(), &Window::ALWAYS, &[], 5).await.unwrap();
    let ids: Vec<&str> = latest.iter().map(|request| request.id.as_str()).collect();
    assert_eq!(ids, ["call-1#r0", "call-1#r1", "call-1#r2", "call-1#r3", "call-1#r4"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_shipped_has_only_those_read_again_whom_something_is_promised() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let (app, store) = (&world.app, world.app.store());
    let unread = async || {
        let unread = store.accounts_to_read(app.workspace(), None, 10).await.unwrap();
        unread.into_iter().map(|account| account.domain).collect::<Vec<_>>()
    };
    let kept_by = |kind, id: &str, days: i64| {
        let source = RecordRef { kind, id: id.to_owned() };
        Some(LaterWords { source, occurred_at: now() - Duration::days(days), quote: "Done.".to_owned() })
    };
    let one = |account: &str, kept_by| {
        vec![Commitment { kept_by, ..promise(account, 0, "Omar Haddad", Side::Team, 0, None, false) }]
    };
    let release = |id: &str, ago: i64, body: &str| json!({"type": "release", "id": id, "title": "News", "body": body, "shipped_at": now() - Duration::days(ago)});
    let put = async |value| {
        let records = [serde_json::from_value(value).unwrap()];
        store.put(app.workspace(), now(), &records).await.unwrap();
    };
    write(app, "acme.com", one("acme.com", None), Vec::new()).await;
    write(app, "bolt.io", one("bolt.io", kept_by(RecordKind::Email, "e-1", 30)), Vec::new()).await;
    write(app, "crane.dev", one("crane.dev", kept_by(RecordKind::Release, "r-1", 40)), Vec::new()).await;
    let read = async || {
        let mut connection = world.database.connection().await;
        let query = "update accounts set talk_version = 0, read_version = 0";
        sqlx::Executor::execute(&mut connection, query).await.unwrap();
    };
    read().await;
    put(release("r-2", 1, "- one")).await;
    assert_eq!(unread().await, ["acme.com"], "the others have what they were promised");
    read().await;
    put(release("r-3", 35, "- one")).await;
    assert_eq!(unread().await, ["acme.com", "bolt.io"], "it came before the e-mail");
    read().await;
    put(release("r-4", 500, "- one")).await;
    assert_eq!(unread().await, Vec::<String>::new(), "nothing was promised by then");
    put(release("r-1", 500, "- another")).await;
    assert_eq!(unread().await, ["crane.dev"], "what kept it is another thing now");
}
