//! What the tests stand on: a real PostgreSQL for all of them, a database for each.

pub mod data_dir;
pub mod database;
pub mod dice;
pub mod embedding_server;
pub mod hands;
pub mod intake;
pub mod mail_server;
pub mod model_server;
pub mod mortal;
pub mod oidc_server;
pub mod portfolio_oracle;
pub mod slack;
pub mod slack_acts;
pub mod slack_agent;
pub mod slack_battery;
pub mod slack_checks;
pub mod slack_company;
pub mod slack_validators;
pub mod visitor;
pub mod wire;
pub mod world;
