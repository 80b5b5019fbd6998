//! What each workspace keeps of connected systems, and what is asked of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use success_agent::domain::account::AccountRecord;
use success_agent::domain::actor::{Actor, Surface};
use success_agent::domain::connection::{Connection, Vendor};
use success_agent::domain::id::{ConnectionId, WorkspaceId};
use success_agent::domain::record::{RecordKind, RecordRef};
use success_agent::store::{SealedSecret, SettledPage, SourceItem, Store};
use uuid::Uuid;

use super::filled::now;
use super::reads::Given;

macro_rules! calls {
    ($of:expr, $first:expr; $($name:ident($($argument:expr),* $(,)?);)*) => {
        vec![$((stringify!($name), format!("{:?}", $of.$name($first, $($argument),*).await))),*]
    };
}

/// The connection each workspace has.
fn id() -> ConnectionId {
    Uuid::from_u128(0x5eed).into()
}

fn connection(id: ConnectionId, prefix: &str, word: &str) -> Connection {
    Connection {
        id,
        vendor: Vendor::Attio,
        prefix: prefix.to_owned(),
        settings: BTreeMap::from([("word".to_owned(), word.to_owned())]),
        of_whom: Some(word.to_owned()),
        missing: Vec::new(),
        paused: false,
        made_by: word.to_owned(),
        made_at: now(),
        due_at: now(),
        tried_at: None,
        succeeded_at: None,
        failure: None,
    }
}

fn secret(word: &str) -> SealedSecret {
    SealedSecret { sealed: word.as_bytes().to_vec(), key_id: word.to_owned() }
}

fn page(word: &str, came: &[&str]) -> SettledPage<'static> {
    let known = SourceItem {
        id: "1".to_owned(),
        digest: word.as_bytes().to_vec(),
        raw: Some(json!(word)),
        account: Some("hooli.com".to_owned()),
        company: Some(json!({"id": "1", "name": word})),
        made: vec![RecordRef { kind: RecordKind::Deal, id: word.to_owned() }],
        keys: vec![format!("domain:{word}.example")],
        ..SourceItem::default()
    };
    let waits = SourceItem {
        id: "2".to_owned(),
        raw: Some(json!(word)),
        keys: vec!["domain:late.example".to_owned()],
        waiting: Some(word.to_owned()),
        set_aside: true,
        ..SourceItem::default()
    };
    SettledPage {
        stream: "companies",
        pass: 1,
        round: 1,
        items: vec![known, waits],
        came: came.iter().map(|key| (*key).to_owned()).collect(),
        cursor: Some(json!(word)),
        done: true,
        ..SettledPage::default()
    }
}

/// Fills a workspace that has the account `hooli.com`.
pub async fn fill(store: &Store, workspace: WorkspaceId, word: &str) {
    store.add_connection(workspace, &connection(id(), "attio", word), &secret(word)).await.unwrap();
    store.note_failure(workspace, id(), now(), now(), (word, word)).await.unwrap();
    store.settle_page(workspace, id(), now(), &page(word, &[])).await.unwrap();
    let came = SettledPage { items: Vec::new(), ..page(word, &["domain:late.example"]) };
    store.settle_page(workspace, id(), now(), &came).await.unwrap();
    store.receive_delivery(workspace, id(), ("d1", &json!([word])), now()).await.unwrap();
    store.add_aliases(workspace, "hooli.com", &["hooli-labs.example"], (word, now())).await.unwrap();
    let account = AccountRecord { domain: "hooli.com".to_owned(), name: word.to_owned(), ..AccountRecord::default() };
    store.keep_composed(workspace, &[(None, account)]).await.unwrap();
}

/// What the functions that read give.
pub async fn reads(store: &Store, workspace: WorkspaceId) -> Vec<Given> {
    calls![store, workspace;
        connections();
        connection(id());
        connection_secret(id());
        due_connections(now() + chrono::Duration::days(1));
        stream_cursors(id());
        stream_states(id());
        known_items(id(), "companies", &["1"]);
        due_items(id(), 10);
        kept_items(id(), ("companies", ""), 10);
        items_made(id(), "companies", 10);
        company_accounts(id(), &["1"]);
        companies_elsewhere(&[("attio", "1")]);
        account_facts(&["hooli.com"]);
        waiting_items(10);
        open_deliveries(id(), 10);
        accounts_behind(&["hooli-labs.example"]);
        account_aliases(None, 10);
    ]
}

/// What the functions that change something give.
pub async fn changes(store: &Store, workspace: WorkspaceId, word: &str) -> Vec<Given> {
    let by = Actor::new(word, Surface::Cli);
    let other = connection(ConnectionId::new(), &format!("attio-{word}"), word);
    let account = AccountRecord { domain: "hooli.com".to_owned(), name: word.to_owned(), ..AccountRecord::default() };
    let labs = ["labs.example".to_owned() + word];
    calls![store, workspace;
        composed_accounts(&["nobody.example"]);
        add_connection(&other, &secret(word));
        renew_connection(&connection(id(), "attio", word), &secret(word));
        put_connection_secret(id(), &secret(word), &secret("delta"));
        pause_connection(id(), true, now());
        note_try(id(), now());
        put_off(id(), now());
        note_success(id(), now(), now());
        note_failure(id(), now(), now(), (word, word));
        claim_source_alerts(now(), now());
        settle_page(id(), now(), &page(word, &[]));
        restart_streams(id());
        choose_account((id(), "1"), "hooli.com");
        unmet_items(id(), ("companies", 9), 10);
        forget_items(id(), "companies", &["2"]);
        forget_raw(now() + chrono::Duration::days(1), 10);
        receive_delivery(id(), ("d2", &Value::from(word)), now());
        close_deliveries(id(), &["d1"]);
        forget_deliveries(now());
        add_aliases("hooli.com", &[labs[0].as_str()], (word, now()));
        keep_composed(&[(None, account)]);
        merge_accounts(("gone.example", "hooli.com"), &by, now());
        take_away(&[RecordRef { kind: RecordKind::Deal, id: "gone".to_owned() }]);
    ]
}

/// What the functions that take something away give.
pub async fn deletions(store: &Store, workspace: WorkspaceId) -> Vec<Given> {
    calls![store, workspace;
        remove_alias("hooli-labs.example");
        remove_connection(id());
    ]
}
