//! Nothing of one workspace is ever seen or changed from another: every function of the store is tried.

mod access;
mod digests;
mod filled;
mod reads;
mod sources;
mod writes;

use std::collections::BTreeSet;

use serde_json::json;
use success_agent::domain::id::{DigestId, DraftId, ProposalId, TurnId, WorkspaceId};
use uuid::Uuid;

use crate::harness::database::TestDatabase;
use crate::tidy::public_functions;
use filled::{Filled, Shared, fill, message, receive, rows};
use reads::Given;

/// Functions that are not tried, and why nothing of another workspace can be seen or changed by them.
const NOT_TRIED: [(&str, &str); 10] = [
    ("connect", "opens the database"),
    ("ping", "reads nothing"),
    ("analyze", "tells the planner how much there is"),
    ("close", "ends the connections"),
    ("workspace", "gives the workspace of a name, which every other function asks for"),
    ("snapshot", "what it gives is tried by itself"),
    ("slack_team", "this is how the workspace of a Slack team is told"),
    ("prune_slack", "forgets what is done and old, of all workspaces"),
    ("tidy_queue", "takes away rows that no task needs, of all workspaces"),
    ("release_tasks_of_the_dead", "gives back tasks of processes that are gone, which work for all workspaces"),
];

/// Two workspaces with things of the same identifiers, and a third with nothing.
struct Neighbours {
    database: TestDatabase,
    alpha: Filled,
    beta: Filled,
    empty: WorkspaceId,
}

impl Neighbours {
    async fn new() -> Self {
        let database = TestDatabase::new().await;
        let shared = Shared {
            pending: ProposalId::new(),
            done: ProposalId::new(),
            draft: DraftId::new(),
            turn: TurnId::new(),
            slack_turn: Uuid::now_v7(),
            digest: DigestId::new(),
        };
        let alpha = fill(&database.store, "alpha", 777_001_777, shared).await;
        let beta = fill(&database.store, "beta", 888_002_888, shared).await;
        sources::fill(&database.store, alpha.workspace, "alpha").await;
        sources::fill(&database.store, beta.workspace, "beta").await;
        // What could not be sorted is to be tried later.
        receive(&database.store, alpha.workspace, &[message("m9", &json!({"text": "alpha", "ts": "1.9"}))]).await;
        let later = sqlx::query("update slack_received set try_at = now() + interval '1 hour'");
        later.execute(&mut database.connection().await).await.unwrap();
        let empty = database.workspace;
        Self { database, alpha, beta, empty }
    }
}

/// What tells that something is of a workspace.
fn traces(of: &Filled, number: &str) -> Vec<String> {
    let ids = [of.workspace.uuid(), of.account.uuid(), of.conversation.uuid(), of.person.uuid(), of.thread, of.item];
    let mut all: Vec<String> = ids.iter().map(Uuid::to_string).collect();
    all.extend([of.word.to_owned(), number.to_owned()]);
    all
}

/// Whether a function said that there is nothing.
fn nothing(given: &str) -> bool {
    let counted = "Ok([(Account, 0), (Call, 0)])";
    let unread = format!("Ok({:?})", success_agent::store::ReadingState::default());
    let unchosen = format!("Ok({:?})", success_agent::store::Chosen::default());
    let uncounted = format!("Ok({:?})", success_agent::domain::section::SectionFigures::default());
    let unbilled = format!("Ok({:?})", success_agent::domain::ledger::LedgerTotals::default());
    let unlisted = format!("Ok({:?})", success_agent::domain::ledger::LedgerPage::default());
    let unsold = format!("Ok({:?})", success_agent::domain::pipeline::DealPage::default());
    let unclosed = format!("Ok({:?})", success_agent::domain::pipeline::Closed::default());
    let uncalled = format!("Ok({:?})", success_agent::store::Called::default());
    let unsaid = format!("Ok({:?})", success_agent::domain::team::Team::default());
    let unpromised = format!("Ok({:?})", success_agent::store::Promises::default());
    [
        "Ok((None, false, {}))",
        "Ok(None)",
        "Ok([])",
        "Ok({})",
        "Ok(0)",
        "Ok(false)",
        "Ok((0, []))",
        counted,
        &unread,
        &unchosen,
        &uncounted,
        &unsold,
        &unclosed,
        &unbilled,
        &unlisted,
        &unpromised,
        &uncalled,
        &unsaid,
    ]
    .contains(&given)
        || given.starts_with("Err(NotFound(")
}

/// Those that are not `nothing`.
fn something(given: &[Given]) -> Vec<&Given> {
    given.iter().filter(|(_, given)| !nothing(given)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_one_workspace_is_seen_from_another() {
    let Neighbours { database, alpha, beta, empty } = Neighbours::new().await;
    let store = &database.store;
    let own = reads::of_the_store(store, alpha.workspace, &alpha).await;
    let missing: Vec<&Given> = own.iter().filter(|(_, given)| nothing(given) || given.starts_with("Err")).collect();
    assert!(missing.is_empty(), "there has to be something to be seen: {missing:#?}");
    let of_alpha = traces(&alpha, "777001777");
    for (workspace, name) in [(beta.workspace, "beta"), (empty, "empty")] {
        let given = reads::of_the_store(store, workspace, &alpha).await;
        for (function, given) in given.iter().filter(|(_, given)| !given.starts_with("Err(NotFound(")) {
            let seen: Vec<&String> = of_alpha.iter().filter(|trace| given.contains(*trace)).collect();
            assert!(seen.is_empty(), "{function} gives {name} what is alpha's ({seen:?}): {given}");
            assert!(given.starts_with("Ok("), "{function} fails for {name}: {given}");
        }
        if workspace == empty {
            assert!(something(&given).is_empty(), "{:#?}", something(&given));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_snapshot_remembers_is_of_its_own_workspace() {
    let Neighbours { database, alpha, beta, empty } = Neighbours::new().await;
    let store = &database.store;
    let own = reads::of_a_snapshot(store, alpha.workspace, alpha.account).await;
    assert_eq!(something(&own).len(), own.len(), "{own:#?}");
    let of_alpha = traces(&alpha, "777001777");
    for workspace in [beta.workspace, empty] {
        for (function, given) in reads::of_a_snapshot(store, workspace, alpha.account).await {
            assert!(!of_alpha.iter().any(|trace| given.contains(trace)), "{function}: {given}");
            let made = function == "remember" && given.contains(&workspace.to_string());
            assert!(workspace != empty || made || nothing(&given), "{function}: {given}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_one_workspace_is_changed_from_another() {
    let Neighbours { database, alpha, beta, empty } = Neighbours::new().await;
    let store = &database.store;
    let mut connection = database.connection().await;
    let before = rows(&mut connection, alpha.workspace).await;
    let bare: Vec<&String> = before.iter().filter(|(_, rows)| rows.is_empty()).map(|(table, _)| table).collect();
    assert!(bare.is_empty(), "there has to be something to be changed: {bare:?}");
    let of_alpha = traces(&alpha, "777001777");
    for workspace in [beta.workspace, empty] {
        let mut given = Box::pin(writes::changes(store, workspace, &alpha, "gamma")).await;
        given.extend(writes::deletions(store, workspace, &alpha).await);
        for (function, given) in given.iter().filter(|(_, given)| given.starts_with("Ok(")) {
            assert!(!of_alpha.iter().any(|trace| given.contains(trace)), "{function}: {given}");
        }
        let after = rows(&mut connection, alpha.workspace).await;
        for (table, rows) in &before {
            assert_eq!(&after[table], rows, "{table} of alpha was changed for {workspace}: {given:#?}");
        }
    }
    // The same does change what belongs to whoever does it, so that this shows something.
    let given = Box::pin(writes::changes(store, alpha.workspace, &alpha, "gamma")).await;
    let after = rows(&mut connection, alpha.workspace).await;
    let same: Vec<&String> = before.keys().filter(|table| after[*table] == before[*table]).collect();
    assert!(same.is_empty(), "not changed by its own workspace: {same:?} {given:#?}");
    writes::deletions(store, alpha.workspace, &alpha).await;
    assert!(rows(&mut connection, alpha.workspace).await["accounts"].is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_function_of_the_store_is_left_out_here() {
    let Neighbours { database, alpha, empty, .. } = Neighbours::new().await;
    let store = &database.store;
    let mut tried = reads::of_the_store(store, empty, &alpha).await;
    tried.extend(Box::pin(writes::changes(store, empty, &alpha, "gamma")).await);
    tried.extend(writes::deletions(store, empty, &alpha).await);
    let tried: BTreeSet<&str> = tried.into_iter().map(|(function, _)| function).collect();
    let snapshot: BTreeSet<&str> =
        reads::of_a_snapshot(store, empty, alpha.account).await.into_iter().map(|(function, _)| function).collect();
    let mut wrong = Vec::new();
    for (kind, tried) in [("Store", &tried), ("Snapshot", &snapshot)] {
        let functions = public_functions("src/store", kind);
        assert!(functions.len() >= tried.len() && !functions.is_empty(), "{kind}");
        for function in &functions {
            let excepted = kind == "Store" && NOT_TRIED.iter().any(|(name, _)| *name == function.name);
            match (excepted, tried.contains(function.name.as_str())) {
                (false, false) => wrong.push(format!("{}: try {} here", function.place, function.name)),
                (true, true) => wrong.push(format!("{} is tried; take it off the list", function.name)),
                _ => {}
            }
        }
        let gone = |name: &&str| !functions.iter().any(|function| function.name == *name);
        if kind == "Store" {
            let listed = NOT_TRIED.iter().map(|(name, _)| *name).filter(gone);
            wrong.extend(listed.map(|name| format!("{name} is no function any more; take it off the list")));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}
