//! The integration tests: one binary, a module for each behaviour.

mod harness;
mod import;
mod import_demo;
mod import_rate;
mod store;
mod store_cluster;
