//! The integration tests: one binary, a module for each behaviour.

mod harness;
mod store;
mod store_cluster;
