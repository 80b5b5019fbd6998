//! Blocks as a tree: the ids Slack fills in, the element a person touches, the value it then has.

use serde_json::{Map, Value, json};

/// Elements that are pressed and hold nothing.
const PRESSED: [&str; 5] = ["button", "workflow_button", "feedback_buttons", "icon_button", "overflow"];
/// Elements that hold what is entered, with the field that holds it and the one it begins with.
const HOLDING: [(&str, &str, &str); 20] = [
    ("plain_text_input", "value", "initial_value"),
    ("number_input", "value", "initial_value"),
    ("email_text_input", "value", "initial_value"),
    ("url_text_input", "value", "initial_value"),
    ("rich_text_input", "rich_text_value", "initial_value"),
    ("static_select", "selected_option", "initial_option"),
    ("external_select", "selected_option", "initial_option"),
    ("radio_buttons", "selected_option", "initial_option"),
    ("checkboxes", "selected_options", "initial_options"),
    ("multi_static_select", "selected_options", "initial_options"),
    ("multi_external_select", "selected_options", "initial_options"),
    ("users_select", "selected_user", "initial_user"),
    ("multi_users_select", "selected_users", "initial_users"),
    ("conversations_select", "selected_conversation", "initial_conversation"),
    ("multi_conversations_select", "selected_conversations", "initial_conversations"),
    ("channels_select", "selected_channel", "initial_channel"),
    ("multi_channels_select", "selected_channels", "initial_channels"),
    ("datepicker", "selected_date", "initial_date"),
    ("timepicker", "selected_time", "initial_time"),
    ("datetimepicker", "selected_date_time", "initial_date_time"),
];

/// An element with the block it stands in.
#[derive(Clone, Debug)]
pub struct Found {
    /// The block's id.
    pub block_id: String,
    /// The element.
    pub element: Value,
}

fn holding(kind: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    HOLDING.iter().find(|(name, ..)| *name == kind)
}

fn kind_of(element: &Value) -> &str {
    element["type"].as_str().unwrap_or_default()
}

/// The blocks with a `block_id` on each, and an `action_id` on each element that acts.
pub fn with_ids(mut blocks: Vec<Value>, mut next: impl FnMut() -> u64) -> Vec<Value> {
    for block in blocks.iter_mut().filter(|block| block.is_object()) {
        if block["block_id"].as_str().is_none_or(str::is_empty) {
            block["block_id"] = json!(format!("b{:05x}", next()));
        }
        name_actions(block, &mut next);
    }
    blocks
}

fn name_actions(value: &mut Value, next: &mut impl FnMut() -> u64) {
    match value {
        Value::Array(values) => values.iter_mut().for_each(|value| name_actions(value, next)),
        Value::Object(fields) => {
            let kind = fields.get("type").and_then(Value::as_str).unwrap_or_default();
            let acts = PRESSED.contains(&kind) || holding(kind).is_some();
            if acts && !fields.contains_key("action_id") {
                fields.insert("action_id".to_owned(), json!(format!("a{:05x}", next())));
            }
            fields.values_mut().for_each(|value| name_actions(value, next));
        }
        _ => {}
    }
}

/// Every element that acts, with its block.
fn elements(blocks: &[Value]) -> Vec<Found> {
    fn walk(value: &Value, block: &str, found: &mut Vec<Found>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| walk(value, block, found)),
            Value::Object(fields) => {
                let block = fields.get("block_id").and_then(Value::as_str).unwrap_or(block);
                if fields.contains_key("action_id") && fields.contains_key("type") {
                    found.push(Found { block_id: block.to_owned(), element: value.clone() });
                }
                fields.values().for_each(|value| walk(value, block, found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    for block in blocks {
        walk(block, "", &mut found);
    }
    found
}

/// The element with this id, in this block if one is named.
pub fn find_element(blocks: &[Value], action_id: &str, block_id: Option<&str>) -> Option<Found> {
    elements(blocks).into_iter().find(|found| {
        found.element["action_id"] == action_id && block_id.is_none_or(|block_id| found.block_id == block_id)
    })
}

/// What inputs hold before anybody touches them: block id, action id, value.
pub fn entered_at_first(blocks: &[Value]) -> Value {
    let mut values = json!({});
    for found in elements(blocks) {
        let kind = kind_of(&found.element);
        let Some((_, field, initial)) = holding(kind) else { continue };
        let initial = found.element.get(*initial).cloned();
        let many = field.ends_with('s');
        let value = initial.unwrap_or(if many { json!([]) } else { Value::Null });
        let action = found.element["action_id"].as_str().unwrap_or_default();
        values[&found.block_id][action] = json!({"type": kind, *field: value});
    }
    values
}

fn option_of(element: &Value, wanted: &Value) -> Result<Value, String> {
    let name =
        wanted.as_str().or_else(|| wanted["value"].as_str()).ok_or("say which option: its value, as a string")?;
    let groups =
        element["option_groups"].as_array().into_iter().flatten().filter_map(|group| group["options"].as_array());
    let options = element["options"].as_array().into_iter().chain(groups).flatten();
    if let Some(option) = options.clone().find(|option| option["value"] == name) {
        return Ok(option.clone());
    }
    if let Some(option) = options.clone().find(|option| option["text"]["text"] == name) {
        return Ok(option.clone());
    }
    if kind_of(element).contains("external") {
        let bare = json!({"text": {"type": "plain_text", "text": name, "emoji": true}, "value": name});
        return Ok(if wanted.is_object() { wanted.clone() } else { bare });
    }
    let known: Vec<&str> = options.filter_map(|option| option["value"].as_str()).collect();
    Err(format!("there is no option {name}; there are {}", known.join(", ")))
}

/// The fields an input has once `given` was entered.
fn filled(element: &Value, given: &Value) -> Result<Map<String, Value>, String> {
    let kind = kind_of(element);
    let (_, field, _) = holding(kind).ok_or_else(|| format!("nothing can be entered into a {kind}"))?;
    let given = given.get(*field).unwrap_or(given);
    let value = match *field {
        _ if given.is_null() => Value::Null,
        "selected_option" => option_of(element, given)?,
        "selected_options" => {
            let chosen = given.as_array().map_or_else(|| vec![given.clone()], Clone::clone);
            Value::Array(chosen.iter().map(|one| option_of(element, one)).collect::<Result<_, _>>()?)
        }
        "value" => json!(given.as_str().map_or_else(|| given.to_string(), str::to_owned)),
        "selected_date_time" => {
            given.as_str().and_then(|text| text.parse::<u64>().ok()).map_or(given.clone(), |at| json!(at))
        }
        "rich_text_value" if given.is_string() => {
            let text = json!([{"type": "text", "text": given}]);
            json!({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": text}]})
        }
        field if field.ends_with('s') && !given.is_array() => json!([given]),
        _ => given.clone(),
    };
    let mut fields = Map::new();
    fields.insert("type".to_owned(), json!(kind));
    fields.insert((*field).to_owned(), value);
    Ok(fields)
}

/// The action that touching an element makes, without its time; what it then holds, if it is an input.
pub fn chosen(found: &Found, given: &Value) -> Result<(Value, Option<Value>), String> {
    let element = &found.element;
    let kind = kind_of(element);
    let mut action = json!({"type": kind, "action_id": element["action_id"], "block_id": found.block_id});
    let mut holds = None;
    match kind {
        "button" | "workflow_button" | "icon_button" => {
            for name in ["text", "value", "style", "url", "icon"] {
                if let Some(value) = element.get(name) {
                    action[name] = value.clone();
                }
            }
        }
        "feedback_buttons" => {
            let buttons = [&element["positive_button"], &element["negative_button"]];
            let wanted =
                given.as_str().ok_or("say `value`: positive, negative, or the value of one of the two buttons")?;
            let button = match wanted {
                "positive" => buttons[0],
                "negative" => buttons[1],
                value => *buttons
                    .iter()
                    .find(|button| button["value"] == value)
                    .ok_or_else(|| format!("neither button has the value {value}"))?,
            };
            action["value"] = button["value"].clone();
            action["text"] = button["text"].clone();
        }
        "overflow" => action["selected_option"] = option_of(element, given)?,
        _ => {
            let fields = filled(element, given)?;
            for (name, value) in &fields {
                action[name] = value.clone();
            }
            holds = Some(Value::Object(fields));
        }
    }
    Ok((action, holds))
}

/// Enters `given` into the inputs of a view: block id, action id, value. The whole state, or what is wrong.
pub fn enter(blocks: &[Value], state: &mut Value, given: &Value) -> Result<(), String> {
    for (block_id, actions) in given.as_object().into_iter().flatten() {
        for (action_id, value) in actions.as_object().into_iter().flatten() {
            let found = find_element(blocks, action_id, Some(block_id))
                .ok_or_else(|| format!("there is no input {action_id} in block {block_id}"))?;
            state[block_id][action_id] = Value::Object(filled(&found.element, value)?);
        }
    }
    Ok(())
}

/// The inputs that have to be filled in and are not.
pub fn missing(blocks: &[Value], state: &Value) -> Vec<String> {
    let needed = blocks.iter().filter(|block| block["type"] == "input" && block["optional"] != true);
    let empty = |block: &&Value| {
        let (Some(block_id), Some(action)) = (block["block_id"].as_str(), block["element"]["action_id"].as_str())
        else {
            return false;
        };
        let held = &state[block_id][action];
        let Some((_, field, _)) = holding(kind_of(&block["element"])) else { return false };
        let value = &held[*field];
        value.is_null() || value.as_str().is_some_and(str::is_empty) || value.as_array().is_some_and(Vec::is_empty)
    };
    needed.filter(empty).filter_map(|block| block["block_id"].as_str().map(str::to_owned)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks() -> Vec<Value> {
        let option = |value: &str| json!({"text": {"type": "plain_text", "text": value}, "value": value});
        let given = json!([
            {"type": "actions", "block_id": "row", "elements": [
                {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}, "value": "7"},
                {"type": "static_select", "action_id": "pick", "options": [option("a"), option("b")]}
            ]},
            {"type": "input", "block_id": "why", "label": {"type": "plain_text", "text": "Why"},
             "element": {"type": "plain_text_input", "action_id": "text", "initial_value": "because"}},
            {"type": "context_actions", "elements": [{"type": "feedback_buttons", "action_id": "verdict",
             "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "up"},
             "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "down"}}]}
        ]);
        let mut number = 0;
        let list = given.as_array().cloned().unwrap_or_default();
        with_ids(list, || {
            number += 1;
            number
        })
    }

    #[test]
    fn a_pressed_button_gives_its_value() {
        let found = find_element(&blocks(), "go", None).unwrap();
        let (action, holds) = chosen(&found, &Value::Null).unwrap();
        assert_eq!((&action["value"], &action["block_id"]), (&json!("7"), &json!("row")));
        assert_eq!(holds, None);
        assert!(find_element(&blocks(), "go", Some("why")).is_none());
    }

    #[test]
    fn a_menu_takes_only_its_own_options() {
        let found = find_element(&blocks(), "pick", None).unwrap();
        let (action, holds) = chosen(&found, &json!("b")).unwrap();
        assert_eq!(action["selected_option"]["value"], "b");
        assert_eq!(holds.unwrap()["selected_option"]["value"], "b");
        assert_eq!(chosen(&found, &json!("c")).unwrap_err(), "there is no option c; there are a, b");
    }

    #[test]
    fn feedback_is_one_of_two() {
        let found = find_element(&blocks(), "verdict", None).unwrap();
        assert_eq!(chosen(&found, &json!("negative")).unwrap().0["value"], "down");
        assert_eq!(chosen(&found, &json!("up")).unwrap().0["value"], "up");
        assert!(chosen(&found, &json!("sideways")).is_err());
        assert!(!found.block_id.is_empty(), "Slack names blocks that have no id");
    }

    #[test]
    fn inputs_keep_what_they_began_with() {
        let mut state = entered_at_first(&blocks());
        assert_eq!(state["why"]["text"], json!({"type": "plain_text_input", "value": "because"}));
        assert_eq!(state["row"]["pick"]["selected_option"], Value::Null);
        enter(&blocks(), &mut state, &json!({"why": {"text": ""}})).unwrap();
        assert_eq!(missing(&blocks(), &state), ["why"]);
        assert!(enter(&blocks(), &mut state, &json!({"why": {"other": "x"}})).is_err());
    }
}
