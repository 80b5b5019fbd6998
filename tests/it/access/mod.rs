//! Who gets in: by a one-time link, for as long as their session lasts, and into no other workspace.

mod in_browser;
mod limits;
mod links;
mod providers;
mod roles;
mod tokens;

use serde_json::{Value, json};

use crate::harness::visitor::Visitor;

/// A note on an account, which a CSM may write.
fn note() -> Value {
    json!({"action": "add_note", "text": "They moved offices.", "approve": true})
}

/// Whether somebody may write a note, as a status.
async fn notes(visitor: &Visitor) -> (u16, Value) {
    let answer = visitor.post("/api/accounts/bolt.io/actions", &note()).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}
