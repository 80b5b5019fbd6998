//! `blocks.validate`: Slack's own check of blocks, here by the table of rules.

use serde_json::{Value, json};

use super::super::world::{Refusal, World};
use super::{Answer, Args};
use crate::slack::rules::{Surface, check_blocks};

/// Checks the blocks of a call, alone or in a view.
pub fn validate(_: &mut World, args: &Args) -> Answer {
    let view = args.structure("view")?;
    let (blocks, surface) = match &view {
        Some(view) if view["type"] == "home" => (view["blocks"].clone(), Surface::Home),
        Some(view) => (view["blocks"].clone(), Surface::Modal),
        None => (args.structure("blocks")?.unwrap_or(Value::Null), Surface::Message),
    };
    let faults = check_blocks(&blocks, surface);
    if faults.is_empty() {
        return Ok(json!({}));
    }
    let errors: Vec<Value> =
        faults.iter().map(|fault| json!({"message": fault.message, "pointer": fault.pointer})).collect();
    let messages: Vec<String> =
        faults.iter().map(|fault| format!("[ERROR] {} [json-pointer:{}]", fault.message, fault.pointer)).collect();
    let refusal = Refusal::from("invalid_blocks").with("errors", json!(errors));
    Err(refusal.with("response_metadata", json!({"messages": messages})))
}
