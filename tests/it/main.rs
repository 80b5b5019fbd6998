//! The integration tests: one binary, a module for each behaviour.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod acting;
mod actions;
mod answers;
mod attacks;
mod browser;
mod cli;
mod close_loop;
mod draft_sending;
mod draft_writing;
mod drafts;
mod feedback;
mod harness;
mod import;
mod import_demo;
mod import_rate;
mod index_conformance;
mod index_edge;
mod index_phases;
mod index_server;
mod language_model;
mod meaning;
mod model_evals;
mod model_reading;
mod questions;
mod reading;
mod served;
mod slack_emulator;
mod snapshots;
mod stopping;
mod store;
mod store_cluster;
mod tidy;
mod web;
