//! The tools' contracts: what each takes and gives, shared by those who call them (the models) and those who run them
//! (the agent). One file per family; the wire name of a tool is the `NAME` of its arguments.
//!
//! Every item that can carry a statement has a `cite`: the number under which the agent's ledger keeps its evidence
//! during the turn. A model cites by writing `[cite]`; the checks renumber from 1 in order of appearance.

pub mod account;
pub mod action;
pub mod activity;
pub mod close_loop;
pub mod draft;
pub mod meeting;
pub mod portfolio;
pub mod records;
pub mod revenue;
pub mod score;
pub mod usage;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The number of a piece of evidence within one turn.
pub type Cite = u32;

/// The arguments of a tool, which name the tool and its output.
pub trait ToolArgs: Serialize + DeserializeOwned + schemars::JsonSchema + Send {
    /// The tool's name on the wire.
    const NAME: &'static str;
    /// What it gives.
    type Output: Serialize + DeserializeOwned + Send;
}
