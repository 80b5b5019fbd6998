//! The table: objects that blocks and elements are composed of.

use super::limits;
use super::shape::Kind::{Any, Flag, Hidden, List, Object, OneOf, Plain, Shown, Text, Url};
use super::shape::{EVERYWHERE, Kind, MANY, Rule, Shape, may, need};

/// How a button looks.
pub const STYLE: Kind = OneOf(&["primary", "danger"]);

/// A text object whose characters are counted where it stands.
pub static PLAIN_TEXT: Shape = Shape {
    tag: "plain_text",
    places: EVERYWHERE,
    fields: &[need("text", Shown(1, MANY)), may("emoji", Flag)],
    rules: &[],
};

pub static MRKDWN: Shape = Shape {
    tag: "mrkdwn",
    places: EVERYWHERE,
    fields: &[need("text", Shown(1, MANY)), may("verbatim", Flag)],
    rules: &[],
};

pub static CONFIRM: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[
        may("title", Plain(limits::CONFIRM_TITLE)),
        need("text", Text(limits::CONFIRM_TEXT)),
        may("confirm", Plain(limits::CONFIRM_BUTTON)),
        may("deny", Plain(limits::CONFIRM_BUTTON)),
        may("style", STYLE),
    ],
    rules: &[],
};

/// An option of a menu.
pub static OPTION: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[
        need("text", Plain(limits::OPTION_TEXT)),
        need("value", Hidden(1, limits::OPTION_VALUE)),
        may("description", Plain(limits::OPTION_TEXT)),
    ],
    rules: &[],
};

/// An option of an overflow menu, which may lead to an address.
pub static OVERFLOW_OPTION: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[
        need("text", Plain(limits::OPTION_TEXT)),
        need("value", Hidden(1, limits::OPTION_VALUE)),
        may("description", Plain(limits::OPTION_TEXT)),
        may("url", Url(limits::URL)),
    ],
    rules: &[],
};

/// A checkbox or a radio button, whose text may be `mrkdwn`.
pub static CHOICE: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[
        need("text", Text(limits::OPTION_TEXT)),
        need("value", Hidden(1, limits::OPTION_VALUE)),
        may("description", Plain(limits::OPTION_TEXT)),
    ],
    rules: &[],
};

pub static OPTION_GROUP: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[need("label", Plain(limits::OPTION_TEXT)), need("options", List(1, limits::OPTIONS, &Object(&OPTION)))],
    rules: &[],
};

pub static CONVERSATION_FILTER: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[
        may("include", List(1, 4, &OneOf(&["im", "mpim", "private", "public"]))),
        may("exclude_external_shared_channels", Flag),
        may("exclude_bot_users", Flag),
    ],
    rules: &[Rule::AtLeastOne(&["include", "exclude_external_shared_channels", "exclude_bot_users"])],
};

pub static DISPATCH: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[need("trigger_actions_on", List(1, 2, &OneOf(&["on_enter_pressed", "on_character_entered"])))],
    rules: &[],
};

pub static SLACK_FILE: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[may("id", Hidden(1, limits::ID)), may("url", Url(limits::URL))],
    rules: &[Rule::ExactlyOne(&["id", "url"])],
};

/// One of the two buttons of a feedback element.
pub static FEEDBACK_BUTTON: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[
        need("text", Plain(limits::BUTTON_TEXT)),
        need("value", Hidden(1, limits::BUTTON_VALUE)),
        may("accessibility_label", Hidden(1, limits::BUTTON_TEXT)),
    ],
    rules: &[],
};

/// A source an answer was made from.
pub static URL_SOURCE: Shape = Shape {
    tag: "url",
    places: EVERYWHERE,
    fields: &[need("url", Url(limits::URL)), need("text", Shown(1, MANY))],
    rules: &[],
};

pub static TASK_ICON: Shape =
    Shape { tag: "icon", places: EVERYWHERE, fields: &[need("name", Hidden(1, limits::ID))], rules: &[] };

pub static WORKFLOW: Shape =
    Shape { tag: "", places: EVERYWHERE, fields: &[need("trigger", Object(&TRIGGER))], rules: &[] };

static TRIGGER: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[
        need("url", Url(limits::URL)),
        may("customizable_input_parameters", List(0, MANY, &Object(&TRIGGER_PARAMETER))),
    ],
    rules: &[],
};

static TRIGGER_PARAMETER: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[need("name", Hidden(1, MANY)), need("value", Hidden(0, MANY))],
    rules: &[],
};

/// How a column of a table looks.
pub static COLUMN: Shape = Shape {
    tag: "",
    places: EVERYWHERE,
    fields: &[may("align", OneOf(&["left", "center", "right"])), may("is_wrapped", Flag)],
    rules: &[],
};

pub static RAW_TEXT: Shape =
    Shape { tag: "raw_text", places: EVERYWHERE, fields: &[need("text", Shown(1, MANY))], rules: &[] };

pub static RAW_NUMBER: Shape = Shape {
    tag: "raw_number",
    places: EVERYWHERE,
    fields: &[need("value", Kind::Number), need("text", Shown(1, MANY))],
    rules: &[],
};

/// What `plain_text` and `mrkdwn` objects are allowed where both are.
pub const EITHER: &[&Shape] = &[&PLAIN_TEXT, &MRKDWN];
/// Only `plain_text`.
pub const ONLY_PLAIN: &[&Shape] = &[&PLAIN_TEXT];
/// Only `mrkdwn`.
pub const ONLY_MRKDWN: &[&Shape] = &[&MRKDWN];

/// Sources of a task.
pub const SOURCES: Kind = List(0, MANY, &Any(&[&URL_SOURCE]));
