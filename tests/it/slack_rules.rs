//! Three judges of a payload: our table of Slack's rules, the models of `slack_sdk` and the types of `@slack/types`. They
//! agree on what is good, and each bad payload is refused by exactly those that can see what is wrong with it.

use serde_json::{Value, json};
use success_agent::slack::rules::{Fault, Surface, check_blocks, check_message, check_stream_chunks, check_view};

use crate::harness::slack_validators::{chunks, message, validate, view};

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text})
}

fn mrkdwn(text: &str) -> Value {
    json!({"type": "mrkdwn", "text": text})
}

fn long(length: usize) -> String {
    "a".repeat(length)
}

fn section(text: &str) -> Value {
    json!({"type": "section", "text": mrkdwn(text)})
}

fn button(text: &str) -> Value {
    json!({"type": "button", "text": plain(text), "action_id": text})
}

fn rich(text: &str) -> Value {
    json!({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}]})
}

fn cell(text: &str) -> Value {
    json!({"type": "raw_text", "text": text})
}

fn posted(blocks: &Value) -> Value {
    message(&json!({"channel": "C1", "text": "Hooli", "blocks": blocks}))
}

fn modal(blocks: &Value) -> Value {
    view(&json!({"type": "modal", "title": plain("Hooli"), "submit": plain("Save"), "blocks": blocks}))
}

fn input(element: &Value) -> Value {
    json!({"type": "input", "block_id": "note", "label": plain("Note"), "hint": plain("Short"), "optional": true, "element": element})
}

/// Our own table of rules.
fn ours(payload: &Value) -> Vec<Fault> {
    let inner = &payload["payload"];
    match payload["kind"].as_str().unwrap() {
        "message" => check_message(inner),
        "view" => check_view(inner),
        _ => check_stream_chunks(inner),
    }
}

fn good() -> Vec<Value> {
    let option = json!({"text": plain("Health"), "value": "health", "description": plain("Triage")});
    let feedback = json!({
        "type": "feedback_buttons", "action_id": "feedback",
        "positive_button": {"text": plain("Good"), "value": "good", "accessibility_label": "A good answer"},
        "negative_button": {"text": plain("Bad"), "value": "bad"},
    });
    let confirm = json!({"title": plain("Route?"), "text": mrkdwn("*Hooli*"), "confirm": plain("Yes"), "deny": plain("No"), "style": "danger"});
    let approve = json!({"type": "button", "text": plain("Approve"), "action_id": "approve", "value": "p1", "style": "primary", "confirm": confirm});
    let open = json!({"type": "button", "text": plain("Open"), "action_id": "open", "url": "https://piedpiper.com/accounts/1"});
    let select = json!({"type": "static_select", "action_id": "to", "placeholder": plain("Section"), "options": [option], "initial_option": option});
    let grouped = json!({"type": "multi_static_select", "action_id": "many", "max_selected_items": 2, "option_groups": [{"label": plain("G"), "options": [option]}]});
    let overflow =
        json!({"type": "overflow", "action_id": "more", "options": [{"text": plain("Mute"), "value": "mute"}]});
    let checks =
        json!({"type": "checkboxes", "action_id": "which", "options": [{"text": mrkdwn("*All*"), "value": "all"}]});
    let day =
        json!({"type": "datepicker", "action_id": "day", "initial_date": "2026-11-29", "placeholder": plain("Day")});
    let task = json!({
        "type": "task_card", "task_id": "t1", "title": "Read the calls", "status": "complete", "hide_title": true,
        "details": rich("Three calls"), "sources": [{"type": "url", "url": "https://piedpiper.com/calls/1", "text": "Call"}],
    });
    let line = json!({
        "type": "line", "axis_config": {"categories": ["May", "June"], "y_label": "Score"},
        "series": [{"name": "Hooli", "data": [{"label": "May", "value": 61}, {"label": "June", "value": 34.5}]}],
    });
    let typed = json!({"type": "plain_text_input", "action_id": "text", "multiline": true, "max_length": 3000, "min_length": 1, "initial_value": "Called", "focus_on_load": true});
    let person = json!({"type": "users_select", "action_id": "person", "initial_user": "U1"});
    let place = json!({"type": "conversations_select", "action_id": "place", "filter": {"include": ["im", "private"], "exclude_bot_users": true}});
    let found = json!({"type": "external_select", "action_id": "account", "min_query_length": 1, "placeholder": plain("Account")});
    vec![
        posted(
            &json!([section("Hooli is *critical*"), {"type": "divider"}, {"type": "actions", "elements": [approve, open]}]),
        ),
        posted(
            &json!([{"type": "header", "text": plain("Hooli"), "level": 2}, {"type": "section", "fields": [mrkdwn("*ARR*"), plain("$1")], "accessory": overflow, "expand": true}]),
        ),
        posted(
            &json!([{"type": "context", "elements": [mrkdwn("3 days ago"), {"type": "image", "image_url": "https://piedpiper.com/i.png", "alt_text": "Icon"}]}]),
        ),
        posted(
            &json!([{"type": "context_actions", "elements": [feedback, {"type": "icon_button", "icon": "trash", "text": plain("Delete"), "action_id": "delete"}]}]),
        ),
        posted(
            &json!([{"type": "actions", "block_id": "choose", "elements": [select, grouped, overflow, checks, day]}]),
        ),
        posted(
            &json!([{"type": "markdown", "text": "**Hooli**"}, {"type": "image", "image_url": "https://piedpiper.com/i.png", "alt_text": "Chart", "title": plain("Score")}]),
        ),
        posted(
            &json!([rich("Hooli"), {"type": "table", "rows": [[cell("Account"), cell("ARR")], [rich("Hooli"), {"type": "raw_number", "value": 12, "text": "$12"}]], "column_settings": [{"align": "left", "is_wrapped": true}, {"align": "right"}]}]),
        ),
        posted(
            &json!([{"type": "data_table", "caption": "Renewals", "page_size": 10, "rows": [[cell("Account")], [cell("Hooli")]]}]),
        ),
        posted(&json!([{"type": "data_visualization", "title": "Health score", "chart": line}])),
        posted(
            &json!([{"type": "card", "title": mrkdwn("Hooli"), "body": mrkdwn("At risk"), "actions": [open]}, {"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("Hooli")}]}]),
        ),
        posted(
            &json!([{"type": "container", "title": plain("Evidence"), "child_blocks": [section("Call")], "is_collapsible": true, "default_collapsed": true}]),
        ),
        posted(
            &json!([task, {"type": "plan", "title": "Answer", "tasks": [{"type": "task_card", "task_id": "t2", "title": "Read", "status": "pending"}]}]),
        ),
        message(
            &json!({"channel": "C1", "thread_ts": "1764400000.000100", "text": "Hooli", "metadata": {"event_type": "turn", "event_payload": {"turn": {"id": 1}}}, "unfurl_links": false}),
        ),
        message(
            &json!({"channel": "C1", "text": "Hooli", "attachments": [{"color": "#439FE0", "blocks": [section("Hooli")]}]}),
        ),
        modal(&json!([input(&typed), {"type": "alert", "text": plain("Nothing is saved yet"), "level": "info"}])),
        modal(
            &json!([{"type": "input", "label": plain("Who"), "element": person}, {"type": "input", "label": plain("Where"), "element": place}, {"type": "input", "label": plain("Account"), "element": found, "dispatch_action": true}]),
        ),
        modal(
            &json!([{"type": "input", "label": plain("Seats"), "element": {"type": "number_input", "action_id": "n", "is_decimal_allowed": false, "min_value": "1", "max_value": "9"}}]),
        ),
        view(
            &json!({"type": "home", "callback_id": "home", "private_metadata": "{}", "blocks": [section("Your accounts"), {"type": "actions", "elements": [open]}]}),
        ),
        chunks(
            &json!([{"type": "markdown_text", "text": "**Hooli**"}, {"type": "plan_update", "title": "Answer"}, {"type": "blocks", "blocks": [section("Hooli")]}]),
        ),
        chunks(
            &json!([{"type": "task_update", "id": "t1", "title": "Read", "status": "in_progress", "details": "Calls", "hide_title": true, "sources": [{"type": "url", "url": "https://piedpiper.com/1", "text": "Call"}]}]),
        ),
    ]
}

/// Who refuses it: `r` our rules, `s` `slack_sdk`, `t` the types.
fn bad() -> Vec<(&'static str, &'static str, Value)> {
    let pressed = |button: Value| posted(&json!([{"type": "actions", "elements": [button]}]));
    let pick = |element: Value| posted(&json!([{"type": "actions", "elements": [element]}]));
    let feedback = json!({"type": "feedback_buttons", "positive_button": {"text": plain("a"), "value": "a"}, "negative_button": {"text": plain("b"), "value": "b"}});
    let many = |block: Value, count: usize| posted(&Value::Array(vec![block; count]));
    let table = json!({"type": "table", "rows": [[cell("a")]]});
    let named = json!({"type": "divider", "block_id": "a"});
    vec![
        ("an unknown block", "rst", posted(&json!([{"type": "sections", "text": mrkdwn("a")}]))),
        ("an unknown field", "rst", posted(&json!([{"type": "divider", "colour": "red"}]))),
        ("a header without text", "rst", posted(&json!([{"type": "header"}]))),
        (
            "an image without alt_text",
            "rst",
            posted(&json!([{"type": "image", "image_url": "https://piedpiper.com/i.png"}])),
        ),
        ("a style that is not there", "rst", pressed(json!({"type": "button", "text": plain("a"), "style": "pink"}))),
        (
            "a task that is done",
            "rst",
            posted(&json!([{"type": "task_card", "task_id": "t", "title": "a", "status": "done"}])),
        ),
        (
            "an alert of a level that is not there",
            "rst",
            modal(&json!([{"type": "alert", "text": plain("a"), "level": "loud"}])),
        ),
        (
            "a modal with a field that is not there",
            "rst",
            view(&json!({"type": "modal", "title": plain("a"), "blocks": [section("a")], "colour": "red"})),
        ),
        ("a section of 3,001", "rs", posted(&json!([section(&long(3_001))]))),
        ("a section without text or fields", "rs", posted(&json!([{"type": "section"}]))),
        ("a header of 151", "rs", posted(&json!([{"type": "header", "text": plain(&long(151))}]))),
        ("a button of 76", "rs", pressed(json!({"type": "button", "text": plain(&long(76))}))),
        (
            "a button's value of 2,001",
            "rs",
            pressed(json!({"type": "button", "text": plain("a"), "value": long(2_001)})),
        ),
        ("markdown of 12,001", "rs", posted(&json!([{"type": "markdown", "text": long(12_001)}]))),
        (
            "26 actions",
            "rs",
            posted(
                &json!([{"type": "actions", "elements": (0..26).map(|n| button(&format!("b{n}"))).collect::<Value>()}]),
            ),
        ),
        ("11 in a context", "rs", posted(&json!([{"type": "context", "elements": vec![mrkdwn("a"); 11]}]))),
        ("11 fields", "rs", posted(&json!([{"type": "section", "fields": vec![mrkdwn("a"); 11]}]))),
        ("a block_id of 256", "rs", posted(&json!([{"type": "divider", "block_id": long(256)}]))),
        ("an action_id of 256", "rs", pressed(json!({"type": "button", "text": plain("a"), "action_id": long(256)}))),
        ("a menu without options", "rs", pick(json!({"type": "static_select"}))),
        (
            "a menu of 101",
            "rs",
            pick(json!({"type": "static_select", "options": vec![json!({"text": plain("a"), "value": "a"}); 101]})),
        ),
        (
            "an overflow of 6",
            "rs",
            pick(json!({"type": "overflow", "options": vec![json!({"text": plain("a"), "value": "a"}); 6]})),
        ),
        (
            "an option of 76",
            "rs",
            pick(json!({"type": "static_select", "options": [{"text": plain(&long(76)), "value": "a"}]})),
        ),
        (
            "a confirm title of 101",
            "rs",
            pressed(
                json!({"type": "button", "text": plain("a"), "confirm": {"title": plain(&long(101)), "text": plain("a"), "confirm": plain("y"), "deny": plain("n")}}),
            ),
        ),
        ("a card body of 201", "rs", posted(&json!([{"type": "card", "body": mrkdwn(&long(201))}]))),
        (
            "11 cards",
            "rs",
            posted(&json!([{"type": "carousel", "elements": vec![json!({"type": "card", "title": mrkdwn("a")}); 11]}])),
        ),
        (
            "11 blocks in a container",
            "rs",
            posted(&json!([{"type": "container", "title": plain("a"), "child_blocks": vec![section("a"); 11]}])),
        ),
        (
            "a modal title of 25",
            "rs",
            view(&json!({"type": "modal", "title": plain(&long(25)), "blocks": [section("a")]})),
        ),
        ("101 blocks in a view", "rs", view(&json!({"type": "home", "blocks": vec![section("a"); 101]}))),
        (
            "private_metadata of 3,001",
            "rs",
            view(&json!({"type": "home", "private_metadata": long(3_001), "blocks": [section("a")]})),
        ),
        ("a Home with a submit", "rst", view(&json!({"type": "home", "submit": plain("a"), "blocks": [section("a")]}))),
        ("a header in mrkdwn", "rt", posted(&json!([{"type": "header", "text": mrkdwn("a")}]))),
        ("feedback in an actions block", "rt", pick(feedback)),
        (
            "a chunk of a task that is done",
            "rt",
            chunks(&json!([{"type": "task_update", "id": "t", "title": "a", "status": "done"}])),
        ),
        ("an unknown chunk", "rst", chunks(&json!([{"type": "text", "text": "a"}]))),
        ("a table of 101 rows", "r", posted(&json!([{"type": "table", "rows": vec![[cell("a")]; 101]}]))),
        ("a table of 21 columns", "r", posted(&json!([{"type": "table", "rows": [vec![cell("a"); 21]]}]))),
        ("two tables", "r", many(table, 2)),
        ("51 blocks", "r", many(json!({"type": "divider"}), 51)),
        (
            "markdown of 12,001 in two blocks",
            "r",
            posted(&json!([{"type": "markdown", "text": long(12_000)}, {"type": "markdown", "text": "a"}])),
        ),
        ("13,001 characters in all", "r", many(section(&long(2_601)), 5)),
        ("a block_id twice", "r", many(named, 2)),
        ("an action_id twice", "r", posted(&json!([{"type": "actions", "elements": [button("a"), button("a")]}]))),
        ("an alert in a message", "r", posted(&json!([{"type": "alert", "text": plain("a")}]))),
        ("markdown in a modal", "r", modal(&json!([{"type": "markdown", "text": "a"}]))),
        (
            "an input and no submit",
            "r",
            view(
                &json!({"type": "modal", "title": plain("a"), "blocks": [input(&json!({"type": "plain_text_input"}))]}),
            ),
        ),
        ("a message without text", "r", message(&json!({"channel": "C1", "blocks": [section("a")]}))),
        ("text beside markdown_text", "r", message(&json!({"channel": "C1", "text": "a", "markdown_text": "a"}))),
        (
            "a chart title of 51",
            "r",
            posted(
                &json!([{"type": "data_visualization", "title": long(51), "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]}}]),
            ),
        ),
    ]
}

#[test]
fn what_is_good_is_good_to_all_three() {
    let payloads = good();
    for (payload, theirs) in payloads.iter().zip(validate(&payloads)) {
        assert_eq!(theirs, Vec::<String>::new(), "{payload}");
        assert_eq!(ours(payload), [], "{payload}");
    }
}

#[test]
fn what_is_bad_is_refused_by_those_who_can_see_it() {
    let table = bad();
    let payloads: Vec<_> = table.iter().map(|(_, _, payload)| payload.clone()).collect();
    let mut differ = Vec::new();
    for ((name, refused_by, payload), theirs) in table.iter().zip(validate(&payloads)) {
        let mut refused = String::new();
        refused.extend((!ours(payload).is_empty()).then_some('r'));
        refused.extend(theirs.iter().any(|fault| fault.starts_with("sdk:")).then_some('s'));
        refused.extend(theirs.iter().any(|fault| fault.starts_with("types:")).then_some('t'));
        if refused != *refused_by {
            differ.push(format!("{name}: {refused}, not {refused_by}: {:?} {theirs:?}", ours(payload)));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn blocks_alone_are_judged_as_in_a_message() {
    let blocks = json!([section("Hooli"), {"type": "sections"}]);
    assert_eq!(validate(&[message(&blocks)]).concat().len(), 3, "two of slack_sdk, one of the types");
    assert_eq!(check_blocks(&blocks, Surface::Message).len(), 1);
}
