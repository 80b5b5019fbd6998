//! What a language model is told of a tool: its name, what it is for, and a schema of its arguments as short as it can
//! be, because it is read with every step of every turn.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use crate::domain::tool::ToolArgs;
use crate::model::chat::ToolDefinition;
use crate::prompt;

/// The definition of the tool with these arguments.
pub(super) fn definition<T: ToolArgs>() -> ToolDefinition {
    // Not every endpoint follows references.
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut parameters = settings.into_generator().into_root_schema_for::<T>().to_value();
    if let Some(fields) = parameters.as_object_mut() {
        for field in ["$schema", "title", "description"] {
            fields.remove(field);
        }
    }
    shorten(&mut parameters);
    let description = prompt::words(&format!("tools/{}.md", T::NAME)).to_owned();
    ToolDefinition { name: T::NAME, description, parameters }
}

/// Leaves out what a model needs no telling: defaults, bounds and nulls of what may be absent, and how the words of an
/// enumeration differ.
fn shorten(schema: &mut Value) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(fields) => {
            let is_schema = ["type", "anyOf", "oneOf", "enum", "const"].iter().any(|field| fields.contains_key(*field));
            if is_schema {
                for field in ["default", "format", "minimum", "maximum"] {
                    fields.remove(field);
                }
                unwrap_absent(fields);
                join_words(fields);
            }
            fields.values_mut().for_each(shorten);
            if let Some(items) = fields.get_mut("items").and_then(Value::as_object_mut) {
                items.remove("description");
            }
        }
        _ => {}
    }
}

/// `string or null` is `string`, and so for anything else that may be null.
fn unwrap_absent(fields: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = fields.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            fields.insert("type".to_owned(), only);
        }
    }
    let Some(Value::Array(mut either)) = fields.remove("anyOf") else { return };
    either.retain(|schema| schema["type"] != "null");
    match (either.pop(), either.is_empty()) {
        (Some(Value::Object(only)), true) => {
            let description = fields.get("description").cloned();
            fields.extend(only);
            fields.extend(description.map(|text| ("description".to_owned(), text)));
            join_words(fields);
        }
        (last, _) => {
            either.extend(last);
            fields.insert("anyOf".to_owned(), Value::Array(either));
        }
    }
}

/// A choice of constants is an enumeration.
fn join_words(fields: &mut Map<String, Value>) {
    let words = fields
        .get("oneOf")
        .and_then(Value::as_array)
        .and_then(|choices| choices.iter().map(|choice| choice.get("const").cloned()).collect::<Option<Vec<Value>>>());
    if let Some(words) = words {
        fields.remove("oneOf");
        fields.insert("type".to_owned(), "string".into());
        fields.insert("enum".to_owned(), Value::Array(words));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::tool::portfolio::Portfolio;
    use crate::domain::tool::records::ListCommitments;

    #[test]
    fn a_schema_says_each_thing_once() {
        let side = &definition::<ListCommitments>().parameters["properties"]["side"];
        assert_eq!(side["enum"], serde_json::json!(["customer", "team"]), "{side}");
        let text = definition::<Portfolio>().parameters.to_string();
        for word in ["null", "default", "minimum", "oneOf", "anyOf", "$ref"] {
            assert!(!text.contains(&format!("\"{word}\"")), "{word} in {text}");
        }
        assert!(text.contains("critical") && text.len() < 5_600, "{} {text}", text.len());
    }
}
