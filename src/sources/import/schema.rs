//! The published JSON Schema of a line.

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::domain::record::Record;

/// The JSON Schema (draft 2020-12) of one line of the import format.
#[must_use]
pub fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Record>().to_value();
    let widen_dates = |object: &mut serde_json::Map<String, Value>| {
        // The reader takes a bare day for an instant and the day of an instant for a day.
        if let Some("date-time" | "date") = object.get("format").and_then(Value::as_str) {
            object.remove("format");
            object.insert("anyOf".to_owned(), json!([{"format": "date-time"}, {"format": "date"}]));
        }
    };
    walk(&mut schema, &widen_dates);
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".to_owned(), json!("success-agent import record"));
        root.insert(
            "description".to_owned(),
            json!(
                "One line of an import file (JSON Lines, UTF-8). Ids are unique in the workspace; a record with the same \
                 id replaces the earlier one. Fields that are not named here are ignored and reported."
            ),
        );
    }
    schema
}

/// Visits every object of a JSON value, the inner ones first.
fn walk(value: &mut Value, visit: &impl Fn(&mut serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            object.values_mut().for_each(|value| walk(value, visit));
            visit(object);
        }
        Value::Array(values) => values.iter_mut().for_each(|value| walk(value, visit)),
        _ => {}
    }
}
