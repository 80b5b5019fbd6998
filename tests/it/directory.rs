//! Names: what is found by index is what would be found among all accounts and people at once.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config as Cases, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;
use success_agent::agent::directory::{Candidates, Directory, Mentions, join_people};
use success_agent::app::App;
use success_agent::demo::demo_jsonl;
use success_agent::domain::action::Action;
use success_agent::domain::activity::{Side, mailbox};
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::health::Level;
use success_agent::domain::person::name_in;
use success_agent::domain::record::Record;
use success_agent::domain::tool::account::{AccountBrief, Person};
use success_agent::language::naming::plain_name;
use success_agent::sources::import::read_line;
use success_agent::store::CalledAccount;

use crate::harness::world::{NOW, World, three_accounts};

/// All of a file of records, as one directory in memory.
fn everything(records: &[Record], levels: &BTreeMap<String, Option<Level>>) -> Candidates {
    let (mut accounts, mut people, mut domains) = (Vec::new(), Vec::new(), BTreeSet::new());
    let host = |email: &str| email.split('@').nth(1).map(str::to_lowercase);
    let team = |name: &str, email: Option<String>, owner: bool| Person {
        name: name.to_owned(),
        email,
        title: None,
        side: Side::Team,
        accounts: Vec::new(),
        owner,
    };
    let mut sorted: Vec<&Record> = records.iter().collect();
    sorted.sort_by_key(|record| record.account().map(str::to_owned));
    for record in &sorted {
        match record {
            Record::Account(account) => {
                let brief = AccountBrief {
                    domain: account.domain.clone(),
                    name: account.name.clone(),
                    owner_email: account.owner_email.clone(),
                    level: levels.get(&account.domain).copied().flatten(),
                };
                people.extend(account.contacts.iter().map(|contact| Person {
                    name: plain_name(&contact.name),
                    email: contact.email.clone(),
                    title: contact.title.clone(),
                    side: Side::Customer,
                    accounts: vec![brief.clone()],
                    owner: false,
                }));
                if let Some(owner) = &account.owner_email {
                    domains.extend(host(owner));
                    people.push(team(&name_in(owner), Some(owner.clone()), true));
                }
                let aliases = account.aliases().into_iter().map(str::to_owned).collect();
                accounts.push(CalledAccount { brief, aliases });
            }
            Record::Call(call) => {
                for one in call.participants.iter().filter(|one| one.side == Side::Team) {
                    domains.extend(one.email.as_deref().and_then(host));
                    people.push(team(&one.name, one.email.clone(), false));
                }
            }
            _ => {}
        }
    }
    for record in &sorted {
        if let Record::Email(email) = record {
            let (name, address) = mailbox(&email.from);
            if host(&address).is_some_and(|host| domains.contains(&host)) {
                people.push(team(&name, Some(address), false));
            }
        }
    }
    Candidates::new(accounts, join_people(people))
}

/// What is mentioned, in words that do not depend on the order people were met in.
fn told(mentions: &Mentions) -> String {
    let accounts: Vec<_> = mentions.accounts.iter().map(|mention| serde_json::to_value(mention).unwrap()).collect();
    let people: Vec<_> = mentions
        .people
        .iter()
        .map(|mention| {
            let who: BTreeSet<String> = mention
                .people
                .iter()
                .map(|person| {
                    let at: BTreeSet<&str> = person.accounts.iter().map(|account| account.domain.as_str()).collect();
                    format!("{} {:?} {:?} {} {at:?}", person.name, person.email, person.side, person.owner)
                })
                .collect();
            json!([mention.words, mention.start, mention.end, who])
        })
        .collect();
    json!({"accounts": accounts, "people": people}).to_string()
}

async fn directory(app: &App) -> Directory {
    let snapshot = app.store().snapshot(app.workspace()).await.unwrap();
    assert!(snapshot.names_are_known(), "an import writes down what accounts are called");
    Directory::new(snapshot)
}

/// A letter too many, too few, another one, or two in each other's place.
fn slip(name: &str, at: usize, kind: usize) -> String {
    let mut letters: Vec<char> = name.chars().collect();
    let at = 1 + at % letters.len().saturating_sub(1).max(1);
    match kind {
        0 if letters.len() > at => drop(letters.remove(at)),
        1 if letters.len() > at => letters[at] = 'q',
        2 if letters.len() > at + 1 => letters.swap(at, at + 1),
        _ => letters.insert(at.min(letters.len()), 'k'),
    }
    letters.into_iter().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_found_by_index_is_what_is_found_among_all_names() {
    let text = demo_jsonl(NOW[..10].parse().unwrap());
    let values: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let records: Vec<Record> = text.lines().map(|line| read_line(line.as_bytes()).unwrap().record).collect();
    let world = World::with(&values, |_| {}).await;
    let directory = directory(&world.app).await;
    let domains: Vec<String> = records
        .iter()
        .filter(|record| matches!(record, Record::Account(_)))
        .filter_map(|record| Some(record.account()?.to_owned()))
        .collect();
    let levels = directory.accounts(&domains).await.unwrap().into_iter().map(|(domain, brief)| (domain, brief.level));
    let all = everything(&records, &levels.collect());

    let mut texts: Vec<String> = Vec::new();
    for record in &records {
        match record {
            Record::Account(account) => {
                texts.push(format!("How is {} doing, and who owns it?", account.name));
                texts.push(account.domain.clone());
                let first = account.name.split_whitespace().next().unwrap();
                texts.extend([first.to_lowercase(), format!("{first}s invoices"), format!("untrack \"{first} Bank\"")]);
                for contact in &account.contacts {
                    let called = contact.name.split_whitespace().next().unwrap();
                    texts.extend([format!("What did {} want?", contact.name), format!("mail {called} today")]);
                    texts.extend(contact.email.clone());
                }
            }
            Record::Call(call) => texts.extend(call.participants.iter().map(|one| format!("{}s accounts", one.name))),
            Record::Email(email) => texts.push(email.subject.clone()),
            _ => {}
        }
    }
    // The same choices each time.
    let mut runner = TestRunner::new_with_rng(Cases::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let slips = prop::collection::vec((0usize..2_000, 0usize..9, 0usize..4, 0usize..9, 0usize..5), 600);
    let names: Vec<String> = domains.iter().filter_map(|domain| domain.split('.').next().map(str::to_owned)).collect();
    for (name, at, kind, again, other) in slips.new_tree(&mut runner).unwrap().current() {
        let once = slip(&names[name % names.len()], at, kind);
        texts.push(format!("is {} at risk", if other < 4 { slip(&once, again, other) } else { once }));
    }
    texts.sort();
    texts.dedup();
    assert!(texts.len() > 1_000, "{}", texts.len());
    for text in &texts {
        let found = directory.mentions(text).await.unwrap();
        assert_eq!(told(&found), told(&all.find(text)), "{text}");
    }
}

#[tokio::test]
async fn names_follow_what_is_imported_decided_undone_and_deleted() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let (app, store) = (&world.app, world.app.store());
    let workspace = app.workspace();
    let found = async |text: &str| -> Vec<String> {
        let mentions = app.find_accounts(text).await.unwrap();
        let accounts = mentions.accounts.into_iter().flat_map(|mention| mention.candidates);
        let people = mentions.people.into_iter().flat_map(|mention| mention.people);
        accounts.map(|account| account.domain).chain(people.map(|person| person.name)).collect()
    };
    assert_eq!(found("how is Bolt").await, ["bolt.io"]);
    assert_eq!(found("what about wexlor").await, Vec::<String>::new());

    // Another name takes the place of the one before; a record that goes straight to the store is known at the next question.
    let renamed = json!({"type": "account", "domain": "bolt.io", "name": "Wexlor", "owner_email": "tova@team.example"});
    let call = json!({"type": "call", "id": "names-1", "account": "bolt.io", "title": "Hello",
        "started_at": "2026-06-01T10:00:00Z", "duration_seconds": 60, "transcript": [],
        "participants": [{"name": "Ulrika Sand", "side": "team", "email": "ulrika@team.example"}]});
    for record in [renamed, call] {
        let record = serde_json::from_value(record).unwrap();
        store.put(workspace, app.now(), &[record]).await.unwrap();
    }
    assert_eq!(found("what about wexlor").await, ["bolt.io"]);
    assert_eq!(found("what about wexlro").await, ["bolt.io"]);
    assert_eq!(found("Ulrika's accounts").await, ["Ulrika Sand"]);
    assert_eq!(found("Tova").await, ["Tova"]);
    let mail = json!({"type": "email", "id": "names-2", "account": "acme.com", "sent_at": "2026-06-02T10:00:00Z",
        "from": "Viggo Lund <viggo@team.example>", "to": ["ana@acme.com"], "subject": "Hi", "body": "Hi", "thread_id": "n"});
    world.import(&[mail]).await;
    assert_eq!(found("Viggo").await, ["Viggo Lund"], "who writes from where we write is one of us");

    // An owner somebody decided on is a person, until it is undone.
    let origin =
        success_agent::app::Origin { by: Actor::new("tova@team.example", Surface::Chat), request: None, typed: None };
    let action = Action::SetOwner { owner: "maren.dahl@team.example".to_owned(), reason: None };
    let given = app.command("crane.dev", action, &origin).await.unwrap();
    assert_eq!(found("Maren's accounts").await, ["Maren Dahl"]);
    app.undo(given.proposal.id, &origin).await.unwrap();
    assert_eq!(found("Maren's accounts").await, Vec::<String>::new());

    assert_eq!(app.find_accounts("anything").await.unwrap().known_accounts, 3);
    store.delete_accounts(workspace, &["bolt.io"]).await.unwrap();
    assert_eq!(found("what about wexlor").await, Vec::<String>::new());
    assert_eq!(found("Ulrika's accounts").await, Vec::<String>::new());
    assert_eq!(app.find_accounts("anything").await.unwrap().known_accounts, 2);
}

#[tokio::test]
async fn of_very_many_that_begin_alike_the_one_that_is_named_is_found() {
    let world = World::with(&[], |_| {}).await;
    let store = world.app.store();
    let account = |number: usize| {
        json!({"type": "account", "domain": format!("unit{number}.example"), "name": format!("Meridian Unit {number}"),
            "contacts": [{"name": format!("Sarah Number{number}"), "email": format!("sarah@unit{number}.example")}]})
    };
    let records: Vec<Record> = (0..1_200).map(|number| serde_json::from_value(account(number)).unwrap()).collect();
    for records in records.chunks(500) {
        store.put(world.app.workspace(), world.app.now(), records).await.unwrap();
    }
    while store.refresh_names(world.app.workspace(), 500).await.unwrap() > 0 {}
    let find = async |text: &str| world.app.find_accounts(text).await.unwrap();
    let named = find("how is Meridian Unit 817 doing").await.accounts.remove(0).candidates;
    assert_eq!(named.iter().map(|account| account.domain.as_str()).collect::<Vec<_>>(), ["unit817.example"]);
    let begun = find("how is Meridian doing").await.accounts.remove(0).candidates;
    assert!((2..=50).contains(&begun.len()), "{}", begun.len());
    for name in ["Sarah Number1100", "Sarah Number817"] {
        let person = find(&format!("what did {name} say")).await.people.remove(0).people;
        assert_eq!(person.iter().map(|person| person.name.as_str()).collect::<Vec<_>>(), [name]);
    }
    let typed = world.app.suggest_accounts("unit 99", 5).await.unwrap();
    assert_eq!(typed.len(), 5, "{typed:?}");
    assert!(typed.iter().all(|account| account.name.contains("Unit 99")), "{typed:?}");
    assert_eq!(world.app.suggest_accounts("", 7).await.unwrap().len(), 7);
}
