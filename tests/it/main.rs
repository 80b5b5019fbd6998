//! The integration tests: one binary, a module for each behaviour.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod browser;
mod cli;
mod served;
mod web;
