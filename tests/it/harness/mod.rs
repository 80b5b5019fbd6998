//! What the tests stand on: a real PostgreSQL for all of them, a database for each.

pub mod database;
pub mod embedding_server;
pub mod intake;
pub mod mail_server;
pub mod model_server;
pub mod slack_battery;
pub mod slack_validators;
pub mod world;
pub mod slack;
