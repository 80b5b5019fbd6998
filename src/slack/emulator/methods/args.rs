//! The arguments of a call, however they came: JSON, a form or a query.

use serde_json::{Map, Value, json};

use super::super::world::{Refusal, Ts};

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub struct Args(pub Map<String, Value>);

fn invalid(message: impl Into<String>) -> Refusal {
    let messages = json!([format!("[ERROR] {}", message.into())]);
    Refusal::from("invalid_arguments").with("response_metadata", json!({"messages": messages}))
}

impl Args {
    /// A text that is not empty.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A text that has to be there.
    pub fn need(&self, name: &str) -> Result<&str, Refusal> {
        self.text(name).ok_or_else(|| invalid(format!("missing required field: {name}")))
    }

    /// Whether something was given under this name.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| !value.is_null() && value != "")
    }

    /// A structure, given as such or as JSON within a text.
    pub fn structure(&self, name: &str) -> Result<Option<Value>, Refusal> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => match serde_json::from_str(text) {
                Ok(value) => Ok(Some(value)),
                Err(_) if name == "blocks" => Err("invalid_blocks_format".into()),
                Err(_) => Err(invalid(format!("{name} is not valid JSON"))),
            },
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// A structure that has to be there.
    pub fn need_structure(&self, name: &str) -> Result<Value, Refusal> {
        self.structure(name)?.ok_or_else(|| invalid(format!("missing required field: {name}")))
    }

    /// A list that is empty when nothing was given.
    pub fn list(&self, name: &str) -> Result<Vec<Value>, Refusal> {
        match self.structure(name)? {
            None => Ok(Vec::new()),
            Some(Value::Array(values)) => Ok(values),
            Some(_) => Err(invalid(format!("{name} must be an array"))),
        }
    }

    /// A yes or no, which is no when nothing was given.
    pub fn flag(&self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::Bool(value)) => *value,
            Some(Value::String(text)) => matches!(text.as_str(), "true" | "True" | "1"),
            Some(Value::Number(number)) => number.as_u64() == Some(1),
            _ => false,
        }
    }

    /// A whole number.
    pub fn number(&self, name: &str) -> Option<u64> {
        match self.0.get(name)? {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// A `ts`; `error` when it is not one.
    pub fn ts(&self, name: &str, error: &str) -> Result<Option<Ts>, Refusal> {
        match self.text(name) {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|()| Refusal::from(error)),
        }
    }

    /// A `ts` that has to be there.
    pub fn need_ts(&self, name: &str, error: &str) -> Result<Ts, Refusal> {
        self.need(name)?;
        self.ts(name, error)?.ok_or_else(|| error.into())
    }

    /// How many to give and where to go on, for lists that are given in pages.
    pub fn page(&self, usual: usize, most: usize) -> Result<(usize, usize), Refusal> {
        let limit = match self.number("limit") {
            None if self.has("limit") => return Err("invalid_limit".into()),
            None | Some(0) => usual,
            Some(limit) => (limit as usize).min(most),
        };
        let at = match self.text("cursor") {
            None => 0,
            Some(cursor) => {
                cursor.strip_prefix("next:").and_then(|at| at.parse().ok()).ok_or(Refusal::from("invalid_cursor"))?
            }
        };
        Ok((limit, at))
    }
}

/// A page of `all`, with the cursor of the next one.
pub fn paged(all: Vec<Value>, (limit, at): (usize, usize)) -> (Vec<Value>, Value) {
    let more = all.len() > at + limit;
    let page = all.into_iter().skip(at).take(limit).collect();
    (page, json!({"next_cursor": if more { format!("next:{}", at + limit) } else { String::new() }}))
}
