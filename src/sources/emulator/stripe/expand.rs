//! What is expanded in an object, and what is left out unless it is.

use serde_json::Value;

use crate::sources::emulator::Tables;

/// Parts that are only there when they are asked for.
const HIDDEN: [(&str, &str); 2] = [("price", "tiers"), ("invoice", "payments")];

/// Expands what these paths name, and leaves out what none of them does.
///
/// # Errors
/// The path that leads nowhere.
pub(super) fn expand(object: &mut Value, paths: &[String], tables: &Tables) -> Result<(), String> {
    for path in paths {
        let steps: Vec<&str> = path.split('.').collect();
        walk(object, &steps, tables).map_err(|()| path.clone())?;
    }
    hide(object, paths, "");
    Ok(())
}

fn walk(value: &mut Value, steps: &[&str], tables: &Tables) -> Result<(), ()> {
    if let Value::Array(values) = value {
        return values.iter_mut().try_for_each(|value| walk(value, steps, tables));
    }
    if let Some(found) = value.as_str().and_then(|id| linked(tables, id)) {
        *value = found.clone();
    }
    match (steps, value) {
        ([], _) | (_, Value::Null) => Ok(()),
        ([step, rest @ ..], Value::Object(fields)) => match fields.get_mut(*step) {
            Some(value) => walk(value, rest, tables),
            // Of an object that could have the part and has none.
            None if HIDDEN.iter().any(|(_, hidden)| hidden == step) => Ok(()),
            None => Err(()),
        },
        _ => Err(()),
    }
}

/// The object an identifier leads to.
fn linked<'a>(tables: &'a Tables, id: &str) -> Option<&'a Value> {
    let table = match id.split('_').next()? {
        "cus" => "customers",
        "prod" => "products",
        "price" => "prices",
        "di" => "discounts",
        "ch" => "charges",
        _ => "coupons",
    };
    tables.get(table, id)
}

fn hide(value: &mut Value, paths: &[String], at: &str) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| hide(value, paths, at)),
        Value::Object(fields) => {
            let kind = fields.get("object").and_then(Value::as_str).unwrap_or_default().to_owned();
            fields.retain(|name, value| {
                let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                let hidden = HIDDEN.contains(&(kind.as_str(), name.as_str()));
                let asked = paths.iter().any(|asked| *asked == path || asked.starts_with(&format!("{path}.")));
                hide(value, paths, &path);
                !hidden || asked
            });
        }
        _ => {}
    }
}
