//! HTTP: the JSON API, its server-sent events, the chat page, and pages about accounts and their
//! sections.
//!
//! One file per resource; each translates a request into a call of [`crate::app::App`] and the result into a response.
//! [`error`] is the only place that knows which failure has which status. `guard` refuses what a browser was tricked
//! into sending; `admit` finds out who sends a request and holds it against `needs`, the table of what each address
//! needs. Nothing here decides what an answer says.

pub mod accounts;
pub mod actor;
pub mod activity;
mod admit;
pub mod ask;
mod asset;
pub mod audit;
pub mod card;
pub mod close_loop;
mod connections;
pub mod contracts;
pub mod conversations;
mod csv;
pub mod deals;
pub mod drafts;
pub mod error;
mod extract;
pub mod feedback;
mod find;
mod gate;
mod guard;
pub mod health;
mod home;
mod hub;
pub mod import;
pub mod jobs;
mod limit;
pub mod log_in;
pub mod meetings;
mod needs;
pub mod openapi;
mod page;
pub mod digests;
pub mod people;
pub mod presence;
pub mod proposals;
pub mod readiness;
pub mod reading;
pub mod records;
pub mod reindex;
pub mod releases;
mod router;
pub mod scores;
pub mod search;
mod section;
pub mod sections;
mod server;
mod session;
pub mod sources;
mod state;
pub mod team;
pub mod tokens;

pub use router::router;
pub use server::{Server, Shutdown};
pub use state::Web;
