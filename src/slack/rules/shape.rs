//! The words the table is written in: a shape has fields, a field has a kind.

use serde_json::{Map, Value};

/// The surfaces a shape may stand on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    pub message: bool,
    pub modal: bool,
    pub home: bool,
}

pub const EVERYWHERE: Places = Places { message: true, modal: true, home: true };
pub const MESSAGES: Places = Places { message: true, modal: false, home: false };
pub const MODALS: Places = Places { message: false, modal: true, home: false };
pub const VIEWS: Places = Places { message: false, modal: true, home: true };
pub const NOT_MODALS: Places = Places { message: true, modal: false, home: true };
pub const NOT_HOME: Places = Places { message: true, modal: true, home: false };
/// Slack sends it; an app cannot.
pub const NOWHERE: Places = Places { message: false, modal: false, home: false };

/// An object that Slack knows.
pub struct Shape {
    /// What its `type` says; empty for an object without one.
    pub tag: &'static str,
    /// Where it may stand.
    pub places: Places,
    /// Its fields, apart from `type`. No other may be there.
    pub fields: &'static [Field],
    /// What fields owe to each other.
    pub rules: &'static [Rule],
}

/// A field of a shape.
pub struct Field {
    pub name: &'static str,
    pub needed: bool,
    pub kind: Kind,
}

/// A field that must be there.
pub const fn need(name: &'static str, kind: Kind) -> Field {
    Field { name, needed: true, kind }
}

/// A field that may be there.
pub const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, needed: false, kind }
}

/// What a value must be. Pairs of numbers are the least and the most.
pub enum Kind {
    /// Text nobody sees: an id, a value.
    Hidden(usize, usize),
    /// Text people see.
    Shown(usize, usize),
    /// An address of at most so many characters.
    Url(usize),
    /// `2026-11-29`
    Day,
    /// `09:30`
    Clock,
    /// A number in a string.
    Figure,
    /// One of these words.
    OneOf(&'static [&'static str]),
    Flag,
    Whole(i64, i64),
    Number,
    /// A `plain_text` object of at most so many characters.
    Plain(usize),
    /// A `mrkdwn` object of at most so many characters.
    Mrkdwn(usize),
    /// Either of the two.
    Text(usize),
    /// An array.
    List(usize, usize, &'static Kind),
    /// An object of this shape.
    Object(&'static Shape),
    /// An object whose `type` says which of these shapes it has.
    Any(&'static [&'static Shape]),
}

/// What fields owe to each other.
pub enum Rule {
    /// At least one of them is there.
    AtLeastOne(&'static [&'static str]),
    /// Exactly one of them is there.
    ExactlyOne(&'static [&'static str]),
    /// What the first says stands among the options of the second.
    Among(&'static str, &'static str),
    /// The first, a number, is not above the second.
    Ordered(&'static str, &'static str),
    /// Anything else: the field it is about, and what is wrong.
    Holds(fn(&Map<String, Value>) -> Option<(&'static str, &'static str)>),
}

/// As many as one likes.
pub const MANY: usize = usize::MAX;
/// A `block_id`, an `action_id` and the like.
pub const ID: Kind = Kind::Hidden(1, super::limits::ID);
