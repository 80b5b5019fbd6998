//! The table: elements, which stand within blocks.

use super::limits;
use super::objects::{
    CHOICE, CONFIRM, CONVERSATION_FILTER, DISPATCH, FEEDBACK_BUTTON, OPTION, OPTION_GROUP, OVERFLOW_OPTION, SLACK_FILE,
    STYLE, WORKFLOW,
};
use super::rich_text::RICH_TEXT;
use super::shape::Kind::{Any, Clock, Day, Figure, Flag, Hidden, List, Object, Plain, Url, Whole};
use super::shape::{EVERYWHERE, Field, ID, Kind, MANY, MESSAGES, MODALS, NOT_HOME, Rule, Shape, VIEWS, may, need};

static AN_OPTION: Kind = Object(&OPTION);
static A_GROUP: Kind = Object(&OPTION_GROUP);
static A_CHOICE: Kind = Object(&CHOICE);

const ACTION_ID: Field = may("action_id", ID);
const ASKS_FIRST: Field = may("confirm", Object(&CONFIRM));
const FOCUS: Field = may("focus_on_load", Flag);
const PLACEHOLDER: Field = may("placeholder", Plain(limits::PLACEHOLDER));
const DISPATCHES: Field = may("dispatch_action_config", Object(&DISPATCH));
const SPOKEN: Field = may("accessibility_label", Hidden(1, limits::BUTTON_TEXT));
const MENU: Field = may("options", List(1, limits::OPTIONS, &AN_OPTION));
const GROUPED_MENU: Field = may("option_groups", List(1, limits::OPTIONS, &A_GROUP));
const CHOICES: Field = need("options", List(1, limits::CHOICES, &A_CHOICE));
const INITIAL_OPTIONS: Field = may("initial_options", List(1, limits::OPTIONS, &AN_OPTION));
const AT_MOST: Field = may("max_selected_items", Whole(1, i64::MAX));
const QUERY: Field = may("min_query_length", Whole(0, i64::MAX));
const RESPONDS: Field = may("response_url_enabled", Flag);
const FILTER: Field = may("filter", Object(&CONVERSATION_FILTER));
const HERE: Field = may("default_to_current_conversation", Flag);
const INITIAL_TEXT: Field = may("initial_value", Hidden(1, MANY));
const ONE_MENU: Rule = Rule::ExactlyOne(&["options", "option_groups"]);

const fn element(tag: &'static str, fields: &'static [Field]) -> Shape {
    Shape { tag, places: EVERYWHERE, fields, rules: &[] }
}

pub static BUTTON: Shape = element(
    "button",
    &[
        need("text", Plain(limits::BUTTON_TEXT)),
        ACTION_ID,
        may("value", Hidden(1, limits::BUTTON_VALUE)),
        may("url", Url(limits::URL)),
        may("style", STYLE),
        ASKS_FIRST,
        SPOKEN,
    ],
);

pub static IMAGE: Shape = Shape {
    tag: "image",
    places: EVERYWHERE,
    fields: &[
        need("alt_text", Hidden(1, limits::ALT_TEXT)),
        may("image_url", Url(limits::URL)),
        may("slack_file", Object(&SLACK_FILE)),
    ],
    rules: &[Rule::ExactlyOne(&["image_url", "slack_file"])],
};

pub static OVERFLOW: Shape = element(
    "overflow",
    &[need("options", List(1, limits::OVERFLOW_OPTIONS, &Object(&OVERFLOW_OPTION))), ACTION_ID, ASKS_FIRST],
);

pub static CHECKBOXES: Shape = Shape {
    tag: "checkboxes",
    places: EVERYWHERE,
    fields: &[
        CHOICES,
        may("initial_options", List(1, limits::CHOICES, &Object(&CHOICE))),
        ACTION_ID,
        ASKS_FIRST,
        FOCUS,
    ],
    rules: &[Rule::Among("initial_options", "options")],
};

pub static RADIO_BUTTONS: Shape = Shape {
    tag: "radio_buttons",
    places: EVERYWHERE,
    fields: &[CHOICES, may("initial_option", Object(&CHOICE)), ACTION_ID, ASKS_FIRST, FOCUS],
    rules: &[Rule::Among("initial_option", "options")],
};

pub static STATIC_SELECT: Shape = Shape {
    tag: "static_select",
    places: EVERYWHERE,
    fields: &[MENU, GROUPED_MENU, may("initial_option", Object(&OPTION)), ACTION_ID, ASKS_FIRST, FOCUS, PLACEHOLDER],
    rules: &[ONE_MENU, Rule::Among("initial_option", "options")],
};

pub static MULTI_STATIC_SELECT: Shape = Shape {
    tag: "multi_static_select",
    places: EVERYWHERE,
    fields: &[MENU, GROUPED_MENU, INITIAL_OPTIONS, AT_MOST, ACTION_ID, ASKS_FIRST, FOCUS, PLACEHOLDER],
    rules: &[ONE_MENU, Rule::Among("initial_options", "options")],
};

pub static EXTERNAL_SELECT: Shape = element(
    "external_select",
    &[may("initial_option", Object(&OPTION)), QUERY, ACTION_ID, ASKS_FIRST, FOCUS, PLACEHOLDER],
);

pub static MULTI_EXTERNAL_SELECT: Shape =
    element("multi_external_select", &[INITIAL_OPTIONS, QUERY, AT_MOST, ACTION_ID, ASKS_FIRST, FOCUS, PLACEHOLDER]);

pub static USERS_SELECT: Shape =
    element("users_select", &[may("initial_user", ID), ACTION_ID, ASKS_FIRST, FOCUS, PLACEHOLDER]);

pub static MULTI_USERS_SELECT: Shape = element(
    "multi_users_select",
    &[may("initial_users", List(1, MANY, &ID)), AT_MOST, ACTION_ID, ASKS_FIRST, FOCUS, PLACEHOLDER],
);

pub static CHANNELS_SELECT: Shape =
    element("channels_select", &[may("initial_channel", ID), RESPONDS, ACTION_ID, ASKS_FIRST, FOCUS, PLACEHOLDER]);

pub static MULTI_CHANNELS_SELECT: Shape = element(
    "multi_channels_select",
    &[may("initial_channels", List(1, MANY, &ID)), AT_MOST, ACTION_ID, ASKS_FIRST, FOCUS, PLACEHOLDER],
);

pub static CONVERSATIONS_SELECT: Shape = element(
    "conversations_select",
    &[may("initial_conversation", ID), HERE, FILTER, RESPONDS, ACTION_ID, ASKS_FIRST, FOCUS, PLACEHOLDER],
);

pub static MULTI_CONVERSATIONS_SELECT: Shape = element(
    "multi_conversations_select",
    &[
        may("initial_conversations", List(1, MANY, &ID)),
        HERE,
        FILTER,
        AT_MOST,
        ACTION_ID,
        ASKS_FIRST,
        FOCUS,
        PLACEHOLDER,
    ],
);

pub static DATEPICKER: Shape =
    element("datepicker", &[may("initial_date", Day), ACTION_ID, ASKS_FIRST, FOCUS, PLACEHOLDER]);

pub static TIMEPICKER: Shape = element(
    "timepicker",
    &[may("initial_time", Clock), may("timezone", Hidden(1, limits::ID)), ACTION_ID, ASKS_FIRST, FOCUS, PLACEHOLDER],
);

pub static DATETIMEPICKER: Shape = Shape {
    tag: "datetimepicker",
    places: NOT_HOME,
    fields: &[may("initial_date_time", Whole(1_000_000_000, 9_999_999_999)), ACTION_ID, ASKS_FIRST, FOCUS],
    rules: &[],
};

pub static PLAIN_TEXT_INPUT: Shape = Shape {
    tag: "plain_text_input",
    places: EVERYWHERE,
    fields: &[
        INITIAL_TEXT,
        may("multiline", Flag),
        may("min_length", Whole(0, limits::TYPED)),
        may("max_length", Whole(1, limits::TYPED)),
        DISPATCHES,
        ACTION_ID,
        FOCUS,
        PLACEHOLDER,
    ],
    rules: &[Rule::Ordered("min_length", "max_length")],
};

pub static EMAIL_INPUT: Shape = Shape {
    tag: "email_text_input",
    places: MODALS,
    fields: &[INITIAL_TEXT, DISPATCHES, ACTION_ID, FOCUS, PLACEHOLDER],
    rules: &[],
};

pub static URL_INPUT: Shape = Shape {
    tag: "url_text_input",
    places: MODALS,
    fields: &[INITIAL_TEXT, DISPATCHES, ACTION_ID, FOCUS, PLACEHOLDER],
    rules: &[],
};

pub static NUMBER_INPUT: Shape = Shape {
    tag: "number_input",
    places: MODALS,
    fields: &[
        need("is_decimal_allowed", Flag),
        may("initial_value", Figure),
        may("min_value", Figure),
        may("max_value", Figure),
        DISPATCHES,
        ACTION_ID,
        FOCUS,
        PLACEHOLDER,
    ],
    rules: &[Rule::Ordered("min_value", "max_value")],
};

pub static FILE_INPUT: Shape = Shape {
    tag: "file_input",
    places: MODALS,
    fields: &[may("filetypes", List(1, MANY, &ID)), may("max_files", Whole(1, 10)), ACTION_ID],
    rules: &[],
};

pub static RICH_TEXT_INPUT: Shape = Shape {
    tag: "rich_text_input",
    places: VIEWS,
    fields: &[
        may("initial_value", Any(&[&RICH_TEXT])),
        may("min_lines", Whole(1, 100)),
        may("max_lines", Whole(1, 100)),
        DISPATCHES,
        ACTION_ID,
        FOCUS,
        PLACEHOLDER,
    ],
    rules: &[Rule::Ordered("min_lines", "max_lines")],
};

pub static WORKFLOW_BUTTON: Shape = Shape {
    tag: "workflow_button",
    places: MESSAGES,
    fields: &[
        need("text", Plain(limits::BUTTON_TEXT)),
        need("workflow", Object(&WORKFLOW)),
        ACTION_ID,
        may("style", STYLE),
        ASKS_FIRST,
        SPOKEN,
    ],
    rules: &[],
};

pub static FEEDBACK_BUTTONS: Shape = Shape {
    tag: "feedback_buttons",
    places: MESSAGES,
    fields: &[
        need("positive_button", Object(&FEEDBACK_BUTTON)),
        need("negative_button", Object(&FEEDBACK_BUTTON)),
        ACTION_ID,
    ],
    rules: &[],
};

pub static ICON_BUTTON: Shape = Shape {
    tag: "icon_button",
    places: MESSAGES,
    fields: &[
        need("icon", Hidden(1, limits::ID)),
        need("text", Plain(limits::BUTTON_TEXT)),
        ACTION_ID,
        may("value", Hidden(1, limits::BUTTON_VALUE)),
        ASKS_FIRST,
        SPOKEN,
        may("visible_to_user_ids", List(1, MANY, &ID)),
    ],
    rules: &[],
};
