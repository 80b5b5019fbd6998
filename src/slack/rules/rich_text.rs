//! The table: rich text.

use super::limits;
use super::shape::Kind::{Any, Flag, Hidden, List, Object, OneOf, Shown, Url, Whole};
use super::shape::{EVERYWHERE, Field, ID, MANY, Shape, may, need};

const fn part(tag: &'static str, fields: &'static [Field]) -> Shape {
    Shape { tag, places: EVERYWHERE, fields, rules: &[] }
}

const INLINE: &[&Shape] = &[&TEXT, &LINK, &EMOJI, &USER, &CHANNEL, &USERGROUP, &TEAM, &BROADCAST, &DATE, &COLOR];
const STYLED: Field = may("style", Object(&STYLE));
const BORDERED: Field = may("border", Whole(0, 1));

pub static RICH_TEXT: Shape = part(
    "rich_text",
    &[may("block_id", ID), need("elements", List(1, MANY, &Any(&[&SECTION, &LIST, &QUOTE, &PREFORMATTED])))],
);

static SECTION: Shape = part("rich_text_section", &[need("elements", List(0, MANY, &Any(INLINE)))]);

static LIST: Shape = part(
    "rich_text_list",
    &[
        need("elements", List(0, MANY, &Any(&[&SECTION]))),
        need("style", OneOf(&["bullet", "ordered"])),
        may("indent", Whole(0, 8)),
        BORDERED,
    ],
);

static QUOTE: Shape = part("rich_text_quote", &[need("elements", List(0, MANY, &Any(INLINE))), BORDERED]);

static PREFORMATTED: Shape =
    part("rich_text_preformatted", &[need("elements", List(0, MANY, &Any(&[&TEXT, &LINK]))), BORDERED]);

static STYLE: Shape =
    part("", &[may("bold", Flag), may("italic", Flag), may("strike", Flag), may("code", Flag), may("underline", Flag)]);

static TEXT: Shape = part("text", &[need("text", Shown(1, MANY)), STYLED]);
static LINK: Shape =
    part("link", &[need("url", Url(limits::URL)), may("text", Shown(1, MANY)), may("unsafe", Flag), STYLED]);
static EMOJI: Shape = part(
    "emoji",
    &[need("name", Shown(1, limits::ID)), may("unicode", Hidden(1, limits::ID)), may("url", Url(limits::URL)), STYLED],
);
static USER: Shape = part("user", &[need("user_id", ID), STYLED]);
static CHANNEL: Shape = part("channel", &[need("channel_id", ID), STYLED]);
static USERGROUP: Shape = part("usergroup", &[need("usergroup_id", ID), STYLED]);
static TEAM: Shape = part("team", &[need("team_id", ID), STYLED]);
static BROADCAST: Shape = part("broadcast", &[need("range", OneOf(&["here", "channel", "everyone"])), STYLED]);
static COLOR: Shape = part("color", &[need("value", Shown(1, limits::ID)), STYLED]);
static DATE: Shape = part(
    "date",
    &[
        need("timestamp", Whole(0, i64::MAX)),
        need("format", Shown(1, limits::ID)),
        may("url", Url(limits::URL)),
        may("fallback", Hidden(1, MANY)),
        STYLED,
    ],
);
