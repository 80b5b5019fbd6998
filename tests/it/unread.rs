//! What a language model has still to read: listed as records come, change and go.

use serde_json::json;
use success_agent::store::Read;

use crate::harness::world::{World, three_accounts};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_model_has_to_read_is_listed_as_it_comes_and_goes() {
    let world = World::with(&three_accounts(), |_| {}).await;
    let (store, workspace) = (world.app.store(), world.app.workspace());
    let email = |id: &str, account: &str, day: u32, body: &str| {
        json!({"type": "email", "id": id, "account": account, "sent_at": format!("2026-06-{day:02}T08:00:00Z"),
            "from": "Ana Ruiz <ana@bolt.io>", "to": ["lena@team.example"], "subject": "Hello", "body": body})
    };
    let next = async |reader: &[u8]| {
        let claimed = store.claim_unread(workspace, reader, 2).await.unwrap();
        claimed.map(|claimed| (claimed.source.id.clone(), claimed.attempt, claimed))
    };
    let state = async |reader: &[u8]| {
        let state = store.reading_state(workspace, reader, 2).await.unwrap();
        (state.read, state.waiting, state.given_up)
    };
    let keep = async |claimed| store.put_notes(workspace, &claimed, "a model", &Read::default()).await.unwrap();
    assert_eq!(state(b"one").await, (0, 1, 0), "before anybody reads");
    world.import(&[email("e-1", "bolt.io", 10, "a"), email("e-2", "crane.dev", 11, "b")]).await;
    let (id, attempt, claimed) = next(b"one").await.unwrap();
    assert_eq!((id.as_str(), attempt), ("e-2", 1), "the newest");
    keep(claimed).await;
    world.import(&[email("e-3", "bolt.io", 12, "c")]).await;
    assert_eq!(state(b"one").await, (1, 3, 0));
    let (id, _, stale) = next(b"one").await.unwrap();
    assert_eq!(id, "e-3");
    world.import(&[email("e-3", "bolt.io", 12, "another")]).await;
    keep(stale).await;
    let (id, attempt, claimed) = next(b"one").await.unwrap();
    assert_eq!((id.as_str(), attempt), ("e-3", 1), "it changed while it was read");
    store.unclaim(workspace, &claimed).await.unwrap();
    let (id, attempt, claimed) = next(b"one").await.unwrap();
    assert_eq!((id.as_str(), attempt), ("e-3", 1), "nobody had read it");
    keep(claimed).await;
    assert_eq!(next(b"one").await.unwrap().0, "e-1");
    assert_eq!(next(b"one").await.unwrap().0, "call-1");
    assert_eq!(
        next(b"one").await.map(|(id, attempt, _)| (id, attempt)),
        Some(("e-1".to_owned(), 2)),
        "the other comes after"
    );
    assert_eq!(state(b"one").await, (2, 1, 1));
    world.import(&[email("e-2", "acme.com", 11, "b")]).await;
    assert_eq!(state(b"one").await, (1, 2, 1), "at another account it is read anew");
    store.delete_accounts(workspace, &["bolt.io"]).await.unwrap();
    assert_eq!(state(b"one").await, (0, 2, 0));
    assert_eq!(state(b"two").await, (0, 2, 0), "another reader has read nothing");
    assert_eq!(next(b"two").await.unwrap().0, "e-2");
    assert_eq!(next(b"two").await.unwrap().0, "call-1");
}
