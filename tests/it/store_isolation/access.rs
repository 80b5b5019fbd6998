//! Who gets into each workspace: a session, a link and a token with the same secret in all of them.

use serde_json::json;
use success_agent::domain::access::{ApiToken, Scope, SecretHash};
use success_agent::domain::id::{PersonId, TokenId, WorkspaceId};
use success_agent::domain::person::Role;
use success_agent::store::{PersonSeen, Store};

use super::filled::now;

/// The session and the link of each workspace.
pub fn session_of_all() -> SecretHash {
    SecretHash::of(b"what is in every cookie and link")
}

/// A token of somebody's.
pub fn token(person: PersonId, word: &str) -> ApiToken {
    let (id, name, expires_at) = (TokenId::new(), word.to_owned(), now() + chrono::Duration::days(1));
    ApiToken { id, person, name, scope: Scope::Read, made_at: now(), expires_at, last_used: None }
}

/// Lets somebody into a workspace, in every way there is; their token.
pub async fn fill(store: &Store, workspace: WorkspaceId, person: PersonId, word: &str) -> TokenId {
    let admin =
        PersonSeen { name: word, email: Some(&format!("{word}@admin.example")), slack: None, role: Role::Admin };
    store.put_person(workspace, &admin, now()).await.unwrap();
    let tomorrow = now() + chrono::Duration::days(1);
    assert!(store.add_session(workspace, session_of_all(), &json!({"word": word}), tomorrow, now()).await.unwrap());
    store.add_login_link(workspace, session_of_all(), person, tomorrow, now()).await.unwrap();
    let made = token(person, word);
    store.add_api_token(workspace, &made, session_of_all()).await.unwrap();
    made.id
}
