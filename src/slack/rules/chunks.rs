//! The table: chunks, which a stream is made of.

use super::blocks::STATUS;
use super::limits;
use super::objects::{SOURCES, TASK_ICON};
use super::shape::Kind::{Any, Flag, OneOf, Shown};
use super::shape::{ID, MANY, MESSAGES, Shape, may, need};

/// Every chunk but the one of blocks, which are checked together.
pub const CHUNKS: &[&Shape] = &[&MARKDOWN_TEXT, &TASK_UPDATE, &PLAN_UPDATE];

static MARKDOWN_TEXT: Shape =
    Shape { tag: "markdown_text", places: MESSAGES, fields: &[need("text", Shown(1, limits::MARKDOWN))], rules: &[] };

static TASK_UPDATE: Shape = Shape {
    tag: "task_update",
    places: MESSAGES,
    fields: &[
        need("id", ID),
        need("title", Shown(1, MANY)),
        need("status", OneOf(STATUS)),
        may("details", Shown(1, limits::TASK_DETAILS)),
        may("output", Shown(1, limits::TASK_DETAILS)),
        may("sources", SOURCES),
        may("icon", Any(&[&TASK_ICON])),
        may("hide_title", Flag),
    ],
    rules: &[],
};

static PLAN_UPDATE: Shape =
    Shape { tag: "plan_update", places: MESSAGES, fields: &[need("title", Shown(1, MANY))], rules: &[] };
