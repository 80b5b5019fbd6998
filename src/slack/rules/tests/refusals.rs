//! Each rule broken once, and what must be let through.

use serde_json::{Value, json};

use super::{button, mrkdwn, plain, section, told};
use crate::slack::rules::{Surface, check_blocks, check_message, check_stream_chunks, check_view};

/// What is wrong with these blocks.
fn wrong(blocks: &Value, surface: Surface) -> String {
    told(&check_blocks(blocks, surface))
}

fn in_message(block: &Value) -> String {
    wrong(&json!([block]), Surface::Message)
}

#[test]
fn what_slack_does_not_know_is_refused() {
    assert_eq!(wrong(&json!({}), Surface::Message), "/blocks must be an array");
    assert_eq!(in_message(&json!("section")), "/blocks/0 must be an object");
    assert_eq!(in_message(&json!({"text": "a"})), "/blocks/0/type must say what this is");
    assert!(in_message(&json!({"type": "sections"})).starts_with("/blocks/0/type must be one of section, header,"));
    assert_eq!(in_message(&json!({"type": "divider", "a/b": 1})), "/blocks/0/a~1b is not a field Slack knows here");
    assert_eq!(in_message(&json!({"type": "header"})), "/blocks/0/text is missing");
    assert_eq!(
        in_message(&json!({"type": "header", "text": mrkdwn("a")})),
        "/blocks/0/text/type must be one of plain_text"
    );
    assert_eq!(in_message(&json!({"type": "markdown", "text": 3})), "/blocks/0/text must be a string");
    assert_eq!(in_message(&json!({"type": "markdown", "text": ""})), "/blocks/0/text must not be empty");
    assert_eq!(in_message(&json!({"type": "divider", "block_id": null})), "/blocks/0/block_id must be a string");
    assert_eq!(in_message(&json!({"type": "section"})), "/blocks/0 must have text or fields");
}

#[test]
fn elements_stand_only_where_they_may() {
    let feedback = json!({
        "type": "feedback_buttons", "action_id": "f",
        "positive_button": {"text": plain("Good"), "value": "good"},
        "negative_button": {"text": plain("Bad"), "value": "bad"},
    });
    assert_eq!(in_message(&json!({"type": "context_actions", "elements": [feedback]})), "");
    let misplaced = in_message(&json!({"type": "actions", "elements": [feedback]}));
    assert!(misplaced.starts_with("/blocks/0/elements/0/type must be one of button,"), "{misplaced}");
    let pink = json!({"type": "button", "text": plain("a"), "style": "pink"});
    assert_eq!(
        in_message(&json!({"type": "actions", "elements": [pink]})),
        "/blocks/0/elements/0/style must be one of primary, danger"
    );
}

/// A block of each kind that does not stand everywhere, and where it may.
fn matrix() -> Vec<(Value, [bool; 3])> {
    let rows = json!([[{"type": "raw_text", "text": "a"}], [{"type": "raw_text", "text": "a"}]]);
    let pie = json!({"type": "pie", "segments": [{"label": "a", "value": 1}]});
    let asking = |element: &str, also: Value| {
        let mut element = json!({"type": element});
        if let Value::Object(also) = also {
            element.as_object_mut().unwrap().extend(also);
        }
        json!({"type": "input", "label": plain("a"), "element": element})
    };
    let trash = json!({"type": "icon_button", "icon": "trash", "text": plain("Delete")});
    vec![
        (json!({"type": "alert", "text": plain("a")}), [false, true, false]),
        (json!({"type": "file", "external_id": "a", "source": "remote"}), [false, false, false]),
        (json!({"type": "card", "title": mrkdwn("a")}), [true, false, true]),
        (json!({"type": "carousel", "elements": [{"type": "card", "title": mrkdwn("a")}]}), [true, false, true]),
        (json!({"type": "container", "title": plain("a"), "child_blocks": [section("a")]}), [true, false, true]),
        (json!({"type": "context_actions", "elements": [trash]}), [true, false, false]),
        (json!({"type": "data_table", "caption": "a", "rows": rows}), [true, false, false]),
        (json!({"type": "data_visualization", "title": "a", "chart": pie}), [true, false, true]),
        (json!({"type": "markdown", "text": "a"}), [true, false, false]),
        (json!({"type": "plan", "title": "a", "tasks": []}), [true, false, false]),
        (json!({"type": "table", "rows": rows}), [true, false, false]),
        (json!({"type": "task_card", "task_id": "t", "title": "a", "status": "error"}), [true, false, false]),
        (asking("email_text_input", json!({})), [false, true, false]),
        (asking("url_text_input", json!({})), [false, true, false]),
        (asking("number_input", json!({"is_decimal_allowed": true})), [false, true, false]),
        (asking("file_input", json!({})), [false, true, false]),
        (asking("rich_text_input", json!({})), [false, true, true]),
        (asking("datetimepicker", json!({})), [true, true, false]),
        (asking("plain_text_input", json!({})), [true, true, true]),
    ]
}

#[test]
fn blocks_stand_only_on_surfaces_that_have_them() {
    for (block, places) in matrix() {
        for (surface, stands) in [Surface::Message, Surface::Modal, Surface::Home].into_iter().zip(places) {
            let faults = wrong(&json!([block]), surface);
            assert_eq!(faults.is_empty(), stands, "{block} {surface:?}: {faults}");
            assert!(stands || faults.contains("cannot stand in"), "{faults}");
        }
    }
}

#[test]
fn ids_come_once() {
    let named = json!({"type": "divider", "block_id": "a"});
    assert_eq!(wrong(&json!([named, named]), Surface::Home), "/blocks/1/block_id is there twice");
    let mut press = button("Go");
    press["action_id"] = json!("go");
    let row = |elements: Value| json!({"type": "actions", "elements": elements});
    assert_eq!(in_message(&row(json!([press, press]))), "/blocks/0/elements/1/action_id is there twice");
    assert_eq!(wrong(&json!([row(json!([press])), row(json!([press]))]), Surface::Message), "");
}

#[test]
fn menus_have_options_and_begin_with_one_of_them() {
    let option = |value: &str| json!({"text": plain(value), "value": value});
    let select = |also: Value| {
        let mut select = json!({"type": "static_select"});
        select.as_object_mut().unwrap().extend(also.as_object().unwrap().clone());
        in_message(&json!({"type": "actions", "elements": [select]}))
    };
    assert_eq!(select(json!({"options": [option("a")], "initial_option": option("a")})), "");
    assert_eq!(select(json!({})), "/blocks/0/elements/0 must have either options or option_groups");
    let groups = json!([{"label": plain("G"), "options": [option("a")]}]);
    assert_eq!(select(json!({"option_groups": groups, "initial_option": option("a")})), "");
    assert_eq!(
        select(json!({"option_groups": groups, "options": [option("a")]})),
        "/blocks/0/elements/0 must have either options or option_groups"
    );
    assert_eq!(
        select(json!({"options": [option("a")], "initial_option": option("b")})),
        "/blocks/0/elements/0/initial_option must be among the options, word for word"
    );
}

#[test]
fn values_have_their_form() {
    let pick = |element: Value| in_message(&json!({"type": "actions", "elements": [element]}));
    assert_eq!(pick(json!({"type": "datepicker", "initial_date": "2026-11-29"})), "");
    assert!(pick(json!({"type": "datepicker", "initial_date": "2026-13-29"})).contains("must be a day"));
    assert_eq!(pick(json!({"type": "timepicker", "initial_time": "09:30"})), "");
    assert!(pick(json!({"type": "timepicker", "initial_time": "9:30"})).contains("must be a time"));
    let link = |url: &str| pick(json!({"type": "button", "text": plain("a"), "url": url}));
    assert_eq!(link("https://piedpiper.com/accounts"), "");
    assert!(link("javascript:alert(1)").contains("must be an address"));
    let number = |least: &str, most: &str| {
        let element =
            json!({"type": "number_input", "is_decimal_allowed": false, "min_value": least, "max_value": most});
        wrong(&json!([{"type": "input", "label": plain("a"), "element": element}]), Surface::Modal)
    };
    assert_eq!(number("1", "2"), "");
    assert!(number("3", "2").contains("must not be above max_value"));
    assert!(number("few", "2").contains("must be a number in a string"));
    let focused =
        json!({"type": "input", "label": plain("a"), "element": {"type": "plain_text_input", "focus_on_load": true}});
    assert_eq!(wrong(&json!([focused]), Surface::Modal), "");
    assert!(wrong(&json!([focused, focused]), Surface::Modal).contains("at most one element with focus_on_load"));
}

#[test]
fn tables_and_charts_hold_together() {
    let cell = json!({"type": "raw_text", "text": "a"});
    let rich = json!({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}]});
    let data_table = |rows: Value| in_message(&json!({"type": "data_table", "caption": "a", "rows": rows}));
    assert_eq!(data_table(json!([[cell], [rich]])), "");
    assert!(data_table(json!([[cell], [cell, cell]])).contains("same number of cells"));
    assert!(data_table(json!([[rich], [cell]])).contains("no rich text"));
    let bar = |series: Value| {
        let chart = json!({"type": "bar", "series": series, "axis_config": {"categories": ["May", "June"]}});
        in_message(&json!({"type": "data_visualization", "title": "a", "chart": chart}))
    };
    let may = json!({"label": "May", "value": 1});
    let june = json!({"label": "June", "value": -2});
    assert_eq!(bar(json!([{"name": "Hooli", "data": [may, june]}])), "");
    assert!(bar(json!([{"name": "Hooli", "data": [may]}])).contains("exactly one point for each category"));
    let twice = json!({"name": "Hooli", "data": [may, june]});
    assert!(bar(json!([twice, twice])).contains("a name of their own"));
    let nothing = json!({"type": "pie", "segments": [{"label": "a", "value": 0}]});
    assert!(in_message(&json!({"type": "data_visualization", "title": "a", "chart": nothing})).contains("above 0"));
}

#[test]
fn a_message_says_something_and_says_it_once() {
    let told = |message: Value| told(&check_message(&message));
    assert_eq!(told(json!({"channel": "C1", "text": "Hooli", "blocks": [section("a")], "unfurl_links": false})), "");
    assert_eq!(told(json!({"channel": "C1", "markdown_text": "**Hooli**"})), "");
    assert_eq!(told(json!({"delete_original": true})), "");
    assert_eq!(told(json!({"channel": "C1"})), "/text is missing");
    assert_eq!(told(json!({"text": " \n"})), "/text must not be blank");
    assert_eq!(told(json!({"blocks": [section("a")]})), "/text is missing: nothing would stand in the notification");
    assert_eq!(told(json!({"text": "a", "markdown_text": "a"})), "/markdown_text must not stand beside text");
    assert_eq!(
        told(json!({"markdown_text": "a", "blocks": [section("a")]})),
        "/markdown_text must not stand beside blocks"
    );
    assert_eq!(told(json!({"text": "a", "colour": "red"})), "/colour is not an argument Slack knows here");
    assert_eq!(
        told(json!({"text": "a", "attachments": [{"blocks": [{"type": "header"}]}]})),
        "/attachments/0/blocks/0/text is missing"
    );
    assert_eq!(told(json!({"text": "a", "metadata": {"event_type": "a"}})), "/metadata/event_payload is missing");
    assert_eq!(told(json!([])), " must be an object");
}

#[test]
fn a_view_is_complete() {
    let input = json!({"type": "input", "label": plain("a"), "element": {"type": "plain_text_input"}});
    let told = |view: Value| told(&check_view(&view));
    assert_eq!(told(json!({"type": "modal", "title": plain("a"), "blocks": [input], "submit": plain("Save")})), "");
    assert_eq!(
        told(json!({"type": "modal", "title": plain("a"), "blocks": [input]})),
        "/submit is missing, and there is an input"
    );
    assert_eq!(told(json!({"type": "home", "blocks": [input]})), "");
    assert_eq!(told(json!({"type": "modal"})), "/title is missing\n/blocks is missing");
    assert_eq!(told(json!({"type": "home", "blocks": []})), "/blocks must have at least 1 items");
    assert!(told(json!({"type": "home", "blocks": [section("a")], "title": plain("a")})).starts_with("/title is not"));
    assert!(told(json!({"title": plain("a"), "blocks": [section("a")]})).starts_with("/type must be one of"));
}

#[test]
fn a_stream_is_made_of_known_chunks() {
    let told = |chunks: Value| told(&check_stream_chunks(&chunks));
    let task = json!({
        "type": "task_update", "id": "t", "title": "Read the calls", "status": "in_progress",
        "sources": [{"type": "url", "url": "https://piedpiper.com/calls/1", "text": "Call"}],
    });
    assert_eq!(told(json!([{"type": "markdown_text", "text": "a"}, task, {"type": "plan_update", "title": "a"}])), "");
    assert_eq!(told(json!([])), "/chunks must have at least 1 items");
    assert_eq!(told(json!([{"type": "blocks"}])), "/chunks/0/blocks is missing");
    assert!(told(json!([{"type": "text"}])).starts_with("/chunks/0/type must be one of markdown_text,"));
    let mut done = task.clone();
    done["status"] = json!("done");
    assert!(told(json!([done])).starts_with("/chunks/0/status must be one of pending,"));
    let alert = json!({"type": "alert", "text": plain("a")});
    assert!(told(json!([{"type": "blocks", "blocks": [alert]}])).contains("cannot stand in a message"));
}
