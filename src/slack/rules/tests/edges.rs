//! Each limit: one just inside, one just outside.

use serde_json::{Value, json};

use super::{button, long, mrkdwn, plain, section, times, told};
use crate::slack::rules::{Surface, check_blocks, check_message, check_stream_chunks, check_view, limits};

/// A limit: where it is told, the most, and a payload of a given size.
type Edge = (&'static str, usize, fn(usize) -> Value);

/// Checks payloads at the limit and one above it.
fn hold(edges: &[Edge], check: impl Fn(&Value) -> Vec<crate::slack::rules::Fault>) {
    for (pointer, most, payload) in edges {
        let inside = check(&payload(*most));
        assert!(inside.is_empty(), "{pointer} at {most}: {}", told(&inside));
        let outside = check(&payload(most + 1));
        assert_eq!(outside.len(), 1, "{pointer} at {}: {}", most + 1, told(&outside));
        assert_eq!(outside[0].pointer, *pointer, "{}", told(&outside));
        assert!(outside[0].message.contains(&most.to_string()), "{}", told(&outside));
    }
}

fn actions(element: &Value) -> Value {
    json!([{"type": "actions", "elements": [element]}])
}

fn option(text: &str) -> Value {
    json!({"text": plain(text), "value": "v"})
}

fn select(options: &Value) -> Value {
    actions(&json!({"type": "static_select", "options": options}))
}

fn confirm(part: &str, text: &Value) -> Value {
    let mut confirm = json!({"text": plain("Sure?")});
    confirm[part] = text.clone();
    actions(&json!({"type": "button", "text": plain("Go"), "confirm": confirm}))
}

fn input(element: &Value) -> Value {
    json!([{"type": "input", "label": plain("Note"), "element": element}])
}

fn chart(part: &Value) -> Value {
    json!([{"type": "data_visualization", "title": "Score", "chart": part}])
}

fn line(series: &[Value], categories: &[String]) -> Value {
    chart(&json!({"type": "line", "series": series, "axis_config": {"categories": categories}}))
}

fn points(categories: &[String]) -> Value {
    categories.iter().map(|label| json!({"label": label, "value": -3.5})).collect()
}

fn weeks(count: usize) -> Vec<String> {
    (1..=count).map(|week| format!("Week {week}")).collect()
}

fn row(cells: usize) -> Value {
    times(&json!({"type": "raw_text", "text": "a"}), cells)
}

fn card(field: &str, value: &Value) -> Value {
    let mut card = json!({"type": "card", "title": mrkdwn("Hooli")});
    card[field] = value.clone();
    json!([card])
}

fn container(field: &str, value: &Value) -> Value {
    let mut container = json!({"type": "container", "title": plain("Hooli"), "child_blocks": [section("a")]});
    container[field] = value.clone();
    json!([container])
}

const IN_A_MESSAGE: &[Edge] = &[
    ("/blocks", limits::MESSAGE_BLOCKS, |n| times(&json!({"type": "divider"}), n)),
    ("/blocks/0/block_id", limits::ID, |n| json!([{"type": "divider", "block_id": long(n)}])),
    ("/blocks/0/text/text", limits::SECTION_TEXT, |n| json!([section(&long(n))])),
    ("/blocks/0/fields", limits::SECTION_FIELDS, |n| json!([{"type": "section", "fields": times(&mrkdwn("a"), n)}])),
    ("/blocks/0/fields/0/text", limits::FIELD_TEXT, |n| json!([{"type": "section", "fields": [plain(&long(n))]}])),
    ("/blocks/0/text/text", limits::HEADER_TEXT, |n| json!([{"type": "header", "text": plain(&long(n))}])),
    ("/blocks/0/level", 4, |n| json!([{"type": "header", "text": plain("a"), "level": n}])),
    (
        "/blocks/0/elements",
        limits::CONTEXT_ELEMENTS,
        |n| json!([{"type": "context", "elements": times(&mrkdwn("a"), n)}]),
    ),
    ("/blocks/0/elements", limits::ACTIONS, |n| json!([{"type": "actions", "elements": times(&button("a"), n)}])),
    ("/blocks/0/elements", limits::CONTEXT_ACTIONS, |n| {
        let trash = json!({"type": "icon_button", "icon": "trash", "text": plain("Delete")});
        json!([{"type": "context_actions", "elements": times(&trash, n)}])
    }),
    (
        "/blocks/0/image_url",
        limits::URL,
        |n| json!([{"type": "image", "alt_text": "a", "image_url": format!("https://a.example/{}", "p".repeat(n - 18))}]),
    ),
    (
        "/blocks/0/alt_text",
        limits::ALT_TEXT,
        |n| json!([{"type": "image", "alt_text": long(n), "image_url": "https://a.example/p"}]),
    ),
    (
        "/blocks/0/title/text",
        limits::ALT_TEXT,
        |n| json!([{"type": "image", "alt_text": "a", "title": plain(&long(n)), "slack_file": {"id": "F1"}}]),
    ),
    ("/blocks/0/text", limits::MARKDOWN, |n| json!([{"type": "markdown", "text": long(n)}])),
    ("/blocks/0/elements/0/text/text", limits::BUTTON_TEXT, |n| actions(&button(&long(n)))),
    ("/blocks/0/elements/0/value", limits::BUTTON_VALUE, |n| {
        actions(&json!({"type": "button", "text": plain("a"), "value": long(n)}))
    }),
    ("/blocks/0/elements/0/accessibility_label", limits::BUTTON_TEXT, |n| {
        actions(&json!({"type": "button", "text": plain("a"), "accessibility_label": long(n)}))
    }),
    ("/blocks/0/elements/0/action_id", limits::ID, |n| {
        actions(&json!({"type": "button", "text": plain("a"), "action_id": long(n)}))
    }),
    ("/blocks/0/elements/0/confirm/title/text", limits::CONFIRM_TITLE, |n| confirm("title", &plain(&long(n)))),
    ("/blocks/0/elements/0/confirm/text/text", limits::CONFIRM_TEXT, |n| confirm("text", &mrkdwn(&long(n)))),
    ("/blocks/0/elements/0/confirm/confirm/text", limits::CONFIRM_BUTTON, |n| confirm("confirm", &plain(&long(n)))),
    ("/blocks/0/elements/0/confirm/deny/text", limits::CONFIRM_BUTTON, |n| confirm("deny", &plain(&long(n)))),
    ("/blocks/0/elements/0/options", limits::OPTIONS, |n| select(&times(&option("a"), n))),
    ("/blocks/0/elements/0/options/0/text/text", limits::OPTION_TEXT, |n| select(&json!([option(&long(n))]))),
    ("/blocks/0/elements/0/options/0/value", limits::OPTION_VALUE, |n| {
        select(&json!([{"text": plain("a"), "value": long(n)}]))
    }),
    ("/blocks/0/elements/0/options/0/description/text", limits::OPTION_TEXT, |n| {
        select(&json!([{"text": plain("a"), "value": "v", "description": plain(&long(n))}]))
    }),
    ("/blocks/0/elements/0/option_groups", limits::OPTIONS, |n| {
        let group = json!({"label": plain("G"), "options": [option("a")]});
        actions(&json!({"type": "multi_static_select", "option_groups": times(&group, n)}))
    }),
    ("/blocks/0/elements/0/placeholder/text", limits::PLACEHOLDER, |n| {
        actions(&json!({"type": "users_select", "placeholder": plain(&long(n))}))
    }),
    ("/blocks/0/elements/0/options", limits::OVERFLOW_OPTIONS, |n| {
        actions(&json!({"type": "overflow", "options": times(&option("a"), n)}))
    }),
    ("/blocks/0/elements/0/options", limits::CHOICES, |n| {
        actions(&json!({"type": "checkboxes", "options": times(&option("a"), n)}))
    }),
    ("/blocks/0/elements/0/options", limits::CHOICES, |n| {
        actions(&json!({"type": "radio_buttons", "options": times(&option("a"), n)}))
    }),
    (
        "/blocks/0/label/text",
        limits::INPUT_LABEL,
        |n| json!([{"type": "input", "label": plain(&long(n)), "element": {"type": "plain_text_input"}}]),
    ),
    (
        "/blocks/0/hint/text",
        limits::INPUT_LABEL,
        |n| json!([{"type": "input", "label": plain("a"), "hint": plain(&long(n)), "element": {"type": "plain_text_input"}}]),
    ),
    ("/blocks/0/element/max_length", 3_000, |n| input(&json!({"type": "plain_text_input", "max_length": n}))),
    ("/blocks/0/rows", limits::TABLE_ROWS, |n| json!([{"type": "table", "rows": times(&row(2), n)}])),
    ("/blocks/0/rows/0", limits::TABLE_COLUMNS, |n| json!([{"type": "table", "rows": [row(n)]}])),
    (
        "/blocks/0/column_settings",
        limits::TABLE_COLUMNS,
        |n| json!([{"type": "table", "rows": [row(1)], "column_settings": times(&json!({"align": "right"}), n)}]),
    ),
    (
        "/blocks/0/rows",
        limits::TABLE_CHARACTERS,
        |n| json!([{"type": "table", "rows": [[{"type": "raw_text", "text": long(n)}]]}]),
    ),
    (
        "/blocks/0/rows",
        limits::DATA_TABLE_ROWS,
        |n| json!([{"type": "data_table", "caption": "Renewals", "rows": times(&row(2), n)}]),
    ),
    (
        "/blocks/0/page_size",
        100,
        |n| json!([{"type": "data_table", "caption": "Renewals", "rows": times(&row(2), 2), "page_size": n}]),
    ),
    ("/blocks/0/title/text", limits::CARD_TITLE, |n| card("title", &mrkdwn(&long(n)))),
    ("/blocks/0/subtitle/text", limits::CARD_TITLE, |n| card("subtitle", &mrkdwn(&long(n)))),
    ("/blocks/0/body/text", limits::CARD_BODY, |n| card("body", &mrkdwn(&long(n)))),
    ("/blocks/0/actions", limits::CARD_ACTIONS, |n| card("actions", &times(&button("a"), n))),
    (
        "/blocks/0/elements",
        limits::CARDS,
        |n| json!([{"type": "carousel", "elements": times(&json!({"type": "card", "title": mrkdwn("a")}), n)}]),
    ),
    ("/blocks/0/title/text", limits::CARD_TITLE, |n| container("title", &plain(&long(n)))),
    ("/blocks/0/subtitle/text", limits::CARD_TITLE, |n| container("subtitle", &plain(&long(n)))),
    ("/blocks/0/child_blocks", limits::CHILD_BLOCKS, |n| container("child_blocks", &times(&section("a"), n))),
    (
        "/blocks/0/title",
        limits::CHART_TITLE,
        |n| json!([{"type": "data_visualization", "title": long(n), "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}]}}]),
    ),
    ("/blocks/0/chart/segments", limits::CHART_SERIES, |n| {
        chart(&json!({"type": "pie", "segments": times(&json!({"label": "a", "value": 1}), n)}))
    }),
    ("/blocks/0/chart/segments/0/label", limits::CHART_LABEL, |n| {
        chart(&json!({"type": "pie", "segments": [{"label": long(n), "value": 1}]}))
    }),
    ("/blocks/0/chart/series", limits::CHART_SERIES, |n| {
        let series: Vec<_> =
            (0..n).map(|name| json!({"name": format!("S{name}"), "data": points(&weeks(2))})).collect();
        line(&series, &weeks(2))
    }),
    ("/blocks/0/chart/series/0/name", limits::CHART_LABEL, |n| {
        line(&[json!({"name": long(n), "data": points(&weeks(2))})], &weeks(2))
    }),
    ("/blocks/0/chart/axis_config/x_label", limits::CHART_TITLE, |n| {
        let mut blocks = line(&[json!({"name": "Score", "data": points(&weeks(2))})], &weeks(2));
        blocks[0]["chart"]["axis_config"]["x_label"] = json!(long(n));
        blocks
    }),
    (
        "/blocks",
        limits::MARKDOWN,
        |n| json!([{"type": "markdown", "text": long(n / 2)}, {"type": "markdown", "text": long(n - n / 2)}]),
    ),
    ("/blocks", limits::RENDERED, |n| {
        json!([
            section(&long(3_000)),
            section(&long(3_000)),
            section(&long(3_000)),
            section(&long(3_000)),
            section(&long(n - 12_000))
        ])
    }),
    ("/blocks", limits::CHARTS, |n| {
        times(&chart(&json!({"type": "pie", "segments": [{"label": "a", "value": 1}]}))[0], n)
    }),
];

#[test]
fn blocks_of_a_message_keep_each_limit() {
    hold(IN_A_MESSAGE, |blocks| check_blocks(blocks, Surface::Message));
}

#[test]
fn a_second_table_is_refused_of_either_kind() {
    let table = json!({"type": "table", "rows": [row(1)]});
    let data_table = json!({"type": "data_table", "caption": "Renewals", "rows": [row(1), row(1)]});
    assert_eq!(told(&check_blocks(&json!([table]), Surface::Message)), "");
    for second in [&table, &data_table] {
        let faults = check_blocks(&json!([table, second]), Surface::Message);
        assert_eq!(told(&faults), "/blocks must have at most one table or data_table");
    }
}

#[test]
fn a_chart_has_twenty_points_and_no_more() {
    let of = |count| line(&[json!({"name": "Score", "data": points(&weeks(count))})], &weeks(count));
    assert_eq!(told(&check_blocks(&of(limits::CHART_POINTS), Surface::Message)), "");
    let pointers: Vec<_> = check_blocks(&of(limits::CHART_POINTS + 1), Surface::Message);
    let pointers: Vec<_> = pointers.iter().map(|fault| fault.pointer.as_str()).collect();
    assert_eq!(pointers, ["/blocks/0/chart/series/0/data", "/blocks/0/chart/axis_config/categories"]);
}

#[test]
fn a_message_keeps_each_limit() {
    let edges: &[Edge] = &[
        ("/text", limits::TEXT, |n| json!({"channel": "C1", "text": long(n)})),
        ("/text", limits::UPDATE_TEXT_BYTES, |n| json!({"channel": "C1", "ts": "1.2", "text": "a".repeat(n)})),
        ("/markdown_text", limits::MARKDOWN, |n| json!({"channel": "C1", "markdown_text": long(n)})),
        (
            "/attachments",
            limits::ATTACHMENTS,
            |n| json!({"channel": "C1", "text": "a", "attachments": times(&json!({"text": "a"}), n)}),
        ),
        (
            "/metadata/event_type",
            limits::ID,
            |n| json!({"channel": "C1", "text": "a", "metadata": {"event_type": long(n), "event_payload": {"turn": {"n": 1}}}}),
        ),
        (
            "/blocks",
            limits::MESSAGE_BLOCKS,
            |n| json!({"channel": "C1", "text": "a", "blocks": times(&json!({"type": "divider"}), n)}),
        ),
    ];
    hold(edges, check_message);
    let bytes = check_message(&json!({"ts": "1.2", "text": long(limits::UPDATE_TEXT_BYTES / 2 + 1)}));
    assert_eq!(told(&bytes), "/text of an update must have at most 4000 bytes, has 4002");
}

#[test]
fn a_view_keeps_each_limit() {
    let edges: &[Edge] = &[
        ("/blocks", limits::VIEW_BLOCKS, |n| modal("blocks", &times(&json!({"type": "divider"}), n))),
        ("/title/text", limits::VIEW_TITLE, |n| modal("title", &plain(&long(n)))),
        ("/submit/text", limits::VIEW_TITLE, |n| modal("submit", &plain(&long(n)))),
        ("/close/text", limits::VIEW_TITLE, |n| modal("close", &plain(&long(n)))),
        ("/callback_id", limits::ID, |n| modal("callback_id", &json!(long(n)))),
        ("/external_id", limits::ID, |n| modal("external_id", &json!(long(n)))),
        ("/private_metadata", limits::PRIVATE_METADATA, |n| modal("private_metadata", &json!(long(n)))),
        ("/blocks", limits::VIEW_BLOCKS, |n| json!({"type": "home", "blocks": times(&json!({"type": "divider"}), n)})),
    ];
    hold(edges, check_view);
}

fn modal(field: &str, value: &Value) -> Value {
    let mut modal = json!({"type": "modal", "title": plain("Hooli"), "blocks": [section("a")]});
    modal[field] = value.clone();
    modal
}

#[test]
fn a_stream_keeps_each_limit() {
    let edges: &[Edge] = &[
        (
            "/chunks/0/details",
            limits::TASK_DETAILS,
            |n| json!([{"type": "task_update", "id": "t", "title": "Read", "status": "complete", "details": long(n)}]),
        ),
        (
            "/chunks/0/output",
            limits::TASK_DETAILS,
            |n| json!([{"type": "task_update", "id": "t", "title": "Read", "status": "complete", "output": long(n)}]),
        ),
        (
            "/chunks",
            limits::MARKDOWN,
            |n| json!([{"type": "markdown_text", "text": long(n - 9)}, {"type": "markdown_text", "text": long(9)}]),
        ),
        (
            "/chunks/0/blocks",
            limits::MESSAGE_BLOCKS,
            |n| json!([{"type": "blocks", "blocks": times(&json!({"type": "divider"}), n)}]),
        ),
    ];
    hold(edges, check_stream_chunks);
}
