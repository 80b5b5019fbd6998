//! The agent: the turn, its tools, its ledger of evidence and the checks before anything is shown.
//!
//! A model (built in or not) asks for tools; [`tools`] runs them inside the turn's [`scope`], and every fact they hand
//! out gets a number in the [`ledger`]. What the model writes goes through [`checks`] against that ledger. Nothing a
//! model says is trusted: not a scope, not a figure, not a citation.

mod about;
pub mod checks;
mod departed;
pub mod directory;
pub mod driver;
pub mod evidence;
mod failure;
pub mod ledger;
pub mod letters;
mod met;
pub mod not_seen;
mod noticed;
pub mod scope;
pub mod tools;
pub mod turn;
