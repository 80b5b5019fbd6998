//! The table: blocks.

use serde_json::{Map, Value};

use super::charts::DATA_VISUALIZATION;
use super::elements::{
    BUTTON, CHANNELS_SELECT, CHECKBOXES, CONVERSATIONS_SELECT, DATEPICKER, DATETIMEPICKER, EMAIL_INPUT,
    EXTERNAL_SELECT, FEEDBACK_BUTTONS, FILE_INPUT, ICON_BUTTON, IMAGE, MULTI_CHANNELS_SELECT,
    MULTI_CONVERSATIONS_SELECT, MULTI_EXTERNAL_SELECT, MULTI_STATIC_SELECT, MULTI_USERS_SELECT, NUMBER_INPUT, OVERFLOW,
    PLAIN_TEXT_INPUT, RADIO_BUTTONS, RICH_TEXT_INPUT, STATIC_SELECT, TIMEPICKER, URL_INPUT, USERS_SELECT,
    WORKFLOW_BUTTON,
};
use super::limits;
use super::objects::{COLUMN, MRKDWN, PLAIN_TEXT, RAW_NUMBER, RAW_TEXT, SLACK_FILE, SOURCES, TASK_ICON};
use super::rich_text::RICH_TEXT;
use super::shape::Kind::{Any, Flag, Hidden, List, Mrkdwn, Object, OneOf, Plain, Shown, Text, Url, Whole};
use super::shape::{EVERYWHERE, Field, ID, MANY, MESSAGES, MODALS, NOT_MODALS, NOWHERE, Rule, Shape, may, need};

/// Every block.
pub const BLOCKS: &[&Shape] = &[
    &SECTION,
    &HEADER,
    &DIVIDER,
    &CONTEXT,
    &ACTIONS,
    &IMAGE_BLOCK,
    &INPUT,
    &MARKDOWN,
    &RICH_TEXT,
    &VIDEO,
    &FILE,
    &TABLE,
    &DATA_TABLE,
    &DATA_VISUALIZATION,
    &CONTEXT_ACTIONS,
    &CARD,
    &CAROUSEL,
    &CONTAINER,
    &ALERT,
    &TASK_CARD,
    &PLAN,
];

/// What may stand within a container.
const CHILDREN: &[&Shape] =
    &[&ACTIONS, &CONTEXT, &DIVIDER, &FILE, &HEADER, &IMAGE_BLOCK, &INPUT, &RICH_TEXT, &SECTION, &TABLE, &VIDEO];

const BLOCK_ID: Field = may("block_id", ID);
const CELLS: &[&Shape] = &[&RAW_TEXT, &RAW_NUMBER, &RICH_TEXT];
/// How a task stands.
pub const STATUS: &[&str] = &["pending", "in_progress", "complete", "error"];

/// What may stand beside the text of a section.
const ACCESSORIES: &[&Shape] = &[
    &BUTTON,
    &IMAGE,
    &OVERFLOW,
    &CHECKBOXES,
    &RADIO_BUTTONS,
    &DATEPICKER,
    &TIMEPICKER,
    &WORKFLOW_BUTTON,
    &STATIC_SELECT,
    &EXTERNAL_SELECT,
    &USERS_SELECT,
    &CHANNELS_SELECT,
    &CONVERSATIONS_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_USERS_SELECT,
    &MULTI_CHANNELS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
];

/// What an actions block may hold.
const ACTION_ELEMENTS: &[&Shape] = &[
    &BUTTON,
    &OVERFLOW,
    &CHECKBOXES,
    &RADIO_BUTTONS,
    &DATEPICKER,
    &TIMEPICKER,
    &DATETIMEPICKER,
    &WORKFLOW_BUTTON,
    &RICH_TEXT_INPUT,
    &STATIC_SELECT,
    &EXTERNAL_SELECT,
    &USERS_SELECT,
    &CHANNELS_SELECT,
    &CONVERSATIONS_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_USERS_SELECT,
    &MULTI_CHANNELS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
];

/// What an input block may ask with.
const INPUTS: &[&Shape] = &[
    &PLAIN_TEXT_INPUT,
    &EMAIL_INPUT,
    &URL_INPUT,
    &NUMBER_INPUT,
    &FILE_INPUT,
    &RICH_TEXT_INPUT,
    &CHECKBOXES,
    &RADIO_BUTTONS,
    &DATEPICKER,
    &TIMEPICKER,
    &DATETIMEPICKER,
    &STATIC_SELECT,
    &EXTERNAL_SELECT,
    &USERS_SELECT,
    &CHANNELS_SELECT,
    &CONVERSATIONS_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_USERS_SELECT,
    &MULTI_CHANNELS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
];

static SECTION: Shape = Shape {
    tag: "section",
    places: EVERYWHERE,
    fields: &[
        BLOCK_ID,
        may("text", Text(limits::SECTION_TEXT)),
        may("fields", List(1, limits::SECTION_FIELDS, &Text(limits::FIELD_TEXT))),
        may("accessory", Any(ACCESSORIES)),
        may("expand", Flag),
    ],
    rules: &[Rule::AtLeastOne(&["text", "fields"])],
};

static HEADER: Shape = Shape {
    tag: "header",
    places: EVERYWHERE,
    fields: &[BLOCK_ID, need("text", Plain(limits::HEADER_TEXT)), may("level", Whole(1, 4))],
    rules: &[],
};

static DIVIDER: Shape = Shape { tag: "divider", places: EVERYWHERE, fields: &[BLOCK_ID], rules: &[] };

static CONTEXT: Shape = Shape {
    tag: "context",
    places: EVERYWHERE,
    fields: &[BLOCK_ID, need("elements", List(1, limits::CONTEXT_ELEMENTS, &Any(&[&IMAGE, &PLAIN_TEXT, &MRKDWN])))],
    rules: &[],
};

static ACTIONS: Shape = Shape {
    tag: "actions",
    places: EVERYWHERE,
    fields: &[BLOCK_ID, need("elements", List(1, limits::ACTIONS, &Any(ACTION_ELEMENTS)))],
    rules: &[],
};

static CONTEXT_ACTIONS: Shape = Shape {
    tag: "context_actions",
    places: MESSAGES,
    fields: &[BLOCK_ID, need("elements", List(1, limits::CONTEXT_ACTIONS, &Any(&[&FEEDBACK_BUTTONS, &ICON_BUTTON])))],
    rules: &[],
};

static IMAGE_BLOCK: Shape = Shape {
    tag: "image",
    places: EVERYWHERE,
    fields: &[
        BLOCK_ID,
        need("alt_text", Hidden(1, limits::ALT_TEXT)),
        may("title", Plain(limits::ALT_TEXT)),
        may("image_url", Url(limits::URL)),
        may("slack_file", Object(&SLACK_FILE)),
    ],
    rules: &[Rule::ExactlyOne(&["image_url", "slack_file"])],
};

static INPUT: Shape = Shape {
    tag: "input",
    places: EVERYWHERE,
    fields: &[
        BLOCK_ID,
        need("label", Plain(limits::INPUT_LABEL)),
        need("element", Any(INPUTS)),
        may("hint", Plain(limits::INPUT_LABEL)),
        may("optional", Flag),
        may("dispatch_action", Flag),
    ],
    rules: &[],
};

static MARKDOWN: Shape = Shape {
    tag: "markdown",
    places: MESSAGES,
    fields: &[BLOCK_ID, need("text", Shown(1, limits::MARKDOWN))],
    rules: &[],
};

static VIDEO: Shape = Shape {
    tag: "video",
    places: EVERYWHERE,
    fields: &[
        BLOCK_ID,
        need("video_url", Url(limits::URL)),
        need("thumbnail_url", Url(limits::URL)),
        need("alt_text", Hidden(1, limits::ALT_TEXT)),
        need("title", Plain(limits::VIDEO_TITLE)),
        may("title_url", Url(limits::URL)),
        may("author_name", Shown(1, limits::VIDEO_AUTHOR)),
        may("provider_name", Shown(1, limits::ID)),
        may("provider_icon_url", Url(limits::URL)),
        may("description", Plain(limits::VIDEO_TITLE)),
    ],
    rules: &[],
};

static FILE: Shape = Shape {
    tag: "file",
    places: NOWHERE,
    fields: &[BLOCK_ID, need("external_id", ID), need("source", OneOf(&["remote"]))],
    rules: &[],
};

static TABLE: Shape = Shape {
    tag: "table",
    places: MESSAGES,
    fields: &[
        BLOCK_ID,
        need("rows", List(1, limits::TABLE_ROWS, &List(1, limits::TABLE_COLUMNS, &Any(CELLS)))),
        may("column_settings", List(1, limits::TABLE_COLUMNS, &Object(&COLUMN))),
    ],
    rules: &[],
};

static DATA_TABLE: Shape = Shape {
    tag: "data_table",
    places: MESSAGES,
    fields: &[
        BLOCK_ID,
        need("rows", List(2, limits::DATA_TABLE_ROWS, &List(1, limits::TABLE_COLUMNS, &Any(CELLS)))),
        need("caption", Shown(1, MANY)),
        may("page_size", Whole(1, 100)),
        may("row_header_column_index", Whole(0, limits::TABLE_COLUMNS as i64 - 1)),
    ],
    rules: &[Rule::Holds(rows_of_one_length), Rule::Holds(plain_head)],
};

static CARD: Shape = Shape {
    tag: "card",
    places: NOT_MODALS,
    fields: &[
        BLOCK_ID,
        may("hero_image", Any(&[&IMAGE])),
        may("icon", Any(&[&IMAGE])),
        may("title", Mrkdwn(limits::CARD_TITLE)),
        may("subtitle", Mrkdwn(limits::CARD_TITLE)),
        may("body", Mrkdwn(limits::CARD_BODY)),
        may("actions", List(1, limits::CARD_ACTIONS, &Any(&[&BUTTON]))),
    ],
    rules: &[Rule::AtLeastOne(&["hero_image", "title", "actions", "body"])],
};

static CAROUSEL: Shape = Shape {
    tag: "carousel",
    places: NOT_MODALS,
    fields: &[BLOCK_ID, need("elements", List(1, limits::CARDS, &Any(&[&CARD])))],
    rules: &[],
};

static CONTAINER: Shape = Shape {
    tag: "container",
    places: NOT_MODALS,
    fields: &[
        BLOCK_ID,
        may("title", Plain(limits::CARD_TITLE)),
        may("rich_text_title", Any(&[&RICH_TEXT])),
        may("subtitle", Text(limits::CARD_TITLE)),
        need("child_blocks", List(1, limits::CHILD_BLOCKS, &Any(CHILDREN))),
        may("width", OneOf(&["narrow", "standard", "wide", "full"])),
        may("icon", Any(&[&IMAGE])),
        may("is_collapsible", Flag),
        may("default_collapsed", Flag),
        may("has_header_divider", Flag),
    ],
    rules: &[
        Rule::AtLeastOne(&["title", "rich_text_title"]),
        Rule::Holds(collapses_when_collapsible),
        Rule::Holds(divided_when_not_collapsible),
    ],
};

static ALERT: Shape = Shape {
    tag: "alert",
    places: MODALS,
    fields: &[
        BLOCK_ID,
        need("text", Text(limits::SECTION_TEXT)),
        may("level", OneOf(&["default", "info", "warning", "error", "success"])),
    ],
    rules: &[],
};

static TASK_CARD: Shape = Shape {
    tag: "task_card",
    places: MESSAGES,
    fields: &[
        BLOCK_ID,
        need("task_id", ID),
        need("title", Shown(1, MANY)),
        need("status", OneOf(STATUS)),
        may("details", Any(&[&RICH_TEXT])),
        may("output", Any(&[&RICH_TEXT])),
        may("sources", SOURCES),
        may("icon", Any(&[&TASK_ICON])),
        may("hide_title", Flag),
    ],
    rules: &[],
};

static PLAN: Shape = Shape {
    tag: "plan",
    places: MESSAGES,
    fields: &[BLOCK_ID, need("title", Shown(1, MANY)), may("tasks", List(0, MANY, &Any(&[&TASK_CARD])))],
    rules: &[],
};

fn rows(table: &Map<String, Value>) -> Option<impl Iterator<Item = &Vec<Value>>> {
    Some(table.get("rows")?.as_array()?.iter().filter_map(Value::as_array))
}

fn rows_of_one_length(table: &Map<String, Value>) -> Option<(&'static str, &'static str)> {
    let mut lengths = rows(table)?.map(Vec::len);
    let first = lengths.next()?;
    (!lengths.all(|length| length == first)).then_some(("rows", "must all have the same number of cells"))
}

fn plain_head(table: &Map<String, Value>) -> Option<(&'static str, &'static str)> {
    let rich = |cell: &Value| cell.get("type").and_then(Value::as_str) == Some("rich_text");
    rows(table)?.next()?.iter().any(rich).then_some(("rows", "must begin with a row that has no rich text"))
}

fn collapses_when_collapsible(container: &Map<String, Value>) -> Option<(&'static str, &'static str)> {
    let on = |name| container.get(name).and_then(Value::as_bool).unwrap_or(false);
    (on("default_collapsed") && !on("is_collapsible"))
        .then_some(("default_collapsed", "must not be set unless the container is collapsible"))
}

fn divided_when_not_collapsible(container: &Map<String, Value>) -> Option<(&'static str, &'static str)> {
    let on = |name| container.get(name).and_then(Value::as_bool).unwrap_or(false);
    (on("has_header_divider") && on("is_collapsible"))
        .then_some(("has_header_divider", "must not be set when the container is collapsible"))
}
